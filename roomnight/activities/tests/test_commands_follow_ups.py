"""Follow-ups, the end of the day, and the proposed list."""

from datetime import date, time, timedelta

import pytest

from roomnight.activities.commands import (
    accept_proposal,
    add_followup,
    cancel_followup,
    cancel_visit,
    close_day,
    complete_followup,
    drop_proposal,
    escalate_followup,
    miss_visit,
    move_followup,
    propose_visits,
    suggest_visit,
)
from roomnight.activities.models import DayClose, FollowUp, VisitProposal
from roomnight.activities.tests.conftest import FRIDAY, lines_of, moment, refused
from roomnight.clients.commands import claim_account
from roomnight.clients.models import Account
from roomnight.kernel.commands import OPERATOR, SYSTEM, UNCHANGED
from roomnight.kernel.models import Notification
from roomnight.kernel.policy import set_policy
from roomnight.pms.models import AccountHabit

MONDAY = date(2026, 11, 23)


@pytest.fixture
def add(office, world):
    """`add("chen", what=…)` puts something on chen's own list, due on Friday."""

    def put(who="chen", **fields):
        seat = world.seat(who)
        usual = {"owner": seat.staff, "due_on": FRIDAY, "what": "寄报价"}
        return add_followup(actor=seat, hotel=seat.hotel, **{**usual, **fields})

    return put


# --- follow-ups -----------------------------------------------------------------------------------------------------


@pytest.mark.rule("BRD-01")
def test_a_follow_up_says_what_for_whom_by_when_and_by_whom(add, world):
    task = add(account=world.huaxing, contact=world.wangfang, due_time=time(15), priority="high", recurrence="weekly")
    task = FollowUp.objects.get(pk=task.pk)
    assert (task.what, task.account, task.contact, task.owner) == ("寄报价", world.huaxing, world.wangfang, world.chen)
    assert (task.due_on, task.due_time, task.priority, task.recurrence) == (FRIDAY, time(15), "high", "weekly")
    assert (task.source, task.created_by, task.state) == ("self", world.chen, "open")
    assert task.escalate_on == FRIDAY + timedelta(days=2)
    assert lines_of(task) == [("activities.add_followup", "chen")]


@pytest.mark.rule("BRD-01")
def test_what_a_leader_assigns_is_told(add, world):
    task = add("zhou", owner=world.chen)
    assert (task.source, task.created_by) == ("assigned", world.zhou)
    bell = Notification.objects.filter(recipient="chen").latest("id")
    assert bell.values == {"name": "周建平", "due_on": "2026-11-20", "what": "寄报价"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        pytest.param({"what": "  "}, "followup.what", id="nothing to do"),
        pytest.param({"due_on": date(2026, 11, 19)}, "followup.past", id="due yesterday"),
        pytest.param({"kind": "party"}, "report.choice", id="no such kind"),
        pytest.param({"recurrence": "hourly"}, "report.choice", id="no such turn"),
        pytest.param({"kind": "call", "what": ""}, "followup.what", id="a call to nobody"),
    ],
)
def test_a_follow_up_that_cannot_be_is_refused(add, fields, code):
    with refused(code):
        add(**fields)


def test_owner_client_and_person_belong_together(add, world):
    with refused("followup.owner"):
        add(owner=world.ye)
    with refused("followup.other_hotel"):
        add(account=world.hubin)
    with refused("followup.other_contact"):
        add(account=world.huaxing, contact=world.qiu)
    with refused("followup.other_contact"):
        add(contact=world.wangfang)


@pytest.mark.rule("BRD-01")
def test_what_is_done_keeps_its_result(add, world, office):
    task = add()
    office.at("10:00")
    complete_followup(actor=world.seat("chen"), followup=task, result="已寄顺丰")
    task = FollowUp.objects.get(pk=task.pk)
    assert (task.state, task.result, task.done_at) == ("done", "已寄顺丰", moment("10:00"))
    assert not FollowUp.objects.filter(previous=task).exists()
    assert lines_of(task)[-1] == ("activities.complete_followup", "chen")


