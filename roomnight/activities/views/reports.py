"""Writing the report of a visit, and logging one that had no plan: one screen each, that survives a lost network."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roomnight.activities import access, words
from roomnight.activities.commands import attach_file, log_visit, write_report
from roomnight.activities.forms import OTHER_PEOPLE, LogForm, ReportForm, clock_time
from roomnight.activities.models import Purpose, Visit, VisitKind
from roomnight.activities.rules import reports
from roomnight.activities.views.choosing import asked_account, choose_client
from roomnight.clients.access import contacts_of
from roomnight.clients.models import Account, Contact
from roomnight.clients.queries.protection import shield_against
from roomnight.clients.rules import VISIT_CYCLE_DAYS
from roomnight.kernel.calendar import HotelCalendar
from roomnight.kernel.errors import Refusal
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.working_days import calendar_of, hours_of
from roomnight.ui.moments import day_text
from roomnight.ui.page import done, form_status, page, refusals

USUAL_TALK = timedelta(minutes=30)
FOLDED = (
    10  # below the picks: presented, offer, questions, agreed, next, company, likes, potential, competitors, photos
)


@needs("activities.visit", "edit")
def report(request: DeskRequest, pk: int) -> HttpResponse:
    """The report of a visit one is out on or has come back from (VIS-07)."""
    seat = request.seat
    visit = access.visit(seat, pk, "edit")
    if answer := _sent_before(request):
        return answer
    if visit.state not in words.REPORTABLE and request.method != "POST":
        if not hasattr(visit, "report"):
            messages.warning(request, _("Register going out first; the report comes after the talk."))
        return redirect(visit.get_absolute_url())
    people = access.with_planned(contacts_of(seat, visit.account), visit)
    calendar = calendar_of(seat.hotel, seat.today)
    form = ReportForm(
        request.POST or None,
        request.FILES or None,
        seat=seat,
        contacts=people,
        next_days=next_days(seat, visit.account, calendar),
        points=[line.strip() for line in visit.points.splitlines() if line.strip()],
        initial=known_of_visit(seat, visit, people, calendar),
    )
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            write_report(actor=seat, visit=visit, **form.report())
            return handed_in(request, visit)
    visit = access.visit(seat, pk, "edit") if request.method == "POST" else visit
    context = {
        "visit": visit,
        "key": f"visit:{pk}",
        "calendar": calendar,
        "back": visit.get_absolute_url(),
    }
    return _report_page(request, form, visit.account, context)


@needs("activities.visit", "create")
def log(request: DeskRequest) -> HttpResponse:
    """Log a visit that had no plan here, on one screen (VIS-11)."""
    seat = request.seat
    if answer := _sent_before(request):
        return answer
    account = asked_account(seat, request.POST.get("account", "") or request.GET.get("account", ""))
    if account is None:
        return choose_client(request, _("Log a visit"))
    people = list(contacts_of(seat, account))
    calendar = calendar_of(seat.hotel, seat.today)
    form = LogForm(
        request.POST or None,
        request.FILES or None,
        seat=seat,
        contacts=people,
        next_days=next_days(seat, account, calendar),
        initial=known_of_client(seat, account, people, calendar),
    )
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            written = log_visit(actor=seat, hotel=seat.hotel, account=account, staff=seat.staff, **form.log())
            return handed_in(request, written.visit)
    back = seat.url("activities:visits")
    shield = shield_against(account, seat.staff)
    context = {"key": f"log:{account.pk}", "is_log": True, "calendar": calendar, "back": back, "shield": shield}
    return _report_page(request, form, account, context)


def _sent_before(request: DeskRequest) -> HttpResponse | None:
    """The answer to a report that came already and was sent again because its answer got lost on the way."""
    try:
        key = UUID(request.POST.get("submission_key", ""))
    except ValueError:
        return None
    before = access.reported(request.seat, key)
    return handed_in(request, before.visit) if before else None


def keep_files(request: DeskRequest, visit: Visit) -> None:
    """The photos and papers that came with a report. One that cannot be kept is said, and does not hold up the report."""
    for one in request.FILES.getlist("photos"):
        try:
            attach_file(actor=request.seat, visit=visit, name=one.name or "", file=one)
        except Refusal as refusal:
            messages.error(request, str(refusal.message))


def handed_in(request: DeskRequest, visit: Visit) -> HttpResponse:
    """On to the visit, where what followed is seen; the script that sent the report is only told where to go."""
    keep_files(request, visit)
    said = _("Report handed in. What follows is on the lists.")
    if request.headers.get("X-Roomnight-Offline"):
        messages.success(request, said)
        return JsonResponse({"redirect": visit.get_absolute_url()})
    return done(request, visit.get_absolute_url(), said)


def _report_page(request: DeskRequest, form: ReportForm, account: Account, more: dict[str, Any]) -> HttpResponse:
    seat = request.seat
    now = timezone.now()
    visit: Visit | None = more.get("visit")
    cycle = VISIT_CYCLE_DAYS.at(seat.hotel_code, seat.today)[account.grade or "D"]
    due = visit.report_due_at if visit else hours_of(seat.hotel, seat.today).closing(seat.today)
    context = {
        "form": form,
        "account": account,
        "visit": None,
        "is_log": False,
        "folded": FOLDED,
        "known": known_words(form, seat),
        "due": due,
        "is_late": visit is not None and now > due,
        "late_words": words.report_due_words(visit, now)[0] if visit else "",
        "cycle_words": cycle_words(account, cycle),
        "thanks_on": thanks_day(seat, more["calendar"]),
        "points": form.points,
        "open_details": any(name in form.errors for name in FOLDED_FIELDS),
        "open_known": any(name in form.errors for name in KNOWN_FIELDS),
        **more,
    }
    return page(request, "activities/report.html", context, form_status(form))


KNOWN_FIELDS = ("met_day", "met_from", "met_to", "kind", "purpose", "address", "client_type", "long_reason")
FOLDED_FIELDS = (
    "presented", "product_offered", "questions", "features", "agreements", "potential_room_nights", "potential_meetings",
    "potential_covers", "next_purpose", "photos",
)  # fmt: skip


def known_words(form: ReportForm, seat: Seat) -> str:
    """What is filled in already, in one line: 10:34–11:02, 28 minutes · return visit · renewal."""
    try:
        start, end = (time.fromisoformat(str(form[name].value())[:5]) for name in ("met_from", "met_to"))
        minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    except ValueError:
        return ""
    length = ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    parts = [f"{start:%H:%M}–{end:%H:%M} ({length})" if minutes > 0 else f"{start:%H:%M}–{end:%H:%M}"]
    day = str(form["met_day"].value() or "")[:10]
    if day and day != seat.today.isoformat():
        parts.insert(0, day)
    for name, choices in (("kind", VisitKind), ("purpose", Purpose)):
        value = form[name].value()
        if value in choices.values:
            parts.append(str(choices(value).label))
    return " · ".join(parts)


def likely_talk(visit: Visit, now: datetime) -> tuple[datetime, datetime]:
    """From when until when one was with the client, as far as the outing register knows.

    From the planned beginning, or from going out where that was later. Written on leaving the client it ends now; written
    after coming back, with the plan. Where that makes no sense (came before the appointment) the planned length counts.
    """
    length = visit.planned_end - visit.planned_start
    out = visit.out_at or visit.planned_start
    start = max(out, visit.planned_start)
    end = min(visit.back_at or now, now)
    if visit.back_at is not None or end - start > length + timedelta(hours=1):
        end = min(end, start + length)
    if end <= start:
        start = max(out, end - length)
    if end - start < timedelta(minutes=1):
        start = end - timedelta(minutes=5)
    return start, end


def next_days(seat: Seat, account: Account, calendar: HotelCalendar) -> list[tuple[date, str]]:
    """Two likely days of the next talk: by the cycle of the grade, and two weeks (or one) from now, both working days."""
    today = seat.today
    cycle = VISIT_CYCLE_DAYS.at(seat.hotel_code, today)[account.grade or "D"]
    first = reports.first_working_day(today + timedelta(days=cycle), calendar)
    weeks = 1 if cycle == 14 else 2
    second = reports.first_working_day(today + timedelta(weeks=weeks), calendar)
    found = [(first, day_text(first, today, "short"))]
    if second != first:
        found.append((second, ngettext("in %(n)d week", "in %(n)d weeks", weeks) % {"n": weeks}))
    return found


def cycle_words(account: Account, days: int) -> str:
    """How often the hotel visits clients of this grade."""
    if not account.grade:
        return ""
    return ngettext("grade %(grade)s: every day", "grade %(grade)s: every %(n)d days", days) % {
        "grade": account.grade,
        "n": days,
    }


def thanks_day(seat: Seat, calendar: HotelCalendar) -> date:
    """The day on which a client visited today is thanked."""
    days = reports.THANKS_CALL_DAYS.at(seat.hotel_code, seat.today)
    return reports.thanks_due(seat.today, seat.today, calendar, days)


def known_of_visit(seat: Seat, visit: Visit, people: list[Contact], calendar: HotelCalendar) -> dict[str, Any]:
    """What is known of the talk from the plan and the outing register."""
    start, end = likely_talk(visit, timezone.now())
    planned = [str(one.pk) for one in people if one.is_planned]  # type: ignore[attr-defined]
    return {
        "people": planned or [OTHER_PEOPLE],
        "people_text": "" if planned else visit.confirmed_with,
        "met_day": seat.local(start).date(),
        "met_from": clock_time(start, seat),
        "met_to": clock_time(end, seat),
        "kind": visit.kind,
        "purpose": visit.purpose,
        "address": visit.place or visit.account.address,
        "client_type": visit.account.kind,
        "note": visit.talk_notes,
        "next": next_days(seat, visit.account, calendar)[0][0].isoformat(),
    }


def known_of_client(seat: Seat, account: Account, people: list[Contact], calendar: HotelCalendar) -> dict[str, Any]:
    """What is likely of a talk that has just ended."""
    end = seat.local(timezone.now())
    end -= timedelta(minutes=end.minute % 5)
    start = max(end - USUAL_TALK, end.replace(hour=0, minute=0))
    first = account.last_visit_on is None
    return {
        "people": [str(people[0].pk)] if len(people) == 1 else [] if people else [OTHER_PEOPLE],
        "met_day": end.date(),
        "met_from": clock_time(start, seat),
        "met_to": clock_time(end, seat),
        "kind": VisitKind.FIRST if first else VisitKind.RETURN,
        "purpose": Purpose.FIRST if first else Purpose.RETURN,
        "address": account.address,
        "client_type": account.kind,
        "next": next_days(seat, account, calendar)[0][0].isoformat(),
    }
