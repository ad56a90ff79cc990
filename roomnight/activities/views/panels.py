"""What the client's page shows of visits and follow-ups."""

from __future__ import annotations

from django.http import HttpResponse

from roomnight.activities import access, words
from roomnight.activities.models import FollowUpState, VisitState
from roomnight.clients.access import account_or_pool
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import page

TASKS, VISITS = 8, 5


@needs("activities.followup")
def activities(request: DeskRequest, pk: int) -> HttpResponse:
    """What is to be done for this client, the next visits and the last ones."""
    seat = request.seat
    account = account_or_pool(seat, pk)
    tasks = access.follow_ups_of(seat, account).filter(state=FollowUpState.OPEN).select_related("account")
    tasks = tasks.only(*words.SHOWN_OF_A_FOLLOW_UP)
    visits = access.visits_of(seat, account)
    ahead = visits.filter(state__in=(VisitState.PLANNED, VisitState.CONFIRMED, VisitState.OUT, VisitState.RETURNED))
    made = visits.filter(state__in=(VisitState.REPORTED, VisitState.CLOSED))
    readable = set(access.follow_ups(seat).filter(account=account).values_list("pk", flat=True)[:200])
    found_tasks = [words.follow_up_row(seat, one) for one in tasks[: TASKS + 1]]
    shown = [*ahead.order_by("planned_start")[:VISITS], *made[:VISITS]]
    open_ids = set(access.visits(seat).filter(pk__in=[one.pk for one in shown]).values_list("pk", flat=True))
    context = {
        "account": account,
        "tasks": [{**row, "is_readable": row["one"].pk in readable} for row in found_tasks[:TASKS]],
        "more_tasks": len(found_tasks) > TASKS,
        "ahead": [
            words.visit_line(seat, one, one.pk in open_ids)
            for one in shown
            if one.state not in (VisitState.REPORTED, VisitState.CLOSED)
        ],
        "made": [
            words.visit_line(seat, one, one.pk in open_ids)
            for one in shown
            if one.state in (VisitState.REPORTED, VisitState.CLOSED)
        ],
        "may_follow": seat.may("activities.followup", "create"),
        "may_plan": seat.may("activities.visit", "create"),
        "here": seat.url("web:account", pk=pk),
    }
    return page(request, "activities/panel.html", context)
