"""Excel files, new and old: sheets, merged cells, hidden columns, formulas that nobody computed."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

import python_calamine
from django.utils.translation import gettext as _

from roomnight.kernel.errors import Refusal
from roomnight.kernel.tables import biff
from roomnight.kernel.tables.bytes import BLOCK, unreadable
from roomnight.kernel.tables.values import NOT_COMPUTED, moment_text

EXACT_NUMBER: Final = 10**15
MOST_CELLS: Final = 20_000_000
MOST_COLUMNS: Final = 16_384
OVERLAP: Final = 1 << 14
MOST_PART: Final = 4 << 20

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class SheetFacts:
    """What a sheet's own markup says and its values do not."""

    hidden: frozenset[int] = frozenset()
    not_computed: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """The columns of the formulas without a value, by row number."""


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, opened."""

    path: Path
    name: str
    facts: SheetFacts
    merged: frozenset[tuple[int, int]] | None

    def rows(self) -> Iterator[Row]:
        """Every row with its number, as its CSV would have it."""
        with _reading():
            sheet = _workbook(self.path).get_sheet_by_name(self.name)
        before = [""] * sheet.start[1] if sheet.start else []  # empty rows above come along, empty columns do not
        for number, cells in enumerate(sheet.iter_rows(), 1):
            texts = [*before, *map(as_text, cells)]
            for column in self.facts.not_computed.get(number, ()):
                if column < len(texts) and not texts[column]:
                    texts[column] = NOT_COMPUTED
            yield number, texts


def sheet_names(path: Path) -> list[str]:
    """The names of the sheets, those in sight first."""
    book = _workbook(path)
    shown = python_calamine.SheetVisibleEnum.Visible
    return [one.name for one in sorted(book.sheets_metadata, key=lambda one: one.visible != shown)]


def open_sheet(path: Path, kind: str, name: str) -> Sheet:
    """A sheet by name, or the first in sight that holds anything. Refuses one too large to be taken into memory."""
    names = sheet_names(path)
    if name and name not in names:
        raise Refusal("import.no_sheet", _("There is no sheet %(name)s.") % {"name": name}, field="sheet")
    book, opened = _workbook(path), None
    for one in [name] if name else names:
        facts = _facts(path, one) if kind == "xlsx" else SheetFacts(biff.hidden_columns(path, one))
        with _reading():
            found = book.get_sheet_by_name(one)
        if opened is None or found.height:
            ranges = found.merged_cell_ranges
            opened = Sheet(path, one, facts, _covered(ranges) if ranges is not None else None)
        if found.height:
            return opened
    if opened is None:
        raise unreadable(1, _("it has no sheet"))
    return opened


def _workbook(path: Path) -> python_calamine.CalamineWorkbook:
    with _reading():
        return python_calamine.CalamineWorkbook.from_path(str(path))


@contextmanager
def _reading() -> Iterator[None]:
    """Turn what the library says of a file into a refusal; of a damaged one it may give up without an error of its own."""
    try:
        yield
    except python_calamine.CalamineError as error:
        raise unreadable(1, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise unreadable(1, _("it is damaged")) from error


def _covered(ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> frozenset[tuple[int, int]]:
    """Every cell of the first rows that another was drawn over."""
    return frozenset(
        (row, column)
        for (top, left), (bottom, right) in ranges
        for row in range(top, min(bottom, 200) + 1)
        for column in range(left, min(right, MOST_COLUMNS) + 1)
    )


def as_text(cell: Any) -> str:
    """A cell as its CSV would have it. A number longer than a sheet keeps exactly is written with an exponent."""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, float):
        if abs(cell) >= EXACT_NUMBER:
            return f"{cell:.15g}".upper() if "e" in f"{cell:.15g}" else f"{cell:.14E}"
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return moment_text(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()


# The markup of a new sheet

_REF: Final = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_ROW: Final = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d{1,7})"')
_LONG_REF: Final = re.compile(rb'\br="([A-Z]{2,3})\d{1,7}"[^>/]*>')
_CELL: Final = re.compile(rb"<(?:\w+:)?c[ >]")
_HIDDEN: Final = re.compile(rb"<(?:\w+:)?col\b[^>]*?>")
_NOT_COMPUTED: Final = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


def _facts(path: Path, name: str) -> SheetFacts:
    """Read a sheet's markup once, piece by piece, without building anything of it."""
    try:
        with zipfile.ZipFile(path) as archive:
            part = _part_of(archive, name)
            return _read_facts(archive, part) if part else SheetFacts()
    except (zipfile.BadZipFile, KeyError, OSError, expat.ExpatError, ValueError) as error:
        raise unreadable(1, error) from error


