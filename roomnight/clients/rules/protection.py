"""The protection list 保护名单: who may keep colleagues away from a client, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy

NOT_YET_WON = ("lead", "target", "negotiating")
WON = ("active", "dormant")

PROTECTION_MAX: Policy[int] = Policy(
    "clients.protection_max",
    20,
    _("Clients one person may have on the protection list at a time"),
    "OWN-02",
    check=lambda count: 1 <= count <= 500,
)
PROTECTION_DAYS: Policy[int] = Policy(
    "clients.protection_days",
    30,
    _("Days a client is protected, and by which an extension prolongs it"),
    "OWN-02",
    kind="days",
    check=lambda days: 1 <= days <= 730,
)
RENEWED_DAYS: Policy[int] = Policy(
    "clients.protection_renewed_days",
    90,
    _("Days a client stays protected after a reported visit or an arrival"),
    "OWN-07",
    kind="days",
    check=lambda days: 1 <= days <= 730,
)
PROTECTION_NOTICE_DAYS: Policy[int] = Policy(
    "clients.protection_notice_days",
    7,
    _("Days before a protection runs out at which the person is told"),
    "OWN-07",
    kind="days",
    check=lambda days: 0 <= days <= 90,
)
UNPRODUCTIVE_DAYS: Policy[int] = Policy(
    "clients.unproductive_days",
    180,
    _("Days without an arrival or a visit after which a won client goes back to the open pool"),
    "OWN-07",
    kind="days",
    check=lambda days: 30 <= days <= 3650,
)
RELEASE_NOTICE_DAYS: Policy[int] = Policy(
    "clients.release_notice_days",
    14,
    _("Days of notice before a client goes back to the open pool"),
    "OWN-07",
    kind="days",
    check=lambda days: 1 <= days <= 180,
)
OPEN_LEADS_MAX: Policy[int] = Policy(
    "clients.open_leads_max",
    60,
    _("Not yet won clients one person may hold; beyond it those left alone longest go back to the open pool"),
    "OWN-07",
    check=lambda count: 1 <= count <= 5000,
)


def may_be_protected(stage: str) -> bool:
    """Only a client that is not yet won goes on the list (OWN-02)."""
    return stage in NOT_YET_WON


def protected_until(today: date, days: int) -> date:
    """The last day of a protection that begins today."""
    return today + timedelta(days=days)


def extended_until(until: date, today: date, days: int) -> date:
    """The last day after an extension: counted from the present end, or from today where that is gone by (OWN-02)."""
    return max(until, today) + timedelta(days=days)


def renewed_until(until: date, on: date, days: int) -> date:
    """The last day after a visit or an arrival on a day; never earlier than it was (OWN-07)."""
    return max(until, on + timedelta(days=days))


def days_left(until: date, today: date) -> int:
    """How many more days after today; below nought it has run out."""
    return (until - today).days


def notice_due(until: date, today: date, notice_days: int) -> bool:
    """Whether the person is to be told that it runs out."""
    return days_left(until, today) <= notice_days


def may_protect_again(
    last_ended: date | None, last_started: date | None, last_acts: Sequence[date | None], today: date, days: int
) -> bool:
    """Whether somebody may protect a client anew that they protected before.

    Letting it go and taking it at once again would be a protection without end: only an act since it began, or as many
    days as a protection lasts, opens the way (OWN-07).
    """
    if last_ended is None or last_started is None:
        return True
    acted = any(act is not None and act >= last_started for act in last_acts)
    return acted or today >= last_ended + timedelta(days=days)


def idle_since(known_since: date, *acts: date | None) -> date:
    """The day since which nothing has happened with a client: the last act, or the day it came to its owner."""
    return max([known_since, *(act for act in acts if act is not None)])


def release_day(today: date, idle: date, unproductive_days: int, notice_days: int) -> date | None:
    """The day a won client goes back to the pool, or None while that is farther off than the notice (OWN-07)."""
    lapse = idle + timedelta(days=unproductive_days)
    if lapse - timedelta(days=notice_days) > today:
        return None
    return max(lapse, today + timedelta(days=notice_days))


@dataclass(frozen=True)
class Held:
    """A not yet won client somebody holds: since when nothing happened, and whether it may be taken away at all."""

    pk: int
    idle_since: date
    is_safe: bool


def too_many(held: Sequence[Held], most: int) -> list[int]:
    """Which clients a person who holds more than allowed loses: those left alone longest, never a safe one (OWN-07)."""
    surplus = len(held) - most
    if surplus <= 0:
        return []
    loose = sorted((one for one in held if not one.is_safe), key=lambda one: (one.idle_since, one.pk))
    return [one.pk for one in loose[:surplus]]
