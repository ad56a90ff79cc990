"""A guest changes rooms: the slip, what is done about it, and how often it happens (FO-02)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.pms.access import GuestSeen, booking_of, guests_of_stays, knows_confidential, seen_guest
from roomnight.pms.commands import look_at_confidential
from roomnight.pms.rules.guests import ROOM_SECRET
from roomnight.reception.access.desk import room_change, room_changes
from roomnight.reception.commands import approve_rate, ask_room_change, withdraw_room_change, work_on_room_change
from roomnight.reception.commands.rooms import needs_approval
from roomnight.reception.forms.rooms import ChangeForm, RateForm, SpanForm, WithdrawForm, WorkForm
from roomnight.reception.models import Cause, ChangeState, RoomChange, Tick
from roomnight.reception.queries.moves import counted, steps_of
from roomnight.ui.page import done, form_status, page, refusals

ROWS: Final = 50


@needs("reception.room_change")
def change_list(request: DeskRequest) -> HttpResponse:
    """Room changes under way, and all of them, latest first."""
    seat = request.seat
    is_open = request.GET.get("show") != "all"
    found = room_changes(seat)
    rows = found.filter(state=ChangeState.OPEN) if is_open else found
    before = request.GET.get("before", "")
    if before.isdigit():
        rows = rows.filter(pk__lt=int(before))
    some = list(rows[: ROWS + 1])
    context = {
        "rows": change_rows(seat, some[:ROWS]),
        "is_open": is_open,
        "views": [
            {"label": _("Under way"), "url": "?", "current": is_open},
            {"label": _("All"), "url": "?show=all", "current": not is_open},
        ],
        "next": f"?{'' if is_open else 'show=all&'}before={some[ROWS - 1].pk}" if len(some) > ROWS else "",
    }
    return _no_store(page(request, "reception/room_changes.html", context))


def change_rows(seat: Seat, changes: Collection[RoomChange]) -> list[dict[str, Any]]:
    """Slips with the guest as this person sees them; a room that is secret stays so in a list."""
    guests = guests_of_stays(seat, [one.stay_key for one in changes])
    return [
        {"change": one, "guest": guests.get(one.stay_key), "is_veiled": _is_secret(guests.get(one.stay_key))}
        for one in changes
    ]


def _is_secret(guest: GuestSeen | None) -> bool:
    return guest is not None and guest.level >= ROOM_SECRET


@needs("reception.room_change", "create")
def change_new(request: DeskRequest, pk: int) -> HttpResponse:
    """The slip for one guest of the in-house list: why, and to which room."""
    seat = request.seat
    row, guest = seen_guest(seat, pk)
    booking = booking_of(seat, row) if request.method != "POST" else None
    known = {"from_type": booking.room_type_given or booking.room_type, "from_rate": booking.rate} if booking else {}
    form = ChangeForm(*((request.POST,) if request.method == "POST" else ()), initial=known)
    if form.is_bound and form.is_valid():
        with refusals(form):
            made = ask_room_change(actor=seat, hotel=seat.hotel, by=seat.staff, guest=row, **form.cleaned_data)
            said = _("Case %(number)s has begun.") % {"number": made.case.number} if made.case else _("Kept.")
            return done(request, seat.url("reception:room_change", pk=made.pk), said)
    context = {"form": form, "guest": guest, **_upwards(request)}
    return _no_store(page(request, "reception/room_change_new.html", context, form_status(form)))


@needs("reception.room_change")
def change_page(request: DeskRequest, pk: int) -> HttpResponse:
    """One slip: what the rule says, what has to go along, and where the case stands."""
    seat, found = request.seat, room_change(request.seat, pk)
    is_sent = request.method == "POST" and seat.may("reception.room_change", "edit")
    form = WorkForm(*((request.POST,) if is_sent else ()), change=found)
    if form.is_bound and form.is_valid():
        with refusals(form):
            work_on_room_change(actor=seat, change=found, **form.cleaned_data)
            return done(request, seat.url("reception:room_change", pk=pk), _("Kept."))
        found = room_change(seat, pk)
    return _change(request, found, work=form)


def _change(request: DeskRequest, found: RoomChange, **forms: Any) -> HttpResponse:
    seat = request.seat
    guest = guests_of_stays(seat, [found.stay_key]).get(found.stay_key)
    is_secret = _is_secret(guest)
    if is_secret and knows_confidential(seat):
        look_at_confidential(
            actor=seat, hotel=seat.hotel, stay_key=found.stay_key, reason=found.number, shown=["room", "room_changes"]
        )  # fmt: skip
    by_hand = found.state == ChangeState.OPEN and found.case_id is None
    may_edit = by_hand and seat.may("reception.room_change", "edit")
    is_asked = by_hand and needs_approval(found)
    may_approve = is_asked and seat.may("reception.room_change", "approve") and found.asked_by_id != seat.staff.pk
    context = {
        "change": found,
        "guest": guest,
        "is_veiled": is_secret and not knows_confidential(seat),
        "ticks": [(one.label, one.value in found.ticks) for one in Tick],
        "steps": steps_of(found),
        "waits_for_approval": is_asked,
        "forms": {
            "work": (forms.get("work") or WorkForm(change=found)) if may_edit else None,
            "rate": (forms.get("rate") or RateForm(prefix="rate")) if may_approve else None,
            "withdraw": (forms.get("withdraw") or WithdrawForm(prefix="withdraw")) if may_edit else None,
        },
        **_upwards(request),
    }
    status = max([200, *(form_status(form) for form in forms.values())])
    return _no_store(page(request, "reception/room_change.html", context, status))


@needs("reception.room_change", "approve")
@require_POST
def change_approve(request: DeskRequest, pk: int) -> HttpResponse:
    """Another price is approved."""
    seat, found = request.seat, room_change(request.seat, pk, "approve")
    form = RateForm(request.POST, prefix="rate")
    if form.is_valid():
        with refusals(form):
            approve_rate(actor=seat, change=found, by=seat.staff, **form.cleaned_data)
            return done(request, seat.url("reception:room_change", pk=pk), _("Approved."))
    return _change(request, room_change(seat, pk), rate=form)


@needs("reception.room_change", "edit")
@require_POST
def change_withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """The guest stays where he is."""
    seat, found = request.seat, room_change(request.seat, pk, "edit")
    form = WithdrawForm(request.POST, prefix="withdraw")
    if form.is_valid():
        with refusals(form):
            withdraw_room_change(actor=seat, change=found, **form.cleaned_data)
            return done(request, seat.url("reception:room_changes"), pgettext("room change", "Withdrawn."))
    return _change(request, room_change(seat, pk), withdraw=form)


@needs("reception.room_change")
def change_figures(request: DeskRequest) -> HttpResponse:
    """How many rooms were changed in a span of days, by cause, per hundred room nights, and how long it took."""
    seat = request.seat
    form = SpanForm(request.GET or None)
    first, last = form.span(seat.today)
    rows, total, nights = counted(room_changes(seat), seat.hotel, first, last)
    context = {
        "rows": [(Cause(one.cause).label, one) for one in rows],
        "most": max((one.count for one in rows), default=1),
        "total": total,
        "nights": nights,
        "first": first,
        "last": last,
        **_upwards(request),
    }
    return page(request, "reception/room_change_figures.html", context)


def _upwards(request: DeskRequest) -> dict[str, Any]:
    url = request.seat.url("reception:room_changes")
    return {"crumbs": [(_("Room changes"), url)], "back_url": url}


def _no_store(response: HttpResponse) -> HttpResponse:
    """No copy of it stays in a browser."""
    response.headers["Cache-Control"] = "no-store"
    return response
