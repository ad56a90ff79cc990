"""How qualifications are put into words on pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import ngettext, pgettext_lazy

from roomnight.organization.access import Seat
from roomnight.organization.models import Membership
from roomnight.organization.qualifications import Standing, sheets
from roomnight.organization.rules.qualifications import AHEAD, ENDS_SOON, FAILED, HOLDS, LAPSED, WITHDRAWN

STATES: dict[str, tuple[Any, str]] = {
    HOLDS: (pgettext_lazy("qualification", "valid"), "good"),
    ENDS_SOON: (pgettext_lazy("qualification", "ends soon"), "soon"),
    AHEAD: (pgettext_lazy("qualification", "later"), ""),
    LAPSED: (pgettext_lazy("qualification", "ended"), "late"),
    WITHDRAWN: (pgettext_lazy("qualification", "withdrawn"), "late"),
    FAILED: (pgettext_lazy("qualification", "not passed"), "late"),
}


def words_of(state: str, days_left: int) -> tuple[str, str]:
    """A state in words, and its tone."""
    label, tone = STATES[state]
    if state == ENDS_SOON:
        return ngettext("ends in %(days)d day", "ends in %(days)d days", days_left) % {"days": days_left}, tone
    return str(label), tone


def cell(standing: Standing) -> dict[str, Any]:
    """How a person stands in one kind, as pages show it."""
    words, tone = words_of(standing.state, standing.days_left) if standing.state else ("", "")
    until = standing.one.valid_until if standing.one and standing.state in (HOLDS, ENDS_SOON, LAPSED) else None
    return {"kind": standing.kind, "label": standing.label, "words": words, "tone": tone, "until": until,
            "is_demanded": standing.is_demanded}  # fmt: skip


def standings_of(seat: Seat, place: Membership) -> list[dict[str, Any]]:
    """How one person stands in every kind, as pages show it."""
    return [cell(one) for one in sheets(seat, [place])[0].standings]
