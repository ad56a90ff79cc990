"""Opening an account, its limit over time, holding and releasing it (CRD-02, CRD-03, CRD-08)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.agreements.queries.charging import charging_agreement
from roomnight.clients.commands import write_timeline
from roomnight.clients.commands.accounts import take_revision
from roomnight.clients.models import Account
from roomnight.credit.events import CreditHeld, CreditReleased, LimitChanged
from roomnight.credit.models import CreditAccount, Hold, HoldKind, LimitLine, money
from roomnight.credit.rules.terms import months_later
from roomnight.credit.rules.values import REVIEW_MONTHS
from roomnight.kernel.commands import SYSTEM, UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.events import emit
from roomnight.kernel.money import format_money
from roomnight.kernel.numbering import form_number
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at

SERIES = "GZ"
OPENED = gettext_noop("Credit account %(number)s opened with a limit of %(limit)s")
RAISED = gettext_noop("Credit limit now %(limit)s")
HELD = gettext_noop("Credit on hold")
RELEASED = gettext_noop("Credit released")
OVER_THE_LIMIT = gettext_noop("More is owed than the limit.")


def lock(account_id: int) -> list[CreditAccount]:
    """The credit accounts of a client as they are now, held until the transaction ends; always in the same order,
    the open one first.

    Who waited for the lock while the client was merged holds the accounts it had before: those it has now are asked for
    again, until both are the same.
    """
    found = CreditAccount.objects.filter(account=account_id).order_by(F("merged_into").asc(nulls_first=True), "pk")
    while True:
        held = list(found.select_for_update(no_key=True).values_list("pk", flat=True))
        rows = list(found.select_related("hotel", "account"))
        if [row.pk for row in rows] == held:
            return rows


def lock_client_of(credit: CreditAccount) -> list[CreditAccount]:
    """The same of whichever client has an account now: it may have been merged into another while somebody waited.

    What was locked of a client who has it no more is let go: it is to be locked again in the order of the one who has it.
    """
    account_id = credit.account_id
    while True:
        before = transaction.savepoint()
        rows = lock(account_id)
        if any(row.pk == credit.pk for row in rows):
            transaction.savepoint_commit(before)
            return rows
        transaction.savepoint_rollback(before)
        account_id = CreditAccount.objects.values_list("account", flat=True).get(pk=credit.pk)


def lock_with_others(credit: CreditAccount) -> CreditAccount:
    """One credit account together with all of its client's: for whoever will look at the limit, which is theirs together."""
    return next(row for row in lock_client_of(credit) if row.pk == credit.pk)


def lock_one(credit: CreditAccount) -> CreditAccount:
    """One credit account as it is now, held until the transaction ends."""
    rows = CreditAccount.objects.select_for_update(of=("self",), no_key=True).select_related(
        "hotel", "account", "responsible"
    )
    return rows.get(pk=credit.pk)


@command
def open_account(
    *, actor: Actor, account: Account, limit: Decimal, reason: str, until: date | None = None, responsible: Staff | None = None,
    **values: Any,
) -> CreditAccount:  # fmt: skip
    """Open a client's credit account, or give the one it has this limit, once the application is approved (CRD-03).

    Nothing can be charged on it before an agreement that allows charging takes effect. Refused: a client without
    anybody who answers for it, and one that was merged into another.
    """
    one = next((row for row in lock(account.pk) if row.is_open), None)
    if one is not None:
        return _renew(actor, one, _cents(limit), until, reason, values)
    owner = responsible or account.owner
    if owner is None:
        raise Refusal("credit.owner", _("Nobody answers for this client yet: name its representative first."))
    if account.merged_into_id is not None:
        raise Refusal("credit.merged", _("This client was merged into another."))
    today = day_at(account.hotel, timezone.now())
    one = CreditAccount.objects.create(
        hotel=account.hotel, number=form_number(SERIES, account.hotel.code, today), account=account, responsible=owner,
        limit_cents=_cents(limit), limit_until=until, opened_on=today, review_on=_review_on(account.hotel, today), **values,
    )  # fmt: skip
    LimitLine.objects.create(
        credit=one, cents=one.limit_cents, until=until, set_at=timezone.now(), set_by=actor.code, reason=reason.strip()
    )
    _on_timeline(one, OPENED, number=one.number, limit=format_money(one.limit, one.hotel.currency))
    record(one, client=account.code, number=one.number, limit=one.limit, until=until, reason=reason.strip(), **values)
    return one


