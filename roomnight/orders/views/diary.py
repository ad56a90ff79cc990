"""The function diary: halls × time as a picture and as a table, and what is dragged in it (ORD-07)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from roomnight.kernel.calendar import at_local
from roomnight.kernel.errors import Refusal
from roomnight.orders import access
from roomnight.orders.commands.diary import change_booking
from roomnight.orders.models import BookingState
from roomnight.orders.queries.diary_page import Entry, entries, picture
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.lists import picked_day
from roomnight.ui.page import page

VIEWS: Final = ("day", "week", "month")
ROWS: Final = 200
TONES: Final = {BookingState.OPTION: "soon", BookingState.DEFINITE: "good", BookingState.WAITING: ""}


def span_of(view: str, day: date) -> tuple[date, int]:
    """The first day that a view of a day shows, and how many."""
    if view == "day":
        return day, 1
    if view == "week":
        return day - timedelta(days=day.weekday()), 7
    first = day.replace(day=1)
    return first, ((first + timedelta(days=32)).replace(day=1) - first).days


def asked(request: DeskRequest) -> tuple[str, date]:
    """Which view of which day an address means."""
    view = request.GET.get("view", "")
    return (view if view in VIEWS else "week"), picked_day(request.GET.get("date", "")[:10]) or request.seat.today


@needs("orders.diary")
def diary(request: DeskRequest) -> HttpResponse:
    """Halls × time: a day by the hour, a week by function, a month at a glance; as a table one click away, on a phone a day."""
    seat = request.seat
    view, day = asked(request)
    first, days = span_of(view, day)
    last = first + timedelta(days=days - 1)
    as_table = request.GET.get("show") == "table"
    halls = list(access.spaces(seat))
    rows = list(entries(seat, first, last) if as_table else entries(seat, day, day))
    context = {
        "view": view, "day": day, "first": first, "last": last, "as_table": as_table, "halls": halls,
        "by_day": _by_day(seat, rows[:ROWS], first if as_table else day, last if as_table else day, halls),
        "has_more": len(rows) > ROWS, "links": _links(seat, view, day, as_table), "zone": seat.zone,
        "views": [
            {"label": label, "name": name, "url": _url(seat, name, day, as_table)}
            for name, label in (
                ("day", pgettext("calendar", "Day")), ("week", pgettext("calendar", "Week")),
                ("month", pgettext("calendar", "Month")),
            )
        ],
        "events_url": f"{seat.url('orders:diary_events')}?view={view}&date={day.isoformat()}",
        "move_url": seat.url("orders:diary_move") if seat.may("orders.diary", "edit") else "",
        "may_book": seat.may("orders.diary", "create"), "may_set_up": seat.may("orders.space", "create"),
    }  # fmt: skip
    return page(request, "orders/diary.html", context)


def _url(seat: Seat, view: str, day: date, as_table: bool) -> str:
    return f"{seat.url('orders:diary')}?view={view}&date={day.isoformat()}{'&show=table' if as_table else ''}"


def _links(seat: Seat, view: str, day: date, as_table: bool) -> dict[str, str]:
    """Where earlier, later and today are; on a phone day by day."""
    first, days = span_of(view, day)
    one = timedelta(days=1)
    earlier, later = first - one, first + timedelta(days=days)
    if view == "week":
        earlier, later = day - 7 * one, day + 7 * one
    return {
        "earlier": _url(seat, view, earlier, as_table), "later": _url(seat, view, later, as_table),
        "today": _url(seat, view, seat.today, as_table), "day_before": _url(seat, view, day - one, as_table),
        "day_after": _url(seat, view, day + one, as_table), "other": _url(seat, view, day, not as_table),
    }  # fmt: skip


def _by_day(seat: Seat, rows: list[Entry], first: date, last: date, halls: list[Any]) -> list[tuple[date, list[dict[str, Any]]]]:  # fmt: skip
    """The rows of a table, under the day on which each begins; what began before stands under the first."""
    names = {one.pk: one.label for one in halls}
    found: dict[date, list[dict[str, Any]]] = {}
    for one in rows:
        start, end = seat.local(one.start), seat.local(one.end)
        day = min(max(start.date(), first), last)
        until = seat.local(one.option_until) - timedelta(seconds=1) if one.option_until else None
        found.setdefault(day, []).append({
            "one": one, "hall": names.get(one.space, ""), "tone": TONES.get(BookingState(one.state), ""), "start": start,
            "end": end, "other_day": end.date() != start.date(), "option_until": until.date() if until else None,
            "url": seat.url("orders:booking", pk=one.pk) if one.is_named else "",
        })  # fmt: skip
    return sorted(found.items())


@needs("orders.diary")
def diary_events(request: DeskRequest) -> HttpResponse:
    """What the picture shows, for its script."""
    seat = request.seat
    view, day = asked(request)
    first, days = span_of(view, day)
    words = {
        "halls": _("Hall"), "waiting": _("{n} waiting"), "inside": _("Taken with {name}"),
        "fixed": _("This one is not yours to move."),
        "day_url": f"{seat.url('orders:diary')}?view=day&date={{date}}",
    }  # fmt: skip
    return JsonResponse({**picture(seat, first, days, timezone.now()), "words": words})


@needs("orders.diary", "edit")
@require_POST
def diary_move(request: DeskRequest) -> HttpResponse:
    """A function was dragged, or moved by keyboard, to another time or hall; it stays as long as it was."""
    seat = request.seat
    number, revision, hall = (request.POST.get(name, "") for name in ("id", "revision", "space"))
    if not (number.isdigit() and revision.isdigit() and hall.isdigit()):
        return JsonResponse({"message": _("This could not be read.")}, status=422)
    one = access.booking(seat, int(number), "edit")
    space = next((row for row in access.spaces(seat).select_related("hotel") if row.pk == int(hall)), None)
    try:
        start = datetime.fromisoformat(request.POST.get("start", ""))
    except ValueError:
        return JsonResponse({"message": _("This time could not be read.")}, status=422)
    if space is None:
        return JsonResponse({"message": _("This hall is not sold.")}, status=422)
    starts_at = at_local(start.date(), start.time().replace(tzinfo=None), seat.zone)
    try:
        change_booking(
            actor=seat, booking=one, revision=int(revision), space=space, starts_at=starts_at,
            ends_at=starts_at + (one.ends_at - one.starts_at),
        )  # fmt: skip
    except Refusal as refusal:
        return JsonResponse({"message": str(refusal.message), "code": refusal.code}, status=409)
    return JsonResponse({"message": pgettext("hall", "Moved.")})
