"""Disputes: raised, with the clock running, brought before the director and the general manager, resolved (CRD-07)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands import write_timeline
from roomnight.clients.commands.accounts import take_revision
from roomnight.credit.commands.accounts import lock_client_of, lock_one
from roomnight.credit.commands.ledger import adjust, reverse, settle
from roomnight.credit.models import CreditAccount, Dispute, LedgerLine, Outcome, Statement, StatementState
from roomnight.credit.queries.acting import Actors
from roomnight.credit.rules.values import DISPUTE_STEP_HOURS, PROBLEM_HOURS
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at

RAISED = gettext_noop("%(client)s disputes a bill: resolve it by %(until)s")
LATE = gettext_noop("A dispute of %(client)s was not resolved in time: it is with you now")
TOLD = gettext_noop("A dispute of %(client)s is not resolved in time: %(name)s has it now")
ON_TIMELINE = gettext_noop("Dispute raised: %(text)s")
RESOLVED = gettext_noop("Dispute resolved: %(text)s")
POSTS = ("representative", "director", "general_manager")
"""Whose a dispute is at each level."""


@command
def raise_dispute(
    *, actor: Actor, credit: CreditAccount, text: str, said_by: str = "", line: LedgerLine | None = None,
    amount: Decimal | None = None,
) -> Dispute:  # fmt: skip
    """Take down a problem of a client who pays on account: about a line, or while it is consuming (CRD-07).

    It is the representative's who signed, or of who stands in, to be resolved within `credit.problem_hours`. Refused:
    nothing said, a line that is disputed already or is another account's.
    """
    one = lock_one(credit)
    cents = None if amount is None else int(amount.scaleb(2))
    return open_dispute(actor, one, text=text, said_by=said_by, line=line, cents=cents)


def open_dispute(
    actor: Actor, credit: CreditAccount, *, text: str, said_by: str, line: LedgerLine | None, cents: int | None
) -> Dispute:
    """Inside a command that holds the account's lock."""
    if not text.strip():
        raise Refusal("credit.text", _("Say what the client says."), field="text")
    if line is not None and line.credit_id != credit.pk:
        raise Refusal("credit.line", _("This line is of another account."), field="line")
    if line is not None and line.amount_cents < 0:
        raise Refusal("credit.line", _("Only what was charged can be disputed."), field="line")
    if line is not None and Dispute.objects.filter(line=line, resolved_at=None).exists():
        raise Refusal("credit.disputed", _("This line is disputed already."), field="line")
    now, today = timezone.now(), day_at(credit.hotel, timezone.now())
    until = now + timedelta(hours=PROBLEM_HOURS.at(credit.hotel.code, today))
    made = Dispute.objects.create(
        credit=credit, line=line, text=text.strip()[:400], said_by=said_by.strip()[:80], cents=cents,
        assigned_to=Actors(credit.hotel, today).for_(credit.responsible), raised_at=now, raised_by=actor.code, due_at=until,
        next_step_at=until,
    )  # fmt: skip
    record(
        made, account=credit.number, line=line.pk if line else None, text=made.text, due_at=until,
        assigned_to=made.assigned_to.username,
    )  # fmt: skip
    _tell(made, made.assigned_to, RAISED, until=f"{until.astimezone(ZoneInfo(credit.hotel.timezone)):%m-%d %H:%M}")
    _on_timeline(made, ON_TIMELINE, made.text)
    return made


def _tell(one: Dispute, person: Staff, message: str, **values: Any) -> None:
    notify(
        person.username, message, hotel_code=one.hotel_code, url=one.get_absolute_url(), is_urgent=True,
        client=one.credit.account.name, **values,
    )  # fmt: skip


def _on_timeline(one: Dispute, message: str, text: str) -> None:
    write_timeline(
        account=one.credit.account,
        at=timezone.now(),
        kind="credit",
        message=message,
        url=one.get_absolute_url(),
        text=text,
    )


