"""Print who is falling silent, by the model and by the plain rules, as CSV."""

import csv
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from roomnight.insight.queries.churn import judged
from roomnight.insight.rules.churn import Standing
from roomnight.insight.rules.churn_values import DAYS, GAP, MODEL, MONTH
from roomnight.organization.models import Hotel
from roomnight.pms.models import Side
from roomnight.pms.queries.production import by_number, numbers_of
from roomnight.pms.rules.quiet import rounded

COLUMNS = [
    "account_id", "p_alive", "expected_180d", "days_since_last", "usual_gap", "alert_model", "alert_14d", "alert_month",
    "alert_gap", "on_the_books",
]  # fmt: skip
ALERTS = (MODEL, DAYS, MONTH, GAP)
PLACES = 6


class Command(BaseCommand):
    """One line for each client that ever came, in order of its number, by what was known on that day.

    `alert_14d` goes by the hotel's own number of days. Empty is what cannot be said: a gap of who came once, and what
    the model says while too few ever came again. `on_the_books` counts live reservations; with one the model never
    alerts.
    """

    help = "Print each client's chance of being alive, its expected arrivals, and which rules alert on a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hotel", required=True)
        parser.add_argument("--as-of", type=date.fromisoformat, required=True)
        parser.add_argument("--type", choices=Side.values, default=Side.COMPANY.value)
        parser.add_argument("--format", choices=["csv"], default="csv")

    def handle(self, *args: Any, **options: Any) -> None:
        hotel = Hotel.objects.filter(code=options["hotel"]).first()
        if hotel is None:
            raise CommandError(f"There is no hotel {options['hotel']}.")
        today = datetime.now(ZoneInfo(hotel.timezone)).date()
        _fit, found = judged(hotel, options["type"], as_of=options["as_of"], today=today)
        numbers = numbers_of(hotel, options["type"])
        out = csv.writer(self.stdout, lineterminator="\n")
        out.writerow(COLUMNS)
        for one in sorted(found, key=lambda one: by_number(numbers.get(one.account, ""))):
            out.writerow([numbers.get(one.account, ""), *_said(one)])


def _said(one: Standing) -> list[object]:
    gap = "" if one.usual_gap is None else rounded(one.usual_gap)
    verdicts = [rule in one.rules for rule in ALERTS]
    return [_number(one.p_alive), _number(one.expected), one.days_since, gap, *verdicts, one.on_the_books]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.{PLACES}f}"