def test_what_is_done_is_done_once(add, world):
    task = add(recurrence="weekly")
    complete_followup(actor=world.seat("chen"), followup=task, result="已寄")
    for again in (complete_followup, cancel_followup):
        said = {"result": "又寄"} if again is complete_followup else {"reason": "算了"}
        with refused("followup.not_open"):
            again(actor=world.seat("chen"), followup=task, **said)
    with refused("followup.not_open"):
        move_followup(actor=world.seat("chen"), followup=task, due_on=MONDAY)


def test_a_task_without_result_and_a_call_without_outcome_are_refused(add, world):
    task, call = add(), add(kind="call", account=world.huaxing)
    with refused("followup.result"):
        complete_followup(actor=world.seat("chen"), followup=task)
    with refused("followup.outcome"):
        complete_followup(actor=world.seat("chen"), followup=call, result="聊过")


@pytest.mark.rule("BRD-01")
@pytest.mark.parametrize(("recurrence", "again"), [("weekly", date(2026, 11, 27)), ("monthly", date(2026, 12, 20))])
def test_a_repeated_one_comes_back_by_itself(add, world, recurrence, again):
    task = add(recurrence=recurrence, account=world.huaxing, priority="low")
    complete_followup(actor=world.seat("chen"), followup=task, result="好")
    nexts = FollowUp.objects.get(previous=task)
    assert (nexts.due_on, nexts.what, nexts.state, nexts.priority) == (again, "寄报价", "open", "low")
    assert (nexts.recurrence, nexts.owner, nexts.account) == (recurrence, world.chen, world.huaxing)


def test_the_last_of_a_month_stays_the_last(add, world, office):
    office.at("09:00", date(2026, 1, 30))
    task = add(due_on=date(2026, 1, 31), recurrence="monthly")
    dues = []
    for _month in range(3):
        complete_followup(actor=world.seat("chen"), followup=task, result="好")
        task = FollowUp.objects.get(previous=task)
        dues.append(task.due_on)
    assert dues == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


@pytest.mark.rule("BRD-01")
def test_a_call_that_reached_nobody_is_tried_again_on_the_next_working_day(add, world):
    call = add(kind="thanks_call", account=world.huaxing, what="")
    complete_followup(actor=world.seat("chen"), followup=call, outcome="not_reached")
    again = FollowUp.objects.get(previous=call)
    assert (again.kind, again.due_on, again.account) == ("thanks_call", MONDAY, world.huaxing)


def test_what_comes_next_is_put_on_its_day(add, world):
    call = add(kind="call", account=world.huaxing)
    complete_followup(
        actor=world.seat("chen"), followup=call, outcome="reached", next_on=date(2026, 11, 25), next_what="送样品"
    )
    nexts = FollowUp.objects.get(previous=call)
    assert (nexts.due_on, nexts.what) == (date(2026, 11, 25), "送样品")
    with refused("followup.past", "next_on"):
        complete_followup(actor=world.seat("chen"), followup=nexts, outcome="reached", next_on=date(2026, 11, 19))


@pytest.mark.rule("BRD-01")
def test_a_moved_one_counts_anew_until_it_rises(add, world, office):
    task = add()
    office.at("09:00", MONDAY)
    escalate_followup(actor=SYSTEM, followup=task)
    move_followup(actor=world.seat("chen"), followup=task, due_on=date(2026, 11, 25))
    task = FollowUp.objects.get(pk=task.pk)
    assert (task.due_on, task.escalate_on, task.escalated_at) == (date(2026, 11, 25), date(2026, 11, 27), None)
    with refused("followup.past"):
        move_followup(actor=world.seat("chen"), followup=task, due_on=FRIDAY)


def test_one_given_to_a_colleague_is_told_and_must_stay_in_the_house(add, world):
    task = add(due_time=time(15))
    move_followup(actor=world.seat("zhou"), followup=task, owner=world.xu)
    assert Notification.objects.filter(recipient="xu").latest("id").values["name"] == "周建平"
    task = FollowUp.objects.get(pk=task.pk)
    assert (task.owner, task.due_on, task.due_time) == (world.xu, FRIDAY, time(15))
    with refused("followup.owner"):
        move_followup(actor=world.seat("zhou"), followup=task, owner=world.ye)
    assert move_followup(actor=world.seat("zhou"), followup=task, owner=world.xu) is UNCHANGED


