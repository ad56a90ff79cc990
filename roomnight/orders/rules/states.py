"""How an order goes from an enquiry to the archive, and where it may end before (ORD-02). Values in, value out."""

from __future__ import annotations

ENQUIRY, TENTATIVE, DEFINITE, IN_PROGRESS, COMPLETED = "enquiry", "tentative", "definite", "in_progress", "completed"
ARCHIVED, DECLINED, CANCELLED, NO_SHOW = "archived", "declined", "cancelled", "no_show"

MOVES: dict[str, tuple[str, ...]] = {
    ENQUIRY: (TENTATIVE, DEFINITE, DECLINED, CANCELLED),
    TENTATIVE: (ENQUIRY, DEFINITE, DECLINED, CANCELLED),
    DEFINITE: (IN_PROGRESS, CANCELLED, NO_SHOW),
    IN_PROGRESS: (COMPLETED,),
    COMPLETED: (ARCHIVED, IN_PROGRESS),
    ARCHIVED: (),
    DECLINED: (ENQUIRY,),
    CANCELLED: (ENQUIRY,),
    NO_SHOW: (DEFINITE,),
}
"""From each state those that may follow it. Declined and cancelled orders are taken up again as an enquiry."""
REASONED = (DECLINED, CANCELLED, NO_SHOW)
"""States that need a reason; the last two may have a charge."""
CHARGED = (CANCELLED, NO_SHOW)
GATED = (DEFINITE, IN_PROGRESS)
"""States into which an order comes only with the client's credit in order."""


def may_move(old: str, new: str) -> bool:
    """Whether an order may go from one state to the other."""
    return new in MOVES.get(old, ())
