"""What folio lines do to the kept production of clients (PMS-03)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db import connection

from roomnight.organization.models import Hotel
from roomnight.pms.models import Basis, FolioLine, Party, ProductionMonth
from roomnight.pms.rules.charges import Charge, ChargeCell
from roomnight.pms.rules.production import Measures

COLUMNS = ("account_id", "side", "basis", "month", "product", "hotel_id", "charges", "charged_cents", *Measures._fields)


def add_charges(hotel: int, changes: Mapping[ChargeCell, tuple[int, int]]) -> None:
    """Add differences to their months in statements that need no look first; drop the months that came to nothing."""
    if not changes:
        return
    table, quote = connection.ops.quote_name(ProductionMonth._meta.db_table), connection.ops.quote_name
    adding = ", ".join(f"{quote(name)} = {table}.{quote(name)} + excluded.{quote(name)}" for name in COLUMNS[6:8])
    places = ", ".join(["%s"] * len(COLUMNS))
    nothing = [0] * len(Measures._fields)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({', '.join(map(quote, COLUMNS))}) VALUES ({places}) "  # noqa: S608
            f"ON CONFLICT (account_id, side, basis, month, product) DO UPDATE SET {adding}",
            [
                (cell.account, cell.side, Basis.CHARGED.value, cell.month, cell.product, hotel, *figures, *nothing)
                for cell, figures in changes.items()
            ],
        )
    shrunk = {cell.account for cell, (lines, _cents) in changes.items() if lines < 0}
    if shrunk:
        ProductionMonth.objects.filter(basis=Basis.CHARGED, charges=0, account__in=shrunk).delete()


def charges_of(hotel: Hotel, party: Party) -> Iterator[Charge]:
    """The charges of one party, of the client it is now."""
    rows = FolioLine.objects.filter(party=party, currency=hotel.currency)
    for kind, day, cents in rows.values_list("revenue_kind", "business_date", "amount_cents").iterator():
        yield Charge(party.account_id, party.side, kind, day, cents)
