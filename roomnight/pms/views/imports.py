"""Bringing a file in: upload, look at how it is read, start, watch, and take back what was turned away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from roomnight.kernel.errors import Refusal
from roomnight.kernel.export import to_csv
from roomnight.kernel.tables import Table, open_table
from roomnight.organization.http import DeskRequest, needs
from roomnight.pms.access import (
    guest_veil,
    import_run,
    import_runs,
    inbox_failures,
    mapping_profiles,
    rejected_rows,
    waiting_parties,
)
from roomnight.pms.adapters import SAMPLES
from roomnight.pms.commands import (
    abandon_import,
    kept_file,
    map_import,
    refuse_wrong_columns,
    save_profile,
    upload_import,
)
from roomnight.pms.forms import CheckForm, ColumnsForm, FileForm, LineColumnsForm, guessed, guessed_words, label_of
from roomnight.pms.jobs import queue_import
from roomnight.pms.models import (
    BookingStatus,
    GuestState,
    ImportRun,
    Kind,
    MappingProfile,
    Reason,
    RejectedRow,
    RevenueKind,
    RunState,
)
from roomnight.pms.queries import (
    KnownProfile,
    Sample,
    known_profiles,
    profile_for,
    profiles_that_fit,
    sample,
    shipped_samples,
    values_of,
)
from roomnight.pms.rules.guests import Sight
from roomnight.pms.rules.lines import LineRow
from roomnight.pms.rules.mapping import BookingRow
from roomnight.pms.rules.profile import FIELDS_OF, Profile
from roomnight.pms.rules.veil import Veil
from roomnight.ui.page import done, form_status, page, refusals, refused

RUNS_SHOWN: Final = 50
FAILURES_SHOWN: Final = 5
FAILURES_SHOWN_FOR: Final = timedelta(days=7)
REJECTED_SHOWN: Final = 20
TONES: Final = {
    RunState.DRAFT: "soon", RunState.QUEUED: "go", RunState.RUNNING: "go", RunState.DONE: "good", RunState.REFUSED: "late",
    RunState.ABANDONED: "",
}  # fmt: skip
OPEN: Final = (RunState.DRAFT, RunState.REFUSED)
CHOICE_LABELS: Final[Mapping[str, Mapping[str, Any]]] = {
    "revenue_kind": dict(RevenueKind.choices),
    "state": dict(GuestState.choices),
}
SHOWN_OF_A_ROW: Final = ("status", "arrival", "nights", "rate", "company", "agent", "segment", "booked_on")


def _upwards(request: DeskRequest, *steps: tuple[Any, str]) -> dict[str, Any]:
    crumbs = [(_("Imports"), request.seat.url("pms:imports")), *steps]
    return {"crumbs": crumbs, "back_url": crumbs[-1][1]}


def _sent(request: DeskRequest, *files: Any) -> tuple[Any, ...]:
    """What a form was sent with; nothing when it is only looked at. An empty form was sent too."""
    return (request.POST, *files) if request.method == "POST" else ()


@needs("pms.import")
def import_list(request: DeskRequest) -> HttpResponse:
    """Every file that was brought in here, latest first."""
    before = request.GET.get("before", "")
    found = import_runs(request.seat)
    if before.isdigit():
        found = found.filter(pk__lt=int(before))
    runs = list(found[: RUNS_SHOWN + 1])
    older = f"?before={runs[RUNS_SHOWN - 1].pk}" if len(runs) > RUNS_SHOWN else ""
    rows = [{"run": run, "tone": TONES[RunState(run.state)]} for run in runs[:RUNS_SHOWN]]
    may_import = request.seat.may("pms.import", "create")
    waiting = waiting_parties(request.seat).count() if may_import else 0
    failed = inbox_failures(request.seat, timezone.now() - FAILURES_SHOWN_FOR)[:FAILURES_SHOWN]
    context = {"rows": rows, "older": older, "may_import": may_import, "waiting": waiting, "failed": list(failed)}
    return page(request, "pms/import_list.html", context)


@needs("pms.import", "create")
def import_new(request: DeskRequest) -> HttpResponse:
    """Give a file; nothing of it is written yet."""
    form = FileForm(*_sent(request, request.FILES))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        with refusals(form):
            run = upload_import(
                actor=request.seat, hotel=request.seat.hotel, name=given.name, chunks=given.chunks(),
                kind=form.cleaned_data["kind"],
            )  # fmt: skip
            return done(request, request.seat.url("pms:import_check", pk=run.pk))
    samples = [(key, title, Kind(kind).label) for key, title, kind in shipped_samples()]
    context = {"form": form, "samples": samples, **_upwards(request)}
    return page(request, "pms/import_new.html", context, form_status(form))


@needs("pms.import", "create")
@require_GET
def import_sample(request: DeskRequest, key: str) -> HttpResponse:
    """A small invented file as one of the shipped profiles reads it, to compare one's own with."""
    path = SAMPLES.get(key)
    if path is None:
        raise Http404(key)
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{key}{path.suffix}")  # type: ignore[return-value]


