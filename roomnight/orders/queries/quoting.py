"""An item of an order as a quotation keeps it, and back (ORD-10)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from roomnight.orders.models import OrderItem
from roomnight.orders.rules.items import cost

KEPT = (
    "kind", "what", "arrives_on", "departs_on", "starts_at", "ends_at", "count", "people", "room_type", "breakfasts", "space_wish",
    "set_up", "equipment", "meal", "unit", "menu", "vehicle", "flight", "place", "price_cents", "agreed_cents", "agreement_id",
    "price_reason", "note",
)  # fmt: skip
BY_NIGHT = ("by_night", "room_nights")
"""Only of rooms whose number is not the same every night; nothing is taken over from them, the block itself says it."""
DAYS, MOMENTS = ("arrives_on", "departs_on"), ("starts_at", "ends_at")
Line = dict[str, Any]
"""The columns of an item as JSON keeps them, with its id as `item` and what it comes to as `total_cents`."""


def line_of(item: OrderItem) -> Line:
    """An item as a version of a quotation keeps it."""
    values = {name: getattr(item, name) for name in KEPT}
    values |= {name: getattr(item, name) for name in BY_NIGHT if getattr(item, name) not in (None, "")}
    total = cost(item.kind, item.price_cents, item.count, item.nights, item.room_nights) or 0
    kept: Line = json.loads(json.dumps({"item": item.pk, **values, "total_cents": total}, cls=DjangoJSONEncoder))
    return kept


def values_of(line: Line) -> dict[str, Any]:
    """The columns that a line keeps, as an item has them."""
    found: dict[str, Any] = {name: line.get(name) for name in KEPT}
    for name in DAYS:
        found[name] = date.fromisoformat(found[name]) if found[name] else None
    for name in MOMENTS:
        found[name] = datetime.fromisoformat(found[name]) if found[name] else None
    return found


def item_of(line: Line) -> OrderItem:
    """A line as an item that is not saved, to be shown like one."""
    by_night = {name: line[name] for name in BY_NIGHT if name in line}
    return OrderItem(pk=line["item"], **values_of(line), **by_night)


def differs(lines: Iterable[Line], items: Iterable[OrderItem]) -> bool:
    """Whether an order asks for something else by now than a version has."""
    return {line["item"]: line for line in lines} != {item.pk: line_of(item) for item in items}
