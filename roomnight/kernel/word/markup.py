"""What may stand in the XML of a Word file that somebody sent, and what not (AGR-03)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _
from lxml import etree

from roomnight.kernel.errors import Refusal

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MOST_ELEMENTS: Final = 150_000
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DECLARED: Final = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")
_DTD: Final = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_RELATIONS: Final = frozenset(
    {
        "officeDocument", "core-properties", "extended-properties", "custom-properties", "thumbnail", "styles",
        "stylesWithEffects", "settings", "webSettings", "fontTable", "theme", "numbering", "footnotes", "endnotes",
        "header", "footer", "comments", "commentsExtended", "commentsIds", "commentsExtensible", "people", "image",
        "customXml", "customXmlProps", "glossaryDocument", "classificationlabels",
    }
)  # fmt: skip
_FORBIDDEN: Final = frozenset(
    {
        "altChunk", "object", "OLEObject", "control", "subDoc", "attachedTemplate", "mailMerge", "frameset", "frame",
        "script", "contentPart", "audioFile", "videoFile", "wavAudioFile", "quickTimeFile", "externalData",
    }
)  # fmt: skip
_POINTERS: Final = frozenset({"src", "href", "link", "url", "action", "filename", "sourcefilename"})
_FIELDS: Final = frozenset(
    {
        "PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "DATE", "TIME", "CREATEDATE", "SAVEDATE", "PRINTDATE", "TITLE",
        "AUTHOR", "SUBJECT", "REF", "PAGEREF", "NOTEREF", "TOC", "TC", "SEQ", "STYLEREF", "SYMBOL", "EQ", "FORMTEXT",
        "FORMCHECKBOX", "FORMDROPDOWN", "MERGEFIELD",
    }
)  # fmt: skip
_INNER_LINK: Final = re.compile(r'HYPERLINK\s+\\l\s+"[^"]*"(?:\s+\\[ht])*\s*$', re.IGNORECASE)


def _refusal(code: str, message: str) -> Refusal:
    return Refusal(f"word.{code}", message, field="file")


def parse(name: str, content: bytes) -> Any:
    """A part as a tree. Refused: declarations of document types and entities, other encodings than UTF-8, what is broken."""
    if _DTD.search(content):
        raise _refusal("dtd", _("The file contains declarations that Word does not write (%(name)s).") % {"name": name})
    declared = _DECLARED.match(content.removeprefix(b"\xef\xbb\xbf"))
    if b"\0" in content or (declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii")):
        raise _refusal("encoding", _("A part of the file is not written in UTF-8 (%(name)s).") % {"name": name})
    if content.count(b"<") > 2 * MOST_ELEMENTS:
        raise _refusal("markup", _("A part of the file holds more than an agreement can (%(name)s).") % {"name": name})
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_pis=True, remove_comments=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise _refusal("damaged", _("The file is damaged: open it in Word and save it again.")) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _refusal("dtd", _("The file contains declarations that Word does not write (%(name)s).") % {"name": name})
    return root


def local(name: Any) -> str:
    return etree.QName(name).localname if isinstance(name, str) else ""


def check_relationships(name: str, root: Any, parts: frozenset[str]) -> None:
    """Nothing in the file may lead out of it, and all that it names must be there and of use to a plain document."""
    folder = posixpath.dirname(posixpath.dirname(name))
    for one in root.iter():
        target = str(one.get("Target", "")).strip()
        kind = str(one.get("Type", "")).rstrip("/").rpartition("/")[2]
        if local(one.tag) != "Relationship":
            continue
        if one.get("TargetMode", "Internal").lower() != "internal" or re.match(
            r"(?:[a-zA-Z][\w+.-]*:|\\\\|//)", target
        ):
            raise _refusal(
                "outside",
                _(
                    "The file points to “%(target)s” outside of it: remove the link or the linked picture, and save again."
                )
                % {"target": target[:80]},
            )
        if kind == "hyperlink" and target.startswith("#"):
            continue
        if kind not in _RELATIONS:
            raise _refusal(
                "embedded", _("The file contains another file or object (%(name)s): remove it.") % {"name": kind[:40]}
            )
        path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        if path not in parts and target.upper() != "NULL":
            raise _refusal("damaged", _("The file is damaged: open it in Word and save it again."))


def check_content(name: str, root: Any) -> None:
    """No objects, no linked things, and of Word's own fields only those that reckon inside the document."""
    for one in root.iter():
        word = local(one.tag)
        if word in _FORBIDDEN:
            raise _refusal(
                "embedded", _("The file contains another file or object (%(name)s): remove it.") % {"name": word}
            )
        for attribute, value in one.attrib.items():
            is_link = attribute.startswith(_R) and local(attribute) in ("link", "href")
            if value and (is_link or (local(attribute).lower() in _POINTERS and not value.startswith("#"))):
                raise _refusal(
                    "outside",
                    _(
                        "The file points to “%(target)s” outside of it: remove the link or the linked picture, and save again."
                    )
                    % {"target": value[:80]},
                )
    for said in instructions(root):
        if not is_harmless(said):
            raise _refusal(
                "field",
                _("The Word field “%(field)s” is not taken: only page numbers, dates and the like are.")
                % {"field": " ".join(said.split())[:60]},
            )


def instructions(root: Any) -> Iterator[str]:
    """What each of Word's own fields in a part says, without what is nested in it."""
    open_fields: list[list[str]] = []
    for one in root.iter(f"{W}fldChar", f"{W}instrText", f"{W}delInstrText", f"{W}fldSimple"):
        match local(one.tag):
            case "fldSimple":
                yield one.get(f"{W}instr", "")
            case "fldChar":
                kind = one.get(f"{W}fldCharType")
                if kind == "begin":
                    open_fields.append([])
                elif kind == "end" and open_fields:
                    yield "".join(open_fields.pop())
            case _:
                if open_fields:
                    open_fields[-1].append(one.text or "")
                else:
                    yield one.text or ""
    for left in open_fields:
        yield "".join(left)


def is_harmless(instruction: str) -> bool:
    """Whether a field of Word's only reckons inside the document."""
    said = instruction.strip()
    name = re.match(r"[A-Za-z]+", said)
    return bool(_INNER_LINK.match(said)) or said.startswith("=") or bool(name and name[0].upper() in _FIELDS)
