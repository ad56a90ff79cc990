"""Which step of following an order comes next, and by when each is done (ORD-04). Values in, value out; moments are aware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from roomnight.kernel.calendar import HotelCalendar, WorkingHours, local_day
from roomnight.orders.rules.notices import office_hours_after

READ, AGREE, READY, NEEDS, STAY, COMMENTS, FILE, ASK = (
    "read", "agree", "ready", "needs", "stay", "comments", "file", "ask",
)  # fmt: skip
STEPS = (READ, AGREE, READY, NEEDS, STAY, COMMENTS, FILE, ASK)
BEFORE = (READ, AGREE, READY, NEEDS)
"""Steps before the guests are here."""
OVER, OFF = "over", "off"
"""Everything is done; nobody follows the order (any more, or yet)."""
DEFINITE, IN_PROGRESS, COMPLETED, ARCHIVED = "definite", "in_progress", "completed", "archived"
FOLLOWED = (DEFINITE, IN_PROGRESS, COMPLETED, ARCHIVED)


@dataclass(frozen=True)
class Known:
    """What an order says of its own follow-up: its state, what was noted, how many departments stand, agreed and are ready."""

    state: str
    is_read: bool = False
    is_lacking: bool = False
    is_told: bool = False
    departments: int = 0
    agreed: int = 0
    ready: int = 0
    knows_needs: bool = False
    has_comments: bool = False
    is_asked: bool = False


def done(known: Known) -> set[str]:
    """The steps that are done by what the record says. An order that something is missing from is not read in detail."""
    found = {
        READ: known.is_read and not (known.is_lacking and known.state == DEFINITE),
        AGREE: known.is_told and known.agreed >= known.departments,
        READY: known.is_told and known.ready >= known.departments,
        NEEDS: known.knows_needs,
        STAY: known.state in (COMPLETED, ARCHIVED),
        COMMENTS: known.has_comments,
        FILE: known.state == ARCHIVED,
        ASK: known.is_asked,
    }
    return {step for step, is_done in found.items() if is_done}


def stage(known: Known) -> str:
    """The step whose turn it is. What was not done before the guests came is past; so is nothing that comes after."""
    if known.state not in FOLLOWED:
        return OFF
    finished = done(known)
    ways = {DEFINITE: (*BEFORE, STAY), IN_PROGRESS: (STAY,), COMPLETED: (COMMENTS, FILE), ARCHIVED: (ASK,)}
    return next((step for step in ways[known.state] if step not in finished), OVER)


def is_past(step: str, known: Known) -> bool:
    """Whether a step can no longer be done: the guests came before it was."""
    return step in BEFORE and step not in done(known) and known.state not in (DEFINITE,)


@dataclass(frozen=True)
class Course:
    """What the times hang on: when the order was confirmed, when guests arrive and leave, and by when departments confirm."""

    confirmed: datetime
    arrives: datetime
    departs: datetime
    departments: datetime | None = None


@dataclass(frozen=True)
class Span:
    """What the hotel decided: office hours to read an order, hours before arrival, working days after departure."""

    read_hours: int
    ready_hours: int
    needs_hours: int
    comment_days: int
    file_days: int
    opinion_days: int


def due_times(course: Course, span: Span, calendar: HotelCalendar, office: WorkingHours) -> dict[str, datetime]:
    """By when each step is done, in UTC.

    Reading: in office hours, at the latest when half of what is left before the arrival is over. Hours before an arrival
    are real hours, whatever the clocks do, and never lie before the reading is due. Days after a departure are working
    days of the hotel, to the end of office hours.
    """
    confirmed, arrives = course.confirmed.astimezone(UTC), course.arrives.astimezone(UTC)
    half = confirmed + max(arrives - confirmed, timedelta(0)) / 2
    read = min(office_hours_after(confirmed, span.read_hours, calendar, office), half)
    agree = course.departments.astimezone(UTC) if course.departments else read
    departs = course.departs.astimezone(UTC)

    def closing(days: int) -> datetime:
        day = calendar.add_working_days(local_day(departs, office.tz), days)
        return office.closing(day).astimezone(UTC)

    return {
        READ: read,
        AGREE: agree,
        READY: max(arrives - timedelta(hours=span.ready_hours), agree),
        NEEDS: max(arrives - timedelta(hours=span.needs_hours), read),
        STAY: departs,
        COMMENTS: closing(span.comment_days),
        FILE: closing(span.file_days),
        ASK: closing(span.opinion_days),
    }


def opinion_day(departs_on: date, days: int, calendar: HotelCalendar, today: date) -> date:
    """The day on which the client is thanked and asked: so many working days after the departure, not before today."""
    return max(calendar.add_working_days(departs_on, days), today)
