"""The registers and forms of the two hotels: a sheet of calls that is kept, a book that only one hotel has, a form in hand."""

from __future__ import annotations

import json
from typing import Any

from roomnight.kernel.commands import OPERATOR
from roomnight.procedures.commands import begin_form_version, install_form
from roomnight.procedures.commands.registers import add_entry, correct_entry
from roomnight.procedures.models import Form, FormVersion
from roomnight.procedures.shipped_registers import shipped_registers

CALL = {
    "at": "2026-11-17T10:20", "rings": 2, "caller": "王芳", "phone": "13812348866", "area": "浦东新区", "source": "web",
    "questions": ["price", "loan"], "words": "问两房总价和首付", "minutes": 6, "called_back": True, "result": "appointment",
    "visit_on": "2026-11-21", "taken_by": "陈思远",
}  # fmt: skip


def schema(title: str, title_en: str) -> str:
    """A form with one amount and one line of text."""
    fields = {
        "what": {"type": "string", "title": "事项", "x-title-en": "What", "maxLength": 60},
        "amount": {"type": "string", "format": "money", "title": "金额", "x-title-en": "Amount"},
    }
    whole = {"type": "object", "title": title, "x-title-en": title_en, "required": ["what"], "properties": fields}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def in_force(code: str, hotel: Any) -> FormVersion:
    return FormVersion.objects.select_related("form__hotel").get(form__code=code, form__hotel=hotel, state="effective")


def build_forms(world: Any) -> None:
    """Each hotel with a register in use; one of them with a form whose next version is being written."""
    for hotel in (world.lujiazui, world.lakeside):
        for code, department, source in shipped_registers():
            install_form(actor=OPERATOR, hotel=hotel, code=code, department=department, use="register", source=source)
    calls = in_force("enquiry-calls", world.lujiazui)
    entry = add_entry(actor=world.seat("chen"), version=calls, staff=world.chen, data={**CALL, "minutes": 60})
    correct_entry(
        actor=world.seat("chen"), entry=entry, version=calls, staff=world.chen, revision=1, data=CALL, reason="分钟写错",
    )  # fmt: skip
    add_entry(
        actor=world.seat("xu"), version=calls, staff=world.xu,
        data={"at": "2026-11-18T09:05", "source": "friend", "result": "none", "taken_by": "徐曼", "caller": "李国华"},
    )  # fmt: skip
    install_form(
        actor=OPERATOR, hotel=world.lakeside, code="boat-book", department="sales", use="register",
        source=schema("游船登记簿", "Boat book"),
    )  # fmt: skip
    boats = in_force("boat-book", world.lakeside)
    add_entry(actor=world.seat("ye"), version=boats, staff=world.ye, data={"what": "一号船", "amount": "300"})
    install_form(
        actor=OPERATOR, hotel=world.lujiazui, code="deposit-note", department="front_office",
        source=schema("押金单", "Deposit note"),
    )  # fmt: skip
    form = Form.objects.select_related("hotel").get(hotel=world.lujiazui, code="deposit-note")
    begin_form_version(
        actor=world.seat("lin"), form=form, source=schema("押金收据", "Deposit receipt"), note="改了名称"
    )
