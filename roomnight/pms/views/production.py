"""What a client brings, on its page; and the list of those that have gone quiet."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from roomnight.clients.rules import LOST_DAYS
from roomnight.organization.http import DeskRequest, needs
from roomnight.pms.access import producing_account, producing_accounts
from roomnight.pms.models import Side
from roomnight.pms.queries import Month, Quiet, account_months, account_silence, quiet_accounts
from roomnight.pms.rules.quiet import rounded
from roomnight.ui.page import page

ROWS: Final = 50
SPANS: Final = (12, 24)


@needs("pms.production")
def panel(request: DeskRequest, pk: int) -> HttpResponse:
    """The client's room nights month by month beside the year before, and what its silence means (ACC-06)."""
    seat = request.seat
    account = producing_account(seat, pk)
    span = 24 if request.GET.get("months") == "24" else 12
    by_stay = request.GET.get("by") == "stay"
    side, months = account_months(account, until=seat.today, count=span, basis="stay" if by_stay else "arrival")
    quiet = account_silence(seat.hotel, account, as_of=seat.today)
    context = {
        "account": account,
        "chart_data": _chart(months),
        "table": [_table_row(month) for month in months],
        "heads": [_("Month"), _("Room nights"), _("A year before"), _("Revenue"), _("A year before")],
        "span": span,
        "choices": [
            (_("12 months"), 12, "arrival", span == 12 and not by_stay),
            (_("24 months"), 24, "arrival", span == 24 and not by_stay),
            (_("12 months, by night stayed"), 12, "stay", span == 12 and by_stay),
        ],
        "side": Side(side).label,
        "has_any": any(month.room_nights or month.room_nights_year_before or month.bookings for month in months),
        "nights": sum(month.room_nights for month in months),
        "revenue": sum(month.revenue for month in months),
        "quiet": quiet,
        "mean_gap": _mean_gap(quiet),
        "lost_days": LOST_DAYS.at(seat.hotel_code, seat.today),
    }
    return page(request, "pms/panel_production.html", context)


def _chart(months: list[Month]) -> dict[str, Any]:
    return {
        "labels": [f"{one.month:%y-%m}" for one in months],
        "this": [one.room_nights for one in months],
        "last": [one.room_nights_year_before for one in months],
        "partial": len(months) - 1,
        "names": {"this": _("room nights"), "last": _("a year before")},
        "unit": _("room nights"),
    }


def _table_row(one: Month) -> list[str]:
    return [
        f"{one.month:%Y-%m}",
        f"{one.room_nights:,}",
        f"{one.room_nights_year_before:,}",
        f"{one.revenue:,.2f}",
        f"{one.revenue_year_before:,.2f}",
    ]


@needs("pms.production")
def lost(request: DeskRequest) -> HttpResponse:
    """Clients that sent guests and have stopped, or are late by their own habit; the most valuable first (LOST-01)."""
    seat = request.seat
    side = request.GET.get("side", "")
    side = side if side in Side.values else ""
    accounts = producing_accounts(seat)
    found = quiet_accounts(
        seat.hotel, as_of=seat.today, accounts=accounts, side=side, after=_position(request.GET.get("after", ""))
    )
    some = list(islice(found, ROWS + 1))
    names = accounts.select_related("owner").in_bulk([one.account_id for one in some[:ROWS]])
    rows = [_quiet_row(one, names[one.account_id]) for one in some[:ROWS] if one.account_id in names]
    last = some[ROWS - 1] if len(some) > ROWS else None
    kept = f"side={side}&" if side else ""
    context = {
        "rows": rows,
        "views": [
            {"label": label, "url": f"?side={key}" if key else "?", "current": key == side}
            for key, label in (("", _("All")), *Side.choices)
        ],
        "next": f"?{kept}after={last.brought.revenue_cents}.{last.account_id}" if last and last.brought else "",
        "lost_days": LOST_DAYS.at(seat.hotel_code, seat.today),
        "may_plan": seat.may("activities.visit", "create"),
    }
    return page(request, "pms/lost.html", context)


def _position(text: str) -> tuple[int, int] | None:
    cents, _dot, account = text.rpartition(".")
    if account.isdigit() and cents.removeprefix("-").isdigit():
        return int(cents), int(account)
    return None


def _quiet_row(one: Quiet, account: Any) -> dict[str, Any]:
    return {
        "account": account,
        "quiet": one,
        "side": Side(one.side).label,
        "mean_gap": _mean_gap(one),
        "last_arrival": one.brought.habit.last_arrival if one.brought else None,
    }


def _mean_gap(one: Quiet | None) -> Any:
    """The usual days between two arrivals, in whole days; None where there is no habit."""
    gap = one.brought.habit.mean_gap if one and one.brought else None
    return None if gap is None else rounded(gap, 0)
