"""What holds when guests are received; nothing here knows Django or the clock."""

from roomnight.reception.rules.authorities import VERIFY_AUTHORITIES
from roomnight.reception.rules.enquiries import NOT_REGISTERED, VISITOR_DAYS, VISITORS_LEAVE_BY
from roomnight.reception.rules.rooms import TOLD_OF_CHANGES
from roomnight.reception.rules.wishes import WISH_DAYS, WISH_MINUTES

__all__ = [
    "VERIFY_AUTHORITIES",
    "WISH_DAYS",
    "WISH_MINUTES",
    "TOLD_OF_CHANGES",
    "NOT_REGISTERED",
    "VISITORS_LEAVE_BY",
    "VISITOR_DAYS",
]
