"""An order as it stands, as plain values (CHG-01), and frozen ones as items that can be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime

from roomnight.kernel.calendar import at_local
from roomnight.orders.models import (
    HOLDING,
    DepartmentNotice,
    FunctionSpace,
    Order,
    OrderGuest,
    OrderItem,
    OrderRevision,
    SpaceBooking,
)
from roomnight.orders.rules.changes import FIELDS, GUEST, HALL, HEAD, Content
from roomnight.orders.rules.notice_values import ARRIVAL_CLOCK
from roomnight.organization.models import Membership
from roomnight.organization.working_days import day_at, hours_of

DAYS = ("arrives_on", "departs_on", "deposit_due_on")
MOMENTS = ("starts_at", "ends_at")


def content_of(order: Order) -> dict[str, Any]:
    """The order, its items, the halls held for it and its guests as they are kept now."""
    now = Order.objects.select_related("hotel").get(pk=order.pk)
    items = OrderItem.objects.filter(order=order, removed_at=None).order_by("pk")
    head = {field: _plain(getattr(now, "contact_id" if field == "contact" else field)) for field in HEAD}
    halls = SpaceBooking.objects.filter(order=order, state__in=HOLDING).select_related("space").order_by("pk")
    guests = OrderGuest.objects.filter(order=order, removed_at=None).order_by("pk")
    return {
        "head": head, "items": {str(one.pk): _item(now, one) for one in items},
        "halls": {f"h{one.pk}": _hall(now, one) for one in halls},
        "guests": {
            f"g{one.pk}": {"kind": GUEST, **{field: _plain(getattr(one, field)) for field in FIELDS[GUEST]}}
            for one in guests
        },
    }  # fmt: skip


def _item(order: Order, one: OrderItem) -> dict[str, Any]:
    values = {field: _plain(getattr(one, field)) for field in FIELDS[one.kind]}
    day = one.arrives_on or (day_at(order.hotel, one.starts_at) if one.starts_at else None)
    return {"kind": one.kind, "day": _plain(day), **values}


def _hall(order: Order, one: SpaceBooking) -> dict[str, Any]:
    values = {field: _plain(getattr(one, field)) for field in FIELDS[HALL] if field != "space"}
    day = _plain(day_at(order.hotel, one.starts_at))
    return {"kind": HALL, "item": str(one.item_id or ""), "day": day, "space": one.space.name, **values}


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | time():
            return value.isoformat()
    return value


def value_of(field: str, value: Any) -> Any:
    """A frozen value as it was: days, hours and moments are such again."""
    if value is None:
        return None
    if field in DAYS:
        return date.fromisoformat(value)
    if field in MOMENTS:
        return parse_datetime(value)
    return time.fromisoformat(value) if field == "arrives_at" else value


def frozen_item(key: str, values: Mapping[str, Any]) -> OrderItem:
    """An item as it was, to be shown; it is not kept anywhere."""
    kept = {field: value_of(field, values.get(field)) for field in FIELDS[values["kind"]]}
    texts = {name: value for name, value in kept.items() if value is not None}
    return OrderItem(pk=int(key), kind=values["kind"], **texts)


def frozen_items(content: Content) -> list[OrderItem]:
    """The items of a revision, by day and hour."""
    return sorted((frozen_item(key, values) for key, values in content["items"].items()), key=lambda one: one.begins)


def frozen_hall(key: str, values: Mapping[str, Any]) -> SpaceBooking:
    """A hall as it was held, to be shown; it is not kept anywhere."""
    kept = {field: value_of(field, values.get(field)) for field in FIELDS[HALL] if field != "space"}
    said = {name: value for name, value in kept.items() if value is not None}
    return SpaceBooking(pk=int(key[1:]), space=FunctionSpace(name=values["space"]), **said)


def frozen_guest(key: str, values: Mapping[str, Any]) -> OrderGuest:
    """A guest as they were on the list, to be shown; it is not kept anywhere."""
    kept = {field: value_of(field, values.get(field)) for field in FIELDS[GUEST]}
    return OrderGuest(pk=int(key[1:]), **{name: value for name, value in kept.items() if value is not None})


def latest_revision(order: Order) -> OrderRevision | None:
    return OrderRevision.objects.filter(order=order).order_by("-number").first()


def answering() -> QuerySet[Membership]:
    """The places of those who may answer a notice for their department."""
    return Membership.objects.filter(
        staff__is_active=True, role__grants__resource="orders.notice", role__grants__action="edit"
    )


def standing(order: Order) -> list[DepartmentNotice]:
    """The notices of an order that stand, by department."""
    found = DepartmentNotice.objects.filter(order=order, superseded_at=None)
    people = ("order__hotel", "order__follower", "answered_by", "ready_by")
    return list(found.select_related("department__hotel", "revision", "base", *people).order_by("department"))


def moments_of(order: Order, items: Iterable[Mapping[str, Any]]) -> list[datetime]:
    """When items begin: their hour, or the expected arrival on their first day."""
    found = []
    for one in items:
        if one.get("starts_at"):
            found.append(datetime.fromisoformat(one["starts_at"]))
        elif one.get("arrives_on"):
            found.append(arrival(order, date.fromisoformat(one["arrives_on"])))
    return found


def arrival(order: Order, day: date | None = None) -> datetime:
    """When guests of an order are expected on its first day, or on another."""
    on = day or order.arrives_on
    clock = order.arrives_at or ARRIVAL_CLOCK.at(order.hotel.code, on)
    return at_local(on, clock, hours_of(order.hotel, on).tz)
