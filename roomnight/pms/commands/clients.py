"""Which clients stand on a reservation: by the numbers of a PMS we trust, or as recognised from number and name."""

from __future__ import annotations

from collections.abc import Mapping

from roomnight.pms.commands.bookings import Clients, write_bookings
from roomnight.pms.commands.parties import accounts_behind, key_of
from roomnight.pms.commands.storing import Chunk
from roomnight.pms.rules.lines import Named, named_in
from roomnight.pms.rules.mapping import BookingRow

Accounts = Mapping[tuple[int, str, str], int]
"""(hotel id, side, number in the PMS) → account id."""


def by_number(accounts: Accounts) -> Clients:
    """Every number has its client already."""
    nobody = (None, None)

    def clients(hotel: int, row: BookingRow) -> tuple[int | None, int | None, tuple[int | None, int | None]]:
        company = accounts[hotel, "company", row.company] if row.company else None
        agent = accounts[hotel, "agent", row.agent] if row.agent else None
        return company, agent, nobody

    return clients


def write_named_bookings(chunk: Chunk) -> tuple[int, int, int]:
    """Bring reservations in whose clients are recognised; those nobody knows wait with their party."""
    named: dict[int, set[Named]] = {}
    for hotel_id, _key, row in chunk.rows:
        named.setdefault(hotel_id, set()).update(one for one in named_in(row) if one is not None)
    known = accounts_behind(named)

    def clients(hotel: int, row: BookingRow) -> tuple[int | None, int | None, tuple[int | None, int | None]]:
        company, agent = (known[hotel, key_of(one)] if one else None for one in named_in(row))
        accounts = (company.account if company else None, agent.account if agent else None)
        return *accounts, (company.pk if company else None, agent.pk if agent else None)

    return write_bookings(chunk, clients)
