"""The stages of a client, and what a step from one to another asks for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy

IN_BUSINESS = ("lead", "target", "negotiating", "active", "dormant", "lost")
OUT = ("invalid", "blacklisted")

MOVES: dict[str, frozenset[str]] = {
    "lead": frozenset({"target", "negotiating", "active"}),
    "target": frozenset({"lead", "negotiating", "active"}),
    "negotiating": frozenset({"target", "active", "lost"}),
    "active": frozenset({"dormant", "lost"}),
    "dormant": frozenset({"active", "lost"}),
    "lost": frozenset({"active", "negotiating"}),
    "invalid": frozenset({"lead"}),
    "blacklisted": frozenset({"lead"}),
}

LOST_DAYS: Policy[int] = Policy(
    "pms.lost_days",
    90,
    label=_("Days without an arrival after which a producing client counts as quiet and is proposed as lost"),
    source="LOST-06",
    kind="days",
    check=lambda days: 1 <= days <= 3650,
)


def may_move(old: str, new: str) -> bool:
    """Whether a client may go from one stage to another; invalid and blacklisted are open from anywhere (ACC-02)."""
    if old == new:
        return False
    return new in OUT or new in MOVES[old]


def reason_needed(old: str, new: str) -> bool:
    """Leaving business, coming back from outside it, and being lost each ask for a reason (ACC-02)."""
    return new in OUT or old in OUT or new == "lost"
