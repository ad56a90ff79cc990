"""The programme of a reception runs as P-RECEPTION: the record begins its case, and tells it what happened on its page (RCP-06).

Each is part of a command.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from roomnight.kernel.commands import Actor, record, subject_of
from roomnight.kernel.errors import Refusal
from roomnight.procedures.commands import cancel_case, deliver_message, is_moving, start_case
from roomnight.procedures.models import Case, CaseState, ProcedureVersion, VersionState
from roomnight.reception.models import Reception

PROGRAMME = "P-RECEPTION"


def running_cases(reception: Reception) -> list[Case]:
    """Those of its cases that go on."""
    states = (CaseState.RUNNING, CaseState.STUCK)
    found = Case.objects.filter(subject=subject_of(reception), is_trial=False, state__in=states)
    return list(found.select_related("hotel").order_by("pk"))


def begin_programme(actor: Actor, reception: Reception) -> None:
    """The decided reception goes on in the case that waits for the decision, or in one that is begun now.

    A hotel without the procedure has none. Where the hotel's own chart cannot be begun, the reception is approved all the same
    and its record says so.
    """
    if tell_cases(actor, reception, "reception_approved"):
        return
    version = (
        ProcedureVersion.objects.filter(
            procedure__hotel=reception.hotel, procedure__code=PROGRAMME, procedure__is_retired=False,
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
                actor=actor, version=version, subject=subject_of(reception), label=str(reception),
                url=reception.get_absolute_url(), starter=reception.applicant,
            )  # fmt: skip
    except Refusal as refusal:
        record(reception, programme_not_begun=str(refusal.message))


def tell_cases(actor: Actor, reception: Reception, message: str, **payload: Any) -> bool:
    """Tell the running cases what happened to the record; whether there are any. Those that do not wait for it go on as they are."""
    cases = running_cases(reception)
    for case in cases:
        deliver_message(actor=actor, case=case, message=message, payload=payload)
    return bool(cases)


def close_cases(actor: Actor, reception: Reception) -> None:
    """The report is in: the case ends with it, and one that nobody kept up with is of no use any more."""
    tell_cases(actor, reception, "reception_reported")
    for case in running_cases(reception):
        if not is_moving(case):
            cancel_case(actor=actor, case=case, reason=_("The reception is over and reported."))


def end_cases(actor: Actor, reception: Reception, note: str) -> None:
    """The guests do not come: a case that has a way for that takes it, every other one is called off."""
    told = {one.pk for one in running_cases(reception) if one.waits.filter(message="reception_cancelled").exists()}
    tell_cases(actor, reception, "reception_cancelled")
    for case in running_cases(reception):
        if case.pk not in told:
            cancel_case(actor=actor, case=case, reason=_("The reception is called off: %(why)s") % {"why": note})
