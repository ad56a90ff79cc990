"""Halls are booked, moved, confirmed and released; who waits is told; nothing is sold twice (ORD-07)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from roomnight.kernel.commands import SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Notification
from roomnight.orders.commands import cancel_order, confirm_order
from roomnight.orders.commands.diary import (
    HallTaken,
    book_space,
    change_booking,
    confirm_booking,
    expire_options,
    promote_booking,
    release_booking,
)
from roomnight.orders.commands.spaces import add_space, change_space
from roomnight.orders.models import BookingState, FunctionSpace, SpaceBooking, SpaceSlot
from roomnight.orders.queries.diary import offers
from roomnight.orders.rules.diary import Use
from tests.world_orders import FUNCTION, at, taken

pytestmark = pytest.mark.django_db

OVERLAPS = """
    SELECT a.id, b.id FROM orders_spacebooking a JOIN orders_spacebooking b ON a.id < b.id
    WHERE a.state IN ('option', 'definite') AND b.state IN ('option', 'definite')
      AND a.taken_from < b.taken_until AND b.taken_from < a.taken_until
      AND EXISTS (
        SELECT 1 FROM (
            SELECT whole_id AS hall, part_id AS floor FROM orders_spacepart UNION SELECT id, id FROM orders_functionspace
            WHERE id NOT IN (SELECT whole_id FROM orders_spacepart)) one
        JOIN (
            SELECT whole_id AS hall, part_id AS floor FROM orders_spacepart UNION SELECT id, id FROM orders_functionspace
            WHERE id NOT IN (SELECT whole_id FROM orders_spacepart)) other ON one.floor = other.floor
        WHERE one.hall = a.space_id AND other.hall = b.space_id)
