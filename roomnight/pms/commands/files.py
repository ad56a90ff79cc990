"""Taking in the bytes of an uploaded file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from roomnight.kernel.commands import Actor
from roomnight.kernel.tables.keeping import kept_path, take_in
from roomnight.organization.models import Hotel
from roomnight.pms.commands.runs import prepare_import
from roomnight.pms.models import ImportRun, Kind


def kept_file(run: ImportRun) -> Path:
    """Where the bytes of an uploaded file lie: under their own digest, outside the web root."""
    return kept_path(imports_folder(), run.sha256)


def upload_import(
    *, actor: Actor, hotel: Hotel, name: str, chunks: Iterable[bytes], kind: str = Kind.BOOKINGS
) -> ImportRun:
    """Keep a file and prepare its import. Refuses what is too large, empty, or not what its name says; then nothing is kept."""
    table = take_in(imports_folder(), name, chunks, max_bytes=settings.MAX_IMPORT_BYTES)
    return prepare_import(actor=actor, hotels=[hotel], table=table, name=name, kind=kind)


def imports_folder() -> Path:
    """Where uploaded files are kept."""
    return Path(settings.MEDIA_ROOT) / "imports"
