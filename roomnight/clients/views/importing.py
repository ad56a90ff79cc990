"""Bringing clients in: give a file, say which column is what, see what comes of every row, decide, and let it in (ACC-08)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from roomnight.clients import access
from roomnight.clients.commands.import_runs import (
    OPEN,
    abandon_clients,
    client_table,
    decide_duplicates,
    map_clients,
    take_in_clients,
)
from roomnight.clients.forms.importing import ClientFileForm, ColumnsForm, DecisionForm, TableForm
from roomnight.clients.jobs.files import queue_check, queue_clients, queue_undo
from roomnight.clients.models import ClientImport, ImportLine, ImportState
from roomnight.clients.queries.importing import own_columns
from roomnight.clients.rules.importing import REASONS, guessed
from roomnight.kernel.errors import Refusal
from roomnight.kernel.export import to_xlsx
from roomnight.kernel.tables import Table
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import done, form_status, page, refusals, refused

RUNS_SHOWN: Final = 50
SHOWN: Final = 50
SAMPLES: Final = 3
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES: Final = {
    ImportState.DRAFT: "soon", ImportState.CHECKING: "go", ImportState.CHECKED: "soon", ImportState.QUEUED: "go",
    ImportState.RUNNING: "go", ImportState.DONE: "good", ImportState.REFUSED: "late", ImportState.ABANDONED: "",
    ImportState.UNDOING: "go", ImportState.UNDONE: "",
}  # fmt: skip
GOING: Final = (ImportState.CHECKING, ImportState.QUEUED, ImportState.RUNNING, ImportState.UNDOING)


def _upwards(request: DeskRequest, *steps: tuple[Any, str]) -> dict[str, Any]:
    crumbs = [(_("Client files"), request.seat.url("clients:imports")), *steps]
    return {"crumbs": crumbs, "back_url": crumbs[-1][1]}


def _language() -> str:
    return get_language() or "zh-hans"


@needs("clients.import")
def import_list(request: DeskRequest) -> HttpResponse:
    """Every file of clients that was brought in here, latest first."""
    before = request.GET.get("before", "")
    runs = list(
        access.client_imports(request.seat, int(before) if before.isdigit() and len(before) < 18 else None)[
            : RUNS_SHOWN + 1
        ]
    )  # noqa: PLR2004
    older = f"?before={runs[RUNS_SHOWN - 1].pk}" if len(runs) > RUNS_SHOWN else ""
    rows = [{"run": run, "tone": TONES[ImportState(run.state)]} for run in runs[:RUNS_SHOWN]]
    context = {"rows": rows, "older": older, "may_import": request.seat.may("clients.import", "create")}
    return page(request, "clients/import_list.html", context)


@needs("clients.import", "create")
def import_new(request: DeskRequest) -> HttpResponse:
    """Give a file; nothing of it is written yet."""
    form = ClientFileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        with refusals(form):
            run = take_in_clients(actor=request.seat, hotel=request.seat.hotel, name=given.name, chunks=given.chunks())
            return done(request, request.seat.url("clients:import_columns", pk=run.pk))
    return page(request, "clients/import_new.html", {"form": form, **_upwards(request)}, form_status(form))


@needs("clients.import", "create")
def import_columns(request: DeskRequest, pk: int) -> HttpResponse:
    """Say which column is what, with the first rows beside; then the file is read through."""
    seat, run = request.seat, access.client_import(request.seat, pk)
    if run.state not in OPEN:
        return redirect(seat.url("clients:import", pk=run.pk))
    sent = request.POST if request.method == "POST" else request.GET
    try:
        table = _table(run, sent.get("sheet", ""), sent.get("heading", ""))
    except Refusal as refusal:
        return refused(request, seat.url("clients:imports"), refusal)
    own = own_columns(seat.hotel)
    form = ColumnsForm(
        seat, table, own, request.POST if request.method == "POST" else None, _initial(request, run, table)
    )
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            map_clients(
                actor=seat, run=run, table=table, wish=form.wish(seat), title=form.cleaned_data["title"].strip()
            )
            queue_check(actor=seat, run=run, language=_language())
            return done(request, seat.url("clients:import_check", pk=run.pk))
    url = seat.url("clients:import_columns", pk=run.pk)
    samples = _samples(table)
    context = {
        "run": run,
        "form": form,
        "table": table,
        "table_form": TableForm(table, url),
        "columns": [(one, samples.get(one.place, []), form[f"column_{one.place}"]) for one in form.columns],
        "above": [" ".join(filter(None, cells)) for _number, cells in table.above],
        **_upwards(request),
    }
    return page(request, "clients/import_columns.html", context, form_status(form))


def _table(run: ClientImport, sheet: str, heading: str) -> Table:
    """The file as it is asked for; a heading is the number of its first line, and + where the next belongs to it."""
    row = heading.rstrip("+")
    if sheet and sheet != run.sheet:
        run.sheet, run.heading_row, run.heading_lines = sheet, 0, 0
    elif row.isdigit() and len(row) < 5:  # noqa: PLR2004 (a line near the beginning)
        lines = 2 if heading.endswith("+") else 1
        run.heading_row, run.heading_lines = int(row) + lines - 1, lines
    return client_table(run)


def _samples(table: Table) -> dict[int, list[str]]:
    """A few cells of each column, each text once."""
    found: dict[int, list[str]] = {}
    for _number, cells in islice(table.rows(), 30):
        for place, cell in enumerate(cells):
            kept = found.setdefault(place, [])
            if cell and len(kept) < SAMPLES and cell not in kept:
                kept.append(cell)
    return found


def _initial(request: DeskRequest, run: ClientImport, table: Table) -> dict[str, Any]:
    """What the form begins with: what this run was mapped with, or a profile that fits, or a guess by the headings."""
    columns = {one.place: one.name for one in table.columns()}
    if run.wish and run.columns == {str(place): name for place, name in columns.items()}:
        return ColumnsForm.typed({int(place): key for place, key in run.wish["mapping"].items()}, run.wish)
    for profile in access.client_file_profiles(request.seat):
        if set(profile.columns) <= set(columns.values()):
            mapping = {place: profile.columns[name] for place, name in columns.items() if name in profile.columns}
            return {**ColumnsForm.typed(mapping, profile.wish), "title": profile.title}
    mapping = guessed(columns, own_columns(request.seat.hotel).values())
    found = set(mapping.values())
    key = next((one for one in ("code", "credit_code", "name") if one in found), "name")
    return ColumnsForm.typed(mapping, {"key": key})


@needs("clients.import", "create")
def import_check(request: DeskRequest, pk: int) -> HttpResponse:
    """What would come of every row; decide on likely duplicates; start. Asks for itself again while it is read."""
    seat, run = request.seat, access.client_import(request.seat, pk)
    if run.state in {ImportState.DRAFT, ImportState.REFUSED}:
        return redirect(seat.url("clients:import_columns", pk=run.pk))
    if run.state not in {ImportState.CHECKING, ImportState.CHECKED}:
        return redirect(seat.url("clients:import", pk=run.pk))
    lines = access.import_lines(seat, run)
    doubtful = list(lines.exclude(candidates=[])[: SHOWN * 2])
    clients = {one["account"] for line in doubtful for one in line.candidates if "account" in one}
    form = DecisionForm(
        doubtful,
        access.in_sight(seat, clients),
        request.POST if request.method == "POST" else None,
        {"otherwise": run.wish.get("otherwise", "skip")},
    )
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            decide_duplicates(actor=seat, run=run, otherwise=form.cleaned_data["otherwise"], decisions=form.decisions())
            queue_clients(actor=seat, run=run, language=_language())
            return done(request, seat.url("clients:import", pk=run.pk))
    context = {
        "run": run,
        "form": form,
        "is_going": run.state == ImportState.CHECKING,
        "asked": form.asked(),
        "problems": [_in_words(line) for line in lines.exclude(problems=[])[:SHOWN]],
        "left_out": [(number, _KINDS[kind](), text) for number, kind, text in run.lines_left_out],
        "columns_url": seat.url("clients:import_columns", pk=run.pk),
        **_upwards(request),
    }
    return page(request, "clients/import_check.html", context, form_status(form))


_KINDS: Final[dict[str, Callable[[], str]]] = {
    "total": lambda: _("a total"),
    "footer": lambda: _("the foot of a page"),
    "heading": lambda: _("the heading once more"),
}


@needs("clients.import")
def import_page(request: DeskRequest, pk: int) -> HttpResponse:
    """How far an import is, and what came of it; asks for itself again while it runs."""
    seat, run = request.seat, access.client_import(request.seat, pk)
    may_import = seat.may("clients.import", "create")
    if may_import and run.state in {ImportState.DRAFT, ImportState.REFUSED, ImportState.CHECKING, ImportState.CHECKED}:
        return redirect(seat.url("clients:import_check", pk=run.pk))
    lines = access.import_lines(seat, run).exclude(problems=[])
    context = {
        "run": run,
        "tone": TONES[ImportState(run.state)],
        "is_going": run.state in GOING,
        "percent": 100 * run.rows_read // run.rows_total
        if run.rows_total and run.state == ImportState.RUNNING
        else None,
        "left": _time_left(run),
        "rejected": [_in_words(line) for line in lines[:SHOWN]] if run.rejected else [],
        "may_resume": may_import and run.state == ImportState.ABANDONED and run.started_at is not None,
        "may_undo": may_import
        and run.state == ImportState.DONE
        and bool(run.created or run.updated or run.people_created),
        **_upwards(request),
    }
    return page(request, "clients/import.html", context)


def _in_words(line: ImportLine) -> dict[str, Any]:
    """A row with its problems as sentences: “手机: ‘1.39E+10’ has lost its last digits …”."""
    return {"number": line.row_number, "name": line.name, "problems": reasons_of(line)}


def reasons_of(line: ImportLine) -> list[str]:
    """Every problem of a row: the column, what stood there, and what to do."""
    return [
        f"{column or _('row')}: {f'“{value}” ' if value else ''}{REASONS.get(reason, reason)}"
        for column, value, reason in line.problems
    ]


def _time_left(run: ClientImport) -> str:
    if run.state != ImportState.RUNNING or not run.rows_read or run.started_at is None:
        return ""
    passed = (timezone.now() - run.started_at).total_seconds()
    seconds = passed * (run.rows_total - run.rows_read) / run.rows_read
    if seconds < 60:  # noqa: PLR2004 (a minute)
        return _("less than a minute left")
    minutes = round(seconds / 60)
    return ngettext("about %(n)d minute left", "about %(n)d minutes left", minutes) % {"n": minutes}


@needs("clients.import")
def import_rejected(request: DeskRequest, pk: int) -> HttpResponse:
    """The rows that were turned away, as they came, each with the reason beside it: to put right and send again."""
    run = access.client_import(request.seat, pk)
    names = {int(place): name for place, name in run.columns.items()}
    width = max(names, default=-1) + 1
    heads = [*(names.get(place, "") for place in range(width)), _("Row"), _("Why it was turned away")]
    lines = access.import_lines(request.seat, run).exclude(problems=[])
    rows = (
        [*line.cells[:width], *[""] * (width - len(line.cells)), line.row_number, "; ".join(reasons_of(line))]
        for line in lines
    )
    name = _("%(file)s – turned away.xlsx") % {"file": run.file_name.rpartition(".")[0]}
    response = HttpResponse(to_xlsx(_("Turned away"), heads, rows), content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@needs("clients.import", "create")
@require_POST
def import_resume(request: DeskRequest, pk: int) -> HttpResponse:
    """Let a run that was cut off go on where it stopped."""
    return _one_button(request, pk, lambda run: queue_clients(actor=request.seat, run=run, language=_language()))


@needs("clients.import", "create")
@require_POST
def import_undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Take back all that a file brought, as long as nothing of it was used (ACC-09)."""
    return _one_button(request, pk, lambda run: queue_undo(actor=request.seat, run=run, language=_language()))


def _one_button(request: DeskRequest, pk: int, act: Callable[[ClientImport], Any]) -> HttpResponse:
    run = access.client_import(request.seat, pk)
    url = request.seat.url("clients:import", pk=run.pk)
    try:
        act(run)
    except Refusal as refusal:
        return refused(request, url, refusal)
    return done(request, url)


@needs("clients.import", "create")
@require_POST
def import_abandon(request: DeskRequest, pk: int) -> HttpResponse:
    """Put a file away that is not to be brought in after all."""
    run = access.client_import(request.seat, pk)
    if run.state in OPEN:
        abandon_clients(actor=request.seat, run=run)
    return done(request, request.seat.url("clients:imports"))
