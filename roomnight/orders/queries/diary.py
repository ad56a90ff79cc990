"""Which halls are taken when, who is in the way, and what may be offered instead (ORD-07)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from roomnight.orders.models import HOLDING, BookingState, FunctionSpace, SpaceBooking, SpacePart, SpaceSlot
from roomnight.orders.rules.diary import (
    LONGEST,
    Hall,
    Use,
    first_in_line,
    in_each_others_way,
    next_free,
    other_halls,
    quarter_of,
    smallest_parts,
)
from roomnight.organization.models import Hotel

LOOK_AHEAD = timedelta(days=14)
"""So far the next free time is looked for."""

Parts = dict[int, list[int]]


def parts_of(hotel: Hotel) -> Parts:
    """By combined hall, the smallest halls it consists of."""
    found: Parts = {}
    for whole, part in SpacePart.objects.filter(whole__hotel=hotel).values_list("whole", "part"):
        found.setdefault(whole, []).append(part)
    return found


def taken(
    spaces: Iterable[int], first: datetime, last: datetime, but: SpaceBooking | None = None
) -> dict[int, set[int]]:
    """By smallest hall, the quarters taken between two moments, those of one booking left out."""
    rows = SpaceSlot.objects.filter(
        space__in=list(spaces), quarter__gte=quarter_of(first), quarter__lt=quarter_of(last)
    )
    if but is not None and but.pk:
        rows = rows.exclude(booking=but)
    found: dict[int, set[int]] = {}
    for space, quarter in rows.values_list("space", "quarter"):
        found.setdefault(space, set()).add(quarter)
    return found


def in_the_way(space: int, use: Use, parts: Parts, but: SpaceBooking | None = None) -> list[SpaceBooking]:
    """The bookings that hold a hall, or a part of it, at that time; the first first."""
    held = SpaceSlot.objects.filter(
        space__in=smallest_parts(space, parts), quarter__gte=use.quarters.start, quarter__lt=use.quarters.stop
    )
    if but is not None and but.pk:
        held = held.exclude(booking=but)
    found = SpaceBooking.objects.filter(pk__in=held.values("booking"))
    return list(found.select_related("space", "order__account", "booked_by").order_by("starts_at", "pk"))


@dataclass(frozen=True)
class Offers:
    """What may be offered where a hall is taken: other halls at that time, and when this one is free next."""

    halls: list[FunctionSpace] = field(default_factory=list)
    start: datetime | None = None


def offers(hotel: Hotel, space: FunctionSpace, use: Use, attendance: int, set_up: str, but: SpaceBooking | None) -> Offers:  # fmt: skip
    """Other halls in which so many people find a seat, and the next free time of this one."""
    parts = parts_of(hotel)
    spaces = {one.pk: one for one in FunctionSpace.objects.filter(hotel=hotel, is_active=True)}
    smallest = {part for key in spaces for part in smallest_parts(key, parts)}
    until = use.start + LOOK_AHEAD
    held = taken(smallest, use.taken_from, until + (use.taken_until - use.taken_from), but)
    halls = [Hall(key, one.seats) for key, one in spaces.items() if key != space.pk]
    free = other_halls(halls, use, held, parts, attendance=attendance, set_up=set_up)
    return Offers([spaces[key] for key in free], next_free(space.pk, use, held, parts, until=until))


def waiting_for(booking: SpaceBooking) -> list[SpaceBooking]:
    """Who waits for the hall of a booking at that time, or for one that shares floor with it; longest first."""
    parts = parts_of(booking.hotel)
    line = SpaceBooking.objects.filter(
        hotel=booking.hotel_id, state=BookingState.WAITING,
        starts_at__gte=booking.taken_from - LONGEST, taken_from__lt=booking.taken_until, taken_until__gt=booking.taken_from,
    )  # fmt: skip
    found = (
        line.exclude(pk=booking.pk).select_related("space", "order__account", "booked_by").order_by("asked_at", "pk")
    )
    return [one for one in found if in_each_others_way(one.space_id, booking.space_id, parts)]


def now_free(line: list[SpaceBooking], hotel: Hotel) -> list[SpaceBooking]:
    """Of those who wait, each that could have the hall now if those before had it."""
    if not line:
        return []
    parts = parts_of(hotel)
    smallest = {part for one in line for part in smallest_parts(one.space_id, parts)}
    held = taken(smallest, min(one.taken_from for one in line), max(one.taken_until for one in line))
    free = set(first_in_line([(one.pk, one.space_id, one.use) for one in line], held, parts))
    return [one for one in line if one.pk in free]


def held_ahead(space: FunctionSpace, now: datetime) -> int:
    """How many bookings hold a hall, by itself or as part of another, from now on; counted up to 100."""
    parts = SpaceSlot.objects.filter(space__in=[space.pk, *parts_of(space.hotel).get(space.pk, [])])
    ahead = SpaceBooking.objects.filter(state__in=HOLDING, taken_until__gt=now)
    return ahead.filter(pk__in=parts.filter(quarter__gte=quarter_of(now)).values("booking"))[:100].count()
