"""The Word templates that ship: six kinds of agreement in Chinese and English, made from the texts in `papers` (AGR-03).

A text file names the clauses of each kind and then says each clause: `== key heading`, a paragraph a line. `@rates` stands
for a table; lines between a condition's tags depend on it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Cm, Pt

from roomnight.agreements.rules.paper import LISTS, Word, WordList

FOLDER: Final = Path(__file__).resolve().parent / "papers"
FONTS: Final = {"zh-hans": ("宋体", "黑体"), "en": ("Times New Roman", "Arial")}
ENGLISH_HEADS: Final = {
    "room": "Room type", "season": "Season", "nights": "Nights", "rack": "Public rate", "rate": "Agreed rate",
    "breakfasts": "Breakfasts", "linked": "", "first": "From", "last": "To", "name": "Name", "job_title": "Job title",
    "document_end": "Document ends in", "limit_each": "Limit each time",
}  # fmt: skip
SHOWN: Final = {
    "rates": ("room", "season", "nights", "rack", "rate", "breakfasts", "linked"), "seasons": ("season", "first", "last"),
    "signatories": ("name", "job_title", "document_end", "limit_each", "first", "last"),
}  # fmt: skip
PARTY: Final = {
    "zh-hans": (
        "甲方（酒店）", "乙方（客户）", "协议编号", "地址", "电话", "税号", "开户行", "账号", "联系人", "授权代表（签字）", "盖章", "日期", "客户经理", "第{}条",
    ),
    "en": (
        "The Hotel", "The Client", "Number", "Address", "Phone", "Tax number", "Bank", "Account", "Contact", "Signed by", "Seal",
        "Date", "Representative", "{}.",
    ),
}  # fmt: skip
COLON: Final = {"zh-hans": "：", "en": ": "}
CHINESE_NUMBERS: Final = "零一二三四五六七八九十"


@dataclass
class Texts:
    """A text file: the titles and clauses of each kind, and the clauses."""

    titles: dict[str, str] = field(default_factory=dict)
    order: dict[str, list[str]] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)


@lru_cache
def texts(language: str) -> Texts:
    """What the shipped templates of a language say."""
    found, kind, clause = Texts(), "", ""
    for line in (FOLDER / f"{language}.txt").read_text("utf-8").splitlines():
        mark, _blank, rest = line.partition(" ")
        if mark == "=":
            kind, _blank, found.titles[kind] = rest.partition(" ")[0], "", rest.partition(" ")[2]
        elif mark == "==":
            clause, _blank, heading = rest.partition(" ")
            found.headings[clause], found.lines[clause] = heading, []
        elif mark == "*":
            for keys in found.order.values():
                keys += rest.split()
        elif clause and line.strip():
            found.lines[clause].append(line.strip())
        elif kind and line.strip():
            found.order[kind] = line.split()
    return found


@lru_cache
def shipped_template(kind: str, language: str) -> bytes:
    """The .docx that ships for a kind of agreement. KeyError for a kind that there is not."""
    said, words = texts(language), PARTY[language]
    document = Document()
    _looks(document, language)
    title = document.add_heading(said.titles[kind], 0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    name, name_of = _names(language)
    colon = COLON[language]
    number = document.add_paragraph(f"{words[2]}{colon}{name('number', '协议编号')}")
    number.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _parties(document, language)
    counted = 0
    for key in said.order[kind]:
        if said.headings[key]:
            counted += 1
            place = _chinese(counted) if language == "zh-hans" else counted
            document.add_heading(f"{words[13].format(place)}　{said.headings[key]}".replace(".　", ". "), 2)
        for line in said.lines[key]:
            if line.startswith("@"):
                _table(document, next(one for one in LISTS if one.key == line[1:]), language)
            else:
                document.add_paragraph(line)
    _signatures(document, language)
    _edges(document, name("hotel_name", "酒店名称"), name_of("number", "协议编号"))
    kept = io.BytesIO()
    write = document.save  # of python-docx, not of a record
    write(kept)
    return kept.getvalue()


def _names(language: str) -> tuple[Any, Any]:
    """How to write a field in this language: as a tag, and with room to write by hand where it is empty."""
    place = 0 if language == "en" else 1
    return (lambda *both: f"{{{{ {both[place]} }}}}"), (lambda *both: f"{{{{ {both[place]}|line }}}}")


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return CHINESE_NUMBERS[ones]
    start = "十" if tens == 1 else f"{CHINESE_NUMBERS[tens]}十"
    return start + (CHINESE_NUMBERS[ones] if ones else "")


def _looks(document: Any, language: str) -> None:
    text, heading = FONTS[language]
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.6)
    section.top_margin = section.bottom_margin = Cm(2.4)
    for name, font, size in (
        ("Normal", text, 10.5), ("Title", heading, 18), ("Heading 2", heading, 11), ("Header", text, 9), ("Footer", text, 9),
    ):  # fmt: skip
        style = document.styles[name]
        style.font.name, style.font.size = font, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script in ("ascii", "hAnsi", "eastAsia"):
            fonts.set(qn(f"w:{script}"), font)
        style.font.color.rgb = None
    document.styles["Normal"].paragraph_format.space_after = Pt(4)
    document.styles["Normal"].paragraph_format.line_spacing = 1.25
    document.core_properties.title = ""
    document.core_properties.author = "Roomnight"
    document.core_properties.comments = ""


def _parties(document: Any, language: str) -> None:
    words = PARTY[language]
    _name, line = _names(language)
    fields = (
        ("name", "名称", ""), ("address", "地址", words[3]), ("phone", "电话", words[4]), ("tax_number", "税号", words[5]),
        ("bank", "开户行", words[6]), ("bank_account", "账号", words[7]),
    )  # fmt: skip
    for side, chinese, label in (("hotel", "酒店", words[0]), ("client", "客户", words[1])):
        for key, name, said in fields:
            paragraph = document.add_paragraph()
            run = paragraph.add_run(f"{said or label}{COLON[language]}")
            run.bold = not said
            paragraph.add_run(line(f"{side}_{key}", f"{chinese}{name}")).bold = not said
            paragraph.paragraph_format.space_after = Pt(0)
        if side == "client":
            document.add_paragraph(f"{words[8]}{COLON[language]}{line('client_contact', '客户联系人')}")
        else:
            document.add_paragraph(f"{words[12]}{COLON[language]}{line('responsible', '客户经理')}")


def _table(document: Any, which: WordList, language: str) -> None:
    """A table whose second row repeats for every row of the list."""
    columns = [word for key in SHOWN[which.key] for word in which.columns if word.key == key]
    is_english = language == "en"
    table = document.add_table(rows=2, cols=len(columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    row, name = (which.row[0], which.key) if is_english else (which.row[1], which.chinese)
    for place, word in enumerate(columns):
        head, cell = table.rows[0].cells[place], table.rows[1].cells[place]
        head.text = _head(word, is_english)
        head.paragraphs[0].runs[0].bold = True
        begin = f"{{% for {row} in {name} %}}" if place == 0 else ""
        end = "{% endfor %}" if place == len(columns) - 1 else ""
        cell.text = f"{begin}{{{{ {row}.{word.key if is_english else word.chinese} }}}}{end}"
        for one in (head, cell):
            one.paragraphs[0].paragraph_format.space_after = Pt(0)
    again = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(again)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _head(word: Word, is_english: bool) -> str:
    if word.key == "linked":
        return "*"
    return ENGLISH_HEADS[word.key] if is_english else word.chinese


def _signatures(document: Any, language: str) -> None:
    words = PARTY[language]
    name, _line = _names(language)
    colon = COLON[language]
    document.add_paragraph()
    table = document.add_table(rows=4, cols=2)
    rows = (
        (f"{words[0]}{colon}{name('hotel_name', '酒店名称')}", f"{words[1]}{colon}{name('client_name', '客户名称')}"),
        *((f"{words[place]}{colon}".rstrip(),) * 2 for place in (10, 9, 11)),
    )  # fmt: skip
    for row, cells in zip(table.rows, rows, strict=True):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
            cell.paragraphs[0].paragraph_format.space_after = Pt(18)
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _edges(document: Any, header: str, number: str) -> None:
    """The hotel above, number and page below."""
    section = document.sections[0]
    section.header.paragraphs[0].text = header
    footer = section.footer.paragraphs[0]
    footer.add_run(f"{number}　")
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    page = OxmlElement("w:fldSimple")
    page.set(qn("w:instr"), "PAGE")
    footer._p.append(page)
