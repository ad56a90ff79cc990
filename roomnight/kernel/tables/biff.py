"""What an old Excel file (BIFF8 in a compound file) says beside its values: hidden columns, and whether a password locks it.

Only the few records that are asked for are looked at; the values are read elsewhere. A file that is not as it should be
says nothing here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STREAMS: Final = ("Workbook", "Book")
BOUNDSHEET, BOF, EOF, COLINFO, DIMENSIONS, FILEPASS = 0x85, 0x809, 0x0A, 0x7D, 0x200, 0x2F
MOST_SECTORS_OF_A_LIST: Final = 109
LAST_SECTOR: Final = 0xFFFFFFFA  # from here on the numbers are signs, not sectors
HIDDEN: Final = 1
BROKEN: Final = (struct.error, LookupError, ValueError)
SIZES: Final = {9: 512, 12: 4096}
SMALL_SIZE: Final = 64
MOST_COLUMNS: Final = 256


def hidden_columns(path: Path, sheet: str) -> frozenset[int]:
    """The columns, from 0, that a sheet of this name hides."""
    try:
        book = _workbook(path.read_bytes())
        return frozenset(_hidden(book, _sheets(book).get(sheet)))
    except BROKEN:
        return frozenset()


def is_locked(path: Path) -> bool:
    """Whether its records are scrambled with a password."""
    try:
        for kind, _data in _records(_workbook(path.read_bytes()), 0):
            if kind in {FILEPASS, BOUNDSHEET, EOF}:
                return kind == FILEPASS
    except BROKEN:
        return False
    return False


def _sheets(book: bytes) -> dict[str, int]:
    """Where each sheet begins, by its name."""
    found = {}
    for kind, data in _records(book, 0):
        if kind == EOF:
            break
        if kind == BOUNDSHEET:
            offset, _state, _kind, length, wide = struct.unpack_from("<IBBBB", data)
            name = data[8 : 8 + length * (2 if wide & 1 else 1)]
            found[name.decode("utf-16-le" if wide & 1 else "latin-1")] = offset
    return found


def _hidden(book: bytes, start: int | None) -> Iterator[int]:
    if start is None:
        return
    for kind, data in _records(book, start):
        if kind in {DIMENSIONS, EOF}:
            return
        if kind == COLINFO:
            first, last, _width, _format, flags = struct.unpack_from("<5H", data)
            if flags & HIDDEN:
                yield from range(first, min(last, MOST_COLUMNS - 1) + 1)


def _records(book: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    at = start
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        yield kind, book[at + 4 : at + 4 + length]
        at += 4 + length


# The compound file: sectors in chains, as on a disk


def _workbook(content: bytes) -> bytes:
    """The stream that holds the workbook; ValueError where there is none."""
    if not content.startswith(OLE):
        raise ValueError("no compound file")
    size = SIZES[content[0x1E]]
    tables, directory, _signature, cutoff, small_table, _count, more, _more_count = struct.unpack_from(
        "<8I", content, 0x2C
    )
    sector = [content[at : at + size] for at in range(512, len(content), size)]
    listed = list(struct.unpack_from(f"<{MOST_SECTORS_OF_A_LIST}I", content, 0x4C))
    while more < LAST_SECTOR and len(listed) < min(tables, len(sector)):
        *some, more = struct.unpack(f"<{size // 4}I", sector[more])
        listed += some
    table = [number for one in listed[:tables] for number in struct.unpack(f"<{size // 4}I", sector[one])]
    entries = b"".join(_chain(sector, table, directory))
    streams = {name: (start, length) for name, start, length in _entries(entries)}
    start, length = streams[STREAMS[0] if STREAMS[0] in streams else STREAMS[1]]
    if length >= cutoff:
        return b"".join(_chain(sector, table, start))[:length]
    root, root_length = streams["Root Entry"]
    mini = b"".join(_chain(sector, table, root))[:root_length]
    pieces = [mini[at : at + SMALL_SIZE] for at in range(0, len(mini), SMALL_SIZE)]
    short = b"".join(_chain(sector, table, small_table))
    return b"".join(_chain(pieces, struct.unpack(f"<{len(short) // 4}I", short), start))[:length]


def _entries(directory: bytes) -> Iterator[tuple[str, int, int]]:
    for at in range(0, len(directory) - 127, 128):
        (length,) = struct.unpack_from("<H", directory, at + 64)
        start, size = struct.unpack_from("<II", directory, at + 116)
        yield directory[at : at + max(0, length - 2)].decode("utf-16-le"), start, size


def _chain(sectors: Sequence[bytes], table: Sequence[int], start: int) -> Iterator[bytes]:
    """The sectors of a chain; one that goes round in a circle ends after as many as there are."""
    at, passed = start, 0
    while at < LAST_SECTOR and passed <= len(sectors):
        yield sectors[at]
        at, passed = table[at], passed + 1
