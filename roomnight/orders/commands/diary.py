"""Halls: booked, moved, confirmed, released; and the wait list for those that are taken (ORD-07)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands.accounts import take_revision
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.orders.commands.locking import lock_booking, lock_bookings, lock_spaces
from roomnight.orders.commands.steps import hold, tell_of_details
from roomnight.orders.models import ALIVE, BookingState, FunctionSpace, Order, OrderItem, SpaceBooking, SpaceSlot
from roomnight.orders.queries.diary import Parts, in_the_way, now_free, parts_of, waiting_for
from roomnight.orders.rules.diary import LONGEST, SET_UP_MINUTES, TEAR_DOWN_MINUTES, Use, slots, smallest_parts
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at
from roomnight.ui.addresses import address

AT_ONCE: Final = 500
NOW_FREE = gettext_noop(
    "%(hall)s is free now for %(title)s, for which it is on the wait list: take it before the next one does."
)
RAN_OUT = gettext_noop("The option on %(hall)s for %(title)s has run out: the hall is free for others.")
OPTION_RAN_OUT = gettext_noop("The option ran out.")
LEFT = gettext_noop("No longer wanted.")
TAKEN_OUT = gettext_noop("What it was for was taken out of the order.")
IS_OVER = gettext_noop("The order is over.")
PLACED = ("space", "starts_at", "ends_at", "set_up_minutes", "tear_down_minutes")
"""What says where and when a hall is held: a change of it takes other quarters."""

WRITTEN = (
    *PLACED, "taken_from", "taken_until", "set_up", "attendance", "title", "note", "state", "option_until", "revision",
)  # fmt: skip
"""Everything of a booking that is ever changed but its release."""


class HallTaken(Refusal):
    """The hall is held by somebody else then. `holders` are the bookings in the way, for those who may see them."""

    def __init__(self, holders: list[SpaceBooking], message: str = "") -> None:
        said = message or _("The hall is taken at that time, set-up and clearing included.")
        super().__init__("space.taken", said, field="starts_at")
        self.holders = holders


def minutes_of(space: FunctionSpace, on: datetime) -> tuple[int, int]:
    """The minutes to set a hall up and to clear it: its own, else the hotel's."""
    hotel, day = space.hotel, day_at(space.hotel, on)
    before, after = space.set_up_minutes, space.tear_down_minutes
    return (
        SET_UP_MINUTES.at(hotel.code, day) if before is None else before,
        TEAR_DOWN_MINUTES.at(hotel.code, day) if after is None else after,
    )


@command
def book_space(
    *, actor: Actor, space: FunctionSpace, by: Staff, starts_at: datetime, ends_at: datetime, state: str,
    option_until: datetime | None = None, title: str = "", order: Order | None = None, item: OrderItem | None = None,
    **values: Any,
) -> SpaceBooking:  # fmt: skip
    """Hold a hall on option or definite; or, as `waiting`, join the wait list for one that is taken (ORD-07).

    Without minutes to set up and clear those of the hall count. Refuses with `HallTaken` where another booking holds the
    hall or a part of it; and hours that cannot be, an option that would end after the function began, a closed hall, an
    order that is over.
    """
    now = timezone.now()
    if order is not None:
        hold(order)
    before, after = minutes_of(space, starts_at)
    made = SpaceBooking(
        hotel=space.hotel, space=space, order=order, item=item, state=state, starts_at=starts_at, ends_at=ends_at,
        option_until=option_until if state == BookingState.OPTION else None, asked_at=now, booked_by=by,
        **{"set_up_minutes": before, "tear_down_minutes": after, **values},
    )  # fmt: skip
    made.title = title.strip() or (order.title[:120] if order else "")
    _refuse_nonsense(made, now)
    _hold(made, parts_of(space.hotel))
    record(made, order=order.number if order else "", **made.in_short)
    tell_of_details(actor, made.order_id)
    return made


