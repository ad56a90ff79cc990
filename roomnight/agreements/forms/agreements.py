"""What is typed about an agreement: its terms, its price list, who may sign, originals and decisions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.agreements.models import Agreement, Kind, RateLine, Settlement, Side, Signatory
from roomnight.agreements.queries.naming import NIGHT_CHOICES, called
from roomnight.agreements.rules.seasons import NIGHTS, RoomType, Season
from roomnight.clients.forms.pickers import account_field
from roomnight.clients.models import Account
from roomnight.organization.access import Seat
from roomnight.organization.forms.choosing import PersonField
from roomnight.organization.models import Staff
from roomnight.ui.small_forms import LaidOutForm
from roomnight.ui.widgets import ClockInput, DayInput, PhoneInput, PickOne, WholeNumber

RATE_ROWS, MOST_RATES = 4, 60


def area(rows: int = 2) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


def money_field(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, **{"max_digits": 10, "decimal_places": 2, **more})


def percent_field(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_value=100, max_digits=5, decimal_places=2,
        help_text=_("In percent."),
    )  # fmt: skip


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), **more)


class SpansField(forms.CharField):
    """Spans of days, one a line: `2027-02-05 2027-02-12`, both days included; one day alone is a span of one."""

    widget = forms.Textarea

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, widget=area(2), **more)

    def clean(self, value: Any) -> list[tuple[date, date]]:
        spans = []
        for line in str(super().clean(value) or "").splitlines():
            if not line.strip():
                continue
            days = re.findall(r"\d{4}-\d{2}-\d{2}", line)
            rest = re.sub(r"\d{4}-\d{2}-\d{2}|[\s,~–—-]|至|到|to", "", line)
            try:
                read = [date.fromisoformat(one) for one in days]
            except ValueError:
                read = []
            if rest or len(read) not in (1, 2) or read[0] > read[-1]:
                raise forms.ValidationError(
                    _now("“%(line)s”: enter first and last day, such as 2027-02-05 2027-02-12.")
                    % {"line": line.strip()}
                )
            spans.append((read[0], read[-1]))
        return spans


class AgreementForm(LaidOutForm):
    """What an agreement says (AGR-01)."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind, widget=PickOne())
    responsible = PersonField(label=_("Representative"))
    starts_on = day_field(pgettext_lazy("agreement", "First day"))
    ends_on = day_field(pgettext_lazy("agreement", "Last day"), help_text=_("It holds on this day too."))
    client_name = forms.CharField(label=_("Client's full name"), max_length=160)
    client_address = forms.CharField(label=_("Address"), max_length=200, required=False)
    client_contact = forms.CharField(label=_("Contact person"), max_length=80, required=False)
    client_phone = forms.CharField(label=_("Phone"), max_length=40, required=False, widget=PhoneInput())
    client_tax_number = forms.CharField(label=_("Tax number"), max_length=30, required=False)
    client_bank = forms.CharField(label=_("Bank"), max_length=120, required=False)
    client_bank_account = forms.CharField(label=_("Bank account"), max_length=40, required=False)
    commitment_nights = forms.IntegerField(
        label=_("Room nights promised"), min_value=1, max_value=999999, required=False, widget=WholeNumber()
    )
    commitment_revenue = money_field(_("Room revenue promised"), required=False, max_digits=14)
    dining_discount = percent_field(_("Discount for dining"))
    meeting_discount = percent_field(_("Discount for meeting rooms"))
    commission = percent_field(_("Commission"))
    hold_until = forms.TimeField(label=_("Rooms are kept until"), required=False, widget=ClockInput())
    cancellation_terms = forms.CharField(label=_("Terms for cancelling"), max_length=300, required=False)
    no_show_terms = forms.CharField(label=_("Terms for no-shows"), max_length=300, required=False)
    settlement = forms.ChoiceField(label=_("Settlement"), choices=Settlement, widget=PickOne())
    payment_days = forms.IntegerField(
        label=_("Days to pay after the statement"), min_value=0, max_value=365, required=False, widget=WholeNumber()
    )
    blackouts = SpansField(
        label=_("Days without a rate"),
        help_text=_("One span a line, first and last day: 2027-02-05 2027-02-12. Both days are included."),
    )
    special_terms = forms.CharField(label=_("Special terms"), required=False, widget=area(4))
    rates_seen = forms.CharField(label=_("Price list"), required=False, widget=forms.HiddenInput())
    layout = [
        ["kind"], ["responsible"], ["starts_on", "ends_on"], ["client_name"], ["client_address"],
        ["client_contact", "client_phone"], ["client_tax_number"], ["client_bank", "client_bank_account"],
        ["commitment_nights", "commitment_revenue"], ["dining_discount", "meeting_discount"], ["commission", "hold_until"],
        ["cancellation_terms"], ["no_show_terms"], ["settlement"], ["payment_days"], ["blackouts"], ["special_terms"],
    ]  # fmt: skip

    def __init__(
        self, *args: Any, seat: Seat, people: Sequence[Staff], agreement: Agreement | None = None,
        account: Account | None = None, rates: str = "", **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        responsible = self.fields["responsible"]
        assert isinstance(responsible, PersonField)
        known = list(people)
        if agreement is not None and agreement.responsible not in known:
            known.append(agreement.responsible)
        responsible.offer(known)
        if agreement is None and account is None:
            self.fields["account"] = account_field(seat)
        if agreement is not None:
            for name in set(self.fields) - {"responsible", "blackouts", "rates_seen"}:
                self.fields[name].initial = getattr(agreement, name)
            self.fields["responsible"].initial = agreement.responsible_id
            self.fields["blackouts"].initial = "\n".join(" ".join(span) for span in agreement.blackouts)
            self.fields["rates_seen"].initial = rates
        self.stands_on(agreement)

    def rows(self) -> list[list[forms.BoundField]]:
        found = super().rows()
        return [[self["account"]], *found] if "account" in self.fields else found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data.pop("rates_seen", None)
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _now("The last day lies before the first."))
        return data

    def audited_as(self, name: str) -> str:
        return "lines" if name == "rates_seen" else name


