"""Lines of the ledger: charges, payments, what settles what, and corrections (CRD-04, CRD-05, CRD-06)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.agreements.models import Agreement
from roomnight.agreements.queries.charging import settlement_terms
from roomnight.clients.models import Account
from roomnight.credit.commands.accounts import lock, lock_client_of, lock_one, lock_with_others, watch_limit
from roomnight.credit.models import (
    Authorisation,
    AuthorisationState,
    CreditAccount,
    LedgerLine,
    LineKind,
    Match,
    Source,
    money,
)
from roomnight.credit.queries import words
from roomnight.credit.queries.standing import (
    Standing,
    already_there,
    authorisation_by,
    key_at,
    open_authorisation,
    standing,
)
from roomnight.credit.rules.authorising import Answer, Asked, answer, override_suffices
from roomnight.credit.rules.matching import OpenLine, Pair, in_order, oldest_first
from roomnight.credit.rules.terms import due_on
from roomnight.credit.rules.values import OVERRIDE_PERCENT
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record, record_many
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Hotel
from roomnight.organization.working_days import day_at


@dataclass(frozen=True)
class Bill:
    """What is to go on a client's account. `source_key` names it in the system it came from, where there is one."""

    amount: Decimal
    on: date
    revenue_kind: str = ""
    department: str = ""
    reference: str = ""
    description: str = ""
    signed_by: str = ""
    source: str = Source.HAND
    source_key: str = ""
    currency: str = ""
    """Nothing: the hotel's own."""

    @property
    def cents(self) -> int:
        """The amount in cents; refused where it is nothing or less, or finer than a cent."""
        if self.amount <= 0 or self.amount != self.amount.quantize(Decimal("0.01")):
            raise Refusal("credit.amount", _("A charge is more than nothing, in yuan and fen."), field="amount")
        return int(self.amount.scaleb(2))


# ---- charging


@command
def charge(*, actor: Actor, account: Account, bill: Bill) -> LedgerLine:
    """Put a bill on a client's account (CRD-05). The one door for every way in: screen, file, interface, PMS.

    What is set aside for this bill is used up. Refused, with the codes of `rules.authorising`: no open account, no
    agreement in force on the day, somebody who may not sign, the account on hold, the limit; also a day to come and a bill
    that is on the ledger already (`credit.twice`). Charges at the same time wait for each other: together they never pass the limit.
    """
    where, given, held = judged(account, bill)
    if not given.is_allowed:
        raise Refusal(given.code, words.told(account.hotel, given), field=FIELDS.get(given.code))
    return enter(actor, where, bill, held)


@command
def charge_all_the_same(
    *, actor: Actor, account: Account, bill: Bill, reason: str, authority: Decimal | None
) -> LedgerLine:
    """Let a charge through that was refused, with a reason (CRD-05): within the percentage of the credit manager, or by
    whoever may grant such a limit (`authority`, in yuan).

    Refused: no reason, what nobody can lift (no agreement, nobody who may sign, closed, twice), more than one may decide.
    """
    if not reason.strip():
        raise Refusal("credit.reason", _("Say why."), field="reason")
    where, given, held = judged(account, bill)
    if not given.is_allowed:
        refuse_override(account.hotel, given, bill.on, authority)
    return enter(actor, where, bill, held, override=reason.strip())


def refuse_override(hotel: Hotel, given: Answer, on: date, authority: Decimal | None) -> None:
    """Refuse to let through what nobody can lift, or what is more than one may decide."""
    if not given.may_be_lifted:
        raise Refusal(given.code, words.told(hotel, given), field=FIELDS.get(given.code))
    percent = OVERRIDE_PERCENT.at(hotel.code, on)
    if not override_suffices(given, percent, None if authority is None else int(authority.scaleb(2))):
        raise Refusal(
            "credit.authority",
            _("This is more than you may let through: %(over)s over the limit. Somebody who may grant that limit decides.")
            % {"over": money(given.over)},
        )  # fmt: skip


FIELDS = {
    "credit.signer": "signed_by", "credit.signer_limit": "signed_by", "credit.limit": "amount", "credit.future": "on",
    "credit.scope": "revenue_kind", "credit.twice": "reference", "credit.agreement": "on", "credit.amount": "amount",
    "credit.currency": "currency",
}  # fmt: skip
"""At which field of a form a refusal belongs."""


