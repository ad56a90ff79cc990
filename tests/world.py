"""A small fixed world: two hotels of one group, a named person for every role, and their clients.

It is built once a session through real commands, on a Wednesday morning, WORLD_NOW. Every test then works on top of it
and leaves it as it was. Ask for it as `world`: `world.chen` is a member of staff, `world.seat("chen")` the same person at
work, `world.huaxing` a client, `world.lujiazui` a hotel.

The sales office of the first hotel, as its leaders stand:

    zheng (general manager)
    └─ lin (director of sales)
       ├─ zhou (sales manager)      chen, xu
       ├─ wu (sales manager)        sun
       ├─ tang (marketing manager)
       └─ ma (clerk)
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import time_machine

from roomnight.activities.models import FollowUp, Visit, VisitProposal
from roomnight.clients.commands import (
    add_contact,
    create_territory,
    register_account,
    save_view,
    share_account,
    tag_accounts,
)
from roomnight.clients.models import Account, ClientImport, Contact, DuplicatePair, Merge, SavedView, Tag
from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.models import Attachment, Deed
from roomnight.organization.access import Seat, seat_at
from roomnight.organization.commands import create_hotel, create_staff, place_staff, ship_roles
from roomnight.organization.models import Delegation, Fact, Hotel, PolicyVersion, PositionCard, Staff
from roomnight.pms.models import ImportRun, InHouseGuest, Party
from roomnight.procedures.commands import install_form
from tests.world_agreements import AGREEMENT_RECORDS, build_agreements
from tests.world_cases import build_cases, case_of, task_of, visit_version
from tests.world_credit import CREDIT_RECORDS, build_credit
from tests.world_forms import build_forms
from tests.world_front_desk import FRONT_DESK_RECORDS, build_front_desk
from tests.world_insight import INSIGHT_RECORDS, build_insight
from tests.world_notices import NOTICE_RECORDS, build_notices
from tests.world_orders import ORDER_RECORDS, build_orders
from tests.world_policies import build_policies
from tests.world_procedures import PROCEDURE_RECORDS, build_procedures
from tests.world_protection import PROTECTION_RECORDS, build_protections
from tests.world_qualifications import QUALIFICATION_RECORDS, build_qualifications
from tests.world_receptions import RECEPTION_RECORDS, build_receptions
from tests.world_service import SERVICE_RECORDS, build_service
from tests.world_work import (
    CHECKED_CLIENTS_FILE,
    CLIENTS_FILE,
    DONE_FILE,
    DRAFT_CLIENTS_FILE,
    DRAFT_FILE,
    LAKESIDE_CLIENTS_FILE,
    LAKESIDE_FILE,
    build_work,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
WORLD_NOW = datetime(2026, 11, 18, 9, 30, tzinfo=SHANGHAI)
"""An ordinary Wednesday, after the huddle."""

PASSWORD = "yunting-2026-sales"
LUJIAZUI, LAKESIDE = "lujiazui", "lakeside"


class Person(NamedTuple):
    """One line of the staff list: sign-in name, names, where, as what, under whom."""

    username: str
    name: str
    name_en: str
    department: str
    role: str
    leader: str = ""


STAFF: dict[str, list[Person]] = {
    LUJIAZUI: [
        Person("he", "何振邦", "Zhenbang He", "executive_office", "president"),
        Person("zheng", "郑国栋", "Guodong Zheng", "gm_office", "general-manager", "he"),
        Person("liang", "梁慧敏", "Huimin Liang", "gm_office", "deputy-general-manager", "zheng"),
        Person("lin", "林雅琴", "Yaqin Lin", "sales", "director-of-sales", "zheng"),
        Person("tang", "唐晓峰", "Xiaofeng Tang", "sales", "marketing-manager", "lin"),
        Person("zhou", "周建平", "Jianping Zhou", "sales", "sales-manager", "lin"),
        Person("chen", "陈思远", "Siyuan Chen", "sales", "sales-representative", "zhou"),
        Person("xu", "徐曼", "Man Xu", "sales", "senior-sales-executive", "zhou"),
        Person("wu", "吴志强", "Zhiqiang Wu", "sales", "sales-manager", "lin"),
        Person("sun", "孙丽", "Li Sun", "sales", "sales-executive", "wu"),
        Person("ma", "马晓燕", "Xiaoyan Ma", "sales", "sales-clerk", "lin"),
        Person("hu", "胡静", "Jing Hu", "banquet", "banquet-coordinator"),
        Person("gao", "高伟", "Wei Gao", "front_office", "front-office-manager"),
        Person("luo", "罗小雨", "Xiaoyu Luo", "front_office", "receptionist", "gao"),
        Person("kong", "孔令强", "Lingqiang Kong", "front_office", "bell-attendant", "gao"),
        Person("song", "宋玉兰", "Yulan Song", "housekeeping", "department-coordinator"),
        Person("shi", "施小兰", "Xiaolan Shi", "housekeeping", "room-attendant", "song"),
        Person("cao", "曹明", "Ming Cao", "finance", "credit-manager"),
        Person("deng", "邓琳", "Lin Deng", "finance", "finance-clerk", "cao"),
        Person("feng", "冯洁", "Jie Feng", "customer_service", "customer-service-agent"),
        Person("tao", "陶静怡", "Jingyi Tao", "customer_service", "club-attendant"),
        Person("jin", "金美玲", "Meiling Jin", "customer_service", "therapist", "tao"),
        Person("yu", "俞海", "Hai Yu", "general_affairs", "property-officer"),
        Person("pan", "潘桂芳", "Guifang Pan", "general_affairs", "cleaning-supervisor"),
        Person("jiang", "蒋大勇", "Dayong Jiang", "security", "security-officer"),
        Person("guan", "关宁", "Ning Guan", "administration", "administrator"),
        Person("yuan", "袁立", "Li Yuan", "executive_office", "group-viewer"),
    ],
    LAKESIDE: [
        Person("qian", "钱伟民", "Weimin Qian", "gm_office", "general-manager"),
        Person("du", "杜若兰", "Ruolan Du", "sales", "director-of-sales", "qian"),
        Person("ye", "叶青", "Qing Ye", "sales", "sales-representative", "du"),
        Person("lu", "陆一鸣", "Yiming Lu", "front_office", "receptionist"),
        Person("yuan", "袁立", "Li Yuan", "executive_office", "group-viewer"),
    ],
}
ADMINISTRATOR = "admin"
"""The installation's administrator, who has no place at any hotel."""


