"""Procedures and cases of the small world: one that chen began and has to do, one of sun's, one of another hotel, one free for a role."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.db import transaction

from roomnight.kernel.numbering import next_value
from roomnight.organization.access import Seat
from roomnight.procedures.commands import add_version, attach_file, create_procedure, put_in_force, start_case
from roomnight.procedures.models import Case, CaseTask, Procedure, ProcedureVersion
from roomnight.procedures.tests.flows import file_of, ways
from tests.world_work import PNG

if TYPE_CHECKING:
    from tests.world import World

PLACES = {
    "s": (100, 102),
    "prepare": (180, 80),
    "receive": (340, 220),
    "how": (500, 235),
    "tour": (620, 80),
    "room": (620, 220),
    "e": (790, 102),
}
SMALL, GATEWAY, LARGE = (36, 36), (50, 50), (100, 80)
WAYS = ("s prepare", "prepare receive", "receive how", "how tour", "how room", "tour e", "room e")


def size_of(step: str) -> tuple[int, int]:
    return SMALL if step in ("s", "e") else GATEWAY if step == "how" else LARGE


def drawn(source: bytes) -> bytes:
    """The same file with where everything lies, as an editor saves it."""
    shapes, edges = [], []
    lanes = {"own": (40, 40, 860, 150), "desk": (40, 190, 860, 150)}
    boxes = lanes | {step: (*place, *size_of(step)) for step, place in PLACES.items()}
    for step, (x, y, width, height) in boxes.items():
        shapes.append(
            f'<bpmndi:BPMNShape id="{step}_di" bpmnElement="{step}"{" isHorizontal=" + chr(34) + "true" + chr(34) if step in lanes else ""}>'
            f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/></bpmndi:BPMNShape>'
        )
    for number, way in enumerate(WAYS):
        points = "".join(
            f'<di:waypoint x="{boxes[one][0] + boxes[one][2] * side}" y="{boxes[one][1] + boxes[one][3] / 2}"/>'
            for one, side in zip(way.split(), (1, 0), strict=True)
        )
        edges.append(f'<bpmndi:BPMNEdge id="f{number}_di" bpmnElement="f{number}">{points}</bpmndi:BPMNEdge>')
    plane = f'<bpmndi:BPMNPlane id="plane" bpmnElement="p">{"".join(shapes + edges)}</bpmndi:BPMNPlane>'
    spaces = (
        'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
        'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    )
    whole = source.decode().replace("<definitions ", f"<definitions {spaces}", 1)
    return whole.replace(
        "</definitions>", f'<bpmndi:BPMNDiagram id="diagram">{plane}</bpmndi:BPMNDiagram></definitions>'
    ).encode()


FLOW = drawn(
    file_of(
        '<laneSet id="lanes"><lane id="own" name="客户经理"><flowNodeRef>prepare</flowNodeRef></lane>'
        '<lane id="desk" name="前台岗" rn:role="receptionist"><flowNodeRef>receive</flowNodeRef><flowNodeRef>how</flowNodeRef></lane></laneSet>'
        '<startEvent id="s"/>'
        '<userTask id="prepare" name="准备接待" rn:nameEn="Prepare the visit"><extensionElements><rn:task person="starter" due="PT2H">'
        "<rn:instruction>名片、宣传册放在客人座位前。\n\n请勿让客人久等。</rn:instruction>"
        '<rn:instruction lang="en">Cards and brochures lie at the guest\'s seat.</rn:instruction></rn:task></extensionElements></userTask>'
        '<userTask id="receive" name="迎接客人" rn:nameEn="Welcome the guest"><extensionElements><rn:task due="PT30M">'
        '<rn:instruction>起立，微笑，称呼客人姓氏。</rn:instruction><rn:escalate after="PT15M" to="front-office-manager"/></rn:task>'
        "</extensionElements></userTask>"
        '<exclusiveGateway id="how" name="怎么安排"/><userTask id="tour" name="参观酒店" rn:nameEn="Show the house"/>'
        '<userTask id="room" name="安排会议室" rn:nameEn="Give a meeting room"/><endEvent id="e" name="接待结束" rn:nameEn="Visit over"/>'
        + ways(*WAYS)
    )
)


def build_cases(world: World) -> None:
    chen, sun, ye, lin, du = (world.seat(name) for name in ("chen", "sun", "ye", "lin", "du"))
    here, there = procedure_of(lin), procedure_of(du)
    for seat in (chen, sun):
        begun(seat, here, f"{seat.staff.name}的客人")
    with transaction.atomic():  # no number of one hotel's cases is one of the other's
        next_value(f"GA:{ye.hotel_code}:{ye.today:%Y%m}", 500)
    begun(ye, there, "湖滨的客人")
    for seat, case in ((chen, case_of("chen")), (sun, case_of("sun")), (ye, case_of("ye"))):
        attach_file(actor=seat, case=case, name=f"名片-{seat.code}.png", file=BytesIO(PNG))


def procedure_of(
    seat: Seat, code: str = "P-VISIT", source: bytes = FLOW, department: str = "sales"
) -> ProcedureVersion:
    """A procedure in force of the hotel."""
    made = create_procedure(
        actor=seat, hotel=seat.hotel, code=code, title="客户来访", title_en="Client visit", department=department
    )
    return put_in_force(actor=seat, version=add_version(actor=seat, procedure=made, source=source), on=seat.today)


def begun(seat: Seat, version: ProcedureVersion, label: str, **more: Any) -> Case:
    return start_case(actor=seat, version=version, starter=seat.staff, label=label, **more)


def case_of(username: str) -> Case:
    """The visit this person began, as the small world has it."""
    begun_by = Case.objects.filter(started_by__username=username, version__procedure__code="P-VISIT", is_trial=False)
    return begun_by.order_by("pk")[0]


def task_of(username: str) -> CaseTask:
    return CaseTask.objects.filter(case=case_of(username)).order_by("pk")[0]


def visit_version(hotel: str) -> ProcedureVersion:
    return Procedure.objects.get(hotel__code=hotel, code="P-VISIT").versions.get()
