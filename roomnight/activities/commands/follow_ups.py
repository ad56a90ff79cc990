"""What is still to be done, and by whom (BRD-01)."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_noop

from roomnight.activities.commands.holding import hold_open
from roomnight.activities.commands.next_actions import refresh_next_action
from roomnight.activities.commands.refusals import clock, refuse, refuse_choice
from roomnight.activities.events import FollowUpChanged
from roomnight.activities.models import (
    FollowUp,
    FollowUpKind,
    FollowUpSource,
    FollowUpState,
    Outcome,
    Priority,
    Recurrence,
    Visit,
)
from roomnight.activities.rules import follow_ups as rules
from roomnight.clients.models import Account, Contact
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.events import emit
from roomnight.kernel.notify import notify
from roomnight.organization.access import leader_of
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import calendar_of, day_at


@command
def add_followup(
    *,
    actor: Actor,
    hotel: Hotel,
    owner: Staff,
    due_on: date,
    what: str = "",
    kind: str = FollowUpKind.TASK,
    account: Account | None = None,
    contact: Contact | None = None,
    visit: Visit | None = None,
    due_time: time | None = None,
    priority: str = Priority.NORMAL,
    source: str = "",
    recurrence: str = Recurrence.NONE,
    at: datetime | None = None,
) -> FollowUp:
    """Put something on somebody's list: one's own, or a colleague's, who is told.

    `what` may be left out only of a call to a client. Without a source it is one's own or assigned. Refused: a due day
    gone by, an owner, client or person from elsewhere.
    """
    today = day_at(hotel, clock(at))
    account = visit.account if visit is not None and account is None else account
    refuse_choice(kind, FollowUpKind.values, "kind")
    refuse_choice(priority, Priority.values, "priority")
    refuse_choice(recurrence, Recurrence.values, "recurrence")
    refuse_choice(source, ["", *FollowUpSource.values], "source")
    if not what.strip() and not (kind in rules.CALLS and account is not None):
        refuse("followup.what")
    if due_on < today:
        refuse("followup.past")
    _refuse_strangers(hotel, owner, account, contact)
    is_own = owner.username == actor.code
    follow_up = open_follow_up(
        FollowUp(
            hotel=hotel,
            owner=owner,
            account=account,
            contact=contact,
            visit=visit,
            kind=kind,
            what=what.strip(),
            due_on=due_on,
            due_time=due_time,
            priority=priority,
            source=source or (FollowUpSource.SELF if is_own else FollowUpSource.ASSIGNED),
            recurrence=recurrence,
            month_day=due_on.day,
            created_by=getattr(actor, "staff", None),
        )
    )
    refresh_next_action(follow_up.account_id)
    if not is_own:
        tell_owner(follow_up, getattr(actor, "staff", None))
    return follow_up


@command
def complete_followup(
    *,
    actor: Actor,
    followup: FollowUp,
    result: str = "",
    outcome: str = "",
    next_on: date | None = None,
    next_what: str = "",
    at: datetime | None = None,
) -> FollowUp:
    """It is done, and this came of it. What comes next is put on the list and is `followup.next`.

    A call says whether it reached anybody (`outcome`); one that did not comes back on `next_on`, else on the next working
    day. Everything else says what came of it (`result`). With `next_on` something follows on that day; a repeated one
    follows by itself.
    """
    now = clock(at)
    hold_open(followup)
    refuse_choice(outcome, ["", *Outcome.values], "outcome")
    refuse(rules.completion_problem(followup.kind, outcome, result))
    today = day_at(followup.hotel, now)
    if next_on is not None and next_on < today:
        refuse("followup.past", "next_on")
    changes = changed(followup, state=FollowUpState.DONE, outcome=outcome, result=result.strip(), done_at=now)
    followup.save(update_fields=list(changes))
    due = _comes_back(followup, today, next_on)
    following = _open_next(followup, due, next_what.strip()) if due is not None else None
    refresh_next_action(followup.account_id)
    record(followup, **changes)
    emit(FollowUpChanged(followup.pk, following.pk if following else None))
    return followup


@command
def move_followup(
    *,
    actor: Actor,
    followup: FollowUp,
    due_on: date | None = None,
    due_time: time | None = None,
    owner: Staff | None = None,
    at: datetime | None = None,
) -> Any:
    """Move it to another day, time or person; what is left out stays. A new day counts anew until it rises to the leader."""
    now = clock(at)
    hold_open(followup)
    today = day_at(followup.hotel, now)
    wanted = {"due_on": due_on, "due_time": due_time, "owner": owner}
    changes = changed(followup, **{name: value for name, value in wanted.items() if value is not None})
    if not changes:
        return UNCHANGED
    if "due_on" in changes:
        if followup.due_on < today:
            refuse("followup.past")
        changes |= changed(
            followup,
            escalate_on=_rises_on(followup),
            escalated_at=None,
            escalated_to=None,
            month_day=followup.due_on.day,
        )
    if "owner" in changes:
        _refuse_strangers(followup.hotel, followup.owner, None, None)
    followup.save(update_fields=list(changes))
    refresh_next_action(followup.account_id)
    if "owner" in changes and followup.owner.username != actor.code:
        tell_owner(followup, getattr(actor, "staff", None))
    record(followup, **changes)
    emit(FollowUpChanged(followup.pk))
    return followup


@command
def cancel_followup(*, actor: Actor, followup: FollowUp, reason: str, at: datetime | None = None) -> FollowUp:
    """It need not be done any more, for a reason; a repeated one ends."""
    now = clock(at)
    hold_open(followup)
    if not reason.strip():
        refuse("followup.reason")
    changes = changed(followup, state=FollowUpState.CANCELLED, result=reason.strip(), done_at=now)
    followup.save(update_fields=list(changes))
    refresh_next_action(followup.account_id)
    record(followup, **changes)
    emit(FollowUpChanged(followup.pk))
    return followup


@command
def escalate_followup(*, actor: Actor, followup: FollowUp, at: datetime | None = None) -> Any:
    """An overdue follow-up rises to the owner's leader, who is told. A conditional update decides: once, however many try."""
    now = clock(at)
    leader = leader_of(followup.owner, followup.hotel)
    today = day_at(followup.hotel, now)
    waiting = FollowUp.objects.filter(
        pk=followup.pk, owner=followup.owner_id, state=FollowUpState.OPEN, escalated_at=None, escalate_on__lte=today
    )
    if not waiting.update(escalated_at=now, escalated_to=leader):
        return UNCHANGED
    followup.escalated_at, followup.escalated_to = now, leader
    if leader is not None:
        notify(
            leader.username,
            gettext_noop("Overdue since %(due_on)s, with %(name)s: %(what)s"),
            hotel_code=followup.hotel.code,
            url=followup.get_absolute_url(),
            due_on=followup.due_on,
            name=followup.owner.name,
            what=in_words(followup, leader),
        )
    record(followup, escalated_at=now, escalated_to=leader.username if leader else "")
    return followup


