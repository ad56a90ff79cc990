"""The spans of days that figures are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

LONGEST_YEARS: Final = 10


@dataclass(frozen=True)
class Period:
    """From a day to a day, both included."""

    first: date
    last: date

    @property
    def year_before(self) -> Period:
        """The same days a year before; 29 February is then the 28th."""
        return Period(a_year_earlier(self.first), a_year_earlier(self.last))


def a_year_earlier(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def month_start(day: date, back: int = 0) -> date:
    """The first day of the month so many months before this day's."""
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


def usual_periods(today: date) -> dict[str, Period]:
    """What is asked for most, up to today: by a short name."""
    this = month_start(today)
    return {
        "year": Period(month_start(today, 11), today),
        "month": Period(this, today),
        "last": Period(month_start(today, 1), this - timedelta(days=1)),
        "calendar": Period(date(today.year, 1, 1), today),
    }


def is_sane(period: Period) -> bool:
    """Not backwards, and not longer than the figures are good for."""
    return period.first <= period.last and period.last.year - period.first.year <= LONGEST_YEARS