@command
def change_booking(*, actor: Actor, booking: SpaceBooking, revision: int, **values: Any) -> SpaceBooking:
    """Another hall, other hours, another number of people: what it no longer needs is free for others at once.

    The hall it leaves and the one it takes change together: where the new one is taken, it keeps what it had.
    """
    one = lock_booking(booking)
    if one.state == BookingState.RELEASED:
        raise Refusal("booking.over", _("This booking is released."))
    left = (one.space, one.use, one.taken_from, one.taken_until)
    changes = changed(one, **values)
    if not changes:
        return UNCHANGED  # type: ignore[return-value]
    take_revision(one, revision)
    _refuse_nonsense(one, timezone.now())
    record(one, **changes)
    if any(name in changes for name in PLACED) and one.holds:
        _hold(one, parts_of(one.hotel), also=[left[0].pk])
        _tell_waiting(_as_it_was(one, left))
    else:
        _place(one)
        _write(one)
    tell_of_details(actor, one.order_id)
    return one


@command
def confirm_booking(*, actor: Actor, booking: SpaceBooking) -> SpaceBooking:
    """The client has decided: from an option it becomes definite."""
    one = lock_booking(booking)
    if one.state == BookingState.DEFINITE:
        return UNCHANGED  # type: ignore[return-value]
    if one.state != BookingState.OPTION:
        raise Refusal("booking.no_option", _("Only an option can be confirmed."))
    _turn(one, BookingState.DEFINITE, option_until=None)
    return one


@command
def promote_booking(
    *, actor: Actor, booking: SpaceBooking, state: str, option_until: datetime | None = None
) -> SpaceBooking:
    """From the wait list into the hall, now that it is free. Refused with `HallTaken` while it is not."""
    one = lock_booking(booking)
    if one.state != BookingState.WAITING:
        raise Refusal("booking.not_waiting", _("This one is not on the wait list."))
    one.state, one.option_until = state, option_until if state == BookingState.OPTION else None
    _refuse_nonsense(one, timezone.now())
    one.revision += 1
    _hold(one, parts_of(one.hotel))
    record(one, state=(BookingState.WAITING, state), option_until=one.option_until)
    tell_of_details(actor, one.order_id)
    return one


@command
def release_booking(*, actor: Actor, booking: SpaceBooking, reason: str) -> SpaceBooking:
    """The hall is not needed: it is free for others at once, and the first who waits for it is told."""
    if not reason.strip():
        raise Refusal("booking.reason", _("Say why."), field="reason")
    one = lock_booking(booking)
    if one.state == BookingState.RELEASED:
        return UNCHANGED  # type: ignore[return-value]
    _release(actor, one, reason.strip())
    tell_of_details(actor, one.order_id)
    return one


@command
def expire_options(*, actor: Actor, hotel: Hotel, now: datetime) -> Any:
    """Options whose time has come end: the hall is free, whoever held it and the first who waits are told; by the worker."""
    over = SpaceBooking.objects.filter(hotel=hotel, state=BookingState.OPTION, option_until__lte=now)
    count, left = 0, set[int | None]()
    for one in lock_bookings(over.values_list("pk", flat=True)):
        if one.state != BookingState.OPTION or one.option_until is None or one.option_until > now:
            continue
        _release(actor, one, OPTION_RAN_OUT)
        for who in _people(one):
            _tell(who, RAN_OUT, one)
        count += 1
        left.add(one.order_id)
    for order_id in sorted(key for key in left if key is not None):
        tell_of_details(actor, order_id)
    return count or UNCHANGED


def release_halls_of(actor: Actor, order: Order, reason: str) -> int:
    """Nothing comes of an order: every hall it holds or waits for is let go, within the command that ends it; how many."""
    return _release_all(actor, SpaceBooking.objects.filter(order=order), reason.strip() or LEFT)


def release_halls_of_items(actor: Actor, items: Collection[int], reason: str = "") -> int:
    """These items are taken out of their order: what they hold or wait for is let go, and who waits for it told; how many."""
    return _release_all(actor, SpaceBooking.objects.filter(item__in=items), reason.strip() or TAKEN_OUT)


