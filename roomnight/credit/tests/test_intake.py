"""What the PMS put on the city ledger: charged once, changed, taken back, or kept for a decision (CRD-04, CRD-05)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django_tasks_db.models import DBTaskResult

from roomnight.clients.commands import merge_accounts, register_account
from roomnight.clients.models import Account
from roomnight.credit.commands import (
    charge,
    let_through,
    open_account,
    reverse,
    send_back,
    set_limit,
    take_folio_line,
    take_payment,
    take_pms_payment,
)
from roomnight.credit.jobs import take_from_pms
from roomnight.credit.models import CreditAccount, LedgerLine, Posting, RefusedCharge
from roomnight.credit.queries.checking import differences
from roomnight.credit.queries.intake import meant
from roomnight.credit.queries.words import sentence
from roomnight.kernel.commands import OPERATOR, SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from roomnight.kernel.policy import set_policy
from roomnight.pms.commands import assign_party
from roomnight.pms.commands.runs import finish_import
from roomnight.pms.models import FolioLine, ImportRun, Party, Payment
from tests.world_credit import bill

TODAY = date(2026, 11, 18)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


@pytest.fixture
def credit(world):
    return CreditAccount.objects.select_related("hotel", "account__hotel").get(account=world.huaxing)


@pytest.fixture
def party(world):
    return Party.objects.create(
        hotel=world.huaxing.hotel, side="company", code="C-77", name=world.huaxing.name, account=world.huaxing
    )


class Pms:
    """Writes what a file of the PMS says, again under the same key, and lets the worker take it."""

    def __init__(self, hotel, party):
        self.hotel, self.party = hotel, party

    def says(self, key, amount, **more):
        given = {
            "business_date": TODAY, "party": self.party, "revenue_kind": "food", "department": "中餐厅",
            "reference": f"F-{key}", "currency": "CNY", "on_city_ledger": True, **more,
        }  # fmt: skip
        self._write(FolioLine, key, amount, given)

    def was_paid(self, key, amount, **more):
        given = {"paid_on": TODAY, "party": self.party, "currency": "CNY", "reference": f"R-{key}", **more}
        self._write(Payment, key, amount, given)

    def _write(self, model, key, amount, given):
        cents, content = int(Decimal(amount).scaleb(2)), f"{key}{amount}{sorted(map(str, given.items()))}"
        model.objects.update_or_create(
            hotel=self.hotel, source_key=f"opera:{key}",
            defaults={**given, "amount_cents": cents, "content": f"{hash(content):x}"[-32:]},
        )  # fmt: skip

    def take(self):
        return take_from_pms.call(self.hotel.pk)


@pytest.fixture
def pms(world, party):
    return Pms(world.huaxing.hotel, party)


def balance(credit):
    assert list(differences(credit.hotel)) == []
    return CreditAccount.objects.get(pk=credit.pk).balance - Decimal("1080.50")


def waiting():
    found = RefusedCharge.objects.exclude(reference="F-0").select_related("hotel", "credit__account__hotel")
    return found.filter(state="open").order_by("pk")


@pytest.mark.rule("CRD-04")
def test_a_line_of_the_city_ledger_is_charged_once(pms, credit):
    pms.says("1", "300")
    pms.says("2", "45.50", on_city_ledger=False)
    pms.was_paid("77", "100")
    assert (pms.take(), pms.take()) == (2, 0)
    assert balance(credit) == Decimal(200)
    line = LedgerLine.objects.get(reference="F-1")
    assert (line.kind, line.source, line.on, line.department) == ("charge", "pms", TODAY, "中餐厅")
    paid = LedgerLine.objects.get(reference="R-77")
    assert (paid.amount, paid.open_cents) == (Decimal(-100), 0)
    folio = FolioLine.objects.get(source_key="opera:1")
    assert take_folio_line(actor=SYSTEM, pk=folio.pk) is UNCHANGED
    assert take_pms_payment(actor=SYSTEM, pk=Payment.objects.get(source_key="opera:77").pk) is UNCHANGED


@pytest.mark.rule("CRD-04")
def test_a_line_that_came_otherwise_is_reversed_and_charged_anew(pms, credit):
    pms.says("1", "300")
    pms.take()
    pms.says("1", "300", room="2104")  # nothing that a client is told
    assert pms.take() == 0
    assert LedgerLine.objects.filter(credit=credit, source="pms").count() == 1
    pms.says("1", "280")
    assert pms.take() == 1
    assert balance(credit) == Decimal(280)
    assert [one.amount for one in LedgerLine.objects.filter(credit=credit, source="pms").order_by("pk")] == [
        Decimal(300), Decimal(-300), Decimal(280),
    ]  # fmt: skip
    pms.says("1", "280", on_city_ledger=False)  # the guest paid at the desk after all
    pms.take()
    assert balance(credit) == 0
    pms.says("1", "280")
    assert (pms.take(), balance(credit)) == (1, Decimal(280))


@pytest.mark.rule("CRD-04")
def test_what_the_pms_takes_back_is_reversed_or_adjusted(pms, credit):
    pms.says("1", "300")
    pms.says("2", "-300", reference="F-1")
    pms.says("3", "-20", reference="F-9")
    pms.take()
    assert balance(credit) == Decimal(-20)
    kinds = LedgerLine.objects.filter(credit=credit, source="pms").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["charge", "reversal", "adjustment"]
    pms.says("2", "0", reference="F-1")  # the taking back was a mistake
    pms.says("3", "-50", reference="F-9")
    pms.take()
    assert balance(credit) == Decimal(250)


@pytest.mark.rule("CRD-05")
def test_two_nights_of_a_folio_are_two_and_a_folio_and_its_invoice_one(pms, credit, world):
    by_hand = charge(actor=world.seat("gao"), account=world.huaxing, bill=bill("500", reference="F-77"))
    pms.says("1", "500", reference="F-77")
    pms.says("2", "500", reference="F-77", business_date=TODAY)
    pms.take()
    assert balance(credit) == Decimal(1000)
    assert Posting.objects.get(folio__source_key="opera:1").line == by_hand
    with pytest.raises(Refusal, match="F-77"):
        charge(actor=world.seat("gao"), account=world.huaxing, bill=bill("500", reference="F-77"))
    paid = take_payment(actor=world.seat("deng"), credit=credit, amount=Decimal(60), on=TODAY, reference="R-5")
    pms.was_paid("1", "60", reference="R-5")
    pms.was_paid("2", "60", reference="R-5")
    pms.take()
    assert balance(credit) == Decimal(880)
    assert Posting.objects.get(payment__source_key="opera:1").line == paid


@pytest.mark.rule("CRD-05")
def test_what_was_before_the_account_is_not_charged_and_what_is_to_come_not_yet(pms, credit, at_work):
    pms.says("1", "300", business_date=TODAY - timedelta(days=1))
    pms.says("2", "400", business_date=TODAY + timedelta(days=1))
    pms.was_paid("1", "100", paid_on=TODAY - timedelta(days=1))
    assert (pms.take(), balance(credit)) == (0, 0)
    at_work.shift(timedelta(days=1))
    assert (pms.take(), balance(credit)) == (1, Decimal(400))


@pytest.mark.rule("CRD-05")
def test_a_charge_over_the_limit_waits_for_the_credit_manager(pms, credit, world):
    pms.says("1", "19500")
    pms.take()
    assert balance(credit) == 0
    (one,) = waiting()
    assert (one.code, one.credit, one.values["over"]) == ("credit.limit", credit, 58_050)
    assert "¥580.50" in sentence(one.hotel, one.code, one.values)
    cao = world.seat("cao")
    with pytest.raises(Refusal) as caught:
        let_through(actor=cao, refused=one, account=world.huaxing, reason=" ", authority=None)
    assert caught.value.code == "credit.reason"
    let_through(actor=cao, refused=one, account=world.huaxing, reason="周五到款", authority=None)
    assert balance(credit) == Decimal(19_500)
    one.refresh_from_db()
    assert (one.state, one.line.override, one.decided_by) == ("let_through", "周五到款", "cao")
    with pytest.raises(Refusal, match="."):
        send_back(actor=cao, refused=one, note="再议")
    assert pms.take() == 0
    pms.says("1", "100")  # the folio was put right: what was let through is reversed
    assert (pms.take(), balance(credit)) == (1, Decimal(100))


@pytest.mark.rule("CRD-05")
def test_more_than_one_may_let_through_stays(pms, credit, world):
    pms.says("1", "25000")
    pms.take()
    given = {"actor": world.seat("cao"), "refused": waiting().get(), "account": world.huaxing, "reason": "急"}
    with pytest.raises(Refusal) as caught:
        let_through(**given, authority=Decimal(22_000))
    assert caught.value.code == "credit.authority"
    assert (waiting().count(), balance(credit)) == (1, 0)
    let_through(**given, authority=Decimal(30_000))
    assert balance(credit) == Decimal(25_000)


@pytest.mark.rule("CRD-05")
def test_a_charge_that_waits_is_withdrawn_when_the_pms_changes_it(pms, credit):
    pms.says("1", "25000")
    pms.take()
    pms.says("1", "2500")
    pms.take()
    assert (waiting().count(), balance(credit)) == (0, Decimal(2500))
    assert RefusedCharge.objects.exclude(reference="F-0").get().state == "sent_back"


@pytest.mark.rule("CRD-11")
def test_a_contact_instead_of_the_company_is_never_silently_uncharged(pms, credit, world):
    """The PMS names the person who signed: the charge waits, and the company is offered."""
    person = world.huaxing.contacts.first()
    pms.party = Party.objects.create(hotel=credit.hotel, side="company", name=person.name, name_key=person.name)
    pms.says("1", "300")
    pms.take()
    (one,) = waiting()
    assert (one.code, one.client_name, meant(one)) == ("credit.client", person.name, world.huaxing)
    let_through(actor=world.seat("cao"), refused=one, account=world.huaxing, reason="本人签单", authority=None)
    assert balance(credit) == Decimal(300)


@pytest.mark.rule("CRD-11")
def test_a_line_without_a_client_waits_until_somebody_says_which(pms, credit, world):
    pms.party = Party.objects.create(hotel=credit.hotel, side="company", name="华兴商事", name_key="华兴商事")
    pms.says("1", "300")
    pms.take()
    assert waiting().get().code == "credit.client"
    pms.party = None
    pms.says("2", "40", booking_number="B-12")
    pms.take()
    assert [one.client_name for one in waiting()] == ["华兴商事", "B-12"]
    assign_party(
        actor=world.seat("lin"), party=Party.objects.select_related("hotel").get(name="华兴商事"), account=world.huaxing
    )
    pms.take()
    assert (balance(credit), waiting().count()) == (Decimal(300), 1)


@pytest.mark.rule("CRD-05")
def test_a_client_without_an_account_waits_or_is_left_to_the_pms(pms, credit, world):
    pms.party.account = world.jinyuan
    pms.party.save()
    pms.says("1", "300")
    pms.take()
    assert waiting().get().code == "credit.closed"
    set_policy(
        actor=SYSTEM, key="credit.other_imports", value="ignored", hotel_code=credit.hotel.code, effective_from=TODAY
    )
    pms.says("2", "300")
    pms.take()
    assert waiting().count() == 1


@pytest.mark.rule("CRD-05")
def test_another_currency_waits(pms, credit):
    pms.says("1", "300", currency="USD")
    pms.was_paid("1", "300", currency="USD")
    pms.take()
    assert (waiting().get().code, balance(credit)) == ("credit.currency", 0)
    told = Notification.objects.filter(recipient="cao", values__currency="USD")
    assert (told.get().values["amount"], told.get().url) == ("300.00", f"/h/lujiazui/credit/{credit.pk}/payments/new/")
    pms.take()
    assert told.count() == 1


@pytest.mark.rule("CRD-11")
def test_lines_go_along_when_clients_become_one_and_are_not_charged_again(pms, credit, world):
    lin, loser = world.seat("lin"), register_account(
        actor=SYSTEM, hotel=credit.hotel, name="华兴物业", owner=world.chen
    )  # fmt: skip
    theirs = open_account(actor=lin, account=loser, limit=Decimal(5000), reason="x", responsible=world.chen)
    other = Party.objects.create(hotel=credit.hotel, side="company", code="C-9", name="华兴物业", account=loser)
    pms.says("1", "300")
    pms.says("2", "70", party=other)
    pms.take()
    assert waiting().get().code == "credit.agreement"  # no agreement of its own
    let_it = waiting().get()
    winner = Account.objects.get(pk=world.huaxing.pk)
    loser.refresh_from_db()
    merge_accounts(actor=lin, winner=winner, loser=loser, revisions=(winner.revision, loser.revision))
    assert pms.take() == 0
    assert (balance(credit), waiting().get()) == (Decimal(300), let_it)
    theirs.refresh_from_db()
    assert theirs.merged_into == credit


@pytest.mark.rule("CRD-05")
def test_a_document_re_opened_is_judged_again(pms, credit, world):
    """A folio that was reversed by hand and comes again, changed, meets the limit of today."""
    pms.says("1", "300")
    pms.take()
    line = LedgerLine.objects.select_related("credit__account", "hotel").get(reference="F-1")
    reverse(actor=world.seat("deng"), line=line, reason="客户异议")
    assert (pms.take(), balance(credit)) == (0, 0)
    set_limit(actor=world.seat("cao"), credit=credit, limit=Decimal(1200), reason="年审")
    pms.says("1", "310")
    pms.take()
    assert (waiting().get().code, balance(credit)) == ("credit.limit", 0)


@pytest.mark.rule("CRD-04")
def test_the_worker_takes_an_import_when_it_is_in(pms, credit):
    """The end of an import queues the worker; nothing is charged inside the import."""
    pms.says("1", "300")
    run = ImportRun.objects.create(
        kind="folios", file_name="f.csv", sha256="0" * 64, actor="operator", state="running", created=1
    )
    run.hotels.add(credit.hotel)
    finish_import(actor=OPERATOR, run=run)
    queued = DBTaskResult.objects.filter(task_path="roomnight.credit.jobs.take_from_pms")
    assert [one.args_kwargs["args"] for one in queued] == [[credit.hotel_id]]
    assert balance(credit) == 0
