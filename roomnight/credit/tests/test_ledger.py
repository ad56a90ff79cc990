"""The ledger of a client: charges that may go through and those that may not, payments, corrections (CRD-04, CRD-05)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roomnight.agreements.commands import terminate_agreement
from roomnight.agreements.models import Agreement
from roomnight.clients.commands import merge_accounts
from roomnight.clients.models import Account
from roomnight.credit.commands import (
    adjust,
    authorise,
    charge,
    charge_all_the_same,
    close_account,
    end_temporary_limits,
    expire_authorisations,
    hold,
    open_account,
    release,
    release_authorisation,
    reverse,
    set_limit,
    settle,
    take_payment,
    unsettle,
    write_off,
)
from roomnight.credit.models import CreditAccount, Hold, HoldKind, LedgerLine, Match
from roomnight.credit.queries.checking import differences
from roomnight.credit.queries.dossier import holds_now
from roomnight.credit.queries.standing import may_charge
from roomnight.credit.rules.authorising import Asked
from roomnight.kernel.commands import SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Deed
from roomnight.kernel.undo import undo
from tests.world_credit import bill

TODAY = date(2026, 11, 18)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
REFUSED = (IntegrityError, InternalError, ProgrammingError)


@pytest.fixture
def credit(world):
    return CreditAccount.objects.select_related("hotel", "account__hotel").get(account=world.huaxing)


@pytest.fixture
def at_till(world):
    """The receptionist who takes signatures."""
    return world.seat("gao")


def refused(code, do, **given):
    before = list(LedgerLine.objects.values_list("pk", "open_cents")), list(CreditAccount.objects.values())
    with pytest.raises(Refusal) as caught:
        do(**given)
    assert caught.value.code == code
    assert (list(LedgerLine.objects.values_list("pk", "open_cents")), list(CreditAccount.objects.values())) == before
    return caught.value


def sound(world):
    assert list(differences(world.huaxing.hotel)) == []


@pytest.mark.rule("CRD-04")
def test_the_balance_is_the_sum_of_the_lines(world, credit):
    assert (credit.balance, credit.available) == (Decimal("1080.50"), Decimal("18919.50"))
    assert [line.balance for line in credit.lines.order_by("pk")] == [
        Decimal("1200.50"), Decimal("2080.50"), Decimal("1080.50"),
    ]  # fmt: skip
    sound(world)
    CreditAccount.objects.filter(pk=credit.pk).update(balance_cents=1)
    (wrong,) = differences(credit.hotel)
    assert (wrong.what, wrong.kept, wrong.found) == ("balance", 1, 108_050)


@pytest.mark.rule("CRD-04")
@pytest.mark.parametrize(
    "change", [{"amount_cents": 1}, {"on": date(2026, 1, 1)}, {"signed_by": "x"}, {"source_key": "x"}]
)
def test_no_line_is_ever_changed(world, credit, change):
    with pytest.raises(REFUSED), transaction.atomic():
        LedgerLine.objects.filter(credit=credit).update(**change)


@pytest.mark.rule("CRD-04")
def test_no_line_is_ever_deleted(world, credit):
    line = credit.lines.latest("pk")
    Match.objects.all().delete()
    with pytest.raises(REFUSED), transaction.atomic():
        line.delete()


@pytest.mark.rule("CRD-05")
def test_a_charge_within_the_limit_goes_on_the_ledger(world, credit, at_till):
    line = charge(
        actor=at_till, account=world.huaxing, bill=bill("18919.50", signed_by="", source="pms", reference="F-9")
    )
    credit.refresh_from_db()
    assert (line.balance, credit.available) == (Decimal(20_000), Decimal(0))
    assert (line.agreement, line.due_on) == (world.agreement, line.on)
    refused("credit.limit", charge, actor=at_till, account=world.huaxing, bill=bill("0.01"))
    sound(world)


@pytest.mark.rule("CRD-05")
@pytest.mark.rule("CRD-11")
def test_a_refused_charge_says_why_and_who_can_help(world, at_till):
    given = {"actor": at_till, "account": world.huaxing}
    said = refused("credit.signer", charge, **given, bill=bill(signed_by="李四"))
    assert "李四" in said.message and said.field == "signed_by"
    said = refused("credit.limit", charge, **given, bill=bill("18920", source="pms", signed_by=""))
    for part in ("¥0.50", "¥1,080.50", "¥18,920.00", "¥20,000.50", "¥20,000.00", world.cao.label):
        assert part in said.message
    refused("credit.signer_limit", charge, **given, bill=bill("5000.01"))
    refused("credit.amount", charge, **given, bill=bill("0"))
    refused("credit.amount", charge, **given, bill=bill("1.005"))
    refused("credit.future", charge, **given, bill=bill(on=date(2026, 11, 19)))
    refused("credit.closed", charge, actor=at_till, account=world.jinyuan, bill=bill())


@pytest.mark.rule("CRD-05")
def test_a_folio_and_its_invoice_are_one_bill(world, at_till):
    given = {"actor": at_till, "account": world.huaxing}
    line = charge(**given, bill=bill("900", reference="F-77"))
    said = refused("credit.twice", charge, **given, bill=bill("900", reference="F-77", revenue_kind="room"))
    assert said.field == "reference"
    reverse(actor=at_till, line=line, reason="重开账单")
    charge(**given, bill=bill("900", reference="F-77"))  # opened again after it was taken back: once more, not twice
    assert CreditAccount.objects.get(account=world.huaxing).balance == Decimal("1980.50")
    with pytest.raises(IntegrityError), transaction.atomic():
        for _again in range(2):
            charge(**given, bill=bill("1", source_key="pms:1"))


@pytest.mark.rule("CRD-03")
@pytest.mark.rule("CRD-05")
@pytest.mark.parametrize("on", [date(2026, 10, 31), date(2026, 11, 5)])
def test_nobody_charges_before_or_after_the_agreement(world, at_till, on):
    if on.month == 11:
        terminate_agreement(actor=world.seat("zhou"), agreement=world.agreement, last_day=TODAY, note="改签")
        Agreement.objects.filter(pk=world.agreement.pk).update(holds_until=date(2026, 11, 4))  # it ended then
    refused("credit.agreement", charge, actor=at_till, account=world.huaxing, bill=bill(on=on))
    refused(
        "credit.agreement", charge_all_the_same, actor=world.seat("cao"), account=world.huaxing, bill=bill(on=on),
        reason="客户急用", authority=Decimal(10_000_000),
    )  # fmt: skip


@pytest.mark.rule("CRD-05")
def test_the_credit_manager_lets_a_charge_through_with_a_reason(world, credit):
    cao = world.seat("cao")
    given = {"actor": cao, "account": world.huaxing}
    over = bill("20919.50", source="pms", signed_by="")
    refused("credit.reason", charge_all_the_same, **given, bill=over, reason=" ", authority=None)
    line = charge_all_the_same(**given, bill=over, reason="周五到款", authority=None)
    assert (line.override, line.balance) == ("周五到款", Decimal(22_000))
    refused("credit.authority", charge_all_the_same, **given, bill=bill(), reason="再来", authority=Decimal(22_000))
    assert charge_all_the_same(**given, bill=bill(), reason="总经理同意", authority=Decimal(22_800)).balance == Decimal(
        22_800
    )


@pytest.mark.rule("CRD-05")
def test_what_is_set_aside_counts_and_is_used_up(world, credit, at_till):
    given = {"actor": at_till, "account": world.huaxing}
    ahead = {"on": date(2026, 11, 28), "source": "pms", "signed_by": "", "reference": "B-1"}
    held = authorise(**given, bill=bill("18000", **ahead), until=date(2026, 11, 30))
    refused("credit.authorised", authorise, **given, bill=bill("1", **ahead), until=date(2026, 11, 30))
    refused("credit.limit", charge, **given, bill=bill("1000"))
    line = charge(**given, bill=bill("18500", source="pms", signed_by="", reference="B-1"))
    held.refresh_from_db()
    credit.refresh_from_db()
    assert (held.state, held.line, credit.pending_cents) == ("captured", line, 0)
    refused("credit.authorisation", release_authorisation, actor=at_till, authorisation=held)
    sound(world)


@pytest.mark.rule("CRD-05")
def test_what_is_set_aside_runs_out_or_is_released(world, credit, at_till):
    given = {"actor": at_till, "account": world.huaxing, "until": date(2026, 11, 21)}
    first = authorise(**given, bill=bill("300", reference="B-1", on=date(2026, 11, 20)))
    authorise(**given, bill=bill("200", reference="B-2"))
    release_authorisation(actor=at_till, authorisation=first)
    assert CreditAccount.objects.get(pk=credit.pk).pending == Decimal(200)
    expire = {"actor": SYSTEM, "hotel": credit.hotel}
    assert expire_authorisations(**expire, on=date(2026, 11, 21)) is UNCHANGED
    assert expire_authorisations(**expire, on=date(2026, 11, 22)) == 1
    assert CreditAccount.objects.get(pk=credit.pk).pending == 0
    sound(world)


@pytest.mark.rule("CRD-06")
def test_a_payment_settles_the_oldest_and_the_rest_is_kept(world, credit):
    deng = world.seat("deng")
    first, second = credit.lines.filter(kind="charge").order_by("pk")
    assert (first.open, second.open) == (Decimal("200.50"), Decimal(880))
    paid = take_payment(actor=deng, credit=credit, amount=Decimal(2000), on=TODAY, reference="R-7")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.open, second.open, paid.balance) == (0, 0, Decimal("-919.50"))
    paid.refresh_from_db()
    assert paid.open == Decimal("-919.50")
    refused(
        "credit.twice",
        take_payment,
        actor=deng,
        credit=credit,
        amount=Decimal(2000),
        on=TODAY,
        reference="R-7",
    )
    refused("credit.future", take_payment, actor=deng, credit=credit, amount=Decimal(1), on=date(2026, 11, 19))
    later = charge(actor=deng, account=world.huaxing, bill=bill("500"))
    settle(actor=deng, payment=paid)
    later.refresh_from_db()
    assert later.open == 0
    refused("credit.nothing_open", settle, actor=deng, payment=paid)
    sound(world)


@pytest.mark.rule("CRD-06")
def test_a_payment_settles_what_was_chosen(world, credit):
    deng = world.seat("deng")
    first, second = credit.lines.filter(kind="charge").order_by("pk")
    given = {"actor": deng, "credit": credit, "on": TODAY}
    take_payment(**given, amount=Decimal(900), settles=[second.pk, first.pk])
    second.refresh_from_db()
    first.refresh_from_db()
    assert (second.open, first.open) == (0, Decimal("180.50"))
    refused("credit.settled", take_payment, **given, amount=Decimal(9), settles=[second.pk])
    kept = take_payment(**given, amount=Decimal(50), settles=[])
    assert kept.open == Decimal(-50)
    match = Match.objects.filter(debit=second).get()
    unsettle(actor=deng, match=match)
    second.refresh_from_db()
    assert second.open == Decimal(880)
    refused("credit.unsettled", unsettle, actor=deng, match=match)
    sound(world)


@pytest.mark.rule("CRD-04")
def test_a_correction_is_a_reversal(world, credit):
    deng = world.seat("deng")
    first, payment = credit.lines.get(reference=f"F-{credit.pk}-1"), credit.lines.get(kind="payment")
    refused("credit.reason", reverse, actor=deng, line=first, reason="")
    opposite = reverse(actor=deng, line=first, reason="重复入账")
    assert (opposite.amount, opposite.reverses, opposite.open_cents) == (Decimal("-1200.50"), first, -120_050)
    payment.refresh_from_db()
    first.refresh_from_db()
    opposite.refresh_from_db()
    assert (payment.open, first.open, opposite.open) == (Decimal(-1000), 0, 0)
    refused("credit.reversed", reverse, actor=deng, line=first, reason="再来")
    refused("credit.reversed", reverse, actor=deng, line=opposite, reason="再来")
    sound(world)


@pytest.mark.rule("CRD-04")
def test_adjusting_and_giving_up(world, credit):
    deng = world.seat("deng")
    assert adjust(actor=deng, credit=credit, amount=Decimal("-80.50"), reason="折扣").balance == Decimal(1000)
    refused("credit.amount", adjust, actor=deng, credit=credit, amount=Decimal(0), reason="x")
    line = credit.lines.get(reference=f"F-{credit.pk}-2")
    lost = {"actor": deng, "line": line, "reason": "客户破产"}
    refused("credit.authority", write_off, **lost, authority=Decimal("879.99"))
    refused("credit.authority", write_off, **lost, authority=None)
    assert write_off(**lost, authority=Decimal(880)).balance == Decimal(120)
    refused("credit.nothing_open", write_off, **lost, authority=Decimal(880))
    sound(world)


@pytest.mark.rule("CRD-08")
def test_nothing_is_charged_while_on_hold(world, credit, at_till):
    cao = world.seat("cao")
    hold(actor=cao, credit=credit, reason="逾期 60 天未付", kind=HoldKind.OVERDUE)
    assert hold(actor=cao, credit=credit, reason="又一次", kind=HoldKind.OVERDUE) is UNCHANGED
    said = refused("credit.hold", charge, actor=at_till, account=world.huaxing, bill=bill("1"))
    assert "逾期 60 天未付" in said.message
    refused("credit.reason", release, actor=cao, credit=credit, reason="")
    release(actor=cao, credit=credit, reason="已付清")
    row = Hold.objects.get(credit=credit)
    assert (row.released_by, row.release_reason) == ("cao", "已付清")
    charge(actor=at_till, account=world.huaxing, bill=bill("1"))
    refused("credit.not_held", release, actor=cao, credit=credit, reason="x")


@pytest.mark.rule("CRD-08")
@pytest.mark.rule("CRD-11")
def test_a_lower_limit_holds_and_a_payment_releases(world, credit, at_till):
    cao = world.seat("cao")
    set_limit(actor=cao, credit=credit, limit=Decimal(1000), reason="年审")
    said = refused("credit.hold", charge, actor=at_till, account=world.huaxing, bill=bill("1"))
    assert "欠款超过额度" in said.message  # the product's own reasons are said in the reader's language
    refused("credit.over_limit", release, actor=cao, credit=credit, reason="x")
    take_payment(actor=cao, credit=credit, amount=Decimal(500), on=TODAY)
    assert CreditAccount.objects.get(pk=credit.pk).is_on_hold is False
    assert Hold.objects.get(credit=credit).released_by == "system" or Hold.objects.get(credit=credit).release_reason
    charge(actor=at_till, account=world.huaxing, bill=bill("400"))
    refused("credit.limit", charge, actor=at_till, account=world.huaxing, bill=bill("100"))


@pytest.mark.rule("CRD-11")
def test_a_raise_that_has_run_out_counts_no_more(world, credit):
    cao, asked = world.seat("cao"), Asked(2_500_000, TODAY)
    set_limit(actor=cao, credit=credit, limit=Decimal(50_000), reason="年会", until=date(2026, 11, 21))
    assert may_charge(world.huaxing, asked, date(2026, 11, 21), "pms").is_allowed
    assert (
        may_charge(world.huaxing, asked, date(2026, 11, 22), "pms").code == "credit.limit"
    )  # before the worker came by
    assert end_temporary_limits(actor=SYSTEM, hotel=credit.hotel, on=date(2026, 11, 21)) is UNCHANGED
    assert end_temporary_limits(actor=SYSTEM, hotel=credit.hotel, on=date(2026, 11, 22)) == 1
    credit.refresh_from_db()
    assert (credit.limit, credit.limit_until) == (Decimal(20_000), None)
    refused("credit.until", set_limit, actor=cao, credit=credit, limit=Decimal(1), reason="x", until=date(2026, 11, 17))


@pytest.mark.rule("CRD-11")
def test_another_hotels_debts_are_another_matter(world, at_till):
    """The group's other hotel has its own account with its own limit; its lines count there only."""
    other = CreditAccount.objects.get(account=world.hubin)
    before = may_charge(world.huaxing, Asked(1, TODAY), TODAY, "pms")
    adjust(actor=world.seat("du"), credit=other, amount=Decimal(19_000), reason="期初")
    assert may_charge(world.huaxing, Asked(1, TODAY), TODAY, "pms") == before


