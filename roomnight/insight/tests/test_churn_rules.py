"""Which rule speaks of whom, by what was known on the day; and how the proof on past months is counted."""

import random
from datetime import date, timedelta
from fractions import Fraction

import pytest

from roomnight.insight.rules.churn import NEVER, Limits, Trail, fit, is_below_habit, month_before, standing
from roomnight.insight.rules.churn_values import CALENDAR, DAYS, GAP, MODEL, MONTH, SEASON
from roomnight.insight.rules.proof import area, month_ends, proved
from roomnight.insight.rules.seasons import Clock, weights_by_month

DAY = date(2026, 6, 30).toordinal()
LIMITS = Limits(14, 3, 90, Fraction(2), 2, Fraction(60), SEASON)
PLAIN = Limits(14, 3, 90, Fraction(2), 2, Fraction(60), CALENDAR)


def house(seed=11, count=120):
    """Clients with gaps of a week to two months; a third of them stopped somewhere on the way."""
    dice, found = random.Random(seed), []
    for account in range(1, count + 1):
        gap, day = dice.choice([7, 14, 21, 40, 60]), DAY - dice.randint(200, 700)
        until = day + dice.randint(60, 500) if dice.random() < 0.35 else DAY
        trail = Trail(account)
        while day <= until:
            trail.days.append(day)
            day += max(1, round(dice.expovariate(1 / gap)))
        found.append(trail)
    return found


def judge(trail, limits=PLAIN, trails=None):
    return standing(trail, fit([*(trails or house()), trail], DAY, limits.clock), limits)


def weekly(last, count=50):
    return [last - 7 * n for n in range(count)][::-1]


@pytest.mark.rule("CHU-01")
def test_who_came_every_week_and_stopped_is_on_alert():
    silent, regular = judge(Trail(0, weekly(DAY - 80))), judge(Trail(0, weekly(DAY - 3)))
    assert silent.rules == {MODEL, DAYS, MONTH, GAP}
    assert silent.p_alive < 0.1 < 0.9 < regular.p_alive
    assert silent.expected < 1 < 15 < regular.expected
    assert regular.rules == frozenset()
    assert (silent.days_since, silent.usual_gap, silent.arrivals) == (80, 7, 50)


@pytest.mark.rule("CHU-01")
def test_who_comes_twice_a_year_is_silent_by_the_days_only():
    rare = judge(Trail(0, [DAY - 600, DAY - 420, DAY - 250, DAY - 70]))
    assert rare.rules == {DAYS}
    assert rare.p_alive > 0.7


@pytest.mark.rule("CHU-02")
@pytest.mark.parametrize("silent", [14, 60, 200, 600])
@pytest.mark.parametrize("limits", [LIMITS, PLAIN])
def test_one_booking_is_too_little_to_say(silent, limits):
    """Whatever the season, and however long ago: the model says nothing, and that is said."""
    once = judge(Trail(0, [DAY - silent]), limits)
    assert once.is_too_little
    assert MODEL not in once.rules
    assert GAP not in once.rules
    assert once.usual_gap is None


@pytest.mark.rule("CHU-02")
def test_a_silence_in_low_season_weighs_less():
    """A house that is empty from November to March: forty days of silence then are less than forty in summer."""
    trails = []
    for account in range(1, 61):
        days, day = [], date(2024, 4, 1).toordinal() + account % 10
        while day <= DAY:
            if 4 <= date.fromordinal(day).month <= 10:
                days.append(day)
            day += 5 + account % 7
        trails.append(Trail(account, days))
    winter, summer = date(2026, 2, 28).toordinal(), date(2025, 9, 30).toordinal()
    by_season = {day: fit(trails, day, SEASON) for day in (winter, summer)}
    assert by_season[winter].clock.between(winter - 40, winter) < 10
    assert by_season[summer].clock.between(summer - 40, summer) > 50
    one = trails[0]
    alerts = [standing(one, fit(trails, winter, clock), LIMITS) for clock in (SEASON, CALENDAR)]
    assert alerts[0].p_alive > 0.8 > 0.1 > alerts[1].p_alive
    assert MODEL not in alerts[0].rules


@pytest.mark.rule("CHU-02")
def test_a_reservation_on_the_books_silences_the_model():
    """Made by then and not cancelled by then: what was booked or cancelled later was not known."""
    days = weekly(DAY - 80)
    for booked, live in (
        ((DAY - 5, DAY + 10, NEVER), 1),
        ((DAY, DAY + 200, DAY + 1), 1),
        ((DAY + 1, DAY + 10, NEVER), 0),
        ((DAY - 5, DAY + 10, DAY), 0),
        ((DAY - 5, DAY, NEVER), 0),
    ):
        found = judge(Trail(0, days, [booked]))
        assert (found.on_the_books, MODEL in found.rules) == (live, not live), booked
        assert {DAYS, GAP} <= found.rules


