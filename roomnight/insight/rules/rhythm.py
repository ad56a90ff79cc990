"""Each account's own rhythm of coming: the BG/NBD model, fitted by maximum likelihood (CHU-01).

The model (Fader, Hardie and Lee 2005): while an account is alive it comes at its own steady rate; rates differ between
accounts like a gamma distribution of shape r and rate alpha. After each coming it stops for good with its own chance;
these chances differ like a beta distribution of a and b. Of an account three numbers say everything:

* x     how often it came again: different days of arrival, less the first (whole number)
* t_x   days from the first arrival to the last (0 where x is 0)
* T     days from the first arrival to the day it is judged

Times are in days here; any other unit does as well, alpha is then in that unit. Everything is plain arithmetic on the
log-gamma function; gradients are exact, for x is whole and differences of its digamma are sums of reciprocals.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, expm1, lgamma, log, log1p
from typing import Final

from roomnight.insight.rules.climbing import climbed

ENOUGH: Final = 10
SAMPLE: Final = 4_000
TERMS: Final = 10_000
PRECISION: Final = 1e-13
FAR: Final = 700.0
SMALL_A: Final = 2.0


@dataclass(frozen=True)
class History:
    """How often an account came again, when last, and for how long it has been known."""

    x: int
    t_x: float
    t: float


@dataclass(frozen=True)
class Rhythm:
    """The four parameters of a hotel, the log-likelihood they reach, of how many accounts; `is_settled` once it was found."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float = 0.0
    accounts: int = 0
    is_settled: bool = True

    def odds_gone(self, one: History) -> float:
        """The logarithm of (gone : alive): log a/(b+x-1) + (r+x) log((alpha+T)/(alpha+t_x)); x is at least 1."""
        return log(self.a / (self.b + one.x - 1)) + (self.r + one.x) * log(
            (self.alpha + one.t) / (self.alpha + one.t_x)
        )

    def p_alive(self, one: History) -> float:
        """The chance that the account has not stopped for good, 0 to 1. Who never came again cannot have stopped: 1."""
        return 1.0 if not one.x else 1 / (1 + exp(min(self.odds_gone(one), FAR)))

    def p_none(self, one: History, ahead: float) -> float:
        """The chance that it does not come within so many days: stopped, or alive and with a pause as long as that."""
        z = (self.alpha + one.t) / (self.alpha + one.t + ahead)
        return 1 - self.p_alive(one) * -expm1((self.r + one.x) * log(z))

    def expected(self, one: History, ahead: float) -> float:
        """How often it is expected to come within so many days.

        (a+b+x-1)/(a-1) times 1 - ((alpha+T)/(alpha+T+t))^(r+x) 2F1(r+x, b+x; a+b+x-1; z), over the odds; z = t/(alpha+T+t).
        Where a is small, Euler's transformation makes that product (1-z)^(a-1) 2F1(a+b-1-r, a-1; a+b+x-1; z), which does not
        break down where a is 1; where it is large the series is summed as it stands, all its terms positive.
        """
        z = ahead / (self.alpha + one.t + ahead)
        over, under = self.a - 1, self.a + self.b + one.x - 1
        if self.a > SMALL_A:
            term = total = exp((self.r + one.x) * log1p(-z))
            for k in range(TERMS):
                term *= (self.r + one.x + k) * (self.b + one.x + k) * z / ((under + k) * (k + 1))
                total += term
                if term <= PRECISION * total:
                    break
            return under / over * max(0.0, 1 - total) * self.p_alive(one)
        return under * self._near_one(z, over, under) * self.p_alive(one)

    def _near_one(self, z: float, over: float, under: float) -> float:
        """The bracket over a-1 by the transformed series without its 1."""
        rest = log1p(-z)
        grown = -expm1(over * rest) / over if over else -rest
        term, total = 1.0, 0.0
        for k in range(TERMS):
            step = (self.a + self.b - 1 - self.r + k) * z / ((under + k) * (k + 1))
            term *= step * (1.0 if k == 0 else over + k)
            total += term
            if abs(term) <= PRECISION * abs(total):
                break
        return grown - exp(over * rest) * total

    def expected_new(self, ahead: float) -> float:
        """How often a new account is expected to come again within so many days of its first arrival."""
        return self.expected(History(0, 0.0, 0.0), ahead)