@pytest.mark.rule("CRD-11")
def test_a_client_that_was_merged_brings_its_debts(world, credit, at_till):
    loser, lin = world.yuanyang, world.seat("lin")
    theirs = open_account(actor=lin, account=loser, limit=Decimal(9_000), reason="年度授信", responsible=world.chen)
    adjust(actor=lin, credit=theirs, amount=Decimal(8_000), reason="期初")
    winner = Account.objects.get(pk=world.huaxing.pk)
    loser.refresh_from_db()
    merge_accounts(actor=lin, winner=winner, loser=loser, revisions=(winner.revision, loser.revision))
    theirs.refresh_from_db()
    assert (theirs.account, theirs.merged_into, theirs.is_open) == (winner, credit, False)
    stands = may_charge(winner, Asked(1_091_951, TODAY), TODAY, "pms")
    assert (stands.limit, stands.balance, stands.code) == (2_000_000, 908_050, "credit.limit")
    charge(actor=at_till, account=winner, bill=bill("100"))  # on the account that stays
    assert theirs.lines.count() == 1
    undo(actor=lin, deed=Deed.objects.filter(kind="clients.merge").latest("pk"))
    theirs.refresh_from_db()
    credit.refresh_from_db()
    assert (theirs.account, theirs.merged_into, credit.balance) == (loser, None, Decimal("1180.50"))
    sound(world)


