"""What is typed about an order and its items (ORD-01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.agreements.queries.naming import called
from roomnight.agreements.rules.seasons import RoomType
from roomnight.clients.forms.pickers import account_field, contact_field
from roomnight.clients.models import Account
from roomnight.kernel.calendar import at_local
from roomnight.orders.models import (
    Channel,
    ItemKind,
    Meal,
    Order,
    OrderItem,
    OrderKind,
    PaymentWay,
    SetUp,
    Unit,
)
from roomnight.organization.access import Seat
from roomnight.organization.forms.choosing import PersonField
from roomnight.organization.models import Staff
from roomnight.ui.small_forms import LaidOutForm
from roomnight.ui.widgets import ClockInput, DayInput, PickOne, WholeNumber

AMOUNTS = {"deposit": "deposit_cents", "sign_limit": "sign_limit_cents", "price": "price_cents"}
"""Amounts as typed, and the columns of whole cents that keep them."""


def area(rows: int = 2) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


def money_field(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, **{"required": False, "min_value": 0, "max_digits": 12, "decimal_places": 2, **more}
    )


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), **more)


def whole_field(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, widget=WholeNumber(), **{"required": False, "min_value": 1, "max_value": 99_999, **more}
    )


def to_cents(value: Decimal | None) -> int | None:
    return None if value is None else int(value.scaleb(2))


def in_cents(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same with its amounts as the columns keep them."""
    return {AMOUNTS.get(name, name): to_cents(value) if name in AMOUNTS else value for name, value in data.items()}


