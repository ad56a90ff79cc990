"""Who brings the revenue: the cumulative curve, classes by sales, concentration (MIX-01, MIX-02). Money is in cents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from roomnight.insight.rules.screening import number_order

TOP_SHARE_PERCENT: Final = 20
MOST_PERCENT: Final = 80
PLACES: Final = 6


class Seller(NamedTuple):
    """A client with what it brought."""

    account: int
    number: str
    revenue_cents: int
    nights: int = 0
    bookings: int = 0


@dataclass(frozen=True)
class Pareto:
    """How much of the revenue how few clients bring. Shares are between 0 and 1; `hhi` is the concentration index."""

    accounts_with_revenue: int
    top20_count: int
    top20_cents: int
    total_cents: int
    accounts_needed: int
    top1_cents: int
    gini: float
    hhi: float

    def share(self, cents: int) -> float:
        return cents / self.total_cents if self.total_cents else 0.0


def by_revenue(sellers: Iterable[Seller]) -> list[Seller]:
    """Those with revenue, the largest first; the lower number first where two are alike."""
    with_revenue = [one for one in sellers if one.revenue_cents > 0]
    return sorted(with_revenue, key=lambda one: (-one.revenue_cents, *number_order(one.number), one.account))


def needed(sellers: Sequence[Seller], percent: int = MOST_PERCENT) -> int:
    """How many of the largest it takes to make so many percent of the revenue."""
    total, sum_so_far = sum(one.revenue_cents for one in sellers), 0
    for count, one in enumerate(sellers, 1):
        sum_so_far += one.revenue_cents
        if sum_so_far * 100 >= total * percent:
            return count
    return len(sellers)


def pareto(sellers: Sequence[Seller]) -> Pareto:
    """The figures of a curve; `sellers` as `by_revenue` gives them."""
    count, total = len(sellers), sum(one.revenue_cents for one in sellers)
    top = -(-count * TOP_SHARE_PERCENT // 100)
    weighted = sum(place * one.revenue_cents for place, one in enumerate(reversed(sellers), 1))
    return Pareto(
        accounts_with_revenue=count,
        top20_count=top,
        top20_cents=sum(one.revenue_cents for one in sellers[:top]),
        total_cents=total,
        accounts_needed=needed(sellers) if total else 0,
        top1_cents=sellers[0].revenue_cents if sellers else 0,
        gini=2 * weighted / (count * total) - (count + 1) / count if total else 0.0,
        hhi=sum((one.revenue_cents / total) ** 2 for one in sellers) if total else 0.0,
    )


def classes(sellers: Sequence[Seller], a_percent: int, b_percent: int) -> dict[int, str]:
    """The class by sales of each client: A as long as those before it make less than the A share, then B, then C."""
    total, before = sum(one.revenue_cents for one in sellers), 0
    found = {}
    for one in sellers:
        share = before * 100
        found[one.account] = "A" if share < total * a_percent else "B" if share < total * b_percent else "C"
        before += one.revenue_cents
    return found


def cumulative(sellers: Sequence[Seller]) -> list[float]:
    """The curve: the share of the revenue that the first so many clients bring."""
    total, sum_so_far, curve = sum(one.revenue_cents for one in sellers), 0, []
    for one in sellers:
        sum_so_far += one.revenue_cents
        curve.append(sum_so_far / total if total else 0.0)
    return curve


def moved(now: Sequence[Seller], before: Sequence[Seller]) -> tuple[list[int], list[int]]:
    """The accounts that came into the set that makes 80 percent since the year before, and those that left it."""
    core, core_before = ([one.account for one in some[: needed(some)]] for some in (now, before))
    return [one for one in core if one not in set(core_before)], [one for one in core_before if one not in set(core)]
