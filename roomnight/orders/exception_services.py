"""What P-EXC has done by itself: it reads the exception and feeds it, so that nothing is written twice (EXC-02…05).

What the record refuses is refused at the task. A drill has no record; then it goes through every step once.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.kernel.commands import Actor
from roomnight.kernel.errors import Refusal
from roomnight.orders.commands import compensation
from roomnight.orders.commands import exceptions as commands
from roomnight.orders.commands.exception_cases import MOVED, stage_of
from roomnight.orders.exception_subjects import KIND
from roomnight.orders.models import OrderException
from roomnight.orders.queries.exceptions import AROUND
from roomnight.orders.rules.exception_values import CONTACT_MINUTES
from roomnight.orders.rules.exceptions import contact_due
from roomnight.organization.access import Seat
from roomnight.organization.authority import authority
from roomnight.organization.models import ApprovalKind, Staff
from roomnight.organization.working_days import day_at
from roomnight.procedures.models import Case
from roomnight.procedures.services import keeps_messages, service

DRILL = (
    "contact", "explain", "feed", "offer", "decide", "answer", "instruct", "stay", "comments", "cause", "file", "visit", "close",
    "closed",
)  # fmt: skip
"""The way of a drill: everything there is."""
keeps_messages(MOVED)


def record_of(case: Case) -> OrderException | None:
    """The exception that a case is about, as it is now; none in a drill."""
    if case.is_trial:
        return None
    kind, _colon, pk = case.subject.partition(":")
    one = OrderException.objects.select_related(*AROUND).filter(pk=pk).first() if kind == KIND else None
    if one is None:
        raise Refusal("exception.none", _("This procedure begins with an exception: raise it on the order's page."))
    return one


def _staff(case: Case, actor: Actor) -> Staff:
    """Who does it: the person at the desk, or whoever began the case where time moves it."""
    found: Staff | None = getattr(actor, "staff", None) or case.started_by
    if found is None:
        raise Refusal("exception.turn", _("Somebody does this, not the clock."))
    return found


def _entitled(actor: Actor, resource: str) -> Seat:
    """The person at the desk, who may decide in this; a task that somebody reaches gives nobody more rights than they have."""
    if not isinstance(actor, Seat) or not actor.may(resource, "approve"):
        raise Refusal("exception.right", _("This is not for you to decide."))
    return actor


def _after(step: str) -> str:
    """What comes after a step in a drill."""
    return DRILL[DRILL.index(step) + 1]


@service("orders.exception_clock")
def contact_until(case: Case, actor: Actor) -> str:
    """The moment until which the client is contacted, as it stands on the exception (EXC-02)."""
    one = record_of(case)
    due = one.contact_due_at if one is not None else contact_due(timezone.now(), CONTACT_MINUTES.default)
    return due.isoformat()


@service("orders.exception_stage")
def how_far(case: Case, actor: Actor) -> str:
    """Where the exception stands."""
    one = record_of(case)
    return stage_of(one) if one is not None else DRILL[0]


@service("orders.exception_done")
def is_done(case: Case, actor: Actor, *, exception_stage: str) -> str:
    """What is done on the exception's own page: refused while it is not. Where the exception stands then."""
    one = record_of(case)
    if one is None:
        return _after(exception_stage)
    now = stage_of(one)
    if now == exception_stage == "close":
        seat = _entitled(actor, "orders.exception")
        commands.close_exception(actor=actor, exception=one, staff=seat.staff)
    elif now == exception_stage:
        raise Refusal("exception.undone", _("Do it on the page of the exception: this step is done with it."))
    return stage_of(one)


@service("orders.exception_contact")
def keep_contact(case: Case, actor: Actor, *, contact_way: str, said: str) -> str:
    """Keep what the client said; where the exception stands then."""
    one = record_of(case)
    if one is None:
        return _after("contact")
    commands.note_contact(
        actor=actor, exception=one, staff=_staff(case, actor), way=contact_way, what_was_said=said, at=timezone.now()
    )
    return stage_of(one)


@service("orders.exception_explanation")
def keep_explanation(case: Case, actor: Actor, *, explanation: str, understanding: str) -> str:
    """Keep how it was explained and taken; where the exception stands then."""
    one = record_of(case)
    if one is None:
        return _after("explain")
    commands.explain(actor=actor, exception=one, explanation=explanation, understanding=understanding)
    return stage_of(one)


@service("orders.exception_departments")
def keep_departments(case: Case, actor: Actor, *, departments_note: str) -> str:
    """Keep how the departments were told; where the exception stands then."""
    one = record_of(case)
    if one is None:
        return _after("feed")
    commands.tell_departments(actor=actor, exception=one, departments=[], note=departments_note)
    return stage_of(one)


@service("orders.exception_offer")
def keep_offer(case: Case, actor: Actor, *, offer_words: str, offered: Any) -> str:
    """Keep the offer for the GM's office; where the exception stands then."""
    one = record_of(case)
    if one is None:
        return _after("offer")
    cents = int(Decimal(str(offered)).scaleb(2))
    compensation.propose_offer(actor=actor, exception=one, staff=_staff(case, actor), offer=offer_words, cents=cents)
    return stage_of(one)


@service("orders.exception_decision")
def keep_decision(case: Case, actor: Actor, *, decision: str, decision_note: str | None) -> str:
    """Keep the decision of the GM's office on the offer; where the exception stands then."""
    one = record_of(case)
    if one is None:
        return _after("decide")
    seat = _entitled(actor, "orders.compensation")
    given = authority(seat, ApprovalKind.COMPENSATION, day_at(case.hotel, timezone.now()))
    compensation.decide_offer(
        actor=actor, exception=one, staff=seat.staff, authority=given, is_approved=decision == "approve",
        note=decision_note or "",
    )  # fmt: skip
    return stage_of(one)


@service("orders.exception_answer")
def keep_answer(case: Case, actor: Actor, *, client_answer: str, answer_note: str | None) -> str:
    """Keep what the client said to the offer; where the exception stands then."""
    one = record_of(case)
    if one is None:
        return _after("answer")
    compensation.answer_offer(actor=actor, exception=one, answer=client_answer, note=answer_note or "")
    return stage_of(one)


@service("orders.exception_instruction")
def keep_instruction(case: Case, actor: Actor, *, instruction: str) -> str:
    """Keep what the GM's office instructs; where the exception stands then."""
    one = record_of(case)
    if one is None:
        return _after("instruct")
    seat = _entitled(actor, "orders.compensation")
    compensation.instruct(actor=actor, exception=one, staff=seat.staff, instruction=instruction)
    return stage_of(one)


@service("orders.exception_stay")
def keep_stay(case: Case, actor: Actor, *, stay_note: str) -> str:
    """Keep how the stay went; where the exception stands then."""
    one = record_of(case)
    if one is None:
        return _after("stay")
    commands.follow_stay(actor=actor, exception=one, note=stay_note)
    return stage_of(one)


@service("orders.exception_comments")
def keep_comments(case: Case, actor: Actor, *, client_comments: str, impact: str) -> str:
    """Keep what the client says in the end; where the exception stands then."""
    one = record_of(case)
    if one is None:
        return _after("comments")
    commands.collect_comments(actor=actor, exception=one, comments=client_comments, impact=impact)
    return stage_of(one)


@service("orders.exception_filing")
def keep_filing(case: Case, actor: Actor, *, filed_where: str) -> str:
    """Keep where the papers are; where the exception stands then."""
    one = record_of(case)
    if one is None:
        return _after("file")
    commands.file_papers(actor=actor, exception=one, where=filed_where)
    return stage_of(one)
