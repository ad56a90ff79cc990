"""The throw-away PostgreSQL: it serves while it is wanted and leaves nothing behind."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.postgres import NoPostgres, ThrowAwayPostgres

pytestmark = pytest.mark.postgres
HELD_BY_ANOTHER = "from tests.postgres import ThrowAwayPostgres as P; p = P(); print(p.start(), flush=True); input()"


def test_it_serves_an_empty_chinese_capable_database_and_goes():
    server = ThrowAwayPostgres()
    with psycopg.connect(server.start()) as connection:
        row = connection.execute(
            "SELECT current_database(), upper('é携程'), current_setting('server_encoding')"
        ).fetchone()
    assert row == ("roomnight", "É携程", "UTF8")
    server.stop()
    assert not server.folder.exists()


def test_it_goes_with_a_process_that_was_killed():
    root = Path(__file__).resolve().parents[1]
    command = [sys.executable, "-c", HELD_BY_ANOTHER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) as holder:
        assert holder.stdout
        with psycopg.connect(holder.stdout.readline().strip(), autocommit=True) as connection:
            holder.kill()
            with pytest.raises(psycopg.OperationalError):  # the server ends this long before the minute is over
                connection.execute("SELECT pg_sleep(60)")


def test_a_server_that_does_not_start_says_why(tmp_path):
    programs = tmp_path / "installed" / "bin"
    programs.mkdir(parents=True)
    for name in ("postgres", "initdb", "pg_ctl"):
        (programs / name).write_text("#!/bin/sh\necho the disk is full\nexit 1\n")
        (programs / name).chmod(0o755)
    with pytest.raises(NoPostgres, match="initdb: the disk is full"):
        ThrowAwayPostgres(programs).start()
