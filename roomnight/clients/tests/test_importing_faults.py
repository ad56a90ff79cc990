"""The typical faults of client files, in every kind of file: what can be understood comes in, the rest is said precisely.

1 title lines above; 2 a heading of two merged lines; 3 sub-totals, totals and footers between the data; 4 numbers as text
with commas, units and full-width digits; 5 days in several styles; 6 a day that can be read in two ways; 7 a telephone
number that became 1.39E+10; 8 a long number that lost its digits; 9 the encoding of old Windows; 10 a doubled heading;
11 empty rows and columns; 12 words nobody knows; 13 a missing name; 14 a number below nothing; 15 a formula that nobody
computed; 16 columns that are hidden.
"""

from __future__ import annotations

from datetime import date
from html import escape
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from django.utils import translation

from roomnight.clients.commands.import_runs import (
    begin_check,
    check_clients,
    client_table,
    map_clients,
    take_in_clients,
)
from roomnight.clients.models import Account, AccountKind, ClientImport, Contact, Grade, Importance, ImportLine, Stage
from roomnight.clients.rules.importing import FIELDS, REASONS, Wish, guessed, read_cell
from roomnight.clients.tests.test_importing import brought_in
from roomnight.clients.views.importing import reasons_of
from roomnight.kernel.tests.old_excel import Cell, Page, old_excel

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ACC-08"), pytest.mark.rule("PMS-05")]

ROWS = [
    ["云汀大酒店 协议客户资料表", "", "", "", "", "", "", "", "", "", ""],
    ["打印时间：2026-11-21 09:30", "", "", "", "", "", "", "", "", "", ""],
    ["客户名称", "客户类型", "联系", "", "潜力", "", "最近核实", "银行账号", "", "备注", "备注"],
    ["", "", "联系人", "手机", "年潜在间夜", "员工人数", "", "", "", "", ""],
    [
        "甲乙实业有限公司",
        "协议公司",
        "王芳",
        "１３９12340077",
        "1,200 间夜",
        "５００人",
        "2026年11月1日",
        "6222000011112222333",
        "",
        "一",
        "二",
    ],
    ["丙丁旅行社", "旅行社", "李雷", "1.39E+10", "80", "12", "2026.11.1", "", "", "", ""],
    ["戊己会展服务", "会议公司", "韩梅", "13700001111", "30", "9", "01/02/2026", "", "", "", ""],
    ["", "", "", "", "", "", "", "", "", "", ""],
    ["小计", "", "", "", "1,310", "", "", "", "", "", ""],
    ["庚辛电子有限公司", "协议公司", "周五", "13700002222", "-5", "3", "46327", "6.22200001111222E+18", "", "", ""],
    ["壬癸科技", "火星公司", "", "", "12.5", "", "2026-13-01", "", "", "", ""],
    ["", "协议公司", "", "", "7", "", "", "", "", "", ""],
    ["子丑物流有限公司", "", "", "", "", "", "1-Nov-2026", "", "", "", ""],
    ["合计：", "", "", "", "1,317", "", "", "", "", "", ""],
    ["制表人：马晓燕", "", "", "", "", "", "", "", "", "", ""],
]
PROBLEMS = {
    6: [("联系 手机", "1.39E+10", "lost_digits")],
    7: [("最近核实", "01/02/2026", "ambiguous_date")],
    10: [("潜力 年潜在间夜", "-5", "negative"), ("银行账号", "6.22200001111222E+18", "lost_digits")],
    11: [
        ("客户类型", "火星公司", "unknown_word"),
        ("潜力 年潜在间夜", "12.5", "not_whole"),
        ("最近核实", "2026-13-01", "not_a_date"),
    ],
    12: [("客户名称", "", "no_name")],
}


def as_csv() -> bytes:
    return "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in ROWS).encode("gb18030")


def as_html() -> bytes:
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in ROWS[4:])
    head = (
        "<tr><td colspan=11>云汀大酒店 协议客户资料表</td></tr><tr><td colspan=11>打印时间：2026-11-21 09:30</td></tr>"
        "<tr><th rowspan=2>客户名称</th><th rowspan=2>客户类型</th><th colspan=2>联系</th><th colspan=2>潜力</th>"
        "<th rowspan=2>最近核实</th><th rowspan=2>银行账号</th><th rowspan=2></th><th rowspan=2>备注</th><th rowspan=2>备注</th></tr>"
        "<tr><th>联系人</th><th>手机</th><th>年潜在间夜</th><th>员工人数</th></tr>"
    )
    return f'<html><head><meta charset="gb2312"></head><body><table>{head}{rows}</table></body></html>'.encode(
        "gb18030"
    )


