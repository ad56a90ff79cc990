"""Who has gone home, and what keeps the others (VIS-08)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from roomnight.activities import access
from roomnight.activities.models import DayClose, Visit
from roomnight.activities.rules import days
from roomnight.organization.access import Seat
from roomnight.organization.models import Staff


@dataclass(frozen=True)
class OpenVisit:
    """A visit that keeps a day open, and why: `report`, `out`, `passed` or `ahead` (see rules.days.why_open)."""

    visit: Visit
    why: str


@dataclass(frozen=True)
class DaySheet:
    """One person's day: when it was closed, how many visits it had, and what is left of it."""

    staff: Staff
    closed_at: datetime | None
    visits: int
    left: list[OpenVisit]

    @property
    def may_close(self) -> bool:
        return self.closed_at is None and not self.left


def day_sheet_of(seat: Seat, day: date, now: datetime) -> DaySheet:
    """This person's own day."""
    visits = access.own_visits(seat).filter(day=day).order_by("planned_start", "id")
    closed = DayClose.objects.filter(hotel=seat.hotel, staff=seat.staff, day=day).first()
    return _sheet(seat.staff, closed, list(visits), now)


def day_sheets(seat: Seat, day: date, now: datetime) -> list[DaySheet]:
    """The day of everybody within reach who makes visits: those with something left first, then the open ones."""
    visits = access.visits(seat).filter(day=day).select_related("account", "report").order_by("planned_start", "id")
    by_staff: dict[int, list[Visit]] = defaultdict(list)
    for visit in visits:
        by_staff[visit.staff_id].append(visit)
    closes = {one.staff_id: one for one in access.day_closes(seat, day)}
    sheets = [_sheet(one, closes.get(one.pk), by_staff[one.pk], now) for one in access.visitors(seat)]
    return sorted(sheets, key=lambda sheet: (not sheet.left, sheet.closed_at is not None, sheet.staff.username))


def _sheet(staff: Staff, closed: DayClose | None, visits: list[Visit], now: datetime) -> DaySheet:
    whys = ((visit, days.why_open(visit.state, visit.planned_end, now)) for visit in visits)
    left = [OpenVisit(visit, why) for visit, why in whys if why]
    return DaySheet(staff, closed.closed_at if closed else None, len(visits), left)
