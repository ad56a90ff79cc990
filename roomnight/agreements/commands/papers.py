"""The hotel's Word templates, and the documents made from them (AGR-03)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.agreements.models import (
    Agreement,
    AgreementPaper,
    AgreementTemplate,
    Kind,
    Language,
    TemplateState,
)
from roomnight.agreements.queries.paper import contents_of, paper_values
from roomnight.agreements.rules.paper import VOCABULARY
from roomnight.agreements.shipped_papers import shipped_template
from roomnight.kernel import files
from roomnight.kernel.commands import UNCHANGED, Actor, command, record, subject_of
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Attachment
from roomnight.kernel.word import MOST_BYTES, check_template, fill_template, has_office
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at

TOLD = 5
"""How many problems of a template are told at once."""


@command
def upload_template(
    *, actor: Actor, hotel: Hotel, staff: Staff, kind: str, language: str, name: str, file: IO[bytes], note: str = ""
) -> AgreementTemplate:  # fmt: skip
    """Hand in the next version of a template; somebody else puts it in force.

    Refused, with the field `file`: what is unsafe, damaged or no .docx, and fields that there are not, with the paragraph
    where they stand.
    """
    if kind not in Kind.values or language not in Language.values:
        raise Refusal("template.kind", _("There is no such choice."), field="kind")
    file.seek(0)
    content = file.read(MOST_BYTES + 1)
    problems = check_template(content, VOCABULARY)
    if problems:
        raise Refusal("template.fields", "\n".join(str(one) for one in problems[:TOLD]), field="file")
    one = AgreementTemplate.objects.create(
        hotel=hotel, kind=kind, language=language, version=_next_version(hotel, kind, language), note=note.strip(),
        uploaded_by=staff, uploaded_at=timezone.now(),
    )  # fmt: skip
    kept = keep(actor, one, name, io.BytesIO(content), {"docx"}, MOST_BYTES)
    record(one, kind=kind, language=language, version=one.version, file=kept.name, sha256=kept.sha256)
    return one


@command
def take_shipped_template(
    *, actor: Actor, hotel: Hotel, staff: Staff, kind: str, language: str
) -> AgreementTemplate:  # fmt: skip
    """Make the template that ships the hotel's next version; somebody else puts it in force."""
    if kind not in Kind.values or language not in Language.values:
        raise Refusal("template.kind", _("There is no such choice."), field="kind")
    one = AgreementTemplate.objects.create(
        hotel=hotel, kind=kind, language=language, version=_next_version(hotel, kind, language), is_shipped=True,
        uploaded_by=staff, uploaded_at=timezone.now(),
    )  # fmt: skip
    content = io.BytesIO(shipped_template(kind, language))
    kept = keep(actor, one, f"{kind}-{language}.docx", content, {"docx"}, MOST_BYTES)
    record(one, kind=kind, language=language, version=one.version, file=kept.name, sha256=kept.sha256)
    return one


@command
def approve_template(*, actor: Actor, template: AgreementTemplate, staff: Staff) -> AgreementTemplate:
    """Put a version in force; the one before is replaced. Nobody approves what they handed in themselves."""
    _refuse_unless(template, (TemplateState.DRAFT,))
    if template.uploaded_by_id == staff.pk:
        raise Refusal("template.own", _("Somebody else puts in force what you handed in."))
    now = timezone.now()
    same = AgreementTemplate.objects.filter(hotel=template.hotel, kind=template.kind, language=template.language)
    same.filter(state=TemplateState.IN_FORCE).update(state=TemplateState.REPLACED, ended_at=now)
    template.state, template.approved_by, template.approved_at = TemplateState.IN_FORCE, staff, now
    template.save(update_fields=["state", "approved_by", "approved_at"])
    record(template, state=(TemplateState.DRAFT, TemplateState.IN_FORCE), approved_by=staff.username)
    return template


@command
def retire_template(*, actor: Actor, template: AgreementTemplate) -> AgreementTemplate:
    """Take a version back; no document is made with it any more. Those that were made stay."""
    before = _refuse_unless(template, (TemplateState.DRAFT, TemplateState.IN_FORCE))
    template.state, template.ended_at = TemplateState.RETIRED, timezone.now()
    template.save(update_fields=["state", "ended_at"])
    record(template, state=(before, TemplateState.RETIRED))
    return template


