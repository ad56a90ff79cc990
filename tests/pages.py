"""Which record stands in for the numbers in an address, so that tests can visit every page of the product.

An address with an argument that this table does not name fails tests/test_matrix.py: a new page cannot go unvisited.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from roomnight.organization.access import Seat
from roomnight.organization.models import Scope
from tests.pages_above import ABOVE
from tests.pages_below import BELOW
from tests.samples import Sample
from tests.world import World
from tools.addresses import Address, addresses

SAMPLES: dict[str, Sample] = {**BELOW, **ABOVE}


def desk_addresses() -> list[Address]:
    """Every address of a page of one hotel."""
    return [one for one in addresses() if one.is_at_a_hotel]


def path_of(address: Address, world: World, whose: str = "ours", hotel: str = "lujiazui") -> str | None:
    """The path of an address with `ours`, `other_team` or `other_hotel` in it; None where there is no such record."""
    sample = SAMPLES.get(address.name, Sample(lambda w: {}, owner=None))
    pick = getattr(sample, whose)
    if pick is None:
        return None
    picked = pick(world)
    arguments = picked if isinstance(picked, dict) else {"pk": picked}
    return reverse(address.name, kwargs={"hotel": hotel, **arguments})


def expects(seat: Seat, address: Address, whose: str, world: World) -> bool:
    """Whether this person sees this record, worked out from the shipped table of rights."""
    sample = SAMPLES.get(address.name)
    if whose == "other_hotel" or sample is None:
        return sample is None
    grant = sample.reach or address.needs
    owner = sample.owner if whose == "ours" else "sun"
    return grant is None or in_reach(seat.scope(*grant), seat, owner, world)


def in_reach(scope: str | None, seat: Any, owner: str | None, world: World) -> bool:
    """Whether a record of this owner lies within a scope of this seat, said independently of organization.access.within."""
    if scope is None:
        return False
    if owner is None or scope == Scope.HOTEL:
        return True
    if scope == Scope.TEAM:
        below, queue = set(), [seat.staff]
        while queue:
            one = queue.pop()
            below.add(one.username)
            queue += [place.staff for place in one.led_memberships.filter(hotel=seat.hotel).select_related("staff")]
        return owner in below
    if scope == Scope.DEPARTMENT:
        mine = seat.staff.memberships.get(hotel=seat.hotel).department_id
        return bool(getattr(world, owner).memberships.filter(department=mine).exists())
    return bool(owner == seat.code)
