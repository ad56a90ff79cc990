"""When a representative may go home (VIS-08)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

UNREPORTED = frozenset({"planned", "confirmed", "out", "returned"})


def why_open(state: str, planned_end: datetime, now: datetime) -> str | None:
    """Why a visit of the day still keeps the day open; None once it is reported, cancelled or missed.

    `report` – was made and lacks its report; `out` – still out; `passed` – was planned and neither made nor called off;
    `ahead` – is planned for later today.
    """
    if state not in UNREPORTED:
        return None
    if state == "returned":
        return "report"
    if state == "out":
        return "out"
    return "passed" if planned_end <= now else "ahead"


def may_close(whys: Iterable[str | None]) -> bool:
    """A day is closed only when nothing of it is left open."""
    return not any(whys)