def test_the_reason_of_a_hold_is_said_in_the_readers_language(world, credit, at_till):
    hold(
        actor=SYSTEM,
        credit=credit,
        reason="Overdue for %(days)s days: %(owed)s.",
        kind=HoldKind.OVERDUE,
        days=63,
        owed=108_050,
    )
    said = refused("credit.hold", charge, actor=at_till, account=world.huaxing, bill=bill("1"))
    assert "63" in said.message and "¥1,080.50" in said.message and "%" not in said.message
    with translation.override("en"):
        hold(actor=SYSTEM, credit=credit, reason="100% 保留", kind=HoldKind.BY_HAND)  # as somebody typed it
        assert "100% 保留" in holds_now(CreditAccount.objects.select_related("hotel").get(pk=credit.pk))


def test_an_account_is_closed_when_nothing_is_open(world, credit):
    cao = world.seat("cao")
    refused("credit.not_settled", close_account, actor=cao, credit=credit, reason="不再合作")
    take_payment(actor=cao, credit=credit, amount=Decimal("1080.50"), on=TODAY)
    close_account(actor=cao, credit=credit, reason="不再合作")
    refused("credit.closed", charge, actor=cao, account=world.huaxing, bill=bill())
    refused("credit.closed", set_limit, actor=cao, credit=credit, limit=Decimal(1), reason="x")


