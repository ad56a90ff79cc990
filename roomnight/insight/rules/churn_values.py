"""What the hotel decides about clients that fall silent (LOST-01, CHU-01, CHU-02)."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy

MODEL, DAYS, MONTH, GAP = "model", "days", "month", "gap"
RULES: Final = (MODEL, DAYS, MONTH, GAP)
RULE_NAMES: Final = {
    MODEL: _("Its own rhythm (the model)"),
    DAYS: _("So many days without an arrival"),
    MONTH: _("Fewer arrivals in a month than is its habit"),
    GAP: _("Silent for a multiple of its usual gap"),
}
SEASON, CALENDAR = "season", "calendar"

INACTIVE_DAYS = Policy[int](
    "insight.inactive_days",
    14,
    label=_("Days without an arrival after which a client that produced before is on alert"),
    source="LOST-01",
    kind="days",
    check=lambda days: 1 <= days <= 730,
)
MONTHLY_MAX = Policy[int](
    "insight.monthly_max",
    3,
    label=_("Days of arrival in a month up to which a client whose habit is more is on alert"),
    source="LOST-01",
    check=lambda times: 0 <= times <= 31,
)
DRIVING_RULE = Policy[str](
    "insight.driving_rule",
    MODEL,
    label=_("The rule by which clients are put before the manager as silent"),
    source="LOST-01",
    kind="text",
    check=lambda rule: rule in RULES,
    words=RULE_NAMES,
)
ALERT_AT = Policy[Decimal](
    "insight.churn.alert_at",
    Decimal(60),
    label=_(
        "Chance in percent that a client does not come while it would be proposed as lost, from which the model alerts"
    ),
    source="CHU-01",
    kind="percent",
    check=lambda percent: 1 <= percent <= 99,
)
CLOCK = Policy[str](
    "insight.churn.clock",
    SEASON,
    label=_("How the model counts silent days"),
    source="CHU-02",
    kind="text",
    check=lambda clock: clock in {SEASON, CALENDAR},
    words={SEASON: _("by the season: a day of a busy month counts for more"), CALENDAR: _("every day alike")},
)
