"""What the demo hotel says of itself: position cards, an authority limit of its own, and the fact book."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from roomnight.kernel.commands import Actor
from roomnight.organization.commands import add_fact, add_position, hold_position, set_limit
from roomnight.organization.models import Hotel, Membership, PositionCard, Role, Staff

CARDS: list[tuple[str, str, str, str, str, list[tuple[str, str]]]] = [
    ("营销总监", "Director of Sales", "", "市场营销部全体", "带领销售团队完成客房、宴会与餐饮收入目标", [
        ("审阅下属拜访报告并批示", "activities/visits/"), ("分配客户与公海资源", "clients/pool/"),
        ("确定每季主推产品", "settings/facts/?kind=focus"), ("审批超出销售经理权限的折扣", "settings/limits/"),
    ]),
    ("销售经理", "Sales Manager", "营销总监", "所辖客户经理", "管理小组客户与拜访计划，保证重点客户不流失", [
        ("每周核对小组拜访覆盖", "activities/coverage/"), ("阅读并点评拜访报告", "activities/visits/"),
        ("指派或交接客户", "clients/"),
    ]),
    ("客户经理", "Account Manager", "销售经理", "", "开发和维护名下客户，完成拜访与跟进", [
        ("按建议安排拜访", "activities/proposals/"), ("拜访后当日填写报告", "activities/visits/"),
        ("完成到期跟进", "activities/follow-ups/"), ("维护客户与联系人资料", "clients/"), ("下班前核对当日工作", "activities/day-close/"),
    ]),
]  # fmt: skip
"""Title, English title, superior, team, summary, duties with the page of each."""
HOLDERS = {"shen": "营销总监", "zhou": "销售经理", "xu": "销售经理", "lin": "客户经理", "tang": "客户经理"}
FACTS: list[tuple[str, str, str, str, str, str]] = [
    ("room", "行政江景房", "Executive River Room", "42 平方米，江景，含行政酒廊待遇", "1280", "晚"),
    ("room", "豪华双床房", "Deluxe Twin", "36 平方米，两张 1.2 米床，适合会议团", "880", "晚"),
    ("hall", "云汀厅", "Cloud Hall", "1,080 平方米，层高 7.5 米，无柱，可分三间，剧院式 900 人", "68000", "天"),
    ("hall", "望江会议室", "River Meeting Room", "120 平方米，自然采光，课桌式 60 人", "6800", "半天"),
    ("outlet", "云顶全日餐厅", "Sky All-day Dining", "240 座，早餐 6:30 起", "198", "位"),
    ("service", "机场接送", "Airport transfer", "浦东机场单程，提前 4 小时预订", "380", "次"),
    ("price", "会议半日套餐", "Half-day meeting package", "含场地、茶歇一次、投影；30 人起", "320", "位"),
    ("brochure", "会议与宴会手册 2026 版", "Meetings brochure 2026", "客户索取时发电子版，现场带两份纸质版", "", ""),
    ("testimonial", "“开场前临时加的 40 份茶歇，十分钟就到位。”", "", "某医药公司年会负责人", "", ""),
    ("press", "本地商旅杂志：最适合百人会议的江畔酒店", "", "介绍云汀厅与会务团队", "", ""),
]
"""Chapter, title, English title, text, price, unit."""


def furnish(*, actor: Actor, hotel: Hotel, staff: dict[str, Staff], today: date) -> None:
    """Write it all down."""
    write_cards(actor, hotel, staff)
    set_limit(
        actor=actor, hotel=hotel, kind="discount", role=Role.objects.get(code="sales-manager"), limit=Decimal(12),
        starts_on=today - timedelta(days=60), reason="淡季放宽，总经理批准",
    )  # fmt: skip
    for kind, title, title_en, text, price, unit in FACTS:
        add_fact(
            actor=actor, hotel=hotel, kind=kind, title=title, title_en=title_en, text=text, unit=unit,
            price=Decimal(price) if price else None, checked_on=today - timedelta(days=12),
        )  # fmt: skip
    add_fact(
        actor=actor, hotel=hotel, kind="focus", title="年会季：云汀厅周日至周三", title_en="Annual meetings: Cloud Hall, Sunday to Wednesday",
        text="周日至周三场租七折，住房满 50 间夜另送茶歇一次；优先推荐给去年办过年会的客户。",
        starts_on=today - timedelta(days=20), ends_on=today + timedelta(days=70), checked_on=today - timedelta(days=5),
    )  # fmt: skip


def write_cards(actor: Actor, hotel: Hotel, staff: dict[str, Staff]) -> None:
    """The cards of the sales office, and who holds them."""
    department = hotel.departments.get(kind="sales", name="")
    cards: dict[str, PositionCard] = {}
    for title, title_en, superior, team, summary, duties in CARDS:
        fields: dict[str, Any] = {"title": title, "title_en": title_en, "team": team, "summary": summary}
        cards[title] = add_position(
            actor=actor, hotel=hotel, department=department, superior=cards.get(superior), duties=duties, **fields
        )
    for username, title in HOLDERS.items():
        place = Membership.objects.get(staff=staff[username], hotel=hotel)
        hold_position(actor=actor, place=place, card=cards[title])
