"""The wizard of client files in a browser: give a file, map it, see what comes of it, decide, bring in, take back."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from roomnight.clients.jobs import bring_client_file_in, check_client_file, take_client_file_back
from roomnight.clients.models import Account, ClientImport, ImportState
from roomnight.clients.tests.test_importing import workbook
from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.tables import open_table
from roomnight.organization.commands import create_hotel
from tests.html import Html, problems

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ACC-08")]
BASE = "/h/lujiazui/clients/imports/"
ROWS: list[list[object]] = [
    ["客户名称", "客户类型", "电话", "联系人", "手机"],
    ["瑞丰生物技术有限公司", "协议公司", "0512-62510000", "赵敏", "13700001234"],
    ["瑞丰生物技术股份公司", "", "", "钱伟", "13700005678"],
    ["海德会展服务有限公司", "火星公司", "", "", ""],
]
MAPPED = {
    "column_0": "name",
    "column_1": "kind",
    "column_2": "phone",
    "column_3": "contact.name",
    "column_4": "contact.mobile",
    "key": "name",
}


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def lin(world, browse) -> Any:
    return browse("lin")


def sound(answer: Any) -> str:
    """The page's words, once it is found to be readable for everybody."""
    text: str = answer.content.decode()
    assert problems(Html(text)) == []
    return text


def given(browser: Any, rows: list[list[object]] = ROWS) -> ClientImport:
    answer = browser.post(f"{BASE}new/", {"file": SimpleUploadedFile("客户.xlsx", workbook(*rows))})
    run = ClientImport.objects.latest("pk")
    assert (answer.status_code, answer["Location"]) == (302, f"{BASE}{run.pk}/columns/")
    return run


def checked(browser: Any) -> ClientImport:
    run = given(browser)
    answer = browser.post(f"{BASE}{run.pk}/columns/", MAPPED)
    assert (answer.status_code, answer["Location"]) == (302, f"{BASE}{run.pk}/check/")
    assert check_client_file.call(run.pk, "zh-hans") == ImportState.CHECKED
    run.refresh_from_db()
    return run


def test_a_file_goes_all_the_way_in_and_back(world, lin):
    run = given(lin)
    page = sound(lin.get(f"{BASE}{run.pk}/columns/"))
    assert "客户名称" in page and "瑞丰生物技术有限公司" in page, "with the first rows beside"
    assert lin.post(f"{BASE}{run.pk}/columns/", MAPPED).status_code == 302
    assert 'hx-trigger="every 1s"' in sound(lin.get(f"{BASE}{run.pk}/check/")), "it is being read"
    check_client_file.call(run.pk, "zh-hans")
    page = sound(lin.get(f"{BASE}{run.pk}/check/"))
    assert "第 2 行" in page and "是同一家" in page, "the third line may be the second"
    assert "火星公司" in page
    count = Account.objects.count()
    answer = lin.post(f"{BASE}{run.pk}/check/", {"otherwise": "skip", "row_3": "row 2"})
    assert (answer.status_code, answer["Location"]) == (302, f"{BASE}{run.pk}/")
    assert bring_client_file_in.call(run.pk, "zh-hans") == ImportState.DONE
    page = sound(lin.get(f"{BASE}{run.pk}/"))
    assert "火星公司" in page
    assert Account.objects.count() == count + 1
    assert Account.objects.get(name="瑞丰生物技术有限公司").contacts.count() == 2
    assert lin.post(f"{BASE}{run.pk}/undo/").status_code == 302
    assert take_client_file_back.call(run.pk, "zh-hans") == ImportState.UNDONE
    sound(lin.get(f"{BASE}{run.pk}/"))
    assert Account.objects.count() == count


def test_the_rows_turned_away_come_back_as_a_file_with_the_reason(lin, tmp_path):
    run = checked(lin)
    answer = lin.get(f"{BASE}{run.pk}/rejected.xlsx")
    path = tmp_path / "back.xlsx"
    path.write_bytes(BytesIO(answer.content).getvalue())
    table = open_table(path, path.name)
    (row,) = [cells for _number, cells in table.rows()]
    assert row[:2] == ["海德会展服务有限公司", "火星公司"]
    assert row[5] == "4"
    assert "客户类型" in row[6]