def _read_facts(archive: zipfile.ZipFile, part: str) -> SheetFacts:
    hidden: set[int] = set()
    open_formulas: dict[int, set[int]] = {}
    height = width = 0
    tail, in_head = b"", True
    with archive.open(part) as file:
        while block := file.read(BLOCK):
            piece = tail + block
            if in_head:
                hidden |= _hidden_columns(piece)
                in_head = b"<sheetData" not in piece and b":sheetData" not in piece
            height = max([height, *map(int, _ROW.findall(piece))])
            width = max(width, _widest(piece))
            if height * width > MOST_CELLS:
                raise _too_large()
            for attributes in _NOT_COMPUTED.findall(piece):
                if found := _REF.search(attributes):
                    open_formulas.setdefault(int(found[2]), set()).add(_column(found[1]))
            tail = piece[-OVERLAP:]
    return SheetFacts(frozenset(hidden), {row: frozenset(columns) for row, columns in open_formulas.items()})


def _widest(piece: bytes) -> int:
    """At least how many columns a sheet has, by the names of its cells and by how many stand in a row."""
    named = max((_column(ref) for ref in set(_LONG_REF.findall(piece))), default=0)
    counted = max((len(_CELL.findall(row)) for row in re.split(rb"<(?:\w+:)?row\b", piece)), default=0)
    return max(named + 1, counted)


def _hidden_columns(piece: bytes) -> set[int]:
    found: set[int] = set()
    for tag in _HIDDEN.findall(piece):
        words = dict(re.findall(rb'(\w+)="([^"]*)"', tag))
        if words.get(b"hidden") in {b"1", b"true"}:
            first, last = int(words.get(b"min", b"1")), int(words.get(b"max", b"1"))
            found |= set(range(first - 1, min(last, MOST_COLUMNS)))
    return found


def _column(letters: bytes) -> int:
    """A column's place, from 0, by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _too_large() -> Refusal:
    return Refusal(
        "import.too_much_inside",
        _("The sheet is too large: delete the empty rows and columns far below and to the right, or save it as CSV."),
        field="file",
    )


def _part_of(archive: zipfile.ZipFile, name: str) -> str:
    """Where in the archive a sheet of this name lies; empty where the workbook does not say."""
    book = _attributes(archive, "xl/workbook.xml", "sheet")
    wanted = next((one for one in book if one.get("name") == name), {})
    key = next((value for word, value in wanted.items() if word.endswith(":id")), "")
    links = _attributes(archive, "xl/_rels/workbook.xml.rels", "Relationship")
    target = next((one.get("Target", "") for one in links if one.get("Id") == key), "")
    part = posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target))
    return part if target and part in archive.namelist() else ""


def _attributes(archive: zipfile.ZipFile, part: str, element: str) -> list[dict[str, str]]:
    """The attributes of every element of this name in a small part. Document types, which can grow, are refused."""
    found: list[dict[str, str]] = []
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == element:
            found.append(attributes)

    def refuse(*_parts: object) -> None:
        raise ValueError("a document type")

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    with archive.open(part) as file:
        parser.Parse(file.read(MOST_PART), True)
    return found
