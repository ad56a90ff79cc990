"""Measuring procedures: a case begun and a task done, beside the library alone, which reads its state and writes it in memory."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState

from bench.inbox import inbox
from bench.measure import AIM_RATIO, Bench, Line, in_turn, p95, queries_of
from roomnight.kernel.commands import Machine
from roomnight.procedures.commands import add_version, complete_task, create_procedure, put_in_force, start_case
from roomnight.procedures.models import Case, Procedure, ProcedureVersion

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="D" targetNamespace="urn:bench">'
    '<process id="p" isExecutable="true"><startEvent id="s"/>'
)
STEPS = ["ask", "arrange", "guide", "brief", "finish", "thank"]


def chart() -> bytes:
    """Six tasks one after the other, a choice after the second, and a reminder a day after the fourth began."""
    tasks = "".join(f'<userTask id="{step}" name="{step}"/>' for step in STEPS)
    ways = [("s", "ask"), ("ask", "arrange"), ("arrange", "more"), ("guide", "brief"), ("brief", "finish")]
    ways += [("finish", "thank"), ("thank", "e"), ("late", "told")]
    flows = "".join(f'<sequenceFlow id="{a}-{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in ways)
    return (
        f'{HEAD}{tasks}<exclusiveGateway id="more" default="more-guide"/><endEvent id="e"/><endEvent id="told"/>'
        '<boundaryEvent id="late" attachedToRef="brief" cancelActivity="false"><timerEventDefinition>'
        "<timeDuration>&quot;P1D&quot;</timeDuration></timerEventDefinition></boundaryEvent>"
        '<sequenceFlow id="more-guide" sourceRef="more" targetRef="guide"/>'
        '<sequenceFlow id="more-ask" sourceRef="more" targetRef="ask">'
        "<conditionExpression>guests &gt; 90</conditionExpression></sequenceFlow>"
        f"{flows}</process></definitions>"
    ).encode()


class Bare:
    """The library as its own documents use it: the state as JSON in, a task run, the state as JSON out."""

    def __init__(self) -> None:
        parser = SpiffBpmnParser()
        parser.add_bpmn_str(chart())
        self.spec, self.inner = parser.get_spec("p"), parser.get_subprocess_specs("p")
        self.serializer = BpmnWorkflowSerializer(registry=BpmnWorkflowSerializer.configure(SPIFF_CONFIG))
        self.states: list[str] = []

    def start(self) -> str:
        workflow = BpmnWorkflow(self.spec, self.inner)
        workflow.task_tree.data.update(guests=2)
        workflow.do_engine_steps()
        return str(self.serializer.serialize_json(workflow))

    def complete(self) -> None:
        """One task of a case; a case that is over makes room for a new one."""
        workflow = self.serializer.deserialize_json(self.states.pop() if self.states else self.start())
        task = next(one for one in workflow.get_tasks(state=TaskState.READY) if one.task_spec.manual)
        task.data.update(note="x")
        task.run()
        workflow.do_engine_steps()
        state = self.serializer.serialize_json(workflow)
        if not workflow.is_completed():
            self.states.append(state)


class Kept:
    """The same through our commands, each with its transaction, task rows, history and audit."""

    def __init__(self, bench: Bench) -> None:
        self.actor: Any = Machine("bench", bench.office.hotel.code)
        self.version = self._version(bench)
        self.running: list[Case] = []

    def _version(self, bench: Bench) -> ProcedureVersion:
        known = Procedure.objects.filter(hotel=bench.office.hotel, code="P-BENCH").first()
        if known is not None:
            return known.versions.select_related("procedure__hotel").get()
        procedure = create_procedure(
            actor=self.actor, hotel=bench.office.hotel, code="P-BENCH", title="Bench", department="front_office"
        )
        draft = add_version(actor=self.actor, procedure=procedure, source=chart())
        return put_in_force(actor=self.actor, version=draft, on=timezone.localdate())

    def start(self) -> Case:
        with transaction.atomic():
            return start_case(actor=self.actor, version=self.version, data={"guests": 2})

    def complete(self) -> None:
        case = self.running.pop() if self.running else self.start()
        task = case.tasks.get(state="open")
        task.case = case
        with transaction.atomic():
            case = complete_task(actor=self.actor, task=task, staff=None, data={"note": "x"})
        if case.ended_at is None:
            self.running.append(case)


def cases(bench: Bench) -> Iterator[Line]:
    """Beginning a case, doing a task, and the lists of a department that has very many."""
    bare, kept = Bare(), Kept(bench)
    for name, mine, theirs in (
        ("start a case", kept.start, bare.start),
        ("complete a task", kept.complete, bare.complete),
    ):
        ours, least = in_turn(mine, theirs, bench.runs)
        line = Line(name, statistics.median(ours), p95(ours), statistics.median(least), queries_of(mine))
        line.aim, line.missed = f"≤ {AIM_RATIO:.0f}×", (line.ratio or 0) > AIM_RATIO
        yield line
    yield from inbox(bench, kept.version)
