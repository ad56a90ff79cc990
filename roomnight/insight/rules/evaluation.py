"""How a client's relationship is evaluated: weights, points, total, grade, what is due when (EVA-01, EVA-03).

Nothing here knows Django's records or the clock. Everything is exact: a weight is a whole number of a hundred and a score goes
from one to five, so that points have one decimal at most.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

WHOLE: Final = 100
LEAST, MOST = 1, 5
MOST_INDICATORS: Final = 20
LONGEST_NAME: Final = 60
GRADES: Final = ("partner", "stable", "ordinary", "danger")
"""Best first; below the last cut it is the last."""
KEEP, IMPROVE, END = "keep", "improve", "end"
PROPOSED: Final[Mapping[str, str]] = {"partner": KEEP, "stable": KEEP, "ordinary": IMPROVE, "danger": END}
NEEDS_MEASURES: Final = ("ordinary", "danger")


@dataclass(frozen=True)
class Indicator:
    """One line of the template: what is looked at, in Chinese and perhaps in English, and its weight in percent."""

    name: str
    name_en: str
    weight: int


def read_template(table: Any) -> list[Indicator]:
    """The indicators of a template. Raises ValueError unless their weights make up exactly a hundred and no name comes twice."""
    found: list[Indicator] = []
    for row in table:
        names = [str(one).strip() for one in row["names"]]
        weight = row["weight"]
        if not names or len(names) > 2 or not all(0 < len(one) <= LONGEST_NAME for one in names):  # noqa: PLR2004
            raise ValueError(names)
        if isinstance(weight, bool) or int(weight) != weight or not 0 < weight <= WHOLE:
            raise ValueError(weight)
        found.append(Indicator(names[0], names[-1] if len(names) > 1 else "", int(weight)))
    if not 0 < len(found) <= MOST_INDICATORS or len({one.name for one in found}) != len(found):
        raise ValueError(len(found))
    if sum(one.weight for one in found) != WHOLE:
        raise ValueError(sum(one.weight for one in found))
    return found


def is_template(table: Any) -> bool:
    """Whether a table can be read as a template (EVA-01)."""
    try:
        read_template(table)
    except (ValueError, KeyError, TypeError):
        return False
    return isinstance(table, list)


def points(weight: int, score: int) -> Decimal:
    """What a score earns of its weight: all of it for five, a fifth for one."""
    return (Decimal(weight) * score / MOST).quantize(Decimal("0.1"))


def counted(own: int | None, second: int | None) -> int | None:
    """The score that counts: the reviewer's where there is one (forms.md §8)."""
    return own if second is None else second


def total(lines: Iterable[tuple[int, int | None]]) -> Decimal | None:
    """The points of all (weight, score) together; None while one is missing, for what is missing is never nothing."""
    found = Decimal("0.0")
    for weight, score in lines:
        if score is None:
            return None
        found += points(weight, score)
    return found


def cuts_fall(cuts: Any) -> bool:
    """Whether each grade but the last asks for less than the one above it."""
    if not isinstance(cuts, dict) or set(cuts) != set(GRADES[:-1]):
        return False
    try:
        least = [Decimal(str(cuts[grade])) for grade in GRADES[:-1]]
    except ArithmeticError:
        return False
    return all(0 < one <= WHOLE for one in least) and all(a > b for a, b in zip(least, least[1:], strict=False))


def grade_of(found: Decimal, cuts: Mapping[str, Any]) -> str:
    """The grade of a total."""
    return next((grade for grade in GRADES[:-1] if found >= Decimal(str(cuts[grade]))), GRADES[-1])


def proposed_conclusion(grade: str) -> str:
    """What a grade suggests; people decide."""
    return PROPOSED[grade]


def needs_measures(grade: str, conclusion: str) -> bool:
    """Whether improvement has to be planned before the evaluation is approved: a weak relation that is not ended, or one that
    is to be improved."""
    return conclusion == IMPROVE or (conclusion != END and grade in NEEDS_MEASURES)


def gap_is_wide(own: int | None, second: int | None, most: int) -> bool:
    """Whether the reviewer is so far from the first score that a word is needed."""
    return own is not None and second is not None and abs(own - second) >= most


def months_later(on: date, months: int) -> date:
    """The same day so many months later, or the last of a month that is too short."""
    years, month = divmod(on.month - 1 + months, 12)
    year, month = on.year + years, month + 1
    return date(year, month, min(on.day, calendar.monthrange(year, month)[1]))


def next_due(last: date, months: int) -> date:
    """The day by which a client is evaluated again (EVA-03)."""
    return months_later(last, months)


def missing(lines: Sequence[tuple[str, int | None, str]]) -> list[str]:
    """The names of those (name, score, ground) that are not whole."""
    return [name for name, score, ground in lines if score is None or not ground.strip()]
