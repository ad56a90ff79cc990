"""Rooms kept for a group (ORD-08): whatever is done, what is picked up and what is left is the block."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomnight.orders.rules.blocks import (
    CannotBe,
    Kept,
    Stay,
    by_night,
    first_without_room,
    reminder_due,
    rooms_needed,
)

deeds = st.lists(
    st.one_of(
        st.tuples(st.just("change"), st.integers(-5, 60)),
        st.tuples(st.just("pick_up"), st.integers(-20, 20)),
        st.tuples(st.just("release"), st.one_of(st.none(), st.integers(-3, 30))),
    ),
    max_size=40,
)


@pytest.mark.rule("ORD-08")
@given(st.integers(0, 40), deeds)
def test_pick_up_and_what_is_left_are_the_block_whatever_is_done(rooms, done):
    kept = Kept(rooms, agreed=rooms)
    block, picked = rooms, 0
    for what, number in done:
        before = kept
        try:
            match what:
                case "change":
                    kept, block = kept.changed(number), number
                case "pick_up":
                    kept, picked = kept.picked_up(number), picked + number
                case "release":
                    kept, block = kept.released(number), block - (before.left if number is None else number)
        except CannotBe:
            assert kept is before
            continue
        assert kept.picked + kept.left == kept.block
        assert min(kept.picked, kept.left, kept.block) >= 0
        assert (kept.block, kept.picked) == (block, picked), (what, number)
        assert kept.agreed >= kept.block


@pytest.mark.rule("ORD-08")
@pytest.mark.parametrize(
    ("case", "do", "code"),
    [
        ("fewer than have names", lambda kept: kept.changed(3), "below_pick_up"),
        ("less than nothing", lambda kept: Kept(5).changed(-1), "below_pick_up"),
        ("more than there are", lambda kept: kept.picked_up(7), "none_left"),
        ("names nobody has", lambda kept: kept.picked_up(-5), "not_picked"),
        ("more released than left", lambda kept: kept.released(7), "none_left"),
        ("a negative release", lambda kept: kept.released(-1), "none_left"),
    ],
)
def test_what_cannot_be_is_refused(case, do, code):
    with pytest.raises(CannotBe) as refused:
        do(Kept(10, picked=4))
    assert refused.value.code == code, case


def test_a_release_leaves_what_has_names():
    assert Kept(10, picked=4, agreed=10).released() == Kept(4, picked=4, agreed=10)


FIRST = date(2026, 12, 30)


@pytest.mark.rule("ORD-08")
def test_a_list_needs_a_room_for_every_night_of_each():
    needed = rooms_needed(
        [Stay("K", FIRST, FIRST + timedelta(days=3)), Stay("K", FIRST + timedelta(days=2), FIRST + timedelta(days=4))]
    )
    assert needed == {
        (FIRST, "K"): 1, (date(2026, 12, 31), "K"): 1, (date(2027, 1, 1), "K"): 2, (date(2027, 1, 2), "K"): 1,
    }  # fmt: skip
    left = {(FIRST, "K"): 1, (date(2026, 12, 31), "K"): 0}
    assert first_without_room(Stay("K", FIRST, FIRST + timedelta(days=2)), left) == (date(2026, 12, 31), "K")
    assert first_without_room(Stay("K", FIRST, FIRST + timedelta(days=1)), left) is None
    assert first_without_room(Stay("T", FIRST, FIRST + timedelta(days=1)), left) == (FIRST, "T")


@pytest.mark.rule("ORD-08")
@pytest.mark.parametrize(
    ("case", "days_ahead", "told", "due"),
    [
        ("long before", 10, None, None),
        ("a week before", 7, None, 7),
        ("once", 7, 7, None),
        ("still the same", 4, 7, None),
        ("the next", 3, 7, 3),
        ("one was missed", 2, 7, 3),
        ("two were missed", 1, None, 1),
        ("on the day itself", 0, 1, None),
        ("gone by", -1, 7, None),
    ],
)
def test_each_reminder_of_the_cut_off_once(case, days_ahead, told, due):
    assert reminder_due(FIRST, FIRST - timedelta(days=days_ahead), [7, 3, 1], told) == due, case


@pytest.mark.parametrize(
    ("rooms", "said"),
    [
        ([], ""), ([20], ""), ([20, 20, 20], ""), ([20, 18], "12-30 ×20 · 12-31 ×18"),
        ([20, 20, 18, 0], "12-30–12-31 ×20 · 01-01 ×18 · 01-02 ×0"), ([1, 2, 1], "12-30 ×1 · 12-31 ×2 · 01-01 ×1"),
    ],
)  # fmt: skip
def test_rooms_by_night_in_short(rooms, said):
    assert by_night({FIRST + timedelta(days=ahead): number for ahead, number in enumerate(rooms)}) == said
