"""The numbers of the departments' notices that a hotel may change (ORD-05, CHG-01)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.kernel.policy import Column, Policy
from roomnight.organization.models import DepartmentKind

DEPT_CONFIRM_HOURS = Policy[int](
    "orders.dept_confirm_hours",
    4,
    label=_("Office hours within which a department confirms an order or a change"),
    source="ORD-05",
    kind="whole",
    check=lambda value: 1 <= value <= 48,
)
READY_BEFORE_HOURS = Policy[int](
    "orders.ready_before_hours",
    24,
    label=_("Hours before the guests arrive by which every department is ready"),
    source="ORD-05",
    kind="whole",
    check=lambda value: 1 <= value <= 240,
)
NOTICE_RISE_HOURS = Policy[int](
    "orders.notice_rise_hours",
    2,
    label=_("Office hours after which a department that is late is the manager's matter"),
    source="ORD-05",
    kind="whole",
    check=lambda value: 1 <= value <= 48,
)
ARRIVAL_CLOCK = Policy[time](
    "orders.arrival_clock",
    time(14),
    label=_("Hour at which guests are expected where an order does not say"),
    source="ORD-05",
    kind="time",
)
ITEMS = ("rooms", "function", "catering", "transport", "other")
CONCERNS = {
    "rooms": pgettext_lazy("item of an order", "Rooms"),
    "function": pgettext_lazy("item of an order", "Function room"),
    "catering": pgettext_lazy("item of an order", "Meals"),
    "transport": pgettext_lazy("item of an order", "Cars"),
    "other": pgettext_lazy("item of an order", "Other"),
    "arrival": _("Days and hour of arrival"),
    "payment": _("Prices and payment"),
}


def _is_known(table: Any) -> bool:
    return (
        isinstance(table, dict)
        and set(table) == set(CONCERNS)
        and all(isinstance(row, list) and all(isinstance(one, str) for one in row) for row in table.values())
        and all(table[name] for name in ITEMS)
    )


def _strangers(table: Any) -> Iterable[str]:
    return [one for row in table.values() for one in row if one not in DepartmentKind.values]


NOTICE_DEPARTMENTS = Policy[Any](
    "orders.notice_departments",
    {
        "rooms": ["front_office", "housekeeping"],
        "function": ["banquet", "general_affairs"],
        "catering": ["food_beverage", "banquet"],
        "transport": ["front_office", "transport"],
        "other": ["front_office", "banquet"],
        "arrival": ["front_office"],
        "payment": ["finance"],
    },
    label=_("Departments that confirm an order, by what was ordered"),
    source="ORD-05",
    kind="table",
    check=_is_known,
    unknown=_strangers,
    words={**CONCERNS, **dict(DepartmentKind.choices)},
    columns=(Column("", _("Departments"), "some", options=dict(DepartmentKind.choices)),),
)
