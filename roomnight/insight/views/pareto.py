"""The few that bring the most: the cumulative curve, who makes 80 percent, who moved in and out, concentration (MIX-02)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from roomnight.insight import access
from roomnight.insight.queries.composition import sellers_between
from roomnight.insight.rules.composition import Seller, by_revenue, cumulative, moved, needed, pareto
from roomnight.insight.views import findings
from roomnight.insight.views.composition import share
from roomnight.insight.views.periods import label_of, period_of, periods, value_of
from roomnight.organization.http import DeskRequest, needs
from roomnight.pms.models import Side
from roomnight.ui.page import page

ROWS: Final = 100
POINTS: Final = 60
TOP: Final = 10
WHOLE_INDEX: Final = 10_000


@needs("insight.composition")
def concentration(request: DeskRequest) -> HttpResponse:
    """The curve, the clients that make 80 percent, who came in and who left since the year before (MIX-02)."""
    seat, period = request.seat, period_of(request)
    side = request.GET.get("of", "") if request.GET.get("of") in Side.values else Side.COMPANY.value
    now, before = (
        by_revenue(sellers_between(seat.hotel, side, one.first, one.last)) for one in (period, period.before)
    )
    came, left = moved(now, before)
    core = now[: needed(now)] if now else []
    names = access.client_names(seat, [*(one.account for one in core[:ROWS]), *left[:ROWS]])
    context = {
        "period": label_of(period), "before": label_of(period.before), "side": side, "has_any": bool(now),
        "selects": [
            {"name": "of", "label": _("Business of"), "value": side, "options": Side.choices},
            {"name": "period", "label": _("Months"), "value": value_of(period), "options": periods(request)},
        ],
        "curve": pareto(now), "curve_before": pareto(before), **_indices(now, before), "core_count": len(core),
        "rows": _core(now, core[:ROWS], before, set(came), names), "has_more": len(core) > ROWS, "came": len(came),
        "left": _left(left, now, before, names), "left_count": len(left), "chart": _chart(now, period_name=label_of(period)),
        "chart_rows": _chart_rows(now), "chart_heads": [_("Clients, the largest first"), _("Of all clients"), _("Bring")],
        "period_value": value_of(period), "sees_clients": seat.may("clients.account"), **findings.shown(seat),
    }  # fmt: skip
    return page(request, "insight/concentration.html", context)


def _indices(now: Sequence[Seller], before: Sequence[Seller]) -> dict[str, Any]:
    """The concentration index (the squared shares summed up, of 10,000), and the share of the largest ten."""
    found: dict[str, Any] = {}
    for name, some in (("now", now), ("before", before)):
        total = sum(one.revenue_cents for one in some)
        found[f"index_{name}"] = round(pareto(some).hhi * WHOLE_INDEX)
        found[f"top_{name}"] = share(sum(one.revenue_cents for one in some[:TOP]), total)
        found[f"top20_{name}"] = share(pareto(some).top20_cents, total)
    return found


def _core(
    now: Sequence[Seller], core: Sequence[Seller], before: Sequence[Seller], came: set[int], names: dict[int, str]
) -> list[dict[str, Any]]:
    total, curve = sum(one.revenue_cents for one in now), cumulative(now)
    then = {one.account: one.revenue_cents for one in before}
    return [
        {
            "place": place, "account": one.account, "name": names.get(one.account, ""), "number": one.number,
            "amount": Decimal(one.revenue_cents).scaleb(-2), "share": share(one.revenue_cents, total),
            "up_to": Decimal(repr(curve[place - 1] * 100)).quantize(Decimal("0.1")), "is_new": one.account in came,
            "amount_before": Decimal(then.get(one.account, 0)).scaleb(-2),
        }
        for place, one in enumerate(core, 1)
    ]  # fmt: skip


def _left(
    left: Sequence[int], now: Sequence[Seller], before: Sequence[Seller], names: dict[int, str]
) -> list[dict[str, Any]]:
    cents = {one.account: one.revenue_cents for one in now}
    then = {one.account: one.revenue_cents for one in before}
    return [
        {
            "account": one, "name": names.get(one, ""), "amount": Decimal(cents.get(one, 0)).scaleb(-2),
            "amount_before": Decimal(then[one]).scaleb(-2),
        }
        for one in left[:ROWS]
    ]  # fmt: skip


def _steps(now: Sequence[Seller]) -> list[tuple[int, float]]:
    """So many clients bring so many percent: the curve at no more points than can be drawn."""
    curve = cumulative(now)
    every = max(1, -(-len(curve) // POINTS))
    places = sorted({*range(0, len(curve), every), len(curve) - 1} if curve else set())
    return [(place + 1, round(100 * curve[place], 1)) for place in places]


def _chart(now: Sequence[Seller], *, period_name: str) -> dict[str, Any]:
    steps = _steps(now)
    return {
        "labels": [str(count) for count, _percent in steps], "unit": "%",
        "series": [
            {"name": period_name, "values": [percent for _count, percent in steps]},
            {"name": "80 %", "values": [80] * len(steps), "dashed": True, "tone": "ink2"},
        ],
    }  # fmt: skip


def _chart_rows(now: Sequence[Seller]) -> list[list[Any]]:
    return [[count, f"{share(count, len(now))} %", f"{percent} %"] for count, percent in _steps(now)]
