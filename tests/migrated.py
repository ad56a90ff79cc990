"""An empty database with every migration applied, kept in var/ from one run of the tests to the next.

Applying the migrations takes longer than most runs. The name of the kept file is a digest of what made it, so that
another migration or another shipped role makes another file. SQLite keeps its file, PostgreSQL what `pg_dump` writes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection

from tests.postgres import find_programs
from tests.snapshot import copy_sqlite, server_parameters

SOURCES = ("roomnight/*/migrations/*.py", "roomnight/organization/*.py", "roomnight/clients/rules/duplicates.py")
PREFIX = "test-migrated-"


def kept_file() -> Path:
    """Where the database of these sources is kept, whether it is there or not."""
    digest, root = hashlib.sha256(), settings.BASE_DIR
    for path in sorted([*(path for one in SOURCES for path in root.glob(one)), root / "requirements.txt"]):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return Path(root) / "var" / f"{PREFIX}{digest.hexdigest()[:16]}.{connection.vendor}"


def bring(name: str) -> bool:
    """Put the kept database where a test database of this name is looked for; False where none is kept."""
    kept = kept_file()
    if not kept.exists():
        return False
    if connection.vendor == "sqlite":
        shutil.copyfile(kept, name)
        return True
    with psycopg.connect(**server_parameters(), dbname="postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    _postgres("pg_restore", "--exit-on-error", "--dbname", name, str(kept))
    return True


def keep(name: str) -> None:
    """Keep this database for the next run, in place of those of other sources."""
    target = kept_file()
    target.parent.mkdir(exist_ok=True)
    for old in target.parent.glob(f"{PREFIX}*"):
        if old.stem != target.stem:
            old.unlink(missing_ok=True)
    unfinished = target.with_suffix(f".{os.getpid()}")
    if connection.vendor == "sqlite":
        copy_sqlite(name, str(unfinished))
    else:
        _postgres("pg_dump", "--format=custom", "--file", str(unfinished), name)
    unfinished.rename(target)


def _postgres(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on the server of the tests; its words are the error."""
    given = server_parameters()
    command = [f"{find_programs()}/{program}", "--host", given["host"], "--username", given["user"], *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{program}: {done.stderr.strip()}")
