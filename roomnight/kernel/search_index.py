"""Where search tokens are kept, alike on SQLite (FTS5) and PostgreSQL (tsvector with GIN): one table, one field, one look-up.

A search table is an ordinary model with one `TokensField` and, beside it, the columns that say who may see the row (hotel,
owner): asking those of another table by a join costs PostgreSQL three times as much. Its migration ends with

    BuildSearchIndex("clients_search")

and rows are written through the ORM as any others: triggers and a generated column keep the index. A row's tokens are
`join(index_tokens(...))`. A later migration that alters this table builds the index again, for SQLite alters a table by making
a new one without triggers; `missing()` tells when that was forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import NotSupportedError, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.sql.compiler import SQLCompiler

from roomnight.kernel.search import looser, query_tokens, start_tokens

M = TypeVar("M", bound=models.Model)

CANDIDATES = 200  # rows looked at again and ranked in Python; more than anybody reads


def join(tokens: Iterable[str]) -> str:
    """The tokens as one row keeps them."""
    return " ".join(tokens)


class TokensField(models.TextField):  # type: ignore[type-arg]
    """The search tokens of a row, separated by blanks. `filter(tokens__matches="携程 xc")` asks as a person types."""


@TokensField.register_lookup
class Matches(models.Lookup):
    """The rows that have every token of a query: all that are meant, and a few more that `rank` drops."""

    lookup_name = "matches"
    prepare_rhs = False

    def _tokens(self) -> list[tuple[str, bool]]:
        tokens = query_tokens(str(self.rhs))
        if not tokens:
            raise EmptyResultSet
        return tokens

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        raise NotSupportedError(f"there is no search on {connection.vendor}")

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str, ...]]:
        model, alias = self.lhs.target.model._meta, compiler.quote_name_unless_alias(self.lhs.alias)
        fts = _quoted(_fts(model.db_table))
        where = f"{alias}.{_column(model.pk)} IN (SELECT rowid FROM {fts} WHERE {fts} MATCH %s)"  # noqa: S608
        return where, (expression("sqlite", self._tokens()),)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str, ...]]:
        alias = compiler.quote_name_unless_alias(self.lhs.alias)
        vector = f"{alias}.{_quoted(_vector(self.lhs.target.attname))}"
        return f"{vector} @@ %s::tsquery", (expression("postgresql", self._tokens()),)


def expression(vendor: str, tokens: Iterable[tuple[str, bool]]) -> str:
    """All of these tokens, in the query language of the database. They hold letters and digits only, and so no syntax."""
    if vendor == "sqlite":
        return " AND ".join(f'"{token}"{"*" if beginning else ""}' for token, beginning in tokens)
    return " & ".join(f"'{token}'{':*' if beginning else ''}" for token, beginning in tokens)


def find(rows: models.QuerySet[M], query: str, limit: int = CANDIDATES) -> list[M]:
    """Of the rows somebody may see, at most `limit` that may be meant, in no order: give them to `rank`.

    Where more than that match, those whose name begins with the query are certainly among them.
    """
    asked, starting = query_tokens(query), start_tokens(query)
    found = _having(rows, asked, limit)
    if len(found) >= limit and asked != starting:
        found = [*_having(rows, starting, limit), *found]
    elif shorter := looser(query):
        found += _having(rows, query_tokens(shorter), limit)
    return list({row.pk: row for row in found}.values())[:limit]


def _having(rows: models.QuerySet[M], tokens: list[tuple[str, bool]], limit: int) -> list[M]:
    """At most so many rows with all these tokens. On SQLite by a join that stops there, which `Matches` cannot."""
    if not tokens:
        return []
    model, vendor = rows.model._meta, connections[rows.db].vendor
    asked = [expression(vendor, tokens)]
    table = _quoted(model.db_table)
    if vendor == "sqlite":
        fts = _fts(model.db_table)
        same = f"{_quoted(fts)}.rowid = {table}.{_column(model.pk)}"
        matching = rows.extra(tables=[fts], where=[same, f"{_quoted(fts)} MATCH %s"], params=asked)  # noqa: S610
    else:
        kept = next(field for field in model.concrete_fields if isinstance(field, TokensField))
        vector = f"{table}.{_quoted(_vector(kept.attname))}"
        matching = rows.extra(where=[f"{vector} @@ %s::tsquery"], params=asked)  # noqa: S610
    return list(matching.order_by()[:limit])


# What a migration builds


class BuildSearchIndex(Operation):
    """Make, or make anew, the index over the tokens of a table, with all rows that are there. Can be undone."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str, key: str = "id", column: str = "tokens") -> None:
        self.table, self.key, self.column = table, key, column

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.table, self.key, self.column], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models do not change."""

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for statement in self.statements(editor.connection.vendor):
            editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for statement in self.undoing(editor.connection.vendor):
            editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Build the search index of {self.table}"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.table}_index"

    def statements(self, vendor: str) -> list[str]:
        """What builds the index, after taking down one that is there."""
        build = self._sqlite() if vendor == "sqlite" else self._postgresql()
        return [*self.undoing(vendor), *build]

    def undoing(self, vendor: str) -> list[str]:
        """What takes the index down and leaves table and tokens as they are."""
        if vendor == "sqlite":
            fts = _fts(self.table)
            triggers = [
                f"DROP TRIGGER IF EXISTS {_quoted(f'{fts}_{event}')}" for event in ("insert", "delete", "update")
            ]
            return [*triggers, f"DROP TABLE IF EXISTS {_quoted(fts)}"]
        return [f"ALTER TABLE {_quoted(self.table)} DROP COLUMN IF EXISTS {_quoted(_vector(self.column))}"]

    def _sqlite(self) -> list[str]:
        """The tokenizer `ascii` parts words at blanks and takes every other sign as a letter, rare characters too."""
        table, key, column = map(_quoted, (self.table, self.key, self.column))
        name = _fts(self.table)
        fts = _quoted(name)
        add = f"INSERT INTO {fts}(rowid, {column}) VALUES (new.{key}, new.{column});"  # noqa: S608
        drop = f"INSERT INTO {fts}({fts}, rowid, {column}) VALUES ('delete', old.{key}, old.{column});"  # noqa: S608
        return [
            f"CREATE VIRTUAL TABLE {fts} USING fts5({column}, content={table}, content_rowid={key}, "
            "detail=none, prefix='2 3', tokenize='ascii')",
            f"INSERT INTO {fts}({fts}) VALUES ('rebuild')",  # noqa: S608
            f"CREATE TRIGGER {_quoted(f'{name}_insert')} AFTER INSERT ON {table} BEGIN {add} END",
            f"CREATE TRIGGER {_quoted(f'{name}_delete')} AFTER DELETE ON {table} BEGIN {drop} END",
            f"CREATE TRIGGER {_quoted(f'{name}_update')} AFTER UPDATE OF {column} ON {table} BEGIN {drop} {add} END",
        ]

    def _postgresql(self) -> list[str]:
        """A short list of pending entries: it is read through at every search until the next vacuum."""
        table, vector, column = map(_quoted, (self.table, _vector(self.column), self.column))
        return [
            f"ALTER TABLE {table} ADD COLUMN {vector} tsvector GENERATED ALWAYS AS "
            f"(array_to_tsvector(array_remove(string_to_array({column}, ' '), ''))) STORED",
            f"CREATE INDEX {_quoted(f'{self.table}_{_vector(self.column)}')} ON {table} USING gin ({vector}) "
            "WITH (gin_pending_list_limit = 512)",
        ]

    def missing(self, connection: BaseDatabaseWrapper) -> list[str]:
        """The parts of this index that the database has not got; empty when it is whole."""
        if connection.vendor == "sqlite":
            fts = _fts(self.table)
            wanted = [fts, *(f"{fts}_{event}" for event in ("insert", "delete", "update"))]
            query = "SELECT name FROM sqlite_master WHERE tbl_name IN (%s, %s)"
            names = [self.table, fts]
        else:
            wanted = [f"{self.table}_{_vector(self.column)}"]
            query = "SELECT indexname FROM pg_indexes WHERE tablename = %s"
            names = [self.table]
        with connection.cursor() as cursor:
            cursor.execute(query, names)
            there = {name for (name,) in cursor.fetchall()}
        return [name for name in wanted if name not in there]


def _column(field: models.Field[Any, Any]) -> str:
    return _quoted(field.column or field.attname)


def _fts(table: str) -> str:
    return f"{table}_fts"


def _vector(column: str) -> str:
    return f"{column}_vector"


def _quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))
