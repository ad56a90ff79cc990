"""Guests of the demo hotel's sales office: one reception at every stage, with plan, costs and what was agreed; tours of the house."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from roomnight.clients.models import Account
from roomnight.kernel.commands import Machine
from roomnight.organization.models import Hotel, Staff
from roomnight.reception.commands import (
    add_line,
    answer_host,
    apply_for_reception,
    approve_reception,
    ask_host,
    enter_cost,
    guests_left,
    hand_in_plan,
    name_team,
    note_call,
    note_opinions,
    plan_show_round,
    raise_item,
    tick_preparation,
    work_on_item,
)
from roomnight.reception.models import Reception

BUYERS = [("顾建平", "m", "采购总监"), ("黎敏", "f", "行政经理"), ("钟伟", "m", "会务专员")]
TECHNICIANS = [("史晓东", "m", "技术主管"), ("韦佳", "f", "设计师")]
LEADERS = [("季振华", "m", "董事长"), ("汪雪", "f", "总裁助理")]
HALL = "一楼贵宾接待室"


def guests(people: list[tuple[str, str, str]]) -> list[dict[str, Any]]:
    return [
        {"name": name, "sex": sex, "title": title, "phone": f"1390123{number:04d}"}
        for number, (name, sex, title) in enumerate(people, start=41)
    ]


def receive(*, hotel: Hotel, staff: dict[str, Staff], accounts: list[Account]) -> None:
    """Build them, as of now."""
    now = timezone.now().replace(second=0, microsecond=0)
    lin, he, tang = (staff[name] for name in ("lin", "he", "tang"))
    announced(hotel, tang, accounts[3], guests(LEADERS), now + timedelta(days=11), "洽谈年会与客房长包")
    coming = planned(hotel, staff, lin, accounts[0], guests(BUYERS), now + timedelta(days=9), "年度协议续签前考察")
    item = raise_item(actor=by(lin), reception=coming, what="会议旺季保证 30 间房", raised_by="guests")
    work_on_item(actor=by(lin), item=item, revision=1, answer="周日至周三可以保证，其余提前 21 天确认")
    here = planned(
        hotel, staff, he, accounts[1], guests(TECHNICIANS), now - timedelta(hours=3), "会场设备踏勘", "昨晚才确定行程"
    )
    for ready in here.preparations.all()[:3]:
        tick_preparation(actor=by(he), item=ready, staff=he, is_done=True)
    over(hotel, staff, lin, accounts[2], now)
    tour = plan_show_round(
        actor=by(lin), hotel=hotel, account=accounts[4], company=accounts[4].name, visitors="会务公司项目组", people=5,
        starts_at=now - timedelta(days=3), guide=lin, route="大堂—云汀厅—客房样板—全日餐厅",
    )  # fmt: skip
    note_opinions(
        actor=by(lin), show_round=tour, opinions="云汀厅层高满意，希望卸货电梯旁增加指示牌。", head=staff["zhou"]
    )
    plan_show_round(
        actor=by(tang), hotel=hotel, company="高校校友会秘书处", visitors="秘书长一行", people=8, is_regular=True,
        starts_at=now + timedelta(days=2, hours=3), guide=tang, route="大堂—宴会厅—行政酒廊",
    )  # fmt: skip


def by(person: Staff) -> Machine:
    return Machine(person.username, "demo")


def announced(
    hotel: Hotel,
    person: Staff,
    account: Account,
    people: list[dict[str, Any]],
    arrives: datetime,
    purpose: str,
    **more: Any,
) -> Reception:
    """An application that waits for its decision."""
    return apply_for_reception(
        actor=by(person), hotel=hotel, applicant=person, guests=people, account=account, company=account.name,
        purpose=purpose, place=HALL, people=len(people), arrives_at=arrives, departs_at=arrives + timedelta(hours=8),
        arrives_by="虹桥 G7 次 10:20", theme="长期合作", sincerity="已给出明年预算", lodging_wish="不住店", is_pick_up_needed=True,
        how_to_come="地铁 2 号线陆家嘴站 6 号口", **more,
    )  # fmt: skip


def planned(
    hotel: Hotel, staff: dict[str, Staff], person: Staff, account: Account, people: list[dict[str, Any]],
    arrives: datetime, purpose: str, late_reason: str = "",
) -> Reception:  # fmt: skip
    """A reception whose plan is handed in."""
    one = announced(hotel, person, account, people, arrives, purpose)
    head = staff["shen"]
    approve_reception(actor=by(head), reception=one, staff=head, level=one.proposed_level)
    name_team(actor=by(person), reception=one, contact_person=person, assistant=staff["ye"], leader=staff["zhou"])
    for part, what, place, hours, length, cost in (
        ("pick_up", "虹桥站接站，举牌", "虹桥站南出口", 0, 1, None),
        ("talks", "会谈：需求与方案", HALL, 1.5, 1.5, None),
        ("lunch", "工作午餐", "云顶全日餐厅", 3, 1, 280),
        ("tour", "参观会场与样板房", "云汀厅", 4.5, 1, None),
        ("see_off", "送行至大堂门口", "大堂", 6.5, 0.5, None),
    ):
        start = arrives + timedelta(hours=hours)
        add_line(
            actor=by(person), reception=one, part=part, what=what, place=place, starts_at=start, responsible=person,
            ends_at=start + timedelta(hours=length), planned=Decimal(cost) if cost else None,
        )  # fmt: skip
    joins = ask_host(actor=by(person), reception=one, host=staff["zhou"], part="会谈、午餐")
    answer_host(actor=by(staff["zhou"]), asked=joins, answer="comes")
    ask_host(actor=by(person), reception=one, host=staff["jiang"], part="会谈")
    hand_in_plan(actor=by(person), reception=one, staff=person, late_reason=late_reason)
    return one


def over(hotel: Hotel, staff: dict[str, Staff], person: Staff, account: Account, now: datetime) -> None:
    """Guests who have left, with what their meal cost and what they said on the telephone."""
    one = planned(
        hotel, staff, person, account, guests(BUYERS[:2]), now - timedelta(hours=11), "协议价洽谈", "客户临时改期"
    )
    for line in one.programme.filter(planned__isnull=False):
        enter_cost(actor=by(person), line=line, actual=Decimal("268.00"))
    guests_left(actor=by(person), reception=one, at=now - timedelta(hours=4))
    note_call(
        actor=by(person), reception=one, at=now - timedelta(hours=1), hotel_opinion="房间和会场都满意，停车位偏少。",
        company_opinion="方案清楚，希望下周给出书面报价。",
    )  # fmt: skip
