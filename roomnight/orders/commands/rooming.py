"""Rooming lists and guest lists from a file: every row that can be taken, all together, or nothing (ORD-01, ORD-08)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.agreements.queries.tables import room_types
from roomnight.agreements.rules.seasons import RoomType
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.tables import Table
from roomnight.orders.commands.blocks import (
    give_rooms_back,
    leave_nights,
    nights_of_stay,
    take_stay,
    write_elsewhere,
)
from roomnight.orders.commands.steps import refuse_unless, tell_of_details
from roomnight.orders.models import ALIVE, BlockRoom, Order, OrderGuest, RoomBlock
from roomnight.orders.rules.rooming import (
    TYPE_WORDS,
    Listed,
    ListedRoom,
    is_a_list,
    listed_rooms,
    type_names,
    type_word,
)
from roomnight.organization.working_days import day_at
from roomnight.pms.models import Reason

MOST_GUESTS = 2000


@dataclass
class Taken:
    """What came of a list: guests that are new, changed, as they were; rooms taken and given back; why rows were refused, by
    row; and who is on the order's list from a file but not in this one."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rooms: int = 0
    given_back: int = 0
    refused: dict[int, str] = field(default_factory=dict)
    absent: list[OrderGuest] = field(default_factory=list)

    @property
    def does_something(self) -> bool:
        return bool(self.created or self.changed or self.rooms or self.given_back)


def take_table(*, actor: Actor, order: Order, table: Table, with_rooms: bool, is_trial: bool) -> Taken:
    """Put a file's guests on an order's list, and `with_rooms` into rooms of its blocks (ORD-01, ORD-08).

    A trial tells what would come of it and writes nothing. The same file again changes nothing; a guest who is known by a key
    or by name is changed. Refused: a file that names nobody, one of more guests than an order has.
    """
    if not is_a_list(table.header):
        raise Refusal("import.columns", _("No column has the names of guests: head it “Name”."), field="file")
    rooms = listed_rooms(table.header, table.rows())
    if sum(len(room.guests) for room in rooms) > MOST_GUESTS:
        raise Refusal("rooming.many", _("No more than %(n)d guests at once.") % {"n": MOST_GUESTS}, field="file")
    taken = Taken()
    with transaction.atomic():
        take_list(actor=actor, order=order, rooms=rooms, with_rooms=with_rooms, taken=taken)
        if is_trial:
            transaction.set_rollback(True)
    return taken


@command
def take_list(*, actor: Actor, order: Order, rooms: Sequence[ListedRoom], with_rooms: bool, taken: Taken) -> Any:
    """Take what can be taken of a list; `taken` says afterwards what came of it. Refused: an order that is over."""
    refuse_unless(order, ALIVE)
    book = _Book(order, taken, with_rooms=with_rooms)
    for room in rooms:
        wrong = dict(_wrong(room))
        try:
            if not wrong:
                with transaction.atomic():
                    book.take(room)
        except Refusal as refusal:
            wrong = dict.fromkeys(room.rows, str(refusal))
        for row in room.rows if wrong else ():
            taken.refused[row] = wrong.get(row) or _("Shares a room with row %(row)s, which cannot be taken.") % {
                "row": min(wrong)
            }
    book.give_back_what_is_empty()
    keys = {one.key for room in rooms for one in room.guests}
    taken.absent = [one for one in book.listed if one.list_key and one.list_key not in keys]
    if taken.created or taken.changed:
        tell_of_details(actor, order.pk)
    return taken if taken.does_something else UNCHANGED


def _wrong(room: ListedRoom) -> Iterator[tuple[int, str]]:
    """What is wrong with rows as they stand, in words."""
    words = {
        "one_room": _("one row is one room"), "no_such_guest": _("names nobody of this list"), "twice": _("stands in another row too"),
        "crowded": _("more than four in one room"), "types_differ": _("another type than those who share the room"),
    }  # fmt: skip
    columns = {
        "name": _("name"), "latin_name": _("name in Latin letters"), "job_title": _("job title"), "vip": _("VIP level"),
        "arrival": _("arrival"), "departure": _("departure"), "room_type": _("room type"), "room": _("room"),
        "share": _("shares with"), "rooms": _("rooms"), "needs": _("needs and likes"), "note": _("note"), "key": _("key"),
    }  # fmt: skip
    for one in room.guests:
        if one.problems:
            said = (f"{columns[column]}: {words.get(why) or Reason(why).label}" for column, why in one.problems)
            yield one.row, "; ".join(said)


