"""`make bench`: the data of PERF-01 at SCALE on SQLite and on PostgreSQL, and every page beside the least that would do."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.postgres import UNSAFE_BUT_FAST, NoPostgres, ThrowAwayPostgres

SETTINGS = {"DJANGO_SETTINGS_MODULE": "roomnight.settings"}


def main() -> int:
    """Read the options and measure one database after the other, each in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--scale", type=float, default=float(os.environ.get("SCALE", "1")), help="1 is the full size")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument(
        "--keep", type=Path, help="a folder that keeps the SQLite file for another time, or has it already"
    )
    parser.add_argument("--url", help="measure this database instead; it is filled if it is empty")
    options = parser.parse_args()
    print("Likely duplicates", flush=True)
    subprocess.run([sys.executable, "-m", "bench.likely"], env={**os.environ, **SETTINGS}, check=True)
    print("Falling silent", flush=True)
    silent = subprocess.run([sys.executable, "-m", "bench.silence"], env={**os.environ, **SETTINGS}, check=False)
    with tempfile.TemporaryDirectory(prefix="bench") as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if options.url:
            return silent.returncode | measured(options, folder, options.url)
        file, failed = folder / f"bench-{options.scale:g}.sqlite3", silent.returncode
        if options.database != "postgresql":
            print("SQLite", flush=True)
            failed |= measured(options, folder, f"sqlite:///{file.resolve()}")
        if options.database != "sqlite":
            failed |= on_postgres(options, folder, file)
        return failed


def on_postgres(options: argparse.Namespace, folder: Path, file: Path) -> int:
    """A throw-away server with the settings of the tests, filled from the SQLite file where there is one."""
    try:
        server = ThrowAwayPostgres()
        url = server.start()
    except NoPostgres as why:
        print(f"PostgreSQL: not measured, {why}")
        return 1
    print(f"\nPostgreSQL, throw-away server, memory as it comes, {', '.join(UNSAFE_BUT_FAST)}", flush=True)
    try:
        return measured(options, folder, url, "--copy", str(file))
    finally:
        server.stop()


def measured(options: argparse.Namespace, folder: Path, url: str, *more: str) -> int:
    """Run the measurements of one database; 0 when they came to their end."""
    command = [sys.executable, "-m", "bench.one", "--scale", str(options.scale), "--runs", str(options.runs), *more]
    where = {
        "ROOMNIGHT_DATABASE_URL": url,
        "ROOMNIGHT_DATA_DIR": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "roomnight.settings",
    }
    return subprocess.run(command, env={**os.environ, **where, "ROOMNIGHT_DEBUG": "0"}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
