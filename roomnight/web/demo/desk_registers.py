"""What the desk of the demo hotel wrote into its registers: parcels, tickets, handovers of units, fit-outs, rounds of cleaning and green."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

WRITERS = {
    "parcels": "du", "ticket-orders": "yu", "unit-handovers": "wei", "fit-out-reviews": "wei", "cleaning-rounds": "jin",
    "green-rounds": "jin",
}  # fmt: skip
UNIT, TENANT = "B 座 1203", "明远咨询"


def at(today: date, days: int, hour: int) -> str:
    """So many days ago, at this hour."""
    return datetime.combine(today - timedelta(days=days), time(hour)).isoformat(timespec="minutes")


def desk_lines(today: date) -> dict[str, list[dict[str, Any]]]:
    """The lines of each register, the latest first."""
    return {
        "parcels": [_parcel(today, day, whose) for day, whose in enumerate(("1512 马先生", "明远咨询 前台", "何女士", "会务组 李工"))],
        "ticket-orders": [
            {"kind": "train", "for_whom": "陈女士", "phone": "13800005678", "what": "G7 上海虹桥—北京南", "count": 2, "state": "booked",
             "travels_on": (today + timedelta(days=3)).isoformat(), "price": "1324.00", "fee": "20.00", "paid": True},
            {"kind": "show", "for_whom": "郑先生", "what": "上海大剧院 芭蕾", "count": 1, "state": "none", "price": "0.00",
             "travels_on": (today + timedelta(days=1)).isoformat()},
        ],
        "unit-handovers": [
            {"way": "in", "unit": UNIT, "who": TENANT, "on_day": (today - timedelta(days=6)).isoformat(), "keys": 4, "cards": 12,
             "meters": [{"meter": "电表", "reading": "18230.5"}, {"meter": "冷水表", "reading": "412"}],
             "items": [{"what": "空调", "state": "good"}, {"what": "窗帘", "state": "minor", "note": "左侧轨道松"}],
             "handbook": True, "is_settled": True},
        ],
        "fit-out-reviews": [
            {"unit": UNIT, "who": TENANT, "builder": "沪东装饰工程有限公司", "handed_in": (today - timedelta(days=20)).isoformat(),
             "scope": ["partition", "power"], "deposit": "20000.00", "state": "accepted", "conditions": "噪声作业避开 9:00–18:00",
             "visits": [{"on": (today - timedelta(days=12)).isoformat(), "found": "动火证齐全"}]},
        ],
        "cleaning-rounds": [_cleaning(today, day, area) for day, area in enumerate(("lobby", "washroom", "garage"))],
        "green-rounds": [
            {"area": "hall", "went_at": at(today, 1, 9), "by": "金秀芳", "growth": "good", "water": "good", "pests": False},
            {"area": "lawn", "went_at": at(today, 8, 9), "by": "金秀芳", "growth": "minor", "water": "bad", "pests": True,
             "pest_note": "草坪锈病，喷三唑酮一次", "replant": 30},
        ],
    }  # fmt: skip


def _parcel(today: date, day: int, whose: str) -> dict[str, Any]:
    line = {"kind": "parcel", "whose": whose, "pieces": 1, "came_at": at(today, day, 10), "kept_at": "礼宾部 2 号架"}
    return {**line, "is_handed": True, "handed_at": at(today, day, 18), "handed_to": "本人"} if day % 2 else line


def _cleaning(today: date, day: int, area: str) -> dict[str, Any]:
    line = {
        "area": area, "went_at": at(today, day, 9), "by": "金秀芳", "floor": "good", "glass": "good", "washroom": "good",
        "bins": "good",
    }  # fmt: skip
    found = {"bins": "bad", "found": [{"where": "B2 东侧", "what": "垃圾房未清"}]}
    return {**line, **found} if area == "garage" else line
