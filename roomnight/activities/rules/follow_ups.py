"""When a follow-up rises to the leader, and when a repeated one comes back (BRD-01)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy

ESCALATE_DAYS = Policy(
    "activities.followup_escalate_days",
    2,
    label=_("Days after its due day on which an open follow-up rises to the leader"),
    source="BRD-01",
    kind="days",
    check=lambda days: 0 <= days <= 60,
)

CALLS = frozenset({"call", "thanks_call"})


def escalate_on(due_on: date, days: int) -> date:
    """The day on which a follow-up that is still open rises to the leader."""
    return due_on + timedelta(days=days)


def has_risen(escalate: date, today: date) -> bool:
    """Whether that day has come."""
    return today >= escalate


def next_due(due_on: date, recurrence: str, today: date, month_day: int) -> date | None:
    """When a repeated follow-up that was done today comes back: its first turn after both its due day and today.

    A monthly one keeps its day of the month; where a month is shorter, its last day. None for one that is not repeated.
    """
    if recurrence == "none":
        return None
    turn = due_on
    while turn <= max(due_on, today):
        turn = turn + timedelta(days=7) if recurrence == "weekly" else _month_later(turn, month_day)
    return turn


def _month_later(day: date, month_day: int) -> date:
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(month_day, monthrange(year, month)[1]))


def completion_problem(kind: str, outcome: str, result: str) -> str | None:
    """What the completion of a follow-up lacks: a call says whether it reached anybody, everything else what came of it."""
    if kind in CALLS:
        return None if outcome else "followup.outcome"
    return None if result.strip() else "followup.result"
