"""What of one's clients is due today: protections that run out, extensions to decide (OWN-02, OWN-07)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from roomnight.clients import access
from roomnight.clients.models import Importance
from roomnight.clients.queries.cards import overdue
from roomnight.clients.queries.protection import left_words, running_out
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, everyone_here
from roomnight.ui.page import page

MOST, COUNTED = 5, 100


@everyone_here
@require_GET
def clients_of_day(request: DeskRequest) -> HttpResponse:
    """A piece of my day; nothing at all where nothing is due."""
    seat = request.seat
    rows = [*deciding(seat), *ending(seat), *verifying(seat)]
    return page(request, "clients/day.html", {"rows": rows})


def ending(seat: Seat) -> list[dict[str, Any]]:
    """One's own protections that run out soon."""
    if not seat.may("clients.protection", "create"):
        return []
    found = running_out(seat)
    rows = [
        {
            "when": one.until,
            "icon": "shield",
            "title": one.account.label,
            "title_url": seat.url("web:account", pk=one.account_id),
            "detail": _("Nothing happened since: visit it, or ask for an extension."),
            "badge": left_words(one.until, seat.today),
            "tone": "soon",
            "button": _("Extend"),
            "url": seat.url("clients:extend", pk=one.pk),
        }
        for one in found[:MOST]
    ]
    return rows if len(found) <= MOST else [*rows, more(seat, len(found) - MOST)]


def more(seat: Seat, count: int) -> dict[str, Any]:
    """The line that leads to the rest."""
    url = seat.url("clients:protections")
    return {
        "when": None, "icon": "shield", "title": _("%(n)d more protections run out") % {"n": count}, "title_url": url,
        "detail": "", "badge": "", "tone": "", "button": _("View"), "url": url,
    }  # fmt: skip


def verifying(seat: Seat) -> list[dict[str, Any]]:
    """One's own cards that are overdue, in one line."""
    if not seat.may("clients.card", "edit"):
        return []
    late, theirs = Q(pk__in=[]), Q(pk__in=[])
    for importance in Importance.values:
        late |= overdue(seat.hotel, seat.today, importance)
        theirs |= overdue(seat.hotel, seat.today, importance, "account__")
    clients = access.card_accounts(seat).filter(late, owner=seat.staff)
    people = access.card_contacts(seat).filter(theirs, account__owner=seat.staff, is_active=True)
    count = clients[:COUNTED].count() + people[:COUNTED].count()
    if not count:
        return []
    url = seat.url("clients:cards")
    title = ngettext("%(n)d relationship card to verify", "%(n)d relationship cards to verify", count) % {"n": count}
    return [
        {
            "when": None, "icon": "id-badge", "title": title, "title_url": url, "badge": _("Overdue"), "tone": "late",
            "detail": _("Look them over, put right what has changed."), "button": _("View"), "url": url,
        }
    ]  # fmt: skip


def deciding(seat: Seat) -> list[dict[str, Any]]:
    """What waits for this person's decision."""
    if not seat.may("clients.protection", "approve"):
        return []
    found = access.extensions_to_decide(seat).select_related("protection__account", "protection__staff")
    return [
        {
            "when": one.protection.until,
            "icon": "shield",
            "title": one.protection.account.label,
            "title_url": seat.url("web:account", pk=one.protection.account_id),
            "detail": f"{one.protection.staff.label}: {one.reason}",
            "badge": _("Extension asked for"),
            "tone": "soon",
            "button": _("Decide"),
            "url": seat.url("clients:extension", pk=one.pk),
        }
        for one in found.order_by("protection__until", "pk")[:MOST]
    ]