def release_halls_ahead(actor: Actor, order: Order) -> int:
    """An order is over: what it holds or waits for that has not begun is let go; what took place stays in the diary."""
    rows = SpaceBooking.objects.filter(order=order)
    return _release_all(actor, rows.filter(Q(starts_at__gt=timezone.now()) | Q(state=BookingState.WAITING)), IS_OVER)


def move_halls_of(item: OrderItem, was: tuple[datetime, datetime]) -> int:
    """A function has other hours: the halls held for it, or waited for, go with it, within the command that changed it; how many.

    `was` are its hours before. A hall held from its beginning or until its end is so again; where the whole function moves by
    the same time, every hall moves with it. Refused, all together, where one of them is taken then or cannot be had so.
    """
    assert item.starts_at is not None and item.ends_at is not None
    by = item.starts_at - was[0], item.ends_at - was[1]
    found = SpaceBooking.objects.filter(item=item).exclude(state=BookingState.RELEASED)
    moved = []
    for one in lock_bookings(found.values_list("pk", flat=True)):
        if one.state == BookingState.RELEASED:
            continue
        left = (one.space, one.use, one.taken_from, one.taken_until)
        start = one.starts_at + by[0] if by[0] == by[1] or one.starts_at == was[0] else one.starts_at
        end = one.ends_at + by[1] if by[0] == by[1] or one.ends_at == was[1] else one.ends_at
        if changes := changed(one, starts_at=start, ends_at=end):
            moved.append((one, left, changes))
    parts = parts_of(item.order.hotel)
    lock_spaces({key for one, *_more in moved for key in (one.space_id, *smallest_parts(one.space_id, parts))})
    SpaceSlot.objects.filter(booking__in=[one.pk for one, *_more in moved]).delete()
    for one, _before, changes in moved:
        one.revision += 1
        _move(one, parts)
        record(one, **changes)
    for one, left, _changes in moved:
        if one.holds:
            _tell_waiting(_as_it_was(one, left))
    return len(moved)


def _move(one: SpaceBooking, parts: Parts) -> None:
    """Hold a hall at its new hours; what is in the way is said with the hall's name."""
    try:
        _refuse_nonsense(one, timezone.now())
        _hold(one, parts)
    except HallTaken as taken:
        said = _("%(hall)s, which is held for it, is taken at that time, set-up and clearing included.")
        raise HallTaken(taken.holders, said % {"hall": one.space.label}) from taken
    except Refusal as refusal:
        said = _("%(hall)s, which is held for it, cannot move with it: %(why)s")
        raise Refusal(
            refusal.code, said % {"hall": one.space.label, "why": refusal.message}, field="starts_at"
        ) from None


def _release_all(actor: Actor, rows: QuerySet[SpaceBooking], reason: str) -> int:
    count = 0
    for one in lock_bookings(rows.exclude(state=BookingState.RELEASED).values_list("pk", flat=True)):
        if one.state != BookingState.RELEASED:
            _release(actor, one, reason)
            count += 1
    return count


def confirm_halls_of(order: Order) -> int:
    """House and client count on each other: the order's options are definite, within the command that confirms it; how many."""
    options = SpaceBooking.objects.filter(order=order, state=BookingState.OPTION)
    count = 0
    for one in lock_bookings(options.values_list("pk", flat=True)):
        if one.state == BookingState.OPTION:
            _turn(one, BookingState.DEFINITE, option_until=None)
            count += 1
    return count


# ---- how it is done


