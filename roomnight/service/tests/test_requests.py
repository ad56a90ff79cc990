"""Requests: who they go to, the clock, one who carries it out, the call back, and what the figures say (DSK-01)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from roomnight.kernel.commands import SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from roomnight.pms.access import listed_guests
from roomnight.pms.models import GuestState
from roomnight.service.access import askers, requests
from roomnight.service.commands import (
    call_back_request,
    dispatch_request,
    escalate_requests,
    finish_improvement,
    finish_request,
    note_progress,
    plan_improvement,
    remind_of_improvements,
    take_request,
    take_up_request,
    withdraw_request,
)
from roomnight.service.models import Improvement, RequestKind, RequestState, ServiceRequest
from roomnight.service.queries.requests import WAYS, figures
from roomnight.service.rules.requests import KINDS, REQUEST_TIMES, minutes_for, readable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
URL = "/h/lujiazui/service/requests/"


def take(world, who="feng", **other):
    seat = world.seat(who)
    given = {
        "kind": "cleaning",
        "text": "走廊地毯有水渍",
        "spot": "12 层走廊",
        "asker": "tenant",
        "name": "邱先生",
        **other,
    }
    return take_request(actor=seat, hotel=seat.hotel, by=seat.staff, **given)


def take_up(world, one, who="shi"):
    seat = world.seat(who)
    return take_up_request(actor=seat, request=one, by=seat.staff)


def finish(world, one, who="shi", **other):
    seat = world.seat(who)
    return finish_request(
        actor=seat, request=one, by=seat.staff, revision=one.revision, outcome=other.get("outcome", "已吸干")
    )


def call_back(world, one, is_content, words=""):
    seat = world.seat("feng")
    one.refresh_from_db()
    return call_back_request(
        actor=seat, request=one, by=seat.staff, revision=one.revision, is_content=is_content, words=words
    )


def bells(one, username):
    return Notification.objects.filter(recipient=username, url=one.get_absolute_url()).count()


# Where it goes and until when


@pytest.mark.rule("DSK-01")
@pytest.mark.parametrize(
    ("kind", "urgency", "department", "minutes"),
    [
        ("repair", "ordinary", "general_affairs", 240),
        ("repair", "urgent", "general_affairs", 60),
        ("cleaning", "at_once", "housekeeping", 10),
        ("key", "ordinary", "front_office", 30),
        ("bill", "ordinary", "finance", 1440),
        ("information", "urgent", "customer_service", 30),
        ("emergency", "ordinary", "security", 10),
    ],
)
def test_it_goes_to_the_department_for_its_kind_and_has_its_time(world, kind, urgency, department, minutes):
    one = take(world, kind=kind, urgency=urgency)
    assert one.number.startswith("BS-202611-") and one.state == RequestState.WAITING
    assert one.department.kind == department
    assert one.due_at - one.taken_at == timedelta(minutes=minutes)
    assert one.urgency == ("at_once" if kind == "emergency" else urgency)


@pytest.mark.rule("DSK-01")
def test_the_department_hears_of_it_or_the_person_alone(world):
    one = take(world)
    assert (bells(one, "song"), bells(one, "shi"), bells(one, "feng"), bells(one, "yu")) == (1, 1, 0, 0)
    named = take(world, person=world.shi)
    assert (bells(named, "song"), bells(named, "shi")) == (0, 1)
    assert named.department.kind == "housekeeping"


@pytest.mark.rule("DSK-01")
@pytest.mark.parametrize(
    ("damage", "good"),
    [
        ({}, True),
        ({"department": "nowhere"}, False),
        ({"ordinary": 0}, False),
        ({"ordinary": 5}, False),  # longer for at once than for ordinary
        ({"urgent": True}, False),
        ({"at_once": None}, False),
    ],
)
def test_the_table_of_times_is_whole(damage, good):
    table = {kind: dict(row) for kind, row in REQUEST_TIMES.default.items()}
    table["repair"].update(damage)
    assert readable(table) is good
    assert readable({"repair": table["repair"]}) is False


def test_the_table_knows_every_kind_of_request():
    assert [(key, str(label)) for key, label in KINDS.items()] == [
        (key, str(label)) for key, label in RequestKind.choices
    ]


def test_an_emergency_has_the_time_of_at_once():
    assert minutes_for({"emergency": {"at_once": 5, "ordinary": 60}}, "emergency", "ordinary") == 5


@pytest.mark.rule("DSK-01")
@pytest.mark.parametrize(
    ("other", "field"), [({"text": "  "}, "text"), ({"spot": "", "name": " "}, "name")]
)  # fmt: skip
def test_nonsense_is_refused(world, other, field):
    with pytest.raises(Refusal) as refusal:
        take(world, **other)
    assert refusal.value.field == field


# Going up


@pytest.mark.rule("DSK-01")
def test_it_goes_up_at_half_and_at_the_whole_of_its_time_each_once(world):
    one = take_up(world, take(world))
    half, whole = one.began_at + timedelta(minutes=30), one.due_at
    assert escalate_requests(actor=SYSTEM, hotel=world.lujiazui, now=half - timedelta(seconds=1)) is UNCHANGED
    for moment in (half, half, whole, whole):
        escalate_requests(actor=SYSTEM, hotel=world.lujiazui, now=moment)
    raised = list(one.way.filter(kind="raised").values_list("text", "to__username"))
    assert raised == [("50 %", "song"), ("100 %", "song")]
    assert ServiceRequest.objects.get(pk=one.pk).next_step_at is None


@pytest.mark.rule("DSK-01")
def test_what_nobody_takes_up_goes_to_the_head_of_the_department(world):
    one = take(world)
    escalate_requests(actor=SYSTEM, hotel=world.lujiazui, now=one.began_at + timedelta(minutes=30))
    assert one.way.get(kind="raised").to == world.song


@pytest.mark.rule("DSK-01")
def test_what_is_finished_goes_up_no_more(world):
    one = finish(world, take_up(world, take(world)))
    ServiceRequest.objects.exclude(pk=one.pk).update(next_step_at=None)
    late = one.due_at + timedelta(days=1)
    assert escalate_requests(actor=SYSTEM, hotel=world.lujiazui, now=late) is UNCHANGED


# Carrying it out


@pytest.mark.rule("DSK-01")
def test_its_way_from_taking_up_to_content(world):
    one = take_up(world, take(world))
    assert (one.state, one.person) == (RequestState.UNDERWAY, world.shi)
    seat = world.seat("shi")
    note_progress(actor=seat, request=one, by=seat.staff, text="等烘干机")
    before = bells(one, "feng")
    finish(world, one)
    assert one.state == RequestState.FINISHED and bells(one, "feng") == before + 1
    call_back(world, one, True, "很快")
    one.refresh_from_db()
    assert one.state == RequestState.CLOSED and one.closed_at is not None
    assert list(one.way.values_list("kind", flat=True)) == ["taken_up", "progress", "finished", "content"]


@pytest.mark.rule("DSK-01")
def test_not_content_opens_it_again_with_a_new_clock_and_the_leader_hears(world, at_work):
    one = finish(world, take_up(world, take(world)))
    with pytest.raises(Refusal) as refusal:
        call_back(world, one, False)
    assert refusal.value.field == "words"
    before = bells(one, "song")
    at_work.shift(timedelta(hours=3))
    call_back(world, one, False, "还有味道")
    one.refresh_from_db()
    assert (one.state, one.round, one.finished_at, one.told) == (RequestState.UNDERWAY, 2, None, 0)
    assert one.due_at == timezone.now() + timedelta(minutes=60)
    assert bells(one, "song") == before + 1


@pytest.mark.rule("DSK-01")
def test_what_our_staff_asked_for_is_closed_when_it_is_finished(world):
    one = finish(world, take_up(world, take(world, asker="staff")))
    assert one.state == RequestState.CLOSED


@pytest.mark.rule("DSK-01")
def test_it_is_one_persons_and_sent_on_with_its_clock(world):
    one = take_up(world, take(world))
    with pytest.raises(Refusal) as refusal:
        take_up(world, one, "song")
    assert "施小兰" in str(refusal.value.message)
    seat, due_at = world.seat("song"), one.due_at
    dispatch_request(actor=seat, request=one, by=seat.staff, revision=one.revision, person=world.yu, reason="要修管道")
    one.refresh_from_db()
    assert (one.state, one.person, one.department.kind, one.due_at) == ("waiting", world.yu, "general_affairs", due_at)
    with pytest.raises(Refusal):
        take_up(world, one, "pan")  # it is for yu by name
    assert take_up(world, one, "yu").person == world.yu


@pytest.mark.rule("DSK-01")
def test_what_nobody_has_cannot_be_finished_and_withdrawing_says_why(world):
    one = take(world)
    with pytest.raises(Refusal):
        finish(world, one)
    seat = world.seat("feng")
    for reason, good in ((" ", False), ("报重了", True)):
        if good:
            withdraw_request(actor=seat, request=one, by=seat.staff, revision=one.revision, reason=reason)
            continue
        with pytest.raises(Refusal):
            withdraw_request(actor=seat, request=one, by=seat.staff, revision=one.revision, reason=reason)
    one.refresh_from_db()
    assert (one.state, one.next_step_at) == (RequestState.WITHDRAWN, None)
    with pytest.raises(Refusal):
        take_up(world, one)


# Who sees what


@pytest.mark.rule("DSK-01")
def test_a_department_sees_what_was_sent_to_it(world):
    one = take(world)
    assert requests(world.seat("shi")).filter(pk=one.pk).exists()
    assert requests(world.seat("feng")).filter(pk=one.pk).exists()
    assert not requests(world.seat("deng")).filter(pk=one.pk).exists()
    assert not requests(world.seat("chen")).filter(pk=one.pk).exists()
    assert not requests(world.seat("ye")).filter(pk=one.pk).exists()


@pytest.mark.rule("DSK-01")
@pytest.mark.rule("PRV-03")
def test_who_goes_there_sees_the_room_while_it_is_open_and_never_the_name(world):
    seat = world.seat("luo")
    guest = listed_guests(seat.hotel, seat.today).filter(state=GuestState.IN_HOUSE).exclude(room="").first()
    one = take(world, "luo", asker="guest", name="欧阳若澜", room=guest.room, spot="")
    assert one.place == "room" and one.stay_key == guest.stay_key

    def seen(who):
        found = askers(world.seat(who), [ServiceRequest.objects.get(pk=one.pk)])[one.pk]
        return found.room, "欧阳若澜" in found.name

    assert seen("luo") == (guest.room, True)
    assert seen("shi") == (guest.room, False)
    assert seen("deng") == ("", False)
    one = finish(world, take_up(world, one))
    assert seen("shi") == ("", False)


# The figures


@pytest.mark.rule("DSK-01")
def test_the_figures(world, at_work):
    ServiceRequest.objects.all().update(state="withdrawn", next_step_at=None)
    first, second, third = (take(world) for _number in range(3))
    repair = take(world, kind="repair", place="garage")
    withdrawn = take(world)
    seat = world.seat("feng")
    withdraw_request(actor=seat, request=withdrawn, by=seat.staff, revision=withdrawn.revision, reason="报重了")
    for one in (first, second):
        take_up(world, one)
    at_work.shift(timedelta(minutes=20))
    finish(world, first)
    finish(world, second)
    call_back(world, second, False, "没弄干净")
    at_work.shift(timedelta(minutes=50))
    rows, total = figures(ServiceRequest.objects.filter(hotel=world.lujiazui), "kind", timezone.now())
    assert [(row.count, row.open, row.finished, row.minutes, row.in_time, row.judged, row.again) for row in rows] == [
        (3, 2, 1, 20, 1, 3, 1),  # finished in time; opened again; third is late by now
        (1, 1, 0, None, 0, 0, 0),  # a repair has four hours
    ]
    assert (rows[0].percent, rows[1].percent, total.percent, total.count) == (33, None, 33, 4)
    assert third.is_open and repair.place == "garage"
    for way in WAYS:
        assert figures(ServiceRequest.objects.filter(hotel=world.lujiazui), way, timezone.now())[1].count == 4


# Improvements


@pytest.mark.rule("DSK-01")
def test_an_improvement_has_an_owner_a_day_and_a_result(world, at_work):
    seat = world.seat("feng")
    given = {"actor": seat, "hotel": seat.hotel, "by": seat.staff, "finding": "12 层漏水三次", "owner": world.yu}
    with pytest.raises(Refusal) as refusal:
        plan_improvement(**given, measure="换阀门", due_on=seat.today - timedelta(days=1))
    assert refusal.value.field == "due_on"
    one = plan_improvement(**given, measure="换阀门", due_on=seat.today)
    assert bells(one, "yu") == 1
    assert remind_of_improvements(actor=SYSTEM, hotel=world.lujiazui, now=timezone.now()) is UNCHANGED
    Improvement.objects.exclude(pk=one.pk).delete()
    at_work.shift(timedelta(days=1))
    for _again in range(2):
        remind_of_improvements(actor=SYSTEM, hotel=world.lujiazui, now=timezone.now())
    assert bells(one, "yu") == 2
    one.refresh_from_db()
    owner = world.seat("yu")
    with pytest.raises(Refusal):
        finish_improvement(actor=owner, improvement=one, revision=one.revision, result=" ")
    finish_improvement(actor=owner, improvement=one, revision=one.revision, result="一个月没有再漏")
    with pytest.raises(Refusal):
        finish_improvement(actor=owner, improvement=one, revision=one.revision, result="再来")


# The pages


@pytest.mark.rule("DSK-01")
def test_the_pages_from_taking_to_content(world, browse):
    desk, floor = browse("feng"), browse("shi")
    answer = desk.post(URL + "new/", {
        "kind": "cleaning", "urgency": "urgent", "asker": "tenant", "name": "邱先生", "text": "茶水间漏水", "spot": "12 层",
        "place": "unit", "channel": "phone",
    })  # fmt: skip
    one = ServiceRequest.objects.get(text="茶水间漏水")
    assert answer.status_code == 302 and answer.url == one.get_absolute_url()
    assert "茶水间漏水" in floor.get(URL).content.decode()
    here = one.get_absolute_url()
    assert floor.post(here + "take-up/").status_code == 302
    assert "施小兰" in browse("song").post(here + "take-up/", follow=True).content.decode()
    assert floor.post(here + "finish/", {"outcome": ""}).status_code == 422
    assert floor.post(here + "finish/", {"outcome": "已修好"}).status_code == 302
    assert desk.post(here + "call-back/", {"answer": "not_content", "words": ""}).status_code == 422
    assert desk.post(here + "call-back/", {"answer": "content", "words": "好"}).status_code == 302
    one.refresh_from_db()
    assert one.state == RequestState.CLOSED
    assert "茶水间漏水" in desk.get(URL + "?tab=closed").content.decode()
    assert browse("zheng").get(URL + "figures/excel/").status_code == 200
    assert desk.get(URL + "figures/excel/").status_code == 403
