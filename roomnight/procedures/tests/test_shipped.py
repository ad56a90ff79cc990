"""The procedures that ship: every way of every chart is played, texts are whole, and hotels get them."""

import re

import pytest

from roomnight.kernel.commands import OPERATOR, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.organization.commands import create_hotel
from roomnight.organization.models import DepartmentKind
from roomnight.organization.shipped_roles import SHIPPED_ROLES
from roomnight.procedures.commands import (
    add_version,
    complete_task,
    create_procedure,
    install_shipped,
    put_in_force,
    start_case,
)
from roomnight.procedures.commands.charts import examine
from roomnight.procedures.models import CaseTask, FormVersion, Procedure, ProcedureVersion, VersionState
from roomnight.procedures.rules.chart import EVENT_DEFINITIONS, RUN
from roomnight.procedures.rules.expressions import names_in
from roomnight.procedures.rules.form_values import shows
from roomnight.procedures.rules.forms import check, parse_schema, read_form
from roomnight.procedures.shipped import MAKER, ShippedProcedure, shipped
from roomnight.procedures.tests.behaviour import BEHAVIOUR
from roomnight.procedures.tests.examples import example
from roomnight.procedures.tests.flows import USER, file_of, line
from roomnight.procedures.tests.player import Play, all_ways, chart_of
from roomnight.procedures.tests.scenarios import SCENARIOS

ALL = {one.code: one for one in shipped()}
each = pytest.mark.parametrize("one", ALL.values(), ids=ALL.keys())
CHINESE = re.compile(r"[\u4e00-\u9fff]")


# ---- played


@pytest.mark.parametrize(
    ("code", "name"), [(code, name) for code, known in SCENARIOS.items() for name in known], ids=lambda text: text
)
def test_a_case_comes_to_its_end(code, name):
    moves, end = SCENARIOS[code][name]
    case = Play(ALL[code], moves)
    assert case.now.is_over, case.waits
    assert case.now.marks[end] == "done"


@each
def test_every_way_of_a_chart_is_taken_by_some_case(one):
    taken: set[str] = set()
    for moves, _end in SCENARIOS[one.code].values():
        taken |= Play(one, moves).taken
    assert set(all_ways(chart_of(one))) - taken == set()


@pytest.mark.django_db
@each
def test_a_shipped_chart_runs_as_it_is(one, world):
    _chart, problems = examine(one.source, list(one.tables))
    assert [(problem.line, problem.message) for problem in problems] == []
    assert len(one.source) < 300_000


# ---- words, roles, times


def steps_of(one: ShippedProcedure):
    return [step for process in chart_of(one).processes.values() for step in process.everything()]


@each
def test_everything_is_said_in_both_languages(one):
    assert CHINESE.search(one.title)
    assert CHINESE.search(one.purpose)
    assert not CHINESE.search(one.title_en + one.purpose_en)
    for step in steps_of(one):
        assert bool(step.name) == bool(step.name_en), step.id
        assert CHINESE.search(step.name) or not step.name, step.id
        assert not CHINESE.search(step.name_en), step.id
        if not step.kind.endswith("Gateway"):
            assert step.name, step.id
        if step.is_human:
            assert CHINESE.search(step.instruction), step.id
            assert step.instruction_en, step.id
            assert not CHINESE.search(step.instruction_en), step.id


@each
def test_every_step_has_its_role_and_its_time(one):
    roles = {role.code for role in SHIPPED_ROLES}
    assert set(one.read_by) <= roles
    assert one.department in DepartmentKind.values
    people = [step for step in steps_of(one) if step.is_human]
    assert {step.lane for step in people} <= roles
    assert [step.id for step in people if not step.due] == []
    assert any(step.escalations for step in people)


@each
def test_ways_out_of_a_decision_have_their_words(one):
    for flow in all_ways(chart_of(one)).values():
        assert CHINESE.search(flow.name) or not flow.condition, flow.id


@each
def test_what_a_decision_asks_for_was_filled_in_before(one):
    """A condition without its data would stop the case: every name is a field that must be filled in, or a result."""
    known = {form.code: form.schema for form in one.forms}
    given = {step.result for step in steps_of(one)} | {step.item for step in steps_of(one)}
    for step in steps_of(one):
        if step.form:
            given |= set(known[step.form]["required"])
    given |= {name for table in one.tables for name in re.findall(r'<output [^>]*name="(\w+)"', table.decode())}
    asked = {name for flow in all_ways(chart_of(one)).values() if flow.condition for name in names_in(flow.condition)}
    filled = {name for schema in known.values() for name in schema["properties"]}
    for step in steps_of(one):
        values = {name for _key, text in step.command_values for name in names_in(text)}
        assert values - given - filled == set()  # a service takes none for what was left empty
        asked |= {step.timer[1]} if step.timer[0] == "timeDate" else set()
        asked |= {step.instances} if step.instances and not step.instances.isdigit() else set()
        asked |= {step.due_from} if step.due_from else set()
    assert asked - given == set()


