"""Somebody asks for a guest: name, answer, consent, and only then more (PRV-01…03)."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from roomnight.kernel.errors import Refusal
from roomnight.organization.http import DeskRequest, needs
from roomnight.pms.access import knows_confidential
from roomnight.pms.rules.guests import ROOM_SECRET
from roomnight.reception.access.enquiries import enquiries, enquiry, visitor, visitors
from roomnight.reception.commands import (
    ask_for_guest,
    give_message,
    note_consent,
    put_through,
    register_visitor,
    report_enquiry,
    tell_visitor,
    visitor_left,
)
from roomnight.reception.forms.enquiries import ConsentForm, EnquiryForm, ReportForm, TellForm, VisitorForm
from roomnight.reception.models import Enquiry, EnquiryState
from roomnight.reception.queries import guest_of_stay
from roomnight.reception.rules.enquiries import NOT_REGISTERED, answer
from roomnight.ui.page import done, form_status, page, refusals, refused

ROWS: Final = 50
OPEN: Final = (EnquiryState.ASKING, EnquiryState.NO_ANSWER, EnquiryState.AGREED)
CLOSED_TO_VISITORS: Final = (EnquiryState.ANSWERED, EnquiryState.REFUSED)


@needs("reception.enquiry")
def enquiry_list(request: DeskRequest) -> HttpResponse:
    """Who asked for whom, latest first; those under way in a tab of their own."""
    seat = request.seat
    is_open = request.GET.get("show") != "all"
    found = enquiries(seat)
    rows = found.filter(state__in=OPEN) if is_open else found
    before = request.GET.get("before", "")
    if before.isdigit():
        rows = rows.filter(pk__lt=int(before))
    some = list(rows[: ROWS + 1])
    context = {
        "rows": some[:ROWS],
        "is_open": is_open,
        "views": [
            {"label": _("Under way"), "url": "?", "current": is_open},
            {"label": _("All"), "url": "?show=all", "current": not is_open},
        ],
        "next": f"?{'' if is_open else 'show=all&'}before={some[ROWS - 1].pk}" if len(some) > ROWS else "",
        "may_ask": seat.may("reception.enquiry", "create"),
    }
    return page(request, "reception/enquiries.html", context)


@needs("reception.enquiry", "create")
def enquiry_new(request: DeskRequest) -> HttpResponse:
    """Ask for the full name; the screen says what to say. What it shows of nobody it shows of who is here for nobody."""
    seat = request.seat
    form = EnquiryForm(*((request.POST,) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            made = ask_for_guest(
                actor=seat, hotel=seat.hotel, by=seat.staff, knows_confidential=knows_confidential(seat),
                sees_rooms=seat.may("pms.guest"), **form.values(),
            )  # fmt: skip
            if made.state == EnquiryState.ASKING:
                return done(request, seat.url("reception:enquiry", pk=made.pk))
            if made.state == EnquiryState.ANSWERED:
                return _no_store(page(request, "reception/not_registered.html", _nobody(request)))
            form.add_error(
                "asked_company",
                _("Several guests have this name. Let the visitor state the company or group, or the day of arrival."),
            )
    context = {"form": form, **_upwards(request)}
    return _no_store(page(request, "reception/enquiry_new.html", context, form_status(form)))


def _nobody(request: DeskRequest) -> dict[str, Any]:
    """All that the answer depends on: the hotel and the day."""
    seat = request.seat
    return {"answers": answer(NOT_REGISTERED.at(seat.hotel_code, seat.today)), **_upwards(request)}


@needs("reception.enquiry")
def enquiry_page(request: DeskRequest, pk: int) -> HttpResponse:
    """One enquiry: what to say now, and what may be done next."""
    return _enquiry(request, enquiry(request.seat, pk))


def _enquiry(request: DeskRequest, found: Enquiry, **forms: Any) -> HttpResponse:
    seat = request.seat
    if found.state in (EnquiryState.ANSWERED, EnquiryState.SEVERAL):
        return _no_store(page(request, "reception/not_registered.html", _nobody(request)))
    mine = found.by_id == seat.staff.pk and seat.may("pms.guest")
    guest = guest_of_stay(seat.hotel, found.stay_key, seat.today) if mine else None
    may_act = seat.may("reception.enquiry", "create")
    asking = may_act and found.state in (EnquiryState.ASKING, EnquiryState.NO_ANSWER)
    agreed = may_act and found.state in (EnquiryState.AGREED, EnquiryState.VISITING)
    chosen = {
        "consent": forms.get("consent") or (ConsentForm() if asking else None),
        "tell": forms.get("tell") or (TellForm(prefix="tell") if agreed else None),
        "visitor": forms.get("visitor") or (VisitorForm(initial={"name": found.visitor_name}, prefix="v") if agreed else None),
        "report": forms.get("report") or (ReportForm(prefix="report") if may_act else None),
    }  # fmt: skip
    context = {
        "enquiry": found,
        "forms": chosen,
        "room": guest.room if guest is not None and guest.level < ROOM_SECRET else "",
        "visitors": list(visitors(seat).filter(enquiry=found)),
        "answers": answer(NOT_REGISTERED.at(seat.hotel_code, seat.today)),
        "says_nobody": found.state in CLOSED_TO_VISITORS,
        "is_agreed": found.state in (EnquiryState.AGREED, EnquiryState.VISITING),
        "may_act": may_act,
        **_upwards(request, (_("Enquiries"), seat.url("reception:enquiries"))),
    }
    status = max([200, *(form_status(form) for form in forms.values())])
    return _no_store(page(request, "reception/enquiry.html", context, status))


@needs("reception.enquiry", "create")
@require_POST
def enquiry_consent(request: DeskRequest, pk: int) -> HttpResponse:
    """What the guest answered."""
    seat, found = request.seat, enquiry(request.seat, pk, "create")
    form = ConsentForm(request.POST)
    if form.is_valid():
        with refusals(form):
            note_consent(actor=seat, enquiry=found, by=seat.staff, **form.cleaned_data)
            return done(request, seat.url("reception:enquiry", pk=pk))
    return _enquiry(request, enquiry(seat, pk), consent=form)


@needs("reception.enquiry", "create")
@require_POST
def enquiry_act(request: DeskRequest, pk: int, what: str) -> HttpResponse:
    """Put the caller through, tell what the guest allows, or note that the message was given."""
    seat, found = request.seat, enquiry(request.seat, pk, "create")
    url = seat.url("reception:enquiry", pk=pk)
    if what == "tell":
        form = TellForm(request.POST, prefix="tell")
        if form.is_valid():
            with refusals(form):
                tell_visitor(actor=seat, enquiry=found, **form.cleaned_data)
                return done(request, url, _("Kept."))
        return _enquiry(request, enquiry(seat, pk), tell=form)
    try:
        (put_through if what == "put-through" else give_message)(actor=seat, enquiry=found)
    except Refusal as refusal:
        return refused(request, url, refusal)
    return done(request, url, _("Kept."))


@needs("reception.enquiry", "create")
@require_POST
def enquiry_visitor(request: DeskRequest, pk: int) -> HttpResponse:
    """Register who comes to see the guest."""
    seat, found = request.seat, enquiry(request.seat, pk, "create")
    form = VisitorForm(request.POST, prefix="v")
    if form.is_valid():
        with refusals(form):
            register_visitor(actor=seat, enquiry=found, by=seat.staff, **form.cleaned_data)
            return done(request, seat.url("reception:enquiry", pk=pk), _("The visitor is registered."))
    return _enquiry(request, enquiry(seat, pk), visitor=form)


@needs("reception.enquiry", "create")
@require_POST
def enquiry_report(request: DeskRequest, pk: int) -> HttpResponse:
    """Something is odd: let the duty manager and security know."""
    seat, found = request.seat, enquiry(request.seat, pk, "create")
    form = ReportForm(request.POST, prefix="report")
    if form.is_valid():
        with refusals(form):
            report_enquiry(actor=seat, enquiry=found, **form.cleaned_data)
            return done(request, seat.url("reception:enquiries"), _("Reported."))
    return _enquiry(request, enquiry(seat, pk), report=form)


@needs("reception.enquiry")
def visitor_list(request: DeskRequest) -> HttpResponse:
    """Visitors in the house, those over time first in a tab of their own, and those of the past."""
    seat, now = request.seat, timezone.now()
    show = request.GET.get("show", "")
    found = visitors(seat)
    inside = found.filter(left_at=None)
    rows = {
        "overdue": inside.filter(leave_by__lte=now),
        "left": found.filter(left_at__isnull=False).order_by("-left_at"),
    }
    some = list(rows.get(show, inside)[: ROWS + 1])
    context = {
        "rows": some[:ROWS],
        "show": show,
        "now": now,
        "views": [
            {"label": _("In the house"), "url": "?", "current": show not in rows},
            {"label": _("Over time"), "url": "?show=overdue", "current": show == "overdue"},
            {"label": pgettext("went away", "Left"), "url": "?show=left", "current": show == "left"},
        ],
        "may_act": seat.may("reception.enquiry", "create"),
        **_upwards(request),
    }
    return page(request, "reception/visitors.html", context)


@needs("reception.enquiry", "create")
@require_POST
def visitor_leaves(request: DeskRequest, pk: int) -> HttpResponse:
    """A visitor has gone."""
    visitor_left(actor=request.seat, visitor=visitor(request.seat, pk))
    return done(request, request.seat.url("reception:visitors"), _("Kept."))


def _upwards(request: DeskRequest, *steps: tuple[Any, str]) -> dict[str, Any]:
    crumbs = steps or ((_("Enquiries"), request.seat.url("reception:enquiries")),)
    return {"crumbs": list(crumbs), "back_url": crumbs[-1][1]}


def _no_store(response: HttpResponse) -> HttpResponse:
    """No copy of it stays in a browser."""
    response.headers["Cache-Control"] = "no-store"
    return response
