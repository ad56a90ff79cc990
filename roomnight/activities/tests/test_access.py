"""Who sees whose visits and follow-ups, and the shared reads behind the boards."""

from datetime import date, time, timedelta

import pytest
from django.http import Http404

from roomnight.activities import access, queries
from roomnight.activities.commands import (
    add_followup,
    cancel_visit,
    close_day,
    complete_followup,
    miss_visit,
    propose_visits,
    read_report,
)
from roomnight.activities.models import FollowUp, Visit
from roomnight.activities.tests.conftest import FRIDAY, moment
from roomnight.clients.commands import change_stage
from roomnight.clients.models import Account
from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.policy import set_policy
from roomnight.organization.commands import place_staff

REACH = [
    pytest.param("chen", True, id="the one who goes"),
    pytest.param("xu", False, id="a colleague of the same team"),
    pytest.param("sun", False, id="a colleague of another team"),
    pytest.param("zhou", True, id="the team's manager"),
    pytest.param("wu", False, id="another team's manager"),
    pytest.param("lin", True, id="the director"),
    pytest.param("zheng", True, id="the general manager"),
    pytest.param("ma", True, id="the clerk"),
    pytest.param("luo", False, id="a receptionist"),
    pytest.param("cao", False, id="the credit manager"),
    pytest.param("ye", False, id="another hotel's representative"),
    pytest.param("du", False, id="another hotel's director"),
]


@pytest.mark.rule("ORG-03")
@pytest.mark.parametrize(("who", "seen"), REACH)
def test_who_sees_a_visit(office, world, who, seen):
    visit, seat = office.plan("chen", world.huaxing), world.seat(who)
    assert access.visits(seat).filter(pk=visit.pk).exists() is seen
    if seen:
        assert access.visit(seat, visit.pk) == visit
    else:
        with pytest.raises(Http404):
            access.visit(seat, visit.pk)


@pytest.mark.rule("ORG-03")
@pytest.mark.parametrize(
    ("who", "action", "may"),
    [
        ("chen", "edit", True), ("zhou", "edit", True), ("wu", "edit", False), ("ma", "edit", False),
        ("zheng", "edit", False), ("zheng", "approve", True), ("zhou", "approve", True), ("wu", "approve", False),
        ("chen", "approve", False), ("ma", "approve", False), ("du", "approve", False),
    ],
)  # fmt: skip
def test_who_may_touch_a_visit(office, world, who, action, may):
    visit = office.plan("chen", world.huaxing)
    assert access.visits(world.seat(who), action).filter(pk=visit.pk).exists() is may


@pytest.mark.rule("ORG-03")
@pytest.mark.parametrize(
    ("who", "seen"),
    [("chen", True), ("xu", False), ("zhou", True), ("wu", False), ("lin", True), ("luo", False), ("du", False)],
)
def test_who_sees_a_follow_up(office, world, who, seen):
    chen, seat = world.seat("chen"), world.seat(who)
    task = add_followup(actor=chen, hotel=chen.hotel, owner=chen.staff, due_on=FRIDAY, what="寄报价")
    if seen:
        assert access.follow_up(seat, task.pk) == task
    else:
        with pytest.raises(Http404):
            access.follow_up(seat, task.pk)


def test_who_gave_something_away_still_sees_it(office, world):
    ma = world.seat("ma")
    task = add_followup(actor=ma, hotel=ma.hotel, owner=world.chen, due_on=FRIDAY, what="补名片")
    assert access.follow_up(ma, task.pk, "edit") == task
    assert access.follow_up(world.seat("chen"), task.pk, "edit") == task


def test_reports_to_read_are_the_teams_and_never_ones_own(office, world):
    chens = office.back("chen", world.huaxing)
    wus = office.back("wu", world.pujiang, "14:00", until="15:00")
    office.report("chen", chens)
    office.report("wu", wus)
    mine = {one.pk for one in access.to_read(world.seat("wu"))}
    assert chens.pk in {one.pk for one in access.to_read(world.seat("zhou"))}
    assert chens.pk not in mine
    assert wus.pk not in mine
    assert {chens.pk, wus.pk} <= {one.pk for one in access.to_read(world.seat("lin"))}
    read_report(actor=world.seat("lin"), visit=wus, reader=world.lin, comment="好")
    assert wus.pk not in {one.pk for one in access.to_read(world.seat("lin"))}


