"""What guests of the demo hotel said, and an order that was followed to its end: its papers are filed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roomnight.orders.commands import add_comment, answer_comment, archive_order, complete_order
from roomnight.orders.models import Order, OrderState, PassedComment
from roomnight.orders.queries.following import lacks_for_archive, papers_of
from roomnight.organization.models import Hotel, Staff
from roomnight.web.demo.answers import answer_all, somebody_of
from roomnight.web.demo.contracts import by

HERE, OVER = "华东区销售会议", "董事会早餐会"


def follow_orders(*, hotel: Hotel, staff: Mapping[str, Staff]) -> None:
    """Guests of the meeting that is here say what they think; a breakfast of this morning is over and filed."""
    people = ("hotel", "account__hotel", "account__owner", "follower", "contact")
    found = {one.title: one for one in Order.objects.select_related(*people).filter(hotel=hotel)}
    here, over = found.get(HERE), found.get(OVER)
    if here is not None and here.state == OrderState.IN_PROGRESS:
        _comments(here)
    if over is not None and over.state == OrderState.IN_PROGRESS:
        _file(over)


def _comments(order: Order) -> None:
    """One that pleases, one that does not; a department has answered."""
    follower = order.follower
    given: dict[str, Any] = {"actor": by(follower), "order": order, "staff": follower}
    add_comment(text="签到台安排得很周到，茶歇的桂花糕大家都说好。", rating="praise", said_by="会务组 单小姐", **given)
    add_comment(text="会议室空调偏冷，下午场请调高两度，备几条披肩。", rating="fair", said_by="参会客人", **given)
    waiting = PassedComment.objects.filter(comment__order=order, comment__rating="praise")
    first = waiting.select_related("department", "comment__order__hotel", "comment__order__follower").first()
    person = somebody_of(first.department) if first is not None else None
    if first is not None and person is not None:
        answer_comment(actor=by(person), passed=first, staff=person, note="已转告当班同事，桂花糕留在茶歇单上")


def _file(order: Order) -> None:
    """Every department was ready, the guests were content, and nothing is missing."""
    answer_all(order, "已备妥")
    follower = order.follower
    complete_order(actor=by(follower), order=order)
    order = Order.objects.select_related("hotel", "account__hotel", "account__owner", "follower", "contact").get(
        pk=order.pk
    )
    add_comment(
        actor=by(follower), order=order, staff=follower, text="上菜准时，投影一次就好，谢谢。", rating="praise", said_by="董事会秘书"
    )  # fmt: skip
    if not lacks_for_archive(papers_of(order)):
        archive_order(actor=by(follower), order=order)
