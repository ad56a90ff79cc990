"""The test database as it was when the world had been built, put back after each test that commits.

Emptying every table instead would lose the world, and the audit trail refuses to be emptied.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Protocol

import psycopg
from django.db import connection, connections


class Snapshot(Protocol):
    def restore(self) -> None: ...

    def drop(self) -> None: ...


def take(folder: Path) -> Snapshot:
    """Copy the database of the default connection as it is now."""
    return PostgresSnapshot() if connection.vendor == "postgresql" else SqliteSnapshot(folder / "world.sqlite3")


class SqliteSnapshot:
    """A second file beside the database."""

    def __init__(self, copy: Path) -> None:
        self.database, self.copy = str(connection.settings_dict["NAME"]), str(copy)
        copy_sqlite(self.database, self.copy)

    def restore(self) -> None:
        connections.close_all()
        copy_sqlite(self.copy, self.database)

    def drop(self) -> None:
        Path(self.copy).unlink()


def copy_sqlite(source: str, target: str) -> None:
    old, new = sqlite3.connect(source), sqlite3.connect(target, timeout=20)
    try:
        old.backup(new)
    finally:
        old.close()
        new.close()


def server_parameters() -> dict[str, Any]:
    """How the server of the default connection is reached, whatever the database."""
    given = connection.get_connection_params()
    return {name: given[name] for name in ("host", "port", "user", "password") if given.get(name)}


class PostgresSnapshot:
    """A second database on the same server, which PostgreSQL copies as a template."""

    def __init__(self) -> None:
        self.database = str(connection.settings_dict["NAME"])
        self.template = f"{self.database}_world"
        self._run(f'CREATE DATABASE "{self.template}" TEMPLATE "{self.database}"')

    def restore(self) -> None:
        self._run(
            f'DROP DATABASE "{self.database}" WITH (FORCE)',
            f'CREATE DATABASE "{self.database}" TEMPLATE "{self.template}"',
        )

    def drop(self) -> None:
        self._run(f'DROP DATABASE "{self.template}"')

    def _run(self, *statements: str) -> None:
        connections.close_all()
        connection.close_pool()  # type: ignore[attr-defined]
        with psycopg.connect(**server_parameters(), dbname="postgres", autocommit=True) as admin:
            for statement in statements:
                admin.execute(statement)
