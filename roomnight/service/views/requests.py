"""Requests: the list with the time that is left, one of them, taking it down, carrying it out, calling back (DSK-01)."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from roomnight.kernel.errors import Refusal
from roomnight.organization.access import Seat, departments
from roomnight.organization.http import DeskRequest, needs
from roomnight.service import access, commands
from roomnight.service.forms.requests import (
    CallBackForm,
    DispatchForm,
    FinishForm,
    ProgressForm,
    RequestForm,
    WithdrawForm,
)
from roomnight.service.models import OPEN_STATES, RequestKind, RequestState, ServiceRequest
from roomnight.service.request_words import URGENCY_TONES, next_step, state_tone, time_left, where_of
from roomnight.ui.page import done, form_status, page, refusals, refused
from roomnight.ui.small_forms import small_form

TABS: Final = ("mine", "open", "back", "closed")
ROWS: Final = 50


def in_tab(seat: Seat, name: str) -> QuerySet[ServiceRequest]:
    """The requests that a tab holds."""
    found = access.requests(seat)
    match name:
        case "closed":
            ended = found.filter(state__in=[RequestState.CLOSED, RequestState.WITHDRAWN])
            return ended.order_by("-closed_at", "-pk")
        case "back":
            return found.filter(state=RequestState.FINISHED).order_by("finished_at", "pk")
        case "mine":
            mine = Q(person__in=seat.stands_for)
            if seat.membership is not None:
                mine |= Q(person=None, department=seat.membership.department_id)
            found = found.filter(mine)
    return found.filter(state__in=OPEN_STATES).order_by("due_at", "pk")


@needs("service.request")
def request_list(request: DeskRequest) -> HttpResponse:
    """What is to be done, that with the least time left first: one's own and one's department's, or all within reach."""
    seat, now = request.seat, timezone.now()
    asked = request.GET.get("tab", "")
    name = asked if asked in TABS else "open" if seat.scope("service.request") == "hotel" else "mine"
    kind, place = request.GET.get("kind", ""), request.GET.get("department", "")
    found = in_tab(seat, name)
    if kind in RequestKind.values:
        found = found.filter(kind=kind)
    if place.isdigit():
        found = found.filter(department=int(place))
    rows = list(found.select_related("hotel", "account", "person", "department")[: ROWS + 1])
    who = access.askers(seat, rows[:ROWS])
    labels = {
        "mine": pgettext("requests", "For me and my department"), "open": pgettext("requests", "All open"),
        "back": pgettext("requests", "To call back"), "closed": pgettext("requests", "Closed"),
    }  # fmt: skip
    context = {
        "tab": name, "has_more": len(rows) > ROWS, "kind": kind, "place": place,
        "views": [{"label": label, "url": f"?tab={tab}", "current": tab == name} for tab, label in labels.items()],
        "rows": [
            {
                "one": one, "left": time_left(one, now), "where": where_of(one, who[one.pk]),
                "urgency_tone": URGENCY_TONES.get(one.urgency, ""),
            }
            for one in rows[:ROWS]
        ],
        "kinds": RequestKind.choices, "departments": departments(seat.hotel), "is_filtered": bool(kind or place),
        "may_create": seat.may("service.request", "create"),
    }  # fmt: skip
    return page(request, "service/requests.html", context)


@needs("service.request", "create")
def request_new(request: DeskRequest) -> HttpResponse:
    """Take a request down."""
    seat = request.seat
    form = RequestForm(request.POST if request.method == "POST" else None, seat=seat, people=access.people(seat))
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            made = commands.take_request(actor=seat, hotel=seat.hotel, by=seat.staff, **form.cleaned_data)
            return done(request, made.get_absolute_url(), _("Taken down and sent on: the clock runs."))
    return page(request, "service/request_new.html", {"form": form}, form_status(form))


@needs("service.request")
def request_page(request: DeskRequest, pk: int) -> HttpResponse:
    """One request: what is to be done next with its buttons, then what was asked for and its way so far."""
    seat = request.seat
    one = access.request(seat, pk)
    who = access.askers(seat, [one])[one.pk]
    may_edit = access.may_touch(seat, one, "edit")
    context = {
        "one": one, "who": who, "where": where_of(one, who), "left": time_left(one, timezone.now()),
        "step": next_step(one), "urgency_tone": URGENCY_TONES.get(one.urgency, ""), "state_tone": state_tone(one),
        "way": list(one.way.select_related("by", "to").order_by("-at", "-pk")),
        "may_edit": may_edit and one.is_open,
        "may_take": may_edit and one.state == RequestState.WAITING and one.person_id in (None, seat.staff.pk),
        "may_finish": may_edit and one.state == RequestState.UNDERWAY,
        "may_call": may_edit and one.state == RequestState.FINISHED,
        "sees_client": one.account is not None and seat.may("clients.account"),
    }  # fmt: skip
    return page(request, "service/request.html", context)


