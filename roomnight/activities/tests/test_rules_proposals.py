"""Whom to visit and why (VIS-01, VIS-13)."""

from datetime import date, timedelta

import pytest

from roomnight.activities.rules import proposals
from roomnight.activities.rules.proposals import Client, Limits, Quiet, Scored
from roomnight.clients.rules import VISIT_CYCLE_DAYS
from roomnight.kernel.calendar import HotelCalendar

TODAY, SUNDAY = date(2026, 11, 18), date(2026, 11, 22)
LIMITS = Limits(
    points=proposals.PROPOSAL_POINTS.default,
    cycle_days=VISIT_CYCLE_DAYS.default,
    media_days=30,
    potential_min_nights=100,
)
LATELY = TODAY - timedelta(days=2)


def codes(**facts):
    client = Client(**{"account_id": 1, "known_since": TODAY - timedelta(days=10), **facts})
    return [reason.code for reason in proposals.reasons(client, TODAY, SUNDAY, LIMITS)]


def reason(code, **facts):
    client = Client(**{"account_id": 1, "known_since": TODAY - timedelta(days=10), **facts})
    return next(one for one in proposals.reasons(client, TODAY, SUNDAY, LIMITS) if one.code == code)


@pytest.mark.rule("VIS-01")
@pytest.mark.parametrize(
    ("facts", "found"),
    [
        pytest.param({}, [], id="nothing speaks for it"),
        pytest.param({"promises": [("寄方案", SUNDAY)]}, ["promise"], id="a promise due this week"),
        pytest.param({"promises": [("寄方案", SUNDAY + timedelta(days=1))]}, [], id="a promise due next week"),
        pytest.param({"quiet": Quiet(60, 10, 50, date(2026, 9, 19))}, ["quiet"], id="gone quiet"),
        pytest.param({"quiet": Quiet(200, None, 5, date(2026, 5, 2))}, ["quiet_once"], id="quiet without a habit"),
        pytest.param({"nights": 40, "nights_before": 80}, ["falling"], id="half of last year"),
        pytest.param({"nights": 41, "nights_before": 80}, [], id="a little less than last year"),
        pytest.param({"potential": 800, "nights": 100}, ["potential"], id="potential that others use"),
        pytest.param({"potential": 800, "nights": 400}, [], id="potential mostly used"),
        pytest.param({"potential": 99}, [], id="too little potential"),
        pytest.param({"referrer": "华星科技"}, ["referral"], id="referred and not visited"),
        pytest.param({"referrer": "华星科技", "last_visit": LATELY}, [], id="referred and visited"),
        pytest.param({"media_note": "获得融资", "media_on": TODAY - timedelta(days=30)}, ["media"], id="in the news"),
        pytest.param({"media_note": "获得融资", "media_on": TODAY - timedelta(days=31)}, [], id="old news"),
        pytest.param(
            {"suggestions": {"agreement_expiring": {"on": "2026-12-31"}}},
            ["agreement_expiring"],
            id="agreement expires",
        ),
        pytest.param(
            {"suggestions": {"product_focus": {"what": "年会套餐"}}}, ["product_focus"], id="the product focus"
        ),
        pytest.param(
            {"suggestions": {"churn": {"what": "流失预警"}}}, ["suggested"], id="a reason from above we do not know"
        ),
    ],
)
def test_each_source_gives_its_reason(facts, found):
    assert codes(**facts) == found


@pytest.mark.rule("VIS-13")
@pytest.mark.parametrize(
    ("grade", "last", "due"),
    [
        pytest.param("A", SUNDAY - timedelta(days=7), True, id="A: due on Sunday"),
        pytest.param("A", SUNDAY - timedelta(days=6), False, id="A: due on Monday"),
        pytest.param("B", SUNDAY - timedelta(days=14), True, id="B: two weeks"),
        pytest.param("B", SUNDAY - timedelta(days=13), False, id="B: a day less"),
        pytest.param("C", SUNDAY - timedelta(days=30), True, id="C: thirty days"),
        pytest.param("D", SUNDAY - timedelta(days=89), False, id="D: not ninety yet"),
        pytest.param("", SUNDAY - timedelta(days=90), True, id="without a grade like D"),
    ],
)
def test_a_client_is_due_within_the_cycle_of_its_grade(grade, last, due):
    assert codes(grade=grade, last_visit=last) == (["overdue"] if due else [])


