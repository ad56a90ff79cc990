"""Planning, agreeing, leaving and coming back: what is done, and what is refused without a trace."""

from datetime import UTC, date, timedelta
from decimal import Decimal

import pytest

from roomnight.activities.commands import (
    cancel_visit,
    change_plan,
    check_kit,
    come_back,
    confirm_appointment,
    go_out,
    miss_visit,
    note_talk,
)
from roomnight.activities.models import Visit, VisitSlot
from roomnight.activities.tests.conftest import FRIDAY, KIT, lines_of, moment, refused
from roomnight.clients.commands import change_stage
from roomnight.kernel.commands import OPERATOR, UNCHANGED
from roomnight.kernel.models import AuditEntry
from roomnight.kernel.policy import set_policy

# --- planning -----------------------------------------------------------------------------------------------------


@pytest.mark.rule("VIS-02")
def test_a_plan_keeps_what_was_said(office, world):
    visit = office.plan(
        "chen", world.huaxing, purpose="quotation", purpose_text="年会报价", points="三种方案", special="总裁爱喝普洱",
        materials="会议手册", desired_outcome="定下场地", people=[world.wangfang],
    )  # fmt: skip
    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.purpose, visit.purpose_text, visit.points) == ("quotation", "年会报价", "三种方案")
    assert (visit.special, visit.materials, visit.desired_outcome) == ("总裁爱喝普洱", "会议手册", "定下场地")
    assert list(visit.people.all()) == [world.wangfang]
    assert (visit.state, visit.day, visit.district) == ("planned", FRIDAY, "浦东新区")
    assert visit.report_due_at == moment("18:00")
    assert visit.number.startswith("FW-202611-")
    assert lines_of(visit) == [("activities.plan_visit", "chen")]


def test_the_client_shows_the_plan_as_its_next_action_and_on_its_timeline(office, world):
    visit = office.plan("chen", world.huaxing, day=date(2026, 11, 30), purpose_text="年会报价")
    world.huaxing.follow_ups.update(state="cancelled", done_at=moment("08:00"))
    world.huaxing.visits.exclude(pk=visit.pk).update(state="cancelled", end_reason="x")
    change_plan(actor=world.seat("chen"), visit=visit, revision=visit.revision, points="一")
    world.huaxing.refresh_from_db()
    assert (world.huaxing.next_action_on, world.huaxing.next_action) == (date(2026, 11, 30), "年会报价")
    line = world.huaxing.timeline.filter(url=visit.get_absolute_url()).get()
    assert (line.message, line.values) == ("Visit planned for %(day)s", {"day": "2026-11-30"})


def test_the_first_visit_is_a_first_one_and_later_ones_return(office, world):
    assert office.plan("wu", world.pujiang, "10:00").kind == "first"
    office.log("wu", world.pujiang, met_from=moment("08:00"), met_to=moment("08:20"))
    world.pujiang.refresh_from_db()
    assert office.plan("wu", world.pujiang, "14:00").kind == "return"


@pytest.mark.rule("VIS-03")
@pytest.mark.parametrize(
    ("start", "minutes"),
    [
        pytest.param("10:00", 30, id="the same time"),
        pytest.param("10:25", 30, id="its end"),
        pytest.param("09:35", 30, id="its beginning"),
        pytest.param("10:10", 10, id="inside"),
        pytest.param("09:30", 90, id="around"),
    ],
)
def test_nobody_holds_two_overlapping_visits(office, world, start, minutes):
    office.plan("chen", world.huaxing, "10:00")
    with refused("visit.overlap", "start"):
        office.plan("chen", world.jinyuan, start, minutes, long_reason="长谈")


@pytest.mark.rule("VIS-03")
def test_visits_that_touch_and_visits_of_two_people_do_not_overlap(office, world):
    office.plan("chen", world.huaxing, "10:00")
    office.plan("chen", world.jinyuan, "10:30")
    office.plan("chen", world.jinyuan, "09:30")
    office.plan("xu", world.yuanyang, "10:00")
    assert VisitSlot.objects.filter(staff=world.chen, start__gte=moment("00:00")).count() == 18


def test_the_refusal_names_the_visit_that_is_in_the_way(office, world):
    first = office.plan("chen", world.huaxing, "10:00")
    with pytest.raises(Exception, match=first.number):
        office.plan("chen", world.jinyuan, "10:05")


@pytest.mark.rule("VIS-06")
@pytest.mark.parametrize("reason", ["", "   "])
def test_forty_five_minutes_without_a_reason_are_refused(office, world, reason):
    with refused("visit.long_reason", "long_reason"):
        office.plan("chen", world.huaxing, minutes=45, long_reason=reason)


