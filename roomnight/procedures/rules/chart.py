"""What a flow chart says: its processes, steps, flows and lanes, and everything in it that cannot be run (PRC-01, PRC-07).

The file is BPMN 2.0, so that any editor opens it. What BPMN has no word for stands in extension elements of our namespace:

    <rn:task nameEn="…" form="…" due="PT15M" dueFrom="arrives_at" person="host" qualification="receive">
      <rn:instruction lang="zh">…</rn:instruction>  <rn:escalate after="PT30M" to="front-office-manager"/>
    </rn:task>
    <rn:command name="reception.compute_budget" result="budget"><rn:value name="guests">guests</rn:value></rn:command>
    <rn:decision ref="level"/>                 on a business-rule task: a table of a DMN file
    rn:role="receptionist" on a lane           who does what lies in it
    rn:nameEn="…" on anything that has a name

An element is run, or only drawn, or refused with its line and the reason: never half-run, never silently skipped.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from roomnight.procedures.rules.expressions import BadExpression, compiled
from roomnight.procedures.rules.xml import Node, Unreadable, parse

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
OURS = "urn:roomnight:procedure"

HUMAN = frozenset({"task", "userTask", "manualTask"})
AUTOMATIC = frozenset({"serviceTask", "businessRuleTask"})
WAITING = frozenset({"receiveTask", "intermediateCatchEvent"})
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway"})
NESTED = frozenset({"subProcess", "callActivity"})
EVENTS = frozenset({"startEvent", "endEvent", "boundaryEvent"})
RUN = HUMAN | AUTOMATIC | WAITING | GATEWAYS | NESTED | EVENTS
"""The elements of a process that are run."""

DRAWN = frozenset({
    "documentation", "extensionElements", "laneSet", "textAnnotation", "association", "group", "dataObject",
    "dataObjectReference", "dataStoreReference", "ioSpecification", "property", "auditing", "monitoring",
    "dataInputAssociation", "dataOutputAssociation", "incoming", "outgoing", "performer", "potentialOwner", "resourceRole",
    "humanPerformer", "sequenceFlow", "artifact", "inputSet", "outputSet", "dataInput", "dataOutput", "standardLoopMarker",
})  # fmt: skip
"""What may stand in a process without being run: it only says or shows something. Data travel as the case's own."""

ASIDE = frozenset({
    "process", "collaboration", "message", "itemDefinition", "dataStore", "category", "resource", "import", "relationship",
    "extension", "documentation", "extensionElements", "interface", "partnerRole", "partnerEntity", "error", "BPMNDiagram",
    "globalTask", "globalUserTask", "globalManualTask",
})  # fmt: skip
"""What may stand beside the processes of a file."""

EVENT_DEFINITIONS = {
    "startEvent": frozenset({"messageEventDefinition"}),
    "endEvent": frozenset({"terminateEventDefinition"}),
    "intermediateCatchEvent": frozenset({"timerEventDefinition", "messageEventDefinition"}),
    "boundaryEvent": frozenset({"timerEventDefinition", "messageEventDefinition"}),
}
MOST_INSTANCES = 200  # times that one step is done, where a chart says how often
DURATION = re.compile(r"-?P(?=\d|T\d)(\d+W|(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?)")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?")
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")

