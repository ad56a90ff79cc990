"""Lists that leave the building as Excel or CSV files: typed cells, readable columns, and nothing that runs (SEC-05, ACC-08)."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import chain
from typing import IO, TypeAlias

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

# Any other object, such as a translated label, is exported as the text that str() gives.
Cell: TypeAlias = object

MOST_ROWS = 1_048_575  # what a sheet of Excel holds below its heading
LONGEST_TEXT = 32_767  # signs of a cell
EXACT_DIGITS = 15  # a number of more digits is written as text: Excel would round it
NARROWEST, WIDEST = 8, 48  # columns, in digits

_MONEY, _MOMENT, _DAY, _CLOCK = "#,##0.00", "yyyy-mm-dd hh:mm", "yyyy-mm-dd", "hh:mm"
_RUNS = frozenset("=+-@＝＋－＠")
_BREAKS = frozenset("\t\r\n")
_UNSEEN = " \u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u3000\ufeff"


def neutralise(cell: Cell) -> Cell:
    """The cell with an apostrophe before it if a spreadsheet might take the text for a formula; numbers stay numbers.

    That is text which begins with = + - @, full-width or not, blanks before it or not, or with a tab or a line break.
    """
    return f"'{cell}" if isinstance(cell, str) and _dangerous(cell.lstrip("'")) else cell


def restore(text: str) -> str:
    """What `neutralise` was given, when a list that we exported is read in again."""
    return text[1:] if text.startswith("'") and _dangerous(text.lstrip("'")) else text


def to_xlsx(
    title: str, columns: Sequence[object], rows: Iterable[Sequence[Cell]], *, tz: tzinfo | None = None
) -> bytes:
    """An Excel file of one sheet; see `write_xlsx`."""
    target = BytesIO()
    write_xlsx(target, title, columns, rows, tz=tz)
    return target.getvalue()


def write_xlsx(
    target: IO[bytes],
    title: str,
    columns: Sequence[object],
    rows: Iterable[Sequence[Cell]],
    *,
    tz: tzinfo | None = None,
) -> None:
    """Write one sheet, row by row: a heading that stays in sight and filters, money with two places, real dates.

    tz: the hotel's, in which moments are written; without one they must not have a zone. ValueError for more rows than
    a sheet holds: nothing is left out in silence.
    """
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        _fill(book, title, columns, rows, tz)


def _fill(
    book: xlsxwriter.Workbook,
    title: str,
    columns: Sequence[object],
    rows: Iterable[Sequence[Cell]],
    tz: tzinfo | None,
) -> None:
    sheet = book.add_worksheet(_sheet_name(title))
    heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    formats = {pattern: book.add_format({"num_format": pattern}) for pattern in (_MONEY, _MOMENT, _DAY, _CLOCK)}
    widths = [max(NARROWEST, min(_width(str(label)), WIDEST)) for label in columns]
    for at, label in enumerate(columns):
        sheet.write_string(0, at, str(neutralise(str(label))), heading)
    line = 0
    for line, row in enumerate(rows, start=1):
        if line > MOST_ROWS:
            raise ValueError(f"more than the {MOST_ROWS} rows that a sheet holds")
        for at, cell in enumerate(row):
            kept = _for_excel(cell, tz)
            _write(sheet, line, at, kept, formats)
            if isinstance(kept, str):
                widths[at] = max(widths[at], min(_width(kept), WIDEST))
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width + 2)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(line, 1), len(columns) - 1)


def _write(sheet: Worksheet, line: int, at: int, kept: object, formats: dict[str, Format]) -> None:
    """One cell by its type, never by what its text looks like."""
    match kept:
        case "":
            pass
        case str():
            sheet.write_string(line, at, kept)
        case bool():
            sheet.write_boolean(line, at, kept)
        case int():
            sheet.write_number(line, at, kept)
        case Decimal():
            sheet.write_number(line, at, kept, formats[_MONEY])
        case datetime():
            sheet.write_datetime(line, at, kept, formats[_MOMENT])
        case date():
            sheet.write_datetime(line, at, kept, formats[_DAY])
        case time():
            sheet.write_datetime(line, at, kept, formats[_CLOCK])


def to_csv(columns: Sequence[object], rows: Iterable[Sequence[Cell]], *, tz: tzinfo | None = None) -> bytes:
    """A CSV file that Excel opens in Chinese: UTF-8 with its mark, lines ended as on Windows; see `csv_lines`."""
    return b"".join(csv_lines(columns, rows, tz=tz))


def csv_lines(
    columns: Sequence[object], rows: Iterable[Sequence[Cell]], *, tz: tzinfo | None = None
) -> Iterator[bytes]:
    """The same line by line, for a response that begins before the last row is read. Text is quoted, numbers are not."""
    buffer = StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC)
    yield "\ufeff".encode()
    for row in chain([columns], rows):
        writer.writerow([_for_csv(cell, tz) for cell in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def _for_excel(cell: Cell, tz: tzinfo | None) -> str | int | Decimal | date | time:
    """The cell as one of the types that Excel knows; text where a number or a date would not survive."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        cell = _local(cell, tz)
    if isinstance(cell, date):
        return cell if cell.year >= 1900 else cell.isoformat()
    if isinstance(cell, int | Decimal | time):
        exact = isinstance(cell, time | bool) or len(Decimal(cell).as_tuple().digits) <= EXACT_DIGITS
        return cell if exact else format(cell, "f" if isinstance(cell, Decimal) else "d")
    text = str(neutralise(_printable(str(cell))))
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def _for_csv(cell: Cell, tz: tzinfo | None) -> str | int | Decimal:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, datetime):
        return f"{_local(cell, tz):%Y-%m-%d %H:%M}"
    if isinstance(cell, Decimal):
        return _Plain(cell)
    if isinstance(cell, int):
        return cell
    return str(neutralise(_printable(str(cell))))


class _Plain(Decimal):
    """A number that is written without an exponent, whatever its size."""

    def __str__(self) -> str:
        return format(self, "f")


def _local(moment: datetime, tz: tzinfo | None) -> datetime:
    if moment.tzinfo is None:
        return moment
    if tz is None:
        raise ValueError("a moment needs the time zone it is written in")
    return moment.astimezone(tz).replace(tzinfo=None)


def _dangerous(text: str) -> bool:
    return text[:1] in _BREAKS or text.lstrip(_UNSEEN)[:1] in _RUNS


def _printable(text: str) -> str:
    """Without the control characters that no file may hold; line breaks stay."""
    if text.isprintable():
        return text
    return "".join(char for char in text if char in _BREAKS or unicodedata.category(char) not in {"Cc", "Cs"})


def _width(text: str) -> int:
    """How wide the longest line is, in digits; a Chinese character is two."""
    return max(
        (sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in line) for line in text.splitlines()),
        default=0,
    )


def _sheet_name(title: str) -> str:
    """The title without what Excel forbids in the name of a sheet, at most 31 signs."""
    allowed = "".join(" " if char in "[]:*?/\\" else char for char in _printable(title))
    return " ".join(allowed.split())[:31].strip("' ") or "1"
