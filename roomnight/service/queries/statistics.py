"""Complaints counted: by department, cause, client, representative; how fast, who stays, who complains again (SVC-03)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, Min, QuerySet
from django.utils.translation import gettext as _

from roomnight.organization.models import Hotel
from roomnight.pms.models import AccountHabit
from roomnight.service.models import Cause, Complaint, ComplaintState

WAYS = ("department", "cause", "client", "representative")


@dataclass(frozen=True)
class Counted:
    """The complaints of one department, cause, client or representative. `minutes` is the average time until the first
    answer, of those answered; `late` were not closed in time; `again` came from a client who had complained in the span before."""

    label: str
    count: int
    open: int
    late: int
    again: int
    answered: int
    minutes: int | None


@dataclass(frozen=True)
class Kept:
    """Of `known` clients who complained long enough ago, so many (`kept`) have come again since."""

    kept: int
    known: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.kept / self.known) if self.known else None


def statistics(rows: QuerySet[Complaint], way: str, now: datetime) -> tuple[list[Counted], Counted]:
    """Each group by one of `WAYS`, the most complaints first, and all of them together."""
    found = list(
        rows.select_related("department", "account", "representative", "closing")
        .annotate(first_answer=Min("answers__at"))
        .order_by("taken_at", "pk")
    )
    again = _again(found)
    groups: dict[str, list[Any]] = defaultdict(list)
    name = _NAMES[way]
    for one in found:
        groups[name(one)].append(one)
    counted = [_count(label, every, again, now) for label, every in groups.items()]
    return sorted(counted, key=lambda one: (-one.count, one.label)), _count("", found, again, now)


def kept_complainers(rows: QuerySet[Complaint], hotel: Hotel, before: date) -> Kept:
    """Clients who complained before a day, and how many of them have arrived again after the complaint."""
    found = rows.filter(account__isnull=False).values_list("account", "taken_at")
    last: dict[int, date] = {}
    for account, at in found:
        last[account] = max(last.get(account, date.min), at.date())
    known = {account: day for account, day in last.items() if day < before}
    habits = AccountHabit.objects.filter(hotel=hotel, account__in=known).order_by()
    arrivals = dict(habits.values_list("account").annotate(Max("last_arrival")))
    kept = sum(1 for account, day in known.items() if (arrival := arrivals.get(account)) is not None and arrival > day)
    return Kept(kept, len(known))


def _again(found: Sequence[Complaint]) -> set[int]:
    """Those of a client who had complained before; they come in order of time."""
    seen: set[int] = set()
    again: set[int] = set()
    for one in found:
        if one.account_id is not None:
            if one.account_id in seen:
                again.add(one.pk)
            seen.add(one.account_id)
    return again


def _count(label: str, every: Collection[Any], again: set[int], now: datetime) -> Counted:
    waits = [one.first_answer - one.taken_at for one in every if one.first_answer is not None]
    average = sum(waits, timedelta()) / len(waits) if waits else None
    return Counted(
        label, len(every),
        open=sum(one.state == ComplaintState.OPEN for one in every),
        late=sum((one.closed_at or now) > one.due_at for one in every),
        again=sum(one.pk in again for one in every),
        answered=len(waits),
        minutes=None if average is None else int(average.total_seconds() // 60),
    )  # fmt: skip


_NAMES: dict[str, Callable[[Complaint], str]] = {
    "department": lambda one: str(one.department) if one.department else _("not said"),
    "cause": lambda one: str(Cause(one.closing.cause).label) if one.closing else _("not known yet"),
    "client": lambda one: one.account.name if one.account else _("guests of the house and others"),
    "representative": lambda one: one.representative.label if one.representative else _("nobody's client"),
}
