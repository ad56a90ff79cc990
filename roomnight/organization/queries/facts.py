"""Reads of the fact book that are shared with the floors above."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from roomnight.organization.models import Fact, FactKind, Hotel


def current_focus(hotel: Hotel, on: date) -> list[Fact]:
    """What the hotel wants to sell on a day, the newest first (ORG-07): for proposals, the kit and talks."""
    found = Fact.objects.filter(hotel=hotel, kind=FactKind.FOCUS, is_retired=False, starts_on__lte=on)
    return list(found.filter(Q(ends_on=None) | Q(ends_on__gte=on)).order_by("-starts_on", "-pk"))
