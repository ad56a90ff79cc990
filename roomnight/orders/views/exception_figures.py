"""Exceptions of a month by kind, cause, department and person, with cost and time to contact (EXC-05)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from roomnight.clients.commands import log_export
from roomnight.kernel.export import to_xlsx
from roomnight.orders import exception_words
from roomnight.orders.access_exceptions import exceptions_between
from roomnight.orders.models import Cause, ExceptionKind, OrderException
from roomnight.orders.queries.exceptions import happened, minutes_to_contact
from roomnight.orders.rules.exceptions import Happened, Sum, summed, total
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.downloads import XLSX, download
from roomnight.ui.page import page

MONTHS = 12
YEAR = "year"


def months_until(today: date) -> list[date]:
    """The first days of the last twelve months, this one included, oldest first."""
    count = today.year * 12 + today.month - 1
    return [date((count - back) // 12, (count - back) % 12 + 1, 1) for back in reversed(range(MONTHS))]


def after(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _chosen(request: DeskRequest, months: Sequence[date]) -> tuple[str, date, date]:
    """The month that was asked for, else all twelve: its value, its first day, and the day after its last."""
    text = request.GET.get("month", "")
    for month in months:
        if f"{month:%Y-%m}" == text:
            return text, month, after(month)
    return YEAR, months[0], after(months[-1])


def _chart(
    seat: Seat, months: Sequence[date], rows: Sequence[OrderException]
) -> tuple[dict[str, Any], list[list[Any]]]:
    """What the drawing holds and its table: how many a month by kind."""
    counted: dict[tuple[str, str], int] = {}
    for one in rows:
        key = f"{seat.local(one.discovered_at):%Y-%m}", one.kind
        counted[key] = counted.get(key, 0) + 1
    labels = [f"{month:%Y-%m}" for month in months]
    kinds = [kind for kind in ExceptionKind if any((label, kind.value) in counted for label in labels)]
    series = [
        {"name": str(kind.label), "values": [counted.get((label, kind.value), 0) for label in labels]} for kind in kinds
    ]
    table = [[label, *(one["values"][place] for one in series)] for place, label in enumerate(labels)]
    return {"labels": labels, "series": series, "unit": "", "stacked": True}, table


def _groups(facts: Sequence[Happened]) -> list[tuple[Any, list[dict[str, Any]]]]:
    """The four ways to look at them: by kind, cause, department, person."""
    kinds, causes = dict(ExceptionKind.choices), dict(Cause.choices)
    open_yet, nobody = _("not settled yet"), _("nobody named")
    ways: list[tuple[Any, str, Callable[[str], Any]]] = [
        (pgettext("exceptions", "Kind"), "kind", lambda name: kinds.get(name, name)),
        (pgettext("exception", "Cause"), "cause", lambda name: causes.get(name, open_yet)),
        (_("Responsible department"), "department", lambda name: name or nobody),
        (_("Responsible person"), "person", lambda name: name or nobody),
    ]
    found = []
    for label, by, word in ways:
        sums = summed(facts, by)
        most = max((one.count for one in sums), default=0)
        found.append((label, [_row(one, word(one.name), most) for one in sums]))
    return found


def _row(one: Sum, word: Any = "", most: int = 0) -> dict[str, Any]:
    return {"one": one, "word": word, "most": most, "amount": Decimal(one.cents).scaleb(-2)}


@needs("orders.exception")
def figures(request: DeskRequest) -> HttpResponse:
    """What went wrong by month, kind, cause, department and person."""
    seat = request.seat
    months = months_until(seat.today)
    rows = exceptions_between(seat, months[0], after(months[-1]))
    month, first, end = _chosen(request, months)
    chosen = [one for one in rows if first <= seat.local(one.discovered_at).date() < end]
    facts = happened(chosen, timezone.now())
    data, table = _chart(seat, months, rows)
    options = [(f"{one:%Y-%m}", date_format(one, "YEAR_MONTH_FORMAT")) for one in reversed(months)]
    spoken = ngettext("%(n)d exception in twelve months", "%(n)d exceptions in twelve months", len(rows))
    context = {
        "months": [(YEAR, _("Twelve months")), *options], "month": month, "has_any": bool(rows), "chart_data": data, "table": table,
        "heads": [_("Month"), *(one["name"] for one in data["series"])], "spoken": spoken % {"n": len(rows)},
        "all": _row(total("", facts)), "groups": _groups(facts), "may_export": seat.may("orders.exception", "export"),
    }  # fmt: skip
    return page(request, "orders/exception_figures.html", context)


@needs("orders.exception", "export")
def figures_excel(request: DeskRequest) -> HttpResponse:
    """The exceptions behind the figures as an Excel file. Who took it is kept."""
    seat = request.seat
    month, first, end = _chosen(request, months_until(seat.today))
    heads = [
        _("Number"), _("Client"), _("Order number"), pgettext("exceptions", "Kind"), _("What went wrong"), _("Discovered"),
        _("Client contacted"), _("Minutes to contact"), pgettext("exception", "Cause"), _("Responsible step"),
        _("Responsible department"), _("Responsible person"), _("How it is prevented"), pgettext("of an exception", "Cost"),
        _("What it did to the client"), _("State"),
    ]  # fmt: skip
    rows: list[list[Any]] = [
        [
            one.number, one.account.name, one.order.number if one.order else "", one.get_kind_display(), one.what,
            one.discovered_at, one.contacted_at, minutes_to_contact(one), one.get_cause_display(), one.get_step_display(),
            one.department.label if one.department else "", one.person.label if one.person else "", one.prevention,
            exception_words.cost_of(one), one.get_impact_display(), one.get_state_display(),
        ]
        for one in exceptions_between(seat, first, end, "export")
    ]  # fmt: skip
    log_export(actor=seat, hotel=seat.hotel, what="orders.exception", query=month, rows=len(rows), file_format="xlsx")
    return download(to_xlsx(_("Exceptions of orders"), heads, rows, tz=seat.zone), XLSX, f"exceptions-{month}.xlsx")
