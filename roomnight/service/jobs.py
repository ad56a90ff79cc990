"""What service need not think of by itself."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from roomnight.kernel.commands import SYSTEM
from roomnight.kernel.jobs import periodic
from roomnight.organization.models import Hotel
from roomnight.organization.working_days import day_at
from roomnight.service.commands import (
    draft_for_stays,
    escalate_complaints,
    escalate_requests,
    remind_of_improvements,
    remind_of_letters,
)


@periodic("*/5 * * * *")
@task()
def watch_complaints() -> int:
    """Open complaints go up when their time comes, by day and night, each step once."""
    now = timezone.now()
    for hotel in Hotel.objects.order_by("code"):
        escalate_complaints(actor=SYSTEM, hotel=hotel, now=now)
    return 0


@periodic("10 * * * *")
@task()
def watch_letters() -> int:
    """Letters that were not answered in time are noticed, once each."""
    now = timezone.now()
    for hotel in Hotel.objects.order_by("code"):
        remind_of_letters(actor=SYSTEM, hotel=hotel, now=now)
    return 0


@periodic("* * * * *")
@task()
def watch_requests() -> int:
    """Unfinished requests go up when their time comes, each step once; some have ten minutes in all."""
    now = timezone.now()
    for hotel in Hotel.objects.order_by("code"):
        escalate_requests(actor=SYSTEM, hotel=hotel, now=now)
    return 0


@periodic("25 * * * *")
@task()
def watch_improvements() -> int:
    """Improvements not done by their day are noticed, once each."""
    now = timezone.now()
    for hotel in Hotel.objects.order_by("code"):
        remind_of_improvements(actor=SYSTEM, hotel=hotel, now=now)
    return 0


@periodic("40 8,14 * * *")
@task()
def ask_about_stays() -> int:
    """Clients whose guests left yesterday are to be asked, once the night's reservations have been read (SAT-01)."""
    now = timezone.now()
    for hotel in Hotel.objects.order_by("code"):
        draft_for_stays(actor=SYSTEM, hotel=hotel, left_on=day_at(hotel, now) - timedelta(days=1))
    return 0
