"""The visit report: written once, true, late or not; and everything that follows from it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from roomnight.activities.commands import (
    cancel_visit,
    change_plan,
    come_back,
    log_visit,
    plan_visit,
    read_report,
    write_report,
)
from roomnight.activities.events import ComplaintHeard, OrderAskedFor, VisitReported
from roomnight.activities.models import FollowUp, Visit, VisitReport
from roomnight.activities.tests.conftest import FRIDAY, lines_of, moment, refused
from roomnight.clients.commands import assign_owner, edit_contact
from roomnight.clients.models import CompetitorUse
from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.models import AuditEntry, Notification
from roomnight.kernel.policy import set_policy
from roomnight.organization.commands import place_staff

MONDAY = date(2026, 11, 23)


def following(visit):
    return {one.kind: one for one in FollowUp.objects.filter(visit=visit)}


@pytest.mark.rule("VIS-09")
def test_competitors_named_in_a_report_stand_with_the_client(office, world):
    put = {"hotel_name": "滨江饭店", "share_percent": 40, "price": 488, "noted_on": date(2026, 3, 1)}
    CompetitorUse.objects.filter(account=world.huaxing).delete()
    CompetitorUse.objects.create(account=world.huaxing, **put)
    CompetitorUse.objects.create(account=world.huaxing, hotel_name="东方瑞景", price=600, noted_on=date(2027, 1, 1))
    world.huaxing.refresh_from_db()
    revision = world.huaxing.revision
    told = [
        {"hotel": "滨江饭店", "price": "520", "why": "近"},
        {"hotel": "江畔酒店", "price": "", "why": ""},
        {"hotel": "东方瑞景", "price": "1", "why": ""},
    ]
    visit = office.back("chen", world.huaxing)
    office.report("chen", visit, competitors=told)
    kept = {
        (one.hotel_name, one.share_percent, one.price, one.advantages, one.noted_on)
        for one in world.huaxing.competitors.all()
    }
    assert kept == {
        ("滨江饭店", 40, 520, "近", visit.day),
        ("江畔酒店", None, None, "", visit.day),
        ("东方瑞景", None, 600, "", date(2027, 1, 1)),
    }
    line = AuditEntry.objects.get(command="clients.learn_competitors")
    assert line.actor == "chen" and "滨江饭店 40% 520.00 (近)" in line.changes["competitors"][1]
    world.huaxing.refresh_from_db()
    assert world.huaxing.revision == revision + 1, "whoever has the client's form open is told"


# --- the report itself ----------------------------------------------------------------------------------------------


@pytest.mark.rule("VIS-07")
def test_a_report_keeps_everything_that_was_said(office, world):
    visit = office.back("chen", world.huaxing, people=[world.wangfang])
    said = {
        "kind": "return", "purpose": "conference", "client_type": "corporate", "address": "世纪大道 100 号 8 楼",
        "people_text": "李总（副总裁）", "presented": "三种会场方案", "needs": ["rooms", "meeting"],
        "product_offered": "江景厅", "questions": "可否晚退房", "features": "喜欢安静", "potential_room_nights": 60,
        "potential_meetings": 4, "potential_covers": 300, "feedback": "fair", "agreements": "下周给报价",
        "next_on": date(2026, 11, 27), "next_purpose": "定合同", "note": "年会 12 月 20 日，120 人。",
    }  # fmt: skip
    rival = [{"hotel": "滨江饭店", "price": "520", "why": "近"}]
    office.report(
        "chen",
        visit,
        contacts=[world.wangfang, world.shan],
        likes={world.wangfang.pk: "喜欢百合"},
        competitors=rival,
        **said,
    )
    report = VisitReport.objects.get(visit=visit)
    assert {name: getattr(report, name) for name in said} == said
    assert set(report.contacts.all()) == {world.wangfang, world.shan}
    assert report.competitors == rival
    assert report.likes == {str(world.wangfang.pk): "喜欢百合"}
    assert (report.met_from, report.met_to, report.submitted_at) == (moment("10:00"), moment("10:20"), moment("11:15"))
    assert (report.actual_minutes, report.overrun_minutes, report.arrival_minutes) == (20, 0, 0)
    visit = Visit.objects.get(pk=visit.pk)
    assert visit.state == "reported"
    assert lines_of(visit)[-1] == ("activities.write_report", "chen")


@pytest.mark.rule("VIS-11")
def test_what_is_known_is_filled_in(office, world):
    visit = office.back("chen", world.huaxing, people=[world.wangfang], purpose="quotation")
    report = office.report("chen", visit, people_text="", met_to=moment("10:25"))
    assert list(report.contacts.all()) == [world.wangfang]
    assert (report.purpose, report.kind, report.client_type) == ("quotation", visit.kind, "corporate")
    assert report.address == "世纪大道 100 号"


def test_where_no_person_is_named_the_appointment_says_whom(office, world):
    visit = office.back("chen", world.jinyuan)
    assert office.report("chen", visit, people_text="").people_text == "王芳"


@pytest.mark.rule("VIS-07")
def test_a_report_in_time_is_not_late_and_its_delay_is_kept(office, world):
    report = office.report("chen", office.back("chen", world.huaxing))
    assert (report.is_late, report.late_minutes, report.delay_minutes) == (False, 0, 55)


@pytest.mark.rule("VIS-08")
def test_a_late_report_is_accepted_and_marked_with_its_minutes(office, world):
    visit = office.back("chen", world.huaxing)
    office.at("09:00", MONDAY)
    report = office.report("chen", visit)
    assert (report.is_late, report.late_minutes) == (True, 3 * 24 * 60 - 9 * 60)
    assert Visit.objects.get(pk=visit.pk).state == "reported"


@pytest.mark.rule("VIS-06")
def test_an_overrun_is_reported(office, world):
    visit = office.back("chen", world.huaxing)
    report = office.report("chen", visit, met_from=moment("10:05"), met_to=moment("10:47"))
    assert (report.actual_minutes, report.overrun_minutes, report.arrival_minutes) == (42, 12, 5)


def test_a_report_can_be_written_on_the_way_before_coming_back(office, world):
    visit = office.out("chen", world.huaxing)
    office.at("10:40")
    office.report("chen", visit)
    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.state, visit.back_at) == ("reported", None)
    come_back(actor=world.seat("chen"), visit=visit)
    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.state, visit.back_at) == ("reported", moment("10:40"))


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.rule("VIS-07")
@pytest.mark.parametrize(
    ("talk", "code"),
    [
        pytest.param(
            {
                "met_from": moment("10:00", FRIDAY + timedelta(days=1)),
                "met_to": moment("10:20", FRIDAY + timedelta(days=1)),
            },
            "report.future",
            id="dated tomorrow",
        ),
        pytest.param({"met_to": moment("11:16")}, "report.future", id="ends in a minute"),
        pytest.param({"met_to": moment("09:50")}, "report.order", id="backwards"),
        pytest.param({"result": "refused"}, "report.refusal_reason", id="refused without a reason"),
        pytest.param({"feedback": "complaint"}, "report.complaint_text", id="a complaint without words"),
        pytest.param({"result": "perhaps"}, "report.choice", id="no such result"),
        pytest.param({"feedback": "perhaps"}, "report.choice", id="no such feedback"),
        pytest.param({"needs": ["yacht"]}, "report.needs", id="no such need"),
        pytest.param({"competitors": [{"hotel": "", "price": "1"}]}, "report.competitors", id="a nameless competitor"),
        pytest.param({"next_on": FRIDAY}, "report.next_past", id="the next talk today"),
    ],
)
def test_a_report_that_cannot_be_is_refused(office, world, talk, code):
    visit = office.back("chen", world.huaxing)
    with refused(code):
        office.report("chen", visit, **talk)


@pytest.mark.rule("VIS-07")
def test_nobody_reports_somebody_elses_visit(office, world):
    visit = office.back("chen", world.huaxing)
    for who in ("xu", "zhou", "lin"):
        with refused("visit.not_yours"):
            office.report(who, visit)
    with refused("visit.not_yours"):
        write_report(
            actor=OPERATOR, visit=visit, submission_key=uuid4(), met_from=moment("10:00"), met_to=moment("10:20"),
            result="order",
        )  # fmt: skip


@pytest.mark.rule("VIS-07")
def test_a_visit_has_one_report(office, world):
    visit = office.back("chen", world.huaxing)
    office.report("chen", visit)
    with refused("report.written"):
        office.report("chen", visit, result="order")


@pytest.mark.parametrize("state", ["planned", "confirmed", "cancelled"])
def test_a_visit_that_was_not_made_has_no_report(office, world, state):
    visit = office.plan("chen", world.huaxing) if state == "planned" else office.agreed("chen", world.huaxing)
    if state == "cancelled":
        cancel_visit(actor=world.seat("chen"), visit=visit, reason="改期")
    with refused("report.not_out"):
        office.report("chen", visit, met_from=moment("08:00"), met_to=moment("08:20"))


def test_people_and_likes_of_another_client_are_refused(office, world):
    visit = office.back("chen", world.huaxing)
    with refused("visit.other_contact"):
        office.report("chen", visit, contacts=[world.qiu])
    with refused("report.likes"):
        office.report("chen", visit, likes={world.qiu.pk: "喜欢茶"})


def test_a_report_says_whom_one_met(office, world):
    visit = office.back("chen", world.huaxing)
    Visit.objects.filter(pk=visit.pk).update(confirmed_with="")
    with refused("report.nobody", "people_text"):
        office.report("chen", visit, people_text=" ")


# --- sent once ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("VIS-07")
def test_the_same_report_sent_again_is_the_same_report(office, world):
    visit, key = office.back("chen", world.huaxing), uuid4()
    first = office.report("chen", visit, submission_key=key, next_on=date(2026, 12, 1), result="order")
    before = (FollowUp.objects.count(), world.huaxing.timeline.count(), Notification.objects.count())
    again = office.report("chen", visit, submission_key=key, next_on=date(2026, 12, 1), result="order")
    assert again == first
    assert VisitReport.objects.filter(visit=visit).count() == 1
    assert (FollowUp.objects.count(), world.huaxing.timeline.count(), Notification.objects.count()) == before
    line = AuditEntry.objects.latest("id")
    assert (line.subject, line.changes) == (f"activities.visitreport:{first.pk}", {"sent_again": True})


def test_a_key_used_for_another_visit_is_refused(office, world):
    key = uuid4()
    office.report("chen", office.back("chen", world.huaxing), submission_key=key)
    office.at("11:30")
    other = office.back("chen", world.jinyuan, "14:00", until="15:00")
    with refused("report.key_taken"):
        office.report("chen", other, submission_key=key)


def test_the_key_of_a_colleagues_report_opens_nothing(office, world):
    visit, key = office.back("chen", world.huaxing), uuid4()
    office.report("chen", visit, submission_key=key)
    with refused("visit.not_yours"):
        office.report("xu", visit, submission_key=key)
    with refused("report.key_taken"):
        office.log("xu", world.yuanyang, submission_key=key)


@pytest.mark.rule("VIS-11")
def test_a_logged_visit_sent_again_is_the_same_visit(office, world):
    key = uuid4()
    office.at("09:40")
    first = office.log("chen", world.huaxing, submission_key=key)
    counts = (Visit.objects.count(), FollowUp.objects.count())
    assert office.log("chen", world.huaxing, submission_key=key) == first
    assert (Visit.objects.count(), FollowUp.objects.count()) == counts


# --- what happened beats what was planned ----------------------------------------------------------------------------


@pytest.mark.rule("VIS-03")
def test_two_reported_visits_do_not_overlap(office, world):
    office.report("chen", office.back("chen", world.huaxing))
    office.at("11:30")
    second = office.back("chen", world.jinyuan, "14:00", until="15:00")
    with refused("visit.overlap", "met_from"):
        office.report("chen", second, met_from=moment("10:10"), met_to=moment("10:40"))


@pytest.mark.rule("VIS-03")
def test_a_talk_that_overran_into_the_next_plan_can_still_be_reported(office, world):
    visit = office.out("chen", world.huaxing, "10:00")
    nexts = office.plan("chen", world.jinyuan, "10:30")
    office.at("11:15")
    office.report("chen", visit, met_from=moment("10:00"), met_to=moment("10:50"))
    assert nexts.slots.count() == 2  # from 10:50 on it still holds its time
    nexts.refresh_from_db()
    assert (nexts.state, nexts.planned_start) == ("planned", moment("10:30"))
    office.at("11:20")
    with refused("visit.overlap"):
        office.log("chen", world.jinyuan, met_from=moment("10:40"), met_to=moment("11:00"))


def test_a_reported_visit_holds_the_time_it_took_and_no_other(office, world):
    visit = office.back("chen", world.huaxing, "10:00")
    office.report("chen", visit, met_from=moment("09:30"), met_to=moment("09:50"))
    assert [slot.start for slot in visit.slots.order_by("start")] == [
        moment("09:30") + timedelta(minutes=5 * n) for n in range(4)
    ]
    office.log("chen", world.jinyuan, met_from=moment("10:00"), met_to=moment("10:25"))


def test_a_plan_that_gave_way_is_moved_as_any_other(office, world):
    visit = office.out("chen", world.huaxing, "10:00")
    nexts = office.plan("chen", world.jinyuan, "10:30")
    office.at("11:15")
    office.report("chen", visit, met_from=moment("10:00"), met_to=moment("10:50"))
    change_plan(actor=world.seat("chen"), visit=nexts, revision=1, start=moment("14:00"), end=moment("14:30"))
    assert nexts.slots.count() == 6


# --- logging on one screen ------------------------------------------------------------------------------------------


@pytest.mark.rule("VIS-11")
def test_one_screen_makes_the_visit_and_its_report(office, world):
    office.at("09:40")
    report = office.log(
        "chen",
        world.huaxing,
        met_from=moment("09:02"),
        met_to=moment("09:27"),
        contacts=[world.wangfang],
        note="谈得好",
    )
    visit = Visit.objects.get(pk=report.visit_id)
    assert (visit.state, visit.is_logged, visit.kind, visit.day) == ("reported", True, "return", FRIDAY)
    assert (visit.planned_start, visit.planned_end) == (moment("09:00"), moment("09:25"))
    assert (report.met_from, report.met_to, report.actual_minutes) == (moment("09:02"), moment("09:27"), 25)
    assert (report.arrival_minutes, report.overrun_minutes, report.delay_minutes) == (0, 0, 13)
    assert (visit.confirmed_how, visit.confirmed_with, visit.place) == ("phone", "王芳", "世纪大道 100 号")
    assert visit.slots.count() == 5
    assert following(visit)["thanks_call"].due_on == MONDAY
    assert lines_of(visit) == [("activities.log_visit", "chen")]


@pytest.mark.rule("VIS-03")
def test_a_logged_visit_overlaps_no_other(office, world):
    office.plan("chen", world.huaxing, "10:00")
    office.at("10:40")
    with refused("visit.overlap", "met_from"):
        office.log("chen", world.jinyuan, met_from=moment("10:10"), met_to=moment("10:35"))


@pytest.mark.rule("VIS-03")
@pytest.mark.rule("VIS-06")
@pytest.mark.parametrize(
    ("talk", "code"),
    [
        pytest.param({"confirmed_how": ""}, "visit.no_appointment", id="no appointment"),
        pytest.param(
            {"confirmed_how": "", "is_cold_call": True}, "visit.cold_reason", id="a cold call without a reason"
        ),
        pytest.param({"met_from": moment("08:00"), "met_to": moment("08:45")}, "visit.long_reason", id="45 minutes"),
        pytest.param({"met_from": moment("08:00"), "met_to": moment("08:31")}, "visit.long_reason", id="31 minutes"),
        pytest.param({"met_to": moment("09:41")}, "report.future", id="not over yet"),
        pytest.param({"purpose": ""}, "visit.purpose", id="for nothing"),
        pytest.param({"people_text": ""}, "report.nobody", id="with nobody"),
        pytest.param({"result": "refused"}, "report.refusal_reason", id="refused without a reason"),
    ],
)
def test_a_logged_visit_keeps_the_same_rules(office, world, talk, code):
    office.at("09:40")
    with refused(code):
        office.log("chen", world.huaxing, **talk)


def test_a_cold_call_is_logged_with_its_reason_and_counted_apart(office, world):
    office.at("09:40")
    report = office.log("chen", world.huaxing, confirmed_how="", is_cold_call=True, cold_reason="同楼新公司")
    assert (report.visit.is_cold_call, report.visit.confirmed_with) == (True, "")


def test_nobody_logs_a_visit_for_somebody_else(office, world):
    office.at("09:40")
    with refused("visit.not_yours"):
        log_visit(
            actor=world.seat("zhou"), hotel=world.lujiazui, account=world.huaxing, staff=world.chen, purpose="other",
            submission_key=uuid4(), met_from=moment("09:00"), met_to=moment("09:20"), result="order", confirmed_how="phone",
        )  # fmt: skip


def test_a_client_of_another_hotel_is_not_logged(office, world):
    office.at("09:40")
    with refused("visit.other_hotel"):
        office.log("chen", world.hubin)


# --- what follows (VIS-09) ------------------------------------------------------------------------------------------


@pytest.mark.rule("VIS-09")
def test_every_client_is_thanked_on_the_next_working_day_by_who_went(office, world):
    visit = office.back("chen", world.huaxing, people=[world.wangfang])
    office.report("chen", visit)
    (call,) = FollowUp.objects.filter(visit=visit)
    assert (call.kind, call.due_on, call.owner, call.contact) == ("thanks_call", MONDAY, world.chen, world.wangfang)
    assert (call.source, call.account, call.escalate_on) == ("visit", world.huaxing, MONDAY + timedelta(days=2))
    assert lines_of(call) == [("activities.write_report", "chen")]


@pytest.mark.rule("VIS-09")
@pytest.mark.rule("ORG-05")
def test_on_a_friday_before_a_make_up_saturday_the_client_is_thanked_on_saturday(office, world):
    friday = date(2026, 2, 13)
    office.at("09:00", friday)
    visit = office.back("chen", world.huaxing, day=friday)
    office.report("chen", visit)
    assert following(visit)["thanks_call"].due_on == date(2026, 2, 14)


@pytest.mark.rule("VIS-09")
def test_the_hotel_decides_after_how_many_working_days_it_thanks(office, world):
    set_policy(actor=OPERATOR, key="activities.thanks_call_days", value=2, hotel_code="lujiazui", effective_from=FRIDAY)
    visit = office.back("chen", world.huaxing)
    office.report("chen", visit)
    assert following(visit)["thanks_call"].due_on == date(2026, 11, 24)


def test_a_client_visited_twice_a_day_is_thanked_once(office, world):
    office.report("chen", office.back("chen", world.huaxing))
    office.at("11:30")
    office.log("chen", world.huaxing, met_from=moment("11:00"), met_to=moment("11:20"))
    calls = FollowUp.objects.filter(account=world.huaxing, kind="thanks_call", due_on=MONDAY)
    assert calls.count() == 1


def test_nobody_who_does_not_want_to_be_contacted_is_called(office, world):
    edit_contact(actor=world.seat("chen"), contact=world.wangfang, revision=1, do_not_contact=True)
    visit = office.back("chen", world.huaxing, people=[world.wangfang])
    office.report("chen", visit)
    assert following(visit)["thanks_call"].contact is None


@pytest.mark.rule("VIS-09")
def test_a_complaint_goes_to_the_leader_at_once(office, world, emitted):
    visit = office.back("chen", world.huaxing)
    office.report("chen", visit, feedback="complaint", complaint="早餐排队太久")
    complaint = following(visit)["complaint"]
    assert (complaint.owner, complaint.due_on, complaint.priority) == (world.zhou, FRIDAY, "urgent")
    assert (complaint.what, complaint.created_by) == ("早餐排队太久", world.chen)
    bell = Notification.objects.get(recipient="zhou", is_urgent=True, url=visit.get_absolute_url())
    assert bell.values == {"client": world.huaxing.name, "name": "陈思远", "text": "早餐排队太久"}
    assert emitted[0] == ComplaintHeard(visit.pk, complaint.pk, world.huaxing.pk, "早餐排队太久")


@pytest.mark.rule("VIS-09")
def test_the_complaint_of_somebody_without_a_leader_stays_with_them(office, world):
    place_staff(actor=OPERATOR, staff=world.chen, hotel=world.lujiazui, department="sales", role="sales-representative")
    visit = office.back("chen", world.huaxing)
    office.report("chen", visit, feedback="complaint", complaint="早餐排队太久")
    assert following(visit)["complaint"].owner == world.chen


@pytest.mark.rule("VIS-09")
@pytest.mark.parametrize("result", ["order", "trial"])
def test_an_order_is_asked_for(office, world, emitted, result):
    visit = office.back("chen", world.huaxing)
    office.report("chen", visit, result=result, note="要 20 间，12 月 5 日")
    enquiry = following(visit)["order_enquiry"]
    assert (enquiry.owner, enquiry.due_on, enquiry.what) == (world.chen, FRIDAY, "要 20 间，12 月 5 日")
    assert OrderAskedFor(visit.pk, enquiry.pk, world.huaxing.pk) in emitted


@pytest.mark.rule("VIS-09")
@pytest.mark.parametrize("potential", ["potential_room_nights", "potential_meetings", "potential_covers"])
def test_potential_is_followed_up(office, world, potential):
    visit = office.back("chen", world.huaxing)
    office.report("chen", visit, **{potential: 12})
    assert following(visit)["potential"].due_on == date(2026, 11, 27)


def test_no_potential_opens_nothing(office, world):
    visit = office.back("chen", world.huaxing)
    office.report("chen", visit, potential_room_nights=0, potential_meetings=None)
    assert set(following(visit)) == {"thanks_call"}


@pytest.mark.rule("VIS-09")
def test_the_next_talk_is_put_on_the_list_and_shown_on_the_client(office, world):
    FollowUp.objects.filter(account=world.huaxing).update(state="cancelled", done_at=moment("08:00"))
    Visit.objects.filter(account=world.huaxing).update(state="cancelled", end_reason="x")
    visit = office.back("chen", world.huaxing)
    office.report("chen", visit, next_on=date(2026, 11, 27), next_purpose="定合同")
    talk = following(visit)["appointment"]
    assert (talk.due_on, talk.what, talk.owner) == (date(2026, 11, 27), "定合同", world.chen)
    world.huaxing.refresh_from_db()
    assert (world.huaxing.next_action_on, world.huaxing.next_action) == (MONDAY, "致谢电话")
    assert world.huaxing.last_visit_on == FRIDAY


@pytest.mark.rule("VIS-09")
def test_what_was_learned_of_a_person_is_kept_with_the_person(office, world):
    visit = office.back("chen", world.huaxing)
    office.report("chen", visit, contacts=[world.wangfang], likes={world.wangfang.pk: "喜欢百合", world.shan.pk: " "})
    world.wangfang.refresh_from_db()
    world.shan.refresh_from_db()
    assert world.wangfang.preferences["likes"] == "喜欢百合"
    assert "likes" not in world.shan.preferences


def test_the_clients_timeline_tells_of_the_visit(office, world):
    visit = office.back("chen", world.huaxing, people=[world.wangfang])
    office.report("chen", visit, note="年会基本定了")
    line = world.huaxing.timeline.get(message="Visited: interested", at=moment("10:00"))
    assert (line.note, line.url, line.actor_name) == ("年会基本定了", visit.get_absolute_url(), "陈思远")
    assert line.contact == world.wangfang


def test_the_floors_above_are_told(office, world, emitted):
    visit = office.back("chen", world.huaxing)
    report = office.report("chen", visit, feedback="satisfied")
    assert emitted == [
        VisitReported(
            visit.pk, report.pk, world.lujiazui.pk, world.huaxing.pk, world.chen.pk, FRIDAY, "interested", "satisfied"
        )
    ]


def test_a_report_of_an_earlier_visit_does_not_turn_the_last_one_back(office, world):
    office.report("chen", office.back("chen", world.huaxing))
    office.at("11:30")
    office.log(
        "chen", world.huaxing, met_from=moment("10:00", date(2026, 11, 19)), met_to=moment("10:20", date(2026, 11, 19))
    )
    world.huaxing.refresh_from_db()
    assert world.huaxing.last_visit_on == FRIDAY


# --- the leader reads -----------------------------------------------------------------------------------------------


def test_the_leader_reads_and_comments_and_the_visit_is_closed(office, world):
    visit = office.back("chen", world.huaxing)
    office.report("chen", visit)
    office.at("17:00")
    read_report(actor=world.seat("zhou"), visit=visit, reader=world.zhou, comment="报价今天发出")
    report = VisitReport.objects.get(visit=visit)
    assert (report.comment, report.read_by, report.read_at) == ("报价今天发出", world.zhou, moment("17:00"))
    assert Visit.objects.get(pk=visit.pk).state == "closed"
    assert lines_of(visit)[-1] == ("activities.read_report", "zhou")
    assert Notification.objects.filter(recipient="chen").latest("id").values["comment"] == "报价今天发出"


def test_nobody_reads_their_own_report(office, world):
    visit = office.back("wu", world.pujiang)
    office.report("wu", visit)
    with refused("report.own"):
        read_report(actor=world.seat("wu"), visit=visit, reader=world.wu, comment="好")


def test_a_report_is_read_once_and_with_a_comment(office, world):
    visit, zhou = office.back("chen", world.huaxing), world.seat("zhou")
    with refused("visit.state"):
        read_report(actor=zhou, visit=visit, reader=world.zhou, comment="好")
    office.report("chen", visit)
    with refused("report.comment", "comment"):
        read_report(actor=zhou, visit=visit, reader=world.zhou, comment=" ")
    read_report(actor=zhou, visit=visit, reader=world.zhou, comment="好")
    with refused("visit.state"):
        read_report(actor=zhou, visit=visit, reader=world.zhou, comment="很好")


def test_a_plan_for_a_client_handed_over_is_still_the_visitors_to_report(office, world):
    visit = office.back("chen", world.huaxing)
    assign_owner(actor=world.seat("zhou"), account=world.huaxing, owner=world.xu, reason="调整")
    assert office.report("chen", visit).visit_id == visit.pk


def test_two_visits_never_share_a_number(office, world):
    numbers = [
        plan_visit(
            actor=world.seat("chen"), hotel=world.lujiazui, account=world.huaxing, staff=world.chen, purpose="other",
            start=moment(f"{hour}:00"), end=moment(f"{hour}:30"),
        ).number
        for hour in range(12, 18)
    ]  # fmt: skip
    first = int(numbers[0][-4:])
    assert [int(number[-4:]) for number in numbers] == list(range(first, first + 6))
