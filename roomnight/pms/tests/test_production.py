"""What a booking counts, where, and that sums never depend on the way they came about."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomnight.pms.rules.identity import Ordinals, key_from_number, key_from_row
from roomnight.pms.rules.production import Cell, Counted, Measures, Tally, by_arrival, by_night, cells, tallied

BOOKING = Counted(1, None, "stayed", date(2016, 1, 30), 4, False, 40000)


def booking(**changes: Any) -> Counted:
    return BOOKING._replace(**changes)


@pytest.mark.rule("PMS-03")
@pytest.mark.parametrize(
    ("case", "counted", "measures"),
    [
        ("a stay", booking(), Measures(bookings=1, stays=1, room_nights=4, room_revenue_cents=40000)),
        ("cancelled", booking(status="cancelled"), Measures(bookings=1, cancellations=1, cancelled_room_nights=4)),
        ("did not come: no cancelled nights", booking(status="no_show"), Measures(bookings=1, no_shows=1)),
        (
            "free of charge",
            booking(is_zero_rate=True, revenue_cents=0),
            Measures(bookings=1, stays=1, room_nights=4, zero_rate_stays=1),
        ),
        ("gone the same day", booking(nights=0, revenue_cents=0), Measures(bookings=1, stays=1, zero_night_stays=1)),
        (
            "paid back",
            booking(revenue_cents=-638),
            Measures(bookings=1, stays=1, room_nights=4, room_revenue_cents=-638),
        ),
        (
            "a free booking that was cancelled is no free stay",
            booking(status="cancelled", is_zero_rate=True),
            Measures(bookings=1, cancellations=1, cancelled_room_nights=4),
        ),
    ],
)
def test_what_a_booking_counts(case, counted, measures):
    assert by_arrival(counted) == measures


@pytest.mark.rule("PMS-03")
@pytest.mark.parametrize(
    ("case", "counted", "months"),
    [
        ("over the end of a month", booking(), [("2016-01", 2, 20000), ("2016-02", 2, 20000)]),
        ("leap day", booking(arrival=date(2016, 2, 28), nights=3, revenue_cents=300), [("2016-02", 2, 200), ("2016-03", 1, 100)]),
        ("over new year", booking(arrival=date(2016, 12, 31), nights=2, revenue_cents=200),
         [("2016-12", 1, 100), ("2017-01", 1, 100)]),
        ("leaves on the first", booking(arrival=date(2016, 1, 31), nights=1, revenue_cents=50), [("2016-01", 1, 50)]),
        ("three months", booking(arrival=date(2016, 1, 31), nights=31, revenue_cents=3100),
         [("2016-01", 1, 100), ("2016-02", 29, 2900), ("2016-03", 1, 100)]),
        ("a cent that cannot be divided", booking(arrival=date(2016, 1, 30), nights=3, revenue_cents=100),
         [("2016-01", 2, 66), ("2016-02", 1, 34)]),
        ("below nothing", booking(nights=4, revenue_cents=-1276), [("2016-01", 2, -638), ("2016-02", 2, -638)]),
        ("no night", booking(nights=0), []),
        ("cancelled", booking(status="cancelled"), []),
        ("did not come", booking(status="no_show"), []),
    ],
)  # fmt: skip
def test_nights_and_revenue_by_month_stayed(case, counted, months):
    found = [(f"{month:%Y-%m}", part.room_nights, part.room_revenue_cents) for month, part in by_night(counted)]
    assert found == months


@pytest.mark.rule("PMS-03")
def test_company_and_agent_each_get_the_whole_booking():
    found = dict(cells(booking(company=1, agent=2, nights=1)))
    whole = Measures(bookings=1, stays=1, room_nights=1, room_revenue_cents=40000)
    slept = Measures(room_nights=1, room_revenue_cents=40000)
    month = date(2016, 1, 1)
    assert found == {
        Cell(1, "company", "arrival", month): whole,
        Cell(1, "company", "stay", month): slept,
        Cell(2, "agent", "arrival", month): whole,
        Cell(2, "agent", "stay", month): slept,
    }


def test_other_business_is_nobody_s_production():
    assert list(cells(booking(company=None, agent=None))) == []


bookings = st.builds(
    Counted,
    company=st.none() | st.integers(1, 3),
    agent=st.none() | st.integers(1, 3),
    status=st.sampled_from(["stayed", "cancelled", "no_show"]),
    arrival=st.dates(date(2015, 12, 1), date(2016, 3, 31)),
    nights=st.integers(0, 70),
    is_zero_rate=st.booleans(),
    revenue_cents=st.integers(-50_000, 900_000),
)


@given(bookings)
def test_the_months_of_a_stay_add_up_to_the_stay(one):
    parts = [part for _month, part in by_night(one)]
    if one.status == "stayed" and one.nights:
        assert sum(part.room_nights for part in parts) == one.nights
        assert sum(part.room_revenue_cents for part in parts) == one.revenue_cents
        assert all(part.room_nights > 0 for part in parts)
    else:
        assert parts == []


@pytest.mark.rule("PMS-03")
@given(st.lists(st.tuples(bookings, bookings)), st.randoms(use_true_random=False))
def test_replacing_bookings_one_by_one_equals_a_recount(pairs, chance):
    """Every booking comes, and later comes changed: taking back and adding leads where counting anew leads."""
    tally, order = Tally(), list(pairs)
    for before, _after in pairs:
        tally.add(before)
    chance.shuffle(order)
    for before, after in order:
        tally.add(before, -1)
        tally.add(after)
    assert tally.changes() == tallied(after for _before, after in pairs)


# Identity


@pytest.mark.rule("PMS-02")
def test_equal_rows_stay_apart_and_are_found_again_in_any_order():
    def keys(rows: list[tuple[int, str]]) -> list[str]:
        ordinals = Ordinals()
        return sorted(key_from_row(digest, ordinals.next(hotel, digest)) for hotel, digest in rows)

    rows = [(1, "aa"), (1, "bb"), (1, "aa"), (1, "aa")]
    assert keys(rows) == ["#aa:1", "#aa:2", "#aa:3", "#bb:1"]
    assert keys(rows) == keys(rows[::-1])


def test_equal_rows_of_two_hotels_are_counted_apart():
    ordinals = Ordinals()
    assert [ordinals.next(1, "aa"), ordinals.next(2, "aa"), ordinals.next(1, "aa")] == [1, 1, 2]


def test_two_systems_may_number_alike():
    assert key_from_number("opera", "1001") != key_from_number("xihe", "1001")
