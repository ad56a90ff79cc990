"""How a client paid in a year, from its bills (SCR-02, safety and punctuality)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from roomnight.insight.rules.screening import Receivables


class Bill(NamedTuple):
    """A bill: what was to be paid, in cents, and what of it came in time, within the days of grace, and not at all.

    `last_paid` is the day of the last payment in the year or later, None where there was none.
    """

    account: int
    due_on: date
    cents: int
    on_time: int
    collected: int
    open: int
    last_paid: date | None = None
    is_written_off: bool = False


def summed(bills: Iterable[Bill], first: date, last: date, today: date) -> dict[int, Receivables]:
    """The receivables of each client in the year from `first` to `last`.

    Counted is what fell due in the year; the worst delay is that of any bill paid late or unpaid in it, as of its end.
    """
    mine: dict[int, list[Bill]] = defaultdict(list)
    for bill in bills:
        mine[bill.account].append(bill)
    return {account: _one(rows, first, last, today) for account, rows in mine.items()}


def _one(bills: list[Bill], first: date, last: date, today: date) -> Receivables:
    due = [one for one in bills if first <= one.due_on <= last and one.cents > 0]
    late = [(min(one.last_paid, last) - one.due_on).days for one in bills if one.last_paid is not None]
    late += [(last - one.due_on).days for one in bills if one.open > 0]
    unpaid = [(today - one.due_on).days for one in bills if one.open > 0]
    punctual = sum(one.on_time >= one.cents for one in due)
    return Receivables(
        invoices=len(due),
        due_cents=sum(one.cents for one in due),
        on_time_cents=sum(one.on_time for one in due),
        collected_cents=sum(one.collected for one in due),
        worst_days=max([0, *late]),
        is_written_off=any(one.is_written_off for one in bills),
        punctual=punctual / len(due) if due else None,
        overdue_days=max([0, *unpaid]),
    )
