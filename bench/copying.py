"""Taking the data that was made for one database over to the other, which is quicker than making it again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from django.apps import apps
from django.db import connection

from bench.writing import settle, unchecked, write_table


def copy_from(path: Path, say: Callable[[str], None] = print) -> None:
    """Fill the migrated PostgreSQL database with every row of a SQLite file of the same migrations."""
    source, models = sqlite3.connect(path), apps.get_models(include_auto_created=True)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(connection.ops.quote_name(model._meta.db_table) for model in models)}")
    with unchecked():
        for model in models:
            table = model._meta.db_table
            columns = [str(field.column) for field in model._meta.concrete_fields]
            quoted = ", ".join(f'"{column}"' for column in columns)
            count = write_table(table, columns, source.execute(f'SELECT {quoted} FROM "{table}"'))
            if count > 100_000:  # noqa: PLR2004
                say(f"  {table}: {count:,}")
    source.close()
    settle(models)
