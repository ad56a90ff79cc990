"""What stands of complaints and satisfaction on a client's page (SVC-05, SAT-02)."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from roomnight.clients.access import account_or_pool
from roomnight.organization.http import DeskRequest, needs
from roomnight.service import access
from roomnight.service.models import SurveyState
from roomnight.service.rules.surveys import Tally
from roomnight.service.words import clock, score_tone
from roomnight.ui.page import page

ROWS = 6


@needs("service.complaint")
def complaints_panel(request: DeskRequest, pk: int) -> HttpResponse:
    """The client's complaints: those that are open first, then the latest."""
    seat, now = request.seat, timezone.now()
    account = account_or_pool(seat, pk)
    found = list(access.complaints_of(seat, account)[: 3 * ROWS])
    found.sort(key=lambda one: not one.is_open)
    context = {
        "account": account,
        "rows": [
            {"one": one, "clock": clock(one, now), "may_open": access.may(seat, one, "read")} for one in found[:ROWS]
        ],
        "may_create": seat.may("service.complaint", "create"),
    }
    return page(request, "service/panel.html", context)


@needs("service.survey")
def surveys_panel(request: DeskRequest, pk: int) -> HttpResponse:
    """What the client answered lately, and what it is to be asked."""
    seat = request.seat
    account = account_or_pool(seat, pk)
    found = access.surveys_of(seat, account)
    answered = list(found.filter(state=SurveyState.ANSWERED).order_by("-answered_at", "-pk")[:ROWS])
    waiting = list(found.exclude(state=SurveyState.ANSWERED).order_by("-drafted_at", "-pk")[:ROWS])
    mean = Tally(len(answered), sum(one.score or 0 for one in answered)).average
    context = {
        "account": account, "mean": mean, "count": len(answered),
        "rows": [
            {"one": one, "tone": score_tone(one), "may_open": access.may_survey(seat, one, "read")}
            for one in [*answered, *waiting][:ROWS]
        ],
        "may_create": seat.may("service.survey", "create"),
    }  # fmt: skip
    return page(request, "service/panel_surveys.html", context)
