"""Cases carried through charts: every kind of element does what its drawing says."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from roomnight.procedures.engine import Definition, Stuck, check, complete, deliver, start, tick
from roomnight.procedures.rules.chart import answer_of, choice_of, read
from roomnight.procedures.rules.plain import plain
from roomnight.procedures.rules.soundness import problems_of
from roomnight.procedures.rules.tables import plain_table, read_table
from roomnight.procedures.tests.flows import USER, file_of, line, ways

NOW = datetime(2026, 11, 18, 1, 30, tzinfo=UTC)
START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
A, B, C = (USER.format(name) for name in "abc")


def nothing(name, values):
    raise AssertionError(name)


def definition_of(source: bytes, *tables: bytes) -> Definition:
    decisions = [read_table(one)[0] for one in tables]
    found = problems_of(
        read(source), commands=("demo.act",), decisions=[one.id for one in decisions if one], roles=("receptionist",)
    )
    assert found == []
    made = Definition(plain(read(source)), "p", tuple(plain_table(one) for one in decisions if one))
    check(made)
    return made


class Player:
    """Plays one case: `play.do("a", x=1)` completes the step a with data."""

    def __init__(self, source: bytes, *tables: bytes, do=nothing, **data):
        self.definition, self.service = definition_of(source, *tables), do
        self.now = start(self.definition, data, do)

    @property
    def waits(self):
        return sorted(one.step for one in self.now.waiting)

    def token(self, step, number=0):
        return [one for one in self.now.waiting if one.step == step][number]

    def do(self, step, number=0, **data):
        self.now = complete(self.definition, self.now.state, self.token(step, number).key, data, self.service)
        return self

    def later(self, **delta):
        with time_machine.travel(NOW + timedelta(**delta), tick=False):
            self.now = tick(self.definition, self.now.state, self.service)
        return self

    def message(self, name, **payload):
        self.now = deliver(self.definition, self.now.state, name, payload, self.service)
        return self


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def test_one_step_after_the_other():
    case = Player(file_of(line(A, B)))
    assert case.waits == ["a"]
    assert case.do("a", x=1).waits == ["b"]
    assert case.token("b").data["x"] == 1
    case.do("b")
    assert case.now.is_over
    assert case.now.marks == {"s": "done", "a": "done", "b": "done", "e": "done"}


EITHER = f'{START}{A}<exclusiveGateway id="g" default="f3"/>{B}{C}{END}' + ways(
    "s a", "a g", "g b:guests >= 10", "g c", "b e", "c e"
)


@pytest.mark.rule("PRC-01")
@pytest.mark.parametrize(("guests", "next_step"), [(9, "c"), (10, "b"), (200, "b")])
def test_a_condition_decides(guests, next_step):
    assert Player(file_of(EITHER)).do("a", guests=guests).waits == [next_step]


def test_a_condition_without_its_data_stops_the_case_and_changes_nothing():
    case = Player(file_of(EITHER))
    before = case.now.state
    with pytest.raises(Stuck, match="guests"):
        case.do("a")
    assert case.now.state == before
    assert case.do("a", guests=1).waits == ["c"]


def test_where_no_condition_stands_somebody_chooses():
    case = Player(file_of(f'{START}<exclusiveGateway id="g"/>{A}{B}{END}' + ways("s g", "g a", "g b", "a e", "b e")))
    assert case.waits == [choice_of("g")]
    assert case.do(choice_of("g"), **{answer_of("g"): "f2"}).waits == ["b"]


@pytest.mark.rule("PRC-01")
def test_a_parallel_gateway_waits_for_all():
    case = Player(file_of(
        f'{START}<parallelGateway id="g"/>{A}{B}<parallelGateway id="h"/>{C}{END}'
        + ways("s g", "g a", "g b", "a h", "b h", "h c", "c e")
    ))  # fmt: skip
    assert case.waits == ["a", "b"]
    assert case.do("b").waits == ["a"]
    assert case.do("a").waits == ["c"]


@pytest.mark.rule("PRC-01")
@pytest.mark.parametrize(
    ("data", "first"),
    [({"x": 1, "y": 1}, ["a", "b"]), ({"x": 1, "y": 0}, ["a"]), ({"x": 0, "y": 0}, ["c"])],
)
def test_an_inclusive_gateway_takes_every_way_that_holds_and_waits_for_those(data, first):
    case = Player(file_of(
        f'{START}<inclusiveGateway id="g" default="f3"/>{A}{B}{C}<inclusiveGateway id="h"/>{USER.format("z")}{END}'
        + ways("s g", "g a:x == 1", "g b:y == 1", "g c", "a h", "b h", "c h", "h z", "z e")
    ), **data)  # fmt: skip
    assert case.waits == first
    for step in first:
        assert "z" not in case.waits
        case.do(step)
    assert case.waits == ["z"]


def test_a_service_task_runs_its_command_with_reckoned_values():
    asked = []
    service = (
        '<serviceTask id="x"><extensionElements><rn:command name="demo.act" result="budget">'
        '<rn:value name="total">guests * 80</rn:value></rn:command></extensionElements></serviceTask>'
    )
    case = Player(
        file_of(line(A, service, B)), do=lambda name, values: asked.append((name, values)) or {"sum": values["total"]}
    )
    case.do("a", guests=3)
    assert asked == [("demo.act", {"total": 240})]
    assert case.token("b").data["budget"] == {"sum": 240}


TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">
<decision id="level" name="接待级别"><decisionTable id="t" hitPolicy="FIRST">
<input id="i1"><inputExpression id="x1"><text>rank</text></inputExpression></input>
<input id="i2"><inputExpression id="x2"><text>guests</text></inputExpression></input>
<output id="o" name="level"/><output id="o2" name="host"/>
<rule id="r1"><inputEntry id="a1"><text>"省部级","市长"</text></inputEntry><inputEntry id="b1"><text>-</text></inputEntry>
<outputEntry id="c1"><text>1</text></outputEntry><outputEntry id="d1"><text>"总经理"</text></outputEntry></rule>
<rule id="r2"><inputEntry id="a2"><text>not("散客")</text></inputEntry><inputEntry id="b2"><text>[10..50)</text></inputEntry>
<outputEntry id="c2"><text>2</text></outputEntry><outputEntry id="d2"><text>"总监"</text></outputEntry></rule>
<rule id="r3"><inputEntry id="a3"><text></text></inputEntry><inputEntry id="b3"><text>&gt;= 50</text></inputEntry>
<outputEntry id="c3"><text>guests / 50</text></outputEntry><outputEntry id="d3"><text>"总监"</text></outputEntry></rule>
<rule id="r4"><inputEntry id="a4"><text></text></inputEntry><inputEntry id="b4"><text></text></inputEntry>
<outputEntry id="c4"><text>4</text></outputEntry><outputEntry id="d4"><text>none</text></outputEntry></rule>
</decisionTable></decision></definitions>""".encode()


