"""Drawing a version in the browser: the canvas page, checking, and keeping what was drawn (PRC-07, PRC-08)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from roomnight.kernel.commands import UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.rules.qualifications import QUALIFICATIONS
from roomnight.procedures import access, commands
from roomnight.procedures.commands.charts import examine
from roomnight.procedures.models import Procedure, ProcedureVersion, VersionState
from roomnight.procedures.rules.blank import blank
from roomnight.procedures.rules.catalogue import KINDS
from roomnight.procedures.rules.chart import Problem
from roomnight.procedures.rules.tables import read_table
from roomnight.procedures.rules.xml import LARGEST
from roomnight.procedures.services import SERVICES
from roomnight.procedures.views.catalogue import chosen, home, upwards
from roomnight.procedures.views.catalogue_forms import FilesField, ManyFiles, tables_of
from roomnight.procedures.views.versions import lines_of, refusal_words
from roomnight.ui.page import page

PROCEDURE = access.PROCEDURE
DRAFTS = (VersionState.DRAFT,)


class DrawForm(forms.Form):
    """What was drawn; the draft it is drawn on, as it was opened; further tables; what is new."""

    xml = forms.CharField(max_length=LARGEST, strip=False, widget=forms.HiddenInput)
    draft = forms.IntegerField(required=False, widget=forms.HiddenInput)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(label=gettext_lazy("What is new"), max_length=300, required=False)
    tables = FilesField(
        label=gettext_lazy("Decision tables"), required=False, allow_empty_file=True,
        help_text=gettext_lazy("DMN files; one with the same decision takes the place of the one before."),
        widget=ManyFiles({"accept": ".dmn,.xml"}),
    )  # fmt: skip

    def clean_tables(self) -> list[tuple[str, bytes]]:
        return tables_of(self.cleaned_data["tables"])


@needs(PROCEDURE, "edit")
def draw(request: DeskRequest, pk: int) -> HttpResponse:
    """Draw the next version, on a draft or from the version chosen; what is kept becomes a draft."""
    seat = request.seat
    found = access.procedure(seat, pk, "edit")
    if request.method == "POST":
        return keep(request, found)
    versions = access.versions_for(seat, found)
    version = chosen(versions, request.GET.get("version", "")) or (versions[0] if versions else None)
    is_draft = version is not None and version.state == VersionState.DRAFT
    form = DrawForm(
        initial={"draft": version.pk, "revision": version.revision, "note": version.note}
        if version is not None and is_draft
        else {}
    )
    context = {
        "procedure": found, "version": version, "is_draft": is_draft, "form": form,
        "data": drawing_data(seat, found, version),
        "key": f"{found.pk}-{version.pk if version and is_draft else 'new'}",
        "tables": [table for table in (read_table(one.encode())[0] for one in tables_kept(version)) if table is not None],
        **upwards(seat, (found.code, home(seat, found, version))),
    }  # fmt: skip
    return page(request, "procedures/draw.html", context)


def tables_kept(version: ProcedureVersion | None) -> list[str]:
    return list(version.tables) if version is not None else []


def drawing_data(seat: Seat, procedure: Procedure, version: ProcedureVersion | None) -> dict[str, Any]:
    """The chart, and what its elements may name."""
    source = bytes(version.source).decode() if version is not None else blank(procedure.title)
    kept = [read_table(one.encode())[0] for one in tables_kept(version)]
    return {
        "xml": source,
        "roles": [[one.code, one.label] for one in access.roles()],
        "qualifications": [[key, str(label)] for key, label in QUALIFICATIONS.items()],
        "forms": [[one.code, f"{one.code} {one.label}"] for one in access.forms_here(seat)],
        "services": [[name, name] for name in sorted(SERVICES)],
        "decisions": [[one.id, one.name or one.id] for one in kept if one is not None],
        "words": words(),
    }


@needs(PROCEDURE, "edit")
@require_POST
def check(request: DeskRequest, pk: int) -> HttpResponse:
    """What keeps a drawing from running, without keeping it."""
    access.procedure(request.seat, pk, "edit")
    form, version, tables, problems = examined(request)
    if not form.is_valid():
        return refusal(form_words(form))
    return refusal(refusal_words(problems), problems) if problems else told(_("This can be run."))


def examined(
    request: DeskRequest,
) -> tuple[DrawForm, ProcedureVersion | None, list[bytes], Sequence[Problem]]:
    """The drawing that was sent, the draft it is drawn on, its tables with those that came new, and its problems."""
    form = DrawForm(request.POST, request.FILES)
    if not form.is_valid():
        return form, None, [], []
    given = form.cleaned_data
    version = access.version(request.seat, given["draft"], "edit") if given["draft"] else None
    base = version or based_on(request)
    tables = {
        decision_of(one.encode(), f"kept {place}"): ("", one.encode()) for place, one in enumerate(tables_kept(base))
    }
    tables |= {decision_of(content, name): (name, content) for name, content in given["tables"]}
    names, contents = [name for name, _content in tables.values()], [content for _name, content in tables.values()]
    return form, version, contents, examine(given["xml"].encode(), contents, names)[1]


def based_on(request: DeskRequest) -> ProcedureVersion | None:
    """The version from which a new drawing was begun; its tables go on."""
    number = request.GET.get("base", "")
    return access.version(request.seat, int(number), "edit") if number.isdigit() and len(number) < 10 else None  # noqa: PLR2004


def decision_of(content: bytes, otherwise: str) -> str:
    table = read_table(content)[0]
    return table.id if table is not None else otherwise


def keep(request: DeskRequest, procedure: Procedure) -> HttpResponse:
    """Keep a drawing: on its draft, or as a new one. What is refused stays in the browser."""
    seat = request.seat
    form, version, tables, problems = examined(request)
    if not form.is_valid():
        return refusal(form_words(form))
    if problems:
        return refusal(refusal_words(problems), problems)
    given = form.cleaned_data
    source, note = given["xml"].encode(), given["note"]
    is_new = version is None or version.state != VersionState.DRAFT or bool(request.POST.get("as_new"))
    try:
        if version is None or is_new:
            kept = commands.add_version(actor=seat, procedure=procedure, source=source, tables=tables, note=note)
        else:
            result = commands.redraw_version(
                actor=seat, version=version, revision=given["revision"] or 0, source=source, tables=tables, note=note
            )
            kept = version if result is UNCHANGED else result
    except Refusal as refused:
        return refusal(str(refused.message))
    return told(_("Kept as a draft."), home(seat, procedure, kept))


def form_words(form: DrawForm) -> str:
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


def refusal(message: str, problems: Sequence[Problem] = ()) -> JsonResponse:
    return JsonResponse({"message": message, "problems": lines_of(problems)}, status=422)


def told(message: str, url: str = "") -> JsonResponse:
    return JsonResponse({"message": message, "problems": [], "url": url})


def words() -> dict[str, Any]:
    """Every word that the canvas and its panel show, in the language in force."""
    kinds = {f"{key[0].upper()}{key[1:]}": str(label) for key, label in KINDS.items()}
    kinds |= {
        "Lane": _("Lane: who does it"), "Participant": _("Pool"), "Task": kinds["Task"], "TextAnnotation": _("Remark"),
        "IntermediateThrowEvent": _("Event without a meaning: choose timer or message"), "Collaboration": _("The whole drawing"),
        "Process": _("The whole drawing"),
    }  # fmt: skip
    return {
        "name": _("Name in Chinese"), "name_en": _("Name in English"), "nothing": _("Choose an element of the drawing."),
        "kinds": kinds, "role": _("Role that does what lies in the lane"), "instruction": _("Instruction in Chinese"),
        "instruction_en": _("Instruction in English"), "form": _("Form"), "due": _("Time allowed"),
        "due_hint": _("PT30M is 30 minutes, PT2H 2 hours, P3D 3 days."), "due_from": _("Counted from"),
        "due_from_hint": _("The name of a date of the case; left empty, from when the task comes."),
        "person": _("Done by"), "person_hint": _("starter, or the name of the case's data that holds a user name."),
        "qualification": _("Done only by those qualified for"),
        "escalations": _("Who hears when late"),
        "escalations_hint": _("One a line: how late, and the code of the role. PT30M front-office-manager"),
        "command": _("Command"), "values": _("Values"), "values_hint": _("One a line: guests = guests + 1"),
        "result": _("Result kept as"), "decision": _("Decision table"), "condition": _("Condition"),
        "condition_hint": _("Such as guests >= 20 and vip == true. Left empty: the usual way, or somebody chooses."),
        "timer": _("Duration or moment"), "timer_hint": _("PT30M, 2026-12-01T09:00, or the name of the case's data."),
        "message": _("Message"), "no_network": _("No connection to the server. What you drew is kept in this browser."),
        "not_saved": _("Not saved: sign in again in another tab, then save once more. What you drew is kept in this browser."),
        "restored": _("This is what you had drawn and not saved."),
        **tools(),
    }  # fmt: skip


def tools() -> dict[str, str]:
    """The canvas's own words, by their English ones."""
    return {
        "Activate hand tool": _("Move the drawing about"), "Activate lasso tool": _("Choose several"),
        "Activate create/remove space tool": _("Make room"), "Activate global connect tool": _("Connect"),
        "Create start event": _("Start"), "Create intermediate/boundary event": _("Event between"),
        "Create end event": _("End"), "Create gateway": _("Gateway"), "Create task": _("Step"),
        "Create expanded sub-process": _("Sub-process"), "Create pool/participant": _("Pool"),
        "Append end event": _("End after it"), "Append gateway": _("Gateway after it"), "Append task": _("Step after it"),
        "Append intermediate/boundary event": _("Event after it"), "Add text annotation": _("Remark"),
        "Change element": _("Change what it is"), "Change type": _("Change what it is"), "Delete": _("Delete"),
        "Connect to other element": _("Connect"), "Connect using sequence/message flow or association": _("Connect"),
        "Add lane above": _("Lane above"), "Add lane below": _("Lane below"), "Divide into two lanes": _("Divide in two"),
        "Divide into three lanes": _("Divide in three"), "User task": _("Step with a form"), "Manual task": _("Step by hand"),
        "Service task": _("Step done by the system"), "Business rule task": _("Decision by table"),
        "Receive task": _("Wait for a message"), "Task": _("Step"), "Exclusive gateway": _("Either-or gateway"),
        "Parallel gateway": _("All-at-once gateway"), "Inclusive gateway": _("One-or-more gateway"),
        "Timer intermediate catch event": _("Wait for a time"), "Message intermediate catch event": _("Wait for a message"),
        "Timer boundary event": _("Time runs out: ends the step"),
        "Timer boundary event (non-interrupting)": _("Time runs out: the step goes on"),
        "Message boundary event": _("A message ends the step"),
        "Message boundary event (non-interrupting)": _("A message beside the step"), "Start event": _("Start"),
        "Message start event": _("Start by a message"), "End event": _("End"), "Terminate end event": _("End of everything"),
        "Call activity": _("Called procedure"), "Sub-process (expanded)": _("Sub-process"),
        "Sub-process (collapsed)": _("Sub-process, folded"), "Sequence flow": _("Way"), "Default flow": _("Usual way"),
        "Conditional flow": _("Way under a condition"), "Parallel multi-instance": _("For each of a list, at once"),
        "Sequential multi-instance": _("For each of a list, one by one"), "Search in diagram": _("Search in the drawing"),
    }  # fmt: skip
