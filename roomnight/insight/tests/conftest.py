"""A hotel with two years of invented reservations."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest

from roomnight.kernel.commands import OPERATOR
from roomnight.organization.commands import create_hotel
from roomnight.pms.tests.bringing import REAL_FILE, bring_in
from tests.bookings import HEADER, Stay

collect_ignore = [] if REAL_FILE.exists() else ["test_reference.py"]
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
