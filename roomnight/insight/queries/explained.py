"""How every point of a score came about, in words: inputs, formula, weight (SCR-01, SCR-02)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from roomnight.insight.models import ScreeningResult
from roomnight.insight.rules.parameters import DIMENSIONS, Parameters, read_parameters
from roomnight.insight.rules.screening import BY_AMOUNT, Facts, Peers, read_facts
from roomnight.insight.rules.values import DIMENSION_NAMES
from roomnight.kernel.money import format_money

Lines = list[tuple[str, str]]


@dataclass(frozen=True)
class Explained:
    """One dimension: points of so many, the figures it was worked out from, and the formula; a remark where something is missing."""

    code: str
    name: Any
    points: Decimal | None
    most: int
    lines: Lines
    formula: str
    remark: str = ""

    @property
    def share(self) -> float:
        return float(self.points) / self.most if self.points is not None and self.most else 0.0


@dataclass(frozen=True)
class _Score:
    """A result as it was kept, read back."""

    facts: Facts
    peers: Peers
    parameters: Parameters
    workings: Mapping[str, Any]
    months: list[int]
    currency: str

    def money(self, cents: float) -> str:
        amount = Decimal(repr(cents)).scaleb(-2).quantize(Decimal("0.01"))
        return str(format_money(amount, self.currency, get_language() or "zh-hans"))


def percent(share: float) -> str:
    """A share as people read it: 61.3 %."""
    return f"{share * 100:.1f} %"


def explained(result: ScreeningResult) -> list[Explained]:
    """The five dimensions of a score, each with how it came about."""
    run = result.run
    one = _Score(
        read_facts(result.facts), Peers(**run.peers), read_parameters(run.parameters), result.workings, run.months,
        run.hotel.currency,
    )  # fmt: skip
    tell: dict[str, Callable[[_Score], tuple[Lines, str, str]]] = {
        "volume": _volume, "profitability": _profitability, "safety": _safety, "future": _future,
        "cooperation": _cooperation,
    }  # fmt: skip
    return [
        Explained(code, DIMENSION_NAMES[code], getattr(result, code), one.parameters.weights[code], *tell[code](one))
        for code in DIMENSIONS
    ]


def _volume(one: _Score) -> tuple[Lines, str, str]:
    lines = [
        (_("Room revenue of the year's stays"), one.money(one.facts.revenue_cents)),
        (_("Average revenue of a room night in the peer group"), one.money(one.peers.rate)),
        (_("Revenue that earns all points"), one.money(one.peers.key_account_cents)),
    ]
    formula = _("Points grow with the logarithm of revenue: every doubling earns about as much as the one before.")
    return lines, formula, ""


def _profitability(one: _Score) -> tuple[Lines, str, str]:
    kept = one.parameters
    lines = [
        (_("Gross margin: revenue less commission and cost of the nights"), one.money(one.facts.margin_cents(kept))),
        (_("Cost of a room night"), one.money(kept.room_night_cost_cents)),
        (_("Commission"), one.money(one.facts.commission / 10_000)),
        (_("Margin, drawn to the peers' by %(nights)d nights") % {"nights": kept.prior_nights}, percent(one.workings["margin"])),
    ]  # fmt: skip
    if kept.profit_basis == BY_AMOUNT:
        lines.append((_("Amount that earns all points"), one.money(one.peers.key_margin_cents)))
        return lines, _("Points grow with the logarithm of the gross margin's amount."), _none(one)
    formula = _("Nothing at a margin of %(floor)s %%, all points from %(target)s %%, in between evenly.") % {
        "floor": kept.margin_floor, "target": kept.margin_target,
    }  # fmt: skip
    return lines, formula, _none(one)


def _none(one: _Score) -> str:
    return "" if one.facts.nights else _("No room nights in the year: no points.")


def _safety(one: _Score) -> tuple[Lines, str, str]:
    seen = one.facts.receivables
    if seen is None:
        return [], "", _("Missing: no receivables are kept in this system. The total rests on the other dimensions.")
    if not one.facts.bookings:
        return [], "", _("No business in the year: no points.")
    if seen.due_cents <= 0:
        return [], "", _("Nothing was to be paid on account in the year: cash and prepaid clients have all points.")
    lines = [
        (_("Fell due in the year"), one.money(seen.due_cents)),
        (_("Invoices"), str(seen.invoices)),
        (_("Paid on time"), one.money(seen.on_time_cents)),
        (_("Paid within %(days)d days after") % {"days": one.parameters.collected_days}, one.money(seen.collected_cents)),
        (_("Share on time, drawn to the peers'"), percent(one.workings["on_time"])),
        (_("Share collected, drawn to the peers'"), percent(one.workings["collected"])),
        (_("Worst delay in days"), str(seen.worst_days)),
    ]  # fmt: skip
    formula = _("%(a)s %% of the share on time and %(b)s %% of the share collected.") % {
        "a": one.parameters.on_time_share, "b": 100 - one.parameters.on_time_share,
    }  # fmt: skip
    cut = _("Cut to %(percent)s %%: something was written off or more than %(days)d days late.") % {
        "percent": one.parameters.worst_share, "days": one.parameters.worst_days,
    }  # fmt: skip
    return lines, formula, cut if one.workings.get("factor", 1) < 1 else ""


def _future(one: _Score) -> tuple[Lines, str, str]:
    months = f"{one.months[0]}–{one.months[-1]}" if one.months else "–"
    lines = [
        (_("Months that the data cover in both years"), months),
        (_("Revenue in these months"), one.money(one.facts.now_cents)),
        (_("The year before"), one.money(one.facts.before_cents)),
        (_("Growth between −1 and 1"), f"{one.workings['growth']:+.2f}"),
        (_("Drawn to none by few stays"), f"{one.workings['growth_shrunk']:+.2f}"),
    ]
    if one.facts.standing is None:
        formula = _("Half the points for no growth, more for growth, less for decline.")
        return (
            lines,
            formula,
            _(
                "The standing is missing: when this was worked out nobody had judged it, or the judgement was not reviewed."
            ),
        )
    lines.append((_("Standing, judged 1 to 5"), f"{one.facts.standing:.1f}"))
    formula = _("%(a)s %% of the trend and %(b)s %% of the standing.") % {
        "a": one.parameters.trend_share, "b": 100 - one.parameters.trend_share,
    }  # fmt: skip
    return lines, formula, ""


def _cooperation(one: _Score) -> tuple[Lines, str, str]:
    if not one.facts.bookings:
        return [], "", _("No business in the year: no points.")
    lines = [
        (_("Bookings"), str(one.facts.bookings)),
        (pgettext("bookings", "Stays"), str(one.facts.stays)),
        (_("Cancelled late or not come"), str(one.facts.late)),
        (_("Used, drawn to the peers'"), percent(one.workings["used"])),
        (_("Dropped late, drawn to the peers'"), percent(one.workings["late"])),
    ]
    kept = one.parameters
    if "punctual" not in one.workings:
        formula = _("%(a)s parts of bookings used and %(b)s parts of not dropped late.") % {
            "a": kept.used_share, "b": kept.kept_share,
        }  # fmt: skip
        return lines, formula, _("Punctuality of payment is missing: the other parts count for it.")
    lines.append((_("Invoices paid on time, by count"), percent(one.workings["punctual"])))
    formula = _("%(a)s %% of bookings used, %(b)s %% of not dropped late, %(c)s %% of invoices on time.") % {
        "a": kept.used_share, "b": kept.kept_share, "c": kept.punctual_share,
    }  # fmt: skip
    return lines, formula, ""
