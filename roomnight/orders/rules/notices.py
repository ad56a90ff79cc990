"""When departments have confirmed and are ready, when that rises, and the light that shows it (ORD-05, CHG-01).

Moments are aware; spans are counted in real time, whatever the clocks do. Values in, value out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from roomnight.kernel.calendar import HotelCalendar, WorkingHours, local_day


@dataclass(frozen=True)
class Terms:
    """What the hotel decided: office hours to confirm in, hours before arrival to be ready, office hours until it rises."""

    confirm_hours: int
    ready_hours: int
    rise_hours: int


@dataclass(frozen=True)
class Due:
    """Until when a department confirms and is ready; when each goes on to the manager. All in UTC."""

    confirm: datetime
    confirm_rises: datetime
    ready: datetime
    ready_rises: datetime


def office_hours_after(moment: datetime, hours: int, calendar: HotelCalendar, office: WorkingHours) -> datetime:
    """The moment when the office has worked so many hours more; nights, rest days and holidays do not count."""
    at = office.next_at_work(moment, calendar).astimezone(UTC)
    left = timedelta(hours=hours)
    while True:
        day = local_day(at, office.tz)
        closing = office.closing(day).astimezone(UTC)
        if at + left <= closing:
            return at + left
        left -= closing - at
        at = office.opening(calendar.next_working_day(day)).astimezone(UTC)


def due(
    sent: datetime, starts: datetime, terms: Terms, *, is_change: bool, calendar: HotelCalendar, office: WorkingHours
) -> Due:
    """When a department has confirmed a notice sent at a moment, for guests or a function that begin at another.

    The hours of the house, at the latest so many hours before the arrival; of a change, and where that moment is past
    already, half the time left if that is shorter. Ready is so many hours before, never before it is to be confirmed.
    """
    sent, starts = sent.astimezone(UTC), starts.astimezone(UTC)
    latest = starts - timedelta(hours=terms.ready_hours)
    half = sent + max(starts - sent, timedelta(0)) / 2
    limit = half if is_change or latest <= sent else latest
    confirm = min(office_hours_after(sent, terms.confirm_hours, calendar, office), limit)
    ready = max(latest, confirm)
    return Due(
        confirm, _rises(confirm, starts, terms, calendar, office), ready,
        _rises(ready, starts, terms, calendar, office),
    )  # fmt: skip


def _rises(moment: datetime, starts: datetime, terms: Terms, calendar: HotelCalendar, office: WorkingHours) -> datetime:
    """So many office hours after a moment, or half the time left from it if that is shorter."""
    half = moment + max(starts - moment, timedelta(0)) / 2
    return min(office_hours_after(moment, terms.rise_hours, calendar, office), half)


def begins(moments: Iterable[datetime], now: datetime, otherwise: datetime) -> datetime:
    """The first of moments that is still to come; another one where none is."""
    return min((one for one in moments if one > now), default=otherwise)


LIGHTS = ("late", "problem", "nobody", "waiting", "accepted", "ready")
"""The lights, the most pressing first."""


def light(
    answer: str, is_ready: bool, confirm_due: datetime, ready_due: datetime, now: datetime, *, is_staffed: bool = True
) -> str:
    """A department's light: ready, accepted, waiting, late (not confirmed or not ready in time), a problem; or nobody, where
    nobody works who could answer: that is said at once, not when it is late."""
    if is_ready:
        return "ready"
    if answer == "problem":
        return "problem"
    if not is_staffed:
        return "nobody"
    if answer == "accept":
        return "late" if ready_due <= now else "accepted"
    return "late" if confirm_due <= now else "waiting"


def together(lights: Iterable[str]) -> str:
    """The light of a whole order: the most pressing of its departments'; nothing without any."""
    return min(lights, key=LIGHTS.index, default="")
