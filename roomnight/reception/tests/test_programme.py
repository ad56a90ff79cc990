"""The programme of a reception runs as P-RECEPTION: the case takes from the record and feeds it, and nothing is written twice (RCP-06)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry
from roomnight.kernel.policy import set_policy
from roomnight.procedures.commands import complete_task, deliver_message, start_case
from roomnight.procedures.jobs import let_timers_fire
from roomnight.procedures.models import Case, CaseTask, Procedure, ProcedureVersion, VersionState
from roomnight.procedures.rules.chart import answer_of, choice_of
from roomnight.procedures.tests.flows import USER, file_of, line
from roomnight.reception.commands import (
    add_line,
    apply_for_reception,
    approve_reception,
    cancel_reception,
    decline_reception,
    enter_cost,
    guests_left,
    hand_in_plan,
    hand_in_report,
    name_team,
    note_call,
    raise_item,
)
from roomnight.reception.models import Reception
from roomnight.reception.rules.values import STANDARDS
from tests.world import WORLD_NOW
from tests.world_receptions import ARRIVES, GUESTS, application

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
HERE = "/h/lujiazui"
ANNOUNCED = {
    "company": "锦程旅业", "people": [{"name": "季振华", "sex": "m", "title": "董事长", "phone": "13901230009"}], "guests": 3,
    "purpose": "看年会场地", "arrives_at": "2026-12-10T10:00", "departs_at": "2026-12-11T16:00", "pick_up": "yes",
    "is_official": "no", "flight": "MU5101",
}  # fmt: skip


@pytest.fixture
def clock(at_work):
    return at_work


def applied(world):
    chen = world.seat("chen")
    return apply_for_reception(actor=chen, hotel=chen.hotel, applicant=chen.staff, guests=GUESTS, **application())


def approved(world, level="senior"):
    one, zhou = applied(world), world.seat("zhou")
    return approve_reception(actor=zhou, reception=one, staff=zhou.staff, level=level, reason="老客户")


def case_of(one):
    return Case.objects.get(subject=f"reception.reception:{one.pk}")


def waits(case):
    return set(CaseTask.objects.filter(case=case, state__in=("open", "claimed")).values_list("step", flat=True))


def do(world, case, step, who="chen", **data):
    task = CaseTask.objects.select_related("case__hotel", "hotel", "form_version__form").get(
        case=case, step=step, state__in=("open", "claimed")
    )
    return complete_task(actor=world.seat(who), task=task, staff=getattr(world, who), data=data)


def staffed(world, case):
    """As far as the plan."""
    do(world, case, "contact", confirmed="yes")
    do(world, case, choice_of("who"), who="zhou", **{answer_of("who"): ["who-to-head"]})
    do(world, case, "head", who="lin", head_joins="yes")


def planned(world, one):
    """A plan with everything that it needs."""
    chen = world.seat("chen")
    name_team(actor=chen, reception=one, contact_person=world.chen, assistant=world.chen, leader=world.zhou)
    add_line(actor=chen, reception=one, part="pick_up", what="接站", starts_at=ARRIVES, responsible=world.chen)
    return add_line(
        actor=chen, reception=one, part="dinner", what="晚宴", starts_at=ARRIVES + timedelta(hours=8),
        responsible=world.chen, planned=Decimal(480),
    )  # fmt: skip


def received(world, case):
    """From the plan to the goodbye, up to what the guests proposed."""
    do(world, case, "lodging", who="lin", hotel_room="1208", lodging_paid_by="guest")
    do(world, case, "things", who="lin", things_ready=["cards"])
    do(world, case, "pick-up", car="别克商务", driver="13900000000", met_at="2026-11-30T10:05")
    do(world, case, "tour", guide="陈晨")
    do(world, case, "meet", who="lin")


# ---- begun by the record


@pytest.mark.rule("RCP-06")
def test_an_approved_reception_runs_as_a_case_about_it(world):
    one = approved(world)
    case = case_of(one)
    assert case.version.procedure.code == "P-RECEPTION"
    assert (case.started_by, case.subject_label, case.subject_url) == (world.chen, str(one), one.get_absolute_url())
    assert waits(case) == {"contact"}
    known = {name: case.data[name] for name in ("reception_number", "level", "guests", "flight", "pick_up")}
    assert known == {
        "reception_number": one.number, "level": "senior", "guests": 2, "flight": "MU5101", "pick_up": "yes"
    }  # fmt: skip
    assert CaseTask.objects.get(case=case).person == world.chen


def test_a_plan_s_due_time_follows_from_the_record_s_arrival(world):
    case = case_of(approved(world))
    staffed(world, case)
    assert CaseTask.objects.get(case=case, step="plan").due_at == ARRIVES - timedelta(days=7)


def test_a_hotel_without_the_procedure_receives_all_the_same(world):
    Procedure.objects.filter(hotel=world.lujiazui, code="P-RECEPTION").update(is_retired=True)
    one = approved(world)
    assert one.state == "approved"
    assert not Case.objects.filter(subject=f"reception.reception:{one.pk}").exists()


def test_a_chart_that_cannot_begin_does_not_hold_up_the_guests(world):
    stuck = '<exclusiveGateway id="g" default="f1"/>'
    source = file_of(
        f'<startEvent id="s"/>{stuck}{USER.format("a")}{USER.format("b")}<endEvent id="e"/>'
        '<sequenceFlow id="f0" sourceRef="s" targetRef="g"/><sequenceFlow id="f1" sourceRef="g" targetRef="a"/>'
        '<sequenceFlow id="f2" sourceRef="g" targetRef="b"><conditionExpression>nowhere == 1</conditionExpression></sequenceFlow>'
        '<sequenceFlow id="f3" sourceRef="a" targetRef="e"/><sequenceFlow id="f4" sourceRef="b" targetRef="e"/>'
    )
    versions = ProcedureVersion.objects.filter(
        procedure__hotel=world.lujiazui, procedure__code="P-RECEPTION", state=VersionState.EFFECTIVE
    )
    versions.update(source=source, tables=[], sha256="stuck")
    one = approved(world)
    assert one.state == "approved"
    assert not Case.objects.filter(subject=f"reception.reception:{one.pk}").exists()
    line_ = AuditEntry.objects.filter(subject=f"reception.reception:{one.pk}", changes__has_key="programme_not_begun")
    assert "nowhere" in line_.get().changes["programme_not_begun"]


# ---- one truth of level and budget


@pytest.mark.rule("RCP-02")
@pytest.mark.parametrize(
    ("lunch", "dinner", "people", "is_over"),
    [("500", "500", 2, False), ("500.01", "0", 2, True), ("0", "700", 3, False), ("0", "700.01", 3, True)],
)
def test_a_meal_is_judged_by_the_record_s_own_standard(world, lunch, dinner, people, is_over):
    one = approved(world)
    case = case_of(one)
    staffed(world, case)
    planned(world, one)
    do(world, case, "plan", who="lin", copies_printed="yes")
    received(world, case)
    Reception.objects.filter(pk=one.pk).update(people=people)
    do(world, case, "meals", lunch_cost=lunch, dinner_cost=dinner, company_at_table=2)
    assert waits(case) == ({"extra"} if is_over else {"items"})


def test_the_case_shows_what_the_hotel_s_own_table_says(world):
    table = {**STANDARDS.default, "senior": {**STANDARDS.default["senior"], "lunch": "620"}}
    set_policy(
        actor=world.seat("guan"), key=STANDARDS.key, hotel_code="lujiazui", value=table,
        effective_from=ARRIVES.date(), reason="新标准",
    )  # fmt: skip
    one = approved(world)
    case = case_of(one)
    staffed(world, case)
    planned(world, one)
    do(world, case, "plan", who="lin", copies_printed="yes")
    received(world, case)
    case.refresh_from_db()
    assert case.data["meal_standard"] == "620 / 500 CNY"


# ---- the case feeds the record, and is refused what the record refuses


@pytest.mark.rule("RCP-03")
def test_a_plan_handed_in_at_the_task_is_the_record_s(world):
    one = approved(world)
    case = case_of(one)
    staffed(world, case)
    with pytest.raises(Refusal) as refused:
        do(world, case, "plan", who="lin", copies_printed="yes")
    assert refused.value.code == "plan.team"
    assert waits(case) == {"plan"}
    planned(world, one)
    do(world, case, "plan", who="lin", copies_printed="yes")
    one.refresh_from_db()
    assert (one.state, one.handed_in_by) == ("planned", world.lin)
    assert waits(case) == {"lodging", "things", "pick-up"}


def test_a_late_plan_needs_its_reason_at_the_task_too(world, clock):
    one = approved(world)
    case = case_of(one)
    staffed(world, case)
    planned(world, one)
    clock.move_to(ARRIVES - timedelta(days=6))
    with pytest.raises(Refusal) as refused:
        do(world, case, "plan", who="lin", copies_printed="yes")
    assert (refused.value.code, refused.value.field) == ("plan.late", "late_reason")
    do(world, case, "plan", who="lin", copies_printed="yes", late_reason="航班昨天才定")
    one.refresh_from_db()
    assert (one.days_late, one.late_reason) == (1, "航班昨天才定")


def to_the_items(world, one):
    case = case_of(one)
    staffed(world, case)
    dinner = planned(world, one)
    do(world, case, "plan", who="lin", copies_printed="yes")
    received(world, case)
    do(world, case, "meals", lunch_cost="0", dinner_cost="480", company_at_table=2)
    return case, dinner


@pytest.mark.rule("RCP-07")
def test_what_was_proposed_is_kept_on_the_record_and_does_not_get_lost(world):
    one = approved(world)
    case, _dinner = to_the_items(world, one)
    do(world, case, "items", proposals=[{"raised_by": "guests", "item": "旺季保 30 间"}])
    assert list(one.items.values_list("what", "raised_by")) == [("旺季保 30 间", "guests")]
    with pytest.raises(Refusal) as refused:
        do(world, case, "settle", who="zhou")
    assert (refused.value.code, refused.value.field) == ("item.open", "open_reason")
    assert "旺季保 30 间" in str(refused.value.message)
    do(world, case, "settle", who="zhou", open_reason="客人要回去商量")
    assert waits(case) == {"talk"}


def test_what_stands_on_the_page_is_not_asked_for_again(world):
    one = approved(world)
    case, _dinner = to_the_items(world, one)
    raise_item(actor=world.seat("chen"), reception=one, what="年度协议", raised_by="house")
    do(world, case, "items")
    assert waits(case) == {"settle"}


@pytest.mark.rule("RCP-08")
def test_call_and_report_at_the_tasks_are_the_record_s(world, clock):
    one = approved(world)
    case, dinner = to_the_items(world, one)
    do(world, case, "items")
    do(world, case, "talk", who="zheng", conclusions="明年续签")
    do(world, case, "pay", settled_how="afterwards")
    with pytest.raises(Refusal) as refused:
        do(world, case, "see-off")
    assert refused.value.code == "reception.left"  # they have not even come
    clock.move_to(ARRIVES + timedelta(days=1))
    do(world, case, "see-off")
    one.refresh_from_db()
    assert (one.state, one.left_at) == ("left", ARRIVES + timedelta(days=1))
    assert waits(case) == set()
    clock.move_to(ARRIVES + timedelta(days=1, hours=2, minutes=1))
    assert let_timers_fire.func() == 1
    with pytest.raises(Refusal) as refused:
        do(world, case, "call", home_safe="yes")
    assert (refused.value.code, refused.value.field) == ("reception.opinion", "hotel_opinion")
    do(world, case, "call", home_safe="yes", hotel_opinion="房间安静")
    with pytest.raises(Refusal) as refused:
        do(world, case, "report", who="zhou", outcome="明年续签")
    assert refused.value.code == "reception.costs_open"
    enter_cost(actor=world.seat("chen"), line=dinner, actual=Decimal(470))
    do(world, case, "report", who="zhou", outcome="明年续签", next_steps="下周送合同")
    one.refresh_from_db()
    assert (one.state, one.hotel_opinion, one.report) == ("closed", "房间安静", "明年续签\n下周送合同")
    case.refresh_from_db()
    assert case.state == "done"


# ---- what is done on the page, the case learns


def test_what_was_done_on_the_page_is_no_task_any_more(world, clock):
    one = approved(world)
    case, chen = case_of(one), world.seat("chen")
    staffed(world, case)
    dinner = planned(world, one)
    hand_in_plan(actor=chen, reception=one, staff=world.chen)
    assert waits(case) == {"lodging", "things", "pick-up"}
    received(world, case)
    do(world, case, "meals", lunch_cost="0", dinner_cost="480", company_at_table=2)
    do(world, case, "items")
    do(world, case, "talk", who="zheng", conclusions="明年续签")
    do(world, case, "pay", settled_how="afterwards")
    clock.move_to(ARRIVES + timedelta(days=2))
    guests_left(actor=chen, reception=one, at=ARRIVES + timedelta(days=1))
    assert waits(case) == {"call"}  # they are home by now
    note_call(actor=chen, reception=one, at=ARRIVES + timedelta(days=2), hotel_opinion="好", company_opinion="")
    assert waits(case) == {"report"}
    enter_cost(actor=chen, line=dinner, actual=Decimal(470))
    hand_in_report(actor=chen, reception=one, report="顺利")
    case.refresh_from_db()
    assert case.state == "done"


def test_a_reported_reception_leaves_no_task_behind(world, clock):
    one = approved(world)
    case, chen = case_of(one), world.seat("chen")
    clock.move_to(ARRIVES + timedelta(days=2))
    guests_left(actor=chen, reception=one, at=ARRIVES + timedelta(days=1))
    note_call(actor=chen, reception=one, at=ARRIVES + timedelta(days=2), hotel_opinion="好", company_opinion="")
    hand_in_report(actor=chen, reception=one, report="顺利")
    case.refresh_from_db()
    assert (case.state, waits(case)) == ("cancelled", set())


@pytest.mark.parametrize("far", ["contact", "plan"])
def test_guests_who_do_not_come_end_the_case(world, far):
    one = approved(world)
    case = case_of(one)
    if far == "plan":
        staffed(world, case)
    cancel_reception(actor=world.seat("chen"), reception=one, note="航班取消")
    case.refresh_from_db()
    assert (case.state, waits(case)) == (("running", {"call-off"}) if far == "contact" else ("cancelled", set()))


# ---- begun by hand


def by_hand(world, one=None, who="chen", is_trial=False):
    version = ProcedureVersion.objects.get(
        procedure__hotel=world.lujiazui, procedure__code="P-RECEPTION", state=VersionState.EFFECTIVE
    )
    return start_case(
        actor=world.seat(who), version=version, starter=getattr(world, who), is_trial=is_trial,
        subject=f"reception.reception:{one.pk}" if one else "",
    )  # fmt: skip


@pytest.mark.rule("RCP-01")
def test_an_application_at_the_task_is_a_reception_and_waits_for_the_decision(world):
    case = by_hand(world)
    do(world, case, "apply", **ANNOUNCED)
    one = Reception.objects.get(company="锦程旅业")
    case.refresh_from_db()
    assert (case.subject, case.subject_label) == (f"reception.reception:{one.pk}", str(one))
    assert (one.applicant, one.proposed_level, one.people, one.state) == (world.chen, "special", 3, "applied")
    assert one.arrives_at == WORLD_NOW.replace(month=12, day=10, hour=10, minute=0)
    assert waits(case) == set()
    approve_reception(actor=world.seat("zhou"), reception=one, staff=world.zhou, level="special")
    assert case_of(one) == case
    assert waits(case) == {"contact"}


def test_what_the_record_refuses_the_task_refuses(world):
    case = by_hand(world)
    with pytest.raises(Refusal) as refused:
        do(world, case, "apply", **{**ANNOUNCED, "is_official": "yes"})
    assert (refused.value.code, refused.value.field) == ("reception.letter", "letter_number")
    assert not Reception.objects.filter(company="锦程旅业").exists()
    case.refresh_from_db()
    assert (case.subject, waits(case)) == ("", {"apply"})


def test_guests_who_are_not_received_end_the_case(world):
    case = by_hand(world, applied(world))
    assert waits(case) == set()
    one = Reception.objects.get(pk=int(case.subject.split(":")[1]))
    decline_reception(actor=world.seat("zhou"), reception=one, staff=world.zhou, note="房满")
    case.refresh_from_db()
    assert case.state == "done"


def test_no_case_is_begun_about_guests_who_do_not_come(world):
    one = applied(world)
    cancel_reception(actor=world.seat("chen"), reception=one, note="改期")
    with pytest.raises(Refusal) as refused:
        by_hand(world, one)
    assert refused.value.code == "reception.state"


@pytest.mark.rule("PRC-10")
def test_a_drill_makes_no_reception(world):
    before = Reception.objects.count()
    case = by_hand(world, is_trial=True)
    do(world, case, "apply", **ANNOUNCED)
    deliver_message(actor=world.seat("chen"), case=case, message="reception_approved", payload={})
    assert waits(case) == {"contact"}
    assert Reception.objects.count() == before


# ---- pages


def test_the_reception_s_page_leads_to_its_case_and_back(world, browse):
    one = approved(world)
    case, client = case_of(one), browse("chen")
    assert f"{HERE}/cases/{case.number}/" in client.get(f"{one.get_absolute_url()}cases/").content.decode()
    assert one.get_absolute_url() in client.get(f"{HERE}/cases/{case.number}/").content.decode()
    new = client.get(f"{HERE}/cases/new/?about=reception.reception:{one.pk}")
    assert str(one) in new.content.decode()
    assert browse("sun").get(f"{HERE}/cases/new/?about=reception.reception:{one.pk}").status_code == 404


def test_a_refusal_of_the_record_stands_at_the_field_and_keeps_what_was_typed(world, browse):
    case = by_hand(world)
    task = CaseTask.objects.get(case=case, step="apply")
    sent = {name: value for name, value in ANNOUNCED.items() if name != "people"}
    rows = {f"people-0-{name}": value for name, value in ANNOUNCED["people"][0].items()}
    answer = browse("chen").post(f"{HERE}/cases/{case.number}/tasks/{task.pk}/", {**sent, **rows, "is_official": "yes"})
    assert answer.status_code == 422
    assert answer.context["doing"].schema.errors.keys() == {"letter_number"}
    assert "看年会场地" in answer.content.decode()


def test_nobody_says_by_hand_what_the_record_tells(world, browse):
    case = by_hand(world, applied(world))
    wait = case.waits.get(message="reception_approved")
    client = browse("chen")
    page = client.get(f"{HERE}/cases/{case.number}/").content.decode()
    assert f'value="{wait.pk}"' not in page
    client.post(f"{HERE}/cases/{case.number}/news/", {"wait": wait.pk})
    assert waits(case) == set()


def test_another_procedure_about_a_reception_knows_it_too(world):
    version = ProcedureVersion.objects.get(
        procedure__hotel=world.lujiazui, procedure__code="P-RECEPTION", state=VersionState.EFFECTIVE
    )
    ProcedureVersion.objects.filter(pk=version.pk).update(
        source=file_of(line(USER.format("a"))), tables=[], sha256="short"
    )
    one = approved(world)
    assert case_of(one).data["company"] == one.company
