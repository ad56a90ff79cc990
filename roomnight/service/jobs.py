"""What service need not think of by itself."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from roomnight.kernel.commands import SYSTEM
from roomnight.kernel.jobs import periodic
from roomnight.organization.models import Hotel
from roomnight.service.commands import escalate_complaints, remind_of_letters


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