def _renew(
    actor: Actor, one: CreditAccount, cents: int, until: date | None, reason: str, values: dict[str, Any]
) -> CreditAccount:
    _give_limit(actor, one, cents, until, reason)
    changes = changed(one, review_on=_review_on(one.hotel, day_at(one.hotel, timezone.now())), **values)
    one.save(update_fields=[*changes] or ["review_on"])
    record(one, **changes)
    return one


def _review_on(hotel: Hotel, today: date) -> date:
    return months_later(today, REVIEW_MONTHS.at(hotel.code, today))


def _cents(amount: Decimal) -> int:
    if amount < 0 or amount != amount.quantize(Decimal("0.01")):
        raise Refusal("credit.amount", _("An amount of nothing or more, in yuan and fen."), field="limit")
    return int(amount.scaleb(2))


@command
def set_limit(
    *, actor: Actor, credit: CreditAccount, limit: Decimal, reason: str, until: date | None = None
) -> CreditAccount:
    """Give an account another limit from now on; with `until` for a time, after which the last lasting one holds again.

    A limit below what is owed puts the account on hold. Refused: no reason, an account that is closed, days gone by.
    """
    if not reason.strip():
        raise Refusal("credit.reason", _("Say why."), field="reason")
    one = lock_one(credit)
    if not one.is_open:
        raise Refusal("credit.closed", _("This account is closed."))
    if until is not None and until < day_at(one.hotel, timezone.now()):
        raise Refusal("credit.until", _("This day is over already."), field="until")
    _give_limit(actor, one, _cents(limit), until, reason)
    return one


def _give_limit(actor: Actor, one: CreditAccount, cents: int, until: date | None, reason: str) -> None:
    before = one.limit_cents
    changes = changed(one, limit_cents=cents, limit_until=until)
    if changes:
        one.save(update_fields=[*changes])
    LimitLine.objects.create(
        credit=one, cents=cents, until=until, set_at=timezone.now(), set_by=actor.code, reason=reason.strip()
    )
    record(one, limit=(money(before), money(cents)), until=until, reason=reason.strip())
    if before != cents:
        _on_timeline(one, RAISED, limit=format_money(money(cents), one.hotel.currency))
        emit(LimitChanged(one.hotel_id, one.account_id, one.pk, before, cents))
    watch_limit(one.account_id)


@command
def end_temporary_limits(*, actor: Actor, hotel: Hotel, on: date) -> Any:
    """A raise that has run out gives way to the last lasting limit; done by the worker, counted from the day by itself."""
    over = CreditAccount.objects.filter(hotel=hotel, limit_until__lt=on, closed_on=None)
    count = 0
    for row in over.order_by("pk"):
        one = lock_with_others(row)
        if one.limit_until is None or one.limit_until >= on:
            continue
        lasting = LimitLine.objects.filter(credit=one, until=None).last()
        _give_limit(actor, one, lasting.cents if lasting else 0, None, gettext_noop("The raise has run out."))
        count += 1
    return count or UNCHANGED


# ---- holding


@command
def hold(
    *, actor: Actor, credit: CreditAccount, reason: str, kind: str = HoldKind.BY_HAND, **values: Any
) -> CreditAccount:
    """Let nothing more be charged until it is released (CRD-08). Refused: no reason. Held for that already: unchanged."""
    if not reason.strip():
        raise Refusal("credit.reason", _("Say why."), field="reason")
    one = lock_one(credit)
    if not _hold(actor, one, kind, reason.strip(), values):
        return UNCHANGED  # type: ignore[return-value]
    return one


def _hold(actor: Actor, one: CreditAccount, kind: str, reason: str, values: dict[str, Any]) -> bool:
    if Hold.objects.filter(credit=one, kind=kind, released_at=None).exists():
        return False
    made = Hold.objects.create(
        credit=one, kind=kind, since=timezone.now(), reason=reason, values=values, held_by=actor.code
    )
    CreditAccount.objects.filter(pk=one.pk).update(is_on_hold=True)
    one.is_on_hold = True
    record(made, account=one.number, kind=kind, reason=reason)
    _on_timeline(one, HELD)
    emit(CreditHeld(one.hotel_id, one.account_id, one.pk, kind))
    return True


