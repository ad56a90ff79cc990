"""Whether a chart that was read can be carried through: every way leads on, somebody or some time stands in every round."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from roomnight.organization.rules.qualifications import QUALIFICATIONS
from roomnight.procedures.rules.chart import GATEWAYS, HUMAN, WAITING, Chart, Problem, Process, Step
from roomnight.procedures.rules.tokens import faults_of

MOST_STEPS = 200  # in one process or sub-process
MOST_WAYS = 600
MOST_ALTOGETHER = 1_000  # steps in a file
PAUSES = HUMAN | WAITING | {"callActivity"}
"""Where a case waits for somebody or something, so that a round through it is no endless one."""


def problems_of(
    chart: Chart, *, commands: Collection[str], decisions: Collection[str], roles: Collection[str]
) -> list[Problem]:
    """Why a chart cannot be carried through, by line; nothing: it can.

    `commands`, `decisions` and `roles` are the names that may be used. Reading problems of the chart come first.
    """
    found = list(chart.problems)
    if large := list(_large(chart)):
        return sorted(found + large, key=lambda problem: problem.line)
    for process in chart.processes.values():
        found += list(_shape(process)) or _meetings(process)
        found += _names(process, chart, commands, decisions, roles)
    found += _calls_itself(chart)
    return sorted(found, key=lambda problem: problem.line)


def _large(chart: Chart) -> Iterator[Problem]:
    """Processes and sub-processes with more than anybody draws: the library reads them step within step."""
    queue = list(chart.processes.values())
    for process in queue:
        queue += [step.inside for step in process.steps.values() if step.inside is not None]
        if len(process.steps) > MOST_STEPS or len(process.flows) > MOST_WAYS:
            yield Problem(
                process.line, process.id, "process", "too_many_steps", {"steps": MOST_STEPS, "ways": MOST_WAYS}
            )
    if sum(len(process.steps) for process in queue) > MOST_ALTOGETHER:
        yield Problem(1, "", "definitions", "too_many_altogether", {"most": MOST_ALTOGETHER})


def _problem(step: Step, reason: str, **values: object) -> Problem:
    return Problem(step.line, step.id, step.kind, reason, values)


def _shape(process: Process) -> Iterator[Problem]:
    """The ways of one process, and of the sub-processes in it."""
    steps, flows = process.steps, process.flows
    starts = [step for step in steps.values() if step.kind == "startEvent"]
    if len(starts) != 1:
        yield Problem(process.line, process.id, "process", "start_count", {"count": len(starts)})
    if not any(step.kind == "endEvent" for step in steps.values()):
        yield Problem(process.line, process.id, "process", "no_end")
    for flow in flows.values():
        for ref in (flow.source, flow.target):
            if ref not in steps:
                yield Problem(flow.line, flow.id, "sequenceFlow", "unknown_ref", {"ref": ref})
    for step in steps.values():
        yield from _ways(process, step)
        if step.inside is not None:
            yield from _shape(step.inside)
    yield from _unreachable(process, starts)
    yield from _endless(process)


def _meetings(process: Process, *, is_interrupted: bool = False) -> list[Problem]:
    """Whether ways meet as they parted, in a process whose shape holds and in the sub-processes in it."""
    found = [
        Problem(fault.step.line, fault.step.id, fault.step.kind, fault.reason, {"steps": _named(fault.about)})
        if fault.step is not None
        else Problem(process.line, process.id, "process", fault.reason)
        for fault in faults_of(process, is_interrupted=is_interrupted)
    ]
    for step in process.steps.values():
        if step.inside is not None:
            found += _meetings(step.inside, is_interrupted=any(one.interrupts for one in process.border(step.id)))
    return found


def _named(steps: Collection[Step]) -> str:
    return ", ".join(step.name or step.id for step in steps)


def _ways(process: Process, step: Step) -> Iterator[Problem]:
    """Whether a step is left as its kind asks."""
    after = process.after(step.id)
    if step.kind != "endEvent" and not after:
        yield _problem(step, "dead_end")
    if step.attached_to and step.attached_to not in process.steps:
        yield _problem(step, "unknown_ref", ref=step.attached_to)
    if step.default and step.default not in process.flows:
        yield _problem(step, "unknown_ref", ref=step.default)
    if step.kind in ("exclusiveGateway", "inclusiveGateway") and len(after) > 1 and not process.choices(step):
        for flow in after:
            if not flow.condition and flow.id != process.usual(step):
                yield Problem(flow.line, flow.id, "sequenceFlow", "no_condition")


def _onward(process: Process, step: str) -> list[str]:
    """Where a case may be next: along the ways, and to the events that sit on the step's border."""
    return [flow.target for flow in process.after(step)] + [one.id for one in process.border(step)]


