"""Raising an exception of an order, contacting the client, passing the change on, understanding and closing it (EXC)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.activities.models import Visit
from roomnight.clients.commands import write_timeline
from roomnight.clients.commands.accounts import take_revision
from roomnight.clients.models import Account
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.events import emit
from roomnight.kernel.notify import notify
from roomnight.kernel.numbering import form_number
from roomnight.orders.commands.exception_cases import begin_case, hold_cases, tell_cases
from roomnight.orders.events import ClientComplained
from roomnight.orders.models import (
    AHEAD,
    OUTSIDE,
    Cause,
    ContactWay,
    CostKind,
    ExceptionCost,
    ExceptionDepartment,
    ExceptionKind,
    ExceptionLine,
    ExceptionState,
    ExceptionStep,
    FoundAt,
    Harm,
    Impact,
    Order,
    OrderException,
    OrderRevision,
    ResponsibleStep,
    Understanding,
)
from roomnight.orders.queries.exceptions import known_of, visits_after
from roomnight.orders.rules.exception_values import CONTACT_MINUTES
from roomnight.orders.rules.exceptions import contact_due, lacks
from roomnight.organization.access import leader_of
from roomnight.organization.models import Department, Hotel, Membership, Staff
from roomnight.organization.working_days import day_at, hours_of

RAISED = {
    ExceptionKind.WRONG: gettext_noop("Wrong booking at %(client)s (%(number)s): contact the client until %(until)s"),
    ExceptionKind.MISSED: gettext_noop("Missed booking at %(client)s (%(number)s): contact the client until %(until)s"),
    ExceptionKind.MISTAKEN: gettext_noop("Mis-entered booking at %(client)s (%(number)s): contact the client until %(until)s"),
    ExceptionKind.UNFULFILLED: gettext_noop("Cannot be fulfilled for %(client)s (%(number)s): contact the client until %(until)s"),
    ExceptionKind.FORCE_MAJEURE: gettext_noop("Force majeure at %(client)s (%(number)s): contact the client until %(until)s"),
    ExceptionKind.COMPLAINT: gettext_noop("Serious complaint of %(client)s (%(number)s): contact the client until %(until)s"),
}  # fmt: skip
"""What the manager hears at once, by kind."""
LATE = gettext_noop("The client %(client)s has not been contacted about %(number)s in time")
SEEN = gettext_noop("%(who)s has taken note of %(number)s (%(client)s)")
TOLD = gettext_noop("Exception %(number)s, client %(client)s: %(note)s")
REMARKED = gettext_noop("%(who)s about %(number)s (%(client)s): %(note)s")
CLOSED = gettext_noop("%(number)s of the client %(client)s is closed")
ENTRY = gettext_noop("Exception %(number)s was raised")
ENTRY_CLOSED = gettext_noop("Exception %(number)s is closed")
KEPT = ("contacted_at", "fed_at", "offer_state", "answer", "asked_at", "instructed_at", "revision", "state", "seen_at")
"""What commands read again once the exception is theirs."""
WHY_NOT = {
    "contact": gettext_noop("The client has not been contacted yet."),
    "explain": gettext_noop("It has not been explained to the client yet."),
    "feed": gettext_noop("The departments do not know yet what changes."),
    "decide": gettext_noop("The offer has not been decided on yet."),
    "instruct": gettext_noop("The GM's office has not given its instructions yet."),
    "offer": gettext_noop("The claim has not been answered with an offer yet."),
    "answer": gettext_noop("The client has not answered the offer yet."),
    "stay": gettext_noop("The stay has not been followed yet."),
    "comments": gettext_noop("The client's comments are not there yet."),
    "cause": gettext_noop("Cause, responsible step and prevention are not recorded yet."),
    "file": gettext_noop("The papers are not filed yet."),
    "visit": gettext_noop("The client has not been visited since."),
}


# ---- what all of them share


def _hold(one: OrderException) -> None:
    """Its cases first, then the exception: a move of a case holds them in this order too."""
    hold_cases(one)
    row = OrderException.objects.select_for_update(no_key=True).get(pk=one.pk)
    for name in KEPT:
        setattr(one, name, getattr(row, name))


def hold_open(one: OrderException) -> None:
    """The exception as it is now, nobody else's until the command is over; refused once it is closed or withdrawn."""
    _hold(one)
    if one.state != ExceptionState.OPEN:
        raise Refusal(
            "exception.over",
            _("This is not possible any more: the exception is “%(state)s”.") % {"state": one.get_state_display()},
        )


