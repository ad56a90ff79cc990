"""Applications for credit at every stage, and how the demo hotel settles with its credit clients."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from roomnight.clients.models import Account, AccountKind
from roomnight.credit.commands import (
    approve_application,
    attach_to_application,
    check_application,
    climb_ladder,
    draft_application,
    draw_up_statement,
    hold_overdue,
    note_promise,
    raise_dispute,
    refuse_application,
    return_application,
    send_statement,
    submit_application,
)
from roomnight.credit.models import CreditAccount, CreditApplication
from roomnight.kernel.commands import SYSTEM
from roomnight.organization.models import Hotel, Staff
from roomnight.web.demo.contracts import by
from roomnight.web.demo.people import MANAGER_OF
from roomnight.web.demo.pictures import scanned_page

ASKED: dict[str, Any] = {
    "kind": "new", "nature": "private", "registered_address": "浦东新区世纪大道 200 号", "billing_address": "浦东新区世纪大道 200 号",
    "phone": "021-58880000", "bank": "中国工商银行浦东支行", "bank_account": "1001 2345 6789", "invoice_kind": "special",
    "legal_representative": "顾建平", "business_contact": "王思远 行政部", "finance_contact": "钱多多 财务部",
    "statement_contact": "钱多多 财务部", "scope": ["room", "food", "meeting"], "settlement": "monthly", "payment_days": 30,
    "payment_ways": ["transfer"], "guarantee_kind": "deposit",
    "signers": [
        {"name": "王思远", "job_title": "行政主管", "phone": "13800001111", "document_end": "3317", "limit_each": "5000", "until": ""},
    ],
    "answers": {"years": "ten", "capital": "middle", "kind": "private", "history": "paid", "references": "good", "risk": "none",
                "guarantee": "person"},
}  # fmt: skip


def settle_with(*, hotel: Hotel, staff: dict[str, Staff], made: list[CreditAccount], today: date) -> None:
    """Statements sent, a disputed line with its clock running, a debt that nobody paid, and the word to pay it."""
    month_end = today.replace(day=1) - timedelta(days=1)
    first, late = made[0], made[-1]
    for credit in (first, made[1], late):
        one = draw_up_statement(actor=by(staff["deng"]), credit=credit, until=month_end)
        send_statement(
            actor=by(staff["deng"]), statement=one, revision=one.revision, sent_to="钱多多（财务部），邮件并附发票"
        )
    banquet = first.lines.filter(revenue_kind="banquet", open_cents__gt=0).earliest("pk")
    raise_dispute(
        actor=by(staff["lin"]), credit=first, line=banquet, text="宴会账单多计两桌：当晚实到 18 桌，账单按 20 桌结算", said_by="王思远",
        amount=Decimal(2980),
    )  # fmt: skip
    hold_overdue(actor=SYSTEM, hotel=hotel, on=today)
    climb_ladder(actor=SYSTEM, hotel=hotel, on=today)
    note_promise(
        actor=by(staff["lin"]), credit=late, amount=Decimal(10_000), due_on=today + timedelta(days=5), said_by="赵敏",
        note="财务总监出差，周五回来签付款单",
    )  # fmt: skip


def apply_for_credit(*, staff: dict[str, Staff], accounts: list[Account], today: date) -> None:
    """One application in each state."""
    applicants = _applicants(accounts)
    draft = next(applicants, None)
    if draft is not None and draft.owner is not None:
        draft_application(
            actor=by(draft.owner), account=draft, responsible=draft.owner, drafted_by=draft.owner, kind="new",
            limit=Decimal(20_000),
        )  # fmt: skip
    for limit, then in (("30000", ""), ("60000", "return"), ("15000", "refuse"), ("8000", "approve")):
        account = next(applicants, None)
        if account is None or account.owner is None:
            return
        _decide(staff, _handed_in(account, Decimal(limit), today), then)


def _applicants(accounts: list[Account]) -> Iterator[Account]:
    """Companies with a code, somebody who answers for them, and no credit account."""
    with_credit = set(CreditAccount.objects.values_list("account", flat=True))
    for one in accounts:
        is_company = one.kind != AccountKind.INDIVIDUAL and one.credit_code and one.owner_id is not None
        if is_company and one.pk not in with_credit and one.stage != "blacklisted":
            yield one


def _handed_in(account: Account, limit: Decimal, today: date) -> CreditApplication:
    owner = account.owner
    assert owner is not None
    one = draft_application(
        actor=by(owner), account=account, responsible=owner, drafted_by=owner, client_name=account.name, credit_code=account.credit_code,
        invoice_title=account.name, limit=limit, monthly_use=limit, deposit=limit / 10, truthful_by="顾建平",
        truthful_on=today - timedelta(days=1), **ASKED,
    )  # fmt: skip
    attach_to_application(actor=by(owner), application=one, name="营业执照（盖章）.png", file=BytesIO(scanned_page()))
    return submit_application(actor=by(owner), application=one, staff=owner)


def _decide(staff: dict[str, Staff], one: CreditApplication, then: str) -> None:
    manager = staff[MANAGER_OF.get(one.responsible.username.removeprefix("demo-"), "zhou")]
    common: dict[str, Any] = {"actor": by(manager), "application": one, "staff": manager, "position": 0}
    match then:
        case "return":
            return_application(**common, note="额度超过月预计消费，请补充近一年对账记录后再报。")
        case "refuse":
            refuse_application(**common, note="公司列入经营异常名录，暂不授信，欢迎现结。")
        case "approve":
            check_application(
                actor=by(staff["deng"]), application=one, staff=staff["deng"], check_ways=["register", "court"],
                check_findings="工商登记正常，无失信记录，参考酒店反馈付款准时。", is_clear=True,
            )  # fmt: skip
            approve_application(**common, note="老客户，用量稳定。")
            director = staff["shen"]
            approve_application(actor=by(director), application=one, staff=director, position=1, note="同意。")
