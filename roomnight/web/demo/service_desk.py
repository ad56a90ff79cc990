"""What tenants and guests asked the demo hotel's desk for: to take up, under way, late, to call back, closed; one improvement."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from roomnight.kernel.commands import SYSTEM
from roomnight.organization.models import Hotel, Staff
from roomnight.service.commands import (
    call_back_request,
    escalate_requests,
    finish_request,
    note_progress,
    plan_improvement,
    take_request,
    take_up_request,
)
from roomnight.service.models import ServiceRequest
from roomnight.web.demo.contracts import by

MEZZANINE = "裙楼二层设备夹层（东侧货梯出口左转第三道防火门内，钥匙在总务值班室）"


def attend_desk(*, hotel: Hotel, staff: dict[str, Staff], today: date) -> None:
    """Eight requests and two improvements. They happen now: their clocks run."""
    desk: dict[str, Any] = {"hotel": hotel, "staff": staff}
    for number, text in enumerate(("卫生间花洒漏水", "空调出风口滴水", "窗帘轨道脱落")):
        done = _take(
            **desk, kind="repair", text=text, spot=f"{9 + number} 层公寓", place="unit", asker="tenant", name="王女士"
        )
        _finish(done, staff["wei"], "更换密封圈，试水正常")
        _call(done, staff["yu"], is_content=True, words="修得快")
    back = _take(
        **desk,
        kind="cleaning",
        text="大堂门口有积水，老人差点滑倒",
        place="lobby",
        spot="南门",
        asker="guest",
        urgency="urgent",
    )
    _finish(back, staff["lian"], "拖干并放了防滑垫和告示牌")
    again = _take(
        **desk, kind="cleaning", text="茶水间有异味", place="unit", spot="B 座 12 层", asker="tenant", name="邱先生"
    )
    _finish(again, staff["lian"], "清理垃圾桶")
    _call(again, staff["yu"], is_content=False, words="下午又有味道，像是下水道")
    late = _take(
        **desk,
        kind="repair",
        minutes=260,
        text="水泵房有异响，压力表跳动",
        place="plant",
        spot=MEZZANINE,
        asker="staff",
    )
    take_up_request(actor=by(staff["wei"]), request=late, by=staff["wei"])
    note_progress(actor=by(staff["wei"]), request=late, by=staff["wei"], text="轴承磨损，备件下午到")
    _take(**desk, kind="key", minutes=5, text="门卡消磁，进不了房", asker="guest", name="马先生", room="1512")
    _take(
        **desk,
        kind="bill",
        minutes=30,
        text="本月物业费账单里空调加时费与登记不符",
        asker="owner",
        name="钱女士",
        phone="13900001234",
    )
    escalate_requests(actor=SYSTEM, hotel=hotel, now=timezone.now())
    plan_improvement(
        actor=by(staff["yu"]), hotel=hotel, by=staff["yu"], finding="9–11 层公寓一个月漏水三次", owner=staff["wei"],
        measure="月底前把老阀门和密封圈全部换掉", due_on=today + timedelta(days=21),
    )  # fmt: skip


def _take(
    *, hotel: Hotel, staff: dict[str, Staff], kind: str, text: str, minutes: int = 20, **said: Any
) -> ServiceRequest:
    return take_request(
        actor=by(staff["yu"]), hotel=hotel, by=staff["yu"], kind=kind, text=text,
        at=timezone.now() - timedelta(minutes=minutes), **said,
    )  # fmt: skip


def _finish(one: ServiceRequest, person: Staff, outcome: str) -> None:
    take_up_request(actor=by(person), request=one, by=person)
    finish_request(actor=by(person), request=one, by=person, revision=one.revision, outcome=outcome)


def _call(one: ServiceRequest, person: Staff, *, is_content: bool, words: str) -> None:
    call_back_request(
        actor=by(person), request=one, by=person, revision=one.revision, is_content=is_content, words=words
    )
