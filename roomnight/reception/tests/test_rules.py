"""The reception procedure's own reckoning: levels, budgets, notice, seats, what has to be ready."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from roomnight.reception.rules.preparations import needed, read_preparations
from roomnight.reception.rules.seating import facing, in_row
from roomnight.reception.rules.standards import days_short, level_of, propose_level, read_standards
from roomnight.reception.rules.values import LEVEL_WORDS, PREPARATIONS, STANDARDS

STANDARD = read_standards(STANDARDS.default)

# level: lunch for 1…6 guests, dinner for 1…6 guests
TABLE = {
    "ordinary": ([300, 300, 400, 500, 600, 700], [300, 300, 400, 500, 600, 700]),
    "senior": ([500, 500, 700, 900, 1100, 1300], [500, 500, 700, 900, 1100, 1300]),
    "special": ([300, 300, 600, 900, 1200, 1500], [300, 300, 600, 900, 1200, 1500]),
}


@pytest.mark.rule("RCP-02")
@pytest.mark.parametrize("level", TABLE)
@pytest.mark.parametrize("guests", range(1, 7))
def test_the_budget_of_each_meal(level, guests):
    lunch, dinner = TABLE[level]
    assert STANDARD[level].meal("lunch", guests) == lunch[guests - 1]
    assert STANDARD[level].meal("dinner", guests) == dinner[guests - 1]


@pytest.mark.rule("RCP-02")
def test_further_guests_may_count_once_for_the_visit():
    table = {**STANDARDS.default, "special": {**STANDARDS.default["special"], "extra_each": "visit"}}
    special = read_standards(table)["special"]
    assert special.meal("dinner", 5) == 300
    assert special.meals(["lunch", "dinner"], 5) == 300 + 300 + 3 * 300
    assert STANDARD["special"].meals(["lunch", "dinner"], 5) == 2 * (300 + 3 * 300)


@pytest.mark.parametrize(("meal", "guests"), [("lunch", 0), ("breakfast", 2)])
def test_no_budget_for_nobody_or_for_what_is_no_meal(meal, guests):
    with pytest.raises(ValueError, match=meal):
        STANDARD["senior"].meal(meal, guests)


@pytest.mark.parametrize("change", [{"lunch": "-1"}, {"extra_each": "day"}, {"dinner": "viel"}, {"company": None}])
def test_a_table_that_is_none_is_not_taken(change):
    table = {**STANDARDS.default, "senior": {**STANDARDS.default["senior"], **change}}
    assert not STANDARDS.check(table)
    assert STANDARDS.check(STANDARDS.default)
    assert not STANDARDS.check({"senior": STANDARDS.default["senior"]})


@pytest.mark.rule("RCP-02")
@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("技术员", "ordinary"), ("室内设计师", "ordinary"), ("业务专员", "ordinary"), ("", "ordinary"), ("会计", "ordinary"),
        ("采购总监", "senior"), ("集团总经理", "senior"), ("常务副总", "senior"), ("副董事长", "senior"), ("出口商", "senior"),
        ("董事长", "special"), ("市长", "special"), ("品牌总裁", "special"), ("Chairman of the board", "special"),
        ("Purchasing Manager", "senior"), ("Vice President Procurement", "senior"), ("President", "special"),
    ],
)  # fmt: skip
def test_the_level_of_a_title(title, level):
    assert level_of(title, LEVEL_WORDS.default) == level


@pytest.mark.rule("RCP-02")
def test_the_highest_title_decides():
    assert propose_level(["设计师", "采购经理", "市长", "总经理"], LEVEL_WORDS.default) == ("special", "市长")
    assert propose_level(["设计师"], LEVEL_WORDS.default) == ("ordinary", "")


@pytest.mark.rule("RCP-03")
@pytest.mark.parametrize(
    ("done", "notice", "late"),
    [(date(2026, 11, 20), 7, 0), (date(2026, 11, 23), 7, 0), (date(2026, 11, 24), 7, 1), (date(2026, 11, 29), 2, 1)],
)
def test_how_much_too_late(done, notice, late):
    assert days_short(done, date(2026, 11, 30), notice) == late


@pytest.mark.rule("RCP-05")
def test_the_most_senior_sits_in_the_middle_and_hosts_opposite():
    assert facing(["王", "李", "张"], ["总", "副"]) == (["李", "王", "张"], ["副", "总", None])
    assert facing(["王"], ["总", "副", "销", "部"]) == ([None, None, "王", None], ["部", "副", "总", "销"])
    assert facing([], []) == ([], [])


@pytest.mark.rule("RCP-05")
@pytest.mark.parametrize("n", range(1, 12))
def test_ranks_alternate_around_the_middle_without_a_gap(n):
    row = in_row(list(range(1, n + 1)))
    assert row[0] == 1
    assert sorted(row) == list(range(min(row), max(row) + 1))
    assert abs(max(row) + min(row)) <= 1
    for place, rank in row.items():
        assert all(row[other] < rank for other in row if abs(other) < abs(place))


ARRIVES = datetime(2026, 11, 30, 10, 0)
ALL = read_preparations(PREPARATIONS.default)


@pytest.mark.rule("RCP-05")
def test_what_has_to_be_ready_follows_from_level_and_programme():
    talks, dinner = ARRIVES + timedelta(hours=5), ARRIVES + timedelta(hours=9)
    assert needed(ALL, "ordinary", ARRIVES, []) == {}
    ordinary = needed(ALL, "ordinary", ARRIVES, [("talks", talks)])
    assert set(ordinary) == {"meeting_room", "name_cards", "brochures", "tea", "samples"}
    assert ordinary["tea"] == talks - timedelta(hours=1)
    special = needed(ALL, "special", ARRIVES, [("talks", talks), ("dinner", dinner), ("pick_up", ARRIVES)])
    assert set(special) >= {"flags", "film", "flowers", "slides", "speech", "gifts", "meals", "car", "signs"}
    assert special["gifts"] == ARRIVES - timedelta(hours=24)


def test_the_first_of_its_kind_decides_when():
    later, first = ARRIVES + timedelta(hours=30), ARRIVES + timedelta(hours=4)
    assert needed(ALL, "ordinary", ARRIVES, [("dinner", later), ("dinner", first)])["meals"] == first - timedelta(
        hours=24
    )


@pytest.mark.parametrize(
    "row",
    [
        {"what": "tea", "level": "gold", "parts": ["talks"], "hours_before": 1},
        {"what": "tea", "level": "senior", "parts": [], "hours_before": 1},
        {"what": "tea", "level": "senior", "parts": ["talks"], "hours_before": -1},
        {"level": "senior"},
    ],
)
def test_a_list_of_preparations_that_is_none_is_not_taken(row):
    assert not PREPARATIONS.check([row])


def test_amounts_are_exact():
    table = {**STANDARDS.default, "ordinary": {**STANDARDS.default["ordinary"], "lunch": "0.1", "extra": "0.2"}}
    assert read_standards(table)["ordinary"].meal("lunch", 3) == Decimal("0.3")
