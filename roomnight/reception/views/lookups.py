"""Who looked at which guest, and why (PRV-01)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.organization.access import Seat, colleagues_here
from roomnight.organization.http import DeskRequest, needs
from roomnight.pms.access import lookups
from roomnight.pms.models import GuestLookup, LookupKind
from roomnight.ui.page import page

ROWS: Final = 50
SHOWN: Final[dict[str, Any]] = {
    "in_house": _("is here"), "guest_name": pgettext_lazy("person", "name"), "room": _("room"), "several": _("several of this name"),
    "wishes": _("wishes"), "visitors": _("visitors"), "room_changes": _("room changes"), "arrival": _("arrival"),
    "departure": _("departure"), "company": _("company"), "booking_number": _("booking number"),
}  # fmt: skip


@needs("kernel.audit")
def lookup_list(request: DeskRequest) -> HttpResponse:
    """The log of look-ups, latest first; by person and by occasion."""
    seat = request.seat
    who, kind, before = (request.GET.get(name, "").strip() for name in ("who", "kind", "before"))
    found = lookups(seat)
    if who:
        found = found.filter(who=who)
    if kind in LookupKind.values:
        found = found.filter(kind=kind)
    if before.isdigit():
        found = found.filter(pk__lt=int(before))
    some = list(found[: ROWS + 1])
    kept = "".join(f"{name}={value}&" for name, value in (("who", who), ("kind", kind)) if value)
    context = {
        "rows": lookup_rows(seat, some[:ROWS]),
        "kinds": LookupKind.choices,
        "kind": kind,
        "who": who,
        "next": f"?{kept}before={some[ROWS - 1].pk}" if len(some) > ROWS else "",
    }
    return page(request, "reception/lookups.html", context)


def lookup_rows(seat: Seat, lines: Iterable[GuestLookup]) -> list[dict[str, Any]]:
    """Lines of the log in words."""
    people = {place.staff.username: place.staff.label for place in colleagues_here(seat)}
    return [
        {
            "at": one.at,
            "who": people.get(one.who, one.who),
            "kind": LookupKind(one.kind).label,
            "reason": one.reason,
            "asked": one.asked,
            "shown": [SHOWN.get(str(name), name) for name in one.shown],
        }
        for one in lines
    ]
