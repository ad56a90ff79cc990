"""Charges from a file over HTTP: looked at first, charged all together, repeated safely, refused rows as a file (CRD-04, CRD-05)."""

import csv
import re
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from roomnight.credit.commands import filing
from roomnight.credit.models import CreditAccount, LedgerLine

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
URL = "/h/lujiazui/credit/charges/"


def given(world, *more):
    name = world.huaxing.code
    rows = [
        "客户,日期,金额,账单号,签单人,部门",
        f"{name},2026-11-18,300,D-1,单立人,中餐厅",
        f"{name},2026-11-18,400,D-2,陌生人,中餐厅",
        f"{name},2026-11-18,abc,D-3,单立人,中餐厅",
        f"{name},2026-11-18,99999,D-4,单立人,宴会厅",
        *more,
    ]
    return SimpleUploadedFile("十一月.csv", "\n".join(rows).encode("gb18030"))


def look(world, browse):
    answer = browse("cao").post(URL, {"file": given(world)})
    text = answer.content.decode()
    return answer, text, (re.search(r'name="file" value="([^"]+)"', text) or [None, ""])[1]


@pytest.mark.rule("CRD-04")
def test_nothing_is_charged_before_it_was_seen_and_nothing_twice(world, browse):
    before = LedgerLine.objects.count()
    answer, text, token = look(world, browse)
    assert (answer.status_code, LedgerLine.objects.count()) == (200, before)
    assert "可入账" in text
    for _time in range(2):
        assert browse("cao").post(f"{URL}charge/", {"file": token}).status_code == 200
        assert list(
            LedgerLine.objects.filter(reference__startswith="D-").values_list("reference", "source", "entered_by")
        ) == [("D-1", "file", "cao")]


@pytest.mark.rule("CRD-05")
def test_refused_rows_say_why_and_come_back_as_a_file(world, browse):
    _answer, text, token = look(world, browse)
    assert "陌生人" in text
    found = list(csv.reader(StringIO(browse("cao").post(f"{URL}errors/", {"file": token}).content.decode("utf-8-sig"))))
    assert [row[3] for row in found[1:]] == ["D-2", "D-3", "D-4"]
    assert all(row[-1] for row in found[1:])
    assert not LedgerLine.objects.filter(reference__startswith="D-").exists()


@pytest.mark.rule("CRD-04")
def test_where_something_breaks_nothing_is_written(world, browse, monkeypatch):
    _answer, _text, token = look(world, browse)
    inner, calls = filing.charge_from_file, []

    def breaks(**values):
        calls.append(values)
        if len(calls) > 2:
            raise RuntimeError("the power went out")
        return inner(**values)

    monkeypatch.setattr(filing, "charge_from_file", breaks)
    with pytest.raises(RuntimeError):
        browse("cao").post(f"{URL}charge/", {"file": token})
    assert not LedgerLine.objects.filter(reference__startswith="D-").exists()
    credit = CreditAccount.objects.get(account=world.huaxing)
    assert credit.balance_cents == sum(credit.lines.values_list("amount_cents", flat=True))


def test_only_a_file_that_was_looked_at_and_only_finance(world, browse):
    assert browse("cao").post(f"{URL}charge/", {"file": "x"}).status_code == 404
    assert browse("chen").get(URL).status_code == 403
    wrong = SimpleUploadedFile("a.csv", "客户,日期\nA,2026-11-18\n".encode())
    assert browse("cao").post(URL, {"file": wrong}).status_code == 422
