"""Where everything stands, in points, and the diagram part of the file that says so."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from tools.draw.grid import Grid, arranged
from tools.draw.reading import (
    EVENT,
    LABEL_WIDTH,
    LINE,
    Box,
    Drawing,
    drawings,
    lines_of,
)
from tools.draw.routing import Route, Routes, routed

TRACK, GAP, MARGIN, HEADER, PADDING = 14, 34, 14, 30, 20
SPACES = (
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
)
Point = tuple[float, float]
Area = tuple[float, float, float, float]


@dataclass
class Plan:
    """A drawing with its measures: x of columns and of the gaps after them, y of rows and of the gaps below them."""

    grid: Grid
    routes: Routes
    inner: dict[str, Plan] = field(default_factory=dict)
    column_at: list[float] = field(default_factory=list)
    column_width: list[float] = field(default_factory=list)
    track_at: dict[int, float] = field(default_factory=dict)
    row_at: list[float] = field(default_factory=list)
    gap_at: dict[int, float] = field(default_factory=dict)
    lane_ends: list[float] = field(default_factory=list)
    width: float = 0
    height: float = 0

    @property
    def drawing(self) -> Drawing:
        return self.grid.drawing


def planned(drawing: Drawing) -> Plan:
    """Measure a drawing, from what is inside its sub-processes outwards."""
    inner = {}
    for box in drawing.boxes.values():
        if box.inside is not None:
            inner[box.id] = planned(box.inside)
            box.width, box.height = inner[box.id].width + PADDING, inner[box.id].height + PADDING + 10
    grid = arranged(drawing)
    plan = Plan(grid, routed(grid), inner)
    measure_columns(plan)
    measure_rows(plan)
    return plan


def measure_columns(plan: Plan) -> None:
    boxes, x = plan.drawing.boxes.values(), float(MARGIN)
    plan.track_at[-1] = x
    x += plan.routes.across.get(-1, 0) * TRACK + (TRACK if plan.routes.across.get(-1) else 0)
    for column in range(plan.grid.columns):
        width = max(room_of(plan, box) for box in boxes if box.column == column and not box.host)
        plan.column_at.append(x)
        plan.column_width.append(width)
        x += width
        named = [
            plan.drawing.boxes[way.source].width
            for way in plan.drawing.ways
            if way.is_named and plan.drawing.boxes[way.source].column == column
        ]
        zone = max((LABEL_WIDTH + 8 - (width - one) / 2 for one in named), default=0)
        plan.track_at[column] = x + max(zone, 0) + TRACK
        x = plan.track_at[column] + plan.routes.across.get(column, 0) * TRACK + GAP - TRACK
    plan.width = x - GAP + MARGIN + (TRACK if plan.routes.across.get(plan.grid.columns - 1) else 0)


def room_of(plan: Plan, box: Box) -> float:
    """How wide a column must be for a box and the words below or above it."""
    if not any(box.label) or not (box.is_event or box.is_gateway):
        return box.width
    return 124 if side_of_label(plan, box) == "corner" else LABEL_WIDTH


def measure_rows(plan: Plan) -> None:
    y, row = 0.0, 0
    for rows in plan.grid.lane_rows:
        y += MARGIN
        for _number in range(rows):
            if row == 0:
                plan.gap_at[-1] = y
                y += plan.routes.down.get(-1, 0) * TRACK
            above, below = extent(plan, row)
            plan.row_at.append(y + above)
            y += above + below
            plan.gap_at[row] = y + TRACK / 2
            y += plan.routes.down.get(row, 0) * TRACK + 10
            row += 1
        y += 4
        plan.lane_ends.append(y)
    plan.height = y


def extent(plan: Plan, row: int) -> tuple[float, float]:
    """How far what stands in a row reaches above and below its middle."""
    above, below = 40.0, 40.0
    boxes = plan.drawing.boxes.values()
    for box in (one for one in boxes if one.row == row):
        if box.host:
            host = plan.drawing.boxes[box.host]
            room = max(EVENT / 2, 4 + LINE * lines_of(box.label, 66))
            below = max(below, host.height / 2 + room + 6)
            continue
        above, below = max(above, box.height / 2), max(below, box.height / 2)
        if any(box.label) and (box.is_event or box.is_gateway):
            place, words = side_of_label(plan, box), LINE * lines_of(box.label, LABEL_WIDTH)
            below = max(below, box.height / 2 + 6 + words) if place == "below" else below
            above = max(above, box.height / 2 + 6 + words) if place == "above" else above
            if place == "corner":
                above = max(above, 24 + LINE * lines_of(box.label, 56))
    for route in plan.routes.by_way.values():
        source = plan.drawing.boxes[route.way.source]
        if source.row == row and not source.host:
            above = max(above, -route.offset + 6)
            below = max(below, route.offset + 6 + LINE * lines_of(route.way.label, LABEL_WIDTH))
    return above, below


def side_of_label(plan: Plan, box: Box) -> str:
    """Where the words of an event or a gateway stand: where no way leaves."""
    if not box.is_gateway:
        return "below"
    offsets = [one.offset for one in plan.routes.by_way.values() if one.way.source == box.id]
    if min(offsets, default=0) >= 0:
        return "above"
    return "below" if max(offsets, default=0) <= 0 else "corner"


# ---- points


@dataclass
class Sheet:
    """The lines of the diagram part, gathered."""

    lines: list[str] = field(default_factory=list)

    def shape(self, element: str, area: Area, label: Area | None = None, more: str = "") -> None:
        self.lines.append(
            f"      <bpmndi:BPMNShape id={quoteattr(element + '_di')} bpmnElement={quoteattr(element)}{more}>"
        )
        self.lines.append(f"        {bounds(area)}")
        self.label(label)
        self.lines.append("      </bpmndi:BPMNShape>")

    def edge(self, element: str, points: list[Point], label: Area | None) -> None:
        self.lines.append(f"      <bpmndi:BPMNEdge id={quoteattr(element + '_di')} bpmnElement={quoteattr(element)}>")
        self.lines += [f'        <di:waypoint x="{x:g}" y="{y:g}"/>' for x, y in points]
        self.label(label)
        self.lines.append("      </bpmndi:BPMNEdge>")

    def label(self, area: Area | None) -> None:
        if area is not None:
            self.lines.append(f"        <bpmndi:BPMNLabel>{bounds(area)}</bpmndi:BPMNLabel>")


def bounds(area: Area) -> str:
    x, y, width, height = (round(one, 1) for one in area)
    return f'<dc:Bounds x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"/>'


def centre(plan: Plan, box: Box, left: float, top: float) -> Point:
    if box.host:
        host = plan.drawing.boxes[box.host]
        x, y = centre(plan, host, left, top)
        border = [one.id for one in plan.drawing.boxes.values() if one.host == box.host]
        x += -host.width / 2 + 30 + border.index(box.id) * (EVENT + 70)
        return x, y + host.height / 2
    x = left + plan.column_at[box.column] + plan.column_width[box.column] / 2
    return x, top + plan.row_at[box.row]


def draw(plan: Plan, left: float, top: float, sheet: Sheet) -> None:
    """Write the shapes and edges of a plan that stands at this place."""
    for box in plan.drawing.boxes.values():
        x, y = centre(plan, box, left, top)
        area = (x - box.width / 2, y - box.height / 2, box.width, box.height)
        more = ' isMarkerVisible="true"' if box.kind == "exclusiveGateway" else ""
        more += ' isExpanded="true"' if box.inside is not None else ""
        sheet.shape(box.id, area, label_of(plan, box, x, y), more)
        if box.id in plan.inner:
            draw(plan.inner[box.id], area[0] + PADDING / 2, area[1] + PADDING, sheet)
    for way in plan.drawing.ways:
        route = plan.routes.by_way[way.id]
        points = path(plan, route, left, top)
        sheet.edge(way.id, points, flow_label(plan, route, left, top) if way.is_named else None)


def label_of(plan: Plan, box: Box, x: float, y: float) -> Area | None:
    """Where the words beside an event or gateway stand."""
    if not any(box.label) or not (box.is_event or box.is_gateway):
        return None
    if box.host:
        return (x + 20, y + 4, 66, LINE * lines_of(box.label, 66))
    height = LINE * lines_of(box.label, LABEL_WIDTH)
    place = side_of_label(plan, box)
    if place == "corner":
        height = LINE * lines_of(box.label, 56)
        return (x - 62, y - 22 - height, 56, height)
    if place == "above":
        return (x - LABEL_WIDTH / 2, y - box.height / 2 - 4 - height, LABEL_WIDTH, height)
    return (x - LABEL_WIDTH / 2, y + box.height / 2 + 4, LABEL_WIDTH, height)


def flow_label(plan: Plan, route: Route, left: float, top: float) -> Area:
    """Below the first piece of a way, beside the gateway that it leaves."""
    source = plan.drawing.boxes[route.way.source]
    x, y = centre(plan, source, left, top)
    height = LINE * lines_of(route.way.label, LABEL_WIDTH)
    return (x + source.width / 2 + 6, y + route.offset + 3, LABEL_WIDTH, height)


def path(plan: Plan, route: Route, left: float, top: float) -> list[Point]:
    """The points of a way, from the border of one step to that of the other."""
    source, target = plan.drawing.boxes[route.way.source], plan.drawing.boxes[route.way.target]
    x, y = centre(plan, source, left, top)
    entry_x, entry_y = centre(plan, target, left, top)
    entry_x -= target.width / 2
    points: list[Point]
    if source.host:
        points = [(x, y + EVENT / 2)]
    elif route.offset:
        points = [(x, y + (25 if route.offset > 0 else -25)), (x, y + route.offset)]
    else:
        points = [(x + source.width / 2, y)]
    y = points[-1][1]
    if route.level is not None and source.host:
        y = height_at(plan, route.uprights[0].start, top)
        points.append((x, y))
    for upright in route.uprights:
        x = left + plan.track_at[upright.gap] + upright.track * TRACK
        points += [(x, y), (x, y := height_at(plan, upright.end, top))]
    points.append((entry_x, entry_y))
    return [point for number, point in enumerate(points) if number == 0 or point != points[number - 1]]


def height_at(plan: Plan, key: tuple[int, float], top: float) -> float:
    """A height key in points."""
    if key[0] % 2:
        return top + plan.row_at[key[0] // 2] + key[1]
    return top + plan.gap_at[key[0] // 2 - 1] + key[1] * TRACK


def diagram(source: bytes) -> str:
    """The diagram part of a file: pools one below the other."""
    plane, found = drawings(source)
    sheet, top = Sheet(), 60.0
    plans = [planned(drawing) for drawing in found]
    widest = max(plan.width for plan in plans)
    for plan in plans:
        left = 120.0
        if plan.drawing.pool:
            sheet.shape(plan.drawing.pool, (left, top, widest + 2 * HEADER, plan.height), more=' isHorizontal="true"')
        before = 0.0
        for lane, end in zip(plan.drawing.lanes, plan.lane_ends, strict=False):
            area = (left + HEADER, top + before, widest + HEADER, end - before)
            sheet.shape(lane, area, more=' isHorizontal="true"')
            before = end
        draw(plan, left + 2 * HEADER, top, sheet)
        top += plan.height + 60
    return "\n".join([
        f'  <bpmndi:BPMNDiagram {SPACES} id="diagram">', f'    <bpmndi:BPMNPlane id="plane" bpmnElement={quoteattr(plane)}>',
        *sheet.lines, "    </bpmndi:BPMNPlane>", "  </bpmndi:BPMNDiagram>",
    ])  # fmt: skip


OLD = re.compile(r"\s*<(?:\w+:)?BPMNDiagram\b.*?</(?:\w+:)?BPMNDiagram>", re.DOTALL)
END = re.compile(r"\s*(</(?:\w+:)?definitions>)\s*$")


def drawn(source: bytes) -> bytes:
    """The file with its diagram part written anew; nothing else of it is touched."""
    text = OLD.sub("", source.decode())
    return END.sub(lambda end: f"\n{diagram(source)}\n{end[1]}\n", text).encode()
