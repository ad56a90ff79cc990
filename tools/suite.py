"""Runs the whole suite: on PostgreSQL, on SQLite, in a browser, and the walks through every page, two runs at a time.
Every page is opened on both databases: by the walks on PostgreSQL, where there is one, and in the browser on SQLite.
`--soak` runs the long races and load instead, one by one, so that they do not disturb each other.

A journey in a browser that fails is played once more: a page that a busy machine is slow to open is no fault of the
product. Which journeys needed it is listed with their run. What could not run on this machine is listed at the very end;
with ROOMNIGHT_CI=1 it is a failure.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.postgres import NoPostgres, ThrowAwayPostgres
from tests.rules_plugin import NOTE


@dataclass(frozen=True)
class Job:
    """One run of pytest: the marks that choose its tests, further options, where its output goes (`live`: here, at once), and
    whether it is for PostgreSQL; without one it is left out, or done on SQLite (`anyway`).
    """

    title: str
    marks: str
    options: tuple[str, ...] = ()
    postgres: bool = False
    anyway: bool = False
    live: bool = False


# The longest first, so that both sides end at about the same time.
SUITE = (
    Job("PostgreSQL", "not soak and not browser and not walk", postgres=True),
    Job("Walks", "not soak and walk", postgres=True, anyway=True),
    Job("Browser", "not soak and browser", ("--reruns=1", "-rR")),
    Job("SQLite", "not soak and not browser and not walk", live=True),
)
SOAK = (Job("SQLite", "soak", live=True), Job("PostgreSQL", "soak", postgres=True))


class Run:
    """A job under way in a process of its own; its counts go into the results file."""

    def __init__(self, job: Job, results: Path) -> None:
        self.job = job
        self.output = None if job.live else tempfile.TemporaryFile()  # noqa: SIM115 - kept until the end of the run
        environment = {
            "ROOMNIGHT_RESULTS_FILE": str(results),
            **({"ROOMNIGHT_TEST_POSTGRES": "1"} if job.postgres else {}),
        }
        command = [sys.executable, "-m", "pytest", "-m", job.marks, *job.options]
        print(f"\n=== {job.title}: {'output follows' if job.live else 'output when it has ended'} ===", flush=True)
        self.process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=self.output, stderr=self.output
        )

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def passed(self) -> bool:
        """Whether all went well, once it has ended; what was kept of the output is printed."""
        if self.output:
            with self.output:
                self.output.seek(0)
                print(f"\n=== {self.job.title} ===", self.output.read().decode(errors="replace"), sep="\n", flush=True)
        return self.process.returncode == 0


def play(jobs: Sequence[Job], results: Path, at_once: int) -> bool:
    """Run all of them, so many at a time, whatever becomes of the others; whether all went well."""
    waiting, running, well = list(jobs), list[Run](), True
    while waiting or running:
        while waiting and len(running) < at_once:
            running.append(Run(waiting.pop(0), results))
        time.sleep(0.5)
        for run in [one for one in running if one.has_ended]:
            running.remove(run)
            well &= run.passed()
    return well


def without_postgres(jobs: Sequence[Job]) -> list[Job]:
    """What can be run on a machine that has no PostgreSQL."""
    return [replace(job, postgres=False) for job in jobs if job.anyway or not job.postgres]


def postgres_problem() -> str:
    """Why there is no PostgreSQL to test on; empty when there is one."""
    try:
        server = ThrowAwayPostgres()
        server.start()
        server.stop()
    except NoPostgres as problem:
        return str(problem)
    return ""


def main(arguments: list[str]) -> int:
    """Every run, the list of what was left out, and the sum of all as the last line."""
    if arguments not in ([], ["--soak"]):
        print(__doc__, file=sys.stderr)
        return 2
    jobs, at_once = (SOAK, 1) if arguments else (SUITE, 2)
    if jobs is SUITE:
        NOTE.unlink(missing_ok=True)  # of the rules that earlier runs proved
    problem = postgres_problem()
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results"
        results.touch()
        passed = play(without_postgres(jobs) if problem else jobs, results, at_once)
        runs = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    left_out = sorted({test for run in runs for test in run["left_out"]})
    if problem:
        left_out.append(f"the whole run on PostgreSQL: {problem}")
    if left_out:
        print(f"\n!!! NOT TESTED on this machine: {len(left_out)} !!!", *left_out, sep="\n  ")
        passed &= os.environ.get("ROOMNIGHT_CI") != "1"
    counts = {name: sum(run[name] for run in runs) for name in ("passed", "failed")}
    print(f"\n{counts['passed']} passed, {counts['failed']} failed, {len(left_out)} left out", flush=True)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
