"""Plays shipped procedures in memory, and notes which ways were taken.

A move is `step` or `step: field=value, …` (a person does it), `@1h` (time passes), or `!message` (a message comes);
`?service=answer` before anything else says what a service finds in the record that the case is about.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from SpiffWorkflow.util.task import TaskState

from roomnight.kernel.commands import SYSTEM
from roomnight.procedures import engine
from roomnight.procedures.rules.chart import Chart, Flow, Process, read
from roomnight.procedures.rules.plain import plain
from roomnight.procedures.rules.tables import plain_table, read_table
from roomnight.procedures.services import SERVICES
from roomnight.procedures.shipped import ShippedProcedure

BEGUN = datetime(2026, 11, 18, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


class Drill:
    """Stands for the case: services that tell people tell nobody."""

    is_trial = True
    hotel = None
    number = "GA-202611-0001"


@lru_cache(maxsize=32)
def chart_of(one: ShippedProcedure) -> Chart:
    return read(one.source)


@lru_cache(maxsize=32)
def definition_of(one: ShippedProcedure) -> engine.Definition:
    chart = chart_of(one)
    tables = [table for table, _problems in map(read_table, one.tables) if table is not None]
    main = next(process for process in chart.processes.values() if process.is_executable)
    return engine.Definition(plain(chart), main.id, tuple(plain_table(table) for table in tables))


def server(answers: dict[str, Any]) -> engine.Do:
    """Services as a drill has them; those with an answer say that."""

    def serve(name: str, values: dict[str, Any]) -> Any:
        return answers[name] if name in answers else SERVICES[name](Drill(), SYSTEM, **values)

    return serve


def values_of(text: str) -> dict[str, Any]:
    """The data of a move: `a=1, b=yes, c=["x", "y"]`; what is no JSON is a text."""
    found: dict[str, Any] = {}
    depth, part = 0, ""
    for sign in f"{text},":
        depth += (sign in "[{") - (sign in "]}")
        if sign == "," and not depth:
            name, _equals, value = part.strip().partition("=")
            if name:
                try:
                    found[name] = json.loads(value)
                except ValueError:
                    found[name] = value
            part = ""
        else:
            part += sign
    return found


class Play:
    """One case of a procedure, move by move; `taken` are the ways that it took."""

    def __init__(self, one: ShippedProcedure, moves: Iterable[str]) -> None:
        self.definition, self.time = definition_of(one), BEGUN
        said = [text for text in moves if text.startswith("?")]
        self.serve = server({text[1:].partition("=")[0]: text.partition("=")[2] for text in said})
        with time_machine.travel(self.time, tick=False):
            self.now = engine.start(self.definition, {}, self.serve)
        self.taken = engine_ways(self.now.state, self.definition)
        for text in moves:
            if text not in said:
                self.move(text)

    @property
    def waits(self) -> list[str]:
        return sorted({one.step for one in self.now.waiting if one.kind == "task"})

    def token(self, step: str) -> engine.Waiting:
        found = [one for one in self.now.waiting if one.step == step]
        assert found, f"{step} is not waited for, but {sorted(one.step for one in self.now.waiting)}"
        return found[0]

    def move(self, text: str) -> Play:
        with time_machine.travel(self.time, tick=False) as clock:
            if text.startswith("@"):
                self.time += length(text[1:])
                clock.move_to(self.time)
                self.now = engine.tick(self.definition, self.now.state, self.serve)
            elif text.startswith("!"):
                message, _colon, data = text[1:].partition(": ")
                self.now = engine.deliver(self.definition, self.now.state, message, values_of(data), self.serve)
            else:
                step, _colon, data = text.partition(": ")
                self.now = engine.complete(
                    self.definition, self.now.state, self.token(step).key, values_of(data), self.serve
                )
        self.taken |= engine_ways(self.now.state, self.definition)
        return self


def length(text: str) -> timedelta:
    return timedelta(**{{"m": "minutes", "h": "hours", "d": "days"}[text[-1]]: int(text[:-1])})


def engine_ways(state: str, definition: engine.Definition) -> set[str]:
    """The ways that were taken, as `source → target`: what the engine's own history says of each token and the one before it."""
    specs, inner = engine._specs(definition)
    kept = json.loads(state)
    found: set[str] = set()
    for tasks, spec in [
        (kept["tasks"], specs),
        *((sub["tasks"], inner[sub["spec"]]) for sub in kept["subprocesses"].values()),
    ]:
        for task in tasks.values():
            follow(task, tasks, spec, found)
    return found


REACHED = TaskState.READY | TaskState.WAITING | TaskState.STARTED | TaskState.COMPLETED


def follow(task: dict[str, Any], tasks: dict[str, Any], spec: Any, found: set[str]) -> None:
    """Note how a token came to its step, through the steps that the library puts in between."""
    target = step_of(task, spec)
    if not target or not task["state"] & REACHED:
        return
    parent = tasks.get(task["parent"])
    while parent is not None:
        source = step_of(parent, spec)
        if source and source != target:
            found.add(f"{source} → {target}")
            return
        parent = tasks.get(parent["parent"])


def step_of(task: dict[str, Any], spec: Any) -> str:
    """The step of the chart that a token is at; empty at what was put in for the library."""
    step = getattr(spec.task_specs[task["task_spec"]], "bpmn_id", None) or ""
    return "" if step.endswith((".choice", ".split")) else step


def all_ways(chart: Chart) -> dict[str, Flow]:
    """Every way of a file, also inside sub-processes, by what it joins."""
    found: dict[str, Flow] = {}

    def gather(process: Process) -> None:
        for flow in process.flows.values():
            found[f"{flow.source} → {flow.target}"] = flow
        for step in process.steps.values():
            if step.inside is not None:
                gather(step.inside)

    for process in chart.processes.values():
        gather(process)
    return found
