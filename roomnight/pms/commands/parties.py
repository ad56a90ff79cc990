"""Recognising the clients that rows name, and saying which client is meant where that cannot be told (PMS-01)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _

from roomnight.clients.commands import link_external_id
from roomnight.clients.commands.accounts import known_accounts
from roomnight.clients.models import Account
from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.events import emit
from roomnight.kernel.numbering import next_value
from roomnight.organization.models import Hotel
from roomnight.pms.commands.charging import add_charges, charges_of
from roomnight.pms.commands.production import add_bookings, bookings_of
from roomnight.pms.commands.published import bring_up_to_date
from roomnight.pms.events import PartyAssigned
from roomnight.pms.models import Booking, Party, Side
from roomnight.pms.rules.charges import ChargeTally
from roomnight.pms.rules.lines import Named
from roomnight.pms.rules.parties import name_key, recognised
from roomnight.pms.rules.production import Tally

BATCH: Final = 500
BY_NAME: Final = ("name", "short_name", "name_en", "invoice_title")


class Known(NamedTuple):
    """A party as it is kept: its id, and the client's where it is known."""

    pk: int
    account: int | None


def key_of(named: Named) -> tuple[str, str, str]:
    """By what a party is known again: side, number and name, this without what differs from typing to typing."""
    return named.side, named.code, name_key(named.name) or ("" if named.code else named.name.strip()[:160])


def known_parties(hotel: Hotel | int, named: Iterable[Named]) -> dict[tuple[str, str, str], Known]:
    """Those of the parties that are here already."""
    wanted = {key_of(one) for one in named}
    rows = Party.objects.filter(hotel=hotel)
    if len(wanted) < BATCH:
        rows = rows.filter(code__in={code for _side, code, _key in wanted})
    columns = rows.values_list("side", "code", "name_key", "pk", "account").iterator()
    found = {(side, code, key): Known(pk, account) for side, code, key, pk, account in columns}
    return {key: one for key, one in found.items() if key in wanted}


@command
def meet_parties(*, actor: Actor, hotel: Hotel, named: Collection[Named]) -> Any:
    """Take note of the clients that a file names, and recognise those that can be (number first, then the exact name).

    What cannot be recognised waits. Nobody is made a client here, for that would make doubles in silence.
    """
    next_value(f"pms-import:{hotel.code}")
    known = known_parties(hotel, named)
    fresh = {key_of(one): one for one in sorted(named) if key_of(one) not in known}
    waiting = {key for key, one in known.items() if one.account is None}
    if not fresh and not waiting:
        return UNCHANGED
    numbers, names = _numbers(hotel, [*fresh, *waiting]), _names(hotel)
    made = [
        Party(
            hotel=hotel, side=side, code=code, name=one.name[:160], name_key=key,
            account_id=recognised(side, code, one.name, by_number=numbers, by_name=names),
        )
        for (side, code, key), one in fresh.items()
    ]  # fmt: skip
    Party.objects.bulk_create(made, batch_size=BATCH)
    late: set[int] = set()
    for side, code, key in sorted(waiting):
        account = recognised(side, code, key, by_number=numbers, by_name=names)
        if account is not None:
            point_party(hotel, Party.objects.get(pk=known[side, code, key].pk), account, "")
            late.add(account)
    if not made and not late:
        return UNCHANGED
    record(hotel, parties=len(made), recognised=sum(one.account_id is not None for one in made) + len(late))
    bring_up_to_date(actor=actor, hotel=hotel, accounts=late)
    return made


def _numbers(hotel: Hotel, keys: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], int]:
    """The clients behind the numbers: those told before, else our own client numbers."""
    codes = {code for _side, code, _key in keys if code}
    found = dict(Account.objects.filter(hotel=hotel, code__in=list(codes)).values_list("code", "pk")) if codes else {}
    ours = {(side, code): pk for code, pk in found.items() for side in Side.values}
    return ours | known_accounts(hotel, [(side, code) for code in codes for side in Side.values])


def _names(hotel: Hotel) -> dict[str, set[int]]:
    """Every name a client of the hotel goes by, and the clients that have it; also those it was recognised by before."""
    found: dict[str, set[int]] = {}
    for pk, *names in Account.objects.filter(hotel=hotel).values_list("pk", *BY_NAME).iterator():
        for name in filter(None, names):
            found.setdefault(name_key(name), set()).add(pk)
    assigned = Party.objects.filter(hotel=hotel, account__isnull=False).exclude(assigned_by="")
    for key, account in assigned.values_list("name_key", "account"):
        if key:
            found[key] = {account}
    return found


@command
def assign_party(*, actor: Actor, party: Party, account: Account) -> Any:
    """Say which client is meant. It is remembered, by number as well, and every row that named it so follows at once."""
    if account.hotel_id != party.hotel_id:
        raise Refusal("party.other_hotel", _("This client is not of this hotel."), field="account")
    next_value(f"pms-import:{party.hotel.code}")
    party = Party.objects.select_related("hotel").get(pk=party.pk)
    if party.account_id == account.pk:
        return UNCHANGED
    before = party.account_id
    point_party(party.hotel, party, account.pk, actor.code)
    if party.code and (party.side, party.code) not in known_accounts(party.hotel, [(party.side, party.code)]):
        link_external_id(actor=actor, account=account, kind=party.side, value=party.code)
    record(party, account=(before, account.pk), name=party.name, number=party.code)
    touched = {one for one in (before, account.pk) if one is not None}
    bring_up_to_date(actor=actor, hotel=party.hotel, accounts=touched)
    emit(PartyAssigned(party.hotel_id, account.pk))
    return party


def point_party(hotel: Hotel, party: Party, account: int | None, by: str) -> None:
    """Let a party be this client, and move what its rows brought. Call under the hotel's import lock."""
    charges, stays = ChargeTally(), Tally()
    for charge in charges_of(hotel, party):
        charges.add(charge, -1)
        charges.add(charge._replace(account=account))
    for side in Side.values:
        for counted in bookings_of(hotel, side, party):
            stays.add(counted, -1)
            stays.add(counted._replace(company=account) if side == Side.COMPANY else counted._replace(agent=account))
        Booking.objects.filter(**{f"{side}_party": party}).update(**{side: account})
    party.account_id, party.assigned_by = account, by
    party.save(update_fields=["account", "assigned_by"])
    add_charges(hotel.pk, charges.changes())
    add_bookings(stays.changes(), dict.fromkeys({cell.account for cell in stays.changes()}, hotel.pk))


def accounts_behind(named: Mapping[int, Iterable[Named]]) -> dict[tuple[int, tuple[str, str, str]], Known]:
    """For each hotel's parties their id and client as they are now; ask under the import lock."""
    return {(hotel, key): one for hotel, some in named.items() for key, one in known_parties(hotel, set(some)).items()}
