"""Writing one chunk of an import: its rows, what they change in production, and the run's progress, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from roomnight.kernel.numbering import next_value
from roomnight.pms.models import ImportRun, RejectedRow, RunState
from roomnight.pms.rules.mapping import Problem

MOST_REJECTED_KEPT: Final = 10_000


class TakenOver(Exception):
    """Another worker has moved this import on; this one stops without having changed anything."""


class Keyed(NamedTuple):
    """A row that was read, with the hotel it belongs to and the key it is known by."""

    hotel_id: int
    source_key: str
    row: Any
    """A BookingRow or a LineRow."""


class TurnedAway(NamedTuple):
    """A row that was not, with its number, its cells and what is wrong."""

    number: int
    hotel_id: int | None
    cells: Sequence[str]
    problems: Sequence[Problem]


@dataclass
class Chunk:
    """The rows between two commits."""

    read: int = 0
    left_out: int = 0
    rows: list[Keyed] = field(default_factory=list)
    left: set[int] = field(default_factory=set)
    """Accounts from which a booking was taken away: filled in while writing."""
    turned_away: list[TurnedAway] = field(default_factory=list)


Write = Callable[[Chunk], tuple[int, int, int]]
"""Brings the rows of a chunk in; returns how many were created, updated and found unchanged."""


def store(run: ImportRun, chunk: Chunk, write: Write, hotels: Collection[str]) -> None:
    """Write a chunk in one transaction. Raises TakenOver when the run is no longer where this worker left it.

    Two imports for one hotel wait for each other here, chunk by chunk. This is no command of its own: the run is the
    act that the audit knows, with one line when it starts and one with its figures when it ends.
    """
    with transaction.atomic():
        for code in sorted(hotels):
            next_value(f"pms-import:{code}")
        created, updated, unchanged = write(chunk)
        moved = ImportRun.objects.filter(pk=run.pk, state=RunState.RUNNING, rows_read=run.rows_read).update(
            rows_read=F("rows_read") + chunk.read,
            created=F("created") + created,
            updated=F("updated") + updated,
            unchanged=F("unchanged") + unchanged,
            rejected=F("rejected") + len(chunk.turned_away),
            left_out=F("left_out") + chunk.left_out,
            alive_at=timezone.now(),
        )
        if not moved:
            raise TakenOver(run.pk)
        _keep(run, chunk.turned_away)
    run.refresh_from_db()


def _keep(run: ImportRun, turned_away: Sequence[TurnedAway]) -> None:
    """Keep what was turned away, up to a limit: a file that is all wrong need not be kept twice."""
    room = max(0, MOST_REJECTED_KEPT - run.rejected)
    RejectedRow.objects.bulk_create(
        RejectedRow(
            run=run,
            hotel_id=one.hotel_id,
            row_number=one.number,
            cells=list(one.cells),
            problems=[list(p) for p in one.problems],
        )
        for one in turned_away[:room]
    )
