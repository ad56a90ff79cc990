"""What stands of complaints on a client's page (SVC-05)."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from roomnight.clients.access import account_or_pool
from roomnight.organization.http import DeskRequest, needs
from roomnight.service import access
from roomnight.service.words import clock
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
