"""Complaints: the list with the hours that are left, one of them, taking, changing, closing (SVC-01, SVC-02)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roomnight.clients.access import accounts
from roomnight.clients.models import Account
from roomnight.organization.access import Seat, departments
from roomnight.organization.authority import authority
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import ApprovalKind
from roomnight.service import access, commands
from roomnight.service.forms.complaints import (
    AnswerForm,
    ChangeForm,
    CompensationForm,
    ComplaintForm,
    DecisionForm,
    HandOverForm,
    VisitForm,
)
from roomnight.service.models import CompensationState, Complaint, ComplaintState, Severity
from roomnight.service.queries.effect import effect_of
from roomnight.service.queries.repeats import earlier, repeated_causes
from roomnight.service.rules.values import PRODUCTION_MONTHS, REPEAT_DAYS
from roomnight.service.words import SEVERITY_TONES, clock, next_step
from roomnight.ui.page import done, form_status, page, refusals
from roomnight.ui.small_forms import small_form

TABS: Final = ("open", "mine", "closed")
ROWS: Final = 50


def in_tab(seat: Seat, name: str) -> QuerySet[Complaint]:
    """The complaints that a tab holds."""
    found = access.complaints(seat)
    match name:
        case "closed":
            return found.filter(state=ComplaintState.CLOSED).order_by("-closed_at", "-pk")
        case "mine":
            found = found.filter(owner__in=seat.stands_for)
    return found.filter(state=ComplaintState.OPEN).order_by("due_at", "pk")


@needs("service.complaint")
def complaint_list(request: DeskRequest) -> HttpResponse:
    """The complaints that are open, those with the least time left first; one's own; those that are closed."""
    seat, now = request.seat, timezone.now()
    name = request.GET.get("tab", "") if request.GET.get("tab") in TABS else "open"
    severity, place = request.GET.get("severity", ""), request.GET.get("department", "")
    found = in_tab(seat, name)
    if severity in Severity.values:
        found = found.filter(severity=severity)
    if place.isdigit():
        found = found.filter(department=int(place))
    rows = list(found.select_related("hotel", "account", "owner", "department")[: ROWS + 1])
    who = access.complainants(seat, rows[:ROWS])
    labels = {
        "open": pgettext("complaints", "Open"),
        "mine": pgettext("complaints", "With me"),
        "closed": pgettext("complaints", "Closed"),
    }
    context = {
        "tab": name, "has_more": len(rows) > ROWS, "severity": severity, "place": place,
        "views": [{"label": label, "url": f"?tab={tab}", "current": tab == name} for tab, label in labels.items()],
        "rows": [
            {"one": one, "clock": clock(one, now), "who": who[one.pk], "severity_tone": SEVERITY_TONES.get(Severity(one.severity), "")}
            for one in rows[:ROWS]
        ],
        "severities": Severity.choices, "departments": departments(seat.hotel),
        "is_filtered": bool(severity or place), "repeats": _repeats(seat),
        "may_create": seat.may("service.complaint", "create"),
    }  # fmt: skip
    return page(request, "service/complaints.html", context)


def _repeats(seat: Seat) -> list[Any]:
    """Causes that repeat: in every department for who sees the hotel's complaints, else in one's own (SVC-05)."""
    since = timezone.now() - timedelta(days=REPEAT_DAYS.at(seat.hotel_code, seat.today))
    if seat.scope("service.complaint") == "hotel":
        return repeated_causes(seat.hotel, since)
    here = seat.membership
    return repeated_causes(seat.hotel, since, [here.department_id]) if here is not None else []


def asked_account(seat: Seat, text: str) -> Account | None:
    """The client whose number stands in the address, if this person may see it."""
    return accounts(seat).filter(pk=int(text)).first() if text.isdigit() and seat.may("clients.account") else None


@needs("service.complaint", "create")
def complaint_new(request: DeskRequest) -> HttpResponse:
    """Take a complaint down, phone in hand."""
    seat = request.seat
    account = asked_account(seat, request.GET.get("account", ""))
    form = ComplaintForm(
        request.POST if request.method == "POST" else None, seat=seat, people=access.people(seat), account=account
    )
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            given = {"account": account, **form.cleaned_data} if account is not None else form.cleaned_data
            made = commands.take_complaint(actor=seat, hotel=seat.hotel, by=seat.staff, **given)
            return done(request, made.get_absolute_url(), _("Taken down: the clock runs, and your leader knows."))
    context = {"form": form, "account": account, "detail": account.name if account else ""}
    return page(request, "service/complaint_new.html", context, form_status(form))


@needs("service.complaint")
def complaint(request: DeskRequest, pk: int) -> HttpResponse:
    """One complaint: the clock and what is to be done next, then what was said and what was done."""
    seat, now = request.seat, timezone.now()
    one = access.complaint(seat, pk)
    today = seat.today
    since = now - timedelta(days=REPEAT_DAYS.at(seat.hotel_code, today))
    may_edit = one.is_open and access.may(seat, one, "edit")
    compensations = list(one.compensations.select_related("proposed_by", "decided_by", "waits_for"))
    sees_production = one.account is not None and seat.may("pms.production")
    context = {
        "one": one, "clock": clock(one, now), "step": next_step(one), "who": access.complainants(seat, [one])[one.pk],
        "severity_tone": SEVERITY_TONES.get(Severity(one.severity), ""),
        "answers": list(one.answers.select_related("by").order_by("-round")),
        "escalations": list(one.escalations.select_related("to")),
        "compensations": compensations,
        "waiting": next((row for row in compensations if row.state == CompensationState.WAITING), None),
        "may_edit": may_edit, "may_decide": access.may(seat, one, "approve"),
        "may_visit": access.may(seat, one, "edit") and one.account is not None,
        "earlier": earlier(one, since) if seat.scope("service.complaint") == "hotel" else [],
        "effect": effect_of(one, seat.local(one.taken_at).date(), today, PRODUCTION_MONTHS.at(seat.hotel_code, today))
        if sees_production else None,
        "sees_client": one.account is not None and seat.may("clients.account"),
        "sees_order": one.order is not None and seat.may("orders.order"),
        "sees_exception": seat.may("orders.exception"),
        "sees_case": one.case is not None and seat.may("procedures.task"),
    }  # fmt: skip
    return page(request, "service/complaint.html", context)


