"""The numbers and tables of the reception procedure that a hotel may change (RCP-02, RCP-03, RCP-05, RCP-08)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.kernel.policy import Column, Policy
from roomnight.organization.shipped_roles import SHIPPED_ROLES
from roomnight.reception.rules.names import LEVEL_NAMES, PARTS, THINGS
from roomnight.reception.rules.preparations import ALWAYS, read_preparations
from roomnight.reception.rules.standards import EACH_MEAL, LEVELS, ONCE, read_standards

RECEIVING = (
    "sales-representative", "sales-executive", "senior-sales-executive", "sales-manager", "marketing-manager",
    "director-of-sales", "deputy-general-manager", "general-manager", "president",
)  # fmt: skip
COMPANY = {code: one.words for code in RECEIVING for one in SHIPPED_ROLES if one.code == code}
VEHICLES = {"suv": _("off-road car"), "van": _("business van"), "taxi": _("taxi"), "hired": _("hired car")}
TREATS = {"home_hospitality": _("home hospitality"), "sights": _("sights"), "souvenir": _("souvenir")}


def _readable(read: Callable[[Any], object]) -> Callable[[Any], bool]:
    def check(table: Any) -> bool:
        try:
            read(table)
        except (ValueError, KeyError, TypeError, ArithmeticError):
            return False
        return True

    return check


def _row(lunch: str, dinner: str, extra: str, lodging: str, company: str, vehicles: str, treats: str) -> dict[str, Any]:
    return {
        "lunch": lunch, "dinner": dinner, "extra": extra, "extra_each": "meal", "lodging": lodging,
        "company": company.split(), "vehicles": vehicles.split(), "treats": treats.split(),
    }  # fmt: skip


STANDARDS = Policy[Any](
    "reception.standards",
    {
        "ordinary": _row("300", "300", "100", "guest", "sales-representative sales-manager marketing-manager", "suv taxi", ""),
        "senior": _row(
            "500", "500", "200", "guest", "sales-representative sales-manager marketing-manager", "suv van taxi",
            "home_hospitality sights souvenir",
        ),
        "special": _row(
            "300", "300", "300", "hotel", "sales-manager marketing-manager general-manager president", "van hired",
            "sights souvenir",
        ),
    },
    label=_("Standard of each level of reception: meals, lodging, company, vehicle"),
    source="RCP-02",
    kind="table",
    check=_readable(read_standards),
    words=LEVEL_NAMES,
    columns=(
        Column("lunch", _("Lunch, at most"), "money"),
        Column("dinner", _("Dinner, at most"), "money"),
        Column("extra", _("For each guest beyond two"), "money"),
        Column("extra_each", _("added"), "one", {EACH_MEAL: _("to every meal"), ONCE: _("once to the visit")}),
        Column("lodging", _("Lodging"), "one", {"guest": _("guests pay their lodging"), "hotel": _("lodging paid by the hotel")}),
        Column("company", pgettext_lazy("with the guests", "Company"), "some", COMPANY, is_needed=True),
        Column("vehicles", _("Vehicle"), "some", VEHICLES, is_needed=True),
        Column("treats", _("Beside that"), "some", TREATS),
    ),
)  # fmt: skip
LEVEL_WORDS = Policy[Any](
    "reception.level_words",
    {
        "ordinary": ["技术", "设计", "业务员", "专员", "主管", "车间", "technician", "designer", "supervisor"],
        "senior": [
            "采购", "总经理", "副总", "厂长", "总监", "出口", "合作经销", "执行", "副董事长", "purchasing", "procurement",
            "general manager", "director", "vice president", "exporter", "executive",
        ],
        "special": [
            "董事长", "总裁", "老板", "市长", "局长", "书记", "厅长", "省长", "区长", "主席", "品牌", "chairman", "chairwoman",
            "president", "owner", "mayor", "minister", "governor", "ambassador",
        ],
    },
    label=_("Words of a guest's title from which the level follows"),
    source="RCP-02",
    kind="table",
    check=lambda table: isinstance(table, dict)
    and set(table) <= set(LEVELS)
    and all(isinstance(words, list) and all(isinstance(one, str) for one in words) for words in table.values()),
    words=LEVEL_NAMES,
    columns=(Column("", _("Words of the title"), "texts"),),
)  # fmt: skip


def _ready(what: str, level: str, parts: str, hours_before: int) -> dict[str, Any]:
    return {"what": what, "level": level, "parts": parts.split(), "hours_before": hours_before}


PREPARATIONS = Policy[Any](
    "reception.preparations",
    [
        _ready("meeting_room", "ordinary", "talks", 2),
        _ready("name_cards", "ordinary", "talks", 4),
        _ready("brochures", "ordinary", "tour talks", 4),
        _ready("tea", "ordinary", "talks", 1),
        _ready("samples", "ordinary", "tour talks", 4),
        _ready("car", "ordinary", "pick_up sights see_off", 24),
        _ready("signs", "ordinary", "pick_up", 24),
        _ready("rooms", "ordinary", "lodging", 24),
        _ready("meals", "ordinary", "lunch dinner", 24),
        _ready("slides", "senior", "talks", 24),
        _ready("speech", "senior", "talks", 24),
        _ready("equipment", "senior", "talks", 24),
        _ready("fruit", "senior", "lodging talks", 2),
        _ready("gifts", "senior", "always", 24),
        _ready("film", "special", "tour talks", 24),
        _ready("flags", "special", "talks", 24),
        _ready("flowers", "special", "pick_up lodging", 4),
    ],
    label=_("What has to be ready, by level and part of the programme"),
    source="RCP-05",
    kind="table",
    check=_readable(read_preparations),
    columns=(
        Column(
            "what",
            pgettext_lazy("to have ready", "What"),
            "one",
            THINGS,
        ),
        Column("level", _("From the level"), "one", LEVEL_NAMES),
        Column("hours_before", _("Hours before"), "whole"),
        Column("parts", _("For which parts"), "some", {ALWAYS: _("every visit"), **PARTS}, is_needed=True),
    ),
)
PLAN_DAYS = Policy(
    "reception.plan_days",
    7,
    label=_("Days before arrival by which the reception plan is handed in"),
    source="RCP-03",
    kind="days",
    check=lambda days: 0 <= days <= 60,
)
EXECUTIVE_NOTICE_DAYS = Policy(
    "reception.executive_notice_days",
    2,
    label=_("Days ahead by which an executive is asked to attend"),
    source="RCP-03",
    kind="days",
    check=lambda days: 0 <= days <= 30,
)
HOME_HOURS = Policy(
    "reception.home_hours",
    2,
    label=_("Hours after departure when guests should be home and are called"),
    source="RCP-08",
    kind="whole",
    check=lambda hours: 0 <= hours <= 48,
)
REPORT_DAYS = Policy(
    "reception.report_days",
    2,
    label=_("Days after departure by which the leaders have the report"),
    source="RCP-08",
    kind="days",
    check=lambda days: 1 <= days <= 30,
)
