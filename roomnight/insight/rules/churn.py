"""Who is falling silent: the model of each client's own rhythm beside the plain rules (LOST-01, CHU-01, CHU-02).

Everything is judged on the evening of a day by what was known then: days of arrival up to that day, and reservations made
by then and not cancelled by then. Days are ordinals, as `date.toordinal` gives them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

from roomnight.insight.rules.churn_values import CALENDAR, DAYS, GAP, MODEL, MONTH
from roomnight.insight.rules.rhythm import History, Rhythm, fitted
from roomnight.insight.rules.seasons import Clock, weights_by_month

AHEAD: Final = 180
HABIT_DAYS: Final = 365
HABIT_MONTHS: Final = 3
DAYS_A_MONTH: Final = Fraction(365, 12)
NEVER: Final = date.max.toordinal()


@dataclass(frozen=True)
class Limits:
    """The hotel's values in force on a day."""

    inactive_days: int
    monthly_max: int
    lost_days: int
    factor: Fraction
    min_gaps: int
    alert_at: Fraction
    clock: str

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return {name: str(value) if isinstance(value, Fraction) else value for name, value in asdict(self).items()}


@dataclass
class Trail:
    """What one client left: its different days of arrival in order, and its reservations as (booked, arrival, cancelled)."""

    account: int
    days: list[int] = field(default_factory=list)
    booked: list[tuple[int, int, int]] = field(default_factory=list)

    def known(self, as_of: int) -> int:
        """How many days of arrival were known on a day."""
        return bisect_right(self.days, as_of)

    def live(self, as_of: int) -> int:
        """How many reservations were on the books on a day: made by then, arriving later, not cancelled by then."""
        return sum(made <= as_of < arrival and as_of < gone for made, arrival, gone in self.booked)


@dataclass(frozen=True)
class Fit:
    """A hotel's rhythm on a day and the clock it was measured by; `rhythm` is None where too few ever came again."""

    as_of: int
    clock: Clock
    rhythm: Rhythm | None

    def history(self, trail: Trail) -> History:
        """What the model knows of a client with at least one arrival by then."""
        known = trail.known(self.as_of)
        first, last = trail.days[0], trail.days[known - 1]
        return History(known - 1, self.clock.between(first, last), self.clock.between(first, self.as_of))

    def ahead(self, days: int) -> float:
        """So many days from then, by the clock."""
        return self.clock.between(self.as_of, self.as_of + days)


def fit(trails: Sequence[Trail], as_of: int, how: str) -> Fit:
    """The rhythm of all clients that came by a day, in plain days or by the season as it was known then."""
    known = [one for one in trails if one.days and one.days[0] <= as_of]
    first = min((one.days[0] for one in known), default=as_of)
    weights: Mapping[int, float] = {}
    if how != CALENDAR:
        weights = weights_by_month((day for one in known for day in one.days[: one.known(as_of)]), first, as_of)
    found = Fit(as_of, Clock(first, as_of + HABIT_DAYS, weights), None)
    return Fit(as_of, found.clock, fitted(found.history(one) for one in known))


@dataclass(frozen=True)
class Standing:
    """One client on one day: what each rule says and what it rests on.

    `p_none` is the chance that it does not come within the days after which it would be proposed as lost. `rules` names
    the rules that alert; of a client with too few gaps the model says nothing, and `is_too_little` tells so. A
    reservation on the books silences the model, and is named beside the others.
    """

    account: int
    arrivals: int
    last: int
    days_since: int
    usual_gap: Fraction | None
    p_alive: float | None
    p_none: float | None
    expected: float | None
    rules: frozenset[str]
    is_too_little: bool
    on_the_books: int


def standing(trail: Trail, found: Fit, limits: Limits) -> Standing:
    """Judge a client that came at least once by the day of the fit."""
    as_of = found.as_of
    known, live = trail.known(as_of), trail.live(as_of)
    days = trail.days[:known]
    since, gap = as_of - days[-1], Fraction(days[-1] - days[0], known - 1) if known > 1 else None
    few = known - 1 < limits.min_gaps
    alive = none = expected = None
    rules = set()
    if found.rhythm is not None:
        history = found.history(trail)
        alive = found.rhythm.p_alive(history)
        none = found.rhythm.p_none(history, found.ahead(limits.lost_days))
        expected = found.rhythm.expected(history, found.ahead(AHEAD))
        if not few and not live and since >= limits.inactive_days and none * 100 >= limits.alert_at:
            rules.add(MODEL)
    if since >= limits.inactive_days:
        rules.add(DAYS)
    if is_below_habit(days, as_of, limits.monthly_max):
        rules.add(MONTH)
    if not few and gap is not None and since > limits.factor * gap:
        rules.add(GAP)
    return Standing(trail.account, known, days[-1], since, gap, alive, none, expected, frozenset(rules), few, live)


def is_below_habit(days: Sequence[int], as_of: int, most: int) -> bool:
    """Whether the last month had at most so many days of arrival while the months of the year before it had more.

    The month runs up to the day: on the last day of a month it is that month. The habit is the mean of the year before it,
    or of what there is of that year, at least three months.
    """
    begins = month_before(date.fromordinal(as_of)).toordinal() + 1
    if len(days) - bisect_left(days, begins) > most:
        return False
    since = max(days[0], begins - HABIT_DAYS)
    months = Fraction(begins - since) / DAYS_A_MONTH
    before = bisect_left(days, begins) - bisect_left(days, since)
    return months >= HABIT_MONTHS and before > most * months


def month_before(day: date) -> date:
    """The same day of the month before, or its last; of the last day of a month the last day of the month before."""
    last = day.replace(day=1) - timedelta(days=1)
    is_last = (day + timedelta(days=1)).day == 1
    return last if is_last or day.day > last.day else last.replace(day=day.day)
