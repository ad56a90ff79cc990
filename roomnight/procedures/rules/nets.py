"""The ways of a chart as a net of joins and splits, and how it is made small without changing what can happen in it.

Every step is a join and a split: what comes in one at a time (`xor`), all together (`and`) or as many as are under way (`or`),
goes out the same three ways. Steps inside do not matter to the question whether ways meet again as they parted, so a net is
reduced until only what is drawn crosswise is left: a chart that is built of blocks shrinks to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from roomnight.procedures.rules.chart import Process, Step

ONE, ALL, SOME = "xor", "and", "or"
OVER, KILL = "over", "kill"
"""Nodes that take a token away: an end, and an end that takes everything with it."""

BY_GATEWAY = {"exclusiveGateway": ONE, "parallelGateway": ALL, "inclusiveGateway": SOME}
MEETS = {(ONE, ONE), (ALL, ALL), (SOME, SOME), (ONE, SOME), (ALL, SOME)}
"""Which split and join undo one another."""

NOWHERE = -1
MOST_CROSSED = 400  # nodes that may be left when everything built of blocks is taken out


class Tangled(Exception):
    """More is drawn crosswise than is looked at."""


@dataclass
class Way:
    """From one node to another. `last` is the step it comes from in the drawing, `into` the step that it enters there."""

    source: int
    target: int
    last: Step | None
    into: Step | None


@dataclass
class Net:
    """Nodes by number with their kind, and ways by number. Cases begin at the ways that come from nowhere."""

    kinds: dict[int, str] = field(default_factory=dict)
    ways: dict[int, Way] = field(default_factory=dict)
    ins: dict[int, list[int]] = field(default_factory=dict)
    outs: dict[int, list[int]] = field(default_factory=dict)
    begins: list[int] = field(default_factory=list)
    count: int = 0

    def node(self, kind: str) -> int:
        self.count += 1
        self.kinds[self.count], self.ins[self.count], self.outs[self.count] = kind, [], []
        return self.count

    def way(self, source: int, target: int, last: Step | None, into: Step | None) -> int:
        self.count += 1
        self.ways[self.count] = Way(source, target, last, into)
        self.ins[target].append(self.count)
        (self.begins if source == NOWHERE else self.outs[source]).append(self.count)
        return self.count

    def drop(self, way: int) -> None:
        one = self.ways.pop(way)
        self.ins[one.target].remove(way)
        (self.begins if one.source == NOWHERE else self.outs[one.source]).remove(way)

    def forget(self, node: int) -> None:
        """Take out a node that no way touches any more."""
        del self.kinds[node], self.ins[node], self.outs[node]

    def lead(self, way: int, target: int) -> None:
        """Let a way enter another node."""
        self.ins[self.ways[way].target].remove(way)
        self.ins[target].append(way)
        self.ways[way].target = target

    def reached(self, first: Iterable[int], without: frozenset[int] = frozenset()) -> set[int]:
        """The nodes that tokens on these ways can come to, where some ways are not taken."""
        seen: set[int] = set()
        queue = [self.ways[way].target for way in first if way not in without]
        while queue:
            node = queue.pop()
            if node not in seen:
                seen.add(node)
                queue += [self.ways[way].target for way in self.outs[node] if way not in without]
        return seen

    @property
    def can_be_killed(self) -> bool:
        return KILL in self.kinds.values()


# ---- drawn


def net_of(process: Process) -> Net:
    """The net of one process. It has one start, and each of its ways leads from a step to a step."""
    net, steps = Net(), process.steps
    over = net.node(OVER)
    ends = _ends(process)
    entries: dict[str, int] = {}
    for step in steps.values():
        if step.id in ends:
            entries[step.id] = over
        elif step.kind == "endEvent":
            entries[step.id] = net.node(KILL)
        else:
            entries[step.id] = net.node(BY_GATEWAY.get(step.kind, ONE))
    for step in steps.values():
        if step.id in ends or step.kind == "endEvent":
            continue
        inner = _with_border(net, process, step, entries, over)
        flows = process.after(step.id)
        leaving = net.node(BY_GATEWAY.get(step.kind) or (SOME if any(flow.condition for flow in flows) else ALL))
        net.way(inner, leaving, step, None)
        for flow in flows:
            net.way(leaving, entries[flow.target], step, steps[flow.target])
    start = next(step for step in steps.values() if step.kind == "startEvent")
    net.way(NOWHERE, entries[start.id], None, start)
    known = net.reached(net.begins)
    for way in [one for one, drawn in net.ways.items() if drawn.source not in known and drawn.source != NOWHERE]:
        net.drop(way)
    for node in [one for one in net.kinds if one not in known]:
        net.forget(node)
    return net


def _ends(process: Process) -> set[str]:
    """The ends, and the gateways after which nothing but an end comes: where ways may meet that nobody has to wait for."""
    found = {step.id for step in process.steps.values() if step.kind == "endEvent" and step.event != "terminate"}
    gateways = [step for step in process.steps.values() if step.kind == "exclusiveGateway"]
    grew = True
    while grew:
        more = {
            one.id for one in gateways if one.id not in found and all(f.target in found for f in process.after(one.id))
        }
        grew = bool(more)
        found |= more
    return found


def _with_border(net: Net, process: Process, step: Step, entries: dict[str, int], over: int) -> int:
    """The node at which a step is left: what interrupts it stands instead of its way on, what does not may come beside it."""
    border = process.border(step.id)
    node = entries[step.id]
    beside = [one for one in border if not one.interrupts]
    if beside:
        both = net.node(ALL)
        net.way(node, both, step, None)
        for one in beside:
            perhaps = net.node(ONE)
            net.way(both, perhaps, step, None)
            net.way(perhaps, entries[one.id], step, one)
            net.way(perhaps, over, step, None)
        node = net.node(ONE)
        net.way(both, node, step, None)
    if instead := [one for one in border if one.interrupts]:
        either, onward = net.node(ONE), net.node(ONE)
        net.way(node, either, step, None)
        for one in instead:
            net.way(either, entries[one.id], step, one)
        net.way(either, onward, step, None)
        node = onward
    return node


# ---- made small


def reduce(net: Net) -> None:
    """Take out whatever cannot make a difference, until nothing more can be taken out."""
    queue = list(net.kinds)
    waiting = set(queue)
    while queue:
        node = queue.pop()
        waiting.discard(node)
        if node not in net.kinds:
            continue
        around = {net.ways[way].target for way in net.outs[node]} | {net.ways[way].source for way in net.ins[node]}
        if _passed(net, node) or _parted(net, node) or _joined(net, node):
            touched = {net.ways[way].target for way in net.outs.get(node, [])} | around | {node}
            new = [one for one in touched if one in net.kinds and one not in waiting]
            queue += new
            waiting.update(new)


def _passed(net: Net, node: int) -> bool:
    """A node with one way in and one way out is no node."""
    if net.kinds[node] in (OVER, KILL) or len(net.ins[node]) != 1 or len(net.outs[node]) != 1:
        return False
    before, after = net.ins[node][0], net.outs[node][0]
    if before == after:
        return False
    onward = net.ways[after]
    net.drop(after)
    net.lead(before, onward.target)
    if onward.into is not None:
        net.ways[before].last, net.ways[before].into = onward.last, onward.into
    net.forget(node)
    return True


def _parted(net: Net, node: int) -> bool:
    """At a split: ways that meet again at once, that end at once, that part again at once, or that lead right back."""
    kind, outs = net.kinds[node], net.outs[node]
    if kind in (OVER, KILL) or len(outs) < 2:
        return False
    seen: set[int] = set()
    for way in list(outs):
        target = net.ways[way].target
        then = net.kinds[target]
        ends = then == OVER and kind == ALL
        meets = target in seen and (then in (OVER, KILL) or (kind, then) in MEETS)
        if meets or ends or (kind == then == ONE and net.ins[node] == net.outs[target]):
            net.drop(way)
            return True
        if then == kind and len(net.ins[target]) == 1 and len(net.outs[target]) > 1 and target != node:
            for further in list(net.outs[target]):
                onward = net.ways[further]
                net.drop(further)
                net.way(node, onward.target, onward.last, onward.into)
            net.drop(way)
            net.forget(target)
            return True
        seen.add(target)
    return False


def _joined(net: Net, node: int) -> bool:
    """Joins one right behind the other are one join."""
    kind, ins, outs = net.kinds[node], net.ins[node], net.outs[node]
    if kind not in (ONE, ALL) or len(ins) < 2 or len(outs) != 1:
        return False
    target = net.ways[outs[0]].target
    if target == node or net.kinds[target] != kind or len(net.ins[target]) < 2:
        return False
    net.drop(outs[0])
    for way in list(ins):
        net.lead(way, target)
    net.forget(node)
    return True


# ---- taken apart


def apart(net: Net) -> list[Net]:
    """The net without what runs beside it and never meets it again, and each of those as a net of its own, all made small.

    Nothing is taken apart where an end takes everything with it: then all belongs together. Raises Tangled.
    """
    found, queue = [], [net]
    while queue:
        one = queue.pop()
        reduce(one)
        found.append(one)
        if len(one.kinds) > MOST_CROSSED:
            raise Tangled
        while not one.can_be_killed and (side := _side(one)) is not None:
            queue.append(side)
            reduce(one)
    return found


def _side(net: Net) -> Net | None:
    """The first part found that runs beside the rest, taken out of the net."""
    splits = [node for node, kind in net.kinds.items() if kind in (ALL, SOME) and len(net.outs[node]) > 1]
    return next((side for side in (_beside(net, node) for node in splits) if side is not None), None)


def _beside(net: Net, node: int) -> Net | None:
    """Ways out of a split that the others never meet, taken out of the net; none: they all meet again."""
    for group in _groups(net, node):
        inside = {one for one in net.reached(group) if net.kinds[one] != OVER}
        if not inside or node in inside or len(group) == len(net.outs[node]):
            continue
        if inside & net.reached(net.begins, frozenset(group)):
            continue
        return _cut(net, node, group, inside)
    return None


def _groups(net: Net, node: int) -> list[list[int]]:
    """The ways out of a split, those together that can meet."""
    groups: list[tuple[list[int], set[int]]] = []
    for way in net.outs[node]:
        ways, reach = [way], {one for one in net.reached([way]) if net.kinds[one] != OVER}
        apart_from = []
        for others, known in groups:
            if known & reach:
                ways, reach = others + ways, known | reach
            else:
                apart_from.append((others, known))
        groups = [*apart_from, (ways, reach)]
    return [ways for ways, _reach in groups]


def _cut(net: Net, node: int, group: list[int], inside: set[int]) -> Net:
    side = Net()
    over = side.node(OVER)
    numbers = {one: side.node(net.kinds[one]) for one in sorted(inside)}
    split = side.node(net.kinds[node])
    side.way(NOWHERE, split, None, None)
    for way in group:
        one = net.ways[way]
        side.way(split, numbers.get(one.target, over), one.last, one.into)
        net.drop(way)
    for source in sorted(inside):
        for way in list(net.outs[source]):
            one = net.ways[way]
            side.way(numbers[source], numbers.get(one.target, over), one.last, one.into)
            net.drop(way)
    for gone in inside:
        net.forget(gone)
    if net.kinds[node] == SOME:  # it may still be the only one that is taken
        net.way(node, net.node(OVER), None, None)
    return side
