"""The bugs that others had, as cases of ours: each through every way in that there is (CRD-05, CRD-11, CRD-02).

The ways: what the till and the account's page call, a file on the command line, the PMS, and another system that sets an
amount aside first.
"""

import csv
import json
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from roomnight.agreements.models import Agreement, Signatory
from roomnight.clients.commands import merge_accounts, register_account
from roomnight.clients.models import Account
from roomnight.credit import charging
from roomnight.credit.commands import (
    adjust,
    approve_application,
    authorise,
    charge,
    open_account,
    reverse,
    set_limit,
    take_folio_line,
)
from roomnight.credit.models import CreditAccount, LedgerLine, Posting
from roomnight.credit.queries.checking import differences
from roomnight.credit.tests.test_applications import approved_by, checked, decide, submitted
from roomnight.kernel.commands import OPERATOR, SYSTEM, Machine
from roomnight.kernel.errors import Refusal
from roomnight.kernel.policy import set_policy
from roomnight.organization.commands.authority import name_deputy
from roomnight.pms.models import FolioLine, Party
from roomnight.procedures.models import Case
from roomnight.procedures.services import SERVICES
from tests.world_credit import bill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
TODAY = date(2026, 11, 18)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
WAYS = ("screen", "command line", "pms", "authorisation")


@pytest.fixture
def credit(world):
    return CreditAccount.objects.select_related("hotel", "account__hotel", "responsible").get(account=world.huaxing)


class Ways:
    """Charges a client through one of the ways; says nothing where it went through, else the code of why not."""

    def __init__(self, folder, account):
        self.folder, self.account, self.count = folder, account, 0

    def go(self, way, amount, reference, signed_by="单立人", on=TODAY):
        try:
            match way:
                case "screen":
                    charge(actor=Machine("gao", "lujiazui"), account=self.account,
                           bill=bill(amount, on, reference=reference, signed_by=signed_by))  # fmt: skip
                case "command line":
                    return self.file(amount, reference, signed_by, on)
                case "pms":
                    return self.pms(amount, reference, on)
                case "authorisation":
                    wanted = bill(amount, on, reference=reference, signed_by=signed_by, source="api")
                    key = {"key": f"{reference} {amount}"}
                    held = charging.authorise(actor=SYSTEM, hotel=self.account.hotel, account=self.account, bill=wanted,
                                              until=max(on, TODAY), **key)  # fmt: skip
                    charging.capture(actor=SYSTEM, hotel=self.account.hotel, number=held.number, **key)
        except Refusal as refusal:
            return refusal.code
        return ""

    def file(self, amount, reference, signed_by, on):
        path = self.folder / f"{self.count}.csv"
        self.count += 1
        with path.open("w", encoding="utf-8", newline="") as out:
            rows = [
                ["客户", "日期", "金额", "账单号", "签单人", "类别"],
                [self.account.code, on, amount, reference, signed_by, "food"],
            ]
            csv.writer(out).writerows(rows)
        said, why = StringIO(), StringIO()
        call_command("import_charges", hotel=self.account.hotel.code, file=path, stdout=said, stderr=why)
        figures = json.loads(said.getvalue())
        return (
            why.getvalue().split("[")[-1].split("]")[0]
            if figures["refused"]
            else ""
            if figures["created"]
            else "unchanged"
        )

    def pms(self, amount, reference, on):
        given = {"hotel": self.account.hotel, "side": "company", "code": "C-77"}
        party, _made = Party.objects.get_or_create(
            **given, defaults={"name": self.account.name, "account": self.account}
        )
        self.count += 1
        line = FolioLine.objects.create(
            hotel=self.account.hotel, source_key=f"x:{self.count}", content="1", business_date=on, party=party,
            revenue_kind="food", amount_cents=int(Decimal(amount) * 100), currency="CNY", reference=reference, on_city_ledger=True,
        )  # fmt: skip
        take_folio_line(actor=SYSTEM, pk=line.pk)
        posting = Posting.objects.get(folio=line)
        return posting.refused.code if posting.refused else ""


@pytest.fixture
def ways(tmp_path, credit):
    return Ways(tmp_path, credit.account)


def limit(world, credit, amount):
    set_limit(actor=world.seat("cao"), credit=credit, limit=Decimal(amount), reason="试")


def sound(credit):
    credit.refresh_from_db()
    assert list(differences(credit.hotel)) == []
    return credit.balance


# ---- what counts against the limit


