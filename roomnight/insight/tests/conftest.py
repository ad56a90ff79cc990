"""A hotel with two years of invented reservations."""

import csv
from datetime import date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine

from roomnight.clients.models import Account
from roomnight.insight.commands import run_screening, sign_screening
from roomnight.kernel.commands import OPERATOR
from roomnight.organization.commands import create_hotel, place_staff
from roomnight.pms.tests.bringing import REAL_FILE, bring_in
from tests.bookings import HEADER, Stay

collect_ignore = [] if REAL_FILE.exists() else ["test_reference.py"]
SHANGHAI = ZoneInfo("Asia/Shanghai")
YEAR = 2025
LARGE, SMALL, ASLEEP, AGENCY = "7", "31", "90", "240"


def every(days: int, first: date, last: date) -> list[date]:
    return [first + timedelta(days=days * n) for n in range((last - first).days // days + 1)]


def stays() -> list[Stay]:
    """A large company in both years, one that stayed once, one that slept through the year, an agency, other business."""
    return [
        *(Stay(day, company=LARGE, nights=2, rate="300") for day in every(7, date(2024, 1, 1), date(2025, 12, 29))),
        Stay(date(2025, 5, 5), company=SMALL, nights=1, rate="280"),
        Stay(date(2025, 6, 5), company=SMALL, status="No-Show"),
        *(Stay(day, company=ASLEEP, nights=1, rate="250") for day in every(60, date(2024, 1, 1), date(2024, 12, 1))),
        *(Stay(day, agent=AGENCY, nights=1, rate="200") for day in every(30, date(2024, 1, 1), date(2025, 12, 1))),
        *(Stay(day, nights=3, rate="500") for day in every(2, date(2024, 1, 1), date(2025, 12, 31))),
    ]


@pytest.fixture
def house(world, tmp_path):
    """The hotel into which they were brought."""
    hotel = create_hotel(actor=OPERATOR, code="H9", name="云汀小馆")
    text = StringIO()
    csv.writer(text).writerows([HEADER, *(one.cells() for one in stays())])
    path = tmp_path / "stays.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    bring_in(path, {"City Hotel": "H9"})
    return hotel


def clock(day, hour=9):
    """That day, at the hotel."""
    at = datetime.combine(date.fromisoformat(day), datetime.min.time(), SHANGHAI)
    return time_machine.travel(at.replace(hour=hour, minute=50), tick=False)


@pytest.fixture
def desk(house, world):
    """The hotel with its people: chen owns the clients, zhou leads chen, lin directs."""
    for who, role, leader in (
        ("lin", "director-of-sales", None), ("zhou", "sales-manager", world.lin), ("chen", "sales-representative", world.zhou)
    ):  # fmt: skip
        place_staff(
            actor=OPERATOR, staff=getattr(world, who), hotel=house, department="sales", role=role, leader=leader
        )
    Account.objects.filter(hotel=house).update(owner=world.chen)
    Account.objects.filter(hotel=house, external_ids__value=SMALL).update(grade="A")
    return house


def worked_out(house, side="company", year=YEAR):
    return run_screening(actor=OPERATOR, hotel=house, year=year, side=side)


def signed(world, run, note=""):
    seat = world.seat("lin", "H9")
    return sign_screening(actor=seat, run=run, staff=seat.staff, note=note)


def of(run, number):
    return run.results.get(number=number)
