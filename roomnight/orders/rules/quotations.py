"""When a quotation is due and until when it may be accepted (ORD-10). Values in, value out."""

from __future__ import annotations

from datetime import date, datetime, timedelta

OPEN = ("draft", "sent", "changes")
"""States of a version that a newer one supersedes."""
ANSWERS = ("accepted", "declined", "changes")


def due_at(asked_at: datetime, hours: int) -> datetime:
    """By when a client that asked at this moment has a quotation: so many hours later, by the clock and not by the calendar."""
    return asked_at + timedelta(hours=hours)


def may_be_accepted(state: str, valid_until: date, today: date) -> bool:
    """Whether the client may still accept a version: one that was sent, until its last day, that day included."""
    return state in ("sent", "changes") and today <= valid_until
