"""Taking in a file from somebody's computer, and keeping it where no web server looks (SEC-05).

What a file is, its content says; a name that says otherwise is refused. Files are kept under their SHA-256, so the same
file twice is kept once, and nothing that a person typed becomes a path.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import struct
import tempfile
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

import filetype
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from roomnight.kernel.errors import Refusal
from roomnight.kernel.text import clean

# What is understood, by the ending of its name, and what it is called when it is sent.
MEDIA_TYPES: Final = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "heic": "image/heic",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "csv": "text/csv",
    "txt": "text/plain",
    "ics": "text/calendar",
    "vcf": "text/vcard",
}
PHOTOS: Final = frozenset({"jpg", "png", "webp", "heic"})
DOCUMENTS: Final = PHOTOS | {"pdf", "docx", "xlsx", "pptx", "doc", "xls", "ppt", "csv", "txt"}
_SAME: Final = {"jpeg": "jpg", "jpe": "jpg", "heif": "heic", "apng": "png", "text": "txt"}
_TEXTS: Final = {"csv": b"", "txt": b"", "ics": b"BEGIN:VCALENDAR", "vcf": b"BEGIN:VCARD"}
_MAIN_PARTS: Final = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_MAIN_STREAMS: Final = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls", "PowerPoint Document": "ppt"}
_LOCKED: Final = "EncryptedPackage"
_NO_TEXT: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MARKUP: Final = re.compile(rb"\s*(?:<[!?/a-z]|%PDF-|%!PS|\{\\rtf)", re.IGNORECASE)
_BLOCK: Final = 1 << 20
_LONGEST_NAME: Final = 180  # bytes; a disk takes 255
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Inspected:
    """A file that is what its name says. `name` is safe to show, to send and to save; `kind` is a key of MEDIA_TYPES."""

    name: str
    kind: str
    media_type: str
    size_bytes: int
    sha256: str


def inspect(name: str, file: IO[bytes], *, allowed: Collection[str], max_bytes: int) -> Inspected:
    """Look at a file before anything is done with it; it is left at its beginning.

    allowed: keys of MEDIA_TYPES. Refuses, with the field `file`, what is empty, larger than max_bytes, of another kind
    (`file.kind`), locked by a password, or not what its name says (`file.not_what_it_says`).
    """
    shown = safe_name(name)
    kind = _named_kind(shown)
    if kind not in allowed or kind not in MEDIA_TYPES:
        known = ", ".join(sorted(allowed))
        raise _refusal(
            "kind", _("%(name)s cannot be kept here: allowed are %(kinds)s.") % {"name": shown, "kinds": known}
        )
    digest, size = hashlib.sha256(), 0
    for block in _blocks(file):
        size += len(block)
        if size > max_bytes:
            raise _refusal(
                "too_large",
                _("%(name)s is larger than %(limit)s.") % {"name": shown, "limit": filesizeformat(max_bytes)},
            )
        digest.update(block)
    if not size:
        raise _refusal("empty", _("%(name)s is empty.") % {"name": shown})
    found = kind if kind in _TEXTS and _is_text(file, _TEXTS[kind]) else _found_kind(file)
    file.seek(0)
    if found == _LOCKED and kind in {"docx", "xlsx", "pptx"}:
        raise _refusal("locked", _("%(name)s is locked by a password: save it without one first.") % {"name": shown})
    if found != kind:
        text = _("%(name)s is not what its name says: its content is no %(kind)s.")
        raise _refusal("not_what_it_says", text % {"name": shown, "kind": kind.upper()})
    return Inspected(shown, kind, MEDIA_TYPES[kind], size, digest.hexdigest())


def safe_name(name: str) -> str:
    """The last part of a name as any system can keep it: no folders, no signs with a meaning, not too long."""
    last = PurePosixPath(clean(name).replace("\\", "/")).name
    plain = re.sub(r'[<>:"|?*]', "_", last).strip(". ")
    if _RESERVED.match(plain):
        plain = f"_{plain}"
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        stem, ending = plain, ""
    while len(f"{stem}{dot}{ending}".encode()) > _LONGEST_NAME and stem:
        stem = stem[:-1]
    return f"{stem}{dot}{ending}" if stem else f"file{dot}{ending[:20]}"


# What a file really is


def _named_kind(name: str) -> str:
    ending = PurePosixPath(name).suffix.removeprefix(".").lower()
    return _SAME.get(ending, ending)


def _found_kind(file: IO[bytes]) -> str:
    """The kind that the content shows, "" for none that we know."""
    file.seek(0)
    head = file.read(8192)
    if head.startswith(b"PK\x03\x04"):
        return _office_kind(file)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        streams = set(_ole_streams(file))
        found = _LOCKED if _LOCKED in streams else None
        return found or next((kind for stream, kind in _MAIN_STREAMS.items() if stream in streams), "")
    kind = filetype.guess_extension(head) or ""
    return _SAME.get(kind, kind)


def _office_kind(file: IO[bytes]) -> str:
    """Which office document a zip file is. One with macros is none: its name would have to say so."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return ""
    if "[Content_Types].xml" not in parts or any(part.lower().endswith("vbaproject.bin") for part in parts):
        return "zip"
    return next((kind for part, kind in _MAIN_PARTS.items() if part in parts), "zip")