@dataclass(frozen=True)
class Client:
    """One client as registered: its key in the world, its hotel, owner ("" is the open pool) and particulars."""

    key: str
    hotel: str
    owner: str
    name: str
    particulars: dict[str, Any]


LONG_NAME = "上海浦东新区国际经济技术合作与文化交流促进中心有限责任公司"
LONG_NAME_EN = (
    "Shanghai Pudong International Economic, Technical and Cultural Exchange Promotion Centre Company Limited"
)
CLIENTS = [
    Client("huaxing", LUJIAZUI, "chen", "华星科技（上海）有限公司", {
        "name_en": "Huaxing Technology", "short_name": "华星科技", "grade": "A", "importance": "important",
        "stage": "active", "city": "上海", "district": "浦东新区", "address": "世纪大道 100 号", "industry": "信息技术",
        "phone": "021-58881234", "potential_room_nights": 800,
    }),
    Client("jinyuan", LUJIAZUI, "chen", "世纪金源会展服务有限公司", {
        "kind": "conference", "grade": "B", "stage": "negotiating", "city": "上海", "district": "静安区",
    }),
    Client("yuanyang", LUJIAZUI, "xu", "远洋国际旅行社", {
        "kind": "travel_agency", "grade": "C", "stage": "active", "city": "上海", "district": "黄浦区",
    }),
    Client("cujin", LUJIAZUI, "xu", LONG_NAME, {"name_en": LONG_NAME_EN, "kind": "association", "stage": "target"}),
    Client("minjiang", LUJIAZUI, "sun", "闽江药业股份有限公司", {
        "grade": "B", "stage": "active", "city": "上海", "district": "浦东新区",
    }),
    Client("donghai", LUJIAZUI, "sun", "东海航空地面服务公司", {"kind": "airline_crew", "grade": "D", "stage": "dormant"}),
    Client("pujiang", LUJIAZUI, "wu", "浦江建设集团", {"name_en": "Pujiang Construction", "grade": "C", "stage": "active"}),
    Client("tianyuan", LUJIAZUI, "", "天元管理咨询", {"stage": "lead", "district": "浦东新区"}),
    Client("tongda", LUJIAZUI, "", "通达商务旅行社", {"kind": "travel_agency", "stage": "active"}),
    Client("hubin", LAKESIDE, "ye", "湖滨外国语学院", {"kind": "government", "grade": "B", "stage": "active"}),
    Client("xizi", LAKESIDE, "ye", "西子丝绸进出口公司", {"grade": "A", "stage": "active", "district": "西湖区"}),
    Client("longjing", LAKESIDE, "", "龙井茶业", {"stage": "lead"}),
]  # fmt: skip
CONTACTS = [
    ("huaxing", "wangfang", {"name": "王芳", "name_en": "Fang Wang", "salutation": "ms", "job_title": "行政经理",
                             "decision_role": "booker", "mobile": "13812348866"}),
    ("huaxing", "shan", {"name": "单立人", "job_title": "总裁", "decision_role": "decider", "email": "shan@example.com"}),
    ("yuanyang", "zeng", {"name": "曾庆", "job_title": "计调", "wechat": "zengqing-travel"}),
    ("minjiang", "qiu", {"name": "仇海燕", "job_title": "会务主管", "mobile": "13900001111"}),
    ("donghai", "ouyang", {"name": "欧阳志远", "job_title": "地服经理", "email": "ouyang@example.com"}),
    ("hubin", "ren", {"name": "任远", "job_title": "外事处", "phone": "0571-87651234"}),
]  # fmt: skip


