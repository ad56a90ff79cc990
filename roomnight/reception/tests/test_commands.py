"""Guests from application to report: what each step does, and what it refuses."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from roomnight.activities.models import FollowUp
from roomnight.kernel.commands import UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from roomnight.kernel.policy import set_policy
from roomnight.organization.commands import grant_qualification, withdraw_qualification
from roomnight.organization.models import StaffQualification
from roomnight.reception.commands import (
    add_line,
    answer_host,
    apply_for_reception,
    approve_over,
    approve_reception,
    ask_host,
    cancel_reception,
    change_application,
    change_line,
    change_show_round,
    decline_reception,
    enter_cost,
    guests_left,
    hand_in_plan,
    hand_in_report,
    name_team,
    note_call,
    note_opinions,
    plan_show_round,
    remove_line,
    return_application,
    send_item,
    tick_preparation,
    work_on_item,
)
from roomnight.reception.models import Reception
from roomnight.reception.queries.costs import spent_by, summed
from roomnight.reception.queries.sheet import costs_of
from roomnight.reception.queries.standards import standard_of
from tests.world import WORLD_NOW
from tests.world_receptions import ARRIVES, GUESTS, application

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


def applied(world, guests=GUESTS, **more):
    chen = world.seat("chen")
    return apply_for_reception(actor=chen, hotel=chen.hotel, applicant=chen.staff, guests=guests, **application(**more))


def approved(world, level=None, **more):
    one = applied(world, **more)
    lin = world.seat("lin")
    return approve_reception(
        actor=lin, reception=one, staff=lin.staff, level=level or one.proposed_level, reason="老客户" if level else ""
    )


def staffed(world, **more):
    one = approved(world, **more)
    chen = world.seat("chen")
    return name_team(actor=chen, reception=one, contact_person=world.chen, assistant=world.xu, leader=world.zhou)


def line(world, one, part="dinner", hours=8, **more):
    chen = world.seat("chen")
    values = {"what": "晚宴", "responsible": world.chen, "starts_at": one.arrives_at + timedelta(hours=hours), **more}
    return add_line(actor=chen, reception=one, part=part, **values)


def refused(act, **kwargs):
    with pytest.raises(Refusal) as refusal:
        act(**kwargs)
    return refusal.value.code, refusal.value.field


@pytest.mark.rule("RCP-01")
def test_an_application_is_kept_and_the_leader_is_asked(world):
    one = applied(world)
    assert (one.number, one.state, one.level, one.proposed_level) == ("LF-202611-0003", "applied", "senior", "senior")
    assert [guest.name for guest in one.guests.all()] == ["高明远", "何静"]
    told = Notification.objects.filter(recipient="zhou", values__number=one.number)
    assert told.count() == 1


@pytest.mark.rule("RCP-01")
def test_somebody_on_the_road_is_entered_by_a_colleague(world):
    ma = world.seat("ma")
    one = apply_for_reception(actor=ma, hotel=ma.hotel, applicant=world.chen, guests=GUESTS, **application())
    assert (one.applicant, one.entered_by) == (world.chen, world.ma)


@pytest.mark.rule("RCP-01")
@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"departs_at": ARRIVES}, ("reception.order", "departs_at")),
        ({"arrives_at": WORLD_NOW - timedelta(days=2)}, ("reception.past", "arrives_at")),
        ({"people": 1}, ("reception.people", "people")),
        ({"guests": []}, ("reception.nobody", "")),
    ],
)
def test_an_application_that_makes_no_sense_is_refused(world, more, said):
    code, field = refused(lambda: applied(world, **more))
    assert (code, field or "") == said


@pytest.mark.rule("RCP-11")
def test_official_guests_need_a_letter(world):
    assert refused(lambda: applied(world, is_official=True)) == ("reception.letter", "letter_number")
    assert applied(world, is_official=True, letter_number="沪商函〔2026〕18号").pk


@pytest.mark.rule("RCP-02")
def test_the_head_sets_the_level_and_says_why_it_is_another(world):
    one, lin = applied(world), world.seat("lin")
    assert refused(approve_reception, actor=lin, reception=one, staff=lin.staff, level="special") == (
        "reception.level_reason",
        "reason",
    )
    approve_reception(actor=lin, reception=one, staff=lin.staff, level="special", reason="品牌方")
    one = Reception.objects.get(pk=one.pk)
    assert (one.state, one.level, one.level_reason, one.decided_by) == ("approved", "special", "品牌方", world.lin)


@pytest.mark.rule("RCP-01")
def test_nobody_decides_on_their_own_application(world):
    lin = world.seat("lin")
    one = apply_for_reception(actor=lin, hotel=lin.hotel, applicant=lin.staff, guests=GUESTS, **application())
    for act in (return_application, decline_reception):
        assert refused(act, actor=lin, reception=one, staff=lin.staff, note="x")[0] == "reception.own"


def test_what_is_returned_is_corrected_and_stands_there_anew(world):
    one, lin, chen = applied(world), world.seat("lin"), world.seat("chen")
    assert refused(return_application, actor=lin, reception=one, staff=lin.staff, note=" ") == (
        "reception.note",
        "note",
    )
    return_application(actor=lin, reception=one, staff=lin.staff, note="写明主题")
    changed = change_application(
        actor=chen,
        reception=one,
        revision=one.revision,
        guests=[{**GUESTS[0], "title": "市长"}],
        **application(theme="年会"),
    )
    assert (changed.state, changed.level, changed.theme) == ("applied", "special", "年会")
    assert (
        refused(change_application, actor=chen, reception=one, revision=1, guests=GUESTS, **application())[0]
        == "record.changed_meanwhile"
    )


@pytest.mark.rule("RCP-04")
def test_the_team_is_named_and_told(world):
    one = staffed(world)
    assert (one.contact_person, one.assistant, one.leader) == (world.chen, world.xu, world.zhou)
    assert Notification.objects.filter(recipient="xu", values__number=one.number).count() == 1
    assert {item.owner for item in one.preparations.all()} == {world.xu}


@pytest.mark.rule("RCP-06")
def test_people_in_charge_stay_while_guests_are_here(world):
    one, chen = staffed(world), world.seat("chen")
    dinner = line(world, one)
    with time_machine.travel(ARRIVES + timedelta(hours=2), tick=False):
        swap = {"contact_person": world.chen, "assistant": world.xu, "leader": world.lin}
        assert refused(name_team, actor=chen, reception=one, **swap) == ("reception.people_stay", "reason")
        assert refused(change_line, actor=chen, line=dinner, revision=dinner.revision, responsible=world.xu) == (
            "reception.people_stay",
            "reason",
        )
        one = Reception.objects.get(pk=one.pk)
        name_team(actor=chen, reception=one, reason="周经理病假", **swap)
        assert Reception.objects.get(pk=one.pk).leader == world.lin


@pytest.mark.rule("RCP-06")
def test_guests_are_picked_up_or_told_how_to_come(world):
    one, chen = staffed(world), world.seat("chen")
    line(world, one)
    assert refused(hand_in_plan, actor=chen, reception=one, staff=chen.staff)[0] == "plan.pick_up"
    other = staffed(world, how_to_come="地铁2号线陆家嘴站6号口")
    line(world, other)
    assert hand_in_plan(actor=chen, reception=other, staff=chen.staff).state == "planned"


# ---- the plan


@pytest.mark.rule("RCP-03")
def test_a_plan_in_time_is_handed_in_and_its_copies_are_told(world):
    one, chen = staffed(world, is_pick_up_needed=False), world.seat("chen")
    line(world, one)
    hand_in_plan(actor=chen, reception=one, staff=chen.staff)
    one.refresh_from_db()
    assert (one.state, one.days_late, one.handed_in_by) == ("planned", 0, world.chen)
    told = Notification.objects.filter(values__number=one.number, message__contains="plan is there")
    assert {"zheng", "tang"} <= set(told.values_list("recipient", flat=True))


@pytest.mark.rule("RCP-03")
def test_a_plan_six_days_before_arrival_needs_a_reason_and_is_marked(world):
    one, chen = staffed(world, is_pick_up_needed=False), world.seat("chen")
    line(world, one)
    with time_machine.travel(ARRIVES - timedelta(days=6), tick=False):
        assert refused(hand_in_plan, actor=chen, reception=one, staff=chen.staff) == ("plan.late", "late_reason")
        hand_in_plan(actor=chen, reception=one, staff=chen.staff, late_reason="昨天才确定行程")
    one.refresh_from_db()
    assert (one.state, one.days_late, one.late_reason) == ("planned", 1, "昨天才确定行程")


@pytest.mark.rule("RCP-03")
def test_an_executive_asked_one_day_before_needs_the_general_managers_reason(world):
    one, chen = staffed(world), world.seat("chen")
    with time_machine.travel(ARRIVES - timedelta(days=1), tick=False):
        assert refused(ask_host, actor=chen, reception=one, host=world.zheng) == ("host.late", "late_reason")
        asked = ask_host(actor=chen, reception=one, host=world.zheng, late_reason="总经理同意临时参加")
        assert (asked.is_executive, asked.days_late) == (True, 1)
        colleague = ask_host(actor=chen, reception=one, host=world.zhou)
        assert (colleague.is_executive, colleague.days_late) == (False, 0)
    assert refused(ask_host, actor=chen, reception=one, host=world.zhou) == ("host.asked", "host")
    assert refused(ask_host, actor=chen, reception=one, host=world.ye) == ("host.elsewhere", "host")
    assert answer_host(actor=world.seat("zheng"), asked=asked, answer="comes").answer == "comes"


@pytest.mark.rule("RCP-03")
def test_the_hotel_sets_its_own_notice(world):
    set_policy(
        actor=world.seat("guan"),
        key="reception.plan_days",
        value=14,
        hotel_code="lujiazui",
        effective_from=WORLD_NOW.date(),
    )
    one, chen = staffed(world, is_pick_up_needed=False), world.seat("chen")
    line(world, one)
    assert refused(hand_in_plan, actor=chen, reception=one, staff=chen.staff) == ("plan.late", "late_reason")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"hours": -30}, ("programme.when", "starts_at")),
        ({"hours": 90}, ("programme.when", "starts_at")),
        ({"ends_at": ARRIVES}, ("programme.order", "ends_at")),
        ({"planned": Decimal("500.01")}, ("programme.over", "over_reason")),
    ],
)
def test_an_hour_that_makes_no_sense_is_refused(world, more, said):
    one = staffed(world)
    assert refused(lambda: line(world, one, **more)) == said
    assert not one.programme.exists()


@pytest.mark.rule("RCP-11")
def test_no_tobacco_or_alcohol_for_official_guests(world):
    one = staffed(world, is_official=True, letter_number="函18")
    assert refused(lambda: line(world, one, has_tobacco_or_alcohol=True)) == (
        "programme.official",
        "has_tobacco_or_alcohol",
    )
    assert line(world, staffed(world), has_tobacco_or_alcohol=True).pk


@pytest.mark.rule("RCP-02")
def test_spending_above_the_standard_is_approved_before_it_is_planned(world):
    one, chen, lin = staffed(world, is_pick_up_needed=False), world.seat("chen"), world.seat("lin")
    dinner = line(world, one, planned=Decimal(800), over_reason="对方副总临时加入")
    assert refused(hand_in_plan, actor=chen, reception=one, staff=chen.staff)[0] == "plan.over"
    assert refused(approve_over, actor=chen, line=dinner, staff=chen.staff)[0] == "programme.own"
    approve_over(actor=lin, line=dinner, staff=lin.staff)
    assert hand_in_plan(actor=chen, reception=one, staff=chen.staff).state == "planned"
    changed = change_line(actor=chen, line=dinner, revision=dinner.revision, planned=Decimal(900))
    assert changed.over_approved_at is None, "another amount needs another approval"
    assert (
        refused(approve_over, actor=lin, line=line(world, one, planned=Decimal(500)), staff=lin.staff)[0]
        == "programme.not_over"
    )


@pytest.mark.rule("RCP-09")
def test_what_was_spent_above_what_was_allowed_is_explained_and_stays_marked(world):
    one, chen, lin = staffed(world), world.seat("chen"), world.seat("lin")
    dinner = line(world, one, planned=Decimal(500))
    assert refused(enter_cost, actor=chen, line=dinner, actual=Decimal("500.01")) == ("programme.over_note", "note")
    assert refused(enter_cost, actor=chen, line=dinner, actual=Decimal(-1)) == ("programme.amount", "actual")
    enter_cost(actor=chen, line=dinner, actual=Decimal("512.50"), note="多点了一道主食")
    more = line(world, one, "lunch", 26, planned=Decimal(700), over_reason="加人")
    approve_over(actor=lin, line=more, staff=lin.staff)
    enter_cost(actor=chen, line=more, actual=Decimal(690))
    assert refused(approve_over, actor=lin, line=more, staff=lin.staff)[0] == "programme.spent_already"
    assert refused(remove_line, actor=chen, line=more)[0] == "programme.spent"
    costs = costs_of(one, standard_of(one), list(one.programme.all()))
    assert (costs.standard, costs.planned, costs.actual, costs.over) == (
        1000,
        1200,
        Decimal("1202.50"),
        Decimal("12.50"),
    )


@pytest.mark.rule("RCP-09")
def test_costs_by_level_and_department(world):
    chen = world.seat("chen")
    one, other = staffed(world), staffed(world, guests=[{"name": "周工", "title": "技术员"}], people=3)
    enter_cost(actor=chen, line=line(world, one), actual=Decimal(450))
    enter_cost(actor=chen, line=line(world, other), actual=Decimal(420), note="超标")
    cancelled = staffed(world)
    enter_cost(actor=chen, line=line(world, cancelled), actual=Decimal(100))
    cancel_reception(actor=chen, reception=cancelled, note="改期")
    spent = spent_by(Reception.objects.filter(pk__in=[one.pk, other.pk, cancelled.pk]))
    levels = {
        row.label: (row.receptions, row.guests, row.standard, row.actual, row.over) for row in summed(spent, "level")
    }
    assert levels == {"高级": (1, 2, 500, 450, 0), "普通": (1, 3, 400, 420, 20)}
    departments = summed(spent, "department")
    assert [(row.receptions, row.actual) for row in departments] == [(2, 870)]


@pytest.mark.rule("RCP-05")
def test_the_list_of_preparations_grows_and_shrinks_with_the_programme(world):
    one, chen = staffed(world, level="special"), world.seat("chen")
    assert {item.thing for item in one.preparations.all()} == {"gifts"}
    talks = line(world, one, "talks", 4, what="会谈")
    tea = one.preparations.get(thing="tea")
    assert tea.due_at == talks.starts_at - timedelta(hours=1)
    tick_preparation(actor=chen, item=tea, staff=chen.staff, is_done=True)
    assert tick_preparation(actor=chen, item=tea, staff=chen.staff, is_done=True) is UNCHANGED
    remove_line(actor=chen, line=talks)
    assert {item.thing for item in one.preparations.all()} == {"gifts", "tea"}, "what is done stays"


# ---- together, and afterwards


@pytest.mark.rule("RCP-07")
def test_what_was_agreed_is_written_down_sent_and_followed_up(world):
    chen, item = world.seat("chen"), world.cooperation_item
    due = WORLD_NOW.date() + timedelta(days=9)
    assert refused(send_item, actor=chen, item=item, owner=world.chen, due_on=due)[0] == "item.not_agreed"
    assert refused(work_on_item, actor=chen, item=item, revision=item.revision, is_agreed_by_guests=True) == (
        "item.answer",
        "answer",
    )
    work_on_item(
        actor=chen, item=item, revision=item.revision, answer="可以", is_agreed_by_guests=True, is_agreed_by_house=True
    )
    assert refused(send_item, actor=chen, item=item, owner=world.chen, due_on=due)[0] == "item.not_written"
    work_on_item(
        actor=chen, item=item, revision=item.revision, answer="可以", is_agreed_by_guests=True, is_agreed_by_house=True,
        wording="双方同意签订2027年度协议。",
    )  # fmt: skip
    send_item(actor=chen, item=item, owner=world.xu, due_on=due)
    follow_up = FollowUp.objects.get(pk=item.follow_up_id)
    assert (follow_up.owner, follow_up.due_on) == (world.xu, due)
    assert refused(send_item, actor=chen, item=item, owner=world.xu, due_on=due)[0] == "item.sent"
    assert refused(work_on_item, actor=chen, item=item, revision=item.revision, answer="不")[0] == "item.sent"


@pytest.mark.rule("RCP-08")
def test_guests_are_called_and_the_leaders_get_a_report(world):
    one, chen = staffed(world), world.seat("chen")
    dinner = line(world, one, planned=Decimal(400))
    left = one.departs_at
    assert refused(guests_left, actor=chen, reception=one, at=left)[1] == "at"
    with time_machine.travel(left + timedelta(hours=4), tick=False):
        guests_left(actor=chen, reception=one, at=left)
        assert one.report_due_on == left.date() + timedelta(days=2)
        assert refused(hand_in_report, actor=chen, reception=one, report="好")[0] == "reception.call_first"
        early = {"hotel_opinion": "满意", "company_opinion": ""}
        assert refused(note_call, actor=chen, reception=one, at=left - timedelta(hours=1), **early)[1] == "at"
        note_call(actor=chen, reception=one, at=timezone.now(), **early)
        assert refused(hand_in_report, actor=chen, reception=one, report="好")[0] == "reception.costs_open"
        enter_cost(actor=chen, line=dinner, actual=Decimal(388))
        hand_in_report(actor=chen, reception=one, report="来宾满意，拟签协议。")
    one.refresh_from_db()
    assert (one.state, one.hotel_opinion) == ("closed", "满意")
    assert Notification.objects.filter(
        recipient="zheng", message__contains="report on a reception", values__number=one.number
    )
    assert refused(enter_cost, actor=chen, line=dinner, actual=Decimal(1))[0] == "programme.closed"
    assert refused(guests_left, actor=chen, reception=one)[0] == "reception.state"


@pytest.mark.rule("RCP-10")
def test_what_visitors_think_goes_to_the_head(world):
    chen, tour = world.seat("chen"), world.show_round
    assert refused(note_opinions, actor=chen, show_round=tour, opinions="很好", head=world.zhou)[1] == "opinions"
    with time_machine.travel(tour.starts_at + timedelta(hours=1), tick=False):
        note_opinions(actor=chen, show_round=tour, opinions="大堂很气派", head=world.zhou)
    tour.refresh_from_db()
    assert (tour.opinions, tour.passed_to) == ("大堂很气派", world.zhou)
    assert Notification.objects.filter(recipient="zhou", values__number=tour.number).count() == 1


@pytest.mark.rule("TGT-05")
@pytest.mark.parametrize("field", ["contact_person", "assistant", "leader"])
def test_nobody_is_in_the_team_who_was_not_examined_to_receive(world, field):
    one, chen = approved(world), world.seat("chen")
    team = {"contact_person": world.chen, "assistant": world.xu, "leader": world.zhou}
    assert refused(name_team, actor=chen, reception=one, **{**team, field: world.luo}) == (
        "qualification.missing",
        field,
    )
    examined = {"kind": "receive", "course": "接待礼仪", "granted_on": WORLD_NOW.date()}
    lin = world.seat("lin")
    short = grant_qualification(
        actor=lin, hotel=world.lujiazui, staff=world.luo, valid_until=one.arrives_at.date(), **examined
    )
    assert refused(name_team, actor=chen, reception=one, **{**team, field: world.luo}) == (
        "qualification.missing",
        field,
    )
    assert short.valid_until < one.departs_at.date()  # it ends while the guests are here
    grant_qualification(actor=lin, hotel=world.lujiazui, staff=world.luo, **examined)
    name_team(actor=chen, reception=one, **{**team, field: world.luo})
    assert getattr(Reception.objects.get(pk=one.pk), field) == world.luo


@pytest.mark.rule("TGT-05")
def test_an_applicant_who_may_not_receive_is_no_interface_person_by_itself(world):
    one = applied(world)
    mine = StaffQualification.objects.get(staff=world.chen, kind="receive")
    withdraw_qualification(actor=world.seat("zhou"), qualification=mine, reason="待复训")
    lin = world.seat("lin")
    one = approve_reception(actor=lin, reception=one, staff=lin.staff, level=one.proposed_level)
    assert one.contact_person is None
    assert approved(world, company="又一家").contact_person is None


@pytest.mark.rule("TGT-05")
def test_a_guide_and_a_host_may_receive_an_executive_is_not_asked_for_papers(world):
    zhou = world.seat("zhou")
    tour = {"company": "华兴", "visitors": "高总", "people": 2, "starts_at": ARRIVES}
    assert refused(plan_show_round, actor=zhou, hotel=world.lujiazui, guide=world.luo, **tour) == (
        "qualification.missing",
        "guide",
    )
    planned = plan_show_round(actor=zhou, hotel=world.lujiazui, guide=world.chen, **tour)
    change = {"actor": zhou, "show_round": planned, "revision": planned.revision}
    assert refused(change_show_round, guide=world.luo, **change) == ("qualification.missing", "guide")
    one = staffed(world)
    assert refused(ask_host, actor=zhou, reception=one, host=world.hu) == ("qualification.missing", "host")
    assert ask_host(actor=zhou, reception=one, host=world.zheng).is_executive


def test_the_page_of_the_team_says_at_the_field_who_is_not_qualified(world, browse):
    one = approved(world)
    url = one.get_absolute_url() + "team/"
    sent = {"contact_person": world.chen.pk, "assistant": world.luo.pk, "leader": world.zhou.pk}
    answer = browse("chen").post(url, sent)
    assert answer.status_code == 422
    assert "罗小雨 在 2026-11-30 没有有效的“接待客户”上岗资格" in answer.content.decode()
