"""Blocks of rooms as pages show them: nights by types, what is picked up and what is left (ORD-08)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from roomnight.agreements.rules.seasons import RoomType
from roomnight.orders import words
from roomnight.orders.models import BlockNight, BlockRoom, BlockState, OrderGuest, OrderItem, RoomBlock
from roomnight.organization.access import Seat


@dataclass
class Shown:
    """One block on a page: what it is called, its figures, how long until the cut-off."""

    one: RoomBlock
    name: str
    nights: Mapping[date, BlockNight]
    releases: Sequence[Any]
    cut_off_in: int | None
    who: Mapping[str, str] = field(default_factory=dict)

    @property
    def rooms(self) -> int:
        return sum(row.rooms for row in self.nights.values())

    @property
    def picked(self) -> int:
        return sum(row.picked for row in self.nights.values())

    @property
    def left(self) -> int:
        return self.rooms - self.picked

    @property
    def is_due(self) -> bool:
        """Whether the cut-off date is here and rooms without a name are still kept."""
        return self.cut_off_in is not None and self.cut_off_in <= 0 and self.left > 0

    @property
    def state(self) -> Any:
        return BlockState(self.one.state).label

    @property
    def is_released(self) -> bool:
        return self.one.state == BlockState.RELEASED


def name_of(item: OrderItem, types: Mapping[str, RoomType]) -> str:
    """The type of rooms of an item, in the language in force."""
    return str(words.item_name(item, types))


def shown(seat: Seat, blocks: Iterable[RoomBlock], types: Mapping[str, RoomType]) -> list[Shown]:
    """Blocks with their nights and releases, which were fetched along with them."""
    return [
        Shown(
            one, name_of(one.item, types), {row.night: row for row in one.nights.all()}, list(one.releases.all()),
            (one.cut_off_on - seat.today).days if one.cut_off_on else None,
        )
        for one in blocks
    ]  # fmt: skip


def grid(rows: Sequence[Shown]) -> list[tuple[date, list[dict[str, Any] | None]]]:
    """Night by night a cell for each block; None where a block has no such night."""
    nights = sorted({night for row in rows for night in row.nights})
    return [(night, [_cell(row.nights.get(night)) for row in rows]) for night in nights]


def _cell(row: BlockNight | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"one": row, "percent": round(100 * row.picked / row.rooms) if row.rooms else 0}


def rooms_shown(
    rooms: Iterable[BlockRoom], guests: Iterable[OrderGuest], types: Mapping[str, RoomType]
) -> list[dict[str, Any]]:
    """The rooms of a list with who sleeps in each; `guests` are those that exist for who looks."""
    by_room: dict[int | None, list[OrderGuest]] = defaultdict(list)
    for guest in guests:
        by_room[guest.room_id].append(guest)
    return [
        {"one": room, "name": name_of(room.block.item, types), "guests": by_room[room.pk], "nights": (room.departs_on - room.arrives_on).days}
        for room in rooms
    ]  # fmt: skip