def judged(
    account: Account, bill: Bill, held: Authorisation | None = None
) -> tuple[Standing, Answer, Authorisation | None]:
    """The client's accounts locked, and what is to be said of the bill now; `held` is what is set aside for it, where that is
    known."""
    cents, today = bill.cents, day_at(account.hotel, timezone.now())
    rows = lock(account.pk)
    where = standing(account, rows, bill.on, today, bill.source)
    held = held or open_authorisation(rows, bill.reference)
    asked = asked_of(bill, held.cents if held else 0)
    given = answer(where.facts, asked)
    if bill.on > today:
        given = Answer(given.limit, given.balance, given.pending, cents, "credit.future", {"on": bill.on.isoformat()})
    elif already_there(rows, bill.reference.strip(), cents, bill.source) is not None:
        values = {"reference": bill.reference.strip()}
        given = Answer(given.limit, given.balance, given.pending, cents, "credit.twice", values)
    return where, given, held


def asked_of(bill: Bill, set_aside: int = 0) -> Asked:
    return Asked(bill.cents, bill.on, bill.revenue_kind, bill.signed_by.strip(), set_aside, bill.currency)


def enter(actor: Actor, where: Standing, bill: Bill, held: Authorisation | None, override: str = "") -> LedgerLine:
    """Inside a command that judged the bill: put it on the ledger."""
    assert where.credit is not None, "an account that is not open is refused before"
    assert where.agreement is not None, "without an agreement it is refused before"
    signed_by = bill.signed_by.strip()
    line = append(
        actor, where.credit, LineKind.CHARGE, bill.cents, bill.on, due_on=_due(where.agreement, bill.on),
        revenue_kind=bill.revenue_kind, department=bill.department.strip(), reference=bill.reference.strip(),
        description=bill.description.strip(), agreement=where.agreement, signatory=where.signatory(signed_by),
        signed_by=signed_by, source=bill.source, source_key=bill.source_key, override=override,
    )  # fmt: skip
    if held is not None:
        _end_authorisation(actor, held, AuthorisationState.CAPTURED, line)
    return line


def _due(agreement: Agreement, on: date) -> date:
    return due_on(on, agreement.settlement, agreement.payment_days)


def append(
    actor: Actor, credit: CreditAccount, kind: str, cents: int, on: date, *, due_on: date, **values: Any
) -> LedgerLine:
    """Inside a command that holds the account's lock: add one line and keep the balance in step."""
    balance = CreditAccount.objects.filter(pk=credit.pk)
    balance.update(balance_cents=F("balance_cents") + cents)
    credit.balance_cents += cents
    line = LedgerLine.objects.create(
        hotel=credit.hotel, credit=credit, kind=kind, on=on, due_on=due_on, amount_cents=cents, open_cents=cents,
        balance_cents=credit.balance_cents, entered_by=actor.code, entered_at=timezone.now(), **values,
    )  # fmt: skip
    record(
        line, account=credit.number, kind=kind, amount=line.amount, on=on,
        **{name: str(value) for name, value in values.items() if value not in (None, "") and name in AUDITED},
    )  # fmt: skip
    return line


AUDITED = ("reference", "department", "signed_by", "override", "method", "reverses", "source", "description")


# ---- what is set aside


@command
def authorise(*, actor: Actor, account: Account, bill: Bill, until: date, key: str = "") -> Any:
    """Set an amount aside for a charge to come 在途: it counts against the limit until it is charged or released (CRD-05).

    With a `key` the same asked again changes nothing, whatever has become of it. Refused as a charge would be on its day, but
    that it may lie ahead; a bill for which something is set aside already; a key that was used for something else.
    """
    rows = lock(account.pk)
    if key and (same := authorisation_by(account.hotel, key)) is not None:
        refuse_another(same, account, bill)
        return UNCHANGED
    today = day_at(account.hotel, timezone.now())
    where = standing(account, rows, bill.on, today, bill.source)
    given = answer(where.facts, asked_of(bill))
    if not given.is_allowed or where.credit is None:
        raise Refusal(given.code, words.told(account.hotel, given), field=FIELDS.get(given.code))
    if not bill.reference.strip():
        raise Refusal("credit.reference", _("Say for which booking or order."), field="reference")
    if open_authorisation(rows, bill.reference.strip()) is not None:
        raise Refusal("credit.authorised", _("Something is set aside for this already."), field="reference")
    if until < max(bill.on, today):
        raise Refusal("credit.until", _("It must hold until the day of the charge at least."), field="until")
    made = Authorisation.objects.create(
        credit=where.credit, cents=bill.cents, on=bill.on, until=until, revenue_kind=bill.revenue_kind,
        department=bill.department.strip(), reference=bill.reference.strip(), signatory=where.signatory(bill.signed_by.strip()),
        signed_by=bill.signed_by.strip(), key=key_at(account.hotel, key), made_by=actor.code, made_at=timezone.now(),
    )  # fmt: skip
    CreditAccount.objects.filter(pk=where.credit.pk).update(pending_cents=F("pending_cents") + made.cents)
    record(made, account=where.credit.number, amount=made.amount, reference=made.reference, until=until)
    return made


