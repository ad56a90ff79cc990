"""Filling Word templates: fields, conditions, repeated rows, Word's own merge fields, and the PDF (AGR-03)."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest
from django.utils.translation import override
from docx import Document

from roomnight.kernel.errors import Refusal
from roomnight.kernel.tests.word_files import MAIN, in_body, meddled, parts_of, plain, replaced, texts
from roomnight.kernel.word import Values, Vocabulary, check_template, fill_template, has_office, to_pdf

VOCABULARY = Vocabulary(
    {"client_name": "client_name", "客户名称": "client_name", "deposit": "deposit", "terms": "terms"},
    {"rates": "rates", "价格表": "rates", "signatories": "signatories"},
    {"rates": {"room": "room", "房型": "room", "rate": "rate"}, "signatories": {"name": "name"}},
)
RATES = [{"room": "高级房", "rate": "520"}, {"room": "豪华房 <A&B>", "rate": "680"}]


def filled(data: bytes, **fields: str) -> list[str]:
    return texts(fill_template(data, VOCABULARY, Values(fields, {"rates": RATES})))


@pytest.mark.rule("AGR-03")
def test_fields_are_filled_by_either_name_and_what_they_say_is_never_markup():
    data = plain("甲方：{{ client_name }}（{{客户名称}}）", header="{{ client_name }}")
    name = "华星<b>&“科技”</w:t>{{ deposit }}"
    assert filled(data, client_name=name, deposit="9")[0] == f"甲方：{name}（{name}）"
    made = Document(io.BytesIO(fill_template(data, VOCABULARY, Values({"client_name": name}))))
    assert made.sections[0].header.paragraphs[0].text == name


@pytest.mark.rule("AGR-03")
def test_a_tag_in_several_runs_takes_the_looks_of_its_first():
    document = Document()
    paragraph = document.add_paragraph("致 ")
    for text, bold in (("{{ cli", True), ("ent_na", False), ("me }} 贵公司", False)):
        paragraph.add_run(text).bold = bold
    kept = io.BytesIO()
    document.save(kept)
    made = Document(io.BytesIO(fill_template(kept.getvalue(), VOCABULARY, Values({"client_name": "华星"}))))
    assert [(run.text, run.bold) for run in made.paragraphs[0].runs] == [
        ("致 ", None), ("华星", True), ("", False), (" 贵公司", False),
    ]  # fmt: skip


def test_an_empty_field_is_empty_or_shows_what_its_filter_says():
    assert filled(plain("[{{ deposit }}] [{{ deposit|line }}] [{{ deposit|dash }}]"))[0] == "[] [＿＿＿＿＿＿＿＿] [—]"
    assert filled(plain("{{ deposit|dash }}"), deposit="5000")[0] == "5000"


def test_lines_of_a_value_become_lines_and_what_cannot_be_written_is_left_out():
    assert filled(plain("{{ terms }}"), terms="一\n二\x00\x0b\ud800三")[0] == "一\n二三"


@pytest.mark.rule("AGR-03")
def test_rows_of_a_table_repeat():
    table = [["房型", "价格"], ["{% for line in rates %}{{ line.no }} {{ line.room }}", "{{ line.rate }}{% endfor %}"]]
    assert filled(plain("价格表", table=table)) == [
        "价格表", "房型", "价格", "1 高级房", "520", "2 豪华房 <A&B>", "680",
    ]  # fmt: skip
    apart = [["{% for 行 in 价格表 %}", ""], ["{{ 行.房型 }}", "{{ 行.rate }}"], ["{% endfor %}", ""]]
    assert filled(plain(table=apart)) == ["高级房", "520", "豪华房 <A&B>", "680"]


def test_paragraphs_repeat_and_depend():
    data = plain(
        "{% for a in rates %}", "{{ a.room }}", "{% if a.rate %}", "有价 {{ a.rate }}", "{% endif %}", "{% endfor %}",
        "{% if deposit %}", "押金 {{ deposit }}", "{% else %}", "无押金", "{% endif %}", "{% if signatories %}", "签单人", "{% endif %}",
        "付{% if deposit %}押{% if terms %}全{% endif %}{% else %}清{% endif %}。{% if not deposit %}无{% endif %}",
    )  # fmt: skip
    start = ["高级房", "有价 520", "豪华房 <A&B>", "有价 680"]
    assert filled(data) == [*start, "无押金", "付清。无"]
    assert filled(data, deposit="5", terms="x") == [*start, "押金 5", "付押全。"]


def test_a_cell_whose_paragraphs_all_fall_away_stays_a_cell():
    document = Document()
    cell = document.add_table(rows=1, cols=1).rows[0].cells[0]
    cell.text = "{% if deposit %}"
    cell.add_paragraph("押金")
    cell.add_paragraph("{% endif %}")
    cell.add_paragraph("{% if deposit %}")
    cell.add_paragraph("{% endif %}")
    kept = io.BytesIO()
    document.save(kept)
    assert filled(kept.getvalue()) == [""]


def test_merge_fields_of_word_are_filled_too():
    complex_field = "".join(
        f"<w:r>{one}</w:r>"
        for one in (
            '<w:fldChar w:fldCharType="begin"/>', "<w:instrText> MERGEFIELD 客户名称 \\* MERGEFORMAT </w:instrText>",
            '<w:fldChar w:fldCharType="separate"/>', "<w:t>«客户名称»</w:t>", '<w:fldChar w:fldCharType="end"/>',
        )
    )  # fmt: skip
    simple = '<w:fldSimple w:instr=" MERGEFIELD deposit "><w:r><w:t>«x»</w:t></w:r></w:fldSimple>'
    data = meddled(in_body(f"<w:p><w:r><w:t>致</w:t></w:r>{complex_field}{simple}</w:p>"))
    assert check_template(data, VOCABULARY) == []
    assert filled(data, client_name="华星", deposit="5")[0] == "致华星5"


def test_text_boxes_are_filled():
    box = '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p><w:r><w:t>{{ deposit }}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r><w:r><w:t>{{ client_name }}</w:t></w:r></w:p>'
    made = parts_of(fill_template(meddled(in_body(box)), VOCABULARY, Values({"deposit": "七", "client_name": "八"})))
    assert "七</w:t>" in made[MAIN].decode()
    assert "八</w:t>" in made[MAIN].decode()


@pytest.mark.rule("AGR-03")
def test_what_cannot_be_filled_is_named_with_its_paragraph():
    data = plain("甲方", "名称 {{ client_nam }}", "{% for x in prices %}", "{% endfor %}", "{{ y.room }}", "{{ client_name",
                 "a {% for r in rates %} b", header="{{ nobody }}")  # fmt: skip
    problems = check_template(data, VOCABULARY)
    assert [(one.code, one.tag, one.part, one.paragraph) for one in problems] == [
        ("near", "client_nam", "document", 2), ("unknown_list", "prices", "document", 3),
        ("unknown", "y.room", "document", 5), ("open", "", "document", 6),
        ("place", "{% for r in rates %}", "document", 7), ("unknown", "nobody", "header", 1),
    ]  # fmt: skip
    with override("en"):
        said = str(problems[0])
    assert said == (
        "paragraph 2 “名称 {{ client_nam }}”: there is no field “client_nam”; perhaps “client_name” is meant"
    )


def test_a_harmless_document_keeps_its_other_parts_and_is_the_same_every_time():
    data = plain("{{ client_name }}", table=[["a", "b"]])
    once = fill_template(data, VOCABULARY, Values({"client_name": "华星"}))
    assert once == fill_template(data, VOCABULARY, Values({"client_name": "华星"}))
    before, after = parts_of(data), parts_of(once)
    assert set(before) == set(after)
    assert {name for name in before if before[name] != after[name]} == {MAIN}
    with zipfile.ZipFile(io.BytesIO(once)) as archive:
        assert archive.namelist()[0] == "[Content_Types].xml"


def test_page_numbers_and_links_inside_are_taken():
    field = '<w:p><w:fldSimple w:instr=" PAGE "/><w:fldSimple w:instr="HYPERLINK \\l &quot;_Toc1&quot;"/></w:p>'
    assert check_template(meddled(in_body(field)), VOCABULARY) == []
    assert check_template(meddled(replaced(MAIN, "甲方", "{{ deposit }}")), VOCABULARY) == []


def test_a_long_price_list_is_filled_soon():
    rows = [{"room": f"房型{n}", "rate": str(n)} for n in range(500)]
    table = [["{% for x in rates %}{{ x.room }}", "{{ x.rate }}{% endfor %}"]]
    made = texts(fill_template(plain(table=table), VOCABULARY, Values({}, {"rates": rows})))
    assert len(made) == 1000
    assert made[-1] == "499"


# ---- PDF


@pytest.fixture
def office(tmp_path, monkeypatch):
    """An office program that does what its script says."""

    def install(script: str) -> None:
        program = tmp_path / "soffice"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    return install


def test_the_pdf_is_made_by_the_office_program(office, monkeypatch):
    monkeypatch.setenv("ROOMNIGHT_SECRET", "x")
    office('test -z "$ROOMNIGHT_SECRET" && test -s document.docx && printf "%%PDF-1.7 made" > document.pdf')
    assert has_office()
    assert to_pdf(b"PK") == b"%PDF-1.7 made"


@pytest.mark.parametrize(
    ("script", "code"),
    [("exit 1", "word.no_pdf"), ("echo x > document.pdf", "word.no_pdf"), ("sleep 60", "word.too_slow")],
)
def test_an_office_program_that_fails_is_told(office, script, code):
    office(script)
    with pytest.raises(Refusal) as refused:
        to_pdf(b"PK", seconds=0.5 if code == "word.too_slow" else 20)
    assert refused.value.code == code


@pytest.mark.rule("AGR-03")
def test_without_an_office_program_it_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not has_office()
    with pytest.raises(Refusal) as refused:
        to_pdf(b"PK")
    assert refused.value.code == "word.no_office"
