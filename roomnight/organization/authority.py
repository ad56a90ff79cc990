"""How far somebody may decide on a day, for themselves or for a colleague who is away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.http import Http404

from roomnight.organization.access import Seat, within
from roomnight.organization.models import (
    ApprovalKind,
    AuthorityLimit,
    Delegation,
    DelegationDay,
    Hotel,
    Membership,
    Role,
    Staff,
)
from roomnight.organization.shipped_limits import SHIPPED_LIMITS


@dataclass(frozen=True)
class Authority:
    """Up to where somebody may decide (None: not at all), and for whom they then act (None: themselves)."""

    limit: Decimal | None
    on_behalf_of: Staff | None = None

    def covers(self, amount: Decimal) -> bool:
        """Whether a decision of this size is within it."""
        return self.limit is not None and amount <= self.limit

    def in_audit(self) -> dict[str, str]:
        """What an audit line about the decision says in addition: for whom it was taken."""
        return {"acting_for": self.on_behalf_of.username} if self.on_behalf_of else {}


@dataclass(frozen=True)
class Acting:
    """Somebody is away, and this seat decides these kinds for them."""

    absent: Staff
    kinds: frozenset[str]


def limits_on(hotel: Hotel, roles: Iterable[Role], on: date) -> dict[tuple[int, str], Decimal | None]:
    """(role id, kind) to the limit in force on a day; None is not at all. A copied role starts with its original's."""
    wanted = list(roles)
    found: dict[tuple[int, str], Decimal | None] = {}
    for role in wanted:
        code = role.based_on.code if role.based_on else role.code
        for kind in ApprovalKind.values:
            found[(role.pk, kind)] = SHIPPED_LIMITS.get((code, kind))
    rows = AuthorityLimit.objects.filter(hotel=hotel, role__in=wanted, starts_on__lte=on).order_by("starts_on")
    for role_id, kind, limit in rows.values_list("role", "kind", "limit"):
        found[(role_id, kind)] = limit
    return found


def acting_for(seat: Seat, on: date) -> list[Acting]:
    """For whom the seat decides on a day, and what: those who named this person, and those whose deputy is away too and
    has passed it on."""
    rows = DelegationDay.objects.filter(hotel=seat.hotel, day=on, delegation__ended_by="")
    deputies: dict[tuple[int, str], int] = {
        (absent, kind): deputy for absent, kind, deputy in rows.values_list("absent", "kind", "delegation__deputy")
    }
    kinds: dict[int, set[str]] = {}
    for absent, kind in deputies:
        last, seen = absent, {absent}
        while (last, kind) in deputies and deputies[(last, kind)] not in seen:
            last = deputies[(last, kind)]
            seen.add(last)
        if last == seat.staff.pk:
            kinds.setdefault(absent, set()).add(kind)
    people = {one.pk: one for one in Staff.objects.filter(pk__in=kinds)} if kinds else {}
    return [Acting(people[pk], frozenset(found)) for pk, found in sorted(kinds.items())]


def authority(seat: Seat, kind: str, on: date) -> Authority:
    """How far the seat may go in a decision of this kind on a day: by its own role, or further for somebody who is away."""
    standing_in = {one.absent.pk: one.absent for one in acting_for(seat, on) if kind in one.kinds}
    places = Membership.objects.filter(hotel=seat.hotel, staff__in=[seat.staff.pk, *standing_in])
    roles = {place.staff_id: place.role for place in places.select_related("role__based_on")}
    limits = limits_on(seat.hotel, roles.values(), on)
    own = roles.get(seat.staff.pk)
    best = Authority(limits.get((own.pk, kind)) if own else None)
    for staff_id, absent in standing_in.items():
        limit = limits.get((roles[staff_id].pk, kind)) if staff_id in roles else None
        if limit is not None and (best.limit is None or limit > best.limit):
            best = Authority(limit, absent)
    return best


def absentees(seat: Seat) -> QuerySet[Staff]:
    """The people for whom the seat may name a deputy: oneself, the team, everybody, as the right reaches."""
    reach = within(seat.scope("organization.delegation", "create"), seat, hotel="hotel", owners=["staff"])
    return Staff.objects.filter(is_active=True, pk__in=Membership.objects.filter(reach).values("staff")).order_by(
        "username"
    )


def delegations(seat: Seat, action: str = "read") -> QuerySet[Delegation]:
    """Who decides for whom, as far as the seat sees: for those within reach, and what concerns oneself."""
    scope = seat.scope("organization.delegation", action)
    reach = within(scope, seat, hotel="hotel", owners=["absent", "deputy"])
    return Delegation.objects.filter(reach).select_related("absent", "deputy", "hotel").order_by("-ends_on", "-pk")


def delegation(seat: Seat, pk: int) -> Delegation:
    """A delegation that the seat may end: of somebody for whom it may name a deputy; else 404."""
    found = delegations(seat, "create").filter(pk=pk, absent__in=absentees(seat)).first()
    if found is None:
        raise Http404(str(pk))
    return found


def delegations_of(staff: Staff, hotel: Hotel, on: date) -> QuerySet[Delegation]:
    """Who decides for this person, and for whom this person decides, from a day on."""
    found = Delegation.objects.filter(Q(absent=staff) | Q(deputy=staff), hotel=hotel, ends_on__gte=on, ended_by="")
    return found.select_related("absent", "deputy").order_by("starts_on", "pk")


def limit_rows(seat: Seat) -> QuerySet[AuthorityLimit]:
    """What this hotel has said about authority limits, latest first."""
    reach = within(seat.scope("organization.limit"), seat, hotel="hotel")
    return AuthorityLimit.objects.filter(reach).select_related("role").order_by("-starts_on", "-pk")
