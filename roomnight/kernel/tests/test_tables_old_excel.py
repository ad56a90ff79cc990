"""Old Excel files (.xls) as PMSs and offices have them: title lines, merged headings, days, hidden columns, totals."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from roomnight.kernel.errors import Refusal
from roomnight.kernel.tables import Column, biff, open_table
from roomnight.kernel.tests.old_excel import Page, old_excel

pytestmark = pytest.mark.rule("PMS-05")

COVER = Page("封面", [["本表由系统导出"]], is_hidden=True)
CLIENTS = Page(
    "客户",
    [
        ["云汀大酒店 协议客户产量报表"],
        ["日期：2026-10-01 至 2026-10-31"],
        ["单位名称", "联系", "", "签约", "", "房费", "备注"],
        ["", "姓名", "电话", "签约日", "到期日", "", ""],
        ["华星科技", "王芳", "021-58881234", date(2025, 11, 1), date(2026, 10, 31), 38400.5, "好"],
        ["远洋旅行社", "", 13900001111, date(2026, 2, 28), "长期", -3, ""],
        ["小计", "", "", "", "", 38397.5, ""],
        ["制表人：马晓燕"],
    ],
    merged=[(0, 0, 0, 6), (1, 0, 1, 6), (2, 0, 3, 0), (2, 1, 2, 2), (2, 3, 2, 4), (2, 5, 3, 5), (2, 6, 3, 6)],
    hidden=[2, 6],
)


@pytest.fixture
def book(tmp_path) -> Path:
    path = Path(tmp_path, "产量.xls")
    path.write_bytes(old_excel(COVER, CLIENTS))
    return path


def test_an_old_sheet_reads_as_a_new_one(book):
    table = open_table(book, "产量.xls")
    assert (table.kind, table.sheet, table.sheets) == ("xls", "客户", ("客户", "封面"))
    assert (table.heading_row, table.heading_lines) == (4, 2)
    assert [cells[0] for _number, cells in table.above] == [CLIENTS.rows[0][0], CLIENTS.rows[1][0]]
    assert table.columns() == [
        Column(0, "单位名称", False),
        Column(1, "联系 姓名", False),
        Column(2, "联系 电话", True),
        Column(3, "签约 签约日", False),
        Column(4, "签约 到期日", False),
        Column(5, "房费", False),
        Column(6, "备注", True),
    ]
    assert list(table.rows()) == [
        (5, ["华星科技", "王芳", "021-58881234", "2025-11-01", "2026-10-31", "38400.5", "好"]),
        (6, ["远洋旅行社", "", "13900001111", "2026-02-28", "长期", "-3", ""]),
    ]
    assert [(line.number, line.kind) for line in table.lines() if line.kind != "data"] == [(7, "total"), (8, "footer")]


def test_another_sheet_may_be_asked_for(book):
    assert open_table(book, "产量.xls", sheet="封面").header == ("本表由系统导出",)
    with pytest.raises(Refusal) as refusal:
        open_table(book, "产量.xls", sheet="房价")
    assert refusal.value.code == "import.no_sheet"


@pytest.mark.rule("SEC-05")
def test_one_with_a_password_says_so(tmp_path):
    path = Path(tmp_path, "x.xls")
    path.write_bytes(old_excel(CLIENTS, password=True))
    with pytest.raises(Refusal) as refusal:
        open_table(path, "x.xls")
    assert refusal.value.code == "import.locked"


@pytest.mark.rule("SEC-05")
@pytest.mark.parametrize("length", [9, 511, 600, 1100, 2000])
def test_one_that_is_broken_off_is_refused(tmp_path, length):
    path = Path(tmp_path, "x.xls")
    path.write_bytes(old_excel(CLIENTS)[:length])
    assert biff.hidden_columns(path, "客户") == frozenset()
    assert not biff.is_locked(path)
    with pytest.raises(Refusal) as refusal:
        open_table(path, "x.xls")
    assert refusal.value.code == "import.unreadable"


def test_sectors_that_go_round_in_a_circle_end(tmp_path):
    content = bytearray(old_excel(CLIENTS))
    content[512 + 4 * 3 : 512 + 4 * 4] = (2).to_bytes(4, "little")  # the second sector of the stream leads to the first
    path = Path(tmp_path, "x.xls")
    path.write_bytes(content)
    assert biff.hidden_columns(path, "客户") == frozenset({2, 6})


def test_what_is_no_old_workbook_hides_nothing(tmp_path):
    path = Path(tmp_path, "x.xls")
    path.write_bytes(b"a,b")
    assert biff.hidden_columns(path, "客户") == frozenset()
    assert not biff.is_locked(path)
