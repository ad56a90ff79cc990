"""Cases about an order: how it is found for a person, and what a case knows of it from its start (PRC-03, ORD-04)."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from roomnight.orders.access import order
from roomnight.orders.models import Order
from roomnight.organization.access import Seat
from roomnight.procedures.subjects import About, facts, subject

KIND = "orders.order"


@subject(KIND)
def order_of(seat: Seat, pk: int) -> About | None:
    """An order within reach."""
    try:
        found = order(seat, pk)
    except Http404:
        return None
    return About(f"{KIND}:{found.pk}", str(found), found.get_absolute_url())


@facts(KIND)
def facts_of(pk: int) -> dict[str, Any]:
    """What stands at its head. How far it is, is asked of the order when it is needed."""
    one = Order.objects.select_related("account").filter(pk=pk).first()
    if one is None:
        return {}
    return {
        "order_number": one.number, "title": one.title, "client": one.account.name, "kind": one.kind,
        "arrives_on": one.arrives_on.isoformat(), "departs_on": one.departs_on.isoformat(), "people": one.people or 0,
    }  # fmt: skip
