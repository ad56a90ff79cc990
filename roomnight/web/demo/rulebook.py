"""The demo hotel's own policy documents: one in force and half signed, its next version being written, one that waits for approval."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from roomnight.kernel.commands import Machine
from roomnight.organization.commands import (
    acknowledge,
    approve_version,
    begin_version,
    create_document,
    edit_version,
    submit_version,
)
from roomnight.organization.commands.policies import Content
from roomnight.organization.models import Acknowledgement, Department, Hotel, Part, Role, Staff
from roomnight.organization.working_days import day_at

PROTECTING = """## 一、保护范围

未成交客户可列入保护名单，每人最多二十家，每次三十天。

## 二、延长

到期前由本人说明理由申请延长，直接上级批准；未批准的按期转入公海。

## 三、撞单

以首次登记和有效拜访的先后为准，由营销总监裁定。
"""
REPORTING = """## 一、时限

拜访当日下班前提交拜访报告，遇外地出差可延至次日中午。

## 二、审阅

直接上级两个工作日内批阅；提到投诉的，当日处理。
"""
SIGNED = ("zhou", "tang", "ma")


def write_rules(*, hotel: Hotel, staff: dict[str, Staff]) -> None:
    """Write, submit, approve and sign them, as the people would."""
    today = day_at(hotel, timezone.now())
    sales = Department.objects.get(hotel=hotel, kind="sales", name="")
    by = {name: Machine(staff[name].username, hotel.code) for name in ("ye", "shen", "gao")}
    fields: dict[str, Any] = {"issuer": staff["shen"], "approver_role": Role.objects.get(code="general-manager")}
    readers: dict[str, list[Any]] = {
        Part.DISTRIBUTION: [staff[name] for name in ("zhou", "xu", "lin", "he", "ma", "tang", "song")],
        Part.EXECUTION: [sales],
    }
    values = {"clients.protection_max": 20, "clients.protection_days": 30}
    first = create_document(
        actor=by["ye"], hotel=hotel, serial="YT-SM-PP-001", department=sales, subject="客户保护与公海管理办法",
        subject_en="Protecting clients, and the open pool", purpose="让每家客户都有人负责，避免同事之间争抢客户。", body=PROTECTING,
        effective_on=today, content=Content(parties=readers, values=values), **fields,
    )  # fmt: skip
    submit_version(actor=by["ye"], version=first)
    approve_version(actor=by["gao"], version=first, revision=first.revision, in_force_from=today)
    for name in SIGNED:
        asked = Acknowledgement.objects.select_related("staff", "version__document").get(
            version=first, staff=staff[name]
        )
        acknowledge(actor=Machine(staff[name].username, hotel.code), acknowledgement=asked)
    following = begin_version(actor=by["ye"], document=first.document)
    edit_version(
        actor=by["ye"], version=following, revision=following.revision, effective_on=today + timedelta(days=45),
        change_note="旺季保护期拟由三十天缩短为二十天，征求意见中。",
    )  # fmt: skip
    second = create_document(
        actor=by["ye"], hotel=hotel, serial="YT-SM-PP-002", department=sales, subject="拜访报告提交与批阅规定",
        subject_en="Handing in and reading visit reports", purpose="拜访所得当日留档，问题当日有人处理。", body=REPORTING,
        effective_on=today + timedelta(days=10), content=Content(parties=readers, values={"activities.visit_max_minutes": 30}), **fields,
    )  # fmt: skip
    submit_version(actor=by["ye"], version=second)