"""
"""Two bookings that hold the same floor at the same time: asked of the bookings, not of the rows that guard them."""


def overlaps() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPS)
        return list(cursor.fetchall())


@pytest.fixture
def halls(world: Any) -> dict[str, FunctionSpace]:
    seat = world.seat("lin")
    seats = {"theatre": 120, "classroom": 60}
    made = {
        name: add_space(
            actor=seat, hotel=world.lujiazui, name=name, seats=seats, set_up_minutes=60, tear_down_minutes=30
        )
        for name in ("东厅", "西厅", "图书室")
    }
    made["大厅"] = add_space(
        actor=seat, hotel=world.lujiazui, name="大厅", seats={"theatre": 300}, parts=[made["东厅"], made["西厅"]],
        set_up_minutes=60, tear_down_minutes=30,
    )  # fmt: skip
    return made


def booked(
    world: Any, space: FunctionSpace, who: str = "chen", hour: int = 9, end: int = 12, **more: Any
) -> SpaceBooking:
    seat = world.seat(who)
    given = {"title": "年会", "state": BookingState.DEFINITE, **more}
    return book_space(actor=seat, space=space, by=seat.staff, starts_at=at(10, hour), ends_at=at(10, end), **given)


def quarters(booking: SpaceBooking) -> set[tuple[int, int]]:
    return set(SpaceSlot.objects.filter(booking=booking).values_list("space", "quarter"))


def told() -> list[tuple[str, str]]:
    return [
        (line.recipient, str(line.values.get("hall", "")))
        for line in Notification.objects.order_by("pk")
        if "hall" in line.values
    ]


@pytest.mark.rule("ORD-07")
def test_a_booking_takes_the_parts_of_its_hall_from_set_up_to_clearing(world, halls):
    one = booked(world, halls["大厅"])
    assert (one.taken_from, one.taken_until) == (at(10, 8), at(10, 12, 30))
    held = quarters(one)
    assert {space for space, _quarter in held} == {halls["东厅"].pk, halls["西厅"].pk}
    assert len(held) == 2 * 18
    line = AuditEntry.objects.filter(command="orders.book_space").latest("pk")
    assert line.changes["space"] == "大厅" and line.actor == "chen"


@pytest.mark.rule("ORD-07")
@pytest.mark.parametrize(
    ("case", "first", "second", "hour", "end"),
    [
        ("the same hall", "东厅", "东厅", 10, 11),
        ("the whole and a part", "大厅", "西厅", 10, 11),
        ("a part and the whole", "西厅", "大厅", 7, 10),
        ("while it is still being cleared", "东厅", "东厅", 13, 15),
        ("while it is being set up", "东厅", "大厅", 6, 8),
    ],
)
def test_what_is_held_is_not_sold_again(world, halls, case, first, second, hour, end):
    held = booked(world, halls[first], hour=9, end=12)
    before = quarters(held)
    with pytest.raises(HallTaken) as refused:
        booked(world, halls[second], "sun", hour=hour, end=end)
    assert [one.pk for one in refused.value.holders] == [held.pk], case
    assert (
        SpaceBooking.objects.filter(space__in=halls.values()).count() == 1
        and quarters(held) == before
        and overlaps() == []
    )


@pytest.mark.rule("ORD-07")
@pytest.mark.parametrize(
    ("case", "first", "second", "hour", "end"),
    [
        ("the other half", "东厅", "西厅", 9, 12),
        ("when it is cleared and set up again", "东厅", "东厅", 14, 16),
        ("a hall of its own", "大厅", "图书室", 9, 12),
    ],
)
def test_what_is_free_is_sold(world, halls, case, first, second, hour, end):
    booked(world, halls[first], hour=9, end=12)
    assert booked(world, halls[second], "sun", hour=hour, end=end).holds, case
    assert overlaps() == []


@pytest.mark.rule("ORD-07")
def test_the_rows_themselves_forbid_it(world, halls):
    one = booked(world, halls["东厅"])
    space, quarter = min(quarters(one))
    with pytest.raises(IntegrityError), transaction.atomic():
        SpaceSlot.objects.create(space_id=space, quarter=quarter, booking=one)


@pytest.mark.rule("ORD-07")
def test_a_moved_booking_frees_what_it_leaves_and_keeps_what_it_had_where_the_new_is_taken(world, halls):
    one, other = booked(world, halls["东厅"]), booked(world, halls["西厅"], "sun", hour=14, end=16)
    before = quarters(one)
    with pytest.raises(HallTaken):
        change_booking(actor=world.seat("chen"), booking=one, revision=1, space=halls["大厅"], starts_at=at(10, 15), ends_at=at(10, 18))  # fmt: skip
    one.refresh_from_db()
    assert quarters(one) == before and one.space == halls["东厅"] and one.revision == 1
    moved = change_booking(actor=world.seat("chen"), booking=one, revision=1, space=halls["大厅"])
    assert {space for space, _quarter in quarters(moved)} == {
        halls["东厅"].pk,
        halls["西厅"].pk,
    } and moved.revision == 2
    change_booking(actor=world.seat("chen"), booking=moved, revision=2, space=halls["图书室"], set_up_minutes=0)
    assert booked(world, halls["大厅"], "sun", hour=9, end=12).holds
    assert overlaps() == [] and other.holds


def test_a_booking_may_be_moved_by_less_than_its_length(world, halls):
    one = booked(world, halls["东厅"])
    moved = change_booking(actor=world.seat("chen"), booking=one, revision=1, starts_at=at(10, 10), ends_at=at(10, 13))
    assert (moved.taken_from, moved.taken_until) == (at(10, 9), at(10, 13, 30)) and len(quarters(moved)) == 18
    same = change_booking(actor=world.seat("chen"), booking=moved, revision=2, starts_at=at(10, 10))
    assert same is UNCHANGED


def test_somebody_who_looks_at_an_old_state_is_told(world, halls):
    one = booked(world, halls["东厅"])
    change_booking(actor=world.seat("chen"), booking=one, revision=1, attendance=90)
    with pytest.raises(Refusal, match="meanwhile|刚被他人"):
        change_booking(actor=world.seat("chen"), booking=one, revision=1, attendance=80)


@pytest.mark.rule("ORD-07")
def test_an_option_is_confirmed_or_runs_out(world, halls):
    soon = timezone.now() + timedelta(days=3)
    one = booked(world, halls["东厅"], state=BookingState.OPTION, option_until=soon)
    two = booked(world, halls["西厅"], state=BookingState.OPTION, option_until=soon)
    confirm_booking(actor=world.seat("chen"), booking=one)
    assert confirm_booking(actor=world.seat("chen"), booking=one) is UNCHANGED
    assert expire_options(actor=SYSTEM, hotel=world.lujiazui, now=soon - timedelta(seconds=1)) is UNCHANGED
    assert expire_options(actor=SYSTEM, hotel=world.lujiazui, now=soon) == 1
    assert expire_options(actor=SYSTEM, hotel=world.lujiazui, now=soon) is UNCHANGED
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, two.state) == ("definite", "released") and not quarters(two)
    assert told() == [("chen", "西厅")]


@pytest.mark.rule("ORD-07")
def test_the_first_who_waits_is_told_and_takes_it(world, halls):
    one = booked(world, halls["大厅"])
    first = booked(world, halls["东厅"], "sun", state=BookingState.WAITING)
    second = booked(world, halls["大厅"], "xu", state=BookingState.WAITING)
    other = booked(world, halls["西厅"], "lin", hour=9, end=11, state=BookingState.WAITING)
    assert not quarters(first)
    with pytest.raises(HallTaken):
        promote_booking(actor=world.seat("sun"), booking=first, state=BookingState.DEFINITE)
    Notification.objects.all().delete()
    release_booking(actor=world.seat("chen"), booking=one, reason="客户改期")
    assert told() == [("sun", "东厅"), ("lin", "西厅")]
    promote_booking(actor=world.seat("sun"), booking=first, state=BookingState.DEFINITE)
    with pytest.raises(HallTaken):
        promote_booking(actor=world.seat("xu"), booking=second, state=BookingState.DEFINITE)
    promote_booking(actor=world.seat("lin"), booking=other, state=BookingState.DEFINITE)
    assert overlaps() == []


def test_moving_away_tells_who_waits(world, halls):
    one = booked(world, halls["东厅"])
    booked(world, halls["东厅"], "sun", state=BookingState.WAITING)
    change_booking(actor=world.seat("chen"), booking=one, revision=1, space=halls["图书室"])
    assert told() == [("sun", "东厅")]


@pytest.mark.rule("ORD-07")
def test_an_order_nothing_comes_of_lets_its_halls_go(world, halls):
    order = world.order
    one = booked(world, halls["东厅"], order=order)
    booked(world, halls["东厅"], order=order, state=BookingState.WAITING)
    cancel_order(actor=world.seat("chen"), order=order, reason="改在别处")
    one.refresh_from_db()
    assert one.state == "released" and one.release_reason == "改在别处" and not quarters(one)
    assert not order.space_bookings.exclude(state="released").exists()


def test_a_confirmed_order_has_its_halls_for_good(world, halls):
    order = taken(world, items=[FUNCTION], payment="on_site")
    one = booked(world, halls["东厅"], order=order, state=BookingState.OPTION, option_until=at(2, 0))
    line = booked(world, halls["东厅"], order=order, state=BookingState.WAITING)
    confirm_order(actor=world.seat("chen"), order=order)
    one.refresh_from_db()
    line.refresh_from_db()
    assert (one.state, one.option_until, line.state) == ("definite", None, "waiting")


@pytest.mark.parametrize(
    ("case", "more", "code"),
    [
        ("ends before it begins", {"hour": 12, "end": 9}, "booking.hours"),
        ("an option without an end", {"state": "option"}, "booking.option"),
        (
            "an option that ends after the function began",
            {"state": "option", "option_until": at(10, 10)},
            "booking.option",
        ),
        ("an option gone by", {"state": "option", "option_until": at(1, 10, month=11)}, "booking.option"),
        ("for nothing", {"title": " "}, "booking.title"),
        ("released from the start", {"state": "released"}, "booking.state"),
    ],
)
def test_what_cannot_be_is_refused(world, halls, case, more, code):
    with pytest.raises(Refusal) as refused:
        booked(world, halls["东厅"], **more)
    assert refused.value.code == code, case
    assert not SpaceBooking.objects.filter(space__in=halls.values()).exists()


def test_a_hall_of_another_hotel_belongs_to_no_order_here(world, halls):
    with pytest.raises(Refusal) as refused:
        booked(world, halls["东厅"], order=world.ye_s_order)
    assert refused.value.code == "booking.order"


@pytest.mark.rule("ORD-07")
def test_who_asks_for_a_taken_hall_is_offered_others_and_the_next_free_time(world, halls):
    booked(world, halls["东厅"])
    use = Use(at(10, 10), at(10, 12), 60, 30)
    found = offers(world.lujiazui, halls["东厅"], use, 100, "theatre", None)
    assert [hall.name for hall in found.halls] == ["西厅", "图书室"]
    assert found.start == at(10, 13, 30)
    found = offers(world.lujiazui, halls["大厅"], use, 250, "theatre", None)
    assert found.halls == []


@pytest.mark.rule("ORD-07")
def test_a_hall_keeps_its_parts_while_it_is_booked(world, halls):
    seat, grand = world.seat("lin"), halls["大厅"]
    one = booked(world, halls["东厅"])
    with pytest.raises(Refusal) as refused:
        change_space(actor=seat, space=grand, revision=1, parts=[halls["西厅"], halls["图书室"]])
    assert refused.value.code == "space.booked"
    with pytest.raises(Refusal):
        change_space(actor=seat, space=halls["东厅"], revision=1, is_active=False)
    halls["东厅"].refresh_from_db()
    release_booking(actor=seat, booking=one, reason="x")
    change_space(actor=seat, space=grand, revision=1, parts=[halls["西厅"], halls["图书室"]])
    assert booked(world, grand).holds and booked(world, halls["东厅"]).holds


@pytest.mark.parametrize("parts", [["东厅"], ["大厅", "图书室"], ["图书室", "图书室"]])
def test_parts_are_halls_that_nothing_divides(world, halls, parts):
    with pytest.raises(Refusal):
        add_space(actor=world.seat("lin"), hotel=world.lujiazui, name="新厅", parts=[halls[name] for name in parts])


def test_two_halls_of_one_name(world, halls):
    with pytest.raises(Refusal) as refused:
        add_space(actor=world.seat("lin"), hotel=world.lujiazui, name="东厅")
    assert refused.value.code == "space.name"
