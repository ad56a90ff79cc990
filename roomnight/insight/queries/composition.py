"""Where the business comes from, broken down (MIX-01): sums of the database over reservations, folio lines and clients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, F, Q, Sum

from roomnight.clients.models import Account
from roomnight.insight.rules.composition import Seller, by_revenue, classes
from roomnight.insight.rules.values import SALES_CLASSES
from roomnight.organization.models import Hotel
from roomnight.pms.models import Basis, Booking, BookingStatus, ProductionMonth
from roomnight.pms.queries.production import by_number, numbers_of

STAYED: Final = Q(status=BookingStatus.STAYED)
CANCELLED: Final = Q(status=BookingStatus.CANCELLED)
FIELDS: Final = {
    "segment": ("market_segment", "segment"),
    "country": ("country", "country"),
    "channel": ("distribution_channel", "channel"),
    "guest": ("customer_type", "customer_type"),
    "repeat": ("repeated_guest", "repeated_guest"),
}
"""By the name of a dimension: its name in files, and the column of a reservation."""
NOTHING: Final = "NULL"


def in_year(year: int | None) -> Q:
    """Arrivals of a year, or of all."""
    return Q() if year is None else Q(arrival__gte=date(year, 1, 1), arrival__lte=date(year, 12, 31))


def sellers(hotel: Hotel, side: str, year: int | None) -> list[Seller]:
    """Every client with what it brought by day of arrival in a year, or ever; from the kept production."""
    first, last = (date.min, date.max) if year is None else (date(year, 1, 1), date(year, 12, 31))
    return sellers_between(hotel, side, first, last)


def sellers_between(
    hotel: Hotel, side: str, first: date, last: date, *, numbers: Mapping[int, str] | None = None
) -> list[Seller]:
    """The same of whole months, by their first and last day. `numbers` are read where they are not given; sums need none, an
    order does, where two are alike."""
    rows = ProductionMonth.objects.filter(
        hotel=hotel, side=side, basis=Basis.ARRIVAL, product=ProductionMonth.Product.ROOMS, month__gte=first,
        month__lte=last,
    )  # fmt: skip
    numbers = numbers_of(hotel, side) if numbers is None else numbers
    summed = rows.order_by().values_list("account_id").annotate(
        Sum("room_revenue_cents"), Sum("room_nights"), Sum("bookings")
    )  # fmt: skip
    return [Seller(account, numbers.get(account, ""), *map(int, figures)) for account, *figures in summed]


@dataclass(frozen=True)
class Classed:
    """A client with its class by sales and its grade."""

    seller: Seller
    level: str
    grade: str


def classed(hotel: Hotel, side: str, year: int | None) -> list[Classed]:
    """The clients with revenue, the largest first, each with its class by sales and its own grade."""
    found = by_revenue(sellers(hotel, side, year))
    bounds = SALES_CLASSES.at(hotel.code, date(year, 12, 31) if year else date.max)
    level = classes(found, bounds["A"], bounds["B"])
    grades = dict(Account.objects.filter(hotel=hotel).exclude(grade="").values_list("pk", "grade"))
    return [Classed(one, level[one.account], grades.get(one.account, "")) for one in found]


@dataclass(frozen=True)
class Line:
    """What one client brought of one value of a dimension."""

    number: str
    year: int
    value: str
    figures: tuple[int, ...]


MEASURES: Final = (
    "bookings", "stays", "cancellations", "no_shows", "room_nights", "cancelled_room_nights", "zero_rate_stays",
    "zero_night_stays", "room_revenue_cents",
)  # fmt: skip


def measures() -> dict[str, Any]:
    """The figures of reservations, by name with an underline."""
    return {
        "bookings_": Count("pk"),
        "stays_": Count("pk", filter=STAYED),
        "cancellations_": Count("pk", filter=CANCELLED),
        "no_shows_": Count("pk", filter=Q(status=BookingStatus.NO_SHOW)),
        "room_nights_": Sum("nights", filter=STAYED),
        "cancelled_room_nights_": Sum("nights", filter=CANCELLED),
        "zero_rate_stays_": Count("pk", filter=STAYED & Q(rate=0)),
        "zero_night_stays_": Count("pk", filter=STAYED & Q(nights=0)),
        "room_revenue_cents_": Sum("revenue_cents", filter=STAYED),
    }


def lines_by(hotel: Hotel, side: str, year: int, dimension: str) -> list[Line]:
    """What each client brought of each segment, country, … of a year, in order of number and value."""
    column = FIELDS[dimension][1]
    rows = (
        Booking.objects.filter(in_year(year), hotel=hotel, **{f"{side}__isnull": False})
        .order_by()
        .values_list(f"{side}_id", column)
        .annotate(**measures())
    )
    numbers = numbers_of(hotel, side)
    found = [
        Line(numbers.get(account, ""), year, _value(value), tuple(int(one or 0) for one in figures))
        for account, value, *figures in rows
    ]
    return sorted(found, key=lambda line: (by_number(line.number), line.value))


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return str(value) if value not in (None, "") else NOTHING


def products_of(hotel: Hotel, side: str, year: int) -> list[tuple[str, str, int, int]]:
    """What each client brought of each product: number, product, how many lines or bookings, revenue in cents.

    Rooms are of reservations by day of arrival, all else of folio lines by the month they were charged in; room charges
    are the rooms once more and left out.
    """
    product = ProductionMonth.Product
    rooms = Q(basis=Basis.ARRIVAL, product=product.ROOMS)
    others = Q(basis=Basis.CHARGED) & ~Q(product__in=[product.ROOMS, product.ROOM_CHARGES])
    rows = ProductionMonth.objects.filter(
        rooms | others, hotel=hotel, side=side, month__gte=date(year, 1, 1), month__lte=date(year, 12, 1)
    )
    numbers = numbers_of(hotel, side)
    summed = rows.order_by().values_list("account_id", "product").annotate(
        lines_=Sum(F("bookings") + F("charges")), cents_=Sum(F("room_revenue_cents") + F("charged_cents"))
    )  # fmt: skip
    found = [(numbers.get(account, ""), kind, int(count), int(cents)) for account, kind, count, cents in summed]
    return sorted(found, key=lambda one: (by_number(one[0]), one[1]))
