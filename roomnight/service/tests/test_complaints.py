"""Complaints: the clock that nothing stops but a close with all its parts, who hears of it, and what is given (SVC-01, SVC-02, SVC-05)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from roomnight.activities.commands import log_visit
from roomnight.activities.models import FollowUp
from roomnight.kernel.commands import SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Notification
from roomnight.orders.models import Order
from roomnight.organization.authority import authority
from roomnight.pms.access import listed_guests
from roomnight.pms.models import AccountHabit
from roomnight.service.access import complainants
from roomnight.service.commands import (
    answer_complaint,
    approve_compensation,
    change_complaint,
    decline_compensation,
    escalate_complaints,
    hand_over_complaint,
    plan_recovery_visit,
    propose_compensation,
    take_complaint,
)
from roomnight.service.models import Compensation, Complaint, ComplaintAnswer, ComplaintState, Escalation
from roomnight.service.queries.repeats import repeated_causes
from roomnight.service.queries.statistics import WAYS, kept_complainers, statistics
from roomnight.service.rules.complaints import due, escalations, missing
from roomnight.service.rules.values import rising

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
URL = "/h/lujiazui/service/"
HALF, WHOLE = timedelta(hours=12), timedelta(hours=24)


def take(world, who="feng", **other):
    seat = world.seat(who)
    given = {"text": "退房时多收了一晚", "wants": "退还多收的房费", "complainant": "马先生", **other}
    return take_complaint(actor=seat, hotel=seat.hotel, by=seat.staff, **given)


def answer(world, one, who="feng", **other):
    seat = world.seat(who)
    one.refresh_from_db()
    given = {
        "done": "退还差额并当面道歉", "informed_at": timezone.now(), "client_answer": "accepted", "cause": "process",
        "prevention": "退房前核对夜审账", **other,
    }  # fmt: skip
    return answer_complaint(actor=seat, complaint=one, by=seat.staff, revision=one.revision, **given)


def bells(one, username):
    return Notification.objects.filter(recipient=username, url=one.get_absolute_url()).count()


def own(world, who):
    seat = world.seat(who)
    return authority(seat, "compensation", seat.today)


# The clock


@pytest.mark.rule("SVC-01")
@pytest.mark.parametrize(
    ("zone", "began", "until"),
    [
        ("Asia/Shanghai", "2026-11-20T17:30", "2026-11-21T17:30"),  # over a Saturday
        ("Asia/Shanghai", "2026-09-30T18:00", "2026-10-01T18:00"),  # into the national holiday
        ("Asia/Shanghai", "2026-12-31T23:59", "2027-01-01T23:59"),
        ("Europe/Paris", "2026-03-28T12:00", "2026-03-29T13:00"),  # an hour is skipped: still 24 hours
        ("Europe/Paris", "2026-10-24T12:00", "2026-10-25T11:00"),  # an hour comes twice
    ],
)
def test_a_complaint_is_due_so_many_hours_on_by_day_and_night(zone, began, until):
    local = ZoneInfo(zone)
    start, end = (datetime.fromisoformat(one).replace(tzinfo=local) for one in (began, until))
    assert due(start, 24) == end.astimezone(UTC)
    assert escalations(start, 24, [50, 100]) == [start.astimezone(UTC) + HALF, end.astimezone(UTC)]


@pytest.mark.parametrize(
    ("shares", "good"),
    [([50, 100], True), ([100], True), ([], False), ([100, 50], False), ([50, 50], False), ([0, 50], False)],
)
def test_shares_rise(shares, good):
    assert rising(shares) is good


@pytest.mark.rule("SVC-02")
def test_a_blank_part_is_missing():
    assert missing({"done": " ", "informed_at": None, "client_answer": "accepted", "cause": "x", "prevention": "y"}) == [
        "done", "informed_at",
    ]  # fmt: skip


@pytest.mark.rule("SVC-01")
def test_a_complaint_is_reported_at_once_and_its_clock_runs(world):
    one = take(world, "chen", account=world.huaxing, is_apologised=True)
    assert one.number.startswith("TS-202611-") and one.state == ComplaintState.OPEN
    assert (one.due_at - one.taken_at, one.owner, one.representative) == (WHOLE, world.chen, world.chen)
    assert one.apologised_at == one.taken_at
    assert (bells(one, "zhou"), bells(one, "zheng"), bells(one, "chen")) == (1, 0, 0)


@pytest.mark.rule("SVC-01")
def test_the_general_manager_hears_of_a_serious_one_at_once_and_of_one_that_becomes_it(world):
    assert bells(take(world, "chen", severity="serious"), "zheng") == 1
    one = take(world, "chen")
    change_complaint(
        actor=world.seat("chen"), complaint=one, revision=one.revision, is_apologised=False, severity="serious"
    )  # fmt: skip
    assert bells(one, "zheng") == 1


@pytest.mark.rule("SVC-01")
def test_it_goes_up_at_half_and_at_the_whole_of_its_time_each_once(world, at_work):
    one = take(world, "chen")
    begun = one.taken_at
    assert escalate_complaints(actor=SYSTEM, hotel=world.lujiazui, now=begun + HALF - timedelta(seconds=1)) is UNCHANGED
    for _again in range(3):
        escalate_complaints(actor=SYSTEM, hotel=world.lujiazui, now=begun + HALF)
    assert [(row.step, row.to) for row in Escalation.objects.filter(complaint=one)] == [(1, world.zhou)]
    hand_over_complaint(actor=world.seat("chen"), complaint=one, revision=one.revision, owner=world.xu, reason="休假")
    for _again in range(3):
        escalate_complaints(actor=SYSTEM, hotel=world.lujiazui, now=begun + WHOLE)
    assert [(row.step, row.to) for row in Escalation.objects.filter(complaint=one)] == [(1, world.zhou), (2, world.lin)]
    assert Complaint.objects.get(pk=one.pk).next_step_at is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Escalation.objects.create(complaint=one, round=1, step=2, at=begun)


def test_after_a_long_silence_it_goes_up_once_to_the_step_that_is_due(world):
    one = take(world, "chen", severity="serious")
    escalate_complaints(actor=SYSTEM, hotel=world.lujiazui, now=one.taken_at + 3 * WHOLE)
    assert [(row.step, row.to) for row in Escalation.objects.filter(complaint=one)] == [(2, world.lin)]
    assert bells(one, "zheng") == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [({"text": " "}, "text"), ({"wants": ""}, "wants"), ({"complainant": ""}, "complainant")],
)
def test_what_a_complaint_needs(world, change, field):
    before = Complaint.objects.count(), AuditEntry.objects.count()
    with pytest.raises(Refusal) as refused:
        take(world, **change)
    assert refused.value.field == field and (Complaint.objects.count(), AuditEntry.objects.count()) == before


# The close


@pytest.mark.rule("SVC-02")
@pytest.mark.parametrize("part", ["done", "informed_at", "client_answer", "cause", "prevention"])
def test_without_one_of_its_parts_it_is_not_closed_and_the_clock_runs_on(world, part):
    one = take(world)
    with pytest.raises(Refusal) as refused:
        answer(world, one, **{part: None if part == "informed_at" else ""})
    one.refresh_from_db()
    assert refused.value.field == part and one.is_open and one.next_step_at is not None
    assert not ComplaintAnswer.objects.exists()


@pytest.mark.rule("SVC-02")
def test_accepted_it_is_closed_and_the_client_is_called_back(world):
    one = take(world, "chen", account=world.huaxing)
    answer(world, one, "chen")
    one.refresh_from_db()
    assert (one.state, one.next_step_at) == (ComplaintState.CLOSED, None)
    back = FollowUp.objects.get(pk=one.call_back_id)
    assert (back.owner, back.account, back.source) == (world.chen, world.huaxing, "complaint")
    assert back.due_on == world.seat("chen").today + timedelta(days=3)
    assert escalate_complaints(actor=SYSTEM, hotel=world.lujiazui, now=one.taken_at + timedelta(minutes=1)) is UNCHANGED
    escalate_complaints(actor=SYSTEM, hotel=world.lujiazui, now=one.taken_at + WHOLE)
    assert not Escalation.objects.filter(complaint=one).exists()
    with pytest.raises(Refusal, match="办结|closed"):
        answer(world, one, "chen")


@pytest.mark.rule("SVC-02")
def test_not_accepted_it_is_opened_again_one_level_up_with_a_new_clock(world, at_work):
    one = take(world, "chen")
    at_work.shift(timedelta(hours=5))
    answer(world, one, "chen", client_answer="refused")
    one.refresh_from_db()
    assert (one.is_open, one.level, one.round, one.owner, one.closing) == (True, 1, 2, world.zhou, None)
    assert one.due_at - one.taken_at == WHOLE + timedelta(hours=5)
    answer(world, one, "zhou", client_answer="refused")
    one.refresh_from_db()
    assert (one.level, one.owner) == (2, world.lin)
    answer(world, one, "lin")
    assert list(one.answers.values_list("round", "client_answer")) == [(1, "refused"), (2, "refused"), (3, "accepted")]


def test_who_was_too_late_is_told_that_somebody_was_first(world):
    one = take(world, "chen")
    answer_complaint(
        actor=world.seat("chen"), complaint=one, by=world.chen, revision=one.revision, done="换房", client_answer="refused",
        informed_at=timezone.now(), cause="equipment", prevention="检修",
    )  # fmt: skip
    with pytest.raises(Refusal) as refused:
        answer_complaint(
            actor=world.seat("zhou"), complaint=one, by=world.zhou, revision=1, done="换房", client_answer="accepted",
            informed_at=timezone.now(), cause="equipment", prevention="检修",
        )  # fmt: skip
    assert refused.value.code == "record.changed_meanwhile"


# What is given


@pytest.mark.rule("SVC-05")
def test_compensation_keeps_to_the_limit_of_one_complaint_and_nobody_approves_his_own(world):
    one = take(world, "zhou")
    seat = world.seat("zhou")

    def give(amount):
        return propose_compensation(
            actor=seat, complaint=one, by=seat.staff, own=own(world, "zhou"), kind="gift", amount=Decimal(amount)
        )

    assert give("50").state == "approved"
    more = give("0.01")
    assert (more.state, more.waits_for) == ("waiting", world.lin)
    with pytest.raises(Refusal, match="另|他人|proposed"):
        approve_compensation(actor=seat, compensation=more, by=world.zhou, own=own(world, "zheng"))
    with pytest.raises(Refusal):
        answer(world, one, "zhou")
    with pytest.raises(Refusal) as refused:
        approve_compensation(actor=world.seat("wu"), compensation=more, by=world.wu, own=own(world, "wu"))
    assert refused.value.code == "compensation.limit"
    approve_compensation(actor=world.seat("lin"), compensation=more, by=world.lin, own=own(world, "lin"))
    assert Compensation.objects.get(pk=more.pk).decided_by == world.lin
    large = give("1000")
    assert large.waits_for == world.zheng
    with pytest.raises(Refusal) as why:
        decline_compensation(actor=world.seat("zheng"), compensation=large, by=world.zheng, own=own(world, "zheng"))
    assert why.value.field == "note"
    decline_compensation(
        actor=world.seat("zheng"), compensation=large, by=world.zheng, own=own(world, "zheng"), note="过高"
    )
    answer(world, one, "zhou")


@pytest.mark.rule("SVC-05")
def test_a_visit_goes_on_the_owners_list_and_causes_that_repeat_are_shown_to_their_department(world, browse):
    one = take(world, "chen", account=world.huaxing)
    visit = plan_recovery_visit(actor=world.seat("chen"), complaint=one, owner=one.owner)
    assert (visit.owner, visit.account, visit.source) == (world.chen, world.huaxing, "complaint")
    place = world.lujiazui.departments.get(kind="housekeeping")
    for _again in range(2):
        answer(world, take(world, department=place), cause="equipment")
    answer(world, take(world, department=place), cause="person")
    found = repeated_causes(world.lujiazui, timezone.now() - timedelta(days=90))
    assert [(row.department, row.cause, row.count) for row in found] == [(place, "equipment", 2)]
    assert "重复出现的原因" in browse("song").get(f"{URL}complaints/").content.decode()
    assert "重复出现的原因" not in browse("deng").get(f"{URL}complaints/").content.decode()


# Guests


@pytest.mark.rule("PRV-03")
def test_the_room_of_a_guest_is_for_the_desk_and_one_who_is_here_for_nobody_for_none_but_it(world):
    nobody = listed_guests(world.lujiazui, world.seat("luo").today).get(booking_number="B2")
    listed_guests(world.lujiazui, world.seat("luo").today).filter(pk=nobody.pk).update(room="1608")
    plain, secret = take(world, "luo", room="1208"), take(world, "luo", room="1608")
    assert secret.is_secret and not plain.is_secret
    desk, agent = (complainants(world.seat(who), [plain, secret]) for who in ("luo", "feng"))
    assert (desk[plain.pk].name, desk[plain.pk].room, desk[secret.pk].room) == ("马先生", "1208", "1608")
    assert (agent[plain.pk].room, agent[plain.pk].name) == ("", "马**")
    assert (agent[secret.pk].name, agent[secret.pk].phone, agent[secret.pk].room) == ("", "", "")


# Pages


@pytest.mark.rule("SVC-02")
def test_the_close_form_says_at_each_field_what_is_missing_and_keeps_what_was_typed(world, browse):
    one = take(world, "chen")
    client = browse("chen")
    page = client.post(f"{URL}complaints/{one.pk}/close/", {"done": "退差额"})
    assert page.status_code == 422 and "退差额" in page.content.decode()
    assert {"informed_at", "client_answer", "cause", "prevention"} <= set(page.context["form"].errors)


@pytest.mark.rule("SVC-01")
def test_from_the_hot_line_to_the_page(world, browse):
    client = browse("feng")
    sent = {
        "complainant": "马先生", "phone": "13900000000", "text": "空调漏水", "wants": "换房", "severity": "ordinary",
        "is_apologised": "on", "channel": "phone", "category": "facility",
    }  # fmt: skip
    answered = client.post(f"{URL}complaints/new/", sent, follow=True)
    html = answered.content.decode()
    assert "空调漏水" in html and "处理并答复客户" in html
    assert client.post(f"{URL}complaints/new/", {**sent, "text": ""}).status_code == 422


@pytest.mark.rule("SVC-03")
def test_complaints_are_counted_by_four_ways_with_time_lateness_and_repetition(world, at_work):
    Complaint.objects.filter(hotel=world.lujiazui).update(taken_at=timezone.now() - timedelta(days=800))
    place = world.lujiazui.departments.get(kind="housekeeping")
    first = take(world, "chen", account=world.huaxing, department=place)
    at_work.shift(timedelta(hours=2))
    answer(world, first, "chen", cause="equipment")
    take(world, "chen", account=world.huaxing, department=place)
    take(world, "feng")
    at_work.shift(timedelta(hours=23))
    found = Complaint.objects.filter(hotel=world.lujiazui, taken_at__gte=timezone.now() - timedelta(days=2))
    by = {way: {row.label: row for row in statistics(found, way, timezone.now())[0]} for way in WAYS}
    total = statistics(found, "cause", timezone.now())[1]
    assert (total.count, total.open, total.late, total.again, total.answered, total.minutes) == (3, 2, 0, 1, 1, 120)
    assert by["department"][str(place)].count == 2 and by["client"][world.huaxing.name].again == 1
    assert by["representative"][world.chen.label].count == 2
    assert sorted(row.count for row in by["cause"].values()) == [1, 2]
    later = timezone.now() + timedelta(hours=2)
    assert statistics(found, "cause", later)[1].late == 2


@pytest.mark.rule("SVC-03")
def test_of_those_who_complained_it_is_said_how_many_came_again(world):
    found = Complaint.objects.filter(hotel=world.lujiazui)
    today = world.seat("chen").today
    assert kept_complainers(found, world.lujiazui, today).known == 0
    one = take(world, "chen", account=world.huaxing)
    Complaint.objects.filter(pk=one.pk).update(taken_at=timezone.now() - timedelta(days=100))
    rows = Complaint.objects.filter(pk=one.pk)
    AccountHabit.objects.filter(account=world.huaxing).delete()
    assert kept_complainers(rows, world.lujiazui, today).percent == 0
    long_ago = today - timedelta(days=100)
    AccountHabit.objects.create(
        hotel=world.lujiazui, account=world.huaxing, side="company", stays=1, room_nights=1, revenue_cents=1, arrival_days=1,
        first_arrival=long_ago, last_arrival=long_ago, last_departure=long_ago,
    )  # fmt: skip
    assert kept_complainers(rows, world.lujiazui, today).kept == 0
    AccountHabit.objects.filter(account=world.huaxing).update(last_arrival=today)
    assert kept_complainers(rows, world.lujiazui, today).percent == 100


@pytest.mark.rule("ACC-06")
def test_the_page_of_a_client_shows_its_complaints_and_no_other_s(world, browse):
    one = take(world, "chen", account=world.huaxing)
    other = take(world, "sun", account=world.donghai, text="别家的事")
    html = browse("chen").get(f"/h/lujiazui/clients/{world.huaxing.pk}/panels/complaints/").content.decode()
    assert one.number in html and one.text in html and other.number not in html
    assert browse("chen").get(f"/h/lujiazui/clients/{world.donghai.pk}/panels/complaints/").status_code == 404
    assert 'id="panel-complaints"' in browse("chen").get(f"/h/lujiazui/clients/{world.huaxing.pk}/").content.decode()


@pytest.mark.rule("VIS-09")
def test_what_a_client_complains_of_on_a_visit_is_a_complaint_at_once_and_closing_it_ends_the_follow_up(world, at_work):
    at_work.shift(timedelta(days=2))
    moment = timezone.now()
    log_visit(
        actor=world.seat("chen"), hotel=world.lujiazui, account=world.huaxing, staff=world.chen, submission_key=uuid4(),
        met_from=moment - timedelta(minutes=40), met_to=moment - timedelta(minutes=20), purpose="return_visit",
        result="interested", confirmed_how="phone", people_text="王经理", feedback="complaint", complaint="早餐凉了",
    )  # fmt: skip
    one = Complaint.objects.get(text="早餐凉了")
    heard = one.follow_up
    assert (one.channel, one.owner, one.account, one.taken_by) == ("visit", world.zhou, world.huaxing, world.chen)
    assert (heard.kind, heard.owner) == ("complaint", world.zhou)
    answer(world, one, heard.owner.username)
    heard.refresh_from_db()
    assert heard.state == "done"


def test_the_figures_as_a_page_and_as_a_file(world, browse):
    take(world, "chen", account=world.huaxing)
    html = browse("zhou").get(f"{URL}complaints/figures/?by=client").content.decode()
    assert world.huaxing.name in html
    excel = browse("zhou").get(f"{URL}complaints/figures/excel/?by=client")
    assert excel.status_code == 200 and excel.content[:2] == b"PK"
    assert browse("chen").get(f"{URL}complaints/figures/excel/").status_code == 403


@pytest.mark.rule("SVC-01")
def test_a_complaint_stands_with_its_order_and_so_with_the_client_of_the_order(world, browse):
    order = Order.objects.filter(hotel=world.lujiazui, account=world.huaxing).first()
    other = Order.objects.exclude(hotel=world.lujiazui).first()
    client = browse("chen")
    sent = {
        "text": "订单缺两间房",
        "wants": "补房",
        "severity": "ordinary",
        "channel": "phone",
        "category": "booking",
        "complainant": "王芳",
    }
    refused = client.post(f"{URL}complaints/new/", {**sent, "order": f"{other.number}x"})
    assert refused.status_code == 422 and "order" in refused.context["form"].errors
    assert client.post(f"{URL}complaints/new/", {**sent, "order": order.number}).status_code == 302
    one = Complaint.objects.get(text="订单缺两间房")
    assert (one.order, one.account, one.owner) == (order, world.huaxing, world.chen)
