"""Days, numbers and telephone numbers as people type them and as spreadsheets mangle them."""

from datetime import date
from decimal import Decimal

import pytest

from roomnight.kernel.tables.values import (
    NOT_COMPUTED,
    Bad,
    read_code,
    read_day,
    read_number,
    read_percent,
    read_phone,
    read_whole,
    read_yes,
    unusable,
)

pytestmark = pytest.mark.rule("PMS-05")
FIRST = date(2026, 11, 1)


@pytest.mark.parametrize(
    "text",
    ["2026-11-1", "2026-11-01", "2026/11/01", "2026/11/1", "2026.11.1", "2026年11月1日", "２０２６年１１月１日", "20261101",
     "01-Nov-2026", "1 November 2026", "Nov 1, 2026", "1-Nov-26", "46327", "46327.5", "2026-11-01 00:00:00", "2026-11-01T08:30",
     "2026/11/1 8:30:00", "2026年11月1日 8时30分"],
)  # fmt: skip
def test_a_day_in_every_way_people_write_it(text):
    assert read_day(text) == FIRST


@pytest.mark.parametrize(
    ("text", "order", "found"),
    [
        ("30/11/2026", "", date(2026, 11, 30)),
        ("11/30/2026", "", date(2026, 11, 30)),
        ("03/03/2026", "", date(2026, 3, 3)),
        ("01/11/2026", "", Bad("ambiguous_date")),
        ("01/11/2026", "dmy", FIRST),
        ("11/01/2026", "mdy", FIRST),
        ("30/11/2026", "mdy", Bad("not_a_date")),
        ("2026-02-30", "", Bad("not_a_date")),
        ("2026", "", Bad("not_a_date")),
        ("6001", "", Bad("not_a_date")),
        ("0216-01-30", "", Bad("not_a_date")),
        ("明天", "", Bad("not_a_date")),
        ("1-Foo-2026", "", Bad("not_a_date")),
    ],
)
def test_a_day_that_can_be_read_in_two_ways_or_none(text, order, found):
    assert read_day(text, order) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,280.00", Decimal("1280.00")),
        ("¥1280", Decimal(1280)),
        ("￥1,280元", Decimal(1280)),
        ("１２８０", Decimal(1280)),
        ("1.2万", Decimal(12000)),
        ("120 间夜", Decimal(120)),
        ("500人", Decimal(500)),
        ("(300.5)", Decimal("-300.5")),
        ("−300", Decimal(-300)),
        ("15%", Decimal("0.15")),
        ("1.2E+3", Decimal(1200)),
        ("1.280,00", Bad("not_a_number")),
        ("12,80", Bad("not_a_number")),
        ("NaN", Bad("not_a_number")),
        ("", Bad("not_a_number")),
        (".", Bad("not_a_number")),
        ("约100", Bad("not_a_number")),
    ],
)
def test_a_number_in_every_way_people_write_it(text, found):
    assert read_number(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2.0", 2),
        ("1,200 人", 1200),
        ("1.5", Bad("not_whole")),
        ("-1", Bad("negative")),
        ("2000000000", Bad("too_large")),
    ],
)
def test_a_count(text, found):
    assert read_whole(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("85%", 85), ("85", 85), ("0.85", 85), ("1", 1), ("8.5", Bad("not_whole")), ("101", Bad("too_large"))],
)
def test_a_percentage(text, found):
    assert read_percent(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("13812348866", "13812348866"),
        ("13812348866.0", "13812348866"),
        ("1.39E+10", Bad("lost_digits")),
        ("１３８ 1234 8866", "138 1234 8866"),
        ("021-58881234转801", "021-58881234转801"),
        ("无", Bad("not_a_phone")),
    ],
)
def test_a_telephone_number_and_what_a_spreadsheet_makes_of_it(text, found):
    assert read_phone(text) == found


@pytest.mark.parametrize(
    ("text", "found"), [("6.22848E+18", Bad("lost_digits")), ("007", "007"), ("223.0", "223"), ("1E5Z", "1E5Z")]
)
def test_a_long_number(text, found):
    assert read_code(text) == found


def test_yes_and_no():
    assert [read_yes(one) for one in ("是", "Y", "√", "否", "0", "也许")] == [
        True,
        True,
        True,
        False,
        False,
        Bad("unknown_value"),
    ]


def test_a_formula_nobody_computed_is_said():
    assert unusable(NOT_COMPUTED) == Bad("not_computed")
    assert unusable("#N/A") == Bad("error_value")
    assert unusable("华星") is None
