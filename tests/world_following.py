"""Orders that are followed: what departments and followers do with them, in a few words."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import time_machine

from roomnight.kernel.commands import Machine
from roomnight.orders.commands import (
    add_guests,
    begin_order,
    complete_order,
    confirm_notice,
    confirm_order,
    learn_needs,
    read_order,
    say_ready,
)
from roomnight.orders.models import DepartmentNotice, Order
from roomnight.orders.queries.revisions import standing
from roomnight.organization.models import Membership, Staff
from tests.world_orders import FUNCTION, ROOMS, taken

if TYPE_CHECKING:
    from tests.world import World

HERE_AT = datetime(2026, 12, 10, 14, tzinfo=ZoneInfo("Asia/Shanghai"))


def whole(world: World, who: str = "chen", client: str = "huaxing", **more: Any) -> Order:
    """A confirmed order that nothing is missing from."""
    account = getattr(world, client)
    values = {"payment": "on_site", "contact": account.contacts.earliest("pk"), "arrives_at": time(14), **more}
    order = taken(world, who, client, (ROOMS, FUNCTION), **values)
    add_guests(actor=world.seat(who), order=order, guests=[{"name": "单立人"}])
    return confirm_order(actor=world.seat(who), order=order)


def fresh(order: Order) -> Order:
    return Order.objects.select_related("hotel", "account__hotel", "follower", "contact").get(pk=order.pk)


def somebody_of(notice: DepartmentNotice) -> Staff:
    places = Membership.objects.filter(department=notice.department_id, staff__is_active=True)
    return places.select_related("staff").earliest("pk").staff


def all_confirmed(world: World, order: Order) -> None:
    """Every department confirms; as of a day on which it still can, where the order is over."""
    state = order.state
    Order.objects.filter(pk=order.pk).update(state="in_progress")
    for one in standing(order):
        staff = somebody_of(one)
        confirm_notice(actor=Machine(staff.username, one.hotel_code), notice=one, staff=staff, note="已安排")
    Order.objects.filter(pk=order.pk).update(state=state)


def agreed(world: World, order: Order, *, ready: bool = False) -> None:
    """Every department confirms, and says that it is ready."""
    for one in standing(order):
        staff = somebody_of(one)
        confirm_notice(actor=Machine(staff.username, one.hotel_code), notice=one, staff=staff, note="已安排")
    for one in standing(order) if ready else ():
        staff = somebody_of(one)
        say_ready(actor=Machine(staff.username, one.hotel_code), notice=one, staff=staff)


def completed(world: World, who: str = "chen", client: str = "huaxing") -> Order:
    """An order that was followed until its guests were gone."""
    order, seat = whole(world, who, client), world.seat(who)
    read_order(actor=seat, order=order, staff=seat.staff)
    learn_needs(actor=seat, order=fresh(order), staff=seat.staff, revision=order.revision, special_needs="素食两位", note="尹曼")  # fmt: skip
    agreed(world, order, ready=True)
    with time_machine.travel(HERE_AT, tick=False):
        begin_order(actor=seat, order=order)
        complete_order(actor=seat, order=order)
    return fresh(order)
