"""What is decided about versions of procedures: who may approve, who reads, how two versions differ (PRC-08, PRC-10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from roomnight.procedures.rules.chart import Chart, Flow, Step


def may_approve(approver: str, involved: Iterable[str]) -> bool:
    """Nobody approves what they drew or submitted. People are given by their user names."""
    return approver not in set(involved)


@dataclass(frozen=True)
class Readers:
    """Whom a version concerns: roles by code, and whether the department that owns it has steps of its own."""

    roles: frozenset[str]
    department: bool


def readers_of(chart: Chart, also: Iterable[str]) -> Readers:
    """The roles that have steps in a chart or hear of what is late, and those named beside; steps without a role are the
    owner department's."""
    steps = [step for process in chart.processes.values() for step in process.everything() if step.is_human]
    named = {step.lane for step in steps if step.lane} | {
        one.to for step in steps for one in step.escalations if one.to
    }
    return Readers(frozenset(named | set(also)), any(not step.lane for step in steps))


# ---- comparing

KINDS: dict[str, Any] = {
    "task": _("Step"), "userTask": _("Step"), "manualTask": _("Step"), "serviceTask": _("Step done by the system"),
    "businessRuleTask": _("Decision by table"), "receiveTask": _("Wait for a message"),
    "intermediateCatchEvent": _("Wait"), "exclusiveGateway": _("Either-or gateway"),
    "parallelGateway": _("All-at-once gateway"), "inclusiveGateway": _("One-or-more gateway"),
    "subProcess": _("Sub-process"), "callActivity": _("Called procedure"), "startEvent": _("Start"),
    "endEvent": _("End"), "boundaryEvent": _("Event on a step"), "sequenceFlow": _("Way"),
}  # fmt: skip
"""What the elements that are run are called on pages and papers."""

LOOKED_AT: dict[str, Any] = {
    "name": _("name"), "name_en": _("English name"), "kind": _("kind"), "lane": _("role"), "form": _("form"),
    "person": _("by whom"), "due": _("time allowed"), "due_from": _("counted from"), "instruction": _("instruction"),
    "instruction_en": _("instruction in English"), "escalations": _("who hears when late"), "qualification": _("qualification asked for"), "command": _("command"),
    "command_values": _("values of the command"), "result": _("result kept as"), "decision": _("decision table"),
    "timer": _("timer"), "message": _("message"), "instances": _("done for each of"), "calls": _("called procedure"),
    "interrupts": _("ends the step it sits on"),
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One difference between two versions: `kind` is added, removed or changed; `what` the kind of element, `name` its
    name; for a change also which property, before and after."""

    kind: str
    what: Any
    element: str
    name: str
    field: Any = ""
    before: str = ""
    after: str = ""


def compare(old: Chart, new: Chart) -> list[Change]:
    """What differs between two charts: steps come and gone, what is said of them, the ways between them.

    Steps are the same when their ids are; the order is that of the new file, what is gone at the end.
    """
    before, after = _steps(old), _steps(new)
    found = []
    for key, step in after.items():
        was = before.get(key)
        if was is None:
            found.append(Change("added", KINDS[step.kind], key, step.name or key))
            continue
        found += [
            Change("changed", KINDS[step.kind], key, step.name or key, label, _said(was, name), _said(step, name))
            for name, label in LOOKED_AT.items()
            if _said(was, name) != _said(step, name)
        ]
    found += [
        Change("removed", KINDS[step.kind], key, step.name or key) for key, step in before.items() if key not in after
    ]
    return found + _ways(old, new, before | after)


def _steps(chart: Chart) -> dict[str, Step]:
    return {step.id: step for process in chart.processes.values() for step in process.everything()}


def _said(step: Step, name: str) -> str:
    """One property of a step as text."""
    value = getattr(step, name)
    match name:
        case "kind":
            return str(KINDS[value])
        case "lane":
            return step.lane_name or step.lane
        case "escalations":
            return "; ".join(f"{one.after} → {one.to}" for one in value)
        case "command_values":
            return "; ".join(f"{key} = {text}" for key, text in value)
        case "timer":
            return str(value[1])
        case "interrupts":
            return ("✓" if value else "–") if step.attached_to else ""
    return str(value)


def _ways(old: Chart, new: Chart, steps: dict[str, Step]) -> list[Change]:
    """Ways that came, went, lead elsewhere or are taken under another condition."""
    before, after = _flows(old), _flows(new)
    what, found = KINDS["sequenceFlow"], []

    def called(flow: Flow) -> str:
        ends = [steps[one].name or one if one in steps else one for one in (flow.source, flow.target)]
        return " → ".join(ends)

    for key, flow in after.items():
        was = before.get(key)
        if was is None:
            found.append(Change("added", what, key, called(flow)))
        elif (was.source, was.target) != (flow.source, flow.target):
            found.append(Change("changed", what, key, called(flow), _("leads"), called(was), called(flow)))
        if was is not None and was.condition != flow.condition:
            found.append(Change("changed", what, key, called(flow), _("condition"), was.condition, flow.condition))
    return found + [Change("removed", what, key, called(flow)) for key, flow in before.items() if key not in after]


def _flows(chart: Chart) -> dict[str, Flow]:
    found: dict[str, Flow] = {}
    for process in chart.processes.values():
        insides = [process, *(step.inside for step in process.everything() if step.inside is not None)]
        found |= {flow.id: flow for one in insides for flow in one.flows.values()}
    return found
