"""Print how much of the revenue how few clients bring, as JSON."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from roomnight.insight.queries.composition import sellers
from roomnight.insight.rules.composition import PLACES, by_revenue, pareto
from roomnight.organization.models import Hotel
from roomnight.pms.models import Side

ALL = "all"


class Command(BaseCommand):
    """One JSON object; `--year all` counts every year together."""

    help = "Print the concentration of a hotel's revenue on its clients."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hotel", required=True)
        parser.add_argument("--year", required=True, help="a year, or all")
        parser.add_argument("--type", choices=Side.values, default=Side.COMPANY.value)
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        hotel = Hotel.objects.filter(code=options["hotel"]).first()
        if hotel is None:
            raise CommandError(f"There is no hotel {options['hotel']}.")
        text = str(options["year"])
        if text != ALL and not text.isdigit():
            raise CommandError(f"--year {text}: write a year, or all.")
        year = None if text == ALL else int(text)
        found = by_revenue(sellers(hotel, options["type"], year))
        if not found:
            raise CommandError(f"No client of {hotel.code} brought any revenue in {text}.")
        curve = pareto(found)
        said = {
            "hotel": hotel.code,
            "account_type": options["type"],
            "year": year if year is not None else ALL,
            "accounts_with_revenue": curve.accounts_with_revenue,
            "top20_count": curve.top20_count,
            "top20_revenue": curve.top20_cents / 100,
            "total_revenue": curve.total_cents / 100,
            "top20_share": round(curve.share(curve.top20_cents), PLACES),
            "accounts_needed_for_80pct": curve.accounts_needed,
            "accounts_needed_share": round(curve.accounts_needed / curve.accounts_with_revenue, PLACES),
            "top1_share": round(curve.share(curve.top1_cents), PLACES),
            "gini": round(curve.gini, PLACES),
        }
        self.stdout.write(json.dumps(said))