def keep(actor: Actor, one: OrderException, what: str, note: str = "", /, **values: Any) -> OrderException:
    """Write the values and the line of the way, then tell the case where the exception stands."""
    changes = changed(one, **values)
    if changes:
        one.save(update_fields=[*changes])
    write_line(actor, one, what, note)
    record(one, **changes, **({"note": note.strip()} if note.strip() else {}))
    tell_cases(actor, one)
    return one


def write_line(actor: Actor, one: OrderException, step: str, note: str = "") -> None:
    ExceptionLine.objects.create(exception=one, at=timezone.now(), who=actor.code, what=step, note=note.strip())


def tell(people: Iterable[Staff | None], one: OrderException, message: str, *, but: str = "", **more: Any) -> None:
    """An urgent line on the bell of these people, each once; `message` is an English gettext source."""
    usernames = {person.username for person in people if person is not None} - {but}
    for username in sorted(usernames):
        notify(
            username, message, hotel_code=one.hotel.code, url=one.get_absolute_url(), is_urgent=True, number=one.number,
            client=one.account.name, **more,
        )  # fmt: skip


def managers_of(one: OrderException) -> list[Staff]:
    """Who runs it: the leader of whoever deals with it; without one, those here who may close exceptions of the whole hotel."""
    leader = leader_of(one.handler, one.hotel)
    if leader is not None:
        return [leader]
    places = Membership.objects.filter(
        hotel=one.hotel, staff__is_active=True, department__kind="sales", role__grants__resource="orders.exception",
        role__grants__action="approve",
    )  # fmt: skip
    return list(Staff.objects.filter(pk__in=places.values("staff")).exclude(pk=one.handler_id).order_by("username"))


def said(text: str, code: str, field: str) -> str:
    """A text that must say something."""
    if not text.strip():
        raise Refusal(f"exception.{code}", _("Say it in a few words."), field=field)
    return text.strip()


def chosen(value: str, choices: Any, field: str) -> str:
    if value not in choices.values:
        raise Refusal(f"exception.{field}", _("Choose one."), field=field)
    return value


def past(at: datetime, field: str) -> datetime:
    if at > timezone.now():
        raise Refusal("exception.future", _("This lies ahead."), field=field)
    return at


# ---- raised and reported


@command
def raise_exception(
    *, actor: Actor, account: Account, raised_by: Staff, kind: str, what: str, found_at: str, order: Order | None = None,
    harm: Collection[str] = (), discovered_at: datetime | None = None,
) -> OrderException:  # fmt: skip
    """Raise what went wrong: the manager and whoever follows the order are told at once, the clock to the first word with the
    client runs from the discovery, and its case begins (EXC-01, EXC-02).

    Refused: an unknown kind, an order of another client, a discovery that lies ahead.
    """
    hotel, now = account.hotel, timezone.now()
    if order is not None and order.account_id != account.pk:
        raise Refusal("exception.order", _("This order is another client's."), field="order")
    discovered = past(discovered_at or now, "discovered_at")
    today = day_at(hotel, now)
    owner = account.owner if account.owner is not None and account.owner.is_active else None
    one = OrderException.objects.create(
        hotel=hotel, account=account, order=order, number=form_number("YC", hotel.code, today),
        kind=chosen(kind, ExceptionKind, "kind"), what=said(what, "what", "what"), found_at=chosen(found_at, FoundAt, "found_at"),
        harm=[name for name in Harm.values if name in harm], discovered_at=discovered, raised_at=now, raised_by=raised_by,
        handler=order.follower if order else owner or raised_by,
        contact_due_at=contact_due(discovered, CONTACT_MINUTES.at(hotel.code, today)),
    )  # fmt: skip
    write_line(actor, one, ExceptionStep.RAISED, what)
    write_timeline(
        account=account, at=now, kind="order", message=ENTRY, url=one.get_absolute_url(), note=one.what[:300],
        actor_name=raised_by.name, number=one.number,
    )  # fmt: skip
    until = one.contact_due_at.astimezone(hours_of(hotel, today).tz)
    tell(
        [*managers_of(one), one.handler],
        one,
        RAISED[ExceptionKind(one.kind)],
        but=raised_by.username,
        until=f"{until:%H:%M}",
    )
    record(
        one, number=one.number, account=account.code, order=order.number if order else "", kind=kind, what=one.what,
        discovered_at=discovered, contact_due_at=one.contact_due_at,
    )  # fmt: skip
    begin_case(actor, one)
    if one.kind == ExceptionKind.COMPLAINT:
        emit(ClientComplained(one.pk))
    return one


