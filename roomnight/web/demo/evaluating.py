"""Evaluations of the demo's relationships, one at every stage: to fill in, to review, going round, approved with measures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from roomnight.clients.models import Account
from roomnight.insight.commands import (
    Filled,
    Second,
    Sheet,
    answer_copy,
    approve_evaluation,
    hand_in_sheet,
    open_evaluation,
    pass_on_sheet,
    plan_measure,
)
from roomnight.insight.models import Evaluation
from roomnight.kernel.commands import Machine
from roomnight.organization.models import Hotel, Membership, Staff
from roomnight.web.demo.people import MANAGER_OF

GROUNDS: Final = (
    "每季度见一次行政总监，总经理年会见过", "每月电话两次，拜访一次", "会议计划提前一个月告知", "今年约占其用房四成",
    "接受协议价，淡季要求特价", "今年一次投诉，当天处理并致歉", "月结，平均晚付五天", "介绍过两家关联公司",
    "同区新开酒店有低价邀约", "除客户经理外，宴会统筹也熟悉对方",
)  # fmt: skip
SCORES: Final = ((4, 4, 3, 4, 3, 4, 3, 4, 3, 3), (3, 3, 2, 2, 3, 4, 2, 2, 2, 2), (5, 4, 4, 5, 4, 4, 5, 4, 4, 3))
SUMMARIES: Final = (
    "关系稳定，竞争酒店在接触，需巩固高层往来。", "份额下滑，采购换人后联系变少，需尽快改进。", "合作最紧密的客户之一，续签没有障碍。",
)  # fmt: skip
OPINIONS: Final = {
    "front_office": "团队入住名单总能提前给到，配合好。", "finance": "今年有两次晚付，提醒后当周付清。", "banquet": "会议改动多，但都提前说。",
    "food_beverage": "客户对午餐自助评价不错。",
}  # fmt: skip


def evaluate_clients(*, hotel: Hotel, staff: dict[str, Staff], today: date) -> None:
    """Build them, as of a day."""
    rows = Account.objects.filter(
        hotel=hotel, owner__username__in=[staff[one].username for one in MANAGER_OF], merged_into=None
    )
    chosen = list(rows.filter(stage="active").select_related("owner", "hotel").order_by("-room_nights_12m", "pk")[:8])
    leaders = {staff[name].username: staff[leader] for name, leader in MANAGER_OF.items()}
    for number, account in enumerate(chosen):
        owner = account.owner
        assert owner is not None
        one = open_evaluation(
            actor=Machine(owner.username, hotel.code), account=account, due_on=today + timedelta(days=7 + number)
        )
        if number < 6:  # noqa: PLR2004
            _fill(one, owner, number % 3, today)
        if number < 4:  # noqa: PLR2004
            _pass_on(one, leaders[owner.username])
        if number < 2:  # noqa: PLR2004
            _approve(one, staff["shen"])


def _fill(one: Evaluation, owner: Staff, kind: int, today: date) -> None:
    actor = Machine(owner.username, one.hotel_code)
    lines = {line.place: Filled(SCORES[kind][line.place - 1], GROUNDS[line.place - 1]) for line in one.lines.all()}
    sheet = Sheet(lines=lines, summary=SUMMARIES[kind], conclusion="improve" if kind == 1 else "keep")
    hand_in_sheet(actor=actor, evaluation=one, staff=owner, sheet=sheet, revision=one.revision)
    if kind == 1:
        plan_measure(
            actor=actor,
            evaluation=one,
            what="约新任采购总监来店参观并试住",
            owner=owner,
            due_on=today + timedelta(days=20),
        )


def _pass_on(one: Evaluation, leader: Staff) -> None:
    actor = Machine(leader.username, one.hotel_code)
    pass_on_sheet(
        actor=actor, evaluation=one, staff=leader, seconds={1: Second(3, "总经理今年还没有见过"), 2: Second(4)},
        note="同意，注意竞争对手", revision=one.revision,
    )  # fmt: skip
    for copy in one.copies.exclude(department=None).select_related("department", "evaluation").order_by("pk")[:3]:
        assert copy.department is not None
        place = Membership.objects.filter(department=copy.department).select_related("staff").order_by("role__rank")[0]
        answer_copy(
            actor=Machine(place.staff.username, one.hotel_code), copy=copy, staff=place.staff,
            opinion=OPINIONS.get(copy.department.kind, "同意。"),
        )  # fmt: skip


def _approve(one: Evaluation, director: Staff) -> None:
    for copy in one.copies.filter(answered_at=None).select_related("department", "staff", "evaluation"):
        reader = copy.staff
        if reader is None:
            place = (
                Membership.objects.filter(department=copy.department).select_related("staff").order_by("role__rank")[0]
            )
            reader = place.staff
        answer_copy(actor=Machine(reader.username, one.hotel_code), copy=copy, staff=reader, opinion="同意。")
    one.refresh_from_db()
    approve_evaluation(
        actor=Machine(director.username, one.hotel_code), evaluation=one, staff=director, conclusion=one.conclusion,
        note="", revision=one.revision,
    )  # fmt: skip
