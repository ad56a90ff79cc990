import csv
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomnight.kernel.calendar import (
    SUNDAY,
    WEEKEND,
    HotelCalendar,
    WorkingHours,
    at_local,
    day_bounds,
    local_day,
    statutory_days,
)

NATIONAL = HotelCalendar()
SHANGHAI = ZoneInfo("Asia/Shanghai")
PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "calendars" / "statutory_days_cn_2015_2026.csv"

# The State Council's notice for 2026, as far as it departs from Monday to Friday.
OFF_2026 = {
    (1, 1), (1, 2), (2, 16), (2, 17), (2, 18), (2, 19), (2, 20), (2, 23), (4, 6), (5, 1), (5, 4), (5, 5), (6, 19),
    (9, 25), (10, 1), (10, 2), (10, 5), (10, 6), (10, 7),
}  # fmt: skip
MADE_UP_2026 = {(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)}


def days_of(year):
    return [date(year, 1, 1) + timedelta(days=n) for n in range(365 + (year % 4 == 0))]


@pytest.mark.rule("ORG-05")
def test_every_day_of_2026_is_as_the_state_council_announced():
    for day in days_of(2026):
        expected = (day.month, day.day) in MADE_UP_2026 or (
            day.weekday() not in WEEKEND and (day.month, day.day) not in OFF_2026
        )
        assert NATIONAL.is_working_day(day) is expected, day


@pytest.mark.rule("ORG-05")
@pytest.mark.parametrize(
    ("what", "day", "works"),
    [
        ("an ordinary Wednesday", date(2026, 11, 18), True),
        ("an ordinary Saturday", date(2026, 11, 21), False),
        ("a Saturday made up for the Spring Festival", date(2026, 2, 14), True),
        ("a Sunday made up for the National Day", date(2026, 9, 20), True),
        ("a Monday given in lieu of a Sunday holiday", date(2026, 4, 6), False),
        ("the second day of the Spring Festival", date(2026, 2, 18), False),
        ("a holiday of a year nobody has announced yet", date(2028, 10, 2), False),
        ("a working Saturday cannot be known before the announcement", date(2028, 10, 14), False),
        ("an ordinary Tuesday far ahead", date(2060, 3, 2), True),
    ],
)
def test_working_days(what, day, works):
    assert NATIONAL.is_working_day(day) is works


@pytest.mark.rule("ORG-05")
@pytest.mark.parametrize(
    ("what", "calendar", "day", "works"),
    [
        ("the hotel opens its office on a holiday", {"overrides": {date(2026, 10, 1): True}}, date(2026, 10, 1), True),
        ("the hotel closes it on a make-up day", {"overrides": {date(2026, 2, 14): False}}, date(2026, 2, 14), False),
        ("the hotel's own holiday", {"overrides": {date(2026, 11, 18): False}}, date(2026, 11, 18), False),
        ("a six-day week works on Saturday", {"rest_weekdays": frozenset({SUNDAY})}, date(2026, 11, 21), True),
        ("a six-day week rests on Sunday", {"rest_weekdays": frozenset({SUNDAY})}, date(2026, 11, 22), False),
        ("no rest day but the holidays", {"rest_weekdays": frozenset()}, date(2026, 10, 1), False),
        ("rest on Monday", {"rest_weekdays": frozenset({0})}, date(2026, 11, 16), False),
        ("no country has no holidays", {"country": ""}, date(2026, 10, 1), True),
        ("Hong Kong keeps its own days", {"country": "HK"}, date(2026, 7, 1), False),
        ("Hong Kong has no make-up days", {"country": "HK"}, date(2026, 2, 14), False),
    ],
)
def test_a_hotel_decides_for_itself(what, calendar, day, works):
    assert HotelCalendar(**calendar).is_working_day(day) is works


@pytest.mark.rule("ORG-05")
@pytest.mark.parametrize(
    ("what", "day", "n", "expected"),
    [
        ("the day after a Tuesday", date(2026, 11, 17), 1, date(2026, 11, 18)),
        ("a Friday gives Monday", date(2026, 11, 20), 1, date(2026, 11, 23)),
        ("a Friday before a make-up Saturday gives the Saturday", date(2026, 2, 13), 1, date(2026, 2, 14)),
        ("the make-up Saturday before the festival jumps over it", date(2026, 2, 14), 1, date(2026, 2, 24)),
        ("a Saturday of rest gives a made-up Sunday", date(2026, 9, 19), 1, date(2026, 9, 20)),
        ("from the eve of the National Day", date(2026, 9, 30), 1, date(2026, 10, 8)),
        ("three working days over the National Day", date(2026, 9, 30), 3, date(2026, 10, 10)),
        ("over the turn of the year", date(2025, 12, 31), 1, date(2026, 1, 4)),
    ],
)
def test_next_working_day(what, day, n, expected):
    assert NATIONAL.next_working_day(day, n) == expected


@pytest.mark.parametrize(
    ("what", "day", "n", "expected"),
    [
        ("none is the day itself", date(2026, 11, 21), 0, date(2026, 11, 21)),
        ("one back from Monday is Friday", date(2026, 11, 23), -1, date(2026, 11, 20)),
        ("one back over the National Day", date(2026, 10, 8), -1, date(2026, 9, 30)),
        ("five forward is a week", date(2026, 11, 16), 5, date(2026, 11, 23)),
    ],
)
def test_add_working_days(what, day, n, expected):
    assert NATIONAL.add_working_days(day, n) == expected


