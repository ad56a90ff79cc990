"""Where a table begins in a file as hotels have it, and which of its lines are no data."""

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from roomnight.kernel.errors import Refusal
from roomnight.kernel.tables import Column, letters_of, open_table, place_of
from roomnight.kernel.tables import bytes as container
from roomnight.kernel.tables import sheets as excel
from roomnight.kernel.tables.values import NOT_COMPUTED

pytestmark = pytest.mark.rule("PMS-05")

TITLED = [
    ["间夜大酒店 协议客户产量报表"],
    ["日期：2026-10-01 至 2026-10-31"],
    [],
    ["序号", "单位名称", "间夜数", "房费", "签约日"],
    ["1", "华星科技", "120", "¥38,400.00", "2026-11-1"],
    ["", "小计", "120", "38,400.00", ""],
    ["序号", "单位名称", "间夜数", "房费", "签约日"],
    ["2", "远洋旅行社", "-3", "1,280", "2026/3/5"],
    ["", "合计：", "117", "39,680.00", ""],
    ["第 1 页 共 3 页"],
    ["制表人：张三", "", "2026-11-01"],
]
DATA = [(5, ["1", "华星科技", "120", "¥38,400.00", "2026-11-1"]), (8, ["2", "远洋旅行社", "-3", "1,280", "2026/3/5"])]


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def as_csv(rows: list[list[str]], sign: str = ",") -> str:
    return "\r\n".join(sign.join(f'"{cell}"' if sign in cell else cell for cell in row) for row in rows)


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_titles_totals_and_footers_are_told_from_data(tmp_path, sign, encoding):
    table = open_table(written(tmp_path / "x.csv", as_csv(TITLED, sign), encoding), "x.csv")
    assert table.header == ("序号", "单位名称", "间夜数", "房费", "签约日")
    assert table.heading_row == 4
    assert [cells[0] for _number, cells in table.above] == [TITLED[0][0], TITLED[1][0]]
    assert [(number, cells[:5]) for number, cells in table.rows()] == DATA
    kinds = [(line.number, line.kind) for line in table.lines() if line.kind != "data"]
    assert kinds == [(6, "total"), (7, "heading"), (9, "total"), (10, "footer"), (11, "footer")]


@pytest.mark.parametrize(
    ("case", "cells"),
    [
        ("a company called Total", ["Total Energies", "x", "1", "2", ""]),
        ("an auditor", ["1", "大信会计师事务所", "120", "1", ""]),
        ("a school of accounting", ["会计", "学校", "1", "2", "2026-11-01"]),
        ("a remark about a sum", ["合计", "这不是数字", "1", "2", ""]),
    ],
)
def test_what_only_looks_like_a_total_stays(tmp_path, case, cells):
    table = open_table(written(tmp_path / "x.csv", as_csv([*TITLED[3:5], cells])), "x.csv")
    assert [row for _number, row in table.rows()][-1] == cells


def test_a_heading_of_two_lines(tmp_path):
    rows = [
        ["客户产量"],
        ["单位名称", "间夜", "", "房费", "", "备注"],
        ["", "本月", "去年同期", "本月", "去年同期", ""],
        ["华星科技", "12", "10", "3,840", "3,200", "好"],
    ]
    table = open_table(written(tmp_path / "x.csv", as_csv(rows)), "x.csv")
    assert table.header == ("单位名称", "间夜 本月", "间夜 去年同期", "房费 本月", "房费 去年同期", "备注")
    assert table.heading_row == 3
    assert list(table.rows()) == [(4, rows[3])]
    alone = open_table(table.path, "x.csv", heading_row=2, heading_lines=1)
    assert alone.header == ("单位名称", "间夜", "", "房费", "", "备注")


@pytest.fixture
def book(tmp_path):
    """A workbook with merged titles and headings, a hidden column, a second sheet, and nothing in the first rows."""
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as made:
        cover = made.add_worksheet("封面")
        page = made.add_worksheet("客户")
        cover.write(0, 0, "本表由系统导出")
        page.merge_range("B2:F2", "XX酒店 客户资料")
        page.merge_range("B3:B4", "单位")
        page.merge_range("C3:D3", "联系")
        page.write_row("C4", ["姓名", "电话"])
        page.merge_range("E3:E4", "间夜")
        page.merge_range("F3:F4", "房费")
        page.write_row("B5", ["华星科技", "王芳", "13812348866", 12])
        page.write_row("B6", ["远洋旅行社", "", 13900001111, 3])
        page.write_formula("F5", "=E5*320", value="")
        page.write_formula("F6", "=E6*320", value=960)
        page.set_column("D:D", 10, None, {"hidden": True})
        page.write_row("A9", ["", "合计", "", "", 15])
    return path


def test_a_sheet_with_merged_cells_hidden_columns_and_formulas(book):
    table = open_table(book, "book.xlsx", sheet="客户")
    assert table.header == ("", "单位", "联系 姓名", "联系 电话", "间夜", "房费")
    assert list(table.rows()) == [
        (5, ["", "华星科技", "王芳", "13812348866", "12", NOT_COMPUTED]),
        (6, ["", "远洋旅行社", "", "13900001111", "3", "960"]),
    ]
    assert table.columns() == [
        Column(1, "单位", False),
        Column(2, "联系 姓名", False),
        Column(3, "联系 电话", True),
        Column(4, "间夜", False),
        Column(5, "房费", False),
    ]
    assert table.sheets == ("封面", "客户")
    assert open_table(book, "book.xlsx").sheet == "封面", "the first that holds anything"


