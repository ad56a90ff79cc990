"""The lists of tasks: what lies with me, what I may take, what my department has, what is done (PRC-04)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from roomnight.organization.access import Seat
from roomnight.organization.models import Staff
from roomnight.procedures import access
from roomnight.procedures.access import WAITING
from roomnight.procedures.models import CaseTask, TaskState
from roomnight.ui.keyset import Key

TABS = ("mine", "free", "department", "done")
DUE_FIRST = (Key("due_at", nulls="last"), Key("id"))
DONE_LAST = (Key("done_at", descending=True, nulls="last"), Key("id", descending=True))
COUNTED_UP_TO = 99
OF_THE_DAY = 40


def in_tab(seat: Seat, name: str) -> QuerySet[CaseTask]:
    """What a tab of the list holds. What is late comes first by itself: the order is the time by which it is due."""
    here = CaseTask.objects.filter(hotel=seat.hotel.pk)
    match name:
        case "free":
            return here.filter(access.free_for(seat), state=TaskState.OPEN)
        case "department":
            return access.department_tasks(seat).filter(state__in=WAITING)
        case "done":
            return here.filter(done_by=seat.staff.pk, state=TaskState.DONE)
    return here.filter(access.given_to(seat), state=TaskState.CLAIMED)


def order_of(name: str) -> tuple[Key, ...]:
    return DONE_LAST if name == "done" else DUE_FIRST


def count(found: QuerySet[Any]) -> int:
    """How many, up to a cap."""
    return found.order_by()[: COUNTED_UP_TO + 1].count()


def open_tasks_of(staff: Staff, hotel_id: int) -> QuerySet[CaseTask]:
    """What lies with this person by name, for the figure in the menu."""
    return CaseTask.objects.filter(hotel=hotel_id, person=staff.pk, state=TaskState.CLAIMED)


def due_tasks(seat: Seat, until: datetime) -> QuerySet[CaseTask]:
    """What lies with this person and is late or due by then; what has no time set counts as due."""
    mine = CaseTask.objects.filter(access.given_to(seat), hotel=seat.hotel.pk, state=TaskState.CLAIMED)
    found = mine.exclude(due_at__gt=until).select_related("case")
    found = found.defer("case__engine_state", "case__data", "case__marks", "data")
    return found.order_by(F("due_at").asc(nulls_last=True), "pk")[:OF_THE_DAY]
