"""The pages around the work: finding, the bell, help, oneself."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from roomnight.clients.queries import Hit
from roomnight.clients.queries import search as search_clients
from roomnight.kernel.notify import in_words, latest, mark_read
from roomnight.orders.queries.search import find_orders
from roomnight.organization.commands import set_preferences
from roomnight.organization.http import DeskRequest, everyone_here
from roomnight.ui.page import done, form_status, page
from roomnight.web import navigation
from roomnight.web.forms import ProfileForm

PALETTE_ROWS = 8
SEARCH_ROWS = 50


def matching_actions(request: DeskRequest, q: str) -> list[navigation.Link]:
    """Pages and quick actions whose words contain what was typed; all quick actions for nothing typed."""
    quick = navigation.quick(request.seat, request.path)
    if not q:
        return quick
    places = [child for link in navigation.links(request.seat, request.path) for child in (link, *link.children)]
    wanted, seen, found = q.casefold(), set(), []
    for link in (*quick, *places):
        words = str(link.label)
        if wanted in words.casefold() and (words, link.url) not in seen:
            seen.add((words, link.url))
            found.append(link)
    return found[:PALETTE_ROWS]


@everyone_here
def palette(request: DeskRequest) -> HttpResponse:
    """The rows of the command palette: clients and people first, then orders, then pages and actions (UI-02)."""
    q = request.GET.get("q", "").strip()[:100]
    hits = search_clients(request.seat, q, limit=PALETTE_ROWS) if q else []
    orders = find_orders(request.seat, q, PALETTE_ROWS, _clients(hits))
    groups: list[dict[str, Any]] = [
        {
            "label": _("Clients and people"),
            "items": [{"label": h.label, "detail": h.detail, "icon": h.icon, "url": h.url} for h in hits],
        },
        {"label": pgettext("navigation", "Orders"), "items": orders},
        {"label": _("Pages and actions"), "items": matching_actions(request, q)},
    ]
    return page(request, "web/palette.html", {"q": q, "groups": [group for group in groups if group["items"]]})


@everyone_here
def search(request: DeskRequest) -> HttpResponse:
    """Everything found, on a page of its own."""
    q = request.GET.get("q", "").strip()[:100]
    hits = search_clients(request.seat, q, limit=SEARCH_ROWS) if q else []
    orders = find_orders(request.seat, q, SEARCH_ROWS, _clients(hits))
    return page(request, "web/search.html", {"q": q, "hits": hits, "orders": orders})


def _clients(hits: list[Hit]) -> list[int]:
    """The clients among what was found: their orders are found with them."""
    return [hit.pk for hit in hits if hit.what == "account"]


@everyone_here
def notifications(request: DeskRequest) -> HttpResponse:
    """The bell, opened: the latest lines in the person's language."""
    here = request.seat.url
    items = [
        {
            "text": in_words(one),
            "url": one.url or here("web:notifications"),
            "at": one.at,
            "unread": one.read_at is None,
            "icon": "alert-circle" if one.is_urgent else "bell",
        }
        for one in latest(request.seat.code, request.seat.hotel_code)
    ]
    context = {
        "items": items,
        "read_url": here("web:notifications_read"),
        "all_url": here("web:notifications") if request.htmx else "",
    }
    return page(request, "web/notifications.html", context)


@everyone_here
@require_POST
def notifications_read(request: DeskRequest) -> HttpResponse:
    """The person has seen the bell."""
    mark_read(request.seat.code, request.seat.hotel_code)
    return done(request, request.seat.url("web:notifications"))


@everyone_here
def help_page(request: DeskRequest) -> HttpResponse:
    """How the day goes, and the keys."""
    return page(request, "web/help.html")


@everyone_here
def me(request: DeskRequest) -> HttpResponse:
    """Oneself: language, theme, calendar address, sign out; on a phone the way to everything else."""
    staff = request.seat.staff
    initial: dict[str, Any] = {"language": staff.language, "theme": staff.theme}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        set_preferences(actor=request.seat, staff=staff, **form.cleaned_data)
        return done(request, request.seat.url("web:me"), _("Kept."))
    place = request.seat.membership
    role = place.title or place.role.label if place else _("Administrator")
    line = " · ".join(filter(None, [str(place.department) if place else "", role, request.seat.hotel.label]))
    return page(request, "web/me.html", {"form": form, "place_line": line}, form_status(form))
