"""The numbers of the year-end screening and of the composition analysis that a hotel may change (SCR, MIX)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.insight.rules.parameters import WHOLE, cuts_fall, weights_are_whole
from roomnight.kernel.policy import Column, Policy

DIMENSION_NAMES: Final[Mapping[str, Any]] = {
    "volume": _("Booking volume"),
    "profitability": _("Profitability"),
    "safety": pgettext_lazy("screening", "Safety"),
    "future": _("Future"),
    "cooperation": _("Cooperation"),
}

GRADE_NAMES: Final[Mapping[str, Any]] = {"A": "A", "B": "B", "C": "C"}
CLASS_NAMES: Final[Mapping[str, Any]] = {"A": "A", "B": "B"}


def _is_percent(value: Decimal) -> bool:
    return 0 <= value <= WHOLE


def read_commissions(table: Iterable[Mapping[str, Any]]) -> dict[str, Decimal]:
    """Commission in percent by channel. Raises ValueError for more than everything, or a channel named twice."""
    found: dict[str, Decimal] = {}
    for row in table:
        percent = Decimal(str(row["percent"]))
        for channel in row["channels"]:
            if str(channel) in found or not _is_percent(percent):
                raise ValueError(channel)
            found[str(channel)] = percent
    return found


def _are_commissions(table: Any) -> bool:
    try:
        read_commissions(table)
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return False
    return isinstance(table, list)


def _parts_are_whole(*names: str) -> Any:
    def check(table: Any) -> bool:
        return (
            isinstance(table, dict)
            and set(table) == set(names)
            and all(isinstance(one, int) and 0 <= one <= WHOLE for one in table.values())
            and sum(table.values()) == WHOLE
        )

    return check


def _is_day_of_year(text: str) -> bool:
    try:
        date.fromisoformat(f"2001-{text}")
    except ValueError:
        return False
    return True


def day_of_year(text: str, year: int) -> date:
    """The day that a policy names as month-day, in a year."""
    return date.fromisoformat(f"{year}-{text}")


WEIGHTS = Policy[Any](
    "insight.screening.weights",
    {"volume": 40, "profitability": 20, "safety": 20, "future": 10, "cooperation": 10},
    label=_("Year-end screening: points of each dimension, a hundred together"),
    source="SCR-01",
    kind="table",
    check=weights_are_whole,
    words=DIMENSION_NAMES,
)
CUTS = Policy[Any](
    "insight.screening.cuts",
    {"A": 85, "B": 70, "C": 55},
    label=_("Year-end screening: least score of each grade; below the last it is D"),
    source="SCR-03",
    kind="table",
    check=cuts_fall,
    words=GRADE_NAMES,
)
LET_GO_BELOW = Policy[Decimal](
    "insight.screening.let_go_below",
    Decimal(40),
    label=_("Year-end screening: score below which it is proposed to let a client go"),
    source="SCR-03",
    kind="percent",
    check=_is_percent,
)
ROOM_NIGHT_COST = Policy[Decimal](
    "insight.screening.room_night_cost",
    Decimal(120),
    label=_("Year-end screening: what an occupied room costs a night"),
    source="SCR-02",
    kind="money",
    check=lambda value: 0 <= value <= 100_000,
)
COMMISSIONS = Policy[Any](
    "insight.screening.commissions",
    [{"channels": ["TA/TO", "OTA"], "percent": "15"}, {"channels": ["GDS"], "percent": "10"}],
    label=_("Year-end screening: commission by channel; a channel not named has none"),
    source="SCR-02",
    kind="table",
    check=_are_commissions,
    columns=(
        Column("channels", _("Channels"), "texts", is_needed=True),
        Column("percent", _("Percent"), "money"),
    ),
)
PROFIT_BASIS = Policy[str](
    "insight.screening.profit_basis",
    "rate",
    label=_("Year-end screening: profitability by the margin's rate or by its amount"),
    source="SCR-02",
    kind="text",
    check=lambda value: value in {"rate", "amount"},
    words={"rate": _("rate of the gross margin"), "amount": _("amount of the gross margin")},
)
MARGIN_FLOOR = Policy[Decimal](
    "insight.screening.margin_floor",
    Decimal(30),
    label=_("Year-end screening: gross margin in percent that earns nothing"),
    source="SCR-02",
    kind="percent",
    check=lambda value: -WHOLE <= value < WHOLE,
)
MARGIN_TARGET = Policy[Decimal](
    "insight.screening.margin_target",
    Decimal(80),
    label=_("Year-end screening: gross margin in percent that earns everything"),
    source="SCR-02",
    kind="percent",
    check=_is_percent,
)
KEY_ACCOUNT_SHARE = Policy[Decimal](
    "insight.screening.key_account_share",
    Decimal(1),
    label=_("Year-end screening: percent of the hotel's room revenue that earns all points of volume"),
    source="SCR-02",
    kind="percent",
    check=lambda value: 0 < value <= WHOLE,
)
PRIOR_BOOKINGS = Policy[int](
    "insight.screening.prior_bookings",
    5,
    label=_("Year-end screening: bookings of the average client added to everybody's"),
    source="SCR-02",
    check=lambda value: 0 <= value <= 1_000,
)
PRIOR_NIGHTS = Policy[int](
    "insight.screening.prior_nights",
    10,
    label=_("Year-end screening: room nights of the average client added to everybody's"),
    source="SCR-02",
    check=lambda value: 1 <= value <= 10_000,
)
LATE_CANCEL_DAYS = Policy[int](
    "insight.screening.late_cancel_days",
    3,
    label=_("Year-end screening: days before arrival from which a cancellation is late"),
    source="SCR-02",
    kind="days",
    check=lambda value: 0 <= value <= 365,
)
TREND_SHARE = Policy[Decimal](
    "insight.screening.trend_share",
    Decimal(60),
    label=_("Year-end screening: percent of the future that is trend; the rest is judged"),
    source="SCR-02",
    kind="percent",
    check=_is_percent,
)
COOPERATION_PARTS = Policy[Any](
    "insight.screening.cooperation_parts",
    {"used": 60, "kept": 20, "punctual": 20},
    label=_("Year-end screening: parts of cooperation in percent"),
    source="SCR-02",
    kind="table",
    check=_parts_are_whole("used", "kept", "punctual"),
    words={
        "used": _("bookings that were used"),
        "kept": _("bookings not dropped late"),
        "punctual": _("invoices paid on time"),
    },
)
ON_TIME_SHARE = Policy[Decimal](
    "insight.screening.on_time_share",
    Decimal(50),
    label=_("Year-end screening: percent of safety that is money on time; the rest is money collected"),
    source="SCR-02",
    kind="percent",
    check=_is_percent,
)
COLLECTED_DAYS = Policy[int](
    "insight.screening.collected_days",
    90,
    label=_("Year-end screening: days after the due date within which money counts as collected"),
    source="SCR-02",
    kind="days",
    check=lambda value: 0 <= value <= 730,
)
WORST_DAYS = Policy[int](
    "insight.screening.worst_days",
    180,
    label=_("Year-end screening: days late beyond which safety is cut"),
    source="SCR-02",
    kind="days",
    check=lambda value: 1 <= value <= 1_000,
)
WORST_SHARE = Policy[Decimal](
    "insight.screening.worst_share",
    Decimal(50),
    label=_("Year-end screening: percent of safety left then, or after a write-off"),
    source="SCR-02",
    kind="percent",
    check=_is_percent,
)
SMALL_SAMPLE = Policy[int](
    "insight.screening.small_sample",
    3,
    label=_("Year-end screening: bookings below which a score is provisional"),
    source="SCR-02",
    check=lambda value: 1 <= value <= 100,
)
OVERDUE_CAP_DAYS = Policy[int](
    "insight.screening.overdue_cap_days",
    90,
    label=_("Year-end screening: days unpaid beyond which no grade is better than C"),
    source="SCR-03",
    kind="days",
    check=lambda value: 1 <= value <= 730,
)
OPENS_ON = Policy[str](
    "insight.screening.opens_on",
    "12-01",
    label=_("Year-end screening: month and day from which the year's clients are taken stock of"),
    source="SCR-06",
    kind="text",
    check=_is_day_of_year,
)
SCREENING_DUE = Policy[str](
    "insight.screening.due",
    "01-15",
    label=_("Year-end screening: month and day of the next year by which it is final"),
    source="SCR-06",
    kind="text",
    check=_is_day_of_year,
)
SALES_CLASSES = Policy[Any](
    "insight.composition.classes",
    {"A": 80, "B": 95},
    label=_("Composition: percent of revenue up to which clients are of the class by sales; the rest is C"),
    source="MIX-01",
    kind="table",
    check=lambda table: (
        isinstance(table, dict)
        and set(table) == {"A", "B"}
        and all(isinstance(one, int) for one in table.values())
        and 0 < table["A"] < table["B"] <= WHOLE
    ),
    words=CLASS_NAMES,
)
