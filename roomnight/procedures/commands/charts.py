"""New versions of procedures, and how they come into force (PRC-08)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Hotel, Role
from roomnight.procedures import engine
from roomnight.procedures.models import FormVersion, Procedure, ProcedureVersion, VersionState
from roomnight.procedures.queries.charts import chart_of, definition_from
from roomnight.procedures.rules.chart import Chart, Problem, read
from roomnight.procedures.rules.soundness import problems_of
from roomnight.procedures.rules.tables import Table, read_table
from roomnight.procedures.services import SERVICES

SHOWN = 20


def examine(source: bytes, tables: list[bytes], names: Sequence[str] = ()) -> tuple[Chart, list[Problem]]:
    """Read a chart with its tables, and everything that keeps it from running, by file and line.

    `names` are what the files of the tables are called, so that a problem says which file it is in.
    """
    found: list[Problem] = []
    known: list[Table] = []
    for number, one in enumerate(tables):
        table, problems = read_table(one)
        name = names[number] if number < len(names) else ""
        found += [replace(problem, file=name) for problem in problems]
        if not _is_utf8(one):
            found.append(Problem(1, "", "", "encoding", file=name))
        if table is not None:
            known.append(table)
    chart = read(source)
    found += problems_of(
        chart,
        commands=SERVICES.keys(),
        decisions=[one.id for one in known],
        roles=set(Role.objects.values_list("code", flat=True)),
    )
    if not found:
        found += _library_says(chart, known)
    return chart, found


def _library_says(chart: Chart, tables: list[Table]) -> list[Problem]:
    """What the library finds wrong after all, as a problem of the whole file."""
    try:
        engine.check(definition_from(chart, tables))
    except engine.Stuck as stuck:
        return [Problem(1, stuck.element, "process", "library", {"why": stuck.why})]
    return []


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def digest(source: bytes, tables: list[bytes]) -> str:
    """The fingerprint of a chart with its tables."""
    return hashlib.sha256(source + b"\0".join(tables)).hexdigest()


def hold(procedure: Procedure) -> None:
    """Decisions about one procedure are taken one after the other, so that no two contradict each other."""
    rows = Procedure.objects.filter(pk=procedure.pk)
    list(rows.select_for_update() if connection.features.has_select_for_update else rows)


@command
def create_procedure(*, actor: Actor, hotel: Hotel, code: str, title: str, department: str, **more: Any) -> Procedure:
    """Open a procedure, still without a version. Refuses a code in use."""
    taken = Refusal("procedure.code_taken", _("A procedure with this code exists already."), field="code")
    if Procedure.objects.filter(hotel=hotel, code__iexact=code).exists():
        raise taken
    try:
        with transaction.atomic():
            procedure = Procedure.objects.create(hotel=hotel, code=code, title=title, department=department, **more)
    except IntegrityError as clash:  # somebody else was first, this moment
        raise taken from clash
    record(procedure, code=code, title=title)
    return procedure


def refuse_unsound(source: bytes, tables: list[bytes]) -> None:
    """Refuse a chart that cannot run, with the reasons and their lines."""
    _refuse("procedure.chart", examine(source, tables)[1])


def refuse_without_forms(version: ProcedureVersion) -> None:
    """Refuse a version whose steps name forms that are not in force at its hotel, with each step and its line (PRC-02)."""
    steps = [step for process in chart_of(version).processes.values() for step in process.everything() if step.form]
    here = FormVersion.objects.filter(
        form__hotel=version.procedure.hotel, form__is_retired=False, state=VersionState.EFFECTIVE
    )
    known = set(here.filter(form__code__in={step.form for step in steps}).values_list("form__code", flat=True))
    _refuse("procedure.form", [
        Problem(step.line, step.name or step.id, step.kind, "unknown_form", {"name": step.form})
        for step in steps if step.form not in known
    ])  # fmt: skip


def _refuse(code: str, problems: list[Problem]) -> None:
    if problems:
        lines = [
            _("Line %(line)d, %(element)s: %(reason)s")
            % {"line": one.line, "element": one.element or one.kind or "–", "reason": one.message}
            for one in problems[:SHOWN]
        ]
        raise Refusal(code, "\n".join(lines), field="source")


@command
def add_version(
    *, actor: Actor, procedure: Procedure, source: bytes, tables: list[bytes] | None = None, note: str = ""
) -> ProcedureVersion:
    """Keep a new version as a draft. Refuses a chart that cannot run, with every reason and line (PRC-07)."""
    refuse_unsound(source, tables or [])
    hold(procedure)
    last = procedure.versions.aggregate(last=Max("number"))["last"] or 0
    version = ProcedureVersion.objects.create(
        procedure=procedure,
        number=last + 1,
        source=source,
        tables=[one.decode() for one in tables or []],
        sha256=digest(source, tables or []),
        note=note,
        made_by=actor.code,
    )
    record(version, number=version.number, sha256=version.sha256)
    return version


@command
def put_in_force(*, actor: Actor, version: ProcedureVersion, on: date) -> ProcedureVersion:
    """Let a version hold from now on; the one before is superseded, and its running cases stay with it (PRC-03).

    A draft is put in force like this only by whatever installs what ships; a hotel's own goes through `approve_version`.
    Refused while the hotel lacks a form that a step names.
    """
    hold(version.procedure)
    waiting = (VersionState.APPROVED, VersionState.DRAFT)
    if not ProcedureVersion.objects.filter(pk=version.pk, state__in=waiting).exists():
        raise Refusal("procedure.state", _("This version is not waiting to come into force."))
    refuse_without_forms(version)
    return _begin(version, on)


@command
def turn_version(*, actor: Actor, version: ProcedureVersion) -> Any:
    """On its day an approved version is in force. UNCHANGED where somebody was first: any number of workers do it once."""
    hold(version.procedure)
    found = ProcedureVersion.objects.filter(pk=version.pk, state=VersionState.APPROVED).first()
    if found is None or found.effective_from is None:
        return UNCHANGED
    return _begin(version, found.effective_from)


def _begin(version: ProcedureVersion, on: date) -> ProcedureVersion:
    """Mark the version as in force and its predecessor as superseded; the procedure is held."""
    before = list(version.procedure.versions.filter(state=VersionState.EFFECTIVE).values_list("number", flat=True))
    version.procedure.versions.filter(state=VersionState.EFFECTIVE).update(state=VersionState.SUPERSEDED)
    version.state, version.effective_from = VersionState.EFFECTIVE, on
    version.approved_at = version.approved_at or timezone.now()
    version.save(update_fields=["state", "effective_from", "approved_at"])
    record(version, state=version.state, effective_from=on, supersedes=before)
    return version