@pytest.mark.rule("CRD-05")
@pytest.mark.rule("CRD-11")
@pytest.mark.parametrize("way", WAYS)
def test_a_document_that_is_opened_again_is_judged_again(world, credit, ways, way):
    """Taken back and charged once more, after somebody else has used the room that it left."""
    assert ways.go("screen", "1000", "F-1") == ""
    line = LedgerLine.objects.select_related("credit__account", "hotel").get(reference="F-1")
    reverse(actor=world.seat("cao"), line=line, reason="重开")
    limit(world, credit, "2500")
    assert ways.go("screen", "1000", "F-2") == ""
    assert ways.go(way, "1000", "F-1") == "credit.limit"
    assert sound(credit) == Decimal("2080.50")


@pytest.mark.rule("CRD-04")
@pytest.mark.rule("CRD-11")
@pytest.mark.parametrize("second", WAYS)
@pytest.mark.parametrize("first", WAYS)
def test_a_folio_and_its_invoice_are_one_bill(credit, ways, first, second):
    assert ways.go(first, "1000", "F-1") == ""
    again = ways.go(second, "1000", "F-1")
    if {first, second} == {"pms"}:
        assert again == ""  # two lines of one folio are told apart by the PMS
        assert sound(credit) == Decimal("3080.50")
    elif first == second:
        same = {"authorisation": "", "command line": "unchanged"}.get(way := first, "credit.twice")
        assert (way, again) == (way, same) and sound(credit) == Decimal(
            "2080.50"
        )  # the same key, the same row: done once
    else:
        assert again in ("credit.twice", "") and sound(credit) == Decimal("2080.50")
        assert (again == "") is (second == "pms"), "a line of the PMS is found to be the bill that is there"


@pytest.mark.rule("CRD-11")
@pytest.mark.parametrize("way", WAYS)
def test_what_another_record_of_the_same_company_owes_counts(world, credit, ways, way):
    """Others counted what the person at the counter owed, not the company. Here a second record of it becomes one with it."""
    other = register_account(actor=SYSTEM, hotel=credit.hotel, name="华星物业", owner=world.chen)
    theirs = open_account(
        actor=world.seat("lin"), account=other, limit=Decimal(9000), reason="x", responsible=world.chen
    )
    adjust(actor=world.seat("cao"), credit=theirs, amount=Decimal(8000), reason="期初")
    limit(world, credit, "9500")
    winner, loser = (Account.objects.select_related("hotel").get(pk=one.pk) for one in (credit.account, other))
    merge_accounts(actor=world.seat("lin"), winner=winner, loser=loser, revisions=(winner.revision, loser.revision))
    assert ways.go(way, "419.51", "F-1") == "credit.limit"
    assert ways.go(way, "419.50", "F-2") == ""
    assert sound(credit) == Decimal(1500)


@pytest.mark.rule("CRD-11")
@pytest.mark.parametrize("way", WAYS)
def test_debts_older_than_120_days_count(world, credit, ways, way):
    with time_machine.travel("2026-03-02T09:00:00+08:00", tick=False):
        adjust(actor=world.seat("cao"), credit=credit, amount=Decimal(17_000), reason="旧欠")
    assert ways.go(way, "1919.51", "F-1") == "credit.limit"
    assert ways.go(way, "1919.50", "F-2") == ""
    assert sound(credit) == Decimal(20_000)


@pytest.mark.rule("CRD-11")
@pytest.mark.parametrize("way", WAYS)
def test_debts_at_another_hotel_do_not(world, credit, ways, way):
    there = CreditAccount.objects.select_related("hotel", "account").get(account=world.hubin)
    Account.objects.filter(pk=there.account_id).update(name=credit.account.name, credit_code=credit.account.credit_code)
    adjust(actor=world.seat("ye"), credit=there, amount=Decimal(18_000), reason="旧欠")
    limit(world, credit, "2080.50")
    assert ways.go(way, "1000.01", "F-1") == "credit.limit"
    assert ways.go(way, "1000", "F-2") == ""
    assert sound(credit) == Decimal("2080.50")


@pytest.mark.rule("CRD-11")
@pytest.mark.parametrize("way", WAYS)
def test_a_cancelled_document_counts_no_more(world, credit, ways, way):
    limit(world, credit, "2080.50")
    assert ways.go("screen", "1000", "F-1") == ""
    assert ways.go(way, "1000", "F-2") == "credit.limit"
    line = LedgerLine.objects.select_related("credit__account", "hotel").get(reference="F-1")
    reverse(actor=world.seat("cao"), line=line, reason="作废")
    assert ways.go(way, "1000.01", "F-3") == "credit.limit"
    assert ways.go(way, "1000", "F-4") == ""
    assert sound(credit) == Decimal("2080.50")


