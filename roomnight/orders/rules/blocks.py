"""Rooms kept for a group, night by night and type by type (ORD-08).

Of what is kept for a night and a type, some rooms are picked up (somebody's name stands on them) and the others are left; both
together are the block, always.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy

REMIND_DAYS = Policy[list[int]](
    "orders.cut_off_reminders", [7, 3, 1], label=_("Days before the cut-off date on which the follower of an order is reminded of it"),
    source="ORD-08", kind="table", check=lambda days: isinstance(days, list) and all(isinstance(one, int) and 0 < one < 91 for one in days),
)  # fmt: skip
CUT_OFF_DAYS = Policy[int](
    "orders.cut_off_days", 14, label=_("Days before the arrival of a group that are proposed as its cut-off date"),
    source="ORD-08", kind="days", check=lambda value: 0 <= value <= 180,
)  # fmt: skip
AT_CUT_OFF = Policy[str](
    "orders.at_cut_off", "propose", label=_("On the cut-off date, rooms of a group on which no name stands"),
    source="ORD-08", kind="text", check=lambda value: value in ("propose", "release"),
    words={"propose": _("are proposed for release to the follower"), "release": _("are released")},
)  # fmt: skip
MOST_ROOMS: Final = 5000


class CannotBe(Exception):
    """A change that would leave fewer than no rooms; `code` says of which kind."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Kept:
    """Rooms of one type kept for one night: the block as it stands, how many were agreed at first, and how many have a name."""

    block: int
    picked: int = 0
    agreed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.picked <= self.block <= MOST_ROOMS:
            raise CannotBe("below_pick_up" if self.picked > self.block else "count")

    @property
    def left(self) -> int:
        """Rooms that nobody's name stands on yet."""
        return self.block - self.picked

    def changed(self, block: int) -> Kept:
        """The client wants another number; it cannot be less than those that have names."""
        return replace(self, block=block, agreed=max(self.agreed, block))

    def picked_up(self, rooms: int) -> Kept:
        """So many rooms get a name; below nothing: they lose it again."""
        if rooms > self.left:
            raise CannotBe("none_left")
        if -rooms > self.picked:
            raise CannotBe("not_picked")
        return replace(self, picked=self.picked + rooms)

    def released(self, rooms: int | None = None) -> Kept:
        """So many of those left are sold to others; without a number all of them."""
        gone = self.left if rooms is None else rooms
        if not 0 <= gone <= self.left:
            raise CannotBe("none_left")
        return replace(self, block=self.block - gone)


Cell = tuple[date, str]
"""A night, and a type of room."""


@dataclass(frozen=True)
class Stay:
    """One room of the rooming list: its type, from which day to which, and who sleeps in it besides."""

    room_type: str
    arrival: date
    departure: date

    @property
    def cells(self) -> list[Cell]:
        """The nights it takes, each with the type."""
        return [(night, self.room_type) for night in nights_between(self.arrival, self.departure)]


def nights_between(first: date, last: date) -> list[date]:
    """The nights from an arrival to a departure."""
    return [first + timedelta(days=ahead) for ahead in range((last - first).days)]


def by_night(rooms: Mapping[date, int]) -> str:
    """Rooms night by night in short, “12-10–12-11 ×20 · 12-12 ×18”; nothing where every night has the same number."""
    if len(set(rooms.values())) < 2:  # noqa: PLR2004 (two numbers make a difference)
        return ""
    spans: list[list[date]] = []
    for night in sorted(rooms):
        if spans and spans[-1][-1] + timedelta(days=1) == night and rooms[spans[-1][-1]] == rooms[night]:
            spans[-1].append(night)
        else:
            spans.append([night])
    return " · ".join(
        f"{span[0]:%m-%d}{f'–{span[-1]:%m-%d}' if len(span) > 1 else ''} ×{rooms[span[0]]}" for span in spans
    )


def rooms_needed(stays: Iterable[Stay]) -> Counter[Cell]:
    """By night and type, how many rooms the rooms of a list come to."""
    return Counter(cell for stay in stays for cell in stay.cells)


def first_without_room(stay: Stay, left: Mapping[Cell, int]) -> Cell | None:
    """The first night for which the block has no room left for a stay; None where it has one for every night."""
    return next((cell for cell in stay.cells if left.get(cell, 0) < 1), None)


def reminder_due(cut_off: date, today: date, days: Iterable[int], told: int | None) -> int | None:
    """The reminder that is due: so many days ahead; None where none is. `told` is the last one that was sent.

    Each is sent once; those that were missed while nobody looked are not made up for, but the latest is.
    """
    ahead = (cut_off - today).days
    due = [one for one in days if 0 <= ahead <= one]
    if not due or (told is not None and told <= min(due)):
        return None
    return min(due)
