"""The standard of a reception: which level guests have, what each meal may cost, and what comes too late (RCP-02, RCP-03)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

LEVELS = ("ordinary", "senior", "special")
MEALS = ("lunch", "dinner")
SHARED_BY = 2  # guests that the amounts of the table are for; one guest has the same
EACH_MEAL, ONCE = "meal", "visit"


@dataclass(frozen=True)
class Standard:
    """What a level may have. Amounts are of the hotel's currency, for up to two guests; `extra` is added for each further one.

    `extra_each` says to what: to every meal, or once to the whole visit. `company` are role codes in the order of asking.
    """

    level: str
    lunch: Decimal
    dinner: Decimal
    extra: Decimal
    extra_each: str
    lodging: str
    company: tuple[str, ...]
    vehicles: tuple[str, ...]
    treats: tuple[str, ...]

    def meal(self, meal: str, guests: int) -> Decimal:
        """What one meal may cost. Raises ValueError without guests or for a meal that is none."""
        if guests < 1 or meal not in MEALS:
            raise ValueError(f"{meal}, {guests} guests")
        base = self.lunch if meal == "lunch" else self.dinner
        return base + (self._more(guests) if self.extra_each == EACH_MEAL else 0)

    def meals(self, meals: Iterable[str], guests: int) -> Decimal:
        """What all meals of a visit may cost together."""
        found = sum((self.meal(meal, guests) for meal in meals), Decimal(0))
        return found + (self._more(guests) if self.extra_each == ONCE else 0)

    def _more(self, guests: int) -> Decimal:
        return self.extra * max(0, guests - SHARED_BY)


def read_standards(table: Any) -> dict[str, Standard]:
    """The policy table as standards by level. Raises ValueError, KeyError or TypeError where it is no such table."""
    found = {}
    for level in LEVELS:
        row: Mapping[str, Any] = table[level]
        one = Standard(
            level,
            Decimal(str(row["lunch"])),
            Decimal(str(row["dinner"])),
            Decimal(str(row["extra"])),
            row["extra_each"],
            row["lodging"],
            tuple(row["company"]),
            tuple(row["vehicles"]),
            tuple(row.get("treats", ())),
        )
        if min(one.lunch, one.dinner, one.extra) < 0 or one.extra_each not in (EACH_MEAL, ONCE):
            raise ValueError(level)
        found[level] = one
    return found


def propose_level(titles: Iterable[str], words: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """The level that the guests' titles give, and the title that decided; the highest one counts.

    In one title the longest word that is found decides, so that a deputy is not taken for the head.
    """
    best = (LEVELS[0], "")
    for title in titles:
        level = level_of(title, words)
        if LEVELS.index(level) > LEVELS.index(best[0]):
            best = (level, title)
    return best


def level_of(title: str, words: Mapping[str, Sequence[str]]) -> str:
    """The level of one title."""
    said = title.casefold()
    found = [
        (len(word), LEVELS.index(level))
        for level in LEVELS
        for word in words.get(level, ())
        if word and word.casefold() in said
    ]
    return LEVELS[max(found)[1]] if found else LEVELS[0]


def days_short(done_on: date, needed_on: date, notice_days: int) -> int:
    """By how many days something comes too late that must be there so many days before; 0 when in time."""
    return max(0, (done_on - (needed_on - timedelta(days=notice_days))).days)
