"""Whether a case that goes the ways of a chart always comes to its end: nothing waits for what cannot come, nothing is done
twice because ways met that should have waited for each other (PRC-07).

What is left of a net after `nets.reduce` is gone through in every order; a marking is the set of ways on which a token
stands. More than MOST_STATES of them are not looked at: such a chart is refused as too tangled rather than let through unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from roomnight.procedures.rules.chart import Process, Step
from roomnight.procedures.rules.nets import ALL, KILL, ONE, OVER, SOME, Net, Tangled, apart, net_of

MOST_STATES = 5_000
MOST_SUBSETS = 8  # ways out of an inclusive split that is drawn crosswise
Marking = frozenset[int]


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and at which step: a key of chart.REASONS, with the steps it is about."""

    reason: str
    step: Step | None
    about: tuple[Step, ...] = ()


def faults_of(process: Process, *, is_interrupted: bool = False) -> list[Fault]:
    """What goes wrong on the ways of a sound-looking process: see `_shape`. One that something interrupts from outside may go round for ever."""
    found: list[Fault] = []
    try:
        for net in apart(net_of(process)):
            found += _Walk(net).faults(may_go_on=is_interrupted)
    except Tangled:
        found.append(Fault("too_tangled", None))
    return found


@dataclass
class _Walk:
    """Every marking of a net, and what leads to what."""

    net: Net
    next: dict[Marking, set[Marking]] = field(default_factory=dict)
    doubled: dict[str, Step] = field(default_factory=dict)
    feeders: dict[tuple[int, int], set[int]] = field(default_factory=dict)

    def faults(self, *, may_go_on: bool) -> list[Fault]:
        try:
            self._explore()
        except Tangled:
            if not self.doubled:
                raise
            self.next.clear()
        found = [Fault("runs_twice", step) for step in self.doubled.values()]
        waiting: dict[str, Fault] = {}
        for marking, following in self.next.items():
            if marking and not following:
                for fault in self._waits(marking):
                    waiting.setdefault(fault.step.id if fault.step else "", fault)
        found += waiting.values()
        return found or ([] if may_go_on else self._endless())

    def _explore(self) -> None:
        queue = [frozenset(self.net.begins)]
        seen = set(queue)
        while queue:
            marking = queue.pop()
            following = set(self._moves(marking))
            self.next[marking] = following
            new = following - seen
            seen |= new
            queue += new
            if len(seen) > MOST_STATES:
                raise Tangled

    def _moves(self, marking: Marking) -> Iterator[Marking]:
        """The markings that one move leads to. A move that would put a second token on a way is noted, not made."""
        for node in {self.net.ways[way].target for way in marking}:
            kind = self.net.kinds[node]
            for taken in self._ready(marking, node, kind):
                if kind == KILL:
                    yield frozenset()
                    continue
                rest = marking - taken
                for given in self._gives(node, kind):
                    if given & rest:
                        if (step := self._where(taken, given)) is not None:
                            self.doubled[step.id] = step
                    else:
                        yield rest | given

    def _where(self, taken: Marking, given: Marking) -> Step | None:
        """The step at which ways met that run beside each other."""
        ways = self.net.ways
        into = [ways[one].into for one in (*sorted(taken), *sorted(given))]
        last = [ways[one].last for one in (*sorted(given), *sorted(taken))]
        return next((one for one in (*into, *last) if one is not None), None)

    def _ready(self, marking: Marking, node: int, kind: str) -> Iterator[Marking]:
        """The tokens that a node can take."""
        ins = frozenset(self.net.ins[node])
        here = marking & ins
        if kind in (ONE, OVER, KILL):
            yield from (frozenset({way}) for way in here)
        elif here == ins or (kind == SOME and not self._awaited(marking, node, here)):
            yield here

    def _awaited(self, marking: Marking, node: int, here: Marking) -> bool:
        """Whether a token is still under way to an inclusive join."""
        return any(self._feeders(node, way) & (marking - here) for way in self.net.ins[node] if way not in here)

    def _feeders(self, node: int, way: int) -> set[int]:
        """The ways from which a token can come onto this one without passing the node that it enters."""
        known = self.feeders.get((node, way))
        if known is None:
            known, queue = set(), [way]
            while queue:
                source = self.net.ways[queue.pop()].source
                for one in self.net.ins.get(source, []):
                    if source != node and one not in known:
                        known.add(one)
                        queue.append(one)
            self.feeders[node, way] = known
        return known

    def _gives(self, node: int, kind: str) -> Iterator[Marking]:
        outs = self.net.outs[node]
        if kind == OVER:
            yield frozenset()
        elif kind == ALL:
            yield frozenset(outs)
        elif kind == ONE:
            yield from (frozenset({way}) for way in outs)
        elif len(outs) > MOST_SUBSETS:
            raise Tangled
        else:
            for size in range(1, len(outs) + 1):
                yield from map(frozenset, combinations(outs, size))

    def _waits(self, marking: Marking) -> Iterator[Fault]:
        """At a marking that nothing leads out of: the joins that wait, and for whom. First those that no other one holds up."""
        joins = {self.net.ways[way].target for way in marking}
        first = [
            node
            for node in joins
            if not any(
                self._feeders(node, way) & (marking - set(self.net.ins[node]))
                for way in self.net.ins[node]
                if way not in marking
            )
        ]
        for node in first or sorted(joins):
            missing: dict[str, tuple[Step, list[Step]]] = {}
            for way in self.net.ins[node]:
                drawn = self.net.ways[way]
                if way not in marking and drawn.into is not None and drawn.last is not None:
                    missing.setdefault(drawn.into.id, (drawn.into, []))[1].append(drawn.last)
            for step, about in missing.values():
                yield Fault("waits_forever", step, tuple(about))

    def _endless(self) -> list[Fault]:
        """Where a case would go round for ever: markings from which none is reached where everything has ended."""
        before: dict[Marking, list[Marking]] = {}
        for marking, following in self.next.items():
            for one in following:
                before.setdefault(one, []).append(marking)
        good, queue = set(), [frozenset[int]()]
        while queue:
            marking = queue.pop()
            if marking not in good:
                good.add(marking)
                queue += before.get(marking, [])
        lost = {
            step.id: step
            for marking in self.next
            if marking not in good
            for way in marking
            if (step := self.net.ways[way].into) is not None
        }
        return [Fault("never_ends", min(lost.values(), key=lambda one: one.line))] if lost else []
