"""The hotel's Word templates of agreements: kinds, versions, approval, trial, and the words they may use (AGR-03)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from roomnight.agreements import access, commands
from roomnight.agreements.forms.papers import TemplateForm
from roomnight.agreements.models import AgreementTemplate, Kind, Language, TemplateState
from roomnight.agreements.queries.paper import sample_values
from roomnight.agreements.rules.paper import AGREEMENT_WORDS, CLIENT_WORDS, HOTEL_WORDS, LISTS, TERM_WORDS, VOCABULARY
from roomnight.agreements.shipped_papers import shipped_template
from roomnight.kernel.errors import Refusal
from roomnight.kernel.files import MEDIA_TYPES, stored_path
from roomnight.kernel.models import Attachment
from roomnight.kernel.word import fill_template, has_office
from roomnight.organization.access import files_of
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui import small_forms
from roomnight.ui.page import done, page, refused

TONES = {
    TemplateState.DRAFT: "soon",
    TemplateState.IN_FORCE: "good",
    TemplateState.REPLACED: "",
    TemplateState.RETIRED: "late",
}


def sent(content: bytes, name: str, media_type: str) -> HttpResponse:
    """A file, only ever as a download (SEC-05)."""
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(content, content_type=media_type, headers={"Content-Disposition": disposition})


def sent_file(kept: Attachment) -> HttpResponse:
    """A kept file as a download; 404 where it is lost."""
    path = stored_path(settings.MEDIA_ROOT, kept.sha256)
    if not path.is_file():
        raise Http404(kept.name)
    return sent(path.read_bytes(), kept.name, kept.media_type)


def known(kind: str, language: str) -> None:
    """404 for a kind or language that there is not."""
    if kind not in Kind.values or language not in Language.values:
        raise Http404(kind)


@needs("agreements.template")
def templates(request: DeskRequest) -> HttpResponse:
    """What is in force for each kind of agreement, and what waits for approval (AGR-03)."""
    seat = request.seat
    found = list(access.templates(seat).filter(state__in=(TemplateState.DRAFT, TemplateState.IN_FORCE)).order_by("pk"))
    rows = [
        {
            "kind": kind, "language": language, "label": kind.label, "tongue": language.label,
            "in_force": next((one for one in found if _is(one, kind, language, TemplateState.IN_FORCE)), None),
            "drafts": [one for one in found if _is(one, kind, language, TemplateState.DRAFT)],
        }
        for kind in Kind
        for language in Language
    ]  # fmt: skip
    context = {
        "rows": rows, "may_create": seat.may("agreements.template", "create"), "has_office": has_office(),
        "missing": [row["label"] for row in rows if row["in_force"] is None and row["language"] == Language.CHINESE],
    }  # fmt: skip
    return page(request, "agreements/templates.html", context)


def _is(one: AgreementTemplate, kind: str, language: str, state: str) -> bool:
    return (one.kind, one.language, one.state) == (kind, language, state)


@needs("agreements.template")
def fields(request: DeskRequest) -> HttpResponse:
    """Every word that a template may use: its names, what it says, an example; and how parts depend and rows repeat."""
    language = "en" if request.LANGUAGE_CODE == "en" else "zh-hans"
    groups = [
        (_("The hotel"), HOTEL_WORDS), (_("The client"), CLIENT_WORDS), (_("The agreement"), AGREEMENT_WORDS),
        (_("Usual terms"), TERM_WORDS),
    ]  # fmt: skip
    context = {
        "groups": [(title, [_shown(one, language) for one in words]) for title, words in groups],
        "lists": [
            {"one": one, "rows": [_shown(word, language) for word in one.columns], "key": one.key, "row": one.row}
            for one in LISTS
        ],
    }  # fmt: skip
    return page(request, "agreements/template_fields.html", context)


def _shown(word: Any, language: str) -> dict[str, Any]:
    return {"key": word.key, "chinese": word.chinese, "meaning": word.meaning, "example": word.sample(language)}


@needs("agreements.template", "create")
def template_new(request: DeskRequest) -> HttpResponse:
    """Upload the next version of a template."""
    seat = request.seat
    asked = {name: request.GET.get(name, "") for name in ("kind", "language")}
    initial = {"kind": asked["kind"] or Kind.CASH, "language": asked["language"] or Language.CHINESE}
    form = TemplateForm(request.POST or None, request.FILES or None, initial=initial)
    return small_forms.small_form(
        request, form,
        lambda data: commands.upload_template(
            actor=seat, hotel=seat.hotel, staff=seat.staff, name=data["file"].name or "", **data
        ),
        title=_("Upload a Word template"), action=_("Upload"), said=_("Uploaded. Somebody else puts it in force."),
        back=seat.url("agreements:templates"),
        facts=[(_("What a template may use"), _("the fields on the page “Fields of templates”"))],
    )  # fmt: skip


@needs("agreements.template")
def template(request: DeskRequest, pk: int) -> HttpResponse:
    """One version, and the others of its kind and language."""
    seat = request.seat
    one = access.template(seat, pk)
    same = access.templates(seat).filter(kind=one.kind, language=one.language).order_by("-version")
    may_approve = seat.may("agreements.template", "approve")
    context = {
        "one": one, "tone": TONES[TemplateState(one.state)], "file": files_of(one).first(),
        "others": [(other, TONES[TemplateState(other.state)]) for other in same if other.pk != one.pk],
        "may_approve": may_approve and one.state == TemplateState.DRAFT and one.uploaded_by_id != seat.staff.pk,
        "is_own": one.state == TemplateState.DRAFT and one.uploaded_by_id == seat.staff.pk,
        "may_retire": may_approve and one.state in (TemplateState.DRAFT, TemplateState.IN_FORCE),
        "may_create": seat.may("agreements.template", "create"), "papers": one.papers.count(),
    }  # fmt: skip
    return page(request, "agreements/template.html", context)


@needs("agreements.template", "approve")
@require_POST
def template_approve(request: DeskRequest, pk: int) -> HttpResponse:
    """Put a version in force."""
    one = access.template(request.seat, pk, "approve")
    try:
        commands.approve_template(actor=request.seat, template=one, staff=request.seat.staff)
    except Refusal as refusal:
        return refused(request, one.get_absolute_url(), refusal)
    return done(request, one.get_absolute_url(), _("In force from now on."))


@needs("agreements.template", "approve")
@require_POST
def template_retire(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a version back."""
    one = access.template(request.seat, pk, "approve")
    try:
        commands.retire_template(actor=request.seat, template=one)
    except Refusal as refusal:
        return refused(request, one.get_absolute_url(), refusal)
    return done(request, one.get_absolute_url(), _("Retired."))


