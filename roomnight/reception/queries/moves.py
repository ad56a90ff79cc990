"""How many guests change rooms, and why (FO-02)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet

from roomnight.kernel.calendar import at_local
from roomnight.organization.models import Hotel
from roomnight.pms.models import Booking, BookingStatus
from roomnight.procedures.models import CaseTask, TaskState
from roomnight.reception.models import ChangeState, RoomChange
from roomnight.reception.rules.rooms import CauseCount, by_cause, nights_between

MINUTE = 60


def occupied_nights(hotel: Hotel, first: date, last: date) -> int:
    """Room nights sold from `first` to `last`, both included, by the reservations that the PMS has told."""
    stays = Booking.objects.filter(hotel=hotel, status=BookingStatus.STAYED, arrival__lte=last, departure__gt=first)
    rows = stays.order_by().values_list("arrival", "departure").annotate(Count("pk"))
    return nights_between(rows.iterator(), first, last)


def counted(changes: QuerySet[RoomChange], hotel: Hotel, first: date, last: date) -> tuple[list[CauseCount], int, int]:
    """Rooms really changed in a span of days by cause, how many in all, and the room nights of the span."""
    zone = ZoneInfo(hotel.timezone)
    start, end = at_local(first, time(), zone), at_local(last + timedelta(days=1), time(), zone)
    rows = changes.filter(state=ChangeState.MOVED, asked_at__gte=start, asked_at__lt=end)
    found = [
        (cause, _minutes(asked, ended)) for cause, asked, ended in rows.values_list("cause", "asked_at", "ended_at")
    ]
    nights = occupied_nights(hotel, first, last)
    return by_cause(found, nights), len(found), nights


def _minutes(asked: datetime, ended: datetime | None) -> int | None:
    return None if ended is None else round((ended - asked).total_seconds() / MINUTE)


def steps_of(change: RoomChange) -> list[CaseTask]:
    """The steps of the case of a room change so far, in their order; none where the desk does it alone."""
    if change.case_id is None:
        return []
    tasks = CaseTask.objects.filter(case=change.case_id).exclude(state=TaskState.LEFT)
    return list(tasks.select_related("role", "person", "done_by").order_by("pk"))
