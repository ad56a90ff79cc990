"""The screening of the demo hotel: last year's, signed off, and this year's as it stands, with judgements at every stage."""

from __future__ import annotations

from datetime import date, timedelta

from roomnight.insight.commands import (
    decide_result,
    enter_judgement,
    review_judgement,
    run_screening,
    sign_screening,
    write_finding,
)
from roomnight.insight.models import Judgement
from roomnight.kernel.commands import OPERATOR, Machine
from roomnight.organization.models import Hotel, Staff

GROUNDS = ("所在行业今年扩产，差旅预算增加", "总部搬迁，明年在沪会议减少", "订单稳定，采购负责人未变")
JUDGED = ((5, 4), (2, 3), (3, 4))


def screen_clients(*, hotel: Hotel, staff: dict[str, Staff], today: date) -> None:
    """Build them, as of a day."""
    director, manager = staff["shen"], staff["zhou"]
    signer = Machine(director.username, hotel.code)
    last = run_screening(actor=OPERATOR, hotel=hotel, year=today.year - 1, side="company")
    better = last.results.filter(grade="B").order_by("place").first()
    if better is not None:
        decide_result(
            actor=signer, result=better, grade="A", action="invest", reason="集团总部明年入驻园区，列为重点", revision=1
        )
    sign_screening(actor=signer, run=last, staff=director, note="与财务核对一致，按此执行")
    run_screening(actor=OPERATOR, hotel=hotel, year=today.year, side="company")
    asked = Judgement.objects.filter(hotel=hotel, year=today.year, account__owner__isnull=False)
    for number, one in enumerate(asked.select_related("account__owner").order_by("pk")[:9]):
        owner = one.account.owner
        assert owner is not None
        trade, way = JUDGED[number % len(JUDGED)]
        enter_judgement(
            actor=Machine(owner.username, hotel.code), judgement=one, staff=owner, trade=trade, way=way,
            ground=GROUNDS[number % len(GROUNDS)], revision=1,
        )  # fmt: skip
        if number % 3 and owner != manager:
            review_judgement(
                actor=Machine(manager.username, hotel.code), judgement=one, staff=manager, is_agreed=True, remark="",
                revision=one.revision,
            )  # fmt: skip
    write_findings(hotel=hotel, director=director, manager=manager, today=today)


def write_findings(*, hotel: Hotel, director: Staff, manager: Staff, today: date) -> None:
    """Two findings of the composition, one of them soon due."""
    found = (
        ("前十家公司占协议客房收入过半，过于集中", "每月新签两家间夜过百的协议客户，重点为软件园", manager, 40),
        ("会议产品只有少数客户使用", "为前二十家客户各报一次会议方案", director, 5),
    )
    for text, countermeasure, owner, days in found:
        write_finding(
            actor=Machine(director.username, hotel.code), hotel=hotel, by=director, period=str(today.year), text=text,
            countermeasure=countermeasure, owner=owner, due_on=today + timedelta(days=days),
        )  # fmt: skip