def test_a_cancelled_one_says_why_and_does_not_come_back(add, world):
    task = add(recurrence="weekly")
    with refused("followup.reason"):
        cancel_followup(actor=world.seat("chen"), followup=task, reason="")
    cancel_followup(actor=world.seat("chen"), followup=task, reason="客户已搬走")
    task = FollowUp.objects.get(pk=task.pk)
    assert (task.state, task.result) == ("cancelled", "客户已搬走")
    assert not FollowUp.objects.filter(previous=task).exists()


@pytest.mark.rule("BRD-01")
def test_an_overdue_one_rises_to_the_leader_once(add, world, office):
    task = add(account=world.huaxing)
    office.at("23:59", date(2026, 11, 21))
    with refused_silently():
        assert escalate_followup(actor=SYSTEM, followup=task) is UNCHANGED
    office.at("00:00", date(2026, 11, 22))
    escalate_followup(actor=SYSTEM, followup=task)
    task = FollowUp.objects.get(pk=task.pk)
    assert (task.escalated_to, task.escalated_at) == (world.zhou, moment("00:00", date(2026, 11, 22)))
    bell = Notification.objects.filter(recipient="zhou").latest("id")
    assert bell.values == {"due_on": "2026-11-20", "name": "陈思远", "what": f"寄报价 · {world.huaxing.name}"}
    with refused_silently():
        assert escalate_followup(actor=SYSTEM, followup=task) is UNCHANGED


class refused_silently:  # noqa: N801 (reads as a verb beside `refused`)
    """What happens inside leaves no bell and no audit line."""

    def __enter__(self):
        self.before = Notification.objects.count()

    def __exit__(self, *failure):
        assert Notification.objects.count() == self.before


@pytest.mark.rule("BRD-01")
def test_the_hotel_decides_when_it_rises(add, world):
    set_policy(
        actor=OPERATOR, key="activities.followup_escalate_days", value=5, hotel_code="lujiazui", effective_from=FRIDAY
    )
    assert add().escalate_on == date(2026, 11, 25)


# --- the end of the day ---------------------------------------------------------------------------------------------


def close(world, who="chen", day=FRIDAY, actor=None):
    seat = world.seat(who)
    return close_day(actor=world.seat(actor or who), hotel=seat.hotel, staff=seat.staff, day=day)


@pytest.mark.rule("VIS-08")
def test_the_day_cannot_be_closed_while_a_report_is_missing(office, world):
    visit = office.back("chen", world.huaxing)
    with refused("day.open"):
        close(world)
    office.report("chen", visit)
    closed = close(world)
    assert (closed.staff, closed.day, closed.visits, closed.closed_at) == (world.chen, FRIDAY, 1, moment("11:15"))
    assert lines_of(closed) == [("activities.close_day", "chen")]


@pytest.mark.rule("VIS-08")
@pytest.mark.parametrize("state", ["planned", "confirmed", "out"])
def test_a_visit_neither_made_nor_called_off_keeps_the_day_open(office, world, state):
    {"planned": office.plan, "confirmed": office.agreed, "out": office.out}[state]("chen", world.huaxing)
    office.at("18:00")
    with refused("day.open"):
        close(world)


@pytest.mark.rule("VIS-08")
def test_visits_called_off_do_not_keep_the_day_open(office, world):
    chen = world.seat("chen")
    cancel_visit(actor=chen, visit=office.plan("chen", world.huaxing, "10:00"), reason="改期")
    miss_visit(actor=chen, visit=office.plan("chen", world.jinyuan, "11:00"), reason="人不在")
    assert close(world).visits == 0


def test_other_days_and_other_people_do_not_keep_the_day_open(office, world):
    office.plan("chen", world.huaxing, day=MONDAY)
    office.plan("xu", world.yuanyang)
    assert close(world).visits == 0


