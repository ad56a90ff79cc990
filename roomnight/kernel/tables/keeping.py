"""Taking in the bytes of an uploaded table, and keeping them under their own digest outside the web root (SEC-05)."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from roomnight.kernel.errors import Refusal
from roomnight.kernel.tables import Table, open_table


def kept_path(folder: Path, sha256: str) -> Path:
    """Where the bytes of a file with this digest lie."""
    return folder / sha256[:2] / sha256


def take_in(
    folder: Path, name: str, chunks: Iterable[bytes], *, max_bytes: int, knows: Callable[[str], bool] | None = None
) -> Table:
    """Keep a file and look at it. Refuses what is too large, empty, or not what its name says; then nothing is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, written = tempfile.mkstemp(dir=folder, prefix="incoming-", suffix=Path(name).suffix.lower()[:5])
    path, size = Path(written), 0
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > max_bytes:
                    raise Refusal(
                        "import.too_large", _("At most %(limit)s MB.") % {"limit": max_bytes // 2**20}, field="file"
                    )
                file.write(chunk)
        table = open_table(path, name, knows=knows)
        kept = kept_path(folder, table.sha256)
        kept.parent.mkdir(exist_ok=True)
        path.replace(kept)
    finally:
        path.unlink(missing_ok=True)
    return open_table(kept, name, knows=knows)


def forget_older(folder: Path, moment: datetime) -> int:
    """Take away the bytes of files that were given before this moment; how many they were."""
    gone = 0
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_mtime < moment.timestamp():
            path.unlink(missing_ok=True)
            gone += 1
    return gone