def as_xlsx() -> bytes:
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet("客户")
        page.merge_range("A1:K1", ROWS[0][0])
        page.merge_range("A2:K2", ROWS[1][0])
        for column, name in enumerate(ROWS[2]):
            if name and name not in {"联系", "潜力"}:
                page.merge_range(2, column, 3, column, name)
        page.merge_range("C3:D3", "联系")
        page.merge_range("E3:F3", "潜力")
        page.write_row(3, 2, ROWS[3][2:6])
        for number, row in enumerate(ROWS[4:], 4):
            page.write_row(number, 0, row, None)
        page.write_number(9, 7, 6222000011112222333)
        page.set_column("J:J", 8, None, {"hidden": True})
    return target.getvalue()


def as_old_excel() -> bytes:
    rows: list[list[Cell]] = [list(row) for row in ROWS]
    rows[9][7] = 6222000011112222333
    merged = [(0, 0, 0, 10), (1, 0, 1, 10), (2, 2, 2, 3), (2, 4, 2, 5)]
    merged += [(2, column, 3, column) for column, name in enumerate(ROWS[2]) if name and name not in {"联系", "潜力"}]
    return old_excel(Page("客户", rows, merged=merged, hidden=[9]))


FILES = [("客户.csv", as_csv), ("网页.xls", as_html), ("客户.xlsx", as_xlsx), ("客户.xls", as_old_excel)]


def checked(seat: Any, name: str, content: bytes, **wish: Any) -> ClientImport:
    run = take_in_clients(actor=seat, hotel=seat.hotel, name=name, chunks=[content])
    table = client_table(run)
    mapping = guessed({one.place: one.name for one in table.columns()})
    map_clients(actor=seat, run=run, table=table, wish=Wish(mapping, **wish))
    begin_check(actor=seat, run=run)
    return check_clients(actor=seat, run=run, table=table)


@pytest.mark.parametrize(("name", "content"), FILES, ids=lambda one: one if isinstance(one, str) else "")
def test_it_comes_in_right_or_is_said_precisely(world, settings, tmp_path, name, content):
    settings.MEDIA_ROOT = tmp_path
    lin = world.seat("lin")
    run = checked(lin, name, content())
    found = {line.row_number: [tuple(one) for one in line.problems] for line in run.lines.exclude(problems=[])}
    assert found == PROBLEMS
    assert [(number, kind) for number, kind, _text in run.lines_left_out] == [
        (9, "total"),
        (14, "total"),
        (15, "footer"),
    ]
    run = brought_in(lin, run)
    assert (run.created, run.people_created, run.rejected) == (2, 1, 5)
    jiayi = Account.objects.get(name="甲乙实业有限公司")
    assert (jiayi.potential_room_nights, jiayi.staff_size, jiayi.verified_on) == (1200, 500, date(2026, 11, 1))
    assert (jiayi.bank_account, jiayi.remarks) == ("6222000011112222333", "一")
    assert jiayi.contacts.get().mobile == "13912340077"
    assert Account.objects.get(name="子丑物流有限公司").verified_on == date(2026, 11, 1)


def test_a_day_that_can_be_read_in_two_ways_is_read_as_was_said(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    lin = world.seat("lin")
    brought_in(lin, checked(lin, "客户.csv", as_csv(), day_order="dmy"))
    assert Account.objects.get(name="戊己会展服务").verified_on == date(2026, 2, 1)


def test_a_formula_nobody_computed_and_hidden_columns_are_said(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["客户名称", "年潜在间夜", "备注"])
        page.write_row(1, 0, ["甲乙实业有限公司"])
        page.write_formula("B2", "=12*30", value="")
        page.set_column("C:C", 8, None, {"hidden": True})
    run = checked(world.seat("lin"), "客户.xlsx", target.getvalue())
    assert run.lines.get().problems == [["年潜在间夜", "=?", "not_computed"]]
    assert [one.is_hidden for one in client_table(run).columns()] == [False, False, True]


@pytest.mark.parametrize("reason", [*REASONS])
def test_every_reason_is_said_in_both_languages(reason):
    line = ImportLine(problems=[["手机", "x", reason]])
    said = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said[language] = reasons_of(line)[0]
    assert said["zh-hans"] != said["en"]
    assert all(text.startswith("手机: “x” ") for text in said.values())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    ("key", "choices"),
    [
        ("kind", AccountKind.choices),
        ("stage", Stage.choices),
        ("importance", Importance.choices),
        ("grade", Grade.choices),
        ("contact.salutation", Contact.Salutation.choices),
        ("contact.decision_role", Contact.DecisionRole.choices),
        ("contact.preferred_channel", Contact.Channel.choices),
    ],
)
def test_every_word_the_pages_show_is_understood(language, key, choices):
    with translation.override(language):
        assert {value: read_cell(FIELDS[key], str(label)) for value, label in choices} == {
            value: value for value, _label in choices
        }
