"""The numbers of the service procedure that a hotel may change (SVC-01, SVC-02, SVC-05, SVC-06)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Column, Policy


def rising(shares: Any) -> bool:
    """Whether these are percents of the time, at least one, each later than the one before."""
    return bool(shares) and list(shares) == sorted(set(shares)) and all(0 < one <= 300 for one in shares)  # noqa: PLR2004


COMPLAINT_HOURS = Policy[int](
    "service.complaint_hours",
    24,
    label=_("Hours within which a complaint is answered and closed"),
    source="SVC-01",
    kind="whole",
    check=lambda value: 1 <= value <= 240,
)
COMPLAINT_ESCALATION = Policy[list[int]](
    "service.complaint_escalation",
    [50, 100],
    label=_("Shares of that time after which an open complaint goes up, in percent"),
    source="SVC-01",
    kind="table",
    check=rising,
    columns=(Column("", _("Percent of the time"), "whole", is_needed=True),),
)
CALL_BACK_DAYS = Policy[int](
    "service.call_back_days",
    3,
    label=_("Days after closing on which the client is called back"),
    source="SVC-02",
    kind="days",
    check=lambda value: 0 <= value <= 30,
)
REPEAT_DAYS = Policy[int](
    "service.repeat_days",
    90,
    label=_("Days within which the same cause, or another complaint of the same client, counts as a repetition"),
    source="SVC-05",
    kind="days",
    check=lambda value: 7 <= value <= 730,
)
PRODUCTION_MONTHS = Policy[int](
    "service.production_months",
    3,
    label=_("Months of a client's production that are compared before and after a complaint"),
    source="SVC-05",
    kind="whole",
    check=lambda value: 1 <= value <= 24,
)
LETTER_DAYS = Policy[int](
    "service.letter_days",
    2,
    label=_("Working days within which a letter, suggestion or request is answered"),
    source="SVC-06",
    kind="days",
    check=lambda value: 0 <= value <= 30,
)