class RateForm(forms.Form):
    """One line of the price list; an empty one is left out."""

    room_type = forms.ChoiceField(label=_("Room type"), required=False)
    season = forms.ChoiceField(label=_("Season"), required=False)
    nights = forms.ChoiceField(label=pgettext_lazy("of the week", "Nights"), choices=NIGHT_CHOICES, required=False)
    rate = money_field(_("Rate"), required=False)
    breakfasts = forms.IntegerField(
        label=_("Breakfasts"), min_value=0, max_value=9, required=False, widget=WholeNumber()
    )
    is_linked = forms.BooleanField(label=_("For the promised volume"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("room_type") and data.get("rate") is None and "rate" not in self.errors:
            self.add_error("rate", _now("Enter the rate."))
        if data.get("rate") is not None and not data.get("room_type"):
            self.add_error("room_type", _now("Choose the room type."))
        if data.get("rate") == 0:
            self.add_error("rate", _now("A rate is more than nothing."))
        return data


class RateRows(forms.BaseFormSet[RateForm]):
    """The price list as typed."""

    def __init__(self, *args: Any, offered: tuple[list[Any], list[Any]], **kwargs: Any) -> None:
        self.offered = offered
        super().__init__(*args, **kwargs)

    def add_fields(self, form: RateForm, index: int | None) -> None:
        super().add_fields(form, index)
        for name, choices in zip(("room_type", "season"), self.offered, strict=True):
            field = form.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def lines(self) -> list[dict[str, Any]]:
        """The lines as commands take them."""
        said = [one.cleaned_data for one in self.forms if one.cleaned_data.get("room_type")]
        return [{**one, "nights": one["nights"] or NIGHTS, "breakfasts": one["breakfasts"] or 0} for one in said]


def rate_rows(
    data: Any, types: Mapping[str, RoomType], seasons: Mapping[str, Season], lines: Sequence[RateLine] = ()
) -> RateRows:
    """The rows with what is agreed; always some free ones below."""
    names = ("room_type", "season", "nights", "rate", "breakfasts", "is_linked")
    known = [{name: getattr(one, name) for name in names} for one in lines]
    rooms = [("", "–"), *((code, called(one)) for code, one in types.items())]
    times = [("", _now("every season")), *((code, called(one)) for code, one in seasons.items())]
    extra = max(RATE_ROWS - len(known), 1)
    factory = forms.formset_factory(
        RateForm, formset=RateRows, extra=extra, max_num=MOST_RATES, absolute_max=MOST_RATES
    )
    rows: RateRows = factory(data, initial=known, prefix="rates", offered=(rooms, times))  # type: ignore[assignment, call-arg]
    return rows


class DecisionForm(LaidOutForm):
    """What is decided on an agreement (AGR-02)."""

    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=[("approve", pgettext_lazy("decision", "Approve")), ("return", _("Return to correct"))],
        widget=PickOne(even=True),
    )
    note = forms.CharField(label=_("Opinion"), max_length=300, required=False, widget=area())
    layout = [["decision"], ["note"]]


class WhyForm(LaidOutForm):
    """A reason, and nothing else."""

    note = forms.CharField(label=_("Why"), max_length=300, widget=area())
    layout = [["note"]]


class EndForm(LaidOutForm):
    """Ending before the time: until when it still holds, and why."""

    last_day = day_field(pgettext_lazy("agreement", "Last day"), help_text=_("It holds on this day too."))
    note = forms.CharField(label=_("Why"), max_length=300, widget=area())
    layout = [["last_day"], ["note"]]


class RenewalForm(LaidOutForm):
    """The term of the agreement that follows (AGR-05)."""

    starts_on = day_field(pgettext_lazy("agreement", "First day"))
    ends_on = day_field(pgettext_lazy("agreement", "Last day"), help_text=_("It holds on this day too."))
    layout = [["starts_on", "ends_on"]]


class OriginalForm(LaidOutForm):
    """A signed original (AGR-03)."""

    side = forms.ChoiceField(label=_("Which original"), choices=Side, widget=PickOne(even=True))
    signed_on = day_field(_("Signed on"))
    signed_for_us = forms.CharField(label=_("Signed for the hotel by"), max_length=80)
    signed_for_client = forms.CharField(label=_("Signed for the client by"), max_length=80)
    has_our_seal = forms.BooleanField(label=_("It bears the hotel's seal"), required=False)
    has_client_seal = forms.BooleanField(label=_("It bears the client's seal"), required=False)
    place = forms.CharField(label=_("Where it is kept"), max_length=160)
    layout = [
        ["side"], ["signed_on"], ["signed_for_us", "signed_for_client"], ["has_our_seal", "has_client_seal"], ["place"],
    ]  # fmt: skip


class SignatoryForm(LaidOutForm):
    """Somebody who may sign for the client (AGR-01)."""

    name = forms.CharField(label=_("Name"), max_length=80)
    job_title = forms.CharField(label=_("Job title"), max_length=80, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False, widget=PhoneInput())
    document_end = forms.CharField(label=_("Last four signs of the document"), max_length=4, required=False)
    limit_each = money_field(_("Limit each time"), required=False, max_digits=12)
    starts_on = day_field(pgettext_lazy("agreement", "First day"))
    ends_on = day_field(pgettext_lazy("agreement", "Last day"), help_text=_("They may sign on this day too."))
    letter = forms.CharField(
        label=_("Client's letter"), max_length=120, required=False,
        help_text=_("After signing, a change is made on the client's letter: its number or day."),
    )  # fmt: skip
    layout = [
        ["name", "job_title"], ["phone", "document_end"], ["limit_each"], ["starts_on", "ends_on"], ["letter"],
    ]  # fmt: skip

    def __init__(self, *args: Any, signatory: Signatory | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if signatory is not None:
            for name in self.fields:
                self.fields[name].initial = getattr(signatory, name)
        self.stands_on(signatory)
