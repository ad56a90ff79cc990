"""Tables of a web page or of Excel's XML, which programs save as .xls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

Row = tuple[int, list[str]]

MOST_SPAN: Final = 1_000
_ROWS: Final = frozenset({"tr", "row"})
_CELLS: Final = frozenset({"td", "th", "cell"})
_TABLES: Final = frozenset({"table", "worksheet"})
_SILENT: Final = frozenset({"script", "style", "title", "styles"})
_UNSEEN: Final = re.compile(r"display\s*:\s*none", re.IGNORECASE)


@dataclass
class Grid:
    """One table: its name where it has one, its rows, the cells another was drawn over, and its hidden columns."""

    name: str = ""
    rows: list[list[str]] = field(default_factory=list)
    merged: set[tuple[int, int]] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)

    def numbered(self) -> Iterator[Row]:
        yield from enumerate(self.rows, 1)


def read_tables(path: Path, encoding: str) -> list[Grid]:
    """Every table that holds anything, the largest first."""
    reader = _Reader()
    with path.open(encoding=encoding, newline="") as file:
        while block := file.read(1 << 20):
            reader.feed(block)
    reader.close()
    found = [grid for grid in reader.grids if any(any(row) for row in grid.rows)]
    return sorted(found, key=lambda grid: -sum(map(len, grid.rows)))


class _Reader(HTMLParser):
    """Walks through the markup; what stands in a cell is its text, a line break is a blank."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.grids: list[Grid] = []
        self._open: list[Grid] = []
        self._texts: list[list[str]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table" and self._open and self._open[-1].name:
            pass  # the table of a worksheet, which is open already
        elif tag in _TABLES:
            self._open.append(Grid(words.get("ss:name", "")))
            self.grids.append(self._open[-1])
        elif tag in _ROWS and self._open:
            self._begin_row(words)
        elif tag in _CELLS and self._open:
            self._begin_cell(words)
        elif tag == "br" and self._texts:
            self._texts[-1].append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _CELLS:
            self._end_cell()
        elif tag in _TABLES and self._open and not (tag == "table" and self._open[-1].name):
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._texts and not self._silent:
            self._texts[-1].append(data)

    def _begin_row(self, words: dict[str, str]) -> None:
        grid = self._open[-1]
        self._end_cell()
        for _empty in range(_span(words.get("ss:index"), 0) - len(grid.rows) - 1):
            grid.rows.append([])
        grid.rows.append([])

    def _begin_cell(self, words: dict[str, str]) -> None:
        grid = self._open[-1]
        self._end_cell()
        if not grid.rows:
            grid.rows.append([])
        row, at = grid.rows[-1], len(grid.rows) - 1
        row.extend([""] * max(0, _span(words.get("ss:index"), 0) - len(row) - 1))
        while (at, len(row)) in grid.merged:
            row.append("")
        column = len(row)
        wide = _span(words.get("colspan"), 1) + _span(words.get("ss:mergeacross"), 0)
        tall = _span(words.get("rowspan"), 1) + _span(words.get("ss:mergedown"), 0)
        if wide > 1 or tall > 1:
            grid.merged |= {(at + down, column + right) for down in range(tall) for right in range(wide)}
        if _UNSEEN.search(words.get("style", "")):
            grid.hidden.add(column)
        row.extend([""] * wide)
        self._texts.append([])
        self._place = (row, column)

    def _end_cell(self) -> None:
        if not self._texts:
            return
        row, column = self._place
        row[column] = " ".join("".join(self._texts.pop()).split())


def _span(text: str | None, otherwise: int) -> int:
    return min(int(text), MOST_SPAN) if text and text.isdigit() else otherwise
