"""Taking what the PMS sent onto the ledger, and deciding on what may not go through by itself (CRD-04, CRD-05)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.models import Account
from roomnight.credit.commands.accounts import lock
from roomnight.credit.commands.ledger import Bill, adjust, enter, judged, refuse_override, reverse, take_payment
from roomnight.credit.models import (
    CreditAccount,
    LedgerLine,
    LineKind,
    Posting,
    RefusedCharge,
    RefusedState,
    Source,
    money,
)
from roomnight.credit.queries.acting import granted
from roomnight.credit.queries.standing import already_there
from roomnight.credit.queries.words import kept
from roomnight.credit.rules.values import OTHER_IMPORTS
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.organization.models import Hotel
from roomnight.organization.working_days import day_at
from roomnight.pms.models import FolioLine, Payment
from roomnight.ui.addresses import address

FOREIGN = gettext_noop(
    "%(client)s paid %(amount)s %(currency)s in the PMS: enter by hand what that is in the hotel's own currency"
)

# ---- what the PMS charged


@command
def take_folio_line(*, actor: Actor, pk: int) -> Any:
    """Take a line that the PMS put on the city ledger onto the client's: charged, or kept for a decision where it may not be.

    The same line again changes nothing. One that is other than before, or another client's, is reversed and charged anew;
    one that is on the city ledger no more is reversed. What the PMS takes back is reversed, or adjusted where nothing like
    it was charged. A bill that stands on the ledger already, entered in another way, is this line: it is not charged twice.
    """
    folio = _locked(FolioLine, pk)
    posting = Posting.objects.select_related("line__credit", "refused").filter(folio=folio).first()
    account = folio.party.account if folio.party else None
    if _is_to_come(folio.hotel, folio.business_date):
        return UNCHANGED
    if posting is None:
        posting = Posting(hotel=folio.hotel, folio=folio, account=account, content=folio.content)
    elif (posting.content, posting.account_id) == (folio.content, account.pk if account else None):
        return UNCHANGED
    else:
        _hold_both(posting, account)
        if _says_the_same(posting, folio, account):
            _looked_at(posting, folio, account)
            return UNCHANGED
        _take_back(actor, posting)
    if folio.on_city_ledger and folio.amount_cents:
        _post(actor, posting, folio, account)
    _looked_at(posting, folio, account)
    record(posting, line=posting.line_id, refused=posting.refused_id, amount=folio.amount, reference=folio.reference)
    return posting


def _hold_both(posting: Posting, account: Account | None) -> None:
    """Lock the accounts of the client whose line it was and of the one whose it is, in the order in which everybody does."""
    before = posting.line.credit.account_id if posting.line else None
    for client in sorted({one for one in (before, account.pk if account else None) if one is not None}):
        lock(client)


def _is_to_come(hotel: Hotel, on: date) -> bool:
    return on > day_at(hotel, timezone.now())


def _locked(model: Any, pk: int) -> Any:
    """The line of the PMS as it is now; whoever takes it at the same time waits."""
    rows = model.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("hotel", "party__account__hotel").get(pk=pk)


def _looked_at(posting: Posting, line: FolioLine | Payment, account: Account | None) -> Posting:
    posting.content, posting.account = line.content, account
    if posting.pk is None:
        posting.save(force_insert=True)
    else:
        posting.save(update_fields=["content", "account", "version", "line", "refused"])
    return posting


def _says_the_same(posting: Posting, folio: FolioLine, account: Account | None) -> bool:
    """Whether nothing differs that a client would be told: only its room, say, or its tax."""
    line = posting.line
    if line is None or account is None or not folio.on_city_ledger or hasattr(line, "reversed_by"):
        return False
    if (line.credit.account_id, line.amount_cents, line.reference) != (account.pk, folio.amount_cents, folio.reference):
        return False
    if line.kind != LineKind.CHARGE or line.source != Source.PMS:
        return True
    particulars = (folio.business_date, folio.revenue_kind, folio.department)
    return (line.on, line.revenue_kind, line.department) == particulars


def _take_back(actor: Actor, posting: Posting) -> None:
    """What a line of the PMS had become is no more: its ledger line is reversed, its open decision is withdrawn."""
    posting.version += 1
    line, waiting = posting.line, posting.refused
    posting.line = posting.refused = None
    more = {"reason": _("Changed in the PMS"), "source": Source.PMS, "source_key": _key(posting, "back")}
    if line is not None and line.kind == LineKind.REVERSAL:
        adjust(actor=actor, credit=line.credit, amount=-line.amount, reference=line.reference, **more)
    elif line is not None and not hasattr(line, "reversed_by"):
        reverse(actor=actor, line=line, **more)
    if waiting is not None and waiting.state == RefusedState.OPEN:
        _decided(actor, waiting, RefusedState.SENT_BACK, _("Changed in the PMS"))


def _key(posting: Posting, what: str = "") -> str:
    kind, pk = ("folio", posting.folio_id) if posting.folio_id else ("payment", posting.payment_id)
    return f"pms:{kind}:{pk}:{posting.version}{what and f':{what}'}"


def _post(actor: Actor, posting: Posting, folio: FolioLine, account: Account | None) -> None:
    bill = Bill(
        folio.amount, folio.business_date, folio.revenue_kind, folio.department, folio.reference, folio.description,
        source=Source.PMS, source_key=_key(posting),
    )  # fmt: skip
    if account is None:
        name = (folio.party.name or folio.party.code) if folio.party else folio.booking_number or folio.reference
        posting.refused = _refuse(folio.hotel, name, bill, "credit.client", {"name": name})
        return
    if folio.currency != folio.hotel.currency:
        posting.refused = _refuse(folio.hotel, account.name, bill, "credit.currency", {"currency": folio.currency})
        return
    if bill.amount < 0:
        posting.line, posting.refused = _give_back(actor, account, bill)
        return
    rows = lock(account.pk)
    if not rows and OTHER_IMPORTS.at(folio.hotel.code, day_at(folio.hotel, timezone.now())) == "ignored":
        return
    posting.line = already_there(rows, bill.reference, bill.cents, bill.source)
    if posting.line is None:
        posting.line, posting.refused = _charge_or_keep(actor, account, bill)


def _charge_or_keep(actor: Actor, account: Account, bill: Bill) -> tuple[LedgerLine | None, RefusedCharge | None]:
    where, given, held = judged(account, bill)
    if given.is_allowed:
        return enter(actor, where, bill, held), None
    return None, _refuse(account.hotel, account.name, bill, given.code, kept(given), where.credit)


def _refuse(
    hotel: Hotel, name: str, bill: Bill, code: str, values: dict[str, Any], credit: CreditAccount | None = None
) -> RefusedCharge:
    return RefusedCharge.objects.create(
        hotel=hotel, credit=credit, client_name=name[:160], on=bill.on, amount_cents=int(bill.amount.scaleb(2)),
        revenue_kind=bill.revenue_kind, department=bill.department, reference=bill.reference, description=bill.description,
        source=bill.source, source_key=bill.source_key, code=code, values=values, came_at=timezone.now(),
    )  # fmt: skip


def _give_back(actor: Actor, account: Account, bill: Bill) -> tuple[LedgerLine | None, RefusedCharge | None]:
    """An amount below nothing: the charge that it takes back is reversed; where there is none the balance is adjusted."""
    rows = lock(account.pk)
    one = next((row for row in rows if row.is_open), None)
    if one is None:
        return None, _refuse(account.hotel, account.name, bill, "credit.closed", {})
    why = bill.description or _("Taken back in the PMS")
    more = {"source": Source.PMS, "source_key": bill.source_key}
    charged = LedgerLine.objects.filter(
        credit__in=rows, kind=LineKind.CHARGE, amount_cents=-int(bill.amount.scaleb(2)), reversed_by=None,
        reference=bill.reference, revenue_kind=bill.revenue_kind, on__lte=bill.on,
    ).exclude(reference="")  # fmt: skip
    line = charged.select_related("hotel", "credit__account").order_by("-on", "-pk").first()
    if line is not None:
        return reverse(actor=actor, line=line, reason=why, **more), None
    return adjust(actor=actor, credit=one, amount=bill.amount, reason=why, reference=bill.reference, **more), None


# ---- what the PMS was paid


@command
def take_pms_payment(*, actor: Actor, pk: int) -> Any:
    """Take a payment of the PMS onto the ledger of the client it is from, where that has an open account (CRD-06).

    The same again changes nothing; one that is other than before is reversed and entered anew. A receipt that finance
    entered by hand is the same payment. Money given back makes the client owe it again. Of one in another currency finance
    is told.
    """
    paid = _locked(Payment, pk)
    posting = Posting.objects.select_related("line__credit").filter(payment=paid).first()
    account = paid.party.account if paid.party else None
    if _is_to_come(paid.hotel, paid.paid_on):
        return UNCHANGED
    if posting is None:
        posting = Posting(hotel=paid.hotel, payment=paid, account=account, content=paid.content)
    elif (posting.content, posting.account_id) == (paid.content, account.pk if account else None):
        return UNCHANGED
    else:
        _hold_both(posting, account)
        _take_back(actor, posting)
    rows = lock(account.pk) if account else []
    credit = next((row for row in rows if row.is_open), None)
    if credit is not None and paid.amount_cents and paid.currency != paid.hotel.currency:
        _tell_of_currency(credit, paid)
    elif credit is not None and paid.amount_cents:
        posting.line = _received(rows, paid) or _receive(actor, credit, paid, _key(posting))
    _looked_at(posting, paid, account)
    record(posting, line=posting.line_id, amount=paid.amount, reference=paid.reference)
    return posting


def _tell_of_currency(credit: CreditAccount, paid: Payment) -> None:
    """Finance enters by hand what such a payment is in the hotel's own currency."""
    for person in granted(paid.hotel, "credit.payment", "create"):
        notify(
            person.username, FOREIGN, hotel_code=paid.hotel.code, url=address("credit:payment", paid.hotel.code, credit.pk),
            client=credit.account.name, amount=str(paid.amount), currency=paid.currency,
        )  # fmt: skip


