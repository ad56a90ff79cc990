"""Whether ways meet again as they parted: what waits for ever or runs twice is refused at its line, what comes to its end never is (PRC-07)."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roomnight.procedures import engine
from roomnight.procedures.rules import tokens
from roomnight.procedures.rules.chart import answer_of, read
from roomnight.procedures.rules.plain import plain
from roomnight.procedures.rules.soundness import problems_of
from roomnight.procedures.tests.flows import USER, file_of, ways

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
A, B, C, D = (USER.format(name) for name in "abcd")
TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
KILL = '<endEvent id="k"><terminateEventDefinition/></endEvent>'


def gate(name: str, kind: str) -> str:
    return f'<{kind}Gateway id="{name}"/>'


def border(name: str, on: str, interrupts: str) -> str:
    return f'<boundaryEvent id="{name}" attachedToRef="{on}" cancelActivity="{interrupts}">{TIMER}</boundaryEvent>'


def refused(source: bytes) -> list[tuple[str, str]]:
    return [(one.element, one.reason) for one in problems_of(read(source), commands=(), decisions=(), roles=())]


def block(split: str, join: str, after: str = C) -> bytes:
    """Two ways that part at g and meet at h, and a step after it."""
    inside = f"{START}{gate('g', split)}{A}{B}{gate('h', join)}{after}{END}"
    return file_of(inside + ways("s g", "g a:x == 1", "g b", "a h", "b h", "h c", "c e"))


@pytest.mark.rule("PRC-07")
@pytest.mark.parametrize(
    ("split", "join", "problem"),
    [
        ("exclusive", "exclusive", None),
        ("parallel", "parallel", None),
        ("inclusive", "inclusive", None),
        ("exclusive", "inclusive", None),
        ("parallel", "inclusive", None),
        ("exclusive", "parallel", ("h", "waits_forever")),
        ("inclusive", "parallel", ("h", "waits_forever")),
        ("parallel", "exclusive", ("h", "runs_twice")),
        ("inclusive", "exclusive", ("h", "runs_twice")),
    ],
)
def test_ways_meet_as_they_parted(split, join, problem):
    assert refused(block(split, join)) == ([problem] if problem else [])


@pytest.mark.rule("PRC-07")
def test_the_refusal_names_line_gateway_and_the_ways_that_need_not_come():
    source = block("exclusive", "parallel")
    found = problems_of(read(source), commands=(), decisions=(), roles=())[0]
    assert (found.line, found.element, found.kind) == (4, "h", "parallelGateway")
    assert found.values["steps"] in ("a", "b")
    for language, word in (("en", "exclusive gateway"), ("zh-hans", "排他网关")):
        with translation.override(language):
            assert word in found.message


CROSSED = {
    "a step that two parallel ways enter": (
        f"{START}{gate('g', 'parallel')}{A}{B}{C}{END}" + ways("s g", "g a", "g b", "a c", "b c", "c e"), ("c", "runs_twice"),
    ),
    "parallel ways that meet only at the end": (
        f"{START}{gate('g', 'parallel')}{A}{B}{END}" + ways("s g", "g a", "g b", "a e", "b e"), None,
    ),
    "a merge right before the end": (
        f"{START}{gate('g', 'parallel')}{A}{B}{gate('h', 'exclusive')}{END}" + ways("s g", "g a", "g b", "a h", "b h", "h e"), None,
    ),
    "a way out of one of two that are waited for": (
        f"{START}{gate('g', 'parallel')}{A}{B}{gate('x', 'exclusive')}{gate('h', 'parallel')}{C}{END}"
        + ways("s g", "g a", "g b", "a x", "x h:y == 1", "x e", "b h", "h c", "c e"), ("h", "waits_forever"),
    ),
    "the same, where the way out ends everything": (
        f"{START}{gate('g', 'parallel')}{A}{B}{gate('x', 'exclusive')}{gate('h', 'parallel')}{C}{END}{KILL}"
        + ways("s g", "g a", "g b", "a x", "x h:y == 1", "x k", "b h", "h c", "c e"), None,
    ),
    "a round that a parallel gateway begins": (
        f"{START}{gate('m', 'parallel')}{A}{gate('x', 'exclusive')}{END}" + ways("s m", "m a", "a x", "x m:y == 1", "x e"),
        ("m", "waits_forever"),
    ),
    "a round that an exclusive gateway begins": (
        f"{START}{gate('m', 'exclusive')}{A}{gate('x', 'exclusive')}{END}" + ways("s m", "m a", "a x", "x m:y == 1", "x e"), None,
    ),
    "something told on the side in each round": (
        f"{START}{A}{gate('g', 'parallel')}{B}{gate('x', 'exclusive')}{END}{C}"
        + ways("s a", "a g", "g b", "g c", "c e", "b x", "x a:y == 1", "x e"), None,
    ),
    "a parallel round": (
        f"{START}{A}{gate('g', 'parallel')}{B}{C}{gate('x', 'exclusive')}{END}"
        + ways("s a", "a g", "g b", "g c", "c a", "b x", "x a:y == 1", "x e"), ("a", "runs_twice"),
    ),
    "a round without a way out": (f"{START}{A}{B}{END}{gate('x', 'exclusive')}" + ways("s x", "x a:y == 1", "x e", "a b", "b a"), ("a", "never_ends")),
    "a round without a way out that something else ends": (
        f"{START}{gate('g', 'parallel')}{A}{B}{C}{KILL}" + ways("s g", "g a", "a b", "b a", "g c", "c k"), None,
    ),
    "a reminder in a round": (
        f"{START}{A}{border('t', 'a', 'false')}{B}{gate('x', 'exclusive')}{END}<endEvent id='e2'/>"
        + ways("s a", "a x", "x a:y == 1", "x e", "t b", "b e2"), None,
    ),
    "a reminder that comes back to the way it left": (
        f"{START}{A}{border('t', 'a', 'false')}{B}{C}{END}" + ways("s a", "a c", "c e", "t b", "b c"), ("c", "runs_twice"),
    ),
    "a reminder that is waited for where it came": (
        f"{START}{A}{border('t', 'a', 'false')}{B}{gate('h', 'inclusive')}{C}{END}" + ways("s a", "a h", "h c", "c e", "t b", "b h"), None,
    ),
    "a time limit that takes the other way": (
        f"{START}{A}{border('t', 'a', 'true')}{B}{gate('h', 'exclusive')}{C}{END}" + ways("s a", "a h", "h c", "c e", "t b", "b h"), None,
    ),
    "a time limit whose way is waited for": (
        f"{START}{A}{border('t', 'a', 'true')}{B}{gate('h', 'parallel')}{C}{END}" + ways("s a", "a h", "h c", "c e", "t b", "b h"),
        ("h", "waits_forever"),
    ),
    "parallel ways drawn crosswise": (
        f"{START}{gate('g', 'parallel')}{A}{gate('u', 'parallel')}{B}{C}{D}{gate('h', 'parallel')}{gate('j', 'parallel')}{END}"
        + ways("s g", "g a", "a u", "u h", "u c", "g b", "b h", "h d", "d j", "c j", "j e"), None,
    ),
}  # fmt: skip


@pytest.mark.rule("PRC-07")
@pytest.mark.parametrize("name", sorted(CROSSED))
def test_ways_that_are_drawn_crosswise(name):
    inside, problem = CROSSED[name]
    found = refused(file_of(inside))
    assert (problem in found) if problem else (found == [])


def test_a_sub_process_is_looked_at_on_its_own():
    def sub(join: str) -> str:
        inner = f'<startEvent id="s1"/>{gate("g", "exclusive")}{A}{B}{gate("h", join)}<endEvent id="e1"/>{ways("s1 g", "g a:x == 1", "g b", "a h", "b h", "h e1")}'
        outer = (
            '<sequenceFlow id="o1" sourceRef="s" targetRef="sub"/><sequenceFlow id="o2" sourceRef="sub" targetRef="e"/>'
        )
        return f'{START}<subProcess id="sub">{inner}</subProcess>{END}{outer}'

    assert refused(file_of(sub("exclusive"))) == []
    assert refused(file_of(sub("parallel"))) == [("h", "waits_forever")]


def test_what_is_too_tangled_is_refused_and_not_let_through_unseen(monkeypatch):
    tangled = CROSSED["the same, where the way out ends everything"][0]
    monkeypatch.setattr(tokens, "MOST_STATES", 3)
    assert refused(file_of(tangled)) == [("p", "too_tangled")]


# ---- charts built of blocks come to their end; broken in one place they do not


@dataclass
class Drawn:
    """A chart as it is being drawn: steps, ways, and where it can be broken so that it is surely wrong."""

    steps: list[str] = field(default_factory=list)
    ways: list[str] = field(default_factory=list)
    breaks: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, kind: str) -> str:
        name = f"n{len(self.steps)}"
        self.steps.append(f'<{kind} id="{name}"/>')
        return name

    def link(self, source: str, target: str) -> None:
        self.ways.append(f"{source} {target}")

    def source(self, broken: tuple[str, str, str] | None = None) -> bytes:
        """The file; with a break, the gateway of that name is of the other kind."""
        steps = "".join(self.steps)
        if broken is not None:
            name, old, new = broken
            assert f'<{old} id="{name}"/>' in steps
            steps = steps.replace(f'<{old} id="{name}"/>', f'<{new} id="{name}"/>')
        return file_of(f"{START}{END}{steps}{ways(*self.ways)}")


SPLITS = {"one": "exclusiveGateway", "all": "parallelGateway", "some": "inclusiveGateway"}
WRONG = {
    "one": [("parallelGateway", "waits_forever")],
    "all": [("exclusiveGateway", "runs_twice")],
    "some": [("parallelGateway", "waits_forever"), ("exclusiveGateway", "runs_twice")],
}
BLOCKS = st.recursive(
    st.just("step"),
    lambda inner: st.one_of(
        st.tuples(st.just("row"), st.lists(inner, min_size=1, max_size=3)),
        st.tuples(st.sampled_from(sorted(SPLITS)), st.lists(inner, min_size=2, max_size=4)),
        st.tuples(st.just("round"), inner),
        st.tuples(st.just("reminded"), inner),
        st.tuples(st.just("limited"), inner),
    ),
    max_leaves=14,
)


def drawn(block, whole: Drawn, source: str) -> str:
    """Draw a block behind a step; returns the step at which it is left, which is always one for a person."""
    if block == "step":
        step = whole.add("userTask")
        whole.link(source, step)
        return step
    kind, inside = block
    if kind == "row":
        for one in inside:
            source = drawn(one, whole, source)
        return source
    after = whole.add("userTask")
    if kind in SPLITS:
        split, join = whole.add(SPLITS[kind]), whole.add(SPLITS[kind])
        whole.link(source, split)
        for one in inside:
            whole.link(drawn(one, whole, split), join)
        whole.link(join, after)
        whole.breaks += [(join, SPLITS[kind], new) for new, _reason in WRONG[kind]]
    elif kind == "round":
        merge, again = whole.add("exclusiveGateway"), whole.add("exclusiveGateway")
        whole.link(source, merge)
        whole.link(drawn(inside, whole, merge), again)
        whole.link(again, merge)
        whole.link(again, after)
        whole.breaks.append((merge, "exclusiveGateway", "parallelGateway"))
        whole.breaks.append((again, "exclusiveGateway", "parallelGateway"))
    else:
        step = whole.add("userTask")
        whole.link(source, step)
        timer = f"n{len(whole.steps)}"
        whole.steps.append(border(timer, step, "false" if kind == "reminded" else "true"))
        way = drawn(inside, whole, timer)
        if kind == "reminded":
            whole.link(way, "e")
            whole.link(step, after)
        else:
            merge = whole.add("exclusiveGateway")
            whole.link(way, merge)
            whole.link(step, merge)
            whole.link(merge, after)
            whole.breaks.append((merge, "exclusiveGateway", "parallelGateway"))
    return after


def chart_of(block) -> Drawn:
    whole = Drawn()
    whole.link(drawn(block, whole, "s"), "e")
    return whole


PATIENT = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


@pytest.mark.rule("PRC-07")
@PATIENT
@given(BLOCKS)
def test_a_chart_built_of_blocks_is_never_refused(block):
    assert refused(chart_of(block).source()) == []


@pytest.mark.rule("PRC-07")
@PATIENT
@given(BLOCKS, st.data())
def test_broken_in_one_place_it_is_refused(block, data):
    whole = chart_of(("round", ("one", [block, "step"])))
    broken = data.draw(st.sampled_from(whole.breaks))
    assert {reason for _element, reason in refused(whole.source(broken))} & {
        "waits_forever",
        "runs_twice",
        "never_ends",
    }


def nothing(name, values):
    raise AssertionError(name)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(BLOCKS, st.integers(0, 10_000))
def test_what_is_let_through_comes_to_its_end_in_the_engine(block, seed):
    rng, source = random.Random(seed), chart_of(block).source()
    chart = read(source)
    definition = engine.Definition(plain(chart), "p")
    flows = chart.processes["p"].after
    now = engine.start(definition, {}, nothing)
    for _move in range(400):
        tasks = [one for one in now.waiting if one.kind == "task"]
        if not tasks:
            break
        one = rng.choice(tasks)
        chosen = {}
        if one.step.endswith(".choice"):
            gateway = one.step.removesuffix(".choice")
            way = flows(gateway)[-1 if _move > 100 else rng.randrange(len(flows(gateway)))]
            many = "inclusiveGateway" in source.decode().split(f'id="{gateway}"')[0].rsplit("<", 1)[1]
            chosen = {answer_of(gateway): [way.id] if many else way.id}
        now = engine.complete(definition, now.state, one.key, chosen, nothing)
    assert now.is_over
