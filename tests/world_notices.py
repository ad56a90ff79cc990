"""Orders of which the departments were told: one of chen's, sun's and ye's, definite and with one change since."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from roomnight.orders.commands import change_item, confirm_order
from roomnight.orders.models import DepartmentNotice, FunctionSheet, Order, OrderComment, OrderItem, PassedComment
from roomnight.orders.rules.changes import FIELDS
from tests.world_orders import CAR, DINNER, FUNCTION, MADE, ROOMS, taken

if TYPE_CHECKING:
    from tests.world import World

TITLE = "新春答谢会"
OFFICE = "front_office"


def definite(world: World, who: str = "chen", client: str = "huaxing", **more: Any) -> Order:
    """An order that was confirmed, as the departments hear of it."""
    order = taken(world, who, client, **{"payment": "on_site", **more})
    confirm_order(actor=world.seat(who), order=order)
    return order


def notice_to(order: Order, kind: str) -> DepartmentNotice:
    """The notice that stands in the hands of one department."""
    found = DepartmentNotice.objects.select_related("order__hotel", "order__follower", "department", "revision", "base")
    return found.get(order=order, department__kind=kind, superseded_at=None)


def altered(actor: Any, item: OrderItem, **values: Any) -> OrderItem:
    """An item with some values changed and the others as they are."""
    said = {name: getattr(item, name) for name in FIELDS[item.kind]}
    return change_item(actor=actor, item=item, revision=item.revision, **{**said, **values})


def build_notices(world: World) -> None:
    for who, client in MADE:
        order = definite(world, who, client, title=TITLE, items=(ROOMS, FUNCTION, DINNER, CAR))
        altered(world.seat(who), order.items.get(kind="catering"), count=10)
        said = OrderComment.objects.create(
            order=order,
            at=order.created_at,
            by=world.seat(who).staff,
            said_by="尹曼",
            rating="fair",
            text="大堂指引不清楚",
        )
        PassedComment.objects.create(comment=said, department=notice_to(order, OFFICE).department)


def told_order_of(who: str) -> Callable[[], Any]:
    return lambda: Order.objects.select_related("hotel", "account__hotel").get(title=TITLE, follower__username=who)


def notice_of(who: str) -> Callable[[], Any]:
    return lambda: notice_to(told_order_of(who)(), OFFICE)


def passed_comment_of(who: str) -> Callable[[], Any]:
    return lambda: PassedComment.objects.select_related("comment__order__hotel", "department").get(
        comment__order__title=TITLE, comment__order__follower__username=who
    )


def sheet_of(who: str) -> Callable[[], Any]:
    return lambda: FunctionSheet.objects.filter(item__order=told_order_of(who)()).earliest("pk")


NOTICE_RECORDS: dict[str, Callable[[], Any]] = {
    **{f"{prefix}told_order": told_order_of(who) for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))},
    **{f"{prefix}passed_comment": passed_comment_of(who) for prefix, who in (("", "chen"), ("ye_s_", "ye"))},
    **{f"{prefix}sheet": sheet_of(who) for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))},
    **{f"{prefix}notice": notice_of(who) for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))},
}
