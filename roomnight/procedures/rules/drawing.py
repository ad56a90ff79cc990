"""The picture of a flow chart, from the places that its file gives: shapes, ways and words, as SVG without any script.

The same picture stands on the page, on paper, and coloured by where time goes. What an editor would show is shown; a file
without places has no picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from unicodedata import east_asian_width
from xml.sax.saxutils import escape, quoteattr

from roomnight.procedures.rules.chart import OURS
from roomnight.procedures.rules.xml import Node, Unreadable, parse

BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
SIZE = 12  # of letters, in the file's units
LINE = 15
MARGIN = 24
FARTHEST = 60_000  # what lies farther out is a damaged file
MOST_SHAPES = 3_000

ACTIVITIES = frozenset({
    "task", "userTask", "manualTask", "serviceTask", "businessRuleTask", "receiveTask", "sendTask", "scriptTask",
    "callActivity", "subProcess", "transaction", "adHocSubProcess",
})  # fmt: skip
FRAMES = frozenset({"participant", "lane"})
PAPER_COLOURS = {
    "line": "#475569", "fill": "#ffffff", "text": "#0f172a", "frame": "#94a3b8", "1": "#fef3c7", "2": "#fdba74", "3": "#f87171",
}  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """One thing in the picture: its element and kind, where it lies, how big it is, the words on or beside it."""

    element: str
    kind: str
    x: float
    y: float
    width: float
    height: float
    name: str
    event: str = ""
    is_open: bool = False
    is_many: bool = False
    label: tuple[float, float, float] | None = None

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True)
class Way:
    """A line between things, with its words."""

    element: str
    kind: str
    points: tuple[tuple[float, float], ...]
    name: str
    is_usual: bool = False
    label: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class Drawing:
    """A picture: its corner and size in the file's units, what is in it."""

    x: float
    y: float
    width: float
    height: float
    shapes: tuple[Shape, ...]
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Heat:
    """How much time a step takes: a level from 0 to 3, and the words that say it."""

    level: int
    words: str


def draw(source: bytes, language: str = "zh-hans") -> Drawing | None:
    """The picture of a file in a language; None where the file has none, or cannot be read."""
    try:
        root = parse(source)
    except Unreadable:
        return None
    elements = {node.get("id"): node for node in root.walk() if node.get("id") and node.space != BPMNDI}
    usual = {node.get("default") for node in elements.values() if node.get("default")}
    plane = next((node for node in root.walk() if node.space == BPMNDI and node.name == "BPMNPlane"), None)
    if plane is None:
        return None
    try:
        reader = _Reader(elements, usual, language)
        shapes = [reader.shape(one) for one in plane.all("BPMNShape")[:MOST_SHAPES]]
        ways = [reader.way(one) for one in plane.all("BPMNEdge")[:MOST_SHAPES]]
    except ValueError:
        return None
    return _framed([one for one in shapes if one is not None], [one for one in ways if one is not None])


class _Reader:
    def __init__(self, elements: Mapping[str, Node], usual: set[str], language: str) -> None:
        self.elements, self.usual, self.language = elements, usual, language

    def _name(self, node: Node) -> str:
        english = node.get(f"{{{OURS}}}nameEn")
        if node.name == "textAnnotation":
            text = node.one("text")
            return text.text if text is not None else ""
        return english if english and self.language == "en" else node.get("name")

    def shape(self, node: Node) -> Shape | None:
        element, bounds = self.elements.get(node.get("bpmnElement")), node.one("Bounds", DC)
        if element is None or bounds is None:
            return None
        x, y, width, height = (_number(bounds.get(name, "0")) for name in ("x", "y", "width", "height"))
        definitions = [one.name for one in element.children if one.name.endswith("EventDefinition")]
        many = element.one("multiInstanceLoopCharacteristics")
        return Shape(
            element=element.get("id"), kind=element.name, x=x, y=y, width=width, height=height, name=self._name(element),
            event=definitions[0].removesuffix("EventDefinition") if definitions else "",
            is_open=element.name == "subProcess" and node.get("isExpanded", "true") != "false" and height > 100,  # noqa: PLR2004
            is_many=many is not None, label=_label(node),
        )  # fmt: skip

    def way(self, node: Node) -> Way | None:
        element = self.elements.get(node.get("bpmnElement"))
        points = tuple(
            (_number(one.get("x", "0")), _number(one.get("y", "0"))) for one in node.all("waypoint", space=DI)
        )
        if element is None or len(points) < 2:  # noqa: PLR2004
            return None
        return Way(
            element.get("id"), element.name, points, self._name(element), element.get("id") in self.usual, _label(node)
        )


def _number(text: str) -> float:
    value = float(text)
    if not -FARTHEST < value < FARTHEST:
        raise ValueError(text)
    return value


