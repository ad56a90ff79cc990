"""Credit in the small world: chen's, sun's and ye's client each with an account of 20,000 and a few lines."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from roomnight.credit.commands import (
    Bill,
    attach_to_application,
    charge,
    draft_application,
    draw_up_statement,
    open_account,
    raise_dispute,
    submit_application,
    take_payment,
)
from roomnight.credit.models import (
    ComparedLine,
    Comparison,
    CreditAccount,
    CreditApplication,
    Dispute,
    DunningLetter,
    DunningStep,
    LedgerLine,
    Match,
    RefusedCharge,
    Statement,
)
from roomnight.kernel import files
from roomnight.kernel.commands import subject_of
from roomnight.kernel.models import Attachment

if TYPE_CHECKING:
    from tests.world import World

MADE = [("chen", "huaxing"), ("sun", "minjiang"), ("ye", "hubin")]


def bill(amount: str = "800", on: date = date(2026, 11, 18), **more: Any) -> Bill:
    """A bill that the client's signatory signed."""
    given = {"revenue_kind": "food", "department": "中餐厅", "signed_by": "单立人", **more}
    return Bill(Decimal(amount), on, **given)


LICENCE = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
"""A business licence, as good as any."""


def raised(**more: Any) -> dict[str, Any]:
    """What an application for a higher limit says."""
    return {
        "kind": "raise", "limit": Decimal(30_000), "monthly_use": Decimal(20_000), "truthful_by": "单立人",
        "truthful_on": date(2026, 11, 17), **more,
    }  # fmt: skip


def whole(**more: Any) -> dict[str, Any]:
    """What the application for a new account says, complete and correct: grade AA by its scorecard."""
    return {
        "kind": "new", "client_name": "世纪金源会展服务有限公司", "credit_code": "91310000MA1FL0LP4C", "nature": "private",
        "legal_representative": "金世源", "registered_address": "南京西路 1 号", "billing_address": "南京西路 1 号", "phone": "021-62880000",
        "bank": "中国银行静安支行", "bank_account": "4500 1234", "invoice_title": "世纪金源会展服务有限公司", "invoice_kind": "special",
        "business_contact": "金悦 13800001111", "finance_contact": "钱多 13800002222", "statement_contact": "钱多 13800002222",
        "limit": Decimal(8000), "monthly_use": Decimal(6000), "scope": ["room", "food"], "settlement": "monthly", "payment_days": 30,
        "payment_ways": ["transfer"], "guarantee_kind": "deposit", "deposit": Decimal(2000), "truthful_by": "金世源",
        "truthful_on": date(2026, 11, 17), "signers": [
            {"name": "金悦", "job_title": "行政主管", "phone": "13800001111", "document_end": "3317", "limit_each": "3000", "until": ""},
        ],
        "answers": {"years": "ten", "capital": "middle", "kind": "private", "history": "paid", "references": "good", "risk": "none",
                    "guarantee": "person"},
        **more,
    }  # fmt: skip


def build_applications(world: World) -> None:
    """For each person one application to be decided on, and a draft with a paper."""
    for who, client in MADE:
        seat, account = world.seat(who), getattr(world, client)
        given = {"actor": seat, "account": account, "responsible": seat.staff, "drafted_by": seat.staff}
        submit_application(actor=seat, application=draft_application(**given, **raised()), staff=seat.staff)
        draft = draft_application(**given, kind="renew", limit=Decimal(20_000))
        attach_to_application(actor=seat, application=draft, name=f"执照-{who}.pdf", file=BytesIO(LICENCE))


def build_credit(world: World) -> None:
    """For each client an open account, two charges, a payment, a charge to decide on, a statement and a dispute."""
    for who, client in MADE:
        seat, account = world.seat(who), getattr(world, client)
        one = open_account(
            actor=seat, account=account, limit=Decimal(20_000), reason="年度授信", responsible=seat.staff
        )
        charge(actor=seat, account=account, bill=bill("1200.50", seat.today, reference=f"F-{one.pk}-1"))
        charge(actor=seat, account=account, bill=bill("880", seat.today, reference=f"F-{one.pk}-2"))
        take_payment(
            actor=seat, credit=one, amount=Decimal(1000), on=seat.today, method="转账", reference=f"R-{one.pk}"
        )
        RefusedCharge.objects.create(
            hotel=one.hotel, credit=one, client_name=account.name, on=seat.today, amount_cents=66_000, reference="F-0",
            revenue_kind="food", source="pms", source_key=f"pms:world:{one.pk}", code="credit.scope",
            values={"kind": "food"}, came_at=timezone.now(),
        )  # fmt: skip
        draw_up_statement(actor=seat, credit=one, until=seat.today)
        compared = Comparison.objects.create(
            credit=one,
            file_name="对账单.xlsx",
            sha256="0" * 64,
            made_at=timezone.now(),
            made_by=who,
            sums=[["theirs", 1, 5000, 0]],
        )
        compared.lines.create(position=0, kind="theirs", row=2, on=seat.today, reference="X-1", their_cents=5000)
        raise_dispute(actor=seat, credit=one, text="早餐未按协议含两份", said_by="单立人")
        step = DunningStep.objects.create(
            credit=one, step="reminder", oldest_due_on=date(2026, 11, 20), cents=108_050, reached_on=seat.today,
            assigned_to=seat.staff,
        )  # fmt: skip
        _keep_letter(step, seat)
    build_applications(world)


