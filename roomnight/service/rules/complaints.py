"""The clock of a complaint and what its close needs (SVC-01, SVC-02)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

PARTS = ("done", "informed_at", "client_answer", "cause", "prevention")
"""What a close has: what was done, when the client was told, the answer, the cause, and how it is prevented."""


def due(began: datetime, hours: float) -> datetime:
    """By when a complaint is closed: so many hours on, by day and night, over weekends and holidays.

    Counted as time that passes: when clocks are put forward or back it is neither an hour more nor less.
    """
    return began.astimezone(UTC) + timedelta(hours=hours)


def escalations(began: datetime, hours: float, shares: Sequence[int]) -> list[datetime]:
    """When an open complaint goes up: at each share (percent) of its time."""
    return [began.astimezone(UTC) + timedelta(hours=hours) * share / 100 for share in shares]


def missing(parts: dict[str, object]) -> list[str]:
    """Which parts of a close are not there; blanks are nothing."""
    return [name for name in PARTS if not (value.strip() if isinstance(value := parts.get(name), str) else value)]


def above(line: Sequence[int], step: int) -> int | None:
    """Who of the line of superiors (nearest first) hears of the step-th escalation; the last of them from then on."""
    return line[min(step, len(line) - 1)] if line else None
