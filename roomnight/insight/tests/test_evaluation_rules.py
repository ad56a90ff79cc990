"""Weights, points, total, grade: worked out exactly (EVA-01)."""

from datetime import date
from decimal import Decimal

import pytest

from roomnight.insight.rules.evaluation import (
    cuts_fall,
    gap_is_wide,
    grade_of,
    is_template,
    months_later,
    needs_measures,
    points,
    proposed_conclusion,
    read_template,
    total,
)
from roomnight.insight.rules.evaluation_values import CUTS, TEMPLATE


def row(name="高层接触", weight=100):
    return {"names": [name], "weight": weight}


@pytest.mark.rule("EVA-01")
@pytest.mark.parametrize(
    ("table", "good"),
    [
        pytest.param([row()], True, id="one that is everything"),
        pytest.param([row("甲", 33), row("乙", 33), row("丙", 34)], True, id="three that make a hundred"),
        pytest.param([row("甲", 33), row("乙", 33), row("丙", 33)], False, id="ninety-nine"),
        pytest.param([row("甲", 60), row("乙", 41)], False, id="a hundred and one"),
        pytest.param([row("甲", 50), row("甲", 50)], False, id="one name twice"),
        pytest.param([row("甲", 100), row("乙", 0)], False, id="a weight of nothing"),
        pytest.param([row("甲", 120), row("乙", -20)], False, id="a weight below nothing"),
        pytest.param([row("甲", 50.5), row("乙", 49.5)], False, id="half percents"),
        pytest.param([row("", 100)], False, id="no name"),
        pytest.param([], False, id="no indicator"),
        pytest.param([{"names": ["甲", "One", "Un"], "weight": 100}], False, id="three names"),
        pytest.param({"甲": 100}, False, id="not a list"),
    ],
)
def test_the_weights_of_a_template_make_up_exactly_a_hundred(table, good):
    assert is_template(table) is good


@pytest.mark.rule("EVA-01")
def test_the_shipped_template_is_whole_in_both_languages():
    found = read_template(TEMPLATE.default)
    assert sum(one.weight for one in found) == 100
    assert all(one.name and one.name_en for one in found)


@pytest.mark.rule("EVA-01")
def test_points_and_total_are_exact():
    assert points(15, 5) == Decimal("15.0")
    assert points(15, 1) == Decimal("3.0")
    assert points(7, 3) == Decimal("4.2")
    lines = [(33, 3), (33, 4), (34, 5)]
    assert total(lines) == Decimal("80.2") == sum(points(*line) for line in lines)
    assert total([(weight, 5) for weight in (33, 33, 34)]) == Decimal("100.0")


@pytest.mark.rule("EVA-01")
def test_a_missing_score_is_missing_and_never_nothing():
    assert total([(50, 5), (50, None)]) is None


@pytest.mark.parametrize(
    ("found", "grade"),
    [("100", "partner"), ("80", "partner"), ("79.9", "stable"), ("60", "stable"), ("59.9", "ordinary"), ("40", "ordinary"), ("39.9", "danger")],
)  # fmt: skip
def test_the_grade_of_a_total(found, grade):
    assert grade_of(Decimal(found), CUTS.default) == grade


@pytest.mark.parametrize(
    ("grade", "conclusion", "needed"),
    [
        ("partner", "keep", False), ("stable", "improve", True), ("ordinary", "keep", True), ("danger", "improve", True),
        ("danger", "end", False),
    ],
)  # fmt: skip
def test_a_weak_relation_needs_measures(grade, conclusion, needed):
    assert needs_measures(grade, conclusion) is needed


def test_what_a_grade_suggests():
    assert [proposed_conclusion(one) for one in ("partner", "stable", "ordinary", "danger")] == [
        "keep", "keep", "improve", "end",
    ]  # fmt: skip


def test_cuts_fall_from_grade_to_grade():
    assert cuts_fall({"partner": 90, "stable": 70, "ordinary": 50})
    assert not cuts_fall({"partner": 70, "stable": 70, "ordinary": 50})
    assert not cuts_fall({"partner": 70, "stable": 50})


def test_two_who_are_far_apart():
    assert gap_is_wide(5, 3, 2)
    assert not gap_is_wide(4, 3, 2)
    assert not gap_is_wide(4, None, 2)


@pytest.mark.rule("EVA-03")
@pytest.mark.parametrize(
    ("on", "months", "then"),
    [
        (date(2026, 5, 31), 6, date(2026, 11, 30)), (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 11, 18), 6, date(2027, 5, 18)), (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)  # fmt: skip
def test_so_many_months_later(on, months, then):
    assert months_later(on, months) == then
