"""The life of an import: prepared, mapped, started, finished; or refused, or given up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.kernel.commands import OPERATOR, SYSTEM, UNCHANGED, Actor, Machine, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.events import emit
from roomnight.kernel.notify import notify
from roomnight.kernel.tables import Table
from roomnight.organization.models import Hotel
from roomnight.pms.events import LinesTaken
from roomnight.pms.models import ImportRun, Kind, RunState
from roomnight.pms.rules.profile import Profile

INBOX = Machine("inbox")
OPEN = (RunState.DRAFT, RunState.REFUSED, RunState.ABANDONED)
FIGURES = ("rows_read", "created", "updated", "unchanged", "rejected", "left_out")


class UnknownHotels(Refusal):
    """A file names hotels that nobody has said anything about; `names` are those names."""

    def __init__(self, code: str, message: str, names: Sequence[str]) -> None:
        super().__init__(code, message, field="hotel_map")
        self.names = names


@command
def prepare_import(
    *,
    actor: Actor,
    hotels: Sequence[Hotel],
    table: Table,
    name: str,
    kind: str = Kind.BOOKINGS,
    as_of: datetime | None = None,
) -> ImportRun:
    """Take note of a file that is to be brought in. Nothing of it is written yet. `as_of` is when an in-house list was taken."""
    run = ImportRun.objects.create(
        file_name=name[-200:],
        sha256=table.sha256,
        size_bytes=table.size_bytes,
        header=list(table.header),
        actor=actor.code,
        kind=kind,
        as_of=as_of,
    )
    run.hotels.set(hotels)
    record(run, file=run.file_name, sha256=run.sha256, hotels=[hotel.code for hotel in hotels])
    return run


@command
def map_import(
    *, actor: Actor, run: ImportRun, profile: Profile, hotel_map: Mapping[str, str], as_of: datetime | None = None
) -> Any:
    """Say with which profile a file is read, and which hotel each name in it means. Only before it starts.

    `as_of` says when an in-house list was taken, where that was not known before.
    """
    if run.state not in OPEN or run.rows_read:
        raise Refusal("import.state", _("This import has been started already."))
    known = {"", *run.hotels.values_list("code", flat=True)}
    if foreign := sorted(set(hotel_map.values()) - known):
        raise Refusal("import.other_hotel", _("This import is not for %(codes)s.") % {"codes": ", ".join(foreign)})
    chosen: dict[str, Any] = {
        "as_of": as_of or run.as_of, "kind": profile.kind, "profile_key": profile.key, "profile_version": profile.version, "hotel_map": dict(hotel_map),
    }  # fmt: skip
    before = {name: getattr(run, name) for name in chosen}
    if before == chosen:
        return UNCHANGED
    for name, value in chosen.items():
        setattr(run, name, value)
    run.save(update_fields=list(chosen))
    record(run, **{name: (before[name], value) for name, value in chosen.items()})
    return run


@command
def start_import(*, actor: Actor, run: ImportRun) -> ImportRun:
    """Let a mapped import begin, or one that was cut off go on. A conditional update lets it start only once."""
    if not run.profile_key:
        raise Refusal("import.no_profile", _("Choose how the file is read."), field="profile")
    now = timezone.now()
    started = ImportRun.objects.filter(pk=run.pk, state__in=OPEN).update(
        state=RunState.QUEUED, refusal="", actor=actor.code, alive_at=now, started_at=run.started_at or now
    )
    if not started:
        raise Refusal("import.state", _("This import has been started already."))
    run.refresh_from_db()
    record(run, state=run.state, profile=f"{run.profile_key} {run.profile_version}", hotel_map=run.hotel_map)
    return run


@command
def finish_import(*, actor: Actor, run: ImportRun) -> Any:
    """All rows are in: write the one audit line with what came of them, and tell who started it."""
    now = timezone.now()
    if not ImportRun.objects.filter(pk=run.pk, state=RunState.RUNNING).update(
        state=RunState.DONE, finished_at=now, alive_at=now
    ):
        return UNCHANGED
    run.refresh_from_db()
    record(run, file=run.file_name, **{name: getattr(run, name) for name in FIGURES})
    if run.kind in (Kind.FOLIOS, Kind.PAYMENTS) and run.created + run.updated:
        emit(LinesTaken(tuple(run.hotels.order_by("code").values_list("pk", flat=True)), run.kind))
    if run.is_off_by:
        off = {"stated": str(run.stated), "summed": str(run.summed)}
        record(run, file=run.file_name, **off)
        for hotel in run.hotels.all() if _is_a_person(run) else ():
            notify(
                run.actor,
                gettext_noop("%(file)s: its rows come to %(summed)s, its own total says %(stated)s"),
                hotel_code=hotel.code,
                url=f"/h/{hotel.code}/imports/{run.pk}/",
                is_urgent=True,
                file=run.file_name,
                **off,
            )
    for hotel in run.hotels.all() if _is_a_person(run) else ():
        notify(
            run.actor,
            gettext_noop("%(file)s is in: %(created)s new, %(updated)s changed, %(rejected)s turned away"),
            hotel_code=hotel.code,
            url=f"/h/{hotel.code}/imports/{run.pk}/",
            file=run.file_name,
            created=run.created,
            updated=run.updated,
            rejected=run.rejected,
        )
    return run


def _is_a_person(run: ImportRun) -> bool:
    """Whether somebody waits to hear of it."""
    return run.actor not in {OPERATOR.code, SYSTEM.code, INBOX.code}


@command
def refuse_import(*, actor: Actor, run: ImportRun, refusal: Refusal) -> Any:
    """The file as a whole cannot be brought in as it was mapped; say why. It can be mapped anew."""
    why, asked = str(refusal.message), dict.fromkeys(refusal.names) if isinstance(refusal, UnknownHotels) else {}
    hotel_map = {**asked, **run.hotel_map}
    going = ImportRun.objects.filter(pk=run.pk, state__in=(RunState.QUEUED, RunState.RUNNING))
    if not going.update(state=RunState.REFUSED, refusal=why, hotel_map=hotel_map):
        return UNCHANGED
    run.refresh_from_db()
    record(run, state=run.state, refusal=refusal.code, why=why)
    return run


@command
def abandon_import(*, actor: Actor, run: ImportRun) -> Any:
    """Give up a file that was not started, or a run whose worker is gone. What came in already stays right."""
    waiting = (RunState.DRAFT, RunState.QUEUED, RunState.RUNNING, RunState.REFUSED)
    if not ImportRun.objects.filter(pk=run.pk, state__in=waiting, alive_at=run.alive_at).update(
        state=RunState.ABANDONED
    ):
        return UNCHANGED
    run.refresh_from_db()
    record(run, state=run.state)
    return run
