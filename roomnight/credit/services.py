"""What P-CREDIT has done by itself: it reads the application and feeds it, so that nothing is written twice (CRD-02, CRD-03).

What the record refuses is refused at the task. A drill has no record; then the chain is the longest there is.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.credit.commands import (
    approve_application,
    change_terms,
    check_application,
    refuse_application,
    return_application,
    submit_application,
)
from roomnight.credit.commands.cases import MOVED, stage
from roomnight.credit.models import ApplicationState, CreditApplication
from roomnight.credit.subjects import KIND
from roomnight.kernel.commands import Actor
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Staff
from roomnight.organization.working_days import day_at
from roomnight.procedures.models import Case
from roomnight.procedures.services import keeps_messages, service

YES = "yes"
LONGEST = ("sales-manager", "director-of-sales", "credit-manager", "general-manager", "president")
keeps_messages(MOVED)


def record_of(case: Case) -> CreditApplication | None:
    """The application that a case is about, as it is now; none in a drill."""
    if case.is_trial:
        return None
    kind, _colon, pk = case.subject.partition(":")
    found = CreditApplication.objects.select_related(
        "hotel", "account__hotel", "agreement", "credit__hotel", "responsible"
    )
    one = found.filter(pk=pk).first() if kind == KIND else None
    if one is None:
        raise Refusal(
            "application.none",
            _("This procedure begins with an application for credit: write it on its page and hand it in."),
        )
    return one


def _staff(case: Case, actor: Actor) -> Staff:
    """Who does it: the person at the desk, or whoever began the case where time moves it."""
    found: Staff | None = getattr(actor, "staff", None) or case.started_by
    if found is None:
        raise Refusal("application.turn", _("Somebody decides, not the clock."))
    return found


def _now(case: Case) -> str:
    one = record_of(case)
    return stage(one, day_at(one.hotel, timezone.now())) if one is not None else "draft"


@service("credit.stage")
def how_far(case: Case, actor: Actor) -> str:
    """Where the application stands."""
    return _now(case)


@service("credit.hand_in")
def hand_in(case: Case, actor: Actor) -> str:
    """Hand the application in, where that was not done on its page; where it stands then."""
    one = record_of(case)
    if one is None:
        return "check"
    if one.state == ApplicationState.DRAFT:
        submit_application(actor=actor, application=one, staff=_staff(case, actor))
    return _now(case)


@service("credit.keep_check")
def keep_check(case: Case, actor: Actor, *, check_ways: list[str], findings: str, is_clear: str) -> str:
    """Keep what finance found; whose turn it is then."""
    one = record_of(case)
    if one is None:
        return LONGEST[0]
    check_application(
        actor=actor, application=one, staff=_staff(case, actor), check_ways=check_ways, check_findings=findings,
        is_clear=is_clear == YES,
    )  # fmt: skip
    return _now(case)


@service("credit.keep_decision")
def keep_decision(
    case: Case, actor: Actor, *, credit_stage: str, decision: str, granted: Any, opinion: str | None
) -> str:
    """Keep what was decided at this step; where the application stands then."""
    one, note = record_of(case), opinion or ""
    if one is None:
        later = LONGEST[LONGEST.index(credit_stage) + 1 :]
        return {"approve": later[0] if later else "agreement", "return": "returned"}.get(decision, "refused")
    common: dict[str, Any] = {
        "actor": actor, "application": one, "staff": _staff(case, actor), "position": one.position, "note": note,
    }  # fmt: skip
    if decision == "approve":
        approve_application(**common, limit=Decimal(str(granted)) if granted else None)
    elif decision == "return":
        return_application(**common)
    else:
        refuse_application(**common)
    return _now(case)


@service("credit.after_agreement")
def after_agreement(case: Case, actor: Actor) -> str:
    """Whether the agreement is in force by now."""
    return "effective" if case.is_trial else _now(case)


@service("credit.keep_number")
def keep_number(case: Case, actor: Actor, *, ledger_number: str) -> None:
    """Keep the client's number in the PMS with its account."""
    one = record_of(case)
    if one is not None and one.credit is not None:
        change_terms(actor=actor, credit=one.credit, revision=one.credit.revision, ledger_number=ledger_number)
