"""Days and numbers of the protection list, edge by edge."""

from datetime import date

import pytest

from roomnight.clients import rules
from roomnight.clients.rules import Held
from roomnight.clients.rules.statements import month_before, month_end

TODAY = date(2026, 11, 18)


@pytest.mark.rule("OWN-02")
@pytest.mark.parametrize(
    ("stage", "may"),
    [("lead", True), ("target", True), ("negotiating", True), ("active", False), ("dormant", False), ("lost", False),
     ("invalid", False), ("blacklisted", False)],
)  # fmt: skip
def test_only_who_is_not_yet_won_is_protected(stage, may):
    assert rules.may_be_protected(stage) is may


@pytest.mark.rule("OWN-02")
def test_the_numbers_of_the_spec():
    assert (rules.PROTECTION_MAX.default, rules.PROTECTION_DAYS.default) == (20, 30)
    assert rules.protected_until(TODAY, 30) == date(2026, 12, 18)


@pytest.mark.rule("OWN-02")
@pytest.mark.parametrize(
    ("case", "until", "expected"),
    [
        ("still running: counted from its end", date(2026, 11, 20), date(2026, 12, 20)),
        ("gone by: counted from today", date(2026, 11, 10), date(2026, 12, 18)),
    ],
)
def test_an_extension(case, until, expected):
    assert rules.extended_until(until, TODAY, 30) == expected


@pytest.mark.rule("OWN-07")
@pytest.mark.parametrize(
    ("case", "until", "on", "expected"),
    [
        ("a visit lengthens it", date(2026, 11, 20), TODAY, date(2027, 2, 16)),
        ("an old arrival does not shorten it", date(2027, 6, 1), TODAY, date(2027, 6, 1)),
    ],
)
def test_a_renewal(case, until, on, expected):
    assert rules.renewed_until(until, on, 90) == expected


@pytest.mark.rule("OWN-07")
@pytest.mark.parametrize(
    ("until", "left", "told"),
    [(date(2026, 11, 26), 8, False), (date(2026, 11, 25), 7, True), (TODAY, 0, True), (date(2026, 11, 17), -1, True)],
)
def test_days_left_and_notice(until, left, told):
    assert rules.days_left(until, TODAY) == left
    assert rules.notice_due(until, TODAY, 7) is told


@pytest.mark.rule("OWN-07")
@pytest.mark.parametrize(
    ("case", "ended", "started", "acts", "may"),
    [
        ("never before", None, None, (None, None), True),
        ("given up yesterday, nothing done", date(2026, 11, 17), date(2026, 11, 1), (None, None), False),
        ("a visit before it began does not count", date(2026, 11, 17), date(2026, 11, 1), (date(2026, 10, 31), None), False),
        ("a visit on the day it began", date(2026, 11, 17), date(2026, 11, 1), (date(2026, 11, 1), None), True),
        ("an arrival since", date(2026, 11, 17), date(2026, 11, 1), (None, date(2026, 11, 16)), True),
        ("29 days ago", date(2026, 10, 20), date(2026, 10, 1), (None, None), False),
        ("30 days ago", date(2026, 10, 19), date(2026, 10, 1), (None, None), True),
    ],
)  # fmt: skip
def test_letting_go_and_taking_again_is_no_way_round(case, ended, started, acts, may):
    assert rules.may_protect_again(ended, started, acts, TODAY, 30) is may


@pytest.mark.rule("OWN-07")
@pytest.mark.parametrize(
    ("case", "idle", "day"),
    [
        ("167 days till the lapse", date(2026, 11, 5), None),
        ("15 days till the lapse: not yet", date(2026, 6, 6), None),
        ("14 days till the lapse", date(2026, 6, 5), date(2026, 12, 2)),
        ("long lapsed: the notice is kept all the same", date(2025, 1, 1), date(2026, 12, 2)),
    ],
)
def test_the_day_a_won_client_goes_back(case, idle, day):
    assert rules.release_day(TODAY, idle, 180, 14) == day


@pytest.mark.rule("OWN-07")
def test_who_holds_too_many_loses_those_left_alone_longest_and_never_a_safe_one():
    held = [
        Held(1, date(2026, 3, 1), is_safe=True),
        Held(2, date(2026, 4, 1), is_safe=False),
        Held(3, date(2026, 9, 1), is_safe=False),
        Held(4, date(2026, 2, 1), is_safe=False),
    ]
    assert rules.too_many(held, 4) == []
    assert rules.too_many(held, 3) == [4]
    assert rules.too_many(held, 2) == [4, 2]
    assert rules.too_many(held, 0) == [4, 2, 3]


@pytest.mark.rule("OWN-07")
def test_idle_since_is_the_last_thing_that_happened():
    assert rules.idle_since(date(2026, 1, 1), None, date(2026, 5, 1), None) == date(2026, 5, 1)
    assert rules.idle_since(date(2026, 1, 1), None) == date(2026, 1, 1)


@pytest.mark.rule("OWN-01")
@pytest.mark.parametrize(
    ("importance", "agreement_until", "needs"),
    [("important", None, True), ("ordinary", None, False), ("ordinary", TODAY, True),
     ("ordinary", date(2026, 11, 17), False), ("important", date(2026, 1, 1), True)],
)  # fmt: skip
def test_who_needs_an_owner(importance, agreement_until, needs):
    assert rules.needs_owner(importance, agreement_until, TODAY) is needs


@pytest.mark.rule("OWN-08")
@pytest.mark.parametrize(
    ("today", "month", "end"),
    [(date(2026, 11, 1), date(2026, 10, 1), date(2026, 10, 31)), (date(2026, 3, 31), date(2026, 2, 1), date(2026, 2, 28)),
     (date(2027, 1, 1), date(2026, 12, 1), date(2026, 12, 31)), (date(2028, 3, 1), date(2028, 2, 1), date(2028, 2, 29))],
)  # fmt: skip
def test_the_month_of_a_statement(today, month, end):
    assert month_before(today) == month
    assert month_end(month) == end
