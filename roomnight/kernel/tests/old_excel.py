"""Old Excel files (.xls, BIFF8) for the tests, written byte by byte: the records that a file of a PMS or an office has."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

Cell = str | int | float | date | None
SECTOR, END, FREE, OF_THE_TABLE = 512, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
GENERAL, DAY = 0, 1


@dataclass
class Page:
    """One sheet: its rows, cells drawn together as (top, left, bottom, right), and the columns that are hidden."""

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[tuple[int, int, int, int]] = ()
    hidden: Sequence[int] = ()
    is_hidden: bool = False


@dataclass
class _Texts:
    """The table of texts that all sheets share."""

    known: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        return self.known.setdefault(text, len(self.known))


def old_excel(*pages: Page, password: bool = False) -> bytes:
    """The bytes of a workbook with these sheets."""
    texts = _Texts()
    sheets = [_sheet(one, texts) for one in pages]
    head = _record(0x809, struct.pack("<HHHHII", 0x600, 0x05, 0x0DBB, 0x07CC, 0x41, 0x06))
    if password:
        head += _record(0x2F, bytes(6))
    head += _record(0x42, struct.pack("<H", 0x04B0)) + _record(0x22, struct.pack("<H", 0))
    head += _record(0x41E, struct.pack("<H", 164) + _text('yyyy"年"m"月"d"日"', 2))
    for number in (0, 14, 164):  # general, the usual day, a day in Chinese
        head += _record(0xE0, struct.pack("<HHH", 0, number, 0) + bytes(14))
    tail = _sst(texts) + _record(0x0A, b"")
    names = [_text(one.name, 1) for one in pages]
    offset = len(head) + len(tail) + sum(4 + 6 + len(name) for name in names)
    bounds = b""
    for one, name, sheet in zip(pages, names, sheets, strict=True):
        bounds += _record(0x85, struct.pack("<IBB", offset, int(one.is_hidden), 0) + name)
        offset += len(sheet)
    return _compound(head + bounds + tail + b"".join(sheets))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _text(text: str, length_bytes: int) -> bytes:
    wide = not text.isascii()
    head = struct.pack("<HB" if length_bytes == 2 else "<BB", len(text), int(wide))
    return head + text.encode("utf-16-le" if wide else "latin-1")


def _sst(texts: _Texts) -> bytes:
    body = struct.pack("<II", len(texts.known), len(texts.known)) + b"".join(_text(one, 2) for one in texts.known)
    assert len(body) < 8224, "a longer table would need a second record"
    return _record(0xFC, body)


def _sheet(page: Page, texts: _Texts) -> bytes:
    width = max((len(row) for row in page.rows), default=0)
    found = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0x0DBB, 0x07CC, 0x41, 0x06))
    for column in page.hidden:
        found += _record(0x7D, struct.pack("<6H", column, column, 0, GENERAL, 1, 0))
    found += _record(0x200, struct.pack("<IIHHH", 0, len(page.rows), 0, width, 0))
    for number, row in enumerate(page.rows):
        for column, cell in enumerate(row):
            found += _cell(number, column, cell, texts)
    if page.merged:
        boxes = b"".join(struct.pack("<4H", top, bottom, left, right) for top, left, bottom, right in page.merged)
        found += _record(0xE5, struct.pack("<H", len(page.merged)) + boxes)
    return found + _record(0x0A, b"")


def _cell(row: int, column: int, cell: Cell, texts: _Texts) -> bytes:
    if cell is None or cell == "":
        return b""
    if isinstance(cell, str):
        return _record(0xFD, struct.pack("<HHHI", row, column, GENERAL, texts.number(cell)))
    if isinstance(cell, date):
        serial = (cell - date(1899, 12, 30)).days
        return _record(0x203, struct.pack("<HHHd", row, column, DAY + column % 2, serial))
    return _record(0x203, struct.pack("<HHHd", row, column, GENERAL, cell))


def _compound(stream: bytes) -> bytes:
    """A compound file with this one stream: a sector table, a directory, and the stream."""
    length = max(len(stream), 4096)
    count = -(-length // SECTOR)
    assert count <= 126, "a longer file would need a second table"
    table = [OF_THE_TABLE, END, *range(3, count + 2), END, *[FREE] * (126 - count)]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<8I", 1, 1, 0, 4096, END, 0, END, 0) + struct.pack("<109I", 0, *[FREE] * 108)
    directory = _entry("Root Entry", 5, END, 0, 1) + _entry("Workbook", 2, 2, length, FREE) + bytes(256)
    return header + struct.pack("<128I", *table) + directory + stream.ljust(count * SECTOR, b"\0")


def _entry(name: str, kind: int, start: int, size: int, child: int) -> bytes:
    text = name.encode("utf-16-le")
    found = text.ljust(64, b"\0") + struct.pack("<HBB3I", len(text) + 2, kind, 1, FREE, FREE, child)
    return found + bytes(36) + struct.pack("<III", start, size, 0)
