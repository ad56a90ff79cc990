"""Who is out now (VIS-05)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from roomnight.activities import access
from roomnight.activities.models import Visit
from roomnight.activities.rules import plans
from roomnight.organization.access import Seat


@dataclass(frozen=True)
class Outing:
    """One line of the board: who, where, since when, expected back, and by how many minutes that has passed."""

    visit: Visit
    name: str
    destination: str
    out_at: datetime
    expected_back_at: datetime | None
    minutes_out: int
    overdue_minutes: int


def who_is_out(seat: Seat, now: datetime) -> list[Outing]:
    """Everybody of the department, or the hotel, who has registered out and not back; the longest out first."""
    return [
        Outing(
            visit=visit,
            name=visit.staff.label,
            destination=visit.destination,
            out_at=visit.out_at,
            expected_back_at=visit.expected_back_at,
            minutes_out=plans.minutes(visit.out_at, now),
            overdue_minutes=plans.overdue_minutes(visit.expected_back_at, now),
        )
        for visit in access.outings(seat)
        if visit.out_at is not None
    ]
