"""Confidential guests: who wants it, how far, and that only they lift it themselves (PRV-03)."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import DepartmentKind
from roomnight.pms.access import confidentialities, confidentiality, seen_guest
from roomnight.pms.commands import (
    change_confidential,
    keep_confidential,
    lift_by_password,
    lift_in_person,
    look_at_confidential,
)
from roomnight.pms.models import Confidentiality, Level
from roomnight.pms.rules.guests import FULL, stay_key
from roomnight.reception.forms.confidential import ConfidentialForm, LevelForm, LiftForm
from roomnight.reception.queries import guest_of_stay
from roomnight.ui.page import done, form_status, page, refusals

ROWS: Final = 100


@needs("pms.confidential")
def confidential_list(request: DeskRequest) -> HttpResponse:
    """Everybody who is to be kept confidential now; what was lifted in a tab of its own."""
    seat = request.seat
    is_past = request.GET.get("show") == "past"
    rows = confidentialities(seat).filter(lifted_at__isnull=not is_past)
    if is_past:
        rows = rows.order_by("-lifted_at")
    context = {
        "rows": [(one, Level(one.level)) for one in rows[:ROWS]],
        "is_past": is_past,
        "full": FULL,
        "views": [
            {"label": _("In force"), "url": "?", "current": not is_past},
            {"label": _("Lifted"), "url": "?show=past", "current": is_past},
        ],
        "may_add": seat.may("pms.confidential", "create"),
    }
    return _no_store(page(request, "reception/confidential.html", context))


@needs("pms.confidential", "create")
def confidential_new(request: DeskRequest) -> HttpResponse:
    """Agree with a guest on how far he is to be known here; from the list, or before he has come."""
    seat = request.seat
    form = ConfidentialForm(*((request.POST,) if request.method == "POST" else ()), initial=_suggested(request))
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            made = keep_confidential(actor=seat, hotel=seat.hotel, **form.values())
            url = seat.url("reception:confidential_record", pk=made.pk)
            return done(request, url, _("Kept, and the departments are told."))
    context = {"form": form, **_upwards(request)}
    return _no_store(page(request, "reception/confidential_new.html", context, form_status(form)))


def _suggested(request: DeskRequest) -> dict[str, Any]:
    """From the guest that the address names; a guest who does not exist for this person is one that does not exist."""
    seat, text = request.seat, request.GET.get("guest", "")
    if not text.isdigit():
        return {"starts_on": seat.today, "level": FULL, "whole_booking": True}
    row, _seen = seen_guest(seat, int(text))
    return {
        "guest_name": row.guest_name, "booking_number": row.booking_number, "arrival": row.arrival,
        "departure": row.departure, "starts_on": seat.today, "level": FULL,
    }  # fmt: skip


@needs("pms.confidential")
def confidential_page(request: DeskRequest, pk: int) -> HttpResponse:
    """One guest's wish: as it stands, and changed as the guest says."""
    seat, found = request.seat, confidentiality(request.seat, pk)
    may_edit = seat.may("pms.confidential", "edit") and found.lifted_at is None
    sent = (request.POST,) if request.method == "POST" and may_edit else ()
    form = LevelForm(*sent, record=found)
    if form.is_bound and form.is_valid():
        with refusals(form):
            change_confidential(actor=seat, confidentiality=found, **form.values())
            return done(request, seat.url("reception:confidential_record", pk=pk), _("Kept."))
    return _record(request, confidentiality(seat, pk) if sent else found, form, LiftForm(prefix="lift"))


@needs("pms.confidential", "edit")
def confidential_lift(request: DeskRequest, pk: int) -> HttpResponse:
    """The guest says himself that it is over."""
    seat, found = request.seat, confidentiality(request.seat, pk, "edit")
    form = LiftForm(request.POST if request.method == "POST" else None, prefix="lift")
    if form.is_bound and form.is_valid():
        with refusals(form):
            if form.cleaned_data["how"] == "in_person":
                lift_in_person(actor=seat, confidentiality=found, document=form.document())
                return done(request, seat.url("reception:confidential"), _("Lifted."))
            if lift_by_password(actor=seat, confidentiality=found, password=form.cleaned_data["password"]):
                return done(request, seat.url("reception:confidential"), _("Lifted."))
            form.add_error("password", _("This is not the password that was agreed."))
    return _record(request, confidentiality(seat, pk) if form.is_bound else found, LevelForm(record=found), form)


def _record(request: DeskRequest, found: Confidentiality, form: LevelForm, lift: LiftForm) -> HttpResponse:
    seat = request.seat
    listed = guest_of_stay(seat.hotel, found.stay_key, seat.today)
    if request.method == "GET":
        look_at_confidential(
            actor=seat, hotel=seat.hotel, stay_key=found.stay_key, reason=_("The record of a confidential guest")
        )  # fmt: skip
    may_edit = seat.may("pms.confidential", "edit") and found.lifted_at is None
    context = {
        "record": found,
        "level": Level(found.level),
        "form": form,
        "lift": lift,
        "listed": listed,
        "told": [DepartmentKind(kind).label for kind in found.told if kind in DepartmentKind.values],
        "is_same_stay": found.stay_key
        == stay_key(seat.hotel.pk, found.booking_number, found.guest_name, found.arrival),
        "may_edit": may_edit,
        **_upwards(request),
    }
    return _no_store(
        page(request, "reception/confidential_record.html", context, max(form_status(form), form_status(lift)))
    )


def _upwards(request: DeskRequest) -> dict[str, Any]:
    url = request.seat.url("reception:confidential")
    return {"crumbs": [(_("Confidential guests"), url)], "back_url": url}


def _no_store(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response
