"""How much is this client exposed, and may this charge go through: the one place that knows (CRD-11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from roomnight.agreements.models import Agreement, Signatory
from roomnight.agreements.queries.charging import charging_agreement, signatories_on
from roomnight.clients.models import Account
from roomnight.credit.models import (
    Authorisation,
    AuthorisationState,
    CreditAccount,
    Hold,
    LedgerLine,
    LimitLine,
    LineKind,
    Source,
)
from roomnight.credit.rules.authorising import Answer, Asked, Facts, Signer, answer
from roomnight.credit.rules.values import UNSIGNED_IMPORTS
from roomnight.organization.models import Hotel

ORDER = "order"


@dataclass(frozen=True)
class Standing:
    """How a client stands: all its credit accounts at the hotel, the open one (None: none) and the agreement of the day."""

    rows: Sequence[CreditAccount]
    credit: CreditAccount | None
    agreement: Agreement | None
    signatories: Sequence[Signatory]
    facts: Facts

    def signatory(self, name: str) -> Signatory | None:
        return next((one for one in self.signatories if one.name == name), None)


def accounts_of(account: Account) -> list[CreditAccount]:
    """The client's credit accounts, those that came with clients merged into it among them."""
    return list(CreditAccount.objects.select_related("hotel").filter(account=account).order_by("pk"))


def limit_on(credit: CreditAccount, today: date) -> int:
    """The limit in force, in cents: a raise that has run out counts no more, whatever the worker has got round to."""
    if credit.limit_until is None or credit.limit_until >= today:
        return credit.limit_cents
    lasting = LimitLine.objects.filter(credit=credit, until=None).order_by("set_at", "pk").last()
    return lasting.cents if lasting else 0


def standing(account: Account, rows: Sequence[CreditAccount], on: date, today: date, source: str = "") -> Standing:
    """How the client stands for a charge of the day `on`, by the rows of its credit accounts (locked by whoever will add).

    For an order (`source`) nobody signs yet: who may is not asked.
    """
    credit = next((one for one in rows if one.is_open), None)
    agreement = charging_agreement(account, on) if credit else None
    signatories = signatories_on(agreement, on) if agreement and source != ORDER else []
    must_be_signed = source != "pms" or UNSIGNED_IMPORTS.at(account.hotel.code, today) == "refused"
    hold = oldest_hold([one.pk for one in rows if one.is_on_hold])
    facts = Facts(
        limit=limit_on(credit, today) if credit else 0,
        balance=sum(one.balance_cents for one in rows),
        pending=sum(one.pending_cents for one in rows),
        today=today,
        is_open=credit is not None,
        hold=hold.reason if hold else "",
        hold_values=hold.told if hold else {},
        agreement=agreement.number if agreement else "",
        signers=[Signer(one.name, _cents(one)) for one in signatories],
        must_be_signed=must_be_signed,
        scope=credit.scope if credit else (),
        currency=account.hotel.currency,
    )
    return Standing(rows, credit, agreement, signatories, facts)


def _cents(one: Signatory) -> int | None:
    return None if one.limit_each is None else int(one.limit_each.scaleb(2))


def oldest_hold(pks: Sequence[int]) -> Hold | None:
    """Why nothing may be charged on these accounts: the oldest of their holds."""
    return Hold.objects.filter(credit__in=pks, released_at=None).first() if pks else None


def may_charge(account: Account, asked: Asked, today: date, source: str = "hand") -> Answer:
    """Whether a client may charge this, as things are now; who adds a line asks again under the lock."""
    return answer(standing(account, accounts_of(account), asked.on, today, source).facts, asked)


def already_there(
    credit: Sequence[CreditAccount], reference: str, cents: int, source: str = Source.HAND
) -> LedgerLine | None:
    """The charge with this bill and amount that stands on the ledger and was not reversed: a folio and its invoice are one.

    Lines of the PMS are told apart by the PMS (two nights of one folio): one of them is the same bill only as a line that
    came in another way and that no line of the PMS was found to be yet.
    """
    if not reference:
        return None
    found = LedgerLine.objects.filter(
        credit__in=credit, reference=reference, amount_cents=cents, kind=LineKind.CHARGE, reversed_by=None
    )
    return (found.exclude(source=Source.PMS).filter(posting=None) if source == Source.PMS else found).first()


def open_authorisation(credit: Sequence[CreditAccount], reference: str) -> Authorisation | None:
    """What is set aside for this bill."""
    found = Authorisation.objects.filter(credit__in=credit, reference=reference, state=AuthorisationState.OPEN)
    return found.first() if reference else None


def key_at(hotel: Hotel, key: str) -> str:
    """A caller's key as it is kept: keys of two hotels have nothing to do with each other."""
    return f"{hotel.pk}:{key}" if key else ""


def authorisation_by(hotel: Hotel, key: str) -> Authorisation | None:
    """What was set aside at a hotel under a caller's key, whatever has become of it."""
    found = Authorisation.objects.select_related("credit__hotel", "credit__account", "line")
    return found.filter(key=key_at(hotel, key)).first() if key else None
