"""Policy documents: the library, one document with its versions, writing, approving, reading and signing (POL-01…POL-05)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from roomnight.kernel.commands import UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.files import stored_path
from roomnight.organization import access, commands
from roomnight.organization.access import Seat
from roomnight.organization.commands.policy_papers import attach_paper, remove_paper
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import Part, PolicyDocument, PolicyVersion, VersionState
from roomnight.organization.queries import policies as queries
from roomnight.organization.rules import policies as rules
from roomnight.organization.views.policy_forms import ApproveForm, PaperForm, ReasonForm, VersionForm, serial_prefix
from roomnight.ui.page import done, form_status, page, refusals, refused

DOCUMENT = "organization.document"
COMPARED = ("subject", "subject_en", "purpose", "purpose_en", "body", "body_en", "procedures")


def home(seat: Seat, document: PolicyDocument, version: PolicyVersion | None = None) -> str:
    """The document's own page, at one of its versions."""
    url = seat.url("organization:policy_document", pk=document.pk)
    return f"{url}?version={version.number}" if version else url


def upwards(seat: Seat, *steps: tuple[Any, str]) -> dict[str, Any]:
    crumbs = [(_("Policy documents"), seat.url("organization:policies")), *steps]
    return {"crumbs": crumbs, "back_url": crumbs[-1][1]}


# ---- one document


@needs(DOCUMENT)
def document(request: DeskRequest, pk: int) -> HttpResponse:
    """One document: what holds, who has to do with it, the values it lays down, its versions and who has signed."""
    found = access.policy_document(request.seat, pk)
    return document_page(request, found)


def document_page(
    request: DeskRequest, found: PolicyDocument, form: BaseForm | None = None, paper_form: PaperForm | None = None
) -> HttpResponse:
    """The page of a document; a form that is given is the one that was sent and not accepted."""
    seat = request.seat
    versions = access.policy_versions(seat, found)
    shelf = queries.Shelf(found, versions, seat.today)
    version = chosen(versions, request.GET.get("version", "")) or shelf.shown
    state = shelf.state_of(version)
    rights = rights_of(seat, shelf, version)
    if rights["approve"] and form is None:
        day = max(version.effective_on or seat.today, seat.today)
        form = ApproveForm(initial={"in_force_from": day, "revision": version.revision})
    named = queries.parties_in_words(version)
    context = {
        "document": found,
        "version": version,
        "shelf": shelf,
        "state": VersionState(state).label,
        "tone": queries.TONES[state],
        "rows": [{"version": one, "state": VersionState(shelf.state_of(one)).label, "tone": queries.TONES[shelf.state_of(one)]} for one in versions],
        "before": next((one for one in versions if one.number < version.number and one.in_force_from), None),
        "named": [(Part(part).label, names) for part, names in named.items() if names],
        "values": queries.value_lines(seat, version),
        "sisters": [one.label for one in queries.sisters(version)],
        "files": list(access.policy_files(version)),
        "signatures": queries.signatures(seat, version) if rights["sees_signatures"] else [],
        "form": form,
        "paper_form": paper_form or (PaperForm() if rights["edit"] else None),
        **{f"may_{name}": value for name, value in rights.items()},
        **upwards(seat),
    }  # fmt: skip
    return page(
        request,
        "organization/policy_document.html",
        context,
        422 if (form or paper_form) and request.method == "POST" else 200,
    )


def chosen(versions: list[PolicyVersion], number: str) -> PolicyVersion | None:
    return next((one for one in versions if str(one.number) == number), None)


def rights_of(seat: Seat, shelf: queries.Shelf, version: PolicyVersion) -> dict[str, bool]:
    """What this person may do with a version; the commands look again."""
    found = shelf.document
    here = found.hotel_id == seat.hotel.pk
    writes = here and writes_for(seat, found)
    role = seat.membership.role_id if seat.membership else None
    decides = here and seat.may(DOCUMENT, "approve") and role is not None and role == version.approver_role_id
    involved = (version.issuer_id, version.submitted_by_id, version.drafted_by_id)
    in_hand = any(one.state in ("draft", "submitted") for one in shelf.versions)
    later = any(
        one.in_force_from and version.in_force_from and one.in_force_from > version.in_force_from
        for one in shelf.versions
    )
    return {
        "edit": writes and version.state == VersionState.DRAFT,
        "begin": writes and not in_hand,
        "decide": decides and version.state == VersionState.SUBMITTED,
        "approve": decides and version.state == VersionState.SUBMITTED and rules.may_approve(seat.staff.pk, involved),
        "withdraw": decides and version.state in (VersionState.APPROVED, VersionState.EFFECTIVE) and not later,
        "sees_signatures": not version.is_shipped and (writes or seat.scope(DOCUMENT) == "hotel"),
    }  # fmt: skip


