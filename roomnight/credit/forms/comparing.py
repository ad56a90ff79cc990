"""What is typed to lay a client's list beside ours, and about the differences."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from roomnight.credit.models import ComparedLine, Statement
from roomnight.credit.rules.comparing import HEADINGS
from roomnight.ui.small_forms import LaidOutForm


class CompareForm(LaidOutForm):
    """The client's list, what it is laid beside, and headings that are not known by themselves."""

    layout = (("file",), ("statement",), ("amount", "on"), ("reference", "text"))
    file = forms.FileField(
        label=_("The client's list"),
        help_text=_("Excel or CSV, with a row of headings: date, bill number, amount. Nothing on the ledger changes."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls"}),
        error_messages={"empty": _("The file is empty.")},
    )
    statement = forms.ChoiceField(label=_("Compare it with"), required=False)
    amount = forms.CharField(label=_("Heading of the amounts"), max_length=60, required=False)
    on = forms.CharField(label=_("Heading of the dates"), max_length=60, required=False)
    reference = forms.CharField(label=_("Heading of the bill numbers"), max_length=60, required=False)
    text = forms.CharField(
        label=_("Heading of the texts"),
        max_length=60,
        required=False,
        help_text=_("Only where the list names a column in its own way."),
    )

    def __init__(self, *args: Any, statements: list[Statement], chosen: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.statements = {str(one.pk): one for one in statements}
        field = self.fields["statement"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("everything that is open now"))] + [
            (key, f"{one.number} ({one.starts_on:%Y-%m-%d} – {one.ends_on:%Y-%m-%d})")
            for key, one in self.statements.items()
        ]
        field.initial = chosen if chosen in self.statements else ""

    def chosen(self) -> Statement | None:
        return self.statements.get(self.cleaned_data["statement"])

    def named(self) -> dict[str, str]:
        """By field, the heading that was typed."""
        return {field: self.cleaned_data[field] for field in HEADINGS if self.cleaned_data[field]}


class ExplainForm(LaidOutForm):
    """Why a line differs."""

    layout = (("note",),)
    note = forms.CharField(label=_("Why they differ"), max_length=300, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, line: ComparedLine, **more: Any) -> None:
        more["initial"] = {"note": line.note}
        super().__init__(*args, **more)
        self.stands_on(line)


class DifferenceForm(LaidOutForm):
    """A difference as the client says it."""

    layout = (("text",), ("said_by",))
    text = forms.CharField(label=_("What the client says"), max_length=400, widget=forms.Textarea({"rows": 3}))
    said_by = forms.CharField(label=_("Who says so"), max_length=80, required=False)

    def __init__(self, *args: Any, line: ComparedLine, **more: Any) -> None:
        super().__init__(*args, **more)
        self.stands_on(line)
