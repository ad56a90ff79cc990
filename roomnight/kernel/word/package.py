"""Opening a Word file that somebody sent, without trusting anything in it (AGR-03).

A .docx is a zip file of XML parts. Before any part is read as XML, the zip itself is looked at: how many parts, how large,
how much packed, where they lie. Then every part must be of a kind that a plain document needs, every relationship must
stay inside the file, and every XML part is read without entities. What is not known is refused.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from roomnight.kernel.errors import Refusal
from roomnight.kernel.word.markup import check_content, check_relationships, parse

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_PARTS: Final = 300
MOST_PART_BYTES: Final = 4 * 1024 * 1024
MOST_UNPACKED_BYTES: Final = 16 * 1024 * 1024
MOST_TIMES_PACKED: Final = 120
SMALL_BYTES: Final = 256 * 1024
CONTENT_TYPES: Final = "[Content_Types].xml"
MAIN: Final = "word/document.xml"
_ENCRYPTED: Final = 0x1
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_WORD: Final = _OFFICE + "wordprocessingml."
_MAIN_TYPE: Final = f"{_WORD}document.main+xml"
_RELATIONSHIPS: Final = "application/vnd.openxmlformats-package.relationships+xml"
_PLAIN_XML: Final = "application/xml"
_WORD_PARTS: Final = (
    "document.main", "document.glossary", "styles", "settings", "webSettings", "fontTable", "numbering", "footnotes",
    "endnotes", "header", "footer", "comments", "commentsExtended", "commentsIds", "commentsExtensible", "people",
)  # fmt: skip
_XML_TYPES: Final = frozenset(
    {
        *(f"{_WORD}{part}+xml" for part in _WORD_PARTS),
        *(f"{_OFFICE}{part}+xml" for part in ("theme", "extended-properties", "custom-properties", "customXmlProperties")),
        "application/vnd.ms-word.stylesWithEffects+xml",
        "application/vnd.ms-office.classificationlabels+xml",
        "application/vnd.openxmlformats-package.core-properties+xml",
        _RELATIONSHIPS,
        _PLAIN_XML,
    }
)  # fmt: skip
_PICTURES: Final = {
    "image/png": (b"\x89PNG\r\n\x1a\n",), "image/jpeg": (b"\xff\xd8\xff",), "image/jpg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
}  # fmt: skip
_MACROS: Final = ("vba", "macroenabled", "activex", "customui", "keymapcustomizations", "attachedtoolbars")
_EMBEDDED: Final = ("oleobject", "embeddings", "/package", "spreadsheetml", "presentationml", "afchunk")


@dataclass(frozen=True)
class Package:
    """The parts of a Word file that was found harmless: name to bytes in the order of the file, and their content types."""

    parts: Mapping[str, bytes]
    types: Mapping[str, str]

    def named(self, *kinds: str) -> list[str]:
        """The names of the parts of these kinds, such as `header`."""
        wanted = {f"{_WORD}{kind}+xml" for kind in kinds}
        return [name for name, kind in self.types.items() if kind in wanted]


def refusal(code: str, message: str) -> Refusal:
    return Refusal(f"word.{code}", message, field="file")


def open_package(data: bytes) -> Package:
    """The parts of a .docx, after everything that could do harm was refused, with the field `file`.

    Codes: word.empty, too_large, not_docx, damaged, locked, bomb, parts, name, macros, embedded, part, picture, outside,
    dtd, encoding, markup, field.
    """
    parts = _unpack(data)
    types = _content_types(parts)
    for name, content in parts.items():
        kind = types[name]
        if kind == "":
            continue
        if kind in _PICTURES:
            if not content.startswith(_PICTURES[kind]):
                raise refusal("picture", _("The picture %(name)s is not what it says it is.") % {"name": name})
        elif kind == _RELATIONSHIPS:
            check_relationships(name, parse(name, content), frozenset(parts))
        else:
            root = parse(name, content)
            if not name.startswith("customXml/"):
                check_content(name, root)
    return Package(parts, types)


def pack(package: Package, changed: Mapping[str, bytes]) -> bytes:
    """The file again, with some parts changed. The same parts give the same bytes."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        names = [CONTENT_TYPES, *(name for name in package.parts if name != CONTENT_TYPES)]
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), changed.get(name, package.parts[name]), zipfile.ZIP_DEFLATED)
    return kept.getvalue()


# ---- the zip