class Counted:
    """Many histories, equal ones once with their number; what only depends on x, t_x or T is worked out once for each."""

    def __init__(self, histories: Iterable[tuple[History, int]]) -> None:
        self.by_x: dict[int, list[tuple[float, float, int]]] = defaultdict(list)
        for one, count in histories:
            self.by_x[one.x].append((one.t_x, one.t, count))
        rows = [row for some in self.by_x.values() for row in some]
        self.times = {time for t_x, t, _count in rows for time in (t_x, t)}
        self.weight = sum(count for _t_x, _t, count in rows)
        self.of_x = {x: sum(count for _t_x, _t, count in some) for x, some in self.by_x.items()}
        self.most = max(self.by_x, default=0)
        self.mean_t = sum(t * count for _t_x, t, count in rows) / max(1, self.weight)

    def likelihood(self, r: float, alpha: float, a: float, b: float) -> tuple[float, list[float]]:
        """The log-likelihood, and its slope by r, alpha, a and b.

        Of one history: log G(r+x)/G(r) + r log alpha + log G(a+b)G(b+x)/(G(b)G(a+b+x)) - (r+x) log(alpha+T), and for x
        above 0 the logarithm of 1 + (gone : alive).
        """
        logs = {time: log(alpha + time) for time in self.times}
        ups_r, ups_b, ups_ab = (_sums(start, self.most) for start in (r, b, a + b))
        total = r * log(alpha) * self.weight
        by_r, by_alpha, by_a, by_b = log(alpha) * self.weight, r / alpha * self.weight, 0.0, 0.0
        for x, rows in self.by_x.items():
            count = self.of_x[x]
            fixed = lgamma(r + x) - lgamma(r) + lgamma(a + b) - lgamma(a + b + x) + lgamma(b + x) - lgamma(b)
            by_r += count * ups_r[x]
            by_a -= count * ups_ab[x]
            by_b += count * (ups_b[x] - ups_ab[x])
            found, down, spread, turn, gone = _of_rows(x, rows, logs, r + x, alpha, log(a / (b + x - 1)) if x else 0.0)
            total += count * fixed + found - (r + x) * down
            by_r += spread - down
            by_alpha += turn
            by_a += gone / a
            by_b -= gone / (b + x - 1) if x else 0.0
        return total, [by_r, by_alpha, by_a, by_b]


def _of_rows(
    x: int,
    rows: Sequence[tuple[float, float, int]],
    logs: Mapping[float, float],
    power: float,
    alpha: float,
    start: float,
) -> tuple[float, float, float, float, float]:
    """Sums over the histories of one x: log(1+odds), log(alpha+T), gone times the logs' difference, slope by alpha, gone."""
    found = down = spread = turn = gone = 0.0
    if not x:
        down = sum(count * logs[t] for _t_x, t, count in rows)
        return 0.0, down, 0.0, -power * sum(count / (alpha + t) for _t_x, t, count in rows), 0.0
    for t_x, t, count in rows:
        up = logs[t]
        apart = up - logs[t_x]
        odds = start + power * apart
        if odds > 0:
            less = exp(-odds)
            found += count * (odds + log1p(less))
            share = count / (1 + less)
        else:
            more = exp(odds)
            found += count * log1p(more)
            share = count * more / (1 + more)
        down += count * up
        spread += share * apart
        turn -= power * ((count - share) / (alpha + t) + share / (alpha + t_x))
        gone += share
    return found, down, spread, turn, gone


def _sums(start: float, most: int) -> list[float]:
    """1/start + 1/(start+1) + … of x terms, for each x up to the most: digamma(start+x) - digamma(start)."""
    sums = [0.0]
    for k in range(most):
        sums.append(sums[-1] + 1 / (start + k))
    return sums


def fitted(histories: Iterable[History]) -> Rhythm | None:
    """The parameters under which these histories are likeliest; None where fewer than ten accounts ever came again.

    A large hotel's are first found on every so many accounts, and from there on all.
    """
    counted = Counter(histories)
    if sum(count for one, count in counted.items() if one.x) < ENOUGH:
        return None
    rows = sorted(counted.items(), key=lambda row: (row[0].x, row[0].t_x, row[0].t))
    whole = Counted(rows)
    start = [0.0, log(max(whole.mean_t, 1e-9) / 4), 0.0, 0.7]
    if len(rows) > 2 * SAMPLE:
        start = climbed(_slope(Counted(rows[:: len(rows) // SAMPLE])), start)[0]
    point, _mean, is_settled = climbed(_slope(whole), start)
    r, alpha, a, b = (exp(one) for one in point)
    return Rhythm(r, alpha, a, b, whole.likelihood(r, alpha, a, b)[0], whole.weight, is_settled)


def _slope(counted: Counted):  # type: ignore[no-untyped-def]
    """The mean log-likelihood and its slope by the logarithms of the parameters."""

    def at(point: Sequence[float]) -> tuple[float, list[float]]:
        values = [exp(one) for one in point]
        total, by = counted.likelihood(*values)
        return total / counted.weight, [slope * value / counted.weight for slope, value in zip(by, values, strict=True)]

    return at
