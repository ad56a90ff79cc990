"""Which flow charts run, which are refused, where and why."""

from pathlib import Path

import pytest
from django.utils import translation

from roomnight.procedures.rules.chart import read
from roomnight.procedures.rules.plain import plain
from roomnight.procedures.rules.soundness import problems_of
from roomnight.procedures.tests.flows import HEAD, USER, file_of, line, ways

MODELS = Path(__file__).parents[4] / "shared" / "data" / "bpmn"
START, END, A, B = '<startEvent id="s"/>', '<endEvent id="e"/>', USER.format("a"), USER.format("b")


def refused(source: bytes, commands=("demo.act",), decisions=("level",), roles=("receptionist",)):
    found = problems_of(read(source), commands=commands, decisions=decisions, roles=roles)
    return [(one.element, one.reason) for one in found]


def test_a_straight_line_runs():
    assert refused(file_of(line(A, B))) == []


@pytest.mark.rule("PRC-07")
@pytest.mark.parametrize(
    ("source", "problem"),
    [
        pytest.param(b"nonsense", ("", "not_xml"), id="no XML"),
        pytest.param(b"", ("", "not_xml"), id="nothing"),
        pytest.param(b"<a/>", ("", "not_bpmn"), id="other XML"),
        pytest.param(HEAD.encode() + b"</definitions>", ("D", "no_process"), id="no process"),
        pytest.param(file_of(line(A)).replace(b"<definitions", b'<!DOCTYPE d [<!ENTITY x "y">]><definitions'), ("", "doctype"), id="entities"),
        pytest.param(file_of(line('<scriptTask id="x"><script>1</script></scriptTask>')), ("x", "element"), id="a script"),
        pytest.param(file_of(line('<sendTask id="x"/>')), ("x", "element"), id="a send task"),
        pytest.param(file_of(line('<eventBasedGateway id="x"/>')), ("x", "element"), id="an event gateway"),
        pytest.param(file_of(line('<adHocSubProcess id="x"/>')), ("x", "element"), id="an ad-hoc sub-process"),
        pytest.param(file_of(line('<userTask id="x"><standardLoopCharacteristics/></userTask>')), ("x", "loop_marker"), id="a loop marker"),
        pytest.param(file_of(line('<serviceTask id="x"/>')), ("x", "command"), id="a service without command"),
        pytest.param(
            file_of(line('<serviceTask id="x"><extensionElements><rn:command name="os.remove"/></extensionElements></serviceTask>')),
            ("x", "unknown_command"), id="an unknown command",
        ),
        pytest.param(file_of(line('<businessRuleTask id="x"/>')), ("x", "decision"), id="a rule without table"),
        pytest.param(file_of(line('<callActivity id="x" calledElement="q"/>')), ("x", "called"), id="a call into nothing"),
        pytest.param(file_of(line('<callActivity id="x" calledElement="p"/>', A)), ("p", "calls_itself"), id="a call of itself"),
        pytest.param(file_of(line('<receiveTask id="x"/>')), ("x", "message"), id="a message without a name"),
        pytest.param(file_of(line('<intermediateCatchEvent id="x"><signalEventDefinition/></intermediateCatchEvent>')), ("x", "definition"), id="a signal"),
        pytest.param(
            file_of(line('<intermediateCatchEvent id="x"><timerEventDefinition><timeDuration>soon</timeDuration><x/></timerEventDefinition></intermediateCatchEvent>')),
            None, id="a timer that names data",
        ),
        pytest.param(
            file_of(line('<intermediateCatchEvent id="x"><timerEventDefinition><timeDuration>in an hour</timeDuration></timerEventDefinition></intermediateCatchEvent>')),
            ("x", "timer"), id="a timer in words",
        ),
        pytest.param(
            file_of(line('<intermediateCatchEvent id="x"><timerEventDefinition><timeCycle>R/PT1H</timeCycle></timerEventDefinition></intermediateCatchEvent>')),
            ("x", "definition"), id="a cycle",
        ),
        pytest.param(file_of(f"{A}{END}{ways('a e')}"), ("p", "start_count"), id="no start"),
        pytest.param(file_of(f'{START}<startEvent id="s2"/>{A}{END}{ways("s a", "s2 a", "a e")}'), ("p", "start_count"), id="two starts"),
        pytest.param(file_of(f"{START}{A}{ways('s a')}"), ("p", "no_end"), id="no end"),
        pytest.param(file_of(f"{START}{A}{END}{ways('s a')}"), ("a", "dead_end"), id="a dead end"),
        pytest.param(file_of(f"{START}{A}{B}{END}{ways('s a', 'a e', 'b e')}"), ("b", "unreachable"), id="a step nobody reaches"),
        pytest.param(file_of(f"{START}{A}{END}{ways('s a', 'a x', 'a e')}"), ("f1", "unknown_ref"), id="a way to nowhere"),
        pytest.param(file_of(f"{START}{A}{A}{END}{ways('s a', 'a e')}"), ("a", "id_twice"), id="an id twice"),
        pytest.param(file_of(f"{START}{A}{END}{ways('s a', 'a e:open(1)')}"), ("f1", "condition"), id="a condition that is code"),
        pytest.param(
            file_of(f'{START}<exclusiveGateway id="g"/>{A}{B}{END}{ways("s g", "g a:x == 1", "g b", "g e", "a e", "b e")}'),
            ("f2", "no_condition"), id="two usual ways",
        ),
        pytest.param(
            file_of(f'{START}<exclusiveGateway id="g"/><exclusiveGateway id="h"/>{END}{ways("s g", "g h", "h g:x == 1", "h e")}'),
            ("g", "endless"), id="an endless round",
        ),
        pytest.param(
            file_of(line('<userTask id="x"><extensionElements><rn:task due="two days"/></extensionElements></userTask>')),
            ("x", "due"), id="a due time in words",
        ),
        pytest.param(
            file_of('<laneSet id="ls"><lane id="l" rn:role="king"><flowNodeRef>a</flowNodeRef></lane></laneSet>' + line(A)),
            ("a", "unknown_role"), id="an unknown role",
        ),
        pytest.param(
            file_of(line('<userTask id="x"><multiInstanceLoopCharacteristics><loopCardinality>2 ** 9</loopCardinality></multiInstanceLoopCharacteristics></userTask>')),
            ("x", "instances"), id="a reckoned number of instances",
        ),
    ],
)  # fmt: skip
def test_what_cannot_run_is_refused_where_it_stands(source, problem):
    found = refused(source)
    assert (problem in found) if problem else (found == [])


