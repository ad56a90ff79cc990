"""The tables of granting credit that a hotel may change (CRD-01, CRD-02, CRD-09, CRD-13)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from roomnight.credit.rules.chain import read_chain
from roomnight.credit.rules.scorecard import read_grades, read_questions
from roomnight.kernel.policy import Policy
from roomnight.organization.shipped_roles import SHIPPED_ROLES

SALES = ["sales-manager", "director-of-sales"]
ROLES = {one.code for one in SHIPPED_ROLES}


def readable(read: Callable[[Any], object]) -> Callable[[Any], bool]:
    """Whether a table can be read at all."""

    def check(table: Any) -> bool:
        try:
            read(table)
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError):
            return False
        return True

    return check


def _strangers(table: Any) -> Iterable[str]:
    rows = table.values() if isinstance(table, dict) else table
    return sorted({step for row in rows for step in row.get("steps", row.get("extra", []))} - ROLES)


CHAIN = Policy[Any](
    "credit.approval_chain",
    [
        {"up_to": "10000", "steps": SALES},
        {"up_to": "50000", "steps": [*SALES, "credit-manager"]},
        {"up_to": "200000", "steps": [*SALES, "credit-manager", "general-manager"]},
        {"up_to": None, "steps": [*SALES, "credit-manager", "general-manager", "president"]},
    ],
    label=_("Who decides on a credit limit, by amount"),
    source="CRD-02",
    kind="table",
    check=readable(read_chain),
    unknown=_strangers,
    words={"up_to": _("up to"), "steps": _("roles that decide, in order")},
)
GRADES = Policy[Any](
    "credit.grades",
    {
        "AAA": {"from": 90, "most": "500000", "deposit": "0", "extra": []},
        "AA": {"from": 80, "most": "300000", "deposit": "0", "extra": []},
        "A": {"from": 70, "most": "100000", "deposit": "0", "extra": []},
        "BBB": {"from": 60, "most": "50000", "deposit": "10", "extra": []},
        "BB": {"from": 50, "most": "20000", "deposit": "20", "extra": ["credit-manager"]},
        "B": {"from": 40, "most": "10000", "deposit": "30", "extra": ["credit-manager", "general-manager"]},
        "C": {"from": 0, "most": "0", "deposit": "100", "extra": ["credit-manager", "general-manager"]},
    },
    label=_("Credit grades: points from, highest limit, deposit in percent of the limit, roles that decide in addition"),
    source="CRD-13",
    kind="table",
    check=readable(read_grades),
    unknown=_strangers,
    words={
        "from": _("points from"), "most": _("highest limit"), "deposit": _("deposit in percent"),
        "extra": _("roles that decide in addition"),
    },
)  # fmt: skip


def _q(code: str, zh: str, en: str, *answers: tuple[str, str, str, int]) -> dict[str, Any]:
    return {
        "code": code, "zh": zh, "en": en,
        "answers": [{"code": one, "zh": said, "en": said_en, "points": points} for one, said, said_en, points in answers],
    }  # fmt: skip


SCORECARD = Policy[Any](
    "credit.scorecard",
    [
        _q("years", "经营年限", "Years in business", ("ten", "10 年以上", "ten or more", 15), ("five", "5–10 年", "five to ten", 12),
           ("two", "2–5 年", "two to five", 8), ("fewer", "不满 2 年", "fewer than two", 2)),
        _q("capital", "注册资本", "Registered capital", ("large", "5000 万以上", "50 million or more", 10),
           ("middle", "500 万–5000 万", "5 to 50 million", 8), ("small", "50 万–500 万", "0.5 to 5 million", 5), ("least", "50 万以下", "less", 1)),
        _q("kind", "单位性质", "Kind of house", ("public", "政府、事业单位", "government or public institution", 10),
           ("large", "国企、上市、外企", "state-owned, listed or foreign", 9), ("private", "民营企业", "private company", 6),
           ("agency", "旅行社、会议公司", "travel or conference agency", 4)),
        _q("history", "与本店往来", "History with the hotel", ("paid", "一年以上，从未拖欠", "more than a year, always on time", 25),
           ("late", "偶有拖欠", "late now and then", 15), ("new", "新客户", "none yet", 12), ("bad", "经常拖欠", "often late", 0)),
        _q("references", "信用参考", "What references say", ("good", "两家以上，都好", "two or more, all good", 15), ("one", "一家，好", "one, good", 10),
           ("none", "没有", "none", 4), ("bad", "有不良评价", "something bad", 0)),
        _q("risk", "诉讼与失信", "Lawsuits and defaults", ("none", "没有", "none", 15), ("some", "有一般诉讼", "ordinary lawsuits", 7),
           ("listed", "列入失信名单", "on the list of debtors in default", 0)),
        _q("guarantee", "担保", "Guarantee", ("bank", "银行保函或足额押金", "bank guarantee or full deposit", 10), ("parent", "母公司担保", "parent company", 7),
           ("person", "个人担保或部分押金", "a person or part of it", 5), ("none", "无", "none", 2)),
    ],
    label=_("Scorecard of applications for credit: points for each answer"),
    source="CRD-01",
    kind="table",
    check=readable(read_questions),
)  # fmt: skip
USE_PERCENT = Policy[int](
    "credit.limit_of_use_percent",
    200,
    label=_("Percent of the expected use of a month up to which a limit needs no explanation"),
    source="CRD-01",
    kind="whole",
    check=lambda value: 50 <= value <= 1200,
)
TEMPORARY_DAYS = Policy[int](
    "credit.temporary_days",
    30,
    label=_("Days for which a limit may be raised for a time at most"),
    source="CRD-03",
    kind="days",
    check=lambda value: 1 <= value <= 366,
)
HOTEL_CEILING = Policy[Decimal](
    "credit.hotel_ceiling",
    Decimal(3_000_000),
    label=_("What all credit limits of the hotel together should not pass"),
    source="CRD-02",
    kind="money",
    check=lambda value: value > 0,
)
CEILING_EFFECT = Policy[str](
    "credit.hotel_ceiling_effect",
    "refuse",
    label=_("A limit that makes all together pass what they should not"),
    source="CRD-02",
    kind="text",
    check=lambda value: value in ("warn", "refuse"),
    words={"warn": _("is pointed out"), "refuse": _("is refused")},
)
