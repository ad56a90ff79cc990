"""Orders of the demo hotel: an enquiry, an option that runs out, firm ones ahead, one whose guests are here, some that are over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from roomnight.clients.models import Account
from roomnight.kernel.calendar import at_local
from roomnight.kernel.commands import Machine
from roomnight.orders.commands import (
    add_guests,
    add_item,
    answer_quotation,
    begin_order,
    cancel_order,
    change_item,
    confirm_order,
    decline_order,
    draw_up_quotation,
    hold_option,
    new_order,
    send_quotation,
)
from roomnight.orders.commands.blocks import keep_block, pick_up, release_rooms
from roomnight.orders.models import Order, RoomBlock
from roomnight.organization.models import Hotel, Staff
from roomnight.web.demo.contracts import by

Item = tuple[str, dict[str, Any]]
GUESTS = [
    {"name": "邵启明", "job_title": "董事长", "vip": "V1", "needs": "高楼层套房，房内备普洱；不吃海鲜"},
    {"name": "温若琳", "job_title": "总裁", "vip": "V2", "needs": "无羽绒枕"},
    {"name": "齐文博", "job_title": "行政总监", "needs": "第二日早退，叫早 5:30"},
    {"name": "Daniel Brook", "job_title": "海外顾问", "vip": "V2", "needs": "英文接待；素食"},
]


OFFER = (
    "江景厅整场包用，14:00 起可进场搭建；江南宴十二道，含迎宾茶与软饮。\n"
    "我们为贵司安排专人全程陪同，桌签、签到台与停车位一并备好。"
)
TERMS = "确认时付 30% 定金；保证桌数开席前 72 小时书面确认，少于保证数按保证数结算；活动前 7 日内取消，定金不退。"


class _Days:
    """Days and hours around the first day of an order."""

    def __init__(self, hotel: Hotel, first: date) -> None:
        self.zone, self.first = ZoneInfo(hotel.timezone), first

    def at(self, offset: int, hour: int, minute: int = 0) -> datetime:
        return at_local(self.first + timedelta(days=offset), time(hour, minute), self.zone)

    def rooms(self, count: int, nights: int, rate: int | None = None, kind: str = "superior", **more: Any) -> Item:
        days = {"arrives_on": self.first, "departs_on": self.first + timedelta(days=nights)}
        price = None if rate is None else rate * 100
        return "rooms", {"room_type": kind, "count": count, "breakfasts": 1, "price_cents": price, **days, **more}

    def hall(self, offset: int, hours: tuple[int, int], what: str, people: int, rent: int | None, **more: Any) -> Item:
        span = {"starts_at": self.at(offset, hours[0]), "ends_at": self.at(offset, hours[1])}
        return "function", {
            "what": what,
            "people": people,
            "price_cents": None if rent is None else rent * 100,
            **span,
            **more,
        }

    def meal(self, offset: int, hour: int, meal: str, count: int, each: int, **more: Any) -> Item:
        given = {
            "unit": "person",
            "starts_at": self.at(offset, hour),
            "meal": meal,
            "count": count,
            "price_cents": each * 100,
        }
        return "catering", {**given, **more}

    def car(self, offset: int, hour: int, vehicle: str, place: str, each: int, **more: Any) -> Item:
        given = {"vehicle": vehicle, "place": place, "starts_at": self.at(offset, hour), "price_cents": each * 100}
        return "transport", {**given, **more}


def take_orders(*, hotel: Hotel, staff: dict[str, Staff], accounts: list[Account], today: date) -> list[Order]:
    """Build them, as of today."""
    lin = [one for one in accounts if one.owner_id == staff["lin"].pk]
    he = [one for one in accounts if one.owner_id == staff["he"].pk]
    owned = [*lin[:5], *he[:3]]
    if len(owned) < 8:  # a demo of few clients
        owned = [one for one in accounts if one.owner_id is not None]
        owned = (owned * 8)[:8]
    book = _Book(hotel, staff, today)
    _conference(book, owned)
    _group(book, owned[0])
    _options(book, owned)
    _here(book, owned)
    _over(book, owned)
    _quote(book, owned[4])
    _lost(book, owned)
    return book.made


def _conference(book: _Book, owned: list[Account]) -> None:
    """Two days with rooms, halls, meals and cars, confirmed, with its guests."""
    staff = book.staff
    days = book.days(18)
    meeting = book.take(
        owned[0], days, "年度经销商大会", "meeting", 2,
        [
            days.rooms(60, 2, 560), days.rooms(4, 2, 980, "deluxe"),
            days.hall(0, (13, 18), "全体大会", 180, 18_000, space_wish="浦江大宴会厅", set_up="theatre",
                      equipment="LED 屏、追光、无线话筒 6 支、同传 2 路"),
            days.hall(1, (9, 17), "分组讨论", 60, 6_000, space_wish="会议室 3–5", set_up="u_shape", equipment="白板、投影"),
            days.meal(0, 15, "tea_break", 180, 58, menu="标准茶歇 B"),
            days.meal(0, 19, "dinner", 18, 3_280, unit="table", people=180, menu="商务宴 A，白酒自带", place="浦江大宴会厅"),
            days.car(0, 11, "45 座大巴", "虹桥机场 – 酒店", 1_500, count=2, people=80, flight="MU5102 / CA1858"),
        ],
        people=180, arrives_at=time(11), signers="王思远、赵敏", signed_for="客房、宴会、会场；迷你吧自理",
        special_needs="主席台座签 12 个；全程无烟；签到台背景板由客户自带，前一日 20:00 进场。",
    )  # fmt: skip
    add_guests(actor=by(staff["lin"]), order=meeting, guests=GUESTS)
    confirm_order(actor=by(staff["lin"]), order=meeting, note="合同已签回，定金已到账")


IN_ROOMS = (
    ("deluxe", 2, ["邵启明"]), ("deluxe", 2, ["温若琳"]), ("superior", 2, ["齐文博", "单立人"]), ("superior", 1, ["Daniel Brook"]),
    ("superior", 2, ["欧阳若谷", "上官婉清"]),
)  # fmt: skip


def _group(book: _Book, account: Account) -> None:
    """A tour group with a block of rooms, some of them picked up, whose cut-off date is three days ahead."""
    actor, days = by(book.staff["lin"]), book.days(11)
    order = book.take(
        account, days, "江南考察团", "group", 2, [days.rooms(24, 2, 560), days.rooms(6, 2, 980, "deluxe")], people=54,
        arrives_at=time(15),
    )  # fmt: skip
    blocks: dict[str, RoomBlock] = {}
    for item in order.items.all():
        blocks[item.room_type] = keep_block(actor=actor, item=item, cut_off_on=book.today + timedelta(days=3))
    for kind, nights, names in IN_ROOMS:
        last = days.first + timedelta(days=nights)
        pick_up(actor=actor, block=blocks[kind], arrives_on=days.first, departs_on=last, names=names)
    pick_up(
        actor=actor, block=blocks["superior"], arrives_on=days.first, departs_on=days.first + timedelta(days=2), rooms=9
    )
    confirm_order(actor=actor, order=order, note="微信确认")
    fresh = RoomBlock.objects.select_related("item__order__hotel", "item__order__follower").get(
        pk=blocks["superior"].pk
    )
    release_rooms(
        actor=actor, block=fresh, revision=fresh.revision, first=days.first + timedelta(days=1), last=days.first + timedelta(days=1),
        rooms=4, why="部分团员提前一天返程",
    )  # fmt: skip


def _options(book: _Book, owned: list[Account]) -> None:
    """A training and a wedding that are kept for their clients, and an enquiry."""
    staff, today = book.staff, book.today
    days = book.days(9)
    training = book.take(
        owned[1], days, "店长训练营", "training", 3,
        [days.rooms(25, 3, 520), days.hall(0, (9, 17), "训练课程", 50, 5_000, set_up="classroom", space_wish="会议室 2"),
         days.meal(0, 12, "lunch", 50, 98)],
        people=50,
    )  # fmt: skip
    hold_option(actor=by(staff["lin"]), order=training, until=today + timedelta(days=1))
    days = book.days(40)
    wedding = book.take(
        owned[2], days, "沈府婚宴", "wedding", 0,
        [days.meal(0, 18, "dinner", 26, 5_888, unit="table", people=260, menu="百年好合宴", place="云汀宴会厅"),
         days.rooms(6, 1, 680, "deluxe")],
        people=260, payment="prepaid", deposit_cents=4_600_000, deposit_due_on=today + timedelta(days=10), channel="walk_in",
    )  # fmt: skip
    hold_option(actor=by(staff["lin"]), order=wedding, until=today + timedelta(days=12))
    days = book.days(26)
    book.take(
        owned[3], days, "新品发布会", "party", 1,
        [days.hall(0, (14, 21), "发布会与酒会", 120, None, space_wish="江景厅"), days.rooms(12, 1)],
        people=120, channel="wechat",
    )  # fmt: skip


def _here(book: _Book, owned: list[Account]) -> None:
    """A meeting whose guests are in the house."""
    staff = book.staff
    days = book.days(0)
    here = book.take(
        owned[5], days, "华东区销售会议", "meeting", 1,
        [days.rooms(18, 1, 560), days.hall(0, (14, 18), "销售会议", 40, 4_000, set_up="u_shape", space_wish="会议室 1",
                                            equipment="投影、桌签"),
         days.meal(0, 18, "buffet", 40, 188, place="西餐厅", menu="自助晚餐")],
        who="he", people=40, arrives_at=time(12),
    )  # fmt: skip
    confirm_order(actor=by(staff["he"]), order=here, note="邮件确认")
    begin_order(actor=by(staff["he"]), order=here)


def _over(book: _Book, owned: list[Account]) -> None:
    """A breakfast of this morning, confirmed in time; the rest of its way is gone by whoever follows it."""
    staff = book.staff
    days = book.days(0)
    over = book.take(
        owned[6], days, "董事会早餐会", "meeting", 0,
        [days.hall(0, (7, 9), "早餐会", 16, 1_200, set_up="u_shape", space_wish="会议室 3", equipment="投影、同声记录"),
         days.meal(0, 7, "breakfast", 16, 128, place="会议室 3", menu="商务早餐，两位素食")],
        who="he", people=16, arrives_at=time(7),
    )  # fmt: skip
    confirm_order(actor=by(staff["he"]), order=over, note="邮件确认")
    begin_order(actor=by(staff["he"]), order=over)


def _lost(book: _Book, owned: list[Account]) -> None:
    """A group that went elsewhere, and a meeting that was called off."""
    staff = book.staff
    days = book.days(33)
    lost = book.take(
        owned[6], days, "三十人旅行团", "group", 2, [days.rooms(16, 2, 420)], who="he", people=30, channel="agency"
    )
    decline_order(actor=by(staff["he"]), order=lost, reason="团队价低于底价，未谈拢", went_to="江畔国际酒店")
    days = book.days(14)
    off = book.take(
        owned[7], days, "股东会", "meeting", 0, [days.hall(0, (9, 12), "股东会", 20, 2_600)], who="he", people=20
    )
    cancel_order(actor=by(staff["he"]), order=off, reason="改为线上召开", charge_cents=0)


def _quote(book: _Book, account: Account) -> None:
    """An evening that was quoted, changed as the client wished, and quoted again."""
    days, lin = book.days(21), book.staff["lin"]
    order = book.take(
        account, days, "答谢晚宴", "banquet", 0,
        [days.meal(0, 18, "dinner", 12, 3_680, unit="table", people=120, menu="江南宴", place="江景厅"),
         days.hall(0, (15, 22), "场地与搭建", 120, 12_000, set_up="banquet", space_wish="江景厅", equipment="舞台、追光")],
        people=120,
    )  # fmt: skip
    given: dict[str, Any] = {"order": order, "staff": lin, "offer": OFFER, "terms": TERMS}
    first = draw_up_quotation(actor=by(lin), valid_until=book.today + timedelta(days=10), **given)
    send_quotation(actor=by(lin), quotation=first, how="邮件发给会务专员")
    answer_quotation(actor=by(lin), quotation=first, answer="changes", note="希望每桌 3,280 以内，送司仪台")
    dinner = order.items.get(kind="catering")
    change_item(actor=by(lin), item=dinner, revision=dinner.revision, price_cents=328_000, note="赠司仪台与签到台")
    second = draw_up_quotation(actor=by(lin), valid_until=book.today + timedelta(days=12), **given)
    send_quotation(actor=by(lin), quotation=second, how="邮件发给会务专员，微信同步")


class _Book:
    """Who takes which order down."""

    def __init__(self, hotel: Hotel, staff: dict[str, Staff], today: date) -> None:
        self.hotel, self.staff, self.today = hotel, staff, today
        self.made: list[Order] = []

    def days(self, offset: int) -> _Days:
        return _Days(self.hotel, self.today + timedelta(days=offset))

    def take(
        self, account: Account, days: _Days, title: str, kind: str, nights: int, items: Sequence[Item], who: str = "lin",
        **more: Any,
    ) -> Order:  # fmt: skip
        person: Staff = self.staff[who]
        actor: Machine = by(person)
        order = new_order(
            actor=actor, account=account, taken_by=person, kind=kind, title=title, arrives_on=days.first,
            departs_on=days.first + timedelta(days=nights), contact=account.contacts.order_by("pk").first(), **more,
        )  # fmt: skip
        for what, values in items:
            below = {"price_reason": "会议团队价，随场租一并谈定"} if what == "rooms" else {}
            add_item(actor=actor, order=order, kind=what, **{**values, **below})
        self.made.append(order)
        return order
