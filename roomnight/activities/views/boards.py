"""The department at a glance: who is out, who has gone home, which clients are visited in time."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.activities import access, queries
from roomnight.activities.commands import close_day
from roomnight.activities.models import Visit
from roomnight.clients.rules import VISIT_CYCLE_DAYS
from roomnight.kernel.errors import Refusal
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.working_days import hours_of
from roomnight.ui.lists import picked_day
from roomnight.ui.page import done, page, refused

REFRESH_SECONDS = 60


@needs("activities.outing")
def outing(request: DeskRequest) -> HttpResponse:
    """Who is out now, where, since when and until when (VIS-05)."""
    seat = request.seat
    now = timezone.now()
    rows = queries.who_is_out(seat, now)
    readable = (
        set(access.visits(seat).filter(pk__in=[row.visit.pk for row in rows]).values_list("pk", flat=True))
        if rows
        else set()
    )
    context = {
        "rows": [
            {"row": row, "url": seat.url("activities:visit", pk=row.visit.pk) if row.visit.pk in readable else ""}
            for row in rows
        ],
        "late": sum(row.overdue_minutes > 0 for row in rows),
        "now": now,
        "every": REFRESH_SECONDS,
    }
    return page(request, "activities/outing.html", context)


def why_words(seat: Seat, why: str, visit: Visit) -> dict[str, Any]:
    """What keeps a day open, in words, with the page where it is put right."""
    texts = {
        "report": _("the report is missing"),
        "out": _("still out"),
        "passed": _("the time has gone by: report it, or call it off"),
        "ahead": _("still to come"),
    }
    actions = {"report": _("Write the report"), "out": _("I am back"), "passed": _("See"), "ahead": _("See")}
    name = "activities:report" if why == "report" else "activities:visit"
    return {"visit": visit, "text": texts[why], "action": actions[why], "url": seat.url(name, pk=visit.pk), "why": why}


@needs("activities.visit")
def day_close(request: DeskRequest) -> HttpResponse:
    """Going home: what is left of one's day, and for leaders who has not closed and why (VIS-08)."""
    seat = request.seat
    day = min(picked_day(request.GET.get("day", "")) or seat.today, seat.today)
    may_close = seat.may("activities.visit", "create")
    url = seat.url("activities:day_close")
    if request.method == "POST" and may_close:
        try:
            close_day(actor=seat, hotel=seat.hotel, staff=seat.staff, day=day)
        except Refusal as refusal:
            return refused(request, url, refusal)
        return done(request, url, _("The day is closed. Have a good evening."))
    now = timezone.now()
    sheets = queries.day_sheets(seat, day, now) if access.sees_others(seat) else []
    own = next((one for one in sheets if one.staff.pk == seat.staff.pk), None)
    sheet = (own or queries.day_sheet_of(seat, day, now)) if may_close else None
    context = {
        "day": day,
        "is_today": day == seat.today,
        "sheet": sheet,
        "left": [why_words(seat, one.why, one.visit) for one in sheet.left] if sheet else [],
        "open_tasks": access.follow_ups(seat).filter(owner=seat.staff, state="open", due_on__lte=day)[:100].count()
        if sheet
        else 0,
        "others": [
            {"sheet": one, "left": [why_words(seat, part.why, part.visit) for part in one.left]}
            for one in sheets
            if one.staff.pk != seat.staff.pk or not sheet
        ],
        "closing": hours_of(seat.hotel, day).closing(day),
    }
    return page(request, "activities/day_close.html", context)


@needs("activities.visit")
def coverage(request: DeskRequest) -> HttpResponse:
    """Whether every client is visited within the cycle of its grade, per person and per territory (VIS-13)."""
    seat = request.seat
    found = queries.coverage(seat, seat.today)
    cycle = VISIT_CYCLE_DAYS.at(seat.hotel_code, seat.today)
    rows = found.by_staff
    clients, in_time = sum(row.clients for row in rows), sum(row.in_time for row in rows)
    context = {
        "parts": [
            {"title": _("By person"), "rows": found.by_staff, "unknown": _("Nobody"), "filter": "owner"},
            {
                "title": _("By territory"),
                "rows": found.by_territory,
                "unknown": _("No territory"),
                "filter": "territory",
            },
        ],
        "clients": clients,
        "in_time": in_time,
        "due": clients - in_time,
        "percent": in_time * 100 // clients if clients else 100,
        "cycle": sorted(cycle.items()),
    }
    return page(request, "activities/coverage.html", context)
