"""A case laid beside its chart: each step in the order of the ways, and how it stands (PRC-05)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from roomnight.procedures.rules.chart import GATEWAYS, Chart, Flow, Process, Step, choice_of

DONE, CURRENT, LATE, AHEAD, LEFT, FAILED = "done", "current", "late", "ahead", "left", "failed"


@dataclass(frozen=True)
class Standing:
    """One step of a case: where it stands in the chart (`depth` inside sub-processes and called procedures) and how."""

    step: Step
    state: str
    depth: int
    is_choice: bool = False


def standings(chart: Chart, process: Process, marks: Mapping[str, str], late: Collection[str]) -> list[Standing]:
    """Everything a case passes that a person would call a step, in the order of the ways.

    marks: by element, as the engine says them; late: the elements at which something is overdue. Gateways are left out but
    where somebody chooses there.
    """
    return _walk(chart, process, marks, late, 0, ())


def _walk(
    chart: Chart,
    process: Process,
    marks: Mapping[str, str],
    late: Collection[str],
    depth: int,
    seen: tuple[str, ...],
) -> list[Standing]:
    found: list[Standing] = []
    for step in in_order(process):
        is_choice = bool(process.choices(step))
        if is_choice or _is_shown(step):
            mark = marks.get(choice_of(step.id) if is_choice else step.id, "")
            found.append(Standing(step, state_of(step.id, mark, late, is_choice), depth, is_choice))
        inner = step.inside or (chart.processes.get(step.calls) if step.calls else None)
        if inner is not None and inner.id not in seen:
            found += _walk(chart, inner, marks, late, depth + 1, (*seen, inner.id))
    return found


def _is_shown(step: Step) -> bool:
    """Whether a person would call this a step: not where ways part, not a start, not an end without a name."""
    if step.kind in GATEWAYS or step.kind == "startEvent":
        return False
    return step.kind != "endEvent" or bool(step.name)


def state_of(step: str, mark: str, late: Collection[str], is_choice: bool = False) -> str:
    """How a step stands: done, current, late, ahead, left, failed."""
    if mark == "current" and (step in late or (is_choice and choice_of(step) in late)):
        return LATE
    return mark or AHEAD


def in_order(process: Process) -> list[Step]:
    """The steps as they follow one another, each once; what sits on a step's border comes after it."""
    starts = [step.id for step in process.steps.values() if step.kind == "startEvent"]
    found: dict[str, Step] = {}
    queue = [*starts]
    while queue:
        one = queue.pop(0)
        if one in found or one not in process.steps:
            continue
        found[one] = process.steps[one]
        queue += [step.id for step in process.steps.values() if step.attached_to == one]
        queue += [flow.target for flow in process.after(one)]
    return [*found.values(), *(step for step in process.steps.values() if step.id not in found)]


def way_label(process: Process, flow: Flow, english: bool) -> str:
    """What a way is called when somebody chooses: its own name, else the step it leads to."""
    target = process.steps[flow.target]
    if english:
        return flow.name_en or flow.name or target.name_en or target.name or flow.target
    return flow.name or target.name or flow.target


def process_of(chart: Chart, step: str) -> tuple[Process, Step] | None:
    """The process (or sub-process) an element stands in, and the element; none for one that is not there."""
    for process in chart.processes.values():
        found = _inside(process, step)
        if found is not None:
            return found
    return None


def _inside(process: Process, step: str) -> tuple[Process, Step] | None:
    if step in process.steps:
        return process, process.steps[step]
    for one in process.steps.values():
        if one.inside is not None and (found := _inside(one.inside, step)) is not None:
            return found
    return None


def choosing(chart: Chart, step: str) -> tuple[Process, Step] | None:
    """The gateway for whose choice a task stands; none for any other task."""
    return process_of(chart, step.removesuffix(".choice")) if step == choice_of(step.removesuffix(".choice")) else None
