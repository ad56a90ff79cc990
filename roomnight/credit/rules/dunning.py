"""Which step of the dunning ladder a client has reached, and whether a promise was kept (CRD-08, CRD-12)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.kernel.policy import Policy

STEPS: dict[str, Any] = {
    "reminder": _("Friendly reminder"), "call": pgettext_lazy("dunning", "Call"), "letter": _("Statement and first letter"),
    "second_letter": _("Second letter"), "visit": pgettext_lazy("dunning", "Visit"), "lawyer": _("Lawyer's letter"),
    "legal": _("Legal action or write-off to propose"),
}  # fmt: skip
WRITTEN = ("reminder", "letter", "second_letter", "lawyer")
"""The steps for which there is a letter."""
USUAL_WAYS = {"call": "phone", "visit": "visit", "reminder": "phone"}
"""How a step is usually taken; all others by post."""
POSTS = ("representative", "finance", "credit_manager", "director", "general_manager")


def _is_ladder(table: Any) -> bool:
    return (
        isinstance(table, dict)
        and bool(table)
        and set(table) <= set(STEPS)
        and all(type(days) is int and -30 <= days <= 730 for days in table.values())
    )


def _is_staffed(table: Any) -> bool:
    return isinstance(table, dict) and set(table) == set(STEPS) and set(table.values()) <= set(POSTS)


DUNNING_LADDER = Policy[dict[str, int]](
    "credit.dunning_ladder",
    {"reminder": -5, "call": 1, "letter": 7, "second_letter": 15, "visit": 30, "lawyer": 60, "legal": 90},
    label=_("Dunning ladder: on which day after the due day each step is taken; before it with a minus"),
    source="CRD-08",
    kind="table",
    check=_is_ladder,
    words=STEPS,
)
DUNNED_BY = Policy[dict[str, str]](
    "credit.dunned_by",
    {
        "reminder": "representative", "call": "representative", "letter": "finance", "second_letter": "credit_manager",
        "visit": "director", "lawyer": "general_manager", "legal": "general_manager",
    },
    label=_("Who takes each step of the dunning ladder"),
    source="CRD-08",
    kind="table",
    check=_is_staffed,
    words=STEPS,
)  # fmt: skip
LETTER_DAYS = Policy[int](
    "credit.letter_days",
    7,
    label=_("Days that a dunning letter gives to pay"),
    source="CRD-08",
    kind="days",
    check=lambda value: 1 <= value <= 60,
)
HOLD_DAYS = Policy[int](
    "credit.hold_days",
    60,
    label=_("Days overdue after which a credit account is put on hold"),
    source="CRD-08",
    kind="days",
    check=lambda value: 1 <= value <= 365,
)


def next_step(ladder: Mapping[str, int], days_overdue: int, made: Collection[str], broken: int) -> str | None:
    """The step to take now, or none: the last one reached by days, further by one for each promise that was broken.

    Steps that were passed over are not made up for; what was done once is not done again.
    """
    order = sorted(ladder, key=lambda step: ladder[step])
    reached = [place for place, step in enumerate(order) if ladder[step] <= days_overdue]
    if not reached:
        return None
    place = min(reached[-1] + broken, len(order) - 1)
    highest = max((order.index(step) for step in made if step in order), default=-1)
    return order[place] if place > highest else None


def is_kept(promised: int, received: int, is_over: bool) -> bool | None:
    """Whether a promise was kept: as soon as that much came in; broken once its day is over; None while it may still be."""
    if received >= promised:
        return True
    return False if is_over else None
