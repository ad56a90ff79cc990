"""Cases in the hotel: whose list a task is on, by when, what is kept, and what is refused."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from roomnight.kernel.commands import UNCHANGED, Machine
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Notification
from roomnight.organization.commands import grant_qualification
from roomnight.procedures import services
from roomnight.procedures.commands import (
    add_version,
    cancel_case,
    claim_task,
    comment,
    complete_task,
    create_procedure,
    deliver_message,
    go_on,
    hand_over_task,
    install_form,
    put_in_force,
    retire_form,
    retire_procedure,
    start_case,
    submit_version,
)
from roomnight.procedures.jobs import let_late_tasks_rise, let_timers_fire
from roomnight.procedures.models import Case, CaseEvent, CaseTask, Form, Wait
from roomnight.procedures.tests.flows import USER, file_of, line, ways
from tests.world import SHANGHAI

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 18, 9, 30, tzinfo=SHANGHAI)
SYSTEM = Machine("system", "lujiazui")
START, END, B = '<startEvent id="s"/>', '<endEvent id="e"/>', USER.format("b")
ASK = (
    '<userTask id="ask" name="询问来意" rn:nameEn="Ask what for"><extensionElements>'
    '<rn:task due="PT15M" form="arrival"><rn:escalate after="PT15M" to="front-office-manager"/>'
    '<rn:escalate after="PT45M" to="general-manager"/></rn:task></extensionElements></userTask>'
)
LANES = (
    '<laneSet id="ls"><lane id="l" name="前台" rn:role="receptionist"><flowNodeRef>ask</flowNodeRef></lane></laneSet>'
)
WAIT = '<intermediateCatchEvent id="w"><timerEventDefinition><timeDuration>PT30M</timeDuration></timerEventDefinition></intermediateCatchEvent>'


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    monkeypatch.setattr(services, "SERVICES", {"demo.act": lambda case, actor, n: {"case": case.number, "n": n}})
    monkeypatch.setattr("roomnight.procedures.commands.charts.SERVICES", services.SERVICES)


ARRIVAL = """{"type": "object", "title": "来客", "x-title-en": "Arrival",
"properties": {"purpose": {"type": "string", "title": "来意", "x-title-en": "Purpose"}}}"""


@pytest.fixture(autouse=True)
def arrival(world):
    """The form that the step of asking names."""
    install_form(actor=SYSTEM, hotel=world.lujiazui, code="arrival", department="front_office", source=ARRIVAL)


@pytest.fixture
def version(world):
    """Makes a version in force out of what stands in a process."""

    def make(inside, before="", code="P-TEST"):
        lin = world.seat("lin")
        procedure = create_procedure(
            actor=lin, hotel=world.lujiazui, code=code, title="前台接待", department="front_office"
        )
        draft = add_version(actor=lin, procedure=procedure, source=file_of(inside, before))
        return put_in_force(actor=lin, version=draft, on=NOW.date())

    return make


def begin(world, version, **more):
    return start_case(actor=world.seat("luo"), version=version, starter=world.luo, label="王先生", **more)


def task_of(case, step):
    return CaseTask.objects.get(case=case, step=step, state__in=["open", "claimed"])


@pytest.mark.rule("PRC-03")
def test_a_case_puts_its_first_task_on_the_list_of_the_role(world, version):
    case = begin(world, version(LANES + line(ASK, B)), data={"guests": 2})
    task = task_of(case, "ask")
    assert case.number.startswith("GA-202611-")
    assert (task.role.code, task.person, task.state, task.form) == ("receptionist", None, "open", "arrival")
    assert task.due_at == NOW + timedelta(minutes=15)
    assert (task.name, task.name_en) == ("询问来意", "Ask what for")
    done = complete_task(actor=world.seat("luo"), task=task, staff=world.luo, data={"purpose": "会议"})
    following = task_of(done, "b")
    assert (following.role, following.department) == (None, "front_office")
    assert Case.objects.get(pk=case.pk).data == {"guests": 2, "purpose": "会议"}
    assert list(case.events.values_list("kind", "who")) == [("started", "luo"), ("done", "luo")]
    assert AuditEntry.objects.filter(subject=f"procedures.case:{case.pk}").count() == 2


def test_the_last_step_ends_the_case(world, version):
    case = begin(world, version(line(B)))
    complete_task(actor=world.seat("luo"), task=task_of(case, "b"), staff=world.luo, data={})
    case.refresh_from_db()
    assert (case.state, case.ended_at) == ("done", NOW)
    assert case.marks == {"s": "done", "b": "done", "e": "done"}


def test_a_task_is_done_once(world, version):
    case = begin(world, version(line(ASK, B)))
    task = task_of(case, "ask")
    complete_task(actor=world.seat("luo"), task=task, staff=world.luo, data={})
    events = case.events.count()
    with pytest.raises(Refusal) as refused:
        complete_task(actor=world.seat("luo"), task=task, staff=world.luo, data={})
    assert refused.value.code == "task.over"
    assert case.events.count() == events


def test_what_the_chart_cannot_do_changes_nothing(world, version):
    inside = f'{START}{B}<exclusiveGateway id="g" default="f3"/>{USER.format("c")}{END}' + ways(
        "s b", "b g", "g c:guests > 3", "g e", "c e"
    )
    case = begin(world, version(inside))
    with pytest.raises(Refusal) as refused:
        complete_task(actor=world.seat("luo"), task=task_of(case, "b"), staff=world.luo, data={})
    assert refused.value.code == "case.stuck"
    assert "guests" in str(refused.value.message)
    assert task_of(case, "b").state == "open"
    complete_task(actor=world.seat("luo"), task=task_of(case, "b"), staff=world.luo, data={"guests": 4})
    assert task_of(case, "c")


def test_a_service_task_runs_in_the_same_transaction(world, version):
    service = (
        '<serviceTask id="x"><extensionElements><rn:command name="demo.act" result="found">'
        '<rn:value name="n">guests + 1</rn:value></rn:command></extensionElements></serviceTask>'
    )
    case = begin(world, version(line(service, B)), data={"guests": 2})
    assert Case.objects.get(pk=case.pk).data["found"] == {"case": case.number, "n": 3}


# ---- by whom


@pytest.mark.rule("PRC-04")
def test_a_task_is_taken_by_one(world, version):
    case = begin(world, version(line(B)))
    claim_task(actor=world.seat("luo"), task=task_of(case, "b"), staff=world.luo)
    with pytest.raises(Refusal) as refused:
        claim_task(actor=world.seat("gao"), task=task_of(case, "b"), staff=world.gao)
    assert refused.value.code == "task.taken"
    assert task_of(case, "b").person == world.luo


@pytest.mark.rule("PRC-04")
def test_a_task_is_handed_over_with_a_word(world, version):
    case = begin(world, version(line(B)))
    claim_task(actor=world.seat("luo"), task=task_of(case, "b"), staff=world.luo)
    hand_over_task(actor=world.seat("luo"), task=task_of(case, "b"), staff=world.gao, note="交班")
    assert task_of(case, "b").person == world.gao
    handed = CaseEvent.objects.get(case=case, kind="handed")
    assert (handed.note, handed.data) == ("交班", {"from": "luo", "to": "gao"})
    assert Notification.objects.filter(recipient="gao", message__startswith="Handed to you").exists()


@pytest.mark.rule("PRC-03")
def test_a_step_may_belong_to_whoever_began_or_to_somebody_the_case_names(world, version):
    own = '<userTask id="x"><extensionElements><rn:task person="starter"/></extensionElements></userTask>'
    named = '<userTask id="y"><extensionElements><rn:task person="host"/></extensionElements></userTask>'
    case = begin(world, version(line(own, named)), data={"host": "chen"})
    assert task_of(case, "x").person == world.luo
    complete_task(actor=world.seat("luo"), task=task_of(case, "x"), staff=world.luo, data={})
    assert task_of(case, "y").person == world.chen


def test_somebody_of_another_hotel_is_nobody_here(world, version):
    named = '<userTask id="y"><extensionElements><rn:task person="host"/></extensionElements></userTask>'
    assert task_of(begin(world, version(line(named)), data={"host": "ye"}), "y").person is None


@pytest.mark.rule("PRC-04")
def test_a_comment_stays_with_the_case(world, version):
    case = begin(world, version(line(B)))
    comment(actor=world.seat("luo"), case=case, note="客人改到三点", task=task_of(case, "b"))
    assert CaseEvent.objects.get(case=case, kind="commented").note == "客人改到三点"


# ---- time


@pytest.mark.rule("PRC-06")
def test_a_timer_fires_once_and_nobody_has_to_be_there(world, version, clock):
    case = begin(world, version(line(WAIT, B)))
    assert Wait.objects.get(case=case).due_at == NOW + timedelta(minutes=30)
    assert let_timers_fire.func() == 0
    clock.move_to(NOW + timedelta(minutes=31))
    assert let_timers_fire.func() == 1
    assert let_timers_fire.func() == 0
    assert task_of(case, "b")
    assert not Wait.objects.filter(case=case).exists()
    assert list(case.events.values_list("kind", flat=True)) == ["started", "timer"]


@pytest.mark.rule("PRC-06")
def test_a_late_task_rises_level_by_level_once_each(world, version, clock):
    CaseTask.objects.update(escalate_at=None)  # the world's own cases are not late meanwhile
    begin(world, version(LANES + line(ASK)))
    rises = []
    for minutes in (20, 29, 31, 32, 59, 61, 600):
        clock.move_to(NOW + timedelta(minutes=minutes))
        rises.append(let_late_tasks_rise.func())
    assert rises == [0, 0, 1, 0, 0, 1, 0]
    told = Notification.objects.filter(message__startswith="Late:").values_list("recipient", flat=True)
    assert set(told) == {"gao", "zheng"}


@pytest.mark.rule("PRC-06")
def test_a_task_done_in_time_does_not_rise(world, version, clock):
    case = begin(world, version(LANES + line(ASK, B)))
    complete_task(actor=world.seat("luo"), task=task_of(case, "ask"), staff=world.luo, data={})
    clock.move_to(NOW + timedelta(hours=5))
    assert let_late_tasks_rise.func() == 0


@pytest.mark.rule("PRC-03")
def test_a_due_time_may_be_reckoned_from_a_date_of_the_case(world, version):
    plan = (
        '<userTask id="x"><extensionElements><rn:task due="-P7D" dueFrom="arrives_at"/></extensionElements></userTask>'
    )
    case = begin(world, version(line(plan)), data={"arrives_at": "2026-12-10T14:00:00+08:00"})
    assert task_of(case, "x").due_at == datetime(2026, 12, 3, 14, 0, tzinfo=SHANGHAI)


@pytest.mark.rule("PRC-06")
def test_a_case_that_cannot_go_on_by_itself_stands_as_stuck_and_holds_up_no_other(world, version, clock):
    inside = f'{START}{WAIT}<exclusiveGateway id="g" default="f3"/>{B}{END}' + ways(
        "s w", "w g", "g b:guests > 3", "g e", "b e"
    )
    stuck, good = begin(world, version(inside)), begin(world, version(line(WAIT, B), code="P-OTHER"))
    clock.move_to(NOW + timedelta(hours=1))
    assert let_timers_fire.func() == 1
    stuck.refresh_from_db()
    assert stuck.state == "stuck"
    assert "guests" in stuck.why_stuck
    assert task_of(good, "b")
    assert Notification.objects.filter(recipient="luo", message__startswith="Stuck").exists()
    go_on(actor=world.seat("gao"), case=stuck, data={"guests": 9})
    assert task_of(stuck, "b")


# ---- messages and the end


def test_a_message_goes_to_a_case_that_waits_for_it(world, version):
    receive = '<receiveTask id="r" messageRef="m"/>'
    case = begin(world, version(line(receive, B), '<message id="m" name="order_confirmed"/>'))
    assert deliver_message(actor=SYSTEM, case=case, message="something else", payload={}) is UNCHANGED
    deliver_message(actor=SYSTEM, case=case, message="order_confirmed", payload={"rooms": 12})
    assert task_of(case, "b")
    assert Case.objects.get(pk=case.pk).data["rooms"] == 12
    assert deliver_message(actor=SYSTEM, case=case, message="order_confirmed", payload={}) is UNCHANGED


def test_a_case_is_called_off_with_a_reason(world, version):
    case = begin(world, version(line(ASK, B)))
    task = task_of(case, "ask")
    cancel_case(actor=world.seat("gao"), case=case, reason="客人取消")
    case.refresh_from_db()
    task.refresh_from_db()
    assert (case.state, task.state) == ("cancelled", "left")
    for act in (
        lambda: cancel_case(actor=world.seat("gao"), case=case, reason="again"),
        lambda: complete_task(actor=world.seat("luo"), task=task, staff=world.luo, data={}),
    ):
        with pytest.raises(Refusal):
            act()


# ---- versions


@pytest.mark.rule("PRC-03")
def test_a_new_version_leaves_running_cases_alone(world, version):
    first = version(line(ASK, B))
    case = begin(world, first)
    lin = world.seat("lin")
    second = add_version(actor=lin, procedure=first.procedure, source=file_of(line(USER.format("other"))))
    put_in_force(actor=lin, version=second, on=NOW.date())
    first.refresh_from_db()
    assert (first.state, second.number) == ("superseded", 2)
    complete_task(actor=world.seat("luo"), task=task_of(case, "ask"), staff=world.luo, data={})
    assert task_of(case, "b")
    assert task_of(begin(world, second), "other")


@pytest.mark.rule("PRC-07")
def test_a_chart_that_cannot_run_is_refused_with_line_and_reason(world):
    lin = world.seat("lin")
    procedure = create_procedure(actor=lin, hotel=world.lujiazui, code="P-X", title="x", department="sales")
    with pytest.raises(Refusal) as refused:
        add_version(actor=lin, procedure=procedure, source=file_of(line('<scriptTask id="evil"/>')))
    assert refused.value.code == "procedure.chart"
    assert "5" in str(refused.value.message)
    assert "evil" in str(refused.value.message)
    assert not procedure.versions.exists()


@pytest.mark.rule("PRC-07")
def test_a_version_that_names_a_form_which_the_hotel_lacks_goes_no_further(world):
    lin = world.seat("lin")
    procedure = create_procedure(actor=lin, hotel=world.lujiazui, code="P-X", title="x", department="front_office")
    source = file_of(LANES + line(ASK, B))
    draft = add_version(actor=lin, procedure=procedure, source=source)
    retire_form(actor=lin, form=Form.objects.get(hotel=world.lujiazui, code="arrival"))
    for act in (
        lambda: submit_version(actor=lin, version=draft),
        lambda: put_in_force(actor=lin, version=draft, on=NOW.date()),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code == "procedure.form"
        at = source.decode().split("<userTask")[0].count("\n") + 1
        assert str(at) in str(refused.value.message)
        assert "询问来意" in str(refused.value.message)
        assert "arrival" in str(refused.value.message)
    draft.refresh_from_db()
    assert draft.state == "draft"


FIT = '<userTask id="ask" name="接待客户"><extensionElements><rn:task qualification="receive"/></extensionElements></userTask>'


@pytest.mark.rule("TGT-05")
def test_a_step_that_asks_for_a_qualification_is_taken_and_done_by_nobody_without_it(world, version):
    """As the steps of property sales do: whoever receives was trained and examined."""
    made = version(LANES + line(FIT, B))
    task, luo = task_of(begin(world, made), "ask"), world.seat("luo")
    for act, field in (
        (lambda: claim_task(actor=luo, task=task, staff=world.luo), None),
        (lambda: complete_task(actor=luo, task=task, staff=world.luo, data={}), None),
        (lambda: hand_over_task(actor=world.seat("gao"), task=task, staff=world.luo), "staff"),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert (refused.value.code, refused.value.field) == ("qualification.missing", field)
        assert "罗小雨 在 2026-11-18" in str(refused.value.message)
    task.refresh_from_db()
    assert (task.state, task.person) == ("open", None)
    grant_qualification(
        actor=world.seat("gao"), hotel=world.lujiazui, staff=world.luo, kind="receive", course="接待礼仪",
        granted_on=NOW.date(),
    )  # fmt: skip
    claim_task(actor=luo, task=task, staff=world.luo)
    assert task_of(complete_task(actor=luo, task=task, staff=world.luo, data={}), "b")


def test_a_drill_is_there_to_learn_and_asks_for_no_qualification(world, version):
    made = version(LANES + line(FIT, B))
    case = start_case(actor=world.seat("luo"), version=made, starter=world.luo, is_trial=True)
    assert complete_task(actor=world.seat("luo"), task=task_of(case, "ask"), staff=world.luo, data={})


def test_a_chart_that_asks_for_a_qualification_nobody_keeps_is_refused(world):
    lin = world.seat("lin")
    procedure = create_procedure(actor=lin, hotel=world.lujiazui, code="P-X", title="x", department="sales")
    with pytest.raises(Refusal) as refused:
        add_version(actor=lin, procedure=procedure, source=file_of(line(FIT.replace("receive", "fly"))))
    assert "fly" in str(refused.value.message)


@pytest.mark.rule("PRC-02")
def test_a_form_that_a_procedure_in_force_asks_for_is_not_retired(world, version):
    lin, form = world.seat("lin"), Form.objects.get(hotel=world.lujiazui, code="arrival")
    made = version(LANES + line(ASK, B))
    with pytest.raises(Refusal) as refused:
        retire_form(actor=lin, form=form)
    assert refused.value.code == "form.in_use"
    assert "P-TEST 前台接待" in str(refused.value.message)
    assert not Form.objects.get(pk=form.pk).is_retired
    retire_procedure(actor=lin, procedure=made.procedure)
    retire_form(actor=lin, form=form)
    assert Form.objects.get(pk=form.pk).is_retired


def test_a_case_that_begins_with_people_is_written_once(world, version):
    made = version(line(ASK, B))
    begin(world, made)  # the chart is read once
    with CaptureQueriesContext(connection) as asked:
        begin(world, made)
    about = [one["sql"] for one in asked if "procedures_case" in one["sql"] and "SAVEPOINT" not in one["sql"]]
    assert sum('INSERT INTO "procedures_case" ' in sql for sql in about) == 1
    assert not [sql for sql in about if sql.startswith("UPDATE")]


def test_a_case_that_begins_with_the_system_is_there_when_its_service_runs(world, version):
    act = '<serviceTask id="act"><extensionElements><rn:command name="demo.act" result="made"><rn:value name="n">1</rn:value></rn:command></extensionElements></serviceTask>'
    case = begin(world, version(line(act, B)))
    assert Case.objects.get(pk=case.pk).data["made"] == {"case": case.number, "n": 1}
    assert list(case.events.values_list("kind", flat=True)) == ["started"]