@each
def test_every_form_is_used_and_every_used_form_is_there(one):
    used = {step.form for step in steps_of(one) if step.form}
    assert used == {form.code for form in one.forms}


BORDERS = [(kind, stops) for kind in ("timer", "message") for stops in (True, False)]


def test_between_them_they_use_everything_that_is_run():
    steps = [step for one in ALL.values() for step in steps_of(one)]
    assert {step.kind for step in steps} == RUN
    for kind, definitions in EVENT_DEFINITIONS.items():
        words = {
            "timerEventDefinition": "timer",
            "messageEventDefinition": "message",
            "terminateEventDefinition": "terminate",
        }
        assert {words[one] for one in definitions} <= {step.event for step in steps if step.kind == kind}, kind
    assert {(step.event, step.interrupts) for step in steps if step.attached_to} == set(BORDERS)
    assert {step.timer[0] for step in steps if step.event == "timer"} == {"timeDuration", "timeDate"}
    many = {(step.one_by_one, step.is_counted) for step in steps if step.instances}
    assert many == {(False, False), (True, True)}
    processes = [process for one in ALL.values() for process in chart_of(one).processes.values()]
    chosen = {step.kind for process in processes for step in process.steps.values() if process.choices(step)}
    assert chosen == {"exclusiveGateway", "inclusiveGateway"}
    assert any(step.due_from for step in steps)
    assert any(step.person for step in steps)
    assert any(len(step.escalations) > 1 for step in steps)


@pytest.mark.parametrize(("code", "step", "chinese", "english"), BEHAVIOUR)
def test_how_to_behave_stands_on_the_step(code, step, chinese, english):
    known = {one.id: one for one in steps_of(ALL[code])}
    assert chinese in known[step].instruction
    assert english in known[step].instruction_en


def test_every_procedure_says_how_to_behave():
    assert {code for code, *_rest in BEHAVIOUR} == set(ALL)


# ---- forms


FORMS = {form.code: form for one in ALL.values() for form in one.forms}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_form_takes_what_is_right_and_refuses_what_is_not(form):
    spec = read_form(parse_schema(form.source))
    whole = {field.name: example(field) for field in spec.fields}
    kept, errors = check(spec, whole)
    assert errors == {}
    assert set(kept) == {field.name for field in spec.fields if shows(field, whole) and not field.is_read_only}
    nothing = {field.name: None for field in spec.fields}
    needed = {field.name for field in spec.fields if field.is_required and shows(field, nothing)}
    _kept, errors = check(spec, {})
    assert set(errors) == needed
    for field in spec.fields:
        if field.kind in ("choice", "whole", "money", "moment", "day", "clock", "document") and field.name in kept:
            assert check(spec, {**whole, field.name: "?"})[1], field.name


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_form_is_in_both_languages(form):
    texts: list[str] = []

    def gather(node):
        if isinstance(node, dict):
            for zh, en in (("title", "x-title-en"), ("description", "x-description-en")):
                if isinstance(node.get(zh), str):
                    texts.append(node[en])
                    assert CHINESE.search(node[zh]), node[zh]
            for zh, en in node.get("x-labels", {}).values():
                assert CHINESE.search(zh), zh
                texts.append(en)
            for inner in node.values():
                gather(inner)

    gather(form.schema)
    assert texts
    assert [one for one in texts if not one or CHINESE.search(one)] == []


# ---- hotels get them


@pytest.mark.django_db
def test_a_new_hotel_has_them_in_force(world):
    hotel = create_hotel(actor=OPERATOR, code="new", name="新酒店")
    found = ProcedureVersion.objects.filter(procedure__hotel=hotel, state=VersionState.EFFECTIVE)
    assert set(found.values_list("procedure__code", "number", "made_by")) == {(code, 1, MAKER) for code in ALL}
    assert install_shipped(actor=OPERATOR, hotel=hotel) is UNCHANGED
    case = start_case(actor=world.seat("luo"), version=found.get(procedure__code="P-DESK"), starter=world.luo)
    task = CaseTask.objects.get(case=case)
    assert (task.step, task.role.code, task.form) == ("identify", "receptionist", "desk-arrival")