@pytest.mark.rule("VIS-06")
def test_forty_five_minutes_with_a_reason_are_planned(office, world):
    assert office.plan("chen", world.huaxing, minutes=45, long_reason="看两个会场").planned_minutes == 45


@pytest.mark.rule("VIS-06")
def test_the_hotel_decides_how_long_a_visit_may_be(office, world):
    set_policy(
        actor=OPERATOR, key="activities.visit_max_minutes", value=45, hotel_code="lujiazui", effective_from=FRIDAY
    )
    office.plan("chen", world.huaxing, minutes=45)
    with refused("visit.long_reason"):
        office.plan("chen", world.jinyuan, "14:00", minutes=50)


@pytest.mark.rule("VIS-03")
@pytest.mark.parametrize(
    ("plan", "code"),
    [
        pytest.param({"start": "08:55"}, "visit.past", id="five minutes ago"),
        pytest.param({"start": "10:02"}, "visit.grid", id="between the steps"),
        pytest.param({"minutes": 0}, "visit.order", id="no time at all"),
        pytest.param({"is_cold_call": True}, "visit.cold_reason", id="a cold call without a reason"),
        pytest.param({"confirmed_how": "phone"}, "visit.half_appointment", id="agreed with nobody"),
        pytest.param({"purpose": "holiday"}, "visit.purpose", id="no such purpose"),
        pytest.param({"kind": "party"}, "report.choice", id="no such kind"),
        pytest.param({"confirmed_how": "dream", "confirmed_with": "王芳"}, "report.choice", id="no such way to agree"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(office, world, plan, code):
    with refused(code):
        office.plan("chen", world.huaxing, **plan)


def test_a_client_of_another_hotel_cannot_be_planned(office, world):
    with refused("visit.other_hotel"):
        office.plan("chen", world.hubin)


def test_a_person_of_another_client_cannot_be_met(office, world):
    with refused("visit.other_contact"):
        office.plan("chen", world.huaxing, people=[world.qiu])


def test_somebody_who_does_not_work_here_cannot_go(office, world):
    with refused("visit.staff_elsewhere"):
        office.plan("chen", world.huaxing, staff=world.ye)


def test_nobody_visits_a_blacklisted_client(office, world):
    change_stage(actor=world.seat("lin"), account=world.huaxing, stage="blacklisted", reason="欠款")
    with refused("visit.client_out"):
        office.plan("chen", world.huaxing)


@pytest.mark.rule("VIS-03")
def test_a_plan_with_its_appointment_is_confirmed_at_once(office, world):
    visit = office.plan("chen", world.huaxing, confirmed_how="wechat", confirmed_with="王芳")
    assert (visit.state, visit.confirmed_at) == ("confirmed", moment("09:00"))


def test_an_appointment_needs_a_place(office, world):
    with refused("visit.place"):
        office.plan("sun", world.donghai, place="", confirmed_how="phone", confirmed_with="调度")


def test_a_moment_that_has_not_come_cannot_be_told(office, world):
    with refused("visit.ahead"):
        office.plan("chen", world.huaxing, at=moment("09:01"))


# --- changing a plan ------------------------------------------------------------------------------------------------


@pytest.mark.rule("VIS-03")
def test_a_moved_visit_frees_its_old_time_and_holds_the_new(office, world):
    visit = office.plan("chen", world.huaxing, "10:00")
    chen = world.seat("chen")
    change_plan(actor=chen, visit=visit, revision=visit.revision, start=moment("10:15"), end=moment("10:45"))
    office.plan("chen", world.jinyuan, "09:45")
    with refused("visit.overlap"):
        office.plan("chen", world.jinyuan, "10:40")
    assert lines_of(visit) == [("activities.plan_visit", "chen"), ("activities.change_plan", "chen")]


@pytest.mark.rule("VIS-03")
def test_a_visit_cannot_be_moved_onto_another(office, world):
    office.plan("chen", world.huaxing, "10:00")
    visit = office.plan("chen", world.jinyuan, "14:00")
    with refused("visit.overlap"):
        change_plan(
            actor=world.seat("chen"), visit=visit, revision=visit.revision, start=moment("10:15"), end=moment("10:30")
        )


@pytest.mark.rule("VIS-06")
def test_a_visit_cannot_be_stretched_without_a_reason(office, world):
    visit = office.plan("chen", world.huaxing)
    with refused("visit.long_reason"):
        change_plan(actor=world.seat("chen"), visit=visit, revision=visit.revision, end=moment("10:45"))


@pytest.mark.rule("VIS-03")
def test_moving_undoes_the_appointment_unless_the_new_time_was_agreed(office, world):
    chen = world.seat("chen")
    visit = office.agreed("chen", world.huaxing)
    change_plan(actor=chen, visit=visit, revision=visit.revision, start=moment("14:00"), end=moment("14:30"))
    assert (visit.state, visit.confirmed_how, visit.confirmed_at) == ("planned", "", None)
    change_plan(
        actor=chen, visit=visit, revision=visit.revision, start=moment("15:00"), end=moment("15:30"), confirmed_how="wechat",
        confirmed_with="王芳",
    )  # fmt: skip
    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.state, visit.confirmed_how, visit.day) == ("confirmed", "wechat", FRIDAY)


def test_writing_points_down_leaves_the_appointment_alone(office, world):
    visit = office.agreed("chen", world.huaxing)
    office.at("09:10")
    change_plan(actor=world.seat("chen"), visit=visit, revision=visit.revision, points="先谢谢上月的团")
    assert (visit.state, visit.confirmed_at) == ("confirmed", moment("09:00"))


def test_turning_a_visit_into_a_cold_call_takes_its_appointment_away(office, world):
    visit = office.agreed("chen", world.huaxing)
    change_plan(
        actor=world.seat("chen"), visit=visit, revision=visit.revision, is_cold_call=True, cold_reason="电话打不通"
    )
    assert (visit.state, visit.is_cold_call, visit.confirmed_how) == ("planned", True, "")


def test_the_second_to_change_a_plan_is_told(office, world):
    visit = office.plan("chen", world.huaxing)
    change_plan(actor=world.seat("zhou"), visit=visit, revision=1, points="带上新价目")
    with refused("record.changed_meanwhile"):
        change_plan(actor=world.seat("chen"), visit=visit, revision=1, points="别带价目")


@pytest.mark.rule("VIS-03")
def test_a_plan_opened_before_the_appointment_does_not_undo_it(office, world):
    visit = office.agreed("chen", world.huaxing)
    with refused("record.changed_meanwhile"):
        change_plan(actor=world.seat("chen"), visit=visit, revision=1, confirmed_how="", confirmed_with="")


def test_a_change_of_nothing_is_none(office, world):
    visit = office.plan("chen", world.huaxing, people=[world.wangfang])
    unchanged = change_plan(
        actor=world.seat("chen"), visit=visit, revision=visit.revision, points="", people=[world.wangfang]
    )
    assert unchanged is UNCHANGED
    assert Visit.objects.get(pk=visit.pk).revision == 1


def test_people_can_be_changed_to_people_of_the_client_only(office, world):
    visit = office.plan("chen", world.huaxing)
    change_plan(actor=world.seat("chen"), visit=visit, revision=visit.revision, people=[world.wangfang, world.shan])
    assert visit.people.count() == 2
    with refused("visit.other_contact"):
        change_plan(actor=world.seat("chen"), visit=visit, revision=2, people=[world.qiu])


def test_a_visit_moved_to_the_next_day_has_its_report_due_then(office, world):
    visit = office.plan("chen", world.huaxing)
    monday = date(2026, 11, 23)
    change_plan(
        actor=world.seat("chen"),
        visit=visit,
        revision=visit.revision,
        start=moment("10:00", monday),
        end=moment("10:30", monday),
    )
    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.day, visit.report_due_at) == (monday, moment("18:00", monday))


def test_a_visit_cannot_be_moved_into_the_past(office, world):
    visit = office.plan("chen", world.huaxing)
    with refused("visit.past"):
        change_plan(
            actor=world.seat("chen"), visit=visit, revision=visit.revision, start=moment("08:00"), end=moment("08:30")
        )


# --- the appointment ------------------------------------------------------------------------------------------------


@pytest.mark.rule("VIS-03")
def test_an_appointment_is_kept_with_how_whom_and_when(office, world):
    visit = office.plan("chen", world.huaxing, is_cold_call=True, cold_reason="顺路")
    confirm_appointment(actor=world.seat("chen"), visit=visit, how="phone", whom="王芳", place="三楼会议室")
    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.state, visit.confirmed_how, visit.confirmed_with) == ("confirmed", "phone", "王芳")
    assert (visit.confirmed_at, visit.place) == (moment("09:00"), "三楼会议室")
    assert (visit.is_cold_call, visit.cold_reason) == (False, "")


