"""Cases about an exception of an order: how it is found for a person, and what a case knows of it from its start (PRC-03, EXC-02)."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from roomnight.orders.access_exceptions import exception
from roomnight.orders.models import OrderException
from roomnight.organization.access import Seat
from roomnight.procedures.subjects import About, facts, subject

KIND = "orders.orderexception"


@subject(KIND)
def exception_of(seat: Seat, pk: int) -> About | None:
    """An exception within reach."""
    try:
        found = exception(seat, pk)
    except Http404:
        return None
    return About(f"{KIND}:{found.pk}", str(found), found.get_absolute_url())


@facts(KIND)
def facts_of(pk: int) -> dict[str, Any]:
    """What stands on the exception when it is raised."""
    one = OrderException.objects.select_related("account", "order", "handler").filter(pk=pk).first()
    if one is None:
        return {}
    return {
        "exception_number": one.number, "client": one.account.name, "kind": one.kind, "handler": one.handler.username,
        "order_number": one.order.number if one.order else "", "contact_due_at": one.contact_due_at.isoformat(),
    }  # fmt: skip
