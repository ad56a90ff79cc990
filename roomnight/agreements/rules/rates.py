"""Which agreed rate a night has, of which agreement, and why (AGR-06). Values in, value out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from roomnight.agreements.rules.seasons import BLACKOUT, season_in

OWN, NEWER, PARENT = "own", "newer", "parent"
NONE, EXPIRED, AHEAD, BLACK, NO_RATE = "none", "expired", "ahead", "blackout", "no_rate"


@dataclass(frozen=True)
class Cell:
    """A rate for one night of the week in one season."""

    season: str
    night: int
    rate: Decimal
    breakfasts: int
    is_linked: bool


@dataclass(frozen=True)
class Terms:
    """A signed agreement with its cells of one room type. `distance`: 0 the client's own, 1 its parent's, and so on."""

    pk: int
    number: str
    client: str
    distance: int
    starts_on: date
    holds_until: date
    periods: tuple[tuple[date, str], ...]
    cells: tuple[Cell, ...] = ()

    def holds(self, day: date) -> bool:
        return self.starts_on <= day <= self.holds_until

    def cell_on(self, day: date) -> Cell | None:
        """The rate of the night that begins on this day."""
        season = season_in(self.periods, day)
        return next((one for one in self.cells if (one.season, one.night) == (season, day.isoweekday())), None)


@dataclass(frozen=True)
class Applied:
    """The answer for one night. `because` is own, newer or parent; without a rate none, expired, ahead, blackout or no_rate,
    and then `terms` is the agreement that it is about, if any. `passed_over` are others that would have had a rate."""

    day: date
    because: str
    terms: Terms | None = None
    cell: Cell | None = None
    passed_over: tuple[Terms, ...] = ()

    @property
    def season(self) -> str:
        return season_in(self.terms.periods, self.day) if self.terms else ""


def rate_on(day: date, agreements: Iterable[Terms]) -> Applied:
    """The rate of the night that begins on `day`.

    The client's own agreement goes before its parent's, the nearer parent's before the farther one's; of several of one
    client the one that began last, and of those that began on the same day the higher number. An agreement without a rate
    for this night leaves it to the next one; a day that it excludes is not given by a parent's agreement either.
    """
    known = sorted(agreements, key=_order)
    holding = [one for one in known if one.holds(day)]
    nearest = min((one.distance for one in holding), default=0)
    black = next((one for one in holding if one.distance == nearest and season_in(one.periods, day) == BLACKOUT), None)
    priced = [(one, cell) for one in holding if (cell := one.cell_on(day)) is not None]
    if black is not None:
        priced = [(one, cell) for one, cell in priced if one.distance == nearest]
    if priced:
        terms, cell = priced[0]
        others = tuple(one for one, _cell in priced[1:])
        same = any(one.distance == terms.distance for one in others)
        return Applied(day, PARENT if terms.distance else NEWER if same else OWN, terms, cell, others)
    if black is not None:
        return Applied(day, BLACK, black)
    if holding:
        return Applied(day, NO_RATE, holding[0])
    return _nothing(day, known)


def rates_for(arrival: date, departure: date, agreements: Sequence[Terms]) -> list[Applied]:
    """The rate of every night from arrival to the night before departure. A departure on the day of arrival is one day's use."""
    nights = max(1, (departure - arrival).days)
    return [rate_on(arrival + timedelta(days=number), agreements) for number in range(nights)]


def _nothing(day: date, known: Sequence[Terms]) -> Applied:
    """Why there is none: the one that ended last, else the one that begins next."""
    ended = max((one for one in known if one.holds_until < day), key=lambda one: one.holds_until, default=None)
    ahead = min((one for one in known if one.starts_on > day), key=lambda one: one.starts_on, default=None)
    if ended is not None:
        return Applied(day, EXPIRED, ended)
    return Applied(day, AHEAD, ahead) if ahead is not None else Applied(day, NONE)


def _order(one: Terms) -> tuple[int, int, list[int]]:
    return one.distance, -one.starts_on.toordinal(), [-ord(sign) for sign in one.number]
