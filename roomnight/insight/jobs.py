"""What time brings by itself: the screening at the turn of the year (SCR-06), evaluations all year round (EVA-03), and each
morning who is falling silent (CHU-01).
"""

from __future__ import annotations

from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone
from django_tasks import task

from roomnight.insight.commands import ask_for_judgements, keep_silences, open_due_evaluations, run_screening
from roomnight.insight.models import SilenceRun
from roomnight.insight.queries.calendar import due_runs, judging_year
from roomnight.insight.queries.churn import judged_trails, kept_proof, limits_at, proof_begins, trails
from roomnight.insight.rules.proof import proved
from roomnight.kernel.commands import SYSTEM, UNCHANGED, Actor, Machine, coming_from
from roomnight.kernel.errors import Refusal
from roomnight.kernel.jobs import periodic
from roomnight.organization.models import Hotel
from roomnight.organization.working_days import day_at
from roomnight.pms.models import Side

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


@periodic("40 * * * *")
@task()
def open_evaluations() -> int:
    """In each hotel's early morning the evaluations that are due are opened, once (EVA-03)."""
    now, made = timezone.now(), 0
    for hotel in Hotel.objects.order_by("code"):
        if now.astimezone(ZoneInfo(hotel.timezone)).hour == MORNING:
            opened = open_due_evaluations(actor=SYSTEM, hotel=hotel, today=day_at(hotel, now))
            made += 0 if opened is UNCHANGED else opened
    return made


@periodic("55 * * * *")
@task()
def listen_for_silence() -> int:
    """In each hotel's early morning: who is falling silent, among companies and among agencies."""
    now, made = timezone.now(), 0
    for hotel in Hotel.objects.order_by("code"):
        if now.astimezone(ZoneInfo(hotel.timezone)).hour == MORNING:
            for side in Side.values:
                made += work_out_silences(SYSTEM, hotel, side, day_at(hotel, now)) is not None
    return made


@task()
def silences_of(hotel_id: int, side: str, who: str) -> int:
    """The same for one hotel and side, because somebody asked for it."""
    hotel = Hotel.objects.get(pk=hotel_id)
    with coming_from("job"):
        run = work_out_silences(Machine(who, hotel.code), hotel, side, day_at(hotel, timezone.now()))
    return 0 if run is None else run.clients


def queue_silences(hotel: Hotel, side: str, who: str) -> None:
    """Have the worker work it out."""
    silences_of.enqueue(hotel.pk, side, who)


def work_out_silences(actor: Actor, hotel: Hotel, side: str, as_of: date) -> SilenceRun | None:
    """Read, fit, judge, prove, keep. The proof is worked out once a month, and anew when the hotel's values change.

    None for a side of which nobody ever came.
    """
    limits = limits_at(hotel, as_of)
    since = proof_begins(as_of, limits.lost_days)
    known = trails(hotel, side, as_of=as_of, today=as_of, booked_since=since)
    if not known:
        return None
    found, standings = judged_trails(known, as_of, limits)
    proof = kept_proof(hotel, side, as_of, limits) or proved(known, as_of.toordinal(), limits)
    return keep_silences(
        actor=actor, hotel=hotel, side=side, limits=limits, found=found, standings=standings, proof=proof
    )
