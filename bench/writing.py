"""Writing many rows of a model quickly: plain INSERTs on SQLite, COPY on PostgreSQL; keys are given by who writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.db import connection, models

AT_ONCE = 20_000
Row = tuple[Any, ...]


def columns_of(model: type[models.Model], names: Sequence[str]) -> tuple[list[str], list[Any]]:
    """The columns of these fields, then those of all others with the value a new record has."""
    given = [model._meta.get_field(name) for name in names]
    rest = [field for field in model._meta.concrete_fields if field not in given]
    attnames = [field.attname for field in (*given, *rest)]  # type: ignore[union-attr]
    return attnames, [_usual(field) for field in rest]


def _usual(field: Any) -> Any:
    value = field.get_default()
    return json.dumps(value) if isinstance(value, dict | list) else value


def write(model: type[models.Model], names: Sequence[str], rows: Iterable[Row]) -> int:
    """Write the rows, whose values stand in the order of `names`, as the database keeps them; returns how many."""
    columns, usual = columns_of(model, names)
    return write_table(model._meta.db_table, columns, rows, tuple(usual))


def write_table(table: str, columns: Sequence[str], rows: Iterable[Row], usual: Row = ()) -> int:
    """The same for any table; `usual` is what stands at the end of every row."""
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    into = f"{connection.ops.quote_name(table)} ({quoted})"
    connection.ensure_connection()
    raw, count, rest = connection.connection, 0, iter(rows)
    statement = f"INSERT INTO {into} VALUES ({', '.join('?' * len(columns))})"
    while some := [row + usual for row in islice(rest, AT_ONCE)]:  # drawn first: making a row may ask the database
        if connection.vendor == "postgresql":
            with raw.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as stream:
                for row in some:
                    stream.write_row(row)
        else:
            raw.executemany(statement, some)
        count += len(some)
    return count


@contextmanager
def unchecked() -> Iterator[None]:
    """Within, foreign keys are not checked row by row: the generator is what makes them right."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        else:
            if not connection.in_atomic_block:
                cursor.execute("PRAGMA foreign_keys = OFF")
                cursor.execute("PRAGMA synchronous = OFF")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = DEFAULT")
            elif not connection.in_atomic_block:
                cursor.execute("PRAGMA foreign_keys = ON")
                cursor.execute("PRAGMA synchronous = NORMAL")


def highest(model: type[models.Model]) -> int:
    """The highest key in use, 0 for none."""
    return int(model._default_manager.aggregate(highest=models.Max("pk"))["highest"] or 0)


def settle(written: Iterable[type[models.Model]]) -> None:
    """After all is written: the next keys come after those given, and the planner knows what is there."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for model in written:
                if not isinstance(model._meta.pk, models.AutoField):
                    continue
                table = model._meta.db_table
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), (SELECT max(id) FROM \"{table}\"))"
                )
            if not connection.in_atomic_block:
                cursor.execute("VACUUM ANALYZE")
                return
        cursor.execute("ANALYZE")
