"""A client's credit in a browser, in Chinese, from the application to the release of a hold, by the people whose work it is."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from roomnight.agreements.commands.papers import approve_template, take_shipped_template
from roomnight.agreements.jobs import turn_of_the_day
from roomnight.agreements.models import Agreement, AgreementCopy, AgreementPaper, Language
from roomnight.credit.jobs import collect_what_is_due, statements_of_the_period
from roomnight.credit.models import CreditAccount, CreditApplication, Dispute, LedgerLine, Statement
from roomnight.credit.queries.checking import differences
from tests.e2e.journey import Office, is_fine, press
from tests.world import SHANGHAI, WORLD_NOW, World
from tests.world_credit import LICENCE, whole

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
SIGNER = "金悦"


@pytest.fixture
def clock(at_work_ticking):
    return at_work_ticking


@pytest.mark.rule("CRD-01")
@pytest.mark.rule("CRD-02")
@pytest.mark.rule("CRD-03")
@pytest.mark.rule("CRD-05")
@pytest.mark.rule("CRD-06")
@pytest.mark.rule("CRD-07")
@pytest.mark.rule("CRD-08")
def test_a_clients_credit_from_application_to_release(desktop, clock):
    office, world = Office(desktop), World()
    agreement = granted(office)
    signed_and_copied(office, agreement)
    credit = CreditAccount.objects.get(account=world.jinyuan)
    charged(office, credit)
    settled(office, clock, credit)
    held_and_released(office, clock, credit)
    assert list(differences(credit.hotel)) == []
    assert {"chen", "zhou", "lin", "cao", "ma", "deng", "gao", "song"} <= office.people


def granted(office: Office) -> Agreement:
    """Applied for, returned once, and decided by three: the manager, the director, finance."""
    world = World()
    given = whole(limit="30000", monthly_use="20000", deposit="6000")
    signers, answers = given.pop("signers"), given.pop("answers")
    signers[0]["limit_each"] = "15000"
    values = {
        **given, **{f"score_{name}": value for name, value in answers.items()},
        **{f"signers-0-{name}": value for name, value in signers[0].items() if value},
    }  # fmt: skip
    page = office.send("chen", f"credit/applications/new/?account={world.jinyuan.pk}", "保存草稿", values)
    one = CreditApplication.objects.get(account=world.jinyuan)
    page.locator('input[type="file"]').set_input_files(
        {"name": "营业执照.pdf", "mimeType": "application/pdf", "buffer": LICENCE}
    )
    press(page, "添加")
    is_fine(page)
    press(page, "提交审批")
    decide = f"credit/applications/{one.pk}/decide/"
    office.send("zhou", decide, "审批", {"decision": "approve", "note": "用量稳定，建议授信"})
    office.send("lin", decide, "审批", {"decision": "return", "note": "请补充主要用途"})
    office.send("chen", f"credit/applications/{one.pk}/edit/", "保存并提交", {"use_note": "每月部门会议与客房"})
    office.send("lin", decide, "审批", {"decision": "approve", "note": "同意"})
    office.send(
        "deng", f"credit/applications/{one.pk}/check/", "保存",
        {"check_ways": ["register"], "check_findings": "无诉讼，无失信记录", "outcome": "clear"},
    )  # fmt: skip
    page = office.send("cao", decide, "审批", {"decision": "approve", "note": "保证金已到账"})
    is_fine(page)
    one.refresh_from_db()
    assert (one.state, one.granted, one.agreement is not None) == ("approved", Decimal(30_000), True)
    assert one.agreement is not None
    return one.agreement


def signed_and_copied(office: Office, agreement: Agreement) -> None:
    """The agreement goes its way: decided, on paper from the hotel's template, signed twice, and copied to who needs it."""
    where = f"agreements/{agreement.pk}/"
    office.send(
        "chen", f"{where}edit/", "保存草稿", {"starts_on": f"{WORLD_NOW:%Y-%m-%d}", "ends_on": "2027-10-31", **PRICES}
    )
    office.send("chen", where, "提交审批")
    office.send("zhou", f"{where}decide/", "审批", {"decision": "approve"})
    taken = take_shipped_template(
        actor=World().seat("lin"),
        hotel=agreement.hotel,
        staff=World().lin,
        kind=agreement.kind,
        language=Language.values[0],
    )
    approve_template(actor=World().seat("zheng"), template=taken, staff=World().zheng)
    office.send("chen", f"{where}papers/new/", "制作文本")
    assert AgreementPaper.objects.get(agreement=agreement).superseded_at is None
    for _side in range(2):
        office.send(
            "ma", f"{where}originals/new/", "登记",
            {"signed_for_us": "林雅琴", "signed_for_client": "金世源", "place": "档案柜 3", "has_our_seal": True, "has_client_seal": True},
        )  # fmt: skip
    turn_of_the_day.func()
    agreement.refresh_from_db()
    assert agreement.state == "effective"
    copy = AgreementCopy.objects.get(agreement=agreement, department__kind="finance")
    office.send("deng", f"agreements/copies/{copy.pk}/", "签收")
    copy.refresh_from_db()
    assert copy.acknowledged_by == World().deng


