"""A chart written again for the engine: only what is run, in its own words, with nothing of the stranger's file left."""

from __future__ import annotations

from dataclasses import replace
from xml.sax.saxutils import escape, quoteattr

from roomnight.procedures.rules.chart import (
    BPMN,
    DURATION,
    GATEWAYS,
    MOMENT,
    Chart,
    Flow,
    Process,
    Step,
    answer_of,
    choice_of,
)

SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def plain(chart: Chart) -> bytes:
    """The file that the engine reads."""
    messages = sorted({step.message for one in chart.processes.values() for step in one.everything() if step.message})
    parts = [
        f'<?xml version="1.0" encoding="UTF-8"?><definitions xmlns={quoteattr(BPMN)} xmlns:xsi={quoteattr(XSI)} '
        f'xmlns:spiffworkflow={quoteattr(SPIFF)} id="definitions" targetNamespace="urn:roomnight:plain">'
    ]
    parts += [f"<message id={_message_id(messages, name)} name={quoteattr(name)}/>" for name in messages]
    for process in chart.processes.values():
        parts.append(f'<process id={quoteattr(process.id)} isExecutable="true">')
        parts += _inside(process, messages)
        parts.append("</process>")
    parts.append("</definitions>")
    return "".join(parts).encode()


def _message_id(messages: list[str], name: str) -> str:
    return quoteattr(f"message{messages.index(name)}")


def _inside(process: Process, messages: list[str]) -> list[str]:
    """The steps and ways of a process; before a gateway at which somebody chooses, the step of choosing."""
    open_gateways = {step.id: step for step in process.steps.values() if process.choices(step)}
    flows = []
    for flow in process.flows.values():
        target = choice_of(flow.target) if flow.target in open_gateways else flow.target
        condition = flow.condition
        if flow.source in open_gateways:
            many = open_gateways[flow.source].kind == "inclusiveGateway"
            condition = (
                f'"{flow.id}" in {answer_of(flow.source)}' if many else f'{answer_of(flow.source)} == "{flow.id}"'
            )
        flows.append(replace(flow, target=target, condition=condition))
    steps = list(process.steps.values())
    for gateway in open_gateways.values():
        choosing = choice_of(gateway.id)
        steps.append(Step(choosing, "manualTask", gateway.line))
        flows.append(Flow(f"{choosing}.on", choosing, gateway.id, "", gateway.line))
    ways: dict[str, list[Flow]] = {}
    for flow in flows:
        ways.setdefault(flow.source, []).append(flow)
    several = {one.id: one for one in steps if one.kind not in GATEWAYS and len(ways.get(one.id, ())) > 1}
    flows = [replace(flow, source=f"{flow.source}.split") if flow.source in several else flow for flow in flows]
    for step in several.values():
        steps.append(_split(step, ways[step.id]))
        flows.append(Flow(f"{step.id}.on", step.id, f"{step.id}.split", "", step.line))
    whole = replace(process, steps={one.id: one for one in steps}, flows={one.id: one for one in flows})
    return [*(_step(whole, step, messages) for step in steps), *map(_flow, flows)]


def _split(step: Step, ways: list[Flow]) -> Step:
    """Several ways out of a step mean all of them, or those whose condition holds."""
    kind = "inclusiveGateway" if any(flow.condition for flow in ways) else "parallelGateway"
    return Step(f"{step.id}.split", kind, step.line)


def _flow(flow: Flow) -> str:
    head = (
        f"<sequenceFlow id={quoteattr(flow.id)} sourceRef={quoteattr(flow.source)} targetRef={quoteattr(flow.target)}"
    )
    if not flow.condition:
        return f"{head}/>"
    condition = f'<conditionExpression xsi:type="tFormalExpression">{escape(flow.condition)}</conditionExpression>'
    return f"{head}>{condition}</sequenceFlow>"


def _step(process: Process, step: Step, messages: list[str]) -> str:
    kind = {"task": "manualTask"}.get(step.kind, step.kind)
    attributes = [f"id={quoteattr(step.id)}"]
    if step.kind in ("exclusiveGateway", "inclusiveGateway") and (usual := process.usual(step)):
        attributes.append(f"default={quoteattr(usual)}")
    if step.attached_to:
        attributes.append(f"attachedToRef={quoteattr(step.attached_to)}")
        attributes.append(f'cancelActivity="{"true" if step.interrupts else "false"}"')
    if step.calls:
        attributes.append(f"calledElement={quoteattr(step.calls)}")
    if step.kind == "receiveTask":
        attributes.append(f"messageRef={_message_id(messages, step.message)}")
    body = [
        _extension(step),
        *(f"<incoming>{escape(flow.id)}</incoming>" for flow in process.before(step.id)),
        *(f"<outgoing>{escape(flow.id)}</outgoing>" for flow in process.after(step.id)),
        _event(step, messages),
        _many(step),
        *(_inside(step.inside, messages) if step.inside is not None else []),
    ]
    return f"<{kind} {' '.join(attributes)}>{''.join(body)}</{kind}>"


def _extension(step: Step) -> str:
    if step.kind == "serviceTask":
        values = "".join(
            f'<spiffworkflow:parameter id={quoteattr(name)} type="any" value={quoteattr(text)}/>'
            for name, text in step.command_values
        )
        result = f" resultVariable={quoteattr(step.result)}" if step.result else ""
        inner = (
            f"<spiffworkflow:serviceTaskOperator id={quoteattr(step.command)}{result}><spiffworkflow:parameters>"
            f"{values}</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
        )
    elif step.kind == "businessRuleTask":
        inner = f"<spiffworkflow:calledDecisionId>{escape(step.decision)}</spiffworkflow:calledDecisionId>"
    else:
        return ""
    return f"<extensionElements>{inner}</extensionElements>"


def _event(step: Step, messages: list[str]) -> str:
    """What an event waits for. The message at a start is how the case comes to be begun; when it runs, it has come."""
    if step.kind == "startEvent":
        return ""
    if step.event == "timer":
        kind, text = step.timer
        literal = DURATION.fullmatch(text) or MOMENT.fullmatch(text)
        value = f'"{text}"' if literal else text
        return f'<timerEventDefinition><{kind} xsi:type="tFormalExpression">{escape(value)}</{kind}></timerEventDefinition>'
    if step.event == "message":
        return f"<messageEventDefinition messageRef={_message_id(messages, step.message)}/>"
    return "<terminateEventDefinition/>" if step.event == "terminate" else ""


def _many(step: Step) -> str:
    if not step.instances:
        return ""
    order = "true" if step.one_by_one else "false"
    if step.is_counted:
        inner = f'<loopCardinality xsi:type="tFormalExpression">{step.instances}</loopCardinality>'
    else:
        item = step.item or "item"
        inner = (
            f"<loopDataInputRef>{escape(step.instances)}</loopDataInputRef>"
            f"<inputDataItem id={quoteattr(item)} name={quoteattr(item)}/>"
        )
    return f'<multiInstanceLoopCharacteristics isSequential="{order}">{inner}</multiInstanceLoopCharacteristics>'
