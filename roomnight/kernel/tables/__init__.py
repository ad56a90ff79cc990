"""Reading a file as a table, row by row, as hotels have their files (PMS-05): one reader for the whole product.

Excel new and old, web pages and XML saved as .xls, CSV in every encoding that is met here. Title lines above, headings of
two lines, sub-totals between and footers below are recognised and told apart from data; nothing is left out in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from roomnight.kernel.errors import Refusal
from roomnight.kernel.tables.bytes import Survey, survey
from roomnight.kernel.tables.layout import LOOKED_AT, Heading, find_heading, heading_at, line_kind
from roomnight.kernel.tables.markup import Grid, read_tables
from roomnight.kernel.tables.sheets import open_sheet, sheet_names
from roomnight.kernel.tables.text import delimiter_of, text_rows

Row = tuple[int, list[str]]
Rows = Callable[[], Iterator[Row]]

ROWS_ABOVE: Final = 8
EMPTY_COLUMNS_SEEN_IN: Final = 200
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Line:
    """A line below the heading: its number as a spreadsheet shows it, what it is (data, total, footer, heading), its cells."""

    number: int
    kind: str
    cells: list[str]


@dataclass(frozen=True)
class Column:
    """A column of the file: its place from 0, a name nobody else has, and whether the sheet hides it."""

    place: int
    name: str
    is_hidden: bool


@dataclass(frozen=True)
class Table:
    """A file that turned out to be what its name says. `rows` and `lines` may be called again and again.

    `header` are the names as they stand, doubled ones too; `columns` gives each a name of its own. `heading_row` is the
    number of the (last) line that names them. `sheets` are all sheets, `sheet` the one that is read.
    """

    path: Path
    kind: str
    sha256: str
    size_bytes: int
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    source: Rows
    heading_row: int = 1
    heading_lines: int = 1
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    hidden: frozenset[int] = frozenset()
    above: tuple[Row, ...] = ()

    def rows(self) -> Iterator[Row]:
        """Every row of data: its number as a spreadsheet shows it, and its cells stripped.

        Raises Refusal `import.unreadable` where the file breaks off being a table.
        """
        return ((line.number, line.cells) for line in self.lines() if line.kind == "data")

    def lines(self) -> Iterator[Line]:
        """Every line below the heading that holds anything, totals and footers too."""
        header = self.header
        for number, cells in self.source():
            if number > self.heading_row and any(cells):
                yield Line(number, line_kind(cells, header), cells)

    def columns(self) -> list[Column]:
        """The columns that have a name, or anything in their first rows, each under a name of its own."""
        filled: set[int] = set()
        for line in islice(self.lines(), EMPTY_COLUMNS_SEEN_IN):
            filled |= {place for place, cell in enumerate(line.cells) if cell}
        seen: dict[str, int] = {}
        found = []
        for place in range(max([len(self.header), *(place + 1 for place in filled)])):
            name = self.header[place] if place < len(self.header) else ""
            if not name and place not in filled:
                continue
            name = name or _("Column %(letters)s") % {"letters": letters_of(place)}
            seen[name] = seen.get(name, 0) + 1
            shown = name if seen[name] == 1 else f"{name} ({seen[name]})"
            found.append(Column(place, shown, place in self.hidden))
        return found


def letters_of(place: int) -> str:
    """What a spreadsheet calls a column: 0 is A, 26 is AA."""
    letters, number = "", place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = _LETTERS[rest] + letters
    return letters


def place_of(letters: str) -> int:
    """The place of a column a spreadsheet calls so; ValueError for what is no such name."""
    if not re.fullmatch(r"[A-Z]{1,3}", letters):
        raise ValueError(letters)
    number = 0
    for letter in letters:
        number = number * 26 + _LETTERS.index(letter) + 1
    return number - 1


def open_table(
    path: Path,
    name: str,
    *,
    sheet: str = "",
    heading_row: int = 0,
    heading_lines: int = 0,
    knows: Callable[[str], bool] | None = None,
) -> Table:
    """Look at a file before anything is done with it. Refuses what is empty, or is not what its name says.

    sheet: the one to read; without it the first that holds anything. heading_row: the line that names the columns (the
    first of two), as a spreadsheet numbers it, and how many lines it takes; 0 finds them. knows: see `find_heading`.
    """
    found = survey(path, name)
    source, merged, around = _source(path, found, sheet)
    first = _first_rows(source, max(LOOKED_AT, heading_row + 1))
    texts = [cells for _number, cells in first]
    if heading_row:
        heading = (
            heading_at(texts, heading_row - 1, heading_lines, merged=merged) if heading_row <= len(texts) else None
        )
    else:
        heading = find_heading(texts, knows=knows, merged=merged)
    if heading is None:
        raise Refusal("import.no_header", _("No row names the columns: put their names above the data."), field="file")
    return Table(
        path,
        found.kind,
        found.sha256,
        found.size_bytes,
        found.encoding if found.kind == "text" else "",
        header=heading.names,
        source=source,
        heading_row=first[heading.first + heading.lines - 1][0],
        heading_lines=heading.lines,
        above=tuple(_above(first, heading)),
        **around,
    )


def _source(path: Path, found: Survey, sheet: str) -> tuple[Rows, frozenset[tuple[int, int]] | None, dict[str, Any]]:
    """How the rows are read again and again; the cells drawn over; and what else is known of the table."""
    if found.kind == "text":
        delimiter = delimiter_of(path, found.encoding)
        return lambda: text_rows(path, found.encoding, delimiter), None, {"delimiter": delimiter}
    if found.kind in {"html", "xml"}:
        grids = read_tables(path, found.encoding)
        names = tuple(grid.name or str(number) for number, grid in enumerate(grids, 1))
        grid = grids[names.index(sheet)] if sheet in names else next(iter(grids), Grid())
        kept = {
            "delimiter": "",
            "sheets": names,
            "sheet": sheet or next(iter(names), ""),
            "hidden": frozenset(grid.hidden),
        }
        return grid.numbered, frozenset(grid.merged), kept
    opened = open_sheet(path, found.kind, sheet)
    kept = {
        "delimiter": "",
        "sheets": tuple(sheet_names(path)),
        "sheet": opened.name,
        "hidden": opened.facts.hidden,
    }
    return opened.rows, opened.merged, kept


def _first_rows(source: Rows, wanted: int) -> list[Row]:
    """The first rows, with empty ones in the place of those a sheet leaves out; as many as can be read of a broken file."""
    found: list[Row] = []
    try:
        for number, cells in source():
            found += [(missing, []) for missing in range(len(found) + 1, number)]
            found.append((number, cells))
            if len(found) >= wanted:
                break
    except Refusal:
        if not found:
            raise
    return found


def _above(first: list[Row], heading: Heading) -> list[Row]:
    return [(number, cells) for number, cells in first[: heading.first] if any(cells)][:ROWS_ABOVE]