def test_a_round_with_somebody_in_it_is_no_endless_one():
    inside = f'{START}{A}<exclusiveGateway id="g"/>{END}{ways("s a", "a g", "g a:again == true", "g e")}'
    assert refused(file_of(inside)) == []


@pytest.mark.rule("PRC-07")
def test_the_reason_is_said_in_both_languages_with_the_line():
    problem = read(file_of(line('<scriptTask id="x"/>'))).problems[0]
    assert problem.line == 5
    with translation.override("en"):
        assert problem.message == "scriptTask is not run here."
    with translation.override("zh-hans"):
        assert "scriptTask" in problem.message
        assert problem.message != "scriptTask is not run here."


MODELS_SAY = {
    "A.1.0.bpmn": "runs",
    "A.2.0.bpmn": "runs",
    "A.2.1.bpmn": "runs",
    "A.3.0.bpmn": ("escalationEventDefinition", "definition"),
    "A.4.1.bpmn": "runs",
    "B.1.0.bpmn": ("startEvent", "definition"),
    "C.1.1.bpmn": ("serviceTask", "command"),
    "C.3.0.bpmn": ("sequenceFlow", "condition"),
    "C.7.0.bpmn": ("serviceTask", "command"),
}


@pytest.mark.parametrize("name", sorted(MODELS_SAY))
def test_reference_models_of_others(name):
    if not MODELS.is_dir():
        assert refused(file_of(line(A))) == []
        return
    chart = read((MODELS / name).read_bytes())
    found = problems_of(chart, commands=(), decisions=(), roles=())
    said = MODELS_SAY[name]
    if said == "runs":
        assert found == []
        assert plain(chart)
    else:
        assert any(said[1] == one.reason and said[0] in (one.kind, *map(str, one.values.values())) for one in found)
