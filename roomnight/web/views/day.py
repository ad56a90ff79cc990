"""My day: what is due now, in the order to do it, with the one button that does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from roomnight.activities import access, words
from roomnight.activities.models import FollowUp, FollowUpState, Visit, VisitState
from roomnight.activities.queries import day_sheet_of, who_is_out
from roomnight.organization.access import Seat, to_sign
from roomnight.organization.commands import remember_hotel
from roomnight.organization.http import DeskRequest, everyone_here
from roomnight.procedures.access import to_read
from roomnight.procedures.models import CaseTask
from roomnight.procedures.queries.tasks import due_tasks
from roomnight.procedures.words import due_words
from roomnight.ui.moments import day_text
from roomnight.ui.page import page

OPEN = (VisitState.PLANNED, VisitState.CONFIRMED, VisitState.OUT, VisitState.RETURNED)
MADE = (VisitState.REPORTED, VisitState.CLOSED)
LOOK_BACK = timedelta(days=31)
LOOK_AHEAD = timedelta(days=7)
TO_READ, ROWS = 8, 60
BUTTONS = {
    "confirm": gettext_lazy("Confirm"),
    "kit": gettext_lazy("Check the kit"),
    "out": gettext_lazy("Go out"),
    "back": gettext_lazy("I am back"),
    "report": gettext_lazy("Write report"),
}


@dataclass
class Row:
    """A line of the day: when, what, why, how it stands, and the one thing to do."""

    order: tuple[date, str]
    when: str
    icon: str
    title: str
    title_url: str
    detail: str
    badge: str
    tone: str
    button: str
    url: str
    group: str
    day: date
    visit: Visit | None = None
    step: str = ""


def visit_row(seat: Seat, visit: Visit, now: datetime) -> Row:
    """One visit of the person: today's, or an earlier one that still lacks its report."""
    step = words.next_step(visit, visit.kit_checked_at is not None and visit.appearance_confirmed)
    at = f"{seat.local(visit.planned_start):%H:%M}"
    late = visit.day < seat.today
    is_done = visit.state in MADE
    badge, tone = (visit.get_state_display(), words.VISIT_TONES[VisitState(visit.state)])
    if step == "report":
        badge, tone = words.report_due_words(visit, now)
    elif late and not is_done:
        badge, tone = _("From %(day)s") % {"day": f"{visit.day:%m-%d}"}, "late"
    here = seat.url("activities:visit", pk=visit.pk)
    return Row(
        order=(visit.day, at),
        when=f"{visit.day:%m-%d}" if late else at,
        icon="circle-check" if is_done else "file-pencil" if step == "report" else "map-pin",
        title=visit.account.label,
        title_url=seat.url("web:account", pk=visit.account_id),
        detail=" · ".join(filter(None, [visit.get_purpose_display(), visit.purpose_text, visit.confirmed_with])),
        badge=str(badge),
        tone=tone,
        button=str(BUTTONS.get(step, _("View"))),
        url=seat.url("activities:report", pk=visit.pk) if step == "report" else here,
        group="done" if is_done else "late" if late else "today" if visit.day == seat.today else "ahead",
        day=visit.day,
        visit=visit,
        step=step,
    )


def task_row(seat: Seat, task: FollowUp) -> Row:
    """One follow-up that is due, late, or was done today."""
    line = words.follow_up_row(seat, task)
    is_open = task.state == FollowUpState.OPEN
    late = is_open and line["is_late"]
    return Row(
        order=(task.due_on, line["at"] or "23:59"),
        when=f"{task.due_on:%m-%d}" if late else line["at"],
        icon=line["icon"] if is_open else "circle-check",
        title=line["account"] or line["title"],
        title_url=line["account_url"] or line["url"],
        detail=" · ".join(
            filter(
                None, [line["title"] if line["account"] else "", line["person"], "" if line["is_mine"] else line["who"]]
            )
        ),
        badge=str(line["due"]),
        tone=line["tone"],
        button=str(line["act"]) if is_open else _("View"),
        url=line["act_url"] if is_open else line["url"],
        group="done" if not is_open else "late" if late else "today" if task.due_on <= seat.today else "ahead",
        day=task.due_on,
    )


def case_row(seat: Seat, task: CaseTask, now: datetime) -> Row:
    """A task of a procedure that is late, or due today."""
    words_, tone = due_words(task.due_at, now)
    due = seat.local(task.due_at) if task.due_at else None
    day = min(due.date(), seat.today) if due else seat.today
    url = seat.url("procedures:task", number=task.case.number, pk=task.pk)
    trial = [_("Trial")] if task.case.is_trial else []
    return Row(
        order=(day, f"{due:%H:%M}" if due else "23:59"),
        when="" if due is None else f"{due:%m-%d}" if due.date() < seat.today else f"{due:%H:%M}",
        icon="route",
        title=task.label,
        title_url=url,
        detail=" · ".join(filter(None, [*trial, task.item, task.case.subject_label, task.case.number])),
        badge=words_,
        tone=tone,
        button=_("Do it"),
        url=url,
        group="late" if tone == "late" else "today",
        day=day,
    )


