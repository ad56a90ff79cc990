"""The working days and hours of a hotel, from its policies and its own days (ORG-05)."""

from datetime import UTC, date, datetime, time

import pytest

from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Day
from roomnight.kernel.policy import set_policy
from roomnight.organization.working_days import calendar_of, day_at, hours_of

FRIDAY, MAKE_UP_SATURDAY = date(2026, 2, 13), date(2026, 2, 14)


def override(hotel, key, value, since=date(2026, 1, 1)):
    set_policy(actor=OPERATOR, key=f"organization.{key}", value=value, hotel_code=hotel.code, effective_from=since)


@pytest.mark.rule("ORG-05")
def test_as_shipped_a_hotel_works_as_mainland_china_does(world):
    calendar = calendar_of(world.lujiazui, FRIDAY)
    assert calendar.next_working_day(FRIDAY) == MAKE_UP_SATURDAY
    assert not calendar.is_working_day(date(2026, 2, 17))  # Spring Festival
    assert not calendar.is_working_day(date(2026, 11, 21))


@pytest.mark.rule("ORG-05")
def test_a_hotels_own_word_on_a_day_beats_the_countrys_and_stays_its_own(world):
    Day.objects.create(hotel_code="lujiazui", date=MAKE_UP_SATURDAY, is_working=False, name="年会")
    Day.objects.create(hotel_code="lujiazui", date=date(2026, 2, 17), is_working=True, name="值班")
    calendar = calendar_of(world.lujiazui, FRIDAY)
    assert calendar.next_working_day(FRIDAY) == date(2026, 2, 17)
    assert calendar_of(world.lakeside, FRIDAY).next_working_day(FRIDAY) == MAKE_UP_SATURDAY


@pytest.mark.rule("ORG-05")
def test_the_weekly_rest_is_the_hotels_from_the_day_it_decided(world):
    override(world.lujiazui, "rest_weekdays", [6], date(2026, 11, 1))
    saturday = date(2026, 11, 21)
    assert calendar_of(world.lujiazui, saturday).is_working_day(saturday)
    assert not calendar_of(world.lujiazui, date(2026, 10, 30)).is_working_day(saturday)


@pytest.mark.rule("ORG-05")
def test_a_hotel_abroad_keeps_its_countrys_holidays(world):
    override(world.lujiazui, "holiday_country", "SG")
    calendar = calendar_of(world.lujiazui, FRIDAY)
    assert not calendar.is_working_day(MAKE_UP_SATURDAY)
    assert not calendar.is_working_day(date(2026, 8, 10))  # for National Day on a Sunday


@pytest.mark.rule("ORG-05")
def test_the_working_day_is_the_hotels(world):
    override(world.lujiazui, "workday_start", "08:30")
    override(world.lujiazui, "workday_end", "17:30")
    hours = hours_of(world.lujiazui, FRIDAY)
    assert (hours.opening(FRIDAY), hours.closing(FRIDAY)) == (
        datetime(2026, 2, 13, 0, 30, tzinfo=UTC), datetime(2026, 2, 13, 9, 30, tzinfo=UTC),
    )  # fmt: skip
    usual = hours_of(world.lakeside, FRIDAY)
    assert (usual.start, usual.end) == (time(9), time(18))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("workday_start", "13:00", id="begins after noon"),
        pytest.param("workday_end", "11:00", id="ends before noon"),
        pytest.param("rest_weekdays", [0, 1, 2, 3, 4, 5, 6], id="never works"),
        pytest.param("rest_weekdays", [7], id="no such weekday"),
        pytest.param("holiday_country", "XX", id="no such country"),
    ],
)
def test_working_time_that_makes_no_sense_is_refused(world, key, value):
    with pytest.raises(Refusal) as caught:
        override(world.lujiazui, key, value)
    assert caught.value.code == "policy.bounds"


def test_the_day_of_a_moment_is_the_hotels(world):
    assert day_at(world.lujiazui, datetime(2026, 11, 20, 16, 30, tzinfo=UTC)) == date(2026, 11, 21)