# ---- any sequence of deeds

DEEDS = st.lists(
    st.tuples(st.sampled_from(["charge", "pay", "keep", "settle", "unsettle", "reverse", "adjust", "lose", "ahead"]),
              st.integers(1, 300_000), st.integers(0, 50)),
    min_size=1, max_size=14,
)  # fmt: skip


def do(world, credit, verb, cents, pick):
    """One deed, chosen among what is there."""
    seat, amount = world.seat("cao"), Decimal(cents).scaleb(-2)
    lines = list(LedgerLine.objects.filter(credit=credit).select_related("credit__account", "hotel").order_by("pk"))
    line = lines[pick % len(lines)]
    match verb:
        case "charge":
            charge(actor=seat, account=world.huaxing, bill=bill(str(amount), signed_by="", source="pms"))
        case "ahead":
            authorise(
                actor=seat, account=world.huaxing, until=TODAY + timedelta(days=1),
                bill=bill(str(amount), signed_by="", source="pms", reference=f"B-{pick}"),
            )  # fmt: skip
        case "pay":
            take_payment(actor=seat, credit=credit, amount=amount, on=TODAY)
        case "keep":
            take_payment(actor=seat, credit=credit, amount=amount, on=TODAY, settles=[])
        case "settle":
            settle(actor=seat, payment=line)
        case "unsettle":
            found = list(Match.objects.filter(undone_at=None).select_related("debit__credit").order_by("pk"))
            if found:
                unsettle(actor=seat, match=found[pick % len(found)])
        case "reverse":
            reverse(actor=seat, line=line, reason="更正")
        case "adjust":
            adjust(actor=seat, credit=credit, amount=-amount if pick % 2 else amount, reason="更正")
        case "lose":
            write_off(actor=seat, line=line, reason="坏账", authority=Decimal(10_000_000))


@pytest.mark.rule("CRD-04")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_any_sequence_of_deeds_keeps_the_figures_sound(world, credit, deeds):
    with transaction.atomic():
        for deed in deeds:
            try:
                do(world, credit, *deed)
            except Refusal:  # a rule said no
                continue
            kept = CreditAccount.objects.get(pk=credit.pk)
            if deed[0] in ("charge", "ahead"):  # a correction may pass the limit, a charge never
                assert kept.balance_cents + kept.pending_cents <= kept.limit_cents
        sound(world)
        transaction.set_rollback(True)
