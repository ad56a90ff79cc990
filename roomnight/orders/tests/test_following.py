"""An order is followed step by step, in a case that hears of everything done on its page (ORD-03, ORD-04, VIS-09)."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
import time_machine

from roomnight.activities.commands import complete_followup
from roomnight.activities.models import FollowUp
from roomnight.kernel.calendar import HotelCalendar, WorkingHours
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from roomnight.orders.commands import (
    add_comment,
    answer_comment,
    archive_order,
    begin_order,
    cancel_order,
    complete_order,
    hand_over_order,
    hear_opinion,
    learn_needs,
    miss_order,
    note_no_comments,
    note_stay,
    read_order,
    reopen_order,
    urge_departments,
)
from roomnight.orders.models import FollowStep, OrderCall, StepNote
from roomnight.orders.queries.following import papers_of
from roomnight.orders.rules.following import BEFORE, STEPS, Course, Known, Span, done, due_times, is_past, stage
from roomnight.procedures.commands import complete_task
from roomnight.procedures.models import Case, CaseTask
from tests.world_following import HERE_AT, agreed, completed, fresh, somebody_of, whole
from tests.world_notices import altered, notice_to
from tests.world_orders import at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
SPAN = Span(4, 24, 12, 1, 3, 5)


# ---- times


def moment(text, zone=SHANGHAI):
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=zone)


def times(confirmed, arrives, departs, *, departments="", zone=SHANGHAI, country="CN", step=""):
    course = Course(
        moment(confirmed, zone), moment(arrives, zone), moment(departs, zone),
        moment(departments, zone) if departments else None,
    )  # fmt: skip
    office = WorkingHours(time(9), time(18), zone)
    found = due_times(course, SPAN, HotelCalendar(country=country), office)
    said = {name: f"{one.astimezone(zone):%m-%d %H:%M}" for name, one in found.items()}
    return said[step] if step else said


TIMES = [
    ("read within the hours of the house", "read", "11-18 10:00", "12-10 14:00", "12-12 12:00", "11-18 14:00"),
    ("read over the end of the day", "read", "11-18 16:30", "12-10 14:00", "12-12 12:00", "11-19 11:30"),
    ("read over a weekend", "read", "11-20 17:00", "12-10 14:00", "12-12 12:00", "11-23 12:00"),
    ("read over the National Day holiday", "read", "09-30 16:00", "10-20 14:00", "10-21 12:00", "10-08 11:00"),
    ("read on a make-up Saturday", "read", "10-09 17:00", "10-28 14:00", "10-29 12:00", "10-10 12:00"),
    ("half of what is left", "read", "11-18 10:00", "11-18 14:00", "11-19 12:00", "11-18 12:00"),
    ("ready a day before, at night too", "ready", "11-18 10:00", "12-11 00:30", "12-12 12:00", "12-10 00:30"),
    ("ready on a rest day too", "ready", "11-18 10:00", "12-07 14:00", "12-08 12:00", "12-06 14:00"),
    ("ready not before the departments confirm", "ready", "11-18 10:00", "11-19 09:00", "11-19 12:00", "11-18 14:00"),
    ("needs half a day before", "needs", "11-18 10:00", "12-10 14:00", "12-12 12:00", "12-10 02:00"),
    ("needs of a late order", "needs", "11-18 10:00", "11-18 16:00", "11-19 12:00", "11-18 13:00"),
    ("accompanied to the end", "stay", "11-18 10:00", "12-10 14:00", "12-12 12:00", "12-12 12:00"),
    ("comments the next working day", "comments", "11-18 10:00", "12-08 14:00", "12-09 12:00", "12-10 18:00"),
    ("comments over a weekend", "comments", "11-18 10:00", "12-10 14:00", "12-11 12:00", "12-14 18:00"),
    ("filed over the new year", "file", "11-18 10:00", "12-29 14:00", "12-30 12:00", ""),
    ("filed within three working days", "file", "11-18 10:00", "12-10 14:00", "12-11 12:00", "12-16 18:00"),
    ("asked within five working days", "ask", "11-18 10:00", "12-10 14:00", "12-11 12:00", "12-18 18:00"),
    ("asked over the National Day holiday", "ask", "09-20 10:00", "09-28 14:00", "09-29 12:00", "10-12 18:00"),
]  # fmt: skip


@pytest.mark.rule("ORD-04")
@pytest.mark.parametrize(
    ("step", "confirmed", "arrives", "departs", "said"), [one[1:] for one in TIMES if one[5]],
    ids=[one[0] for one in TIMES if one[5]],
)  # fmt: skip
def test_each_step_has_its_time_before_the_arrival_or_after_the_departure(step, confirmed, arrives, departs, said):
    departments = "11-18 14:00" if "11-19 09:00" in arrives else ""
    assert times(confirmed, arrives, departs, departments=departments, step=step) == said


@pytest.mark.rule("ORD-04")
@pytest.mark.parametrize(
    ("arrives", "ready", "needs"),
    [("03-08 14:00", "03-07 13:00", "03-08 01:00"), ("11-01 14:00", "10-31 15:00", "11-01 01:00")],
    ids=["clocks put forward", "clocks put back"],
)  # fmt: skip
def test_hours_before_an_arrival_are_real_hours_when_the_clocks_change(arrives, ready, needs):
    said = times("02-02 10:00", arrives, "11-20 12:00", zone=NEW_YORK, country="US")
    assert (said["ready"], said["needs"]) == (ready, "03-08 01:00" if arrives.startswith("03") else "11-01 02:00")


# ---- which step it is


@pytest.mark.rule("ORD-04")
def test_the_steps_come_one_after_the_other():
    whole_house = {"is_told": True, "departments": 2}
    course = [
        (Known("enquiry"), "off"), (Known("definite", **whole_house), "read"),
        (Known("definite", is_read=True, is_lacking=True, **whole_house), "read"),
        (Known("definite", is_read=True, **whole_house), "agree"),
        (Known("definite", is_read=True, agreed=1, **whole_house), "agree"),
        (Known("definite", is_read=True, agreed=2, ready=1, **whole_house), "ready"),
        (Known("definite", is_read=True, agreed=2, ready=2, **whole_house), "needs"),
        (Known("definite", is_read=True, agreed=2, ready=2, knows_needs=True, **whole_house), "stay"),
        (Known("in_progress", **whole_house), "stay"), (Known("completed", **whole_house), "comments"),
        (Known("completed", has_comments=True, **whole_house), "file"), (Known("archived"), "ask"),
        (Known("archived", is_asked=True), "over"), (Known("cancelled", is_read=True), "off"),
        (Known("no_show"), "off"), (Known("definite", is_read=True), "agree"),
    ]  # fmt: skip
    assert [stage(known) for known, _step in course] == [step for _known, step in course]


@pytest.mark.rule("ORD-04")
def test_what_was_not_done_before_the_guests_came_is_past_and_not_done():
    here = Known("in_progress", is_read=True, is_told=True, departments=2, agreed=1)
    assert done(here) == {"read"}
    assert [one for one in STEPS if is_past(one, here)] == ["agree", "ready", "needs"]
    assert not any(is_past(one, Known("definite")) for one in BEFORE)


# ---- the case


def case_of(order):
    return Case.objects.get(subject=f"orders.order:{order.pk}")


def task_of(order):
    found = CaseTask.objects.select_related("case__hotel", "person").filter(
        case__subject=f"orders.order:{order.pk}", state__in=("open", "claimed")
    )
    return found.get()


def at_step(order):
    return task_of(order).step


@pytest.mark.rule("ORD-04")
def test_a_confirmed_order_is_followed_by_its_follower_in_time(world):
    order = whole(world)
    task = task_of(order)
    assert (task.step, task.person, task.due_at) == ("read", world.chen, at(18, 13, 30, month=11))
    assert case_of(order).subject_label == f"{order.number} {order.title}"


@pytest.mark.rule("ORD-04")
def test_an_order_is_followed_from_reading_to_the_opinion(world):
    chen, order = world.seat("chen"), whole(world)
    read_order(actor=chen, order=order, staff=world.chen, note="与客户复述过")
    assert at_step(order) == "agree"
    agreed(world, order)
    assert (at_step(order), task_of(order).due_at) == ("ready", at(9, 14))
    agreed(world, order, ready=True)
    assert (at_step(order), task_of(order).due_at) == ("needs", at(10, 2))
    learn_needs(actor=chen, order=fresh(order), staff=world.chen, revision=order.revision, special_needs="素食两位", note="尹曼")  # fmt: skip
    assert at_step(order) == "agree"  # what is another is confirmed again
    agreed(world, order, ready=True)
    assert at_step(order) == "stay"
    with time_machine.travel(HERE_AT, tick=False):
        begin_order(actor=chen, order=order)
        note_stay(actor=chen, order=order, staff=world.chen, note="会前半小时到场")
        complete_order(actor=chen, order=order)
        assert at_step(order) == "comments"
        add_comment(actor=chen, order=order, staff=world.chen, text="茶歇很好", rating="praise")
        assert at_step(order) == "file"
        archive_order(actor=chen, order=order)
        assert at_step(order) == "ask"
        hear_opinion(actor=chen, order=order, outcome="reached", result="明年还来")
    assert case_of(order).state == "done"
    assert stage(papers_of(order).known) == "over"


@pytest.mark.rule("ORD-04")
def test_the_steps_can_be_done_in_the_case_as_well(world):
    chen, order = world.seat("chen"), whole(world)

    def do(**data):
        complete_task(actor=chen, task=task_of(order), staff=world.chen, data=data)

    do(noticed="星期核对过")
    assert StepNote.objects.get(order=order, step=FollowStep.READ).note == "星期核对过"
    with pytest.raises(Refusal) as refused:
        do()
    assert refused.value.code == "follow.not_agreed"
    agreed(world, order)
    do(urged="请客房部今晚完成")
    assert at_step(order) == "ready"
    agreed(world, order, ready=True)
    do(guest_needs="无", asked="尹曼")
    agreed(world, order, ready=True)
    with time_machine.travel(HERE_AT, tick=False):
        with pytest.raises(Refusal) as early:
            do(stay_note="顺利")
        assert early.value.code == "follow.not_here"
        begin_order(actor=chen, order=order)
        do(stay_note="顺利")
        do(rating="none", said_by="尹曼", said="")
        do()
        do(reached="no", opinion="")
        assert at_step(order) == "ask"
        do(reached="yes", opinion="满意")
    assert (fresh(order).state, case_of(order).state) == ("archived", "done")


@pytest.mark.rule("ORD-04")
def test_an_order_is_not_read_while_something_is_missing(world):
    chen, order = world.seat("chen"), whole(world, contact=None)
    with pytest.raises(Refusal) as refused:
        read_order(actor=chen, order=order, staff=world.chen)
    assert refused.value.code == "follow.lacks"
    assert at_step(order) == "read"


@pytest.mark.rule("ORD-04")
def test_a_change_goes_back_to_the_departments(world):
    chen, order = world.seat("chen"), whole(world)
    read_order(actor=chen, order=order, staff=world.chen)
    agreed(world, order, ready=True)
    assert at_step(order) == "needs"
    altered(chen, order.items.get(kind="rooms"), count=21)
    assert at_step(order) == "agree"


@pytest.mark.rule("ORD-03")
def test_after_a_hand_over_the_step_and_the_call_are_with_the_new_follower(world):
    chen, order = world.seat("chen"), whole(world)
    hand_over_order(actor=chen, order=order, to=world.xu, reason="休假")
    assert (task_of(order).person, at_step(order)) == (world.xu, "read")
    other = completed(world)
    hand_over_order(actor=chen, order=other, to=world.xu, reason="休假")
    assert OrderCall.objects.get(order=other).follow_up.owner == world.xu


@pytest.mark.rule("ORD-04")
@pytest.mark.parametrize("end", [cancel_order, miss_order])
def test_an_order_that_does_not_take_place_is_not_followed(world, end):
    chen, order = world.seat("chen"), whole(world)
    with time_machine.travel(HERE_AT, tick=False):
        end(actor=chen, order=order, reason="改期")
        assert case_of(order).state == "done"
        assert not CaseTask.objects.filter(case=case_of(order), state__in=("open", "claimed")).exists()
        if end is miss_order:
            reopen_order(actor=chen, order=order, reason="晚到")
            assert Case.objects.filter(subject=f"orders.order:{order.pk}", state="running").count() == 1


@pytest.mark.rule("ORD-04")
def test_departments_that_are_not_ready_are_urged(world):
    chen, order = world.seat("chen"), whole(world)
    agreed(world, order, ready=True)
    with pytest.raises(Refusal) as refused:
        urge_departments(actor=chen, order=order, staff=world.chen, note="?")
    assert refused.value.code == "follow.ready"
    altered(chen, order.items.get(kind="rooms"), count=21)
    Notification.objects.all().delete()
    urge_departments(actor=chen, order=order, staff=world.chen, note="房间几时备好？")
    told = set(Notification.objects.values_list("recipient", flat=True))
    assert "song" in told
    assert "hu" not in told


# ---- needs and comments


@pytest.mark.rule("ORD-04")
def test_needs_reach_the_departments_in_the_notice(world):
    chen, order = world.seat("chen"), whole(world)
    learn_needs(actor=chen, order=fresh(order), staff=world.chen, revision=order.revision, special_needs="轮椅一位", note="尹曼")  # fmt: skip
    one = notice_to(order, "housekeeping")
    assert one.revision.content["head"]["special_needs"] == "轮椅一位"
    with pytest.raises(Refusal):
        learn_needs(actor=chen, order=fresh(order), staff=world.chen, revision=fresh(order).revision, special_needs=" ")


@pytest.mark.rule("ORD-04")
def test_a_comment_goes_to_the_departments_which_say_what_they_do(world, browse):
    chen, order = world.seat("chen"), completed(world)
    housekeeping = notice_to(order, "housekeeping").department
    one = add_comment(
        actor=chen, order=order, staff=world.chen, text="浴室地滑", rating="fair", departments=[housekeeping]
    )
    passed = one.passed.get()
    page = browse("song").get("/h/lujiazui/orders/comments/")
    assert "浴室地滑" in page.content.decode()
    assert "浴室地滑" not in browse("hu").get("/h/lujiazui/orders/comments/").content.decode()
    song = somebody_of(notice_to(order, "housekeeping"))
    with pytest.raises(Refusal):
        answer_comment(actor=chen, passed=passed, staff=world.chen, note="x")
    answer_comment(actor=world.seat(song.username), passed=passed, staff=song, note="已加防滑垫")
    assert Notification.objects.filter(recipient="chen", message__startswith="%(department)s on what").count() == 1
    assert "已加防滑垫" in browse("chen").get(f"/h/lujiazui/orders/{order.pk}/comments/").content.decode()


def test_a_comment_without_departments_goes_to_all_that_the_order_concerned(world):
    order = completed(world)
    one = add_comment(actor=world.seat("chen"), order=order, staff=world.chen, text="都很好", rating="praise")
    assert one.passed.count() == len(papers_of(order).notices)
    with pytest.raises(Refusal):
        note_no_comments(actor=world.seat("chen"), order=order, staff=world.chen, note="尹曼")


# ---- visits


@pytest.mark.rule("VIS-09")
def test_a_completed_order_is_thanked_for_and_the_call_comes_back_until_somebody_is_reached(world):
    order = completed(world)
    call = OrderCall.objects.get(order=order)
    one = call.follow_up
    assert (one.kind, one.owner, one.due_on, one.source) == ("thanks_call", world.chen, date(2026, 12, 18), "order")
    with time_machine.travel(at(18, 10), tick=False):
        complete_followup(actor=world.seat("chen"), followup=one, outcome="not_reached")
        call.refresh_from_db()
        assert (call.follow_up.previous_id, call.follow_up.due_on) == (one.pk, date(2026, 12, 21))
        assert not papers_of(order).known.is_asked
        complete_followup(actor=world.seat("chen"), followup=call.follow_up, outcome="reached", result="满意")
    assert papers_of(order).known.is_asked


@pytest.mark.rule("VIS-09")
def test_who_was_not_satisfied_is_called_the_next_working_day(world):
    chen, order = world.seat("chen"), completed(world)
    with time_machine.travel(at(11, 10), tick=False):  # a Friday
        add_comment(actor=chen, order=order, staff=world.chen, text="空调太吵", rating="low")
    one = OrderCall.objects.get(order=order, reason="low").follow_up
    assert (one.kind, one.due_on, one.priority, one.account) == ("complaint", date(2026, 12, 14), "high", world.huaxing)


@pytest.mark.rule("VIS-09")
def test_an_order_taken_from_a_visit_answers_the_enquiry_of_that_visit(world, browse):
    made = FollowUp.objects.filter(kind="order_enquiry", state="open", visit__staff=world.chen).earliest("pk")
    visit = made.visit
    browse("chen").post(f"/h/lujiazui/orders/new/?visit={visit.pk}", {
        "kind": "meeting", "title": "年会", "arrives_on": "2026-12-10", "departs_on": "2026-12-11", "channel": "visit", "payment": "on_site",
        "follower": world.chen.pk,
    })  # fmt: skip
    made.refresh_from_db()
    assert made.state == "done"
    assert "年会" in made.result


# ---- pages


@pytest.mark.rule("ORD-04")
def test_the_page_shows_each_step_with_owner_time_and_evidence(world, browse):
    chen, order = world.seat("chen"), whole(world)
    url = f"/h/lujiazui/orders/{order.pk}/steps/"
    html = browse("chen").get(url).content.decode()
    assert html.count("<li") == len(STEPS)
    assert f"/orders/{order.pk}/steps/read/" in html
    read_order(actor=chen, order=order, staff=world.chen, note="与客户复述过")
    agreed(world, order)
    html = browse("chen").get(url).content.decode()
    assert "与客户复述过" in html
    assert f"/orders/{order.pk}/steps/read/" not in html
    assert case_of(order).number in html
    assert "<li" not in browse("chen").get(f"/h/lujiazui/orders/{world.order.pk}/steps/").content.decode()
    answer = browse("chen").post(f"/h/lujiazui/orders/{order.pk}/steps/needs/", {"special_needs": "", "note": "尹曼"})
    assert answer.status_code == 422
