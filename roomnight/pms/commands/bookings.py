"""Writing reservations and what they change in production."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db import connection

from roomnight.kernel.numbering import next_value
from roomnight.pms.commands.production import add_bookings, columns_of
from roomnight.pms.commands.storing import Chunk, Keyed
from roomnight.pms.models import Booking
from roomnight.pms.rules.mapping import BookingRow, Memo
from roomnight.pms.rules.production import Counted, Tally
from roomnight.pms.rules.traces import unreadable

Clients = Callable[[int, BookingRow], tuple[int | None, int | None, tuple[int | None, int | None]]]
"""(hotel id, row) → ids of company and agent, and those of the parties they were named as."""

NOT_STORED: Final = {"hotel", "identity", "content", "company_name", "agent_name"}
STORED: Final = [
    *(name for name in BookingRow._fields if name not in NOT_STORED), "company_party", "agent_party", "trace",
]  # fmt: skip


class _Known(NamedTuple):
    """What is known of a booking: its id (None while it waits in this chunk), its content, and, once it changes, its part
    in production."""

    pk: int | None
    content: str
    counted: Counted | None = None


def write_bookings(chunk: Chunk, clients: Clients) -> tuple[int, int, int]:
    """Bring the rows in; returns how many were created, updated and found unchanged."""
    rows, stored = chunk.rows, _stored(chunk.rows)
    fresh: dict[tuple[int, str], Sequence[Any]] = {}
    changed: dict[int, Sequence[Any]] = {}
    hotels: dict[int | None, int] = {}
    before = _counted(
        stored[one[:2]].pk for one in rows if one[:2] in stored and stored[one[:2]].content != one.row.content
    )
    tally, updated, unchanged = Tally(), 0, 0
    numbers = Memo(lambda hotel: next_value(f"pms-traces:{hotel}"))
    for hotel_id, source_key, row in rows:
        key = (hotel_id, source_key)
        known = stored.get(key)
        if known is not None and known.content == row.content:
            unchanged += 1
            continue
        company, agent, parties = clients(hotel_id, row)
        counted = Counted(company, agent, row.status, row.arrival, row.nights, not row.rate, row.revenue_cents)
        row, is_traced = _traced(row, company)
        trace = numbers[hotel_id] if is_traced else None
        values = (row.content, *row[3:11], company, agent, *row[13:-2], *parties, trace)
        if known is not None:
            updated += 1
            former = known.counted or before[known.pk]
            tally.add(former, -1)
            hotels[former.company] = hotels[former.agent] = hotel_id
            chunk.left.update(account for account in former[:2] if account is not None)
        tally.add(counted)
        hotels[company] = hotels[agent] = hotel_id
        if known is None or known.pk is None:
            fresh[key] = (hotel_id, source_key, *values)
        else:
            changed[known.pk] = (*values, known.pk)
        stored[key] = _Known(known.pk if known else None, row.content, counted)
    _insert(fresh.values())
    _update(changed.values())
    add_bookings(tally.changes(), hotels)
    return len(rows) - updated - unchanged, updated, unchanged


def _traced(row: BookingRow, company: int | None) -> tuple[BookingRow, bool]:
    """The row as it may be kept, and whether it says anything of where the guest comes from."""
    if row.phone_key:
        row = row._replace(phone_key=unreadable(row.phone_key, settings.SECRET_KEY))
    says = row.guest_company or row.invoice_title or row.email_domain or row.phone_key
    return row, bool(says or (row.company_name and company is None))


def _stored(rows: Sequence[Keyed]) -> dict[tuple[int, str], _Known]:
    """Those of the rows that are here already. Plain SQL, because the ORM looks at each of thousands of keys."""
    wanted: dict[int, list[str]] = {}
    for hotel_id, source_key, _row in rows:
        wanted.setdefault(hotel_id, []).append(source_key)
    table, found = connection.ops.quote_name(Booking._meta.db_table), {}
    with connection.cursor() as cursor:
        for hotel_id, keys in wanted.items():
            places = ", ".join(["%s"] * len(keys))
            cursor.execute(
                f"SELECT source_key, id, content FROM {table} WHERE hotel_id = %s AND source_key IN ({places})",  # noqa: S608
                [hotel_id, *keys],
            )
            found.update({(hotel_id, key): _Known(pk, content) for key, pk, content in cursor.fetchall()})
    return found


def _counted(pks: Iterable[int | None]) -> dict[int | None, Counted]:
    """The part in production of bookings as they are stored."""
    fields = ("pk", "company_id", "agent_id", "status", "arrival", "nights", "rate", "revenue_cents")
    wanted = {pk for pk in pks if pk is not None}
    return {
        pk: Counted(company, agent, status, arrival, nights, not rate, cents)
        for pk, company, agent, status, arrival, nights, rate, cents in Booking.objects.filter(
            pk__in=wanted
        ).values_list(*fields)
    }


def _insert(rows: Collection[Sequence[Any]]) -> None:
    """Plain INSERTs, on PostgreSQL a COPY: the ORM's objects would cost as much as all the rest of an import."""
    if not rows:
        return
    table = connection.ops.quote_name(Booking._meta.db_table)
    columns = columns_of(Booking, ["hotel", "source_key", "content", *STORED])
    into = f"{table} ({', '.join(columns)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as stream:
                for row in rows:
                    stream.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {into} VALUES ({places})", list(rows))  # noqa: S608


def _update(rows: Collection[Sequence[Any]]) -> None:
    if not rows:
        return
    table = connection.ops.quote_name(Booking._meta.db_table)
    settings = ", ".join(f"{column} = %s" for column in columns_of(Booking, ["content", *STORED]))
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {settings} WHERE id = %s", list(rows))  # noqa: S608
