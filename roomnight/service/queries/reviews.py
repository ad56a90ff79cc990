"""What a manager sees of the deals of the team before talking about them (SAT-03)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from roomnight.organization.models import Staff
from roomnight.service.models import DealReview, ReviewState, Slip


@dataclass(frozen=True)
class Coached:
    """One representative: how many deals were looked back at, how many are still owed, and what comes again most."""

    name: str
    written: int
    due: int
    again: list[tuple[str, int]]


def coaching(rows: QuerySet[DealReview], since: datetime) -> list[Coached]:
    """Each representative within reach with their deals since a moment, those with most to talk about first."""
    found = list(rows.filter(made_at__gte=since).order_by().values_list("staff", "state", "slips"))
    people = Staff.objects.in_bulk({staff for staff, _state, _slips in found})
    lines = []
    for pk, person in people.items():
        mine = [(state, slips) for staff, state, slips in found if staff == pk]
        counted = Counter(slip for _state, slips in mine for slip in slips if slip in Slip.values)
        due = sum(state == ReviewState.DUE for state, _slips in mine)
        again = [(str(Slip(code).label), times) for code, times in counted.most_common(3)]
        lines.append(Coached(person.label, len(mine) - due, due, again))
    return sorted(lines, key=lambda one: (-sum(times for _word, times in one.again), one.name))
