"""What clients of the demo hotel complained about and wrote: with time left, late, not accepted, closed; one on the board."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from roomnight.clients.models import Account
from roomnight.kernel.commands import SYSTEM
from roomnight.organization.authority import Authority
from roomnight.organization.models import Hotel, Staff
from roomnight.service.commands import (
    answer_complaint,
    answer_letter,
    escalate_complaints,
    pin_letter,
    propose_compensation,
    register_letter,
    take_complaint,
)
from roomnight.service.models import Complaint
from roomnight.web.demo.contracts import by

CLOSED = {
    "done": "更换房间并免当晚房费，大堂副理当面道歉", "client_answer": "accepted", "client_words": "处理得快，可以接受",
    "prevention": "每周检查空调滤网，客房部与工程部共签",
}  # fmt: skip
CALLED = {
    "done": "致电道歉，送去书面说明和经理签名的致歉信", "client_answer": "accepted", "client_words": "说明清楚，可以接受",
    "prevention": "叫醒服务改为双人核对，系统和纸本各记一次",
}  # fmt: skip
LONG_NAME = "欧阳若澜（华东区行政与差旅采购中心 高级经理，负责全年会议与长住）"


def complain(*, hotel: Hotel, staff: dict[str, Staff], accounts: Sequence[Account]) -> None:
    """Six complaints and four letters. They happen now: their clocks run."""
    owned = [one for one in accounts if one.owner_id is not None][:6]
    if len(owned) < 6:  # noqa: PLR2004
        return
    heard = Complaint.objects.filter(hotel=hotel, channel="visit").select_related(
        "hotel", "owner", "account", "follow_up"
    )
    for one in heard.order_by("pk")[1:]:
        _answer(one, one.owner, cause="handover", **CALLED)
    rooms, house = (hotel.departments.filter(kind=kind).first() for kind in ("housekeeping", "front_office"))
    taken: dict[str, Any] = {"hotel": hotel, "staff": staff}
    for hours, account, cause in ((70, owned[0], "equipment"), (52, owned[1], "equipment")):
        one = _take(
            **taken, who="yu", hours=hours, account=account, department=rooms, category="facility",
            text="房间空调夜里停了两次，客人没睡好", wants="换房并减免一晚房费",
        )  # fmt: skip
        _answer(one, staff["pan"], cause=cause, **CLOSED)
    refused = _take(
        **taken, who="lin", hours=30, account=owned[2], department=house, category="bill", severity="important",
        text="协议含双早，账单另收早餐两份，前台要客人先付再退", wants="当天退款并书面说明",
    )  # fmt: skip
    _answer(
        refused, refused.owner, done="解释系统设置，请客人下次退还", client_answer="refused", cause="process",
        prevention="核对协议价包含项目", client_words="不接受，已经第二次了",
    )  # fmt: skip
    _take(
        **taken, who="du", hours=13, complainant=LONG_NAME, room="1512", phone="13800005678", category="noise",
        text="楼上装修从早上七点开始，连续两天，前台每次都说马上处理", wants="停止施工或换到安静楼层",
    )  # fmt: skip
    serious = _take(
        **taken, who="yu", hours=3, account=owned[3], department=house, category="food_safety", severity="serious",
        text="团队早餐后三位客人腹泻，要求酒店说明并陪同就医", wants="陪同就医、承担费用、书面说明",
    )  # fmt: skip
    propose_compensation(
        actor=by(staff["yu"]), complaint=serious, by=staff["yu"], own=Authority(Decimal(50)), kind="refund",
        amount=Decimal(800), note="三人门诊费用",
    )  # fmt: skip
    _take(
        **taken,
        who="lin",
        hours=1,
        account=owned[4],
        text="会议茶歇晚了二十分钟才上",
        wants="下次提前十分钟",
        apologised=False,
    )
    escalate_complaints(actor=SYSTEM, hotel=hotel, now=timezone.now())
    _write(hotel, staff)


def _take(
    *, hotel: Hotel, staff: dict[str, Staff], who: str, hours: int, apologised: bool = True, **said: Any
) -> Complaint:
    return take_complaint(
        actor=by(staff[who]), hotel=hotel, by=staff[who], is_apologised=apologised,
        at=timezone.now() - timedelta(hours=hours), **said,
    )  # fmt: skip


def _answer(one: Complaint, person: Staff, **parts: Any) -> None:
    answer_complaint(
        actor=by(person), complaint=one, by=person, revision=one.revision, informed_at=timezone.now(), **parts
    )


def _write(hotel: Hotel, staff: dict[str, Staff]) -> None:
    agent = staff["yu"]

    def letter(kind: str, sender: str, text: str, **more: Any) -> Any:
        return register_letter(actor=by(agent), hotel=hotel, by=agent, kind=kind, sender=sender, text=text, **more)

    thanks = letter(
        "thanks", "方老师", "退房后才发现手表忘在房间，客房部连女士翻了两小时布草车帮我找到，还亲自送到高铁站。"
    )
    answer_letter(
        actor=by(agent), letter=thanks, by=agent, revision=thanks.revision, answer="已转达客房部，感谢您的来信"
    )
    pin_letter(actor=by(agent), letter=thanks, by=agent, shows_name=False)
    idea = letter("suggestion", "宏远会展 李工", "会议签到台能否放手机充电线")
    answer_letter(
        actor=by(agent), letter=idea, by=agent, revision=idea.revision, answer="采纳，宴会厅本周配备", verdict="accepted",
        carried_out_by=staff["liang"],
    )  # fmt: skip
    letter("request", "赵女士", "发票抬头写错，请协助重开", topic="payment", channel="phone", owner=staff["deng"])
    letter("suggestion", "王先生", "建议早餐提前到六点，赶早班机的客人多")