@pytest.mark.rule("LOST-01")
def test_the_plain_rules_at_their_edges():
    assert [DAYS in judge(Trail(0, weekly(DAY - days))).rules for days in (13, 14)] == [False, True]
    assert [GAP in judge(Trail(0, weekly(DAY - days))).rules for days in (14, 15)] == [False, True]
    month = [day for day in weekly(DAY, 60) if day <= DAY - 30]
    for more, below in ((0, True), (3, True), (4, False)):
        assert is_below_habit([*month, *(DAY - 20 + 2 * n for n in range(more))], DAY, 3) is below
    assert not is_below_habit([DAY - 300 + 20 * n for n in range(13)], DAY, 3)
    assert not is_below_habit(weekly(DAY - 31, 8), DAY, 3)


def test_the_month_before():
    assert [month_before(date(2026, *day)) for day in ((3, 31), (3, 30), (2, 28), (7, 15), (1, 31))] == [
        date(2026, 2, 28), date(2026, 2, 28), date(2026, 1, 31), date(2026, 6, 15), date(2025, 12, 31)
    ]  # fmt: skip
    assert month_ends(date(2026, 8, 20), 3) == [date(2026, 5, 31), date(2026, 6, 30), date(2026, 7, 31)]
    assert month_ends(date(2026, 2, 28), 2) == [date(2026, 1, 31), date(2026, 2, 28)]


@pytest.mark.rule("CHU-01")
def test_nothing_later_than_the_day_is_looked_at():
    """What came after the day changes neither the fit nor any verdict of it."""
    then = DAY - 120
    whole = house()
    cut = [Trail(one.account, [day for day in one.days if day <= then]) for one in whole]
    cut = [one for one in cut if one.days]
    for how in (SEASON, CALENDAR):
        assert fit(whole, then, how).rhythm == fit(cut, then, how).rhythm
    found = fit(whole, then, SEASON)
    seen = [standing(one, found, LIMITS) for one in whole if one.days[0] <= then]
    assert seen == [standing(one, fit(cut, then, SEASON), LIMITS) for one in cut]


def test_the_clock():
    first = date(2025, 1, 1).toordinal()
    clock = Clock(first, first + 400)
    assert clock.between(first + 3, first + 10) == 7
    days = [first + n for n in range(365) for _twice in range(3 if date.fromordinal(first + n).month == 7 else 1)]
    weights = weights_by_month(days, first, first + 364)
    assert weights[7] > 1.9 > 1 > weights[1]
    assert weights_by_month([], first, first + 364) == dict.fromkeys(range(1, 13), 1.0)
    weighted = Clock(first, first + 400, weights)
    july = date(2025, 6, 30).toordinal()
    assert weighted.between(july, july + 31) == pytest.approx(31 * weights[7])


@pytest.mark.rule("CHU-01")
def test_the_proof_counts_what_came():
    """Twelve month-ends whose ninety days are over, clients with three arrivals in the year, each rule by its alerts."""
    trails = house(count=200)
    found = proved(trails, DAY, PLAIN)
    assert (found["first"], found["last"], len(found["months"])) == ("2025-04-30", "2026-03-31", 12)
    assert 0 < found["gone"] < found["cases"]
    area_, low, high = found["areas"][MODEL]
    assert low < area_ < high
    assert area_ > 0.7
    days = found["rules"][DAYS]
    assert days["right"] <= days["alerts"]
    assert days["model_right"] <= days["alerts"]
    booked = [Trail(one.account, one.days, [(0, DAY + 900, NEVER)]) for one in trails]
    vetoed = proved(booked, DAY, PLAIN)
    assert vetoed["booked"] == vetoed["cases"]
    assert [one["alerts"] for one in vetoed["rules"].values()] == [0, 0, 0, 0]
    assert vetoed["areas"][MODEL][0] == 0.5


@pytest.mark.rule("CHU-01")
def test_the_area_under_the_curve():
    """Two of three pairs in order; equal scores count half; alike clients together widen the interval."""
    assert area([3, 1, 2, 0], [True, True, False, False], [1, 2, 3, 4]).area == 0.75
    assert area([1, 1], [True, False], [1, 2]).area == 0.5
    assert area([1, 2], [True, True], [1, 2]) is None
    dice = random.Random(2)
    gone = [dice.random() < 0.4 for _one in range(300)]
    scores = [dice.gauss(0.7 if one else 0, 1) for one in gone]
    alone = area(scores, gone, list(range(300)))
    grouped = area(scores * 4, gone * 4, list(range(300)) * 4)
    assert grouped.area == pytest.approx(alone.area)
    assert grouped.high - grouped.low == pytest.approx(alone.high - alone.low, rel=0.02)
    error = (alone.high - alone.low) / 2 / 1.96
    drawn = []
    for _again in range(200):
        some = dice.choices(range(300), k=300)
        drawn.append(area([scores[n] for n in some], [gone[n] for n in some], list(range(300))).area)
    mean = sum(drawn) / 200
    assert (sum((one - mean) ** 2 for one in drawn) / 199) ** 0.5 == pytest.approx(error, rel=0.2)


def test_too_young_a_hotel_has_no_proof():
    young = [Trail(1, [DAY - 5]), Trail(2, [DAY - 3, DAY])]
    found = proved(young, DAY, LIMITS)
    assert (found["cases"], found["months"], found["areas"][MODEL]) == (0, [], None)
    once = judge(young[0], trails=[young[1]])
    assert (once.p_alive, once.expected, once.rules) == (None, None, frozenset())
    assert date.fromordinal(once.last) == date(2026, 6, 30) - timedelta(days=5)
