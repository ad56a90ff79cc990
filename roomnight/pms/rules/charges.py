"""What folio lines add to the production of clients: by client, month and product (PMS-03). Money is in cents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple


class Charge(NamedTuple):
    """The part of a folio line that production looks at. `account` is an id; None while nobody is known."""

    account: int | None
    side: str
    product: str
    day: date
    cents: int


class ChargeCell(NamedTuple):
    """Where a charge belongs."""

    account: int
    side: str
    product: str
    month: date


class ChargeTally:
    """Adds up what lines bring and what their former versions take away; `changes` is what is left to write.

    Lines in another currency than the hotel's are not given to it: they are kept, but no sum could hold them.
    """

    def __init__(self) -> None:
        self._sums: dict[ChargeCell, tuple[int, int]] = {}

    def add(self, charge: Charge, sign: int = 1) -> None:
        """Count a line once; with sign −1 take it back."""
        if charge.account is None:
            return
        cell = ChargeCell(charge.account, charge.side, charge.product, charge.day.replace(day=1))
        lines, cents = self._sums.get(cell, (0, 0))
        self._sums[cell] = lines + sign, cents + sign * charge.cents

    def changes(self) -> dict[ChargeCell, tuple[int, int]]:
        """(lines, cents) of the cells that differ from before, in a stable order."""
        return {cell: self._sums[cell] for cell in sorted(self._sums) if any(self._sums[cell])}


def charged(charges: Iterable[Charge]) -> dict[ChargeCell, tuple[int, int]]:
    """The full count over all these lines: what production must always equal."""
    tally = ChargeTally()
    for charge in charges:
        tally.add(charge)
    return tally.changes()
