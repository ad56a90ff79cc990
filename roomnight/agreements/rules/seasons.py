"""Room types, seasons and floors: the tables that price lists are made of, and how a term falls into seasons (AGR-01, AGR-02)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

BLACKOUT = "-"
"""Stands for a season in which an agreement gives no rate."""
NIGHTS = "1234567"
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
ONE_DAY = timedelta(days=1)
Span = tuple[date, date]


@dataclass(frozen=True)
class RoomType:
    """A room type as price lists name it. `rack` is the public rate a night."""

    code: str
    zh: str
    en: str
    rack: Decimal | None


@dataclass(frozen=True)
class Season:
    """A season and its spans, `MM-DD/MM-DD` each year or `YYYY-MM-DD/YYYY-MM-DD` once, both days included."""

    code: str
    zh: str
    en: str
    spans: tuple[tuple[str, str], ...]

    def holds(self, day: date) -> bool:
        """Whether a day is of this season. A span of every year may run over New Year."""
        for first, last in self.spans:
            said = f"{day:%Y-%m-%d}" if len(first) == 10 else f"{day:%m-%d}"
            if (first <= said <= last) if first <= last else (said >= first or said <= last):
                return True
        return False


def read_room_types(table: Any) -> dict[str, RoomType]:
    """The policy table of room types by code. Raises ValueError, KeyError or TypeError where it is no such table."""
    found = {}
    for code, row in table.items():
        rack = row.get("rack")
        one = RoomType(_coded(code), str(row["zh"]), str(row["en"]), Decimal(str(rack)) if rack else None)
        if not one.zh or not one.en or (one.rack is not None and one.rack <= 0):
            raise ValueError(code)
        found[code] = one
    if not found:
        raise ValueError("no room type")
    return found


def read_seasons(table: Any) -> dict[str, Season]:
    """The policy table of seasons by code. Exactly one has no spans: it is the season of every other day."""
    found: dict[str, Season] = {}
    for row in table:
        spans = tuple(_span(str(one)) for one in row.get("spans", ()))
        season = Season(_coded(row["code"]), str(row["zh"]), str(row["en"]), spans)
        if season.code in found or not season.zh or not season.en:
            raise ValueError(season.code)
        found[season.code] = season
    if sum(not one.spans for one in found.values()) != 1:
        raise ValueError("one season, and no more, is that of all other days")
    return found


def read_floors(table: Any) -> dict[tuple[str, str], Decimal]:
    """(room type, season) to the lowest rate a night without the director."""
    found = {}
    for room_type, row in table.items():
        for season, floor in row.items():
            amount = Decimal(str(floor))
            if amount <= 0:
                raise ValueError(room_type)
            found[(_coded(room_type), _coded(season))] = amount
    return found


def season_on(day: date, seasons: Mapping[str, Season], blackouts: Iterable[Span] = ()) -> str:
    """The season of a day: the first in the table that holds it, else the one for all other days."""
    if any(first <= day <= last for first, last in blackouts):
        return BLACKOUT
    rest = next(one.code for one in seasons.values() if not one.spans)
    return next((one.code for one in seasons.values() if one.holds(day)), rest)


def periods_of(
    first: date, last: date, seasons: Mapping[str, Season], blackouts: Sequence[Span] = ()
) -> list[tuple[date, str]]:
    """A term as (first day, season), each until the day before the next; both ends of the term included."""
    found: list[tuple[date, str]] = []
    day = first
    while day <= last:
        season = season_on(day, seasons, blackouts)
        if not found or found[-1][1] != season:
            found.append((day, season))
        day += ONE_DAY
    return found


def season_in(periods: Sequence[tuple[date, str]], day: date) -> str:
    """The season that an agreement's own periods give a day; nothing before the first."""
    return next((season for start, season in reversed(periods) if start <= day), "")


def below_floor(
    room_type: str, season: str, rate: Decimal, floors: Mapping[tuple[str, str], Decimal]
) -> Decimal | None:
    """The floor that this rate is under, of its season or (for a line of every season) the highest of its room type;
    None where it is not under any."""
    held = [
        floor
        for (kind, when), floor in floors.items()
        if kind == room_type and (not season or when == season) and rate < floor
    ]
    return max(held, default=None)


def _coded(code: Any) -> str:
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise ValueError(code)
    return code


def _span(text: str) -> tuple[str, str]:
    first, _slash, last = text.partition("/")
    if len(first) != len(last):
        raise ValueError(text)
    for one in (first, last):
        date.fromisoformat(one if len(one) == 10 else f"2024-{one}")
    if len(first) == 10 and first > last:
        raise ValueError(text)
    return first, last
