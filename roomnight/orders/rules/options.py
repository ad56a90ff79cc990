"""When somebody is told of an option that runs out (ORD-02). Values in, value out."""

from __future__ import annotations

from datetime import date, timedelta

SOON, OVER = "soon", "over"


def proposed_until(today: date, days: int, arrives_on: date) -> date:
    """The last day of an option that is given today: so many days, but not beyond the day before arrival."""
    return max(today, min(today + timedelta(days=days), arrives_on - timedelta(days=1)))


def to_tell(until: date, today: date, notice_days: int, *, was_told: bool, was_told_over: bool) -> str:
    """What the follower of a tentative order is told today: that its option runs out soon, that it has run out, or nothing.

    The day `until` itself still belongs to the option. Whoever was not told in time hears only that it is over.
    """
    if today > until:
        return "" if was_told_over else OVER
    if not was_told and today >= until - timedelta(days=notice_days):
        return SOON
    return ""