def refuse_another(same: Authorisation, account: Account, bill: Bill) -> None:
    """Refuse a key that was used for another client, bill or amount."""
    if (same.credit.account_id, same.cents, same.reference) != (account.pk, bill.cents, bill.reference.strip()):
        raise Refusal("credit.key", _("This key was used for something else."), field="key")


@command
def capture(
    *, actor: Actor, authorisation: Authorisation, amount: Decimal, on: date, source_key: str = ""
) -> LedgerLine:
    """Charge what was set aside, or less of it; the rest is released with it (CRD-05).

    It is judged once more, as things are now. Refused as `charge`, more than was set aside, what was charged or released
    before, and what was set aside until a day gone by.
    """
    client = lock_client_of(authorisation.credit)[0].account
    one = Authorisation.objects.select_related("credit__hotel").get(pk=authorisation.pk)
    if one.state != AuthorisationState.OPEN:
        raise Refusal("credit.authorisation", _("Nothing is set aside here any more."))
    if one.until < day_at(one.credit.hotel, timezone.now()):
        raise Refusal("credit.expired", _("This was set aside until %(day)s only.") % {"day": one.until.isoformat()})
    bill = Bill(amount, on, one.revenue_kind, one.department, one.reference, "", one.signed_by, Source.API, source_key)
    if bill.cents > one.cents:
        raise Refusal("credit.more", _("Only %(amount)s is set aside here.") % {"amount": one.amount}, field="amount")
    where, given, held = judged(client, bill, one)
    if not given.is_allowed:
        raise Refusal(given.code, words.told(client.hotel, given), field=FIELDS.get(given.code))
    return enter(actor, where, bill, held)


@command
def release_authorisation(*, actor: Actor, authorisation: Authorisation) -> Authorisation:
    """What was set aside is not needed any more. Refused once it was charged or released."""
    lock_with_others(authorisation.credit)
    one = Authorisation.objects.select_related("credit__hotel").get(pk=authorisation.pk)
    if one.state != AuthorisationState.OPEN:
        raise Refusal("credit.authorisation", _("Nothing is set aside here any more."))
    _end_authorisation(actor, one, AuthorisationState.RELEASED, None)
    watch_limit(one.credit.account_id)
    return one


def _end_authorisation(actor: Actor, held: Authorisation, state: str, line: LedgerLine | None) -> None:
    CreditAccount.objects.filter(pk=held.credit_id).update(pending_cents=F("pending_cents") - held.cents)
    changes = changed(held, state=state, line=line, ended_at=timezone.now(), ended_by=actor.code)
    held.save(update_fields=[*changes])
    record(held, **changes)


@command
def expire_authorisations(*, actor: Actor, hotel: Hotel, on: date) -> Any:
    """What was set aside until a day gone by counts no more; done by the worker."""
    over = Authorisation.objects.filter(credit__hotel=hotel, state=AuthorisationState.OPEN, until__lt=on)
    count = 0
    for row in over.select_related("credit").order_by("credit", "pk"):
        lock_with_others(row.credit)
        one = Authorisation.objects.select_related("credit__hotel").get(pk=row.pk)
        if one.state == AuthorisationState.OPEN:
            _end_authorisation(actor, one, AuthorisationState.EXPIRED, None)
            watch_limit(one.credit.account_id)
            count += 1
    return count or UNCHANGED


# ---- payments and what they settle


