"""Rooms kept for a group: kept, changed, picked up, given back, released (ORD-08).

Whoever does something with a block holds its order first, so that two never count the same rooms; that no night has more
picked up than is kept is the database's doing besides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from roomnight.clients.commands.accounts import take_revision
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.orders.commands.gate import Watch
from roomnight.orders.commands.steps import hold, refuse_unless, tell, tell_of_details, write_step
from roomnight.orders.models import (
    ALIVE,
    BlockNight,
    BlockRelease,
    BlockRoom,
    BlockState,
    ItemKind,
    NightElsewhere,
    Order,
    OrderGuest,
    OrderItem,
    OrderStep,
    RoomBlock,
)
from roomnight.orders.rules.blocks import (
    AT_CUT_OFF,
    MOST_ROOMS,
    REMIND_DAYS,
    CannotBe,
    Kept,
    by_night,
    nights_between,
    reminder_due,
)
from roomnight.organization.models import Hotel
from roomnight.organization.working_days import day_at

CUT_OFF_AHEAD = gettext_noop(
    "Order %(number)s “%(order)s”: rooms without a name are kept until %(day)s, %(rooms)s room nights"
)
CUT_OFF_PROPOSED = gettext_noop(
    "Order %(number)s “%(order)s”: the cut-off date is here; %(rooms)s room nights without a name can be released"
)
CUT_OFF_RELEASED = gettext_noop("Order %(number)s “%(order)s”: the cut-off date is here; %(rooms)s room nights without a name were released")  # fmt: skip
AT_THE_CUT_OFF = gettext_noop("The cut-off date was reached.")
NAMES_AT_ONCE = 4


# ---- kept and changed


@command
def keep_block(*, actor: Actor, item: OrderItem, cut_off_on: date | None = None) -> RoomBlock:
    """Keep the rooms of an item night by night, so that names, pick-up and release are counted (ORD-08).

    Refused: what are no rooms, a second block, a cut-off date after the arrival, an order that is over.
    """
    order = item.order
    refuse_unless(order, ALIVE)
    item = OrderItem.objects.select_related("order__hotel").get(pk=item.pk)
    if item.kind != ItemKind.ROOMS or item.removed_at is not None:
        raise Refusal("block.item", _("Only rooms of an order can be kept as a block."))
    if RoomBlock.objects.filter(item=item).exists():
        raise Refusal("block.twice", _("These rooms are kept as a block already."))
    if item.count > MOST_ROOMS:
        raise Refusal("block.count", _said("count", None))
    _refuse_cut_off(item, cut_off_on)
    block = RoomBlock.objects.create(item=item, cut_off_on=cut_off_on)
    BlockNight.objects.bulk_create(
        BlockNight(block=block, night=night, rooms=item.count, agreed=item.count) for night in _nights_of(item)
    )
    record(block, order=order.number, rooms=item.count, nights=item.nights, cut_off_on=cut_off_on)
    return block


@command
def change_block(
    *, actor: Actor, block: RoomBlock, revision: int, rooms: Mapping[date, int], cut_off_on: date | None
) -> RoomBlock:
    """Another number of rooms for some nights, another cut-off date. A definite order is a new revision, and the departments
    are told (CHG-01).

    Refused: fewer than have names, nights that are not the item's, a cut-off date after the arrival, a firm order whose
    client's credit does not allow more.
    """
    order = block.item.order
    watch = Watch(order)
    refuse_unless(order, ALIVE)
    held = _held(block)
    if cut_off_on != block.cut_off_on:
        _refuse_cut_off(block.item, cut_off_on)
    after = _each(held, rooms, lambda kept, number: kept.changed(number))
    take_revision(block, revision)
    before = _figures(held)
    changes = changed(block, cut_off_on=cut_off_on)
    if changes:
        changes |= changed(block, told_days=None, cut_off_done_on=None)
    if any(after[night].block > held[night].rooms for night in after):
        changes |= changed(block, state=BlockState.KEPT)
    block.save(update_fields=[*changes])
    for night, kept in after.items():
        _write(block, night, rooms=kept.block, agreed=kept.agreed)
    said = _figures(_held(block))
    record(block, **changes, **({"rooms": (before, said)} if before != said else {}))
    settle(actor, block)
    watch.refuse_more()
    return block


def follow(item: OrderItem, *, anew: bool) -> None:
    """Days or number of an item were changed: its block has the same nights again, within the command that changed it.

    `anew`: every night has the item's number; otherwise only nights that it had not. Refused where names stand on rooms
    that would be gone.
    """
    block = RoomBlock.objects.filter(item=item).first()
    if block is None:
        return
    block.item = item
    held, wanted = _held(block), _nights_of(item)
    before = _figures(held)
    for night in sorted(set(held) - set(wanted)):
        if held[night].picked:
            raise Refusal("block.below_pick_up", _said("below_pick_up", night), field="departs_on")
    BlockNight.objects.filter(block=block).exclude(night__in=wanted).delete()
    new = [night for night in wanted if night not in held]
    BlockNight.objects.bulk_create(
        BlockNight(block=block, night=night, rooms=item.count, agreed=item.count) for night in new
    )
    if anew:
        kept = {night: row for night, row in held.items() if night in wanted}
        numbers = dict.fromkeys(kept, item.count)
        for night, one in _each(kept, numbers, lambda have, number: have.changed(number), "count").items():
            _write(block, night, rooms=one.block, agreed=one.agreed)
    said = _figures(_held(block))
    if said != before:
        RoomBlock.objects.filter(pk=block.pk).update(revision=F("revision") + 1, state=BlockState.KEPT)
        record(block, rooms=(before, said))
    _summed(item, _held(block))


def refuse_named(item: OrderItem) -> None:
    """Rooms on which names stand are not simply taken out of an order."""
    if BlockNight.objects.filter(block__item=item, picked__gt=0).exists():
        raise Refusal("block.named", _("Names stand on these rooms: give the rooms back first."), field="note")


def settle(actor: Actor, block: RoomBlock) -> None:
    """The item says what its block comes to, and whoever follows orders hears of it."""
    item = block.item
    if _summed(item, _held(block)):
        write_step(item.order, actor, OrderStep.ITEM_CHANGED, item.by_night or f"× {item.count}")


def _summed(item: OrderItem, held: Mapping[date, BlockNight]) -> bool:
    numbers = {night: row.rooms for night, row in held.items()}
    text = by_night(numbers)
    most = max(numbers.values(), default=0)
    total = None if not text and most else sum(numbers.values())
    changes = changed(item, count=max(most, 1), by_night=text, room_nights=total)
    if changes:
        item.revision += 1
        item.save(update_fields=[*changes, "revision"])
        record(item, **changes)
    return bool(changes)


# ---- picked up and given back


@command
def pick_up(
    *, actor: Actor, block: RoomBlock, arrives_on: date, departs_on: date, rooms: int = 1, names: Sequence[str] = (), note: str = ""
) -> list[BlockRoom]:  # fmt: skip
    """So many rooms of a block are taken, for each night of a stay; with `names` one room, and these share it.

    Refused: a night for which nothing is left or that is not of the block, more names than sleep in a room.
    """
    order = block.item.order
    refuse_unless(order, ALIVE)
    if rooms < 1:
        raise Refusal("block.rooms", _("At least one."), field="rooms")
    if names and rooms != 1:
        raise Refusal("block.names", _("Names go into one room at a time."), field="rooms")
    take_rooms(block, nights_of_stay(arrives_on, departs_on), rooms)
    stay = {"arrives_on": arrives_on, "departs_on": departs_on, "note": note.strip()[:200]}
    made = BlockRoom.objects.bulk_create(BlockRoom(block=block, **stay) for _number in range(rooms))
    for one in made:
        record(one, order=order.number, **{name: value for name, value in stay.items() if value})
        _name(one, names)
    if names:
        tell_of_details(actor, order.pk)
    return made


@command
def change_room(
    *, actor: Actor, room: BlockRoom, revision: int, arrives_on: date, departs_on: date, names: Sequence[str], note: str = "",
    block: RoomBlock | None = None,
) -> BlockRoom:  # fmt: skip
    """Other days or another type for a room of the list, and who sleeps in it: those no longer named stay on the guest list.

    Nights that the block has no room for come from others of the same type, as far as there are.
    """
    order = room.block.item.order
    refuse_unless(order, ALIVE)
    _refuse_given_back(room)
    to = block or room.block
    if to.item.order_id != order.pk:
        raise Refusal("block.order", _("These rooms belong to another order."), field="block")
    old, new = nights_between(room.arrives_on, room.departs_on), nights_of_stay(arrives_on, departs_on)
    if to.pk != room.block_id or old != new:
        leave_nights(room)
        to, others = take_stay([to, *_alike(to)], new)
        write_elsewhere(room, others)
    take_revision(room, revision)
    changes = changed(room, block=to, arrives_on=arrives_on, departs_on=departs_on, note=note.strip()[:200])
    room.save(update_fields=[*changes])
    moved = _name(room, names)
    record(room, **{name: value for name, value in changes.items() if name != "block"}, **moved)
    if moved:
        tell_of_details(actor, order.pk)
    return room


@command
def give_back(*, actor: Actor, room: BlockRoom) -> BlockRoom:
    """The room is not needed: it is left in the block again; its guests stay on the guest list without a room."""
    refuse_unless(room.block.item.order, ALIVE)
    _refuse_given_back(room)
    give_rooms_back([room])
    record(room, given_back=True)
    return room


def give_rooms_back(rooms: Iterable[BlockRoom]) -> None:
    """Rooms of the list are left in their blocks again, within the command that says so."""
    now = timezone.now()
    for room in rooms:
        leave_nights(room)
        room.given_back_at = now
        room.save(update_fields=["given_back_at"])
        OrderGuest.objects.filter(room=room).update(room=None)


def nights_of_stay(arrives_on: date, departs_on: date) -> list[date]:
    if departs_on <= arrives_on:
        raise Refusal("block.stay", _("At least one night."), field="departs_on")
    return nights_between(arrives_on, departs_on)


def take_rooms(block: RoomBlock, nights: Sequence[date], rooms: int) -> None:
    """Count rooms of these nights as picked up, below nothing as given back; all of them or none."""
    held = _held(block)
    for night in nights:
        if night not in held:
            raise Refusal("block.no_night", _said("no_night", night), field="arrives_on")
    _each(held, dict.fromkeys(nights, rooms), lambda kept, number: kept.picked_up(number), "arrives_on")
    try:
        with transaction.atomic():
            BlockNight.objects.filter(block=block, night__in=nights).update(picked=F("picked") + rooms)
    except IntegrityError as error:  # somebody else took them in the same moment
        raise Refusal("block.none_left", _said("none_left", nights[0]), field="arrives_on") from error


def take_stay(blocks: Sequence[RoomBlock], nights: Sequence[date]) -> tuple[RoomBlock, dict[date, RoomBlock]]:
    """Take a room of these blocks for a whole stay: the first that has one for every night, else night by night, staying in a
    block as long as it goes. The room's block is where it begins; with it the nights that others give. All of them or none;
    refused as the last one refuses by itself where a night has none anywhere."""
    for block in blocks:
        held = _held(block)
        if all(night in held and held[night].left for night in nights):
            take_rooms(block, nights, 1)
            return block, {}
    left = {block.pk: {night: row.left for night, row in _held(block).items()} for block in blocks}
    given: dict[date, RoomBlock] = {}
    line = list(blocks)
    for night in nights:
        found = next((block for block in line if left[block.pk].get(night)), None)
        if found is None:
            known = [block for block in blocks if night in left[block.pk]]
            take_rooms((known or blocks)[-1], [night], 1)  # refuses
            raise AssertionError(night)
        given[night] = found
        line = [found, *(block for block in line if block.pk != found.pk)]
    for block in blocks:
        if mine := [night for night in nights if given[night].pk == block.pk]:
            take_rooms(block, mine, 1)
    home = given[nights[0]]
    return home, {night: block for night, block in given.items() if block.pk != home.pk}


def write_elsewhere(room: BlockRoom, others: Mapping[date, RoomBlock]) -> None:
    """Keep which nights of a room another block gives."""
    NightElsewhere.objects.bulk_create(
        NightElsewhere(room=room, night=night, block=block) for night, block in others.items()
    )


def leave_nights(room: BlockRoom) -> None:
    """Every night of a room is left in the block that gave it."""
    nights = nights_between(room.arrives_on, room.departs_on)
    others: dict[RoomBlock, list[date]] = {}
    for row in room.elsewhere.select_related("block__item"):
        others.setdefault(row.block, []).append(row.night)
    elsewhere = {night for mine in others.values() for night in mine}
    take_rooms(room.block, [night for night in nights if night not in elsewhere], -1)
    for block, mine in others.items():
        take_rooms(block, mine, -1)
    room.elsewhere.all().delete()


def _alike(block: RoomBlock) -> list[RoomBlock]:
    """The other blocks of the same type of an order, by arrival."""
    item = block.item
    found = RoomBlock.objects.filter(item__order=item.order_id, item__room_type=item.room_type, item__removed_at=None)
    return list(found.exclude(pk=block.pk).select_related("item__order__hotel").order_by("item__arrives_on", "pk"))


def _refuse_given_back(room: BlockRoom) -> None:
    if not BlockRoom.objects.filter(pk=room.pk, given_back_at=None).exists():
        raise Refusal("block.given_back", _("This room was given back already."))


def _name(room: BlockRoom, names: Sequence[str]) -> dict[str, Any]:
    """Who sleeps in a room: guests of the list of these names, or new ones; how many they were and are."""
    wanted = [name.strip() for name in names if name.strip()]
    if len(wanted) > NAMES_AT_ONCE:
        raise Refusal(
            "block.names", ngettext("No more than %(n)d in a room.", "No more than %(n)d in a room.", NAMES_AT_ONCE) % {"n": NAMES_AT_ONCE},
            field="names",
        )  # fmt: skip
    order = room.block.item.order
    listed = list(OrderGuest.objects.filter(order=order, removed_at=None).order_by("pk"))
    inside = [one for one in listed if one.room_id == room.pk]
    free = [one for one in listed if one.room_id is None]
    staying: list[OrderGuest] = []
    for name in wanted:
        known = next((one for one in (*inside, *free) if one.name == name and one not in staying), None)
        staying.append(known or OrderGuest(order=order, name=name[:80]))
    for one in inside:
        if one not in staying:
            one.room = None
            one.save(update_fields=["room"])
            record(one, room=(room.pk, None))
    for one in staying:
        if one.room_id != room.pk or one.pk is None:
            is_new, one.room = one.pk is None, room
            if is_new:
                one.save(force_insert=True)
            else:
                one.save(update_fields=["room"])
            record(one, order=order.number, name=one.name, room=room.pk)
    return {"guests": (len(inside), len(staying))} if inside != staying else {}


# ---- released


@command
def release_rooms(
    *, actor: Actor, block: RoomBlock, revision: int, why: str, first: date, last: date, rooms: int | None = None
) -> BlockRelease:
    """Give rooms without a name back to be sold to others, for the nights from `first` to `last`: so many a night, or all left.

    Refused: no reason, nights of which fewer are left, where there is nothing to release at all.
    """
    if not why.strip():
        raise Refusal("block.why", _("Say why."), field="why")
    refuse_unless(block.item.order, ALIVE)
    held = _held(block)
    span = [night for night in held if first <= night <= last]
    numbers = {night: held[night].left if rooms is None else rooms for night in span}
    take_revision(block, revision)
    log = _release(actor, block, numbers, why.strip())
    if log is None:
        raise Refusal("block.none_left", _("Nothing is left to release in these nights."), field="rooms")
    return log


def _release(actor: Actor, block: RoomBlock, numbers: Mapping[date, int], why: str) -> BlockRelease | None:
    held = _held(block)
    after = _each(held, numbers, lambda kept, number: kept.released(number), "rooms")
    gone = {night: held[night].rooms - kept.block for night, kept in after.items() if held[night].rooms != kept.block}
    if not gone:
        return None
    for night, number in gone.items():
        _write(block, night, rooms=F("rooms") - number)
    now = _held(block)
    if not any(row.left for row in now.values()):
        block.state = BlockState.RELEASED
        block.save(update_fields=["state"])
    log = BlockRelease.objects.create(
        block=block, at=timezone.now(), who=actor.code, why=why[:200], rooms=sum(gone.values()),
        by_night={night.isoformat(): number for night, number in gone.items()},
    )  # fmt: skip
    record(block, released=log.rooms, why=why, rooms=(_figures(held), _figures(now)))
    settle(actor, block)
    return log


@command
def see_to_cut_offs(*, actor: Actor, hotel: Hotel, on: date) -> Any:
    """Followers are reminded of cut-off dates ahead; on the day itself what has no name is released, or proposed to be, as the
    hotel decided; by the worker. Each is told once."""
    days = REMIND_DAYS.at(hotel.code, on)
    waiting = RoomBlock.objects.filter(
        item__order__hotel=hotel, item__order__state__in=ALIVE, item__removed_at=None, cut_off_done_on=None, cut_off_on__isnull=False,
    )  # fmt: skip
    count = 0
    for order in Order.objects.filter(items__block__in=waiting).distinct().order_by("pk"):
        if hold(order).state not in ALIVE:
            continue
        for block in (
            waiting.filter(item__order=order)
            .select_related("item__order__hotel", "item__order__follower")
            .order_by("pk")
        ):
            count += _see_to(actor, block, on, days)
    return count or UNCHANGED


def _see_to(actor: Actor, block: RoomBlock, on: date, days: Iterable[int]) -> bool:
    assert block.cut_off_on is not None
    order, held = block.item.order, _held(block)
    left = sum(row.left for row in held.values())
    if on < block.cut_off_on:
        due = reminder_due(block.cut_off_on, on, days, block.told_days)
        if due is None or not left:
            return False
        block.told_days = due
        block.save(update_fields=["told_days"])
        tell(order.follower, order, CUT_OFF_AHEAD, day=block.cut_off_on.isoformat(), rooms=left)
        record(block, reminded=due)
        return True
    block.cut_off_done_on = on
    block.save(update_fields=["cut_off_done_on"])
    record(block, cut_off_done_on=on)
    if not left:
        return True
    if AT_CUT_OFF.at(order.hotel.code, on) == "release":
        RoomBlock.objects.filter(pk=block.pk).update(revision=F("revision") + 1)
        _release(actor, block, {night: row.left for night, row in held.items()}, AT_THE_CUT_OFF)
        tell(order.follower, order, CUT_OFF_RELEASED, rooms=left)
    else:
        tell(order.follower, order, CUT_OFF_PROPOSED, rooms=left)
    return True


# ---- how it is done


def _held(block: RoomBlock) -> dict[date, BlockNight]:
    """The nights of a block as they are now, in order."""
    return {row.night: row for row in BlockNight.objects.filter(block=block).order_by("night")}


def _nights_of(item: OrderItem) -> list[date]:
    assert item.arrives_on is not None and item.departs_on is not None
    return nights_between(item.arrives_on, item.departs_on)


def _figures(held: Mapping[date, BlockNight]) -> str:
    """Rooms night by night as the audit keeps them."""
    numbers = {night: row.rooms for night, row in held.items()}
    return by_night(numbers) or f"×{next(iter(numbers.values()), 0)}"


def _each(
    held: Mapping[date, BlockNight], numbers: Mapping[date, int], do: Callable[[Kept, int], Kept], field: str = ""
) -> dict[date, Kept]:
    """What becomes of each night; refused with the night that cannot be."""
    found = {}
    for night in sorted(numbers):
        if night not in held:
            raise Refusal("block.no_night", _said("no_night", night), field=field or field_of(night))
        row = held[night]
        try:
            found[night] = do(Kept(row.rooms, row.picked, row.agreed), numbers[night])
        except CannotBe as refusal:
            raise Refusal(f"block.{refusal.code}", _said(refusal.code, night), field=field or field_of(night)) from None
    return found


def field_of(night: date) -> str:
    """The field of the form in which the rooms of a night stand."""
    return f"n{night:%Y%m%d}"


def _write(block: RoomBlock, night: date, **values: Any) -> None:
    """Write a night down; the database refuses what cannot be, whoever came between."""
    try:
        with transaction.atomic():
            BlockNight.objects.filter(block=block, night=night).update(**values)
    except IntegrityError as error:
        raise Refusal("block.below_pick_up", _said("below_pick_up", night), field=field_of(night)) from error


def _said(code: str, night: date | None) -> str:
    words = {
        "below_pick_up": _("%(night)s: names stand on more rooms than that."),
        "count": _("No more than 5,000 rooms a night."),
        "none_left": _("%(night)s: not so many rooms are left."),
        "not_picked": _("%(night)s: not so many rooms are picked up."),
        "no_night": _("%(night)s: no rooms are kept for this night."),
    }
    return words[code] % {"night": night.isoformat() if night else ""}


def _refuse_cut_off(item: OrderItem, cut_off_on: date | None) -> None:
    if cut_off_on is None or item.arrives_on is None:
        return
    if cut_off_on > item.arrives_on:
        raise Refusal("block.cut_off", _("The cut-off date lies after the arrival."), field="cut_off_on")
    if cut_off_on < day_at(item.order.hotel, timezone.now()):
        raise Refusal("block.cut_off", _("The cut-off date lies in the past."), field="cut_off_on")
