"""Papers that belong to a version of a policy document: forms, charts, lists (POL-01)."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from django.conf import settings

from roomnight.kernel import files
from roomnight.kernel.commands import UNCHANGED, Actor, command, record, subject_of
from roomnight.kernel.models import Attachment
from roomnight.organization.commands.policies import refuse_unless
from roomnight.organization.models import PolicyVersion, VersionState

MAX_BYTES = 15 * 1024 * 1024


@command
def attach_paper(*, actor: Actor, version: PolicyVersion, name: str, file: IO[bytes]) -> Any:
    """Keep a file with a draft; the same file again changes nothing. What is approved gets no more papers."""
    refuse_unless(version, VersionState.DRAFT)
    seen = files.inspect(name, file, allowed=files.DOCUMENTS, max_bytes=MAX_BYTES)
    subject = subject_of(version)
    if Attachment.objects.filter(subject=subject, sha256=seen.sha256).exists():
        return UNCHANGED
    files.store(Path(settings.MEDIA_ROOT), file, seen.sha256)
    kept = Attachment.objects.create(
        subject=subject, hotel_code=version.document.hotel.code, name=seen.name, media_type=seen.media_type,
        size_bytes=seen.size_bytes, sha256=seen.sha256, added_by=actor.code,
    )  # fmt: skip
    record(version, attached=seen.name, size_bytes=seen.size_bytes, sha256=seen.sha256)
    return kept


@command
def remove_paper(*, actor: Actor, version: PolicyVersion, paper: Attachment) -> None:
    """Take a file out of a draft; the bytes stay for the versions that have it."""
    refuse_unless(version, VersionState.DRAFT)
    record(version, removed=paper.name, sha256=paper.sha256)
    paper.delete()
