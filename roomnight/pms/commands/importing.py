"""Bringing a file in: look it over, check it against what is known, then store it chunk by chunk (PMS-02)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from roomnight.clients.commands import register_imported_accounts
from roomnight.clients.commands.accounts import known_accounts
from roomnight.clients.models import AccountKind
from roomnight.kernel.commands import Actor
from roomnight.kernel.errors import Refusal
from roomnight.kernel.numbering import next_value
from roomnight.kernel.tables import Table
from roomnight.organization.models import Hotel
from roomnight.pms.commands.bookings import write_bookings
from roomnight.pms.commands.clients import Accounts, by_number, write_named_bookings
from roomnight.pms.commands.lines import write_folios, write_guests, write_payments
from roomnight.pms.commands.parties import meet_parties
from roomnight.pms.commands.published import bring_up_to_date
from roomnight.pms.commands.runs import UnknownHotels, finish_import
from roomnight.pms.commands.storing import Chunk, Keyed, TurnedAway, Write, store
from roomnight.pms.models import ImportRun, Kind, RunState
from roomnight.pms.rules.identity import Ordinals, key_from_number, key_from_row
from roomnight.pms.rules.lines import LineRow, Named, is_total, money, named_in, reader_for
from roomnight.pms.rules.mapping import BookingRow, Problem
from roomnight.pms.rules.production import SIDES
from roomnight.pms.rules.profile import Profile, doubled_columns, missing_columns

CHUNK: Final = 4_000
WHOLE: Final = 10**9
MOST_ROWS_KEPT: Final = 50_000
Progress = Callable[[ImportRun], None]


class ReadRow(NamedTuple):
    """One row of a file as its profile reads it; the cells are kept only of a row that cannot be read.

    `row` is None for a total, which is no row of its own.
    """

    number: int
    hotel: str
    row: BookingRow | LineRow | list[Problem] | None
    cells: Sequence[str]


def read_rows(table: Table, profile: Profile) -> Iterator[ReadRow]:
    """Every row of the file, in its order. Lines that only add others up come with nothing but their cells."""
    reader = reader_for(profile, table.header)
    for line in table.lines():
        if line.kind not in ("data", "total"):
            continue
        number, cells = line.number, line.cells
        row = reader.read(cells) if line.kind == "data" else []
        if not isinstance(row, list):
            yield ReadRow(number, row.hotel, row, ())
        elif line.kind == "total" or is_total(cells):
            yield ReadRow(number, "", None, cells)
        else:
            yield ReadRow(number, reader.hotel_of(cells), row, cells)


@dataclass
class Survey:
    """What a file holds, found out before anything of it is written: rows, hotels by name, and the clients of each.

    The rows of a file of ordinary size are kept, so that it need not be read twice. `stated_cents` is the file's own
    total of its amounts, None where it has none; `summed_cents` is what the rows that can be read come to.
    """

    rows: int = 0
    rejected: int = 0
    hotel_names: set[str] = field(default_factory=set)
    accounts: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    named: dict[str, set[Named]] = field(default_factory=dict)
    kept: list[ReadRow] | None = field(default_factory=list)
    stated_cents: int | None = None
    summed_cents: int = 0


def refuse_wrong_columns(profile: Profile, header: Sequence[str]) -> None:
    """A file without the columns its profile needs is not begun."""
    if absent := missing_columns(profile, header):
        raise Refusal(
            "import.missing_columns",
            _("The file lacks what the profile needs: %(columns)s.") % {"columns": ", ".join(absent)},
            field="profile",
        )
    if doubled := doubled_columns(profile, header):
        raise Refusal(
            "import.doubled_columns",
            _("The file has these columns more than once: %(columns)s.") % {"columns": ", ".join(doubled)},
            field="profile",
        )


def refuse_unknown_hotels(names: Iterable[str], hotel_map: Mapping[str, str]) -> None:
    """Every hotel named in the file has to be one of ours, or be left out on purpose."""
    if unknown := sorted(name for name in names if hotel_map.get(name) is None):
        shown = ", ".join(name or "–" for name in unknown)
        raise UnknownHotels(
            "import.unknown_hotel", _("Say which hotel is meant by: %(names)s.") % {"names": shown}, unknown
        )


def survey(table: Table, profile: Profile, beat: Callable[[], None] = lambda: None) -> Survey:
    """Read the whole file once without writing anything."""
    refuse_wrong_columns(profile, table.header)
    found = Survey()
    for one in read_rows(table, profile):
        if one.row is None:
            _note_total(found, profile, table, one.cells)
            continue
        found.rows += 1
        if found.kept is not None:
            found.kept.append(one)
            if found.rows >= MOST_ROWS_KEPT:
                found.kept = None
        if not found.rows % CHUNK:
            beat()
        if isinstance(one.row, list):
            found.rejected += 1
            if one.hotel:
                found.hotel_names.add(one.hotel)
            continue
        _note_clients(found, one.hotel, one.row, creates=profile.creates_accounts)
        if isinstance(one.row, LineRow):
            found.summed_cents += one.row.values.get("amount", 0)
    return found


def _note_clients(found: Survey, hotel: str, row: BookingRow | LineRow, *, creates: bool) -> None:
    numbers = found.accounts.get(hotel)
    if numbers is None:
        numbers = found.accounts[hotel] = set()
        found.named[hotel] = set()
        found.hotel_names.add(hotel)
    if isinstance(row, BookingRow) and creates:
        if row.company:
            numbers.add(("company", row.company))
        if row.agent:
            numbers.add(("agent", row.agent))
    else:
        found.named[hotel].update(one for one in named_in(row) if one is not None)


def _note_total(found: Survey, profile: Profile, table: Table, cells: Sequence[str]) -> None:
    """Remember the file's own total; the last one counts, for those before it are of parts."""
    source = profile.sources.get("amount")
    if source is None or is_total(cells) == "subtotal":
        return
    place = table.header.index(source.columns[0])
    cents = money(cells[place]) if place < len(cells) else None
    if isinstance(cents, int):
        found.stated_cents = cents


