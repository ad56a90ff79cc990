"""Keeping the fact book true (ORG-07)."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _

from roomnight.kernel import files
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record, subject_of
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Attachment
from roomnight.organization.models import Fact, FactKind, Hotel

ALLOWED = files.DOCUMENTS
MAX_BYTES = 30 * 1024 * 1024


@command
def add_fact(*, actor: Actor, hotel: Hotel, kind: str, **fields: Any) -> Fact:
    """Put an entry into the fact book. Refuses a chapter that there is not, and days that cannot be."""
    if kind not in FactKind.values:
        raise Refusal("fact.kind", _("There is no such choice."), field="kind")
    fact = Fact(hotel=hotel, kind=kind, checked_by=actor.code, **fields)
    _refuse_days(fact)
    fact.save(force_insert=True)
    record(fact, kind=kind, title=fact.title)
    return fact


@command
def edit_fact(*, actor: Actor, fact: Fact, **fields: Any) -> Any:
    """Change an entry, or retire it; it is never deleted. Who saved it last has checked it."""
    changes = changed(fact, **fields)
    _refuse_days(fact)
    if not changes:
        return UNCHANGED
    fact.checked_by = actor.code
    fact.save(update_fields=[*changes, "checked_by"])
    record(fact, **changes)
    return fact


@command
def attach_to_fact(*, actor: Actor, fact: Fact, name: str, file: IO[bytes]) -> Any:
    """Keep a brochure, a plan or a photo with an entry. The same file again changes nothing (SEC-05)."""
    seen = files.inspect(name, file, allowed=ALLOWED, max_bytes=MAX_BYTES)
    subject = subject_of(fact)
    if Attachment.objects.filter(subject=subject, sha256=seen.sha256).exists():
        return UNCHANGED
    files.store(Path(settings.MEDIA_ROOT), file, seen.sha256)
    kept = Attachment.objects.create(
        subject=subject, hotel_code=fact.hotel.code, name=seen.name, media_type=seen.media_type,
        size_bytes=seen.size_bytes, sha256=seen.sha256, added_by=actor.code,
    )  # fmt: skip
    record(fact, attached=seen.name, size_bytes=seen.size_bytes, sha256=seen.sha256)
    return kept


def _refuse_days(fact: Fact) -> None:
    if fact.kind == FactKind.FOCUS and fact.starts_on is None:
        raise Refusal("fact.day", _("Say from which day on this is the focus."), field="starts_on")
    if fact.ends_on is not None and (fact.starts_on is None or fact.ends_on < fact.starts_on):
        raise Refusal("fact.days", _("It ends on a day that is not before the first."), field="ends_on")
