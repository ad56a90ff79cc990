"""Payments: brought in once, whose they are, and what the client's page says of them (PMS-01, PMS-02)."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from roomnight.clients.commands import link_external_id, register_account
from roomnight.kernel.commands import OPERATOR
from roomnight.pms.adapters import SAMPLES
from roomnight.pms.models import Payment
from roomnight.pms.queries import totals_by_currency
from roomnight.pms.tests.bringing import rows_of, write_rows

pytestmark = pytest.mark.django_db
KEY = "opera-style-payments"


def paid(path=SAMPLES[KEY]):
    out = StringIO()
    call_command("import_payments", path, profile=KEY, map=["SHLJZ=H1"], stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


@pytest.mark.rule("PMS-01")
@pytest.mark.rule("PMS-02")
def test_payments_come_in_once_and_change(houses, tmp_path):
    assert paid() == {"read": 4, "created": 4, "updated": 0, "unchanged": 0, "rejected": 0}
    assert paid() == {"read": 4, "created": 0, "updated": 0, "unchanged": 4, "rejected": 0}
    header, *rows = rows_of(SAMPLES[KEY])
    rows[0][6] = "12,000.00"
    assert paid(write_rows(tmp_path / "again.csv", [header, *rows]))["updated"] == 1
    one = Payment.objects.get(source_key=f"{KEY}:700301")
    told = (one.paid_on, one.amount, one.currency, one.method, one.reference, one.statement, one.party.code)
    assert told == (
        date(2026, 11, 5),
        Decimal("12000.00"),
        "CNY",
        "Bank transfer",
        "ICBC 118842",
        "AR-2610-0031",
        "C1040",
    )
    assert Payment.objects.get(source_key=f"{KEY}:700304").amount_cents == -48000


@pytest.mark.rule("PMS-01")
def test_totals_are_by_client_and_currency(houses):
    known = register_account(actor=OPERATOR, hotel=houses[0], name="华星科技")
    link_external_id(actor=OPERATOR, account=known, kind="company", value="C1040")
    paid()
    mine = Payment.objects.filter(party__account=known)
    assert totals_by_currency(mine) == [("CNY", 2, Decimal("12000.00"))]
    everything = totals_by_currency(Payment.objects.filter(hotel=houses[0]))
    assert everything == [("CNY", 3, Decimal("25760.00")), ("USD", 1, Decimal("850.00"))]


@pytest.mark.rule("SEC-02")
@pytest.mark.parametrize(
    ("who", "status"), [("chen", 200), ("cao", 200), ("lin", 200), ("sun", 404), ("luo", 403), ("du", 404)]
)
def test_who_sees_what_a_client_paid(world, browse, at_work, who, status):
    answer = browse(who).get(f"/h/lujiazui/imports/clients/{world.huaxing.pk}/payments/")
    assert answer.status_code == status
    assert ("980.00" in answer.content.decode()) is (status == 200)
