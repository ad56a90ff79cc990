"""What is still missing in an order before departments can work from it (ORD-04). Values in, value out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Head:
    """What the head of an order says: payment is on_site, credit or prepaid."""

    payment: str
    has_contact: bool
    has_hour: bool
    people: int | None
    deposit_cents: int | None = None
    signers: str = ""
    guests: int = 0


@dataclass(frozen=True)
class Piece:
    """What an item says, as far as its kind needs it."""

    pk: int
    kind: str
    price_cents: int | None = None
    people: int | None = None
    set_up: str = ""
    place: str = ""
    equipment: str = ""
    menu: str = ""
    flight: str = ""
    count: int = 1


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: its code, and the item it is missing from (None: the head of the order)."""

    code: str
    item: int | None = None


NEEDED: dict[str, tuple[str, ...]] = {
    "rooms": ("price_cents",),
    "function": ("people", "set_up", "place", "equipment", "price_cents"),
    "catering": ("menu", "place", "price_cents"),
    "transport": ("people", "flight", "place", "price_cents"),
    "other": (),
}
"""What each kind of item cannot do without. What does not apply is written down as such, not left empty."""


def missing(head: Head, pieces: Sequence[Piece]) -> list[Missing]:
    """Everything that is missing, the head first, then item by item; nothing for an order that departments can work from."""
    found = [Missing(code) for code in _in_head(head, pieces)]
    for one in pieces:
        found += [Missing(name, one.pk) for name in NEEDED.get(one.kind, ()) if getattr(one, name) in (None, "")]
    return found


def _in_head(head: Head, pieces: Sequence[Piece]) -> Iterable[str]:
    if not pieces:
        yield "items"
    if not head.has_contact:
        yield "contact"
    if not head.has_hour:
        yield "arrives_at"
    if head.people is None:
        yield "head_people"
    if head.payment == "prepaid" and not head.deposit_cents:
        yield "deposit"
    if head.payment == "credit" and not head.signers:
        yield "signers"
    if any(one.kind == "rooms" for one in pieces) and not head.guests:
        yield "guests"
