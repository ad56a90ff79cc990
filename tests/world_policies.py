"""Policy documents of the small world: one in force that chen is to sign, one with a draft after it, one that waits, another hotel's."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from roomnight.organization.access import Seat
from roomnight.organization.commands import approve_version, begin_version, create_document, submit_version
from roomnight.organization.commands.policies import Content
from roomnight.organization.commands.policy_papers import attach_paper
from roomnight.organization.models import Department, Part, PolicyVersion, Role, Staff
from tests.world_work import PNG

if TYPE_CHECKING:
    from tests.world import World

TEXT = "## 报价权限\n\n1. 对外报价须在权限内。\n2. 超出权限的，先批后报。\n"


def build_policies(world: World) -> None:
    """Lin writes and Zheng approves; at the other hotel Du and Qian. Only chen is asked to sign, and has not."""
    lin, zheng, du, qian = (world.seat(name) for name in ("lin", "zheng", "du", "qian"))
    first = written(lin, "YT-SM-PP-SE001", "对外报价权限", [world.chen])
    attach_paper(actor=lin, version=first, name="报价表.png", file=BytesIO(PNG))
    approved(lin, zheng, first)
    second = approved(lin, zheng, written(lin, "YT-SM-PP-SE002", "宴请管理", []))
    attach_paper(
        actor=lin, version=begin_version(actor=lin, document=second.document), name="宴请单.png", file=BytesIO(PNG)
    )
    submit_version(actor=lin, version=written(lin, "YT-SM-PP-SE003", "看房接待", []))
    there = written(du, "LB-SM-PP-SE001", "湖滨报价权限", [world.ye])
    attach_paper(actor=du, version=there, name="报价表.png", file=BytesIO(PNG))
    approved(du, qian, there)
    begin_version(actor=du, document=there.document)


def written(seat: Seat, serial: str, subject: str, readers: list[Staff], **more: Any) -> PolicyVersion:
    """The draft of a document of the sales office."""
    return create_document(
        actor=seat, hotel=seat.hotel, serial=serial, department=Department.objects.get(hotel=seat.hotel, kind="sales", name=""),
        subject=subject, purpose="统一做法。", body=TEXT, issuer=seat.staff, effective_on=seat.today,
        approver_role=Role.objects.get(code="general-manager"), content=Content(parties={Part.DISTRIBUTION: readers}), **more,
    )  # fmt: skip


def approved(seat: Seat, approver: Seat, version: PolicyVersion) -> PolicyVersion:
    """Submitted and approved for today."""
    submit_version(actor=seat, version=version)
    return approve_version(actor=approver, version=version, revision=version.revision, in_force_from=seat.today)
