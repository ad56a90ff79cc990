"""Imports that run while people do something else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django_tasks import task

from roomnight.kernel.commands import SYSTEM, Actor, Machine, coming_from
from roomnight.kernel.errors import Refusal
from roomnight.kernel.jobs import periodic, retried
from roomnight.kernel.tables import open_table
from roomnight.organization.models import Hotel
from roomnight.pms.commands import (
    TakenOver,
    abandon_import,
    bring_up_to_date,
    carry_out,
    end_at_departure,
    forget_confidential,
    forget_guests,
    kept_file,
    look_into_inbox,
    refuse_import,
    refuse_wrong_columns,
    start_import,
    today_at,
)
from roomnight.pms.models import ImportRun, RunState
from roomnight.pms.queries import profile_for
from roomnight.pms.rules import GUEST_DAYS

SILENT_FOR: Final = timedelta(minutes=15)
MORNING: Final = 3


@retried(times=3, first_delay=timedelta(seconds=10))
@task()
def carry_out_import(run_id: int, language: str) -> str:
    """Bring in a queued import, or go on with one whose worker died. Returns the state it ended in."""
    run = ImportRun.objects.get(pk=run_id)
    hotels = list(run.hotels.order_by("code"))
    actor = Machine(run.actor, hotels[0].code if len(hotels) == 1 else "")
    with coming_from("job"), translation.override(language):
        try:
            table = open_table(kept_file(run), run.file_name)
            profile = profile_for(hotels, run.profile_key, run.profile_version)
            if profile is not None:
                refuse_wrong_columns(profile, table.header)
                carry_out(actor=actor, run=run, table=table, profile=profile)
        except Refusal as refusal:
            refuse_import(actor=actor, run=run, refusal=refusal)
        except TakenOver:
            pass
    return ImportRun.objects.values_list("state", flat=True).get(pk=run_id)


def queue_import(*, actor: Actor, run: ImportRun, language: str) -> None:
    """Start an import and hand it to the worker, both or neither."""
    with transaction.atomic():
        start_import(actor=actor, run=run)
        carry_out_import.enqueue(run.pk, language)


@periodic("*/5 * * * *")
@task()
def give_up_silent_imports() -> int:
    """Runs that have said nothing for a quarter of an hour have no worker any more; they can be started again."""
    found = list(ImportRun.objects.filter(state=RunState.RUNNING, alive_at__lt=timezone.now() - SILENT_FOR))
    for run in found:
        abandon_import(actor=SYSTEM, run=run)
    return len(found)


@periodic("* * * * *")
@task()
def watch_the_inbox() -> int:
    """Take the complete files from the watched folders, and put those aside whose import has ended."""

    def queue(actor: Actor, run: ImportRun) -> None:
        queue_import(actor=actor, run=run, language=settings.LANGUAGE_CODE)

    with coming_from("watched folder"), translation.override(settings.LANGUAGE_CODE):
        return look_into_inbox(Path(settings.INBOX_DIR), queue)


@periodic("10 * * * *")
@task()
def begin_the_hotel_day() -> int:
    """The last twelve months move on by themselves: each hotel's lists are brought up to date early in its morning."""
    now = timezone.now()
    hotels = [
        hotel for hotel in Hotel.objects.order_by("code") if now.astimezone(ZoneInfo(hotel.timezone)).hour == MORNING
    ]
    for hotel in hotels:
        bring_up_to_date(actor=SYSTEM, hotel=hotel)
        today = today_at(hotel)
        forgotten = today - timedelta(days=GUEST_DAYS.at(hotel.code, today))
        forget_guests(actor=SYSTEM, hotel=hotel, before=forgotten)
        end_at_departure(actor=SYSTEM, hotel=hotel, today=today)
        forget_confidential(actor=SYSTEM, hotel=hotel, before=forgotten)
    return len(hotels)
