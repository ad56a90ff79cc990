"""What reservations do to the kept production of clients (PMS-03)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

from django.db import connection, models
from django.db.models import Q

from roomnight.organization.models import Hotel
from roomnight.pms.models import Booking, Party, ProductionMonth
from roomnight.pms.rules.production import Cell, Counted, Measures

MONTHS_AT_ONCE: Final = 200
CHARGED: Final = ["charges", "charged_cents"]


def columns_of(model: type[models.Model], names: Iterable[str]) -> list[str]:
    return [
        connection.ops.quote_name(cast("models.Field[Any, Any]", model._meta.get_field(name)).attname) for name in names
    ]


def add_bookings(changes: Mapping[Cell, Measures], hotels: Mapping[int | None, int]) -> None:
    """Add the differences to their months, in one statement that needs no look first; drop what came to nothing."""
    if not changes:
        return
    table = connection.ops.quote_name(ProductionMonth._meta.db_table)
    measures = columns_of(ProductionMonth, Measures._fields)
    columns = (
        columns_of(ProductionMonth, ["account", "side", "basis", "month", "hotel", "product"]) + measures + CHARGED
    )
    adding = ", ".join(f"{column} = {table}.{column} + excluded.{column}" for column in measures)
    rooms = ProductionMonth.Product.ROOMS.value
    rows = [(*cell, hotels[cell.account], rooms, *figures, 0, 0) for cell, figures in changes.items()]
    place = f"({', '.join(['%s'] * len(columns))})"
    into = f"INSERT INTO {table} ({', '.join(columns)}) VALUES"
    otherwise = f"ON CONFLICT (account_id, side, basis, month, product) DO UPDATE SET {adding}"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(f"{into} {place} {otherwise}", rows)
        for start in range(0, 0 if connection.vendor == "sqlite" else len(rows), MONTHS_AT_ONCE):
            some = rows[start : start + MONTHS_AT_ONCE]
            places = ", ".join([place] * len(some))
            cursor.execute(f"{into} {places} {otherwise}", [value for row in some for value in row])
    shrunk = [cell.account for cell, figures in changes.items() if min(figures) < 0]
    if shrunk:
        nothing = Q(**dict.fromkeys(Measures._fields, 0))
        ProductionMonth.objects.filter(nothing, product=rooms, account__in=set(shrunk)).delete()


def bookings_of(hotel: Hotel, side: str, party: Party) -> Iterator[Counted]:
    """The part in production of the bookings on which this party stands on this side."""
    fields = ("company_id", "agent_id", "status", "arrival", "nights", "rate", "revenue_cents")
    rows = Booking.objects.filter(hotel=hotel, **{f"{side}_party": party}).values_list(*fields).iterator()
    for company, agent, status, arrival, nights, rate, cents in rows:
        yield Counted(company, agent, status, arrival, nights, not rate, cents)
