"""What follows a visit, against the client's own course a year before (VIS-12).

Nothing here says why: what comes after a visit goes together with it and need not come from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Any, Final

YEAR: Final = timedelta(days=364)
"""Whole weeks, so that the same days of the week are compared."""
LEAST_CLIENTS: Final = 5
T_95: Final = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110,
    2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip
"""Student's t for 95 % of both sides, by degrees of freedom from 1; beyond, 1.96 is near enough."""


def span(day: date, days: int) -> tuple[date, date]:
    """The days after a visit that are looked at, first and last."""
    return day + timedelta(days=1), day + timedelta(days=days)


def year_before(first: date, last: date) -> tuple[date, date]:
    """The same days of the week a year before."""
    return first - YEAR, last - YEAR


def is_over(day: date, days: int, told_until: date) -> bool:
    """Whether all days after a visit are behind us and told by the reservations."""
    return span(day, days)[1] <= told_until


def is_comparable(day: date, days: int, first_told: date) -> bool:
    """Whether the reservations tell of the whole time a year before."""
    return year_before(*span(day, days))[0] >= first_told


@dataclass(frozen=True)
class Spread:
    """A mean over clients and where it lies with 95 % confidence; no range with fewer clients than can carry one."""

    mean: float
    low: float | None
    high: float | None
    clients: int


def spread(by_client: Mapping[Any, Iterable[float]]) -> Spread | None:
    """The mean of the clients' own means, with its range: visits to one client are not independent of each other."""
    means = [sum(values) / len(values) for values in (list(one) for one in by_client.values()) if values]
    count = len(means)
    if not count:
        return None
    mean = sum(means) / count
    if count < LEAST_CLIENTS:
        return Spread(mean, None, None, count)
    deviation = sqrt(sum((one - mean) ** 2 for one in means) / (count - 1))
    t = T_95[count - 2] if count - 2 < len(T_95) else 1.96
    half = t * deviation / sqrt(count)
    return Spread(mean, mean - half, mean + half, count)


def rising_days(value: Any) -> bool:
    """Whether these are numbers of days, each longer than the one before."""
    return (
        isinstance(value, list)
        and 0 < len(value) <= 5  # noqa: PLR2004
        and all(isinstance(one, int) and not isinstance(one, bool) and 1 <= one <= 365 for one in value)  # noqa: PLR2004
        and value == sorted(set(value))
    )