def _refuse_nonsense(one: SpaceBooking, now: datetime) -> None:
    if one.ends_at <= one.starts_at:
        raise Refusal("booking.hours", _("It ends before it begins."), field="ends_at")
    if one.ends_at - one.starts_at > LONGEST:
        raise Refusal("booking.long", _("A hall is booked for a month at most in one go."), field="ends_at")
    if one.space.hotel_id != one.hotel_id or not one.space.is_active:
        raise Refusal("booking.space", _("This hall is not sold."), field="space")
    if one.order is not None and (one.order.hotel_id != one.hotel_id or one.order.state not in ALIVE):
        raise Refusal("booking.order", _("This order is over."))
    if one.item is not None and one.item.order_id != one.order_id:
        raise Refusal("booking.item", _("This item belongs to another order."))
    if not one.title:
        raise Refusal("booking.title", _("Say what the hall is for."), field="title")
    if one.state == BookingState.OPTION:
        if one.option_until is None or one.option_until <= now:
            raise Refusal("booking.option", _("Say until when the option is kept."), field="option_until")
        if one.option_until > one.starts_at:
            raise Refusal("booking.option", _("An option ends before the function begins."), field="option_until")
    elif one.state not in BookingState.values or one.state == BookingState.RELEASED:
        raise Refusal("booking.state", _("Option, definite or wait list."), field="state")


def _place(one: SpaceBooking) -> None:
    one.taken_from, one.taken_until = one.use.taken_from, one.use.taken_until


def _write(one: SpaceBooking) -> None:
    if one.pk is None:
        one.save(force_insert=True)
    else:
        one.save(update_fields=WRITTEN)


def _hold(one: SpaceBooking, parts: Parts, also: Iterable[int] = ()) -> None:
    """Write a booking and the quarters it takes in the place of those it had. What another one holds refuses it."""
    _place(one)
    if not one.holds:
        _write(one)
        return
    lock_spaces({one.space_id, *smallest_parts(one.space_id, parts), *also})
    parts = parts_of(one.hotel)
    try:
        with transaction.atomic():
            _write(one)
            SpaceSlot.objects.filter(booking=one).delete()
            rows = (
                SpaceSlot(space_id=part, quarter=at, booking=one) for part, at in slots(one.space_id, one.use, parts)
            )
            SpaceSlot.objects.bulk_create(rows, batch_size=AT_ONCE)
    except IntegrityError as error:
        raise HallTaken(in_the_way(one.space_id, one.use, parts, one)) from error


def _turn(one: SpaceBooking, state: str, **values: Any) -> None:
    before = one.state
    one.state, one.revision = state, one.revision + 1
    for name, value in values.items():
        setattr(one, name, value)
    one.save(update_fields=["state", "revision", *values])
    record(one, state=(before, state), **values)


def _release(actor: Actor, one: SpaceBooking, reason: str) -> None:
    held = one.holds
    SpaceSlot.objects.filter(booking=one).delete()
    _turn(
        one, BookingState.RELEASED, released_at=timezone.now(), released_by=actor.code, release_reason=reason[:200]
    )  # fmt: skip
    if held:
        _tell_waiting(one)


def _as_it_was(one: SpaceBooking, left: tuple[FunctionSpace, Use, datetime, datetime]) -> SpaceBooking:
    space, use, first, last = left
    return SpaceBooking(
        pk=one.pk,
        hotel=one.hotel,
        space=space,
        starts_at=use.start,
        ends_at=use.end,
        taken_from=first,
        taken_until=last,
    )


def _tell_waiting(freed: SpaceBooking) -> None:
    """Tell those who can have it now, the one who waits longest first; what has begun already is nobody's any more."""
    now = timezone.now()
    line = [one for one in waiting_for(freed) if one.starts_at > now]
    for one in now_free(line, freed.hotel):
        for who in _people(one):
            _tell(who, NOW_FREE, one)


def _people(one: SpaceBooking) -> list[str]:
    """Who looks after it: whoever booked it, and whoever follows the order."""
    found = [one.booked_by.username]
    if one.order is not None and one.order.follower_id != one.booked_by_id:
        found.append(one.order.follower.username)
    return found


def _tell(who: str, message: str, one: SpaceBooking) -> None:
    url = address("orders:booking", one.hotel.code, pk=one.pk)
    notify(who, message, hotel_code=one.hotel.code, url=url, hall=one.space.name, title=one.title)