def _unpack(data: bytes) -> dict[str, bytes]:
    if not data:
        raise refusal("empty", _("The file is empty."))
    if len(data) > MOST_BYTES:
        raise refusal("too_large", _("The file is larger than %(limit)s.") % {"limit": filesizeformat(MOST_BYTES)})
    if not data.startswith(b"PK\x03\x04"):
        raise refusal("not_docx", _("This is no Word document: save it in Word as .docx first."))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            _check_list(infos)
            return _read(archive, [info for info in infos if not info.is_dir()])
    except (
        zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError,
    ):  # fmt: skip
        raise refusal("damaged", _("The file is damaged: open it in Word and save it again.")) from None


def _check_list(infos: list[zipfile.ZipInfo]) -> None:
    """What the zip file says of itself, before a byte is unpacked."""
    if len(infos) > MOST_PARTS:
        raise refusal("parts", _("The file has more parts than any agreement needs."))
    seen: set[str] = set()
    for info in infos:
        name = info.filename
        odd = name.startswith("/") or "\\" in name or "\0" in info.orig_filename or ":" in name
        if odd or ".." in PurePosixPath(name).parts or name.casefold() in seen or not name.isprintable():
            raise refusal("name", _("A part of the file has a name that Word does not give."))
        seen.add(name.casefold())
        if info.flag_bits & _ENCRYPTED:
            raise refusal("locked", _("The file is locked by a password: save it without one first."))
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refusal("damaged", _("The file is damaged: open it in Word and save it again."))
        if info.file_size > MOST_PART_BYTES or (
            info.file_size > SMALL_BYTES and info.file_size > MOST_TIMES_PACKED * max(info.compress_size, 1)
        ):
            raise _bomb()
    if sum(info.file_size for info in infos) > MOST_UNPACKED_BYTES:
        raise _bomb()
    end = 0
    for info in sorted(infos, key=lambda one: one.header_offset):
        if info.header_offset < end:
            raise _bomb()
        end = info.header_offset + info.compress_size


def _read(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """Every part; what says it is small and is not ends here, after one byte too many."""
    parts, left = {}, MOST_UNPACKED_BYTES
    for info in infos:
        with archive.open(info) as stream:
            content = stream.read(min(MOST_PART_BYTES, left) + 1)
        left -= len(content)
        if len(content) > MOST_PART_BYTES or left < 0:
            raise _bomb()
        parts[info.filename] = content
    return parts


def _bomb() -> Refusal:
    return refusal("bomb", _("The file unpacks to far more than an agreement can be: it is not opened."))


# ---- what the parts are


def _content_types(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The content type of every part, "" for the list itself. All must be of a plain document."""
    if CONTENT_TYPES not in parts or MAIN not in parts:
        raise refusal("not_docx", _("This is no Word document: save it in Word as .docx first."))
    by_ending: dict[str, str] = {}
    by_name: dict[str, str] = {}
    for one in parse(CONTENT_TYPES, parts[CONTENT_TYPES]):
        kind = str(one.get("ContentType", "")).strip()
        by_ending[str(one.get("Extension", "")).lower()] = kind
        by_name[str(one.get("PartName", "")).casefold()] = kind
    found = {name: by_name.get(f"/{name}".casefold(), by_ending.get(_ending(name), "?")) for name in parts}
    found[CONTENT_TYPES] = ""
    for name, kind in found.items():
        _check_kind(name, kind)
    if found[MAIN] != _MAIN_TYPE:
        raise refusal("not_docx", _("This is no Word document: save it in Word as .docx first."))
    return found


def _check_kind(name: str, kind: str) -> None:
    said = f"{name} {kind}".lower()
    if any(word in said for word in _MACROS):
        raise refusal("macros", _("The file contains macros or other program code: save it as .docx without macros."))
    if any(word in said for word in _EMBEDDED):
        raise refusal("embedded", _("The file contains another file or object (%(name)s): remove it.") % {"name": name})
    if kind in ("", *_PICTURES) or (kind in _XML_TYPES and (kind != _PLAIN_XML or name.startswith("customXml/"))):
        return
    if kind.startswith("image/"):
        raise refusal(
            "picture", _("The picture %(name)s is of a kind that is not taken: use PNG or JPEG.") % {"name": name}
        )
    raise refusal("part", _("The file contains something that an agreement does not need: %(name)s.") % {"name": name})


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.removeprefix(".").lower() or PurePosixPath(name).name.removeprefix(".").lower()


def root_of(package: Package, name: str) -> Any:
    """A part as a tree."""
    return parse(name, package.parts[name])
