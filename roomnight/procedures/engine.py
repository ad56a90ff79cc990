"""The only module that knows the BPMN library: it takes a chart that was found sound, and carries cases through it.

State in, state out: nothing is kept here, no database is asked. What a chart wants done goes out through `do`, which
runs a registered command; what people and time bring comes in through `complete`, `deliver` and `tick`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar
from uuid import UUID

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.spiff.specs.defaults import SequentialMultiInstanceTask
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from roomnight.procedures.rules.expressions import BadExpression, evaluate

Data = dict[str, Any]
Do = Callable[[str, Data], Any]

MOST_AT_ONCE = 2_000  # steps that run by themselves before somebody or something is waited for
MOST_INSTANCES = 200  # times that one step is done for a list
LARGEST_STATE = 2_000_000  # characters
VERSION = "1"


class Stuck(Exception):
    """A case that cannot go on as its chart says: the element, and why, in English. Nothing of the attempt is kept."""

    def __init__(self, why: str, element: str = "") -> None:
        super().__init__(why)
        self.why, self.element = why, element


@dataclass(frozen=True)
class Waiting:
    """What a case waits for: somebody to do a step, a moment to come, or a message.

    `key` is the engine's own name for this token; `step` the element's id. `data` is what the case knows at this step,
    `item` the one of the list that this instance is about.
    """

    key: str
    step: str
    kind: str
    data: Data
    at: datetime | None = None
    message: str = ""
    item: Any = None


@dataclass(frozen=True)
class Running:
    """A case between two moves: its state to be kept, what it waits for, what became of each element, what it knows.

    `let_go` are the keys of what it waited for before the move and does not any more, `new` those of what it waits for since.
    """

    state: str
    waiting: list[Waiting]
    marks: dict[str, str]
    data: Data
    is_over: bool
    let_go: frozenset[str] = frozenset()
    new: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Definition:
    """A chart as the engine reads it: the plain file, the decision tables, and the process where cases begin."""

    source: bytes
    process: str
    tables: tuple[bytes, ...] = ()


class _Words(TaskDataEnvironment):  # type: ignore[misc]
    """Expressions in our small language only; nothing is executed, and services are registered commands."""

    def __init__(self, do: Do) -> None:
        super().__init__({})
        self.do = do

    def evaluate(self, expression: str, context: Mapping[str, Any], external_context: Any = None) -> Any:
        return evaluate(str(expression), {**context, **(external_context or {})})

    def execute(self, script: str, context: Any, external_context: Any = None) -> bool:
        raise BadExpression("no script is run")

    def call_service(self, context: Any, **kwargs: Any) -> str:
        values = {name: given["value"] for name, given in kwargs["operation_params"].items()}
        return json.dumps(self.do(kwargs["operation_name"], values))


class _Engine(PythonScriptEngine):  # type: ignore[misc]
    """What a service raises comes out as it is: a refusal is for whoever moved the case."""

    def call_service(self, task: Task, **kwargs: Any) -> str:
        return str(self.environment.call_service(task.data, **kwargs))


class _WithoutChart(BpmnWorkflowConverter):  # type: ignore[misc]
    """Keeps and restores a case without the chart, which is pinned to it anyway and read once for all its cases."""

    specs: tuple[Any, Any] = (None, None)

    def to_dict(self, workflow: BpmnWorkflow) -> Data:
        kept = super(BpmnWorkflowConverter, self).to_dict(workflow)
        kept["subprocesses"] = self.mapping_to_dict(workflow.subprocesses)
        kept["bpmn_events"] = self.registry.convert(workflow.bpmn_events)
        return dict(kept)

    def from_dict(self, dct: Data, specs: tuple[Any, Any] | None = None) -> BpmnWorkflow:
        spec, inner = specs or (None, None)
        workflow = self.target_class(spec, inner, deserializing=True)
        workflow.tasks = self.mapping_from_dict(dct["tasks"], UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks.get(UUID(dct["root"]))
        self.set_default_attributes(workflow, dct)
        self.subprocesses_from_dict(dct["subprocesses"], workflow)
        workflow.bpmn_events = self.registry.restore(dct.pop("bpmn_events", []))
        return workflow


class _OneByOne(SequentialMultiInstanceTask):  # type: ignore[misc]
    """A step done for each of a list, one after the other: the item before makes room for the next."""

    def create_child(self, my_task: Task, item: Any, key_or_index: Any = None) -> None:
        if self.input_item is not None:
            my_task.data.pop(self.input_item.bpmn_id, None)
        super().create_child(my_task, item, key_or_index)


class _Parser(SpiffBpmnParser):  # type: ignore[misc]
    OVERRIDE_PARSER_CLASSES: ClassVar = {
        tag: (type(parser.__name__, (parser,), {"SEQUENTIAL_MI_CLASS": _OneByOne}), step)
        for tag, (parser, step) in SpiffBpmnParser.OVERRIDE_PARSER_CLASSES.items()
    }


def _serializer() -> BpmnWorkflowSerializer:
    config = {**SPIFF_CONFIG, BpmnWorkflow: _WithoutChart}
    return BpmnWorkflowSerializer(registry=BpmnWorkflowSerializer.configure(config))


SERIALIZER = _serializer()


@lru_cache(maxsize=256)
def _specs(definition: Definition) -> tuple[Any, Any]:
    parser = _Parser()
    parser.add_bpmn_str(definition.source)
    for number, table in enumerate(definition.tables):
        parser.add_dmn_str(table, filename=f"table{number}")
    return parser.get_spec(definition.process), parser.get_subprocess_specs(definition.process)


def check(definition: Definition) -> None:
    """Let the library read a chart that our own rules passed. Raises Stuck with what it finds wrong."""
    try:
        _specs(definition)
    except SpiffWorkflowException as error:
        raise Stuck(str(error)) from error


@dataclass
class _Case:
    """A case brought to life for one move."""

    workflow: BpmnWorkflow
    steps: int = field(default=0)

    def advance(self) -> None:
        """Let run what runs by itself."""
        self.workflow.do_engine_steps(did_complete_task=self._count)

    def _count(self, task: Task) -> None:
        self.steps += 1
        if self.steps > MOST_AT_ONCE:
            raise Stuck(f"more than {MOST_AT_ONCE} steps ran without anybody", _element(task))


def start(definition: Definition, data: Data, do: Do) -> Running:
    """Begin a case."""
    spec, inner = _specs(definition)

    def begin() -> _Case:
        case = _Case(BpmnWorkflow(spec, inner, script_engine=_Engine(_Words(do))))
        case.workflow.task_tree.data.update(data)
        return case

    return _moved(begin, lambda case: None)


def complete(definition: Definition, state: str, key: str, data: Data, do: Do) -> Running:
    """Somebody did a step; `data` is what they filled in. Raises Stuck when the step does not wait any more."""

    def done(case: _Case) -> None:
        task = _waiting_task(case.workflow, key)
        if task is None or not task.task_spec.manual or task.state != TaskState.READY:
            raise Stuck("this step does not wait any more")
        task.data.update(data)
        task.run()

    return _moved(lambda: _restored(definition, state, do), done)


def deliver(definition: Definition, state: str, message: str, payload: Data, do: Do) -> Running:
    """A message came. Raises Stuck when the case does not wait for it."""

    def came(case: _Case) -> None:
        event, manager = BpmnEvent(MessageEventDefinition(message), payload={}), case.workflow.event_manager
        waiting = [task for task in manager.tasks.values() if task.task_spec.catches(task, event)]
        if not waiting:
            raise Stuck(f"the case does not wait for {message}")
        manager.catch(event, internal=False)
        for task in waiting:
            task.data.update(payload)

    return _moved(lambda: _restored(definition, state, do), came)


def tick(definition: Definition, state: str, do: Do) -> Running:
    """Time went on: what waited for a moment that has come goes on."""
    return _moved(lambda: _restored(definition, state, do), lambda case: case.workflow.refresh_timers())


def supply(definition: Definition, state: str, data: Data, do: Do) -> Running:
    """Give a case data that it lacked, at every place where it waits, and let it go on."""

    def given(case: _Case) -> None:
        for task in case.workflow.get_tasks(state=TaskState.READY | TaskState.WAITING):
            task.data.update(data)
        case.workflow.refresh_timers()

    return _moved(lambda: _restored(definition, state, do), given)


EXACT = "exact"


def _exact(value: Any) -> dict[str, str]:
    """An amount in a case's state: no float ever stands in for it."""
    if isinstance(value, Decimal):
        return {EXACT: str(value)}
    raise TypeError(type(value).__name__)


