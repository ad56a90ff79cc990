"""Scans of signed originals, and specimens of signatures: files that hang on the record they belong to (AGR-03)."""

from __future__ import annotations

from typing import IO, Any

from roomnight.agreements.commands.papers import keep
from roomnight.agreements.models import Original, Signatory
from roomnight.kernel import files
from roomnight.kernel.commands import UNCHANGED, Actor, command, record, subject_of
from roomnight.kernel.models import Attachment

ALLOWED = {"jpg", "png", "webp", "pdf"}
MAX_BYTES = 15 * 1024 * 1024


@command
def attach_scan(*, actor: Actor, original: Original, name: str, file: IO[bytes]) -> Any:
    """Keep a scan of a signed original. The same file again changes nothing.

    Refused, with the field `file`: what is empty, too large, of another kind, or not what its name says.
    """
    return _attach(actor, original, name, file)


@command
def attach_specimen(*, actor: Actor, signatory: Signatory, name: str, file: IO[bytes]) -> Any:
    """Keep a specimen of a signature. Earlier ones stay: what was signed before is compared with what held then."""
    return _attach(actor, signatory, name, file)


def take_specimens_along(actor: Actor, before: Signatory, after: Signatory) -> None:
    """The same person may sign under the agreement that follows: with the same specimens. Part of the renewal."""
    for kept in Attachment.objects.filter(subject=subject_of(before)).order_by("pk"):
        Attachment.objects.create(
            subject=subject_of(after), hotel_code=kept.hotel_code, name=kept.name, media_type=kept.media_type,
            size_bytes=kept.size_bytes, sha256=kept.sha256, added_by=actor.code,
        )  # fmt: skip


def _attach(actor: Actor, owner: Original | Signatory, name: str, file: IO[bytes]) -> Any:
    seen = files.inspect(name, file, allowed=ALLOWED, max_bytes=MAX_BYTES)
    if Attachment.objects.filter(subject=subject_of(owner), sha256=seen.sha256).exists():
        return UNCHANGED
    kept = keep(actor, owner, name, file, ALLOWED, MAX_BYTES)
    record(owner, attached=kept.name, size_bytes=kept.size_bytes, sha256=kept.sha256)
    return kept
