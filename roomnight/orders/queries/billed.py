"""What was put on a client's account for an order: the charges that name its number, and what took them back (ORD-09, CRD-04)."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from roomnight.credit.models import LedgerLine, LineKind
from roomnight.orders.models import Order

BILLED = (LineKind.CHARGE, LineKind.REVERSAL)


def billed(order: Order) -> QuerySet[LedgerLine]:
    """The lines of the client's account whose bill or words name the order, and the reversals of those, by day."""
    names_it = Q(reference__icontains=order.number) | Q(description__icontains=order.number)
    lines = LedgerLine.objects.filter(hotel=order.hotel_id, credit__account=order.account_id, kind__in=BILLED)
    charges = lines.filter(names_it, kind=LineKind.CHARGE)
    return lines.filter(Q(pk__in=charges.values("pk")) | Q(reverses__in=charges.values("pk"))).order_by("on", "pk")
