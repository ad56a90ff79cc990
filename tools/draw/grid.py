"""In which column and row each step stands: columns by the longest way from the start, rows within lanes."""

from __future__ import annotations

from dataclasses import dataclass, field

from tools.draw.reading import Box, Drawing, Way


@dataclass
class Grid:
    """Where the boxes of a drawing stand. `lane_rows` says how many rows each lane has; `lines` which cells a straight way crosses."""

    drawing: Drawing
    columns: int = 0
    lane_rows: list[int] = field(default_factory=list)
    taken: dict[tuple[int, int], str] = field(default_factory=dict)
    crossed: dict[tuple[int, int], set[str]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(self.lane_rows)

    def is_free(self, row: int, columns: range) -> bool:
        return all((row, column) not in self.taken for column in columns)


def arranged(drawing: Drawing) -> Grid:
    """The grid of a drawing."""
    boxes = drawing.boxes
    standing = [box for box in boxes.values() if not box.host]
    links = [(home(boxes, way.source), way.target) for way in drawing.ways]
    back = going_back([box.id for box in standing], links)
    forward = [link for link in links if link not in back]
    rank_all(standing, forward)
    grid = Grid(drawing, columns=max(box.column for box in standing) + 1)
    left = distances([box.id for box in standing], forward)
    per_lane: dict[int, dict[tuple[int, int], str]] = {}
    for box in sorted(standing, key=lambda one: (one.column, -left[one.id])):
        box.row = row_for(box, drawing, per_lane.setdefault(box.lane, {}), back, left)
    number_rows(grid, standing, max(1, len(drawing.lanes)))
    for box in boxes.values():
        if box.host:
            box.column, box.row = boxes[box.host].column, boxes[box.host].row
    return grid


def home(boxes: dict[str, Box], step: str) -> str:
    """An event on a border stands where its step stands."""
    return boxes[step].host or step


def going_back(steps: list[str], links: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """The links that close a round, walking from the first steps in the order of the file."""
    after: dict[str, list[str]] = {step: [] for step in steps}
    for source, target in links:
        after[source].append(target)
    entered = {target for _source, target in links}
    state: dict[str, int] = {}
    back = set()
    for first in [*(step for step in steps if step not in entered), *steps]:
        stack = [(first, iter(after[first]))] if first not in state else []
        state.setdefault(first, 1)
        while stack:
            step, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                state[step] = 2
                stack.pop()
            elif state.get(following) == 1:
                back.add((step, following))
            elif following not in state:
                state[following] = 1
                stack.append((following, iter(after[following])))
    return back


def rank_all(boxes: list[Box], links: list[tuple[str, str]]) -> None:
    """Each step stands one column after the last of those before it."""
    known = {box.id: box for box in boxes}
    for box in boxes:
        box.column = 0
    for _round in boxes:
        moved = False
        for source, target in links:
            if known[target].column <= known[source].column:
                known[target].column, moved = known[source].column + 1, True
        if not moved:
            return


def distances(steps: list[str], links: list[tuple[str, str]]) -> dict[str, int]:
    """How many steps still follow, at most: the main line is the longest."""
    left = dict.fromkeys(steps, 0)
    for _round in steps:
        for source, target in links:
            left[source] = max(left[source], left[target] + 1)
    return left


def row_for(
    box: Box, drawing: Drawing, cells: dict[tuple[int, int], str], back: set[tuple[str, str]], left: dict[str, int]
) -> int:
    """The row within its lane: that of the step before it where the way there is free, else the first free one.

    Of several steps after a gateway the one with the longest way to go keeps to the gateway's row.
    """
    boxes = drawing.boxes
    before = [way for way in drawing.ways if way.target == box.id and (home(boxes, way.source), box.id) not in back]
    wanted: list[tuple[int, Box, Way]] = []
    beside: list[Box] = []
    for way in before:
        source = boxes[way.source]
        after = [boxes[one.target] for one in drawing.ways if one.source == source.id]
        rivals = [one for one in after if one.lane == box.lane and (source.id, one.id) not in back]
        is_first = all(left[one.id] <= left[box.id] for one in rivals)
        if source.lane == box.lane and not source.host and is_first:
            wanted.append((source.row, source, way))
        elif source.lane == box.lane and not source.host:
            beside.append(source)
    wanted.sort(key=lambda one: (one[0], -one[1].column))
    for row, source, _way in wanted:
        between = [(row, column) for column in range(source.column + 1, box.column + 1)]
        if not any(cell in cells for cell in between):
            cells.update(dict.fromkeys(between, box.id))
            return row
    hosts = [boxes[boxes[way.source].host] for way in before if boxes[way.source].host]
    row = max((one.row + 1 for one in [*hosts, *beside] if one.lane == box.lane), default=0)
    farthest = min((boxes[home(boxes, way.source)].column for way in before), default=box.column)
    span = range(min(farthest + 1, box.column), box.column + 1)
    while any((row, column) in cells for column in span):
        row += 1
    cells.update({(row, column): box.id for column in span})
    return row


def number_rows(grid: Grid, boxes: list[Box], lanes: int) -> None:
    """Rows counted through all lanes."""
    grid.lane_rows = [max((box.row + 1 for box in boxes if box.lane == lane), default=1) for lane in range(lanes)]
    for box in boxes:
        box.row += sum(grid.lane_rows[: box.lane])
        grid.taken[box.row, box.column] = box.id