@pytest.mark.rule("VIS-03")
@pytest.mark.parametrize(("how", "whom"), [("", "王芳"), ("phone", " ")])
def test_half_an_appointment_is_none(office, world, how, whom):
    visit = office.plan("chen", world.huaxing)
    with refused("visit.half_appointment"):
        confirm_appointment(actor=world.seat("chen"), visit=visit, how=how, whom=whom)


# --- the kit --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("VIS-04")
def test_every_item_is_kept_as_ticked_or_waived_with_its_reason(office, world):
    visit = office.agreed("chen", world.huaxing)
    check_kit(actor=world.seat("chen"), visit=visit, ticked=KIT[1:], waived={KIT[0]: "名片印刷中"}, appearance=True)
    items = {item.key: (item.state, item.waiver_reason) for item in visit.kit.all()}
    assert items == {KIT[0]: ("waived", "名片印刷中"), **dict.fromkeys(KIT[1:], ("ticked", ""))}
    assert Visit.objects.get(pk=visit.pk).appearance_confirmed


@pytest.mark.rule("VIS-04")
def test_a_later_answer_replaces_the_one_before_and_the_same_again_is_nothing(office, world):
    visit, chen = office.agreed("chen", world.huaxing), world.seat("chen")
    check_kit(actor=chen, visit=visit, ticked=KIT[:2])
    check_kit(actor=chen, visit=visit, ticked=KIT[1:3], appearance=True)
    assert {item.key for item in visit.kit.all()} == set(KIT[1:3])
    assert check_kit(actor=chen, visit=visit, ticked=KIT[1:3], appearance=True) is UNCHANGED


