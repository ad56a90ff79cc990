"""Who is in the house: for the front desk, for leaders, and, by dates only, for those who look after a client."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.organization.http import DeskRequest, needs
from roomnight.pms.access import (
    guest,
    guest_count,
    guests,
    in_house_list,
    knows_confidential,
    presence,
    present_account,
    sight_of,
)
from roomnight.pms.commands import reveal_guest
from roomnight.pms.forms import RevealForm
from roomnight.pms.models import GuestState, Level
from roomnight.pms.rules.guests import Sight, room_revealed
from roomnight.ui.page import form_status, page, refusals

ROWS: Final = 100
OLD_HOURS: Final = 24


@needs("pms.in_house")
def in_house(request: DeskRequest) -> HttpResponse:
    """The latest in-house list, as this person may see it."""
    seat = request.seat
    state = GuestState.ARRIVING if request.GET.get("show") == "arriving" else GuestState.IN_HOUSE
    text = request.GET.get("after", "")
    start = int(text) if text.isdigit() and len(text) < 7 else 0  # noqa: PLR2004
    found = guests(seat, state, start, ROWS + 1)
    counts, latest = guest_count(seat), in_house_list(seat)
    context = {
        "rows": found[:ROWS],
        "latest": latest,
        "hours": int((timezone.now() - latest.taken_at).total_seconds() // 3600) if latest else 0,
        "old_hours": OLD_HOURS,
        "is_desk": sight_of(seat) is Sight.DESK,
        "sees_dates_only": sight_of(seat) is Sight.DATES,
        "views": [
            {
                "label": one.label,
                "url": f"?show={one.value}",
                "current": one == state,
                "count": counts.get(one.value, 0),
            }
            for one in GuestState
        ],
        "next": f"?show={state.value}&after={start + ROWS}" if len(found) > ROWS else "",
    }
    return page(request, "pms/in_house.html", context)


@needs("pms.in_house", "approve")
def guest_reveal(request: DeskRequest, pk: int) -> HttpResponse:
    """Name and room of one guest, after saying why; the reason is kept."""
    found = guest(request.seat, pk)
    form = RevealForm(*((request.POST,) if request.method == "POST" else ()))
    shown = None
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            reveal_guest(actor=request.seat, guest=found, reason=form.cleaned_data["reason"])
            shown = found
    room = room_revealed(found.room, level=found.level, knows_confidential=knows_confidential(request.seat))
    url = request.seat.url("pms:in_house")
    context = {
        "guest": found, "form": form, "shown": shown, "room": room, "level": Level(found.level), "back_url": url, "crumbs": [(_("In house"), url)],
    }  # fmt: skip
    answer = page(request, "pms/guest_reveal.html", context, 200 if shown else form_status(form))
    answer["Cache-Control"] = "no-store"
    return answer


@needs("pms.in_house")
def presence_panel(request: DeskRequest, pk: int) -> HttpResponse:
    """How many rooms a client has in the house now and until when; no name, no room."""
    account = present_account(request.seat, pk)
    context = {"account": account, "now": presence(request.seat, account.pk), "latest": in_house_list(request.seat)}
    return page(request, "pms/panel_presence.html", context)
