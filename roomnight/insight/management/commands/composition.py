"""Print where the business of a year comes from, client by client, as CSV."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from roomnight.insight.queries.composition import FIELDS, MEASURES, classed, lines_by, products_of
from roomnight.organization.models import Hotel
from roomnight.pms.models import Side

GRADE, PRODUCT = "grade", "product"
HEADS = ["hotel", "account_type", "account_id", "year", "dimension", "value"]
GRADE_HEADS = [
    "hotel",
    "account_type",
    "year",
    "account_id",
    "room_revenue",
    "room_nights",
    "bookings",
    "level",
    "grade",
]


class Command(BaseCommand):
    """One line for each client and value. By grade: each client's class by sales (`level`) and its own grade."""

    help = "Print the composition of a hotel's business."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hotel", required=True)
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--by", choices=[*FIELDS, GRADE, PRODUCT], required=True)
        parser.add_argument("--type", choices=Side.values, help="companies or agents only; both without it")
        parser.add_argument("--format", choices=["csv"], default="csv")

    def handle(self, *args: Any, **options: Any) -> None:
        hotel = Hotel.objects.filter(code=options["hotel"]).first()
        if hotel is None:
            raise CommandError(f"There is no hotel {options['hotel']}.")
        by, year = options["by"], options["year"]
        sides = [options["type"]] if options["type"] else [Side.COMPANY.value, Side.AGENT.value]
        rows = {GRADE: _grades, PRODUCT: _products}.get(by, _lines)
        heads = {GRADE: GRADE_HEADS, PRODUCT: [*HEADS, "lines", "revenue"]}.get(
            by, [*HEADS, *MEASURES[:-1], "room_revenue"]
        )
        out = csv.writer(self.stdout, lineterminator="\n")
        out.writerow(heads)
        for side in sides:
            out.writerows(rows(hotel, side, year, by))


def _money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def _lines(hotel: Hotel, side: str, year: int, by: str) -> Iterator[list[object]]:
    for line in lines_by(hotel, side, year, by):
        *figures, cents = line.figures
        yield [hotel.code, side, line.number, year, FIELDS[by][0], line.value, *figures, _money(cents)]


def _grades(hotel: Hotel, side: str, year: int, by: str) -> Iterator[list[object]]:
    for one in classed(hotel, side, year):
        sold = one.seller
        revenue = _money(sold.revenue_cents)
        yield [hotel.code, side, year, sold.number, revenue, sold.nights, sold.bookings, one.level, one.grade]


def _products(hotel: Hotel, side: str, year: int, by: str) -> Iterator[list[object]]:
    for number, product, count, cents in products_of(hotel, side, year):
        yield [hotel.code, side, number, year, by, product, count, _money(cents)]