@pytest.mark.rule("VIS-04")
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param({}, "kit.incomplete", id="nothing answered"),
        pytest.param({"ticked": KIT[1:], "appearance": True}, "kit.incomplete", id="one item left out"),
        pytest.param({"ticked": KIT, "appearance": False}, "kit.appearance", id="no look in the mirror"),
    ],
)
def test_nobody_leaves_without_the_kit_checked(office, world, answer, code):
    visit, chen = office.agreed("chen", world.huaxing), world.seat("chen")
    if answer:
        check_kit(actor=chen, visit=visit, **answer)
    with refused(code):
        go_out(actor=chen, visit=visit)


@pytest.mark.rule("VIS-04")
def test_an_item_waived_without_a_reason_is_refused(office, world):
    visit = office.agreed("chen", world.huaxing)
    with refused("kit.waiver_reason"):
        check_kit(actor=world.seat("chen"), visit=visit, ticked=KIT[1:], waived={KIT[0]: " "}, appearance=True)


@pytest.mark.rule("VIS-04")
def test_the_kit_list_is_the_hotels_own(office, world):
    table = [{"key": "tablet", "zh": "平板电脑", "en": "Tablet"}]
    set_policy(actor=OPERATOR, key="activities.kit_items", value=table, hotel_code="lujiazui", effective_from=FRIDAY)
    visit, chen = office.agreed("chen", world.huaxing), world.seat("chen")
    with refused("kit.unknown"):
        check_kit(actor=chen, visit=visit, ticked=KIT, appearance=True)
    check_kit(actor=chen, visit=visit, ticked=["tablet"], appearance=True)
    assert go_out(actor=chen, visit=visit).state == "out"


def test_nobody_checks_the_kit_for_somebody_else(office, world):
    visit = office.agreed("chen", world.huaxing)
    with refused("visit.not_yours"):
        check_kit(actor=world.seat("zhou"), visit=visit, ticked=KIT, appearance=True)


# --- the outing register --------------------------------------------------------------------------------------------


@pytest.mark.rule("VIS-05")
def test_the_server_writes_the_time_out_and_back(office, world):
    visit, chen = office.ready("chen", world.huaxing), world.seat("chen")
    office.at("09:41")
    go_out(actor=chen, visit=visit)
    office.at("10:52")
    come_back(actor=chen, visit=visit)
    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.state, visit.out_at, visit.back_at) == ("returned", moment("09:41"), moment("10:52"))
    assert (visit.destination, visit.expected_back_at) == ("世纪大道 100 号", moment("10:30"))
    assert [command for command, _actor in lines_of(visit)][-2:] == ["activities.go_out", "activities.come_back"]


@pytest.mark.rule("VIS-03")
def test_nobody_leaves_without_appointment_unless_it_is_a_cold_call(office, world):
    chen = world.seat("chen")
    visit = office.plan("chen", world.huaxing)
    check_kit(actor=chen, visit=visit, ticked=KIT, appearance=True)
    with refused("visit.no_appointment"):
        go_out(actor=chen, visit=visit)
    change_plan(actor=chen, visit=visit, revision=visit.revision, is_cold_call=True, cold_reason="同一栋楼")
    assert go_out(actor=chen, visit=visit).state == "out"