@pytest.mark.rule("ORG-03")
def test_visits_and_follow_ups_of_a_client_in_reach_are_seen_by_whoever_sees_the_client(office, world):
    visit = office.plan("sun", world.minjiang)  # shared with chen
    assert visit in access.visits_of(world.seat("chen"), world.minjiang)
    assert not access.visits_of(world.seat("luo"), world.minjiang)


@pytest.mark.rule("ORG-03")
def test_proposals_are_seen_by_their_representative_and_the_leaders(office, world):
    sun = world.seat("sun")
    propose_visits(actor=sun, hotel=sun.hotel, staff=sun.staff)
    one = access.proposals(sun).first()
    assert access.proposal(sun, one.pk) == one
    assert access.proposal(world.seat("wu"), one.pk) == one
    for stranger in ("chen", "zhou", "ye", "luo"):
        with pytest.raises(Http404):
            access.proposal(world.seat(stranger), one.pk)


def test_visits_are_planned_for_oneself_or_ones_team(world):
    def names(who):
        return {one.username for one in access.visitors(world.seat(who), "create")}

    assert names("chen") == {"chen"}
    assert names("zhou") == {"zhou", "chen", "xu"}
    assert names("lin") == {"lin", "tang", "zhou", "chen", "xu", "wu", "sun"}
    assert names("luo") == set()


# --- who is out -----------------------------------------------------------------------------------------------------


@pytest.mark.rule("VIS-05")
@pytest.mark.parametrize(
    ("who", "seen"),
    [
        pytest.param("sun", True, id="a colleague of another team"),
        pytest.param("ma", True, id="the clerk"),
        pytest.param("zheng", True, id="the general manager"),
        pytest.param("luo", False, id="the front desk"),
        pytest.param("ye", False, id="another hotel"),
    ],
)
def test_everybody_in_the_department_sees_who_is_out(office, world, who, seen):
    office.out("chen", world.huaxing, "10:00")
    board = queries.who_is_out(world.seat(who), moment("10:00"))
    assert ("陈思远" in {line.name for line in board}) is seen


@pytest.mark.rule("VIS-05")
def test_the_board_says_where_since_when_and_how_long_overdue(office, world):
    office.out("chen", world.huaxing, "10:00")
    (line,) = [one for one in queries.who_is_out(world.seat("sun"), moment("10:42")) if one.name == "陈思远"]
    assert (line.destination, line.out_at, line.minutes_out) == ("世纪大道 100 号", moment("09:00"), 102)
    assert (line.expected_back_at, line.overdue_minutes) == (moment("10:30"), 12)


@pytest.mark.rule("VIS-05")
def test_who_has_come_back_is_off_the_board(office, world):
    office.back("chen", world.huaxing, "10:00")
    assert "陈思远" not in {line.name for line in queries.who_is_out(world.seat("sun"), moment("11:15"))}


# --- who has gone home ----------------------------------------------------------------------------------------------


def sheets(world, who, now="18:00"):
    return {sheet.staff.username: sheet for sheet in queries.day_sheets(world.seat(who), FRIDAY, moment(now))}


@pytest.mark.rule("VIS-08")
def test_the_manager_sees_who_has_not_closed_and_why(office, world):
    office.back("chen", world.huaxing)
    office.plan("chen", world.jinyuan, "14:00")
    office.plan("chen", world.huaxing, "17:40")
    office.at("17:00")
    close_day(actor=world.seat("xu"), hotel=world.lujiazui, staff=world.xu, day=FRIDAY)
    found = sheets(world, "zhou", "17:00")
    assert list(found) == ["chen", "zhou", "xu"]
    assert [(one.visit.account.name, one.why) for one in found["chen"].left] == [
        (world.huaxing.name, "report"), (world.jinyuan.name, "passed"), (world.huaxing.name, "ahead"),
    ]  # fmt: skip
    assert (found["chen"].closed_at, found["chen"].may_close) == (None, False)
    assert (found["zhou"].closed_at, found["zhou"].may_close) == (None, True)
    assert (found["xu"].closed_at, found["xu"].may_close) == (moment("17:00"), False)