def _ole_streams(file: IO[bytes]) -> Iterator[str]:
    """The names in the directory of an old office file (MS-CFB 2.6); as many as can be read of a broken one."""
    file.seek(0)
    header = file.read(512)
    if len(header) < 512 or header[30:32] not in {b"\x09\0", b"\x0c\0"}:
        return
    size = 1 << header[30]
    tables = struct.unpack_from("<109I", header, 76)
    at = struct.unpack_from("<I", header, 48)[0]
    in_table = size // 4
    for _turn in range(256):
        sector = _sector(file, at, size)
        for start in range(0, len(sector) - 127, 128):
            length = struct.unpack_from("<H", sector, start + 64)[0]
            yield sector[start : start + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
        if len(sector) < size or at // in_table >= len(tables):
            return
        table = _sector(file, tables[at // in_table], size)
        if len(table) < size:
            return
        at = struct.unpack_from("<I", table, at % in_table * 4)[0]


def _sector(file: IO[bytes], number: int, size: int) -> bytes:
    file.seek((number + 1) * size)
    return file.read(size)


def _is_text(file: IO[bytes], beginning: bytes) -> bool:
    """Whether all of it is text, in UTF-8 or GB 18030, that begins so and is no markup or program for a printer."""
    decoders = [codecs.getincrementaldecoder(name)() for name in ("utf-8-sig", "gb18030")]
    for number, block in enumerate(_blocks(file)):
        bare = block.removeprefix(codecs.BOM_UTF8) if not number else block
        if not number and (_MARKUP.match(bare) or not bare.upper().startswith(beginning)):
            return False
        if _NO_TEXT.search(block):
            return False
        decoders = [decoder for decoder in decoders if _decodes(decoder, block)]
    return any(_decodes(decoder, b"", final=True) for decoder in decoders)


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while block := file.read(_BLOCK):
        yield block


def _refusal(code: str, message: str) -> Refusal:
    return Refusal(f"file.{code}", message, field="file")


# Where it is kept


def stored_path(folder: Path, sha256: str) -> Path:
    """Where the file with this digest is kept, or would be. ValueError for what is no SHA-256 in small hexadecimal."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError("not a SHA-256")
    return folder / sha256[:2] / sha256[2:4] / sha256


def store(folder: Path, file: IO[bytes], sha256: str) -> Path:
    """Keep a file under its digest; one that is there already is not written again. On the disk when this returns.

    ValueError where the content has another digest. Either the whole file is there afterwards or nothing is.
    """
    target = stored_path(folder, sha256)
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    descriptor, name = tempfile.mkstemp(prefix=".new-", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as copy:
            for block in _blocks(file):
                digest.update(block)
                copy.write(block)
            copy.flush()
            os.fsync(copy.fileno())
        if digest.hexdigest() != sha256:
            raise ValueError("the file is not the one that was looked at")
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return target
