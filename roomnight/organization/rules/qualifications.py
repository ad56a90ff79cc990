"""What is decided about training and examination: which qualifications there are, which are asked for, how long one holds (TGT-05)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Protocol, TypeVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.kernel.policy import Policy

RECEIVE, SELL = "receive", "sell"
QUALIFICATIONS: dict[str, Any] = {
    RECEIVE: pgettext_lazy("qualification", "Receive clients"),
    SELL: pgettext_lazy("qualification", "Sell"),
}
"""The qualifications that Roomnight itself asks about."""

HOLDS, ENDS_SOON, AHEAD, LAPSED, WITHDRAWN, FAILED = "holds", "ends_soon", "ahead", "lapsed", "withdrawn", "failed"


def _is_list_of_kinds(rows: Any) -> bool:
    if not isinstance(rows, list) or not all(isinstance(row, dict) and {"key", "zh", "en"} <= set(row) for row in rows):
        return False
    keys = [row["key"] for row in rows]
    return (
        len(set(keys)) == len(keys) and all(0 < len(key) <= 40 for key in keys) and not set(keys) & set(QUALIFICATIONS)
    )


FURTHER_KINDS: Policy[list[dict[str, str]]] = Policy(
    "organization.further_qualifications",
    [{"key": "first_aid", "zh": "急救", "en": "First aid"}],
    label=_("Qualifications the hotel keeps beside receiving clients and selling"),
    source="TGT-05",
    kind="table",
    check=_is_list_of_kinds,
)
DEMANDED: Policy[list[str]] = Policy(
    "organization.qualifications_demanded",
    [RECEIVE],
    label=_("What nobody may do without a valid qualification"),
    source="TGT-05",
    kind="table",
    check=lambda kinds: isinstance(kinds, list) and set(kinds) <= set(QUALIFICATIONS),
    words=QUALIFICATIONS,
)
VALID_DAYS: Policy[int] = Policy(
    "organization.qualification_days",
    365,
    label=_("Days for which a qualification holds, unless another day is entered"),
    source="TGT-05",
    kind="days",
    check=lambda days: 1 <= days <= 3660,
)
REMINDER_DAYS: Policy[int] = Policy(
    "organization.qualification_reminder_days",
    30,
    label=_("Days before a qualification ends when the person and the leader are reminded"),
    source="TGT-05",
    kind="days",
    check=lambda days: 1 <= days <= 180,
)


class Kept(Protocol):
    """What a record of an examination must say to be judged."""

    @property
    def granted_on(self) -> date: ...

    @property
    def valid_until(self) -> date | None: ...

    @property
    def withdrawn_on(self) -> date | None: ...


K = TypeVar("K", bound=Kept)


def holds_on(one: Kept, on: date) -> bool:
    """Whether it was passed, and is neither ahead, over nor withdrawn on a day. The last day counts."""
    if one.valid_until is None or not one.granted_on <= on <= one.valid_until:
        return False
    return one.withdrawn_on is None or on < one.withdrawn_on


def state_on(one: Kept, on: date, reminder_days: int) -> str:
    """How it stands on a day: holds, ends_soon, ahead, lapsed, withdrawn, failed."""
    if one.valid_until is None:
        return FAILED
    if one.withdrawn_on is not None and one.withdrawn_on <= on:
        return WITHDRAWN
    if one.granted_on > on:
        return AHEAD
    left = (one.valid_until - on).days
    return LAPSED if left < 0 else ENDS_SOON if left <= reminder_days else HOLDS


def standing(rows: Iterable[K], on: date) -> K | None:
    """The one of a person's records of a kind that counts: what holds the longest, else the latest."""
    known: Sequence[K] = sorted(rows, key=lambda one: one.granted_on)
    holding = [one for one in known if holds_on(one, on)]
    if holding:
        return max(holding, key=lambda one: one.valid_until or one.granted_on)
    return known[-1] if known else None
