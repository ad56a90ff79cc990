"""When a charge is to be paid (CRD-06)."""

from __future__ import annotations

import calendar
from datetime import date, timedelta


def period_of(on: date, settlement: str) -> tuple[date, date]:
    """The first and the last day of the settlement period that holds a day; `settlement` as in `agreements.Settlement`.

    Who pays on departure or after each event is settled with day by day.
    """
    match settlement:
        case "weekly":
            monday = on - timedelta(days=on.weekday())
            return monday, monday + timedelta(days=6)
        case "half_monthly":
            return (on.replace(day=1), on.replace(day=15)) if on.day <= 15 else (on.replace(day=16), _month_end(on))
        case "monthly":
            return on.replace(day=1), _month_end(on)
        case "quarterly":
            first = on.replace(month=(on.month - 1) // 3 * 3 + 1, day=1)
            return first, _month_end(first.replace(month=first.month + 2))
    return on, on


def due_on(on: date, settlement: str, payment_days: int | None) -> date:
    """The day by which a charge of a day is to be paid: so many days after the end of its settlement period."""
    return period_of(on, settlement)[1] + timedelta(days=payment_days or 0)


def _month_end(on: date) -> date:
    return on.replace(day=calendar.monthrange(on.year, on.month)[1])


def months_later(on: date, months: int) -> date:
    """The same day so many months later, or the last of a month that is too short."""
    year, month = divmod(on.month - 1 + months, 12)
    first = date(on.year + year, month + 1, 1)
    return first.replace(day=min(on.day, _month_end(first).day))
