"""Procedures of the small world: one in force with a draft after it, one that waits for approval, another hotel's.

Lin draws and Zheng approves; at the other hotel Du and Qian. Chen has a step in the one in force and is asked to read it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from roomnight.organization.access import Seat
from roomnight.procedures.commands import (
    add_version,
    approve_version,
    ask_readers,
    create_procedure,
    submit_version,
)
from roomnight.procedures.models import ProcedureReading, ProcedureVersion

if TYPE_CHECKING:
    from tests.world import World

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:rn="urn:roomnight:procedure"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="D" targetNamespace="urn:test">
"""
SHOW_ROUND = f"""{HEAD}<collaboration id="c"><participant id="pool" name="看房接待" processRef="show_round"/></collaboration>
<process id="show_round" name="看房接待" isExecutable="true">
  <laneSet id="lanes">
    <lane id="sales" name="销售" rn:role="sales-representative"><flowNodeRef>begin</flowNodeRef><flowNodeRef>book</flowNodeRef><flowNodeRef>which</flowNodeRef><flowNodeRef>thank</flowNodeRef><flowNodeRef>done</flowNodeRef></lane>
    <lane id="desk" name="前台岗" rn:role="receptionist"><flowNodeRef>keys</flowNodeRef></lane>
  </laneSet>
  <startEvent id="begin"/>
  <userTask id="book" name="约定看房时间" rn:nameEn="Agree on a time"><extensionElements><rn:task due="PT2H">
    <rn:instruction lang="zh">先问客人要看哪些房型。</rn:instruction><rn:instruction lang="en">First ask which rooms they want to see.</rn:instruction>
    <rn:escalate after="PT1H" to="sales-manager"/></rn:task></extensionElements></userTask>
  <exclusiveGateway id="which" name="要看客房？" rn:nameEn="Rooms to be shown?" default="no"/>
  <userTask id="keys" name="备好房卡" rn:nameEn="Prepare key cards"><extensionElements><rn:task due="PT30M"/></extensionElements></userTask>
  <manualTask id="thank" name="送客致谢" rn:nameEn="See off and thank"/>
  <endEvent id="done"/>
  <sequenceFlow id="f1" sourceRef="begin" targetRef="book"/>
  <sequenceFlow id="f2" sourceRef="book" targetRef="which"/>
  <sequenceFlow id="yes" name="要看" sourceRef="which" targetRef="keys"><conditionExpression>rooms == true</conditionExpression></sequenceFlow>
  <sequenceFlow id="no" name="不看" sourceRef="which" targetRef="thank"/>
  <sequenceFlow id="f5" sourceRef="keys" targetRef="thank"/>
  <sequenceFlow id="f6" sourceRef="thank" targetRef="done"/>
</process>
<bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="c">
  <bpmndi:BPMNShape id="s0" bpmnElement="pool" isHorizontal="true"><dc:Bounds x="120" y="60" width="760" height="300"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape id="s1" bpmnElement="sales" isHorizontal="true"><dc:Bounds x="150" y="60" width="730" height="150"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape id="s2" bpmnElement="desk" isHorizontal="true"><dc:Bounds x="150" y="210" width="730" height="150"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape id="s3" bpmnElement="begin"><dc:Bounds x="200" y="117" width="36" height="36"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape id="s4" bpmnElement="book"><dc:Bounds x="290" y="95" width="100" height="80"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape id="s5" bpmnElement="which" isMarkerVisible="true"><dc:Bounds x="445" y="110" width="50" height="50"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape id="s6" bpmnElement="keys"><dc:Bounds x="550" y="245" width="100" height="80"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape id="s7" bpmnElement="thank"><dc:Bounds x="680" y="95" width="100" height="80"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape id="s8" bpmnElement="done"><dc:Bounds x="820" y="117" width="36" height="36"/></bpmndi:BPMNShape>
  <bpmndi:BPMNEdge id="e1" bpmnElement="f1"><di:waypoint x="236" y="135"/><di:waypoint x="290" y="135"/></bpmndi:BPMNEdge>
  <bpmndi:BPMNEdge id="e2" bpmnElement="f2"><di:waypoint x="390" y="135"/><di:waypoint x="445" y="135"/></bpmndi:BPMNEdge>
  <bpmndi:BPMNEdge id="e3" bpmnElement="yes"><di:waypoint x="470" y="160"/><di:waypoint x="470" y="285"/><di:waypoint x="550" y="285"/></bpmndi:BPMNEdge>
  <bpmndi:BPMNEdge id="e4" bpmnElement="no"><di:waypoint x="495" y="135"/><di:waypoint x="680" y="135"/></bpmndi:BPMNEdge>
  <bpmndi:BPMNEdge id="e5" bpmnElement="f5"><di:waypoint x="650" y="285"/><di:waypoint x="730" y="285"/><di:waypoint x="730" y="175"/></bpmndi:BPMNEdge>
  <bpmndi:BPMNEdge id="e6" bpmnElement="f6"><di:waypoint x="780" y="135"/><di:waypoint x="820" y="135"/></bpmndi:BPMNEdge>
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>
"""
LEVEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:test">
<decision id="level" name="接待级别"><decisionTable id="t" hitPolicy="FIRST">
<input id="i"><inputExpression id="e"><text>guests</text></inputExpression></input><output id="o" name="level"/>
<rule id="r1"><inputEntry id="c1"><text>&gt;= 20</text></inputEntry><outputEntry id="v1"><text>"A"</text></outputEntry></rule>
<rule id="r2"><inputEntry id="c2"><text>-</text></inputEntry><outputEntry id="v2"><text>"B"</text></outputEntry></rule>
</decisionTable></decision></definitions>
"""


def build_procedures(world: World) -> None:
    """What the head of this file says; each has a decision table."""
    lin, zheng, du, qian = (world.seat(name) for name in ("lin", "zheng", "du", "qian"))
    first = approved(lin, zheng, drawn(lin, "P-SHOW-ROUND", "看房接待", "Show-round"))
    add_version(
        actor=lin, procedure=first.procedure, source=SHOW_ROUND.replace("PT2H", "PT4H").encode(),
        tables=[LEVEL.replace(";= 20", ";= 30").encode()], note="约定时间放宽到四小时",
    )  # fmt: skip
    submit_version(actor=lin, version=drawn(lin, "P-QUOTE", "报价流程", "Quotation"))
    there = approved(du, qian, drawn(du, "P-SHOW-ROUND", "湖滨看房接待", "Lakeside show-round"))
    add_version(actor=du, procedure=there.procedure, source=SHOW_ROUND.encode(), tables=[LEVEL.encode()])
    for seat in (lin, du):
        ask_readers(actor=seat, hotel=seat.hotel)


def drawn(seat: Seat, code: str, title: str, title_en: str, source: str = SHOW_ROUND) -> ProcedureVersion:
    """The first draft of a procedure of the sales office."""
    procedure = create_procedure(
        actor=seat, hotel=seat.hotel, code=code, title=title, title_en=title_en, department="sales"
    )
    return add_version(actor=seat, procedure=procedure, source=source.encode(), tables=[LEVEL.encode()])


def approved(seat: Seat, approver: Seat, version: ProcedureVersion) -> ProcedureVersion:
    """Submitted and approved for today."""
    submit_version(actor=seat, version=version)
    return approve_version(actor=approver, version=version, revision=version.revision, effective_from=seat.today)


def version_of(code: str, number: int, hotel: str) -> ProcedureVersion:
    return ProcedureVersion.objects.get(procedure__code=code, procedure__hotel__code=hotel, number=number)


PROCEDURE_RECORDS = {
    "procedure_in_force": lambda: version_of("P-SHOW-ROUND", 1, "lujiazui"),
    "procedure_draft": lambda: version_of("P-SHOW-ROUND", 2, "lujiazui"),
    "procedure_submitted": lambda: version_of("P-QUOTE", 1, "lujiazui"),
    "lakeside_procedure": lambda: version_of("P-SHOW-ROUND", 1, "lakeside"),
    "lakeside_draft": lambda: version_of("P-SHOW-ROUND", 2, "lakeside"),
    "chen_s_reading": lambda: ProcedureReading.objects.get(
        staff__username="chen", version__procedure__code="P-SHOW-ROUND"
    ),
}
