"""Who decides on an application, one after the other, by its amount (CRD-02, CRD-13)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Tier:
    """Up to an amount (None: whatever it is) these roles decide, in this order."""

    up_to: Decimal | None
    steps: tuple[str, ...]


def read_chain(table: Sequence[Mapping[str, Any]]) -> list[Tier]:
    """The tiers, smallest first. Raises ValueError for amounts that do not rise, a last tier that ends, or a tier of nobody."""
    found = [
        Tier(None if row["up_to"] is None else Decimal(str(row["up_to"])), tuple(map(str, row["steps"])))
        for row in table
    ]
    amounts = [one.up_to for one in found]
    known = [one for one in amounts[:-1] if one is not None]
    if not found or amounts[-1] is not None or len(known) != len(found) - 1 or known != sorted(set(known)):
        raise ValueError("amounts rise, and only the last has no end")
    if any(not one.steps or len(set(one.steps)) != len(one.steps) for one in found):
        raise ValueError("each tier has its roles, each once")
    return found


def chain_for(amount: Decimal, tiers: Sequence[Tier], extra: Collection[str], held: Collection[str]) -> list[str]:
    """The roles that decide on an amount, in order; `extra` are those that the client's grade adds, `held` those that somebody
    at the hotel has who may decide on it.

    A role that nobody has is left out; where that is the last one, the next higher one that somebody has decides at the end.
    """
    place = next(n for n, one in enumerate(tiers) if one.up_to is None or amount <= one.up_to)
    order = _order(tiers)
    wanted = {*tiers[place].steps, *extra}
    last = tiers[place].steps[-1]
    if last not in held:
        above = [step for one in tiers[place + 1 :] for step in one.steps if order.index(step) > order.index(last)]
        wanted |= set([step for step in above if step in held][:1])
    return [step for step in [*order, *sorted(set(extra) - set(order))] if step in wanted and step in held]


def _order(tiers: Sequence[Tier]) -> list[str]:
    order: list[str] = []
    for tier in tiers:
        order += [step for step in tier.steps if step not in order]
    return order
