"""A hotel that opens today: a manager, a representative, and what its reservations of the last years say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from roomnight.kernel.commands import OPERATOR
from roomnight.organization.access import seat_at
from roomnight.organization.commands import create_hotel, create_staff, place_staff
from roomnight.organization.models import Hotel, Staff
from tests.bookings import Stay, csv_of, every
from tests.world import PASSWORD
from tests.world_work import bring_in

CODE = "jingan"


@dataclass(frozen=True)
class House:
    """The hotel and its two sales people; clients come from the import."""

    hotel: Hotel
    manager: Staff
    representative: Staff

    def path(self, rest: str = "") -> str:
        return f"/h/{CODE}/{rest}"


def open_house(now: datetime) -> House:
    """Open the hotel and import its reservations: company 67 came every other week until four months ago."""
    hotel = create_hotel(actor=OPERATOR, code=CODE, name="云汀静安酒店", city="上海", room_count=210)
    people = {}
    for username, name, role, leader in (
        ("jingli", "贺经理", "sales-manager", None),
        ("daibiao", "江小帆", "sales-representative", "jingli"),
    ):
        people[username] = create_staff(actor=OPERATOR, username=username, name=name, password=PASSWORD)
        place_staff(
            actor=OPERATOR, staff=people[username], hotel=hotel, department="sales", role=role,
            leader=people[leader] if leader else None,
        )  # fmt: skip
    clerk = create_staff(actor=OPERATOR, username="wenyuan", name="文员", password=PASSWORD)
    place_staff(actor=OPERATOR, staff=clerk, hotel=hotel, department="sales", role="sales-clerk")
    bring_in(seat_at(clerk, CODE), "reservations.csv", csv_of(stays_until(now.date())))
    return House(hotel, people["jingli"], people["daibiao"])


def stays_until(today: date) -> list[Stay]:
    quiet_since = today - timedelta(days=120)
    return [
        *(Stay(day, company="67", nights=3) for day in every(14, today - timedelta(days=700), quiet_since)),
        *(Stay(day, agent="9", rate="399.00") for day in every(5, today - timedelta(days=400), today)),
    ]