@needs("pms.import")
def import_page(request: DeskRequest, pk: int) -> HttpResponse:
    """How far an import is, and what came of it; asks for itself again while it runs."""
    run = import_run(request.seat, pk)
    may_import = request.seat.may("pms.import", "create")
    if run.state in OPEN and may_import:
        return redirect(request.seat.url("pms:import_check", pk=run.pk))
    rejected = rejected_rows(request.seat, run)
    waiting = waiting_parties(request.seat).count() if may_import else 0
    veil = _veil(request, run)
    shown = [_row_in_words(run, row, veil) for row in rejected[:REJECTED_SHOWN]]
    context = {
        "run": run,
        "tone": TONES[RunState(run.state)],
        "is_going": run.state in (RunState.QUEUED, RunState.RUNNING),
        "percent": 100 * run.rows_read // run.rows_total if run.rows_total else None,
        "left": _time_left(run),
        "rejected": shown,
        "is_masked": veil.hides,
        "waiting": waiting,
        "may_resume": may_import and run.state == RunState.ABANDONED and bool(run.profile_key),
        **_upwards(request),
    }
    return page(request, "pms/import.html", context)


@needs("pms.import", "create")
def import_check(request: DeskRequest, pk: int) -> HttpResponse:
    """See how a file is read before anything is written; say which hotel its names mean; start."""
    seat, run = request.seat, import_run(request.seat, pk)
    if run.state not in OPEN:
        return redirect(seat.url("pms:import", pk=run.pk))
    try:
        table = open_table(kept_file(run), run.file_name)
    except Refusal as refusal:
        return refused(request, seat.url("pms:imports"), refusal)
    profiles = known_profiles([seat.hotel], run.kind)
    chosen = _chosen(request, run, table, profiles)
    seen = sample(table, chosen.profile) if chosen else Sample()
    names = sorted({*seen.hotel_names, *(run.hotel_map if seen.hotel_names != [""] else ())})
    form = CheckForm(
        *_sent(request), hotel=seat.hotel, url=seat.url("pms:import_check", pk=run.pk), profiles=profiles, names=names,
        kind=run.kind, initial={"profile": chosen.profile.key if chosen else "", "as_of": seat.local(run.made_at)},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and chosen:
        with refusals(form):
            refuse_wrong_columns(chosen.profile, table.header)
            taken = form.cleaned_data.get("as_of")
            map_import(actor=seat, run=run, profile=chosen.profile, hotel_map=form.hotel_map(), as_of=taken)
            queue_import(actor=seat, run=run, language=get_language() or "zh-hans")
            return done(request, seat.url("pms:import", pk=run.pk))
    veil = guest_veil(seat, table.header, chosen.profile if chosen else None)
    context = {
        "run": run, "form": form, "chosen": chosen, "sample": seen, "columns": len(table.header),
        "heads": [label_of(run.kind, name) for name in _columns_shown(run, chosen)],
        "rows": _preview(run, chosen, seen, veil),
        "problems": [
            (number, one.column, veil.cell(one.column, one.value, is_confidential=True), Reason(one.reason).label)
            for number, one in seen.problems
        ],
        "is_masked": veil.hides,
        **_upwards(request),
    }  # fmt: skip
    return page(request, "pms/import_check.html", context, form_status(form))


def _chosen(request: DeskRequest, run: ImportRun, table: Table, profiles: list[KnownProfile]) -> KnownProfile | None:
    """The profile that was picked, or the one the run has, or the first that fits the file."""
    wanted = request.POST.get("profile") or request.GET.get("profile") or run.profile_key
    picked = next((one for one in profiles if one.profile.key == wanted), None)
    if picked is None:
        picked = next(iter(profiles_that_fit([request.seat.hotel], table.header, run.kind)), None)
    return picked


def _columns_shown(run: ImportRun, chosen: KnownProfile | None) -> list[str]:
    """What the preview shows of a row: the chief things of a reservation, everything that is read of other lines."""
    if run.kind == Kind.BOOKINGS:
        return list(SHOWN_OF_A_ROW)
    return [name for name in FIELDS_OF[run.kind] if chosen is None or name in chosen.profile.sources]


def _preview(run: ImportRun, chosen: KnownProfile | None, seen: Sample, veil: Veil) -> list[tuple[int, list[str]]]:
    """The first rows as this person may see them: a confidential guest is there for the front desk only."""
    if chosen is None:
        return []
    names, found = _columns_shown(run, chosen), []
    for number, row in seen.rows:
        secret = isinstance(row, LineRow) and bool(row.values.get("is_confidential"))
        if veil.how is Sight.DESK or not secret:
            cells = zip(names, _shown(row, names), strict=True)
            found.append((number, [_veiled(chosen.profile, name, cell, veil, secret) for name, cell in cells]))
    return found


def _veiled(profile: Profile, name: str, cell: str, veil: Veil, secret: bool) -> str:
    source = profile.sources.get(name)
    return veil.cell(" + ".join(source.columns), cell, is_confidential=secret) or "–" if source else cell


def _veil(request: DeskRequest, run: ImportRun) -> Veil:
    """What this person may not read of a file that was mapped already."""
    hotels = list(run.hotels.all())
    profile = profile_for(hotels, run.profile_key, run.profile_version) if run.profile_key else None
    return guest_veil(request.seat, run.header, profile)


def _shown(row: BookingRow | LineRow, names: Sequence[str]) -> list[str]:
    """A row as the preview shows it: codes in words, a rate without the zeros that say nothing."""
    if isinstance(row, LineRow):
        return [_in_words(name, _value_of(row, name)) for name in names]
    cells = {
        **row._asdict(),
        "status": str(BookingStatus(row.status).label),
        "rate": f"{row.rate.normalize():,f}",
    }
    return [str(cells[name] if cells[name] not in (None, "") else "–") for name in SHOWN_OF_A_ROW]


def _value_of(row: LineRow, name: str) -> Any:
    side, _line, of_it = name.partition("_")
    if side not in ("company", "agent"):
        return row.values[name]
    named = row.company if side == "company" else row.agent
    return (named.name if of_it else named.code) if named else ""


def _in_words(name: str, value: Any) -> str:
    if name in CHOICE_LABELS and value in CHOICE_LABELS[name]:
        return str(CHOICE_LABELS[name][value])
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in ("amount", "tax", "service"):
        return "–" if value is None else f"{Decimal(value).scaleb(-2):,}"
    return str(value) if value not in (None, "") else "–"


@needs("pms.import", "create")
def import_columns(request: DeskRequest, pk: int) -> HttpResponse:
    """Say which column of this file is what; kept as a profile of the hotel's own, and tried on the file at once."""
    seat, run = request.seat, import_run(request.seat, pk)
    if run.state not in OPEN:
        return redirect(seat.url("pms:import", pk=run.pk))
    own = mapping_profiles(seat)
    kept = own.filter(key=request.GET.get("profile", "")).first()
    if run.kind != Kind.BOOKINGS:
        return _line_columns(request, run, kept)
    initial = ColumnsForm.typed(kept.title, kept.config) if kept else guessed(run.header)
    try:
        words = _status_words(request, run, initial.get("status", ""))
    except Refusal as refusal:
        return refused(request, seat.url("pms:imports"), refusal)
    initial = {**guessed_words(words), **initial}
    form = ColumnsForm(*_sent(request), header=run.header, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            save_profile(actor=seat, hotel=seat.hotel, title=form.cleaned_data["title"], config=form.config())
            key = own.filter(title=form.cleaned_data["title"]).values_list("key", flat=True).first()
            return done(request, f"{seat.url('pms:import_check', pk=run.pk)}?profile={key}")
    hint = _("In the file: %(words)s.") % {"words": ", ".join(words)} if words else ""
    upwards = _upwards(request, (run.file_name, seat.url("pms:import_check", pk=run.pk)))
    context = {"run": run, "form": form, "status_hint": hint, **upwards}
    return page(request, "pms/import_columns.html", context, form_status(form))


def _line_columns(request: DeskRequest, run: ImportRun, kept: MappingProfile | None) -> HttpResponse:
    """The same for folio lines, payments and in-house lists."""
    seat = request.seat
    initial = LineColumnsForm.typed(kept.title, kept.config) if kept else guessed(run.header, run.kind)
    form = LineColumnsForm(*_sent(request), kind=run.kind, header=run.header, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            title = form.cleaned_data["title"]
            save_profile(actor=seat, hotel=seat.hotel, title=title, config=form.config())
            key = mapping_profiles(seat).filter(title=title).values_list("key", flat=True).first()
            return done(request, f"{seat.url('pms:import_check', pk=run.pk)}?profile={key}")
    context = {"run": run, "form": form, **_upwards(request, (run.file_name, seat.url("pms:import_check", pk=run.pk)))}
    return page(request, "pms/import_line_columns.html", context, form_status(form))


def _status_words(request: DeskRequest, run: ImportRun, column: str) -> list[str]:
    """The words a file uses for the state of a booking; none while the column is not known, or where guests stand in it."""
    veil = guest_veil(request.seat, run.header, None)
    if column not in run.header or column in veil.names | veil.emptied:
        return []
    return [word for word in values_of(open_table(kept_file(run), run.file_name), column) if word]


@needs("pms.import", "create")
@require_POST
def import_resume(request: DeskRequest, pk: int) -> HttpResponse:
    """Let a run that was cut off go on where it stopped."""
    run = import_run(request.seat, pk)
    url = request.seat.url("pms:import", pk=run.pk)
    try:
        queue_import(actor=request.seat, run=run, language=get_language() or "zh-hans")
    except Refusal as refusal:
        return refused(request, url, refusal)
    return done(request, url)


@needs("pms.import", "create")
@require_POST
def import_abandon(request: DeskRequest, pk: int) -> HttpResponse:
    """Put a file away that is not to be brought in after all."""
    run = import_run(request.seat, pk)
    if run.state in OPEN:
        abandon_import(actor=request.seat, run=run)
    return done(request, request.seat.url("pms:imports"))


@needs("pms.import")
def import_rejected(request: DeskRequest, pk: int) -> HttpResponse:
    """The rows that were turned away, as they came, each with its row number and reasons: to put right and send again."""
    run = import_run(request.seat, pk)
    heads = [*run.header, _("Row"), _("Why it was turned away")]
    veil = _veil(request, run)
    body = to_csv(heads, (_cells_and_reasons(run, row, veil) for row in rejected_rows(request.seat, run)))
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejected-{run.pk}.csv"'
    return response


def _cells_and_reasons(run: ImportRun, row: RejectedRow, veil: Veil) -> list[object]:
    secret = veil.is_confidential(dict(zip(run.header, row.cells, strict=False)))
    width = len(run.header)
    named = [
        veil.cell(column, cell, is_confidential=secret) for column, cell in zip(run.header, row.cells, strict=False)
    ]
    over = ["" if veil.hides or secret else cell for cell in row.cells[width:]]
    cells = [_number_or_text(cell) for cell in (*named, *over)]
    return [*cells, *[""] * (width - len(cells)), row.row_number, "; ".join(_row_in_words(run, row, veil)["problems"])]


def _number_or_text(cell: str) -> object:
    """A signed number as a number, so that the export does not take it for a formula; everything else as it came."""
    if not cell.startswith(("-", "+")):
        return cell
    try:
        return Decimal(cell)
    except InvalidOperation:
        return cell


def _row_in_words(run: ImportRun, row: RejectedRow, veil: Veil) -> dict[str, Any]:
    """A rejected row with its reasons as sentences: “adr: ‘abc’ is not a number”."""
    secret = veil.is_confidential(dict(zip(run.header, row.cells, strict=False)))
    return {
        "number": row.row_number,
        "problems": [
            f"{column or _('row')}: “{veil.cell(column, value, is_confidential=secret)}” {Reason(reason).label}"
            for column, value, reason in row.problems
        ],
    }


def _time_left(run: ImportRun) -> str:
    """How long it will take from here, in words; nothing while that cannot be said."""
    if run.state != RunState.RUNNING or not run.rows_read or run.started_at is None:
        return ""
    passed = (timezone.now() - run.started_at).total_seconds()
    seconds = passed * (run.rows_total - run.rows_read) / run.rows_read
    if seconds < 60:
        return _("less than a minute left")
    minutes = round(seconds / 60)
    return ngettext("about %(n)d minute left", "about %(n)d minutes left", minutes) % {"n": minutes}
