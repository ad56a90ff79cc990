"""Business broken down by one or two dimensions, and laid beside the period before (MIX-01). Money is in cents."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

MONTHS: Final = 12


class Period(NamedTuple):
    """Whole months of one year: the first and the last day."""

    first: date
    last: date

    @property
    def before(self) -> Period:
        """The same months of the year before."""
        return months_of(self.first.year - 1, self.first.month, self.last.month)

    @property
    def is_year(self) -> bool:
        return (self.first.month, self.last.month) == (1, MONTHS)

    @property
    def is_month(self) -> bool:
        return self.first.month == self.last.month


def months_of(year: int, first: int, last: int) -> Period:
    """From the first day of one month to the last day of another."""
    return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def year_so_far(year: int, today: date) -> Period | None:
    """A year as far as its months are over; None where none is. What is only begun is never laid beside a whole month."""
    if year > today.year or (year == today.year and today.month == 1):
        return None
    return months_of(year, 1, MONTHS if year < today.year else today.month - 1)


def month_over(text: str, today: date) -> Period | None:
    """The month written as 2026-10, where there is such a month and it is over."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return months_of(first.year, first.month, first.month) if first < today.replace(day=1) else None


class Figures(NamedTuple):
    """Revenue in cents and room nights."""

    cents: int = 0
    nights: int = 0

    def plus(self, other: Figures) -> Figures:
        return Figures(self.cents + other.cents, self.nights + other.nights)


Cells = Mapping[tuple[str, str], Figures]
"""By value of the first and of the second dimension; the second is "" where there is none."""


@dataclass(frozen=True)
class Row:
    """One value of the first dimension, now and in the period before; `cells` by value of the second."""

    value: str
    now: Figures
    before: Figures
    cells: Mapping[str, Figures]
    cells_before: Mapping[str, Figures]


@dataclass(frozen=True)
class Breakdown:
    """All rows, the values of the second dimension in order, and the sums."""

    rows: list[Row]
    columns: list[str]
    now: Figures
    before: Figures


def summed_up(cells: Iterable[Figures]) -> Figures:
    total = Figures()
    for one in cells:
        total = total.plus(one)
    return total


def broken_down(
    now: Cells, before: Cells, row_order: Iterable[str] = (), column_order: Iterable[str] = ()
) -> Breakdown:
    """Lay two periods beside each other. Values of an order stand in it, all others by revenue, the largest first."""
    rows = [
        Row(value, summed_up(mine.values()), summed_up(theirs.values()), mine, theirs)
        for value in _ordered((key[0] for key in (*now, *before)), row_order, now, 0)
        for mine, theirs in [(_part(now, value), _part(before, value))]
    ]
    columns = _ordered((key[1] for key in (*now, *before) if key[1]), column_order, now, 1)
    return Breakdown(rows, columns, summed_up(now.values()), summed_up(before.values()))


def _part(cells: Cells, value: str) -> dict[str, Figures]:
    return {column: figures for (row, column), figures in cells.items() if row == value}


def _ordered(values: Iterable[str], order: Iterable[str], cells: Cells, place: int) -> list[str]:
    known = {value: number for number, value in enumerate(order)}
    cents: dict[str, int] = {}
    for key, figures in cells.items():
        cents[key[place]] = cents.get(key[place], 0) + figures.cents
    return sorted(set(values), key=lambda one: (known.get(one, len(known)), -cents.get(one, 0), one))
