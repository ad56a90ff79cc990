"""The year-end score of a client, a hundred points, every one explained (SCR-01, SCR-02).

Money comes in whole cents, ratios are double precision; nothing is rounded but what is shown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from roomnight.insight.rules.parameters import DIMENSIONS, GRADES, LOWEST, Parameters

CENT: Final = Decimal("0.01")
BASIS_POINTS: Final = 10_000
DORMANT, NO_PRODUCTION, SMALL_SAMPLE, OK = "dormant", "no_production", "small_sample", "ok"
STATUSES: Final = (OK, SMALL_SAMPLE, NO_PRODUCTION, DORMANT)
INVEST, KEEP, IMPROVE, LET_GO = "invest", "keep", "improve", "let_go"
ACTIONS: Final = (INVEST, KEEP, IMPROVE, LET_GO)
BEST_UNPAID: Final = "C"
BY_AMOUNT: Final = "amount"


class NothingToCompare(ValueError):
    """The peer group has no production in the year: no score can be given."""


@dataclass(frozen=True)
class Receivables:
    """What fell due in the year and how it was paid, in cents; `worst_days` is the latest payment of the year in days.

    `punctual` is the share of these invoices, by count, that were paid on time; None without any. `overdue_days` is for
    how long the oldest of them is unpaid today.
    """

    invoices: int = 0
    due_cents: int = 0
    on_time_cents: int = 0
    collected_cents: int = 0
    worst_days: int = 0
    is_written_off: bool = False
    punctual: float | None = None
    overdue_days: int = 0


@dataclass(frozen=True)
class Facts:
    """What the data say of one client in the year. By date of arrival; money of stays, in cents.

    `commission` is in ten-thousandths of a cent, so that no cent is lost. `now_cents`, `before_cents` and `window_stays`
    are of the months covered in both years. `receivables` is None where none are connected, `standing` (1 to 5) where
    nobody judged it.
    """

    account: int
    number: str = ""
    bookings: int = 0
    stays: int = 0
    late: int = 0
    cancellations: int = 0
    no_shows: int = 0
    nights: int = 0
    revenue_cents: int = 0
    commission: int = 0
    now_cents: int = 0
    before_cents: int = 0
    window_stays: int = 0
    receivables: Receivables | None = None
    standing: float | None = None

    def margin_cents(self, parameters: Parameters) -> float:
        """Gross margin: revenue less commission less what the nights cost."""
        cost = self.revenue_cents * BASIS_POINTS - self.commission
        return cost / BASIS_POINTS - parameters.room_night_cost_cents * self.nights

    def kept(self) -> dict[str, Any]:
        """As JSON holds it; `read_facts` reads it again."""
        return asdict(self)


def read_facts(kept: Mapping[str, Any]) -> Facts:
    """The facts of a client as a run kept them."""
    due = kept.get("receivables")
    return Facts(**{**kept, "receivables": Receivables(**due) if due else None})


@dataclass(frozen=True)
class Peers:
    """The average client of the hotel and year, to whom small samples are drawn: cents a night, and shares.

    `key_account_cents` is the revenue that earns all points of volume, `key_margin_cents` the same for gross margin.
    """

    rate: float
    margin: float
    used: float
    late: float
    key_account_cents: float
    key_margin_cents: float = 0.0
    on_time: float = 0.0
    collected: float = 0.0

    def kept(self) -> dict[str, float]:
        return asdict(self)


@dataclass(frozen=True)
class HotelYear:
    """All business of the hotel in the year, in cents: its room revenue and its gross margin."""

    revenue_cents: int
    margin_cents: float = 0.0


@dataclass(frozen=True)
class Scored:
    """One client's score: each dimension between 0 and 1 (None: missing), the workings by name, and what follows."""

    facts: Facts
    shares: Mapping[str, float | None]
    workings: Mapping[str, float] = field(default_factory=dict)
    points: Mapping[str, Decimal | None] = field(default_factory=dict)
    coverage: int = 0
    score: Decimal = Decimal(0)
    status: str = OK
    grade: str = LOWEST
    by_score: str = LOWEST
    action: str = LET_GO
    rank: int = 0


def half_up(value: float) -> Decimal:
    """Two decimals, halves upwards: for showing."""
    return Decimal(repr(value)).quantize(CENT, ROUND_HALF_UP)


