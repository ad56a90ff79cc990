"""May this charge go through? One answer for every way in (CRD-05, CRD-11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Signer:
    """One who may sign for the client on the day: each time up to `limit_cents` (None: without a limit of their own)."""

    name: str
    limit_cents: int | None


@dataclass(frozen=True)
class Asked:
    """What is to be charged. `signed_by` is nothing where the way in does not tell who signed. `set_aside` is what an
    authorisation holds for this very charge already. `currency` is nothing where the way in knows only the hotel's own."""

    cents: int
    on: date
    revenue_kind: str = ""
    signed_by: str = ""
    set_aside: int = 0
    currency: str = ""


@dataclass(frozen=True)
class Facts:
    """How a client stands: amounts over all its accounts at this hotel, whatever their age."""

    limit: int
    balance: int
    pending: int
    today: date
    is_open: bool = True
    hold: str = ""
    hold_values: Mapping[str, Any] = field(default_factory=dict)
    """Why nothing may be charged for the time being; nothing where it may."""
    agreement: str = ""
    """The number of the agreement that allows charging on the day, if one does."""
    signers: Sequence[Signer] = ()
    must_be_signed: bool = True
    scope: Sequence[str] = ()
    """What may be charged; nothing named is everything."""
    currency: str = ""

    @property
    def exposure(self) -> int:
        return self.balance + self.pending

    @property
    def available(self) -> int:
        return self.limit - self.exposure


@dataclass(frozen=True)
class Answer:
    """Whether a charge may go through; if not, the reason's `code`, what its sentence needs, and the parts of the sum."""

    limit: int
    balance: int
    pending: int
    asked: int
    code: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def is_allowed(self) -> bool:
        return not self.code

    @property
    def total(self) -> int:
        return self.balance + self.pending + self.asked

    @property
    def over(self) -> int:
        """By how much it would pass the limit; nothing where it does not."""
        return max(0, self.total - self.limit)

    @property
    def may_be_lifted(self) -> bool:
        """Whether somebody may let it through all the same."""
        return self.code in LIFTABLE


LIFTABLE = frozenset({"credit.hold", "credit.limit", "credit.signer_limit", "credit.scope"})
"""What may be let through by the credit manager with a reason. Without an agreement, an open account or a person who may
sign there is nobody to collect from: that cannot be lifted."""


def answer(facts: Facts, asked: Asked) -> Answer:
    """The first reason that forbids the charge, from what nobody can lift to what the credit manager can; none if it may.

    An authorisation for this very charge does not count twice. A charge of days to come is set aside, not charged.
    """
    pending = facts.pending - asked.set_aside
    code, values = _reason(facts, asked, facts.limit - facts.balance - pending)
    return Answer(facts.limit, facts.balance, pending, asked.cents, code, values)


def _reason(facts: Facts, asked: Asked, available: int) -> tuple[str, dict[str, Any]]:
    if not facts.is_open:
        return "credit.closed", {}
    if asked.currency and asked.currency != facts.currency:
        return "credit.currency", {"currency": asked.currency}
    if not facts.agreement:
        return "credit.agreement", {"on": asked.on.isoformat()}
    if asked.signed_by or facts.must_be_signed:
        signer = next((one for one in facts.signers if one.name == asked.signed_by), None)
        if signer is None:
            return "credit.signer", {"name": asked.signed_by, "on": asked.on.isoformat()}
        if signer.limit_cents is not None and asked.cents > signer.limit_cents:
            return "credit.signer_limit", {"name": signer.name, "limit": signer.limit_cents}
    if facts.scope and asked.revenue_kind and asked.revenue_kind not in facts.scope:
        return "credit.scope", {"kind": asked.revenue_kind}
    if facts.hold:
        return "credit.hold", {"why": facts.hold, "of": dict(facts.hold_values)}
    if asked.cents > available:
        return "credit.limit", {"over": asked.cents - available}
    return "", {}


def override_suffices(given: Answer, percent: int, authority: int | None) -> bool:
    """Whether somebody may let the charge through who may pass a limit by `percent`, and decide on limits up to
    `authority` cents: small excesses are the credit manager's, larger ones whoever could grant that limit."""
    if given.over * 100 <= given.limit * percent:
        return True
    return authority is not None and given.total <= authority
