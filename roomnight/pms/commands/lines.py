"""Writing folio lines, payments and in-house lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Hotel
from roomnight.pms.commands.charging import add_charges
from roomnight.pms.commands.parties import Known, accounts_behind, key_of
from roomnight.pms.commands.storing import Chunk, Keyed
from roomnight.pms.models import FolioLine, ImportRun, InHouseGuest, InHouseList, Payment
from roomnight.pms.rules.charges import Charge, ChargeTally
from roomnight.pms.rules.guests import stay_key
from roomnight.pms.rules.lines import LineRow, Named

BATCH: Final = 400
IN_CENTS: Final[Mapping[str, str]] = {"amount": "amount_cents", "tax": "tax_cents", "service": "service_cents"}
Parties = Mapping[tuple[int, tuple[str, str, str]], Known]
Former = Callable[[Any], None]


def write_folios(chunk: Chunk, hotels: Mapping[int, Hotel]) -> tuple[int, int, int]:
    """Bring folio lines in, and what they change in the production of the clients they are charged to."""
    parties = _parties(chunk.rows)
    tallies = {pk: ChargeTally() for pk in hotels}
    clients = {one.pk: one.account for one in parties.values()}

    def count(line: FolioLine, sign: int) -> None:
        hotel = hotels[line.hotel_id]
        if line.currency == hotel.currency and line.party_id is not None:
            account = clients[line.party_id]
            charge = Charge(account, "company", line.revenue_kind, line.business_date, line.amount_cents)
            tallies[hotel.pk].add(charge, sign)

    def as_stored(lines: Sequence[FolioLine]) -> None:
        foreign = {line.party_id for line in lines if line.party_id is not None} - set(clients)
        rows = FolioLine.objects.filter(pk__in=[line.pk for line in lines if line.party_id in foreign])
        clients.update(rows.values_list("party", "party__account").distinct())
        for line in lines:
            count(line, -1)

    figures, written = _upsert(FolioLine, chunk.rows, lambda one: _folio(one, parties, hotels), as_stored)
    for line in written:
        count(line, 1)
    for pk, tally in tallies.items():
        add_charges(pk, tally.changes())
    return figures


def _folio(one: Keyed, parties: Parties, hotels: Mapping[int, Hotel]) -> dict[str, Any]:
    return _values(one, parties) | {"currency": one.row.values["currency"] or hotels[one.hotel_id].currency}


def write_payments(chunk: Chunk, hotels: Mapping[int, Hotel]) -> tuple[int, int, int]:
    """Bring payments in."""
    parties = _parties(chunk.rows)
    figures, _written = _upsert(Payment, chunk.rows, lambda one: _folio(one, parties, hotels), lambda lines: None)
    return figures


def write_guests(chunk: Chunk, hotels: Mapping[int, Hotel], run: ImportRun) -> tuple[int, int, int]:
    """Replace the in-house list of each hotel by this one. Refuses a list that is older than the one that holds.

    Nothing is kept of guests who have left: their names are nobody's business any more (forms: privacy).
    """
    parties, taken_at = _parties(chunk.rows), run.as_of or run.made_at
    for pk, hotel in sorted(hotels.items()):
        kept = InHouseList.objects.filter(hotel=hotel).first()
        if kept is not None and taken_at < kept.taken_at:
            raise Refusal(
                "import.older_list",
                _("A list taken later is here already (%(moment)s).") % {"moment": f"{kept.taken_at:%Y-%m-%d %H:%M}"},
            )
        named = [one.source_key for one in chunk.rows if one.hotel_id == pk]
        if named:
            gone = set(InHouseGuest.objects.filter(hotel=hotel).values_list("source_key", flat=True)) - set(named)
            for start in range(0, len(gone), BATCH):
                some = sorted(gone)[start : start + BATCH]
                InHouseGuest.objects.filter(hotel=hotel, source_key__in=some).delete()
            InHouseList.objects.update_or_create(hotel=hotel, defaults={"taken_at": taken_at, "run": run})
    figures, _written = _upsert(InHouseGuest, chunk.rows, lambda one: _guest(one, parties), lambda lines: None)
    return figures


def _guest(one: Keyed, parties: Parties) -> dict[str, Any]:
    found = _values(one, parties)
    key = stay_key(one.hotel_id, found["booking_number"], found["guest_name"], found["arrival"])
    return found | {"stay_key": key}


def _parties(rows: Iterable[Keyed]) -> Parties:
    """The parties of these rows, with the clients they are as of now, under the import lock."""
    named: dict[int, set[Named]] = {}
    for hotel_id, _key, row in rows:
        named.setdefault(hotel_id, set()).update(one for one in (row.company, row.agent) if one is not None)
    return accounts_behind(named)


def _values(one: Keyed, parties: Parties) -> dict[str, Any]:
    """The columns of a row; a party by its id."""
    row: LineRow = one.row
    found = {IN_CENTS.get(name, name): value for name, value in row.values.items()}
    found["party_id"] = parties[one.hotel_id, key_of(row.company)].pk if row.company else None
    if row.agent:
        found["agent_party_id"] = parties[one.hotel_id, key_of(row.agent)].pk
    return found


def _upsert(
    model: Any, rows: Sequence[Keyed], values: Callable[[Keyed], dict[str, Any]], as_stored: Callable[[Any], None]
) -> tuple[tuple[int, int, int], list[Any]]:
    """Create what is new, update what differs; `as_stored` is shown the changing lines first, as they still stand.

    A key that comes twice counts as its last row says. Returns (created, updated, unchanged) and the lines written.
    """
    stored = _stored(model, rows)
    contents = {key: line.content for key, line in stored.items()}
    last: dict[tuple[int, str], Keyed] = {}
    created = updated = unchanged = 0
    for one in rows:
        key = one[:2]
        known = contents.get(key)
        if known == one.row.content:
            unchanged += 1
            continue
        if known is None:
            created += 1
        else:
            updated += 1
        contents[key], last[key] = one.row.content, one
    changing = [stored[key] for key in last if key in stored]
    as_stored(changing)
    fresh: list[Any] = []
    changed: list[Any] = []
    for key, one in last.items():
        line = stored.get(key) or model(hotel_id=one.hotel_id, source_key=one.source_key)
        line.content = one.row.content
        for name, value in values(one).items():
            setattr(line, name, value)
        (changed if key in stored else fresh).append(line)
    model.objects.bulk_create(fresh, batch_size=BATCH)
    if changed:
        names = [field.name for field in model._meta.concrete_fields if field.name not in {"id", "hotel", "source_key"}]
        model.objects.bulk_update(changed, names, batch_size=50)
    return (created, updated, unchanged), [*fresh, *changed]


def _stored(model: Any, rows: Sequence[Keyed]) -> dict[tuple[int, str], Any]:
    wanted: dict[int, list[str]] = {}
    for hotel_id, source_key, _row in rows:
        wanted.setdefault(hotel_id, []).append(source_key)
    found = {}
    for hotel_id, keys in wanted.items():
        for start in range(0, len(keys), BATCH):
            lines = model.objects.filter(hotel=hotel_id, source_key__in=keys[start : start + BATCH])
            found.update({(hotel_id, line.source_key): line for line in lines})
    return found
