"""Print what accounts brought, as CSV."""

import csv
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from roomnight.organization.models import Hotel
from roomnight.pms.models import Side
from roomnight.pms.queries import AccountFigures, production
from roomnight.pms.queries.production import BASIS
from roomnight.pms.rules.production import Measures

PERIOD = {"month": "arrival_month", "stay-month": "stay_month", "year": "year"}
MEASURES = [*Measures._fields[:-1], "room_revenue"]
BY_NIGHT = ["room_nights", "room_revenue"]


class Command(BaseCommand):
    """One line for each account and period, accounts in order of their number; nothing else on stdout."""

    help = "Print the production of accounts by month of arrival, by month stayed, or by year."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hotel", required=True)
        parser.add_argument("--year", type=int)
        parser.add_argument("--by", choices=list(BASIS), default="month")
        parser.add_argument("--type", choices=Side.values, default=Side.COMPANY.value)
        parser.add_argument("--format", choices=["csv"], default="csv")

    def handle(self, *args: Any, **options: Any) -> None:
        hotel = Hotel.objects.filter(code=options["hotel"]).first()
        if hotel is None:
            raise CommandError(f"There is no hotel {options['hotel']}.")
        by, side = options["by"], options["type"]
        measures = BY_NIGHT if by == "stay-month" else MEASURES
        lines = production(hotel, by=by, side=side, year=options["year"])
        out = csv.writer(self.stdout, lineterminator="\n")
        out.writerow(["hotel", "account_type", "account_id", PERIOD[by], *measures])
        out.writerows([hotel.code, side, line.number, line.period, *_figures(line, measures)] for line in lines)


def _figures(line: AccountFigures, measures: list[str]) -> list[object]:
    return [line.revenue if name == "room_revenue" else getattr(line.figures, name) for name in measures]
