"""What the client's agreement gives for rooms of an order, and whether a rate needs a reason (ORD-01, AGR-06)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from roomnight.agreements.rules.rates import Applied


@dataclass(frozen=True)
class Proposal:
    """The agreed rate of a stay: `cents` a night (the mean where nights differ), of which agreement, with how many breakfasts."""

    cents: int
    agreement: int
    number: str
    breakfasts: int
    varies: bool


def proposal(nights: Sequence[Applied]) -> Proposal | None:
    """The rate a night that the agreements give for all nights together; None where one of the nights has none."""
    cells = [one.cell for one in nights]
    if not nights or any(cell is None for cell in cells):
        return None
    rates = [cell.rate for cell in cells if cell is not None]
    first = nights[0]
    assert first.terms is not None and first.cell is not None
    mean = (sum(rates, Decimal(0)) / len(rates)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return Proposal(
        int(mean.scaleb(2)),
        first.terms.pk,
        first.terms.number,
        min(cell.breakfasts for cell in cells if cell),
        len(set(rates)) > 1,
    )


def needs_reason(price: int | None, agreed: int | None) -> bool:
    """Whether a rate is below what was agreed, and so says why."""
    return price is not None and agreed is not None and price < agreed
