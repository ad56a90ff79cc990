"""Numbers of forms: one series per kind, hotel and month, without gaps left by a refused command and without doubles."""

from datetime import date

from django.db import connection, transaction

from roomnight.kernel.models import Counter


def next_value(series: str, count: int = 1) -> int:
    """Take `count` numbers of a series in the current transaction and return the first of them.

    One upsert with RETURNING: on both databases the row stays locked until the transaction ends, so nobody gets the same number.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("numbers are given inside a command")
    table = connection.ops.quote_name(Counter._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (series, last) VALUES (%s, %s) "  # noqa: S608
            f"ON CONFLICT (series) DO UPDATE SET last = {table}.last + excluded.last RETURNING last",
            [series, count],
        )
        last: int = cursor.fetchone()[0]
    return last - count + 1


def form_number(kind: str, hotel_code: str, on: date) -> str:
    """The trade's form number, such as FW-202611-0042 for the 42nd visit of November (forms.md §3)."""
    month = f"{on:%Y%m}"
    return f"{kind}-{month}-{next_value(f'{kind}:{hotel_code}:{month}'):04d}"
