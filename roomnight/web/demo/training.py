"""Who of the demo hotel was trained and examined: most hold it, one ends soon, one has lapsed, one did not pass at first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from roomnight.kernel.commands import Machine
from roomnight.organization.commands import grant_qualification
from roomnight.organization.models import Hotel, Staff

RECEIVING = ("shen", "jiang", "zhou", "xu", "lin", "he", "ma", "tang", "song", "ye", "liang", "cao", "du", "yu")
SELLING = ("shen", "jiang", "zhou", "xu", "lin", "he", "ma", "song")
COURSES = {"receive": "接待礼仪与酒店产品知识", "sell": "协议与报价实务", "first_aid": "红十字会初级急救"}
AGO: dict[str, int] = {"tang": 350, "du": 120, "ye": 200, "lin": 90}
"""How many days ago somebody was examined; 60 for the others. It holds for a year."""


def train(*, hotel: Hotel, staff: dict[str, Staff], today: date) -> None:
    """Enter it all, in the order in which it happened."""
    enter(
        hotel, staff["song"], "receive", today - timedelta(days=75), points=68, result="failed", note="产品知识需补课"
    )
    for name in RECEIVING:
        on = today - timedelta(days=AGO.get(name, 60))
        enter(hotel, staff[name], "receive", on, points=82 + len(name) % 4 * 4)
    for name in SELLING:
        enter(hotel, staff[name], "sell", today - timedelta(days=AGO.get(name, 55)), points=85 + len(name) % 3 * 3)
    enter(hotel, staff["tang"], "sell", today - timedelta(days=400), points=84)
    for name in ("cao", "shi"):
        enter(hotel, staff[name], "first_aid", today - timedelta(days=30), examined_by="区红十字会")


def enter(hotel: Hotel, person: Staff, kind: str, on: date, **more: Any) -> None:
    """The director of sales examines, and is examined by the general manager."""
    by = "gao" if person.username.removeprefix("demo-") == "shen" else "shen"
    examined: dict[str, Any] = {"examined_by": "高明远" if by == "gao" else "沈若兰", **more}
    grant_qualification(
        actor=Machine(by, hotel.code),
        hotel=hotel,
        staff=person,
        kind=kind,
        course=COURSES[kind],
        granted_on=on,
        **examined,
    )
