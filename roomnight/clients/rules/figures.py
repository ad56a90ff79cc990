"""Shares and changes in percent."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal


def shares_fit(shares: Iterable[int | None]) -> bool:
    """Whether competitors' shares in percent can be true together: none above 100, at most 100 in all (ACC-01)."""
    known = [share for share in shares if share is not None]
    return all(0 <= share <= 100 for share in known) and sum(known) <= 100


def change_percent(now: int, before: int) -> int | None:
    """By how many percent something grew, rounded half up; None where there was nothing before."""
    if before <= 0:
        return None
    return int(((Decimal(now) - before) * 100 / before).quantize(Decimal(1), ROUND_HALF_UP))