@needs("service.request", "edit")
@require_POST
def request_take_up(request: DeskRequest, pk: int) -> HttpResponse:
    """I do it."""
    seat = request.seat
    one = access.request(seat, pk, "edit")
    try:
        commands.take_up_request(actor=seat, request=one, by=seat.staff)
    except Refusal as refusal:
        return refused(request, one.get_absolute_url(), refusal)
    return done(request, one.get_absolute_url(), _("It is yours."))


@needs("service.request", "edit")
def request_dispatch(request: DeskRequest, pk: int) -> HttpResponse:
    """To another department or person."""
    seat = request.seat
    one = access.request(seat, pk, "edit")
    form = DispatchForm(
        request.POST if request.method == "POST" else None, seat=seat, request=one, people=access.people(seat)
    )
    back = one.get_absolute_url() if seat.scope("service.request") == "hotel" else seat.url("service:requests")
    return small_form(
        request, form,
        lambda data: commands.dispatch_request(actor=seat, request=one, by=seat.staff, revision=one.revision, **data),
        title=_("Send the request on"), action=_("Send it"), said=_("Sent on: the clock goes on."), back=back,
        detail=one.number, facts=_facts(seat, one),
    )  # fmt: skip


@needs("service.request", "edit")
def request_progress(request: DeskRequest, pk: int) -> HttpResponse:
    """How far it is."""
    seat = request.seat
    one = access.request(seat, pk, "edit")
    form = ProgressForm(request.POST if request.method == "POST" else None)
    return small_form(
        request, form, lambda data: commands.note_progress(actor=seat, request=one, by=seat.staff, **data),
        title=_("How far it is"), action=_("Save"), said=_("Saved."), back=one.get_absolute_url(), detail=one.number,
        facts=_facts(seat, one),
    )  # fmt: skip


@needs("service.request", "edit")
def request_finish(request: DeskRequest, pk: int) -> HttpResponse:
    """It is done."""
    seat = request.seat
    one = access.request(seat, pk, "edit")
    form = FinishForm(request.POST if request.method == "POST" else None)
    return small_form(
        request, form,
        lambda data: commands.finish_request(actor=seat, request=one, by=seat.staff, revision=one.revision, **data),
        title=_("Finish the request"), action=pgettext("a request", "Finish"), said=_("Finished."),
        back=one.get_absolute_url(), detail=one.number, facts=_facts(seat, one),
    )  # fmt: skip


@needs("service.request", "edit")
def request_call_back(request: DeskRequest, pk: int) -> HttpResponse:
    """What who asked says to it."""
    seat = request.seat
    one = access.request(seat, pk, "edit")
    form = CallBackForm(request.POST if request.method == "POST" else None)
    return small_form(
        request, form,
        lambda data: commands.call_back_request(
            actor=seat, request=one, by=seat.staff, revision=one.revision, is_content=data["answer"] == "content",
            words=data["words"],
        ),
        title=_("Call back"), action=_("Save"), said=_("Saved."), back=one.get_absolute_url(), detail=one.number,
        facts=[*_facts(seat, one), (_("What was done"), one.outcome)],
    )  # fmt: skip


@needs("service.request", "edit")
def request_withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """It is not wanted any more."""
    seat = request.seat
    one = access.request(seat, pk, "edit")
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    return small_form(
        request, form,
        lambda data: commands.withdraw_request(actor=seat, request=one, by=seat.staff, revision=one.revision, **data),
        title=_("Withdraw the request"), action=_("Withdraw"), said=_("Withdrawn."), back=one.get_absolute_url(),
        detail=one.number, facts=_facts(seat, one),
    )  # fmt: skip


def _facts(seat: Seat, one: ServiceRequest) -> list[tuple[Any, Any]]:
    """What to know while typing: what is asked for, where, and whom to call."""
    who = access.askers(seat, [one])[one.pk]
    facts = [(_("What is asked for"), one.text), (pgettext("request", "Where"), where_of(one, who))]
    return facts + [(label, value) for label, value in ((_("Who asks"), who.name), (_("Phone"), who.phone)) if value]
