"""Collecting: the dunning ladder, promises to pay, and the hold of what is overdue for too long (CRD-08, CRD-12)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.credit.commands.accounts import hold, lock_one
from roomnight.credit.models import (
    CreditAccount,
    DunningStep,
    DunningWay,
    Hold,
    HoldKind,
    LedgerLine,
    LineKind,
    Promise,
)
from roomnight.credit.queries.acting import Actors
from roomnight.credit.queries.collecting import Overdue, overdue_accounts, overdue_of
from roomnight.credit.rules.dunning import DUNNED_BY, DUNNING_LADDER, HOLD_DAYS, is_kept, next_step
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.money import format_money
from roomnight.kernel.notify import notify
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at
from roomnight.ui.addresses import address

TO_DO = gettext_noop("%(client)s owes %(amount)s that is overdue: a step of the dunning ladder is yours")
SOON = gettext_noop("%(client)s is to pay %(amount)s soon: remind them")
BROKEN = gettext_noop("%(client)s did not keep the promise to pay %(amount)s")
TOO_LONG = gettext_noop("%(owed)s is overdue for %(days)s days.")


# ---- promises


@command
def note_promise(
    *, actor: Actor, credit: CreditAccount, amount: Decimal, due_on: date, said_by: str, note: str = ""
) -> Promise:
    """Note a client's word to pay so much by a day; until then it is not dunned further (CRD-12).

    Refused: nothing or less, a day gone by, nobody named.
    """
    one = lock_one(credit)
    return _promise(actor, one, amount, due_on, said_by, note)


def _promise(actor: Actor, one: CreditAccount, amount: Decimal, due_on: date, said_by: str, note: str) -> Promise:
    today = day_at(one.hotel, timezone.now())
    if amount <= 0:
        raise Refusal("credit.amount", _("A payment is more than nothing, in yuan and fen."), field="amount")
    if due_on < today:
        raise Refusal("credit.until", _("This day is over already."), field="due_on")
    if not said_by.strip():
        raise Refusal("credit.said_by", _("Say who promised it."), field="said_by")
    made = Promise.objects.create(
        credit=one, cents=int(amount.scaleb(2)), promised_on=today, due_on=due_on, said_by=said_by.strip()[:80],
        note=note.strip()[:200], noted_by=actor.code,
    )  # fmt: skip
    record(made, account=one.number, amount=made.amount, due_on=due_on, said_by=made.said_by)
    return made


@command
def judge_promises(*, actor: Actor, hotel: Hotel, on: date) -> Any:
    """Whether clients kept their word: kept as soon as that much came in since, broken once the day is over; by the worker."""
    count = 0
    waiting = Promise.objects.filter(credit__hotel=hotel, is_kept=None)
    for row in waiting.select_related("credit__hotel", "credit__account", "credit__responsible").order_by(
        "credit", "pk"
    ):
        kept = is_kept(row.cents, _received(row), row.due_on < on)
        if kept is None:
            continue
        if not Promise.objects.filter(pk=row.pk, is_kept=None).update(is_kept=kept, judged_on=on):
            continue
        record(row, is_kept=(None, kept))
        if not kept:
            person = Actors(hotel, on).for_(row.credit.responsible)
            _tell(row.credit, person, BROKEN, row.amount)
        count += 1
    return count or UNCHANGED


def _received(one: Promise) -> int:
    paid = LedgerLine.objects.filter(
        credit=one.credit_id, kind=LineKind.PAYMENT, reversed_by=None, on__gte=one.promised_on, on__lte=one.due_on
    )
    return -(paid.aggregate(total=Sum("amount_cents"))["total"] or 0)


def _tell(one: CreditAccount, person: Staff, message: str, amount: Decimal) -> None:
    notify(
        person.username, message, hotel_code=one.hotel_code, url=address("credit:dunning", one.hotel_code),
        client=one.account.name, amount=format_money(amount, one.hotel.currency, person.language),
    )  # fmt: skip


# ---- the ladder


@command
def climb_ladder(*, actor: Actor, hotel: Hotel, on: date) -> Any:
    """Every client that owes takes the step of the ladder it has reached, once, and who is to act is told (CRD-08).

    Disputed lines do not count; a client that has promised to pay is left alone until that day; a broken promise skips a
    step. Done by the worker.
    """
    ladder, staffed = DUNNING_LADDER.at(hotel.code, on), DUNNED_BY.at(hotel.code, on)
    actors: Actors | None = None
    count = 0
    for found in overdue_accounts(hotel, on, ahead=max(0, -min(ladder.values()))):
        if found.has_promise or _step(ladder, found, on) is None:
            continue
        one = lock_one(found.credit)
        now = overdue_of(one, on, ahead=max(0, -min(ladder.values())))
        step = None if now is None or now.has_promise else _step(ladder, now, on)
        if now is None or step is None:
            continue
        actors = actors or Actors(hotel, on)
        person = actors.at(staffed[step], one.responsible)
        made = DunningStep.objects.create(
            credit=one, step=step, oldest_due_on=now.oldest_due_on, cents=now.cents, reached_on=on, assigned_to=person
        )
        record(made, account=one.number, step=step, amount=made.amount, assigned_to=person.username)
        _tell(one, person, TO_DO if now.oldest_due_on < on else SOON, made.amount)
        count += 1
    return count or UNCHANGED


def _step(ladder: dict[str, int], found: Overdue, on: date) -> str | None:
    return next_step(ladder, (on - found.oldest_due_on).days, found.made, found.broken)


@command
def take_step(
    *, actor: Actor, step: DunningStep, how: str, spoken_to: str, note: str, promised: Decimal | None = None,
    promised_by: date | None = None,
) -> DunningStep:  # fmt: skip
    """Note what was done of a step: how (a `DunningWay`), with whom, what came of it, and what was promised (CRD-08). Refused:
    done already, nothing said, an amount without a day or a day without an amount."""
    if how not in DunningWay.values:
        raise Refusal("credit.how", _("Say how the client was reached."), field="how")
    if not note.strip():
        raise Refusal("credit.note", _("Say what came of it."), field="note")
    if (promised is None) != (promised_by is None):
        field = "promised" if promised is None else "promised_by"
        raise Refusal("credit.promise", _("A promise has an amount and a day."), field=field)
    credit = lock_one(step.credit)
    one = DunningStep.objects.select_related("credit__hotel").get(pk=step.pk)
    if one.done_at is not None:
        raise Refusal("credit.done", _("This step was taken already."))
    changes = changed(
        one, done_at=timezone.now(), done_by=actor.code, how=how, spoken_to=spoken_to.strip()[:80],
        note=note.strip()[:400],
    )  # fmt: skip
    one.save(update_fields=[*changes])
    record(one, **changes)
    if promised is not None and promised_by is not None:
        _promise(actor, credit, promised, promised_by, spoken_to, note)
    return one


# ---- what is overdue for too long


@command
def hold_overdue(*, actor: Actor, hotel: Hotel, on: date) -> Any:
    """Put on hold what is overdue for `credit.hold_days` (CRD-08); done by the worker.

    Whom somebody has released is not held again for the same debt, only for what was due later.
    """
    most = HOLD_DAYS.at(hotel.code, on)
    held = {
        (pk, values.get("since"))
        for pk, values in Hold.objects.filter(credit__hotel=hotel, kind=HoldKind.OVERDUE).values_list(
            "credit", "values"
        )
    }
    count = 0
    for found in overdue_accounts(hotel, on):
        days, since = (on - found.oldest_due_on).days, found.oldest_due_on.isoformat()
        if days < most or (found.credit.pk, since) in held:
            continue
        given = {"days": days, "owed": found.cents, "since": since}
        done: Any = hold(actor=actor, credit=found.credit, reason=TOO_LONG, kind=HoldKind.OVERDUE, **given)
        if done is UNCHANGED:
            continue
        record(found.credit, held_for=days, since=since)
        count += 1
    return count or UNCHANGED
