"""What a file is, told by its content; and how much it unpacks to, before anything unpacks it (SEC-05, PMS-05)."""

from __future__ import annotations

import codecs
import hashlib
import mmap
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from django.utils.translation import gettext as _

from roomnight.kernel.errors import Refusal
from roomnight.kernel.tables import biff

BLOCK: Final = 1 << 20
KINDS: Final = {".csv": "text", ".txt": "text", ".tsv": "text", ".xlsx": "xlsx", ".xls": "xls"}
HOLDS: Final = {
    "text": frozenset({"text"}),
    "xlsx": frozenset({"xlsx"}),
    # What programs save under the old name: the old format, web pages, Excel's XML, tables of tabs, and the new format.
    "xls": frozenset({"xls", "html", "xml", "text", "xlsx"}),
}
OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
ENCODINGS: Final = ("utf-8-sig", "gb18030")
UTF_16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
MOST_UNPACKED: Final = 768 << 20
MOST_MARKUP: Final = 64 << 20
_MARKUP: Final = re.compile(r"\s*<(?:!doctype html|html|head|meta|style|body|div|table|!--)", re.IGNORECASE)
_XML: Final = re.compile(r"\s*<(?:\?xml|workbook|\?mso-application)", re.IGNORECASE)
_STORED, _DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED


@dataclass(frozen=True)
class Survey:
    """What one pass over the bytes tells."""

    sha256: str
    size_bytes: int
    kind: str
    """text, xlsx, xls, html, xml, or binary."""
    encoding: str


def survey(path: Path, name: str) -> Survey:
    """Look at a file before anything is done with it. Refuses what is empty, not what its name says, or unpacks to too much."""
    named = KINDS.get(Path(name).suffix.lower())
    if named is None:
        raise Refusal("import.kind", _("Give a CSV or an Excel file (.csv, .xlsx, .xls)."), field="file")
    if not path.is_file():
        raise Refusal("import.gone", _("The file is not kept any more; give it again."), field="file")
    found = _survey(path)
    if not found.size_bytes:
        raise Refusal("import.empty", _("The file is empty."), field="file")
    if found.kind == "xls" and (_is_locked(path) or biff.is_locked(path)):
        raise Refusal(
            "import.locked",
            _("%(name)s is locked by a password: save it without one first.") % {"name": name},
            field="file",
        )
    if found.kind not in HOLDS[named]:
        raise Refusal(
            "import.not_what_it_says",
            _("%(name)s is not what its name says: the content is no %(kind)s.")
            % {"name": name, "kind": "CSV" if named == "text" else "Excel"},
            field="file",
        )
    if found.kind == "xlsx":
        refuse_bomb(path)
    elif found.kind in {"html", "xml"} and found.size_bytes > MOST_MARKUP:
        raise _too_much(MOST_MARKUP)
    return found


def _survey(path: Path) -> Survey:
    """One pass over the bytes: digest, size, the beginning, and the encodings the whole of it can be read with."""
    digest, size, start = hashlib.sha256(), 0, b""
    decoders = {name: codecs.getincrementaldecoder(name)() for name in ENCODINGS}
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            if not size:
                start = block[:4096]
                if start.startswith(UTF_16_MARKS):
                    decoders = {"utf-16": codecs.getincrementaldecoder("utf-16")()}
            size += len(block)
            if b"\0" in block and "utf-16" not in decoders:
                decoders.clear()
            _try_all(decoders, block, final=False)
    _try_all(decoders, b"", final=True)
    encoding = next(iter(decoders), "")
    return Survey(digest.hexdigest(), size, _kind_of(start, encoding), encoding)


def _try_all(decoders: dict[str, codecs.IncrementalDecoder], block: bytes, *, final: bool) -> None:
    for name, decoder in list(decoders.items()):
        try:
            decoder.decode(block, final)
        except UnicodeDecodeError:
            del decoders[name]


def _kind_of(start: bytes, encoding: str) -> str:
    if start.startswith(ZIP):
        return "xlsx"
    if start.startswith(OLE):
        return "xls"
    if not encoding or start.startswith((b"%PDF", b"{\\rtf")):
        return "binary"
    text = start.decode(encoding, "replace")
    if _MARKUP.match(text):
        return "html"
    if _XML.match(text):
        return "xml" if "spreadsheet" in text else "html" if "<html" in text.lower() else "binary"
    return "text"


def _is_locked(path: Path) -> bool:
    """Whether an old container holds nothing but an encrypted new workbook."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find("EncryptedPackage".encode("utf-16-le")) >= 0


# Archives that unpack to more than they say


def refuse_bomb(path: Path) -> None:
    """Unpack every part of a zip file without keeping it, and refuse one that comes to more than a workbook may.

    What its directory says is not believed: a part is unpacked to its own end.
    """
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            room = MOST_UNPACKED
            for part in archive.infolist():
                room -= _unpacked(file, part, room)
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError) as error:
        raise unreadable(1, error) from error


def _unpacked(file: IO[bytes], part: zipfile.ZipInfo, room: int) -> int:
    """How many bytes a part unpacks to; refused as soon as they are more than `room`."""
    file.seek(part.header_offset)
    header = file.read(30)
    name, extra = struct.unpack_from("<HH", header, 26)
    file.seek(name + extra, 1)
    if part.compress_type not in {_STORED, _DEFLATED}:
        raise zipfile.BadZipFile(f"compression {part.compress_type}")
    if part.compress_type == _STORED:
        if max(part.compress_size, part.file_size) > room:
            raise _too_much(MOST_UNPACKED)
        return part.compress_size
    total = 0
    for block in _inflated(file):
        total += block
        if total > room:
            raise _too_much(MOST_UNPACKED)
    return total


def _inflated(file: IO[bytes]) -> Iterator[int]:
    """The lengths of the pieces that a deflated stream, begun here, unpacks to, up to its own end."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    while not stream.eof:
        packed = stream.unconsumed_tail or file.read(BLOCK)
        if not packed:
            return
        yield len(stream.decompress(packed, BLOCK))


def _too_much(limit: int) -> Refusal:
    return Refusal(
        "import.too_much_inside",
        _("Unpacked, the file is larger than %(limit)s MB: save only the sheet that is needed, or as CSV.")
        % {"limit": limit >> 20},
        field="file",
    )


def unreadable(number: int, error: Exception | str) -> Refusal:
    """The refusal of a file that breaks off being a table."""
    return Refusal(
        "import.unreadable",
        _("The file cannot be read as a table from row %(number)s on: %(why)s.") % {"number": number, "why": error},
        field="file",
    )
