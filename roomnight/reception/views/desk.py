"""The front desk's own page: who comes, who is here, who leaves today (FO-01)."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.pms.access import (
    GuestSeen,
    guest_movement,
    guests,
    guests_arriving,
    guests_leaving,
    in_house_list,
)
from roomnight.pms.models import GuestState
from roomnight.reception.access.desk import room_changes, wishes
from roomnight.reception.models import ChangeState
from roomnight.reception.queries.wishes import kept_by_person, open_by_stay
from roomnight.ui.page import page

ROWS: Final = 100
OLD_HOURS: Final = 24
PARTS: Final = ("arriving", "in_house", "leaving")


@needs("pms.guest")
def front_desk(request: DeskRequest) -> HttpResponse:
    """Today at the desk: one of three lists, with what is to be known of each guest before he stands there."""
    seat = request.seat
    part = request.GET.get("show", "")
    part = part if part in PARTS else PARTS[0]
    text = request.GET.get("after", "")
    start = int(text) if text.isdigit() and len(text) < 7 and part == "in_house" else 0  # noqa: PLR2004
    found = _guests(seat, part, start)
    counts, latest = guest_movement(seat, seat.today), in_house_list(seat)
    labels = {"arriving": _("Arriving today"), "in_house": _("In house"), "leaving": _("Leaving today")}
    context = {
        "rows": _rows(seat, found[:ROWS]),
        "part": part,
        "latest": latest,
        "hours": int((timezone.now() - latest.taken_at).total_seconds() // 3600) if latest else 0,
        "old_hours": OLD_HOURS,
        "views": [
            {"label": labels[one], "url": f"?show={one}", "current": one == part, "count": counts[one]} for one in PARTS
        ],
        "next": f"?show=in_house&after={start + ROWS}" if part == "in_house" and len(found) > ROWS else "",
        "may_change": seat.may("reception.room_change", "create"),
        "may_wish": seat.may("reception.wish", "create"),
        "may_record": seat.may("reception.authority", "create"),
        "may_ask": seat.may("reception.enquiry", "create"),
    }
    answer = page(request, "reception/front_desk.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _guests(seat: Seat, part: str, start: int) -> list[GuestSeen]:
    match part:
        case "in_house":
            return guests(seat, GuestState.IN_HOUSE, start, ROWS + 1)
        case "leaving":
            return guests_leaving(seat, seat.today, ROWS)
    return guests_arriving(seat, seat.today, ROWS)


def _rows(seat: Seat, found: list[GuestSeen]) -> list[dict[str, Any]]:
    """Each guest with open wishes, wishes kept from an earlier stay, and the change of room that is under way."""
    keys = [one.stay_key for one in found]
    changes = {one.stay_key: one for one in room_changes(seat).filter(state=ChangeState.OPEN, stay_key__in=keys)}
    seen = wishes(seat)
    waiting, kept = open_by_stay(seen, keys), kept_by_person(seen, {one.person_key for one in found})
    return [
        {
            "guest": one,
            "change": changes.get(one.stay_key),
            "is_in": one.state == GuestState.IN_HOUSE,
            "wishes": waiting.get(one.stay_key, 0),
            "is_known": any(person == one.person_key and stay != one.stay_key for person, stay in kept),
        }
        for one in found
    ]