def test_everybody_closes_their_own_day_that_has_come(office, world):
    with refused("day.not_yours"):
        close(world, actor="zhou")
    with refused("day.ahead"):
        close(world, day=date(2026, 11, 21))


def test_a_day_closed_twice_is_closed_once(office, world):
    close(world)
    assert close(world) is UNCHANGED
    assert DayClose.objects.filter(staff=world.chen, day=FRIDAY).count() == 1


@pytest.mark.rule("VIS-08")
def test_an_earlier_day_can_still_be_closed_when_its_reports_are_in(office, world):
    visit = office.back("chen", world.huaxing)
    office.at("09:00", MONDAY)
    with refused("day.open"):
        close(world)
    office.report("chen", visit)
    assert close(world).day == FRIDAY


# --- the proposed list ----------------------------------------------------------------------------------------------


def proposed(world, who="sun"):
    seat = world.seat(who)
    propose_visits(actor=seat, hotel=seat.hotel, staff=seat.staff)
    found = VisitProposal.objects.filter(staff=seat.staff, week=date(2026, 11, 16), state="proposed")
    return {one.account.name: one for one in found.select_related("account__hotel", "staff", "hotel")}


@pytest.fixture
def quiet_pool(world):
    """A producer nobody looks after, quiet for months: it came every ten days and brought 300 nights."""
    account = Account.objects.get(pk=world.tongda.pk)
    AccountHabit.objects.create(
        hotel=world.lujiazui, account=account, side="agent", stays=60, room_nights=300, revenue_cents=90_000_000,
        arrival_days=60, first_arrival=date(2024, 1, 1), last_arrival=date(2026, 7, 1), last_departure=date(2026, 7, 3),
        twice_median_gap=20,
    )  # fmt: skip
    return account


@pytest.mark.rule("VIS-01")
def test_the_list_proposes_clients_with_reasons_and_days(office, world):
    Account.objects.filter(pk=world.minjiang.pk).update(
        last_visit_on=date(2026, 10, 1), media_note="新厂开工", media_noted_on=FRIDAY
    )
    world.minjiang.visits.update(state="cancelled", end_reason="x")
    one = proposed(world)[world.minjiang.name]
    assert [reason["code"] for reason in one.reasons] == ["overdue", "media"]
    assert one.reasons[0]["values"] == {"last": "2026-10-01", "cycle": 14}
    assert (one.for_day, one.district, one.score) == (FRIDAY, "浦东新区", 30)


@pytest.mark.rule("VIS-01")
def test_quiet_producers_of_the_open_pool_are_proposed(office, world, quiet_pool):
    one = proposed(world)[quiet_pool.name]
    assert one.reasons[0]["code"] == "quiet"
    assert one.reasons[0]["values"] == {"days": 142, "usual_gap": 10, "nights": 300, "last": "2026-07-01"}


def test_a_client_with_a_visit_under_way_is_not_proposed(office, world):
    Account.objects.filter(pk=world.minjiang.pk).update(last_visit_on=date(2026, 1, 1))
    assert world.minjiang.name not in proposed(world)


@pytest.mark.rule("VIS-01")
def test_a_reason_pushed_down_is_weighed_until_its_day(office, world):
    world.minjiang.visits.update(state="cancelled", end_reason="x")
    Account.objects.filter(pk=world.minjiang.pk).update(last_visit_on=date(2026, 11, 19))
    assert world.minjiang.name not in proposed(world)
    until = date(2026, 11, 20)
    suggestion = {"account": world.minjiang, "code": "agreement_expiring", "values": {"on": date(2026, 12, 31)}}
    suggest_visit(actor=SYSTEM, valid_until=until, **suggestion)
    assert suggest_visit(actor=SYSTEM, valid_until=until, **suggestion) is UNCHANGED
    assert proposed(world)[world.minjiang.name].reasons == [
        {"code": "agreement_expiring", "values": {"on": "2026-12-31"}}
    ]
    VisitProposal.objects.all().delete()
    office.at("09:00", date(2026, 11, 21))
    assert world.minjiang.name not in proposed(world)


