"""When an account that used to send guests has gone quiet (LOST-06, CHU-02), seen from its dates of arrival."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy

OVERDUE_FACTOR = Policy(
    "pms.overdue_factor", Decimal(2), label=_("Overdue when quiet for this many times its usual gap between arrivals"),
    source="LOST-01", kind="percent", check=lambda factor: Decimal(1) <= factor <= Decimal(20),
)  # fmt: skip
OVERDUE_MIN_GAPS = Policy(
    "pms.overdue_min_gaps", 2, label=_("Gaps between arrivals needed before a habit is spoken of"), source="CHU-02",
    check=lambda gaps: 1 <= gaps <= 50,
)  # fmt: skip


@dataclass(frozen=True)
class Habit:
    """How often an account's guests arrived. Gaps are whole days between different dates of arrival.

    Twice the median of the gaps is kept because it is always whole; None where there is no gap.
    """

    first_arrival: date
    last_arrival: date
    arrival_days: int
    twice_median_gap: int | None

    @property
    def gaps(self) -> int:
        return self.arrival_days - 1

    @property
    def mean_gap(self) -> Fraction | None:
        return Fraction((self.last_arrival - self.first_arrival).days, self.gaps) if self.gaps else None

    @property
    def median_gap(self) -> Fraction | None:
        return None if self.twice_median_gap is None else Fraction(self.twice_median_gap, 2)


def habit(arrivals: Sequence[date]) -> Habit:
    """The habit seen in the different dates of arrival, earliest first. At least one is needed."""
    gaps = sorted((later - earlier).days for earlier, later in pairwise(arrivals))
    middle = gaps[(len(gaps) - 1) // 2] + gaps[len(gaps) // 2] if gaps else None
    return Habit(arrivals[0], arrivals[-1], len(arrivals), middle)


@dataclass(frozen=True)
class Silence:
    """What the silence of an account means on a day. Overdue is None while there is no habit to judge by."""

    days: int
    is_lost: bool
    is_lost_by_departure: bool
    overdue_by_mean: bool | None
    overdue_by_median: bool | None


def silence(found: Habit, last_departure: date, as_of: date, lost_days: int, factor: Decimal, min_gaps: int) -> Silence:
    """Judge an account on the evening of `as_of`.

    Lost: more than `lost_days` days since a guest arrived. Lost by departure: more than `lost_days` nights without one
    of its guests in the house, the night of the last departure being the first. Overdue: quiet for more than `factor`
    times its usual gap, once there are `min_gaps` gaps.
    """
    days = (as_of - found.last_arrival).days
    limit = Fraction(factor)
    judged = found.gaps >= min_gaps
    return Silence(
        days=days,
        is_lost=days > lost_days,
        is_lost_by_departure=(as_of - last_departure).days + 1 > lost_days,
        overdue_by_mean=days > limit * found.mean_gap if judged and found.mean_gap is not None else None,
        overdue_by_median=days > limit * found.median_gap if judged and found.median_gap is not None else None,
    )


def rounded(value: Fraction, places: int = 4) -> Decimal:
    """A fraction as a decimal of so many places, half to even."""
    return Decimal(round(value * 10**places)).scaleb(-places)