def writes_for(seat: Seat, found: PolicyDocument) -> bool:
    """Whether this person writes documents of this one's department; the scopes of `access` without a query."""
    scope = seat.scope(DOCUMENT, "edit")
    mine = seat.membership is not None and seat.membership.department_id == found.department_id
    return scope == "hotel" or (scope is not None and scope != "own" and mine)


def version_of(request: DeskRequest, pk: int, action: str, *states: str) -> PolicyVersion:
    """The document's version in one of these states, within reach for this action, or 404."""
    return access.policy_version_in(request.seat, pk, action, states)


# ---- writing


@needs(DOCUMENT, "create")
def new(request: DeskRequest) -> HttpResponse:
    """Begin a document of the hotel."""
    seat = request.seat
    serials = access.serials(seat)
    prefix = serial_prefix([serial for serial, shipped in serials if not shipped], seat)
    first: dict[str, Any] = {
        "serial": rules.next_serial(prefix, [serial for serial, _shipped in serials]),
        "issuer": seat.staff.pk,
        "control": "controlled",
        "department": seat.membership.department_id if seat.membership else None,
    }
    form = VersionForm(seat, request.POST or None, **first)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            version = commands.create_document(actor=seat, hotel=seat.hotel, **form.given())
            return done(request, home(seat, version.document), _("Draft kept."))
    context = {"form": form, "cancel_url": seat.url("organization:policies"), "version": None, **upwards(seat)}
    return page(request, "organization/policy_form.html", context, form_status(form))


