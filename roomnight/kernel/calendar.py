"""Working days of a hotel: weekly rest, the country's public holidays, mainland make-up days, the hotel's own (ORG-05).

Plain values in, plain values out: no clock, no database. All dates are the hotel's local dates.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

import holidays

SATURDAY, SUNDAY = 5, 6
WEEKEND = frozenset({SATURDAY, SUNDAY})
_FURTHEST = 400  # days to look ahead before we say that this calendar has no working day


_LANGUAGES = {"zh-hans": "zh_CN", "en": "en_US"}  # ours, and the holiday library's


class StatutoryDays(NamedTuple):
    """One year of one country: its public holidays with their names, and the rest days on which people work (调休)."""

    off: Mapping[date, str]
    make_up: frozenset[date]


@cache
def statutory_days(country: str, year: int, language: str = "zh-hans") -> StatutoryDays:
    """What the state has decided for a year. A year not announced yet has its holidays but no make-up days.

    The country is an ISO 3166 code; "" stands for none. ValueError for a country that is not known.
    """
    if not country:
        return StatutoryDays(MappingProxyType({}), frozenset())
    try:
        # With the year after it: its notice may name the last days of this year.
        known = holidays.country_holidays(
            country, years=[year, year + 1], expand=False, language=_LANGUAGES.get(language, "en_US")
        )
    except NotImplementedError:
        raise ValueError(f"no public holidays are known for the country {country!r}") from None
    off = {day: name for day, name in known.items() if day.year == year}
    make_up = frozenset(day for day in known.weekend_workdays if day.year == year)
    return StatutoryDays(MappingProxyType(off), make_up)


@dataclass(frozen=True)
class HotelCalendar:
    """When the office of one hotel works.

    rest_weekdays: days of rest in every week, Monday is 0. overrides: the hotel's own days, True where it works;
    they beat everything. country: whose public holidays hold; "" for none.
    """

    rest_weekdays: frozenset[int] = WEEKEND
    overrides: Mapping[date, bool] = field(default_factory=dict)
    country: str = "CN"

    def __post_init__(self) -> None:
        if not self.rest_weekdays < frozenset(range(7)):
            raise ValueError("a week has days 0 to 6, and at least one of them is for work")

    def is_working_day(self, day: date) -> bool:
        """The hotel's own word first, then the state's make-up days and holidays, then the weekly rest."""
        own = self.overrides.get(day)
        if own is not None:
            return own
        statutory = statutory_days(self.country, day.year)
        if day in statutory.make_up:
            return True
        return day not in statutory.off and day.weekday() not in self.rest_weekdays

    def next_working_day(self, day: date, n: int = 1) -> date:
        """The n-th working day after this one, which itself never counts: after a Friday the make-up Saturday."""
        if n < 1:
            raise ValueError("the next working day is at least one ahead")
        return self.add_working_days(day, n)

    def add_working_days(self, day: date, n: int) -> date:
        """Count n working days forward, or back when n is negative; 0 is the day itself, working or not."""
        step = timedelta(days=1 if n > 0 else -1)
        left, idle = abs(n), 0
        while left:
            day += step
            idle += 1
            if self.is_working_day(day):
                left, idle = left - 1, 0
            if idle > _FURTHEST:
                raise ValueError(f"no working day within {_FURTHEST} days of {day}")
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`; negative when `end` is earlier.

        The inverse of counting: between Monday and the Tuesday after it there is one.
        """
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(start + timedelta(days=ahead)) for ahead in range(1, (end - start).days + 1))

    def holiday_name(self, day: date, language: str = "zh-hans") -> str:
        """The name of the public holiday, or "" where there is none."""
        return statutory_days(self.country, day.year, language).off.get(day, "")


def local_day(moment: datetime, tz: tzinfo) -> date:
    """The hotel's date at this moment. ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(tz).date()


def at_local(day: date, clock: time, tz: tzinfo) -> datetime:
    """The moment when the hotel's clocks show this time on this day.

    Where the clocks are put forward and the time is left out that night, the moment the same distance after the change.
    """
    return datetime.combine(day, clock, tz).astimezone(UTC).astimezone(tz)


def day_bounds(day: date, tz: tzinfo) -> tuple[datetime, datetime]:
    """The first moment of the hotel's day and the first of the next one: `start <= moment < end`."""
    return at_local(day, time.min, tz), at_local(day + timedelta(days=1), time.min, tz)


@dataclass(frozen=True)
class WorkingHours:
    """The office hours of a working day, local time (policies `workday_start` and `workday_end`, ORG-05)."""

    start: time
    end: time
    tz: tzinfo

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError("the working day ends after it starts")

    def opening(self, day: date) -> datetime:
        """When work begins on this day."""
        return at_local(day, self.start, self.tz)

    def closing(self, day: date) -> datetime:
        """When work ends on this day."""
        return at_local(day, self.end, self.tz)

    def at_work(self, moment: datetime, calendar: HotelCalendar) -> bool:
        """Whether the office works at this moment; the closing minute no longer counts."""
        day = local_day(moment, self.tz)
        return calendar.is_working_day(day) and self.opening(day) <= moment < self.closing(day)

    def next_at_work(self, moment: datetime, calendar: HotelCalendar) -> datetime:
        """This moment when the office works, else the next time it opens: then what came by night is dealt with."""
        if self.at_work(moment, calendar):
            return moment
        day = local_day(moment, self.tz)
        if calendar.is_working_day(day) and moment < self.opening(day):
            return self.opening(day)
        return self.opening(calendar.next_working_day(day))