def visit_of(staff: str, state: str) -> Callable[[], Any]:
    """The first visit that a person has in this state."""
    return lambda: (
        Visit.objects.select_related("hotel", "account", "staff")
        .filter(staff__username=staff, state=state)
        .earliest("pk")
    )


RECORDS: dict[str, Callable[[], Any]] = {
    "planned_visit": visit_of("chen", "planned"),
    "confirmed_visit": visit_of("chen", "confirmed"),
    "returned_visit": visit_of("chen", "returned"),
    "reported_visit": visit_of("chen", "reported"),
    "closed_visit": visit_of("chen", "closed"),
    "visit_out": visit_of("xu", "out"),
    "sun_s_visit": visit_of("sun", "confirmed"),
    "sun_s_reported_visit": visit_of("sun", "reported"),
    "ye_s_visit": visit_of("ye", "confirmed"),
    "ye_s_reported_visit": visit_of("ye", "reported"),
    "task": lambda: FollowUp.objects.get(what="寄会议报价"),
    "late_task": lambda: FollowUp.objects.get(what="补寄宣传册"),
    "done_task": lambda: FollowUp.objects.get(what="确认发票抬头"),
    "sun_s_task": lambda: FollowUp.objects.get(what="回复机组用房"),
    "ye_s_task": lambda: FollowUp.objects.get(what="约外事处"),
    "proposal": lambda: VisitProposal.objects.filter(staff__username="chen").earliest("pk"),
    "sun_s_proposal": lambda: VisitProposal.objects.filter(staff__username="sun").earliest("pk"),
    "ye_s_proposal": lambda: VisitProposal.objects.filter(staff__username="ye").earliest("pk"),
    "view": lambda: SavedView.objects.get(owner__username="chen", name="重点"),
    "sun_s_view": lambda: SavedView.objects.get(owner__username="sun", name="重点"),
    "ye_s_view": lambda: SavedView.objects.get(owner__username="ye", name="重点"),
    "tag": lambda: Tag.objects.get(hotel__code=LUJIAZUI, name="会议大户"),
    "lakeside_tag": lambda: Tag.objects.get(hotel__code=LAKESIDE, name="会议大户"),
    "photo": lambda: Attachment.objects.get(name="前台.png", hotel_code=LUJIAZUI),
    "lakeside_photo": lambda: Attachment.objects.get(name="前台.png", hotel_code=LAKESIDE),
    "sun_s_photo": lambda: Attachment.objects.get(name="机坪.png"),
    "done_import": lambda: ImportRun.objects.get(file_name=DONE_FILE),
    "draft_import": lambda: ImportRun.objects.get(file_name=DRAFT_FILE),
    "party": lambda: Party.objects.get(name="新辰电子", hotel__code=LUJIAZUI),
    "lakeside_party": lambda: Party.objects.get(name="新辰电子", hotel__code=LAKESIDE),
    "people_merge": lambda: Deed.objects.get(kind="clients.merge_contacts", values__winner_id=World().wangfang.pk),
    "sun_s_people_merge": lambda: Deed.objects.get(kind="clients.merge_contacts", values__winner_id=World().qiu.pk),
    "ye_s_people_merge": lambda: Deed.objects.get(kind="clients.merge_contacts", values__winner_id=World().ren.pk),
    "split": lambda: Deed.objects.get(kind="clients.split", subject=f"clients.account:{World().huaxing.pk}"),
    "sun_s_split": lambda: Deed.objects.get(kind="clients.split", subject=f"clients.account:{World().minjiang.pk}"),
    "ye_s_split": lambda: Deed.objects.get(kind="clients.split", subject=f"clients.account:{World().hubin.pk}"),
    "pair": lambda: DuplicatePair.objects.get(one__name=CLIENTS[0].name),
    "sun_s_pair": lambda: DuplicatePair.objects.get(one__owner__username="sun"),
    "ye_s_pair": lambda: DuplicatePair.objects.get(one__owner__username="ye"),
    "merge": lambda: Merge.objects.get(winner__owner__username="chen"),
    "sun_s_merge": lambda: Merge.objects.get(winner__owner__username="sun"),
    "ye_s_merge": lambda: Merge.objects.get(winner__owner__username="ye"),
    "house_guest": lambda: InHouseGuest.objects.get(hotel__code=LUJIAZUI, booking_number="B1"),
    "lakeside_guest": lambda: InHouseGuest.objects.get(hotel__code=LAKESIDE, booking_number="B1"),
    "secret_guest": lambda: InHouseGuest.objects.get(hotel__code=LUJIAZUI, is_confidential=True),
    "policy_in_force": lambda: PolicyVersion.objects.get(document__serial="YT-SM-PP-SE001", number=1),
    "policy_draft": lambda: PolicyVersion.objects.get(document__serial="YT-SM-PP-SE002", number=2),
    "policy_submitted": lambda: PolicyVersion.objects.get(document__serial="YT-SM-PP-SE003", number=1),
    "lakeside_policy": lambda: PolicyVersion.objects.get(document__serial="LB-SM-PP-SE001", number=1),
    "policy_paper": lambda: Attachment.objects.get(name="报价表.png", hotel_code=LUJIAZUI),
    "draft_paper": lambda: Attachment.objects.get(name="宴请单.png"),
    "lakeside_paper": lambda: Attachment.objects.get(name="报价表.png", hotel_code=LAKESIDE),
    "hand_over": lambda: Deed.objects.get(kind="web.hand_over", actor="zhou"),
    "sun_s_hand_over": lambda: Deed.objects.get(kind="web.hand_over", actor="wu"),
    "ye_s_hand_over": lambda: Deed.objects.get(kind="web.hand_over", actor="du"),
    "position": lambda: PositionCard.objects.get(hotel__code=LUJIAZUI, title="营销总监"),
    "lakeside_position": lambda: PositionCard.objects.get(hotel__code=LAKESIDE, title="营销总监"),
    "delegation": lambda: Delegation.objects.get(absent__username="chen"),
    "sun_s_delegation": lambda: Delegation.objects.get(absent__username="sun"),
    "ye_s_delegation": lambda: Delegation.objects.get(absent__username="ye"),
    "focus": lambda: Fact.objects.get(title="冬季会议季"),
    "lakeside_focus": lambda: Fact.objects.get(title="湖景婚宴"),
    "brochure": lambda: Attachment.objects.get(name="会议手册.png"),
    "lakeside_import": lambda: ImportRun.objects.get(file_name=LAKESIDE_FILE),
    **PROTECTION_RECORDS,
    **PROCEDURE_RECORDS,
    **RECEPTION_RECORDS,
    **QUALIFICATION_RECORDS,
    **AGREEMENT_RECORDS,
    **CREDIT_RECORDS,
    **ORDER_RECORDS,
    **NOTICE_RECORDS,
    **FRONT_DESK_RECORDS,
    **SERVICE_RECORDS,
    **INSIGHT_RECORDS,
    "case": lambda: case_of("chen"),
    "sun_s_case": lambda: case_of("sun"),
    "ye_s_case": lambda: case_of("ye"),
    "case_task": lambda: task_of("chen"),
    "sun_s_case_task": lambda: task_of("sun"),
    "ye_s_case_task": lambda: task_of("ye"),
    "visit_version": lambda: visit_version(LUJIAZUI),
    "lakeside_visit_version": lambda: visit_version(LAKESIDE),
    "card_photo": lambda: Attachment.objects.get(name="名片-chen.png"),
    "sun_s_card_photo": lambda: Attachment.objects.get(name="名片-sun.png"),
    "ye_s_card_photo": lambda: Attachment.objects.get(name="名片-ye.png"),
    "client_file": lambda: ClientImport.objects.get(file_name=CLIENTS_FILE),
    "checked_client_file": lambda: ClientImport.objects.get(file_name=CHECKED_CLIENTS_FILE),
    "draft_client_file": lambda: ClientImport.objects.get(file_name=DRAFT_CLIENTS_FILE),
    "lakeside_client_file": lambda: ClientImport.objects.get(file_name=LAKESIDE_CLIENTS_FILE),
}
"""What has happened, by name; see tests/world_work.py."""


