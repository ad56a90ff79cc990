"""Workers that are killed while cases run (`make soak`): every timer fires once, no case is stuck, no task is lost (PRC-06)."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from roomnight.kernel.commands import Machine
from roomnight.organization.models import Hotel
from roomnight.procedures.commands import add_version, complete_task, create_procedure, put_in_force, start_case
from roomnight.procedures.jobs import let_timers_fire
from roomnight.procedures.models import Case, CaseEvent, CaseTask, ProcedureVersion, Wait
from roomnight.procedures.tests.flows import USER, file_of, ways

pytestmark = [
    pytest.mark.soak,
    pytest.mark.postgres,
    pytest.mark.timeout(3600),
    pytest.mark.django_db(transaction=True),
]
ROOT = Path(__file__).resolve().parent.parent
SECONDS = float(os.environ.get("ROOMNIGHT_SOAK_SECONDS", "120"))
KILLS = max(8, min(50, round(SECONDS * 50 / 120)))
CASES = 200
SYSTEM = Machine("system", "lujiazui")
TIMERS = [f"w{number}" for number in range(6)]


def chart() -> bytes:
    """Six waits of a second, one after the other, beside a task that is nudged once; both ways meet at the end."""
    waits = "".join(
        f'<intermediateCatchEvent id="{name}"><timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition></intermediateCatchEvent>'
        for name in TIMERS
    )
    nudge = (
        '<boundaryEvent id="nudge" attachedToRef="look" cancelActivity="false"><timerEventDefinition>'
        "<timeDuration>PT2S</timeDuration></timerEventDefinition></boundaryEvent>"
    )
    inside = (
        '<startEvent id="s"/><parallelGateway id="fork"/><parallelGateway id="join"/><endEvent id="e"/><endEvent id="told"/>'
        f"{waits}{nudge}{USER.format('look')}{USER.format('tell')}"
    )
    chain = [f"{a} {b}" for a, b in zip(TIMERS, TIMERS[1:], strict=False)]
    return file_of(
        inside
        + ways("s fork", f"fork {TIMERS[0]}", *chain, f"{TIMERS[-1]} join", "fork look", "look join", "join e", "nudge tell", "tell told")
    )  # fmt: skip


@pytest.fixture
def version(transactional_db: None) -> ProcedureVersion:
    hotel = Hotel.objects.get(code="lujiazui")
    procedure = create_procedure(actor=SYSTEM, hotel=hotel, code="P-SOAK", title="演练", department="front_office")
    draft = add_version(actor=SYSTEM, procedure=procedure, source=chart())
    return put_in_force(actor=SYSTEM, version=draft, on=timezone.localdate())


class Crew:
    """Two workers, as processes of their own on this test's database."""

    def __init__(self, folder: Path) -> None:
        name = connection.settings_dict["NAME"]
        self.environment = {
            **os.environ,
            "ROOMNIGHT_DATABASE_URL": os.environ["ROOMNIGHT_DATABASE_URL"].replace("/roomnight?", f"/{name}?"),
            "ROOMNIGHT_DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "roomnight.settings",
        }
        self.folder = folder
        self.workers = [self.hire(), self.hire()]

    def hire(self) -> subprocess.Popen[bytes]:
        with (self.folder / "worker.log").open("ab") as log:
            command = [sys.executable, "-m", "roomnight", "worker"]
            return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def kill(self, which: int) -> None:
        """Kill one of the two, and hire another in its place."""
        self.workers[which].send_signal(signal.SIGKILL)
        self.workers[which].wait()
        self.workers[which] = self.hire()

    def dismiss(self) -> None:
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            try:
                worker.wait(timeout=20)
            except subprocess.TimeoutExpired:
                worker.kill()


def keep_up(rng: random.Random, version: ProcedureVersion) -> None:
    """Keep 200 cases under way, and the workers told that time goes on."""
    for _number in range(CASES - Case.objects.filter(version=version, waits__step__in=TIMERS).distinct().count()):
        start_case(actor=SYSTEM, version=version, label=f"{rng.random():.6f}")
    let_timers_fire.enqueue()


def until(done: Callable[[], bool], meanwhile: Callable[[], object], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "the workers did not come to an end"
        meanwhile()
        time.sleep(0.05)


def test_workers_killed_at_random_lose_nothing_and_do_nothing_twice(version, tmp_path):
    rng = random.Random(11)
    keep_up(rng, version)
    crew = Crew(tmp_path)
    try:
        for _kill in range(KILLS):
            fired = CaseEvent.objects.filter(kind="timer").count()
            until(
                lambda fired=fired: CaseEvent.objects.filter(kind="timer").count() > fired,
                lambda: keep_up(rng, version),
            )
            time.sleep(rng.uniform(0, 0.3))
            crew.kill(rng.randrange(2))
        until(lambda: not Wait.objects.filter(case__version=version).exists(), let_timers_fire.enqueue)
    finally:
        crew.dismiss()
    cases = Case.objects.filter(version=version)
    print(f"\n{KILLS} workers killed, {cases.count()} cases")  # noqa: T201 (a soak says what it did)
    assert not cases.exclude(state="running").exists(), "each still waits for its people, and none is stuck"
    each = CaseEvent.objects.filter(case__version=version, kind="timer").values("case", "step").annotate(n=Count("pk"))
    assert {row["n"] for row in each} == {1}
    assert len(each) == cases.count() * (len(TIMERS) + 1)
    waiting = CaseTask.objects.filter(case__version=version, state="open")
    for step in ("look", "tell"):
        assert waiting.filter(step=step).values("case").distinct().count() == cases.count()
    assert waiting.count() == 2 * cases.count()
    for task in waiting.order_by("?"):
        complete_task(actor=SYSTEM, task=task, staff=None, data={})
    assert not cases.exclude(state="done").exists()
