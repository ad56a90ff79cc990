"""Photos and papers that belong to a visit: a business card, a floor plan, a letter (VIS-07)."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from django.conf import settings

from roomnight.activities.models import Visit
from roomnight.kernel import files
from roomnight.kernel.commands import UNCHANGED, Actor, command, record, subject_of
from roomnight.kernel.models import Attachment

ALLOWED = files.PHOTOS | {"pdf"}
MAX_BYTES = 15 * 1024 * 1024


@command
def attach_file(*, actor: Actor, visit: Visit, name: str, file: IO[bytes]) -> Any:
    """Keep a photo or PDF with a visit. The same file again changes nothing, so that a report may be sent twice.

    Refused, with the field `file`: what is empty, too large, of another kind, or not what its name says.
    """
    seen = files.inspect(name, file, allowed=ALLOWED, max_bytes=MAX_BYTES)
    subject = subject_of(visit)
    if Attachment.objects.filter(subject=subject, sha256=seen.sha256).exists():
        return UNCHANGED
    files.store(Path(settings.MEDIA_ROOT), file, seen.sha256)
    kept = Attachment.objects.create(
        subject=subject,
        hotel_code=visit.hotel.code,
        name=seen.name,
        media_type=seen.media_type,
        size_bytes=seen.size_bytes,
        sha256=seen.sha256,
        added_by=actor.code,
    )
    record(visit, attached=seen.name, size_bytes=seen.size_bytes, sha256=seen.sha256)
    return kept