def test_a_sheet_nobody_has(book):
    with pytest.raises(Refusal) as refusal:
        open_table(book, "book.xlsx", sheet="产量")
    assert refusal.value.code == "import.no_sheet"


HTML = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="gb2312"><style>td{}</style></head><body>
<table><tr><td colspan=3>客户产量</td></tr>
<tr><th rowspan=2>单位</th><th colspan=2>产量</th></tr><tr><th>间夜</th><th>房费</th></tr>
<tr><td>华星<br>科技</td><td>12</td><td x:num>3,840&nbsp;</td></tr><tr><td>A&amp;B</td><td></td><td>5</td></tr></table></body></html>"""
XML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="产量"><Table><Row><Cell ss:MergeAcross="2"><Data ss:Type="String">客户产量</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data ss:Type="String">单位</Data></Cell><Cell><Data ss:Type="String">间夜</Data></Cell>
<Cell><Data ss:Type="String">房费</Data></Cell></Row><Row><Cell><Data ss:Type="String">华星科技</Data></Cell>
<Cell ss:Index="3"><Data ss:Type="Number">3840</Data></Cell></Row></Table></Worksheet></Workbook>"""


def test_a_web_page_saved_as_xls(tmp_path):
    table = open_table(written(tmp_path / "x.xls", HTML, "gb18030"), "x.xls")
    assert table.header == ("单位", "产量 间夜", "产量 房费")
    assert list(table.rows()) == [(4, ["华星 科技", "12", "3,840"]), (5, ["A&B", "", "5"])]


def test_excel_s_own_xml_saved_as_xls(tmp_path):
    table = open_table(written(tmp_path / "x.xls", XML), "x.xls")
    assert (table.sheet, table.header) == ("产量", ("单位", "间夜", "房费"))
    assert list(table.rows()) == [(4, ["华星科技", "", "3840"])]


def test_a_table_of_tabs_saved_as_xls(tmp_path):
    table = open_table(written(tmp_path / "x.xls", as_csv(TITLED, "\t"), "gb18030"), "x.xls")
    assert [(number, cells[:5]) for number, cells in table.rows()] == DATA


def test_doubled_and_missing_names_of_columns(tmp_path):
    table = open_table(written(tmp_path / "x.csv", "名称,电话,,电话,\n华星,1,乙,2,\n"), "x.csv")
    assert table.header == ("名称", "电话", "", "电话", "")
    assert [(one.place, one.name) for one in table.columns()] == [
        (0, "名称"),
        (1, "电话"),
        (2, "C 列"),
        (3, "电话 (2)"),
    ]


def test_words_somebody_expects_decide_where_the_heading_is(tmp_path):
    rows = [["导出", "客户", "资料", "清单"], ["客户名称", "所在城市", "电话", ""], ["华星", "上海", "021", "x"]]
    path = written(tmp_path / "x.csv", as_csv(rows))
    assert open_table(path, "x.csv").heading_row == 1
    assert open_table(path, "x.csv", knows={"客户名称", "电话"}.__contains__).heading_row == 2


@pytest.mark.parametrize(("letters", "place"), [("A", 0), ("Z", 25), ("AA", 26), ("ZZ", 701), ("AAA", 702)])
def test_what_a_spreadsheet_calls_a_column(letters, place):
    assert (letters_of(place), place_of(letters)) == (letters, place)


# What is not let in


@pytest.mark.rule("SEC-05")
def test_an_archive_that_unpacks_without_end(tmp_path, book, monkeypatch):
    monkeypatch.setattr(container, "MOST_UNPACKED", 200_000)
    open_table(book, "book.xlsx")
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.xml", b"0" * 400_000)
    assert book.stat().st_size < 50_000
    with pytest.raises(Refusal) as refusal:
        open_table(book, "book.xlsx")
    assert refusal.value.code == "import.too_much_inside"


@pytest.mark.rule("SEC-05")
def test_an_archive_that_lies_about_its_size(tmp_path, book, monkeypatch):
    monkeypatch.setattr(container, "MOST_UNPACKED", 200_000)
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.xml", b"0" * 400_000)
        archive.filelist[-1].file_size = 10
    with pytest.raises(Refusal) as refusal:
        open_table(book, "book.xlsx")
    assert refusal.value.code == "import.too_much_inside"


@pytest.mark.rule("SEC-05")
def test_a_small_file_of_a_huge_sheet(tmp_path):
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(path) as made:
        page = made.add_worksheet()
        page.write(0, 0, "单位")
        page.write(1_048_575, 16_383, "x")
    with pytest.raises(Refusal) as refusal:
        open_table(path, "far.xlsx")
    assert refusal.value.code == "import.too_much_inside"


def test_a_locked_workbook_is_said(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(container.OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600))
    with pytest.raises(Refusal) as refusal:
        open_table(path, "x.xlsx")
    assert refusal.value.code == "import.locked"


def test_numbers_of_a_sheet_as_their_csv_would_have_them():
    assert [excel.as_text(one) for one in (3.0, 0.5, 6.2284804025648905e18, True, " x ")] == [
        "3",
        "0.5",
        "6.22848040256489E+18",
        "1",
        "x",
    ]
