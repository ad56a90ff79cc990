"""The relationship card 客户关系卡: when it must be looked at again, and how warm a relation is."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy

VERIFY_IMPORTANT: Policy[int] = Policy(
    "clients.card_verify_days_important",
    90,
    _("Days after which the card of an important client is verified again"),
    "CARD-02",
    kind="days",
    check=lambda days: 1 <= days <= 3650,
)
VERIFY_ORDINARY: Policy[int] = Policy(
    "clients.card_verify_days",
    180,
    _("Days after which the card of an ordinary client is verified again"),
    "CARD-02",
    kind="days",
    check=lambda days: 1 <= days <= 3650,
)
WARMTH: Policy[dict[str, int]] = Policy(
    "clients.warmth",
    {"late_cycles": 2, "fall_soon": 20, "fall_late": 50},
    _("Warmth: so many visit cycles late, or nights fallen by so many percent (soon, late), is cold"),
    "CARD-01",
    kind="table",
    check=lambda table: (
        set(table) == {"late_cycles", "fall_soon", "fall_late"}
        and all(isinstance(one, int) and one >= 1 for one in table.values())
        and table["fall_soon"] <= table["fall_late"]
    ),
    words={
        "late_cycles": _("Cold: visit cycles gone by"),
        "fall_soon": _("Cooling: nights down, %"),
        "fall_late": _("Cold: nights down, %"),
    },
)


def verify_due(verified_on: date | None, known_since: date, days: int) -> date:
    """The last day on which a card still counts as looked at (CARD-02)."""
    return (verified_on or known_since) + timedelta(days=days)


def warmth(days_since_visit: int | None, cycle_days: int, change_percent: int | None, table: dict[str, int]) -> str:
    """How warm a relation is: green, yellow or red, by the days since the last visit and by how the nights went.

    `days_since_visit` is None for a client that was never visited, `change_percent` where there is nothing to compare.
    """
    fall = -change_percent if change_percent is not None else 0
    never = days_since_visit is None
    since = days_since_visit or 0
    if since > cycle_days * table["late_cycles"] or fall >= table["fall_late"]:
        return "red"
    if never or since > cycle_days or fall >= table["fall_soon"]:
        return "yellow"
    return "green"


def share_of_wallet(our_nights: int, city_nights: int | None) -> int | None:
    """Our nights in percent of all the client uses in the city; None where that is not known."""
    if not city_nights:
        return None
    return min(100, round(100 * our_nights / city_nights))
