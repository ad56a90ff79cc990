"""Which months the figures are of: a year as far as its months are over, or one of the last twelve months."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from roomnight.insight.rules.breakdown import MONTHS, Period, month_over, year_so_far
from roomnight.organization.http import DeskRequest
from roomnight.pms.queries.production import month_after

YEARS: Final = 5


def value_of(period: Period) -> str:
    """As the address says it: 2026, or 2026-10."""
    return f"{period.first:%Y-%m}" if period.is_month else f"{period.first:%Y}"


def label_of(period: Period) -> str:
    """As people read it."""
    if period.is_year:
        return f"{period.first:%Y}"
    if period.is_month:
        return f"{period.first:%Y-%m}"
    return _("%(year)d, months %(first)d to %(last)d") % {
        "year": period.first.year, "first": period.first.month, "last": period.last.month,
    }  # fmt: skip


def period_of(request: DeskRequest) -> Period:
    """The months that the address asks for, else this year's that are over, else last year."""
    today, text = request.seat.today, request.GET.get("period", "")
    found = month_over(text, today)
    if found is None and text.isdigit() and today.year - YEARS <= int(text) <= today.year:
        found = year_so_far(int(text), today)
    if found is None:
        found = year_so_far(today.year, today) or year_so_far(today.year - 1, today)
    assert found is not None
    return found


def periods(request: DeskRequest) -> list[tuple[str, str]]:
    """(value, label) of what can be chosen."""
    today = request.seat.today
    years = [year_so_far(today.year - back, today) for back in range(YEARS)]
    months = [month_over(f"{month_after(today, -back):%Y-%m}", today) for back in range(1, MONTHS + 1)]
    found = dict.fromkeys(one for one in (*years, *months) if one is not None)
    return [(value_of(one), label_of(one)) for one in found]
