"""What an order no longer needs of the diary is free for others at once, and who waits for it is told (ORD-07)."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from roomnight.kernel.models import Notification
from roomnight.orders.commands import (
    add_item,
    answer_quotation,
    archive_order,
    begin_order,
    cancel_order,
    complete_order,
    confirm_order,
    decline_order,
    draw_up_quotation,
    miss_order,
    note_no_comments,
    remove_item,
    send_quotation,
)
from roomnight.orders.commands.diary import book_space
from roomnight.orders.models import FunctionSpace, Order, SpaceBooking, SpaceSlot
from tests.world_following import all_confirmed
from tests.world_orders import DEPARTS, FUNCTION, SIGN, at, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


def booked(world: Any, order: Order, name: str = "浦江厅 B", who: str = "chen", **more: Any) -> SpaceBooking:
    seat = world.seat(who)
    hall = FunctionSpace.objects.select_related("hotel").get(hotel=seat.hotel, name=name)
    item = order.items.filter(kind="function", removed_at=None).first()
    given = {"state": "definite", "starts_at": at(10, 14), "ends_at": at(10, 18), "item": item, **more}
    return book_space(actor=seat, space=hall, by=seat.staff, order=order, **given)


def ordered(world: Any, who: str = "chen", client: str = "huaxing", items: Any = (FUNCTION, SIGN)) -> Order:
    return taken(world, who, client, items, payment="on_site")


def state_of(one: SpaceBooking) -> tuple[str, bool]:
    return SpaceBooking.objects.get(pk=one.pk).state, SpaceSlot.objects.filter(booking=one).exists()


def was_told(who: str, booking: SpaceBooking) -> bool:
    return Notification.objects.filter(recipient=who, url=booking.get_absolute_url()).exists()


@pytest.mark.rule("ORD-07")
def test_an_item_that_is_taken_out_lets_its_hall_go_and_who_waits_is_told(world):
    order, other = ordered(world), ordered(world, "xu")
    held, kept = (
        booked(world, order),
        booked(world, order, "浦江厅 A", item=None, starts_at=at(10, 8), ends_at=at(10, 9)),
    )
    waiting = booked(world, other, who="xu", state="waiting")
    remove_item(actor=world.seat("chen"), item=order.items.get(kind="other"), note="不要水牌")
    assert state_of(held) == ("definite", True) and not was_told("xu", waiting)
    remove_item(actor=world.seat("chen"), item=order.items.get(kind="function"), note="改在外面开会")
    assert (state_of(held), state_of(kept)) == (("released", False), ("definite", True))
    assert SpaceBooking.objects.get(pk=held.pk).release_reason == "改在外面开会"
    assert was_told("xu", waiting)


@pytest.mark.rule("ORD-07")
def test_a_quotation_without_the_hall_lets_it_go(world):
    chen = world.seat("chen")
    order = ordered(world)
    held = booked(world, order)
    version = draw_up_quotation(actor=chen, order=order, staff=chen.staff, valid_until=DEPARTS)
    send_quotation(actor=chen, quotation=version, how="邮件")
    another = taken_in_addition(world, order)
    answer_quotation(actor=chen, quotation=version, answer="accepted")
    assert (state_of(held), state_of(another)) == (("definite", True), ("released", False))


def taken_in_addition(world: Any, order: Order) -> SpaceBooking:
    """A second hall for something that the quotation does not know."""
    item = add_item(actor=world.seat("chen"), order=order, **{**FUNCTION, "what": "分会场"})
    return booked(world, order, "浦江厅 A", item=item, starts_at=at(10, 20), ends_at=at(10, 21))


@pytest.mark.rule("ORD-07")
@pytest.mark.parametrize("how", ["declined", "cancelled", "no-show"])
def test_an_order_of_which_nothing_comes_lets_every_hall_go(world, how):
    chen, order = world.seat("chen"), ordered(world)
    held, waiting = booked(world, order), booked(world, order, "浦江厅 A", state="waiting", item=None)
    with time_machine.travel(at(10, 12), tick=False):
        if how == "declined":
            decline_order(actor=chen, order=order, reason="档期已满")
        else:
            confirm_order(actor=chen, order=order)
            (cancel_order if how == "cancelled" else miss_order)(actor=chen, order=order, reason="没有来")
    assert (state_of(held), state_of(waiting)) == (("released", False), ("released", False))


@pytest.mark.rule("ORD-07")
def test_an_order_that_is_over_keeps_what_took_place_and_nothing_ahead(world):
    chen, order = world.seat("chen"), ordered(world)
    held = booked(world, order)
    later = booked(world, order, item=None, starts_at=at(11, 14), ends_at=at(11, 18))
    waiting = booked(world, order, "浦江厅 A", state="waiting", item=None)
    confirm_order(actor=chen, order=order)
    with time_machine.travel(at(10, 20), tick=False):
        begin_order(actor=chen, order=order)
        complete_order(actor=chen, order=order)
    assert (state_of(held), state_of(later), state_of(waiting)) == (
        ("definite", True), ("released", False), ("released", False),
    )  # fmt: skip
    SpaceBooking.objects.filter(pk=later.pk).update(state="definite")
    with time_machine.travel(at(10, 21), tick=False):
        all_confirmed(world, order)
        note_no_comments(actor=chen, order=order, staff=chen.staff, note="尹曼")
        archive_order(actor=chen, order=order)
    assert (state_of(held)[0], state_of(later)[0]) == ("definite", "released")
