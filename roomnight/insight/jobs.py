"""What the turn of the year brings by itself (SCR-06)."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone
from django_tasks import task

from roomnight.insight.commands import ask_for_judgements, run_screening
from roomnight.insight.queries.calendar import due_runs, judging_year
from roomnight.kernel.commands import SYSTEM
from roomnight.kernel.errors import Refusal
from roomnight.kernel.jobs import periodic
from roomnight.organization.models import Hotel
from roomnight.organization.working_days import day_at

MORNING: Final = 5


@periodic("50 * * * *")
@task()
def turn_of_the_year() -> int:
    """In each hotel's early morning: from December on owners are asked to judge, and the screening is worked out when due."""
    now, made = timezone.now(), 0
    for hotel in Hotel.objects.order_by("code"):
        if now.astimezone(ZoneInfo(hotel.timezone)).hour != MORNING:
            continue
        today = day_at(hotel, now)
        year = judging_year(hotel, today)
        if year is None:
            continue
        ask_for_judgements(actor=SYSTEM, hotel=hotel, year=year)
        for side in due_runs(hotel, year, today):
            try:
                run_screening(actor=SYSTEM, hotel=hotel, year=year, side=side)
            except Refusal:  # no production of that peer group: nothing to work out
                continue
            made += 1
    return made
