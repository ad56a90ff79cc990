"""Which way each flow takes through the gaps of the grid, and which track it has there.

Heights are keys until the rows have their sizes: (2·row + 1, offset) is a line of a row, (2·row + 2, track) a track in the
gap below it. The gap after a column has the column's number; -1 is the one before the first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from tools.draw.grid import Grid
from tools.draw.reading import Box, Way

FAN = 46
"""How far apart the ways out of a gateway leave it."""

Height = tuple[int, float]
Span = TypeVar("Span", int, Height)


@dataclass
class Upright:
    """A vertical piece in the gap after a column."""

    gap: int
    start: Height
    end: Height
    track: int = 0

    def span(self) -> tuple[Height, Height]:
        return min(self.start, self.end), max(self.start, self.end)

    def must_be_left_of(self, other: Upright) -> bool:
        """Whether this one comes out of a step on the very line on which the other goes into the next one."""
        return self is not other and self.start[0] % 2 == 1 and self.start == other.end


@dataclass
class Level:
    """A horizontal piece in the gap below a row, from one column key to another."""

    gap: int
    start: int
    end: int
    track: int = 0


@dataclass
class Route:
    """The pieces of one way between leaving and entering."""

    way: Way
    offset: float = 0.0
    uprights: list[Upright] = field(default_factory=list)
    level: Level | None = None


@dataclass
class Routes:
    """All ways of a drawing, and how many tracks each gap has."""

    by_way: dict[str, Route]
    across: dict[int, int] = field(default_factory=dict)
    down: dict[int, int] = field(default_factory=dict)


class _Router:
    def __init__(self, grid: Grid) -> None:
        self.grid, self.boxes = grid, grid.drawing.boxes
        self.lines: dict[int, list[tuple[int, int, Way]]] = {}

    def ends(self, way: Way) -> tuple[Box, Box]:
        return self.boxes[way.source], self.boxes[way.target]

    def is_straight(self, way: Way) -> bool:
        source, target = self.ends(way)
        return (
            not source.host
            and source.row == target.row
            and target.column > source.column
            and self.grid.is_free(source.row, range(source.column + 1, target.column))
        )

    def offsets(self) -> dict[str, float]:
        """How high or low each way leaves its gateway: in the order of where it goes, so that they do not cross."""
        found: dict[str, float] = {}
        for box in self.boxes.values():
            ways = [way for way in self.grid.drawing.ways if way.source == box.id]
            if not box.is_gateway or len(ways) < 2:
                continue
            straight = [way for way in ways if self.is_straight(way)][:1]
            rest = sorted((way for way in ways if way not in straight), key=lambda way: self.boxes[way.target].row)
            up = [way for way in rest if self.boxes[way.target].row < box.row]
            down = [way for way in rest if way not in up]
            if not straight and not up:
                down, straight = down[1:], down[:1]
            elif not straight and not down:
                up, straight = up[:-1], up[-1:]
            found |= {way.id: 0.0 for way in straight}
            found |= {way.id: -FAN * (len(up) - number) for number, way in enumerate(up)}
            found |= {way.id: FAN * (number + 1.0) for number, way in enumerate(down)}
        return found

    def may_use(self, row: int, first: int, last: int, way: Way) -> bool:
        """Whether a way may run along the middle of a row through these columns."""
        if not self.grid.is_free(row, range(first, last + 1)):
            return False
        return all(
            other.target == way.target or last < low or high < first
            for low, high, other in self.lines.get(row, [])
        )  # fmt: skip

    def use(self, row: int, first: int, last: int, way: Way) -> None:
        self.lines.setdefault(row, []).append((first, last, way))

    def route(self, way: Way, offset: float) -> Route:
        source, target = self.ends(way)
        leaving: Height = (2 * source.row + 1, offset)
        entering: Height = (2 * target.row + 1, 0)
        before = target.column - 1
        if source.host:
            level = Level(source.row, 2 * source.column + 1, 2 * before + 2)
            return Route(way, 0, [Upright(before, (2 * source.row + 2, 0), entering)], level)
        if self.is_straight(way) and not offset and self.may_use(source.row, source.column + 1, before, way):
            self.use(source.row, source.column + 1, before, way)
            return Route(way)
        if target.column > source.column:
            if self.may_use(target.row, source.column + 1, before, way):
                self.use(target.row, source.column + 1, before, way)
                return Route(way, offset, [Upright(source.column, leaving, entering)])
            if not offset and self.may_use(source.row, source.column + 1, before, way):
                self.use(source.row, source.column + 1, before, way)
                return Route(way, offset, [Upright(before, leaving, entering)])
        gap = target.row if target.row < source.row else source.row if target.row == source.row else target.row - 1
        level = Level(gap, 2 * source.column + 2, 2 * before + 2)
        height: Height = (2 * gap + 2, 0)
        return Route(
            way, offset, [Upright(source.column, leaving, height), Upright(before, height, entering)], level
        )  # fmt: skip


def routed(grid: Grid) -> Routes:
    """The routes of a drawing, each piece in a track of its own."""
    router = _Router(grid)
    offsets = router.offsets()
    ways = sorted(grid.drawing.ways, key=lambda way: not router.is_straight(way))
    routes = Routes({way.id: router.route(way, offsets.get(way.id, 0.0)) for way in ways})
    give_levels_tracks(routes)
    give_uprights_tracks(routes)
    return routes


def give_levels_tracks(routes: Routes) -> None:
    """Pieces along the same gap between rows: those that overlap lie beside each other, unless they go to the same step."""
    for gap in {one.level.gap for one in routes.by_way.values() if one.level}:
        taken: list[list[tuple[int, int, str]]] = []
        here = [(one.level, one.way) for one in routes.by_way.values() if one.level and one.level.gap == gap]
        for level, way in sorted(here, key=lambda one: abs(one[0].start - one[0].end)):
            low, high = sorted((level.start, level.end))
            level.track = _first_free(taken, low, high, way.target)
        routes.down[gap] = len(taken)
    for route in routes.by_way.values():
        if route.level is None:
            continue
        height = (2 * route.level.gap + 2, float(route.level.track))
        for upright in route.uprights:
            if upright.start[0] == height[0]:
                upright.start = height
            if upright.end[0] == height[0]:
                upright.end = height


def give_uprights_tracks(routes: Routes) -> None:
    """Pieces in the same gap between columns; the longer ones leave first."""
    for gap in {piece.gap for one in routes.by_way.values() for piece in one.uprights}:
        taken: list[list[tuple[Height, Height, str]]] = []
        here = [(piece, one.way) for one in routes.by_way.values() for piece in one.uprights if piece.gap == gap]
        placed: list[Upright] = []
        for piece, way in in_order(here):
            low, high = piece.span()
            least = max((one.track + 1 for one in placed if one.must_be_left_of(piece)), default=0)
            piece.track = _first_free(taken, low, high, way.target, least)
            placed.append(piece)
        routes.across[gap] = len(taken)


def in_order(pieces: list[tuple[Upright, Way]]) -> list[tuple[Upright, Way]]:
    """The pieces of a gap from left to right: as they must lie, else the longer ones first."""
    left = sorted(pieces, key=lambda one: -abs(one[0].start[0] - one[0].end[0]))
    found = []
    while left:
        free = [one for one in left if not any(other[0].must_be_left_of(one[0]) for other in left)]
        found.append((free or left)[0])
        left.remove(found[-1])
    return found


def _first_free(taken: list[list[tuple[Span, Span, str]]], low: Span, high: Span, target: str, least: int = 0) -> int:
    """The first track from `least` on where nothing lies in the way; pieces that end at the same step may lie on each other."""
    while len(taken) < least:
        taken.append([])
    for number, pieces in enumerate(taken):
        if number >= least and all(other == target or high < first or last < low for first, last, other in pieces):
            pieces.append((low, high, target))
            return number
    taken.append([(low, high, target)])
    return len(taken) - 1