def peers_of(facts: Iterable[Facts], hotel: HotelYear, parameters: Parameters) -> Peers:
    """The peer constants: sums over clients, never means of clients' means. Raises NothingToCompare without production."""
    nights = revenue = commission = stays = bookings = late = due = on_time = collected = 0
    for one in facts:
        nights += one.nights
        revenue += one.revenue_cents
        commission += one.commission
        stays += one.stays
        bookings += one.bookings
        late += one.late
        if one.receivables is not None:
            due += one.receivables.due_cents
            on_time += one.receivables.on_time_cents
            collected += one.receivables.collected_cents
    if nights <= 0 or revenue <= 0:
        raise NothingToCompare
    all_of_them = Facts(0, nights=nights, revenue_cents=revenue, commission=commission)
    share = float(parameters.key_account_share) / 100
    return Peers(
        rate=revenue / nights,
        margin=all_of_them.margin_cents(parameters) / nights,
        used=stays / bookings,
        late=late / bookings,
        key_account_cents=hotel.revenue_cents * share,
        key_margin_cents=hotel.margin_cents * share,
        on_time=on_time / due if due else 0.0,
        collected=collected / due if due else 0.0,
    )


def log_share(amount: float, unit: float, most: float) -> float:
    """Where an amount stands between nothing and `most` when every doubling counts alike; 0 for none, 1 from `most` on."""
    if amount <= 0 or unit <= 0:
        return 0.0
    if most <= 0:
        return 1.0
    return min(1.0, math.log1p(amount / unit) / math.log1p(most / unit))


def clipped(value: float) -> float:
    return max(0.0, min(1.0, value))


def volume(one: Facts, peers: Peers, workings: dict[str, float]) -> float:
    """Booking volume 预订量: net room revenue against the key-account threshold, on a log scale."""
    return log_share(one.revenue_cents, peers.rate, peers.key_account_cents)


def profitability(one: Facts, peers: Peers, parameters: Parameters, workings: dict[str, float]) -> float:
    """Profitability 收益性: the gross margin, drawn to the peers', between floor and target; or its amount."""
    margin, prior = one.margin_cents(parameters), parameters.prior_nights
    shrunk = (margin + prior * peers.margin) / (one.revenue_cents + prior * peers.rate)
    workings |= {"margin_cents": margin, "margin": shrunk}
    if one.nights <= 0:
        return 0.0
    if parameters.profit_basis == BY_AMOUNT:
        amount = workings["margin_amount"] = shrunk * one.revenue_cents
        return log_share(amount, peers.margin, peers.key_margin_cents)
    floor, target = float(parameters.margin_floor) / 100, float(parameters.margin_target) / 100
    return clipped((shrunk - floor) / (target - floor))


def safety(one: Facts, peers: Peers, parameters: Parameters, workings: dict[str, float]) -> float | None:
    """Safety 安全性: money paid on time and money collected, drawn to the peers'; None where no receivables are connected."""
    seen = one.receivables
    if seen is None:
        return None
    if not one.bookings:
        return 0.0
    if seen.due_cents <= 0:
        return 1.0
    n, prior = seen.invoices, parameters.prior_bookings
    on_time = (n * seen.on_time_cents / seen.due_cents + prior * peers.on_time) / (n + prior)
    collected = (n * seen.collected_cents / seen.due_cents + prior * peers.collected) / (n + prior)
    half = float(parameters.on_time_share) / 100
    is_bad = seen.worst_days > parameters.worst_days or seen.is_written_off
    factor = float(parameters.worst_share) / 100 if is_bad else 1.0
    workings |= {"on_time": on_time, "collected": collected, "factor": factor}
    return clipped((half * on_time + (1 - half) * collected) * factor)


def future(one: Facts, parameters: Parameters, workings: dict[str, float]) -> float:
    """Future 未来性: growth over the months both years cover, drawn to none, and the judged standing where there is one."""
    both = one.now_cents + one.before_cents
    growth = (one.now_cents - one.before_cents) / both if both > 0 else 0.0
    stays, prior = one.window_stays, parameters.prior_bookings
    shrunk = growth * stays / (stays + prior) if stays + prior else 0.0
    trend = 0.5 + 0.5 * shrunk
    workings |= {"growth": growth, "growth_shrunk": shrunk, "trend": trend}
    if one.standing is None:
        return trend
    share = float(parameters.trend_share) / 100
    return share * trend + (1 - share) * (one.standing - 1) / 4


