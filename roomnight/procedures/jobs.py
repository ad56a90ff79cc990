"""What happens by the clock: timers of cases, late tasks that rise, versions that come into force, and their readers (PRC-06, PRC-08, PRC-10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django_tasks import task

from roomnight.kernel.commands import UNCHANGED, Machine
from roomnight.kernel.errors import Refusal
from roomnight.kernel.jobs import periodic
from roomnight.organization.models import Hotel
from roomnight.organization.rules.policies import ACKNOWLEDGE_DAYS
from roomnight.organization.working_days import calendar_of, day_at
from roomnight.procedures.commands import (
    ask_readers,
    escalate_task,
    let_time_pass,
    mark_stuck,
    remind_of_task,
    remind_reader,
    turn_version,
)
from roomnight.procedures.models import CaseState, CaseTask, ProcedureReading, ProcedureVersion, VersionState, Wait

BATCH = 200


@periodic("* * * * *")
@task()
def let_timers_fire() -> int:
    """Let every moment pass that has come; returns how many cases went on. Any number of workers may run this at once."""
    fired, seen = 0, 0
    while batch := list(
        Wait.objects.filter(due_at__lte=timezone.now(), pk__gt=seen, case__state=CaseState.RUNNING)
        .select_related("case__hotel")
        .order_by("pk")[:BATCH]
    ):
        seen = batch[-1].pk
        for wait in batch:
            actor = Machine("system", wait.case.hotel.code)
            try:
                fired += let_time_pass(actor=actor, wait=wait) is not UNCHANGED
            except Refusal as refusal:  # one case that cannot go on must not hold up the others
                mark_stuck(actor=actor, case=wait.case, why=str(refusal.message))
    return fired


@periodic("* * * * *")
@task()
def let_late_tasks_rise() -> int:
    """Tell the next level of every task that is late by so much; returns how many were told."""
    return _each("escalate_at", escalate_task)


@periodic("* * * * *")
@task()
def remind_of_late_tasks() -> int:
    """Tell whoever has a task that it became late; returns how many became late."""
    return _each("remind_at", remind_of_task)


def _each(column: str, act: Callable[..., Any]) -> int:
    told, seen = 0, 0
    while batch := list(
        CaseTask.objects.filter(**{f"{column}__lte": timezone.now()}, pk__gt=seen)
        .select_related("case__hotel", "hotel", "person")
        .defer("case__engine_state")
        .order_by("pk")[:BATCH]
    ):
        seen = batch[-1].pk
        for late in batch:
            told += act(actor=Machine("system", late.case.hotel.code), task=late) is not UNCHANGED
    return told


@periodic("*/5 * * * *")
@task()
def turn_procedure_versions() -> int:
    """Put approved versions in force on their day, oldest first; returns how many (PRC-08)."""
    now, turned = timezone.now(), 0
    for hotel in Hotel.objects.order_by("pk"):
        today = day_at(hotel, now)
        due = ProcedureVersion.objects.filter(
            procedure__hotel=hotel, state=VersionState.APPROVED, effective_from__lte=today
        )
        for version in due.select_related("procedure__hotel").order_by("effective_from", "pk")[:BATCH]:
            turned += turn_version(actor=Machine("system", hotel.code), version=version) is not UNCHANGED
    return turned


@periodic("*/5 * * * *")
@task()
def ask_procedure_readers() -> int:
    """Ask the people of each procedure's roles to read what is in force, also who has joined since; returns how many (PRC-10)."""
    asked = 0
    for hotel in Hotel.objects.order_by("pk"):
        made = ask_readers(actor=Machine("system", hotel.code), hotel=hotel)
        asked += made if made is not UNCHANGED else 0
    return asked


@periodic("20 9 * * *")
@task()
def remind_procedure_readers() -> int:
    """Remind, once, whoever has not signed within the working days allowed; returns how many (PRC-10)."""
    now, reminded = timezone.now(), 0
    for hotel in Hotel.objects.order_by("pk"):
        today = day_at(hotel, now)
        days = ACKNOWLEDGE_DAYS.at(hotel.code, today)
        waiting = ProcedureReading.objects.filter(
            version__procedure__hotel=hotel, version__procedure__is_retired=False, version__state=VersionState.EFFECTIVE,
            signed_at=None, reminded_at=None, staff__is_active=True,
        )  # fmt: skip
        for one in waiting.select_related("version__procedure__hotel", "staff").order_by("pk")[:BATCH]:
            asked_on = day_at(hotel, one.asked_at)
            if calendar_of(hotel, asked_on).add_working_days(asked_on, days) < today:
                reminded += remind_reader(actor=Machine("system", hotel.code), reading=one) is not UNCHANGED
    return reminded
