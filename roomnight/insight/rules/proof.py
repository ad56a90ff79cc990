"""How well the rules would have done on months that are over: what they would have said then, and what came (CHU-01)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import sqrt
from typing import Any, Final

from roomnight.insight.rules.churn import HABIT_DAYS, Limits, Standing, Trail, fit, month_before, standing
from roomnight.insight.rules.churn_values import CALENDAR, DAYS, GAP, MODEL, RULES, SEASON

MONTHS: Final = 12
LEAST_ARRIVALS: Final = 3
WIDTH: Final = 1.959964
VETOED: Final = -1.0
OTHER_CLOCK: Final = "other_clock"
SCORES: Final = (MODEL, OTHER_CLOCK, DAYS, GAP)


@dataclass(frozen=True)
class Area:
    """The chance that of a client that stayed away and one that came the former had the higher score, with 95 % interval."""

    area: float
    low: float
    high: float


@dataclass
class Cases:
    """Every client and month-end that was judged: what came, whether it was on the books, scores and verdicts by rule."""

    accounts: list[int] = field(default_factory=list)
    gone: list[bool] = field(default_factory=list)
    booked: list[bool] = field(default_factory=list)
    scores: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    alerts: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))


def month_ends(until: date, count: int = MONTHS) -> list[date]:
    """The last so many month-ends up to a day, earliest first."""
    ends = [until if (until + timedelta(days=1)).day == 1 else until.replace(day=1) - timedelta(days=1)]
    while len(ends) < count:
        ends.append(month_before(ends[-1]))
    return ends[::-1]


def proved(trails: Sequence[Trail], as_of: int, limits: Limits) -> dict[str, Any]:
    """The proof on twelve month-ends whose days after are known by now, as JSON.

    At each month-end the model is fitted anew on what was known then. Judged are clients with at least three days of
    arrival in the year before; what it is about is whether none came in the days after which a client is proposed as
    lost. What was on the books then is nobody's alert.
    """
    ends = month_ends(date.fromordinal(as_of - limits.lost_days))
    cases = Cases()
    settled = [end.isoformat() for end in ends if judge_month(trails, end.toordinal(), limits, cases)]
    areas = {name: area(_vetoed(cases, name), cases.gone, cases.accounts) for name in SCORES}
    return {
        "first": ends[0].isoformat(), "last": ends[-1].isoformat(), "months": settled, "days": limits.lost_days,
        "cases": len(cases.gone), "gone": sum(cases.gone), "booked": sum(cases.booked), "clients": len(set(cases.accounts)),
        "areas": {name: None if one is None else [one.area, one.low, one.high] for name, one in areas.items()},
        "rules": {name: hits(cases, name) for name in RULES},
    }  # fmt: skip


def judge_month(trails: Sequence[Trail], end: int, limits: Limits, cases: Cases) -> bool:
    """Add the clients of one month-end to the cases; whether there was a model by then."""
    found = fit(trails, end, limits.clock)
    other = fit(trails, end, CALENDAR if limits.clock == SEASON else SEASON)
    if found.rhythm is None or other.rhythm is None:
        return False
    for one in trails:
        known = one.known(end)
        if known < LEAST_ARRIVALS or one.days[known - LEAST_ARRIVALS] <= end - HABIT_DAYS:
            continue
        said = standing(one, found, limits)
        cases.accounts.append(one.account)
        cases.gone.append(one.known(end + limits.lost_days) == known)
        cases.booked.append(said.on_the_books > 0)
        _add(cases, said, other.rhythm.p_none(other.history(one), other.ahead(limits.lost_days)))
    return True


def _add(cases: Cases, said: Standing, other: float) -> None:
    cases.scores[MODEL].append(said.p_none or 0.0)
    cases.scores[OTHER_CLOCK].append(other)
    cases.scores[DAYS].append(float(said.days_since))
    cases.scores[GAP].append(said.days_since / float(said.usual_gap or 1))
    for rule in RULES:
        cases.alerts[rule].append(rule in said.rules and not said.on_the_books)


def _vetoed(cases: Cases, name: str) -> list[float]:
    return [VETOED if booked else score for score, booked in zip(cases.scores[name], cases.booked, strict=True)]


def hits(cases: Cases, rule: str) -> dict[str, Any]:
    """How many alerts a rule would have given, how many stayed away, and how many of as many of the model's highest."""
    alerts = [gone for gone, alert in zip(cases.gone, cases.alerts[rule], strict=True) if alert]
    order = sorted(range(len(cases.gone)), key=lambda place: (-_vetoed_at(cases, place), place))[: len(alerts)]
    return {"alerts": len(alerts), "right": sum(alerts), "model_right": sum(cases.gone[place] for place in order)}


def _vetoed_at(cases: Cases, place: int) -> float:
    return VETOED if cases.booked[place] else cases.scores[MODEL][place]


def area(scores: Sequence[float], gone: Sequence[bool], accounts: Sequence[int]) -> Area | None:
    """The area under the curve, and its interval by DeLong's parts summed by client, for a client is judged many times.

    (Obuchowski 1997.) None where nobody stayed away or nobody came.
    """
    positives = sorted(score for score, is_gone in zip(scores, gone, strict=True) if is_gone)
    negatives = sorted(score for score, is_gone in zip(scores, gone, strict=True) if not is_gone)
    if not positives or not negatives:
        return None
    above, below = _Shares(negatives), _Shares(positives)
    parts: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    for score, is_gone, account in zip(scores, gone, accounts, strict=True):
        part = parts[account]
        part[0 if is_gone else 2] += above[score] if is_gone else 1 - below[score]
        part[1 if is_gone else 3] += 1
    theta = sum(part[0] for part in parts.values()) / len(positives)
    deviations = [(part[0] - part[1] * theta, part[2] - part[3] * theta) for part in parts.values()]
    spread = [
        _widened(sum(1 for part in parts.values() if part[1])) * sum(one * one for one, _other in deviations),
        _widened(sum(1 for part in parts.values() if part[3])) * sum(other * other for _one, other in deviations),
        _widened(len(parts)) * sum(one * other for one, other in deviations),
    ]
    m, n = len(positives), len(negatives)
    error = sqrt(max(0.0, spread[0] / m**2 + spread[1] / n**2 + 2 * spread[2] / (m * n)))
    return Area(theta, max(0.0, theta - WIDTH * error), min(1.0, theta + WIDTH * error))


def _widened(groups: int) -> float:
    return groups / (groups - 1) if groups > 1 else 1.0


class _Shares(dict[float, float]):
    """How much of sorted numbers lies below a number, equal ones counting half; each worked out once."""

    def __init__(self, ordered: Sequence[float]) -> None:
        super().__init__()
        self.ordered = ordered

    def __missing__(self, at: float) -> float:
        found = (bisect_left(self.ordered, at) + bisect_right(self.ordered, at)) / 2 / len(self.ordered)
        self[at] = found
        return found