REASONS = {
    "too_large": _("The file is larger than %(most)d bytes."),
    "too_many": _("The file has more than %(most)d elements."),
    "too_many_steps": _("There are more than %(steps)d steps or %(ways)d ways here; draw parts of it as sub-processes."),
    "too_many_altogether": _("The file has more than %(most)d steps."),
    "too_deep": _("Elements stand more than %(deepest)d deep in one another."),
    "doctype": _("A file with a document type is not read."),
    "not_xml": _("This cannot be read as XML: %(why)s."),
    "not_bpmn": _("This is not a BPMN 2.0 file."),
    "no_process": _("There is no process in the file."),
    "which_process": _("Several processes are marked as executable; one must be chosen."),
    "no_id": _("An element that takes part needs an id."),
    "id_twice": _("The id %(id)s is there twice."),
    "element": _("%(name)s is not run here."),
    "definition": _("%(name)s is not run on this event."),
    "loop_marker": _("A standard loop is not run here; draw the way back."),
    "ad_hoc": _("A sub-process without an order of its steps is not run here."),
    "by_event": _("A sub-process that an event starts is not run here."),
    "start_count": _("Every process and sub-process needs exactly one start; here there are %(count)d."),
    "no_end": _("Nothing ends here: an end event is missing."),
    "unknown_ref": _("%(ref)s is nowhere in this process."),
    "dead_end": _("After this step there is no way on."),
    "unreachable": _("No way leads here."),
    "condition": _("The condition cannot be used: %(why)s"),
    "no_condition": _("A way out of this gateway has neither a condition nor is it the usual one."),
    "timer": _("%(text)s is neither a duration such as PT30M, nor a moment, nor the name of one of the case's data."),
    "message": _("This event names no message."),
    "endless": _("These steps would run round for ever without anybody or any time between: %(steps)s."),
    "waits_forever": _(
        "This gateway waits for all of its ways, but what comes from %(steps)s need not come: where only one of them is taken, merge them with an exclusive gateway."
    ),
    "runs_twice": _(
        "Ways that run at the same time come together here without waiting for each other, so that everything after would be done twice: merge them with a parallel or inclusive gateway."
    ),
    "never_ends": _("From here no end can be reached."),
    "too_tangled": _(
        "So many ways cross each other here that it cannot be checked whether each case comes to its end; draw parts of it as sub-processes."
    ),
    "calls_itself": _("This procedure calls itself."),
    "called": _("The procedure %(ref)s, which is called here, is not in the file."),
    "command": _("A service task names a command (rn:command)."),
    "unknown_command": _("There is no command called %(name)s for procedures."),
    "decision": _("A business-rule task names a decision table (rn:decision)."),
    "unknown_decision": _("There is no decision table called %(name)s."),
    "instances": _("How often this step is done must be a number or a list of the case's data."),
    "unknown_form": _("There is no form %(name)s in force at this hotel."),
    "unknown_role": _("There is no role called %(name)s."),
    "unknown_qualification": _("There is no qualification called %(name)s: receive and sell are asked for."),
    "due": _("%(text)s is no duration such as PT30M or P2D."),
    "library": _("The engine cannot read this chart: %(why)s"),
    "encoding": _("Save the decision table as UTF-8."),
    "not_dmn": _("This is not a DMN file with one decision."),
    "no_table": _("This decision is no table."),
    "hit_policy": _("A table that decides by %(name)s is not read; the first fitting rule decides."),
    "rule_width": _("A rule needs one entry for each input and one for each output."),
    "word": _("%(text)s is no name for data: letters, digits and underscores."),
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """Why a file, or an element of it, is refused: the line, the element's id and kind, the reason with its values.

    `file` is the name of the decision table that it is about; empty for the flow chart.
    """

    line: int
    element: str
    kind: str
    reason: str
    values: dict[str, object] = field(default_factory=dict)
    file: str = ""

    @property
    def message(self) -> str:
        """The reason in the language in force."""
        return str(REASONS[self.reason]) % self.values


@dataclass(frozen=True)
class Escalation:
    """Who hears of a task that is late by so much."""

    after: str
    to: str


@dataclass(frozen=True)
class Step:
    """One element that is run. `lane` is the code of the role that does it (none: the department that owns the procedure); due times are ISO durations, from the task's start or from a date of the case."""

    id: str
    kind: str
    line: int
    name: str = ""
    name_en: str = ""
    lane: str = ""
    lane_name: str = ""
    form: str = ""
    person: str = ""
    due: str = ""
    due_from: str = ""
    instruction: str = ""
    instruction_en: str = ""
    escalations: tuple[Escalation, ...] = ()
    qualification: str = ""
    command: str = ""
    command_values: tuple[tuple[str, str], ...] = ()
    result: str = ""
    decision: str = ""
    event: str = ""
    timer: tuple[str, str] = ("", "")
    message: str = ""
    attached_to: str = ""
    interrupts: bool = True
    default: str = ""
    calls: str = ""
    instances: str = ""
    is_counted: bool = False
    item: str = ""
    one_by_one: bool = False
    inside: Process | None = None

    @property
    def is_human(self) -> bool:
        return self.kind in HUMAN


@dataclass(frozen=True)
class Flow:
    """A way from one step to another, with the condition under which it is taken."""

    id: str
    source: str
    target: str
    condition: str
    line: int
    name: str = ""
    name_en: str = ""


@dataclass(frozen=True)
class Process:
    """A process or sub-process: its steps by id, the ways between them."""

    id: str
    name: str
    name_en: str
    line: int
    steps: dict[str, Step]
    flows: dict[str, Flow]
    is_executable: bool = False

    @cached_property
    def _around(self) -> tuple[dict[str, list[Flow]], dict[str, list[Flow]], dict[str, list[Step]]]:
        """By step: the ways out of it, the ways into it, the events on its border."""
        after: dict[str, list[Flow]] = {}
        before: dict[str, list[Flow]] = {}
        border: dict[str, list[Step]] = {}
        for flow in self.flows.values():
            after.setdefault(flow.source, []).append(flow)
            before.setdefault(flow.target, []).append(flow)
        for step in self.steps.values():
            if step.attached_to:
                border.setdefault(step.attached_to, []).append(step)
        return after, before, border

    def after(self, step: str) -> list[Flow]:
        return self._around[0].get(step, [])

    def before(self, step: str) -> list[Flow]:
        return self._around[1].get(step, [])

    def border(self, step: str) -> list[Step]:
        """The events that sit on a step's border."""
        return self._around[2].get(step, [])

    def choices(self, step: Step) -> list[Flow]:
        """The ways that somebody has to choose between: those out of a gateway on which no condition stands at all."""
        after = self.after(step.id)
        is_open = step.kind in ("exclusiveGateway", "inclusiveGateway") and len(after) > 1
        return after if is_open and not any(flow.condition for flow in after) else []

    def usual(self, step: Step) -> str:
        """The way that is taken when no condition holds: the one the file names, or the only one without a condition."""
        bare = [flow.id for flow in self.after(step.id) if not flow.condition]
        return step.default or (bare[0] if len(bare) == 1 and step.kind != "parallelGateway" else "")

    def everything(self) -> list[Step]:
        """Its steps and those of its sub-processes."""
        found = []
        for step in self.steps.values():
            found.append(step)
            if step.inside is not None:
                found += step.inside.everything()
        return found


@dataclass(frozen=True)
class Chart:
    """A file that was read: its processes, and why it cannot be run (nothing: it can)."""

    processes: dict[str, Process]
    problems: list[Problem]

    @property
    def can_run(self) -> bool:
        return not self.problems


def choice_of(gateway: str) -> str:
    """The id of the step at which somebody chooses the way out of a gateway; the answer is kept under `answer_of`."""
    return f"{gateway}.choice"


def answer_of(gateway: str) -> str:
    """The case's data in which the chosen way stands."""
    return f"way_{zlib.crc32(gateway.encode()):08x}"


def read(source: bytes) -> Chart:
    """Read a BPMN file. A file that is no BPMN gives a chart without processes and the reason."""
    try:
        root = parse(source)
    except Unreadable as why:
        return Chart({}, [Problem(why.line, "", "", why.reason, why.values)])
    if (root.space, root.name) != (BPMN, "definitions"):
        return Chart({}, [Problem(root.line, root.get("id"), root.name, "not_bpmn")])
    reader = _Reader(root)
    processes = {one.id: one for one in (reader.process(node) for node in root.all("process"))}
    if not processes:
        reader.refuse(root, "no_process")
    return Chart(processes, sorted(reader.problems, key=lambda problem: problem.line))


class _Reader:
    """Goes through the elements of a file once, and notes what is refused."""

    def __init__(self, root: Node) -> None:
        self.problems: list[Problem] = []
        self.messages = {one.get("id"): one.get("name") for one in root.all("message")}
        ids: set[str] = set()
        for node in root.walk():
            if node.space == BPMN and (known := node.get("id")):
                if known in ids:
                    self.refuse(node, "id_twice", id=known)
                ids.add(known)
        for node in root.children:
            if node.space == BPMN and node.name not in ASIDE:
                self.refuse(node, "element", name=node.name)

    def refuse(self, node: Node, reason: str, **values: object) -> None:
        self.problems.append(Problem(node.line, node.get("id"), node.name, reason, values))

    def process(self, node: Node, owner: tuple[str, str] = ("", "")) -> Process:
        """A process with the roles of its lanes; the inside of a sub-process belongs to the lane it lies in."""
        lanes = self._lanes(node)
        steps: dict[str, Step] = {}
        flows: dict[str, Flow] = {}
        for child in node.children:
            if child.space != BPMN:
                continue
            if child.name == "sequenceFlow":
                flow = self._flow(child)
                flows[flow.id] = flow
            elif child.name in RUN:
                step = self._step(child, lanes, owner)
                steps[step.id] = step
            elif child.name not in DRAWN and not _is_about(child):
                self.refuse(child, "element", name=child.name)
        name_en = node.get(f"{{{OURS}}}nameEn")
        is_executable = node.get("isExecutable") in ("true", "1")
        return Process(node.get("id"), node.get("name"), name_en, node.line, steps, flows, is_executable)

    def _lanes(self, node: Node) -> dict[str, tuple[str, str]]:
        """By step, the role and the name of the innermost lane it lies in."""
        found: dict[str, tuple[str, str]] = {}
        for lane_set in node.all("laneSet"):
            for lane in (one for one in lane_set.walk() if one.space == BPMN and one.name == "lane"):
                owner = lane.get(f"{{{OURS}}}role"), lane.get("name")
                found |= {ref.text: owner for ref in lane.all("flowNodeRef")}
        return found

    def _flow(self, node: Node) -> Flow:
        condition = node.one("conditionExpression")
        text = condition.text if condition is not None else ""
        if text:
            try:
                compiled(text)
            except BadExpression as why:
                self.refuse(node, "condition", why=str(why))
        return Flow(
            node.get("id"), node.get("sourceRef"), node.get("targetRef"), text, node.line, node.get("name"),
            node.get(f"{{{OURS}}}nameEn"),
        )  # fmt: skip

    def _step(self, node: Node, lanes: dict[str, tuple[str, str]], owner: tuple[str, str]) -> Step:
        if not node.get("id"):
            self.refuse(node, "no_id")
        event, timer, message = self._event(node)
        instances, item, one_by_one = self._instances(node)
        ours = _extensions(node)
        task, command, decision = ours.get("task"), ours.get("command"), ours.get("decision")
        if node.name == "serviceTask" and (command is None or not command.get("name")):
            self.refuse(node, "command")
        if node.name == "businessRuleTask" and (decision is None or not decision.get("ref")):
            self.refuse(node, "decision")
        if node.name == "receiveTask":
            message = self.messages.get(node.get("messageRef"), "")
            if not message:
                self.refuse(node, "message")
        role, lane_name = lanes.get(node.get("id"), owner)
        values = command.all("value") if command is not None else []
        return Step(
            id=node.get("id"), kind="task" if _is_empty(node) else node.name, line=node.line, name=node.get("name"),
            name_en=node.get(f"{{{OURS}}}nameEn"), lane=role, lane_name=lane_name,
            **self._task(node, task),
            command=command.get("name") if command is not None else "",
            command_values=tuple((one.get("name"), self._expression(one)) for one in values),
            result=command.get("result") if command is not None else "",
            decision=decision.get("ref") if decision is not None else "",
            event=event, timer=timer, message=message, attached_to=node.get("attachedToRef"),
            interrupts=node.get("cancelActivity", "true") != "false", default=node.get("default"),
            calls=node.get("calledElement") if node.name == "callActivity" else "",
            instances=instances, is_counted=_is_counted(node), item=item, one_by_one=one_by_one, inside=self._inside(node, (role, lane_name)),
        )  # fmt: skip

    def _inside(self, node: Node, owner: tuple[str, str]) -> Process | None:
        if node.name != "subProcess" or _is_empty(node):
            return None
        if node.get("triggeredByEvent") in ("true", "1"):
            self.refuse(node, "by_event")
        return self.process(node, owner)

    def _expression(self, node: Node) -> str:
        try:
            compiled(node.text)
        except BadExpression as why:
            self.refuse(node, "condition", why=str(why))
        return node.text

    def _task(self, node: Node, task: Node | None) -> dict[str, Any]:
        """What our extension says of a step for a person."""
        documentation = node.one("documentation")
        words = {"instruction": documentation.text if documentation is not None else "", "instruction_en": ""}
        if task is None:
            return dict(words)
        for one in task.all("instruction"):
            words["instruction_en" if one.get("lang") == "en" else "instruction"] = one.text
        due, due_from = task.get("due"), task.get("dueFrom")
        for text in filter(None, [due, *(one.get("after") for one in task.all("escalate"))]):
            if not DURATION.fullmatch(text):
                self.refuse(node, "due", text=text)
        for text in filter(None, [due_from, task.get("person"), task.get("qualification")]):
            if not WORD.fullmatch(text):
                self.refuse(node, "word", text=text)
        escalations = tuple(Escalation(one.get("after"), one.get("to")) for one in task.all("escalate"))
        return {
            **words, "form": task.get("form"), "person": task.get("person"), "due": due, "due_from": due_from,
            "escalations": escalations, "qualification": task.get("qualification"),
        }  # fmt: skip

    def _event(self, node: Node) -> tuple[str, tuple[str, str], str]:
        """What an event waits for: its definition, the timer (duration or date, its text), the message's name."""
        if not node.name.endswith("Event"):
            return "", ("", ""), ""
        definitions = [
            child for child in node.children if child.space == BPMN and child.name.endswith("EventDefinition")
        ]
        allowed = EVENT_DEFINITIONS.get(node.name, frozenset())
        for one in definitions:
            if one.name not in allowed or len(definitions) > 1:
                self.refuse(node, "definition", name=one.name)
                return "", ("", ""), ""
        if not definitions:
            if node.name in ("intermediateCatchEvent", "boundaryEvent"):
                self.refuse(node, "definition", name="none")
            return "", ("", ""), ""
        definition = definitions[0]
        if definition.name == "timerEventDefinition":
            return "timer", self._timer(node, definition), ""
        if definition.name == "messageEventDefinition":
            message = self.messages.get(definition.get("messageRef"), "")
            if not message:
                self.refuse(node, "message")
            return "message", ("", ""), message
        return "terminate", ("", ""), ""

    def _timer(self, node: Node, definition: Node) -> tuple[str, str]:
        for kind, pattern in (("timeDuration", DURATION), ("timeDate", MOMENT)):
            text = definition.one(kind)
            if text is not None:
                value = text.text.strip("\"' ")
                if pattern.fullmatch(value) or WORD.fullmatch(value):
                    return kind, value
                self.refuse(node, "timer", text=text.text)
                return kind, ""
        self.refuse(node, "definition", name="timeCycle" if definition.one("timeCycle") is not None else "timer")
        return "", ""

    def _instances(self, node: Node) -> tuple[str, str, bool]:
        """How often a step is done: a number or a list of the case's data, the name of each item, one after the other or not."""
        if node.one("standardLoopCharacteristics") is not None:
            self.refuse(node, "loop_marker")
        many = node.one("multiInstanceLoopCharacteristics")
        if many is None:
            return "", "", False
        count, data, item = many.one("loopCardinality"), many.one("loopDataInputRef"), many.one("inputDataItem")
        text = (count.text if count is not None else data.text if data is not None else "").strip()
        one_by_one = many.get("isSequential") in ("true", "1")
        is_few = text.isdigit() and int(text) <= MOST_INSTANCES
        is_asked = WORD.fullmatch(text) and (count is None or one_by_one)
        if not (is_asked or is_few):
            self.refuse(node, "instances")
        name = (item.get("name") or item.get("id")) if item is not None else ""
        return text, name, one_by_one


def _is_empty(node: Node) -> bool:
    """A sub-process that nobody has drawn in detail: it is one thing to do."""
    return node.name == "subProcess" and not any(one.space == BPMN and one.name in RUN for one in node.children)


def _is_counted(node: Node) -> bool:
    """Whether how often a step is done is said as a number, or as the name of one, and not as a list."""
    many = node.one("multiInstanceLoopCharacteristics")
    return many is not None and many.one("loopCardinality") is not None


def _is_about(node: Node) -> bool:
    """An element that only tells of another."""
    return node.name.endswith(("LoopCharacteristics", "EventDefinition"))


def _extensions(node: Node) -> dict[str, Node]:
    """Our own elements on a step, by name."""
    block = node.one("extensionElements")
    return {child.name: child for child in block.children if child.space == OURS} if block is not None else {}
