"""Revenue and nights by any one or two dimensions, of the clients of one side or of the whole house (MIX-01)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from django.db.models import Q, Sum

from roomnight.clients.models import Account
from roomnight.insight.queries.composition import NOTHING, STAYED, sellers_between
from roomnight.insight.rules.breakdown import Cells, Figures, Period
from roomnight.insight.rules.composition import Seller, by_revenue, classes
from roomnight.insight.rules.values import SALES_CLASSES
from roomnight.organization.models import Hotel
from roomnight.pms.models import Basis, Booking, ProductionMonth

GRADE, LEVEL, CITY, KIND, PRODUCT = "grade", "level", "city", "kind", "product"
COLUMNS: Final = {"segment": "segment", "country": "country", "channel": "channel"}
"""Dimensions of the reservation, with its column."""
OF_CLIENTS: Final = (GRADE, LEVEL, CITY, KIND)
DIMENSIONS: Final = (GRADE, LEVEL, PRODUCT, "segment", "country", CITY, KIND, "channel")
WITHOUT_CLIENTS: Final = tuple(COLUMNS)
"""What the whole house can be broken down by: much of its business has no client."""


def cells(
    hotel: Hotel, side: str, period: Period, row: str, column: str = "", *, numbers: Mapping[int, str] | None = None
) -> Cells:
    """The figures by value of one dimension, or of two crossed. `side` is empty for the whole house.

    Rooms are of reservations that were stayed, by day of arrival; other products of folio lines, by month charged. What
    the data do not tell has the value NULL: of other products than rooms no segment, country or channel is known. Classes by
    sales need the clients' numbers, which are read where they are not given.
    """
    asked = [name for name in (row, column) if name]
    stored = [name for name in asked if name in COLUMNS]
    if not side and len(stored) < len(asked):
        raise ValueError(asked)
    sold: list[Seller] = []
    if side and (not stored or LEVEL in asked):
        sold = sellers_between(hotel, side, period.first, period.last, numbers=numbers if LEVEL in asked else {})
    valued = {name: _values_of_clients(hotel, sold, period, name) for name in asked if name in OF_CLIENTS}
    found: dict[tuple[str, str], Figures] = defaultdict(Figures)
    for account, known, figures in _rows(hotel, side, period, stored, sold, is_by_product=PRODUCT in asked):
        values = [known[name] if name in known else valued[name](account) for name in asked]
        key = (values[0], values[1] if column else "")
        found[key] = found[key].plus(figures)
    return {key: figures for key, figures in found.items() if figures != Figures()}


def _values_of_clients(hotel: Hotel, sold: list[Seller], period: Period, name: str) -> Callable[[int], str]:
    if name == LEVEL:
        bounds = SALES_CLASSES.at(hotel.code, period.last)
        known = classes(by_revenue(sold), bounds["A"], bounds["B"])
    else:
        known = dict(Account.objects.filter(hotel=hotel).exclude(**{name: ""}).values_list("pk", name))
    return lambda account: known.get(account, NOTHING)


def _rows(
    hotel: Hotel, side: str, period: Period, stored: list[str], sold: list[Seller], *, is_by_product: bool
) -> Iterator[tuple[int, dict[str, str], Figures]]:
    """Account (0 for the whole house), what the row says of dimensions, figures."""
    rooms = {PRODUCT: ProductionMonth.Product.ROOMS.value} if is_by_product else {}
    for account, values, figures in _rooms(hotel, side, period, stored, sold):
        yield account, {**dict(zip(stored, map(_value, values), strict=True)), **rooms}, figures
    if is_by_product:
        for account, product, cents in _other_products(hotel, side, period):
            yield account, {**dict.fromkeys(stored, NOTHING), PRODUCT: product}, Figures(cents)


def _rooms(
    hotel: Hotel, side: str, period: Period, stored: list[str], sold: list[Seller]
) -> Iterable[tuple[int, Iterable[Any], Figures]]:
    if side and not stored:
        return [(one.account, (), Figures(one.revenue_cents, one.nights)) for one in sold]
    reach = Booking.objects.filter(STAYED, hotel=hotel, arrival__gte=period.first, arrival__lte=period.last)
    if side:
        reach = reach.filter(**{f"{side}__isnull": False})
    by = [*([f"{side}_id"] if side else []), *(COLUMNS[name] for name in stored)]
    grouped = reach.order_by().values_list(*by).annotate(Sum("revenue_cents"), Sum("nights"))
    return (
        (values[0] if side else 0, values[1:] if side else values, Figures(int(cents or 0), int(nights or 0)))
        for *values, cents, nights in grouped.iterator(chunk_size=5_000)
    )


def _other_products(hotel: Hotel, side: str, period: Period) -> Iterator[tuple[int, str, int]]:
    product = ProductionMonth.Product
    others = Q(basis=Basis.CHARGED) & ~Q(product__in=[product.ROOMS, product.ROOM_CHARGES])
    grouped = ProductionMonth.objects.filter(
        others, hotel=hotel, side=side, month__gte=period.first, month__lte=period.last
    ).order_by().values_list("account_id", "product").annotate(Sum("charged_cents"))  # fmt: skip
    for account, kind, cents in grouped:
        yield account, kind, int(cents)


def _value(value: Any) -> str:
    return str(value) if value not in (None, "") else NOTHING


def house_revenue(hotel: Hotel, period: Period) -> Figures:
    """All room revenue and nights of the hotel in the period, with or without a client."""
    found = Booking.objects.filter(
        STAYED, hotel=hotel, arrival__gte=period.first, arrival__lte=period.last
    ).aggregate(cents=Sum("revenue_cents"), all_nights=Sum("nights"))  # fmt: skip
    return Figures(int(found["cents"] or 0), int(found["all_nights"] or 0))
