"""How agreements are said on pages and papers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from roomnight.agreements.models import Agreement, RateLine, State
from roomnight.agreements.queries.naming import called, nights_words
from roomnight.agreements.queries.tables import room_types, seasons
from roomnight.agreements.rules.seasons import BLACKOUT, RoomType, Season
from roomnight.kernel.money import format_money
from roomnight.organization.access import Seat

TONES = {
    State.REVIEW: "soon", State.APPROVED: "go", State.SIGNED: "go", State.EFFECTIVE: "good", State.EXPIRING: "soon",
    State.RENEWED: "good", State.EXPIRED: "late", State.TERMINATED: "late", State.LAPSED: "late",
}  # fmt: skip
MOST_DAYS_BACK = 366


def amount(seat: Seat, value: Decimal | None) -> str:
    return "–" if value is None else format_money(value, seat.hotel.currency, get_language() or "zh-hans")


class Names:
    """Room types and seasons in words; a code that the tables no longer know stands for itself."""

    def __init__(self, hotel_code: str, on: date) -> None:
        self.types: Mapping[str, RoomType] = room_types(hotel_code, on)
        self.times: Mapping[str, Season] = seasons(hotel_code, on)

    def room(self, code: str) -> str:
        return called(self.types[code]) if code in self.types else code

    def season(self, code: str) -> str:
        if code in ("", BLACKOUT):
            return _("every season") if not code else _("no rate")
        return called(self.times[code]) if code in self.times else code

    def line(self, one: RateLine) -> str:
        """A line of the price list in one piece."""
        return f"{self.room(one.room_type)} · {self.season(one.season)} · {nights_words(one.nights)} · {one.rate} · +{one.breakfasts}"


def price_list(seat: Seat, one: Agreement, names: Names) -> list[dict[str, Any]]:
    """The price list as the page shows it."""
    return [
        {
            "line": line,
            "room": names.room(line.room_type),
            "season": names.season(line.season),
            "nights": nights_words(line.nights),
            "rack": rack.rack if (rack := names.types.get(line.room_type)) else None,
            "is_below": line.is_below_floor,
        }
        for line in one.lines.all()
    ]


def rates_in_short(seat: Seat, lines: Iterable[RateLine], names: Names) -> list[tuple[str, str]]:
    """For each room type of a price list its rate, or the lowest and the highest."""
    found: dict[str, list[Decimal]] = {}
    for line in lines:
        found.setdefault(line.room_type, []).append(line.rate)
    return [
        (names.room(code), " – ".join(amount(seat, one) for one in dict.fromkeys((min(rates), max(rates)))))
        for code, rates in found.items()
    ]


def periods_words(one: Agreement, names: Names) -> list[tuple[date, date, str]]:
    """The term by seasons: first day, last day, both included, and the season in words."""
    starts = [date.fromisoformat(start) for start, _season in one.periods]
    ends = [*(day - timedelta(days=1) for day in starts[1:]), one.ends_on]
    return [
        (first, last, names.season(season))
        for first, last, (_start, season) in zip(starts, ends, one.periods, strict=True)
    ]


def days_left(one: Agreement, today: date) -> int | None:
    """Days until it ends, the last one included; None where it does not run."""
    if one.state not in (State.EFFECTIVE, State.EXPIRING, State.RENEWED) or one.holds_until < today:
        return None
    return (one.holds_until - today).days


def agreement_row(seat: Seat, one: Agreement) -> dict[str, Any]:
    """An agreement as lists show it."""
    left = days_left(one, seat.today)
    return {"one": one, "url": one.get_absolute_url(), "tone": TONES.get(State(one.state), ""), "days_left": left}
