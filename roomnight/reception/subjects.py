"""Cases about a reception: how it is found for a person, and what a case knows of it from its start (PRC-03, RCP-06)."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from roomnight.organization.access import Seat
from roomnight.procedures.subjects import About, facts, subject
from roomnight.reception.access import reception
from roomnight.reception.models import Reception

KIND = "reception.reception"


@subject(KIND)
def reception_of(seat: Seat, pk: int) -> About | None:
    """A reception within reach."""
    try:
        found = reception(seat, pk)
    except Http404:
        return None
    return About(f"{KIND}:{found.pk}", str(found), found.get_absolute_url())


@facts(KIND)
def facts_of(pk: int) -> dict[str, Any]:
    """What stands on the record. What a meal may cost is not among it: that is asked of the record when it is needed (RCP-02)."""
    one = Reception.objects.filter(pk=pk).first()
    if one is None:
        return {}
    return {
        "reception_number": one.number, "company": one.company, "purpose": one.purpose, "level": one.level,
        "guests": one.people, "arrives_at": one.arrives_at.isoformat(), "departs_at": one.departs_at.isoformat(),
        "flight": one.arrives_by, "pick_up": "yes" if one.is_pick_up_needed else "no",
        "lodging_wish": one.lodging_wish,
    }  # fmt: skip