@pytest.mark.rule("VIS-13")
def test_a_client_never_visited_is_due_a_cycle_after_it_was_registered():
    assert codes(grade="A", known_since=TODAY - timedelta(days=3)) == ["never_visited"]
    assert codes(grade="B", known_since=TODAY - timedelta(days=3)) == []


@pytest.mark.rule("VIS-13")
def test_nobody_is_late_for_a_client_of_the_open_pool():
    assert codes(grade="A", known_since=date(2020, 1, 1), is_in_pool=True) == []


@pytest.mark.rule("VIS-01")
def test_what_the_production_says_rests_while_the_last_visit_is_within_the_cycle():
    quiet = Quiet(60, 10, 50, date(2026, 9, 19))
    assert codes(quiet=quiet, grade="B", last_visit=LATELY) == []
    assert codes(quiet=quiet, grade="B", last_visit=LATELY, promises=[("回话", TODAY)]) == ["promise"]


@pytest.mark.rule("VIS-01")
def test_the_heaviest_reason_comes_first():
    found = codes(
        promises=[("寄方案", TODAY)], media_note="获奖", media_on=TODAY, quiet=Quiet(60, 10, 0, date(2026, 9, 19))
    )
    assert found == ["promise", "quiet", "media"]


def test_the_earliest_promise_is_named():
    found = reason("promise", promises=[("later", SUNDAY), ("first", TODAY)])
    assert found.values == {"what": "first", "due_on": TODAY}


def test_a_silent_client_weighs_more_the_more_it_brought_up_to_a_bound():
    silent = [reason("quiet", quiet=Quiet(60, 10, nights, date(2026, 9, 19))).points for nights in (0, 100, 5_000)]
    assert silent == [30, 40, 50]


@pytest.mark.rule("VIS-01")
@pytest.mark.parametrize("code", [*proposals.WORDS])
def test_every_reason_can_be_said_in_words(code):
    values = {
        name: name
        for name in (
            "what",
            "due_on",
            "days",
            "usual_gap",
            "now",
            "before",
            "last",
            "cycle",
            "potential",
            "by",
            "note",
            "on",
        )
    }
    assert "%" not in str(proposals.WORDS[code]) % values


WEEK = [date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20)]


@pytest.mark.rule("VIS-01")
def test_clients_of_one_district_are_put_on_one_day():
    found = [Scored(1, "浦东", 90), Scored(2, "静安", 80), Scored(3, "浦东", 10), Scored(4, "静安", 20)]
    placed = proposals.lay_out(found, WEEK, 2)
    assert placed == {1: WEEK[0], 3: WEEK[0], 2: WEEK[1], 4: WEEK[1]}


def test_the_best_find_a_place_and_the_others_none():
    found = [Scored(pk, "", pk) for pk in range(1, 10)]
    assert set(proposals.lay_out(found, WEEK[:2], 2)) == {6, 7, 8, 9}


def test_a_district_too_large_for_a_day_goes_on_the_next():
    found = [Scored(pk, "浦东", 50) for pk in range(1, 6)]
    placed = proposals.lay_out(found, WEEK, 2)
    assert [placed[pk] for pk in range(1, 6)] == [WEEK[0], WEEK[0], WEEK[1], WEEK[1], WEEK[2]]


def test_a_district_that_fits_whole_is_not_torn_for_a_gap():
    found = [Scored(1, "甲", 90), Scored(2, "乙", 80), Scored(3, "乙", 70)]
    placed = proposals.lay_out(found, WEEK[:2], 2)
    assert placed == {1: WEEK[0], 2: WEEK[1], 3: WEEK[1]}


def test_no_day_ever_takes_more_than_its_number():
    found = [Scored(pk, "浦东" if pk % 3 else "静安", pk) for pk in range(1, 40)]
    placed = proposals.lay_out(found, WEEK, 4)
    assert sorted(list(placed.values()).count(day) for day in WEEK) == [4, 4, 4]


@pytest.mark.rule("ORG-05")
def test_the_list_is_laid_over_working_days_make_up_days_among_them():
    found = proposals.working_days(date(2026, 2, 12), date(2026, 2, 15), HotelCalendar())
    assert found == [date(2026, 2, 12), date(2026, 2, 13), date(2026, 2, 14)]
