"""Small Word files for tests: plain ones, and ones that somebody meddled with."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence

from docx import Document

MAIN = "word/document.xml"
RELATIONS = "word/_rels/document.xml.rels"
TYPES = "[Content_Types].xml"


def plain(*paragraphs: str, table: Sequence[Sequence[str]] = (), header: str = "") -> bytes:
    """A document with these paragraphs, and below them a table."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if table:
        grid = document.add_table(rows=len(table), cols=len(table[0]))
        for row, cells in zip(grid.rows, table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    if header:
        document.sections[0].header.paragraphs[0].text = header
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return kept.getvalue()


def meddled(change: Callable[[dict[str, bytes]], object], *paragraphs: str) -> bytes:
    """A plain document whose parts somebody changed."""
    parts = parts_of(plain(*(paragraphs or ("甲方",))))
    change(parts)
    return packed(parts)


def replaced(name: str, old: str, new: str) -> Callable[[dict[str, bytes]], object]:
    """Another text at one place of a part; the place must be there."""

    def change(parts: dict[str, bytes]) -> None:
        assert old.encode() in parts[name]
        parts[name] = parts[name].replace(old.encode(), new.encode(), 1)

    return change


def in_body(xml: str) -> Callable[[dict[str, bytes]], object]:
    """More markup at the beginning of the body."""
    return replaced(MAIN, "<w:body>", f"<w:body>{xml}")


def related(kind: str, target: str, mode: str = "") -> Callable[[dict[str, bytes]], object]:
    """One more relationship of the document."""
    relation = f'<Relationship Id="rId99" Type="{kind}" Target="{target}"{mode}/></Relationships>'
    return replaced(RELATIONS, "</Relationships>", relation)


def with_part(name: str, content: bytes, kind: str) -> Callable[[dict[str, bytes]], object]:
    """One more part, with its content type."""

    def change(parts: dict[str, bytes]) -> None:
        parts[name] = content
        replaced(TYPES, "</Types>", f'<Override PartName="/{name}" ContentType="{kind}"/></Types>')(parts)

    return change


def texts(data: bytes) -> list[str]:
    """What can be read in a document, paragraph by paragraph, tables last."""
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [*(one.text for one in document.paragraphs), *cells]
