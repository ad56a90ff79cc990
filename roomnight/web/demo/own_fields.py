"""What the demo hotel asks of its clients beside what every hotel asks (ACC-01)."""

from __future__ import annotations

import json
import random
from typing import Any

from roomnight.kernel.commands import Actor
from roomnight.organization.models import Hotel
from roomnight.procedures.commands import install_form

AGENCIES = {
    "none": ["没有，自行预订", "None, books itself"], "ctrip": ["携程商旅", "Ctrip Corporate Travel"],
    "bcd": ["BCD Travel", "BCD Travel"], "cits": ["国旅运通", "CITS GBT"], "other": ["其他", "Another"],
}  # fmt: skip
SCHEMA: dict[str, Any] = {
    "type": "object", "title": "商务客户补充资料", "x-title-en": "More about business clients",
    "properties": {
        "listed": {"type": "boolean", "title": "上市公司", "x-title-en": "Listed company", "x-width": "half"},
        "stock_code": {
            "type": "string", "title": "股票代码", "x-title-en": "Stock code", "maxLength": 12, "x-width": "half",
            "x-show-if": "listed == True",
        },
        "travel_manager": {
            "type": "string", "title": "差旅管理公司", "x-title-en": "Travel management company",
            "enum": list(AGENCIES), "x-labels": AGENCIES, "x-width": "half",
        },
        "travel_budget": {
            "type": "string", "format": "money", "title": "年差旅预算", "x-title-en": "Travel budget a year", "minimum": 0,
            "x-unit": ["元", "CNY"], "x-width": "half",
        },
        "invoice_wish": {
            "type": "string", "format": "textarea", "title": "开票要求", "x-title-en": "Invoice wishes", "maxLength": 300,
            "description": "如：须分项开具、备注入住人、月底前送达。",
            "x-description-en": "Such as: items apart, the guest's name in the remark, delivered before the month ends.",
        },
    },
    "x-columns": ["travel_manager", "travel_budget"],
}  # fmt: skip
WISHES = ["住宿与餐饮分开开票", "专票，备注栏写项目号", "每月 25 日前送达财务部", "电子发票发到公司邮箱", ""]


def ask_more(actor: Actor, hotel: Hotel) -> None:
    """Put the form in force."""
    source = json.dumps(SCHEMA, ensure_ascii=False, indent=2)
    install_form(actor=actor, hotel=hotel, code="client-fields", department="sales", use="account", source=source)


def more_of(number: int) -> dict[str, Any]:
    """What is known of the client of this number: of every third nothing."""
    rng = random.Random(number)  # noqa: S311
    if rng.random() < 1 / 3:
        return {}
    known: dict[str, Any] = {"travel_manager": rng.choice(list(AGENCIES))}
    if rng.random() < 1 / 4:
        known |= {"listed": True, "stock_code": f"60{rng.randrange(10_000):04d}"}
    if rng.random() < 1 / 2:
        known["travel_budget"] = f"{rng.randrange(8, 400) * 10_000}"
    if wish := rng.choice(WISHES):
        known["invoice_wish"] = wish
    return known
