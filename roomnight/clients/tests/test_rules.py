"""What the hotel has decided about clients, case by case."""

from datetime import date

import pytest

from roomnight.clients import rules

STAGES = ("lead", "target", "negotiating", "active", "dormant", "lost", "invalid", "blacklisted")
STEPS = {
    "lead": {"target", "negotiating", "active"},
    "target": {"lead", "negotiating", "active"},
    "negotiating": {"target", "active", "lost"},
    "active": {"dormant", "lost"},
    "dormant": {"active", "lost"},
    "lost": {"active", "negotiating"},
    "invalid": {"lead", "blacklisted"},
    "blacklisted": {"lead", "invalid"},
}


@pytest.mark.rule("ACC-02")
@pytest.mark.parametrize("old", STAGES)
def test_where_a_client_may_go(old):
    onwards = STEPS[old] | ({"invalid", "blacklisted"} - {old})
    assert {new for new in STAGES if rules.may_move(old, new)} == onwards


@pytest.mark.rule("ACC-02")
@pytest.mark.parametrize(
    ("old", "new", "needed"),
    [
        ("lead", "target", False),
        ("active", "dormant", False),
        ("lost", "active", False),
        ("active", "lost", True),
        ("lead", "invalid", True),
        ("active", "blacklisted", True),
        ("invalid", "lead", True),
        ("blacklisted", "invalid", True),
    ],
)
def test_when_a_reason_is_asked_for(old, new, needed):
    assert rules.reason_needed(old, new) is needed


@pytest.mark.rule("ACC-03")
@pytest.mark.parametrize(
    ("known", "reachable"),
    [
        ({"mobile": "13812348866"}, True),
        ({"wechat": "fang"}, True),
        ({"email": "f@example.com"}, True),
        ({"qq": "10001"}, True),
        ({"other_way": "through the front desk"}, True),
        ({"home_address": "世纪大道 100 号"}, True),
        ({}, False),
        ({"mobile": "", "name": "王芳", "job_title": "经理"}, False),
    ],
)
def test_one_way_to_reach_a_person_is_enough_and_need_not_be_a_number(known, reachable):
    assert rules.reachable(known) is reachable


@pytest.mark.rule("ACC-03")
@pytest.mark.parametrize(
    ("month", "day", "lunar", "real"),
    [
        (None, None, False, True),
        (2, 29, False, True),
        (2, 30, False, False),
        (2, 30, True, True),
        (4, 31, False, False),
        (12, 31, False, True),
        (12, 31, True, False),
        (13, 1, False, False),
        (5, None, False, False),
        (None, 5, False, False),
        (5, 0, False, False),
    ],
)
def test_which_birthdays_exist(month, day, lunar, real):
    assert rules.real_day(month, day, lunar=lunar) is real


@pytest.mark.rule("VIS-13")
@pytest.mark.parametrize(
    ("last", "grade", "due"),
    [
        (date(2026, 11, 1), "A", date(2026, 11, 8)),
        (date(2026, 11, 1), "B", date(2026, 11, 15)),
        (date(2026, 11, 1), "", date(2027, 1, 30)),
        (None, "C", date(2026, 10, 31)),
    ],
)
def test_when_a_client_is_to_be_visited_again(last, grade, due):
    assert rules.next_visit_due(last, date(2026, 10, 1), grade, rules.VISIT_CYCLE_DAYS.default) == due


@pytest.mark.rule("ACC-01")
@pytest.mark.parametrize(
    ("shares", "fit"),
    [
        ([], True),
        ([None, None], True),
        ([60, 40], True),
        ([60, 41], False),
        ([101], False),
        ([-1], False),
        ([100, None], True),
    ],
)
def test_which_shares_of_competitors_can_be_true_together(shares, fit):
    assert rules.shares_fit(shares) is fit


@pytest.mark.parametrize(
    ("now", "before", "percent"),
    [
        (486, 440, 10),
        (38, 130, -71),
        (0, 10, -100),
        (5, 0, None),
        (0, 0, None),
        (205, 200, 3),
        (195, 200, -3),
        (10, 10, 0),
    ],
)
def test_by_how_much_something_grew(now, before, percent):
    assert rules.change_percent(now, before) == percent


@pytest.mark.rule("OWN-01")
def test_only_an_important_client_must_have_an_owner():
    assert rules.needs_owner("important")
    assert not rules.needs_owner("ordinary")


def test_a_cycle_needs_all_four_grades_and_sane_days():
    check = rules.VISIT_CYCLE_DAYS.check
    assert check({"A": 7, "B": 14, "C": 30, "D": 90})
    assert not check({"A": 7, "B": 14, "C": 30})
    assert not check({"A": 0, "B": 14, "C": 30, "D": 90})
