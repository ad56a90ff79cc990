"""The numbers and tables of relationship evaluation that a hotel may change (EVA)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.insight.rules.evaluation import cuts_fall, is_template
from roomnight.kernel.policy import Column, Policy
from roomnight.organization.models import DepartmentKind

CLIENT_GRADES: Final[Mapping[str, str]] = {"A": "A", "B": "B", "C": "C", "D": "D"}
GRADE_NAMES: Final[Mapping[str, Any]] = {
    "partner": pgettext_lazy("relationship", "Strategic partner"),
    "stable": pgettext_lazy("relationship", "Stable"),
    "ordinary": pgettext_lazy("relationship", "Ordinary"),
    "danger": pgettext_lazy("relationship", "At risk"),
}


def _some_of(known: Any) -> Any:
    return lambda value: isinstance(value, list) and len(set(value)) == len(value) and set(value) <= set(known)


def _row(zh: str, en: str, weight: int) -> dict[str, Any]:
    return {"names": [zh, en], "weight": weight}


TEMPLATE = Policy[Any](
    "insight.evaluation.template",
    [
        _row("高层接触", "Access to who decides", 10),
        _row("联系频率", "Frequency of contact", 10),
        _row("信息透明", "Openness about plans", 10),
        _row("我方份额", "Our share of their business", 15),
        _row("价格接受度", "Acceptance of our prices", 10),
        _row("满意度与投诉处理", "Satisfaction and complaints settled", 15),
        _row("付款守约", "Payment as agreed", 10),
        _row("推荐意愿", "Readiness to recommend us", 5),
        _row("抗竞争能力", "Resistance to competitors", 10),
        _row("我方多人连接", "More than one of us knows them", 5),
    ],
    label=_("Relationship evaluation: indicators and their weights, a hundred percent together"),
    source="EVA-01",
    kind="table",
    check=is_template,
    columns=(
        Column("names", _("Indicator in Chinese, then in English"), "texts", is_needed=True),
        Column("weight", _("Percent"), "whole"),
    ),
)
CUTS = Policy[Any](
    "insight.evaluation.cuts",
    {"partner": 80, "stable": 60, "ordinary": 40},
    label=_("Relationship evaluation: least total of each grade; below the last the relation is at risk"),
    source="EVA-01",
    kind="table",
    check=cuts_fall,
    words=GRADE_NAMES,
)
WIDE_GAP = Policy(
    "insight.evaluation.wide_gap",
    2,
    label=_("Relationship evaluation: points between owner and reviewer that need a word"),
    source="EVA-02",
    kind="whole",
    check=lambda value: 1 <= value <= 4,  # noqa: PLR2004
)
FEEDBACK_DAYS = Policy(
    "insight.evaluation.feedback_days",
    5,
    label=_("Relationship evaluation: days that directors and departments have to answer their copy"),
    source="EVA-02",
    kind="days",
    check=lambda value: 1 <= value <= 60,  # noqa: PLR2004
)
COPIES_TO = Policy[Any](
    "insight.evaluation.copies_to",
    ["front_office", "food_beverage", "banquet", "finance"],
    label=_("Relationship evaluation: departments that get a copy"),
    source="EVA-02",
    kind="table",
    check=_some_of(DepartmentKind.values),
    words=dict(DepartmentKind.choices),
)
EVA_MONTHS = Policy(
    "insight.evaluation.eva_months",
    6,
    label=_("Relationship evaluation: months after which a client is evaluated again"),
    source="EVA-03",
    kind="whole",
    check=lambda value: 1 <= value <= 60,  # noqa: PLR2004
)
EVA_GRADES = Policy[Any](
    "insight.evaluation.grades",
    ["A", "B"],
    label=_("Relationship evaluation: grades of clients that are evaluated regularly, beside all with an agreement"),
    source="EVA-03",
    kind="table",
    check=_some_of(CLIENT_GRADES),
    words=CLIENT_GRADES,
)
AHEAD_DAYS = Policy(
    "insight.evaluation.ahead_days",
    14,
    label=_("Relationship evaluation: days to fill it in, counted back from the day it is due"),
    source="EVA-03",
    kind="days",
    check=lambda value: 1 <= value <= 90,  # noqa: PLR2004
)
RENEWAL_DAYS = Policy(
    "insight.evaluation.renewal_days",
    75,
    label=_("Relationship evaluation: days before an agreement ends when its client is to be evaluated"),
    source="EVA-03",
    kind="days",
    check=lambda value: 1 <= value <= 365,  # noqa: PLR2004
)