@command
def escalate_disputes(*, actor: Actor, hotel: Hotel, now: datetime) -> Any:
    """Bring what was not resolved in time before the director, then before the general manager, each once (CRD-07).

    Done by the worker; of several that come to it at once only one does.
    """
    today = day_at(hotel, now)
    due = Dispute.objects.filter(credit__hotel=hotel, resolved_at=None, next_step_at__lte=now)
    actors: Actors | None = None
    count = 0
    for one in due.select_related("credit__hotel", "credit__account", "credit__responsible", "assigned_to").order_by(
        "pk"
    ):
        actors = actors or Actors(hotel, today)
        level = one.level + 1
        person = actors.at(POSTS[level], one.credit.responsible)
        is_last = level == len(POSTS) - 1
        then = None if is_last else now + timedelta(hours=DISPUTE_STEP_HOURS.at(hotel.code, today))
        taken = Dispute.objects.filter(pk=one.pk, resolved_at=None, level=one.level, next_step_at=one.next_step_at)
        if not taken.update(level=level, next_step_at=then, assigned_to=person, revision=F("revision") + 1):
            continue
        before = one.assigned_to
        record(one, level=(one.level, level), assigned_to=(before.username, person.username))
        _tell(one, person, LATE)
        if before.pk != person.pk:
            _tell(one, before, TOLD, name=person.label)
        count += 1
    return count or UNCHANGED


@command
def resolve_dispute(
    *, actor: Actor, dispute: Dispute, revision: int, outcome: str, resolution: str, correction: str = "",
    amount: Decimal | None = None,
) -> Dispute:  # fmt: skip
    """Resolve a dispute: the client is right, partly, or the bill is (CRD-07).

    `correction` changes the ledger in the same breath: "reverse" takes the line back, "adjust" takes `amount` off what the
    client owes and settles the line with it. Refused: no outcome, nothing said, resolved already, a correction where the
    bill is right or no line is disputed.
    """
    if outcome not in Outcome.values:
        raise Refusal("credit.outcome", _("Say who is right."), field="outcome")
    if not resolution.strip():
        raise Refusal("credit.resolution", _("Say how it was resolved."), field="resolution")
    lock_client_of(dispute.credit)
    one = Dispute.objects.select_related("credit__hotel", "credit__account", "line__credit", "line__statement").get(
        pk=dispute.pk
    )
    if one.resolved_at is not None:
        raise Refusal("credit.resolved", _("This dispute is resolved already."))
    take_revision(one, revision)
    changes = changed(
        one, outcome=outcome, resolution=resolution.strip()[:400], resolved_at=timezone.now(), resolved_by=actor.code,
        next_step_at=None,
    )  # fmt: skip
    one.save(update_fields=[*changes])
    record(one, correction=correction, **changes)
    if correction:
        _correct(actor, one, correction, amount)
    if one.line is not None and one.line.statement is not None:
        _confirm_once_resolved(one.line.statement)
    _on_timeline(one, RESOLVED, one.resolution)
    return one


def _correct(actor: Actor, one: Dispute, correction: str, amount: Decimal | None) -> None:
    if one.outcome == Outcome.HOTEL_RIGHT:
        raise Refusal("credit.correction", _("Where the bill is right nothing is corrected."), field="correction")
    if correction == "reverse":
        if one.line is None:
            raise Refusal("credit.correction", _("No line is disputed that could be reversed."), field="correction")
        reverse(actor=actor, line=one.line, reason=one.resolution)
        return
    if amount is None or amount <= 0:
        raise Refusal("credit.amount", _("Say by how much."), field="amount")
    line = adjust(
        actor=actor,
        credit=one.credit,
        amount=-amount,
        reason=one.resolution,
        reference=one.line.reference if one.line else "",
    )
    if one.line is not None and LedgerLine.objects.filter(pk=one.line.pk, open_cents__gt=0).exists():
        settle(actor=actor, payment=line, settles=[one.line.pk])


def _confirm_once_resolved(statement: Statement) -> None:
    """A disputed statement is confirmed once the last of its disputes is resolved."""
    waiting = Dispute.objects.filter(line__statement=statement, resolved_at=None)
    if statement.state != StatementState.DISPUTED or waiting.exists():
        return
    changes = changed(statement, state=StatementState.CONFIRMED, revision=statement.revision + 1)
    statement.save(update_fields=[*changes])
    record(statement, **changes)
