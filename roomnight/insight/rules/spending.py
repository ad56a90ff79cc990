"""What a coming is worth to an account: the Gamma-Gamma model, fitted by maximum likelihood (CHU-01, SEG-02).

The model (Fader and Hardie 2013): the amounts of one account scatter around its own mean like a gamma distribution of
shape p; the accounts' own scale differs like a gamma distribution of shape q and rate v. Of an account two numbers say
everything: x, how often it came, and m, what it spent each time on average. Amounts in any unit; v is then in that unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log
from typing import Final

from roomnight.insight.rules.climbing import climbed

ENOUGH: Final = 10
FROM: Final = 12.0


@dataclass(frozen=True)
class Spending:
    """The three parameters, the log-likelihood they reach, of how many accounts; `is_settled` once it was found."""

    p: float
    q: float
    v: float
    log_likelihood: float = 0.0
    accounts: int = 0
    is_settled: bool = True

    @property
    def mean(self) -> float | None:
        """What the average account spends each time: p v/(q-1). None where q is 1 or less: then it has no mean."""
        return self.p * self.v / (self.q - 1) if self.q > 1 else None

    def expected(self, x: int, m: float) -> float | None:
        """What an account is expected to spend each time: p (v + x m)/(p x + q - 1), its own mean drawn to all accounts'."""
        under = self.p * x + self.q - 1
        return self.p * (self.v + x * m) / under if under > 0 else None


def fitted(amounts: Iterable[tuple[int, float]]) -> Spending | None:
    """The parameters under which these (x, m) are likeliest; who never came or spent nothing does not count.

    Amounts are measured by their mean meanwhile. None where fewer than ten accounts are left.
    """
    rows = Counter((x, m) for x, m in amounts if x > 0 and m > 0)
    weight = rows.total()
    if weight < ENOUGH:
        return None
    scale = sum(m * count for (_x, m), count in rows.items()) / weight
    scaled = [(x, m / scale, count) for (x, m), count in sorted(rows.items())]
    fixed = sum(count * log(m) for _x, m, count in scaled)

    def slope(point: Sequence[float]) -> tuple[float, list[float]]:
        p, q, v = (exp(one) for one in point)
        total, by = _likelihood(scaled, p, q, v)
        mean = [part * value / weight for part, value in zip(by, (p, q, v), strict=True)]
        return total / weight, mean

    point, _height, is_settled = climbed(slope, [0.5, 1.0, 0.0])
    p, q, v = (exp(one) for one in point)
    total = _likelihood(scaled, p, q, v)[0] - fixed - weight * log(scale)
    return Spending(p, q, v * scale, total, weight, is_settled)


def _likelihood(rows: Sequence[tuple[int, float, int]], p: float, q: float, v: float) -> tuple[float, list[float]]:
    """The log-likelihood but for the sum of log m, and its slope by p, q and v.

    Of one account: log G(px+q)/(G(px)G(q)) + q log v + px log(x m) - (px+q) log(x m + v), less log m.
    """
    total = by_p = by_q = by_v = 0.0
    of_x = {
        x: (lgamma(p * x + q) - lgamma(p * x), digamma(p * x + q), digamma(p * x)) for x in {row[0] for row in rows}
    }
    own, turn, log_v = lgamma(q), digamma(q), log(v)
    for x, m, count in rows:
        spent = x * m
        log_spent, log_all = log(spent), log(spent + v)
        height, both, alone = of_x[x]
        total += count * (height - own + q * log_v + p * x * log_spent - (p * x + q) * log_all)
        by_p += count * x * (both - alone + log_spent - log_all)
        by_q += count * (both - turn + log_v - log_all)
        by_v += count * (q / v - (p * x + q) / (spent + v))
    return total, [by_p, by_q, by_v]


def digamma(at: float) -> float:
    """The slope of the log-gamma function for a positive number, to fifteen places: climbed to where its series is short."""
    below = 0.0
    while at < FROM:
        below -= 1 / at
        at += 1
    square = 1 / (at * at)
    tail = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square * (1 / 132)))))
    return below + log(at) - 0.5 / at - tail
