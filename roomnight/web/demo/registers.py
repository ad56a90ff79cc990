"""What the demo hotel's departments wrote into their registers in the last weeks."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from roomnight.kernel.commands import Machine
from roomnight.organization.models import Hotel, Staff
from roomnight.procedures.commands.registers import add_entry, sign_entry, void_entry
from roomnight.procedures.models import FormVersion, VersionState
from roomnight.web.demo.desk_registers import WRITERS, desk_lines

CALLERS = ["赵女士", "钱先生", "孙先生", "李女士", "周先生", "吴女士", "郑先生", "王女士", "冯先生", "陈女士"]
AREAS = ["浦东新区花木", "浦东新区金桥", "黄浦区打浦桥", "静安区曹家渡", "徐汇区漕河泾", "杨浦区五角场"]
WORDS = ["问两房总价和首付比例", "想知道交付时间和学区", "问车位租金", "比较隔壁楼盘的得房率", "问周末能否带老人看房"]
KEYS = [
    ("3 楼工作间", "floor"),
    ("B1 布草库", "store"),
    ("1512 备用钥匙", "room"),
    ("18 楼总钥匙", "master"),
    ("宴会厅音控室", "other"),
]
ITEMS = [("衬衫", "25.00"), ("西裤", "35.00"), ("西装上衣", "55.00"), ("连衣裙", "60.00"), ("T 恤", "20.00")]
METERS = [("water", "B2 总水表", 21_430), ("power", "B1 配电间 1# 表", 880_120), ("gas", "厨房总表", 45_310)]


def keep_registers(*, rng: random.Random, hotel: Hotel, today: date, staff: dict[str, Staff]) -> None:
    """Some lines in each of the registers that ship."""
    zone = ZoneInfo(hotel.timezone)
    found = FormVersion.objects.filter(form__hotel=hotel, state=VersionState.EFFECTIVE).select_related("form__hotel")
    versions = {one.form.code: one for one in found}
    writers = {
        "enquiry-calls": "he", "key-register": "du", "laundry-slips": "pan", "meter-readings": "wei",
        "hand-over-book": "du", "visitor-register": "shi", **WRITERS,
    }  # fmt: skip
    lines = {
        "enquiry-calls": [call(rng, today, day, staff["he"].name) for day in range(14)],
        "key-register": [taken(rng, today, day, one) for day, one in enumerate(KEYS)],
        "laundry-slips": [slip(rng, today, day) for day in range(8)],
        "meter-readings": [reading(rng, today, day, one, staff["wei"].name) for day in range(4) for one in METERS],
        "hand-over-book": [shift(rng, today, day, kind) for day in range(3) for kind in ("early", "middle", "late")],
        "visitor-register": [visitor(rng, today, day) for day in range(6)],
        **desk_lines(today),
    }
    for code, who in writers.items():
        actor = Machine(staff[who].username, hotel.code)
        for place, data in reversed(list(enumerate(lines[code]))):
            day = place // {"meter-readings": 3, "hand-over-book": 3}.get(code, 1)
            moment = min(timezone.now(), datetime.combine(today - timedelta(days=day), time(13), zone))
            entry = add_entry(actor=actor, version=versions[code], staff=staff[who], data=data, at=moment)
            if code == "hand-over-book":
                sign_entry(actor=actor, entry=entry, staff=staff["du"], place=0, revision=entry.revision)
                sign_entry(actor=actor, entry=entry, staff=staff["cao"], place=1, revision=entry.revision)
        if code == "key-register":
            void_entry(actor=actor, entry=entry, staff=staff[who], reason="同一把钥匙登记了两次")


def at(today: date, days: int, hour: int, minute: int = 0) -> str:
    """So many days ago, at this time."""
    return datetime.combine(today - timedelta(days=days), time(hour, minute)).isoformat(timespec="minutes")


def call(rng: random.Random, today: date, day: int, who: str) -> dict[str, Any]:
    result = rng.choice(["appointment", "material", "later", "later", "none"])
    data = {
        "at": at(today, day, rng.randint(9, 19), rng.randrange(60)), "rings": rng.randint(1, 4), "caller": rng.choice(CALLERS),
        "phone": f"139{rng.randrange(10**8):08}", "area": rng.choice(AREAS), "words": rng.choice(WORDS), "taken_by": who,
        "source": rng.choice(["newspaper", "hoarding", "web", "web", "friend", "passing"]), "minutes": rng.randint(2, 25),
        "questions": rng.sample(["price", "size", "place", "delivery", "loan", "facilities"], 2),
        "called_back": rng.random() < 0.4, "result": result,
    }  # fmt: skip
    return (
        {**data, "visit_on": (today + timedelta(days=rng.randint(1, 6))).isoformat()}
        if result == "appointment"
        else data
    )


def taken(rng: random.Random, today: date, day: int, key: tuple[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "key": key[0], "kind": key[1], "copies": 1, "taken_at": at(today, day, 8, 30), "taken_by": rng.choice(["孔令强", "连翠萍", "潘建国"]),
        "purpose": "日常作业",
    }  # fmt: skip
    return {**data, "is_back": True, "back_at": at(today, day, 17, 5), "received_by": "杜小雨"} if day else data


def slip(rng: random.Random, today: date, day: int) -> dict[str, Any]:
    chosen = rng.sample(ITEMS, 2)
    counts = [rng.randint(1, 3) for _one in chosen]
    total = sum(int(price[:-3]) * count for (_name, price), count in zip(chosen, counts, strict=True))
    return {
        "slip": f"XY-{1200 + day}", "room": str(rng.randint(8, 28) * 100 + rng.randint(1, 20)), "sort": "guest", "service": "ordinary",
        "items": [{"what": name, "count": count, "price": price} for (name, price), count in zip(chosen, counts, strict=True)],
        "total": f"{total}.00", "collected_at": at(today, day, 10), "promised_at": at(today, day, 20),
        "state": "returned" if day else "washing",
    }  # fmt: skip


def reading(rng: random.Random, today: date, day: int, meter: tuple[str, str, int], who: str) -> dict[str, Any]:
    kind, place, start = meter
    used = rng.randint(180, 260)
    before = start - day * 220 - used
    return {
        "meter": kind, "place": place, "read_at": at(today, day, 7), "before": f"{before}.5", "reading": f"{before + used}.5",
        "used": str(used), "read_by": who,
    }  # fmt: skip


def shift(rng: random.Random, today: date, day: int, kind: str) -> dict[str, Any]:
    return {
        "shift": kind, "on_day": (today - timedelta(days=day)).isoformat(), "cash": "5000", "cash_fits": True,
        "keys_handed": rng.randint(10, 14),
        "open_points": [{"what": rng.choice(["1203 等叫醒确认", "团队行李 8 件待送", "发票抬头待客人回复"]), "who": "接班人", "until": "10:30"}],
        "guests": rng.choice(["", "2806 客人过敏，枕头换荞麦", "下午有 20 人团队抵店"]),
    }  # fmt: skip


def visitor(rng: random.Random, today: date, day: int) -> dict[str, Any]:
    return {
        "visitor": rng.choice(["刘建华", "许文静", "方志明"]), "document": "resident-id", "number": "110101199003070329",
        "visits": rng.choice(["江先生", "何女士"]), "relation": rng.choice(["同事", "朋友", "亲属"]), "consent": "phone",
        "came_at": at(today, day, 19, 20), "left_at": at(today, day, 21, 45),
    }  # fmt: skip