def build_world() -> None:
    """Everything above, at WORLD_NOW. Run once, in an empty database."""
    with time_machine.travel(WORLD_NOW, tick=False):
        build_hotels()
        build_staff()
        build_clients()
        build_work(World(), WORLD_NOW)
        build_protections(World())
        build_pairs(World())
        build_policies(World())
        build_procedures(World())
        build_qualifications(World())
        build_receptions(World())
        build_agreements(World())
        build_credit(World())
        build_orders(World())
        build_notices(World())
        build_forms(World())
        build_front_desk(World())
        build_service(World())
        build_cases(World())
        build_insight(World())


def build_hotels() -> None:
    ship_roles(actor=OPERATOR)
    create_hotel(
        actor=OPERATOR, code=LUJIAZUI, name="云汀大酒店·陆家嘴", name_en="Yunting Grand Hotel Lujiazui", city="上海",
        district="浦东新区", room_count=420,
    )  # fmt: skip
    create_hotel(
        actor=OPERATOR, code=LAKESIDE, name="云汀湖滨酒店", name_en="Yunting Lakeside Hotel", city="杭州", district="西湖区",
        room_count=180,
    )  # fmt: skip


def build_staff() -> None:
    create_staff(actor=OPERATOR, username=ADMINISTRATOR, name="系统管理员", password=PASSWORD, is_administrator=True)
    made: dict[str, Staff] = {}
    for hotel_code, people in STAFF.items():
        hotel = Hotel.objects.get(code=hotel_code)
        for one in people:
            if one.username not in made:
                made[one.username] = create_staff(
                    actor=OPERATOR, username=one.username, name=one.name, name_en=one.name_en, password=PASSWORD
                )
            place_staff(
                actor=OPERATOR, staff=made[one.username], hotel=hotel, department=one.department, role=one.role,
                leader=made[one.leader] if one.leader else None,
            )  # fmt: skip


