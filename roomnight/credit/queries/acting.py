"""Who acts on what clients owe: the representative who signed or who stands in, finance, the director, the general manager."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q

from roomnight.organization.access import escalation
from roomnight.organization.models import ApprovalKind, DelegationDay, Grant, Hotel, Membership, Staff

POSTS: dict[str, tuple[str, ...]] = {
    "finance": ("finance-clerk", "credit-manager"),
    "credit_manager": ("credit-manager", "finance-clerk"),
    "director": ("director-of-sales", "marketing-manager"),
    "general_manager": ("general-manager", "deputy-general-manager", "president"),
}
"""Who else acts: the roles by which they are found, the first that somebody at work has."""


class Actors:
    """The people of a hotel on a day, asked for once."""

    def __init__(self, hotel: Hotel, on: date) -> None:
        self.hotel = hotel
        away = DelegationDay.objects.filter(hotel=hotel, day=on, kind=ApprovalKind.CREDIT, delegation__ended_by="")
        self._deputies: dict[int, int] = dict(away.values_list("absent", "delegation__deputy"))
        self._posts: dict[str, Staff | None] = {}
        self._people: dict[int, Staff] = {}

    def for_(self, staff: Staff) -> Staff:
        """Who acts for somebody today: they themselves, their deputy while they are away, a superior once they have left."""
        found, seen = staff.pk, {staff.pk}
        while (deputy := self._deputies.get(found)) is not None and deputy not in seen:
            found = deputy
            seen.add(found)
        one = staff if found == staff.pk else self._person(found)
        if one.is_active:
            return one
        return next(iter(escalation(one, self.hotel)), one)

    def at(self, post: str, otherwise: Staff) -> Staff:
        """Who holds a post, `representative` being `otherwise`; nobody there: a superior of theirs, or they themselves."""
        if post == "representative":
            return self.for_(otherwise)
        if post not in self._posts:
            self._posts[post] = _holder(self.hotel, POSTS[post])
        found = self._posts[post]
        if found is not None:
            return self.for_(found)
        return next(iter(escalation(otherwise, self.hotel)), self.for_(otherwise))

    def _person(self, pk: int) -> Staff:
        if pk not in self._people:
            self._people[pk] = Staff.objects.get(pk=pk)
        return self._people[pk]


def _holder(hotel: Hotel, codes: Sequence[str]) -> Staff | None:
    places = Membership.objects.filter(
        Q(role__code__in=codes) | Q(role__based_on__code__in=codes), hotel=hotel, staff__is_active=True
    )
    found: list[tuple[int, int, Staff]] = []
    for place in places.select_related("staff", "role__based_on").order_by("pk"):
        code = place.role.code if place.role.code in codes or place.role.based_on is None else place.role.based_on.code
        found.append((codes.index(code), place.pk, place.staff))
    return min(found, key=lambda one: one[:2])[2] if found else None


def granted(hotel: Hotel, resource: str, action: str) -> Iterable[Staff]:
    """Everybody at work at a hotel whose role grants something there."""
    roles = Grant.objects.filter(resource=resource, action=action).values("role")
    return Staff.objects.filter(
        is_active=True, pk__in=Membership.objects.filter(hotel=hotel, role__in=roles).values("staff")
    )
