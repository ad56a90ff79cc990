"""What has to be ready for a reception, from its level and its programme (RCP-05)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from roomnight.reception.rules.standards import LEVELS

ALWAYS = "always"


@dataclass(frozen=True)
class Preparation:
    """One thing to have ready: what, from which level on, for which parts of the programme, how many hours before."""

    what: str
    level: str
    parts: tuple[str, ...]
    hours_before: int


def read_preparations(table: Any) -> list[Preparation]:
    """The policy table as a list. Raises ValueError, KeyError or TypeError where it is no such table."""
    found = []
    for row in table:
        one = Preparation(row["what"], row["level"], tuple(row["parts"]), int(row["hours_before"]))
        if one.level not in LEVELS or one.hours_before < 0 or not one.parts:
            raise ValueError(row)
        found.append(one)
    return found


def needed(
    table: Iterable[Preparation], level: str, arrives: datetime, parts: Iterable[tuple[str, datetime]]
) -> dict[str, datetime]:
    """What has to be ready by when. `parts` are the kinds of the programme with their beginning.

    What is for a part of the programme is due before the first of its kind, everything else before the arrival.
    """
    first: dict[str, datetime] = {ALWAYS: arrives}
    for kind, start in parts:
        first[kind] = min(start, first.get(kind, start))
    found: dict[str, datetime] = {}
    for one in table:
        if LEVELS.index(level) < LEVELS.index(one.level):
            continue
        for part in one.parts:
            if part in first:
                due = first[part] - timedelta(hours=one.hours_before)
                found[one.what] = min(due, found.get(one.what, due))
    return found
