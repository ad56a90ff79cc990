"""What a file is, whatever its name says; and its rows as text."""

from pathlib import Path

import pytest
import xlsxwriter

from roomnight.kernel.errors import Refusal
from roomnight.kernel.tables import open_table

TEXT = "单位,房价\n华星科技,100.50\n\n远洋旅行社, 88 \n"
ROWS = [(2, ["华星科技", "100.50"]), (4, ["远洋旅行社", "88"])]


@pytest.fixture
def file(tmp_path):
    def write(name: str, content: bytes) -> Path:
        path = Path(tmp_path, name)
        path.write_bytes(content)
        return path

    return write


@pytest.fixture
def sheet(tmp_path):
    def write(rows: list[list[object]], name: str = "book.xlsx") -> Path:
        path = Path(tmp_path, name)
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
            page = book.add_worksheet()
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
        return path

    return write


@pytest.mark.rule("PMS-01")
@pytest.mark.rule("PMS-05")
@pytest.mark.parametrize(
    ("case", "content"),
    [
        ("UTF-8", TEXT.encode()),
        ("UTF-8 with its mark", TEXT.encode("utf-8-sig")),
        ("GB18030, as Chinese Windows writes it", TEXT.encode("gb18030")),
        ("lines ended as on Windows", TEXT.replace("\n", "\r\n").encode()),
        ("semicolons", TEXT.replace(",", ";").encode()),
        ("tabs", TEXT.replace(",", "\t").encode()),
        (
            "in quotes",
            b'"\xe5\x8d\x95\xe4\xbd\x8d","\xe6\x88\xbf\xe4\xbb\xb7"' + TEXT.encode()[TEXT.encode().index(b"\n") :],
        ),
    ],
)
def test_text_as_hotels_have_it(file, case, content):
    table = open_table(file("rows.csv", content), "rows.csv")
    assert table.header == ("单位", "房价")
    assert list(table.rows()) == ROWS
    assert list(table.rows()) == ROWS, "a second time as well"


@pytest.mark.rule("PMS-05")
def test_a_sheet_reads_as_its_csv_would(sheet):
    path = sheet([["hotel", "rate", "nights", "code"], ["湖滨", 100.5, 3, "007"], [None, None], ["", -6.38, 0, " x "]])
    table = open_table(path, "book.xlsx")
    assert table.header == ("hotel", "rate", "nights", "code")
    assert list(table.rows()) == [(2, ["湖滨", "100.5", "3", "007"]), (4, ["", "-6.38", "0", "x"])]


def test_a_cell_may_hold_lines_and_quotes(file):
    table = open_table(file("rows.csv", b'a,b\n"one\ntwo","say ""no"""\n'), "rows.csv")
    assert list(table.rows()) == [(2, ["one\ntwo", 'say "no"'])]


PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.mark.rule("PMS-02")
@pytest.mark.rule("SEC-05")
@pytest.mark.parametrize(
    ("case", "name", "content", "code"),
    [
        ("nothing in it", "rows.csv", b"", "import.empty"),
        ("a picture called CSV", "rows.csv", PNG, "import.not_what_it_says"),
        ("a zip called CSV", "rows.csv", b"PK\x03\x04" + bytes(40), "import.not_what_it_says"),
        ("a PDF called CSV", "rows.csv", b"%PDF-1.7\n1 0 obj\n", "import.not_what_it_says"),
        ("text called Excel", "rows.xlsx", b"a,b\n1,2\n", "import.not_what_it_says"),
        (
            "an old sheet called a new one",
            "rows.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40),
            "import.not_what_it_says",
        ),
        ("a zip that is no sheet", "rows.xlsx", b"PK\x03\x04" + bytes(40), "import.unreadable"),
        ("a sheet broken off", "rows.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "import.unreadable"),
        ("a program", "rows.exe", b"MZ", "import.kind"),
        ("no kind at all", "rows", b"a,b\n", "import.kind"),
        ("no header", "rows.csv", b",,\n1,2,3\n", "import.no_header"),
        ("bytes that are no text", "rows.csv", b"a,b\n\xff\xfe\xff,2\n", "import.not_what_it_says"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(file, case, name, content, code):
    with pytest.raises(Refusal) as refusal:
        open_table(file(name, content), name)
    assert refusal.value.code == code


def test_excel_called_csv(sheet):
    path = sheet([["a"], ["b"]])
    with pytest.raises(Refusal) as refusal:
        open_table(path, "rows.csv")
    assert refusal.value.code == "import.not_what_it_says"


def test_a_file_that_is_gone(tmp_path):
    with pytest.raises(Refusal) as refusal:
        open_table(tmp_path / "rows.csv", "rows.csv")
    assert refusal.value.code == "import.gone"


def test_a_file_that_breaks_off_being_a_table(file):
    endless = b'a,b\n1,2\n3,"' + b"x" * 200_000
    table = open_table(file("rows.csv", endless), "rows.csv")
    with pytest.raises(Refusal) as refusal:
        list(table.rows())
    assert refusal.value.code == "import.unreadable"
    assert "3" in str(refusal.value)
