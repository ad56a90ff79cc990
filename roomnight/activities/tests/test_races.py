"""Many at once, with real threads on PostgreSQL: exactly one wins, and nothing is done twice."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connections

from roomnight.activities.commands import (
    accept_proposal,
    add_followup,
    complete_followup,
    go_out,
    log_visit,
    propose_visits,
    write_report,
)
from roomnight.activities.jobs import escalate_overdue
from roomnight.activities.models import FollowUp, Visit, VisitProposal, VisitReport, VisitSlot
from roomnight.activities.tests.conftest import FRIDAY, moment
from roomnight.clients.models import Account
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from roomnight.organization.models import Hotel, Staff

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
THREADS = 16


def at_once(acts):
    """Run every act in a thread of its own, all let go together; what each returned, or the code of its refusal."""
    gate = threading.Barrier(len(acts))

    def run(act):
        try:
            gate.wait(timeout=30)
            return act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.rule("VIS-03")
def test_of_overlapping_plans_for_one_person_exactly_one_is_made(office, world):
    accounts = [world.huaxing, world.jinyuan]
    minutes = [timedelta(minutes=5 * (n % 5)) for n in range(THREADS)]
    before = Visit.objects.count()
    results = at_once(
        [
            lambda n=n: office.plan(
                "chen",
                Account.objects.select_related("hotel").get(pk=accounts[n % 2].pk),
                start=f"{moment('10:00') + minutes[n]:%H:%M}",
            )
            for n in range(THREADS)
        ]
    )
    made = [one for one in results if isinstance(one, Visit)]
    assert (len(made), Counter(one for one in results if isinstance(one, str))) == (1, {"visit.overlap": THREADS - 1})
    assert Visit.objects.count() == before + 1
    assert VisitSlot.objects.filter(staff=world.chen, start__gte=moment("00:00")).count() == 6


def test_plans_of_many_people_get_different_numbers(office, world):
    people = list(Staff.objects.filter(memberships__hotel=world.lujiazui).order_by("pk")[:THREADS])
    hotel, account = world.lujiazui, Account.objects.select_related("hotel").get(pk=world.huaxing.pk)
    seat = world.seat("lin")
    results = at_once(
        [lambda one=one: office.plan("lin", account, actor=seat, hotel=hotel, staff=one) for one in people]
    )
    numbers = sorted(int(one.number[-4:]) for one in results)
    assert numbers == list(range(numbers[0], numbers[0] + len(people)))


def test_nobody_goes_out_on_two_visits_at_the_same_moment(office, world):
    visits = [office.ready("chen", world.huaxing, "10:00"), office.ready("chen", world.jinyuan, "11:00")]
    seat = world.seat("chen")
    results = at_once([lambda pk=one.pk: go_out(actor=seat, visit=Visit.objects.get(pk=pk)).state for one in visits])
    assert Counter(results) == {"out": 1, "visit.out_already": 1}


@pytest.mark.rule("VIS-07")
def test_one_report_sent_many_times_at_once_is_one_report(office, world):
    visit, key, seat = office.back("chen", world.huaxing), uuid4(), world.seat("chen")

    def send():
        return write_report(
            actor=seat, visit=Visit.objects.select_related("staff").get(pk=visit.pk), submission_key=key, result="order",
            met_from=moment("10:00"), met_to=moment("10:20"), people_text="王经理",
        ).pk  # fmt: skip

    assert len(set(at_once([send] * THREADS))) == 1
    assert VisitReport.objects.filter(visit=visit).count() == 1
    assert Counter(FollowUp.objects.filter(visit=visit).values_list("kind", flat=True)) == {
        "thanks_call": 1,
        "order_enquiry": 1,
    }


@pytest.mark.rule("VIS-11")
def test_one_log_sent_many_times_at_once_is_one_visit(office, world):
    key, seat = uuid4(), world.seat("chen")
    before = Visit.objects.count()

    def send():
        return log_visit(
            actor=seat, hotel=Hotel.objects.get(pk=seat.hotel.pk), account=Account.objects.select_related("hotel").get(pk=world.huaxing.pk),
            staff=seat.staff, submission_key=key, met_from=moment("08:00"), met_to=moment("08:20"), purpose="other",
            result="interested", confirmed_how="phone", people_text="王经理",
        ).pk  # fmt: skip

    assert len(set(at_once([send] * 8))) == 1
    assert Visit.objects.count() == before + 1


@pytest.mark.rule("VIS-03")
def test_of_overlapping_logs_exactly_one_is_made(office, world):
    account = Account.objects.select_related("hotel").get(pk=world.huaxing.pk)
    results = at_once([lambda: office.log("chen", account, met_from=moment("08:00"), met_to=moment("08:25"))] * 8)
    assert Counter(one if isinstance(one, str) else "made" for one in results) == {"made": 1, "visit.overlap": 7}


@pytest.mark.rule("BRD-01")
def test_an_overdue_follow_up_rises_once_with_any_number_of_workers(office, world):
    FollowUp.objects.all().update(state="cancelled", done_at=moment("08:00"))
    chen = world.seat("chen")
    for n in range(20):
        add_followup(actor=chen, hotel=chen.hotel, owner=chen.staff, due_on=FRIDAY, what=f"第 {n} 件")
    office.at("00:10", date(2026, 11, 22))
    at_once([escalate_overdue.call] * 8)
    told = Notification.objects.filter(recipient="zhou", message__startswith="Overdue").values_list("values", flat=True)
    assert Counter(one["what"] for one in told) == {f"第 {n} 件": 1 for n in range(20)}


@pytest.mark.rule("BRD-01")
def test_a_repeated_follow_up_completed_by_many_comes_back_once(office, world):
    chen = world.seat("chen")
    task = add_followup(actor=chen, hotel=chen.hotel, owner=chen.staff, due_on=FRIDAY, what="周报", recurrence="weekly")

    def finish():
        complete_followup(actor=chen, followup=FollowUp.objects.select_related("hotel").get(pk=task.pk), result="好")
        return "done"

    assert Counter(at_once([finish] * 8)) == {"done": 1, "followup.not_open": 7}
    assert FollowUp.objects.filter(previous=task).count() == 1


@pytest.mark.rule("VIS-01")
def test_a_client_of_the_pool_is_claimed_by_one_of_many(office, world):
    VisitProposal.objects.all().delete()
    who = ["chen", "xu", "sun", "wu", "tang", "lin"]
    made = [
        VisitProposal.objects.create(
            hotel=world.lujiazui,
            account=world.tongda,
            staff=getattr(world, one),
            week=date(2026, 11, 16),
            for_day=FRIDAY,
        )
        for one in who
    ]
    seats = [world.seat(one) for one in who]

    def accept(seat, pk):
        one = VisitProposal.objects.select_related("account__hotel", "staff", "hotel").get(pk=pk)
        return accept_proposal(actor=seat, proposal=one).state

    results = at_once([lambda s=seat, p=one.pk: accept(s, p) for seat, one in zip(seats, made, strict=True)])
    assert results.count("accepted") == 1
    assert set(results) <= {"accepted", "proposal.decided", "account.owned", "account.owner_changed"}
    assert VisitProposal.objects.filter(account=world.tongda, state="accepted").count() == 1
    assert Account.objects.get(pk=world.tongda.pk).owner.username == who[results.index("accepted")]


def test_a_list_made_by_two_at_once_is_one_list(office, world):
    VisitProposal.objects.all().delete()
    sun = world.seat("sun")
    Account.objects.filter(owner=world.sun).update(last_visit_on=date(2025, 1, 1))
    world.minjiang.visits.update(state="cancelled", end_reason="x")

    def make():
        propose_visits(actor=sun, hotel=sun.hotel, staff=sun.staff)
        return "made"

    assert at_once([make] * 6) == ["made"] * 6
    assert VisitProposal.objects.filter(staff=world.sun, account=world.minjiang).count() == 1
