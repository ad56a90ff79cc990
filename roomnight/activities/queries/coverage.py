"""Whether every client is visited within the cycle of its grade, per representative and per territory (VIS-13)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Count, Q

from roomnight.clients.models import Account, Territory
from roomnight.clients.rules import IN_BUSINESS, VISIT_CYCLE_DAYS
from roomnight.kernel.calendar import day_bounds
from roomnight.organization.access import Seat, within
from roomnight.organization.models import Staff


@dataclass(frozen=True)
class CoverageRow:
    """One representative's or territory's clients: how many, within the cycle, due, and of those never visited."""

    pk: int | None
    name: str
    clients: int
    in_time: int
    never: int

    @property
    def due(self) -> int:
        return self.clients - self.in_time

    @property
    def percent(self) -> int:
        """The share within the cycle, in whole percent, rounded down; 100 where there is nothing to visit."""
        return self.in_time * 100 // self.clients if self.clients else 100


@dataclass(frozen=True)
class Coverage:
    """Both views of the same clients."""

    by_staff: list[CoverageRow]
    by_territory: list[CoverageRow]


def coverage(seat: Seat, as_of: date) -> Coverage:
    """The clients of the representatives within reach, and whether their next visit is due by a day."""
    reach = within(seat.scope("activities.visit"), seat, hotel="hotel", owners=["owner"])
    looked_after = Account.objects.filter(reach, stage__in=IN_BUSINESS, owner__isnull=False)
    in_time, unvisited = _in_time(seat, as_of), Q(last_visit_on=None)

    def counted(key: str, named: type[Staff] | type[Territory]) -> list[CoverageRow]:
        rows = (
            looked_after.order_by()
            .values_list(key)
            .annotate(
                clients=Count("pk"),
                in_time=Count("pk", filter=in_time),
                unvisited=Count("pk", filter=unvisited),
                fresh=Count("pk", filter=unvisited & in_time),
            )
        )
        counts = {pk: CoverageRow(pk, "", clients, well, none - fresh) for pk, clients, well, none, fresh in rows}
        names = {pk: str(one) for pk, one in named._default_manager.in_bulk([pk for pk in counts if pk]).items()}
        found = [replace(row, name=names.get(pk, "")) for pk, row in counts.items()]
        return sorted(found, key=lambda row: (row.percent, -row.due, row.name))

    return Coverage(counted("owner_id", Staff), counted("territory_id", Territory))


def _in_time(seat: Seat, as_of: date) -> Q:
    """Accounts whose next visit is not due yet: visited, or else known, for fewer days than their grade's cycle."""
    reached = Q()
    for grade, days in VISIT_CYCLE_DAYS.at(seat.hotel.code, as_of).items():
        oldest = as_of - timedelta(days=days - 1)
        known = Q(last_visit_on=None, created_at__gte=day_bounds(oldest, seat.zone)[0])
        of_grade = Q(grade__in=["", "D"]) if grade == "D" else Q(grade=grade)
        reached |= of_grade & (Q(last_visit_on__gte=oldest) | known)
    return reached
