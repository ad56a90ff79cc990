"""What a client spent beside rooms, and what it paid, on its page and line by line."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.pms.access import charged_account, folio_lines, paying_account, payments, producing_account
from roomnight.pms.models import ProductionMonth
from roomnight.pms.queries import spending, totals_by_currency
from roomnight.ui.page import page

ROWS: Final = 50
LATEST: Final = 5


@needs("pms.production")
def spending_panel(request: DeskRequest, pk: int) -> HttpResponse:
    """What the client spent on each product in twelve months, beside the twelve before."""
    seat = request.seat
    account = producing_account(seat, pk)
    rows = spending(account, until=seat.today)
    counted = [one for one in rows if one.product != ProductionMonth.Product.ROOM_CHARGES]
    context = {
        "account": account,
        "rows": rows,
        "total": sum(one.amount for one in counted),
        "has_rooms": len(counted) < len(rows),
        "lines_url": seat.url("pms:folios", pk=account.pk) if seat.may("pms.folio") else "",
    }
    return page(request, "pms/panel_spending.html", context)


@needs("pms.folio")
def folio_list(request: DeskRequest, pk: int) -> HttpResponse:
    """Every charge of one client, latest first, with the totals."""
    seat = request.seat
    account = charged_account(seat, pk)
    lines = folio_lines(seat, account.pk)
    shown, older = _page_of(request, lines)
    context = {
        "account": account,
        "rows": shown,
        "older": older,
        "totals": totals_by_currency(lines),
        **_to_client(seat, account),
    }
    return page(request, "pms/folio_list.html", context)


@needs("pms.payment")
def payments_panel(request: DeskRequest, pk: int) -> HttpResponse:
    """The latest payments of a client."""
    seat = request.seat
    account = paying_account(seat, pk)
    found = payments(seat, account.pk)
    context = {
        "account": account,
        "rows": list(found[:LATEST]),
        "totals": totals_by_currency(found),
        "all_url": seat.url("pms:payments", pk=account.pk),
    }
    return page(request, "pms/panel_payments.html", context)


@needs("pms.payment")
def payment_list(request: DeskRequest, pk: int) -> HttpResponse:
    """Every payment of one client, latest first, with the totals."""
    seat = request.seat
    account = paying_account(seat, pk)
    found = payments(seat, account.pk)
    shown, older = _page_of(request, found)
    context = {
        "account": account,
        "rows": shown,
        "older": older,
        "totals": totals_by_currency(found),
        **_to_client(seat, account),
    }
    return page(request, "pms/payment_list.html", context)


def _page_of(request: DeskRequest, lines: Any) -> tuple[list[Any], str]:
    """Fifty lines from where one is, and the way to the next; by offset, for a client has thousands at most."""
    text = request.GET.get("after", "")
    start = int(text) if text.isdigit() and len(text) < 8 else 0  # noqa: PLR2004
    found = list(lines[start : start + ROWS + 1])
    return found[:ROWS], f"?after={start + ROWS}" if len(found) > ROWS else ""


def _to_client(seat: Seat, account: Any) -> dict[str, Any]:
    url = seat.url("web:account", pk=account.pk)
    return {"crumbs": [(_("Clients"), seat.url("clients:list")), (account.label, url)], "back_url": url}
