"""What is missing in an order as it stands (ORD-04)."""

from __future__ import annotations

from collections.abc import Sequence

from roomnight.orders.models import ItemKind, Order, OrderItem
from roomnight.orders.rules.completeness import Head, Missing, Piece, missing


def missing_in(order: Order, items: Sequence[OrderItem], guests: int) -> list[Missing]:
    """By the items and the number of guests of an order that were fetched already."""
    head = Head(
        payment=order.payment, has_contact=order.contact_id is not None, has_hour=order.arrives_at is not None,
        people=order.people, deposit_cents=order.deposit_cents, signers=order.signers, guests=guests,
    )  # fmt: skip
    pieces = [
        Piece(
            pk=one.pk, kind=one.kind, price_cents=one.price_cents, people=one.people, set_up=one.set_up,
            place=one.space_wish if one.kind == ItemKind.FUNCTION else one.place, equipment=one.equipment, menu=one.menu,
            flight=one.flight, count=one.count,
        )
        for one in items
    ]  # fmt: skip
    return missing(head, pieces)
