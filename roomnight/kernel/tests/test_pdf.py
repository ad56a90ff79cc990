"""Papers: text is data, never markup; what cannot be printed says why."""

import io

import pytest
from django.utils import translation
from pypdf import PdfReader

from roomnight.kernel import pdf
from roomnight.kernel.errors import Refusal
from roomnight.kernel.pdf import Facts, Sheet, Table, Words, sheet_pdf, to_pdf


def sheet(**more):
    parts = [
        Facts("基本", [("单位", "华星科技（上海）有限公司"), ("备注", '#panic("no") $x$ *bold* \\ <b> //')]),
        Table("组织关系", ["姓名", "亲密度"], [["单立人", "5"], ["#eval(1)", "2"]], [3, 1], [1]),
        Words("说明", "第一行\n第二行 [x] #pagebreak()"),
        Table("往来", ["日期"], [], empty="还没有"),
    ]
    return Sheet(
        **{
            "title": "客户关系卡",
            "detail": "KH-00001",
            "house": "云汀大酒店",
            "foot": "林雅琴 打印",
            "parts": parts,
            **more,
        }
    )


def text_of(content):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_everything_on_the_sheet_can_be_read_out_of_it_as_it_was_typed():
    with translation.override("zh-hans"):
        text = text_of(sheet_pdf(sheet(marks=["重要"])))
    for words in (
        "客户关系卡",
        "华星科技（上海）有限公司",
        '#panic("no") $x$ *bold* \\ <b> //',
        "单立人",
        "#eval(1)",
        "#pagebreak()",
    ):
        assert words in text
    for words in ("重要", "还没有", "第二行 [x]", "第 1 页，共 1 页", "林雅琴 打印"):
        assert words in text


def test_pages_are_counted_and_a_table_repeats_its_heading():
    rows = [[f"第 {n} 行", str(n)] for n in range(120)]
    with translation.override("en"):
        content = sheet_pdf(sheet(parts=[Table("", ["行次", "数"], rows)], is_wide=True))
    pages = PdfReader(io.BytesIO(content)).pages
    assert len(pages) > 1
    assert all("行次" in page.extract_text() for page in pages)
    assert f"Page 2 of {len(pages)}" in pages[1].extract_text()


def test_without_the_fonts_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "FONTS", tmp_path)
    with pytest.raises(Refusal) as refusal:
        sheet_pdf(sheet())
    assert refusal.value.code == "pdf.no_font"
    assert "bootstrap.py" in str(refusal.value)


def test_a_page_that_never_ends_is_ended(tmp_path):
    endless = tmp_path / "endless.typ"
    endless.write_text("#let n = 0\n#while true { n += 1; if n < 0 { break } }\n", encoding="utf-8")
    with pytest.raises(Refusal) as refusal:
        to_pdf(endless, {}, seconds=0.01)
    assert refusal.value.code == "pdf.too_long"


def test_a_template_that_is_wrong_is_told_in_words(tmp_path):
    wrong = tmp_path / "wrong.typ"
    wrong.write_text("#nothing-of-the-kind", encoding="utf-8")
    with pytest.raises(Refusal) as refusal:
        to_pdf(wrong, {})
    assert refusal.value.code == "pdf.failed"