@pytest.mark.django_db
def test_a_new_hotel_has_their_forms_and_registers(world):
    found = FormVersion.objects.filter(form__hotel=world.lakeside, state=VersionState.EFFECTIVE).select_related("form")
    there = {one.form.code: (one.source, one.form.is_register) for one in found}
    shipped = {form.code: (form.source, form.is_register) for form in FORMS.values()}
    assert {code: there.get(code) for code in shipped} == shipped
    assert found.get(form__code="club-laundry").form.title == "洗衣单"
    FormVersion.objects.filter(form__hotel=world.lakeside, form__code="club-bill").update(
        sha256="of an older Roomnight"
    )
    assert install_shipped(actor=OPERATOR, hotel=world.lakeside) == 1
    assert install_shipped(actor=OPERATOR, hotel=world.lakeside) is UNCHANGED


@pytest.mark.django_db
def test_a_task_takes_only_what_its_form_takes(world):
    version = ProcedureVersion.objects.get(procedure__hotel=world.lujiazui, procedure__code="P-ROOM-CHANGE")
    case = start_case(actor=world.seat("luo"), version=version, starter=world.luo)
    task = CaseTask.objects.get(case=case)
    good = {
        "guest_name": "王芳", "old_room": "1203", "old_type": "标准间", "old_rate": "688", "arrival_day": "yes",
        "departs_at": "2026-11-20T12:00", "asked_by": "guest", "change_cause": "price", "hotel_fault": "no", "cannot_be_repaired": "no",
    }  # fmt: skip
    with pytest.raises(Refusal) as refused:
        complete_task(actor=world.seat("luo"), task=task, staff=world.luo, data={**good, "old_rate": "cheap"})
    assert refused.value.field == "old_rate"
    complete_task(actor=world.seat("luo"), task=task, staff=world.luo, data=good)
    task = CaseTask.objects.get(case=case, step="search")
    offer = {"available": "other", "new_room": "1508", "new_type": "单人间", "new_rate": "588"}
    complete_task(actor=world.seat("luo"), task=task, staff=world.luo, data=offer)
    assert CaseTask.objects.get(case=case, state="open").step == "explain"


@pytest.mark.django_db
def test_a_newer_one_replaces_the_shipped_one_and_leaves_its_cases_alone(world):
    procedure = Procedure.objects.get(hotel=world.lujiazui, code="P-DESK")
    version = procedure.versions.get()
    ProcedureVersion.objects.filter(pk=version.pk).update(sha256="of an older Roomnight")
    case = start_case(actor=world.seat("luo"), version=version, starter=world.luo)
    assert install_shipped(actor=OPERATOR, hotel=world.lujiazui) == 1
    assert list(procedure.versions.values_list("number", "state")) == [(2, "effective"), (1, "superseded")]
    case.refresh_from_db()
    assert case.version_id == version.pk
    assert install_shipped(actor=OPERATOR, hotel=world.lujiazui) is UNCHANGED


@pytest.mark.django_db
def test_what_the_hotel_drew_is_never_replaced_silently(world):
    lin = world.seat("lin")
    procedure = Procedure.objects.get(hotel=world.lujiazui, code="P-DESK")
    own = add_version(actor=lin, procedure=procedure, source=file_of(line(USER.format("a"))))
    put_in_force(actor=lin, version=own, on=own.made_at.date())
    procedure.versions.filter(number=1).update(sha256="of an older Roomnight")
    assert install_shipped(actor=OPERATOR, hotel=world.lujiazui) == 1
    assert list(procedure.versions.values_list("number", "state")) == [
        (3, "draft"), (2, "effective"), (1, "superseded"),
    ]  # fmt: skip
    assert install_shipped(actor=OPERATOR, hotel=world.lujiazui) is UNCHANGED


@pytest.mark.django_db
def test_a_procedure_of_the_hotel_s_own_keeps_its_code(world):
    Procedure.objects.filter(hotel=world.lakeside, code="P-DESK").update(code="P-OLD", is_shipped=False)
    create_procedure(actor=OPERATOR, hotel=world.lakeside, code="P-DESK", title="自己的", department="sales")
    assert install_shipped(actor=OPERATOR, hotel=world.lakeside) is UNCHANGED


@pytest.mark.rule("TGT-05")
def test_in_property_sales_only_those_qualified_receive_and_close():
    asked = {step.id: step.qualification for step in steps_of(ALL["P-PROPERTY"]) if step.qualification}
    receiving = ("kit", "call", "call-back", "register", "introduce", "follow")
    assert asked == {"deal": "sell", **dict.fromkeys(receiving, "receive")}
