"""What receptions cost against the standard, by level and department (RCP-09)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from roomnight.organization.models import Membership
from roomnight.reception.models import ProgrammeLine, Reception, ReceptionState
from roomnight.reception.queries.sheet import Costs, costs_of
from roomnight.reception.rules.standards import read_standards
from roomnight.reception.rules.values import STANDARDS

ZERO = Decimal(0)


@dataclass(frozen=True)
class Spent:
    """One reception with its costs and the department that applied for it."""

    one: Reception
    department: str
    costs: Costs


@dataclass(frozen=True)
class Sum:
    """Receptions counted and summed under a word."""

    label: str
    receptions: int
    guests: int
    standard: Decimal
    actual: Decimal
    over: Decimal


def spent_by(receptions: QuerySet[Reception]) -> list[Spent]:
    """Those that were not called off, with their costs; three queries for all of them."""
    kept = receptions.exclude(state__in=(ReceptionState.CANCELLED, ReceptionState.DECLINED))
    rows = list(kept.select_related("hotel", "applicant").order_by("arrives_at"))
    lines: dict[int, list[ProgrammeLine]] = defaultdict(list)
    for line in ProgrammeLine.objects.filter(reception__in=[one.pk for one in rows]):
        lines[line.reception_id].append(line)
    places = Membership.objects.filter(staff__in={one.applicant_id for one in rows}).select_related("department")
    departments = {(place.hotel_id, place.staff_id): place.department.label for place in places}
    found = []
    for one in rows:
        standard = read_standards(STANDARDS.at(one.hotel.code, one.arrives_at.date()))[one.level]
        department = departments.get((one.hotel_id, one.applicant_id), "–")
        found.append(Spent(one, department, costs_of(one, standard, lines[one.pk])))
    return found


def summed(spent: Iterable[Spent], by: str) -> list[Sum]:
    """The sums by `level` or `department`, the dearest first."""
    groups: dict[str, list[Spent]] = defaultdict(list)
    for row in spent:
        groups[row.one.get_level_display() if by == "level" else row.department].append(row)
    found = [
        Sum(
            label,
            len(rows),
            sum(row.one.people for row in rows),
            sum((row.costs.standard for row in rows), ZERO),
            sum((row.costs.actual for row in rows), ZERO),
            sum((row.costs.over for row in rows), ZERO),
        )
        for label, rows in groups.items()
    ]
    return sorted(found, key=lambda one: (-one.actual, one.label))
