"""What is typed into an application for credit, and what is decided on it (CRD-01, CRD-02)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from roomnight.agreements.models import Settlement
from roomnight.clients.forms.pickers import account_field
from roomnight.clients.models import Account
from roomnight.credit.forms.accounts import amount_field, day_field
from roomnight.credit.models import (
    ApplicationKind,
    CheckWay,
    CreditApplication,
    GuaranteeKind,
    InvoiceKind,
    Nature,
    PaymentWay,
)
from roomnight.credit.rules.scorecard import Question
from roomnight.organization.access import Seat
from roomnight.organization.forms.choosing import PersonField
from roomnight.organization.models import Staff
from roomnight.pms.models import RevenueKind
from roomnight.ui.meanwhile import as_sent
from roomnight.ui.small_forms import LaidOutForm
from roomnight.ui.widgets import PhoneInput, PickOne, WholeNumber

MOST_SIGNERS = 5
SCORE = "score_"


def text(label: Any, length: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False, **more)


def area(label: Any, length: int, **more: Any) -> forms.CharField:
    return text(label, length, widget=forms.Textarea({"rows": 3}), **more)


def some(label: Any, choices: Any, **more: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, choices=choices, widget=forms.CheckboxSelectMultiple, **more
    )


def one_of(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", "–"), *choices])


SECTIONS: list[tuple[Any, list[list[str]]]] = [
    (_("What is applied for"), [["kind"], ["responsible"], ["limit", "monthly_use"], ["until"], ["use_note"], ["scope"]]),
    (
        pgettext_lazy("credit application", "The company"),
        [
            ["client_name"], ["credit_code", "licence_until"], ["nature", "industry"], ["registered_capital", "founded_on"],
            ["legal_representative"], ["registered_address"], ["billing_address"], ["phone", "email"],
        ],
    ),
    (_("Bank and invoice"), [["bank", "bank_account"], ["invoice_title", "invoice_kind"]]),
    (_("Contacts"), [["business_contact", "finance_contact"], ["statement_contact"]]),
    (_("Settlement"), [["settlement", "payment_days"], ["payment_ways"]]),
    (_("Guarantee and references"), [["guarantee_kind", "guarantee_note"], ["deposit", "guarantee_until"], ["references"]]),
]  # fmt: skip


class ApplicationForm(LaidOutForm):
    """The application 《挂帐申请表》; a draft may lack anything."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ApplicationKind, widget=PickOne())
    responsible = PersonField(label=_("Representative"))
    limit = amount_field(_("Limit asked for"), required=False)
    monthly_use = amount_field(_("Expected use a month"), required=False)
    until = day_field(_("Until"), required=False, help_text=_("Only for a higher limit for a time."))
    use_note = area(
        _("What it will be used for"),
        1000,
        help_text=_("Rooms, banquets, meetings; and why, where more is asked for than twice the use of a month."),
    )
    scope = some(_("To be charged"), RevenueKind.choices)
    client_name = text(_("Company's full name"), 160, help_text=_("As on the licence and the invoice."))
    credit_code = text(_("Unified social credit code"), 20)
    licence_until = day_field(_("Licence valid until"), required=False)
    nature = one_of(_("Nature"), Nature.choices)
    industry = text(_("Industry"), 60)
    registered_capital = amount_field(
        _("Registered capital"), required=False, max_digits=16, max_value=Decimal(10) ** 13
    )
    founded_on = day_field(_("Founded on"), required=False)
    legal_representative = text(_("Legal representative"), 60)
    registered_address = text(_("Registered address"), 200)
    billing_address = text(_("Billing address"), 200)
    phone = text(_("Phone"), 40, widget=PhoneInput())
    email = forms.EmailField(label=_("E-mail"), max_length=120, required=False)
    bank = text(_("Bank"), 120)
    bank_account = text(_("Bank account"), 40)
    invoice_title = text(_("Invoice title"), 160)
    invoice_kind = one_of(_("Kind of invoice"), InvoiceKind.choices)
    business_contact = text(_("Business contact"), 120, help_text=_("Name and phone."))
    finance_contact = text(_("Finance contact"), 120, help_text=_("Name and phone."))
    statement_contact = text(_("Who checks the statements"), 120, help_text=_("Name and phone."))
    settlement = one_of(_("Settlement"), Settlement.choices)
    payment_days = forms.IntegerField(
        label=_("Days to pay after the statement"), min_value=0, max_value=180, required=False, widget=WholeNumber()
    )
    payment_ways = some(_("Ways of paying"), PaymentWay.choices)
    guarantee_kind = one_of(_("Guarantee"), GuaranteeKind.choices)
    guarantee_note = text(_("Guarantor or document"), 160)
    deposit = amount_field(_("Deposit"), min_value=0, required=False)
    guarantee_until = day_field(_("Guarantee valid until"), required=False)
    references = area(_("Credit references"), 1000, help_text=_("Other hotels or suppliers, with name and phone."))
    signers_seen = forms.CharField(label=_("Who is to sign"), required=False, widget=forms.HiddenInput())
    truthful_by = text(_("Declared by"), 80, help_text=_("Who signed for the client that all of this is true."))
    truthful_on = day_field(_("Declared on"), required=False)

    def __init__(
        self, *args: Any, seat: Seat, people: Sequence[Staff], questions: Sequence[Question],
        application: CreditApplication | None = None, account: Account | None = None, **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **more)
        person = self.fields["responsible"]
        assert isinstance(person, PersonField)
        known = list(people)
        if application is not None and application.responsible not in known:
            known.append(application.responsible)
        person.offer(known)
        if application is None and account is None:
            self.fields["account"] = account_field(seat)
        self.questions = questions
        for question in questions:
            answers = [(one.code, said(one)) for one in question.answers]
            self.fields[f"{SCORE}{question.code}"] = one_of(said(question), answers)
        if application is not None:
            self._fill(application)
        self.stands_on(application)

    def _fill(self, one: CreditApplication) -> None:
        for name in set(self.fields) - {"responsible", "signers_seen"}:
            if name.startswith(SCORE):
                self.fields[name].initial = one.answers.get(name.removeprefix(SCORE), "")
            else:
                self.fields[name].initial = getattr(one, name)
        self.fields["responsible"].initial = one.responsible_id
        self.fields["signers_seen"].initial = "\n".join(" ".join(map(str, row.values())) for row in one.signers)

    def sections(self) -> list[tuple[Any, list[list[forms.BoundField]]]]:
        """The fields under their headings."""
        found = [(title, [[self[name] for name in row] for row in rows]) for title, rows in SECTIONS]
        if "account" in self.fields:
            found[0][1].insert(0, [self["account"]])
        scorecard = [[self[f"{SCORE}{one.code}"]] for one in self.questions]
        return [*found, (_("Scorecard"), scorecard)]

    def declared(self) -> list[forms.BoundField]:
        return [self["truthful_by"], self["truthful_on"]]

    def values(self) -> dict[str, Any]:
        """The columns that the fields stand for."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in ("signers_seen", "account")}
        answers = {name.removeprefix(SCORE): data.pop(name) for name in list(data) if name.startswith(SCORE)}
        return {**data, "answers": {name: value for name, value in answers.items() if value}}

    def audited_as(self, name: str) -> str:
        if name.startswith(SCORE):
            return "answers"
        return "signers" if name == "signers_seen" else name


def said(one: Any) -> str:
    """A question or an answer in the language in force."""
    return str(one.en if get_language() == "en" else one.zh)


class SignerForm(forms.Form):
    """Somebody who is to sign for the client; an empty line is left out."""

    name = text(_("Name"), 80)
    job_title = text(_("Job title"), 80)
    phone = text(_("Phone"), 40, widget=PhoneInput())
    document_end = text(_("Last four signs of the document"), 4)
    limit_each = amount_field(_("Limit each time"), required=False)
    until = day_field(_("Until"), required=False)


class SignerRows(forms.BaseFormSet[SignerForm]):
    """The signatories a to e."""

    def kept(self) -> list[dict[str, str]]:
        """As they are kept with the application."""
        found = []
        for one in self.forms:
            data = one.cleaned_data
            if any(data.values()):
                found.append({name: _text(value) for name, value in data.items()})
        return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def signer_rows(data: Any, signers: Sequence[Mapping[str, str]] = ()) -> SignerRows:
    factory = forms.formset_factory(
        SignerForm, formset=SignerRows, extra=max(1, MOST_SIGNERS - len(signers)) if len(signers) < MOST_SIGNERS else 0,
        max_num=MOST_SIGNERS, absolute_max=MOST_SIGNERS,
    )  # fmt: skip
    initial = [
        {**row, "limit_each": Decimal(row["limit_each"]) if row.get("limit_each") else None,
         "until": date.fromisoformat(row["until"]) if row.get("until") else None}
        for row in signers
    ]  # fmt: skip
    rows: SignerRows = factory(data, initial=initial, prefix="signers")  # type: ignore[assignment]
    return rows


def as_typed(form: ApplicationForm, rows: SignerRows) -> QueryDict:
    """What a browser would send of an application as it is kept: to show at its fields what is missing."""
    sent = QueryDict(mutable=True)
    for one in (form, rows.management_form, *rows.forms):
        for name, field in one.fields.items():
            sent.setlist(one.add_prefix(name), as_sent(one.get_initial_for_field(field, name)))
    return sent


class DecisionForm(LaidOutForm):
    """What somebody decides at one step."""

    layout = (("decision",), ("limit",), ("note",))
    decision = forms.ChoiceField(
        label=_("Your decision"), widget=PickOne(),
        choices=[
            ("approve", pgettext_lazy("decision", "Approve")), ("return", _("Return to correct")),
            ("refuse", pgettext_lazy("decision", "Refuse")),
        ],
    )  # fmt: skip
    limit = amount_field(
        _("Limit that you agree to"), required=False, help_text=_("A smaller one holds for whoever decides after you.")
    )
    note = area(pgettext_lazy("credit", "Opinion"), 1000)
    position = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, *args: Any, has_limit: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if not has_limit:
            del self.fields["limit"]

    def rows(self) -> list[list[forms.BoundField]]:
        return [*super().rows(), [self["position"]]]


class CheckForm(LaidOutForm):
    """What finance found about the client."""

    layout = (("check_ways",), ("check_findings",), ("outcome",))
    check_ways = forms.MultipleChoiceField(
        label=_("How the credit was checked"), choices=CheckWay.choices, widget=forms.CheckboxSelectMultiple
    )
    check_findings = forms.CharField(label=_("What was found"), max_length=2000, widget=forms.Textarea({"rows": 4}))
    outcome = forms.ChoiceField(
        label=_("What finance thinks"), widget=PickOne(),
        choices=[("clear", _("Nothing speaks against it")), ("against", _("Something speaks against it"))],
    )  # fmt: skip


class WithdrawForm(LaidOutForm):
    """Why the client does not want it any more."""

    layout = (("note",),)
    note = forms.CharField(label=pgettext_lazy("credit", "Why"), max_length=500, widget=forms.Textarea({"rows": 2}))


def error_texts(found: Sequence[tuple[str, str]]) -> list[str]:
    """What is missing, for a page without the form: each field once, by its label."""
    labels = ApplicationForm.base_fields
    return [
        _now("%(field)s: %(why)s") % {"field": labels[name].label, "why": why} if name in labels else why
        for name, why in found
    ]
