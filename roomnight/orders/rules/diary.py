"""When a hall is taken, by whom, and what may be offered instead (ORD-07).

A hall is taken by the quarter of an hour, from the beginning of its set-up to the end of its tear-down. Quarters are counted
from the beginning of 1970 in universal time: every clock that hotels go by differs from it by whole quarters, so that a
quarter is a quarter on the wall too, across midnight and when the clocks are changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy

QUARTER: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(days=31)
"""For so long at most a hall is booked in one go; an exhibition that lasts longer is booked month by month."""
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)

SET_UP_MINUTES = Policy[int](
    "orders.set_up_minutes", 60, label=_("Minutes to set a hall up before a function, where the hall says nothing else"),
    source="ORD-07", kind="whole", check=lambda value: 0 <= value <= 1440,
)  # fmt: skip
TEAR_DOWN_MINUTES = Policy[int](
    "orders.tear_down_minutes", 30, label=_("Minutes to clear a hall after a function, where the hall says nothing else"),
    source="ORD-07", kind="whole", check=lambda value: 0 <= value <= 1440,
)  # fmt: skip


@dataclass(frozen=True)
class Use:
    """A hall in use: from when to when for the guests, and the minutes before and after for those who set up and clear."""

    start: datetime
    end: datetime
    set_up_minutes: int = 0
    tear_down_minutes: int = 0

    @property
    def taken_from(self) -> datetime:
        """The beginning of the quarter in which the set-up begins."""
        return moment_of(quarter_of(self.start - timedelta(minutes=self.set_up_minutes)))

    @property
    def taken_until(self) -> datetime:
        """The end of the quarter in which the last thing is cleared away."""
        return moment_of(_after(self.end + timedelta(minutes=self.tear_down_minutes)))

    @property
    def quarters(self) -> range:
        """Every quarter of an hour in which nobody else can have the hall."""
        return range(quarter_of(self.taken_from), quarter_of(self.taken_until))

    def starting(self, start: datetime) -> Use:
        """The same, as long as now, at another time."""
        return Use(start, start + (self.end - self.start), self.set_up_minutes, self.tear_down_minutes)

    def overlaps(self, other: Use) -> bool:
        """Whether both cannot be in one hall: one is still being cleared when the other is to be set up."""
        return self.taken_from < other.taken_until and other.taken_from < self.taken_until


def quarter_of(moment: datetime) -> int:
    """The number of the quarter of an hour that holds a moment. ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return (moment - _BEGINNING) // QUARTER


def moment_of(quarter: int) -> datetime:
    """When a quarter of an hour begins, in universal time."""
    return _BEGINNING + quarter * QUARTER


def _after(moment: datetime) -> int:
    """The first quarter that begins at a moment or later."""
    return -((_BEGINNING - moment) // QUARTER)


def smallest_parts(space: int, parts: Mapping[int, Collection[int]]) -> list[int]:
    """The halls that nothing divides further of which one consists: itself, or those it is thrown together from.

    Always in the same order, so that two who take them at once take them one after the other.
    """
    return sorted(parts.get(space) or (space,))


def in_each_others_way(one: int, other: int, parts: Mapping[int, Collection[int]]) -> bool:
    """Whether two halls share floor: the same one, a combined one and a part of it, two combined ones with a part in common."""
    return not set(smallest_parts(one, parts)).isdisjoint(smallest_parts(other, parts))


def slots(space: int, use: Use, parts: Mapping[int, Collection[int]]) -> Iterator[tuple[int, int]]:
    """(smallest hall, quarter) for everything that a booking takes: what no two bookings may have in common."""
    return ((part, quarter) for part in smallest_parts(space, parts) for quarter in use.quarters)


# ---- what to offer instead


@dataclass(frozen=True)
class Hall:
    """A hall as far as an offer needs it: its number, and how many people it seats by set-up (theatre, classroom …)."""

    key: int
    seats: Mapping[str, int]

    def seats_for(self, set_up: str) -> int:
        """How many it seats set up like that; without a set-up in mind, how many at the most."""
        return self.seats.get(set_up, 0) if set_up else max(self.seats.values(), default=0)


Taken = Mapping[int, Collection[int]]
"""By smallest hall, the quarters that are taken."""


def is_free(space: int, use: Use, taken: Taken, parts: Mapping[int, Collection[int]]) -> bool:
    """Whether nothing stands in the way of a use."""
    wanted = use.quarters
    return all(not any(quarter in wanted for quarter in taken.get(part, ())) for part in smallest_parts(space, parts))


def other_halls(
    halls: Iterable[Hall], use: Use, taken: Taken, parts: Mapping[int, Collection[int]], *, attendance: int, set_up: str,
    most: int = 3,
) -> list[int]:  # fmt: skip
    """Halls free at that time in which so many people find a seat, those with the fewest empty seats first."""
    fitting = [(hall.seats_for(set_up), hall.key) for hall in halls if hall.seats_for(set_up) >= max(attendance, 1)]
    return [key for _seats, key in sorted(fitting) if is_free(key, use, taken, parts)][:most]


def next_free(
    space: int, use: Use, taken: Taken, parts: Mapping[int, Collection[int]], *, until: datetime
) -> datetime | None:
    """The next start from then on at which the same use fits into the hall, set-up and all; None if not before `until`.

    The minutes past the quarter stay as they were asked for.
    """
    busy = sorted({quarter for part in smallest_parts(space, parts) for quarter in taken.get(part, ())})
    length = len(use.quarters)
    first = use.quarters.start
    for quarter in busy:
        if quarter >= first + length:
            break
        first = max(first, quarter + 1)
    start = use.start + (first - use.quarters.start) * QUARTER
    return start if start < until else None


def first_in_line(
    waiting: Sequence[tuple[int, int, Use]], taken: Taken, parts: Mapping[int, Collection[int]]
) -> list[int]:
    """Of those who wait, longest first as (number, hall, use), each that would fit now if those before had their way."""
    held = {part: set(quarters) for part, quarters in taken.items()}
    found = []
    for number, space, use in waiting:
        if is_free(space, use, held, parts):
            found.append(number)
            for part, quarter in slots(space, use, parts):
                held.setdefault(part, set()).add(quarter)
    return found
