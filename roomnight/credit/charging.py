"""Charging on account as another system asks for it: set aside, charge what was used, let go of the rest (CRD-05, CRD-11).

Each is asked with a key of the caller's: asked again it is the same, done once. A refusal is the same as at the till.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.clients.models import Account
from roomnight.credit import commands
from roomnight.credit.models import Authorisation, AuthorisationState, LedgerLine
from roomnight.credit.queries.standing import authorisation_by
from roomnight.kernel.commands import UNCHANGED, Actor
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Hotel
from roomnight.organization.working_days import day_at

LONGEST_KEY = 80


@dataclass(frozen=True)
class Held:
    """What became of an amount: `state` is an `AuthorisationState`, `charged` what went on the ledger (None: nothing yet),
    `is_repeat` that this was asked before and nothing was done now."""

    number: int
    state: str
    amount: Decimal
    until: date
    charged: Decimal | None = None
    line: int | None = None
    is_repeat: bool = False


def authorise(*, actor: Actor, hotel: Hotel, account: Account, bill: commands.Bill, until: date, key: str) -> Held:
    """Set an amount aside at a hotel until a day. Refused as `commands.authorise`, without a key, and where the client is
    another hotel's (`credit.client`)."""
    _refuse_key(key)
    if account.hotel_id != hotel.pk:
        raise Refusal(
            "credit.client", _("No client of this hotel was found for “%(name)s”.") % {"name": account.code}, field="client"
        )  # fmt: skip
    try:
        made = commands.authorise(actor=actor, account=account, bill=bill, until=until, key=key)
    except IntegrityError as error:  # another client's, at the same moment
        if authorisation_by(hotel, key) is None:
            raise
        raise Refusal("credit.key", _("This key was used for something else."), field="key") from error
    found = authorisation_by(hotel, key)
    assert found is not None, "it was set aside, now or before"
    return _told(found, is_repeat=made is UNCHANGED)


def capture(
    *, actor: Actor, hotel: Hotel, number: int, key: str, amount: Decimal | None = None, on: date | None = None
) -> Held:
    """Charge what was set aside, all of it or less, on a day (otherwise the day it was for, today at the latest); the rest is
    released. Refused as `commands.capture`, and a key that was used for another charge."""
    _refuse_key(key)
    one, source_key = _found(hotel, number), f"api:{key}"
    before = LedgerLine.objects.filter(hotel=hotel, source_key=source_key).first()
    if before is not None:
        if one.line_id != before.pk or amount not in (None, before.amount):
            raise Refusal("credit.key", _("This key was used for something else."), field="key")
        return _told(one, is_repeat=True)
    today = day_at(hotel, timezone.now())
    try:
        commands.capture(
            actor=actor, authorisation=one, amount=one.amount if amount is None else amount, on=on or min(one.on, today),
            source_key=source_key,
        )  # fmt: skip
    except (Refusal, IntegrityError) as error:
        one = _found(hotel, number)
        if one.line is not None and one.line.source_key == source_key:
            return _told(one, is_repeat=True)  # the same, asked twice at one moment
        if isinstance(error, Refusal):
            raise
        raise Refusal("credit.key", _("This key was used for something else."), field="key") from error
    return _told(_found(hotel, number))


def release(*, actor: Actor, hotel: Hotel, number: int) -> Held:
    """Let go of what was set aside and is not needed. What was released or has run out stays so; refused once it was charged."""
    one = _found(hotel, number)
    if one.state in (AuthorisationState.RELEASED, AuthorisationState.EXPIRED):
        return _told(one, is_repeat=True)
    commands.release_authorisation(actor=actor, authorisation=one)
    return _told(_found(hotel, number))


def _refuse_key(key: str) -> None:
    if not 0 < len(key) <= LONGEST_KEY:
        raise Refusal("credit.key", _("Say by which key this can be told from another: up to 80 signs."), field="key")


def _found(hotel: Hotel, number: int) -> Authorisation:
    one = Authorisation.objects.select_related("credit__hotel", "credit__account", "line").filter(
        pk=number, credit__hotel=hotel
    )
    if (found := one.first()) is None:
        raise Refusal("credit.authorisation", _("Nothing is set aside here any more."), field="number")
    return found


def _told(one: Authorisation, *, is_repeat: bool = False) -> Held:
    line = one.line
    return Held(
        one.pk, one.state, one.amount, one.until, line.amount if line else None, line.pk if line else None, is_repeat
    )
