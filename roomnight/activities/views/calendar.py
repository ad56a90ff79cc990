"""The calendar of visits and follow-ups, moving them in it, and the private address under which phones subscribe (BRD-03)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from roomnight.activities import access, words
from roomnight.activities.commands import change_plan, move_followup
from roomnight.activities.models import FollowUp, FollowUpState, Visit, VisitState
from roomnight.kernel.calendar import at_local, day_bounds
from roomnight.kernel.errors import Refusal
from roomnight.organization.access import Seat
from roomnight.organization.commands import renew_feed_key, revoke_feed_key
from roomnight.organization.http import DeskRequest, everyone_here, needs
from roomnight.ui.lists import picked_day
from roomnight.ui.page import done, page

LONGEST_SPAN = timedelta(days=100)
MOST = 600
AHEAD = (VisitState.PLANNED, VisitState.CONFIRMED)


@needs("activities.visit")
def calendar(request: DeskRequest) -> HttpResponse:
    """The calendar: one's own, or for leaders a person's of the team."""
    seat = request.seat
    people = list(access.visitors(seat)) if access.sees_others(seat) else []
    chosen = next((one for one in people if str(one.pk) == request.GET.get("who", "")), None)
    query = f"?who={chosen.pk}" if chosen else ""
    context = {
        "events_url": f"{seat.url('activities:calendar_events')}{query}",
        "move_url": seat.url("activities:calendar_move") if seat.may("activities.visit", "edit") else "",
        "people": people,
        "chosen": chosen or seat.staff,
        "is_own": chosen is None or chosen.pk == seat.staff.pk,
        "zone": seat.hotel.timezone,
        "feed_url": feed_url(request),
    }
    return page(request, "activities/calendar.html", context)


def feed_url(request: DeskRequest) -> str:
    """The person's private calendar address, whole; empty where there is none."""
    key = request.user.feed_key
    return request.build_absolute_uri(reverse("feed:feed", kwargs={"key": key})) if key else ""


@needs("activities.visit")
def calendar_events(request: DeskRequest) -> HttpResponse:
    """The visits and follow-ups between two days, for the calendar's script."""
    seat = request.seat
    first = _day_of(request.GET.get("start", "")) or seat.today
    last = min(_day_of(request.GET.get("end", "")) or first + timedelta(days=31), first + LONGEST_SPAN)
    people = {one.pk for one in access.visitors(seat)} if access.sees_others(seat) else set()
    wanted = request.GET.get("who", "")
    who = int(wanted) if wanted.isdigit() and int(wanted) in people else seat.staff.pk
    start, end = day_bounds(first, seat.zone)[0], day_bounds(last, seat.zone)[1]
    visits = access.visits(seat).filter(staff=who, planned_start__gte=start, planned_start__lt=end)
    tasks = access.follow_ups(seat).filter(owner=who, due_on__gte=first, due_on__lte=last)
    return JsonResponse(
        [
            *(visit_event(seat, one) for one in visits.select_related("account").order_by("planned_start")[:MOST]),
            *(
                task_event(seat, one)
                for one in tasks.exclude(state=FollowUpState.CANCELLED).order_by("due_on", "id")[:MOST]
            ),
        ],
        safe=False,
    )


def visit_event(seat: Seat, visit: Visit) -> dict[str, Any]:
    """A visit as the calendar shows it; only one's own that has not begun can be moved."""
    state = {"returned": "soon", "cancelled": "cancelled"}.get(visit.state, visit.state)
    return {
        "id": f"visit-{visit.pk}",
        "title": visit.account.label
        if visit.state != VisitState.CANCELLED
        else f"{_('Cancelled')}: {visit.account.label}",
        "start": seat.local(visit.planned_start).isoformat(),
        "end": seat.local(visit.planned_end).isoformat(),
        "url": seat.url("activities:visit", pk=visit.pk),
        "kind": "visit",
        "state": state,
        "editable": visit.state in AHEAD and visit.staff_id == seat.staff.pk,
    }


def task_event(seat: Seat, one: FollowUp) -> dict[str, Any]:
    """A follow-up as the calendar shows it: at its time, or all day."""
    at = at_local(one.due_on, one.due_time, seat.zone) if one.due_time else None
    late = words.is_late(one, seat.today)
    return {
        "id": f"task-{one.pk}",
        "title": f"{one.title} · {one.account.label}" if one.account else one.title,
        "start": at.isoformat() if at else one.due_on.isoformat(),
        "end": (at + timedelta(minutes=15)).isoformat() if at else None,
        "allDay": at is None,
        "url": seat.url("activities:followup", pk=one.pk),
        "kind": one.kind,
        "state": "done" if one.state == FollowUpState.DONE else "late" if late else "open",
        "editable": one.state == FollowUpState.OPEN and one.owner_id == seat.staff.pk,
    }


def _day_of(text: str) -> date | None:
    return picked_day(text[:10])


@needs("activities.visit", "edit")
@require_POST
def calendar_move(request: DeskRequest) -> HttpResponse:
    """A visit or follow-up was dragged to another time; the same rules say no as on the form."""
    kind, _dash, number = request.POST.get("id", "").partition("-")
    if not number.isdigit() or kind not in ("visit", "task"):
        raise Http404(kind)
    try:
        start = _moment_of(request, request.POST.get("start", ""))
    except ValueError:
        return JsonResponse({"message": _("This time could not be read.")}, status=422)
    all_day = bool(request.POST.get("all_day"))
    try:
        said = (
            _move_visit(request, int(number), start, all_day)
            if kind == "visit"
            else _move_task(request, int(number), start, all_day)
        )
    except Refusal as refusal:
        return JsonResponse({"message": str(refusal.message), "code": refusal.code}, status=409)
    return JsonResponse({"message": said})


def _moment_of(request: DeskRequest, text: str) -> datetime:
    """The moment that the calendar's script means: with its own offset, or by the hotel's clock."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else at_local(moment.date(), moment.time(), request.seat.zone)


def _move_visit(request: DeskRequest, pk: int, start: datetime, all_day: bool) -> str:
    """Dropped on a day without a time, a visit keeps its time of day. Its length stays, its appointment does not."""
    seat = request.seat
    visit = access.visit(seat, pk, "edit")
    if all_day:
        start = at_local(seat.local(start).date(), seat.local(visit.planned_start).time(), seat.zone)
    agreed = bool(visit.confirmed_how)
    length = visit.planned_end - visit.planned_start
    change_plan(actor=seat, visit=visit, revision=visit.revision, start=start, end=start + length)
    if agreed and not visit.confirmed_how:
        return _("Moved. Agree on the new time with the client.")
    return pgettext("follow-up", "Moved.")


def _move_task(request: DeskRequest, pk: int, start: datetime, all_day: bool) -> str:
    seat = request.seat
    local = seat.local(start)
    task = access.follow_up(seat, pk, "edit")
    at: time | None = None if all_day else local.time().replace(second=0, microsecond=0)
    move_followup(actor=seat, followup=task, due_on=local.date(), due_time=at)
    return pgettext("follow-up", "Moved.")


@everyone_here
@require_POST
def calendar_address(request: DeskRequest) -> HttpResponse:
    """Make a new private calendar address, or close the one there is; the old one stops working at once."""
    seat = request.seat
    staff = request.user
    if request.POST.get("do") == "revoke":
        revoke_feed_key(actor=seat, staff=staff)
        return done(request, seat.url("activities:calendar"), _("The calendar address is closed."))
    renew_feed_key(actor=seat, staff=staff)
    return done(request, f"{seat.url('activities:calendar')}#address", _("Your calendar has a new address."))
