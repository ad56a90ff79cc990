"""Which months can be compared with the year before."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def covered_months(first: date, last: date, year: int) -> tuple[int, ...]:
    """The months of a year that data from `first` to `last` cover wholly in it and in the year before (screening-score §4)."""

    def whole(of: int, month: int) -> bool:
        return first <= date(of, month, 1) and date(of, month, monthrange(of, month)[1]) <= last

    return tuple(month for month in range(1, 13) if whole(year - 1, month) and whole(year, month))
