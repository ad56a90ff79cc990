"""Function sheets on paper, for the office and for the departments (ORD-06)."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from roomnight.kernel.errors import Refusal
from roomnight.kernel.pdf import to_pdf
from roomnight.orders import access, notice_words
from roomnight.orders.models import Order
from roomnight.orders.queries.sheets import sheet_data
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import page, refused

PAPER = Path(__file__).resolve().parent.parent / "paper" / "function_sheet.typ"


def _sent(
    request: DeskRequest, order: Order, series: access.SheetInSeries, back: str, *, with_prices: bool
) -> HttpResponse:
    try:
        content = to_pdf(PAPER, sheet_data(request.seat, order, series, with_prices=with_prices))
    except Refusal as refusal:
        return refused(request, back, refusal)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{notice_words.sheet_number(order, series.sheet).replace(' ', '-')}.pdf"
    response.headers["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    return response


@needs("orders.order")
@require_GET
def sheets(request: DeskRequest, pk: int) -> HttpResponse:
    """The function sheets of an order with all their revisions, as a piece of its page."""
    seat = request.seat
    one = access.order(seat, pk)
    found = access.sheets(one)
    names = notice_words.names_of(seat, [sheet.revision.content for sheet in found])
    rows = [notice_words.sheet_row(seat, one, sheet, names) for sheet in notice_words.by_event(found)]
    return page(request, "orders/_sheets.html", {"one": one, "rows": rows})


@needs("orders.order")
@require_GET
def sheet_pdf(request: DeskRequest, pk: int, sheet: int) -> HttpResponse:
    """One revision of a function sheet; an old one is stamped as superseded."""
    one = access.order(request.seat, pk)
    return _sent(request, one, access.sheet(one, sheet), one.get_absolute_url(), with_prices=True)


@needs("orders.notice")
@require_GET
def notice_sheets(request: DeskRequest, pk: int) -> HttpResponse:
    """The function sheets that belong to a department's notice, as a piece of its page."""
    seat = request.seat
    one = access.notice(seat, pk)
    found = access.sheets_of_notice(one)
    names = notice_words.names_of(seat, [sheet.revision.content for sheet in found])
    rows = [notice_words.sheet_row(seat, one.order, sheet, names) for sheet in notice_words.by_event(found)]
    return page(request, "orders/_sheets.html", {"notice": one, "rows": rows})


@needs("orders.notice")
@require_GET
def notice_sheet_pdf(request: DeskRequest, pk: int, sheet: int) -> HttpResponse:
    """A function sheet of the order that a department was told of."""
    one = access.notice(request.seat, pk)
    back, with_prices = request.seat.url("orders:notice", pk=one.pk), access.sees_prices(request.seat, one)
    return _sent(request, one.order, access.sheet(one.order, sheet), back, with_prices=with_prices)