@needs("agreements.template")
def template_file(request: DeskRequest, pk: int) -> HttpResponse:
    """The .docx of a version, to look at or to change in Word."""
    one = access.template(request.seat, pk)
    kept = files_of(one).first()
    if kept is None:
        raise Http404(str(pk))
    return sent_file(kept)


@needs("agreements.template")
def template_trial(request: DeskRequest, pk: int) -> HttpResponse:
    """A version filled with an invented agreement."""
    one = access.template(request.seat, pk)
    try:
        content = fill_template(commands.content_of(one), VOCABULARY, sample_values(one.language))
    except Refusal as refusal:
        return refused(request, one.get_absolute_url(), refusal)
    return sent(content, _("Trial of %(template)s.docx") % {"template": one}, MEDIA_TYPES["docx"])


@needs("agreements.template")
def shipped(request: DeskRequest, kind: str, language: str) -> HttpResponse:
    """The template that ships, to change in Word and upload again."""
    known(kind, language)
    name = f"{Kind(kind).label} {Language(language).label}.docx"
    return sent(shipped_template(kind, language), name, MEDIA_TYPES["docx"])


@needs("agreements.template", "create")
@require_POST
def shipped_take(request: DeskRequest, kind: str, language: str) -> HttpResponse:
    """Make the template that ships the next version, as it is."""
    known(kind, language)
    seat = request.seat
    one = commands.take_shipped_template(
        actor=seat, hotel=seat.hotel, staff=seat.staff, kind=kind, language=language
    )  # fmt: skip
    return done(request, one.get_absolute_url(), _("Taken over. Somebody else puts it in force."))
