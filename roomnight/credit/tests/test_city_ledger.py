"""The city ledger of a day as a file: every line once, and sums that are the ledger's (CRD-04)."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO
from xml.etree import ElementTree

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from roomnight.credit.commands import charge, reverse, take_payment
from roomnight.credit.models import CreditAccount, LedgerLine
from roomnight.credit.rules.city_ledger import FIELDS, to_xml
from roomnight.kernel.models import AuditEntry
from tests.world_credit import bill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
TODAY = "2026-11-18"
URL = "/h/lujiazui/credit/city-ledger/"


def ledger(hotel_code, start, end):
    """What the ledger says was charged and credited between two moments, by its own question."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(SUM(CASE WHEN amount_cents > 0 THEN amount_cents END), 0), "
            "COALESCE(SUM(CASE WHEN amount_cents < 0 THEN -amount_cents END), 0), COUNT(*) FROM credit_ledgerline "
            "JOIN organization_hotel ON organization_hotel.id = hotel_id "
            "WHERE code = %s AND entered_at >= %s AND entered_at < %s",
            [hotel_code, start, end],
        )
        debit, credit, count = cursor.fetchone()
        return Decimal(int(debit)).scaleb(-2), Decimal(int(credit)).scaleb(-2), int(count)


def day_of(browse, day=TODAY, who="cao"):
    return ElementTree.fromstring(browse(who).get(f"{URL}{day}.xml").content)  # noqa: S314 (our own file)


@pytest.mark.rule("CRD-04")
def test_the_sums_of_a_day_are_the_ledgers(world, browse):
    cao = world.seat("cao")
    late = charge(actor=cao, account=world.huaxing, bill=bill("66.60", date(2026, 11, 9), reference="<L&1>"))
    reverse(actor=cao, line=late, reason="重复")
    root = day_of(browse)
    debit, credit, count = ledger("lujiazui", "2026-11-17 16:00:00", "2026-11-18 16:00:00")
    assert count == len(root) == LedgerLine.objects.filter(hotel__code="lujiazui").count()
    assert (root.get("debit"), root.get("credit"), root.get("total")) == (str(debit), str(credit), str(debit - credit))
    assert sum(Decimal(one.findtext("amount")) for one in root) == debit - credit
    assert [child.tag for child in root[0]] == list(FIELDS)
    assert {one.findtext("hotel_code") for one in root} == {"lujiazui"}
    own = [one for one in root if one.findtext("bill_no") == "<L&1>"]
    assert [(one.findtext("transaction_type"), one.findtext("amount"), one.findtext("date")) for one in own] == [
        ("charge", "66.60", "2026-11-09"), ("reversal", "-66.60", TODAY),
    ]  # fmt: skip


@pytest.mark.rule("CRD-04")
def test_every_line_is_in_the_file_of_exactly_one_day(world, browse):
    before = day_of(browse)
    credit = CreditAccount.objects.get(account=world.huaxing)
    with time_machine.travel("2026-11-19T00:30:00+08:00", tick=False):
        take_payment(actor=world.seat("cao"), credit=credit, amount=Decimal(20), on=date(2026, 11, 17))
    assert ElementTree.tostring(day_of(browse)) == ElementTree.tostring(before)
    with time_machine.travel("2026-11-19T10:00:00+08:00", tick=False):
        after = day_of(browse, "2026-11-19")
    assert [(one.findtext("amount"), one.findtext("date")) for one in after] == [("-20.00", "2026-11-17")]


def test_as_csv_with_the_same_rows(browse):
    text = browse("cao").get(f"{URL}{TODAY}.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    assert list(rows[0]) == list(FIELDS)
    assert sum(Decimal(row["amount"]) for row in rows) == Decimal(day_of(browse).get("total"))
    assert AuditEntry.objects.filter(command__contains="log_export").count() >= 1


def test_the_page_and_who_may_see_it(browse):
    page = browse("cao").get(URL).content.decode()
    assert f"{URL}{TODAY}.xml" in page
    assert browse("cao").get(f"{URL}yesterday.xml").status_code == 404
    assert browse("chen").get(URL).status_code == 403


def test_on_the_command_line(tmp_path):
    out, said = tmp_path / "day.xml", StringIO()
    call_command("export_city_ledger", hotel="lujiazui", day=date(2026, 11, 18), out=out, stdout=said)
    root = ElementTree.fromstring(out.read_bytes())  # noqa: S314 (our own file)
    assert f"{root.get('count')} lines" in said.getvalue()
    assert said.getvalue().strip().endswith(f"= {root.get('total')}")
    for wrong in ({"hotel": "nowhere", "out": out}, {"hotel": "lujiazui", "out": tmp_path / "no" / "x.xml"}):
        with pytest.raises(CommandError):
            call_command("export_city_ledger", day=date(2026, 11, 18), **wrong)


def test_signs_that_xml_cannot_hold_are_left_out():
    root = ElementTree.fromstring(to_xml("a\x00b", date(2026, 11, 18), "CNY", []))  # noqa: S314 (our own file)
    assert (root.get("hotel_code"), root.get("total"), len(root)) == ("ab", "0.00", 0)