@pytest.mark.rule("VIS-08")
def test_the_days_of_other_teams_and_hotels_are_not_seen(world):
    assert set(sheets(world, "wu")) == {"wu", "sun"}
    assert set(sheets(world, "chen")) == {"chen"}
    assert set(sheets(world, "du")) == {"du", "ye"}


def test_ones_own_day(office, world):
    visit = office.back("chen", world.huaxing)
    sheet = queries.day_sheet_of(world.seat("chen"), FRIDAY, moment("18:00"))
    assert ([one.why for one in sheet.left], sheet.visits, sheet.may_close) == (["report"], 1, False)
    miss_visit(actor=world.seat("chen"), visit=visit, reason="人不在")
    assert queries.day_sheet_of(world.seat("chen"), FRIDAY, moment("18:00")).may_close


# --- coverage -------------------------------------------------------------------------------------------------------


def covered(world, who="lin", by="by_staff", on=FRIDAY):
    rows = getattr(queries.coverage(world.seat(who), on), by)
    return {row.name: (row.clients, row.in_time, row.never) for row in rows}


def visited(account, days_ago, grade):
    Account.objects.filter(pk=account.pk).update(last_visit_on=FRIDAY - timedelta(days=days_ago), grade=grade)


@pytest.mark.rule("VIS-13")
@pytest.mark.parametrize(
    ("grade", "cycle"),
    [pytest.param("A", 7), pytest.param("B", 14), pytest.param("C", 30), pytest.param("D", 90), pytest.param("", 90)],
)
def test_a_client_is_covered_within_the_cycle_of_its_grade(world, grade, cycle):
    Account.objects.filter(owner=world.sun).exclude(pk=world.minjiang.pk).update(owner=None)
    visited(world.minjiang, cycle - 1, grade)
    assert covered(world)["孙丽"] == (1, 1, 0)
    visited(world.minjiang, cycle, grade)
    assert covered(world)["孙丽"] == (1, 0, 0)


@pytest.mark.rule("VIS-13")
def test_a_client_never_visited_counts_from_its_registration(world):
    Account.objects.filter(owner=world.sun).exclude(pk=world.minjiang.pk).update(owner=None)
    Account.objects.filter(pk=world.minjiang.pk).update(
        last_visit_on=None, grade="A", created_at=moment("23:00", date(2026, 11, 14))
    )
    assert covered(world)["孙丽"] == (1, 1, 0)
    assert covered(world, on=date(2026, 11, 21))["孙丽"] == (1, 0, 1)


@pytest.mark.rule("VIS-13")
def test_the_hotels_cycle_is_the_one_that_counts(world):
    Account.objects.filter(owner=world.sun).exclude(pk=world.minjiang.pk).update(owner=None)
    visited(world.minjiang, 13, "B")
    table = {"A": 7, "B": 10, "C": 30, "D": 90}
    set_policy(
        actor=OPERATOR, key="clients.visit_cycle_days", value=table, hotel_code="lujiazui", effective_from=FRIDAY
    )
    assert covered(world)["孙丽"] == (1, 0, 0)


@pytest.mark.rule("VIS-13")
def test_coverage_shows_representatives_and_territories_within_reach(office, world):
    change_stage(actor=world.seat("lin"), account=world.donghai, stage="invalid", reason="已注销")
    assert set(covered(world, "zhou")) == {"陈思远", "徐曼"}
    assert covered(world, "lin")["孙丽"][0] == 1
    assert set(covered(world, "lin", "by_territory")) == {""}
    assert set(covered(world, "chen")) == {"陈思远"}
    mine, hotels = covered(world, "du"), Account.objects.filter(hotel=world.lakeside, owner__isnull=False).count()
    assert sum(row[0] for row in mine.values()) == hotels


def test_the_share_is_rounded_down_and_whole_where_there_is_nothing_to_do():
    assert queries.CoverageRow(1, "a", 3, 2, 0).percent == 66
    assert queries.CoverageRow(1, "a", 0, 0, 0).percent == 100


# --- what to thank for ----------------------------------------------------------------------------------------------