def _unreachable(process: Process, starts: list[Step]) -> Iterator[Problem]:
    seen, queue = set(), [start.id for start in starts]
    while queue:
        one = queue.pop()
        if one not in seen:
            seen.add(one)
            queue += _onward(process, one)
    for step in process.steps.values():
        if step.id not in seen and step.kind != "startEvent" and not step.attached_to:
            yield _problem(step, "unreachable")


def pauses(step: Step) -> bool:
    """Whether a case surely waits at this step, or inside it."""
    if step.inside is not None:
        return any(pauses(one) for one in step.inside.steps.values())
    return step.kind in PAUSES


def _endless(process: Process) -> Iterator[Problem]:
    """Rounds that consist of nothing but what runs by itself."""
    quick = {
        step.id: step
        for step in process.steps.values()
        if not pauses(step) and not step.attached_to and not process.choices(step)
    }
    state: dict[str, int] = {}
    for first in quick:
        if first in state:
            continue
        path: list[str] = []
        stack: list[tuple[str, Iterator[str]]] = [(first, iter(()))]
        while stack:
            node, rest = stack[-1]
            if node not in state:
                state[node] = 1
                path.append(node)
                rest = iter([one for one in _onward(process, node) if one in quick])
                stack[-1] = (node, rest)
            following = next(rest, None)
            if following is None:
                state[node] = 2
                path.pop()
                stack.pop()
            elif state.get(following) == 1:
                names = [process.steps[one].name or one for one in path[path.index(following) :]]
                yield _problem(process.steps[following], "endless", steps=" → ".join(names))
                return
            elif following not in state:
                stack.append((following, iter(())))


def _names(
    process: Process, chart: Chart, commands: Collection[str], decisions: Collection[str], roles: Collection[str]
) -> Iterator[Problem]:
    """Whether what is named exists: commands, decision tables, roles, called procedures."""
    for step in process.everything():
        if step.command and step.command not in commands:
            yield _problem(step, "unknown_command", name=step.command)
        if step.decision and step.decision not in decisions:
            yield _problem(step, "unknown_decision", name=step.decision)
        if step.kind == "callActivity" and step.calls not in chart.processes:
            yield _problem(step, "called", ref=step.calls or "–")
        if step.is_human and step.lane and step.lane not in roles:
            yield _problem(step, "unknown_role", name=step.lane)
        if step.qualification and step.qualification not in QUALIFICATIONS:
            yield _problem(step, "unknown_qualification", name=step.qualification)
        for escalation in step.escalations:
            if escalation.to and escalation.to not in roles:
                yield _problem(step, "unknown_role", name=escalation.to)


def _calls_itself(chart: Chart) -> Iterator[Problem]:
    calls = {
        process.id: {step.calls for step in process.everything() if step.calls} for process in chart.processes.values()
    }
    for process in chart.processes.values():
        seen: set[str] = set()
        queue = list(calls[process.id])
        while queue:
            one = queue.pop()
            if one == process.id:
                yield Problem(process.line, process.id, "process", "calls_itself")
                break
            if one not in seen:
                seen.add(one)
                queue += calls.get(one, set())


__all__ = ["GATEWAYS", "pauses", "problems_of"]
