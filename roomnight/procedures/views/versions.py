"""New versions of a procedure: uploaded, tried, submitted, decided about (PRC-07, PRC-08)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from roomnight.kernel.errors import Refusal
from roomnight.organization.http import DeskRequest, needs
from roomnight.procedures import access, commands
from roomnight.procedures.commands.charts import examine
from roomnight.procedures.models import ProcedureVersion, VersionState
from roomnight.procedures.rules.chart import Problem
from roomnight.procedures.views.catalogue import home, procedure_page, upwards
from roomnight.procedures.views.catalogue_forms import ApproveForm, ReasonForm, UploadForm
from roomnight.ui.page import done, form_status, page, refusals, refused

PROCEDURE = access.PROCEDURE
SHOWN = 200


def lines_of(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """The reasons why a file is refused, in the user's language, each with its file, line and element."""
    return [
        {
            "file": one.file, "line": one.line, "element": one.element, "kind": one.kind, "message": one.message,
        }
        for one in problems[:SHOWN]
    ]  # fmt: skip


def refusal_words(problems: Sequence[Problem]) -> str:
    return ngettext(
        "This cannot be run: %(count)d reason, below.", "This cannot be run: %(count)d reasons, below.", len(problems)
    ) % {"count": len(problems)}


@needs(PROCEDURE, "edit")
def upload(request: DeskRequest, pk: int) -> HttpResponse:
    """Take in a new version as files. What is refused shows every reason with its line."""
    seat = request.seat
    found = access.procedure(seat, pk, "edit")
    form = UploadForm(request.POST or None, request.FILES or None)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        source, tables = form.cleaned_data["source"], form.cleaned_data["tables"]
        names, contents = [name for name, _content in tables], [content for _name, content in tables]
        problems = examine(source, contents, names)[1]
        if problems:
            form.add_error(None, refusal_words(problems))
        else:
            with refusals(form):
                version = commands.add_version(
                    actor=seat, procedure=found, source=source, tables=contents, note=form.cleaned_data["note"]
                )
                return done(request, home(seat, found, version), _("Kept as a draft."))
    context = {
        "form": form, "procedure": found, "problems": lines_of(problems), "cancel_url": home(seat, found),
        **upwards(seat, (found.code, home(seat, found))),
    }  # fmt: skip
    return page(request, "procedures/upload.html", context, form_status(form))


@needs(PROCEDURE)
def chart_file(request: DeskRequest, pk: int) -> HttpResponse:
    """The flow chart of a version as a BPMN file, for any editor; only ever as a download."""
    version = access.version(request.seat, pk)
    name = f"{version.procedure.code}-V{version.number}.bpmn"
    return _download(bytes(version.source), name)


@needs(PROCEDURE)
def table_file(request: DeskRequest, pk: int, place: int) -> HttpResponse:
    """One decision table of a version as a DMN file."""
    version = access.version(request.seat, pk)
    if not 1 <= place <= len(version.tables):
        raise Http404(str(place))
    name = f"{version.procedure.code}-V{version.number}-{place}.dmn"
    return _download(version.tables[place - 1].encode(), name)


def _download(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)


# ---- the way of a version


@needs(PROCEDURE, "edit")
@require_POST
def submit(request: DeskRequest, pk: int) -> HttpResponse:
    """Hand the draft in for approval."""
    version = access.version(request.seat, pk, "edit", (VersionState.DRAFT,))
    return act(request, version, commands.submit_version, _("Submitted; whoever may approve it is told."))


@needs(PROCEDURE, "edit")
@require_POST
def try_out(request: DeskRequest, pk: int) -> HttpResponse:
    """Begin a trial case of a draft or a submitted version: it runs like any other and counts nowhere (PRC-08, PRC-10)."""
    seat = request.seat
    version = access.version(seat, pk, "edit", (VersionState.DRAFT, VersionState.SUBMITTED))
    back = home(seat, version.procedure, version)
    try:
        case = commands.start_case(
            actor=seat, version=version, starter=seat.staff, label=_("Trial of %(version)s") % {"version": version},
            is_trial=True,
        )  # fmt: skip
    except Refusal as refusal:
        return refused(request, back, refusal)
    return done(request, back, _("Trial case %(number)s has begun.") % {"number": case.number})


@needs(PROCEDURE, "edit")
@require_POST
def discard(request: DeskRequest, pk: int) -> HttpResponse:
    """Lay the draft aside."""
    version = access.version(request.seat, pk, "edit", (VersionState.DRAFT,))
    return act(request, version, commands.discard_version, _("Laid aside."))


def act(request: DeskRequest, version: ProcedureVersion, command: Callable[..., Any], said: str) -> HttpResponse:
    """One button on one version."""
    back = home(request.seat, version.procedure, version)
    try:
        command(actor=request.seat, version=version)
    except Refusal as refusal:
        return refused(request, back, refusal)
    return done(request, back, said)


@needs(PROCEDURE, "approve")
@require_POST
def approve(request: DeskRequest, pk: int) -> HttpResponse:
    """Approve what was submitted, from a day on."""
    seat = request.seat
    version = access.version(seat, pk, "approve", (VersionState.SUBMITTED,))
    form = ApproveForm(request.POST)
    if form.is_valid():
        with refusals(form):
            commands.approve_version(actor=seat, version=version, **form.cleaned_data)
            said = _("Approved. Its readers are asked to sign when it is in force.")
            return done(request, home(seat, version.procedure, version), said)
    return procedure_page(request, version.procedure, form, version.number)


@needs(PROCEDURE, "approve")
def send_back(request: DeskRequest, pk: int) -> HttpResponse:
    """Give what was submitted back, with the reason."""
    version = access.version(request.seat, pk, "approve", (VersionState.SUBMITTED,))
    return decision(request, version, commands.return_version, _("Return for revision"), _("Returned."))


@needs(PROCEDURE, "approve")
def withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """End what is approved or in force."""
    version = access.version(request.seat, pk, "approve", (VersionState.APPROVED, VersionState.EFFECTIVE))
    return decision(request, version, commands.withdraw_version, _("Withdraw"), _("Withdrawn."))


def decision(
    request: DeskRequest, version: ProcedureVersion, command: Callable[..., Any], title: str, said: str
) -> HttpResponse:
    """A decision that asks for its reason."""
    seat = request.seat
    form = ReasonForm(request.POST or None)
    back = home(seat, version.procedure, version)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            command(actor=seat, version=version, reason=form.cleaned_data["reason"])
            return done(request, back, said)
    context = {
        "form": form, "title": title, "version": version, "cancel_url": back,
        **upwards(seat, (version.procedure.code, back)),
    }  # fmt: skip
    return page(request, "procedures/decision.html", context, form_status(form))