def test_the_same_list_again_changes_nothing_and_what_is_no_longer_due_lapses(office, world, quiet_pool):
    seat = world.seat("sun")
    one = proposed(world)[quiet_pool.name]
    assert propose_visits(actor=seat, hotel=seat.hotel, staff=seat.staff) is UNCHANGED
    claim_account(actor=world.seat("xu"), account=quiet_pool, staff=world.xu)
    proposed(world)
    one.refresh_from_db()
    assert one.state == "lapsed"


@pytest.mark.rule("VIS-01")
def test_accepting_a_client_of_the_pool_claims_it_and_lapses_the_others(office, world, quiet_pool):
    mine, theirs = proposed(world, "sun")[quiet_pool.name], proposed(world, "chen")[quiet_pool.name]
    accept_proposal(actor=world.seat("sun"), proposal=mine)
    theirs.refresh_from_db()
    quiet_pool.refresh_from_db()
    assert (quiet_pool.owner, mine.state, theirs.state) == (world.sun, "accepted", "lapsed")
    assert accept_proposal(actor=world.seat("sun"), proposal=mine) is UNCHANGED
    with refused("proposal.decided"):
        accept_proposal(actor=world.seat("chen"), proposal=VisitProposal.objects.get(pk=theirs.pk))


def test_accepting_a_client_claimed_meanwhile_is_refused(office, world, quiet_pool):
    one = proposed(world)[quiet_pool.name]
    Account.objects.filter(pk=quiet_pool.pk).update(owner=world.xu)
    with refused("account.owner_changed"):
        accept_proposal(actor=world.seat("sun"), proposal=one)


@pytest.mark.rule("VIS-01")
def test_a_dropped_proposal_says_why_and_does_not_come_back_this_week(office, world, quiet_pool):
    one = proposed(world)[quiet_pool.name]
    with refused("proposal.reason"):
        drop_proposal(actor=world.seat("sun"), proposal=one, reason=" ")
    drop_proposal(actor=world.seat("sun"), proposal=one, reason="已停业")
    assert quiet_pool.name not in proposed(world)
    one.refresh_from_db()
    assert (one.state, one.drop_reason) == ("dropped", "已停业")
    with refused("proposal.decided"):
        accept_proposal(actor=world.seat("sun"), proposal=one)


@pytest.mark.rule("VIS-01")
def test_a_plan_made_from_a_proposal_uses_it_up(office, world, quiet_pool):
    one = proposed(world)[quiet_pool.name]
    accept_proposal(actor=world.seat("sun"), proposal=one)
    visit = office.plan("sun", one.account, proposal=one)
    one.refresh_from_db()
    assert (one.state, visit.proposal) == ("planned", one)
    with refused("proposal.decided"):
        office.plan("sun", one.account, "14:00", proposal=one)
    with refused("proposal.other"):
        office.plan("sun", world.minjiang, "16:00", proposal=one)


def test_the_next_weeks_list_is_laid_over_its_working_days(office, world, quiet_pool):
    seat = world.seat("sun")
    propose_visits(actor=seat, hotel=seat.hotel, staff=seat.staff, week=date(2026, 11, 25))
    one = VisitProposal.objects.get(staff=seat.staff, account=quiet_pool, week=MONDAY)
    assert one.for_day == MONDAY


def test_no_more_are_proposed_than_the_days_hold(office, world):
    set_policy(actor=OPERATOR, key="activities.visits_a_day", value=1, hotel_code="lujiazui", effective_from=FRIDAY)
    VisitProposal.objects.all().delete()
    Account.objects.filter(owner=world.sun).update(last_visit_on=date(2025, 1, 1))
    Account.objects.filter(owner=world.chen).update(owner=world.sun, co_owner=None, last_visit_on=date(2025, 1, 1))
    for account in Account.objects.filter(owner=world.sun):
        account.visits.update(state="cancelled", end_reason="x")
    assert len(proposed(world)) == 1
