"""Reservation files in the layout of the public data set "Hotel booking demand", written from a few words a stay."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

HEADER = [
    "hotel",
    "is_canceled",
    "lead_time",
    "arrival_date_year",
    "arrival_date_month",
    "arrival_date_week_number",
    "arrival_date_day_of_month",
    "stays_in_weekend_nights",
    "stays_in_week_nights",
    "adults",
    "children",
    "babies",
    "meal",
    "country",
    "market_segment",
    "distribution_channel",
    "is_repeated_guest",
    "previous_cancellations",
    "previous_bookings_not_canceled",
    "reserved_room_type",
    "assigned_room_type",
    "booking_changes",
    "deposit_type",
    "agent",
    "company",
    "days_in_waiting_list",
    "customer_type",
    "adr",
    "required_car_parking_spaces",
    "total_of_special_requests",
    "reservation_status",
    "reservation_status_date",
]


@dataclass(frozen=True)
class Stay:
    """One reservation: arrival, nights, rate a night, and the numbers of company and agent ("" for none)."""

    arrival: date
    company: str = ""
    agent: str = ""
    nights: int = 2
    rate: str = "488.00"
    status: str = "Check-Out"
    hotel: str = "City Hotel"

    def cells(self) -> list[str]:
        """The row of the file; what a stay does not say is the same in every row."""
        named = {
            "hotel": self.hotel,
            "is_canceled": "0" if self.status == "Check-Out" else "1",
            "lead_time": "7",
            "arrival_date_year": str(self.arrival.year),
            "arrival_date_month": self.arrival.strftime("%B"),
            "arrival_date_week_number": str(self.arrival.isocalendar().week),
            "arrival_date_day_of_month": str(self.arrival.day),
            "stays_in_weekend_nights": "0",
            "stays_in_week_nights": str(self.nights),
            "adults": "1",
            "meal": "BB",
            "country": "CHN",
            "market_segment": "Corporate",
            "distribution_channel": "Corporate",
            "reserved_room_type": "A",
            "assigned_room_type": "A",
            "deposit_type": "No Deposit",
            "agent": self.agent or "NULL",
            "company": self.company or "NULL",
            "customer_type": "Transient",
            "adr": self.rate,
            "reservation_status": self.status,
            "reservation_status_date": str(self.arrival + timedelta(days=self.nights)),
        }
        return [named.get(column, "0") for column in HEADER]


def csv_of(stays: Iterable[Stay], broken: Iterable[Sequence[str]] = ()) -> bytes:
    """The file, with rows that are wrong at its end."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(stay.cells() for stay in stays)
    writer.writerows(broken)
    return out.getvalue().encode()


def every(days: int, first: date, last: date) -> list[date]:
    """The dates from the first to the last, so many days apart."""
    return [first + timedelta(days=ahead) for ahead in range(0, (last - first).days + 1, days)]