@pytest.mark.rule("PRC-01")
@pytest.mark.parametrize(
    ("rank", "guests", "level", "host"),
    [
        ("市长", 1, 1, "总经理"), ("省部级", 99, 1, "总经理"), ("经理", 10, 2, "总监"), ("经理", 49, 2, "总监"),
        ("散客", 20, 4, None), ("散客", 100, 2.0, "总监"), ("经理", 9, 4, None),
    ],
)  # fmt: skip
def test_a_decision_table_decides(rank, guests, level, host):
    rule = (
        '<businessRuleTask id="x"><extensionElements><rn:decision ref="level"/></extensionElements></businessRuleTask>'
    )
    case = Player(file_of(line(A, rule, B)), TABLE).do("a", rank=rank, guests=guests)
    assert (case.token("b").data["level"], case.token("b").data["host"]) == (level, host)


@pytest.mark.rule("PRC-07")
@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b">= 50", b"open('x')", "condition"),
        (b"guests / 50", b"guests ** 50", "condition"),
        (b'hitPolicy="FIRST"', b'hitPolicy="COLLECT"', "hit_policy"),
        (b'name="level"/>', b'name="a b"/>', "word"),
        (b'<outputEntry id="c4"><text>4</text></outputEntry>', b"", "rule_width"),
        (b"</definitions>", b"", "not_xml"),
        (b"<decisionTable", b"<literalExpression", "not_xml"),
    ],
)
def test_a_bad_table_is_refused_with_its_line(old, new, reason):
    table, found = read_table(TABLE.replace(old.replace(b">=", b"&gt;="), new))
    assert table is None
    assert reason in [one.reason for one in found]
    assert found[0].line > 0


# ---- time and messages

WAIT = '<intermediateCatchEvent id="w"><timerEventDefinition><timeDuration>PT30M</timeDuration></timerEventDefinition></intermediateCatchEvent>'


@pytest.mark.rule("PRC-06")
def test_a_timer_goes_on_when_its_moment_has_come_and_once():
    case = Player(file_of(line(WAIT, B)))
    assert case.token("w").at == NOW + timedelta(minutes=30)
    assert case.later(minutes=29).waits == ["w"]
    assert case.later(minutes=31).waits == ["b"]
    assert case.later(minutes=90).waits == ["b"]


def test_a_timer_may_wait_for_a_date_of_the_case():
    until = WAIT.replace("timeDuration", "timeDate").replace("PT30M", "arrives_at")
    case = Player(file_of(line(until, B)), arrives_at="2026-11-20T08:00:00+08:00")
    assert case.token("w").at == datetime(2026, 11, 20, 0, 0, tzinfo=UTC)


def around(kind, interrupts):
    border = (
        f'<boundaryEvent id="late" attachedToRef="a" cancelActivity="{interrupts}">{kind}</boundaryEvent>'
        f'{C}<endEvent id="e2"/>'
    )
    return (
        '<message id="m" name="called_off"/>',
        f"{START}{A}{B}{border}{END}{ways('s a', 'a b', 'b e', 'late c', 'c e2')}",
    )


TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
MESSAGE = '<messageEventDefinition messageRef="m"/>'


@pytest.mark.rule("PRC-06")
@pytest.mark.parametrize(("interrupts", "then"), [("false", ["a", "c"]), ("true", ["c"])])
def test_a_timer_on_the_border_of_a_step(interrupts, then):
    before, inside = around(TIMER, interrupts)
    case = Player(file_of(inside, before))
    assert case.later(minutes=59).waits == ["a", "late"]
    assert case.later(minutes=61).waits == then
    assert case.now.marks["a"] == ("current" if "a" in then else "left")


def test_a_step_that_was_done_in_time_ends_its_timer():
    before, inside = around(TIMER, "false")
    case = Player(file_of(inside, before)).do("a")
    assert case.later(hours=5).waits == ["b"]


def test_a_message_on_the_border_of_a_step_brings_its_data():
    before, inside = around(MESSAGE, "true")
    case = Player(file_of(inside, before)).message("called_off", reason="航班取消")
    assert case.waits == ["c"]
    assert case.token("c").data["reason"] == "航班取消"


def test_a_message_that_nobody_waits_for_is_refused():
    before, inside = around(MESSAGE, "true")
    case = Player(file_of(inside, before)).do("a")
    with pytest.raises(Stuck):
        case.message("called_off")
    with pytest.raises(Stuck):
        Player(file_of(line(A))).message("anything")


def test_a_receive_task_waits_for_its_message():
    case = Player(file_of(line('<receiveTask id="r" messageRef="m"/>', B), '<message id="m" name="paid"/>'))
    assert (case.token("r").kind, case.token("r").message) == ("message", "paid")
    assert case.message("paid", amount="12.50").token("b").data["amount"] == "12.50"


# ---- inside one another, and many times


@pytest.mark.rule("PRC-01")
def test_a_sub_process_and_a_called_procedure():
    inner = f'<subProcess id="sub"><startEvent id="s1"/>{B}<endEvent id="e1"/>{ways("s1 b", "b e1").replace("f0", "g0").replace("f1", "g1")}</subProcess>'
    whole = file_of(line(A, inner, '<callActivity id="call" calledElement="q"/>')).replace(
        b"</definitions>",
        f'<process id="q"><startEvent id="s2"/>{C}<endEvent id="e2"/>{ways("s2 c", "c e2").replace("f0", "h0").replace("f1", "h1")}'
        "</process></definitions>".encode(),
    )
    case = Player(whole).do("a", x=1)
    assert case.waits == ["b"]
    assert case.now.marks["sub"] == "current"
    assert case.do("b", y=2).waits == ["c"]
    assert case.token("c").data["y"] == 2
    assert case.do("c").now.is_over


@pytest.mark.parametrize("one_by_one", ["true", "false"])
def test_a_step_is_done_for_each_of_a_list(one_by_one):
    many = (
        f'<userTask id="a"><multiInstanceLoopCharacteristics isSequential="{one_by_one}">'
        '<loopDataInputRef>rooms</loopDataInputRef><inputDataItem name="room"/></multiInstanceLoopCharacteristics></userTask>'
    )
    case = Player(file_of(line(many, B)), rooms=["1201", "1202", "1203"])
    assert len(case.waits) == (1 if one_by_one == "true" else 3)
    seen = []
    for _ in range(3):
        seen.append(case.token("a").data["room"])
        case.do("a")
    assert seen == ["1201", "1202", "1203"]
    assert case.waits == ["b"]


def test_terminate_ends_everything():
    case = Player(file_of(
        f'{START}<parallelGateway id="g"/>{A}{B}<endEvent id="t"><terminateEventDefinition/></endEvent>{END}'
        + ways("s g", "g a", "g b", "a t", "b e")
    )).do("a")  # fmt: skip
    assert case.now.is_over
    assert case.now.marks["b"] == "left"


# ---- what must not happen


def test_a_step_is_completed_once():
    case = Player(file_of(line(A, B)))
    key = case.token("a").key
    case.do("a")
    with pytest.raises(Stuck):
        complete(case.definition, case.now.state, key, {}, nothing)
    with pytest.raises(Stuck):
        complete(case.definition, case.now.state, "no such key", {}, nothing)


def test_a_case_of_another_engine_is_not_read():
    case = Player(file_of(line(A)))
    state = json.loads(case.now.state) | {"version": "0"}
    with pytest.raises(Stuck):
        tick(case.definition, json.dumps(state), nothing)


def test_the_state_holds_no_chart():
    assert "task_specs" not in Player(file_of(line(A))).now.state


@pytest.mark.rule("PRC-03")
def test_a_case_goes_on_from_its_state_alone_after_many_rounds():
    inside = f'{START}{A}<exclusiveGateway id="g"/>{END}{ways("s a", "a g", "g a:again == true", "g e")}'
    case = Player(file_of(inside))
    for _ in range(30):
        case.do("a", again=True)
    assert len(case.now.state) < 60_000
    assert case.do("a", again=False).now.is_over
