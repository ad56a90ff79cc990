"""When a report is true and complete, when it is late, and what follows from it (VIS-06, VIS-07, VIS-09)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from roomnight.activities.rules.plans import minutes
from roomnight.kernel.calendar import HotelCalendar
from roomnight.kernel.policy import Policy

THANKS_CALL_DAYS = Policy(
    "activities.thanks_call_days",
    1,
    label=_("Working days after a visit on which the client is thanked by telephone"),
    source="VIS-09",
    kind="days",
    check=lambda days: 1 <= days <= 30,
)
POTENTIAL_DAYS = Policy(
    "activities.potential_days",
    7,
    label=_("Days after which potential found on a visit is followed up, if no next talk is agreed"),
    source="VIS-09",
    kind="days",
    check=lambda days: 1 <= days <= 90,
)

LONGEST_TALK = timedelta(hours=12)
NEEDS = frozenset({"rooms", "long_stay", "meeting", "dining", "none"})
ORDERING = frozenset({"trial", "order"})


def talk_problem(met_from: datetime, met_to: datetime, now: datetime) -> str | None:
    """What is wrong with the time of a talk: it lies ahead, ends before it begins, or lasted impossibly long (VIS-07)."""
    if met_from > now or met_to > now:
        return "report.future"
    if met_to <= met_from:
        return "report.order"
    if met_to - met_from > LONGEST_TALK:
        return "report.too_long"
    return None


def content_problem(
    *,
    result: str,
    refusal_reason: str,
    feedback: str,
    complaint: str,
    needs: Sequence[str],
    next_on: date | None,
    next_purpose: str,
    visited_on: date,
    met_anybody: bool,
) -> str | None:
    """What a report lacks: whom one met, why they refused, what they complain about, when the next talk is (VIS-07)."""
    if not met_anybody:
        return "report.nobody"
    if result == "refused" and not refusal_reason.strip():
        return "report.refusal_reason"
    if feedback == "complaint" and not complaint.strip():
        return "report.complaint_text"
    if not set(needs) <= NEEDS:
        return "report.needs"
    if "none" in needs and len(set(needs)) > 1:
        return "report.needs_none"
    if next_on is not None and next_on <= visited_on:
        return "report.next_past"
    if next_purpose.strip() and next_on is None:
        return "report.next_date"
    return None


def competitor_rows(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Competitors used as they are kept: hotel, price as decimal text ("" unknown), why. ValueError for a bad row."""
    kept = []
    for row in rows:
        hotel = str(row.get("hotel") or "").strip()
        typed = str(row.get("price") or "").strip()
        try:
            price = Decimal(typed) if typed else None
        except InvalidOperation:
            raise ValueError(typed) from None
        if not hotel or (price is not None and not (price.is_finite() and price >= 0)):
            raise ValueError(hotel or typed)
        kept.append(
            {"hotel": hotel, "price": "" if price is None else str(price), "why": str(row.get("why") or "").strip()}
        )
    return kept


@dataclass(frozen=True)
class Timing:
    """The minutes that a report shows; see VisitReport for what each counts."""

    actual_minutes: int
    overrun_minutes: int
    arrival_minutes: int
    delay_minutes: int
    late_minutes: int

    @property
    def is_late(self) -> bool:
        return self.late_minutes > 0


def timing(
    *,
    planned_start: datetime,
    allowed_minutes: int,
    met_from: datetime,
    met_to: datetime,
    due: datetime,
    sent: datetime,
) -> Timing:
    """Minutes of a visit and of its report (VIS-06, VIS-07). Any part of a minute after the due time counts as one late.

    `allowed_minutes` is what was planned, or the usual length where the plan was shorter.
    """
    late = sent - due
    return Timing(
        actual_minutes=minutes(met_from, met_to),
        overrun_minutes=max(0, minutes(met_from, met_to) - allowed_minutes),
        arrival_minutes=minutes(planned_start, met_from),
        delay_minutes=minutes(met_to, sent),
        late_minutes=-(-late // timedelta(minutes=1)) if late > timedelta(0) else 0,
    )


@dataclass(frozen=True)
class Next:
    """One thing that follows from a report: its kind, the day, how pressing, and whether it is the leader's to do."""

    kind: str
    due_on: date
    priority: str = "normal"
    is_leaders: bool = False


def thanks_due(visited_on: date, today: date, calendar: HotelCalendar, working_days: int) -> date:
    """The working day of the thank-you call; for a report so late that it has gone by, the first one from today (VIS-09)."""
    due = calendar.next_working_day(visited_on, working_days)
    return due if due >= today else first_working_day(today, calendar)


def first_working_day(day: date, calendar: HotelCalendar) -> date:
    """This day if the office works, else the next on which it does."""
    return day if calendar.is_working_day(day) else calendar.next_working_day(day)


def what_follows(
    *,
    result: str,
    feedback: str,
    has_potential: bool,
    next_on: date | None,
    visited_on: date,
    today: date,
    calendar: HotelCalendar,
    thanks_days: int,
    potential_days: int,
) -> list[Next]:
    """What a report sets in motion (VIS-09), most pressing first.

    A complaint is the leader's, today. An order is asked for on the next working day from today. Potential waits for
    the next talk where one is agreed. Every client is thanked.
    """
    found = []
    if feedback == "complaint":
        found.append(Next("complaint", today, "urgent", is_leaders=True))
    if result in ORDERING:
        found.append(Next("order_enquiry", first_working_day(today, calendar), "high"))
    found.append(Next("thanks_call", thanks_due(visited_on, today, calendar, thanks_days)))
    if next_on is not None:
        found.append(Next("appointment", max(next_on, today)))
    if has_potential:
        suitable = next_on or first_working_day(today + timedelta(days=potential_days), calendar)
        found.append(Next("potential", max(suitable, today)))
    return found
