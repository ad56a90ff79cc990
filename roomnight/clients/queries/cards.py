"""Which relationship cards nobody has looked over for too long, by class (CARD-02)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from roomnight.clients.models import Importance
from roomnight.clients.rules import IN_BUSINESS
from roomnight.clients.rules.cards import VERIFY_IMPORTANT, VERIFY_ORDINARY
from roomnight.organization.models import Hotel

NOT_TOLD = Q(card_told_on=None) | Q(card_told_on__lte=F("verified_on"))
"""Its owner was not reminded since it was verified last."""


def days_of(hotel_code: str, importance: str, on: date) -> int:
    """After how many days a card of this class is verified again."""
    policy = VERIFY_IMPORTANT if importance == Importance.IMPORTANT else VERIFY_ORDINARY
    return policy.at(hotel_code, on)


def overdue(hotel: Hotel, today: date, importance: str, at: str = "") -> Q:
    """The cards of a class that are overdue; `at` leads from a person to the client."""
    latest = today - timedelta(days=days_of(hotel.code, importance, today) + 1)
    end = datetime.combine(latest + timedelta(days=1), time(), ZoneInfo(hotel.timezone))
    late = Q(verified_on__lte=latest) | Q(verified_on=None, created_at__lt=end)
    of_class = {f"{at}importance": importance, f"{at}stage__in": IN_BUSINESS, f"{at}owner__isnull": False}
    return late & Q(**of_class)
