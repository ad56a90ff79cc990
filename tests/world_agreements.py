"""Agreements in the small world: chen's, sun's and ye's each with one in force, one in review and one to sign."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from roomnight.agreements.commands import (
    add_signatory,
    approve_agreement,
    approve_template,
    attach_scan,
    attach_specimen,
    begin_agreements,
    draft_agreement,
    make_document,
    register_original,
    submit_agreement,
    take_shipped_template,
)
from roomnight.agreements.jobs import look_through
from roomnight.agreements.models import (
    Agreement,
    AgreementCopy,
    AgreementPaper,
    AgreementTemplate,
    Leak,
    Side,
    Signatory,
)
from roomnight.agreements.queries.leaks import since
from roomnight.kernel.commands import SYSTEM, subject_of
from roomnight.kernel.models import Attachment
from roomnight.organization.models import Hotel
from roomnight.pms.models import Booking

if TYPE_CHECKING:
    from tests.world import World

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
STARTS, ENDS = date(2026, 11, 1), date(2027, 10, 31)
MADE = [("chen", "zhou", "huaxing"), ("sun", "wu", "minjiang"), ("ye", "du", "hubin")]


def rate(room_type: str = "superior", amount: str = "580", **more: Any) -> dict[str, Any]:
    """One line of a price list."""
    return {
        "room_type": room_type, "season": "", "nights": "1234567", "rate": Decimal(amount), "breakfasts": 1,
        "is_linked": False, **more,
    }  # fmt: skip


def terms(**more: Any) -> dict[str, Any]:
    """What an agreement says besides its price list."""
    return {"kind": "cash", "starts_on": STARTS, "ends_on": ENDS, "client_address": "世纪大道 100 号", **more}


def signed(actor: Any, agreement: Agreement) -> Agreement:
    """Both originals are registered."""
    for side in Side.values:
        register_original(
            actor=actor, agreement=agreement, staff=actor.staff, side=side, signed_on=actor.today, place="档案柜 3",
            signed_for_us="林雅琴", signed_for_client="单立人", has_our_seal=True, has_client_seal=True,
        )  # fmt: skip
    agreement.refresh_from_db()
    return agreement


def build_agreements(world: World) -> None:
    """For each person one agreement that runs, one to decide on, one to sign, and a draft."""
    for who, head, client in MADE:
        seat, leader, account = world.seat(who), world.seat(head), getattr(world, client)
        for kind, steps in (("credit_signing", 3), ("cash", 1), ("conference", 2), ("key_account", 0)):
            one = draft_agreement(
                actor=seat, account=account, responsible=seat.staff, drafted_by=seat.staff,
                lines=[rate(), rate("deluxe", "720", nights="12347"), rate("deluxe", "760", nights="56")],
                **terms(kind=kind, commitment_nights=400),
            )  # fmt: skip
            if kind == "credit_signing":
                add_signatory(
                    actor=seat, agreement=one, name="单立人", job_title="总裁", starts_on=STARTS, ends_on=ENDS,
                    limit_each=Decimal(5000),
                )  # fmt: skip
            if steps > 0:
                submit_agreement(actor=seat, agreement=one, staff=seat.staff)
            if steps > 1:
                approve_agreement(actor=leader, agreement=one, staff=leader.staff)
            if steps > 2:
                signed(seat, one)
        begin_agreements(actor=SYSTEM, hotel=seat.hotel, on=seat.today)
        stay_elsewhere(seat.hotel, f"elsewhere {who}", guest_company=account.name)
    for hotel in {world.seat(who).hotel for who, _head, _client in MADE}:
        look_through(hotel, since(hotel, 0))
    for clerk, head in (("ma", "lin"), ("du", "qian")):
        build_templates(world.seat(clerk), world.seat(head))
    for who, _head, _client in MADE:
        seat = world.seat(who)
        template = AgreementTemplate.objects.get(hotel=seat.hotel, kind="credit_signing")
        one = of(who, "credit_signing")()
        make_document(actor=seat, agreement=one, staff=seat.staff, template=template)
        attach_scan(
            actor=seat, original=one.originals.get(side=Side.OURS), name=f"原件-{who}.png", file=BytesIO(PNG)
        )  # fmt: skip
        attach_specimen(actor=seat, signatory=one.signatories.get(), name=f"样本-{who}.png", file=BytesIO(PNG))


def stay_elsewhere(hotel: Hotel, key: str, arrival: date = date(2026, 11, 5), **more: Any) -> Booking:
    """A stay of two nights that came by an online channel, and says more of where its guest comes from."""
    return Booking.objects.create(**{
        "hotel": hotel, "source_key": key, "content": key[:32], "revenue_cents": 136_000, "arrival": arrival,
        "departure": arrival + timedelta(days=2), "nights": 2, "status": "stayed", "rate": Decimal(680), "channel": "OTA",
        "trace": 1, **more,
    })  # fmt: skip


def build_templates(clerk: Any, head: Any) -> None:
    """One template in force, and one that waits for approval."""
    for kind in ("credit_signing", "cash"):
        one = take_shipped_template(
            actor=clerk, hotel=clerk.hotel, staff=clerk.staff, kind=kind, language="zh-hans"
        )  # fmt: skip
        if kind == "credit_signing":
            approve_template(actor=head, template=one, staff=head.staff)


def of(who: str, kind: str) -> Callable[[], Any]:
    return lambda: (
        Agreement.objects.select_related("hotel", "account", "responsible")
        .filter(responsible__username=who, kind=kind)
        .earliest("pk")
    )


def document_of(who: str) -> Callable[[], Any]:
    """The Word document of somebody's agreement."""
    return lambda: Attachment.objects.get(
        subject=subject_of(AgreementPaper.objects.get(agreement__responsible__username=who)), name__endswith=".docx"
    )


def template(hotel: str, kind: str) -> Callable[[], Any]:
    return lambda: AgreementTemplate.objects.select_related("hotel").get(hotel__code=hotel, kind=kind)


AGREEMENT_RECORDS: dict[str, Callable[[], Any]] = {
    **{
        f"{prefix}{name}": of(who, kind)
        for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))
        for name, kind in (
            ("agreement", "credit_signing"), ("agreement_in_review", "cash"), ("agreement_to_sign", "conference"),
            ("agreement_draft", "key_account"),
        )
    },
    **{
        f"{prefix}agreement_copy": lambda who=who: AgreementCopy.objects.get(  # type: ignore[misc]
            agreement__responsible__username=who, department__kind="finance"
        )
        for prefix, who in (("", "chen"), ("ye_s_", "ye"))
    },
    **{
        f"{prefix}leak": lambda who=who: Leak.objects.select_related("hotel", "account", "booking").get(  # type: ignore[misc]
            booking__source_key=f"elsewhere {who}"
        )
        for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))
    },
    **{
        f"{prefix}signatory": lambda who=who: Signatory.objects.get(agreement__responsible__username=who)  # type: ignore[misc]
        for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))
    },
    **{f"{prefix}document": document_of(who) for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))},
    **{
        f"{prefix}{name}": lambda title=f"{title}-{who}.png": Attachment.objects.get(name=title)  # type: ignore[misc]
        for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))
        for name, title in (("scan", "原件"), ("specimen", "样本"))
    },
    **{
        f"{prefix}original": lambda who=who: of(who, "credit_signing")().originals.get(side=Side.OURS)  # type: ignore[misc]
        for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))
    },
    "agreement_template": template("lujiazui", "credit_signing"),
    "agreement_template_draft": template("lujiazui", "cash"),
    "lakeside_agreement_template": template("lakeside", "credit_signing"),
}  # fmt: skip
