"""What there is to draw: boxes with their sizes, and ways between them."""

from __future__ import annotations

from dataclasses import dataclass, field

from roomnight.procedures.rules.chart import BPMN, OURS, RUN
from roomnight.procedures.rules.xml import Node, parse

TASK_WIDTH, TASK_HEIGHT, EVENT, GATEWAY = 120, 80, 36, 50
LINE = 14
LABEL_WIDTH = 92


@dataclass
class Box:
    """A step: its size, the lane it lies in, the words that stand beside it (events and gateways), what is inside it."""

    id: str
    kind: str
    width: float
    height: float
    lane: int = 0
    host: str = ""
    label: tuple[str, str] = ("", "")
    inside: Drawing | None = None
    column: int = 0
    row: int = 0

    @property
    def is_gateway(self) -> bool:
        return self.kind.endswith("Gateway")

    @property
    def is_event(self) -> bool:
        return self.kind.endswith("Event")


@dataclass(frozen=True)
class Way:
    """A sequence flow, with the words on it."""

    id: str
    source: str
    target: str
    label: tuple[str, str]
    is_named: bool


@dataclass
class Drawing:
    """A process, or the inside of a sub-process: boxes by id, ways, the ids of its lanes from top to bottom."""

    id: str
    boxes: dict[str, Box]
    ways: list[Way]
    lanes: list[str] = field(default_factory=list)
    pool: str = ""


def drawings(source: bytes) -> tuple[str, list[Drawing]]:
    """The id of what the plane shows (a collaboration or a process), and the processes on it."""
    root = parse(source)
    collaboration = root.one("collaboration")
    pools = {one.get("processRef"): one.get("id") for one in collaboration.all("participant")} if collaboration else {}
    found = []
    for node in root.all("process"):
        drawing = drawing_of(node)
        drawing.pool = pools.get(drawing.id, "")
        found.append(drawing)
    return (collaboration.get("id") if collaboration else found[0].id), found


def drawing_of(node: Node) -> Drawing:
    """One process or sub-process."""
    lanes: list[str] = []
    lane_of: dict[str, int] = {}
    for lane_set in node.all("laneSet"):
        for lane in lane_set.all("lane"):
            for ref in lane.all("flowNodeRef"):
                lane_of[ref.text] = len(lanes)
            lanes.append(lane.get("id"))
    boxes = {}
    for child in node.children:
        if child.space == BPMN and child.name in RUN:
            box = box_of(child)
            box.lane = lane_of.get(box.id, 0)
            boxes[box.id] = box
    for box in boxes.values():
        if box.host:
            box.lane = boxes[box.host].lane
    widen_hosts(boxes)
    ways = [
        Way(one.get("id"), one.get("sourceRef"), one.get("targetRef"), words(one), bool(one.get("name")))
        for one in node.all("sequenceFlow")
    ]
    return Drawing(node.get("id"), boxes, ways, lanes)


def words(node: Node) -> tuple[str, str]:
    return node.get("name"), node.get(f"{{{OURS}}}nameEn")


def box_of(node: Node) -> Box:
    """A step with its size; a sub-process is as large as what is in it, which the grid says later."""
    if node.name.endswith("Event"):
        return Box(node.get("id"), node.name, EVENT, EVENT, host=node.get("attachedToRef"), label=words(node))
    if node.name.endswith("Gateway"):
        return Box(node.get("id"), node.name, GATEWAY, GATEWAY, label=words(node))
    inside = None
    if node.name == "subProcess" and any(one.space == BPMN and one.name in RUN for one in node.children):
        inside = drawing_of(node)
    return Box(node.get("id"), node.name, TASK_WIDTH, TASK_HEIGHT, inside=inside)


def widen_hosts(boxes: dict[str, Box]) -> None:
    """A step with several events on its border is wide enough for their words."""
    for box in boxes.values():
        on_border = sum(one.host == box.id for one in boxes.values())
        if on_border > 1:
            box.width = max(box.width, 30 + on_border * (EVENT + 70))


def lines_of(label: tuple[str, str], width: float) -> int:
    """How many lines the longer of the two texts needs."""
    return max(_lines(text, width) for text in label)


def _lines(text: str, width: float) -> int:
    """Words are kept whole; a Chinese sign is a word."""
    if not text:
        return 0
    lines, used = 1, 0.0
    for word in _words(text):
        length = sum(11.5 if sign > "\u2e80" else 6.4 for sign in word)
        if used and used + length > width:
            lines, used = lines + 1, 0.0
        used += length
    return lines


def _words(text: str) -> list[str]:
    found: list[str] = []
    for sign in text:
        if found and sign < "\u2e80" and found[-1][-1] < "\u2e80" and found[-1][-1] not in " -/":
            found[-1] += sign
        else:
            found.append(sign)
    return found
