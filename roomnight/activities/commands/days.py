"""Going home (VIS-08)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from roomnight.activities.commands.holding import hold_diary
from roomnight.activities.commands.refusals import clock, refuse
from roomnight.activities.models import DayClose, Visit, VisitState
from roomnight.activities.rules import days
from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at


@command
def close_day(*, actor: Actor, hotel: Hotel, staff: Staff, day: date, at: datetime | None = None) -> Any:
    """Close one's own day. Refused while one of its visits is neither reported nor called off. Twice is once (VIS-08)."""
    now = clock(at)
    if actor.code != staff.username:
        refuse("day.not_yours")
    if day > day_at(hotel, now):
        refuse("day.ahead")
    hold_diary(staff)
    if DayClose.objects.filter(hotel=hotel, staff=staff, day=day).exists():
        return UNCHANGED
    visits = Visit.objects.filter(hotel=hotel, staff=staff, day=day).select_related("account")
    left = [one for one in visits.order_by("planned_start") if days.why_open(one.state, one.planned_end, now)]
    if left:
        refuse("day.open", visits="; ".join(f"{one.account.label} ({one.get_state_display()})" for one in left))
    made = sum(one.state in (VisitState.REPORTED, VisitState.CLOSED) for one in visits)
    closed = DayClose.objects.create(hotel=hotel, staff=staff, day=day, closed_at=now, visits=made)
    record(closed, staff=staff.username, day=day, visits=made)
    return closed
