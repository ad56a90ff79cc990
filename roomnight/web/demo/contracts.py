"""Agreements of the demo hotel: some in force, one soon over, one for signing bills, one to decide on below the floor, a draft."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management import call_command

from roomnight.agreements.commands import (
    accept_leaks,
    acknowledge_copy,
    add_signatory,
    approve_agreement,
    approve_below_floor,
    approve_template,
    attach_scan,
    attach_specimen,
    begin_agreements,
    draft_agreement,
    make_document,
    refuse_leaks,
    register_original,
    remind_of_ends,
    submit_agreement,
    take_shipped_template,
    tell_of_leaks,
)
from roomnight.agreements.jobs import look_through, make_pdf
from roomnight.agreements.models import Agreement, AgreementCopy, Kind, Leak, Side
from roomnight.agreements.queries.leaks import since
from roomnight.agreements.queries.paper import in_force
from roomnight.clients.models import Account
from roomnight.kernel.commands import SYSTEM, Machine
from roomnight.organization.models import Hotel, Staff
from roomnight.pms.adapters import SAMPLES
from roomnight.web.demo.pictures import scanned_page, signature

CHANNELS = "lvyun-style-channel-stays"
WEEK, WEEKEND, EVERY = "12347", "56", "1234567"
TERMS: dict[str, Any] = {
    "client_address": "上海市浦东新区世纪大道 88 号", "cancellation_terms": "到店前一天 18:00 之前取消不收费",
    "no_show_terms": "未到收取首晚房费", "special_terms": "协议价保密，不与其他优惠同享。",
}  # fmt: skip


def sign_contracts(*, hotel: Hotel, staff: dict[str, Staff], accounts: list[Account], today: date) -> None:
    """Build them, as of today."""
    lin, he = ([one for one in accounts if one.owner_id == staff[name].pk] for name in ("lin", "he"))
    owned = [*lin[:3], *he[:1], *lin[3:5]]
    if len(owned) < 6:  # a demo of few clients
        owned = [one for one in accounts if one.owner_id is not None][:6]
    year = timedelta(days=364)
    first = draft(staff, owned[0], "cash", today - timedelta(days=120), year, commitment_nights=600)
    signed(hotel, staff, approved(staff, first))
    soon = draft(staff, owned[1], "travel_agency", today - timedelta(days=340), year, commission=Decimal(10))
    signed(hotel, staff, approved(staff, soon))
    bills = draft(
        staff, owned[2], "credit_signing", today - timedelta(days=60), year, settlement="monthly", payment_days=30,
        dining_discount=Decimal(12),
    )  # fmt: skip
    signer = add_signatory(
        actor=by(staff["lin"]), agreement=bills, name="顾建平", job_title="行政总监", starts_on=bills.starts_on,
        ends_on=bills.ends_on, limit_each=Decimal(5000), document_end="3317",
    )  # fmt: skip
    signed(hotel, staff, approved(staff, bills))
    low = draft(staff, owned[3], "key_account", today + timedelta(days=10), year, cheap=True, commitment_nights=1200)
    submit_agreement(actor=by(staff["he"]), agreement=low, staff=staff["he"])
    to_sign = draft(staff, owned[4], "conference", today + timedelta(days=20), year, meeting_discount=Decimal(15))
    approved(staff, to_sign)
    draft(staff, owned[5], "cash", today + timedelta(days=30), year)
    begin_agreements(actor=SYSTEM, hotel=hotel, on=today)
    remind_of_ends(actor=SYSTEM, hotel=hotel, on=today)
    leave_traces(hotel, [first, bills, soon], today)
    for copy in AgreementCopy.objects.filter(agreement=first, department__kind="finance"):
        acknowledge_copy(actor=by(staff["deng"]), copy=copy, staff=staff["deng"])
    templates(hotel, staff)
    for one in (first, bills):
        document(hotel, one)
    for original in bills.originals.all():
        attach_scan(
            actor=by(staff["ye"]), original=original, name=f"{bills.number} {original.get_side_display()}.png",
            file=BytesIO(scanned_page(24 if original.side == Side.OURS else 22)),
        )  # fmt: skip
    attach_specimen(actor=by(staff["lin"]), signatory=signer, name="顾建平签字样本.png", file=BytesIO(signature(3)))


def templates(hotel: Hotel, staff: dict[str, Staff]) -> None:
    """The shipped Chinese templates are in force, and one in English."""
    for kind, language in (*((kind, "zh-hans") for kind in Kind.values), ("cash", "en")):
        one = take_shipped_template(
            actor=by(staff["ye"]), hotel=hotel, staff=staff["ye"], kind=kind, language=language
        )  # fmt: skip
        approve_template(actor=by(staff["shen"]), template=one, staff=staff["shen"])


def document(hotel: Hotel, one: Agreement) -> None:
    template = in_force(hotel, one.kind)[0]
    made = make_document(actor=by(one.responsible), agreement=one, staff=one.responsible, template=template)
    if made.waits_for_pdf:
        make_pdf.enqueue(made.pk)


def leave_traces(hotel: Hotel, agreements: list[Agreement], today: date) -> None:
    """Stays of their people that came by online channels and from the street, some found by a name, some by mail or
    telephone, with one that only looks like it; two are counted already and one was refused."""
    header = SAMPLES[CHANNELS].read_text("gb18030").splitlines()[0].split(",")
    rows = []
    for place, one in enumerate(agreements):
        name, person = one.account.name, one.account.contacts.exclude(mobile="").first()
        said: list[dict[str, str]] = [
            {"客人单位": name, "渠道": "携程"}, {"发票抬头": name, "渠道": "上门散客", "房价码": "WALKIN"},
            {"客人单位": name, "发票抬头": name, "渠道": "美团"}, {"客人单位": f"{name}成都分公司", "渠道": "官网"},
            {"联系电话": person.mobile if person else "", "渠道": "携程"}, {"客人单位": "个人", "渠道": "上门散客"},
        ]  # fmt: skip
        for number, words in enumerate(said[: 6 - 2 * place], start=1):
            arrival = max(one.starts_on, today - timedelta(days=9 * number + place))
            rows.append({
                "渠道订单号": f"CT{today:%y%m}{place}{number:02d}", "订单状态": "已离店", "抵店日期": arrival.isoformat(),
                "离店日期": (arrival + timedelta(days=1 + number % 3)).isoformat(),
                "预订日期": (arrival - timedelta(days=4)).isoformat(), "房型": "豪华房", "房价": f"{728 + 20 * number}.00",
                "房价码": "OTA-BAR", **words,
            })  # fmt: skip
    with TemporaryDirectory() as folder:
        path = Path(folder) / "渠道订单.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header, restval="")
            writer.writeheader()
            writer.writerows(rows)
        quiet: Any = StringIO()
        call_command("import_bookings", str(path), profile=CHANNELS, hotel=hotel.code, stdout=quiet, stderr=quiet)
    look_through(hotel, since(hotel, 0), keep_place=True)
    found = list(
        Leak.objects.filter(hotel=hotel).select_related("account__owner").order_by("-points", "-arrival", "pk")[:3]
    )
    for place, leak in enumerate(found):
        who = leak.account.owner or agreements[0].responsible
        if place == 0:
            refuse_leaks(actor=by(who), leaks=[leak], staff=who, note="员工私人旅行，自费")
        else:
            accept_leaks(actor=by(who), leaks=[leak], staff=who, note="已与客户行政部核实")
    tell_of_leaks(actor=SYSTEM, hotel=hotel)


def by(person: Staff) -> Machine:
    return Machine(person.username, "demo")


def draft(
    staff: dict[str, Staff], account: Account, kind: str, first: date, length: timedelta, *, cheap: bool = False,
    **more: Any,
) -> Agreement:  # fmt: skip
    """A draft with the price list of its kind."""
    person = staff["he"] if cheap else staff["lin"]
    linked = bool(more.get("commitment_nights"))
    prices = [
        ("superior", "", WEEK, "538" if cheap else "598", 1), ("superior", "", WEEKEND, "568" if cheap else "638", 1),
        ("deluxe", "high", EVERY, "768", 2), ("deluxe", "ordinary", EVERY, "698", 2), ("deluxe", "low", EVERY, "628", 2),
        ("executive", "", EVERY, "1080", 2),
    ]  # fmt: skip
    lines = [
        {"room_type": room, "season": season, "nights": nights, "rate": Decimal(rate), "breakfasts": meals,
         "is_linked": linked and room == "superior"}
        for room, season, nights, rate, meals in prices
    ]  # fmt: skip
    return draft_agreement(
        actor=by(person), account=account, responsible=person, drafted_by=person, kind=kind, starts_on=first,
        ends_on=first + length, lines=lines, **TERMS, **more,
    )  # fmt: skip


def approved(staff: dict[str, Staff], one: Agreement) -> Agreement:
    submit_agreement(actor=by(one.responsible), agreement=one, staff=one.responsible)
    if one.kind == "conference":
        return approve_below_floor(actor=by(staff["shen"]), agreement=one, staff=staff["shen"], note="会议淡季")
    return approve_agreement(actor=by(staff["zhou"]), agreement=one, staff=staff["zhou"])


def signed(hotel: Hotel, staff: dict[str, Staff], one: Agreement) -> None:
    for side in Side.values:
        register_original(
            actor=by(staff["ye"]), agreement=one, staff=staff["ye"], side=side, signed_on=one.starts_on,
            signed_for_us=staff["shen"].name, signed_for_client="顾建平", has_our_seal=True, has_client_seal=True,
            place="销售部档案柜 2 层",
        )  # fmt: skip
