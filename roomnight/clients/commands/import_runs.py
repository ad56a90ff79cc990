"""The life of a file of clients: taken in, mapped, checked, decided, brought in; or given up; or taken back (ACC-08, ACC-09)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands.importing import OUTCOMES, bring_in_rows, line_of, link_parents
from roomnight.clients.models import ClientFileProfile, ClientImport, ImportLine, ImportState
from roomnight.clients.queries.importing import Planner
from roomnight.clients.rules.importing import KEYS, AlikeRow, ReadRow, Wish, decision_of, from_candidate, knows
from roomnight.kernel.commands import OPERATOR, SYSTEM, UNCHANGED, Actor, command, record, subject_of
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Deed
from roomnight.kernel.notify import notify
from roomnight.kernel.tables import Table, open_table
from roomnight.kernel.tables.keeping import kept_path, take_in
from roomnight.kernel.undo import undo
from roomnight.organization.models import Hotel

CHUNK: Final = 500
MOST_LEFT_OUT: Final = 200
OPEN: Final = (ImportState.DRAFT, ImportState.CHECKED, ImportState.REFUSED)
GOING: Final = (ImportState.QUEUED, ImportState.RUNNING)
COUNTS: Final = (*OUTCOMES.values(), "duplicates", "alike_in_file", "people_created", "people_updated", "rows_read")
DECISIONS: Final = ("skip", "create", "update")
Rows = Iterator[list[tuple[int, list[str]]]]


def client_file(run: ClientImport) -> Path:
    """Where the bytes of the file lie: under their own digest, outside the web root."""
    return kept_path(_folder(), run.sha256)


def client_table(run: ClientImport) -> Table:
    """The file as the run reads it."""
    return open_table(
        client_file(run),
        run.file_name,
        sheet=run.sheet,
        heading_row=max(0, run.heading_row - run.heading_lines + 1) if run.heading_row else 0,
        heading_lines=run.heading_lines,
        knows=knows,
    )


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports"


def take_in_clients(*, actor: Actor, hotel: Hotel, name: str, chunks: Iterable[bytes]) -> ClientImport:
    """Keep a file of clients and look at it. Refuses what is too large, empty, or not what its name says."""
    table = take_in(_folder(), name, chunks, max_bytes=settings.MAX_IMPORT_BYTES, knows=knows)
    return prepare_clients(actor=actor, hotel=hotel, table=table, name=name)


@command
def prepare_clients(*, actor: Actor, hotel: Hotel, table: Table, name: str) -> ClientImport:
    """Take note of a file of clients that is to be brought in. Nothing of it is written yet."""
    run = ClientImport.objects.create(
        hotel=hotel,
        file_name=name[-200:],
        sha256=table.sha256,
        size_bytes=table.size_bytes,
        sheet=table.sheet,
        heading_row=table.heading_row,
        heading_lines=table.heading_lines,
        actor=actor.code,
    )
    record(run, file=run.file_name, sha256=run.sha256)
    return run


@command
def map_clients(*, actor: Actor, run: ClientImport, table: Table, wish: Wish, title: str = "") -> Any:
    """Say which column of a file is what, and what a client is recognised by; under a title it is kept for the next file."""
    if run.state not in OPEN:
        raise Refusal("import.state", _("This import has been started already."))
    _refuse_unusable(wish)
    columns = {str(one.place): one.name for one in table.columns()}
    if title:
        _keep_profile(actor, run.hotel, title, columns, wish)
    chosen = {
        "sheet": table.sheet, "heading_row": table.heading_row, "heading_lines": table.heading_lines, "columns": columns,
        "wish": wish.as_config(),
    }  # fmt: skip
    changes = {name: (getattr(run, name), value) for name, value in chosen.items() if getattr(run, name) != value}
    for name, value in chosen.items():
        setattr(run, name, value)
    run.state, run.refusal = ImportState.DRAFT, ""
    run.save(update_fields=[*chosen, "state", "refusal"])
    ImportLine.objects.filter(run=run).delete()
    record(run, **changes)
    return run


def _refuse_unusable(wish: Wish) -> None:
    mapped = set(wish.mapping.values())
    if len(mapped) != len(wish.mapping):
        raise Refusal("import.doubled", _("Two columns are the same particular: leave one of them out."))
    if wish.key not in mapped:
        raise Refusal(
            "import.key",
            _("Say which column is “%(key)s”, or recognise clients by something else.") % {"key": KEYS[wish.key]},
            field="key",
        )
    if not wish.contacts_only and not mapped & {"name", "code"}:
        raise Refusal("import.name", _("Say which column is the client's name."))
    if wish.contacts_only and "contact.name" not in mapped:
        raise Refusal("import.contact_name", _("Say which column is the contact's name."))


def _keep_profile(actor: Actor, hotel: Hotel, title: str, columns: Mapping[str, str], wish: Wish) -> None:
    by_name = {columns[str(place)]: key for place, key in wish.mapping.items() if str(place) in columns}
    kept = {name: value for name, value in wish.as_config().items() if name not in {"mapping", "may_assign"}}
    profile, _made = ClientFileProfile.objects.update_or_create(
        hotel=hotel, title=title.strip()[:80], defaults={"columns": by_name, "wish": kept, "made_by": actor.code}
    )
    record(profile, columns=by_name, wish=kept)


# ---- checking: nothing is written


@command
def begin_check(*, actor: Actor, run: ClientImport) -> ClientImport:
    """Let a mapped file be read through before anything of it is written."""
    if not run.wish or run.state not in OPEN:
        raise Refusal("import.state", _("This import has been started already."))
    reset = dict.fromkeys(COUNTS, 0)
    ClientImport.objects.filter(pk=run.pk).update(
        state=ImportState.CHECKING, refusal="", rows_total=0, lines_left_out=[], alive_at=timezone.now(), **reset
    )
    run.refresh_from_db()
    record(run, state=run.state)
    return run


def check_clients(*, actor: Actor, run: ClientImport, table: Table) -> ClientImport:
    """Read the whole file through and keep what needs somebody: rows with problems, and likely duplicates.

    Nothing about clients is written, and how far it is can be seen meanwhile.
    """
    planner, counts, lines = planner_of(run, table, anew=True), dict.fromkeys(COUNTS, 0), list[ImportLine]()
    for rows in _chunks(table):
        plans = planner.plan(planner.read(rows))
        counts["rows_read"] += len(plans)
        for one in plans:
            counts[OUTCOMES[one.outcome]] += 1
            counts["duplicates"] += one.is_doubtful
            counts["alike_in_file"] += bool(one.alike)
            if one.outcome in {"create", "update"}:
                counts["people_created"] += sum(person.contact is None for person in one.people)
                counts["people_updated"] += sum(person.contact is not None for person in one.people)
        lines += [line_of(run, one) for one in plans if one.problems or one.is_doubtful]
        ClientImport.objects.filter(pk=run.pk).update(rows_read=counts["rows_read"], alive_at=timezone.now())
    left_out = (
        [one.number, one.kind, next(filter(None, one.cells), "")] for one in table.lines() if one.kind != "data"
    )
    keep_check(actor=actor, run=run, counts=counts, lines=lines, left_out=list(islice(left_out, MOST_LEFT_OUT)))
    return run


@command
def keep_check(
    *, actor: Actor, run: ClientImport, counts: Mapping[str, int], lines: Sequence[ImportLine], left_out: Sequence[Any]
) -> Any:
    """Keep what came of reading a file through, unless it was given up meanwhile."""
    going = ClientImport.objects.filter(pk=run.pk, state=ImportState.CHECKING)
    if not going.update(
        state=ImportState.CHECKED, rows_total=counts["rows_read"], lines_left_out=list(left_out), **counts
    ):  # fmt: skip
        return UNCHANGED
    ImportLine.objects.filter(run=run).delete()
    ImportLine.objects.bulk_create(lines, batch_size=CHUNK)
    run.refresh_from_db()
    record(run, state=run.state, **counts)
    return run


def planner_of(run: ClientImport, table: Table, *, anew: bool = False) -> Planner:
    """The planner of a run, with what was decided of its rows and the names of all clients in the file.

    anew: rows that may be one client are looked for; otherwise they are those that were shown.
    """
    wish = Wish.from_config(run.wish)
    names = {int(place): name for place, name in run.columns.items()}
    decisions = dict(ImportLine.objects.filter(run=run).exclude(decision="").values_list("row_number", "decision"))
    planner = Planner(run.hotel, wish, names, decisions=decisions, alike=None if anew else _alike_rows(run), run=run.pk)
    if "parent" in wish.mapping.values():
        found: set[str] = set()
        for rows in _chunks(table):
            found |= {str(row.account.get(key, "")) for row in planner.read(rows) for key in ("name", "code")}
        planner.names_in_file = frozenset(found - {""})
    return planner


def _alike_rows(run: ClientImport) -> dict[int, list[AlikeRow]]:
    lines = ImportLine.objects.filter(run=run).exclude(candidates=[]).values_list("row_number", "candidates")
    return {number: [from_candidate(one) for one in likes if "row" in one] for number, likes in lines}


def _chunks(table: Table) -> Rows:
    rows = table.rows()
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


# ---- deciding and starting


@command
def decide_duplicates(*, actor: Actor, run: ClientImport, otherwise: str, decisions: Mapping[int, str]) -> Any:
    """Say what becomes of rows that may be clients known already: each by its row, and of all the others."""
    if run.state != ImportState.CHECKED:
        raise Refusal("import.state", _("This import has been started already."))
    if otherwise not in DECISIONS:
        raise Refusal("import.decision", _("Say what is to become of likely duplicates."), field="otherwise")
    lines = {one.row_number: one for one in ImportLine.objects.filter(run=run).exclude(candidates=[])}
    changing = []
    for number, decision in decisions.items():
        line = lines.get(number)
        allowed = {"", "skip", "create", *map(decision_of, line.candidates)} if line else set()
        if line is None or decision not in allowed:
            raise Refusal("import.decision", _("Row %(number)s cannot be decided so.") % {"number": number})
        if line.decision != decision:
            line.decision = decision
            changing.append(line)
    if not changing and run.wish.get("otherwise") == otherwise:
        return UNCHANGED
    ImportLine.objects.bulk_update(changing, ["decision"], batch_size=CHUNK)
    run.wish = {**run.wish, "otherwise": otherwise}
    run.save(update_fields=["wish"])
    record(run, otherwise=otherwise, decided={str(one.row_number): one.decision for one in changing})
    return run


@command
def begin_import(*, actor: Actor, run: ClientImport) -> ClientImport:
    """Let a checked file come in, or one that was cut off go on. A conditional update lets it start only once."""
    now = timezone.now()
    going_on = run.state == ImportState.ABANDONED and run.started_at is not None
    reset = {} if going_on else dict.fromkeys(COUNTS, 0)
    started = ClientImport.objects.filter(
        pk=run.pk, state=ImportState.ABANDONED if going_on else ImportState.CHECKED
    ).update(
        state=ImportState.QUEUED, refusal="", actor=actor.code, alive_at=now, started_at=run.started_at or now, **reset
    )  # fmt: skip
    if not started:
        raise Refusal("import.state", _("This import has been started already."))
    if not going_on:
        ImportLine.objects.filter(run=run, candidates=[]).delete()
    run.refresh_from_db()
    record(run, state=run.state)
    return run


def carry_out_clients(
    *, actor: Actor, run: ClientImport, table: Table, progress: Callable[[ClientImport], None] | None = None
) -> ClientImport:
    """Bring a started file in from where it was left, chunk by chunk.

    Killed at any moment, what was committed is right, and carrying out again brings in the rest.
    """
    ClientImport.objects.filter(pk=run.pk, state__in=GOING).update(state=ImportState.RUNNING, alive_at=timezone.now())
    run.refresh_from_db()
    planner, already = planner_of(run, table), run.rows_read
    waiting: list[ReadRow] = []
    position = 0
    for rows in _chunks(table):
        read = planner.read(rows)
        position += len(rows)
        if position <= already:
            planner.remember(read)
            waiting += [row for row in read if row.account.get("parent")]
            continue
        with transaction.atomic():
            plans = planner.plan(read)
            bring_in_rows(actor=actor, run=run, planner=planner, plans=plans, rows=len(rows))
        planner.stored()
        waiting += [one.read for one in plans if one.waits_for_parent]
        if progress:
            progress(run)
    for start in range(0, len(waiting), CHUNK):
        again = planner_of(run, table)
        again.names_in_file = frozenset()
        link_parents(actor=actor, run=run, plans=again.plan(waiting[start : start + CHUNK]))
    finish_clients(actor=actor, run=run)
    return run


@command
def finish_clients(*, actor: Actor, run: ClientImport) -> Any:
    """All rows are in: say what came of them, and tell who started it."""
    now = timezone.now()
    running = ClientImport.objects.filter(pk=run.pk, state=ImportState.RUNNING)
    if not running.update(state=ImportState.DONE, finished_at=now, alive_at=now):
        return UNCHANGED
    run.refresh_from_db()
    record(run, file=run.file_name, **{name: getattr(run, name) for name in COUNTS})
    if run.actor not in {OPERATOR.code, SYSTEM.code}:
        notify(
            run.actor,
            gettext_noop("%(file)s is in: %(created)s new clients, %(updated)s changed, %(rejected)s turned away"),
            hotel_code=run.hotel.code,
            url=f"/h/{run.hotel.code}/clients/imports/{run.pk}/",
            file=run.file_name,
            created=run.created,
            updated=run.updated,
            rejected=run.rejected,
        )
    return run


@command
def refuse_clients(*, actor: Actor, run: ClientImport, refusal: Refusal) -> Any:
    """The file as a whole cannot be read as it was mapped, or not be taken back; say why."""
    why = str(refusal.message)
    back = {
        ImportState.CHECKING: ImportState.REFUSED,
        ImportState.QUEUED: ImportState.REFUSED,
        ImportState.RUNNING: ImportState.ABANDONED,
        ImportState.UNDOING: ImportState.DONE,
    }
    state = back.get(ImportState(run.state))
    if state is None or not ClientImport.objects.filter(pk=run.pk, state=run.state).update(state=state, refusal=why):
        return UNCHANGED
    run.refresh_from_db()
    record(run, state=run.state, refusal=refusal.code, why=why)
    return run


@command
def abandon_clients(*, actor: Actor, run: ClientImport) -> Any:
    """Put a file away that is not to come in, or a run whose worker is gone. What came in already stays right."""
    leaving = (*OPEN, ImportState.CHECKING, *GOING)
    if not ClientImport.objects.filter(pk=run.pk, state__in=leaving).update(state=ImportState.ABANDONED):
        return UNCHANGED
    run.refresh_from_db()
    record(run, state=run.state)
    return run


# ---- taking back


@command
def begin_undo(*, actor: Actor, run: ClientImport) -> ClientImport:
    """Let everything a file brought be taken back, until something of it was used or changed (ACC-09)."""
    back = ClientImport.objects.filter(pk=run.pk, state=ImportState.DONE)
    if not back.update(state=ImportState.UNDOING, refusal="", alive_at=timezone.now()):
        raise Refusal("import.state", _("Only a file that is in can be taken back."))
    run.refresh_from_db()
    record(run, state=run.state)
    return run


@command
def take_back_clients(*, actor: Actor, run: ClientImport) -> Any:
    """Take a whole import back, the last rows first; all or nothing. Refuses with what was used or changed since."""
    deeds = Deed.objects.filter(kind="clients.import", subject=subject_of(run), undone_at=None).order_by("-pk")
    rows = sum(undo(actor=actor, deed=deed).rows.count() for deed in deeds)
    if not ClientImport.objects.filter(pk=run.pk, state=ImportState.UNDOING).update(
        state=ImportState.UNDONE, finished_at=timezone.now()
    ):
        return UNCHANGED
    run.refresh_from_db()
    record(run, state=run.state, rows=rows)
    return run
