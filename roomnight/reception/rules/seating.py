"""Who sits where: the most senior in the middle, the others alternating, hosts opposite their counterparts (RCP-05)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
Rows = tuple[list[T | None], list[T | None]]


def place_of(rank: int) -> int:
    """The place of the first, second, third… in a row, counted from its middle: 0, −1, 1, −2, 2."""
    if rank < 1:
        raise ValueError(rank)
    return -(rank // 2) if rank % 2 == 0 else rank // 2


def in_row(people: Sequence[T]) -> dict[int, T]:
    """People, the most senior first, by their place."""
    return {place_of(rank): one for rank, one in enumerate(people, start=1)}


def facing(guests: Sequence[T], hosts: Sequence[T]) -> Rows[T]:
    """The guests' row and the hosts' row, from left to right as drawn; a place that stays empty is None.

    The n-th host sits opposite the n-th guest, so both rows are as long as the longer one.
    """
    one, other = in_row(guests), in_row(hosts)
    places = sorted({*one, *other})
    return [one.get(place) for place in places], [other.get(place) for place in places]
