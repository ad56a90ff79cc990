"""Which payment settles which charge (CRD-06)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class OpenLine:
    """A line with something open: `cents` above nothing for a charge, below for a payment."""

    pk: int
    due_on: date
    cents: int


@dataclass(frozen=True)
class Pair:
    """So many cents (above nothing) of `credit` settle `debit`."""

    debit: int
    credit: int
    cents: int


def oldest_first(debits: Iterable[OpenLine], credits: Iterable[OpenLine]) -> list[Pair]:
    """Settle what is due first, with what came in first; what is left of either stays open."""
    return in_order(sorted(debits, key=_age), sorted(credits, key=_age))


def in_order(debits: Sequence[OpenLine], credits: Sequence[OpenLine]) -> list[Pair]:
    """Settle the charges one after the other, as they stand here."""
    pairs: list[Pair] = []
    left = {one.pk: -one.cents for one in credits}
    for debit in debits:
        needed = debit.cents
        for credit in credits:
            if not needed:
                break
            if taken := min(needed, left[credit.pk]):
                pairs.append(Pair(debit.pk, credit.pk, taken))
                left[credit.pk] -= taken
                needed -= taken
    return pairs


def _age(line: OpenLine) -> tuple[date, int]:
    return line.due_on, line.pk
