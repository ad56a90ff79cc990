"""How orders are said on pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from roomnight.agreements.queries.naming import called
from roomnight.agreements.queries.tables import room_types
from roomnight.agreements.rules.seasons import RoomType
from roomnight.kernel.money import format_money
from roomnight.orders.models import ItemKind, Meal, Order, OrderItem, OrderState, SetUp, SpaceBooking, Unit, money
from roomnight.orders.rules.completeness import Missing
from roomnight.orders.rules.items import cost
from roomnight.organization.access import Seat

TONES = {
    OrderState.ENQUIRY: "go", OrderState.TENTATIVE: "soon", OrderState.DEFINITE: "good", OrderState.IN_PROGRESS: "good",
    OrderState.DECLINED: "late", OrderState.CANCELLED: "late", OrderState.NO_SHOW: "late",
}  # fmt: skip
ICONS = {
    ItemKind.ROOMS: "bed", ItemKind.FUNCTION: "door-enter", ItemKind.CATERING: "coffee", ItemKind.TRANSPORT: "car",
    ItemKind.OTHER: "package",
}  # fmt: skip


def amount(seat: Seat, value: Decimal | None) -> str:
    return "–" if value is None else format_money(value, seat.hotel.currency, get_language() or "zh-hans")


def dot(*parts: Any) -> str:
    """Short facts side by side."""
    return " · ".join(str(one) for one in parts if one)


def room_names(seat: Seat) -> Mapping[str, RoomType]:
    return room_types(seat.hotel_code, seat.today)


def hours(seat: Seat, start: datetime | None, end: datetime | None) -> str:
    """“14:00–17:30”, with the day where it is another one; nothing without a start."""
    if start is None:
        return ""
    first = seat.local(start)
    if end is None:
        return f"{first:%H:%M}"
    last = seat.local(end)
    return f"{first:%H:%M}–{last:%H:%M}" if first.date() == last.date() else f"{first:%H:%M} – {last:%m-%d %H:%M}"


def in_the_way(seat: Seat, message: str, holders: Iterable[SpaceBooking], seen: Collection[int]) -> str:
    """Why a hall cannot be had, with those who have it: by name for whoever may see them, of the others only until when."""
    found = [
        f"{seat.local(one.taken_from):%m-%d %H:%M} – {seat.local(one.taken_until):%m-%d %H:%M} "
        + (one.title if one.pk in seen else _("Held by a colleague"))
        for one in holders
    ]
    return f"{message} {'; '.join(found)}" if found else message


def item_row(seat: Seat, one: OrderItem, types: Mapping[str, RoomType]) -> dict[str, Any]:
    """An item as the page shows it: `name`, what is quiet beside it, day, hours, and what it costs."""
    total = cost(one.kind, one.price_cents, one.count, one.nights, one.room_nights)
    return {
        "one": one, "icon": ICONS[ItemKind(one.kind)], "name": item_name(one, types), "facts": _facts(one),
        "day": one.arrives_on or (seat.local(one.starts_at).date() if one.starts_at else None),
        "until": one.departs_on, "hours": hours(seat, one.starts_at, one.ends_at), "price": amount(seat, one.price),
        "unit": _unit(one), "total": None if total is None else money(total),
        "agreed": amount(seat, one.agreed) if one.agreed_cents is not None else "",
    }  # fmt: skip


def item_name(one: OrderItem, types: Mapping[str, RoomType]) -> str:
    """What an item is called, in the language in force."""
    match one.kind:
        case ItemKind.ROOMS:
            return called(types[one.room_type]) if one.room_type in types else one.room_type
        case ItemKind.FUNCTION:
            return one.what or one.space_wish or str(one.get_kind_display())
        case ItemKind.CATERING:
            return dot(Meal(one.meal).label if one.meal else "", one.what) or str(one.get_kind_display())
        case ItemKind.TRANSPORT:
            return one.vehicle or one.what or str(one.get_kind_display())
    return one.what


def _facts(one: OrderItem) -> str:
    people = ngettext("%(n)d person", "%(n)d people", one.people or 0) % {"n": one.people} if one.people else ""
    match one.kind:
        case ItemKind.ROOMS:
            rooms = ngettext("%(n)d room", "%(n)d rooms", one.count) % {"n": one.count}
            nights = ngettext("%(n)d night", "%(n)d nights", one.nights) % {"n": one.nights}
            return dot(rooms, nights, one.by_night, breakfasts(one.breakfasts), one.note)
        case ItemKind.FUNCTION:
            wish = one.space_wish if one.what else ""
            return dot(wish, SetUp(one.set_up).label if one.set_up else "", people, one.equipment, one.note)
        case ItemKind.CATERING:
            return dot(covers(one), people if one.unit == Unit.TABLE else "", one.place, one.menu, one.note)
        case ItemKind.TRANSPORT:
            cars = ngettext("%(n)d car", "%(n)d cars", one.count) % {"n": one.count}
            return dot(cars, people, one.flight, one.place, one.note)
    return dot(_("%(n)d pieces") % {"n": one.count} if one.count > 1 else "", one.note)


def breakfasts(n: int) -> str:
    if not n:
        return _("without breakfast")
    return ngettext("%(n)d breakfast", "%(n)d breakfasts", n) % {"n": n}


def covers(one: OrderItem) -> str:
    if one.unit == Unit.TABLE:
        return ngettext("%(n)d table", "%(n)d tables", one.count) % {"n": one.count}
    return ngettext("%(n)d cover", "%(n)d covers", one.count) % {"n": one.count}


def _unit(one: OrderItem) -> str:
    match one.kind:
        case ItemKind.ROOMS:
            return pgettext("price", "a room and night")
        case ItemKind.CATERING:
            return str(Unit(one.unit).label) if one.unit else ""
        case ItemKind.TRANSPORT:
            return pgettext("price", "a car")
    return ""


MISSING_WORDS = {
    "items": _lazy("what was ordered"), "contact": _lazy("the contact person"), "arrives_at": _lazy("when the first guests come"),
    "head_people": _lazy("how many people"), "deposit": _lazy("the deposit"), "signers": _lazy("who may sign"),
    "guests": _lazy("the guests' names"), "price_cents": _lazy("the price"), "people": _lazy("how many people"),
    "set_up": _lazy("the set-up"), "place": _lazy("the place"), "equipment": _lazy("the equipment"), "menu": _lazy("the menu"),
    "flight": _lazy("the flight or train"),
}  # fmt: skip


def missing_rows(
    seat: Seat, one: Order, found: Iterable[Missing], rows: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """What is missing, by where it is missing, with the page on which it is entered."""
    names = {row["one"].pk: row["name"] for row in rows}
    places: dict[int | None, list[Any]] = {}
    for lack in found:
        places.setdefault(lack.item, []).append(MISSING_WORDS[lack.code])
    return [
        {
            "where": names.get(item, "") if item else _("The order itself"), "what": what,
            "url": seat.url("orders:item_edit", pk=one.pk, item=item) if item else seat.url("orders:edit", pk=one.pk),
        }
        for item, what in places.items()
    ]  # fmt: skip


def total_of(items: Iterable[OrderItem]) -> Decimal:
    """What all items with a price come to."""
    found = (cost(one.kind, one.price_cents, one.count, one.nights, one.room_nights) for one in items)
    return Decimal(sum(one or 0 for one in found)).scaleb(-2)


def option_days(one: Order, today: date) -> int | None:
    """Days until the option runs out, that day included; below nothing where it has; None where there is none."""
    if one.state != OrderState.TENTATIVE or one.option_until is None:
        return None
    return (one.option_until - today).days


def order_row(seat: Seat, one: Order) -> dict[str, Any]:
    """An order as lists show it."""
    left = option_days(one, seat.today)
    return {
        "one": one, "url": one.get_absolute_url(), "tone": TONES.get(OrderState(one.state), ""), "option_days": left,
        "is_over": left is not None and left < 0, "nights": (one.departs_on - one.arrives_on).days,
    }  # fmt: skip