def _exact_again(kept: dict[str, Any]) -> Any:
    return Decimal(kept[EXACT]) if kept.keys() == {EXACT} else kept


def _restored(definition: Definition, state: str, do: Do) -> _Case:
    kept = json.loads(state, object_hook=_exact_again)
    if kept.pop("version") != VERSION:
        raise Stuck("the case was kept by another version of the engine")
    workflow = SERIALIZER.registry.restore(kept, specs=_specs(definition))
    workflow.script_engine = _Engine(_Words(do))
    return _Case(workflow)


def _moved(bring: Callable[[], _Case], act: Callable[[_Case], None]) -> Running:
    """Bring a case to life, act on it, let run what runs by itself, and lay it down again."""
    try:
        case = bring()
        before = _keys(case.workflow)
        act(case)
        case.advance()
        return _laid_down(case.workflow, before)
    except SpiffWorkflowException as error:
        raise Stuck(str(error), getattr(getattr(error, "task_spec", None), "bpmn_id", "") or "") from error
    except BadExpression as error:
        raise Stuck(str(error)) from error


def _keys(workflow: BpmnWorkflow) -> set[str]:
    return {one.key for one in map(_waiting, workflow.get_tasks()) if one is not None}


def _laid_down(workflow: BpmnWorkflow, before: set[str]) -> Running:
    kept = SERIALIZER.to_dict(workflow)
    kept["version"] = VERSION
    state = json.dumps(kept, default=_exact)
    if len(state) > LARGEST_STATE:
        raise Stuck(f"the case grew beyond {LARGEST_STATE} characters")
    tasks = list(workflow.get_tasks())
    waiting = [one for one in (_waiting(task) for task in tasks) if one is not None]
    last = workflow.last_task.data if workflow.last_task is not None else workflow.task_tree.data
    is_over = bool(workflow.is_completed())
    after = {one.key for one in waiting}
    data = dict(workflow.data if is_over else last)
    return Running(state, waiting, _marks(tasks), data, is_over, frozenset(before - after), frozenset(after - before))


