"""Print who has gone quiet, as CSV."""

import csv
from datetime import date
from fractions import Fraction
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from roomnight.organization.models import Hotel
from roomnight.pms.models import Side
from roomnight.pms.queries import Quiet, silences
from roomnight.pms.rules.quiet import rounded

COLUMNS = [
    "hotel", "account_type", "account_id", "ever_produced", "bookings", "stays", "distinct_arrival_dates",
    "first_arrival", "last_arrival", "last_departure", "days_since_last_arrival", "lost_90d", "lost_90d_by_departure",
    "room_nights", "room_revenue", "n_gaps", "mean_gap", "median_gap", "overdue_2x_mean", "overdue_2x_median",
]  # fmt: skip


class Command(BaseCommand):
    """One line for each account with any booking, in order of its number; empty where it never produced."""

    help = "Print each account's last arrival, its habit, and whether it is lost or overdue on a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hotel", required=True)
        parser.add_argument("--as-of", type=date.fromisoformat, required=True)
        parser.add_argument("--type", choices=Side.values, default=Side.COMPANY.value)
        parser.add_argument("--format", choices=["csv"], default="csv")

    def handle(self, *args: Any, **options: Any) -> None:
        hotel = Hotel.objects.filter(code=options["hotel"]).first()
        if hotel is None:
            raise CommandError(f"There is no hotel {options['hotel']}.")
        out = csv.writer(self.stdout, lineterminator="\n")
        out.writerow(COLUMNS)
        for one in silences(hotel, side=options["type"], as_of=options["as_of"]):
            out.writerow([hotel.code, one.side, one.number, one.brought is not None, one.bookings, *_said(one)])


def _said(one: Quiet) -> list[object]:
    """The columns after `bookings`. Counts are written as the statistics packages that read this write them: 3.0."""
    brought, silence = one.brought, one.silence
    if brought is None or silence is None:
        return [""] * (len(COLUMNS) - 5)
    habit = brought.habit
    return [
        _number(brought.stays), _number(habit.arrival_days), habit.first_arrival, habit.last_arrival,
        brought.last_departure, _number(silence.days), silence.is_lost, silence.is_lost_by_departure,
        _number(brought.room_nights), brought.revenue, _number(habit.gaps) if habit.gaps else "",
        _number(habit.mean_gap), _number(habit.median_gap), _answer(silence.overdue_by_mean),
        _answer(silence.overdue_by_median),
    ]  # fmt: skip


def _number(value: Fraction | int | None) -> str:
    if value is None:
        return ""
    whole, _dot, part = f"{rounded(Fraction(value)):f}".partition(".")
    return f"{whole}.{part.rstrip('0') or '0'}"


def _answer(value: bool | None) -> object:
    return "" if value is None else value
