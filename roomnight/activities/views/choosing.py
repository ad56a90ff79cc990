"""Choosing the client that a visit or a follow-up is about, where the page before did not say."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.http import HttpResponse

from roomnight.activities import access
from roomnight.clients.access import account_or_pool, accounts
from roomnight.clients.models import Account
from roomnight.clients.queries import search
from roomnight.clients.rules import IN_BUSINESS
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest
from roomnight.ui.page import page

HITS = 12
USUAL = 8


def asked_account(seat: Seat, text: str) -> Account | None:
    """The client that an address names, or 404; none where it names none."""
    return account_or_pool(seat, int(text)) if text.isdigit() else None


def choose_client(request: DeskRequest, title: Any, **more: Any) -> HttpResponse:
    """A page that asks for the client: found while typing, or one of those visited and owned lately."""
    seat = request.seat
    q = request.GET.get("q", "").strip()[:100]
    keep = request.GET.copy()
    for name in ("q", "account"):
        keep.pop(name, None)
    hits = search(seat, q, limit=HITS) if q else []
    context = {
        "title": title,
        "q": q,
        "rows": [_row(hit.account_pk, hit.label, hit.detail, hit.icon) for hit in hits] if q else usual(seat),
        "keep": [(name, value) for name in keep for value in keep.getlist(name)],
        "kept": keep.urlencode(),
        **more,
    }
    return page(request, "activities/choose.html", context)


def usual(seat: Seat) -> list[dict[str, Any]]:
    """The clients this person deals with most likely: today's visits first, then those visited last."""
    today = access.own_visits(seat).filter(day=seat.today).order_by("planned_start")
    found = {
        visit.account_id: _row(visit.account_id, visit.account.label, visit.account.code, "map-pin") for visit in today
    }
    mine = accounts(seat).filter(owner=seat.staff, stage__in=IN_BUSINESS).exclude(pk__in=found)
    mine = mine.order_by(F("last_visit_on").desc(nulls_last=True), "-room_nights_12m", "pk")
    for account in mine[: max(0, USUAL - len(found))]:
        found[account.pk] = _row(account.pk, account.label, account.code, "building")
    return list(found.values())


def _row(pk: int, label: str, detail: str, icon: str) -> dict[str, Any]:
    return {"pk": pk, "label": label, "detail": detail, "icon": icon}