@command
def make_document(*, actor: Actor, agreement: Agreement, staff: Staff, template: AgreementTemplate) -> Any:
    """Make the document of an agreement with a template in force; earlier ones of that language are superseded (AGR-03).

    Made again without any change it stays as it is. Where an office program is installed the PDF follows by itself.
    Refused: a template of another kind or hotel, or that is not in force.
    """
    _refuse_unless(template, (TemplateState.IN_FORCE,))
    if template.hotel_id != agreement.hotel_id or template.kind != agreement.kind:
        raise Refusal("template.kind", _("This template is for other agreements."), field="template")
    Agreement.objects.select_for_update().get(pk=agreement.pk)
    now = timezone.now()
    values = paper_values(agreement, template.language, day_at(agreement.hotel, now))
    contents = contents_of(values)
    earlier = AgreementPaper.objects.filter(agreement=agreement, language=template.language, superseded_at=None)
    if earlier.filter(template=template, contents=contents).exists():
        return UNCHANGED
    document = fill_template(content_of(template), VOCABULARY, values)
    earlier.update(superseded_at=now, waits_for_pdf=False)
    one = AgreementPaper.objects.create(
        agreement=agreement, template=template, language=template.language, contents=contents, made_by=staff, made_at=now,
        waits_for_pdf=has_office(),
    )  # fmt: skip
    name = f"{agreement.number} {agreement.client_name}"
    kept = keep(actor, one, f"{name[:80]}.docx", io.BytesIO(document), {"docx"}, MOST_BYTES * 4)
    record(
        agreement, document=kept.name, template=str(template.version), language=template.language, sha256=kept.sha256
    )
    return one


@command
def add_pdf(*, actor: Actor, paper: AgreementPaper, pdf: bytes | None) -> Any:
    """Keep the PDF of a document beside the .docx; None where it could not be made. Once is enough."""
    if not AgreementPaper.objects.filter(pk=paper.pk, waits_for_pdf=True).update(waits_for_pdf=False):
        return UNCHANGED
    if pdf is None:
        record(paper, pdf="")
        return paper
    document = document_of(paper)
    kept = keep(actor, paper, f"{document.name.removesuffix('.docx')}.pdf", io.BytesIO(pdf), {"pdf"}, MOST_BYTES * 10)
    record(paper, pdf=kept.name, sha256=kept.sha256)
    return paper


def keep(actor: Actor, owner: Any, name: str, file: IO[bytes], allowed: set[str], most: int) -> Attachment:
    """Look at a file and hang it on a record."""
    seen = files.inspect(name, file, allowed=allowed, max_bytes=most)
    files.store(Path(settings.MEDIA_ROOT), file, seen.sha256)
    return Attachment.objects.create(
        subject=subject_of(owner), hotel_code=owner.hotel_code, name=seen.name, media_type=seen.media_type,
        size_bytes=seen.size_bytes, sha256=seen.sha256, added_by=actor.code,
    )  # fmt: skip


def path_of(kept: Attachment) -> Path:
    """Where a file lies."""
    return files.stored_path(Path(settings.MEDIA_ROOT), kept.sha256)


def document_of(paper: AgreementPaper) -> Attachment:
    """The .docx of a document."""
    return Attachment.objects.filter(subject=subject_of(paper)).earliest("pk")


def content_of(template: AgreementTemplate) -> bytes:
    """The .docx of a template. Refused where the file is lost."""
    kept = Attachment.objects.filter(subject=subject_of(template)).first()
    if kept is None or not path_of(kept).is_file():
        raise Refusal("template.lost", _("The file of this template is not there any more: upload it again."))
    return path_of(kept).read_bytes()


def _next_version(hotel: Hotel, kind: str, language: str) -> int:
    Hotel.objects.select_for_update().get(pk=hotel.pk)
    same = AgreementTemplate.objects.filter(hotel=hotel, kind=kind, language=language)
    return (same.aggregate(last=Max("version"))["last"] or 0) + 1


def _refuse_unless(template: AgreementTemplate, states: tuple[str, ...]) -> str:
    """Whoever comes second finds the state as it is now."""
    Hotel.objects.select_for_update().get(pk=template.hotel_id)
    template.state = AgreementTemplate.objects.select_for_update().values_list("state", flat=True).get(pk=template.pk)
    if template.state not in states:
        raise Refusal(
            "template.state",
            _("This is not possible any more: the template is “%(state)s”.") % {"state": template.get_state_display()},
        )
    return template.state
