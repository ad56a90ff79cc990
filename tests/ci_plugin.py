"""What a run of the tests must not hide: which tests did not run, and why.

ROOMNIGHT_TEST_POSTGRES=1 runs the suite on a throw-away PostgreSQL instead of SQLite.
ROOMNIGHT_CI=1 makes a skipped test, and one that is expected to fail, a failure: on the machine that decides, every
test runs. Elsewhere they are listed at the end.
ROOMNIGHT_RESULTS_FILE gets one line of JSON with the counts and what was left out, for who runs several suites.
"""

import json
import os
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.postgres import NoPostgres, ThrowAwayPostgres

not_run: dict[str, list[str]] = defaultdict(list)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """Before anything reads the settings: start PostgreSQL and point the settings to it."""
    if os.environ.get("ROOMNIGHT_TEST_POSTGRES") == "1":
        try:
            os.environ["ROOMNIGHT_DATABASE_URL"] = ThrowAwayPostgres().start()
        except NoPostgres as problem:
            raise pytest.UsageError(f"ROOMNIGHT_TEST_POSTGRES=1, but {problem}") from None
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    note(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    note(report)
    return report


def note(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Remember a test or a whole module that was left out; where nothing may be left out, fail it."""
    if not report.skipped:
        return
    if hasattr(report, "wasxfail"):
        reason = f"expected to fail: {report.wasxfail or 'no reason given'}"
    else:
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        reason = reason.removeprefix("Skipped: ")
    not_run[reason].append(report.nodeid)
    if os.environ.get("ROOMNIGHT_CI") == "1":
        report.outcome = "failed"
        report.longrepr = f"Left out here, where every test must run: {reason}"
        if hasattr(report, "wasxfail"):
            del report.wasxfail


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List at the very end what was left out and why."""
    if kept := os.environ.get("ROOMNIGHT_RESULTS_FILE"):
        stats = terminalreporter.stats
        result = {
            "passed": len(stats.get("passed", [])),
            "failed": len(stats.get("failed", [])) + len(stats.get("error", [])),
            "left_out": [f"{test}: {reason}" for reason, tests in not_run.items() for test in tests],
        }
        with Path(kept).open("a", encoding="utf-8") as file:
            file.write(json.dumps(result) + "\n")
    if not not_run:
        return
    count = sum(len(tests) for tests in not_run.values())
    terminalreporter.section(f"NOT TESTED HERE: {count}", sep="!", red=True, bold=True)
    for reason, tests in not_run.items():
        shown = ", ".join(tests[:5]) + (" …" if tests[5:] else "")
        terminalreporter.write_line(f"{len(tests)} × {reason}: {shown}", red=True)
