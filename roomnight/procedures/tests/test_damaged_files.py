"""More than two hundred damaged charts: each is refused with line and reason, in bounded time and memory, and leaves no trace (PRC-07)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry
from roomnight.procedures.commands import add_version, create_procedure, redraw_version
from roomnight.procedures.models import ProcedureVersion
from roomnight.procedures.rules.chart import read
from roomnight.procedures.rules.soundness import problems_of
from roomnight.procedures.tests.damage import WHOLE, damaged

ROOT = Path(__file__).resolve().parents[3]
SECONDS_EACH, SECONDS_ALL, MEGABYTES = 10.0, 120, 400

READER = f"""
import json, resource, sys, time
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS_ALL}, {SECONDS_ALL}))
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
import django
django.setup()
from roomnight.procedures import engine
from roomnight.procedures.queries.charts import definition_from
from roomnight.procedures.rules.chart import read
from roomnight.procedures.rules.soundness import problems_of
from roomnight.procedures.tests.damage import damaged
files = damaged()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
resource.setrlimit(resource.RLIMIT_DATA, ((before // 1024 + {MEGABYTES}) * 1024 * 1024,) * 2)
took = {{}}
for name, source in files.items():
    begun = time.process_time()
    chart = read(source)
    found = problems_of(chart, commands=("procedures.notify",), decisions=(), roles=("receptionist",))
    if not found:
        engine.check(definition_from(chart, []))
    took[name] = [time.process_time() - begun, [(one.line, one.reason, one.message) for one in found]]
print(json.dumps([took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before]))
"""


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return damaged()


def test_the_chart_is_whole_before_it_is_damaged():
    assert problems_of(read(WHOLE), commands=(), decisions=(), roles=("receptionist",)) == []


@pytest.mark.rule("PRC-07")
def test_damaged_files_are_refused_in_bounded_time_and_memory(files):
    """In a process of its own under hard limits: one that ran away would be killed there, and fail here."""
    assert len(set(files.values())) == len(files) >= 200
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "roomnight.settings"}
    command = [sys.executable, "-c", READER]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    took, grown = json.loads(done.stdout.splitlines()[-1])
    assert [name for name, (_seconds, found) in took.items() if not found] == []
    assert all(line >= 1 and message for _seconds, found in took.values() for line, _reason, message in found)
    assert max(seconds for seconds, _found in took.values()) < SECONDS_EACH
    assert grown < MEGABYTES * 1024, "kilobytes"


@pytest.mark.rule("PRC-07")
@pytest.mark.django_db
def test_damaged_files_leave_no_trace(world, files):
    lin = world.seat("lin")
    procedure = create_procedure(actor=lin, hotel=world.lujiazui, code="P-X", title="x", department="front_office")
    draft = add_version(actor=lin, procedure=procedure, source=WHOLE)
    versions, audited = ProcedureVersion.objects.count(), AuditEntry.objects.count()
    for name, source in files.items():
        with pytest.raises(Refusal) as refused:
            add_version(actor=lin, procedure=procedure, source=source)
        assert refused.value.code == "procedure.chart", name
    for source in list(files.values())[::25]:
        with pytest.raises(Refusal):
            redraw_version(actor=lin, version=draft, revision=draft.revision, source=source)
    assert (ProcedureVersion.objects.count(), AuditEntry.objects.count()) == (versions, audited)
    draft.refresh_from_db()
    assert bytes(draft.source) == WHOLE
