"""Print the year-end screening, as CSV."""

import csv
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from roomnight.insight.queries.facts import year_facts
from roomnight.insight.queries.parameters import parameters_at
from roomnight.insight.rules.parameters import DIMENSIONS
from roomnight.insight.rules.screening import NothingToCompare, screen
from roomnight.organization.models import Hotel
from roomnight.pms.models import Side

COLUMNS = ["account_id", "status", "rank", "score", "coverage", *(f"p_{name}" for name in DIMENSIONS)]
MISSING = "MISSING"


class Command(BaseCommand):
    """One line for each client, best first; a dimension without a source is MISSING. Nothing is kept by printing it."""

    help = "Print the year-end screening of a hotel's clients."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hotel", required=True)
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--type", choices=Side.values, default=Side.COMPANY.value)
        parser.add_argument("--format", choices=["csv"], default="csv")

    def handle(self, *args: Any, **options: Any) -> None:
        hotel = Hotel.objects.filter(code=options["hotel"]).first()
        if hotel is None:
            raise CommandError(f"There is no hotel {options['hotel']}.")
        year, parameters = options["year"], parameters_at(hotel.code, options["year"])
        today = datetime.now(ZoneInfo(hotel.timezone)).date()
        found = year_facts(hotel, year, options["type"], parameters, today)
        try:
            _peers, scores = screen(found.clients, found.hotel, parameters)
        except NothingToCompare as none:
            raise CommandError(f"No client of {hotel.code} had any production in {year}: no score.") from none
        out = csv.writer(self.stdout, lineterminator="\n")
        out.writerow(COLUMNS)
        for one in scores:
            points = [_said(one.points[name]) for name in DIMENSIONS]
            out.writerow([one.facts.number, one.status, one.rank, one.score, one.coverage, *points])


def _said(points: Decimal | None) -> object:
    return MISSING if points is None else points