def _received(rows: Sequence[CreditAccount], paid: Payment) -> LedgerLine | None:
    """The same receipt as it was entered by hand."""
    if not paid.reference:
        return None
    found = LedgerLine.objects.filter(
        credit__in=rows, kind=LineKind.PAYMENT, reference=paid.reference, amount_cents=-paid.amount_cents,
        reversed_by=None, posting=None,
    )  # fmt: skip
    return found.exclude(source=Source.PMS).first()


def _receive(actor: Actor, credit: CreditAccount, paid: Payment, key: str) -> LedgerLine:
    if paid.amount_cents < 0:
        return adjust(
            actor=actor, credit=credit, amount=-paid.amount, reason=_("Given back in the PMS"), reference=paid.reference,
            source=Source.PMS, source_key=key,
        )  # fmt: skip
    return take_payment(
        actor=actor, credit=credit, amount=paid.amount, on=paid.paid_on, method=paid.method, reference=paid.reference,
        description=paid.statement, source=Source.PMS, source_key=key,
    )  # fmt: skip


# ---- deciding


@command
def let_through(
    *, actor: Actor, refused: RefusedCharge, account: Account, reason: str, authority: Decimal | None,
    signed_by: str = "",
) -> RefusedCharge:  # fmt: skip
    """Put a charge that was kept for a decision on the account of a client, with a reason (CRD-05).

    It is judged as things are now. Refused as `charge_all_the_same`, and where somebody has decided meanwhile.
    """
    if not reason.strip():
        raise Refusal("credit.reason", _("Say why."), field="reason")
    bill = Bill(
        refused.amount, refused.on, refused.revenue_kind, refused.department, refused.reference, refused.description,
        signed_by or refused.signed_by, refused.source, refused.source_key,
    )  # fmt: skip
    lock(account.pk)
    one = _open(refused)
    if bill.amount < 0:
        line, _kept = _give_back(actor, account, bill)
        if line is None:
            raise Refusal("credit.closed", _("This client has no credit account that is open."), field="account")
    else:
        where, given, held = judged(account, bill)
        if not given.is_allowed:
            refuse_override(account.hotel, given, bill.on, authority)
        line = enter(actor, where, bill, held, override=reason.strip())
    _decided(actor, one, RefusedState.LET_THROUGH, reason, line)
    Posting.objects.filter(refused=one).update(line=line)
    return one


@command
def send_back(*, actor: Actor, refused: RefusedCharge, note: str) -> RefusedCharge:
    """A charge that was kept for a decision is not this hotel's client's to pay on account: whoever took it collects it.

    Refused: no word of what is to be done, and where somebody has decided meanwhile.
    """
    if not note.strip():
        raise Refusal("credit.reason", _("Say what is to be done."), field="note")
    one = _open(refused)
    _decided(actor, one, RefusedState.SENT_BACK, note)
    return one


def _open(refused: RefusedCharge) -> RefusedCharge:
    one = RefusedCharge.objects.select_for_update(of=("self",), no_key=True).select_related("hotel").get(pk=refused.pk)
    if one.state != RefusedState.OPEN:
        raise Refusal("credit.decided", _("Somebody has decided on this already."))
    return one


def _decided(actor: Actor, one: RefusedCharge, state: str, note: str, line: LedgerLine | None = None) -> None:
    changes = changed(
        one, state=state, note=note.strip()[:300], line=line, decided_by=actor.code, decided_at=timezone.now()
    )
    one.save(update_fields=[*changes])
    record(one, client=one.client_name, amount=money(one.amount_cents), **changes)
