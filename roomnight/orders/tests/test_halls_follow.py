"""The hall of a function goes with its hours, or says why it cannot (ORD-07)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Notification
from roomnight.orders.commands import change_item
from roomnight.orders.commands.diary import HallTaken, book_space
from roomnight.orders.commands.spaces import add_space
from roomnight.orders.models import FunctionSpace, Order, OrderItem, OrderRevision, SpaceBooking, SpaceSlot
from roomnight.orders.tests.test_diary import overlaps
from tests.world_notices import definite
from tests.world_orders import FUNCTION, at, taken

HOURS = {"starts_at": at(10, 14), "ends_at": at(10, 18)}
here = pytest.mark.django_db, pytest.mark.usefixtures("at_work")


def booked(world: Any, order: Order, name: str = "浦江厅 B", who: str = "chen", **more: Any) -> SpaceBooking:
    seat = world.seat(who)
    hall = FunctionSpace.objects.select_related("hotel").filter(hotel=seat.hotel, name=name).first()
    hall = hall or add_space(actor=world.seat("lin"), hotel=seat.hotel, name=name)
    item = order.items.filter(kind="function", removed_at=None).first()
    given = {"state": "definite", "item": item, **HOURS, **more}
    return book_space(actor=seat, space=hall, by=seat.staff, order=order, **given)


def ordered(world: Any, who: str = "chen", client: str = "huaxing") -> Order:
    return taken(world, who, client, (FUNCTION,), payment="on_site")


def function(order: Order) -> OrderItem:
    return OrderItem.objects.select_related("order__hotel", "order__account", "order__follower").get(
        order=order, kind="function"
    )


def moved(world: Any, order: Order, start: int, end: int, who: str = "chen") -> OrderItem:
    item = function(order)
    given = {"starts_at": at(10, start), "ends_at": at(10, end)}
    return change_item(actor=world.seat(who), item=item, revision=item.revision, **given)


def hours(one: SpaceBooking) -> tuple[timedelta, timedelta]:
    kept = SpaceBooking.objects.get(pk=one.pk)
    return kept.starts_at - at(10, 0), kept.ends_at - at(10, 0)


def of(start: float, end: float) -> tuple[timedelta, timedelta]:
    return timedelta(hours=start), timedelta(hours=end)


def slots(one: SpaceBooking) -> int:
    return SpaceSlot.objects.filter(booking=one).count()


@here[0]
@here[1]
@pytest.mark.rule("ORD-07")
def test_the_hall_goes_with_the_function_and_what_it_leaves_is_free(world):
    order = ordered(world)
    hall = booked(world, order)
    waiting = booked(world, ordered(world, "xu"), who="xu", state="waiting")
    before = slots(hall)
    moved(world, order, 20, 23)
    assert hours(hall) == of(20, 23) and slots(hall) == before - 4 and hours(waiting) == of(14, 18)
    assert Notification.objects.filter(recipient="xu", url=waiting.get_absolute_url()).exists()
    assert booked(world, ordered(world, "xu"), who="xu").holds and overlaps() == []
    line = AuditEntry.objects.filter(subject=f"orders.spacebooking:{hall.pk}").latest("pk")
    assert "starts_at" in line.changes and SpaceBooking.objects.get(pk=hall.pk).revision == 2


@here[0]
@here[1]
@pytest.mark.rule("ORD-07")
@pytest.mark.parametrize("hour", [16, 18, 12])
def test_where_the_hall_is_taken_nothing_moves_and_the_conflict_is_named(world, hour):
    order = ordered(world)
    small, hall = booked(world, order, "梧桐厅"), booked(world, order)
    other = booked(world, ordered(world, "xu"), who="xu", starts_at=at(10, 19, 30), ends_at=at(10, 22))
    early = booked(world, ordered(world, "xu"), who="xu", starts_at=at(10, 8), ends_at=at(10, 12))
    with pytest.raises(HallTaken) as refused:
        moved(world, order, hour, hour + 4)
    assert "浦江厅 B" in refused.value.message and refused.value.holders == [early if hour == 12 else other]
    assert [hours(one) for one in (small, hall)] == [of(14, 18)] * 2 and function(order).starts_at == at(10, 14)
    assert {slots(one) for one in (small, hall)} == {slots(hall)} and slots(hall) and overlaps() == []


@here[0]
@here[1]
def test_a_hall_held_longer_stays_so_and_one_of_two_halves_follows_its_end(world):
    order = ordered(world)
    longer = booked(world, order, starts_at=at(10, 12), ends_at=at(10, 19))
    moved(world, order, 15, 19)
    assert hours(longer) == of(13, 20)
    other = ordered(world)
    first = booked(world, other, "梧桐厅", ends_at=at(10, 16))
    second = booked(world, other, "梧桐厅", starts_at=at(10, 17, 30))
    moved(world, other, 13, 20)
    assert (hours(first), hours(second)) == (of(13, 16), of(17.5, 20))


@here[0]
@here[1]
def test_two_bookings_of_one_hall_may_move_into_each_others_place(world):
    order = ordered(world)
    first = booked(world, order, ends_at=at(10, 15, 30))
    second = booked(world, order, starts_at=at(10, 17))
    moved(world, order, 17, 21)
    assert (hours(first), hours(second)) == (of(17, 18.5), of(20, 21)) and overlaps() == []


@here[0]
@here[1]
def test_a_released_hall_stays_and_one_waited_for_goes_along(world):
    order = ordered(world)
    booked(world, ordered(world, "xu"), who="xu")
    waiting = booked(world, order, state="waiting")
    moved(world, order, 15, 19)
    assert hours(waiting) == of(15, 19) and not slots(waiting)


@here[0]
@here[1]
def test_an_option_that_would_outlast_the_beginning_refuses_it(world):
    order = ordered(world)
    booked(world, order, state="option", option_until=at(10, 13))
    with pytest.raises(Refusal) as refused:
        moved(world, order, 9, 12)
    assert refused.value.code == "booking.option" and "浦江厅 B" in refused.value.message


@here[0]
@here[1]
@pytest.mark.rule("CHG-01")
def test_function_and_hall_are_one_revision_for_the_departments(world):
    order = definite(world, items=(FUNCTION,))
    booked(world, order)
    before = OrderRevision.objects.filter(order=order).count()
    moved(world, order, 15, 19)
    assert OrderRevision.objects.filter(order=order).count() == before + 1


@here[0]
@here[1]
def test_the_form_says_at_the_hours_who_has_the_hall(world, browse):
    order, mine = ordered(world), ordered(world)
    hall = booked(world, order)
    booked(world, mine, starts_at=at(10, 19, 30), ends_at=at(10, 21))
    item = function(order)
    path = f"/h/lujiazui/orders/{order.pk}/items/{item.pk}/"
    typed = {
        "what": "全体会议",
        "on": "2026-12-10",
        "at": "16:00",
        "until": "20:00",
        "price": "12000",
        "equipment": "只要投影",
    }
    answer = browse("chen").post(path, typed)
    html = answer.content.decode()
    assert answer.status_code == 422 and "只要投影" in html
    field = html.split('name="at"')[1].split('name="until"')[0]
    assert "浦江厅 B" in field and mine.title in field
    theirs = ordered(world, "sun", "minjiang")
    booked(world, theirs, who="sun", starts_at=at(10, 8), ends_at=at(10, 12), title="别组的会")
    html = browse("chen").post(path, typed | {"at": "11:00", "until": "15:00"}).content.decode()
    assert "别组的会" not in html and "同事占用" in html
    assert browse("chen").post(path, typed | {"at": "14:30", "until": "18:00"}).status_code in {200, 302}
    assert hours(hall) == of(14.5, 18)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("at_work_ticking")
@pytest.mark.rule("ORD-07")
def test_many_move_functions_into_one_hall_at_once_and_one_has_it(world):
    orders = [ordered(world) for _one in range(8)]
    for place, order in enumerate(orders):
        item, hours = function(order), {"starts_at": at(11 + place, 14), "ends_at": at(11 + place, 18)}
        change_item(actor=world.seat("chen"), item=item, revision=item.revision, **hours)
        booked(world, order, **hours)
    gate = threading.Barrier(len(orders))

    def go(order: Order) -> str:
        try:
            gate.wait(timeout=60)
            item = function(order)
            change_item(
                actor=world.seat("chen"), item=item, revision=item.revision, starts_at=at(25, 9), ends_at=at(25, 12)
            )
            return "moved"
        except HallTaken:
            return "taken"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(orders)) as pool:
        came = list(pool.map(go, orders))
    assert came.count("moved") == 1 and came.count("taken") == len(orders) - 1 and overlaps() == []
    for order in orders:
        item, hall = function(order), order.space_bookings.get()
        assert (item.starts_at, item.ends_at) == (hall.starts_at, hall.ends_at)