@command
def change_exception(
    *, actor: Actor, exception: OrderException, revision: int, kind: str, what: str, found_at: str, harm: Collection[str] = (),
    order: Order | None = None,
) -> OrderException:  # fmt: skip
    """Put right what was written down, or name the order that a missed booking has by now."""
    hold_open(exception)
    if order is not None and order.account_id != exception.account_id:
        raise Refusal("exception.order", _("This order is another client's."), field="order")
    take_revision(exception, revision)
    one = keep(
        actor, exception, ExceptionStep.CHANGED, kind=chosen(kind, ExceptionKind, "kind"), what=said(what, "what", "what"),
        found_at=chosen(found_at, FoundAt, "found_at"), harm=[name for name in Harm.values if name in harm],
        order=order or exception.order, handler=order.follower if order and not exception.order_id else exception.handler,
    )  # fmt: skip
    if one.kind == ExceptionKind.COMPLAINT:
        emit(ClientComplained(one.pk))
    return one


def point_to_complaint(actor: Actor, one: OrderException, number: str, url: str) -> None:
    """It is a complaint of the client now: its page says which, within the command that opened that."""
    changes = changed(one, complaint_number=number, complaint_url=url)
    one.save(update_fields=[*changes])
    write_line(actor, one, ExceptionStep.COMPLAINT, number)
    record(one, **changes)


@command
def take_note(*, actor: Actor, exception: OrderException, staff: Staff) -> Any:
    """The manager has read it and takes charge; whoever deals with it is told."""
    hold_open(exception)
    if exception.seen_at is not None:
        return UNCHANGED
    tell([exception.handler], exception, SEEN, but=staff.username, who=staff.name)
    return keep(actor, exception, ExceptionStep.SEEN, seen_at=timezone.now(), seen_by=staff)


@command
def add_remark(*, actor: Actor, exception: OrderException, staff: Staff, note: str) -> OrderException:
    """Somebody who sees it adds what they know; whoever deals with it is told."""
    hold_open(exception)
    note = said(note, "note", "note")
    tell([exception.handler], exception, REMARKED, but=staff.username, who=staff.name, note=note[:200])
    return keep(actor, exception, ExceptionStep.REMARK, note)


# ---- the client and the departments


@command
def note_contact(
    *, actor: Actor, exception: OrderException, staff: Staff, way: str, what_was_said: str, at: datetime | None = None
) -> OrderException:
    """The client was contacted: when, how, and what they said. The first time stops the clock (EXC-02).

    Refused: a moment that lies ahead or before the discovery, and nothing said.
    """
    hold_open(exception)
    moment = past(at or timezone.now(), "at")
    if moment < exception.discovered_at:
        raise Refusal("exception.early", _("It was discovered later than that."), field="at")
    way, note = chosen(way, ContactWay, "way"), said(what_was_said, "said", "what_was_said")
    if exception.contacted_at is not None:
        return keep(actor, exception, ExceptionStep.CONTACTED, note)
    return keep(
        actor, exception, ExceptionStep.CONTACTED, note, contacted_at=moment, contacted_by=staff, contact_way=way,
        contact_said=note,
    )  # fmt: skip


@command
def explain(*, actor: Actor, exception: OrderException, explanation: str, understanding: str) -> OrderException:
    """Force majeure was explained to the client, and how the client took it (EXC-03). Refused for other kinds."""
    hold_open(exception)
    if exception.kind != ExceptionKind.FORCE_MAJEURE:
        raise Refusal("exception.kind", _("Only force majeure is explained like this."))
    text = said(explanation, "explanation", "explanation")
    return keep(
        actor, exception, ExceptionStep.EXPLAINED, text, explanation=text, explained_at=timezone.now(),
        understanding=chosen(understanding, Understanding, "understanding"),
    )  # fmt: skip


