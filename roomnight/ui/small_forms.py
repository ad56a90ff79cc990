"""A form of a few fields: laid out in rows, shown on a page of its own, checked, done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse

from roomnight.ui.meanwhile import SharedForm
from roomnight.ui.page import Request, done, form_status, page, refusals

Rows = Sequence[Sequence[str]]


class LaidOutForm(SharedForm):
    """A form whose `layout` says which fields stand side by side."""

    layout: ClassVar[Rows] = ()

    def rows(self) -> list[list[forms.BoundField]]:
        """The fields as the page shows them."""
        return [[self[name] for name in row if name in self.fields] for row in self.layout]


def small_form(
    request: Request, form: LaidOutForm, do: Callable[[dict[str, Any]], object], *, title: str, action: str, said: str,
    back: str, detail: str = "", facts: Sequence[tuple[Any, Any]] = (),
) -> HttpResponse:  # fmt: skip
    """Show a form under its title, with `facts` to know beside it; when it is handed in, `do` what it says and go `back`.

    `detail` says what it is about, `action` what its button says, `said` what is said when it is done. A refusal stands at its field.
    """
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            do(form.cleaned_data)
            return done(request, back, said)
    context = {"form": form, "title": title, "action": action, "back": back, "detail": detail, "facts": facts}
    return page(request, "ui/small_form.html", context, form_status(form))
