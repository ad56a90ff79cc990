"""In which order what must not change meanwhile is held."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from roomnight.orders.models import FunctionSpace, Order, SpaceBooking


def lock_spaces(keys: Collection[int]) -> None:
    """Hold halls until the transaction ends, always in the same order.

    That no hall is taken twice is the unique rows' doing. This keeps two who move bookings into each other's place from
    waiting for one another for ever, and whoever throws halls together from doing so while one is being booked.
    """
    rows = FunctionSpace.objects.filter(pk__in=set(keys)).order_by("pk").select_for_update(no_key=True)
    list(rows.values_list("pk", flat=True))


def lock_bookings(keys: Iterable[int]) -> list[SpaceBooking]:
    """Bookings as they are now, held until the transaction ends; all of them before anything is done with one, always in the
    same order.

    Their orders are held before them, as by whoever comes from the order. They are held first and read then: a row that is
    joined while it is waited for may have moved to another hall meanwhile.
    """
    held = SpaceBooking.objects.filter(pk__in=set(keys)).order_by("pk")
    around = Order.objects.filter(space_bookings__in=held.order_by().values("pk")).distinct().values("pk")
    list(Order.objects.filter(pk__in=around).order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    list(held.select_for_update(no_key=True).values_list("pk", flat=True))
    return list(held.select_related("hotel", "space", "order__account", "order__follower", "item", "booked_by"))


def lock_booking(booking: SpaceBooking) -> SpaceBooking:
    """One booking as it is now, held until the transaction ends."""
    return lock_bookings([booking.pk])[0]
