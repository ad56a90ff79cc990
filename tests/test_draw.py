"""The diagrams of the shipped flow charts: everything is drawn, nothing lies on anything else, nothing is out of proportion."""

from itertools import combinations, pairwise
from typing import NamedTuple

import pytest

from roomnight.procedures.rules.chart import BPMN, RUN
from roomnight.procedures.rules.xml import Node, parse
from roomnight.procedures.shipped import shipped
from tools.draw.writing import drawn

ALL = {one.code: one for one in shipped()}
each = pytest.mark.parametrize("source", [one.source for one in ALL.values()], ids=ALL.keys())
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
CONTAINERS = ("participant", "lane", "subProcess")


class Area(NamedTuple):
    """A rectangle: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Area") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: "Area") -> bool:
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


class Sheet:
    """What a file draws, by the id of what it stands for."""

    def __init__(self, source: bytes) -> None:
        root = parse(source)
        self.nodes = {one.get("id"): one for one in root.walk() if one.space == BPMN and one.get("id")}
        shapes = [one for one in root.walk() if one.space == DI]
        self.areas = {one.get("bpmnElement"): area(one) for one in shapes if one.name == "BPMNShape"}
        self.labels = {
            one.get("bpmnElement"): area(label)
            for one in shapes
            for label in one.all("BPMNLabel")
            if one.name in ("BPMNShape", "BPMNEdge")
        }
        self.lines = {one.get("bpmnElement"): points(one) for one in shapes if one.name == "BPMNEdge"}

    def kind(self, element: str) -> str:
        return self.nodes[element].name

    def is_container(self, element: str) -> bool:
        """A pool, a lane, or a sub-process with something in it."""
        node = self.nodes[element]
        return node.name in CONTAINERS[:2] or (node.name == "subProcess" and bool(node.all("startEvent")))

    def pieces(self, element: str) -> list[Area]:
        """The straight pieces of a way, as thin rectangles."""
        return [
            Area(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
            for a, b in pairwise(self.lines[element])
        ]


def area(node: Node) -> Area:
    bounds = next(one for one in node.children if one.name == "Bounds")
    x, y, width, height = (float(bounds.get(name)) for name in ("x", "y", "width", "height"))
    return Area(x, y, x + width, y + height)


def points(node: Node) -> list[tuple[float, float]]:
    return [(float(one.get("x")), float(one.get("y"))) for one in node.children if one.name == "waypoint"]


@each
def test_everything_is_drawn_once(source):
    sheet = Sheet(source)
    steps = {name for name, node in sheet.nodes.items() if node.name in RUN | {"participant", "lane"}}
    ways = {name for name, node in sheet.nodes.items() if node.name == "sequenceFlow"}
    assert set(sheet.areas) == steps
    assert set(sheet.lines) == ways
    named = {name for name in ways if sheet.nodes[name].get("name")}
    beside = {
        name for name in steps if sheet.kind(name).endswith(("Event", "Gateway")) and sheet.nodes[name].get("name")
    }
    assert set(sheet.labels) == named | beside


@each
def test_nothing_lies_on_anything_else(source):
    sheet = Sheet(source)
    things = [name for name in sheet.areas if not sheet.is_container(name)]
    for one, two in combinations(things, 2):
        if sheet.nodes[one].get("attachedToRef") != two and sheet.nodes[two].get("attachedToRef") != one:
            assert not sheet.areas[one].overlaps(sheet.areas[two]), (one, two)
    for name, label in sheet.labels.items():
        for other in things:
            inner = sheet.areas[other]
            if other != name and sheet.kind(other).endswith("Gateway"):
                inner = Area(inner.left + 12, inner.top + 12, inner.right - 12, inner.bottom - 12)
            assert other == name or not label.overlaps(inner), (name, other)
    for one, two in combinations(sheet.labels, 2):
        assert not sheet.labels[one].overlaps(sheet.labels[two]), (one, two)


@each
def test_ways_run_straight_round_the_steps(source):
    sheet = Sheet(source)
    for name, line in sheet.lines.items():
        node = sheet.nodes[name]
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(line)), name
        ends = {node.get("sourceRef"), node.get("targetRef")}
        ends |= {sheet.nodes[end].get("attachedToRef") for end in ends}
        for other, place in sheet.areas.items():
            is_around = sheet.is_container(other) and place.holds(Area(*line[0], *line[0]))
            if other in ends or is_around or sheet.kind(other) in CONTAINERS[:2]:
                continue
            assert not any(piece.overlaps(place) for piece in sheet.pieces(name)), (name, other)


@each
def test_no_way_hides_another(source):
    """Two ways may cross, and run together from the same step or into the same one; nothing else."""
    sheet = Sheet(source)
    for one, two in combinations(sheet.lines, 2):
        first, second = sheet.nodes[one], sheet.nodes[two]
        if first.get("targetRef") == second.get("targetRef") or first.get("sourceRef") == second.get("sourceRef"):
            continue
        for a in sheet.pieces(one):
            for b in sheet.pieces(two):
                beside = a.left == a.right == b.left == b.right and min(a.bottom, b.bottom) - max(a.top, b.top) > 1
                along = a.top == a.bottom == b.top == b.bottom and min(a.right, b.right) - max(a.left, b.left) > 1
                assert not (beside or along), (one, two)


@each
def test_sizes_are_those_of_a_drawing_that_can_be_read(source):
    sheet = Sheet(source)
    for name, place in sheet.areas.items():
        width, height = place.right - place.left, place.bottom - place.top
        if sheet.is_container(name):
            continue
        if sheet.kind(name).endswith("Event"):
            assert (width, height) == (36, 36), name
        elif sheet.kind(name).endswith("Gateway"):
            assert (width, height) == (50, 50), name
        else:
            assert height == 80, name
            assert 100 <= width <= 400, name
    whole = [place for name, place in sheet.areas.items() if sheet.kind(name) == "participant"]
    assert max(one.right for one in whole) < 7000
    assert max(one.bottom for one in whole) < 2700


@each
def test_steps_lie_in_their_lanes(source):
    sheet = Sheet(source)
    for name, node in sheet.nodes.items():
        if node.name == "lane":
            for ref in node.all("flowNodeRef"):
                host = sheet.nodes[ref.text].get("attachedToRef")
                assert sheet.areas[name].holds(sheet.areas[host or ref.text]), ref.text


@each
def test_the_drawing_is_the_one_that_the_program_makes(source):
    assert drawn(source) == source
