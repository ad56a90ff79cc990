"""What went wrong with orders of the demo hotel: a complaint of guests who are here, days entered wrong, a booking missed last week."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from roomnight.orders.commands import (
    collect_comments,
    enter_costs,
    file_papers,
    note_contact,
    raise_exception,
    settle_cause,
    take_note,
    tell_departments,
)
from roomnight.orders.models import Order, OrderException
from roomnight.organization.models import Department, Hotel, Staff
from roomnight.web.demo.contracts import by

HERE, GROUP, NEXT = "华东区销售会议", "江南考察团", "店长训练营"


def go_wrong(*, hotel: Hotel, staff: Mapping[str, Staff]) -> None:
    """Raise them; the clock of the first runs now."""
    found = {one.title: one for one in Order.objects.select_related("hotel", "account", "follower").filter(hotel=hotel)}
    if HERE in found:
        _here(found[HERE], staff["gao"])
    if GROUP in found:
        _entered_wrong(found[GROUP], staff, hotel)
    if NEXT in found:
        _missed(found[NEXT], staff, hotel)


def _here(order: Order, receptionist: Staff) -> None:
    """Twelve minutes ago, and nobody has called the client yet."""
    raise_exception(
        actor=by(receptionist), account=order.account, raised_by=receptionist, order=order, kind="complaint", found_at="stay",
        what="会议当中断电七分钟，投影与同传全部中断，会务负责人在大堂等答复。", harm=["hall", "service"],
        discovered_at=timezone.now() - timedelta(minutes=12),
    )  # fmt: skip


def _entered_wrong(order: Order, staff: Mapping[str, Staff], hotel: Hotel) -> None:
    """The manager has taken note, the client knows, the departments too."""
    lin, zhou = staff["lin"], staff["zhou"]
    one = raise_exception(
        actor=by(lin), account=order.account, raised_by=lin, order=order, kind="mistaken", found_at="ahead", harm=["time"],
        what="传真写的是 15:00 到店，录成 05:00，接站车按早上派了。", discovered_at=timezone.now() - timedelta(hours=5),
    )  # fmt: skip
    take_note(actor=by(zhou), exception=one, staff=zhou)
    note_contact(
        actor=by(lin), exception=one, staff=lin, way="phone", what_was_said="领队说不影响行程，请书面确认新的接站时间。",
        at=one.discovered_at + timedelta(minutes=18),
    )  # fmt: skip
    tell_departments(
        actor=by(lin), exception=one, departments=_departments(hotel, "front_office", "general_affairs"),
        note="接站改为 15:00，前台按下午到店排房。",
    )  # fmt: skip


def _missed(order: Order, staff: Mapping[str, Staff], hotel: Hotel) -> None:
    """Before this order of the client: understood, paid for and filed; the visit to say sorry is still to come."""
    follower, zhou = order.follower, staff["zhou"]
    one = raise_exception(
        actor=by(follower), account=order.account, raised_by=follower, kind="missed", found_at="arrival", harm=["room"],
        what="客户电话订了 3 间，电话记录没有录单，客人到店时满房。", discovered_at=timezone.now() - timedelta(days=9, hours=3),
    )  # fmt: skip
    OrderException.objects.filter(pk=one.pk).update(raised_at=one.discovered_at + timedelta(minutes=6))
    take_note(actor=by(zhou), exception=one, staff=zhou)
    note_contact(
        actor=by(follower), exception=one, staff=follower, way="in_person",
        what_was_said="客人接受改住同级酒店，要求当晚送回开会。", at=one.discovered_at + timedelta(minutes=41),
    )  # fmt: skip
    collect_comments(
        actor=by(follower), exception=one, comments="处理得还算及时，但以后订房要有书面回执。", impact="trust",
        impact_note="下一次只订了一半的房",
    )  # fmt: skip
    enter_costs(
        actor=by(follower), exception=one, revision=one.revision, cents={"other_hotel": 186_000, "transport": 24_000}
    )
    (front,) = _departments(hotel, "front_office")
    settle_cause(
        actor=by(zhou), exception=one, revision=one.revision, cause="spoken", step="taking", department=front,
        prevention="电话订房当场录单，并把回执发到客户手机。", cause_note="接听时正交接班，记在便签上。",
    )  # fmt: skip
    file_papers(actor=by(follower), exception=one, where="异常档案 2026-B-04")


def _departments(hotel: Hotel, *kinds: str) -> list[Department]:
    found = {one.kind: one for one in hotel.departments.filter(kind__in=kinds, is_retired=False)}
    return [found[kind] for kind in kinds if kind in found]
