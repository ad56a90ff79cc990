"""What time does to orders by itself."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from roomnight.kernel.commands import SYSTEM
from roomnight.kernel.jobs import periodic
from roomnight.kernel.tables.keeping import forget_older
from roomnight.orders.commands import raise_late_notices, tell_of_late_quotations, tell_of_options
from roomnight.orders.commands.blocks import see_to_cut_offs
from roomnight.orders.commands.diary import expire_options
from roomnight.orders.commands.exceptions import raise_late_contacts
from roomnight.organization.models import Hotel
from roomnight.organization.working_days import day_at


@periodic("25 * * * *")
@task()
def options_of_the_day() -> int:
    """Options that run out are told of, by each hotel's own calendar (ORD-02)."""
    now = timezone.now()
    for hotel in Hotel.objects.order_by("code"):
        tell_of_options(actor=SYSTEM, hotel=hotel, on=day_at(hotel, now))
    return 0


@periodic("* * * * *")
@task()
def watch_departments() -> int:
    """Departments that are late rise to whoever follows the order, then to the manager, at the right minute (ORD-05)."""
    now = timezone.now()
    for hotel in Hotel.objects.order_by("code"):
        raise_late_notices(actor=SYSTEM, hotel=hotel, now=now)
    return 0


@periodic("*/10 * * * *")
@task()
def quotations_in_time() -> int:
    """Clients that still wait for a quotation when it was due are told of (ORD-10)."""
    now = timezone.now()
    for hotel in Hotel.objects.order_by("code"):
        tell_of_late_quotations(actor=SYSTEM, hotel=hotel, now=now)
    return 0


@periodic("*/5 * * * *")
@task()
def options_of_halls() -> int:
    """Options on halls that have run out are let go, and the first who waits is told (ORD-07)."""
    now = timezone.now()
    for hotel in Hotel.objects.order_by("code"):
        expire_options(actor=SYSTEM, hotel=hotel, now=now)
    return 0


@periodic("35 * * * *")
@task()
def cut_offs_of_the_day() -> int:
    """Cut-off dates of rooms kept for groups, by each hotel's own calendar (ORD-08)."""
    now = timezone.now()
    for hotel in Hotel.objects.order_by("code"):
        see_to_cut_offs(actor=SYSTEM, hotel=hotel, on=day_at(hotel, now))
    return 0


@periodic("50 3 * * *")
@task()
def forget_rooming_lists() -> int:
    """Files with guests' names, and the papers they may carry, are kept for as long as one works with them: two days (ORD-08)."""
    forget_older(Path(settings.MEDIA_ROOT) / "rooming", timezone.now() - timedelta(days=2))
    return 0


@periodic("* * * * *")
@task()
def watch_contacts() -> int:
    """Clients that were not told in time that something went wrong are the manager's matter, at the right minute (EXC-02)."""
    now = timezone.now()
    for hotel in Hotel.objects.order_by("code"):
        raise_late_contacts(actor=SYSTEM, hotel=hotel, now=now)
    return 0
