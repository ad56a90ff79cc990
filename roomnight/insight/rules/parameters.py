"""The numbers by which a year is screened, as one value that is kept with every run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

DIMENSIONS: Final = ("volume", "profitability", "safety", "future", "cooperation")
GRADES: Final = ("A", "B", "C", "D")
LOWEST: Final = GRADES[-1]
WHOLE: Final = 100


@dataclass(frozen=True)
class Parameters:
    """Every constant of the score (screening-score.md); shares are percent, money is cents.

    `commissions` is by channel; a channel that is not there costs nothing. `cuts` are the least scores of each grade but
    the lowest.
    """

    weights: Mapping[str, int] = field(
        default_factory=lambda: {"volume": 40, "profitability": 20, "safety": 20, "future": 10, "cooperation": 10}
    )
    room_night_cost_cents: int = 6000
    commissions: Mapping[str, Decimal] = field(default_factory=dict)
    margin_floor: Decimal = Decimal(30)
    margin_target: Decimal = Decimal(80)
    profit_basis: str = "rate"
    key_account_share: Decimal = Decimal(1)
    prior_bookings: int = 5
    prior_nights: int = 10
    late_cancel_days: int = 3
    trend_share: Decimal = Decimal(60)
    used_share: Decimal = Decimal(60)
    kept_share: Decimal = Decimal(20)
    punctual_share: Decimal = Decimal(20)
    on_time_share: Decimal = Decimal(50)
    collected_days: int = 90
    worst_days: int = 180
    worst_share: Decimal = Decimal(50)
    small_sample: int = 3
    cuts: Mapping[str, Decimal] = field(default_factory=lambda: {"A": Decimal(85), "B": Decimal(70), "C": Decimal(55)})
    let_go_below: Decimal = Decimal(40)
    overdue_cap_days: int = 90

    def kept(self) -> dict[str, Any]:
        """As JSON holds it; `read_parameters` reads it again."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    def tried(self, weights: Mapping[str, int], cuts: Mapping[str, Decimal]) -> Parameters:
        """The same with other weights and other least scores (SCR-05)."""
        return replace(self, weights=dict(weights), cuts=dict(cuts))


def read_parameters(kept: Mapping[str, Any]) -> Parameters:
    """The parameters of a run as they were kept."""
    default = Parameters()
    found = {name: _read(value, getattr(default, name)) for name, value in kept.items()}
    found["commissions"] = {channel: Decimal(percent) for channel, percent in kept["commissions"].items()}
    return Parameters(**found)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return {key: _plain(one) for key, one in value.items()} if isinstance(value, Mapping) else value


def _read(value: Any, like: Any) -> Any:
    if isinstance(like, Decimal):
        return Decimal(value)
    if isinstance(like, Mapping):
        return {key: _read(one, like[key]) for key, one in value.items() if key in like}
    return value


def weights_are_whole(weights: Any) -> bool:
    """Whether these are the weights of all five dimensions and a hundred together (SCR-01)."""
    return (
        isinstance(weights, dict)
        and set(weights) == set(DIMENSIONS)
        and all(isinstance(one, int) and not isinstance(one, bool) and one >= 0 for one in weights.values())
        and sum(weights.values()) == WHOLE
    )


def cuts_fall(cuts: Any) -> bool:
    """Whether each grade asks for less than the one above it."""
    if not isinstance(cuts, dict) or sorted(cuts) != list(GRADES[:-1]):
        return False
    try:
        scores = [Decimal(str(cuts[grade])) for grade in GRADES[:-1]]
    except ArithmeticError:
        return False
    return all(0 <= one <= WHOLE for one in scores) and all(
        high > low for high, low in zip(scores, scores[1:], strict=False)
    )
