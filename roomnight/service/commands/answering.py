"""A complaint is closed with all its parts, or opened again one level up (SVC-02)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.activities.commands import add_followup, complete_followup
from roomnight.activities.models import FollowUpSource, FollowUpState, Priority
from roomnight.clients.commands import write_timeline
from roomnight.clients.commands.accounts import name_of, take_revision
from roomnight.kernel.commands import Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.text import clean
from roomnight.organization.access import escalation
from roomnight.organization.models import Staff
from roomnight.organization.working_days import day_at
from roomnight.service.commands.complaints import general_managers, refuse_closed, start_clock, tell
from roomnight.service.models import (
    Cause,
    ClientAnswer,
    Compensation,
    CompensationState,
    Complaint,
    ComplaintAnswer,
    ComplaintState,
    Severity,
)
from roomnight.service.rules import complaints as rules
from roomnight.service.rules.values import CALL_BACK_DAYS

REOPENED = gettext_noop(
    "The client does not accept the answer to complaint %(number)s: it is with %(name)s now. %(text)s"
)
CLOSED = gettext_noop("Complaint %(number)s closed: %(text)s")
CLOCK = ("began_at", "due_at", "steps", "told", "next_step_at")
MISSING = {
    "done": gettext_noop("Say what was done."),
    "informed_at": gettext_noop("Say when the client was told."),
    "client_answer": gettext_noop("Say whether the client accepts it."),
    "cause": gettext_noop("Say what the cause was."),
    "prevention": gettext_noop("Say how it is prevented from now on."),
}


@command
def answer_complaint(
    *,
    actor: Actor,
    complaint: Complaint,
    by: Staff,
    revision: int,
    done: str = "",
    informed_at: datetime | None = None,
    client_answer: str = "",
    client_words: str = "",
    cause: str = "",
    cause_text: str = "",
    prevention: str = "",
) -> ComplaintAnswer:
    """Say what was done and what the client answers. Accepted: it is closed, and a call back is on the owner's list. Not
    accepted: it is opened again with the next leader, and a new clock runs.

    Refuses a part that is missing, a client told before the complaint or in the future, and a compensation undecided.
    """
    refuse_closed(complaint)
    now = timezone.now()
    parts: dict[str, Any] = {
        "done": clean(done)[:1000], "informed_at": informed_at, "client_answer": client_answer, "cause": cause,
        "prevention": clean(prevention)[:1000],
    }  # fmt: skip
    if lacking := rules.missing(parts):
        raise Refusal(f"complaint.{lacking[0]}", _(MISSING[lacking[0]]), field=lacking[0])
    if cause == Cause.OTHER and not cause_text.strip():
        raise Refusal("complaint.cause_text", _("Say what the cause was."), field="cause_text")
    if informed_at is not None and not complaint.taken_at - timedelta(minutes=1) <= informed_at <= now:
        raise Refusal(
            "complaint.informed_at", _("The client is told after the complaint was taken, and not in the future."),
            field="informed_at",
        )  # fmt: skip
    if Compensation.objects.filter(complaint=complaint, state=CompensationState.WAITING).exists():
        raise Refusal("complaint.compensation", _("A compensation waits for its decision: that comes first."))
    take_revision(complaint, revision)
    made = ComplaintAnswer.objects.create(
        complaint=complaint, round=complaint.round, client_words=clean(client_words)[:400],
        cause_text=clean(cause_text)[:400], by=by, at=now, **parts,
    )  # fmt: skip
    record(made, round=made.round, client_answer=client_answer, cause=cause)
    if client_answer == ClientAnswer.ACCEPTED:
        _close(actor, complaint, made, now)
    else:
        _reopen(complaint, now)
    return made


def _close(actor: Actor, one: Complaint, answer: ComplaintAnswer, now: datetime) -> None:
    one.state, one.closing, one.closed_at, one.next_step_at = ComplaintState.CLOSED, answer, now, None
    one.call_back = _call_back(actor, one, now)
    one.save(update_fields=["state", "closing", "closed_at", "next_step_at", "call_back"])
    record(one, closed_at=now)
    heard = one.follow_up
    if heard is not None and heard.state == FollowUpState.OPEN:
        complete_followup(
            actor=actor, followup=heard, result=_("Complaint %(number)s is closed.") % {"number": one.number}
        )
    if one.account is not None:
        write_timeline(
            account=one.account, at=now, kind="complaint", message=CLOSED, contact=one.contact, url=one.get_absolute_url(),
            actor_name=name_of(actor), number=one.number, text=answer.done[:80],
        )  # fmt: skip


def _call_back(actor: Actor, one: Complaint, now: datetime) -> Any:
    """On the owner's list after so many days: hear whether the client is content. What came of it is its result."""
    today = day_at(one.hotel, now)
    due_on = today + timedelta(days=CALL_BACK_DAYS.at(one.hotel.code, today))
    what = _("Call back about complaint %(number)s: is the client content?") % {"number": one.number}
    return add_followup(
        actor=actor, hotel=one.hotel, owner=one.owner, due_on=due_on, what=what, account=one.account, contact=one.contact,
        priority=Priority.HIGH, source=FollowUpSource.COMPLAINT,
    )  # fmt: skip


def _reopen(one: Complaint, now: datetime) -> None:
    line = escalation(one.owner, one.hotel)
    before = one.owner
    one.owner = line[0] if line else before
    one.level, one.round = one.level + 1, one.round + 1
    start_clock(one, now)
    one.save(update_fields=["owner", "level", "round", *CLOCK])
    record(one, owner=(before.username, one.owner.username), level=one.level, due_at=one.due_at)
    told = {before, one.owner, *(general_managers(one.hotel) if one.severity == Severity.SERIOUS else ())}
    for person in sorted(told, key=lambda person: person.username):
        tell(one, person, REOPENED, name=one.owner.label)
