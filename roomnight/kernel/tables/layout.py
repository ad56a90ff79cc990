"""Where a table begins in a file as hotels have it, and which of its lines are no data (PMS-05, forms.md §27).

Title lines stand above, the heading may take two lines with merged cells, sub-totals and totals stand between and below,
and pages end in a footer. Pure: rows of text in, words out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

from roomnight.kernel.tables.values import Bad, looks_like_day, read_number

LOOKED_AT: Final = 40
LONGEST_HEADING: Final = 60
LONGEST_LOWER_HEADING: Final = 20
MOSTLY: Final = 0.8
PARTLY: Final = 0.5

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Heading:
    """The line, or the two lines, that name the columns. `first` counts from 0."""

    first: int
    lines: int
    names: tuple[str, ...]


def find_heading(
    rows: Rows, *, knows: Callable[[str], bool] | None = None, merged: Collection[tuple[int, int]] | None = None
) -> Heading | None:
    """The heading among the first rows; None where there is none to be seen.

    knows: whether a word is the name of a column somebody expects; the line with most of them is the heading.
    merged: the (row, column) of every cell that another one was drawn over; None where that cannot be known.
    """
    seen = rows[:LOOKED_AT]
    width = max((_filled(row) for row in seen), default=0)
    if not width:
        return None
    candidates = [one for at in range(len(seen)) if (one := heading_at(seen, at, merged=merged)) is not None]
    if knows and (known := _best_known(candidates, knows)):
        return known
    for share in (MOSTLY, PARTLY):
        for one in candidates:
            values = sum(map(_is_value, one.names))
            if _filled(one.names) >= share * width and values * 10 <= _filled(one.names):
                return one
    return None


def heading_at(
    rows: Rows, at: int, lines: int = 0, *, merged: Collection[tuple[int, int]] | None = None
) -> Heading | None:
    """The line at this place taken for the heading, alone (1) or together with the next (2); 0 lets its look decide."""
    if at >= len(rows) or not any(rows[at]):
        return None
    if lines != 1 and at + 1 < len(rows):
        drawn = merged is None or any((at, column) in merged for column in range(len(rows[at])))
        names = _two_lines(rows[at], rows[at + 1], asked=lines == 2) if drawn or lines == 2 else None  # noqa: PLR2004
        if names:
            return Heading(at, 2, tuple(names))
    return Heading(at, 1, tuple(_one_line(cell) for cell in rows[at]))


def _best_known(candidates: Sequence[Heading], knows: Callable[[str], bool]) -> Heading | None:
    """The first of those with most known names; one known name is enough only where there is little else."""
    best, most = None, 0
    for one in candidates:
        count = sum(1 for name in one.names if name and knows(name))
        if count > most and count * 4 >= _filled(one.names) and not any(map(looks_like_day, one.names)):
            best, most = one, count
    return best


def _two_lines(top: Sequence[str], below: Sequence[str], *, asked: bool) -> list[str] | None:
    """The names that two lines give together: a group's name before each of its columns. None if they are no such pair."""
    width = max(len(top), len(below))
    upper, lower = [*top, *[""] * (width - len(top))], [*below, *[""] * (width - len(below))]
    if not asked and (_filled(upper) < 2 or any(":" in one or "：" in one for one in upper)):  # noqa: PLR2004
        return None
    if not asked and any(len(one) > LONGEST_LOWER_HEADING or _is_data(one) for one in lower):
        return None
    names, group, groups = [], "", 0
    for column in range(width):
        if upper[column]:
            opens = column + 1 < width and not upper[column + 1] and bool(lower[column + 1])
            if not asked and bool(lower[column]) != opens:
                return None
            group, groups = (upper[column], groups + 1) if opens else ("", groups)
        elif lower[column] and not group and not asked:
            return None
        names.append(_together(upper[column] or group, lower[column]))
    return names if groups or asked else None


def _together(upper: str, lower: str) -> str:
    parts = [_one_line(one) for one in (upper, lower) if one]
    return " ".join(dict.fromkeys(parts))


def _one_line(cell: str) -> str:
    return " ".join(cell.split())


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell)


def _is_value(cell: str) -> bool:
    """Whether a cell holds data and not the name of a column."""
    return bool(cell) and (
        len(cell) > LONGEST_HEADING or not isinstance(read_number(cell), Bad) or looks_like_day(cell)
    )


def _is_data(cell: str) -> bool:
    """The same for the lower line, where 1 to 12 and 2025 name months and years."""
    return _is_value(cell) and not (cell.isdigit() and len(cell) <= 4)  # noqa: PLR2004 (digits of a year)


# Lines that are no data

_TOTAL: Final = re.compile(
    r"(?:.{0,20}[\s（(]*)?(?:小\s*计|合\s*计|总\s*计|共\s*计)[)）]?\s*[:：]?\s*[-\d,.]*"
    r"|(?:sub-?\s?totals?|grand\s+totals?|totals?)\s*:?",
    re.IGNORECASE,
)
_FOOTER: Final = re.compile(
    r"(?:第\s*\d+\s*页|共\s*\d+\s*(?:页|条|行|家)|page\s+\d+|(?:制表|打印|审核|填表|复核|报表|导出|统计)(?:人|员|者|单位|部门|时间|日期)?\s*[:：]|备注\s*[:：]|注\s*[:：]|说明\s*[:：]"
    r"|printed|prepared by|report date|exported|\*{3,}|-{3,}|={3,})",
    re.IGNORECASE,
)
_MAY_BE_TOTAL: Final = re.compile(r"计|total", re.IGNORECASE)


def line_kind(cells: Sequence[str], heading: Sequence[str]) -> str:
    """What a line below the heading is: `data`, a `total`, a page's `footer`, or the `heading` once more."""
    first = cells[0] if cells and cells[0] else next((cell for cell in cells if cell), "")
    if _MAY_BE_TOTAL.search(first) and _TOTAL.fullmatch(first) and _is_sum(cells, first):
        return "total"
    if heading and first in heading and list(cells) == list(heading):
        return "heading"
    if len(heading) > 2 and _FOOTER.match(first) and _filled(cells) <= max(1, len(heading) // 2):  # noqa: PLR2004
        return "footer"
    return "data"


def _is_sum(cells: Sequence[str], first: str) -> bool:
    """Beside its word a total holds nothing but numbers."""
    return all(
        not isinstance(read_number(cell), Bad) or cell in {"-", "--", "—"} for cell in cells if cell and cell != first
    )