def build_clients() -> None:
    world = World()
    for one in CLIENTS:
        register_account(
            actor=OPERATOR, hotel=getattr(world, one.hotel), name=one.name,
            owner=getattr(world, one.owner) if one.owner else None, verified_on=date(2026, 9, 1), **one.particulars,
        )  # fmt: skip
    for account, _key, particulars in CONTACTS:
        add_contact(actor=OPERATOR, account=getattr(world, account), **particulars)
    share_account(actor=world.seat("wu"), account=world.minjiang, staff=world.chen)
    for seat in (world.seat("chen"), world.seat("sun"), world.seat("ye")):
        save_view(actor=seat, hotel=seat.hotel, staff=seat.staff, page="accounts", name="重点", query="grade=A")
    for hotel, fields in ((world.lujiazui, ["water", "coffee"]), (world.lakeside, ["tea"])):
        asked = {one: {"type": "string", "title": f"喜欢 {one}", "x-title-en": f"Likes {one}"} for one in fields}
        client_fields(hotel, asked)
    for hotel, account in ((world.lujiazui, world.huaxing), (world.lakeside, world.hubin)):
        tag_accounts(actor=OPERATOR, hotel=hotel, accounts=[account], name="会议大户")
        create_territory(actor=OPERATOR, hotel=hotel, name="城东")