def carry_out(
    *,
    actor: Actor,
    run: ImportRun,
    table: Table,
    profile: Profile,
    found: Survey | None = None,
    progress: Progress | None = None,
) -> ImportRun:
    """Bring in a started import, from where it was left. Refuses before the first row is written, or not at all.

    Memory is bounded, but for one small entry per different row of a file without booking numbers. Killed at any
    moment, what was committed is right, and carrying out again brings in the rest.
    """
    found = found or survey(table, profile, lambda: _beat(run))
    refuse_unknown_hotels(found.hotel_names, run.hotel_map)
    hotels = _hotels(run.hotel_map)
    write, touched = _writing(actor, run, hotels, found, profile)
    ImportRun.objects.filter(pk=run.pk, state__in=(RunState.QUEUED, RunState.RUNNING)).update(
        state=RunState.RUNNING, rows_total=found.rows, alive_at=timezone.now(), stated_cents=found.stated_cents,
        summed_cents=found.summed_cents,
    )  # fmt: skip
    run.refresh_from_db()
    if run.rows_read:
        touched = None
    ids = {name: hotel.pk if hotel else None for name, hotel in hotels.items()}
    codes = [hotel.code for hotel in _distinct(hotels)]
    rows: Iterable[ReadRow] = found.kept or (one for one in read_rows(table, profile) if one.row is not None)
    size = WHOLE if profile.kind == Kind.IN_HOUSE else CHUNK
    for chunk in _chunks(rows, profile, ids, run.rows_read, size):
        store(run, chunk, write, codes)
        touched = None if touched is None else touched | chunk.left
        if progress:
            progress(run)
    finish_import(actor=actor, run=run)
    for hotel in _distinct(hotels) if profile.kind == Kind.BOOKINGS else ():
        bring_up_to_date(actor=actor, hotel=hotel, accounts=touched)
    return run


