"""How often a client is visited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy

VISIT_CYCLE_DAYS: Policy[dict[str, int]] = Policy(
    "clients.visit_cycle_days",
    {"A": 7, "B": 14, "C": 30, "D": 90},
    _("Days between two visits, by grade"),
    "VIS-13",
    kind="table",
    check=lambda table: (
        set(table) == {"A", "B", "C", "D"} and all(isinstance(days, int) and 0 < days <= 730 for days in table.values())
    ),
    words={grade: format_lazy(_("Grade {grade}"), grade=grade) for grade in "ABCD"},
)


def next_visit_due(last_visit: date | None, known_since: date, grade: str, cycle_days: Mapping[str, int]) -> date:
    """The day by which a client is to be visited again; an ungraded client counts as D (VIS-13)."""
    return (last_visit or known_since) + timedelta(days=cycle_days[grade or "D"])