@command
def release(*, actor: Actor, credit: CreditAccount, reason: str) -> CreditAccount:
    """Let the client charge again: every hold of the account ends, and why is recorded (CRD-08).

    Refused: no reason, no hold, and one over the limit as long as more is owed than the limit.
    """
    if not reason.strip():
        raise Refusal("credit.reason", _("Say why."), field="reason")
    rows = lock_client_of(credit)
    one = next(row for row in rows if row.pk == credit.pk)
    held = list(Hold.objects.filter(credit=one, released_at=None))
    if not held:
        raise Refusal("credit.not_held", _("This account is not on hold."))
    if any(row.kind == HoldKind.OVER_LIMIT for row in held) and _is_over(rows):
        raise Refusal("credit.over_limit", _("More is owed than the limit: raise the limit or take a payment first."))
    for row in held:
        _end_hold(actor, row, reason.strip())
    _released(one)
    return one


def _end_hold(actor: Actor, row: Hold, reason: str) -> None:
    changes = changed(row, released_at=timezone.now(), released_by=actor.code, release_reason=reason)
    row.save(update_fields=[*changes])
    record(row, **changes)


def _released(one: CreditAccount) -> None:
    if Hold.objects.filter(credit=one, released_at=None).exists():
        return
    CreditAccount.objects.filter(pk=one.pk).update(is_on_hold=False)
    one.is_on_hold = False
    _on_timeline(one, RELEASED)
    emit(CreditReleased(one.hotel_id, one.account_id, one.pk))


def _is_over(rows: Sequence[CreditAccount]) -> bool:
    limit = sum(row.limit_cents for row in rows if row.is_open)
    return sum(row.balance_cents + row.pending_cents for row in rows) > limit


def watch_limit(account_id: int) -> None:
    """Inside a command: hold the client's account where more is owed than the limit, release it where that has passed."""
    rows = lock(account_id)
    one = next((row for row in rows if row.is_open), None)
    if one is None:
        return
    if _is_over(rows):
        _hold(SYSTEM, one, HoldKind.OVER_LIMIT, OVER_THE_LIMIT, {})
        return
    held = (
        Hold.objects.filter(credit=one, kind=HoldKind.OVER_LIMIT, released_at=None).first() if one.is_on_hold else None
    )
    if held is not None:
        _end_hold(SYSTEM, held, gettext_noop("No more is owed than the limit."))
        _released(one)


# ---- its particulars


@command
def change_terms(*, actor: Actor, credit: CreditAccount, revision: int, **values: Any) -> CreditAccount:
    """Change what may be charged, the guarantee, the number in the PMS, when the limit is reviewed, or who answers for it.

    Refused: putting the review of the limit off, other than by reviewing it (CRD-09).
    """
    one = lock_one(credit)
    take_revision(one, revision)
    if "review_on" in values and one.review_on is not None:
        wanted = values["review_on"]
        if wanted is None or wanted > one.review_on:
            raise Refusal("credit.review_on", _("Only a review of the limit puts the next one off."), field="review_on")
    changes = changed(one, **values)
    if not changes:
        return UNCHANGED  # type: ignore[return-value]
    one.save(update_fields=[*changes])
    record(one, **changes)
    return one


@command
def close_account(*, actor: Actor, credit: CreditAccount, reason: str) -> CreditAccount:
    """Close an account on which nothing is open (销户). Refused: something is owed, paid in advance or on its way."""
    if not reason.strip():
        raise Refusal("credit.reason", _("Say why."), field="reason")
    one = lock_one(credit)
    if not one.is_open:
        raise Refusal("credit.closed", _("This account is closed."))
    if one.balance_cents or one.pending_cents:
        raise Refusal("credit.not_settled", _("Something is still owed, paid in advance or on its way."))
    changes = changed(one, closed_on=day_at(one.hotel, timezone.now()))
    one.save(update_fields=[*changes])
    record(one, reason=reason.strip(), **changes)
    return one


def refuse_before_agreement(one: CreditAccount, on: date) -> None:
    """Refuse what may not happen before an agreement that allows charging is in force (CRD-03)."""
    if charging_agreement(one.account, on) is None:
        raise Refusal("credit.agreement", _("No agreement that allows charging is in force."))


def _on_timeline(one: CreditAccount, message: str, **values: Any) -> None:
    write_timeline(
        account=one.account, at=timezone.now(), kind="credit", message=message, url=one.get_absolute_url(), **values
    )
