"""An application runs as P-CREDIT: the record begins its case, and tells it where it stands (CRD-02, CRD-03).

Each is part of a command. The record owns its state; the case only shows whose turn it is and takes what is typed in a task.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from roomnight.agreements.models import RUNNING
from roomnight.agreements.queries.charging import charging_agreement
from roomnight.credit.models import ApplicationState, CreditApplication
from roomnight.credit.queries.granting import LIMITED
from roomnight.kernel.commands import UNCHANGED, Actor, command, record, subject_of
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Hotel
from roomnight.organization.working_days import day_at
from roomnight.procedures.commands import deliver_message, start_case
from roomnight.procedures.models import Case, CaseState, ProcedureVersion, VersionState

PROCEDURE, MOVED = "P-CREDIT", "credit_moved"


def stage(one: CreditApplication, today: date) -> str:
    """Where an application stands, in the words of the chart: whose turn it is, or what is still to be done."""
    match one.state:
        case ApplicationState.DRAFT:
            return "returned" if one.round else "draft"
        case ApplicationState.REVIEW:
            return "check" if one.kind in LIMITED and one.checked_at is None else one.waits_for
        case ApplicationState.APPROVED:
            agreement = one.agreement
            is_begun = (
                agreement is None or agreement.state in RUNNING or charging_agreement(one.account, today) is not None
            )
            return "effective" if is_begun else "agreement"
    return str(one.state)


def running_cases(one: CreditApplication) -> list[Case]:
    """Those of its cases that go on."""
    states = (CaseState.RUNNING, CaseState.STUCK)
    found = Case.objects.filter(subject=subject_of(one), is_trial=False, state__in=states)
    return list(found.select_related("hotel").order_by("pk"))


def begin_or_tell(actor: Actor, one: CreditApplication, today: date) -> None:
    """It was handed in: the case that waits for that goes on, or one is begun now. A hotel without the procedure has none.

    Where the hotel's own chart cannot be begun, the application goes its way all the same, and its record says so.
    """
    if tell_cases(actor, one, today):
        return
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
                starter=one.responsible,
            )  # fmt: skip
    except Refusal as refusal:
        record(one, case_not_begun=str(refusal.message))


def tell_cases(actor: Actor, one: CreditApplication, today: date) -> bool:
    """Tell the running cases where the application stands now; whether there are any."""
    cases = running_cases(one)
    for case in cases:
        deliver_message(actor=actor, case=case, message=MOVED, payload={"credit_stage": stage(one, today)})
    return bool(cases)


@command
def tell_of_agreements(*, actor: Actor, hotel: Hotel, on: date) -> Any:
    """The agreements of approved applications that took effect: their cases go on (CRD-03). Done by the worker."""
    waiting = Case.objects.filter(
        hotel=hotel, is_trial=False, state=CaseState.RUNNING, version__procedure__code=PROCEDURE, waits__message=MOVED
    )
    told = 0
    pks = [case.subject.partition(":")[2] for case in waiting]
    approved = CreditApplication.objects.filter(pk__in=pks, state=ApplicationState.APPROVED)
    for one in approved.select_related("hotel", "account", "agreement").order_by("pk"):
        if stage(one, on) == "effective":
            tell_cases(actor, one, on)
            record(one, agreement_in_force=one.agreement.number if one.agreement else "")
            told += 1
    return told or UNCHANGED


def tell_now(actor: Actor, one: CreditApplication, now: Any) -> None:
    """Tell the cases, as of this moment at the hotel."""
    tell_cases(actor, one, day_at(one.hotel, now))
