"""What followed visits: by purpose, kind and person, and on a visit's own page (VIS-12)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roomnight.activities import access
from roomnight.activities.queries.results import WAYS, Group, after_visit, results
from roomnight.activities.rules.results import Spread
from roomnight.activities.rules.visit_results import RESULT_DAYS
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import page


def _money(cents: float | None) -> Decimal | None:
    return None if cents is None else (Decimal(round(cents)) / 100).quantize(Decimal(1))


def _signed(number: float) -> str:
    return f"{number:+,.1f}"


def _range(one: Spread | None) -> str:
    """The range in words; a dash where there are too few clients for one."""
    if one is None or one.low is None or one.high is None:
        return ""
    return _("%(low)s to %(high)s") % {"low": _signed(one.low), "high": _signed(one.high)}


def _is_certain(one: Spread | None) -> bool:
    """Whether the range leaves out nothing at all."""
    return one is not None and one.low is not None and one.high is not None and (one.low > 0 or one.high < 0)


def group_row(one: Group) -> dict[str, Any]:
    """A group as the table shows it."""
    nights = one.more_nights
    return {
        "label": one.label, "visits": one.visits, "clients": one.clients, "nights": one.nights,
        "nights_before": one.nights_before, "revenue": _money(one.cents), "revenue_before": _money(one.cents_before),
        "more": _signed(nights.mean) if nights else "–", "range": _range(nights), "is_certain": _is_certain(nights),
        "more_revenue": _money(one.more_cents.mean) if one.more_cents else None,
    }  # fmt: skip


@needs("activities.visit")
def visit_results(request: DeskRequest) -> HttpResponse:
    """What the clients did after the visits of the last year, against the same days a year before (VIS-12)."""
    seat = request.seat
    lengths = RESULT_DAYS.at(seat.hotel_code, seat.today)
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isdigit() and int(asked) in lengths else lengths[len(lengths) // 2]
    by = request.GET.get("by", "")
    by = by if by in WAYS else WAYS[0]
    may_see = seat.may("pms.production")
    found = results(seat.hotel, access.visits(seat), days=days, by=by, today=seat.today) if may_see else None
    labels = {"purpose": _("By purpose"), "kind": pgettext("visits", "By kind"), "staff": _("By person")}
    context = {
        "days": days, "lengths": lengths, "by": by, "by_label": labels[by], "found": found, "may_see": may_see,
        "rows": [group_row(one) for one in found.groups] if found else [],
        "whole": group_row(found.whole) if found and found.whole else None,
        "views": [
            {"label": label, "url": f"?by={way}&days={days}", "current": way == by, "count": ""}
            for way, label in labels.items()
        ],
    }  # fmt: skip
    return page(request, "activities/visit_results.html", context)


@needs("activities.visit")
def visit_after(request: DeskRequest, pk: int) -> HttpResponse:
    """What the client did after one visit (VIS-12)."""
    seat = request.seat
    found = access.visit(seat, pk)
    lengths = RESULT_DAYS.at(seat.hotel_code, seat.today)
    rows = after_visit(found, lengths, seat.today) if seat.may("pms.production") else []
    context = {
        "visit": found,
        "rows": [
            {
                "one": one, "revenue": _money(one.cents), "revenue_before": _money(one.cents_before),
                "more": "" if one.more_nights is None else f"{one.more_nights:+d}",
            }
            for one in rows
        ],
    }  # fmt: skip
    return page(request, "activities/visit_after.html", context)
