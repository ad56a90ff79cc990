"""Stays that nobody but the front desk may learn of, also after the guest has left (PRV-03)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from roomnight.organization.models import Hotel
from roomnight.pms.models import Confidentiality, InHouseGuest, LiftedHow


def guests_wishes(hotel: Hotel) -> QuerySet[Confidentiality]:
    """What guests of a hotel asked for and did not take back themselves; that it ended with the departure takes nothing back."""
    return Confidentiality.objects.filter(hotel=hotel).exclude(lifted_how__in=(LiftedHow.PASSWORD, LiftedHow.IN_PERSON))


def number_of(source_key: str) -> str:
    """The booking's own number in the PMS; empty for one that is known by its whole row."""
    return "" if source_key.startswith("#") else source_key.partition(":")[2] or source_key


@dataclass(frozen=True)
class Secrets:
    """The confidential stays of a hotel: by booking number, and by their days for a booking without a number."""

    numbers: frozenset[str]
    days: frozenset[tuple[date, date]]

    def hold(self, number: str, arrival: date, departure: date) -> bool:
        """Whether a reservation is, or may be, such a stay."""
        return number in self.numbers if number else (arrival, departure) in self.days


def secrets_of(hotel: Hotel) -> Secrets:
    """All of them, with those whom the PMS itself marks today. Two questions."""
    rows = list(guests_wishes(hotel).values_list("booking_number", "arrival", "departure"))
    marked = InHouseGuest.objects.filter(hotel=hotel, is_confidential=True)
    rows += marked.values_list("booking_number", "arrival", "departure")
    return Secrets(
        frozenset(number for number, _arrival, _departure in rows if number),
        frozenset((arrival, departure) for _number, arrival, departure in rows),
    )
