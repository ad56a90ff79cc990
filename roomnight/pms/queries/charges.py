"""What clients spent beside rooms and what they paid, from the lines of the PMS (PMS-03)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from roomnight.clients.models import Account
from roomnight.organization.models import Hotel
from roomnight.pms.models import Basis, FolioLine, Payment, ProductionMonth
from roomnight.pms.queries.production import month_after
from roomnight.pms.rules.charges import Charge, ChargeCell, charged


def recount_charges(hotel: Hotel) -> dict[ChargeCell, tuple[int, int]]:
    """Charges counted anew from every folio line of the hotel: what the kept figures must equal."""
    columns = ("party__account", "party__side", "revenue_kind", "business_date", "amount_cents")
    rows = FolioLine.objects.filter(hotel=hotel, currency=hotel.currency, party__isnull=False).values_list(*columns)
    return charged(Charge(*row) for row in rows.iterator(chunk_size=5_000))


def kept_charges(hotel: Hotel) -> dict[ChargeCell, tuple[int, int]]:
    """Charges as they are kept, in the form of a recount."""
    rows = ProductionMonth.objects.filter(hotel=hotel, basis=Basis.CHARGED)
    columns = rows.values_list("account_id", "side", "product", "month", "charges", "charged_cents")
    return {
        ChargeCell(account, side, product, month): (lines, cents)
        for account, side, product, month, lines, cents in columns
    }


@dataclass(frozen=True)
class ProductTotal:
    """What a client spent on one product in a span of months, and in the same months a year before."""

    product: str
    label: str
    amount: Decimal
    year_before: Decimal


def spending(account: Account, *, until: date, count: int = 12) -> list[ProductTotal]:
    """By product, over the month of `until` and those before it; nothing that was not charged in either span."""
    first = month_after(until.replace(day=1), 1 - count)
    rows = ProductionMonth.objects.filter(
        account=account, basis=Basis.CHARGED, month__gte=month_after(first, -12), month__lte=until
    ).values_list("product", "month", "charged_cents")
    sums: dict[str, list[int]] = {}
    for product, month, cents in rows:
        if month >= first:
            sums.setdefault(product, [0, 0])[0] += cents
        elif month <= month_after(until.replace(day=1), -12):
            sums.setdefault(product, [0, 0])[1] += cents
    return [
        ProductTotal(product.value, str(product.label), *(Decimal(cents).scaleb(-2) for cents in sums[product.value]))
        for product in ProductionMonth.Product
        if product.value in sums
    ]


def totals_by_currency(lines: QuerySet[FolioLine] | QuerySet[Payment]) -> list[tuple[str, int, Decimal]]:
    """(currency, number of lines, their sum) for each currency there is."""
    rows = lines.order_by().values_list("currency").annotate(Count("pk"), Sum("amount_cents")).order_by("currency")
    return [(currency, number, Decimal(int(cents)).scaleb(-2)) for currency, number, cents in rows]