def cooperation(one: Facts, peers: Peers, parameters: Parameters, workings: dict[str, float]) -> float:
    """Cooperation 合作性: bookings that were used, not dropped late, and invoices paid on time by count."""
    if not one.bookings:
        return 0.0
    prior = parameters.prior_bookings
    used = (one.stays + prior * peers.used) / (one.bookings + prior)
    late = (one.late + prior * peers.late) / (one.bookings + prior)
    workings |= {"used": used, "late": late}
    a, b, c = (
        float(one_share) / 100
        for one_share in (parameters.used_share, parameters.kept_share, parameters.punctual_share)
    )
    punctual = one.receivables.punctual if one.receivables is not None else None
    if punctual is None:
        return (a * used + b * (1 - late)) / (a + b)
    workings["punctual"] = punctual
    return a * used + b * (1 - late) + c * punctual


def status_of(one: Facts, parameters: Parameters) -> str:
    """Whether there was business at all, and enough of it to judge by."""
    if not one.bookings:
        return DORMANT
    if not one.nights:
        return NO_PRODUCTION
    return SMALL_SAMPLE if one.bookings < parameters.small_sample else OK


def grade_by(score: Decimal, parameters: Parameters) -> str:
    """The grade that a score earns by the least scores of the hotel."""
    return next((grade for grade in GRADES[:-1] if score >= parameters.cuts[grade]), LOWEST)


def grade_given(by_score: str, one: Facts, status: str, parameters: Parameters) -> str:
    """The grade proposed: a small sample is never the best grade by itself, and who owes for too long is held down."""
    found = GRADES[1] if by_score == GRADES[0] and status != OK else by_score
    seen = one.receivables
    if seen is not None and seen.overdue_days > parameters.overdue_cap_days:
        found = max(found, BEST_UNPAID)
    return found


def action_for(grade: str, score: Decimal, parameters: Parameters) -> str:
    """What is proposed: invest in the best, keep the good, improve the others, let go of what brings too little."""
    if grade == LOWEST:
        return LET_GO if score < parameters.let_go_below else IMPROVE
    return {"A": INVEST, "B": KEEP}.get(grade, IMPROVE)


def scored(one: Facts, peers: Peers, parameters: Parameters) -> Scored:
    """One client's score; its rank is given by `screen`. A missing dimension is left out of the total, never zero."""
    workings: dict[str, float] = {}
    shares: dict[str, float | None] = {
        "volume": volume(one, peers, workings),
        "profitability": profitability(one, peers, parameters, workings),
        "safety": safety(one, peers, parameters, workings),
        "future": future(one, parameters, workings),
        "cooperation": cooperation(one, peers, parameters, workings),
    }
    weights = parameters.weights
    coverage = sum(weights[name] for name in DIMENSIONS if shares[name] is not None)
    raw = sum(weights[name] * share for name in DIMENSIONS if (share := shares[name]) is not None)
    score = half_up(100 * raw / coverage) if coverage else Decimal(0)
    status, by_score = status_of(one, parameters), grade_by(score, parameters)
    grade = grade_given(by_score, one, status, parameters)
    return Scored(
        facts=one,
        shares=shares,
        workings=workings,
        points={name: None if share is None else half_up(weights[name] * share) for name, share in shares.items()},
        coverage=coverage,
        score=score,
        status=status,
        grade=grade,
        by_score=by_score,
        action=action_for(grade, score, parameters),
    )


def screen(facts: Sequence[Facts], hotel: HotelYear, parameters: Parameters) -> tuple[Peers, list[Scored]]:
    """All clients of a peer group, best first. Raises NothingToCompare where the group has no production.

    Clients with the same shown score share a rank and the next one is counted on ("1224"); among them the larger amount,
    then more room nights, then the lower number stands first.
    """
    peers = peers_of(facts, hotel, parameters)
    found = [scored(one, peers, parameters) for one in facts]
    found.sort(key=_order)
    return peers, ranked(found)


def _order(one: Scored) -> tuple[Any, ...]:
    facts = one.facts
    return (-one.score, -facts.revenue_cents, -facts.nights, *number_order(facts.number), facts.account)


def number_order(number: str) -> tuple[int, str]:
    """Numbers in the order of numbers, anything else after them."""
    return (len(number), number) if number.isdigit() else (1_000, number)


def ranked(found: Sequence[Scored]) -> list[Scored]:
    """The same in the order given, with the places of a standard competition."""
    given: list[Scored] = []
    for place, one in enumerate(found, 1):
        rank = given[-1].rank if given and given[-1].score == one.score else place
        given.append(Scored(**{**one.__dict__, "rank": rank}))
    return given