def _keep_letter(step: DunningStep, seat: Any) -> None:
    """A letter that was written, without setting the paper anew for every test."""
    letter = DunningLetter.objects.create(
        step=step, number=f"CK-202611-{step.pk:04d}", language="zh-hans", on=seat.today, pay_by=date(2026, 11, 25),
        cents=step.cents, line_count=2, made_at=timezone.now(), made_by=seat.staff.username,
    )  # fmt: skip
    sha256 = hashlib.sha256(LICENCE).hexdigest()
    files.store(Path(settings.MEDIA_ROOT), BytesIO(LICENCE), sha256)
    Attachment.objects.create(
        subject=subject_of(letter), hotel_code=seat.hotel.code, name=f"{letter.number}.pdf", media_type="application/pdf",
        size_bytes=len(LICENCE), sha256=sha256, added_by=seat.staff.username,
    )  # fmt: skip


def of(who: str) -> Callable[[], Any]:
    return lambda: CreditAccount.objects.select_related("hotel", "account__hotel", "responsible").get(
        responsible__username=who
    )


def line_of(who: str) -> Callable[[], Any]:
    return lambda: (
        LedgerLine.objects.select_related("hotel", "credit__hotel", "credit__account")
        .filter(credit__responsible__username=who)
        .earliest("pk")
    )


def match_of(who: str) -> Callable[[], Any]:
    return lambda: Match.objects.filter(debit__credit__responsible__username=who).earliest("pk")


def refused_of(who: str) -> Callable[[], Any]:
    return lambda: RefusedCharge.objects.select_related("hotel").get(credit__responsible__username=who)


def statement_of(who: str) -> Callable[[], Any]:
    return lambda: Statement.objects.select_related("credit__hotel", "credit__account").get(
        credit__responsible__username=who
    )


def step_of(who: str) -> Callable[[], Any]:
    return lambda: DunningStep.objects.get(credit__responsible__username=who)


def letter_of(who: str) -> Callable[[], Any]:
    return lambda: DunningLetter.objects.get(step__credit__responsible__username=who)


def dispute_of(who: str) -> Callable[[], Any]:
    return lambda: Dispute.objects.select_related("credit__hotel", "credit__account").get(
        credit__responsible__username=who
    )


def application_of(who: str, state: str) -> Callable[[], Any]:
    return lambda: (
        CreditApplication.objects.select_related("hotel", "account__hotel", "responsible")
        .filter(responsible__username=who, state=state)
        .earliest("pk")
    )


CREDIT_RECORDS: dict[str, Callable[[], Any]] = {
    **{f"{prefix}refused_charge": refused_of(who) for prefix, who in (("", "chen"), ("ye_s_", "ye"))},
    **{f"{prefix}credit": of(who) for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))},
    **{
        f"{prefix}{name}": application_of(who, state)
        for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))
        for name, state in (("application", "review"), ("application_draft", "draft"))
    },
    **{
        f"{prefix}application_file": lambda who=who: Attachment.objects.get(name=f"执照-{who}.pdf")  # type: ignore[misc]
        for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))
    },
    **{f"{prefix}ledger_match": match_of(who) for prefix, who in (("", "chen"), ("ye_s_", "ye"))},
    **{
        f"{prefix}ledger_statement": statement_of(who)
        for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))
    },
    **{f"{prefix}dunning_step": step_of(who) for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))},
    **{f"{prefix}dunning_letter": letter_of(who) for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))},
    **{
        f"{prefix}comparison": lambda who=who: Comparison.objects.get(credit__responsible__username=who)  # type: ignore[misc]
        for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))
    },
    **{
        f"{prefix}compared_line": lambda who=who: ComparedLine.objects.get(  # type: ignore[misc]
            comparison__credit__responsible__username=who
        )
        for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))
    },
    **{f"{prefix}dispute": dispute_of(who) for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))},
    **{f"{prefix}ledger_line": line_of(who) for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))},
}