@pytest.mark.rule("SEC-05")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("客户.xlsx", b"PK\x03\x04" + bytes(40)),
        ("客户.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("客户.csv", b"%PDF-1.7\n1 0 obj\n"),
        ("客户.exe", b"MZ"),
        ("客户.csv", b""),
        ("客户.csv", b",,\n1,2,3\n"),
    ],
)
def test_a_bad_file_is_refused_with_the_reason(lin, name, content):
    before = ClientImport.objects.count()
    answer = lin.post(f"{BASE}new/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in sound(answer)
    assert ClientImport.objects.count() == before


@pytest.mark.rule("SEC-05")
def test_a_file_that_is_too_large_is_refused_and_not_kept(lin, settings, tmp_path):
    settings.MAX_IMPORT_BYTES = 1000
    answer = lin.post(f"{BASE}new/", {"file": SimpleUploadedFile("客户.csv", "客户,电话\n".encode() * 500)})
    assert answer.status_code == 422
    assert list((tmp_path / "imports").iterdir()) == []
    assert lin.post(f"{BASE}new/").status_code == 422, "no file at all"


@pytest.mark.parametrize(
    ("case", "change"),
    [
        ("no name", {"column_0": ""}),
        ("two columns are one particular", {"column_2": "name"}),
        ("recognised by what no column is", {"key": "credit_code"}),
        ("a particular nobody knows", {"column_0": "secret"}),
        ("no key at all", {"key": ""}),
    ],
)
def test_wrong_columns_are_said_and_what_was_chosen_stays(lin, case, change):
    run = given(lin)
    answer = lin.post(f"{BASE}{run.pk}/columns/", {**MAPPED, **change})
    assert answer.status_code == 422
    assert '<option value="contact.mobile" selected>' in sound(answer)
    run.refresh_from_db()
    assert run.state == ImportState.DRAFT


def test_what_cannot_be_chosen_is_not_decided(lin):
    run = checked(lin)
    for wrong in (
        {"otherwise": "delete"},
        {"otherwise": "skip", "row_3": "row 4"},
        {"otherwise": "skip", "row_3": "1"},
    ):
        answer = lin.post(f"{BASE}{run.pk}/check/", wrong)
        assert answer.status_code == 422
        sound(answer)
    run.refresh_from_db()
    assert run.state == ImportState.CHECKED


def test_sent_twice_it_starts_once(lin):
    run = checked(lin)
    sent = {"otherwise": "create"}
    assert lin.post(f"{BASE}{run.pk}/check/", sent)["Location"] == f"{BASE}{run.pk}/"
    again = lin.post(f"{BASE}{run.pk}/check/", sent)
    assert (again.status_code, again["Location"]) == (302, f"{BASE}{run.pk}/")
    assert lin.post(f"{BASE}{run.pk}/columns/", MAPPED)["Location"] == f"{BASE}{run.pk}/"
    bring_client_file_in.call(run.pk, "zh-hans")
    bring_client_file_in.call(run.pk, "zh-hans")
    run.refresh_from_db()
    assert (run.state, run.created) == ("done", 2)
    assert Account.objects.filter(name__startswith="瑞丰生物").count() == 2
    assert lin.post(f"{BASE}{run.pk}/undo/").status_code == 302
    assert lin.post(f"{BASE}{run.pk}/undo/").status_code == 302
    take_client_file_back.call(run.pk, "zh-hans")
    assert take_client_file_back.call(run.pk, "zh-hans") == ImportState.UNDONE
    assert not Account.objects.filter(name__startswith="瑞丰生物").exists()


def test_a_file_may_be_put_away(lin):
    run = checked(lin)
    assert lin.post(f"{BASE}{run.pk}/abandon/")["Location"] == BASE
    run.refresh_from_db()
    assert run.state == ImportState.ABANDONED


STEPS = ("", "columns/", "check/", "rejected.xlsx")
DEEDS = ("columns/", "check/", "resume/", "undo/", "abandon/")


@pytest.mark.rule("SEC-05")
def test_another_hotel_s_file_is_not_there(world, lin):
    run = checked(lin)
    other = create_hotel(actor=OPERATOR, code="other", name="别家")
    ClientImport.objects.filter(pk=run.pk).update(hotel=other)
    assert {lin.get(f"{BASE}{run.pk}/{step}").status_code for step in STEPS} == {404}
    assert {lin.post(f"{BASE}{run.pk}/{deed}", MAPPED).status_code for deed in DEEDS} == {404}
    run.refresh_from_db()
    assert run.state == ImportState.CHECKED


def test_who_may_not_import_gets_nowhere(world, lin, browse, client):
    run = checked(lin)
    before, chen = ClientImport.objects.count(), browse("chen")
    answers = [chen.get(f"{BASE}{run.pk}/{step}") for step in STEPS]
    answers += [chen.post(f"{BASE}{run.pk}/{deed}", MAPPED) for deed in DEEDS]
    answers += [chen.post(f"{BASE}new/", {"file": SimpleUploadedFile("a.csv", b"a,b\n1,2\n")}), chen.get(BASE)]
    assert {answer.status_code for answer in answers} <= {403, 404}
    assert not any("瑞丰" in answer.content.decode() for answer in answers)
    strangers = [client.get(f"{BASE}{run.pk}/{step}") for step in STEPS]
    assert not any("瑞丰" in answer.content.decode() or answer.status_code == 200 for answer in strangers)
    run.refresh_from_db()
    assert (run.state, ClientImport.objects.count()) == (ImportState.CHECKED, before)
