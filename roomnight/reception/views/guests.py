"""A guest's own page at the front desk, and guests' wishes on their way (FO-01, FO-04, PRV-01)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from roomnight.organization.http import DeskRequest, needs
from roomnight.pms.access import GuestSeen, knows_confidential, lookups_of, seen_guest
from roomnight.pms.commands import open_guest_page
from roomnight.pms.models import GuestLookup, LookupKind
from roomnight.pms.rules.guests import room_revealed
from roomnight.reception.access.desk import department_of, room_changes, wish, wishes
from roomnight.reception.access.enquiries import visitors
from roomnight.reception.commands import fulfil_wish, note_wish, receive_wish
from roomnight.reception.forms.wishes import GuestWishForm, LookForm, WishForm
from roomnight.reception.models import WishState
from roomnight.reception.queries.wishes import of_guest
from roomnight.reception.views.lookups import lookup_rows
from roomnight.ui.page import done, form_status, page, refusals

ROWS: Final = 50
OPEN_MINUTES: Final = 30
LOOKUPS: Final = 20
LINES: Final = 100


@needs("pms.guest")
def guest_page(request: DeskRequest, pk: int) -> HttpResponse:
    """What is known of one guest, after saying why; for half an hour it stays open to who said so."""
    seat = request.seat
    row, guest = seen_guest(seat, pk)
    form = LookForm(*((request.POST,) if request.method == "POST" else ()))
    if form.is_bound and form.is_valid():
        with refusals(form):
            open_guest_page(actor=seat, guest=row, reason=form.reason())
            return done(request, seat.url("reception:guest", pk=pk))
    lines = _lines(request, row)
    if form.is_bound or not _is_open(request, lines):
        context = {"form": form, "guest": guest, **_upwards(request)}
        return _no_store(page(request, "reception/guest_why.html", context, form_status(form)))
    return _guest(request, row, guest, lines)


def _lines(request: DeskRequest, row: Any) -> list[GuestLookup]:
    """Who looked at this guest, latest first."""
    return list(lookups_of(request.seat, row.stay_key)[:LINES])


def _is_open(request: DeskRequest, lines: list[GuestLookup]) -> bool:
    """Whether this person has said why a short while ago: the log itself remembers it."""
    since = timezone.now() - timedelta(minutes=OPEN_MINUTES)
    who = request.seat.code
    return any(one.who == who and one.kind == LookupKind.GUEST_PAGE and one.at >= since for one in lines)


def _guest(
    request: DeskRequest, row: Any, guest: GuestSeen, lines: list[GuestLookup], form: GuestWishForm | None = None
) -> HttpResponse:
    seat = request.seat
    here, earlier = of_guest(wishes(seat), row)
    may_wish = seat.may("reception.wish", "create")
    sees_log = seat.may("kernel.audit") or seat.may("pms.guest", "approve")
    known = {"text": request.GET.get("wish", "")[:300]} if form is None else {}
    context = {
        "guest": guest,
        "name": row.guest_name,
        "room": room_revealed(row.room, level=row.level, knows_confidential=knows_confidential(seat)),
        "wishes": here,
        "kept": earlier,
        "changes": list(room_changes(seat).filter(stay_key=row.stay_key)),
        "visitors": list(visitors(seat).filter(stay_key=row.stay_key)),
        "lookups": lookup_rows(seat, lines[:LOOKUPS]) if sees_log else None,
        "form": form or (GuestWishForm(initial=known) if may_wish else None),
        "may_change": seat.may("reception.room_change", "create"),
        **_upwards(request),
    }
    return _no_store(page(request, "reception/guest.html", context, form_status(form) if form else 200))


@needs("reception.wish", "create")
@require_POST
def guest_wish(request: DeskRequest, pk: int) -> HttpResponse:
    """A wish noted on the guest's page."""
    seat = request.seat
    row, guest = seen_guest(seat, pk)
    lines = _lines(request, row)
    if not _is_open(request, lines):
        return done(request, seat.url("reception:guest", pk=pk))
    form = GuestWishForm(request.POST)
    if form.is_valid():
        with refusals(form):
            note_wish(
                actor=seat, hotel=seat.hotel, by=seat.staff, noted_in=department_of(seat), guest=row, **form.cleaned_data
            )  # fmt: skip
            return done(request, seat.url("reception:guest", pk=pk), _("The wish is on its way."))
    return _guest(request, row, guest, lines, form)


@needs("reception.wish")
def wish_list(request: DeskRequest) -> HttpResponse:
    """Wishes on their way to this person's department and from it, soonest first; what is done in a tab of its own."""
    seat, now = request.seat, timezone.now()
    is_past = request.GET.get("show") == "done"
    found = wishes(seat)
    rows = found.filter(state=WishState.DONE).order_by("-done_at") if is_past else found.exclude(state=WishState.DONE)
    mine = "" if seat.scope("reception.wish") == "hotel" else department_of(seat)
    context = {
        "rows": list(rows[:ROWS]),
        "now": now,
        "is_past": is_past,
        "mine": mine,
        "may_note": seat.may("reception.wish", "create"),
        "may_act": seat.may("reception.wish", "edit"),
        "views": [
            {"label": _("On their way"), "url": "?", "current": not is_past},
            {"label": _("Fulfilled wishes"), "url": "?show=done", "current": is_past},
        ],
    }
    return _no_store(page(request, "reception/wishes.html", context))


@needs("reception.wish", "create")
def wish_new(request: DeskRequest) -> HttpResponse:
    """A guest has told somebody what he wishes for: by room, whoever sleeps there."""
    seat = request.seat
    form = WishForm(*((request.POST,) if request.method == "POST" else ()))
    if form.is_bound and form.is_valid():
        with refusals(form):
            note_wish(actor=seat, hotel=seat.hotel, by=seat.staff, noted_in=department_of(seat), **form.cleaned_data)
            return done(request, seat.url("reception:wishes"), _("The wish is on its way."))
    url = seat.url("reception:wishes")
    context = {"form": form, "crumbs": [(_("Guests' wishes"), url)], "back_url": url}
    return page(request, "reception/wish_new.html", context, form_status(form))


@needs("reception.wish", "edit")
@require_POST
def wish_act(request: DeskRequest, pk: int, what: str) -> HttpResponse:
    """The department has the wish, or has fulfilled it."""
    seat, found = request.seat, wish(request.seat, pk, "edit")
    (receive_wish if what == "receive" else fulfil_wish)(actor=seat, wish=found, by=seat.staff)
    return done(request, seat.url("reception:wishes"), _("Kept."))


def _upwards(request: DeskRequest) -> dict[str, Any]:
    url = request.seat.url("reception:front_desk")
    return {"crumbs": [(_("Today at the desk"), url)], "back_url": url}


def _no_store(response: HttpResponse) -> HttpResponse:
    """No copy of it stays in a browser."""
    response.headers["Cache-Control"] = "no-store"
    return response
