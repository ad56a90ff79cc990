"""Orders in the small world: chen's, sun's and ye's client each with one that is asked for, with one item of every kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from roomnight.orders.commands import add_guests, add_item, draw_up_quotation, new_order, raise_exception
from roomnight.orders.commands.blocks import keep_block, pick_up
from roomnight.orders.commands.diary import book_space
from roomnight.orders.commands.spaces import add_space
from roomnight.orders.models import (
    BlockRoom,
    FunctionSpace,
    Order,
    OrderException,
    OrderGuest,
    OrderItem,
    Quotation,
    RoomBlock,
    SpaceBooking,
)

if TYPE_CHECKING:
    from tests.world import World

SHANGHAI = ZoneInfo("Asia/Shanghai")
MADE = [("chen", "huaxing"), ("sun", "minjiang"), ("ye", "hubin")]
ARRIVES, DEPARTS = date(2026, 12, 10), date(2026, 12, 12)


def at(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    """A moment of that December in Shanghai."""
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def asked(**more: Any) -> dict[str, Any]:
    """What an order says at its head."""
    return {
        "kind": "meeting", "title": "年度经销商会议", "arrives_on": ARRIVES, "departs_on": DEPARTS, "people": 80,
        "payment": "credit", **more,
    }  # fmt: skip


ROOMS: dict[str, Any] = {
    "kind": "rooms", "room_type": "superior", "arrives_on": ARRIVES, "departs_on": DEPARTS, "count": 20, "breakfasts": 1,
    "price_cents": 58_000,
}  # fmt: skip
FUNCTION: dict[str, Any] = {
    "kind": "function", "what": "全体会议", "starts_at": at(10, 14), "ends_at": at(10, 18), "people": 80, "space_wish": "浦江厅",
    "set_up": "classroom", "equipment": "投影、无线麦克风 4 支", "price_cents": 1_200_000,
}  # fmt: skip
DINNER: dict[str, Any] = {
    "kind": "catering", "meal": "dinner", "unit": "table", "starts_at": at(10, 18, 30), "count": 8, "people": 80,
    "menu": "商务宴 A", "price_cents": 288_800,
}  # fmt: skip
CAR: dict[str, Any] = {
    "kind": "transport", "vehicle": "45 座大巴", "starts_at": at(10, 11), "count": 2, "flight": "MU5102",
    "place": "虹桥机场 – 酒店", "people": 60, "price_cents": 150_000,
}  # fmt: skip
SIGN: dict[str, Any] = {"kind": "other", "what": "欢迎水牌", "count": 2, "price_cents": 0}
ITEMS = (ROOMS, FUNCTION, DINNER, CAR, SIGN)


def taken(world: World, who: str = "chen", client: str = "huaxing", items: Any = ITEMS, **more: Any) -> Order:
    """An order as it is taken down, with these items."""
    seat = world.seat(who)
    order = new_order(actor=seat, account=getattr(world, client), taken_by=seat.staff, **asked(**more))
    for one in items:
        add_item(actor=seat, order=order, **one)
    return order


def build_halls(world: World) -> None:
    """A hall of two parts at each hotel, small enough for no test to be offered it."""
    for who in ("lin", "du"):
        seat = world.seat(who)
        given: dict[str, Any] = {"actor": seat, "hotel": seat.hotel, "place": "三楼"}
        parts = [add_space(name=f"浦江厅 {one}", seats={"theatre": 60}, area=80, **given) for one in "AB"]
        add_space(name="浦江厅", name_en="Pujiang Hall", seats={"theatre": 90}, parts=parts, area=160, **given)


def build_orders(world: World) -> None:
    build_halls(world)
    for day, (who, client) in enumerate(MADE, 10):
        order, seat = taken(world, who, client), world.seat(who)
        add_guests(actor=seat, order=order, guests=[{"name": "单立人", "vip": "V1", "needs": "高楼层，素食"}])
        block = keep_block(actor=seat, item=order.items.get(kind="rooms"), cut_off_on=date(2026, 12, 1))
        pick_up(actor=seat, block=block, arrives_on=ARRIVES, departs_on=DEPARTS, names=["卫星宇"])
        draw_up_quotation(actor=seat, order=order, staff=seat.staff, valid_until=date(2026, 12, 1), offer="一站式会议")
        book_space(
            actor=seat, space=FunctionSpace.objects.select_related("hotel").get(hotel=seat.hotel, name="浦江厅 A"), by=seat.staff,
            order=order, item=order.items.get(kind="function"), starts_at=at(day, 14), ends_at=at(day, 18), state="option",
            option_until=at(2, 0), attendance=50, set_up="theatre",
        )  # fmt: skip
        raise_exception(
            actor=seat, account=order.account, order=order, raised_by=seat.staff, kind="mistaken", found_at="ahead",
            what="抵店日期错录为 12 月 11 日", harm=["room"],
        )  # fmt: skip


def order_of(who: str) -> Callable[[], Any]:
    return lambda: (
        Order.objects.select_related("hotel", "account__hotel", "follower")
        .filter(follower__username=who)
        .earliest("pk")
    )


def item_of(who: str) -> Callable[[], Any]:
    return lambda: (
        OrderItem.objects.select_related("order__hotel", "order__account__hotel")
        .filter(order__follower__username=who)
        .earliest("pk")
    )


def guest_of(who: str) -> Callable[[], Any]:
    return lambda: OrderGuest.objects.filter(order__follower__username=who).earliest("pk")


def block_of(who: str) -> Callable[[], Any]:
    return lambda: RoomBlock.objects.filter(item__order__follower__username=who).earliest("pk")


def list_room_of(who: str) -> Callable[[], Any]:
    return lambda: BlockRoom.objects.filter(block__item__order__follower__username=who).earliest("pk")


def quotation_of(who: str) -> Callable[[], Any]:
    return lambda: Quotation.objects.select_related("order__hotel").filter(order__follower__username=who).earliest("pk")


def exception_of(who: str) -> Callable[[], Any]:
    return lambda: (
        OrderException.objects.select_related(
            "hotel", "account__hotel", "account__owner", "order__hotel", "handler", "raised_by"
        )
        .filter(handler__username=who)
        .earliest("pk")
    )


def hall_of(hotel: str) -> Callable[[], Any]:
    return lambda: FunctionSpace.objects.select_related("hotel").get(hotel__code=hotel, name="浦江厅")


def booking_of(who: str) -> Callable[[], Any]:
    return lambda: (
        SpaceBooking.objects.select_related("hotel", "space__hotel").filter(booked_by__username=who).earliest("pk")
    )


ORDER_RECORDS: dict[str, Callable[[], Any]] = {
    **{f"{prefix}exception": exception_of(who) for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))},
    **{f"{prefix}quotation": quotation_of(who) for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))},
    **{f"{prefix}order_guest": guest_of(who) for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))},
    **{f"{prefix}block": block_of(who) for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))},
    **{f"{prefix}list_room": list_room_of(who) for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))},
    "hall": hall_of("lujiazui"),
    "lakeside_hall": hall_of("lakeside"),
    **{f"{prefix}hall_booking": booking_of(who) for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))},
    **{f"{prefix}order": order_of(who) for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))},
    **{f"{prefix}order_item": item_of(who) for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))},
}