def client_fields(hotel: Hotel, fields: dict[str, Any], **more: Any) -> None:
    """Let a hotel ask this of its clients; again, and it is the form's next version."""
    whole = {"type": "object", "title": "客户自定义字段", "x-title-en": "Own fields", **more, "properties": fields}
    install_form(
        actor=OPERATOR, hotel=hotel, code="client-fields", department="sales", use="account",
        source=json.dumps(whole, ensure_ascii=False),
    )  # fmt: skip


def build_pairs(world: World) -> None:
    """Of each salesperson's clients two that are alike, and one that took in another; the latter is written down only."""
    for one, other in ((world.huaxing, world.jinyuan), (world.minjiang, world.donghai), (world.hubin, world.xizi)):
        reason = {"code": "phone", "values": {}}
        DuplicatePair.objects.create(
            hotel=one.hotel, one=one, other=other, verdict="perhaps", points=60, reasons=[reason]
        )
        known = {"winner": one.name, "loser": other.name, "winner_id": one.pk, "loser_id": other.pk, "counts": {}}
        deed = Deed.objects.create(
            hotel_code=one.hotel.code, kind="clients.merge", message="%(loser)s merged into %(winner)s", values=known,
            actor="lin",
        )  # fmt: skip
        Deed.objects.create(
            hotel_code=one.hotel.code, kind="clients.split", message="%(new)s taken out of %(old)s", actor="lin",
            values={"old": one.name, "new": other.name, "account_id": one.pk, "new_id": other.pk},
            subject=f"clients.account:{one.pk}",
        )  # fmt: skip
        person = one.contacts.order_by("pk")[0]
        people = {"winner": person.name, "loser": "旧名片", "winner_id": person.pk, "loser_id": person.pk, "counts": {}}
        Deed.objects.create(
            hotel_code=one.hotel.code, kind="clients.merge_contacts", message="%(loser)s merged into %(winner)s", values=people,
            actor="lin", subject=f"clients.contact:{person.pk}",
        )  # fmt: skip
        Merge.objects.create(winner=one, loser=other, deed=deed, moved={"activities.visit.account": 1}, merged_by="lin")


class World:
    """The people, places and records by name; each is read when first asked for."""

    def __getattr__(self, name: str) -> Any:
        found = self._find(name)
        if found is None:
            raise AttributeError(name)
        setattr(self, name, found)
        return found

    def _find(self, name: str) -> Any:
        for client in CLIENTS:
            if client.key == name:
                return Account.objects.select_related("hotel").get(hotel__code=client.hotel, name=client.name)
        for _account, key, particulars in CONTACTS:
            if key == name:
                return Contact.objects.select_related("account__hotel").get(name=particulars["name"])
        if name in RECORDS:
            return RECORDS[name]()
        if name in STAFF:
            return Hotel.objects.get(code=name)
        return Staff.objects.filter(username=name).first()

    def seat(self, username: str, hotel: str = "") -> Seat:
        """The person at work: where they have their place, or at the hotel named."""
        return seat_at(getattr(self, username), hotel or home_of(username))


def home_of(username: str) -> str:
    """The code of the hotel where a person works; of the first one for somebody with two or without any."""
    for hotel, people in STAFF.items():
        if any(one.username == username for one in people):
            return hotel
    return LUJIAZUI