def _element(task: Task) -> str:
    return getattr(task.task_spec, "bpmn_id", None) or ""


def _waiting_task(workflow: BpmnWorkflow, key: str) -> Task | None:
    return next((task for task in workflow.get_tasks() if str(task.id) == key), None)


def _waiting(task: Task) -> Waiting | None:
    """What this token waits for, if it does."""
    spec, element = task.task_spec, _element(task)
    if not element:
        return None
    if spec.manual and task.state == TaskState.READY:
        return Waiting(str(task.id), element, "task", dict(task.data), item=task.internal_data.get("item"))
    if isinstance(spec, CatchingEvent) and task.state == TaskState.WAITING:
        definition = spec.event_definition
        if isinstance(definition, TimerEventDefinition):
            return Waiting(str(task.id), element, "timer", dict(task.data), at=_moment(definition, task))
        if isinstance(definition, MessageEventDefinition):
            return Waiting(str(task.id), element, "message", dict(task.data), message=definition.name)
    return None


def _moment(definition: TimerEventDefinition, task: Task) -> datetime | None:
    definition.has_fired(task)
    value = definition.details(task).value
    return TimerEventDefinition.get_datetime(value).astimezone(UTC) if isinstance(value, str) else None


MARKS = [
    (TaskState.READY | TaskState.WAITING | TaskState.STARTED, "current"),
    (TaskState.COMPLETED, "done"),
    (TaskState.CANCELLED, "left"),
    (TaskState.ERROR, "failed"),
]


def _marks(tasks: list[Task]) -> dict[str, str]:
    """By element, what the latest of its tokens is at: current, done, left (not taken after all), failed."""
    found: dict[str, str] = {}
    for task in sorted(tasks, key=lambda one: one.last_state_change):
        element = _element(task)
        for states, mark in MARKS:
            if element and task.has_state(states):
                found[element] = "current" if found.get(element) == "current" and mark != "failed" else mark
    return found