@pytest.mark.rule("CRD-05")
@pytest.mark.rule("CRD-11")
@pytest.mark.parametrize("way", WAYS)
def test_the_limit_goes_down_while_an_amount_is_set_aside(world, credit, ways, way):
    wanted = bill("1000", TOMORROW, reference="ORDER-1", source="api")
    authorise(actor=SYSTEM, account=credit.account, bill=wanted, until=TOMORROW)
    limit(world, credit, "2500")
    assert ways.go(way, "419.51", "F-1") == "credit.limit"
    assert ways.go(way, "419.50", "F-2") == ""
    limit(world, credit, "2499.99")
    assert ways.go(way, "1", "F-3") == "credit.hold"
    assert sound(credit) == Decimal(1500)


# ---- nobody charges before the agreement, after it, or without being on its list


@pytest.mark.rule("CRD-05")
@pytest.mark.rule("CRD-03")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("begins tomorrow", "credit.agreement"), ("signed, not in force", "credit.agreement"), ("ended yesterday", "credit.agreement"),
        ("bill of a day before it", "credit.agreement"), ("cash only", "credit.agreement"), ("ends today", ""), ("began today", ""),
        ("not on the list", "credit.signer"), ("nobody signed", "credit.signer"), ("on it until yesterday", "credit.signer"),
        ("on it from tomorrow", "credit.signer"), ("closed", "credit.closed"),
    ],
)  # fmt: skip
def test_nobody_charges_without_an_agreement_or_a_right_to_sign(world, credit, ways, way, case, code):
    agreement = Agreement.objects.filter(pk=world.agreement.pk)
    people, more = Signatory.objects.filter(agreement=world.agreement), {}
    match case:
        case "begins tomorrow":
            agreement.update(starts_on=TOMORROW)
        case "signed, not in force":
            agreement.update(effective_at=None)
        case "ended yesterday":
            agreement.update(holds_until=YESTERDAY)
        case "bill of a day before it":
            more = {"on": world.agreement.starts_on - timedelta(days=1)}
        case "cash only":
            agreement.update(kind="cash")
        case "ends today":
            agreement.update(holds_until=TODAY)
        case "began today":
            agreement.update(starts_on=TODAY)
        case "not on the list":
            more = {"signed_by": "路人"}
        case "nobody signed":
            more = {"signed_by": ""}
        case "on it until yesterday":
            people.update(ends_on=YESTERDAY)
        case "on it from tomorrow":
            people.update(starts_on=TOMORROW)
        case "closed":
            CreditAccount.objects.filter(pk=credit.pk).update(closed_on=TODAY)
    if (
        way == "pms" and code == "credit.signer"
    ):  # the PMS does not say who signed: refused where the hotel wants to know
        set_policy(
            actor=OPERATOR, hotel_code="lujiazui", key="credit.unsigned_imports", value="refused", effective_from=TODAY
        )
        more = {}
    assert ways.go(way, "100", "F-1", **more) == code
    assert LedgerLine.objects.filter(reference="F-1").exists() is (code == "")


# ---- nobody decides on their own application, or on two steps of one


def by_command(world, who, one):
    decide(approve_application, world, who, one)


def by_procedure(world, who, one):
    """As the task of the procedure does it."""
    case = Case.objects.get(subject=f"credit.creditapplication:{one.pk}")
    SERVICES["credit.keep_decision"](
        case, world.seat(who), credit_stage=one.waits_for, decision="approve", granted=None, opinion="同意"
    )


def by_machine(world, who, one):
    """Something that is no person, as a job or a command line is, on a case that this person began."""
    case = Case.objects.get(subject=f"credit.creditapplication:{one.pk}")
    Case.objects.filter(pk=case.pk).update(started_by=world.seat(who).staff)
    case.refresh_from_db()
    SERVICES["credit.keep_decision"](
        case,
        Machine("operator", "lujiazui"),
        credit_stage=one.waits_for,
        decision="approve",
        granted=None,
        opinion="同意",
    )


@pytest.mark.rule("CRD-02")
@pytest.mark.parametrize("way", [by_command, by_procedure, by_machine])
@pytest.mark.parametrize(
    ("case", "who", "code"),
    [("own", "zhou", "own"), ("twice", "zhou", "twice"), ("not the step", "lin", "turn"), ("right", "zhou", "")],
)
def test_nobody_approves_their_own_or_twice(world, way, case, who, code):
    one = checked(world, submitted(world, "zhou" if case == "own" else "chen"))
    if case == "twice":
        one = approved_by(world, one, "zhou")
        name_deputy(actor=world.seat("lin"), hotel=world.lujiazui, absent=world.lin, deputy=world.zhou, starts_on=TODAY,
                    ends_on=TOMORROW, kinds=["credit"], reason="出差")  # fmt: skip
    position = one.position
    try:
        way(world, who, one)
        said = ""
    except Refusal as refusal:
        said = refusal.code.removeprefix("application.")
    one.refresh_from_db()
    assert (said, one.position - position) == (code, 0 if code else 1)
    assert not CreditAccount.objects.filter(account=world.jinyuan).exists()
