from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomnight.kernel.money import ZERO, cents, format_money, parse_money, total

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=2)


@pytest.mark.parametrize(
    ("what", "value", "expected"),
    [
        ("half a cent goes up", "2.345", "2.35"),
        ("half a cent below nothing goes down", "-2.345", "-2.35"),
        ("half a cent above an even one goes up too", "2.325", "2.33"),
        ("less than half a cent is dropped", "2.3449", "2.34"),
        ("a whole number gets its cents", 7, "7.00"),
        ("nothing has no sign", "-0.004", "0.00"),
        ("an amount of any size stays exact", "12345678901234567890123456.785", "12345678901234567890123456.79"),
    ],
)
def test_rounding_to_the_cent(what, value, expected):
    assert str(cents(value)) == expected


@pytest.mark.parametrize("value", [0.1, 2.345, 0.0])
def test_a_float_is_never_money(value):
    with pytest.raises(TypeError):
        cents(value)


@pytest.mark.parametrize("value", ["", "abc", "NaN", "Infinity", Decimal("Infinity")])
def test_no_amounts(value):
    with pytest.raises(ValueError, match="not an amount"):
        cents(value)


@given(st.lists(AMOUNTS, max_size=50))
def test_sums_are_exact(amounts):
    assert total(amounts) == Decimal(sum(int(amount * 100) for amount in amounts)).scaleb(-2)


def test_the_sum_of_nothing_and_of_ten_dimes():
    assert str(total([])) == "0.00"
    assert total([Decimal("0.10")] * 10) == 1
    assert str(total([Decimal("1e26"), Decimal("0.01")])) == "100000000000000000000000000.01"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("12345", "12345.00"),
        ("12,345.6", "12345.60"),
        ("¥12,345.00", "12345.00"),
        ("￥１２，３４５．００", "12345.00"),
        ("¥ 12", "12.00"),
        ("RMB 100", "100.00"),
        ("人民币100元", "100.00"),
        ("100元整", "100.00"),
        ("HK$5", "5.00"),
        ("1.2万", "12000.00"),
        ("3亿元", "300000000.00"),
        (".5", "0.50"),
        ("5.", "5.00"),
        ("-300.5", "-300.50"),
        ("−300.5", "-300.50"),
        ("-¥300.50", "-300.50"),
        ("¥-300.50", "-300.50"),
        ("(300.50)", "-300.50"),
        ("（¥300.50）", "-300.50"),
        ("+12", "12.00"),
        ("5400", "5400.00"),
        ("75.60", "75.60"),
        ("-0", "0.00"),
    ],
)
def test_amounts_as_people_type_them(typed, expected):
    assert str(parse_money(typed)) == expected


@pytest.mark.parametrize(
    ("what", "typed"),
    [
        ("nothing", ""),
        ("a currency only", "¥"),
        ("a point only", "."),
        ("words", "about 5"),
        ("a comma in the wrong place", "12,3456"),
        ("a comma as a decimal point", "12,5"),
        ("two numbers", "5 6"),
        ("a sign in the middle", "1$2"),
        ("a sign behind", "5-"),
        ("two signs", "-¥-5"),
        ("less than nothing twice over", "(-5)"),
        ("an exponent", "1e5"),
        ("not a number", "NaN"),
        ("a tenth of a cent", "1.234"),
        ("a tenth of a cent in ten thousands", "1.2345678万"),
    ],
)
def test_what_is_not_an_amount_is_refused(what, typed):
    with pytest.raises(ValueError, match="not an amount|more exact than a cent"):
        parse_money(typed)


@pytest.mark.parametrize(
    ("value", "currency", "language", "expected"),
    [
        ("12345", "CNY", "zh-hans", "¥12,345.00"),
        ("12345", "CNY", "en", "¥12,345.00"),
        ("-300.5", "CNY", "zh-hans", "-¥300.50"),
        ("0", "CNY", "zh-hans", "¥0.00"),
        ("0.125", "CNY", "zh-hans", "¥0.13"),
        ("1234567.8", "USD", "en", "US$1,234,567.80"),
        ("5", "CHF", "en", "5.00 CHF"),
        ("-5", "CHF", "en", "-5.00 CHF"),
        ("-5", "CHF", "zh-hans", "CHF -5.00"),
    ],
)
def test_how_money_is_written(value, currency, language, expected):
    assert format_money(Decimal(value), currency, language) == expected


@given(AMOUNTS, st.sampled_from(["CNY", "USD", "HKD", "EUR", "JPY"]))
def test_what_is_written_can_be_typed(amount, currency):
    assert parse_money(format_money(amount, currency)) == amount


def test_zero_is_a_whole_number_of_cents():
    assert str(ZERO) == "0.00"
