"""The 360° page of a client: a head, a few facts, and panels of the floors below, each loaded when it is seen (ACC-06)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from roomnight.clients.access import account_instead, account_or_pool
from roomnight.clients.models import Account
from roomnight.clients.queries.protection import countdowns
from roomnight.clients.rules import VISIT_CYCLE_DAYS, may_be_protected, next_visit_due
from roomnight.kernel.commands import subject_of
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import page


@dataclass(frozen=True)
class Panel:
    """A piece of the page: its id, the view that fills it, the grant it asks for, and where it stands."""

    id: str
    title: Any
    url_name: str
    needs: tuple[str, str]
    side: bool = False


STAGE_TONES = {"active": "good", "negotiating": "go", "dormant": "soon", "lost": "late", "blacklisted": "late"}
PANELS = (
    Panel("panel-activities", _("To do"), "activity_panels:activities", ("activities.followup", "read")),
    Panel("panel-orders", _("Orders"), "order_panels:orders", ("orders.order", "read")),
    Panel("panel-complaints", _("Complaints"), "service_panels:complaints", ("service.complaint", "read")),
    Panel("panel-surveys", _("Satisfaction"), "service_panels:surveys", ("service.survey", "read")),
    Panel("panel-production", _("Production"), "production_panels:production", ("pms.production", "read")),
    Panel(
        "panel-agreements", _("Agreements"), "agreement_panels:agreements", ("agreements.agreement", "read"), side=True
    ),
    Panel(
        "panel-evaluations", _("Relationship"), "insight_panels:evaluations", ("insight.evaluation", "read"), side=True
    ),
    Panel("panel-cases", _("Cases"), "web:panel_cases", ("procedures.task", "read"), side=True),
    Panel("panel-presence", _("In house now"), "production_panels:presence", ("pms.in_house", "read"), side=True),
    Panel("panel-spending", _("Spending beside rooms"), "production_panels:spending", ("pms.production", "read")),
    Panel("panel-payments", _("Payments"), "production_panels:payments", ("pms.payment", "read")),
    Panel("panel-owners", _("Whose it was"), "production_panels:owners", ("pms.production", "read"), side=True),
    Panel("panel-contacts", _("Contacts"), "clients:panel_contacts", ("clients.contact", "read")),
    Panel("panel-details", _("Particulars"), "clients:panel_details", ("clients.account", "read")),
    Panel("panel-timeline", _("Timeline"), "clients:panel_timeline", ("clients.account", "read"), side=True),
    Panel("panel-history", _("Changes"), "clients:panel_history", ("clients.account", "edit"), side=True),
)


def shown(seat: Seat, account: Account) -> list[dict[str, Any]]:
    """The panels this person may see, with the address that fills each."""
    return [
        {"id": panel.id, "title": panel.title, "url": seat.url(panel.url_name, pk=account.pk), "side": panel.side}
        for panel in PANELS
        if seat.may(*panel.needs)
    ]


@needs("clients.account")
def account(request: DeskRequest, pk: int) -> HttpResponse:
    """One client, everything about it."""
    seat = request.seat
    try:
        found = account_or_pool(seat, pk, "owner")
    except Http404:
        instead = account_instead(seat, pk)
        if instead is None:
            raise
        return redirect(seat.url("web:account", pk=instead.pk))
    cycle = VISIT_CYCLE_DAYS.at(seat.hotel_code, seat.today)
    due = next_visit_due(found.last_visit_on, seat.local(found.created_at).date(), found.grade, cycle)
    mine = found.owner_id == seat.staff.pk
    countdown = countdowns(seat, [pk]).get(pk)
    may_protect = mine and seat.may("clients.protection", "create") and may_be_protected(found.stage)
    prior = found.room_nights_prior_12m
    context = {
        "account": found,
        "panels": shown(seat, found),
        "due": due,
        "is_due": due <= seat.today,
        "growth": (found.room_nights_12m - prior) / prior if prior else None,
        "stage_tone": STAGE_TONES.get(found.stage, ""),
        "back_url": seat.url("clients:list"),
        "may_edit": seat.may("clients.account", "edit") and found.owner_id is not None,
        "may_visit": seat.may("activities.visit", "create"),
        "in_pool": found.owner_id is None,
        "sees_card": seat.may("clients.card") and found.owner_id is not None,
        "countdown": countdown,
        "may_protect": may_protect and not (countdown and countdown.is_protection),
        "may_release": mine and seat.may("clients.account", "edit"),
        "may_claim": found.owner_id is None and seat.may("clients.pool"),
        "may_assign": seat.may("clients.account", "approve"),
        "begin_url": f"{seat.url('procedures:case_new')}?about={subject_of(found)}"
        if seat.may("procedures.task", "create") and found.owner_id is not None
        else "",
    }
    return page(request, "web/account.html", context)


@needs("procedures.task")
def cases_panel(request: DeskRequest, pk: int) -> HttpResponse:
    """The cases about a client."""
    found = account_or_pool(request.seat, pk)
    return page(request, "web/panel_cases.html", {"subject": subject_of(found)})
