"""How old what is owed is, and the figures that follow from it (CRD-08)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, timedelta

LATEST: tuple[tuple[str, int | None], ...] = (
    ("current", 0), ("to_30", 30), ("to_60", 60), ("to_90", 90), ("older", None),
)  # fmt: skip
"""The buckets of what is owed, each with the most days overdue it holds; what is due today is not overdue."""
MONTH_DAYS, QUARTER_DAYS = 30, 90
LATE_DAYS = 60


@dataclass(frozen=True)
class Ageing:
    """What is open, in cents by how long it is overdue; `unallocated` are payments that settle nothing yet (below nothing).

    The parts together are the balance, always.
    """

    current: int = 0
    to_30: int = 0
    to_60: int = 0
    to_90: int = 0
    older: int = 0
    unallocated: int = 0

    @property
    def owed(self) -> int:
        """What is open of charges."""
        return self.current + self.overdue

    @property
    def overdue(self) -> int:
        return self.to_30 + self.to_60 + self.to_90 + self.older

    @property
    def late(self) -> int:
        """Overdue for more than sixty days."""
        return self.to_90 + self.older

    @property
    def total(self) -> int:
        return self.owed + self.unallocated

    def parts(self) -> dict[str, int]:
        return {one.name: getattr(self, one.name) for one in fields(self)}


def bucket_of(due_on: date, today: date, cents: int) -> str:
    """In which bucket an open amount falls on a day."""
    if cents < 0:
        return "unallocated"
    days = (today - due_on).days
    return next(name for name, most in LATEST if most is None or days <= most)


def aged(lines: Iterable[tuple[date, int]], today: date) -> Ageing:
    """The ageing of open lines, each its due day and what is open of it in cents."""
    parts = dict.fromkeys((one.name for one in fields(Ageing)), 0)
    for due_on, cents in lines:
        parts[bucket_of(due_on, today, cents)] += cents
    return Ageing(**parts)


def spans(today: date) -> dict[str, tuple[date | None, date | None]]:
    """The first and the last due day of each bucket of what is owed; None: no end."""
    found: dict[str, tuple[date | None, date | None]] = {}
    last: date | None = None
    for name, most in LATEST:
        first = None if most is None else today - timedelta(days=most)
        found[name] = (first, last)
        last = first - timedelta(days=1) if first else None
    return found


# ---- figures


@dataclass(frozen=True)
class Moved:
    """What went over the ledger in a span of days, in cents: charges and adjustments upwards, and money that came in (above nothing)."""

    charged: int = 0
    received: int = 0
    all: int = 0
    """Every line of the span together: what the balance moved by."""


def dso(balance: int, quarter: Moved) -> int | None:
    """Days of sales outstanding 平均回款天数: what is owed, over what was charged on account in the last 90 days, times 90."""
    return None if quarter.charged <= 0 else round(balance * QUARTER_DAYS / quarter.charged)


def collection_rate(balance: int, month: Moved) -> int | None:
    """Collection rate 回款率 in percent: money received in the last 30 days over what was owed at their beginning and charged
    in them."""
    to_collect = balance - month.all + month.charged
    return None if to_collect <= 0 else round(month.received * 100 / to_collect)


def late_percent(ageing: Ageing) -> int:
    """The share of what is owed that is overdue for more than sixty days, in percent."""
    return round(ageing.late * 100 / ageing.owed) if ageing.owed else 0