@command
def tell_departments(
    *, actor: Actor, exception: OrderException, departments: Collection[Department], note: str
) -> OrderException:
    """Departments are told what happened and what is to be done (EXC-04); with none, that nothing changes for any of them.

    A change of the order itself is told by the order: it makes a revision, and each department confirms again (CHG-01).
    """
    hold_open(exception)
    note, now = said(note, "note", "note"), timezone.now()
    if any(one.hotel_id != exception.hotel_id for one in departments):
        raise Refusal("exception.departments", _("This department is another hotel's."), field="departments")
    for department in departments:
        ExceptionDepartment.objects.get_or_create(exception=exception, department=department, defaults={"told_at": now})
    places = Membership.objects.filter(
        department__in=departments, staff__is_active=True, role__grants__resource="orders.exception",
        role__grants__action="read",
    )  # fmt: skip
    people = Staff.objects.filter(pk__in=places.values("staff"))
    tell(people, exception, TOLD, but=actor.code, note=note[:200])
    return keep(actor, exception, ExceptionStep.FED, note, fed_at=exception.fed_at or now, fed_note=note[:300])


def follow_order(actor: Actor, order: Order, revision: OrderRevision | None) -> None:
    """The order was changed, went a step on or was handed over: its open exceptions follow (EXC-02). Part of a command.

    A revision passes on what the departments have to know; whoever follows the order deals with its exceptions.
    """
    open_ones = OrderException.objects.filter(order=order, state=ExceptionState.OPEN)
    for one in open_ones.select_related("hotel", "account", "handler", "order").order_by("pk"):
        _hold(one)
        if one.state != ExceptionState.OPEN:
            continue
        one.order = order
        if one.handler_id != order.follower_id:
            one.handler = order.follower
            one.save(update_fields=["handler"])
            record(one, handler=order.follower.username)
        if revision is not None and one.fed_revision_id is None:
            keep(
                actor,
                one,
                ExceptionStep.FED,
                str(revision),
                fed_at=one.fed_at or revision.made_at,
                fed_revision=revision,
            )
        else:
            tell_cases(actor, one)


@command
def follow_stay(*, actor: Actor, exception: OrderException, note: str) -> OrderException:
    """Somebody stayed with the guests, and how it went (EXC-02). Refused while the guests are still to come."""
    hold_open(exception)
    order = exception.order
    if order is not None and order.state in AHEAD and day_at(exception.hotel, timezone.now()) < order.arrives_on:
        raise Refusal(
            "exception.ahead", _("The guests come on %(day)s only.") % {"day": order.arrives_on}, field="note"
        )
    return keep(
        actor, exception, ExceptionStep.FOLLOWED, said(note, "note", "note"),
        followed_at=exception.followed_at or timezone.now(),
    )  # fmt: skip


@command
def collect_comments(
    *, actor: Actor, exception: OrderException, comments: str, impact: str, impact_note: str = ""
) -> OrderException:
    """What the client says about it in the end, and what it did to the client (EXC-06)."""
    hold_open(exception)
    text = said(comments, "comments", "comments")
    return keep(
        actor, exception, ExceptionStep.COMMENTS, text, comments=text, comments_at=timezone.now(),
        impact=chosen(impact, Impact, "impact"), impact_note=impact_note.strip(),
    )  # fmt: skip


# ---- what it cost, why, and the end


@command
def enter_costs(*, actor: Actor, exception: OrderException, revision: int, cents: Mapping[str, int]) -> Any:
    """What it cost the house, by kind in whole cents; nothing or 0 takes a kind out (EXC-06).

    Compensation is not entered: it is what was approved and the client accepted.
    """
    hold_open(exception)
    if set(cents) - set(CostKind.values) or CostKind.COMPENSATION in cents or any(one < 0 for one in cents.values()):
        raise Refusal("exception.cost", _("An amount is not less than nothing."))
    take_revision(exception, revision)
    before = {one.kind: one.cents for one in exception.costs.exclude(kind=CostKind.COMPENSATION)}
    after = {kind: amount for kind, amount in cents.items() if amount}
    if before == after:
        return UNCHANGED
    exception.costs.exclude(kind__in=[*after, CostKind.COMPENSATION]).delete()
    for kind, amount in after.items():
        ExceptionCost.objects.update_or_create(exception=exception, kind=kind, defaults={"cents": amount})
    record(exception, costs=(before, after))
    return keep(actor, exception, ExceptionStep.COST)