def _writing(
    actor: Actor, run: ImportRun, hotels: Mapping[str, Hotel | None], found: Survey, profile: Profile
) -> tuple[Write, set[int] | None]:
    """How the rows of this kind are written, after their clients are known; and the clients whose figures may change."""
    ours = {hotel.pk: hotel for hotel in _distinct(hotels)}
    if profile.creates_accounts:
        accounts = _accounts(actor, hotels, found)
        return partial(write_bookings, clients=by_number(accounts)), set(accounts.values())
    for hotel in ours.values():
        names = [name for name, one in hotels.items() if one == hotel]
        meet_parties(actor=actor, hotel=hotel, named=set().union(*(found.named.get(name, set()) for name in names)))
    match profile.kind:
        case Kind.FOLIOS:
            return partial(write_folios, hotels=ours), set()
        case Kind.PAYMENTS:
            return partial(write_payments, hotels=ours), set()
        case Kind.IN_HOUSE:
            return partial(write_guests, hotels=ours, run=run), set()
    return write_named_bookings, None


def _chunks(
    rows: Iterable[ReadRow], profile: Profile, hotels: Mapping[str, int | None], already: int, size: int
) -> Iterator[Chunk]:
    """The rows, keyed, in chunks; the first `already` of them only take their place among equal rows."""
    ordinals, chunk = Ordinals(), Chunk()
    for position, (number, name, row, cells) in enumerate(rows, 1):
        hotel = hotels.get(name)
        key = "" if hotel is None or not isinstance(row, tuple) else _key(profile, ordinals, hotel, row.identity)
        if position <= already:
            continue
        chunk.read += 1
        if hotel is None and name in hotels:
            chunk.left_out += 1
        elif hotel is None or not isinstance(row, tuple):
            chunk.turned_away.append(TurnedAway(number, hotel, cells, row if isinstance(row, list) else []))
        else:
            chunk.rows.append(Keyed(hotel, key, row))
        if chunk.read == size:
            yield chunk
            chunk = Chunk()
    if chunk.read:
        yield chunk


def _key(profile: Profile, ordinals: Ordinals, hotel: int, identity: str) -> str:
    if profile.key_columns:
        return key_from_number(profile.key, identity)
    return key_from_row(identity, ordinals.next(hotel, identity))


def _hotels(hotel_map: Mapping[str, str]) -> dict[str, Hotel | None]:
    """Our hotel for each name in the file; None for the names that are left out."""
    known = {hotel.code: hotel for hotel in Hotel.objects.filter(code__in=set(hotel_map.values()))}
    if unknown := sorted(code for code in hotel_map.values() if code and code not in known):
        raise Refusal(
            "import.no_such_hotel", _("There is no hotel %(codes)s.") % {"codes": ", ".join(unknown)}, field="hotel_map"
        )
    return {name: known.get(code) for name, code in hotel_map.items()}


def _distinct(hotels: Mapping[str, Hotel | None]) -> list[Hotel]:
    return sorted({hotel for hotel in hotels.values() if hotel}, key=lambda hotel: hotel.code)


def _accounts(actor: Actor, hotels: Mapping[str, Hotel | None], found: Survey) -> Accounts:
    """The account behind every number in the file; unknown ones are made in the open pool, all at once and in order."""
    ids: dict[tuple[int, str, str], int] = {}
    for hotel in _distinct(hotels):
        names = [name for name, one in hotels.items() if one == hotel]
        numbers = set().union(*(found.accounts.get(name, set()) for name in names))
        with transaction.atomic():
            next_value(f"pms-import:{hotel.code}")
            register_imported_accounts(actor=actor, hotel=hotel, rows=_named(numbers))
        ids.update({(hotel.pk, side, number): pk for (side, number), pk in known_accounts(hotel, numbers).items()})
    return ids


def _named(numbers: Iterable[tuple[str, str]]) -> list[tuple[str, str, str, str]]:
    """Rows for accounts that nobody has named yet, called after their number in the installation's language."""
    kinds = dict(zip(SIDES, (AccountKind.CORPORATE.value, AccountKind.TRAVEL_AGENCY.value), strict=True))
    with translation.override(settings.LANGUAGE_CODE):
        names = {"company": _("Company %(number)s"), "agent": _("Travel agency %(number)s")}
        return [(side, number, kinds[side], names[side] % {"number": number}) for side, number in sorted(numbers)]


def _beat(run: ImportRun) -> None:
    ImportRun.objects.filter(pk=run.pk).update(alive_at=timezone.now())
