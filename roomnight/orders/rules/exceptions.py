"""What is to be done about an exception next, and by when: pure, without a clock of its own (EXC)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

STAGES = (
    "contact", "explain", "feed", "decide", "instruct", "offer", "answer", "stay", "comments", "cause", "file", "visit", "close",
)  # fmt: skip
"""What comes after what. Each stands until it is done; the first that is not done is the next step (EXC-02…05)."""
OVER = ("closed", "withdrawn")


def contact_due(discovered: datetime, minutes: int) -> datetime:
    """By when the client is contacted: so many real minutes after the discovery, by day and by night (EXC-02)."""
    return discovered.astimezone(UTC) + timedelta(minutes=minutes)


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole real minutes from one moment to another, also where clocks were changed in between."""
    return int((end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() // 60)


@dataclass(frozen=True)
class Known:
    """What is known of an exception. `is_firm`: the departments work by its order; `has_guests`: somebody comes or came."""

    state: str
    is_contacted: bool = False
    is_force_majeure: bool = False
    is_explained: bool = False
    is_claimed: bool = False
    offer: str = ""
    answer: str = ""
    is_asked: bool = False
    is_instructed: bool = False
    is_instructed_last: bool = False
    is_firm: bool = False
    is_fed: bool = False
    has_guests: bool = False
    is_followed: bool = False
    has_comments: bool = False
    has_cause: bool = False
    is_filed: bool = False
    is_visited: bool = False


def lacks(known: Known) -> list[str]:
    """What is not done yet of what must be done before it may be closed, in its order."""
    is_settled = known.answer == "accepted" or known.is_instructed_last
    wants_money = (known.is_claimed or bool(known.offer)) and not is_settled
    open_now = {
        "contact": not known.is_contacted,
        "explain": known.is_force_majeure and not known.is_explained,
        "decide": known.offer == "pending",
        "instruct": known.is_asked and not known.is_instructed,
        "offer": wants_money and (known.offer in ("", "refused") or known.answer == "declined"),
        "answer": wants_money and known.offer == "approved" and not known.answer,
        "feed": known.is_firm and not known.is_fed,
        "stay": known.has_guests and not known.is_followed,
        "comments": not known.has_comments,
        "cause": not known.has_cause,
        "file": not known.is_filed,
        "visit": not known.is_visited,
    }
    return [name for name in STAGES if open_now.get(name)]


def stage(known: Known) -> str:
    """Where an exception stands, in the words of the chart: the next thing to do, or how it ended."""
    if known.state in OVER:
        return known.state
    return next(iter(lacks(known)), "close")


@dataclass(frozen=True)
class Happened:
    """An exception as the analysis reads it: what it was, why, where, and what it took."""

    kind: str
    cause: str
    department: str
    person: str
    cents: int
    minutes: int | None
    is_late: bool


@dataclass(frozen=True)
class Sum:
    """How many of a group, what they cost, how long contact took on average, how many were contacted late."""

    name: str
    count: int
    cents: int
    minutes: int | None
    late: int


def summed(rows: Iterable[Happened], by: str) -> list[Sum]:
    """Exceptions in groups of what `by` names, the most frequent first (EXC-05)."""
    groups: dict[str, list[Happened]] = {}
    for row in rows:
        groups.setdefault(getattr(row, by), []).append(row)
    found = [total(name, group) for name, group in groups.items()]
    return sorted(found, key=lambda one: (-one.count, -one.cents, one.name))


def total(name: str, rows: Sequence[Happened]) -> Sum:
    """Exceptions together."""
    times = [row.minutes for row in rows if row.minutes is not None]
    mean = round(sum(times) / len(times)) if times else None
    return Sum(name, len(rows), sum(row.cents for row in rows), mean, sum(row.is_late for row in rows))