@command
def take_payment(
    *, actor: Actor, credit: CreditAccount, amount: Decimal, on: date, method: str = "", reference: str = "",
    description: str = "", source: str = Source.HAND, source_key: str = "", settles: Sequence[int] | None = None,
) -> LedgerLine:  # fmt: skip
    """Enter money that came in (CRD-06). It settles what is due first, disputed charges left out; or the charges named by
    `settles`, in that order, none for []. What is left over stays on the account as paid in advance.

    Refused: nothing or less, a day to come, the same receipt twice (payments of the PMS are told apart by the PMS).
    """
    if amount <= 0 or amount != amount.quantize(Decimal("0.01")):
        raise Refusal("credit.amount", _("A payment is more than nothing, in yuan and fen."), field="amount")
    rows = lock_client_of(credit)
    one = next(row for row in rows if row.pk == credit.pk)
    if on > day_at(one.hotel, timezone.now()):
        raise Refusal("credit.future", _("This day is still to come."), field="on")
    same = LedgerLine.objects.filter(
        credit=one, kind=LineKind.PAYMENT, reference=reference.strip(), on=on, amount_cents=-int(amount.scaleb(2)),
        reversed_by=None,
    )  # fmt: skip
    if reference.strip() and source != Source.PMS and same.exists():
        raise Refusal("credit.twice", _("This receipt is on the ledger already."), field="reference")
    line = append(
        actor, one, LineKind.PAYMENT, -int(amount.scaleb(2)), on, due_on=on, method=method.strip(),
        reference=reference.strip(), description=description.strip(), source=source, source_key=source_key,
    )  # fmt: skip
    _match(actor, _pairs(one, [line], settles))
    watch_limit(one.account_id)
    return line


@command
def settle(*, actor: Actor, payment: LedgerLine, settles: Sequence[int] | None = None) -> list[Match]:
    """Let what is left of a payment settle charges: those that are due first, or those named, in that order (CRD-06)."""
    one = lock_one(payment.credit)
    line = LedgerLine.objects.get(pk=payment.pk)
    pairs = _pairs(one, [line], settles)
    if not pairs:
        raise Refusal("credit.nothing_open", _("Nothing is left to settle here."))
    return _match(actor, pairs)


@command
def unsettle(*, actor: Actor, match: Match) -> Match:
    """Take back that a payment settled a charge; both are open again, and the row says who took it back."""
    lock_one(match.debit.credit)
    one = Match.objects.select_related("debit__hotel", "credit").get(pk=match.pk)
    if one.undone_at is not None:
        raise Refusal("credit.unsettled", _("This was taken back already."))
    _undo(actor, [one])
    return one


def _pairs(credit: CreditAccount, payments: Sequence[LedgerLine], settles: Sequence[int] | None) -> list[Pair]:
    open_lines = LedgerLine.objects.filter(hotel=credit.hotel_id, credit=credit, open_cents__gt=0)
    if settles is None:
        open_lines = open_lines.exclude(disputes__isnull=False, disputes__resolved_at=None)
    else:
        open_lines = open_lines.filter(pk__in=list(settles))
    debits = [OpenLine(*row) for row in open_lines.values_list("pk", "due_on", "open_cents")]
    credits = [OpenLine(line.pk, line.due_on, line.open_cents) for line in payments if line.open_cents < 0]
    if settles is None:
        return oldest_first(debits, credits)
    if len(debits) != len(set(settles)):
        raise Refusal("credit.settled", _("One of these charges is settled already, or is another client's."))
    place = {pk: at for at, pk in enumerate(settles)}
    return in_order(sorted(debits, key=lambda one: place[one.pk]), credits)


def _match(actor: Actor, pairs: Iterable[Pair]) -> list[Match]:
    made = [
        Match(
            debit_id=one.debit, credit_id=one.credit, cents=one.cents, matched_at=timezone.now(), matched_by=actor.code
        )
        for one in pairs
    ]
    Match.objects.bulk_create(made)
    for one in made:
        LedgerLine.objects.filter(pk=one.debit_id).update(open_cents=F("open_cents") - one.cents)
        LedgerLine.objects.filter(pk=one.credit_id).update(open_cents=F("open_cents") + one.cents)
    record_many([(one, {"debit": one.debit_id, "credit": one.credit_id, "amount": one.amount}) for one in made])
    return made


