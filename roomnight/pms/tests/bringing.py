"""Bringing files in, and looking at what is there afterwards."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from roomnight.clients.models import ExternalId
from roomnight.kernel.commands import OPERATOR, Actor
from roomnight.kernel.tables import open_table
from roomnight.organization.models import Hotel
from roomnight.pms import adapters
from roomnight.pms.commands import carry_out, map_import, prepare_import, start_import
from roomnight.pms.models import AccountHabit, Booking, ImportRun, ProductionMonth, Side
from roomnight.pms.queries import brought_by, kept_habits, profile_for, recount
from roomnight.pms.queries.production import kept
from roomnight.pms.rules.profile import Profile

SAMPLE = Path(adapters.__file__).parent / "hotel_booking_demand" / "sample.csv"
ROOT = Path(__file__).resolve().parents[3]
REAL_FILE = ROOT.parent / "shared" / "data" / "hotel_bookings_H1.csv"
"""The public data set, where it lies beside the repository, with what it must come to in `expected`."""

DEMAND = "hotel-booking-demand"
BOTH = {"Resort Hotel": "H1", "City Hotel": "H2"}


def prepared(
    path: Path, hotel_map: dict[str, str], profile: Profile | str = DEMAND, actor: Actor = OPERATOR
) -> tuple[Any, ...]:
    """A started run with what carrying it out takes: (run, table, profile)."""
    hotels = list(Hotel.objects.filter(code__in=hotel_map.values()).order_by("code"))
    if isinstance(profile, str):
        found = profile_for(hotels, profile)
        assert found is not None
        profile = found
    table = open_table(path, path.name)
    run = prepare_import(actor=actor, hotels=hotels, table=table, name=path.name)
    map_import(actor=actor, run=run, profile=profile, hotel_map=hotel_map)
    start_import(actor=actor, run=run)
    return run, table, profile


def bring_in(
    path: Path,
    hotel_map: dict[str, str],
    profile: Profile | str = DEMAND,
    progress: Callable[[ImportRun], None] | None = None,
) -> ImportRun:
    """The whole way, as the operator."""
    run, table, reading = prepared(path, hotel_map, profile)
    return carry_out(actor=OPERATOR, run=run, table=table, profile=reading, progress=progress)


def figures(run: ImportRun) -> dict[str, int]:
    return {name: getattr(run, name) for name in ("rows_read", "created", "updated", "unchanged", "rejected")}


def picture(hotels: Iterable[str]) -> dict[str, list[Any]]:
    """Everything an import leaves behind at these hotels, told without the numbers the database gives."""
    codes = list(hotels)
    columns = [f.name for f in Booking._meta.concrete_fields if f.name not in {"id", "hotel", "company", "agent"}]
    cells = [f.name for f in ProductionMonth._meta.concrete_fields if f.name not in {"id", "hotel", "account"}]
    bookings = Booking.objects.filter(hotel__code__in=codes).order_by("hotel__code", "source_key")
    months = ProductionMonth.objects.filter(hotel__code__in=codes)
    numbers = ExternalId.objects.filter(hotel__code__in=codes)
    return {
        "bookings": list(bookings.values_list("hotel__code", "company__code", "agent__code", *columns)),
        "production": sorted(months.values_list("hotel__code", "account__code", *cells)),
        "numbers": sorted(numbers.values_list("hotel__code", "kind", "value", "account__code")),
    }


def assert_production_is_whole(*codes: str) -> None:
    """What is kept equals what a recount of every booking finds (PMS-03)."""
    for hotel in Hotel.objects.filter(code__in=codes):
        counted = recount(hotel)
        assert counted or not Booking.objects.filter(hotel=hotel).exclude(company=None, agent=None).exists()
        assert kept(hotel) == counted


def assert_habits_are_whole(*codes: str) -> None:
    """The habits kept equal those that the bookings show, once an import has ended."""
    for hotel in Hotel.objects.filter(code__in=codes):
        found = {
            (one.account_id, one.side): brought
            for one, brought in kept_habits(AccountHabit.objects.filter(hotel=hotel))
        }
        assert found == {
            (account, side): brought
            for side in Side.values
            for account, brought in brought_by(hotel, side, date.max).items()
        }


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write_rows(path: Path, rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path
