"""What the front desk need not think of by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone
from django_tasks import task

from roomnight.kernel.commands import SYSTEM
from roomnight.kernel.jobs import periodic
from roomnight.organization.models import Hotel
from roomnight.organization.working_days import day_at
from roomnight.reception.commands import forget_visitors, forget_wishes, remind_of_visitors, remind_of_wishes
from roomnight.reception.rules import VISITOR_DAYS, WISH_DAYS

MORNING: Final = 4


@periodic("*/5 * * * *")
@task()
def watch_visitors() -> int:
    """Visitors who stay longer than the house allows are noticed, once each."""
    now = timezone.now()
    for hotel in Hotel.objects.order_by("code"):
        remind_of_visitors(actor=SYSTEM, hotel=hotel, now=now)
    return 0


@periodic("*/5 * * * *")
@task()
def watch_wishes() -> int:
    """Guests' wishes that nobody has confirmed in time are noticed, once each."""
    now = timezone.now()
    for hotel in Hotel.objects.order_by("code"):
        remind_of_wishes(actor=SYSTEM, hotel=hotel, now=now)
    return 0


@periodic("20 * * * *")
@task()
def forget_the_old() -> int:
    """In each hotel's early morning what need not be kept of visitors goes."""
    now = timezone.now()
    hotels = [one for one in Hotel.objects.order_by("code") if now.astimezone(ZoneInfo(one.timezone)).hour == MORNING]
    for hotel in hotels:
        days = VISITOR_DAYS.at(hotel.code, day_at(hotel, now))
        forget_visitors(actor=SYSTEM, hotel=hotel, before=now - timedelta(days=days))
        kept = now - timedelta(days=WISH_DAYS.at(hotel.code, day_at(hotel, now)))
        forget_wishes(actor=SYSTEM, hotel=hotel, stays_before=now - timedelta(days=days), kept_before=kept)
    return len(hotels)
