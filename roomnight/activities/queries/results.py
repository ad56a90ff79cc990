"""What clients booked after they were visited, beside the same days a year before (VIS-12)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any, Final

from django.db.models import Max, Min, Sum

from roomnight.activities.models import Purpose, Visit, VisitKind, VisitState
from roomnight.activities.rules.results import Spread, is_comparable, is_over, span, spread, year_before
from roomnight.organization.models import Hotel, Staff
from roomnight.pms.models import Booking, BookingStatus

MADE: Final = (VisitState.RETURNED, VisitState.REPORTED, VisitState.CLOSED)
LOOKED_BACK: Final = timedelta(days=365)
AT_ONCE: Final = 400
WAYS: Final = ("purpose", "kind", "staff")


@dataclass(frozen=True)
class Told:
    """The days of which the hotel's reservations tell of stays; None where there are none."""

    first: date
    until: date


def told(hotel: Hotel, today: date) -> Told | None:
    """From the first stay on, until today or the last one told."""
    found = Booking.objects.filter(hotel=hotel, status=BookingStatus.STAYED).aggregate(
        a=Min("arrival"), b=Max("arrival")
    )
    return Told(found["a"], min(today - timedelta(days=1), found["b"])) if found["a"] else None


class Stays:
    """Nights and revenue of some clients by day of arrival, added up so that any span of days is one subtraction."""

    def __init__(self, hotel: Hotel, accounts: Collection[int], first: date, last: date) -> None:
        by_day: dict[int, dict[date, tuple[int, int]]] = defaultdict(dict)
        wanted = sorted(set(accounts))
        for side in ("company", "agent"):
            for start in range(0, len(wanted), AT_ONCE):
                self._read(by_day, hotel, side, wanted[start : start + AT_ONCE], first, last)
        self._days: dict[int, list[date]] = {}
        self._nights: dict[int, list[int]] = {}
        self._cents: dict[int, list[int]] = {}
        for account, days in by_day.items():
            known = sorted(days)
            self._days[account] = known
            self._nights[account] = [0, *accumulate(days[day][0] for day in known)]
            self._cents[account] = [0, *accumulate(days[day][1] for day in known)]

    @staticmethod
    def _read(by_day: dict[int, Any], hotel: Hotel, side: str, accounts: list[int], first: date, last: date) -> None:
        rows = Booking.objects.filter(
            hotel=hotel, status=BookingStatus.STAYED, arrival__gte=first, arrival__lte=last, **{f"{side}__in": accounts}
        )
        sums = rows.order_by().values_list(f"{side}_id", "arrival").annotate(Sum("nights"), Sum("revenue_cents"))
        for account, day, nights, cents in sums.iterator(chunk_size=5_000):
            before = by_day[account].get(day, (0, 0))
            by_day[account][day] = (before[0] + int(nights or 0), before[1] + int(cents or 0))

    def between(self, account: int, first: date, last: date) -> tuple[int, int]:
        """Room nights and cents of arrivals from one day to another, both counted."""
        days = self._days.get(account)
        if not days:
            return 0, 0
        a, b = bisect_left(days, first), bisect_right(days, last)
        return self._nights[account][b] - self._nights[account][a], self._cents[account][b] - self._cents[account][a]


@dataclass(frozen=True)
class After:
    """What one visit's days after brought and the same days a year before; None where that cannot be told."""

    days: int
    until: date
    nights: int
    cents: int
    nights_before: int | None
    cents_before: int | None
    is_over: bool

    @property
    def more_nights(self) -> int | None:
        return None if self.nights_before is None else self.nights - self.nights_before

    @property
    def more_cents(self) -> int | None:
        return None if self.cents_before is None else self.cents - self.cents_before


def after_visit(visit: Visit, lengths: Iterable[int], today: date) -> list[After]:
    """What the client did after one visit, for each length; empty before the visit was made or where nothing is told."""
    known = told(visit.hotel, today) if visit.state in MADE else None
    wanted = list(lengths)
    if known is None or not wanted:
        return []
    longest = span(visit.day, max(wanted))
    stays = Stays(visit.hotel, [visit.account_id], year_before(*longest)[0], longest[1])
    found = []
    for days in wanted:
        first, last = span(visit.day, days)
        nights, cents = stays.between(visit.account_id, first, last)
        before: tuple[int | None, int | None] = (None, None)
        if is_comparable(visit.day, days, known.first):
            before = stays.between(visit.account_id, *year_before(first, last))
        found.append(After(days, last, nights, cents, *before, is_over(visit.day, days, known.until)))
    return found


@dataclass(frozen=True)
class Group:
    """Visits of one purpose, kind or person: what followed them, and how that differs from the year before, per visit."""

    label: Any
    visits: int
    clients: int
    nights: int
    cents: int
    nights_before: int
    cents_before: int
    more_nights: Spread | None
    more_cents: Spread | None


@dataclass(frozen=True)
class Results:
    """All groups and what had to be left out: visits whose days are not over, and those with no year before to compare."""

    groups: list[Group]
    whole: Group | None
    running: int
    incomparable: int


def results(hotel: Hotel, visits: Any, *, days: int, by: str, today: date) -> Results:
    """What followed the visits of the last year, by purpose, kind or person. Each visit counts its own days: where a client was
    visited twice within them, the same stays follow both visits, so groups are read per visit and never added up."""
    known = told(hotel, today)
    made = visits.filter(state__in=MADE, day__gte=today - LOOKED_BACK - timedelta(days=days), day__lt=today)
    rows = list(made.order_by().values_list("account_id", "day", "purpose", "kind", "staff_id"))
    if known is None or not rows:
        return Results([], None, len(rows), 0)
    over = [row for row in rows if is_over(row[1], days, known.until)]
    fit = [row for row in over if is_comparable(row[1], days, known.first)]
    result = Results([], None, len(rows) - len(over), len(over) - len(fit))
    if not fit:
        return result
    first = year_before(*span(min(row[1] for row in fit), days))[0]
    stays = Stays(hotel, {row[0] for row in fit}, first, max(span(row[1], days)[1] for row in fit))
    place = 2 + WAYS.index(by)
    parts: dict[Any, list[tuple[int, tuple[int, int], tuple[int, int]]]] = defaultdict(list)
    for row in fit:
        now = span(row[1], days)
        parts[row[place]].append((row[0], stays.between(row[0], *now), stays.between(row[0], *year_before(*now))))
    names = _names(by, parts)
    groups = [_group(names.get(key, key), part) for key, part in parts.items()]
    groups.sort(key=lambda one: (-one.visits, str(one.label)))
    return Results(
        groups, _group("", [one for part in parts.values() for one in part]), result.running, result.incomparable
    )


def _names(by: str, keys: Iterable[Any]) -> dict[Any, Any]:
    if by == "staff":
        return {pk: one.label for pk, one in Staff.objects.in_bulk(list(keys)).items()}
    return dict(Purpose.choices if by == "purpose" else VisitKind.choices)


def _group(label: Any, part: list[tuple[int, tuple[int, int], tuple[int, int]]]) -> Group:
    nights: dict[int, list[float]] = defaultdict(list)
    cents: dict[int, list[float]] = defaultdict(list)
    for account, now, before in part:
        nights[account].append(now[0] - before[0])
        cents[account].append(now[1] - before[1])
    return Group(
        label, len(part), len(nights), sum(now[0] for _a, now, _b in part), sum(now[1] for _a, now, _b in part),
        sum(before[0] for _a, _n, before in part), sum(before[1] for _a, _n, before in part), spread(nights), spread(cents),
    )  # fmt: skip
