"""An exception runs as P-EXC: the record begins its case, and tells it where it stands (EXC-02).

Each is part of a command. The record owns its state; the case only shows whose turn it is and takes what is typed in a task.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from roomnight.kernel.commands import Actor, record, subject_of
from roomnight.kernel.errors import Refusal
from roomnight.orders.models import OrderException
from roomnight.orders.queries.exceptions import known_of
from roomnight.orders.rules.exceptions import stage
from roomnight.procedures.commands import deliver_message, start_case
from roomnight.procedures.models import Case, CaseState, ProcedureVersion, VersionState

PROCEDURE, MOVED = "P-EXC", "exception_moved"


def stage_of(one: OrderException) -> str:
    """The next thing to do about an exception, or how it ended."""
    return stage(known_of(one))


def begin_case(actor: Actor, one: OrderException) -> None:
    """It was raised: its case begins. A hotel without the procedure has none.

    Where the hotel's own chart cannot be begun, the exception goes its way all the same, and its record says so.
    """
    version = (
        ProcedureVersion.objects.filter(
            procedure__hotel=one.hotel, procedure__code=PROCEDURE, procedure__is_retired=False, state=VersionState.EFFECTIVE
        )
        .select_related("procedure__hotel")
        .first()
    )  # fmt: skip
    if version is None:
        return
    try:
        with transaction.atomic():
            start_case(
                actor=actor, version=version, subject=subject_of(one), label=str(one)[:160], url=one.get_absolute_url(),
                starter=one.raised_by,
            )  # fmt: skip
    except Refusal as refusal:
        record(one, case_not_begun=str(refusal.message))


def running_cases(one: OrderException) -> list[Case]:
    """Those of its cases that go on."""
    states = (CaseState.RUNNING, CaseState.STUCK)
    found = Case.objects.filter(subject=subject_of(one), is_trial=False, state__in=states)
    return list(found.select_related("hotel").order_by("pk"))


def hold_cases(one: OrderException) -> None:
    """Its running cases are nobody else's until the command is over."""
    states = (CaseState.RUNNING, CaseState.STUCK)
    found = Case.objects.filter(subject=subject_of(one), is_trial=False, state__in=states).order_by("pk")
    list(found.select_for_update(no_key=True).values_list("pk", flat=True))


def tell_cases(actor: Actor, one: OrderException) -> None:
    """Tell the running cases where the exception stands now. One that stands there already keeps its task and its due time."""
    payload: dict[str, Any] = {"exception_stage": stage_of(one), "handler": one.handler.username}
    for case in running_cases(one):
        if any(case.data.get(name) != value for name, value in payload.items()):
            deliver_message(actor=actor, case=case, message=MOVED, payload=payload)