@needs(DOCUMENT, "edit")
def edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Write on the draft of a document."""
    seat = request.seat
    version = version_of(request, pk, "edit", VersionState.DRAFT)
    form = VersionForm(seat, request.POST or None, version=version)
    back = home(seat, version.document, version)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            result = commands.edit_version(actor=seat, version=version, revision=version.revision, **form.given())
            return done(request, back, _("Nothing changed.") if result is UNCHANGED else _("Draft kept."))
    context = {"form": form, "cancel_url": back, "version": version, **upwards(seat, (version.document.serial, back))}
    return page(request, "organization/policy_form.html", context, form_status(form))


@needs(DOCUMENT, "edit")
@require_POST
def begin(request: DeskRequest, pk: int) -> HttpResponse:
    """Begin the next version."""
    seat = request.seat
    found = access.policy_document(seat, pk, "edit")
    try:
        commands.begin_version(actor=seat, document=found)
    except Refusal as refusal:
        return refused(request, home(seat, found), refusal)
    return done(request, seat.url("organization:policy_edit", pk=pk), _("A copy of the last version; write on."))


@needs(DOCUMENT, "edit")
@require_POST
def submit(request: DeskRequest, pk: int) -> HttpResponse:
    """Hand the draft in for approval."""
    version = version_of(request, pk, "edit", VersionState.DRAFT)
    return act(request, version, commands.submit_version, _("Submitted; the approver is told."))


@needs(DOCUMENT, "edit")
@require_POST
def discard(request: DeskRequest, pk: int) -> HttpResponse:
    """Lay the draft aside."""
    version = version_of(request, pk, "edit", VersionState.DRAFT)
    return act(request, version, commands.discard_version, _("Laid aside."))


def act(request: DeskRequest, version: PolicyVersion, command: Callable[..., Any], said: str) -> HttpResponse:
    """One button on one version."""
    back = home(request.seat, version.document, version)
    try:
        command(actor=request.seat, version=version)
    except Refusal as refusal:
        return refused(request, back, refusal)
    return done(request, back, said)


# ---- deciding


@needs(DOCUMENT, "approve")
@require_POST
def approve(request: DeskRequest, pk: int) -> HttpResponse:
    """Approve what was submitted, from a day on."""
    seat = request.seat
    version = version_of(request, pk, "approve", VersionState.SUBMITTED)
    form = ApproveForm(request.POST)
    if form.is_valid():
        with refusals(form):
            commands.approve_version(actor=seat, version=version, **form.cleaned_data)
            return done(request, home(seat, version.document, version), _("Approved. Its readers are asked to sign."))
    return document_page(request, version.document, form)


@needs(DOCUMENT, "approve")
def send_back(request: DeskRequest, pk: int) -> HttpResponse:
    """Give what was submitted back, with the reason."""
    version = version_of(request, pk, "approve", VersionState.SUBMITTED)
    return decision(request, version, commands.return_version, _("Return for revision"), _("Returned."))


@needs(DOCUMENT, "approve")
def withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """End what is approved or in force."""
    version = version_of(request, pk, "approve", VersionState.APPROVED, VersionState.EFFECTIVE)
    return decision(request, version, commands.withdraw_version, _("Withdraw"), _("Withdrawn."))


def decision(
    request: DeskRequest, version: PolicyVersion, command: Callable[..., Any], title: str, said: str
) -> HttpResponse:
    """A decision that asks for its reason."""
    seat = request.seat
    form = ReasonForm(request.POST or None)
    back = home(seat, version.document, version)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            command(actor=seat, version=version, reason=form.cleaned_data["reason"])
            return done(request, back, said)
    context = {
        "form": form,
        "title": title,
        "version": version,
        "cancel_url": back,
        **upwards(seat, (version.document.serial, back)),
    }
    return page(request, "organization/policy_decision.html", context, form_status(form))


# ---- comparing


@needs(DOCUMENT)
def compare(request: DeskRequest, pk: int) -> HttpResponse:
    """What differs between two versions of a document: text, values, people."""
    seat = request.seat
    found = access.policy_document(seat, pk)
    versions = access.policy_versions(seat, found)
    new = chosen(versions, request.GET.get("to", "")) or versions[0]
    earlier = [one for one in versions if one.number < new.number]
    old = chosen(versions, request.GET.get("from", "")) or (earlier[0] if earlier else new)
    texts = []
    for name in COMPARED:
        lines = rules.differences(getattr(old, name), getattr(new, name))
        if lines:
            texts.append((PolicyVersion._meta.get_field(name).verbose_name, lines))  # type: ignore[union-attr]
    context = {
        "document": found, "old": old, "new": new, "versions": versions, "texts": texts,
        "changes": queries.differing(old, new) if old is not new else [], **upwards(seat, (found.serial, home(seat, found, new))),
    }  # fmt: skip
    return page(request, "organization/policy_compare.html", context)


# ---- reading and signing


@needs(DOCUMENT)
def read(request: DeskRequest, pk: int) -> HttpResponse:
    """The text of one version, to be read anywhere, with the button that signs for it (POL-04)."""
    seat = request.seat
    version = access.policy_version_to_read(seat, pk)
    mine = access.acknowledgement_of(seat, version)
    if request.method == "POST":
        if mine is None:
            raise Http404(str(pk))
        commands.acknowledge(actor=seat, acknowledgement=mine)
        following = access.to_sign(seat).first()
        url = seat.url("organization:policy_read", pk=following.version_id) if following else seat.url("web:my_day")
        return done(request, url, _("Signed for %(version)s.") % {"version": version})
    context = {
        "version": version, "mine": mine, "files": list(access.policy_files(version)),
        "is_over": version.state in (VersionState.SUPERSEDED, VersionState.WITHDRAWN), **upwards(seat),
    }  # fmt: skip
    return page(request, "organization/policy_read.html", context)


# ---- papers


@needs(DOCUMENT, "edit")
@require_POST
def papers(request: DeskRequest, pk: int) -> HttpResponse:
    """Keep a paper with the draft."""
    version = version_of(request, pk, "edit", VersionState.DRAFT)
    form = PaperForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals(form):
            sent = form.cleaned_data["file"]
            attach_paper(actor=request.seat, version=version, name=sent.name or "", file=sent)
            return done(request, home(request.seat, version.document, version), _("Kept with the document."))
    return document_page(request, version.document, paper_form=form)


@needs(DOCUMENT)
def paper(request: DeskRequest, pk: int, file: int) -> HttpResponse:
    """One paper of a version, only ever as a download (SEC-05)."""
    found = access.policy_document(request.seat, pk)
    kept = next(
        (
            one
            for version in access.policy_versions(request.seat, found)
            for one in access.policy_files(version)
            if one.pk == file
        ),
        None,
    )
    if kept is None:
        raise Http404(str(file))
    path = stored_path(Path(settings.MEDIA_ROOT), kept.sha256)
    disposition = content_disposition_header(as_attachment=True, filename=kept.name)
    return HttpResponse(path.read_bytes(), content_type=kept.media_type, headers={"Content-Disposition": disposition})


@needs(DOCUMENT, "edit")
@require_POST
def paper_remove(request: DeskRequest, pk: int, file: int) -> HttpResponse:
    """Take a paper out of the draft."""
    version = version_of(request, pk, "edit", VersionState.DRAFT)
    kept = access.policy_files(version).filter(pk=file).first()
    if kept is None:
        raise Http404(str(file))
    remove_paper(actor=request.seat, version=version, paper=kept)
    return done(request, home(request.seat, version.document, version), _("Taken out."))
