"""What stands of agreements on a client's page (AGR-01, AGR-02)."""

from __future__ import annotations

from django.http import HttpResponse

from roomnight.agreements import access, words
from roomnight.agreements.models import NEVER, RUNNING, LeakState, State
from roomnight.agreements.queries.commitment import commitment
from roomnight.clients.access import account_or_pool
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import page

ROWS = 5


@needs("agreements.agreement")
def agreements_panel(request: DeskRequest, pk: int) -> HttpResponse:
    """The client's agreements: which runs and until when, what is missing of the promise, its rates in short."""
    seat = request.seat
    account = account_or_pool(seat, pk)
    found = list(access.agreements_of(seat, account).exclude(state__in=NEVER).select_related("hotel")[:ROWS])
    for one in found:
        one.account = account
    known = {one.pk for one in found if access.may(seat, one, "read")}
    running = next(
        (one for one in found if one.state in RUNNING and one.starts_on <= seat.today <= one.holds_until), None
    )
    mine = running if running is not None and running.pk in known else None
    names = words.Names(seat.hotel_code, seat.today)
    waiting = access.leaks(seat).filter(account=account, state=LeakState.OPEN).count() if mine else 0
    context = {
        "account": account,
        "rows": [words.agreement_row(seat, one) | {"may_open": one.pk in known} for one in found],
        "running": mine,
        "commitment": commitment(mine, seat.today) if mine and seat.may("pms.production") else None,
        "rates": words.rates_in_short(seat, mine.lines.all(), names) if mine else [],
        "waiting": waiting,
        "may_create": seat.may("agreements.agreement", "create") and account.owner_id is not None
        and not any(one.state in (State.DRAFT, State.REVIEW, State.APPROVED) for one in found),
    }  # fmt: skip
    return page(request, "agreements/panel.html", context)
