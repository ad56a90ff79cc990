"""A person's visits and follow-ups as their phone's calendar takes them (BRD-03)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Model

from roomnight.activities.models import FollowUp, FollowUpState, Visit, VisitState
from roomnight.kernel.calendar import at_local
from roomnight.kernel.commands import subject_of
from roomnight.kernel.feed import FeedItem
from roomnight.kernel.models import AuditEntry
from roomnight.organization.access import Seat

CALLED_OFF = (VisitState.CANCELLED, VisitState.MISSED)
A_CALL = timedelta(minutes=15)
MOST = 1000


def feed_items(seat: Seat, first: date, last: date, absolute: Callable[[str], str]) -> list[FeedItem]:
    """What this person does themself between two days; `absolute` makes a path a whole address.

    What was called off stays in, marked so, because the phone would keep it otherwise. Sequence and time of change are
    those of the audit trail.
    """
    visits = list(
        Visit.objects.filter(hotel=seat.hotel, staff=seat.staff, day__gte=first, day__lte=last)
        .select_related("account", "hotel")
        .order_by("planned_start", "id")[:MOST]
    )
    tasks = list(
        FollowUp.objects.filter(hotel=seat.hotel, owner=seat.staff, due_on__gte=first, due_on__lte=last)
        .select_related("account", "hotel")
        .order_by("due_on", "id")[:MOST]
    )
    changes = _changes([*visits, *tasks])
    return [
        *(_visit(seat, one, *changes[subject_of(one)], absolute) for one in visits),
        *(_task(seat, one, *changes[subject_of(one)], absolute) for one in tasks),
    ]


def _visit(seat: Seat, visit: Visit, lines: int, changed: datetime, absolute: Callable[[str], str]) -> FeedItem:
    return FeedItem(
        uid=f"visit-{visit.pk}@{seat.hotel_code}.roomnight",
        start=visit.planned_start,
        end=visit.planned_end,
        summary=visit.account.label,
        changed=changed,
        description=visit.purpose_text or str(visit.get_purpose_display()),
        location=visit.place,
        url=absolute(visit.get_absolute_url()),
        sequence=lines,
        cancelled=visit.state in CALLED_OFF,
    )


def _task(seat: Seat, task: FollowUp, lines: int, changed: datetime, absolute: Callable[[str], str]) -> FeedItem:
    start = at_local(task.due_on, task.due_time, seat.zone) if task.due_time else None
    words = f"{task.title} · {task.account.label}" if task.account else task.title
    return FeedItem(
        uid=f"follow-up-{task.pk}@{seat.hotel_code}.roomnight",
        start=start or task.due_on,
        end=start + A_CALL if start else task.due_on,
        summary=f"✓ {words}" if task.state == FollowUpState.DONE else words,
        changed=changed,
        url=absolute(task.get_absolute_url()),
        sequence=lines,
        cancelled=task.state == FollowUpState.CANCELLED,
        all_day=start is None,
    )


def _changes(records: Iterable[Model]) -> dict[str, tuple[int, datetime]]:
    """How often each record was changed, and when last."""
    subjects = [subject_of(one) for one in records]
    rows = AuditEntry.objects.filter(subject__in=subjects).order_by().values_list("subject")
    return {subject: (lines, at) for subject, lines, at in rows.annotate(Count("pk"), Max("at"))}