def _label(node: Node) -> tuple[float, float, float] | None:
    """Where the words of a shape or line stand: the middle of their box, its top, and its width."""
    label = node.one("BPMNLabel")
    bounds = label.one("Bounds", DC) if label is not None else None
    if bounds is None:
        return None
    x, y, width = (_number(bounds.get(name, "0")) for name in ("x", "y", "width"))
    return x + width / 2, y, max(width, 90)


def _framed(shapes: list[Shape], ways: list[Way]) -> Drawing | None:
    if not shapes:
        return None
    xs = [x for one in shapes for x in (one.x, one.x + one.width)] + [x for one in ways for x, _y in one.points]
    ys = [y for one in shapes for y in (one.y, one.y + one.height)] + [y for one in ways for _x, y in one.points]
    labelled: list[Shape | Way] = [*shapes, *ways]
    for one in labelled:
        if one.label is not None and one.name:
            middle, top, width = one.label
            xs += [middle - width / 2, middle + width / 2]
            ys += [top, top + LINE * len(wrapped(one.name, width))]
    below = [one.y + one.height + LINE * 3 for one in shapes if one.kind.endswith(("Event", "Gateway")) and one.name]
    left, top, right, bottom = min(xs), min(ys), max(xs), max([*ys, *below])
    return Drawing(
        left - MARGIN, top - MARGIN, right - left + 2 * MARGIN, bottom - top + 2 * MARGIN, tuple(shapes), tuple(ways)
    )


# ---- words


def breadth(text: str) -> float:
    """About how wide a text is in units: Chinese signs are square, letters about half."""
    return sum(SIZE if east_asian_width(sign) in "WF" else SIZE * 0.58 for sign in text)


def wrapped(text: str, width: float, most: int = 5) -> list[str]:
    """A text in lines that fit; after the last line that is shown stands an ellipsis."""
    lines = [""]
    for word in _words(text):
        if breadth(lines[-1] + word) <= width or not lines[-1].strip():
            lines[-1] += word
        else:
            lines.append(word.lstrip())
    lines = [line.strip() for line in lines if line.strip()]
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1][:-1]}…"]


def _words(text: str) -> list[str]:
    """Where a line may break: after a space, and around every Chinese sign."""
    found = [""]
    for sign in " ".join(text.split()):
        wide = east_asian_width(sign) in "WF"
        if wide or found[-1].endswith(" ") or (found[-1] and east_asian_width(found[-1][-1]) in "WF"):
            found.append(sign)
        else:
            found[-1] += sign
    return found


# ---- as SVG


@dataclass
class _Pen:
    """Writes the parts of an SVG."""

    heat: Mapping[str, Heat]
    parts: list[str] = field(default_factory=list)

    def put(self, tag: str, css: str, **attributes: object) -> None:
        said = "".join(f" {name.replace('_', '-')}={quoteattr(_plain(value))}" for name, value in attributes.items())
        self.parts.append(f'<{tag} class="{css}"{said}/>')

    def words(self, lines: list[str], x: float, top: float, css: str = "rn-bpmn-text", **more: object) -> None:
        look = {"font_size": SIZE, "text_anchor": "middle", "fill": PAPER_COLOURS["text"], **more}
        said = "".join(f" {name.replace('_', '-')}={quoteattr(_plain(value))}" for name, value in look.items())
        for number, line in enumerate(lines):
            y = _plain(top + LINE * number + SIZE)
            self.parts.append(f'<text class="{css}" x="{_plain(x)}" y="{y}"{said}>{escape(line)}</text>')


def _plain(value: object) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def svg_of(drawing: Drawing, label: str, heat: Mapping[str, Heat] | None = None) -> str:
    """The picture as SVG. `label` says what it is, `heat` by element how much time goes there.

    Colours stand as attributes, so that paper shows them; on the page the style sheet has its own.
    """
    pen = _Pen(heat or {})
    frames = [one for one in drawing.shapes if one.kind in FRAMES]
    opened = [one for one in drawing.shapes if one.is_open]
    for shape in frames:
        _frame(pen, shape)
    for shape in opened:
        _step(pen, shape)
    for way in drawing.ways:
        _way(pen, way)
    for shape in drawing.shapes:
        if shape.kind not in FRAMES and not shape.is_open:
            _step(pen, shape)
    box = " ".join(_plain(float(one)) for one in (drawing.x, drawing.y, drawing.width, drawing.height))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="rn-bpmn" role="img" aria-label={quoteattr(label)} viewBox="{box}" '
        f'width="{_plain(float(drawing.width))}" height="{_plain(float(drawing.height))}" '
        f'font-family="Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif">{_arrow()}{"".join(pen.parts)}</svg>'
    )


