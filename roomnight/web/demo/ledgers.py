"""Clients of the demo hotel that hang bills on account: one well within its limit, one nearly there, one over it, one that
does not pay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from roomnight.agreements.commands import add_signatory, begin_agreements
from roomnight.clients.models import Account
from roomnight.credit.commands import (
    Bill,
    authorise,
    change_terms,
    charge,
    open_account,
    reverse,
    set_limit,
    take_payment,
)
from roomnight.credit.models import CreditAccount
from roomnight.kernel.commands import SYSTEM
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at
from roomnight.web.demo.contracts import approved, by, draft, signed
from roomnight.web.demo.trust import apply_for_credit, settle_with

SIGNERS = [("王思远", "采购主任", "30000"), ("赵敏", "行政主管", "10000")]
TILLS = {
    "room": "前台",
    "food": "中餐厅",
    "beverage": "大堂吧",
    "banquet": "宴会厅",
    "meeting": "会议中心",
    "other": "商务中心",
}


@dataclass(frozen=True)
class Plan:
    """A client's account: its limit, bills as (days ago, for, amount), payments as (days ago, amount), and what is on its way."""

    limit: str
    bills: tuple[tuple[int, str, str], ...]
    payments: tuple[tuple[int, str], ...]
    ahead: str = ""
    since: int = 100
    """Days ago its agreement began."""


PLANS = [
    Plan(
        "200000",
        (
            (75, "banquet", "26800"), (70, "meeting", "13600"), (52, "room", "29440"), (47, "food", "8420"),
            (40, "other", "2260"), (33, "banquet", "29800"), (21, "room", "18360"), (12, "meeting", "26800"),
            (6, "food", "8420.50"), (2, "room", "13560"),
        ),
        ((38, "40400"), (9, "30000")),
        "19350",
    ),
    Plan(
        "50000",
        ((64, "room", "12880"), (41, "food", "3260"), (25, "room", "9960"), (18, "food", "5480"), (4, "meeting", "9800")),
        ((22, "16140"),),
    ),
    Plan("20000", ((30, "food", "2160"), (16, "beverage", "880"), (3, "food", "1986.40")), ((10, "3040"),)),
    Plan(
        "50000",
        ((158, "banquet", "18600"), (149, "room", "7420"), (131, "food", "4280"), (118, "meeting", "6800")),
        ((96, "12000"),),
        since=200,
    ),
]  # fmt: skip


def open_credit(*, hotel: Hotel, staff: dict[str, Staff], accounts: list[Account], today: date) -> list[CreditAccount]:
    """Build them, as of today."""
    owned = [one for one in accounts if one.owner_id == staff["lin"].pk][5:]
    if len(owned) < len(PLANS):  # a demo of few clients
        owned = [one for one in accounts if one.owner_id is not None][-len(PLANS) :]
    made = [_open(hotel, staff, account, today) for account in owned[: len(PLANS)]]
    begin_agreements(actor=SYSTEM, hotel=hotel, on=today)
    for credit, plan in zip(made, PLANS, strict=True):
        _fill(staff, credit, plan, today)
    first, second = made[0], made[1]
    double = first.lines.filter(revenue_kind="other").get()
    reverse(actor=by(staff["deng"]), line=double, reason="商务中心重复入账")
    change_terms(
        actor=by(staff["deng"]), credit=first, revision=first.revision, guarantee="保证金收据 SJ-0312，财务存",
        deposit_cents=2_000_000, ledger_number="AR-1088",
    )  # fmt: skip
    set_limit(actor=by(staff["xie"]), credit=second, limit=Decimal(25_000), reason="季度复核：回款变慢，先降额度")
    settle_with(hotel=hotel, staff=staff, made=made, today=today)
    apply_for_credit(staff=staff, accounts=[one for one in accounts if one.hotel_id == hotel.pk], today=today)
    return made


def _open(hotel: Hotel, staff: dict[str, Staff], account: Account, today: date) -> CreditAccount:
    plan = PLANS[CreditAccount.objects.filter(hotel=hotel).count() % len(PLANS)]
    first = today - timedelta(days=plan.since)
    paper = draft(staff, account, "credit_account", first, timedelta(days=364), settlement="monthly", payment_days=15)
    for name, title, limit in SIGNERS:
        add_signatory(
            actor=by(staff["lin"]), agreement=paper, name=name, job_title=title, starts_on=paper.starts_on,
            ends_on=paper.ends_on, limit_each=Decimal(limit), document_end="0417",
        )  # fmt: skip
    signed(hotel, staff, approved(staff, paper))
    return open_account(
        actor=by(staff["xie"]), account=account, limit=Decimal(plan.limit), reason="年度授信", responsible=staff["lin"]
    )


def _fill(staff: dict[str, Staff], credit: CreditAccount, plan: Plan, today: date) -> None:
    deeds = [(days, kind, amount) for days, kind, amount in plan.bills] + [
        (days, "", paid) for days, paid in plan.payments
    ]
    for number, (days, kind, amount) in enumerate(sorted(deeds, reverse=True)):
        on = today - timedelta(days=days)
        if not kind:
            take_payment(
                actor=by(staff["deng"]), credit=credit, amount=Decimal(amount), on=on, method="转账",
                reference=f"HK-{on:%m%d}-{credit.pk}",
            )  # fmt: skip
            continue
        signer = SIGNERS[0] if Decimal(amount) > Decimal(SIGNERS[1][2]) else SIGNERS[number % 2]
        bill = Bill(
            Decimal(amount), on, revenue_kind=kind, department=TILLS[kind], reference=f"{on:%m%d}-{8700 + number}{credit.pk}",
            signed_by=signer[0],
        )  # fmt: skip
        charge(actor=by(staff["du"]), account=credit.account, bill=bill)
    if plan.ahead:
        bill = Bill(
            Decimal(plan.ahead), today + timedelta(days=5), revenue_kind="banquet", department=TILLS["banquet"],
            reference=f"BEO-{credit.pk}417", signed_by=SIGNERS[0][0],
        )  # fmt: skip
        authorise(
            actor=by(staff["lin"]),
            account=credit.account,
            bill=bill,
            until=max(today, day_at(credit.hotel, timezone.now())) + timedelta(days=8),
        )
