"""What stands in a register: found by day, words and choices, in an order, and counted (PRC-02)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from roomnight.kernel.text import fold
from roomnight.procedures.models import RegisterEntry
from roomnight.procedures.queries.forms import value_text
from roomnight.procedures.rules.form_fields import CHOICE, CHOICES, MONEY, NUMBERS, ROWS, TICK, WHOLE, Field, FormSpec
from roomnight.procedures.rules.forms import masked_data

MOST = 5_000
"""So many lines are looked through; for more, a shorter time is chosen."""
DAYS_BY_DAY = 62
LISTED = 5
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for: days from and to, words, valid or void, choices by field, and the order."""

    first: date
    last: date
    q: str = ""
    state: str = "valid"
    chosen: Mapping[str, str] | None = None
    sort: str = ""


@dataclass(frozen=True)
class Line:
    """A line as this reader may see it."""

    entry: RegisterEntry
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Share:
    """How many lines have this, out of all."""

    label: str
    count: int
    of: int


@dataclass(frozen=True)
class Sum:
    """The figures of one field of numbers over the lines that have it."""

    label: str
    unit: str
    count: int
    total: str
    average: str
    least: str
    most: str


@dataclass(frozen=True)
class Figures:
    """The statistics of some lines: per choice, per number, per day or month."""

    shares: Sequence[tuple[str, Sequence[Share]]]
    sums: Sequence[Sum]
    days: Sequence[Share]


def listed(spec: FormSpec) -> list[Field]:
    """The fields that stand in the list: those the schema names, else the first few."""
    if spec.listed:
        return [one for name in spec.listed if (one := spec.field(name)) is not None]
    return [one for one in spec.fields if one.kind != ROWS][:LISTED]


def look_for(
    entries: QuerySet[RegisterEntry], spec: FormSpec, wanted: Wanted, *, sees_personal: bool
) -> tuple[list[Line], bool]:
    """The lines that fit, in order; and whether there were more than are looked through.

    Words are looked for in what the reader sees, so that nobody guesses what stands behind the stars.
    """
    found = list(entries.filter(made_on__range=(wanted.first, wanted.last)).order_by("-number")[: MOST + 1])
    lines = [
        Line(one, one.data if sees_personal else masked_data(spec, one.data))
        for one in found[:MOST]
        if _is_of_state(one, wanted.state)
    ]
    lines = [one for one in lines if _fits(one, spec, wanted)]
    return _in_order(lines, spec, wanted.sort), len(found) > MOST


def _is_of_state(one: RegisterEntry, state: str) -> bool:
    return state == "all" or one.is_void == (state == "void")


def _fits(line: Line, spec: FormSpec, wanted: Wanted) -> bool:
    for name, value in (wanted.chosen or {}).items():
        held = line.data.get(name)
        if value not in (held if isinstance(held, list) else [held]):
            return False
    if not wanted.q:
        return True
    text = fold(" ".join([str(line.entry.number), line.entry.made_by.label, *texts(spec, line.data)]))
    return all(word in text for word in fold(wanted.q).split())


def texts(spec: FormSpec, data: Mapping[str, Any]) -> Iterable[str]:
    """Everything a reader could look for in a line."""
    for one in spec.fields:
        value = data.get(one.name)
        if one.kind == ROWS and isinstance(value, list):
            for row in value:
                yield from (value_text(column, row.get(column.name)) for column in one.columns)
        elif value not in (None, ""):
            yield value_text(one, value)


def _in_order(lines: list[Line], spec: FormSpec, sort: str) -> list[Line]:
    one = spec.field(sort.lstrip("-"))
    if sort.lstrip("-") == "number":
        return sorted(lines, key=lambda line: line.entry.number, reverse=sort.startswith("-"))
    if one is None:
        return lines
    full = [line for line in lines if line.data.get(one.name) not in (None, "", [])]
    empty = [line for line in lines if line.data.get(one.name) in (None, "", [])]
    return [*sorted(full, key=lambda line: _rank(one, line.data[one.name]), reverse=sort.startswith("-")), *empty]


def _rank(one: Field, value: Any) -> Any:
    return amount(value) if one.kind in NUMBERS else str(value)


def amount(value: Any) -> Decimal:
    """A number as it is kept, or nothing where it is stars."""
    text = str(value)
    return Decimal(0) if "*" in text else Decimal(text)


def figures(lines: Sequence[Line], spec: FormSpec, wanted: Wanted) -> Figures:
    """Count and add up the lines that are not void."""
    valid = [one for one in lines if not one.entry.is_void]
    shares, sums = [], []
    language = get_language()
    for one in spec.fields:
        if one.is_masked:
            continue
        label = one.words.in_(language)
        if one.kind in (CHOICE, CHOICES, TICK):
            shares.append((label, _shares(one, valid)))
        elif one.kind in NUMBERS and (total := _sum(one, label, valid)) is not None:
            sums.append(total)
    return Figures(shares, sums, _days(valid, wanted))


def _shares(one: Field, lines: Sequence[Line]) -> list[Share]:
    counted: Counter[Any] = Counter()
    for line in lines:
        held = line.data.get(one.name)
        counted.update(held if isinstance(held, list) else [held])
    values: list[Any] = [True] if one.kind == TICK else [*one.values]
    found = [
        Share(value_text(one, [value] if one.kind == CHOICES else value), counted[value], len(lines))
        for value in values
    ]
    return sorted((share for share in found if share.count), key=lambda share: -share.count)


def _sum(one: Field, label: str, lines: Sequence[Line]) -> Sum | None:
    held = [amount(line.data[one.name]) for line in lines if line.data.get(one.name) is not None]
    if not held:
        return None
    total = sum(held, Decimal(0))
    places = CENT if one.kind in (MONEY, WHOLE) else Decimal("0.001")
    return Sum(
        label, one.unit.in_(get_language()), len(held), plain(total), plain((total / len(held)).quantize(places)),
        plain(min(held)), plain(max(held)),
    )  # fmt: skip


def plain(value: Decimal) -> str:
    """12345.50 as 12,345.50."""
    return f"{value:,f}"


def _days(lines: Sequence[Line], wanted: Wanted) -> list[Share]:
    by_day = (wanted.last - wanted.first).days <= DAYS_BY_DAY
    counted = Counter(f"{line.entry.made_on:%Y-%m-%d}" if by_day else f"{line.entry.made_on:%Y-%m}" for line in lines)
    most = max(counted.values(), default=0)
    return [Share(label, counted[label], most) for label in sorted(counted, reverse=True)]
