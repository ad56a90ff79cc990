"""The procedure library: the list, one procedure with its versions, what is said about it, comparing, reading (PRC-08, PRC-10)."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from roomnight.kernel.commands import UNCHANGED
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import DepartmentKind
from roomnight.procedures import access, commands
from roomnight.procedures.models import Procedure, ProcedureVersion, VersionState
from roomnight.procedures.queries import catalogue as queries
from roomnight.procedures.queries.catalogue import Book
from roomnight.procedures.queries.charts import chart_of, main_process
from roomnight.procedures.rules import catalogue as rules
from roomnight.procedures.rules.drawing import Heat, draw, svg_of
from roomnight.procedures.rules.tables import read_table
from roomnight.procedures.rules.told import told
from roomnight.procedures.shipped import MAKER
from roomnight.procedures.views.catalogue_forms import ApproveForm, ProcedureForm
from roomnight.ui.page import done, form_status, page, refusals

PROCEDURE = access.PROCEDURE


def home(seat: Seat, procedure: Procedure, version: ProcedureVersion | None = None) -> str:
    """The procedure's own page, at one of its versions."""
    url = seat.url("procedures:procedure", pk=procedure.pk)
    return f"{url}?version={version.number}" if version else url


def upwards(seat: Seat, *steps: tuple[Any, str]) -> dict[str, Any]:
    crumbs = [(_("Procedures"), seat.url("procedures:catalogue")), *steps]
    return {"crumbs": crumbs, "back_url": crumbs[-1][1]}


def picture(version: ProcedureVersion, heat: dict[str, Heat] | None = None) -> SafeString:
    """The flow chart of a version as SVG; empty where its file has no picture. Every word in it is escaped."""
    drawing = draw(bytes(version.source), get_language() or "")
    if drawing is None:
        return mark_safe("")
    label = _("Flow chart of %(procedure)s, version %(number)s") % {
        "procedure": version.procedure.label, "number": version.number,
    }  # fmt: skip
    return mark_safe(svg_of(drawing, label, heat))  # noqa: S308 (escaped there)


# ---- the list


@needs(PROCEDURE)
def catalogue(request: DeskRequest) -> HttpResponse:
    """All procedures within reach: what is in force, how many cases run, who must still read it."""
    seat, query = request.seat, request.GET
    q, department, state = (query.get(name, "").strip() for name in ("q", "department", "state"))
    found = queries.books(seat, q=q, department=department, state=state)
    states = [
        *((value, label) for value, label in VersionState.choices if value != "withdrawn"),
        ("retired", _("Retired")),
    ]
    context = {
        "rows": found, "count": len(found), "q": q, "department": department, "state": state,
        "states": states, "departments": DepartmentKind.choices,
        "chips": chips(query, q, (department, dict(DepartmentKind.choices)), (state, dict(states))),
        "clear_url": request.path, "waiting": list(access.to_read(seat)), "may_create": seat.may(PROCEDURE, "create"),
    }  # fmt: skip
    return page(request, "procedures/catalogue.html", context)


def chips(query: Any, q: str, department: tuple[str, dict[str, Any]], state: tuple[str, dict[str, Any]]) -> list[Any]:
    """The filters in force, each with the address of the list without it."""
    words = {
        "q": (_("Words"), q),
        "department": (_("Department"), department[1].get(department[0], "")),
        "state": (_("State"), state[1].get(state[0], "")),
    }
    found = []
    for name, (label, value) in words.items():
        if value:
            rest = query.copy()
            rest.pop(name, None)
            found.append({"label": label, "value": value, "url": f"?{rest.urlencode()}"})
    return found


# ---- one procedure


@needs(PROCEDURE)
def procedure(request: DeskRequest, pk: int) -> HttpResponse:
    """One procedure: its drawing, its steps in words, its versions, who has read it, and what can be done now."""
    return procedure_page(request, access.procedure(request.seat, pk))


