"""What comes again: causes in a department, complaints of a client (SVC-03, SVC-05)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from roomnight.organization.models import Department, Hotel
from roomnight.service.models import Cause, Complaint

MOST = 8
AGAIN = 2


@dataclass(frozen=True)
class Repeated:
    """A cause that came `count` times in a department."""

    department: Department
    cause: str
    label: str
    count: int


def repeated_causes(hotel: Hotel, since: datetime, departments: Sequence[int] | None = None) -> list[Repeated]:
    """Causes found at least twice in one department since a moment, the most frequent first; of some departments or all."""
    rows = Complaint.objects.filter(hotel=hotel, closed_at__gte=since, department__isnull=False)
    if departments is not None:
        rows = rows.filter(department__in=departments)
    found = rows.values("department", "closing__cause").annotate(times=Count("pk")).filter(times__gte=AGAIN)
    known = Department.objects.in_bulk([one["department"] for one in found])
    every = [
        Repeated(known[one["department"]], one["closing__cause"], str(Cause(one["closing__cause"]).label), one["times"])
        for one in found
    ]
    return sorted(every, key=lambda one: (-one.count, one.department.pk, one.cause))[:MOST]


def earlier(complaint: Complaint, since: datetime) -> list[Complaint]:
    """Other complaints of the same client since a moment, latest first."""
    if complaint.account_id is None:
        return []
    rows = Complaint.objects.filter(account=complaint.account_id, hotel=complaint.hotel, taken_at__gte=since)
    return list(rows.exclude(pk=complaint.pk).order_by("-taken_at")[:MOST])
