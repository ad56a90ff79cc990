"""What is typed about an account: limit, hold, terms, bills, payments, corrections."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.clients.forms.pickers import PickField
from roomnight.clients.models import Account
from roomnight.credit.models import CreditAccount, LedgerLine, ReviewDecision
from roomnight.pms.models import RevenueKind
from roomnight.ui.small_forms import LaidOutForm, Rows
from roomnight.ui.widgets import DayInput

MOST = Decimal("99999999.99")


def amount_field(label: Any, **more: Any) -> forms.DecimalField:
    given = {"max_digits": 12, "decimal_places": 2, "min_value": Decimal("0.01"), "max_value": MOST, **more}
    return forms.DecimalField(label=label, **given)


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), **more)


def why_field(label: Any = None, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label or pgettext_lazy("credit", "Why"), max_length=200, widget=forms.Textarea({"rows": 2}), **more
    )


class WhyForm(LaidOutForm):
    """A reason."""

    layout = (("reason",),)
    reason = why_field()


class LimitForm(LaidOutForm):
    """A limit from now on, for good or until a day."""

    layout = (("limit", "until"), ("reason",))
    limit = amount_field(_("Limit"), min_value=0)
    until = day_field(
        _("Only until"), required=False, help_text=_("Empty: for good. After that day the limit before holds again.")
    )
    reason = why_field()

    def __init__(self, *args: Any, credit: CreditAccount, **more: Any) -> None:
        more["initial"] = {"limit": credit.limit, "until": credit.limit_until}
        super().__init__(*args, **more)
        self.stands_on(credit)


class ReviewForm(LaidOutForm):
    """What comes of the yearly review of a limit."""

    layout = (("decision",), ("limit",), ("opinion",))
    decision = forms.ChoiceField(
        label=pgettext_lazy("review", "Decision"), choices=ReviewDecision.choices, widget=forms.RadioSelect
    )
    limit = amount_field(
        _("New limit"), min_value=0, required=False, help_text=_("Empty where the limit stays as it is.")
    )
    opinion = forms.CharField(
        label=pgettext_lazy("review of a limit", "Why"), max_length=400, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, credit: CreditAccount, **more: Any) -> None:
        super().__init__(*args, **more)
        self.stands_on(credit)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("decision") in (ReviewDecision.LOWER, ReviewDecision.RAISE) and data.get("limit") is None:
            self.add_error("limit", _("Enter the new limit."))
        return data


class TermsForm(LaidOutForm):
    """What may be charged, and what secures it."""

    layout = (("scope",), ("guarantee", "deposit"), ("ledger_number", "review_on"))
    scope = forms.MultipleChoiceField(
        label=_("May be charged"), required=False, choices=RevenueKind.choices, widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: everything."),
    )  # fmt: skip
    guarantee = forms.CharField(label=_("Guarantee"), max_length=200, required=False)
    deposit = amount_field(_("Deposit"), min_value=0, required=False)
    ledger_number = forms.CharField(label=_("Number in the PMS"), max_length=40, required=False)
    review_on = day_field(_("Limit to be reviewed on"), required=False)

    def __init__(self, *args: Any, credit: CreditAccount, **more: Any) -> None:
        more["initial"] = {
            "scope": credit.scope, "guarantee": credit.guarantee, "deposit": credit.deposit or None,
            "ledger_number": credit.ledger_number, "review_on": credit.review_on,
        }  # fmt: skip
        super().__init__(*args, **more)
        self.stands_on(credit)

    def values(self) -> dict[str, Any]:
        """The columns that the fields stand for."""
        data = dict(self.cleaned_data)
        return {"deposit_cents": int((data.pop("deposit") or Decimal(0)).scaleb(2)), **data}


class TillForm(LaidOutForm):
    """A bill that a client's person signs: at the desk, in the restaurant, at the banquet."""

    layout: ClassVar[Rows] = (
        ("account",),
        ("amount", "on"),
        ("signed_by", "revenue_kind"),
        ("reference", "department"),
        ("description",),
    )
    amount = amount_field(_("Amount"))
    on = day_field(_("Date of the bill"))
    signed_by = forms.CharField(label=_("Signed by"), max_length=80)
    revenue_kind = forms.ChoiceField(label=_("For"), choices=RevenueKind.choices)
    reference = forms.CharField(label=_("Bill number"), max_length=60)
    department = forms.CharField(label=_("Outlet"), max_length=60, required=False)
    description = forms.CharField(label=pgettext_lazy("credit", "What"), max_length=160, required=False)

    def __init__(self, *args: Any, accounts: QuerySet[Account], url: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["account"] = PickField(accounts, url, label=_("Client"))


class LetThroughForm(TillForm):
    """The same, let through by somebody who may, with a reason."""

    layout: ClassVar[Rows] = (*TillForm.layout, ("reason",))
    reason = why_field(_("Why it is let through"))


class PaymentForm(LaidOutForm):
    """Money that came in, and which charges it settles."""

    layout = (("amount", "on"), ("method", "reference"), ("how",), ("settles",))
    amount = amount_field(_("Amount"))
    on = day_field(_("Received on"))
    method = forms.CharField(label=_("Method"), max_length=60, required=False)
    reference = forms.CharField(label=_("Receipt or transfer number"), max_length=60, required=False)
    how = forms.ChoiceField(
        label=_("It settles"), widget=forms.RadioSelect, initial="oldest",
        choices=[
            ("oldest", _("what is due first, disputed charges left out")),
            ("chosen", _("the charges ticked below")),
            ("none", _("nothing yet: paid in advance")),
        ],
    )  # fmt: skip
    settles = forms.MultipleChoiceField(label=_("Open charges"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, lines: Iterable[tuple[LedgerLine, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["settles"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(line.pk), said) for line, said in lines]
        if not field.choices:
            del self.fields["settles"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("how") == "chosen" and not data.get("settles"):
            self.add_error("settles" if "settles" in self.fields else "how", _("Tick at least one charge."))
        return data

    def chosen(self) -> list[int] | None:
        """The charges to settle, in the order of the list; None for those that are due first."""
        match self.cleaned_data["how"]:
            case "chosen":
                return [int(pk) for pk in self.cleaned_data["settles"]]
            case "none":
                return []
        return None


class AdjustForm(LaidOutForm):
    """A correction without a line of its own to reverse."""

    layout = (("amount", "reference"), ("reason",))
    amount = forms.DecimalField(
        label=_("Amount"),
        max_digits=12,
        decimal_places=2,
        help_text=_("Above nothing: the client owes more; below: less."),
    )
    reference = forms.CharField(label=_("Reference"), max_length=60, required=False)
    reason = why_field()
