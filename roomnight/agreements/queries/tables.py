"""The tables of the price list as they hold at a hotel on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from roomnight.agreements.rules.seasons import (
    RoomType,
    Season,
    Span,
    periods_of,
    read_floors,
    read_room_types,
    read_seasons,
)
from roomnight.agreements.rules.values import RATE_FLOORS, ROOM_TYPES, SEASONS


def room_types(hotel_code: str, on: date) -> dict[str, RoomType]:
    return read_room_types(ROOM_TYPES.at(hotel_code, on))


def seasons(hotel_code: str, on: date) -> dict[str, Season]:
    return read_seasons(SEASONS.at(hotel_code, on))


def floors(hotel_code: str, on: date) -> Mapping[tuple[str, str], Decimal]:
    return read_floors(RATE_FLOORS.at(hotel_code, on))


def periods(
    hotel_code: str, on: date, starts_on: date, ends_on: date, blackouts: Iterable[Span]
) -> list[tuple[str, str]]:
    """A term in the hotel's seasons, as an agreement keeps it."""
    found = periods_of(starts_on, ends_on, seasons(hotel_code, on), list(blackouts))
    return [(day.isoformat(), season) for day, season in found]
