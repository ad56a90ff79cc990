"""Which rate applies to a night: forty cases of the rule, and the look-up in one question to the database (AGR-06)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from roomnight.agreements.commands import begin_agreements
from roomnight.agreements.models import Agreement
from roomnight.agreements.queries.rates import agreed_rates
from roomnight.agreements.rules.rates import Cell, Terms, rate_on, rates_for
from roomnight.agreements.rules.seasons import BLACKOUT, periods_of, read_seasons, season_on
from roomnight.agreements.rules.values import SEASONS
from roomnight.kernel.commands import SYSTEM
from tests.world_agreements import rate

SEASON_TABLE = read_seasons(SEASONS.default)
YEAR = (date(2026, 11, 1), date(2027, 10, 31))
FRIDAY, SATURDAY, SUNDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22)


def every_night(price, seasons=("low", "ordinary", "high"), nights=range(1, 8)):
    return tuple(Cell(season, night, Decimal(price), 1, is_linked=False) for season in seasons for night in nights)


def agreement(number, cells, *, distance=0, term=YEAR, until=None, blackouts=()):
    periods = tuple(periods_of(*term, SEASON_TABLE, blackouts))
    return Terms(int(number), f"XY-{number}", "华星", distance, term[0], until or term[1], periods, cells)


OWN = agreement("10", every_night(580))
BY_WEEK = agreement("11", every_night(560, nights=(7, 1, 2, 3, 4)) + every_night(620, nights=(5, 6)))
BY_SEASON = agreement("12", every_night(500, ["low"]) + every_night(560, ["ordinary"]) + every_night(640, ["high"]))
NO_HIGH = agreement("13", every_night(540, ["low", "ordinary"]))
LATER = agreement("20", every_night(550), term=(date(2026, 11, 10), date(2027, 11, 9)))
SAME_DAY = agreement("21", every_night(545), term=(date(2026, 11, 10), date(2027, 11, 9)))
PARENT = agreement("30", every_night(520), distance=1)
GRANDPARENT = agreement("31", every_night(490), distance=2)
EXPIRED = agreement("40", every_night(530), term=(date(2025, 11, 18), date(2026, 11, 17)))
LONG_EXPIRED = agreement("41", every_night(510), term=(date(2024, 1, 1), date(2025, 12, 31)))
AHEAD = agreement("50", every_night(600), term=(date(2027, 1, 1), date(2027, 12, 31)))
FAR_AHEAD = agreement("51", every_night(610), term=(date(2028, 1, 1), date(2028, 12, 31)))
FAIR = agreement("60", every_night(580), blackouts=[(date(2027, 2, 5), date(2027, 2, 12))])
ENDED_EARLY = agreement("70", every_night(570), until=date(2026, 12, 10))
WEEKENDS_ONLY = agreement("80", every_night(610, nights=(5, 6)), term=(date(2026, 11, 15), date(2027, 11, 14)))
NOTHING = agreement("90", ())
NEVER_BEGUN = agreement("71", every_night(570), until=date(2026, 10, 31))
FROM_TODAY = agreement("72", every_night(575), term=(date(2026, 11, 18), date(2027, 11, 17)))
LEAP_YEAR = agreement("73", BY_SEASON.cells, term=(date(2028, 1, 1), date(2028, 12, 31)))
PARENT_S_FAIR = agreement("75", every_night(520), distance=1, blackouts=[(date(2027, 2, 5), date(2027, 2, 12))])
TURN_TABLE = read_seasons(
    [
        {"code": "ordinary", "zh": "平", "en": "Rest"},
        {"code": "turn", "zh": "年", "en": "Turn", "spans": ["12-30/01-03"]},
    ]
)
OVER_NEW_YEAR = Terms(
    74, "XY-74", "华星", 0, *YEAR, tuple(periods_of(*YEAR, TURN_TABLE)), every_night(560, ["ordinary"]) + every_night(880, ["turn"])
)  # fmt: skip
TODAY = date(2026, 11, 18)

CASES = [
    ("the own agreement", TODAY, [OWN], 580, "own", "10"),
    ("its first day", YEAR[0], [OWN], 580, "own", "10"),
    ("the day before its first", YEAR[0] - timedelta(days=1), [OWN], None, "ahead", "10"),
    ("its last day", YEAR[1], [OWN], 580, "own", "10"),
    ("the day after its last", YEAR[1] + timedelta(days=1), [OWN], None, "expired", "10"),
    ("no agreement at all", TODAY, [], None, "none", ""),
    ("a Thursday night", FRIDAY - timedelta(days=1), [BY_WEEK], 560, "own", "11"),
    ("a Friday night", FRIDAY, [BY_WEEK], 620, "own", "11"),
    ("a Saturday night", SATURDAY, [BY_WEEK], 620, "own", "11"),
    ("a Sunday night", SUNDAY, [BY_WEEK], 560, "own", "11"),
    ("a Monday night", SUNDAY + timedelta(days=1), [BY_WEEK], 560, "own", "11"),
    ("the last day of the high season", date(2026, 11, 10), [BY_SEASON], 640, "own", "12"),
    ("the first day after the high season", date(2026, 11, 11), [BY_SEASON], 560, "own", "12"),
    ("the last day before the low season", date(2026, 11, 30), [BY_SEASON], 560, "own", "12"),
    ("the first day of the low season", date(2026, 12, 1), [BY_SEASON], 500, "own", "12"),
    ("the last day of the low season", date(2026, 12, 23), [BY_SEASON], 500, "own", "12"),
    ("Christmas is ordinary", date(2026, 12, 24), [BY_SEASON], 560, "own", "12"),
    ("New Year is ordinary", date(2027, 1, 1), [BY_SEASON], 560, "own", "12"),
    ("the low season begins again", date(2027, 1, 4), [BY_SEASON], 500, "own", "12"),
    ("the last of February", date(2027, 2, 28), [BY_SEASON], 500, "own", "12"),
    ("the first of March", date(2027, 3, 1), [BY_SEASON], 560, "own", "12"),
    ("spring fairs", date(2027, 4, 1), [BY_SEASON], 640, "own", "12"),
    ("no rate in the high season", date(2027, 4, 1), [NO_HIGH], None, "no_rate", "13"),
    ("no rate of its own, the parent's", date(2027, 4, 1), [NO_HIGH, PARENT], 520, "parent", "30"),
    ("two of one client, before the later begins", date(2026, 11, 9), [OWN, LATER], 580, "own", "10"),
    ("two of one client, the later one", date(2026, 11, 10), [OWN, LATER], 550, "newer", "20"),
    ("the order given does not matter", TODAY, [LATER, OWN], 550, "newer", "20"),
    ("begun on one day, the higher number", TODAY, [LATER, SAME_DAY], 545, "newer", "21"),
    ("the earlier one has ended", date(2027, 11, 1), [OWN, LATER], 550, "own", "20"),
    ("the later has no rate that night", SUNDAY, [OWN, WEEKENDS_ONLY], 580, "own", "10"),
    ("the later has a rate that night", FRIDAY, [OWN, WEEKENDS_ONLY], 610, "newer", "80"),
    ("the parent's, for want of an own", TODAY, [PARENT], 520, "parent", "30"),
    ("the own one before a cheaper parent's", TODAY, [PARENT, OWN], 580, "own", "10"),
    ("the nearer parent's before the farther's", TODAY, [GRANDPARENT, PARENT], 520, "parent", "30"),
    ("expired yesterday", TODAY, [EXPIRED], None, "expired", "40"),
    ("on the last day it still held", TODAY - timedelta(days=1), [EXPIRED], 530, "own", "40"),
    ("expired yesterday, but the parent has one", TODAY, [EXPIRED, PARENT], 520, "parent", "30"),
    ("of two expired the one that ended last", TODAY, [LONG_EXPIRED, EXPIRED], None, "expired", "40"),
    ("of two ahead the one that begins first", TODAY, [FAR_AHEAD, AHEAD], None, "ahead", "50"),
    ("a day of next year asked today", date(2027, 1, 1), [AHEAD], 600, "own", "50"),
    ("the day before the excluded days", date(2027, 2, 4), [FAIR], 580, "own", "60"),
    ("the first excluded day", date(2027, 2, 5), [FAIR], None, "blackout", "60"),
    ("the last excluded day", date(2027, 2, 12), [FAIR], None, "blackout", "60"),
    ("after the excluded days", date(2027, 2, 13), [FAIR], 580, "own", "60"),
    ("an excluded day is not given by the parent either", date(2027, 2, 8), [FAIR, PARENT], None, "blackout", "60"),
    ("a second agreement gives what the first excludes", date(2027, 2, 8), [FAIR, LATER], 550, "own", "20"),
    ("the last day of one that ended early", date(2026, 12, 10), [ENDED_EARLY], 570, "own", "70"),
    ("after the early end", date(2026, 12, 11), [ENDED_EARLY], None, "expired", "70"),
    ("terminated before it began", TODAY, [NEVER_BEGUN], None, "expired", "71"),
    ("terminated before it began, but the parent has one", TODAY, [NEVER_BEGUN, PARENT], 520, "parent", "30"),
    ("begins today", TODAY, [FROM_TODAY], 575, "own", "72"),
    ("begins today and is the newer one", TODAY, [OWN, FROM_TODAY], 575, "newer", "72"),
    ("begins tomorrow", TODAY - timedelta(days=1), [FROM_TODAY], None, "ahead", "72"),
    ("28 February of a leap year", date(2028, 2, 28), [LEAP_YEAR], 500, "own", "73"),
    ("the leap day is of the season that ends with February", date(2028, 2, 29), [LEAP_YEAR], 500, "own", "73"),
    ("the day after a leap day", date(2028, 3, 1), [LEAP_YEAR], 560, "own", "73"),
    ("the last night of the year in a season over New Year", date(2026, 12, 31), [OVER_NEW_YEAR], 880, "own", "74"),
    ("the first night of the year in a season over New Year", date(2027, 1, 1), [OVER_NEW_YEAR], 880, "own", "74"),
    ("the day after a season over New Year", date(2027, 1, 4), [OVER_NEW_YEAR], 560, "own", "74"),
    ("the parent's excluded day", date(2027, 2, 8), [PARENT_S_FAIR], None, "blackout", "75"),
    ("what the parent excludes the own one gives", date(2027, 2, 8), [OWN, PARENT_S_FAIR], 580, "own", "10"),
    ("another room type", TODAY, [NOTHING], None, "no_rate", "90"),
]


@pytest.mark.rule("AGR-06")
@pytest.mark.parametrize(
    ("day", "agreements", "price", "because", "number"), [pytest.param(*one[1:], id=one[0]) for one in CASES]
)
def test_the_rate_of_a_night(day, agreements, price, because, number):
    found = rate_on(day, agreements)
    assert (found.cell.rate if found.cell else None) == price
    assert found.because == because
    assert (found.terms.number if found.terms else "") == (f"XY-{number}" if number else "")


def test_there_are_forty_cases():
    assert len(CASES) >= 40


def test_a_stay_is_its_nights_without_the_day_of_departure():
    found = rates_for(FRIDAY, SUNDAY + timedelta(days=1), [BY_WEEK])
    assert [(one.day, one.cell.rate) for one in found] == [(FRIDAY, 620), (SATURDAY, 620), (SUNDAY, 560)]
    assert len(rates_for(FRIDAY, FRIDAY, [BY_WEEK])) == 1


@pytest.mark.parametrize(
    ("day", "season"),
    [(date(2026, 12, 31), "turn"), (date(2027, 1, 3), "turn"), (date(2027, 1, 4), "rest"), (date(2027, 4, 15), "fair"),
     (date(2028, 4, 15), "rest")],
)  # fmt: skip
def test_spans_over_new_year_and_of_one_year(day, season):
    table = read_seasons(
        [
            {"code": "rest", "zh": "平", "en": "Rest"},
            {"code": "turn", "zh": "年", "en": "Turn", "spans": ["12-30/01-03"]},
            {"code": "fair", "zh": "展", "en": "Fair", "spans": ["2027-04-15/2027-04-20"]},
        ]
    )
    assert season_on(day, table) == season
    assert season_on(day, table, [(day, day)]) == BLACKOUT


@pytest.mark.parametrize(
    "table",
    [
        [], [{"code": "a", "zh": "甲", "en": "A"}, {"code": "b", "zh": "乙", "en": "B"}],
        [{"code": "a", "zh": "甲", "en": "A"}, {"code": "b", "zh": "乙", "en": "B", "spans": ["02-30/03-01"]}],
        [{"code": "a", "zh": "甲", "en": "A"}, {"code": "b", "zh": "乙", "en": "B", "spans": ["2027-05-01/2027-04-01"]}],
        [{"code": "A!", "zh": "甲", "en": "A"}], [{"code": "a", "zh": "", "en": "A"}],
    ],
)  # fmt: skip
def test_tables_of_seasons_that_are_none(table):
    with pytest.raises((ValueError, KeyError)):
        read_seasons(table)


@pytest.mark.rule("AGR-06")
@pytest.mark.django_db
@pytest.mark.usefixtures("at_work")
def test_one_question_to_the_database(world):
    parent, child = world.huaxing, world.jinyuan
    child.parent = parent
    child.save(update_fields=["parent"])
    with CaptureQueriesContext(connection, ) as asked:  # fmt: skip
        found = agreed_rates(child.pk, "deluxe", FRIDAY, SUNDAY + timedelta(days=1))
    assert len(asked) == 1
    assert [(one.because, one.terms.number, one.cell.rate) for one in found] == [
        ("parent", world.agreement.number, Decimal(760)), ("parent", world.agreement.number, Decimal(760)),
        ("parent", world.agreement.number, Decimal(720)),
    ]  # fmt: skip
    assert [one.because for one in agreed_rates(world.donghai.pk, "deluxe", TODAY, TODAY)] == ["none"]
    assert [one.because for one in agreed_rates(parent.pk, "suite", TODAY, TODAY)] == ["no_rate"]


@pytest.mark.django_db
@pytest.mark.usefixtures("at_work")
def test_what_is_not_signed_gives_no_rate(world):
    Agreement.objects.exclude(pk=world.agreement.pk).filter(account=world.huaxing).update(starts_on=TODAY)
    begin_agreements(actor=SYSTEM, hotel=world.lujiazui, on=TODAY)
    (found,) = agreed_rates(world.huaxing.pk, "superior", TODAY, TODAY)
    assert (found.terms.number, found.because) == (world.agreement.number, "own")
    assert found.cell.rate == rate()["rate"]


@pytest.mark.rule("AGR-06")
@pytest.mark.django_db
@pytest.mark.usefixtures("at_work")
@pytest.mark.parametrize("who", ["chen", "luo", "cao"])
def test_the_page_says_rate_and_why(world, browse, who):
    path = "/h/lujiazui/agreements/rates/"
    sent = {"account": world.huaxing.pk, "arrival": "2026-11-20", "departure": "2026-11-22", "room_type": "deluxe"}
    answer = browse(who).get(path, sent)
    assert [str(night["rate"]) for night in answer.context["nights"]] == ["760.00", "760.00"]
    assert bool(answer.context["nights"][0]["url"]) is (who != "luo")
    assert browse(who).get(path, {**sent, "departure": "2026-11-20"}).status_code == 422