def rows_of(seat: Seat, now: datetime) -> list[Row]:
    """Everything of the person's day, late things first, then by the clock."""
    today = seat.today
    found: list[Row] = []
    if seat.may("activities.visit", "create"):
        reach = Q(day=today) | Q(day__range=(today - LOOK_BACK, today + LOOK_AHEAD), state__in=OPEN)
        visits = access.own_visits(seat).filter(reach).exclude(state__in=(VisitState.CANCELLED, VisitState.MISSED))
        visits = visits.order_by("planned_start", "id")
        found += [visit_row(seat, one, now) for one in visits[:ROWS]]
    if seat.may("activities.followup"):
        start = datetime.combine(today, datetime.min.time(), seat.zone)
        due = Q(state=FollowUpState.OPEN, due_on__lte=today + LOOK_AHEAD) | Q(
            state=FollowUpState.DONE, done_at__gte=start
        )
        tasks = access.follow_ups(seat).only(*words.SHOWN_OF_A_FOLLOW_UP).filter(due, owner=seat.staff)
        tasks = tasks.order_by("state", "due_on", "due_time", "id")
        found += [task_row(seat, one) for one in tasks[:ROWS]]
    if seat.may("procedures.task"):
        tonight = datetime.combine(today + timedelta(days=1), datetime.min.time(), seat.zone)
        found += [case_row(seat, one, now) for one in due_tasks(seat, tonight)]
    found.sort(key=lambda row: row.order)
    return only_the_next_day(found)


def only_the_next_day(rows: list[Row]) -> list[Row]:
    """Of what lies ahead only the first day with something on it, and only once today holds nothing more."""
    if any(row.group == "today" for row in rows):
        return [row for row in rows if row.group != "ahead"]
    first = min((row.day for row in rows if row.group == "ahead"), default=None)
    return [row for row in rows if row.group != "ahead" or row.day == first]


def next_of(rows: list[Row]) -> Row | None:
    """The one thing to do now: come back from where one is, report what was made, then the next visit, then the first thing late."""
    open_rows = [row for row in rows if row.group in ("late", "today")]
    for step in ("back", "report", "out", "kit", "confirm"):
        for row in open_rows:
            if row.visit is not None and row.step == step:
                return row
    return open_rows[0] if open_rows else None


def headline(seat: Seat, rows: list[Row], reads: int) -> str:
    """The date, how much is left of it, and how many reports wait to be read."""
    left, late = sum(row.group in ("late", "today") for row in rows), sum(row.group == "late" for row in rows)
    parts = [day_text(seat.today, seat.today, "near")]
    if left or not reads:
        parts.append(
            ngettext("%(n)d thing left", "%(n)d things left", left) % {"n": left} if left else _("nothing left")
        )
    if late:
        parts.append(ngettext("%(n)d late", "%(n)d late", late) % {"n": late})
    if reads:
        parts.append(ngettext("%(n)d report to read", "%(n)d reports to read", reads) % {"n": reads})
    return " · ".join(parts)


@everyone_here
def my_day(request: DeskRequest) -> HttpResponse:
    """The day of whoever signed in: their visits and follow-ups; for leaders also what waits to be read."""
    seat, now = request.seat, timezone.now()
    remember_hotel(seat.staff, seat.hotel)
    rows = rows_of(seat, now)
    upcoming = next_of(rows)
    reads = (
        list(access.to_read(seat).select_related("account", "staff", "report")[: TO_READ + 1])
        if seat.may("activities.visit", "approve")
        else []
    )
    signing = list(to_sign(seat)[:TO_READ])
    ahead = next((day_text(row.day, seat.today, "near") for row in rows if row.group == "ahead"), "")
    context: dict[str, Any] = {
        "line": headline(seat, rows, len(reads)),
        "next": upcoming,
        "groups": [
            {"key": key, "title": title, "rows": [row for row in rows if row.group == key and row is not upcoming]}
            for key, title in (("late", _("Late")), ("today", _("Today")), ("ahead", ahead), ("done", _("Done")))
        ],
        "has_rows": any(row is not upcoming for row in rows),
        "reads": reads[:TO_READ],
        "more_reads": len(reads) > TO_READ,
        "may_plan": seat.may("activities.visit", "create"),
        "to_sign": signing,
        "is_empty": not rows and not reads and not signing,
        "sees_clients": seat.may("clients.protection") or seat.may("clients.card"),
    }
    return page(request, "web/my_day.html", context)


@everyone_here
def my_day_side(request: DeskRequest) -> HttpResponse:
    """The side of the day: the week in figures, what is left before going home, who is out."""
    seat, now = request.seat, timezone.now()
    context: dict[str, Any] = {
        "may_plan": seat.may("activities.visit", "create"),
        "sees_out": seat.may("activities.outing"),
        "sees_credit": seat.may("credit.account"),
        "to_read": list(to_read(seat)[:TO_READ]),
    }
    if context["may_plan"]:
        context |= {"sheet": day_sheet_of(seat, seat.today, now), "week": week_of(seat)}
    if context["sees_out"]:
        context["out"] = who_is_out(seat, now)
    return page(request, "web/my_day_side.html", context)


def week_of(seat: Seat) -> list[dict[str, Any]]:
    """This week's visits made of those planned, and calls and other follow-ups done of those due."""
    monday = seat.today - timedelta(days=seat.today.weekday())
    sunday = monday + timedelta(days=6)
    states = list(
        access.own_visits(seat)
        .filter(day__range=(monday, sunday))
        .exclude(state__in=(VisitState.CANCELLED, VisitState.MISSED))
        .values_list("state", flat=True)
    )
    tasks = list(
        access.follow_ups(seat)
        .filter(owner=seat.staff, due_on__range=(monday, sunday))
        .exclude(state=FollowUpState.CANCELLED)
        .values_list("kind", "state")
    )
    calls = [state for kind, state in tasks if kind in ("call", "thanks_call")]
    others = [state for kind, state in tasks if kind not in ("call", "thanks_call")]
    figures = [
        {"label": _("Visits"), "done": sum(s in MADE for s in states), "of": len(states)},
        {"label": _("Calls"), "done": sum(s == FollowUpState.DONE for s in calls), "of": len(calls)},
        {"label": _("Other follow-ups"), "done": sum(s == FollowUpState.DONE for s in others), "of": len(others)},
    ]
    return [one for one in figures if one["of"]]