PRICES = {
    "rates-0-room_type": "superior", "rates-0-nights": "1234567", "rates-0-rate": "598",
}  # fmt: skip


def charged(office: Office, credit: CreditAccount) -> None:
    """Two departments charge; what nobody may sign is refused in one plain sentence, and nothing typed is lost."""
    bills = [("gao", "12600", "room", "F-2001", "2 间 7 晚"), ("song", "2880.50", "food", "R-77", "部门聚餐")]
    for who, amount, kind, reference, what in bills:
        page = office.send(
            who, f"credit/till/?account={credit.account_id}", "挂账", bill(amount, kind, reference, what)
        )
    office.device.watches[0].expected.append("422")  # a refusal comes back with the form
    page = office.send(
        "song",
        f"credit/till/?account={credit.account_id}",
        "挂账",
        {**bill("900", "food", "R-78", "午餐"), "signed_by": "路人甲"},
    )
    expect(page.locator("main")).to_contain_text("路人甲")
    expect(page.locator("main")).to_contain_text("有效签单人")
    expect(page.locator('[name="reference"]')).to_have_value("R-78")
    is_fine(page)
    assert [line.reference for line in credit.lines.order_by("pk")] == ["F-2001", "R-77"]


def bill(amount: str, kind: str, reference: str, what: str) -> dict[str, str]:
    return {
        "amount": amount, "signed_by": SIGNER, "revenue_kind": kind, "reference": reference, "description": what,
        "department": "前台" if kind == "room" else "中餐厅",
    }  # fmt: skip


def settled(office: Office, clock: Any, credit: CreditAccount) -> None:
    """The month's statement; the client disputes one line, pays the rest, and has an answer within the day."""
    clock.move_to(datetime(2026, 12, 1, 9, 30, tzinfo=SHANGHAI))
    office.later()
    statements_of_the_period.func()
    statement = Statement.objects.get(credit=credit)
    assert (statement.closing, statement.line_count) == (Decimal("15480.50"), 2)
    room, food = credit.lines.order_by("pk")
    office.send("deng", f"credit/statements/{statement.pk}/sent/", "记为已寄送", {"sent_to": "钱多，邮件"})
    office.send(
        "deng", f"credit/statements/{statement.pk}/answer/", "登记答复",
        {"answered_by": "钱多", f"line-{food.pk}": "当晚只开了两桌，账单是三桌"},
    )  # fmt: skip
    page = office.send(
        "deng", f"credit/{credit.pk}/payments/new/", "登记收款", {"amount": "14000", "reference": "HK-1201"}
    )
    is_fine(page)
    assert open_of(room, food) == [0, Decimal("2880.50")]  # what is disputed is left out
    dispute = Dispute.objects.get(line=food)
    assert dispute.assigned_to == World().chen
    page = office.send(
        "chen", f"credit/disputes/{dispute.pk}/resolve/", "解决",
        {"outcome": "hotel_right", "resolution": "与客户核对菜单：第三桌是加席，客户认可"},
    )  # fmt: skip
    is_fine(page)
    dispute.refresh_from_db()
    assert dispute.resolved_at is not None
    assert dispute.resolved_at < dispute.due_at


def open_of(*lines: LedgerLine) -> list[Decimal]:
    for line in lines:
        line.refresh_from_db()
    return [line.open for line in lines]


def held_and_released(office: Office, clock: Any, credit: CreditAccount) -> None:
    """Sixty days after the due day nothing more is charged; the rest is paid, and the credit manager releases."""
    where = f"credit/till/?account={credit.account_id}"
    clock.move_to(datetime(2027, 3, 2, 9, 30, tzinfo=SHANGHAI))
    office.later()
    collect_what_is_due.func()
    page = office.send("gao", where, "挂账", bill("500", "room", "F-2002", "午休房"))
    expect(page.locator("main")).to_contain_text("停止挂账")
    payment = credit.lines.get(kind="payment")
    office.at("deng", f"credit/lines/{payment.pk}/")
    press(office.device.page(), "冲抵最早到期的")
    office.send("deng", f"credit/{credit.pk}/payments/new/", "登记收款", {"amount": "1480.50", "reference": "HK-0302"})
    page = office.send("cao", f"credit/{credit.pk}/release/", "恢复挂账", {"reason": "款已付清，客户致歉"})
    is_fine(page)
    office.send("gao", where, "挂账", bill("500", "room", "F-2002", "午休房"))
    credit.refresh_from_db()
    assert (credit.is_on_hold, credit.balance) == (False, Decimal(500))
