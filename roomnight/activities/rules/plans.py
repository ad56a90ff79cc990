"""How long and when a visit may be, and the five-minute grid that keeps visits apart (VIS-03, VIS-06)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.calendar import WorkingHours, day_bounds, local_day
from roomnight.kernel.policy import Policy

VISIT_MAX_MINUTES = Policy(
    "activities.visit_max_minutes",
    30,
    label=_("Minutes a visit may be planned for without a reason"),
    source="VIS-06",
    kind="minutes",
    check=lambda minutes: 5 <= minutes <= 480,
)

GRID = timedelta(minutes=5)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def on_grid(moment: datetime) -> bool:
    """Whether a moment is a full five minutes."""
    return (moment - EPOCH) % GRID == timedelta(0)


def nearest(moment: datetime) -> datetime:
    """The full five minutes nearest to a moment; half-way goes up."""
    return EPOCH + (moment - EPOCH + GRID / 2) // GRID * GRID


def slots(start: datetime, end: datetime) -> list[datetime]:
    """The five-minute slots that a time on the grid takes up, in order."""
    return [start.astimezone(UTC) + GRID * n for n in range((end - start) // GRID)]


def rounded(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """An actual time on the grid: both ends to the nearest five minutes, at least one slot."""
    first = nearest(start)
    return first, max(nearest(end), first + GRID)


def minutes(start: datetime, end: datetime) -> int:
    """Whole minutes between two moments."""
    return (end - start) // timedelta(minutes=1)


def needs_long_reason(planned: int, max_minutes: int) -> bool:
    """Whether a visit of so many minutes must say why it takes so long (VIS-06)."""
    return planned > max_minutes


def time_problem(start: datetime, end: datetime, tz: tzinfo) -> str | None:
    """What is wrong with a planned time: not on the grid, not forward, or not within one day of the hotel."""
    if not on_grid(start) or not on_grid(end):
        return "visit.grid"
    if end <= start:
        return "visit.order"
    if end > day_bounds(local_day(start, tz), tz)[1]:
        return "visit.one_day"
    return None


def appointment_problem(*, how: str, whom: str, is_cold_call: bool, cold_reason: str) -> str | None:
    """What is missing of an appointment, or of the reason for going without one (VIS-03). Half an appointment is none."""
    if is_cold_call:
        if how or whom:
            return "visit.cold_with_appointment"
        return None if cold_reason.strip() else "visit.cold_reason"
    if bool(how) != bool(whom.strip()):
        return "visit.half_appointment"
    return None


def report_due(talk_ended: datetime, hours: WorkingHours) -> datetime:
    """When the report of a talk is due: the end of the working day, or of the day where the talk itself ended later (VIS-07)."""
    day = local_day(talk_ended, hours.tz)
    closing = hours.closing(day)
    return closing if talk_ended <= closing else day_bounds(day, hours.tz)[1]


def overdue_minutes(expected: datetime | None, now: datetime) -> int:
    """Minutes that somebody who is out has been expected back; 0 while there is time (VIS-05)."""
    return max(0, minutes(expected, now)) if expected else 0
