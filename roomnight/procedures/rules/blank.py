"""Where somebody who draws a procedure begins: one lane, a start, one step, an end."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from roomnight.procedures.rules.chart import BPMN, OURS
from roomnight.procedures.rules.drawing import BPMNDI, DC, DI


def blank(title: str) -> str:
    """A flow chart that can be run as it is, named after the procedure."""
    name = quoteattr(title)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="{BPMN}" xmlns:bpmndi="{BPMNDI}" xmlns:dc="{DC}" xmlns:di="{DI}" xmlns:rn="{OURS}" id="definitions" targetNamespace="urn:roomnight:drawn">
  <bpmn:collaboration id="collaboration"><bpmn:participant id="pool" name={name} processRef="process"/></bpmn:collaboration>
  <bpmn:process id="process" name={name} isExecutable="true">
    <bpmn:laneSet id="lanes"><bpmn:lane id="lane1"><bpmn:flowNodeRef>start</bpmn:flowNodeRef><bpmn:flowNodeRef>step1</bpmn:flowNodeRef><bpmn:flowNodeRef>end</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
    <bpmn:startEvent id="start"><bpmn:outgoing>way1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="step1"><bpmn:incoming>way1</bpmn:incoming><bpmn:outgoing>way2</bpmn:outgoing></bpmn:userTask>
    <bpmn:endEvent id="end"><bpmn:incoming>way2</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="way1" sourceRef="start" targetRef="step1"/>
    <bpmn:sequenceFlow id="way2" sourceRef="step1" targetRef="end"/>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="collaboration">
    <bpmndi:BPMNShape id="pool_shape" bpmnElement="pool" isHorizontal="true"><dc:Bounds x="120" y="80" width="640" height="200"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="lane1_shape" bpmnElement="lane1" isHorizontal="true"><dc:Bounds x="150" y="80" width="610" height="200"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="start_shape" bpmnElement="start"><dc:Bounds x="212" y="162" width="36" height="36"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="step1_shape" bpmnElement="step1"><dc:Bounds x="310" y="140" width="100" height="80"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="end_shape" bpmnElement="end"><dc:Bounds x="472" y="162" width="36" height="36"/></bpmndi:BPMNShape>
    <bpmndi:BPMNEdge id="way1_edge" bpmnElement="way1"><di:waypoint x="248" y="180"/><di:waypoint x="310" y="180"/></bpmndi:BPMNEdge>
    <bpmndi:BPMNEdge id="way2_edge" bpmnElement="way2"><di:waypoint x="410" y="180"/><di:waypoint x="472" y="180"/></bpmndi:BPMNEdge>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>
"""