class OrderForm(LaidOutForm):
    """What stands at the head of an order (ORD-01)."""

    title = forms.CharField(
        label=pgettext_lazy("order", "Title"), max_length=160,
        help_text=_("What people will call it, such as “Annual dealers' meeting”."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=pgettext_lazy("order", "What for"), choices=OrderKind, widget=PickOne())
    arrives_on = day_field(pgettext_lazy("order", "First day"))
    departs_on = day_field(pgettext_lazy("order", "Last day"))
    arrives_at = forms.TimeField(label=_("Expected at"), required=False, widget=ClockInput())
    people = whole_field(_("Number of people"))
    channel = forms.ChoiceField(label=_("How it came"), choices=Channel, widget=PickOne())
    follower = PersonField(label=_("Followed by"), help_text=_("Who takes an order follows it."))
    payment = forms.ChoiceField(label=_("Payment"), choices=PaymentWay, widget=PickOne(even=True))
    deposit = money_field(pgettext_lazy("order", "Deposit"))
    deposit_due_on = day_field(_("Deposit due on"), required=False)
    deposit_paid_on = day_field(_("Deposit paid on"), required=False)
    signed_for = forms.CharField(
        label=_("What may be signed for"), max_length=200, required=False,
        help_text=_("Such as: rooms and banquet, no minibar."),
    )  # fmt: skip
    sign_limit = money_field(pgettext_lazy("order", "Up to"))
    signers = forms.CharField(label=_("Who may sign"), max_length=200, required=False)
    special_needs = forms.CharField(label=_("Special needs"), required=False, widget=area(3))
    layout = [
        ["title"], ["kind"], ["arrives_on", "departs_on"], ["arrives_at", "people"], ["channel"], ["follower"], ["payment"],
        ["deposit", "deposit_due_on"], ["deposit_paid_on"], ["signed_for"], ["sign_limit", "signers"], ["special_needs"],
    ]  # fmt: skip

    def __init__(
        self, *args: Any, seat: Seat, people: Sequence[Staff], order: Order | None = None, account: Account | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        known = order.account if order else account
        if order is not None:
            del self.fields["follower"]
            for name in set(self.fields):
                self.fields[name].initial = getattr(order, name)
        else:
            del self.fields["deposit_paid_on"]
            follower = self.fields["follower"]
            assert isinstance(follower, PersonField)
            follower.offer([seat.staff, *(one for one in people if one != seat.staff)])
            follower.initial = seat.staff.pk
        if known is None:
            self.fields["account"] = account_field(seat)
        else:
            self.fields["contact"] = contact_field(seat, known, _("Contact person"))
            self.fields["contact"].initial = order.contact if order else None
        self.stands_on(order)

    def rows(self) -> list[list[forms.BoundField]]:
        found = [row for row in super().rows() if row]
        for name in ("contact", "account"):
            if name in self.fields:
                found.insert(0, [self[name]])
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("arrives_on"), data.get("departs_on")
        if first and last and last < first:
            self.add_error("departs_on", _now("The last day lies before the first."))
        return data

    def values(self) -> dict[str, Any]:
        """What was typed, as commands take it."""
        return in_cents(self.cleaned_data)

    def audited_as(self, name: str) -> str:
        return AMOUNTS.get(name, name)


# ---- items


class ItemForm(LaidOutForm):
    """What every item says; the kinds below say more."""

    kind = ItemKind.OTHER
    note = forms.CharField(label=pgettext_lazy("order", "Note"), required=False, widget=area())

    def __init__(
        self, *args: Any, seat: Seat, types: Mapping[str, RoomType], item: OrderItem | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.seat = seat
        if "room_type" in self.fields:
            room_type = self.fields["room_type"]
            assert isinstance(room_type, forms.ChoiceField)
            room_type.choices = [("", "–"), *((code, called(one)) for code, one in types.items())]
        if item is not None:
            kept = _as_typed(seat, item)
            for name in self.fields:
                self.fields[name].initial = kept[name] if name in kept else getattr(item, name)
        self.stands_on(item)

    def values(self) -> dict[str, Any]:
        """What was typed, as commands take it: hours as moments, amounts as cents."""
        data = dict(self.cleaned_data)
        if "on" in data:
            data |= _moments(self.seat, data.pop("on"), data.pop("at", None), data.pop("until", None))
        return in_cents(data)

    def audited_as(self, name: str) -> str:
        return {"on": "starts_at", "at": "starts_at", "until": "ends_at", **AMOUNTS}.get(name, name)


def _as_typed(seat: Seat, item: OrderItem) -> dict[str, Any]:
    """Day and hours of an item as they stand in a form."""
    start = seat.local(item.starts_at) if item.starts_at else None
    end = seat.local(item.ends_at) if item.ends_at else None
    return {
        "on": start.date() if start else None, "at": start.time() if start else None, "until": end.time() if end else None,
    }  # fmt: skip


def _moments(seat: Seat, on: date | None, at: time | None, until: time | None) -> dict[str, datetime | None]:
    """Day and hours as moments; an hour that is not after the beginning is of the next day."""
    if on is None or at is None:
        return {"starts_at": None, "ends_at": None}
    last = on + timedelta(days=1) if until is not None and until <= at else on
    return {
        "starts_at": at_local(on, at, seat.zone),
        "ends_at": at_local(last, until, seat.zone) if until is not None else None,
    }


class RoomsForm(ItemForm):
    """Rooms 客房."""

    kind = ItemKind.ROOMS
    room_type = forms.ChoiceField(label=_("Room type"))
    arrives_on = day_field(pgettext_lazy("rooms", "Arrival"))
    departs_on = day_field(pgettext_lazy("rooms", "Departure"))
    count = whole_field(pgettext_lazy("count", "Rooms"), required=True)
    breakfasts = whole_field(_("Breakfasts a room"), min_value=0, max_value=9)
    price = money_field(_("Rate a night"), help_text=_("Empty: what the client's agreement gives."))
    price_reason = forms.CharField(label=_("Why below the agreed rate"), max_length=200, required=False)
    layout = [
        ["room_type"], ["arrives_on", "departs_on"], ["count", "breakfasts"], ["price"], ["price_reason"], ["note"],
    ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("arrives_on"), data.get("departs_on")
        if first and last and last <= first:
            self.add_error("departs_on", _now("At least one night."))
        data["breakfasts"] = data.get("breakfasts") or 0
        return data


class FunctionForm(ItemForm):
    """A room for a meeting or a banquet 会场."""

    kind = ItemKind.FUNCTION
    what = forms.CharField(label=_("What takes place"), max_length=160)
    on = day_field(_("Day"))
    at = forms.TimeField(label=pgettext_lazy("hour", "From"), widget=ClockInput())
    until = forms.TimeField(
        label=pgettext_lazy("hour", "Until"), widget=ClockInput(), help_text=_("Past midnight is the next day.")
    )
    people = whole_field(_("Number of people"))
    space_wish = forms.CharField(label=_("Wanted room"), max_length=120, required=False)
    set_up = forms.ChoiceField(label=_("Set-up"), choices=SetUp, widget=PickOne(), required=False)
    equipment = forms.CharField(
        label=_("Equipment"), required=False, widget=area(), help_text=_("Screen, microphones, banner, water, pens …")
    )
    price = money_field(_("Rent"))
    layout = [
        ["what"],
        ["on"],
        ["at", "until"],
        ["people", "price"],
        ["space_wish"],
        ["set_up"],
        ["equipment"],
        ["note"],
    ]


class CateringForm(ItemForm):
    """A meal 餐饮."""

    kind = ItemKind.CATERING
    meal = forms.ChoiceField(label=_("Meal"), choices=Meal, widget=PickOne())
    on = day_field(_("Day"))
    at = forms.TimeField(label=pgettext_lazy("hour", "From"), widget=ClockInput())
    until = forms.TimeField(label=pgettext_lazy("hour", "Until"), widget=ClockInput(), required=False)
    unit = forms.ChoiceField(label=_("Counted by"), choices=Unit, widget=PickOne(even=True))
    count = whole_field(_("How many"), required=True, help_text=_("Covers, or tables."))
    people = whole_field(_("Number of people"))
    price = money_field(_("Price each"))
    place = forms.CharField(label=pgettext_lazy("meal", "Where"), max_length=160, required=False)
    menu = forms.CharField(label=_("Menu and drinks"), required=False, widget=area(3))
    layout = [
        ["meal"],
        ["on"],
        ["at", "until"],
        ["unit"],
        ["count", "people"],
        ["price"],
        ["place"],
        ["menu"],
        ["note"],
    ]


class TransportForm(ItemForm):
    """Cars 车队."""

    kind = ItemKind.TRANSPORT
    vehicle = forms.CharField(label=_("Vehicle"), max_length=80)
    on = day_field(_("Day"))
    at = forms.TimeField(label=_("Time"), widget=ClockInput())
    flight = forms.CharField(label=_("Flight or train"), max_length=80, required=False)
    place = forms.CharField(label=_("From where to where"), max_length=160)
    count = whole_field(pgettext_lazy("transport", "Cars"), required=True)
    people = whole_field(_("Number of people"))
    price = money_field(_("Price a car"))
    layout = [["vehicle"], ["on", "at"], ["flight"], ["place"], ["count", "people"], ["price"], ["note"]]


class OtherForm(ItemForm):
    """Anything else."""

    what = forms.CharField(label=pgettext_lazy("item of an order", "What"), max_length=160)
    on = day_field(_("Day"), required=False)
    at = forms.TimeField(label=_("Time"), required=False, widget=ClockInput())
    count = whole_field(_("How many"), required=True)
    price = money_field(_("Price each"))
    layout = [["what"], ["on", "at"], ["count", "price"], ["note"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("on") and data.get("at") is None:
            data["at"] = time(0)
        return data


FORMS: dict[str, type[ItemForm]] = {
    ItemKind.ROOMS: RoomsForm, ItemKind.FUNCTION: FunctionForm, ItemKind.CATERING: CateringForm,
    ItemKind.TRANSPORT: TransportForm, ItemKind.OTHER: OtherForm,
}  # fmt: skip


class WhyForm(LaidOutForm):
    """A reason, and nothing else."""

    note = forms.CharField(label=_("Why"), max_length=200, widget=area())
    layout = [["note"]]
