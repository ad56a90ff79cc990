"""What is typed about statements, disputes, promises, and what was done to collect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from roomnight.agreements.models import Language
from roomnight.credit.forms.accounts import amount_field, day_field
from roomnight.credit.models import Dispute, DunningWay, LedgerLine, Outcome, Statement
from roomnight.kernel.money import format_money
from roomnight.ui.small_forms import LaidOutForm


class DrawForm(LaidOutForm):
    """Up to which day a statement goes."""

    layout = (("until",),)
    until = day_field(_("Up to"), help_text=_("The lines up to this day that stand on no statement yet."))


class SendForm(LaidOutForm):
    """To whom a statement was sent."""

    layout = (("sent_to",),)
    sent_to = forms.CharField(
        label=pgettext_lazy("statement", "Sent to"), max_length=160,
        help_text=_("Who at the client, and how: by e-mail, by hand, with the invoice."),
    )  # fmt: skip

    def __init__(self, *args: Any, statement: Statement, **more: Any) -> None:
        more["initial"] = {"sent_to": statement.sent_to}
        super().__init__(*args, **more)
        self.stands_on(statement)


class AnswerForm(LaidOutForm):
    """What the client says to a statement: to each line something, or nothing where it is right."""

    answered_by = forms.CharField(label=_("Who answers for the client"), max_length=80)

    def __init__(self, *args: Any, lines: Sequence[LedgerLine], currency: str, **more: Any) -> None:
        super().__init__(*args, **more)
        language = get_language() or "zh-hans"
        for line in lines:
            said = f"{line.on:%Y-%m-%d} {line} {format_money(line.amount, currency, language)}"
            self.fields[f"line-{line.pk}"] = forms.CharField(
                label=said, max_length=400, required=False,
                widget=forms.TextInput({"placeholder": _("right; or what the client says")}),
            )  # fmt: skip

    def rows(self) -> list[list[forms.BoundField]]:
        return [[self[name]] for name in self.fields]

    def disputed(self) -> dict[int, str]:
        """By line, what the client says against it."""
        return {
            int(name.removeprefix("line-")): text.strip()
            for name, text in self.cleaned_data.items()
            if name.startswith("line-") and text.strip()
        }


class DisputeForm(LaidOutForm):
    """What a client says is wrong."""

    layout = (("text",), ("said_by", "amount"))
    text = forms.CharField(label=_("What the client says"), max_length=400, widget=forms.Textarea({"rows": 3}))
    said_by = forms.CharField(label=_("Who says so"), max_length=80, required=False)
    amount = amount_field(_("Amount it is about"), required=False)


class ResolveForm(LaidOutForm):
    """How a dispute ends, and what is corrected on the ledger."""

    layout = (("outcome",), ("resolution",), ("correction", "amount"))
    outcome = forms.ChoiceField(label=_("Who is right"), choices=Outcome.choices, widget=forms.RadioSelect)
    resolution = forms.CharField(label=_("How it was resolved"), max_length=400, widget=forms.Textarea({"rows": 3}))
    correction = forms.ChoiceField(label=_("On the ledger"), required=False)
    amount = amount_field(_("By how much"), required=False)

    def __init__(self, *args: Any, dispute: Dispute, may_reverse: bool, may_adjust: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        choices: list[tuple[str, Any]] = [("", _("nothing is corrected"))]
        if may_reverse and dispute.line is not None:
            choices.append(("reverse", _("take the whole line back")))
        if may_adjust:
            choices.append(("adjust", _("take an amount off")))
        field = self.fields["correction"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        if len(choices) == 1:
            del self.fields["correction"]
        if not may_adjust:
            del self.fields["amount"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("correction") == "adjust" and not data.get("amount"):
            self.add_error("amount", _("Say by how much."))
        return data


class PromiseForm(LaidOutForm):
    """A client's word to pay."""

    layout = (("amount", "due_on"), ("said_by",), ("note",))
    amount = amount_field(_("Amount"))
    due_on = day_field(pgettext_lazy("promise", "By"))
    said_by = forms.CharField(label=_("Who promised"), max_length=80)
    note = forms.CharField(label=pgettext_lazy("settling", "Note"), max_length=200, required=False)


class StepForm(LaidOutForm):
    """What came of a step of the dunning ladder."""

    layout = (("how",), ("spoken_to",), ("note",), ("promised", "promised_by"))
    how = forms.ChoiceField(label=pgettext_lazy("dunning", "How"), choices=DunningWay.choices, widget=forms.RadioSelect)
    spoken_to = forms.CharField(label=_("With whom"), max_length=80)
    note = forms.CharField(label=_("What came of it"), max_length=400, widget=forms.Textarea({"rows": 3}))
    promised = amount_field(_("Promised amount"), required=False)
    promised_by = day_field(_("Promised by"), required=False)


class LetterForm(LaidOutForm):
    """In which language a letter is written."""

    layout = (("language",),)
    language = forms.ChoiceField(label=_("Language of the letter"), choices=Language.choices, widget=forms.RadioSelect)