def _arrow() -> str:
    colour = PAPER_COLOURS["line"]
    return (
        '<defs><marker id="rn-arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
        f'<path class="rn-bpmn-tip" d="M0 1 L10 5 L0 9 z" fill="{colour}"/></marker></defs>'
    )


def _frame(pen: _Pen, shape: Shape) -> None:
    """A pool or lane: its name stands upright at its left edge."""
    pen.put(
        "rect", "rn-bpmn-frame", x=shape.x, y=shape.y, width=shape.width, height=shape.height, fill="none",
        stroke=PAPER_COLOURS["frame"],
    )  # fmt: skip
    if shape.name:
        x, y = shape.x + 15, shape.middle[1]
        pen.words([shape.name], x, y - SIZE + 4, transform=f"rotate(-90 {_plain(x)} {_plain(y)})")


def _way(pen: _Pen, way: Way) -> None:
    points = " ".join(f"{_plain(x)},{_plain(y)}" for x, y in way.points)
    dashed = {"stroke_dasharray": "4 4"} if way.kind != "sequenceFlow" else {}
    tip = {} if way.kind == "association" else {"marker_end": "url(#rn-arrow)"}
    pen.put(
        "polyline", "rn-bpmn-way", points=points, fill="none", stroke=PAPER_COLOURS["line"], stroke_width="1.4", **dashed,
        **tip,
    )  # fmt: skip
    if way.is_usual:
        (x, y), (next_x, next_y) = way.points[0], way.points[1]
        across = abs(next_x - x) >= abs(next_y - y)
        step_x, step_y = (12 if next_x >= x else -12, 0) if across else (0, 12 if next_y >= y else -12)
        middle_x, middle_y = x + step_x, y + step_y
        pen.put(
            "path", "rn-bpmn-way", d=f"M{_plain(middle_x - 4)} {_plain(middle_y + 5)} L{_plain(middle_x + 4)} {_plain(middle_y - 5)}",
            stroke=PAPER_COLOURS["line"], fill="none",
        )  # fmt: skip
    if way.name:
        if way.label is not None:
            x, top, width = way.label
        else:
            (x1, y1), (x2, y2) = way.points[len(way.points) // 2 - 1], way.points[len(way.points) // 2]
            x, top, width = (x1 + x2) / 2, (y1 + y2) / 2 - LINE - 2, 110.0
        pen.words(wrapped(way.name, width, 3), x, top, "rn-bpmn-text is-small", font_size=11)


def _step(pen: _Pen, shape: Shape) -> None:
    if shape.kind.endswith("Event"):
        _event(pen, shape)
    elif shape.kind.endswith("Gateway"):
        _gateway(pen, shape)
    elif shape.kind in ACTIVITIES:
        _activity(pen, shape)
    elif shape.kind == "textAnnotation":
        pen.put(
            "path", "rn-bpmn-note", d=f"M{_plain(shape.x + 12)} {_plain(shape.y)} h-12 v{_plain(shape.height)} h12",
            fill="none", stroke=PAPER_COLOURS["frame"],
        )  # fmt: skip
        pen.words(wrapped(shape.name, shape.width - 10, 8), shape.x + 8, shape.y + 2, text_anchor="start")
    elif shape.kind == "group":
        pen.put(
            "rect", "rn-bpmn-note", x=shape.x, y=shape.y, width=shape.width, height=shape.height, rx=8, fill="none",
            stroke=PAPER_COLOURS["frame"], stroke_dasharray="6 4",
        )  # fmt: skip
    else:
        pen.put(
            "rect", "rn-bpmn-note", x=shape.x, y=shape.y, width=shape.width, height=shape.height, fill="none",
            stroke=PAPER_COLOURS["frame"],
        )  # fmt: skip
        if shape.name:
            pen.words(wrapped(shape.name, 110, 3), shape.middle[0], shape.y + shape.height + 2)


SIGNS = {
    "userTask": "M4 14 a5 5 0 0 1 10 0 z M9 2 a3 3 0 1 1 0 6 a3 3 0 1 1 0 -6",
    "manualTask": "M3 7 h7 l4 2 v3 l-3 3 h-8 z",
    "serviceTask": "M9 4 a5 5 0 1 1 0 10 a5 5 0 1 1 0 -10 M9 1 v3 M9 14 v3 M1 9 h3 M14 9 h3",
    "businessRuleTask": "M2 4 h14 v10 h-14 z M2 7 h14 M7 7 v7",
    "receiveTask": "M2 4 h14 v10 h-14 z M2 4 l7 6 l7 -6",
}


def _activity(pen: _Pen, shape: Shape) -> None:
    heat = pen.heat.get(shape.element)
    level = f" is-heat-{heat.level}" if heat and heat.level else ""
    fill = PAPER_COLOURS[str(heat.level)] if heat and heat.level else PAPER_COLOURS["fill"]
    bold = {"stroke_width": "3"} if shape.kind == "callActivity" else {"stroke_width": "1.4"}
    pen.put(
        "rect", f"rn-bpmn-step{level}", x=shape.x, y=shape.y, width=shape.width, height=shape.height, rx=9, fill=fill,
        stroke=PAPER_COLOURS["line"], id=f"shape-{shape.element}", **bold,
    )  # fmt: skip
    sign = SIGNS.get(shape.kind)
    if sign:
        place = f"translate({_plain(shape.x + 3)} {_plain(shape.y + 3)}) scale(.8)"
        pen.put("path", "rn-bpmn-sign", d=sign, fill="none", stroke=PAPER_COLOURS["line"], transform=place)
    if shape.is_many:
        x, y = shape.middle[0], shape.y + shape.height - 4
        pen.put(
            "path", "rn-bpmn-sign", d=f"M{_plain(x - 4)} {_plain(y)} v-8 m4 8 v-8 m4 8 v-8", fill="none",
            stroke=PAPER_COLOURS["line"],
        )  # fmt: skip
    if shape.is_open:
        pen.words(wrapped(shape.name, shape.width - 16, 1), shape.middle[0], shape.y + 4)
        return
    room = 3 if heat else 5
    lines = wrapped(shape.name, shape.width - 10, min(room, max(1, int((shape.height - 14) // LINE))))
    top = shape.middle[1] - LINE * len(lines) / 2 + (5 if sign else 0) - (8 if heat else 0)
    pen.words(lines, shape.middle[0], top)
    if heat:
        pen.words(
            [heat.words],
            shape.middle[0],
            shape.y + shape.height - LINE - 4,
            "rn-bpmn-text is-figure",
            font_weight="bold",
        )


def _event(pen: _Pen, shape: Shape) -> None:
    x, y = shape.middle
    radius = shape.width / 2
    width = "3.4" if shape.kind == "endEvent" else "1.4"
    look = {"fill": PAPER_COLOURS["fill"], "stroke": PAPER_COLOURS["line"]}
    pen.put("circle", "rn-bpmn-step", cx=x, cy=y, r=radius, stroke_width=width, id=f"shape-{shape.element}", **look)
    if shape.kind in ("intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"):
        pen.put("circle", "rn-bpmn-sign", cx=x, cy=y, r=radius - 3.0, fill="none", stroke=PAPER_COLOURS["line"])
    inner = {
        "timer": f"M{_plain(x)} {_plain(y - 7)} V{_plain(y)} L{_plain(x + 5)} {_plain(y + 3)}",
        "message": f"M{_plain(x - 8)} {_plain(y - 5)} h16 v10 h-16 z l8 6 l8 -6",
        "terminate": f"M{_plain(x - 6)} {_plain(y)} a6 6 0 1 1 12 0 a6 6 0 1 1 -12 0",
    }.get(shape.event)
    if inner:
        fill = PAPER_COLOURS["line"] if shape.event == "terminate" else "none"
        pen.put("path", "rn-bpmn-sign", d=inner, fill=fill, stroke=PAPER_COLOURS["line"])
    _beside(pen, shape)


def _gateway(pen: _Pen, shape: Shape) -> None:
    x, y = shape.middle
    half = shape.width / 2
    points = [(x, y - half), (x + half, y), (x, y + half), (x - half, y)]
    pen.put(
        "polygon", "rn-bpmn-step", points=" ".join(f"{_plain(a)},{_plain(b)}" for a, b in points), stroke_width="1.4",
        fill=PAPER_COLOURS["fill"], stroke=PAPER_COLOURS["line"], id=f"shape-{shape.element}",
    )  # fmt: skip
    sign = {
        "exclusiveGateway": f"M{_plain(x - 6)} {_plain(y - 7)} L{_plain(x + 6)} {_plain(y + 7)} M{_plain(x + 6)} {_plain(y - 7)} L{_plain(x - 6)} {_plain(y + 7)}",
        "parallelGateway": f"M{_plain(x - 9)} {_plain(y)} h18 M{_plain(x)} {_plain(y - 9)} v18",
        "inclusiveGateway": f"M{_plain(x - 9)} {_plain(y)} a9 9 0 1 1 18 0 a9 9 0 1 1 -18 0",
    }.get(shape.kind, "")
    if sign:
        pen.put("path", "rn-bpmn-sign", d=sign, fill="none", stroke=PAPER_COLOURS["line"], stroke_width="2.4")
    _beside(pen, shape)


def _beside(pen: _Pen, shape: Shape) -> None:
    """The words of an event or gateway, where the file puts them, else below."""
    if not shape.name:
        return
    x, top, width = shape.label or (shape.middle[0], shape.y + shape.height + 2, 110.0)
    pen.words(wrapped(shape.name, width, 3), x, top, "rn-bpmn-text is-small", font_size=11)
