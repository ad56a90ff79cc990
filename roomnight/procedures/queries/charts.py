"""The charts of versions, read once and kept: their content never changes."""

from __future__ import annotations

from functools import lru_cache

from roomnight.procedures import engine
from roomnight.procedures.models import ProcedureVersion
from roomnight.procedures.rules.chart import Chart, Process, Step, read
from roomnight.procedures.rules.plain import plain
from roomnight.procedures.rules.tables import Table, plain_table, read_table


def main_process(chart: Chart) -> Process:
    """Where cases begin: the one marked as executable, else the first."""
    executable = [one for one in chart.processes.values() if one.is_executable]
    return (executable or list(chart.processes.values()))[0]


def definition_from(chart: Chart, tables: list[Table]) -> engine.Definition:
    return engine.Definition(plain(chart), main_process(chart).id, tuple(plain_table(one) for one in tables))


@lru_cache(maxsize=128)
def _ready(version_id: int, sha256: str) -> tuple[Chart, engine.Definition, dict[str, Step]]:
    """A version's chart, read once; its content never changes, so its hash is part of the key."""
    version = ProcedureVersion.objects.get(pk=version_id)
    chart = read(bytes(version.source))
    tables = [table for table, _problems in (read_table(one.encode()) for one in version.tables) if table is not None]
    steps = {step.id: step for process in chart.processes.values() for step in process.everything()}
    return chart, definition_from(chart, tables), steps


def chart_of(version: ProcedureVersion) -> Chart:
    return _ready(version.pk, version.sha256)[0]


def definition_of(version: ProcedureVersion) -> engine.Definition:
    return _ready(version.pk, version.sha256)[1]


def steps_of(version: ProcedureVersion) -> dict[str, Step]:
    """Every step of a version by its id, those inside sub-processes too."""
    return _ready(version.pk, version.sha256)[2]