def open_follow_up(follow_up: FollowUp) -> FollowUp:
    """Store a new follow-up with the day on which it rises to the leader; part of a command."""
    follow_up.escalate_on = _rises_on(follow_up)
    follow_up.save(force_insert=True)
    record(
        follow_up,
        kind=follow_up.kind,
        what=follow_up.what,
        due_on=follow_up.due_on,
        owner=follow_up.owner.username,
        account=follow_up.account.code if follow_up.account else "",
        source=follow_up.source,
    )
    return follow_up


def tell_owner(follow_up: FollowUp, giver: Staff | None) -> None:
    """A colleague has something new on the list."""
    notify(
        follow_up.owner.username,
        gettext_noop("%(name)s gave you something to do by %(due_on)s: %(what)s"),
        hotel_code=follow_up.hotel.code,
        url=follow_up.get_absolute_url(),
        is_urgent=follow_up.priority == Priority.URGENT,
        name=giver.name if giver else "",
        due_on=follow_up.due_on,
        what=in_words(follow_up, follow_up.owner),
    )


def in_words(follow_up: FollowUp, reader: Staff) -> str:
    """What is to be done and for whom, in the reader's language."""
    with translation.override(reader.language):
        client = follow_up.account.label if follow_up.account else ""
        return f"{follow_up.title} · {client}" if client else follow_up.title


def _refuse_strangers(hotel: Hotel, owner: Staff, account: Account | None, contact: Contact | None) -> None:
    if not owner.memberships.filter(hotel=hotel).exists():
        refuse("followup.owner")
    if account is not None and account.hotel_id != hotel.pk:
        refuse("followup.other_hotel")
    if contact is not None and (account is None or contact.account_id != account.pk):
        refuse("followup.other_contact")


def _rises_on(follow_up: FollowUp) -> date:
    return rules.escalate_on(follow_up.due_on, rules.ESCALATE_DAYS.at(follow_up.hotel.code, follow_up.due_on))


def _comes_back(followup: FollowUp, today: date, next_on: date | None) -> date | None:
    """The day on which something follows: the one that was said, the next turn, or the next try of a call."""
    if next_on is not None:
        return next_on
    if followup.outcome == Outcome.NOT_REACHED:
        return calendar_of(followup.hotel, today).next_working_day(today)
    return rules.next_due(followup.due_on, followup.recurrence, today, followup.month_day)


def _open_next(done: FollowUp, due_on: date, what: str) -> FollowUp:
    return open_follow_up(
        FollowUp(
            hotel=done.hotel,
            owner=done.owner,
            account=done.account,
            contact=done.contact,
            visit=done.visit,
            kind=done.kind,
            what=what or done.what,
            due_on=due_on,
            due_time=done.due_time,
            priority=done.priority,
            source=done.source,
            recurrence=done.recurrence,
            month_day=done.month_day,
            previous=done,
            created_by=done.created_by,
        )
    )