@pytest.mark.parametrize(
    ("what", "start", "end", "expected"),
    [
        ("Monday to Tuesday", date(2026, 11, 16), date(2026, 11, 17), 1),
        ("the same day", date(2026, 11, 16), date(2026, 11, 16), 0),
        ("Friday to Monday", date(2026, 11, 20), date(2026, 11, 23), 1),
        ("Friday to Sunday", date(2026, 11, 20), date(2026, 11, 22), 0),
        ("backwards", date(2026, 11, 17), date(2026, 11, 16), -1),
        ("over the National Day", date(2026, 9, 30), date(2026, 10, 10), 3),
    ],
)
def test_working_days_between(what, start, end, expected):
    assert NATIONAL.working_days_between(start, end) == expected


@pytest.mark.rule("ORG-05")
@given(st.dates(date(2015, 1, 1), date(2030, 12, 31)), st.integers(1, 60))
def test_counting_forward_and_measuring_agree(day, n):
    there = NATIONAL.add_working_days(day, n)
    assert NATIONAL.is_working_day(there)
    assert NATIONAL.working_days_between(day, there) == n
    assert NATIONAL.working_days_between(there, day) == -n


def test_what_no_calendar_can_be():
    with pytest.raises(ValueError, match="at least one of them is for work"):
        HotelCalendar(rest_weekdays=frozenset(range(7)))
    with pytest.raises(ValueError, match="days 0 to 6"):
        HotelCalendar(rest_weekdays=frozenset({7}))
    with pytest.raises(ValueError, match="no public holidays are known"):
        HotelCalendar(country="XX").is_working_day(date(2026, 1, 1))
    with pytest.raises(ValueError, match="at least one ahead"):
        NATIONAL.next_working_day(date(2026, 1, 1), 0)
    closed = HotelCalendar(overrides={date(2026, 1, 1) + timedelta(days=n): False for n in range(800)})
    with pytest.raises(ValueError, match="no working day within"):
        closed.next_working_day(date(2026, 1, 1))


def test_holidays_have_names_in_both_languages():
    assert NATIONAL.holiday_name(date(2026, 10, 1)) == "国庆节"
    assert NATIONAL.holiday_name(date(2026, 10, 1), "en") == "National Day"
    assert NATIONAL.holiday_name(date(2026, 11, 18)) == ""


def test_a_year_is_worked_out_once():
    assert statutory_days("CN", 2026) is statutory_days("CN", 2026)


if PUBLISHED.exists():

    def test_every_day_of_twelve_years_is_as_published():
        with PUBLISHED.open(newline="") as file:
            published = {date.fromisoformat(row["date"]): row["type"] for row in csv.DictReader(file)}
        wrong = [
            day
            for year in range(2015, 2027)
            for day in days_of(year)
            if NATIONAL.is_working_day(day)
            != (published.get(day, "off" if day.weekday() in WEEKEND else "work") in {"work", "workday_swapped"})
        ]
        assert len(published) > 400
        assert wrong == []


# What the clock says in the hotel


def test_the_hotels_day_is_not_the_one_in_greenwich():
    evening = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    assert local_day(evening, SHANGHAI) == date(2026, 11, 21)
    assert local_day(evening, ZoneInfo("America/New_York")) == date(2026, 11, 20)
    with pytest.raises(ValueError, match="time zone"):
        local_day(datetime(2026, 11, 20, 16, 30), SHANGHAI)


def test_local_time_and_the_bounds_of_a_day():
    assert at_local(date(2026, 11, 21), time(9), SHANGHAI) == datetime(2026, 11, 21, 1, tzinfo=UTC)
    start, end = day_bounds(date(2026, 11, 21), SHANGHAI)
    assert (start, end) == (datetime(2026, 11, 20, 16, tzinfo=UTC), datetime(2026, 11, 21, 16, tzinfo=UTC))


def test_nights_on_which_the_clocks_change():
    london = ZoneInfo("Europe/London")
    left_out = at_local(date(2026, 3, 29), time(1, 30), london)
    assert (left_out.hour, left_out.minute) == (2, 30)
    start, end = (moment.astimezone(UTC) for moment in day_bounds(date(2026, 3, 29), london))
    assert end - start == timedelta(hours=23)


OFFICE = WorkingHours(time(8, 30), time(17, 30), SHANGHAI)


def at(day, clock):
    return at_local(day, time.fromisoformat(clock), SHANGHAI)


@pytest.mark.rule("ORG-05")
@pytest.mark.parametrize(
    ("what", "moment", "expected"),
    [
        ("in the morning: now", at(date(2026, 11, 18), "09:15"), at(date(2026, 11, 18), "09:15")),
        ("before the office opens: when it opens", at(date(2026, 11, 18), "06:00"), at(date(2026, 11, 18), "08:30")),
        ("in the closing minute: the next day", at(date(2026, 11, 18), "17:30"), at(date(2026, 11, 19), "08:30")),
        ("on Friday night: Monday", at(date(2026, 11, 20), "22:00"), at(date(2026, 11, 23), "08:30")),
        ("on Friday night before a made-up Saturday", at(date(2026, 2, 13), "22:00"), at(date(2026, 2, 14), "08:30")),
        ("on Sunday morning: Monday", at(date(2026, 11, 22), "06:00"), at(date(2026, 11, 23), "08:30")),
    ],
)
def test_when_the_office_takes_it_up(what, moment, expected):
    assert OFFICE.next_at_work(moment, NATIONAL) == expected
    assert OFFICE.at_work(expected, NATIONAL)


def test_hours_that_end_before_they_start_are_none():
    with pytest.raises(ValueError, match="ends after it starts"):
        WorkingHours(time(18), time(9), SHANGHAI)
    assert OFFICE.closing(date(2026, 11, 18)) == at(date(2026, 11, 18), "17:30")
