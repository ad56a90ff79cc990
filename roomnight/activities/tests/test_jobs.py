"""What happens by the clock."""

from datetime import date, timedelta

import pytest

from roomnight.activities.commands import add_followup
from roomnight.activities.jobs import escalate_overdue, propose_for_today
from roomnight.activities.models import FollowUp, VisitProposal
from roomnight.activities.tests.conftest import FRIDAY, moment
from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.jobs import PERIODIC
from roomnight.kernel.models import AuditEntry, Day, Notification
from roomnight.organization.commands import edit_hotel

SUNDAY = date(2026, 11, 22)


@pytest.fixture
def tasks(office, world):
    """Only these are open: chen's and sun's due on Friday, ye's at the other hotel due a day later."""
    FollowUp.objects.all().update(state="cancelled", done_at=moment("08:00"))
    due = {"chen": FRIDAY, "sun": FRIDAY, "ye": FRIDAY + timedelta(days=1)}
    seats = {who: world.seat(who) for who in due}
    return {
        who: add_followup(actor=seat, hotel=seat.hotel, owner=seat.staff, due_on=due[who], what="寄报价")
        for who, seat in seats.items()
    }


@pytest.mark.rule("BRD-01")
def test_overdue_follow_ups_rise_once_each_to_their_own_leader(office, world, tasks):
    office.at("23:55", date(2026, 11, 21))
    assert escalate_overdue.call() == 0
    office.at("00:10", SUNDAY)
    assert escalate_overdue.call() == 2
    assert escalate_overdue.call() == 0
    risen = {who: FollowUp.objects.get(pk=task.pk).escalated_to for who, task in tasks.items()}
    assert risen == {"chen": world.zhou, "sun": world.wu, "ye": None}
    told = Notification.objects.filter(at__gte=moment("00:00", SUNDAY)).values_list("recipient", flat=True)
    assert sorted(told) == ["wu", "zhou"]
    line = AuditEntry.objects.filter(command="activities.escalate_followup").latest("id")
    assert (line.actor, line.hotel_code) == ("system", "lujiazui")


@pytest.mark.rule("BRD-01")
def test_each_hotel_has_its_own_day(office, world, tasks):
    edit_hotel(actor=OPERATOR, hotel=world.lujiazui, timezone="America/New_York")
    office.at("00:10", SUNDAY)  # still Saturday in New York
    assert escalate_overdue.call() == 0
    office.at("13:30", SUNDAY)
    assert escalate_overdue.call() == 2


@pytest.mark.rule("BRD-01")
def test_what_is_done_or_cancelled_does_not_rise(office, world, tasks):
    FollowUp.objects.filter(pk=tasks["chen"].pk).update(state="done", done_at=moment("10:00"))
    FollowUp.objects.filter(pk=tasks["sun"].pk).update(state="cancelled", done_at=moment("10:00"))
    office.at("00:10", SUNDAY)
    assert escalate_overdue.call() == 0


def test_the_follow_up_of_somebody_at_the_top_rises_to_nobody_once(office, world, tasks):
    he = world.seat("he")
    task = add_followup(actor=he, hotel=he.hotel, owner=he.staff, due_on=FRIDAY, what="签字")
    office.at("00:10", SUNDAY)
    assert escalate_overdue.call() == 3
    assert escalate_overdue.call() == 0
    task.refresh_from_db()
    assert (task.escalated_to, task.escalated_at) == (None, moment("00:10", SUNDAY))


def test_more_than_one_batch_rises(office, world, tasks, monkeypatch):
    monkeypatch.setattr("roomnight.activities.jobs.BATCH", 1)
    office.at("00:10", SUNDAY)
    assert escalate_overdue.call() == 2


@pytest.mark.rule("VIS-01")
def test_every_working_morning_the_representatives_lists_are_renewed(office, world):
    VisitProposal.objects.all().delete()
    world.seat("chen")
    world.jinyuan.visits.update(state="cancelled", end_reason="x")
    type(world.jinyuan).objects.filter(pk=world.jinyuan.pk).update(last_visit_on=date(2026, 1, 5))
    office.at("05:30")
    assert propose_for_today.call() > 0
    assert VisitProposal.objects.filter(staff=world.chen, account=world.jinyuan, for_day=FRIDAY).exists()
    assert not VisitProposal.objects.filter(staff__username__in=["lin", "zhou", "ma"]).exists()


@pytest.mark.rule("ORG-05")
def test_on_a_day_of_rest_nobody_is_given_a_list(office, world):
    VisitProposal.objects.all().delete()
    for hotel in (world.lujiazui, world.lakeside):
        Day.objects.create(hotel_code=hotel.code, date=FRIDAY, is_working=False, name="年会")
    office.at("05:30")
    assert propose_for_today.call() == 0


def test_both_jobs_run_by_the_clock():
    assert PERIODIC["roomnight.activities.jobs.escalate_overdue"][0] == "*/15 * * * *"
    assert PERIODIC["roomnight.activities.jobs.propose_for_today"][0] == "30 5 * * *"
