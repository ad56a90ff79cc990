"""A clock that runs with the season: in a busy month an account's days count for more, in a quiet month for less (CHU-02).

Who is silent while the whole hotel is silent says little; who is silent in high season says much. A day counts as much
as its month brought arrivals a day, against the average day, up to the day of judgement and never after it. A month that
was hardly seen yet counts as average: so many average days are added to each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import accumulate
from typing import Final

MONTHS: Final = 12
ADDED_DAYS: Final = 15
PLACES: Final = 6


class Clock:
    """Time between two days, in average days. Days are ordinals, as `date.toordinal` gives them."""

    def __init__(self, first: int, until: int, weights: Mapping[int, float] | None = None) -> None:
        """Running from one day to another; without weights every day counts as one."""
        self.first, self.weights = first, dict(weights or {})
        each = (
            self.weights.get(date.fromordinal(day).month, 1.0) if self.weights else 1.0
            for day in range(first + 1, until + 1)
        )
        self.hands = [0.0, *accumulate(each)]

    def between(self, earlier: int, later: int) -> float:
        """How long from the evening of one day to that of another."""
        return round(self.hands[later - self.first] - self.hands[earlier - self.first], PLACES)


def weights_by_month(arrivals: Iterable[int], first: int, as_of: int) -> dict[int, float]:
    """How much a day of each month counts, from the arrivals of every day from the first up to the day of judgement."""
    seen, days = dict.fromkeys(range(1, MONTHS + 1), 0), dict.fromkeys(range(1, MONTHS + 1), 0)
    of_day = {day: date.fromordinal(day).month for day in range(first, as_of + 1)}
    for month in of_day.values():
        days[month] += 1
    for day in arrivals:
        if first <= day <= as_of:
            seen[of_day[day]] += 1
    average = sum(seen.values()) / max(1, sum(days.values()))
    if not average:
        return dict.fromkeys(seen, 1.0)
    return {month: (seen[month] / average + ADDED_DAYS) / (days[month] + ADDED_DAYS) for month in seen}
