"""Inventing believable clients, people and bookings. Pure and reproducible: the same seed and day give the same hotel."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

PLACES = [
    ("上海市", "浦东新区", "陆家嘴环路", "200120"), ("上海市", "浦东新区", "张江高科技园区祖冲之路", "201203"),
    ("上海市", "浦东新区", "世纪大道", "200122"), ("上海市", "黄浦区", "南京东路", "200001"),
    ("上海市", "静安区", "南京西路", "200040"), ("上海市", "徐汇区", "漕溪北路", "200030"),
    ("上海市", "长宁区", "虹桥路", "200051"), ("上海市", "杨浦区", "国权北路", "200433"),
    ("上海市", "闵行区", "申虹路", "201106"), ("苏州市", "工业园区", "苏州大道东", "215028"),
    ("杭州市", "西湖区", "文三路", "310012"), ("宁波市", "鄞州区", "宁南南路", "315100"),
]  # fmt: skip
REGIONS = ["上海", "上海", "上海", "浦东", "长三角", "华东", "苏州", "杭州", "宁波", "江南", "临港", "张江"]
WORDS = [
    "恒睿",
    "远见",
    "浦江",
    "中晟",
    "启宸",
    "华垣",
    "瑞驰",
    "博衍",
    "天祺",
    "云汀",
    "明德",
    "致远",
    "承泽",
    "广源",
    "安澜",
    "凌峰",
    "和畅",
    "嘉禾",
    "立诚",
    "鼎元",
    "盛景",
    "新岳",
    "翰林",
    "正弘",
    "宏图",
    "同辉",
    "卓越",
    "九州",
    "锦程",
    "弘毅",
    "泰和",
    "景明",
]
TRADES = [
    ("智能装备", "装备制造"), ("医药科技", "医药"), ("新能源材料", "新能源"), ("汽车电子科技", "汽车"), ("轨道交通勘察设计", "建筑设计"),
    ("信息技术", "信息技术"), ("国际物流", "物流"), ("生物科技", "医药"), ("半导体", "半导体"), ("律师事务", "法律"),
    ("食品", "食品"), ("建筑工程", "建筑"), ("文化传播", "传媒"), ("教育科技", "教育"), ("投资管理", "金融"), ("进出口贸易", "贸易"),
]  # fmt: skip
ENDINGS = [
    "有限公司",
    "有限公司",
    "有限公司",
    "有限公司",
    "有限公司",
    "股份有限公司",
    "股份有限公司",
    "集团有限公司",
    "集团有限公司",
    "（上海）有限公司",
    "（上海）有限公司",
    "有限公司宁波分公司",
    "股份有限公司",
    "集团有限公司",
    "（上海）有限公司",
    "有限公司上海分公司",
    "研究院股份有限公司长三角技术服务中心",
]
ENGLISH = [
    "Northbridge Pharmaceutical Research & Development (Shanghai) Co., Ltd.", "Meridian & Halvorsen International Freight Forwarding (China) Limited",
    "Sørensen Maritime", "Kestrel Semiconductor (Suzhou) Co., Ltd.", "Aldgate Partners LLP, Shanghai Office", "Vantoria Automotive Systems (China) Ltd.",
    "Brightwater Foods Trading (Shanghai) Co., Ltd.", "Osterhaus Engineering Consulting (Shanghai) Co., Ltd.",
]  # fmt: skip
AGENCIES = [
    "畅行国际旅行社",
    "锦程旅行社",
    "江海假期旅行社",
    "逸途商务旅行",
    "申城国际旅行社",
    "远航旅游",
    "乐游国际旅行社",
    "春风假日旅行社",
]
OFFICES = [
    "浦东新区对外文化交流协会",
    "长三角一体化协同发展办公室",
    "上海市某区科学技术协会",
    "沪江大学继续教育学院",
    "东海水产研究所",
]
MEETINGS = ["上海浦江国际会议策划有限公司", "汇贤会展服务（上海）有限公司", "博闻商务会议有限公司"]
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
GIVEN = [
    "思远",
    "雨桐",
    "嘉怡",
    "子涵",
    "志强",
    "海燕",
    "建华",
    "晓明",
    "丽娟",
    "文博",
    "佳琪",
    "俊杰",
    "雪梅",
    "国栋",
    "慧敏",
    "宇航",
    "欣然",
    "明哲",
    "婷婷",
    "立新",
    "晨曦",
    "美玲",
    "浩然",
    "静怡",
    "振宇",
    "秀英",
]
JOBS = [("采购部", "采购主任", "decider"), ("行政部", "行政主管", "booker"), ("总裁办", "总裁助理", "gatekeeper"), ("财务部", "财务经理", "payer"),
        ("人力资源部", "培训经理", "user"), ("市场部", "会务专员", "booker")]  # fmt: skip
RIVALS = ["江畔国际酒店", "东方瑞景酒店", "金茂花园酒店", "世纪皇廷大酒店"]
LIKES = [
    "高楼层、远离电梯",
    "喜欢靠江的房间",
    "早餐要无糖豆浆",
    "爱喝龙井",
    "晚上会工作，要大书桌",
    "不吃海鲜",
    "习惯软枕",
]


@dataclass
class Invented:
    """One client to be registered: its fields, its people, how much it produces, and the number the PMS knows it by."""

    fields: dict[str, Any]
    contacts: list[dict[str, Any]]
    side: str
    number: int
    nights_a_month: float
    trend: float
    quiet_after: date | None = None
    rate: Decimal = Decimal("520")
    competitors: list[tuple[str, int, Decimal]] = field(default_factory=list)


CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def credit_code(rng: random.Random) -> str:
    """A unified social credit code with a right check character, of nobody in particular."""
    body = "91310000" + "".join(rng.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(9))
    total = sum(CREDIT_ALPHABET.index(c) * w for c, w in zip(body, CREDIT_WEIGHTS, strict=True))
    return body + CREDIT_ALPHABET[(31 - total % 31) % 31]


def person(rng: random.Random) -> dict[str, Any]:
    """One contact."""
    department, title, role = rng.choice(JOBS)
    name = rng.choice(SURNAMES) + rng.choice(GIVEN)
    found: dict[str, Any] = {
        "name": name, "department": department, "job_title": title, "decision_role": role,
        "salutation": rng.choice(["mr", "ms"]), "mobile": f"1{rng.choice('35789')}{rng.randrange(10**9):09d}",
    }  # fmt: skip
    if rng.random() < 0.4:
        found["wechat"] = f"wx{rng.randrange(10**6):06d}"
    if rng.random() < 0.35:
        found |= {
            "birthday_month": rng.randrange(1, 13),
            "birthday_day": rng.randrange(1, 29),
            "birthday_is_lunar": rng.random() < 0.3,
        }
    if rng.random() < 0.3:
        found["preferences"] = {"likes": rng.choice(LIKES)}
    return found


def company_name(rng: random.Random, used: set[str]) -> tuple[str, str]:
    """A company name nobody has yet, and its industry."""
    while True:
        trade, industry = rng.choice(TRADES)
        ending = rng.choice(ENDINGS)
        region = "" if "上海" in ending or "长三角" in ending else rng.choice(REGIONS)
        name = f"{region}{rng.choice(WORDS)}{trade}{ending}"
        if name not in used:
            used.add(name)
            return name, industry


def clients(rng: random.Random, today: date, count: int = 200) -> Iterator[Invented]:
    """The clients: a few that carry the house, many small ones, some gone quiet, some never won."""
    used: set[str] = set()
    fixed = (
        [(name, "travel_agency", "旅游") for name in (f"{n}有限公司" for n in AGENCIES)]
        + [(name, "government", "机关") for name in OFFICES]
        + [(name, "conference", "会展") for name in MEETINGS]
        + [(name, "corporate", "外企") for name in ENGLISH]
    )
    for n in range(count):
        name, kind, industry = (
            fixed[n]
            if n < len(fixed)
            else (*(lambda found: (found[0], "corporate", found[1]))(company_name(rng, used)),)
        )
        city, district, street, postcode = PLACES[min(int(rng.expovariate(0.35)), len(PLACES) - 1)]
        size = rng.paretovariate(1.15)
        producing = rng.random() < 0.78
        nights = min(60.0, 2.2 * size) if producing else 0.0
        grade = "A" if nights > 18 else "B" if nights > 8 else "C" if nights > 3 else "D"
        quiet = today - timedelta(days=rng.randrange(95, 330)) if producing and rng.random() < 0.16 else None
        fields: dict[str, Any] = {
            "name": name, "kind": kind, "industry": industry, "city": city, "district": district, "province": "上海市" if city == "上海市" else "",
            "address": f"{city}{district}{street}{rng.randrange(1, 1900)}号", "postcode": postcode,
            "phone": f"021-{rng.randrange(50_000_000, 69_999_999)}", "grade": grade if producing else "",
            "importance": "important" if grade == "A" and producing else "ordinary",
            "source": rng.choice(["转介绍", "展会", "来电", "名录", "老客户", "扫楼"]), "segment": "商务" if kind == "corporate" else "",
            "potential_room_nights": int(nights * 12 * rng.uniform(1.1, 2.4)) + rng.randrange(0, 60),
            "potential_meetings": rng.randrange(0, 9), "potential_covers": rng.randrange(0, 500, 50),
        }  # fmt: skip
        if name.isascii() or "Sørensen" in name:
            fields |= {"name_en": name}
        if rng.random() < 0.6:
            fields["credit_code"] = credit_code(rng)
        if rng.random() < 0.08:
            fields |= {
                "media_note": rng.choice(["宣布在临港新建研发中心", "完成新一轮融资", "将承办行业年会"]),
                "media_noted_on": today - timedelta(days=rng.randrange(1, 25)),
            }
        rivals = [
            (rival, rng.randrange(10, 50, 5), Decimal(rng.randrange(380, 720, 10)))
            for rival in rng.sample(RIVALS, rng.choice([0, 1, 1, 2]))
        ]
        yield Invented(
            fields=fields, contacts=[person(rng) for _ in range(rng.choice([1, 2, 2, 3]))],
            side="agent" if kind == "travel_agency" else "company", number=1001 + n, nights_a_month=nights,
            trend=rng.uniform(-0.02, 0.03), quiet_after=quiet, rate=Decimal(rng.randrange(420, 780, 10)), competitors=rivals,
        )  # fmt: skip


MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
SEASON = [0.75, 0.55, 1.1, 1.1, 1.05, 1.0, 0.95, 0.9, 1.1, 1.15, 1.2, 0.95]
COLUMNS = [
    "hotel",
    "is_canceled",
    "lead_time",
    "arrival_date_year",
    "arrival_date_month",
    "arrival_date_week_number",
    "arrival_date_day_of_month",
    "stays_in_weekend_nights",
    "stays_in_week_nights",
    "adults",
    "children",
    "babies",
    "meal",
    "country",
    "market_segment",
    "distribution_channel",
    "is_repeated_guest",
    "previous_cancellations",
    "previous_bookings_not_canceled",
    "reserved_room_type",
    "assigned_room_type",
    "booking_changes",
    "deposit_type",
    "agent",
    "company",
    "days_in_waiting_list",
    "customer_type",
    "adr",
    "required_car_parking_spaces",
    "total_of_special_requests",
    "reservation_status",
    "reservation_status_date",
]


def bookings(
    rng: random.Random, today: date, invented: list[Invented], hotel_name: str, days: int = 730
) -> Iterator[list[str]]:
    """Rows of a reservation export in the public booking data set's columns: two years back."""
    for client in invented:
        for back in range(days, 0, -1):
            arrival = today - timedelta(days=back)
            if client.quiet_after and arrival > client.quiet_after:
                break
            growth = 1 + client.trend * (days - back) / 30
            weekday = 1.25 if arrival.weekday() < 4 else 0.45
            chance = client.nights_a_month / 2 / 30 * SEASON[arrival.month - 1] * max(0.2, growth) * weekday
            for _ in range(_poisson(rng, chance)):
                yield _row(rng, client.side, client.number, client.rate, arrival, today, hotel_name)
    for back in range(days, 0, -1):
        for _ in range(_poisson(rng, 2.2)):
            yield _row(
                rng, "", 0, Decimal(rng.randrange(480, 980, 10)), today - timedelta(days=back), today, hotel_name
            )


