"""By when a request is finished and to which department it goes, from the hotel's table (DSK-01)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.kernel.policy import Column, Policy
from roomnight.organization.models import DepartmentKind
from roomnight.service.rules.values import rising

LONGEST = 14 * 24 * 60
EMERGENCY, AT_ONCE = "emergency", "at_once"
KINDS = {
    "repair": pgettext_lazy("kind of a request", "Repair"),
    "cleaning": pgettext_lazy("kind of a request", "Cleaning"),
    "key": pgettext_lazy("kind of a request", "Key"),
    "bill": pgettext_lazy("kind of a request", "Bill"),
    "information": pgettext_lazy("kind of a request", "Information"),
    EMERGENCY: pgettext_lazy("kind of a request", "Emergency"),
}
"""The kinds of requests, as the table of times calls them."""


def readable(table: Any) -> bool:
    """Whether every kind has a department and, from ordinary to at once, minutes that grow no longer."""
    return (
        isinstance(table, dict)
        and set(table) == set(KINDS)
        and all(isinstance(row, dict) and _row_is_right(row) for row in table.values())
    )


def _row_is_right(row: Mapping[str, Any]) -> bool:
    minutes: list[Any] = [row.get(name) for name in ("at_once", "urgent", "ordinary")]
    return row.get("department") in DepartmentKind.values and all(
        isinstance(one, int) and not isinstance(one, bool) and 1 <= one <= LONGEST for one in minutes
    ) and minutes == sorted(minutes)  # fmt: skip


def _times(department: str, ordinary: int, urgent: int, at_once: int) -> dict[str, Any]:
    return {"department": department, "ordinary": ordinary, "urgent": urgent, "at_once": at_once}


REQUEST_TIMES = Policy[Any](
    "service.request_times",
    {
        "repair": _times("general_affairs", 240, 60, 20),
        "cleaning": _times("housekeeping", 60, 30, 10),
        "key": _times("front_office", 30, 15, 10),
        "bill": _times("finance", 1440, 240, 60),
        "information": _times("customer_service", 120, 30, 10),
        "emergency": _times("security", 10, 10, 10),
    },
    label=_("Requests: the department each kind goes to, and the minutes within which it is finished"),
    source="DSK-01",
    kind="table",
    check=readable,
    words=KINDS,
    columns=(
        Column("department", _("Department"), "one", dict(DepartmentKind.choices)),
        Column("ordinary", pgettext_lazy("urgency", "Ordinary"), "whole"),
        Column("urgent", pgettext_lazy("urgency", "Urgent"), "whole"),
        Column("at_once", pgettext_lazy("urgency", "At once"), "whole"),
    ),
)
REQUEST_ESCALATION = Policy[list[int]](
    "service.request_escalation",
    [50, 100],
    label=_("Shares of that time after which an unfinished request goes up, in percent"),
    source="DSK-01",
    kind="table",
    check=rising,
    columns=(Column("", _("Percent of the time"), "whole", is_needed=True),),
)


def urgency_of(kind: str, urgency: str) -> str:
    """How soon: an emergency is for at once, whatever was typed."""
    return AT_ONCE if kind == EMERGENCY else urgency


def minutes_for(table: Mapping[str, Mapping[str, Any]], kind: str, urgency: str) -> int:
    """The minutes within which a request of this kind is finished."""
    return int(table[kind][urgency_of(kind, urgency)])


def department_kind(table: Mapping[str, Mapping[str, Any]], kind: str) -> str:
    """The kind of department that such requests go to."""
    return str(table[kind]["department"])