def _undo(actor: Actor, matches: Iterable[Match]) -> None:
    for one in matches:
        changes = changed(one, undone_at=timezone.now(), undone_by=actor.code)
        one.save(update_fields=[*changes])
        LedgerLine.objects.filter(pk=one.debit_id).update(open_cents=F("open_cents") + one.cents)
        LedgerLine.objects.filter(pk=one.credit_id).update(open_cents=F("open_cents") - one.cents)
        record(one, **changes)


# ---- corrections


@command
def reverse(
    *, actor: Actor, line: LedgerLine, reason: str, source: str = Source.HAND, source_key: str = ""
) -> LedgerLine:
    """Take a line back by its opposite (CRD-04): both stay, both settle each other, and what it settled or what settled it is open again.

    Refused: no reason, a line that was reversed, and a reversal.
    """
    if not reason.strip():
        raise Refusal("credit.reason", _("Say why."), field="reason")
    rows = lock_client_of(line.credit)
    one = next(row for row in rows if row.pk == line.credit_id)
    if line.kind == LineKind.REVERSAL or LedgerLine.objects.filter(reverses=line.pk).exists():
        raise Refusal("credit.reversed", _("This line was taken back already, or is a reversal itself."))
    matches = Match.objects.select_related("debit__hotel").filter(undone_at=None)
    _undo(actor, [*matches.filter(debit=line.pk), *matches.filter(credit=line.pk)])
    opposite = append(
        actor, one, LineKind.REVERSAL, -line.amount_cents, day_at(one.hotel, timezone.now()), due_on=line.due_on,
        reverses=line, reference=line.reference, department=line.department, revenue_kind=line.revenue_kind,
        description=reason.strip()[:160], source=source, source_key=source_key,
    )  # fmt: skip
    debit, credit = (line, opposite) if line.amount_cents > 0 else (opposite, line)
    _match(actor, [Pair(debit.pk, credit.pk, abs(line.amount_cents))])
    watch_limit(one.account_id)
    return opposite


@command
def adjust(
    *, actor: Actor, credit: CreditAccount, amount: Decimal, reason: str, reference: str = "", source: str = Source.HAND,
    source_key: str = "",
) -> LedgerLine:  # fmt: skip
    """Correct what a client owes by an amount, above nothing for more, below for less (CRD-04). Refused: no reason, nothing."""
    if not reason.strip():
        raise Refusal("credit.reason", _("Say why."), field="reason")
    if not amount or amount != amount.quantize(Decimal("0.01")):
        raise Refusal("credit.amount", _("An amount in yuan and fen that is not nothing."), field="amount")
    one = lock_with_others(credit)
    today = day_at(one.hotel, timezone.now())
    terms = settlement_terms(one.account, today)
    due = due_on(today, terms.settlement, terms.payment_days) if terms and amount > 0 else today
    line = append(
        actor, one, LineKind.ADJUSTMENT, int(amount.scaleb(2)), today, due_on=due, reference=reference.strip(),
        description=reason.strip()[:160], source=source, source_key=source_key,
    )  # fmt: skip
    watch_limit(one.account_id)
    return line


@command
def write_off(*, actor: Actor, line: LedgerLine, reason: str, authority: Decimal | None) -> LedgerLine:
    """Give up what is open of a charge as lost 坏账核销 (CRD-04), by whoever may decide on that much.

    Refused: no reason, nothing open, more than one may decide.
    """
    if not reason.strip():
        raise Refusal("credit.reason", _("Say why."), field="reason")
    one = lock_with_others(line.credit)
    now = LedgerLine.objects.get(pk=line.pk)
    if now.open_cents <= 0:
        raise Refusal("credit.nothing_open", _("Nothing is open on this line."))
    if authority is None or authority.scaleb(2) < now.open_cents:
        raise Refusal(
            "credit.authority", _("To give up %(amount)s is more than you may decide.") % {"amount": now.open}
        )
    made = append(
        actor, one, LineKind.WRITE_OFF, -now.open_cents, day_at(one.hotel, timezone.now()), due_on=now.due_on,
        reference=now.reference, description=reason.strip()[:160], source=Source.HAND,
    )  # fmt: skip
    _match(actor, [Pair(now.pk, made.pk, now.open_cents)])
    watch_limit(one.account_id)
    return made
