"""What a department types (ORD-05, CHG-01)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.orders.forms.orders import area
from roomnight.ui.small_forms import LaidOutForm


class DoneForm(LaidOutForm):
    """What was done about a change, or a word with the confirmation."""

    note = forms.CharField(label=pgettext_lazy("of a department", "What was done"), max_length=300, widget=area())
    layout = [["note"]]


class ProblemForm(LaidOutForm):
    """Why it cannot be done."""

    note = forms.CharField(label=_("What is the problem?"), max_length=300, widget=area())
    layout = [["note"]]


def done_form(data: Any, *, is_change: bool) -> DoneForm:
    """Of a change a word is needed, else it is welcome."""
    form = DoneForm(data)
    if not is_change:
        form.fields["note"].required = False
        form.fields["note"].label = pgettext_lazy("order", "Note")
    return form