class _Book:
    """An order's blocks and guests while a list is put into them."""

    def __init__(self, order: Order, taken: Taken, *, with_rooms: bool) -> None:
        self.order, self.taken = order, taken
        found = RoomBlock.objects.filter(item__order=order, item__removed_at=None).select_related("item__order__hotel")
        self.blocks = list(found.order_by("item__arrives_on", "pk")) if with_rooms else []
        self.types = self._names() if self.blocks else {}
        self.listed = list(
            OrderGuest.objects.filter(order=order, removed_at=None).select_related("room__block__item__order__hotel")
        )
        self.by_key = {one.list_key: one for one in self.listed if one.list_key}
        self.left: set[int] = set()

    def _names(self) -> dict[str, str]:
        hotel = self.order.hotel
        today = day_at(hotel, timezone.now())
        types: Mapping[str, RoomType] = room_types(hotel.code, today)
        return type_names(
            {code: (one.zh, one.en) for code, one in types.items()}, TYPE_WORDS.at(hotel.code, today)
        )  # fmt: skip

    def take(self, room: ListedRoom) -> None:
        """One room of the list with its guests; or the guests alone where the order keeps no rooms."""
        known = [self._known(one) for one in room.guests]
        place = self._room(room, [one for one in known if one is not None]) if self.blocks else None
        for listed, guest in zip(room.guests, known, strict=True):
            self._write(listed, guest, place)

    def _known(self, listed: Listed) -> OrderGuest | None:
        """Who this is: by the key, else by name among those that no file brought."""
        found = self.by_key.get(listed.key)
        if found is None:
            same = (one for one in self.listed if not one.list_key and one.name == listed.name)
            found = next(same, None)
        return found

    # ---- the room

    def _room(self, room: ListedRoom, known: Sequence[OrderGuest]) -> BlockRoom:
        now = next((one.room for one in known if one.room is not None), None)
        wanted = self._wanted(room, now)
        first, last = self._stay(room, now, wanted[0])
        nights = nights_of_stay(first, last)
        if (
            now is not None
            and (now.block_id in {one.pk for one in wanted})
            and (now.arrives_on, now.departs_on) == (first, last)
        ):
            return self._noted(now, room.note)
        if now is not None:
            leave_nights(now)
        free = None if now else self._free(wanted, first, last)
        if free is not None:
            return self._noted(free, room.note)
        block, others = take_stay(wanted, nights)
        if now is None:
            made = BlockRoom.objects.create(block=block, arrives_on=first, departs_on=last, note=room.note)
            write_elsewhere(made, others)
            record(made, order=self.order.number, arrives_on=first, departs_on=last)
            self.taken.rooms += 1
            return made
        changes = changed(now, block=block, arrives_on=first, departs_on=last)
        now.revision += 1
        now.save(update_fields=[*changes, "revision"])
        write_elsewhere(now, others)
        record(now, **{name: value for name, value in changes.items() if name != "block"}, type=block.item.room_type)
        return self._noted(now, room.note)

    def _wanted(self, room: ListedRoom, now: BlockRoom | None) -> list[RoomBlock]:
        """The blocks of the type that is asked for; without a type the one where the room is, or the only one."""
        if not room.room_type:
            if now is not None:
                return [now.block]
            if len({one.item.room_type for one in self.blocks}) == 1:
                return self.blocks
            raise Refusal("rooming.type", _("Say the room type: more than one is kept."))
        code = self.types.get(type_word(room.room_type))
        if code is None:
            raise Refusal("rooming.type", _("“%(name)s” is no room type of this hotel.") % {"name": room.room_type})
        found = [one for one in self.blocks if one.item.room_type == code]
        if not found:
            raise Refusal(
                "rooming.type", _("No rooms of the type “%(name)s” are kept for this order.") % {"name": room.room_type}
            )
        return found

    def _stay(self, room: ListedRoom, now: BlockRoom | None, block: RoomBlock) -> tuple[date, date]:
        """From when to when: as the list says, else as it was, else as long as the block."""
        first = room.arrival or (now.arrives_on if now else block.item.arrives_on)
        last = room.departure or (now.departs_on if now else block.item.departs_on)
        assert first is not None and last is not None
        return first, last

    def _free(self, wanted: Sequence[RoomBlock], first: date, last: date) -> BlockRoom | None:
        """A room that was picked up for just this stay and on which no name stands yet."""
        found = BlockRoom.objects.filter(
            block__in=wanted, arrives_on=first, departs_on=last, given_back_at=None, guests=None
        ).exclude(pk__in=self.left)
        return found.select_related("block__item__order__hotel").order_by("pk").first()

    def _noted(self, room: BlockRoom, note: str) -> BlockRoom:
        changes = changed(room, note=note) if note else {}
        if changes:
            room.save(update_fields=[*changes])
            record(room, **changes)
        return room

    # ---- the guests

    def _write(self, listed: Listed, guest: OrderGuest | None, place: BlockRoom | None) -> None:
        values: dict[str, Any] = {name: text for name, text in listed.values.items() if text}
        values |= {"name": listed.name, "list_key": listed.key}
        for name, day in (("arrives_on", listed.arrival), ("departs_on", listed.departure)):
            if day is not None:  # only where it is not the order's
                values[name] = day if day != getattr(self.order, name) else None
        if place is not None:
            values["room"] = place
        if guest is None:
            made = OrderGuest.objects.create(order=self.order, **values)
            record(made, order=self.order.number, name=made.name)
            self.listed.append(made)
            self.by_key[made.list_key] = made
            self.taken.created += 1
            return
        if place is not None and guest.room_id not in (None, place.pk):
            self.left.add(guest.room_id or 0)
        changes = changed(guest, **values)
        self.by_key[listed.key] = guest
        if not changes:
            self.taken.unchanged += 1
            return
        guest.revision += 1
        guest.save(update_fields=[*changes, "revision"])
        record(
            guest, **{name: value for name, value in changes.items() if name not in ("room", "list_key")}, listed=True
        )
        self.taken.changed += 1

    def give_back_what_is_empty(self) -> None:
        """Rooms whose guests this list put elsewhere are left in the block again."""
        empty = BlockRoom.objects.filter(pk__in=self.left, guests=None, given_back_at=None)
        rooms = list(empty.select_related("block__item__order__hotel").order_by("pk"))
        give_rooms_back(rooms)
        for room in rooms:
            record(room, given_back=True)
        self.taken.given_back = len(rooms)
