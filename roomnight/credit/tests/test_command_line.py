"""Charges from a file, and the check of the ledger, on the command line (CRD-04, CRD-05, CRD-11)."""

import csv
import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from roomnight.agreements.models import Agreement
from roomnight.credit.commands import hold
from roomnight.credit.models import CreditAccount, LedgerLine
from roomnight.credit.queries.checking import differences

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
HEADER = ["客户", "日期", "金额", "账单号", "部门", "签单人"]


@pytest.fixture
def credit(world):
    return CreditAccount.objects.select_related("hotel", "account").get(account=world.huaxing)


def csv_file(tmp_path, *rows):
    path = tmp_path / "bills.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEADER, *rows])
    return path


def bring(path, **more):
    out, said = StringIO(), StringIO()
    call_command("import_charges", hotel="lujiazui", file=path, stdout=out, stderr=said, **more)
    return json.loads(out.getvalue()), said.getvalue()


@pytest.mark.rule("CRD-04")
def test_the_same_file_again_adds_nothing(tmp_path, credit):
    row = [credit.account.code, "2026-11-18", "100", "F-1", "中餐厅", "单立人"]
    path = csv_file(tmp_path, row, [credit.account.name, "2026/11/18", "¥1,200.50", "F-2", "", "单立人"],
                    [credit.number, "2026-11-18", "7", "F-3", "", "单立人"])  # fmt: skip
    dry, _said = bring(path, dry_run=True)
    assert (dry, LedgerLine.objects.filter(source="file").count()) == ({"created": 3, "unchanged": 0, "refused": 0}, 0)
    assert bring(path)[0] == {"created": 3, "unchanged": 0, "refused": 0}
    assert bring(path)[0] == {"created": 0, "unchanged": 3, "refused": 0}
    credit.refresh_from_db()
    assert credit.balance == Decimal("1080.50") + Decimal("1307.50")
    assert list(differences(credit.hotel)) == []


@pytest.mark.rule("CRD-05")
@pytest.mark.rule("CRD-11")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"签单人": "路人"}, "credit.signer"), ({"签单人": ""}, "credit.signer"), ({"金额": "5000.01"}, "credit.signer_limit"),
        ({"日期": "2026-10-31"}, "credit.agreement"), ({"日期": "2026-11-19"}, "credit.future"),
        ({"客户": "没有这家"}, "credit.client"), ({"金额": "0"}, "credit.amount"), ({"金额": "一百"}, "credit.row"),
        ({"日期": "昨天"}, "credit.row"), ({"账单号": ""}, "credit.row"), ("hold", "credit.hold"),
        ("limit", "credit.limit"), ("ended", "credit.agreement"),
    ],
)  # fmt: skip
def test_a_row_meets_the_same_refusals_as_the_screen(tmp_path, credit, world, change, code):
    row = dict(zip(HEADER, [credit.account.code, "2026-11-18", "100", "F-1", "", "单立人"], strict=True))
    match change:
        case "hold":
            hold(actor=world.seat("cao"), credit=credit, reason="逾期")
        case "limit":
            CreditAccount.objects.filter(pk=credit.pk).update(limit_cents=110_000)
        case "ended":
            Agreement.objects.filter(pk=world.agreement.pk).update(holds_until=date(2026, 11, 17))
        case _:
            row |= change
    errors = tmp_path / "errors.csv"
    figures, said = bring(csv_file(tmp_path, list(row.values())), errors=errors)
    assert figures == {"created": 0, "unchanged": 0, "refused": 1}
    assert f"[{code}]" in said and "row 2" in said
    kept = list(csv.reader(errors.open(encoding="utf-8-sig")))
    assert kept[0] == [*HEADER, "error"] and kept[1][:6] == list(row.values()) and code in kept[1][6]
    assert LedgerLine.objects.filter(source="file").count() == 0


def test_an_excel_file_is_read_and_a_strange_one_refused(tmp_path, credit):
    with xlsxwriter.Workbook(tmp_path / "bills.xlsx") as book:
        sheet = book.add_worksheet()
        for at, row in enumerate((HEADER, [credit.account.code, "2026-11-18", 88.5, "F-8", "", "单立人"])):
            sheet.write_row(at, 0, row)
    assert bring(tmp_path / "bills.xlsx")[0]["created"] == 1
    assert LedgerLine.objects.get(source="file").amount == Decimal("88.50")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(CommandError):
        bring(tmp_path / "other.csv")
    with pytest.raises(CommandError):
        bring(tmp_path / "none.csv")


@pytest.mark.rule("CRD-04")
def test_the_ledger_is_checked(credit):
    out = StringIO()
    call_command("check_ledger", hotel="lujiazui", stdout=out)
    assert out.getvalue() == ""
    CreditAccount.objects.filter(pk=credit.pk).update(balance_cents=1)
    with pytest.raises(SystemExit):
        call_command("check_ledger", stdout=out)
    assert credit.number in out.getvalue() and "1,080.50" in out.getvalue()
