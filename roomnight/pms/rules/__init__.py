"""What the hotel has decided about reservations that come from its PMS: reading, identity, production, silence."""

from roomnight.pms.rules.guests import FLAGGED_LEVEL, GUEST_DAYS, PASSWORD_TRIES, TOLD_DEPARTMENTS
from roomnight.pms.rules.quiet import OVERDUE_FACTOR, OVERDUE_MIN_GAPS

__all__ = [
    "FLAGGED_LEVEL",
    "GUEST_DAYS",
    "OVERDUE_FACTOR",
    "OVERDUE_MIN_GAPS",
    "PASSWORD_TRIES",
    "TOLD_DEPARTMENTS",
]
