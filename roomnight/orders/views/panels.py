"""What stands of orders on a client's page (ORD-01)."""

from __future__ import annotations

from django.http import HttpResponse

from roomnight.clients.access import account_or_pool
from roomnight.orders import access, words
from roomnight.orders.models import ALIVE
from roomnight.orders.queries.exceptions import last_times
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import page

ROWS = 6


@needs("orders.order")
def orders_panel(request: DeskRequest, pk: int) -> HttpResponse:
    """The client's orders: those that are worked on first, then the latest."""
    seat = request.seat
    account = account_or_pool(seat, pk)
    found = list(access.orders_of(seat, account).select_related("hotel", "follower")[: 3 * ROWS])
    found.sort(key=lambda one: one.state not in ALIVE)
    for one in found:
        one.account = account
    context = {
        "account": account,
        "rows": [words.order_row(seat, one) | {"may_open": access.may(seat, one, "read")} for one in found[:ROWS]],
        "may_create": seat.may("orders.order", "create") and account.owner_id is not None,
        "last_times": last_times(account),
        "sees_costs": seat.may("orders.exception"),
    }
    return page(request, "orders/panel.html", context)