@pytest.mark.rule("VIS-10")
def test_an_old_client_is_thanked_for_its_stays_and_asked_about_its_complaint(office, world):
    visit = office.back("chen", world.huaxing)
    office.report("chen", visit, feedback="complaint", complaint="早餐排队")
    complaint = FollowUp.objects.get(visit=visit, kind="complaint")
    complete_followup(actor=world.seat("zhou"), followup=complaint, result="加开一台煎蛋，已致歉")
    thanks = queries.thanks_for(world.huaxing, FRIDAY)
    assert (thanks.room_nights, thanks.revenue) == (world.huaxing.room_nights_12m, world.huaxing.revenue_12m)
    assert thanks.last_arrival == thanks.stays[0].arrival == world.huaxing.last_arrival_on
    assert [one.arrival for one in thanks.stays] == sorted((one.arrival for one in thanks.stays), reverse=True)
    assert (len(thanks.stays), thanks.stays[0].nights, str(thanks.stays[0].revenue)) == (3, 3, "1464.00")
    assert (thanks.complaint.what, thanks.complaint.result) == ("早餐排队", "加开一台煎蛋，已致歉")
    assert not thanks.is_empty


def test_of_a_new_client_there_is_nothing_to_thank_for(world):
    assert queries.thanks_for(world.tianyuan, FRIDAY).is_empty


def test_stays_ahead_are_not_thanked_for(world):
    assert all(one.arrival <= date(2026, 3, 1) for one in queries.thanks_for(world.huaxing, date(2026, 3, 1)).stays)


# --- the feed -------------------------------------------------------------------------------------------------------


def fed(world, who, first=FRIDAY, last=FRIDAY):
    items = queries.feed_items(world.seat(who), first, last, lambda path: f"https://rn.example{path}")
    return {item.uid: item for item in items}


@pytest.mark.rule("BRD-03")
def test_the_feed_holds_ones_own_visits_and_follow_ups(office, world):
    visit = office.agreed("chen", world.huaxing, purpose_text="年会报价")
    office.plan("xu", world.yuanyang)
    chen = world.seat("chen")
    task = add_followup(
        actor=chen, hotel=chen.hotel, owner=world.chen, due_on=FRIDAY, what="寄报价", account=world.huaxing
    )
    call = add_followup(
        actor=chen,
        hotel=chen.hotel,
        owner=world.chen,
        due_on=FRIDAY,
        what="回电",
        due_time=time(15),
        account=world.jinyuan,
    )
    found = fed(world, "chen")
    assert set(found) == {
        f"visit-{visit.pk}@lujiazui.roomnight", f"follow-up-{task.pk}@lujiazui.roomnight", f"follow-up-{call.pk}@lujiazui.roomnight",
    }  # fmt: skip
    one = found[f"visit-{visit.pk}@lujiazui.roomnight"]
    assert (one.start, one.end, one.summary) == (moment("10:00"), moment("10:30"), world.huaxing.name)
    assert (one.description, one.location, one.cancelled) == ("年会报价", "世纪大道 100 号", False)
    assert one.url == f"https://rn.example/h/lujiazui/activities/visits/{visit.pk}/"
    assert found[f"follow-up-{task.pk}@lujiazui.roomnight"].all_day
    assert found[f"follow-up-{call.pk}@lujiazui.roomnight"].start == moment("15:00")


@pytest.mark.rule("BRD-03")
def test_what_is_called_off_stays_in_the_feed_with_a_higher_sequence(office, world):
    visit = office.agreed("chen", world.huaxing)
    before = fed(world, "chen")[f"visit-{visit.pk}@lujiazui.roomnight"]
    office.at("09:20")
    cancel_visit(actor=world.seat("chen"), visit=visit, reason="改期")
    after = fed(world, "chen")[f"visit-{visit.pk}@lujiazui.roomnight"]
    assert (before.cancelled, after.cancelled) == (False, True)
    assert after.sequence > before.sequence
    assert (before.changed, after.changed) == (moment("09:00"), moment("09:20"))


def test_somebody_who_left_the_team_takes_the_visits_along(office, world):
    visit = office.plan("chen", world.huaxing)
    place_staff(
        actor=OPERATOR,
        staff=world.chen,
        hotel=world.lujiazui,
        department="sales",
        role="sales-representative",
        leader=world.wu,
    )
    assert access.visits(world.seat("wu")).filter(pk=visit.pk).exists()
    assert not access.visits(world.seat("zhou")).filter(pk=visit.pk).exists()
    assert Visit.objects.get(pk=visit.pk).staff == world.chen
