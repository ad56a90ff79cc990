"""What the departments of the demo hotel said to its orders: confirmed, ready, a problem, one late, a change that waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from roomnight.kernel.commands import SYSTEM
from roomnight.orders.commands import change_item, confirm_notice, raise_late_notices, report_problem, say_ready
from roomnight.orders.models import DepartmentNotice, Order, OrderState
from roomnight.orders.queries.revisions import answering, standing
from roomnight.organization.models import Department, Hotel, Staff
from roomnight.web.demo.contracts import by

CONFERENCE, HERE = "年度经销商大会", "华东区销售会议"
FIRST = {
    "front_office": "已留 64 间，8 楼以上集中安排", "housekeeping": "开夜床、无羽绒枕已登记",
    "food_beverage": "菜单与酒水已备料", "banquet": "宴会厅与分会场均已排期",
}  # fmt: skip
PROBLEM = ("general_affairs", "同传设备只有一路可用，另一路需外租，请确认费用")
AGAIN = {"food_beverage": "已加到 20 桌，冷菜同步加量"}
LATE = timedelta(hours=5)


def answer_notices(*, hotel: Hotel, staff: Mapping[str, Staff]) -> None:
    """Let the departments answer what they were told of the conference ahead and of the meeting that is here."""
    ahead, here = (
        Order.objects.select_related("hotel").filter(hotel=hotel, title=title).first() for title in (CONFERENCE, HERE)
    )
    if here is not None and here.state == OrderState.IN_PROGRESS:
        answer_all(here, "")
    if ahead is None:
        return
    for one in standing(ahead):
        kind = one.department.kind
        if kind in FIRST:
            _answer(one, FIRST[kind], is_ready=kind == "housekeeping")
        elif kind == PROBLEM[0] and (person := _person(one)) is not None:
            report_problem(actor=by(person), notice=one, staff=person, note=PROBLEM[1])
    dinner = ahead.items.select_related("order__hotel", "order__account__hotel", "order__follower").get(meal="dinner")
    change_item(
        actor=by(staff["lin"]),
        item=dinner,
        revision=dinner.revision,
        count=20,
        people=200,
        menu="商务宴 A，白酒自带；两桌清真",
    )
    for one in standing(ahead):
        if one.department.kind in AGAIN:
            _answer(one, AGAIN[one.department.kind])
    _let_one_be_late(hotel, ahead)


def answer_all(order: Order, note: str) -> None:
    """Every department that was told of an order confirms it and is ready."""
    for one in standing(order):
        _answer(one, note, is_ready=True)


def somebody_of(department: Department) -> Staff | None:
    """Somebody of a department who may answer."""
    place = answering().filter(department=department).select_related("staff").order_by("pk").first()
    return place.staff if place else None


def _person(notice: DepartmentNotice) -> Staff | None:
    return somebody_of(notice.department)


def _answer(notice: DepartmentNotice, note: str, *, is_ready: bool = False) -> None:
    person = _person(notice)
    if person is None:
        return
    confirm_notice(actor=by(person), notice=notice, staff=person, note=note)
    if is_ready:
        say_ready(actor=by(person), notice=notice, staff=person)


def _let_one_be_late(hotel: Hotel, order: Order) -> None:
    """Finance has not looked at it since this morning."""
    one = DepartmentNotice.objects.filter(order=order, department__kind="finance", superseded_at=None).first()
    if one is None:
        return
    for name in ("sent_at", "due_at"):
        setattr(one, name, getattr(one, name) - (one.due_at - timezone.now()) - LATE)
    one.save(update_fields=["sent_at", "due_at"])
    raise_late_notices(actor=SYSTEM, hotel=hotel, now=timezone.now())
