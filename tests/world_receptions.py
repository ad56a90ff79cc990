"""Guests who are announced in the small world: chen's are planned and come in twelve days, sun's and ye's likewise; tours of both hotels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from roomnight.reception.commands import (
    add_line,
    apply_for_reception,
    approve_reception,
    ask_host,
    hand_in_plan,
    name_team,
    plan_show_round,
    raise_item,
)
from roomnight.reception.models import (
    CooperationItem,
    PreparationItem,
    ProgrammeLine,
    Reception,
    ReceptionHost,
    ShowRound,
)

if TYPE_CHECKING:
    from tests.world import World

ARRIVES = datetime(2026, 11, 30, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
GUESTS = [
    {"name": "高明远", "sex": "m", "title": "采购总监", "phone": "13901230001"},
    {"name": "何静", "sex": "f", "title": "行政主管", "phone": "13901230002"},
]
APPLIED = [("chen", "zhou", "华兴集团考察"), ("sun", "wu", "东海贸易考察"), ("ye", "du", "湖滨考察")]


def application(**more: Any) -> dict[str, Any]:
    """What stands on an application."""
    return {
        "company": "华兴集团考察", "purpose": "考察会议设施", "place": "陆家嘴", "people": 2, "arrives_at": ARRIVES,
        "departs_at": ARRIVES + timedelta(days=1, hours=6), "arrives_by": "MU5101", "is_pick_up_needed": True, **more,
    }  # fmt: skip


def build_receptions(world: World) -> None:
    """One reception with everything in it for each, and a tour."""
    for who, head, company in APPLIED:
        seat, leader = world.seat(who), world.seat(head)
        one = apply_for_reception(
            actor=seat, hotel=seat.hotel, applicant=seat.staff, guests=GUESTS, **application(company=company)
        )
        approve_reception(actor=leader, reception=one, staff=leader.staff, level="senior")
        name_team(actor=seat, reception=one, contact_person=seat.staff, assistant=seat.staff, leader=leader.staff)
        add_line(actor=seat, reception=one, part="pick_up", what="机场接站", starts_at=ARRIVES, responsible=seat.staff)
        add_line(
            actor=seat, reception=one, part="dinner", what="欢迎晚宴", starts_at=ARRIVES + timedelta(hours=8),
            responsible=seat.staff, planned=Decimal(480),
        )  # fmt: skip
        ask_host(actor=seat, reception=one, host=leader.staff, part="下午的会")
        raise_item(actor=seat, reception=one, what="签订年度协议", raised_by="guests")
        hand_in_plan(actor=seat, reception=one, staff=seat.staff)
        plan_show_round(
            actor=leader, hotel=seat.hotel, company=company, visitors="高总一行", people=3,
            starts_at=ARRIVES + timedelta(hours=4), guide=seat.staff,
        )  # fmt: skip


def of(model: Any, who: str, path: str) -> Callable[[], Any]:
    return lambda: model.objects.filter(**{f"{path}__username": who}).order_by("pk").last()


RECEPTION_RECORDS: dict[str, Callable[[], Any]] = {
    f"{prefix}{name}": of(model, who, path)
    for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))
    for name, model, path in (
        ("reception", Reception, "applicant"),
        ("programme_line", ProgrammeLine, "reception__applicant"),
        ("reception_host", ReceptionHost, "reception__applicant"),
        ("preparation", PreparationItem, "reception__applicant"),
        ("cooperation_item", CooperationItem, "reception__applicant"),
        ("show_round", ShowRound, "guide"),
    )
}
