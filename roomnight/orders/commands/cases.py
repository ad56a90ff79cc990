"""The follow-up of an order runs as P-ORDER: the order begins its case, and tells it how far it is (ORD-04).

Each is part of a command. The record owns its state; the case shows whose turn it is and takes what is typed in a task.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from roomnight.kernel.commands import Actor, record, subject_of
from roomnight.kernel.errors import Refusal
from roomnight.orders.models import Order
from roomnight.orders.queries.following import papers_of, times_of
from roomnight.orders.rules.following import ASK, FOLLOWED, OFF, stage
from roomnight.procedures.commands import cancel_case, deliver_message, is_moving, start_case
from roomnight.procedures.models import Case, CaseState, ProcedureVersion, VersionState

PROCEDURE, MOVED = "P-ORDER", "order_moved"


def running_cases(order: Order) -> list[Case]:
    """Those of its cases that go on."""
    states = (CaseState.RUNNING, CaseState.STUCK)
    found = Case.objects.filter(
        subject=subject_of(order), is_trial=False, state__in=states, version__procedure__code=PROCEDURE
    )
    return list(found.select_related("hotel").defer("engine_state").order_by("pk"))


def standing_of(order: Order) -> dict[str, str]:
    """How an order stands in the words of the chart: whose step it is, until when, and who follows it."""
    papers = papers_of(order)
    now = stage(papers.known)
    due = times_of(papers).get(now) if papers.order.state in FOLLOWED else None
    call = papers.opinion if now == ASK else None
    who = call.follow_up.owner if call else papers.order.follower
    return {"order_stage": now, "due_at": due.isoformat() if due else "", "follower": who.username}


def begin_following(actor: Actor, order: Order) -> None:
    """A firm order is followed in a case. A hotel without the procedure has none; where the hotel's own chart cannot be
    begun, the order is firm all the same and its record says so."""
    if running_cases(order):
        return
    version = (
        ProcedureVersion.objects.filter(
            procedure__hotel=order.hotel_id, procedure__code=PROCEDURE, procedure__is_retired=False,
            state=VersionState.EFFECTIVE,
        )
        .select_related("procedure__hotel")
        .first()
    )  # fmt: skip
    if version is None:
        return
    try:
        with transaction.atomic():
            start_case(
                actor=actor, version=version, subject=subject_of(order), label=str(order)[:160],
                url=order.get_absolute_url(), starter=order.follower,
            )  # fmt: skip
    except Refusal as refusal:
        record(order, follow_up_not_begun=str(refusal.message))


def tell_cases(actor: Actor, order: Order) -> None:
    """Tell the running cases how the order stands, where that is another than they know; one that is of no use any more ends."""
    cases = running_cases(order)
    if not cases:
        return
    now = standing_of(order)
    for case in cases:
        if is_moving(case) or all(case.data.get(name) == value for name, value in now.items()):
            continue
        deliver_message(actor=actor, case=case, message=MOVED, payload=now)
        if now["order_stage"] == OFF:
            _call_off(actor, case)


def _call_off(actor: Actor, case: Case) -> None:
    """A chart of the hotel's own may have no way for an order that does not take place."""
    if Case.objects.filter(pk=case.pk, state__in=(CaseState.RUNNING, CaseState.STUCK)).exists():
        cancel_case(actor=actor, case=case, reason=_("The order does not take place."))
