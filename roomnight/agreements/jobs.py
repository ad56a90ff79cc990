"""What time does to agreements by itself."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from roomnight.agreements.commands import (
    add_pdf,
    begin_agreements,
    end_agreements,
    lapse_unsigned,
    make_document,
    note_leaks,
    remind_of_ends,
    tell_of_leaks,
)
from roomnight.agreements.commands.papers import document_of, path_of
from roomnight.agreements.models import Agreement, AgreementPaper, AgreementTemplate, LeakSearch
from roomnight.agreements.queries.leaks import Finder, Row, arriving, since
from roomnight.agreements.rules.values import LEAK_DAYS
from roomnight.kernel.commands import SYSTEM, UNCHANGED, Actor
from roomnight.kernel.errors import Refusal
from roomnight.kernel.jobs import periodic
from roomnight.kernel.word import to_pdf
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at

logger = logging.getLogger("roomnight.agreements")


@periodic("*/10 * * * *")
@task()
def turn_of_the_day() -> int:
    """Agreements begin, end and lapse on their days, and are reminded of before, by each hotel's own calendar (AGR-02, AGR-05)."""
    now = timezone.now()
    for hotel in Hotel.objects.order_by("code"):
        today = day_at(hotel, now)
        begin_agreements(actor=SYSTEM, hotel=hotel, on=today)
        end_agreements(actor=SYSTEM, hotel=hotel, on=today)
        remind_of_ends(actor=SYSTEM, hotel=hotel, on=today)
        lapse_unsigned(actor=SYSTEM, hotel=hotel, on=today)
    return 0


@periodic("5-59/10 * * * *")
@task()
def find_new_leaks() -> int:
    """Reservations that came since the last search are compared with the agreement clients (AGR-07)."""
    for hotel in Hotel.objects.order_by("code"):
        search = LeakSearch.objects.filter(hotel=hotel).first()
        look_through(hotel, since(hotel, search.trace if search else 0), keep_place=True)
    return 0


@periodic("20 4 * * *")
@task()
def find_leaks_again() -> int:
    """Every night the stays of late are compared once more, for clients, people and agreements have changed meanwhile; then
    each representative is told in one line what there is to decide (AGR-07)."""
    now = timezone.now()
    for hotel in Hotel.objects.order_by("code"):
        today = day_at(hotel, now)
        first = today - timedelta(days=LEAK_DAYS.at(hotel.code, today))
        look_through(hotel, arriving(hotel, first, today))
        tell_of_leaks(actor=SYSTEM, hotel=hotel)
    return 0


@task()
def find_leaks_of(hotel_id: int, first: str) -> int:
    """The stays from a day on are compared, because somebody asked for it (AGR-07)."""
    hotel = Hotel.objects.get(pk=hotel_id)
    look_through(hotel, arriving(hotel, date.fromisoformat(first), day_at(hotel, timezone.now())))
    return 0


def search_again(hotel: Hotel, first: date) -> None:
    """Let the worker compare the stays from this day on."""
    find_leaks_of.enqueue(hotel.pk, first.isoformat())


def look_through(hotel: Hotel, parts: Iterable[list[Row]], *, keep_place: bool = False) -> int:
    """Compare these reservations part by part, each kept when it is done; returns how many stays were proposed anew."""
    finder: Finder | None = None
    count, last = 0, 0
    for rows in parts:
        finder = finder or Finder(hotel, day_at(hotel, timezone.now()))
        found = finder.look(rows) if finder.spans else []
        last = max(row["trace"] for row in rows)
        made: Any = note_leaks(
            actor=SYSTEM, hotel=hotel, looked_at=[row["pk"] for row in rows], found=found,
            up_to=last - 1 if keep_place else None,
        )  # fmt: skip
        count += 0 if made is UNCHANGED else len(made)
    if last and keep_place:
        note_leaks(actor=SYSTEM, hotel=hotel, looked_at=[], found=[], up_to=last)
    return count


@task()
def make_pdf(paper: int) -> None:
    """The PDF of a document, by the office program of this machine (AGR-03)."""
    found = AgreementPaper.objects.select_related("agreement__hotel").filter(pk=paper, waits_for_pdf=True).first()
    if found is None:
        return
    try:
        pdf = to_pdf(path_of(document_of(found)).read_bytes())
    except Refusal as refusal:
        logger.warning("no PDF of document %s: %s", paper, refusal.code)
        pdf = None
    add_pdf(actor=SYSTEM, paper=found, pdf=pdf)


def queue_document(*, actor: Actor, agreement: Agreement, staff: Staff, template: AgreementTemplate) -> Any:
    """Make the document and hand its PDF to the worker, both or neither; UNCHANGED where there is nothing new to make."""
    with transaction.atomic():
        made = make_document(actor=actor, agreement=agreement, staff=staff, template=template)
        if isinstance(made, AgreementPaper) and made.waits_for_pdf:
            make_pdf.enqueue(made.pk)
    return made
