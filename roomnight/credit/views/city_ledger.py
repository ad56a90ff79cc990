"""The city ledger of each day as a file for the accounts department (interop.md)."""

from __future__ import annotations

from dataclasses import astuple
from datetime import date, timedelta

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from roomnight.clients.commands import log_export
from roomnight.credit.queries.city_ledger import days, transactions
from roomnight.credit.rules.city_ledger import FIELDS, to_xml
from roomnight.kernel.export import to_csv
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.downloads import CSV, download
from roomnight.ui.page import page

SHOWN = 31
XML = "application/xml; charset=utf-8"


@needs("credit.payment")
def city_ledger(request: DeskRequest) -> HttpResponse:
    """The days on which something was entered, each with its sums and its files."""
    seat = request.seat
    before = _day(request.GET.get("before", ""))
    until = before - timedelta(days=1) if before else seat.today
    rows = days(seat.hotel, until, SHOWN + 1)
    context = {
        "rows": [{"day": day, "sums": sums, "is_over": day < seat.today} for day, sums in rows[:SHOWN]],
        "next": rows[SHOWN - 1][0].isoformat() if len(rows) > SHOWN else "",
    }  # fmt: skip
    return page(request, "credit/city_ledger.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _asked(text: str) -> date:
    day = _day(text)
    if day is None:
        raise Http404(text)
    return day


@needs("credit.payment")
@require_GET
def as_xml(request: DeskRequest, day: str) -> HttpResponse:
    """A day as XML. Who took it is kept."""
    seat, on = request.seat, _asked(day)
    rows = transactions(seat.hotel, on)
    _noted(seat, on, len(rows), "xml")
    content = to_xml(seat.hotel.code, on, seat.hotel.currency, rows)
    return download(content, XML, f"city-ledger-{seat.hotel.code}-{on}.xml")


@needs("credit.payment")
@require_GET
def as_csv(request: DeskRequest, day: str) -> HttpResponse:
    """A day as CSV. Who took it is kept."""
    seat, on = request.seat, _asked(day)
    rows = transactions(seat.hotel, on)
    _noted(seat, on, len(rows), "csv")
    return download(to_csv(FIELDS, [astuple(one) for one in rows]), CSV, f"city-ledger-{seat.hotel.code}-{on}.csv")


def _noted(seat: Seat, on: date, rows: int, file_format: str) -> None:
    log_export(
        actor=seat,
        hotel=seat.hotel,
        what="credit.city_ledger",
        query=on.isoformat(),
        rows=rows,
        file_format=file_format,
    )
