"""Many at once about one complaint, with real threads: it goes up once, is answered once, its limit holds; a request is one person's (SVC-01, SVC-02, SVC-05, DSK-01)."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from roomnight.credit.tests.test_settling_races import AT_ONCE, together
from roomnight.kernel.commands import SYSTEM
from roomnight.kernel.models import Notification
from roomnight.organization.authority import Authority
from roomnight.service.commands import (
    answer_complaint,
    escalate_complaints,
    escalate_requests,
    propose_compensation,
    take_complaint,
    take_request,
    take_up_request,
)
from roomnight.service.models import Compensation, Complaint, Escalation, ServiceRequest

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("at_work_ticking"),
]


@pytest.fixture
def complaint(world):
    seat = world.seat("chen")
    return take_complaint(
        actor=seat, hotel=seat.hotel, by=seat.staff, text="多收一晚", wants="退款", complainant="马先生"
    )


@pytest.mark.rule("SVC-01")
def test_a_step_of_the_clock_is_told_once_whatever_the_number_of_workers(world, complaint):
    Complaint.objects.exclude(pk=complaint.pk).update(next_step_at=None)
    before = Notification.objects.filter(recipient="zhou", is_urgent=True).count()
    now = complaint.taken_at + timedelta(hours=12)
    did = together(lambda _number: escalate_complaints(actor=SYSTEM, hotel=world.lujiazui, now=now))
    assert did == Counter(done=1, left=AT_ONCE - 1)
    assert Escalation.objects.filter(complaint=complaint).count() == 1
    assert Notification.objects.filter(recipient="zhou", is_urgent=True).count() == before + 1


@pytest.mark.rule("SVC-02")
def test_it_is_answered_once(world, complaint):
    seats = [world.seat(who) for who in ("chen", "zhou", "lin")]

    def answer(number):
        seat = seats[number % 3]
        one = Complaint.objects.select_related("hotel", "owner").get(pk=complaint.pk)
        return answer_complaint(
            actor=seat, complaint=one, by=seat.staff, revision=1, done=f"第 {number} 人退款", informed_at=timezone.now(),
            client_answer="refused", cause="process", prevention="核对",
        )  # fmt: skip

    did = together(answer)
    one = Complaint.objects.get(pk=complaint.pk)
    assert (did["done"], one.round, one.level, one.owner) == (1, 2, 1, world.zhou)
    assert one.answers.count() == 1


@pytest.mark.rule("SVC-05")
def test_many_small_compensations_do_not_pass_the_limit_together(world, complaint):
    seat = world.seat("zhou")

    def give(_number):
        return propose_compensation(
            actor=seat, complaint=complaint, by=seat.staff, own=Authority(Decimal(50)), kind="gift", amount=Decimal(20)
        )

    together(give)
    states = Counter(Compensation.objects.filter(complaint=complaint).values_list("state", flat=True))
    assert states == Counter(approved=2, waiting=1)


@pytest.mark.rule("DSK-01")
def test_a_request_is_one_persons_however_many_take_it_up_at_once(world):
    desk = world.seat("feng")
    one = take_request(actor=desk, hotel=desk.hotel, by=desk.staff, kind="cleaning", text="地毯有水渍", spot="12 层")
    seats = [world.seat(who) for who in ("song", "shi")]

    def take_up(number):
        seat = seats[number % 2]
        mine = ServiceRequest.objects.select_related("hotel", "person").get(pk=one.pk)
        return take_up_request(actor=seat, request=mine, by=seat.staff)

    did = together(take_up)
    one.refresh_from_db()
    assert did["done"] == 1 and one.way.filter(kind="taken_up").count() == 1
    assert one.person in (world.song, world.shi) and one.way.get(kind="taken_up").by == one.person


@pytest.mark.rule("DSK-01")
def test_an_unfinished_request_goes_up_once_whatever_the_number_of_workers(world):
    desk = world.seat("feng")
    ServiceRequest.objects.update(next_step_at=None)
    one = take_request(actor=desk, hotel=desk.hotel, by=desk.staff, kind="cleaning", text="地毯有水渍", spot="12 层")
    now = one.taken_at + timedelta(minutes=30)
    did = together(lambda _number: escalate_requests(actor=SYSTEM, hotel=world.lujiazui, now=now))
    assert did == Counter(done=1, left=AT_ONCE - 1)
    assert one.way.filter(kind="raised").count() == 1
