"""When a hall is taken, and what is offered instead (ORD-07)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roomnight.orders.rules.diary import (
    QUARTER,
    Hall,
    Use,
    first_in_line,
    in_each_others_way,
    is_free,
    moment_of,
    next_free,
    other_halls,
    quarter_of,
    slots,
    smallest_parts,
)

SHANGHAI, NEW_YORK, KATHMANDU = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu")
EAST, WEST, MIDDLE, GRAND, TWO_THIRDS, LIBRARY = range(1, 7)
PARTS = {GRAND: [MIDDLE, EAST, WEST], TWO_THIRDS: [EAST, MIDDLE]}


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.rule("ORD-07")
@pytest.mark.parametrize(
    ("case", "use", "first", "count"),
    [
        ("two hours", Use(at("2026-11-20 09:00"), at("2026-11-20 11:00")), "2026-11-20 09:00", 8),
        ("with an hour before and half after", Use(at("2026-11-20 09:00"), at("2026-11-20 11:00"), 60, 30), "2026-11-20 08:00", 14),
        ("begun quarters count whole", Use(at("2026-11-20 09:10"), at("2026-11-20 11:05"), 5, 5), "2026-11-20 09:00", 9),
        ("ten minutes", Use(at("2026-11-20 09:04"), at("2026-11-20 09:14")), "2026-11-20 09:00", 1),
        ("across midnight", Use(at("2026-11-20 22:00"), at("2026-11-21 01:00"), 60, 60), "2026-11-20 21:00", 20),
        ("set-up on the day before", Use(at("2026-11-20 00:00"), at("2026-11-20 01:00"), 90), "2026-11-19 22:30", 10),
    ],
)  # fmt: skip
def test_a_hall_is_taken_from_set_up_to_tear_down(case, use, first, count):
    assert use.taken_from == at(first), case
    assert len(use.quarters) == count, case
    assert use.taken_until - use.taken_from == count * QUARTER


@pytest.mark.rule("ORD-07")
@pytest.mark.parametrize(
    ("case", "start", "end", "zone", "count"),
    [
        ("the night the clocks go back has an hour more", "2026-11-01 00:00", "2026-11-01 04:00", NEW_YORK, 20),
        ("the night they go forward an hour less", "2026-03-08 00:00", "2026-03-08 04:00", NEW_YORK, 12),
        ("any other night", "2026-11-02 00:00", "2026-11-02 04:00", NEW_YORK, 16),
        ("a clock that is off by three quarters", "2026-11-20 09:00", "2026-11-20 10:00", KATHMANDU, 4),
    ],
)
def test_the_clock_on_the_wall_says_when(case, start, end, zone, count):
    use = Use(at(start, zone).astimezone(UTC), at(end, zone).astimezone(UTC))
    assert len(use.quarters) == count, case
    assert use.taken_from == at(start, zone).astimezone(UTC)


def test_a_moment_without_a_zone_is_no_moment():
    with pytest.raises(ValueError, match="time zone"):
        quarter_of(datetime(2026, 11, 20))


@pytest.mark.rule("ORD-07")
def test_a_combined_hall_consists_of_its_parts():
    assert smallest_parts(GRAND, PARTS) == [EAST, WEST, MIDDLE]
    assert smallest_parts(LIBRARY, PARTS) == [LIBRARY]
    assert in_each_others_way(GRAND, WEST, PARTS) and in_each_others_way(TWO_THIRDS, GRAND, PARTS)
    assert not in_each_others_way(TWO_THIRDS, WEST, PARTS) and not in_each_others_way(GRAND, LIBRARY, PARTS)
    assert {part for part, _quarter in slots(TWO_THIRDS, Use(at("2026-11-20 09:00"), at("2026-11-20 10:00")), PARTS)} == {
        EAST, MIDDLE,
    }  # fmt: skip


BASE = at("2026-11-20 00:00")
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
uses = st.builds(
    lambda start, minutes, before, after: Use(
        BASE + timedelta(minutes=start), BASE + timedelta(minutes=start + minutes), before, after
    ),
    st.integers(0, 3000), st.integers(1, 900), st.integers(0, 180), st.integers(0, 180),
)  # fmt: skip
halls = st.sampled_from([EAST, WEST, MIDDLE, GRAND, TWO_THIRDS, LIBRARY])


@pytest.mark.rule("ORD-07")
@unhurried
@given(halls, uses, halls, uses)
def test_two_bookings_share_a_quarter_just_when_they_are_in_each_others_way(one, use, other, else_use):
    shared = set(slots(one, use, PARTS)) & set(slots(other, else_use, PARTS))
    assert bool(shared) == (in_each_others_way(one, other, PARTS) and use.overlaps(else_use))


@unhurried
@given(uses)
def test_what_is_taken_holds_all_of_the_use_and_less_than_a_quarter_more(use):
    begins, ends = use.start - timedelta(minutes=use.set_up_minutes), use.end + timedelta(minutes=use.tear_down_minutes)
    assert begins - QUARTER < use.taken_from <= begins and ends <= use.taken_until < ends + QUARTER
    assert [moment_of(quarter_of(moment)) for moment in (use.taken_from, use.taken_until)] == [
        use.taken_from, use.taken_until,
    ]  # fmt: skip


def taken(*bookings: tuple[int, Use]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for space, use in bookings:
        for part, quarter in slots(space, use, PARTS):
            found.setdefault(part, set()).add(quarter)
    return found


MORNING = Use(at("2026-11-20 09:00"), at("2026-11-20 12:00"), 60, 30)


@pytest.mark.rule("ORD-07")
@unhurried
@given(st.lists(st.tuples(halls, uses), max_size=6), halls, uses)
def test_the_next_free_time_is_free_and_nothing_before_it_is(bookings, hall, wanted):
    held = taken(*bookings)
    start = next_free(hall, wanted, held, PARTS, until=BASE + timedelta(days=30))
    assert start is not None and start >= wanted.start
    assert is_free(hall, wanted.starting(start), held, PARTS)
    step = wanted.start
    while step < start:
        assert not is_free(hall, wanted.starting(step), held, PARTS)
        step += QUARTER


def test_the_next_free_time_may_be_too_late():
    held = taken((EAST, MORNING))
    assert next_free(EAST, MORNING, held, PARTS, until=at("2026-11-20 13:30")) is None
    assert next_free(EAST, MORNING, held, PARTS, until=at("2026-11-20 13:45")) == at("2026-11-20 13:30")


@pytest.mark.rule("ORD-07")
def test_other_halls_seat_everybody_and_are_free():
    known = [
        Hall(EAST, {"theatre": 120, "classroom": 60}), Hall(WEST, {"theatre": 110, "classroom": 80}),
        Hall(GRAND, {"theatre": 400, "classroom": 220}), Hall(LIBRARY, {"boardroom": 20, "theatre": 150}),
    ]  # fmt: skip
    held = taken((EAST, MORNING))
    asked = {"use": MORNING, "taken": held, "parts": PARTS}
    assert other_halls(known, attendance=100, set_up="theatre", **asked) == [WEST, LIBRARY]
    assert other_halls(known, attendance=70, set_up="classroom", **asked) == [WEST]
    assert other_halls(known, attendance=15, set_up="boardroom", **asked) == [LIBRARY]
    assert other_halls(known, attendance=0, set_up="", **asked) == [WEST, LIBRARY]
    assert other_halls(known, attendance=500, set_up="theatre", **asked) == []


@pytest.mark.rule("ORD-07")
def test_who_waits_longest_goes_first():
    noon = Use(at("2026-11-20 12:00"), at("2026-11-20 14:00"))
    waiting = [(7, GRAND, noon), (8, EAST, noon), (9, LIBRARY, noon)]
    assert first_in_line(waiting, {}, PARTS) == [7, 9]
    assert first_in_line(waiting, taken((WEST, noon)), PARTS) == [8, 9]