def procedure_page(
    request: DeskRequest, found: Procedure, form: BaseForm | None = None, number: int | None = None
) -> HttpResponse:
    """The page of a procedure at one of its versions; a form that is given is the one that was sent and not accepted."""
    seat = request.seat
    book = Book(found, access.versions_for(seat, found))
    if not book.versions and not access.sees_drafts(seat, found):
        raise Http404(str(found.pk))
    version = chosen(book.versions, str(number or request.GET.get("version", ""))) or book.shown
    names = access.names_of(
        {name for one in book.versions for name in (one.made_by, one.submitted_by, one.approved_by)}
    )
    rights = rights_of(seat, book, version)
    if rights["approve"] and form is None and version is not None:
        form = ApproveForm(initial={"effective_from": seat.today, "revision": version.revision})
    counts, roles = queries.cases_by_version(found), queries.role_names()
    if version is not None:
        version.refresh_from_db(fields=list(access.HEAVY))
    readers = queries.readers(seat, version) if version is not None and rights["sees_readers"] else []
    mine = next((one.row for one in readers if one.row.staff_id == seat.staff.pk), None)
    if version is not None and not rights["sees_readers"]:
        mine = access.reading_of(seat, version)
    context = {
        "procedure": found, "version": version, "book": book, "form": form,
        "tone": queries.tone_of(version),
        "rows": [
            {"version": one, "tone": queries.tone_of(one), "made_by": called(one.made_by, names), **counts.get(one.pk, {})}
            for one in book.versions
        ],
        "before": before(book.versions, version),
        "also": [roles.get(code, code) for code in found.read_by],
        **(contents(version, names, roles) if version is not None else {}),
        "readers": readers,
        "mine": mine,
        **{f"may_{name}": value for name, value in rights.items()},
        **upwards(seat),
    }  # fmt: skip
    status = 422 if form is not None and request.method == "POST" else 200
    return page(request, "procedures/procedure.html", context, status)


def contents(version: ProcedureVersion, names: dict[str, str], roles: dict[str, str]) -> dict[str, Any]:
    """What a version says: its picture, its steps in words, its decision tables, its people."""
    chart = chart_of(version)
    return {
        "picture": picture(version),
        "steps": told(chart, main_process(chart), roles, get_language() or ""),
        "tables": [table for table in (read_table(one.encode())[0] for one in version.tables) if table is not None],
        "made_by": called(version.made_by, names),
        "approved_by": called(version.approved_by, names),
    }


def called(username: str, names: dict[str, str]) -> str:
    """What somebody is called; whatever ships was made by nobody of the hotel."""
    return _("as shipped") if username == MAKER else names.get(username, username)


def chosen(versions: list[ProcedureVersion], number: str) -> ProcedureVersion | None:
    return next((one for one in versions if str(one.number) == number), None)


def before(versions: list[ProcedureVersion], version: ProcedureVersion | None) -> ProcedureVersion | None:
    """The version that held, or holds, before this one."""
    held = (VersionState.EFFECTIVE, VersionState.SUPERSEDED, VersionState.APPROVED)
    return next((one for one in versions if version and one.number < version.number and one.state in held), None)


def rights_of(seat: Seat, book: Book, version: ProcedureVersion | None) -> dict[str, bool]:
    """What this person may do with a version; the commands look again."""
    found = book.procedure
    writes, decides = access.covers(seat, found, "edit"), access.covers(seat, found, "approve")
    state = version.state if version is not None else ""
    is_used = not found.is_retired
    return {
        "write": writes and is_used,
        "edit": writes and state == VersionState.DRAFT,
        "decide": decides and state == VersionState.SUBMITTED,
        "approve": decides
        and version is not None
        and state == VersionState.SUBMITTED
        and rules.may_approve(seat.staff.username, version.makers),
        "withdraw": decides and state in (VersionState.APPROVED, VersionState.EFFECTIVE),
        "retire": writes,
        "sees_readers": writes or decides,
        "export": seat.may(PROCEDURE, "export"),
    }


