"""What an item of an order costs, and what cannot be (ORD-01). Values in, value out; amounts in whole cents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NIGHTS_AT_MOST = 366
HOURS_AT_MOST = 24 * 14


def cost(kind: str, price: int | None, count: int, nights: int = 0, room_nights: int | None = None) -> int | None:
    """What an item comes to: rooms by night, a function as a whole, everything else by number; None without a price.

    `room_nights` is the sum of rooms whose number is not the same every night.
    """
    if price is None:
        return None
    if kind == "rooms":
        return price * (count * nights if room_nights is None else room_nights)
    return price if kind == "function" else price * count


def nonsense(kind: str, values: Mapping[str, Any]) -> tuple[str, str] | None:
    """The first thing that cannot be: (its code, the field it stands in); None where everything can."""
    if kind == "rooms":
        first, last = values.get("arrives_on"), values.get("departs_on")
        if first is None or last is None:
            return "nights", "arrives_on" if first is None else "departs_on"
        if last <= first:
            return "order", "departs_on"
        if (last - first).days > NIGHTS_AT_MOST:
            return "long", "departs_on"
    start, end = values.get("starts_at"), values.get("ends_at")
    if kind in ("function", "catering", "transport") and start is None:
        return "hour", "starts_at"
    if kind == "function" and end is None:
        return "hour", "ends_at"
    if start is not None and end is not None:
        if end <= start:
            return "order", "ends_at"
        if (end - start).total_seconds() > HOURS_AT_MOST * 3600:
            return "long", "ends_at"
    if values.get("count", 1) < 1:
        return "count", "count"
    if (values.get("price_cents") or 0) < 0:
        return "price", "price"
    return None