@pytest.mark.rule("VIS-05")
def test_where_somebody_is_is_kept_only_with_consent(office, world):
    visit, chen = office.ready("chen", world.huaxing), world.seat("chen")
    here = (Decimal("31.236300"), Decimal("121.501800"))
    with refused("visit.location"):
        go_out(actor=chen, visit=visit, location=here)
    go_out(actor=chen, visit=visit, location=here, consent=True)
    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.latitude, visit.longitude) == here
    assert "31.2" not in str(list(visit_lines(visit)))


def visit_lines(visit):
    return AuditEntry.objects.filter(subject=f"activities.visit:{visit.pk}").values_list("changes", flat=True)


@pytest.mark.rule("VIS-05")
def test_nobody_is_out_twice_at_a_time(office, world):
    first = office.out("chen", world.huaxing, "10:00")
    second = office.ready("chen", world.jinyuan, "11:00")
    with refused("visit.out_already"):
        go_out(actor=world.seat("chen"), visit=second)
    come_back(actor=world.seat("chen"), visit=first)
    assert go_out(actor=world.seat("chen"), visit=second).state == "out"


@pytest.mark.rule("VIS-05")
def test_nobody_goes_out_or_comes_back_for_somebody_else(office, world):
    visit = office.ready("chen", world.huaxing)
    with refused("visit.not_yours"):
        go_out(actor=world.seat("zhou"), visit=visit)
    go_out(actor=world.seat("chen"), visit=visit)
    with refused("visit.not_yours"):
        come_back(actor=world.seat("zhou"), visit=visit)


def test_nobody_comes_back_who_never_left_and_twice_is_once(office, world):
    visit, chen = office.ready("chen", world.huaxing), world.seat("chen")
    with refused("visit.state"):
        come_back(actor=chen, visit=visit)
    go_out(actor=chen, visit=visit)
    come_back(actor=chen, visit=visit)
    assert come_back(actor=chen, visit=visit) is UNCHANGED


def test_nobody_leaves_twice(office, world):
    visit = office.out("chen", world.huaxing)
    with refused("visit.state"):
        go_out(actor=world.seat("chen"), visit=visit)


@pytest.mark.rule("VIS-07")
def test_notes_of_the_talk_are_kept_until_the_report(office, world):
    visit = office.out("chen", world.huaxing)
    note_talk(actor=world.seat("chen"), visit=visit, notes="想要江景房\n")
    assert Visit.objects.get(pk=visit.pk).talk_notes == "想要江景房"
    assert note_talk(actor=world.seat("chen"), visit=visit, notes="想要江景房") is UNCHANGED
    with refused("visit.not_yours"):
        note_talk(actor=world.seat("xu"), visit=visit, notes="别人写的")


# --- called off -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [cancel_visit, miss_visit])
def test_a_visit_called_off_says_why_and_frees_its_time(office, world, end):
    visit, chen = office.agreed("chen", world.huaxing), world.seat("chen")
    with refused("visit.reason", "reason"):
        end(actor=chen, visit=visit, reason=" ")
    end(actor=chen, visit=visit, reason="客户出差")
    office.plan("chen", world.jinyuan, "10:00")
    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.end_reason, visit.ended_at, visit.slots.count()) == ("客户出差", moment("09:00"), 0)
    assert world.huaxing.timeline.filter(note="客户出差").count() == 1


def test_a_visit_that_was_made_cannot_be_cancelled_but_may_have_met_nobody(office, world):
    visit = office.back("chen", world.huaxing)
    with refused("visit.state"):
        cancel_visit(actor=world.seat("chen"), visit=visit, reason="算了")
    assert miss_visit(actor=world.seat("chen"), visit=visit, reason="人不在").state == "missed"


@pytest.mark.rule("VIS-05")
def test_who_met_nobody_is_still_out_until_back(office, world):
    visit = office.out("chen", world.huaxing)
    miss_visit(actor=world.seat("chen"), visit=visit, reason="人不在")
    assert Visit.objects.filter(staff=world.chen, out_at__isnull=False, back_at=None).count() == 1
    come_back(actor=world.seat("chen"), visit=visit)
    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.state, visit.back_at) == ("missed", moment("09:00"))


def test_times_are_the_hotels_whatever_zone_they_come_in(office, world):
    early = moment("00:30", FRIDAY + timedelta(days=1)).astimezone(UTC)
    visit = office.plan("chen", world.huaxing)
    change_plan(
        actor=world.seat("chen"), visit=visit, revision=visit.revision, start=early, end=early + timedelta(minutes=30)
    )
    assert Visit.objects.get(pk=visit.pk).day == FRIDAY + timedelta(days=1)
