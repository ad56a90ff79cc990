"""What happened on a visit, for the floors above."""

from dataclasses import dataclass
from datetime import date

from roomnight.kernel.events import Event


@dataclass(frozen=True)
class VisitReported(Event):
    """A visit was reported (VIS-07). `result` and `feedback` are those of the report."""

    visit_id: int
    report_id: int
    hotel_id: int
    account_id: int
    staff_id: int
    visited_on: date
    result: str
    feedback: str


@dataclass(frozen=True)
class ComplaintHeard(Event):
    """A client complained on a visit (VIS-09); the follow-up has gone to the leader."""

    visit_id: int
    follow_up_id: int
    account_id: int
    text: str


@dataclass(frozen=True)
class OrderAskedFor(Event):
    """A client wants to order (VIS-09); the follow-up is with the person who went."""

    visit_id: int
    follow_up_id: int
    account_id: int


@dataclass(frozen=True)
class FollowUpChanged(Event):
    """A follow-up was done, taken off the list, moved or given to a colleague; `next_id` is what follows from it, if anything."""

    follow_up_id: int
    next_id: int | None = None
