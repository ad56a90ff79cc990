"""What a booking adds to the production of its accounts, month by month (PMS-03).

A booking with a company and an agent counts for both, in two views that are never added up. Money is in cents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from operator import add, sub
from typing import Final, NamedTuple

SIDES: Final = ("company", "agent")
BASES: Final = ("arrival", "stay")


class Measures(NamedTuple):
    """The figures of one account in one month. Room nights and revenue are of stays that happened; cancelled room
    nights are of bookings cancelled, not of guests who did not come."""

    bookings: int = 0
    stays: int = 0
    cancellations: int = 0
    no_shows: int = 0
    room_nights: int = 0
    cancelled_room_nights: int = 0
    zero_rate_stays: int = 0
    zero_night_stays: int = 0
    room_revenue_cents: int = 0


NOTHING: Final = Measures()


class Counted(NamedTuple):
    """The part of a booking that production looks at. Accounts are ids; None where the booking has none."""

    company: int | None
    agent: int | None
    status: str
    arrival: date
    nights: int
    is_zero_rate: bool
    revenue_cents: int


class Cell(NamedTuple):
    """Where a figure belongs: an account seen from one side, by month of arrival or by month of the nights."""

    account: int
    side: str
    basis: str
    month: date


def by_arrival(booking: Counted) -> Measures:
    """What a booking counts in the month of its arrival."""
    nights = booking.nights
    if booking.status == "stayed":
        return Measures(1, 1, 0, 0, nights, 0, int(booking.is_zero_rate), int(nights == 0), booking.revenue_cents)
    if booking.status == "cancelled":
        return Measures(1, 0, 1, 0, 0, nights)
    return Measures(1, 0, 0, 1)


def by_night(booking: Counted) -> Iterator[tuple[date, Measures]]:
    """Nights and revenue of a stay, divided over the months in which the guest slept here.

    Revenue goes night by night in equal parts; where a cent cannot be divided the later night gets it, so that the
    months always add up to the whole stay.
    """
    if booking.status != "stayed" or not booking.nights:
        return
    cents, nights = booking.revenue_cents, booking.nights
    month, left = _month_and_nights_left(booking.arrival)
    slept, given, until = 0, 0, min(nights, left)
    while slept < nights:
        due = cents * until // nights
        yield month, Measures(0, 0, 0, 0, until - slept, 0, 0, 0, due - given)
        slept, given = until, due
        month, length = _month_and_nights_left(date(month.year + month.month // 12, month.month % 12 + 1, 1))
        until = min(nights, until + length)


@lru_cache(maxsize=4_096)
def _month_and_nights_left(day: date) -> tuple[date, int]:
    """The month a day lies in, by its first day, and how many nights of it are still to come, this day's included."""
    first = day.replace(day=1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first, (following - day).days


def cells(booking: Counted) -> Iterator[tuple[Cell, Measures]]:
    """Everything a booking adds, and where."""
    if booking.company is None and booking.agent is None:
        return
    (month, _left), whole = _month_and_nights_left(booking.arrival), by_arrival(booking)
    nightly = list(by_night(booking))
    for account, side in ((booking.company, "company"), (booking.agent, "agent")):
        if account is not None:
            yield Cell(account, side, "arrival", month), whole
            for slept_in, part in nightly:
                yield Cell(account, side, "stay", slept_in), part


class Tally:
    """Adds up what bookings bring and what their former versions take away; `changes` is what is left to write."""

    def __init__(self) -> None:
        self._sums: dict[Cell, Sequence[int]] = {}

    def add(self, booking: Counted, sign: int = 1) -> None:
        """Count a booking once; with sign −1 take it back."""
        combine = add if sign > 0 else sub
        for cell, measures in cells(booking):
            self._sums[cell] = list(map(combine, self._sums.get(cell, NOTHING), measures))

    def changes(self) -> dict[Cell, Measures]:
        """The cells whose figures differ from before, in a stable order."""
        return {cell: Measures(*self._sums[cell]) for cell in sorted(self._sums) if any(self._sums[cell])}


def tallied(bookings: Iterable[Counted]) -> dict[Cell, Measures]:
    """The full count over all these bookings: what production must always equal."""
    tally = Tally()
    for booking in bookings:
        tally.add(booking)
    return tally.changes()