# ---- what is said about it


@needs(PROCEDURE, "create")
def procedure_new(request: DeskRequest) -> HttpResponse:
    """Open a procedure of the hotel; its flow chart comes next."""
    seat = request.seat
    form = ProcedureForm(seat, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            made = commands.create_procedure(actor=seat, hotel=seat.hotel, **form.cleaned_data)
            return done(request, home(seat, made), _("Opened. Now draw or upload its flow chart."))
    context = {"form": form, "cancel_url": seat.url("procedures:catalogue"), "procedure": None, **upwards(seat)}
    return page(request, "procedures/procedure_form.html", context, form_status(form))


@needs(PROCEDURE, "edit")
def procedure_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Change what is said about a procedure, whatever its version."""
    seat = request.seat
    found = access.procedure(seat, pk, "edit")
    form = ProcedureForm(seat, request.POST or None, procedure=found)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            result = commands.edit_procedure(actor=seat, procedure=found, **form.cleaned_data)
            return done(request, home(seat, found), _("Nothing changed.") if result is UNCHANGED else _("Saved."))
    context = {
        "form": form, "cancel_url": home(seat, found), "procedure": found,
        **upwards(seat, (found.code, home(seat, found))),
    }  # fmt: skip
    return page(request, "procedures/procedure_form.html", context, form_status(form))


@needs(PROCEDURE, "edit")
@require_POST
def retire(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a procedure out of use, or into use again."""
    seat = request.seat
    found = access.procedure(seat, pk, "edit")
    if found.is_retired:
        commands.bring_back_procedure(actor=seat, procedure=found)
        return done(request, home(seat, found), _("In use again."))
    commands.retire_procedure(actor=seat, procedure=found)
    return done(request, home(seat, found), _("Retired. Running cases go on to their end."))


# ---- comparing


@needs(PROCEDURE)
def compare(request: DeskRequest, pk: int) -> HttpResponse:
    """What differs between two versions, in words: steps, roles, times, ways."""
    seat = request.seat
    found = access.procedure(seat, pk)
    versions = access.versions_for(seat, found)
    if not versions:
        raise Http404(str(pk))
    new = chosen(versions, request.GET.get("to", "")) or versions[0]
    earlier = [one for one in versions if one.number < new.number]
    old = chosen(versions, request.GET.get("from", "")) or (earlier[0] if earlier else new)
    changes = [] if old is new else rules.compare(chart_of(old), chart_of(new))
    context = {
        "procedure": found, "old": old, "new": new, "versions": versions, "changes": changes,
        "tables_differ": old.tables != new.tables, **upwards(seat, (found.code, home(seat, found, new))),
    }  # fmt: skip
    return page(request, "procedures/compare.html", context)


# ---- reading and signing


@needs(PROCEDURE)
def read(request: DeskRequest, pk: int) -> HttpResponse:
    """One version to be read anywhere: its steps in words, its picture, and the button that signs for it (PRC-10)."""
    seat = request.seat
    version = access.version(seat, pk)
    mine = access.reading_of(seat, version)
    if request.method == "POST":
        if mine is None:
            raise Http404(str(pk))
        mine.version = version
        commands.sign_reading(actor=seat, reading=mine)
        following = access.to_read(seat).first()
        url = seat.url("procedures:read", pk=following.version_id) if following else seat.url("procedures:catalogue")
        return done(request, url, _("Signed for %(version)s.") % {"version": version})
    context = {
        "procedure": version.procedure, "version": version, "mine": mine,
        "is_over": version.state in (VersionState.SUPERSEDED, VersionState.WITHDRAWN),
        **contents(version, {}, queries.role_names()), **upwards(seat, (version.procedure.code, home(seat, version.procedure))),
    }  # fmt: skip
    return page(request, "procedures/read.html", context)
