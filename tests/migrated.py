"""An empty SQLite database with every migration applied, kept in var/ from one run of the tests to the next.

Applying the migrations takes longer than most runs. The name of the kept file is a digest of what made it, so that
another migration or another shipped role makes another file.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from django.conf import settings

from tests.snapshot import copy_sqlite

SOURCES = ("roomnight/*/migrations/*.py", "roomnight/organization/*.py", "roomnight/clients/rules/duplicates.py")
PREFIX = "test-migrated-"


def kept_file() -> Path:
    """Where the database of these sources is kept, whether it is there or not."""
    digest, root = hashlib.sha256(), settings.BASE_DIR
    for path in sorted([*(path for one in SOURCES for path in root.glob(one)), root / "requirements.txt"]):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return Path(root) / "var" / f"{PREFIX}{digest.hexdigest()[:16]}.sqlite3"


def keep(database: Path) -> None:
    """Keep this database for the next run, in place of those of other sources."""
    target = kept_file()
    target.parent.mkdir(exist_ok=True)
    for old in target.parent.glob(f"{PREFIX}*"):
        old.unlink(missing_ok=True)
    unfinished = target.with_suffix(f".{os.getpid()}")
    copy_sqlite(str(database), str(unfinished))
    unfinished.rename(target)
