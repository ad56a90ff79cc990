"""Scores from 0 to 10: what they come to, month by month (SAT-02)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

MOST = 10
HAPPY = 9
"""From this score on somebody recommends the house."""
SAD = 6
"""Up to this score somebody warns of it: the fixed border of the recommendation figure, whatever opens a complaint here."""
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Tally:
    """How many answered, the sum of their scores, how many were happy, sad, and so low that a complaint was opened."""

    count: int = 0
    total: int = 0
    happy: int = 0
    sad: int = 0
    low: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.count + other.count, self.total + other.total, self.happy + other.happy, self.sad + other.sad,
            self.low + other.low,
        )  # fmt: skip

    @property
    def average(self) -> Decimal | None:
        """The mean score with one decimal; none where nobody answered."""
        return (Decimal(self.total) / self.count).quantize(TENTH, ROUND_HALF_UP) if self.count else None

    @property
    def recommends(self) -> int | None:
        """The share of the happy less the share of the sad, in percent points (NPS)."""
        if not self.count:
            return None
        return int((Decimal(100 * (self.happy - self.sad)) / self.count).quantize(Decimal(1), ROUND_HALF_UP))


def summed(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally())


def months_until(today: date, count: int) -> list[date]:
    """The first days of the last months, this one included, oldest first."""
    this = today.year * 12 + today.month - 1
    return [date((this - back) // 12, (this - back) % 12 + 1, 1) for back in reversed(range(count))]
