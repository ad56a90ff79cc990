import csv
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

import pytest
from django.utils.functional import lazystr
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from roomnight.kernel import export
from roomnight.kernel.export import LONGEST_TEXT, csv_lines, neutralise, restore, to_csv, to_xlsx

SHANGHAI = ZoneInfo("Asia/Shanghai")
DANGEROUS = [
    "=1+1", "+86 138 1234 8866", "-1+1", "@SUM(A1)", "=HYPERLINK(\"http://x\")", "\t=1", "\r=1", "\n=1", "\tx", " =1", "　=1",
    "\u200b=1", "\ufeff=1", "＝1+1", "＋1", "－1", "＠x", "-", "'=1", "'@x",
]  # fmt: skip
HARMLESS = ["携程", "", " ", "1+1=2", "a=b", "'quoted'", "'", "3-4", "（-1）", "x@y.cn", "0571-8888", "…", "−5"]


def sheet_of(data):
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return book.sheet_names[0], book.get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_a_spreadsheet_might_run_is_neutralised(text):
    assert neutralise(text) == f"'{text}"
    assert sheet_of(to_xlsx("List", ["A"], [[text.replace("\r", "\n")]]))[1][1][0].startswith("'")
    assert next(csv.reader(StringIO(to_csv([], [[text]]).decode("utf-8-sig").split("\r\n", 1)[1])))[0].startswith("'")


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays_as_it_is(text):
    assert neutralise(text) == text


@pytest.mark.parametrize("number", [-1, 0, Decimal("-12.50"), date(2026, 11, 21), None, True])
def test_numbers_stay_numbers(number):
    assert neutralise(number) is number


@given(st.text() | st.sampled_from(DANGEROUS).map(lambda text: f"'{text}"))
def test_a_neutralised_text_can_be_read_in_again(text):
    assert restore(str(neutralise(text))) == text


def test_no_heading_runs_either():
    assert sheet_of(to_xlsx("x", ["=1+1"], []))[1] == [["'=1+1"]]
    assert to_csv(["=1+1"], []).decode("utf-8-sig") == '"\'=1+1"\r\n'


ROWS = [
    ["携程商务", "00123", 42, Decimal("12345.60"), Decimal("-6.38"), date(2026, 11, 21), True],
    ["Hilton, “Ltd”\nShanghai", "138", -3, Decimal("0.00"), Decimal("5400"), date(2015, 7, 1), False],
]
COLUMNS = ["Name", "Code", "Nights", "Revenue", "Rate", "Arrival", "Agreement"]


def test_an_excel_file_reads_back_as_it_was():
    name, sheet = sheet_of(to_xlsx("客户产量", COLUMNS, ROWS))
    assert name == "客户产量"
    assert sheet[0] == COLUMNS
    assert sheet[1] == ["携程商务", "00123", 42.0, 12345.6, -6.38, date(2026, 11, 21), True]
    assert sheet[2] == ["Hilton, “Ltd”\nShanghai", "138", -3.0, 0.0, 5400.0, date(2015, 7, 1), False]


def test_a_csv_file_reads_back_as_it_was():
    data = to_csv(COLUMNS, ROWS)
    assert data.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(StringIO(data.decode("utf-8-sig"), newline=""))) == [
        COLUMNS,
        ["携程商务", "00123", "42", "12345.60", "-6.38", "2026-11-21", "TRUE"],
        ["Hilton, “Ltd”\nShanghai", "138", "-3", "0.00", "5400", "2015-07-01", "FALSE"],
    ]
    assert '"携程商务","00123",42,12345.60,-6.38,' in data.decode()


def test_moments_are_written_in_the_hotels_time():
    moment = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    assert sheet_of(to_xlsx("x", ["When"], [[moment]], tz=SHANGHAI))[1][1] == [datetime(2026, 11, 21, 0, 30)]
    assert to_csv(["When"], [[moment]], tz=SHANGHAI).endswith(b'"2026-11-21 00:30"\r\n')
    for write in (lambda: to_xlsx("x", ["When"], [[moment]]), lambda: to_csv(["When"], [[moment]])):
        with pytest.raises(ValueError, match="time zone"):
            write()


@pytest.mark.parametrize(
    ("what", "cell", "in_excel", "in_csv"),
    [
        ("nothing", None, "", ""),
        ("a clock time", time(9, 30), time(9, 30), "09:30:00"),
        ("a moment without a zone", datetime(2026, 11, 21, 9), datetime(2026, 11, 21, 9), "2026-11-21 09:00"),
        ("a day before Excel's calendar", date(1899, 12, 31), "1899-12-31", "1899-12-31"),
        ("an amount too exact for Excel", Decimal("1234567890123456.78"), "1234567890123456.78", "1234567890123456.78"),
        ("a whole number too long for it", 123456789012345678, "123456789012345678", "123456789012345678"),
        ("a number with an exponent", Decimal("1E+3"), 1000.0, "1000"),
        ("signs that no file may hold", "a\x00b\x1fc", "abc", "abc"),
    ],
)
def test_cells_that_need_care(what, cell, in_excel, in_csv):
    sheet = sheet_of(to_xlsx("x", ["A", "B"], [[cell, "end"]]))[1]
    assert sheet[1] == [in_excel, "end"]
    assert next(csv.reader([to_csv(["A", "B"], [[cell, "end"]]).decode().split("\r\n")[1]])) == [in_csv, "end"]


def test_a_text_longer_than_a_cell_is_cut_and_says_so():
    sheet = sheet_of(to_xlsx("x", ["A"], [["长" * (LONGEST_TEXT + 1)]]))[1]
    assert len(sheet[1][0]) == LONGEST_TEXT
    assert sheet[1][0].endswith("长…")


def test_words_that_are_translated_late_are_written_as_text():
    assert to_csv([lazystr("是")], [[lazystr("=否")]]).decode("utf-8-sig") == '"是"\r\n"\'=否"\r\n'
    assert sheet_of(to_xlsx("x", [lazystr("是")], [[lazystr("=否")]]))[1] == [["是"], ["'=否"]]


@pytest.mark.parametrize(
    ("title", "sheet"),
    [("2026/11: [all]*?", "2026 11 all"), ("'x'", "x"), ("", "1"), ("客" * 40, "客" * 31), ("a\\b", "a b")],
)
def test_any_title_names_a_sheet(title, sheet):
    assert sheet_of(to_xlsx(title, ["A"], [["x"]]))[0] == sheet


def test_no_row_is_left_out_in_silence(monkeypatch):
    monkeypatch.setattr(export, "MOST_ROWS", 2)
    assert len(sheet_of(to_xlsx("x", ["A"], [["1"], ["2"]]))[1]) == 3
    with pytest.raises(ValueError, match="rows that a sheet holds"):
        to_xlsx("x", ["A"], [["1"], ["2"], ["3"]])


def test_a_long_list_leaves_line_by_line():
    asked = []

    def rows():
        for number in range(3):
            asked.append(number)
            yield [number]

    lines = csv_lines(["A"], rows())
    assert [next(lines), next(lines), next(lines)] == ["\ufeff".encode(), b'"A"\r\n', b"0\r\n"]
    assert asked == [0]