@needs("service.complaint", "edit")
def complaint_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """What is learned later."""
    seat = request.seat
    one = access.complaint(seat, pk, "edit")
    form = ChangeForm(request.POST if request.method == "POST" else None, seat=seat, complaint=one)
    return small_form(
        request, form, lambda data: commands.change_complaint(actor=seat, complaint=one, revision=one.revision, **data),
        title=_("Change the complaint"), action=_("Save"), said=_("Saved."), back=one.get_absolute_url(), detail=one.number,
    )  # fmt: skip


@needs("service.complaint", "edit")
def complaint_hand_over(request: DeskRequest, pk: int) -> HttpResponse:
    """Somebody else answers for it."""
    seat = request.seat
    one = access.complaint(seat, pk, "edit")
    form = HandOverForm(request.POST if request.method == "POST" else None, complaint=one, people=access.people(seat))
    return small_form(
        request, form, lambda data: commands.hand_over_complaint(actor=seat, complaint=one, revision=one.revision, **data),
        title=_("Hand the complaint over"), action=_("Hand over"), said=_("Handed over: the clock goes on."),
        back=_after(seat, one), detail=one.number,
    )  # fmt: skip


def _after(seat: Seat, one: Complaint) -> str:
    """Back to the complaint, or to the list for who may no longer see it once it is somebody else's."""
    return (
        one.get_absolute_url()
        if seat.scope("service.complaint") in ("hotel", "team")
        else seat.url("service:complaints")
    )


@needs("service.complaint", "edit")
def complaint_answer(request: DeskRequest, pk: int) -> HttpResponse:
    """Close it, with all its parts."""
    seat = request.seat
    one = access.complaint(seat, pk, "edit")
    form = AnswerForm(request.POST if request.method == "POST" else None, complaint=one)
    return small_form(
        request, form,
        lambda data: commands.answer_complaint(actor=seat, complaint=one, by=seat.staff, **data),
        title=_("Close the complaint"), action=_("Close"), said=_("Kept."), back=one.get_absolute_url(), detail=one.number,
        facts=[(pgettext("complaint", "What happened"), one.text), (_("What the client wants"), one.wants)],
    )  # fmt: skip


@needs("service.complaint", "edit")
def compensation_new(request: DeskRequest, pk: int) -> HttpResponse:
    """Give something for it: within one's own limit at once, above it the next leader decides."""
    seat = request.seat
    one = access.complaint(seat, pk, "edit")
    own = authority(seat, ApprovalKind.COMPENSATION, seat.today)
    form = CompensationForm(request.POST if request.method == "POST" else None)
    limit = (
        _("none of your own: the next leader decides")
        if own.limit is None
        else f"{own.limit:.0f} {seat.hotel.currency}"
    )
    return small_form(
        request, form, lambda data: commands.propose_compensation(actor=seat, complaint=one, by=seat.staff, own=own, **data),
        title=_("Compensation"), action=_("Give or propose it"), said=_("Kept."), back=one.get_absolute_url(), detail=one.number,
        facts=[(_("What the client wants"), one.wants), (_("Your limit for one complaint"), limit)],
    )  # fmt: skip


@needs("service.complaint", "approve")
def compensation_decide(request: DeskRequest, pk: int, compensation: int) -> HttpResponse:
    """Yes or no to a compensation above the proposer's limit."""
    seat = request.seat
    found = access.compensation(seat, pk, compensation)
    own = authority(seat, ApprovalKind.COMPENSATION, seat.today)
    verbs = {"approve": commands.approve_compensation, "decline": commands.decline_compensation}
    form = DecisionForm(request.POST if request.method == "POST" else None)
    return small_form(
        request, form,
        lambda data: verbs[data["decision"]](actor=seat, compensation=found, by=seat.staff, own=own, note=data["note"]),
        title=_("Decide on the compensation"), action=_("Decide"), said=_("Decided."),
        back=found.complaint.get_absolute_url(), detail=found.complaint.number,
        facts=[
            (pgettext("compensation", "What"), found.get_kind_display()), (pgettext("compensation", "Worth"), f"{found.amount} {seat.hotel.currency}"),
            (_("Proposed by"), found.proposed_by.label), (pgettext("complaint", "What happened"), found.complaint.text),
        ],
    )  # fmt: skip


@needs("service.complaint", "edit")
def recovery_visit(request: DeskRequest, pk: int) -> HttpResponse:
    """The owner goes to see the client."""
    seat = request.seat
    one = access.complaint(seat, pk, "edit")
    form = VisitForm(request.POST if request.method == "POST" else None)
    return small_form(
        request, form, lambda data: commands.plan_recovery_visit(actor=seat, complaint=one, owner=one.owner, **data),
        title=_("Visit the client"), action=_("Put it on the list"), said=_("On the owner's list."),
        back=one.get_absolute_url(), detail=one.number, facts=[(_("Who answers for it"), one.owner.label)],
    )  # fmt: skip
