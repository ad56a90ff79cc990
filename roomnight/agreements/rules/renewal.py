"""When somebody is reminded of an agreement's end, and the term that a renewal begins with (AGR-05)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any


def read_notice_days(table: Any) -> list[int]:
    """The days before the end, the most first. Raises ValueError or TypeError where it is no such list."""
    days = sorted({int(one) for one in table}, reverse=True)
    if not days or min(days) < 0 or max(days) > 366 or any(isinstance(one, (bool, float, str)) for one in table):
        raise ValueError(table)
    return days


def notices_due(last_day: date, today: date, notice_days: Iterable[int], given: Collection[int]) -> list[int]:
    """The reminders that are due and not given yet, the most urgent last; none once it is over."""
    left = (last_day - today).days
    if left < 0:
        return []
    return sorted((days for days in notice_days if left <= days and days not in given), reverse=True)


def lapses_on(approved_on: date, days: int) -> date:
    """The first day on which what was sent out to be signed, and was not, holds no more (forms.md §12)."""
    return approved_on + timedelta(days=days)


def first_day_again(starts_on: date, ends_on: date, today: date) -> tuple[date, date]:
    """The term of one that is taken up again: as it was, or as long from tomorrow where it has begun already."""
    first = max(starts_on, today + timedelta(days=1))
    return first, ends_on if first < ends_on else first + (ends_on - starts_on)


def renewal_term(starts_on: date, ends_on: date) -> tuple[date, date]:
    """The term after this one, equally long by the calendar: a year from 1 November ends on 31 October again."""
    first = ends_on + timedelta(days=1)
    months = (first.year - starts_on.year) * 12 + first.month - starts_on.month
    if months and first.day == starts_on.day:
        after = first.month - 1 + months
        year, month = first.year + after // 12, after % 12 + 1
        try:
            return first, date(year, month, first.day) - timedelta(days=1)
        except ValueError:
            return first, date(year, month + 1, 1) - timedelta(days=1)
    return first, first + (ends_on - starts_on)