def _poisson(rng: random.Random, mean: float) -> int:
    count, left = 0, rng.random()
    chance = total = 2.718281828459045**-mean
    while left > total and count < 20:
        count += 1
        chance *= mean / count
        total += chance
    return count


def _row(
    rng: random.Random, side: str, number: int, rate: Decimal, arrival: date, today: date, hotel_name: str
) -> list[str]:
    nights = rng.choice([1, 1, 1, 2, 2, 2, 3, 3, 4, 5])
    weekend = sum(1 for n in range(nights) if (arrival + timedelta(days=n)).weekday() in (4, 5))
    dice = rng.random()
    status = "Canceled" if dice < 0.09 else "No-Show" if dice < 0.11 and arrival < today else "Check-Out"
    lead = int(rng.expovariate(1 / 12))
    adr = (rate * Decimal(str(round(rng.uniform(0.92, 1.12), 3)))).quantize(Decimal("0.01"))
    status_date = (
        arrival + timedelta(days=nights)
        if status == "Check-Out"
        else arrival - timedelta(days=min(lead, 3))
        if status == "Canceled"
        else arrival
    )
    values = dict.fromkeys(COLUMNS, "0") | {
        "hotel": hotel_name, "is_canceled": "0" if status == "Check-Out" else "1", "lead_time": str(lead),
        "arrival_date_year": str(arrival.year), "arrival_date_month": MONTHS[arrival.month - 1],
        "arrival_date_week_number": str(arrival.isocalendar().week), "arrival_date_day_of_month": str(arrival.day),
        "stays_in_weekend_nights": str(weekend), "stays_in_week_nights": str(nights - weekend), "adults": "1", "meal": "BB", "country": "CHN",
        "market_segment": "Corporate" if side == "company" else "Offline TA/TO" if side else "Direct",
        "distribution_channel": "Corporate" if side == "company" else "TA/TO" if side else "Direct",
        "reserved_room_type": "A", "assigned_room_type": "A", "deposit_type": "No Deposit", "customer_type": "Transient",
        "agent": str(number) if side == "agent" else "NULL", "company": str(number) if side == "company" else "NULL",
        "adr": str(adr), "reservation_status": status, "reservation_status_date": status_date.isoformat(),
    }  # fmt: skip
    return [values[name] for name in COLUMNS]