@command
def settle_cause(
    *, actor: Actor, exception: OrderException, revision: int, cause: str, step: str, prevention: str, cause_note: str = "",
    department: Department | None = None, person: Staff | None = None,
) -> OrderException:  # fmt: skip
    """Why it happened, at which step, whose department and who, and how it is prevented (EXC-05).

    Refused without a department, unless the cause lies outside the house; a person of another hotel.
    """
    hold_open(exception)
    cause, step = chosen(cause, Cause, "cause"), chosen(step, ResponsibleStep, "step")
    if department is None and cause not in OUTSIDE:
        raise Refusal("exception.department", _("Say which department answers for it."), field="department")
    if department is not None and department.hotel_id != exception.hotel_id:
        raise Refusal("exception.departments", _("This department is another hotel's."), field="department")
    if person is not None and not Membership.objects.filter(staff=person, hotel=exception.hotel_id).exists():
        raise Refusal("exception.person", _("Choose somebody who works at this hotel."), field="person")
    take_revision(exception, revision)
    return keep(
        actor, exception, ExceptionStep.CAUSE, cause_note or prevention, cause=cause, step=step, department=department,
        person=person, cause_note=cause_note.strip(), prevention=said(prevention, "prevention", "prevention"),
    )  # fmt: skip


@command
def file_papers(*, actor: Actor, exception: OrderException, where: str) -> OrderException:
    """The papers are filed, and where they are found."""
    hold_open(exception)
    where = said(where, "where", "where")
    return keep(
        actor, exception, ExceptionStep.FILED, where, filed_at=exception.filed_at or timezone.now(), filed_where=where
    )


@command
def note_visit(*, actor: Actor, exception: OrderException, visit: Visit) -> OrderException:
    """The client was visited since; by which visit. Refused for one that did not take place, or to somebody else."""
    hold_open(exception)
    if not visits_after(exception).filter(pk=visit.pk).exists():
        raise Refusal("exception.visit", _("Choose a visit to this client that took place since."), field="visit")
    return keep(actor, exception, ExceptionStep.VISITED, visit.number, visit=visit)


@command
def close_exception(*, actor: Actor, exception: OrderException, staff: Staff) -> OrderException:
    """Everything is done and understood (EXC-05). Refused while something is missing, and to whoever answers for it."""
    hold_open(exception)
    missing = lacks(known_of(exception))
    if missing:
        raise Refusal("exception.lacks", _(WHY_NOT[missing[0]]))
    if exception.person_id == staff.pk:
        raise Refusal("exception.own", _("Somebody else closes what one answers for oneself."))
    now = timezone.now()
    write_timeline(
        account=exception.account, at=now, kind="order", message=ENTRY_CLOSED, url=exception.get_absolute_url(),
        note=exception.prevention[:300], actor_name=staff.name, number=exception.number,
    )  # fmt: skip
    tell([exception.handler, exception.raised_by], exception, CLOSED, but=staff.username)
    return keep(
        actor, exception, ExceptionStep.CLOSED, state=ExceptionState.CLOSED, closed_at=now, closed_by=staff,
        seen_at=exception.seen_at or now, seen_by=exception.seen_by or staff,
    )  # fmt: skip


@command
def withdraw_exception(*, actor: Actor, exception: OrderException, staff: Staff, reason: str) -> OrderException:
    """It was none after all; why. It stays readable and counts nowhere."""
    hold_open(exception)
    return keep(
        actor, exception, ExceptionStep.WITHDRAWN, said(reason, "reason", "reason"), state=ExceptionState.WITHDRAWN,
        closed_at=timezone.now(), closed_by=staff,
    )  # fmt: skip


# ---- what is late


@command
def raise_late_contacts(*, actor: Actor, hotel: Hotel, now: datetime) -> Any:
    """Clients that were not contacted in time: the manager and whoever deals with it are told, once with any number of
    workers (EXC-02)."""
    late = OrderException.objects.filter(
        hotel=hotel, state=ExceptionState.OPEN, contact_due_at__lte=now, contacted_at=None, contact_rung=0
    )
    count = 0
    for one in late.select_related("hotel", "account", "handler").order_by("pk"):
        mine = OrderException.objects.filter(pk=one.pk, state=ExceptionState.OPEN, contacted_at=None, contact_rung=0)
        if not mine.update(contact_rung=1):
            continue
        count += 1
        write_line(actor, one, ExceptionStep.LATE)
        tell([*managers_of(one), one.handler], one, LATE)
        record(one, contact_rung=(0, 1))
    return count or UNCHANGED
