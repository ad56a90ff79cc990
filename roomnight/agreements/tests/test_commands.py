"""Agreements from draft to end: what each step does, and what it refuses."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction

from roomnight.agreements.commands import (
    add_signatory,
    approve_agreement,
    approve_below_floor,
    begin_agreements,
    change_agreement,
    change_signatory,
    draft_agreement,
    end_agreements,
    register_original,
    return_agreement,
    submit_agreement,
    terminate_agreement,
    withdraw_agreement,
)
from roomnight.agreements.models import Agreement, RateCell, State
from roomnight.agreements.queries.charging import charging_agreement, settlement_terms, signatories_on
from roomnight.clients.commands import merge_accounts
from roomnight.kernel.commands import SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Notification
from tests.world import WORLD_NOW
from tests.world_agreements import ENDS, STARTS, rate, signed, terms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
TODAY = date(2026, 11, 18)
LOW = [rate(), rate("deluxe", "399", season="low")]


def drafted(world, lines=None, account="huaxing", who="chen", **more):
    seat = world.seat(who)
    return draft_agreement(
        actor=seat, account=getattr(world, account), responsible=seat.staff, drafted_by=seat.staff,
        lines=[rate()] if lines is None else lines, **terms(**more),
    )  # fmt: skip


def submitted(world, **more):
    chen = world.seat("chen")
    return submit_agreement(actor=chen, agreement=drafted(world, **more), staff=chen.staff)


def approved(world, **more):
    zhou = world.seat("zhou")
    return approve_agreement(actor=zhou, agreement=submitted(world, **more), staff=zhou.staff)


def in_force(world, **more):
    one = approved(world, **more)
    signed(world.seat("chen"), one)
    begin_agreements(actor=SYSTEM, hotel=one.hotel, on=TODAY)
    one.refresh_from_db()
    return one


def refused(code, call, **arguments):
    """The call is refused with this code and nothing is written."""
    before = (AuditEntry.objects.count(), Agreement.objects.count())
    with pytest.raises(Refusal) as caught:
        call(**arguments)
    assert caught.value.code == code
    assert (AuditEntry.objects.count(), Agreement.objects.count()) == before


@pytest.mark.rule("AGR-02")
def test_the_way_from_draft_to_force(world):
    one = in_force(world, commitment_nights=400)
    assert one.number == "XY-202611-0009"
    assert one.state == State.EFFECTIVE
    assert one.effective_at == WORLD_NOW
    assert list(one.trail.values_list("what", flat=True)) == ["drafted", "submitted", "approved", "signed", "began"]
    world.huaxing.refresh_from_db()
    assert world.huaxing.agreement_until == ENDS
    told = Notification.objects.filter(recipient="chen", url=one.get_absolute_url()).count()
    assert told == 3
    assert begin_agreements(actor=SYSTEM, hotel=one.hotel, on=TODAY) is UNCHANGED


@pytest.mark.rule("AGR-01")
def test_what_the_price_list_is_kept_as(world):
    one = drafted(
        world, lines=[rate("deluxe", "700", nights="12347"), rate("deluxe", "760", nights="56", season="high")]
    )
    assert RateCell.objects.filter(agreement=one).count() == 5 * 3 + 2
    one.refresh_from_db()
    assert one.periods[0] == ["2026-11-01", "high"]
    assert one.periods[1] == ["2026-11-11", "ordinary"]
    assert [season for _start, season in one.periods] == [
        "high", "ordinary", "low", "ordinary", "low", "ordinary", "high", "ordinary", "high",
    ]  # fmt: skip


@pytest.mark.rule("AGR-01")
@pytest.mark.parametrize(
    ("lines", "code"),
    [
        pytest.param([rate(), rate(nights="56")], "agreement.two_rates", id="every night and Friday again"),
        pytest.param([rate(), rate(season="high")], "agreement.two_rates", id="every season and high season again"),
        pytest.param([rate("cellar")], "agreement.unknown", id="no such room type"),
        pytest.param([rate(season="monsoon")], "agreement.unknown", id="no such season"),
        pytest.param([rate(amount="0")], "agreement.rate", id="free of charge"),
        pytest.param([rate(nights="")], "agreement.nights", id="no night"),
        pytest.param([rate(nights="8")], "agreement.nights", id="an eighth day of the week"),
        pytest.param([rate(is_linked=True)], "agreement.no_volume", id="for a volume that nobody promised"),
    ],
)
def test_price_lists_that_make_no_sense(world, lines, code):
    refused(code, drafted, world=world, lines=lines)


@pytest.mark.rule("AGR-01")
def test_the_database_has_one_rate_a_night(world):
    one = drafted(world)
    cell = one.cells.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        RateCell.objects.create(
            agreement=one, line=cell.line, room_type=cell.room_type, season=cell.season, night=cell.night
        )
    other = drafted(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=other.pk).update(number=one.number)
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=one.pk).update(state=State.EFFECTIVE)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        pytest.param({"ends_on": STARTS - timedelta(days=1)}, "agreement.order", id="ends before it begins"),
        pytest.param({"ends_on": date(2032, 1, 1)}, "agreement.long", id="longer than five years"),
        pytest.param({"kind": "verbal"}, "agreement.kind", id="no such kind"),
    ],
)
def test_terms_that_make_no_sense(world, more, code):
    refused(code, drafted, world=world, **more)


def test_a_term_of_one_day_is_one_day(world):
    one = drafted(world, ends_on=STARTS)
    assert (one.starts_on, one.holds_until, one.periods) == (STARTS, STARTS, [("2026-11-01", "high")])


@pytest.mark.rule("AGR-02")
def test_nobody_decides_on_their_own(world):
    one = submitted(world)
    for who in ("chen", "zhou"):
        seat = world.seat(who)
        Agreement.objects.filter(pk=one.pk).update(submitted_by=seat.staff)
        one.refresh_from_db()
        refused("agreement.own", approve_agreement, actor=seat, agreement=one, staff=seat.staff)
        refused("agreement.own", approve_below_floor, actor=seat, agreement=one, staff=seat.staff, note="x")
    assert Agreement.objects.get(pk=one.pk).state == State.REVIEW


@pytest.mark.rule("AGR-02")
def test_below_the_floor_the_director_decides(world):
    one = submitted(world, lines=LOW)
    zhou, lin = world.seat("zhou"), world.seat("lin")
    refused("agreement.below_floor", approve_agreement, actor=zhou, agreement=one, staff=zhou.staff)
    refused("agreement.note", approve_below_floor, actor=lin, agreement=one, staff=lin.staff)
    approve_below_floor(actor=lin, agreement=one, staff=lin.staff, note="全年用量大")
    assert [(line.room_type, line.floor, line.is_below_floor) for line in one.lines.all()] == [
        ("superior", None, False), ("deluxe", Decimal("500.00"), True),
    ]  # fmt: skip


def test_a_rate_for_every_season_is_measured_by_the_dearest(world):
    one = submitted(world, lines=[rate(amount="550")])
    zhou = world.seat("zhou")
    refused("agreement.below_floor", approve_agreement, actor=zhou, agreement=one, staff=zhou.staff)


def test_returned_and_corrected(world):
    one, zhou, chen = submitted(world), world.seat("zhou"), world.seat("chen")
    refused("agreement.state", change_agreement, actor=chen, agreement=one, revision=1, lines=[rate()],
            starts_on=STARTS, ends_on=ENDS)  # fmt: skip
    refused("agreement.note", return_agreement, actor=zhou, agreement=one, staff=zhou.staff, note=" ")
    return_agreement(actor=zhou, agreement=one, staff=zhou.staff, note="价格偏低")
    change_agreement(
        actor=chen, agreement=one, revision=1, lines=[rate(amount="600")], starts_on=STARTS, ends_on=ENDS,
        commitment_nights=300,
    )  # fmt: skip
    refused("record.changed_meanwhile", change_agreement, actor=chen, agreement=one, revision=1, lines=[rate()],
            starts_on=STARTS, ends_on=ENDS)  # fmt: skip
    one.refresh_from_db()
    assert (one.state, one.commitment_nights, one.revision) == (State.DRAFT, 300, 2)
    assert [line.rate for line in one.lines.all()] == [Decimal(600)]


def test_nothing_is_handed_in_without_rates_or_an_owner(world):
    chen = world.seat("chen")
    refused("agreement.no_rates", submit_agreement, actor=chen, agreement=drafted(world, lines=[]), staff=chen.staff)
    pool = drafted(world, account="tianyuan")
    refused("account.owner_needed", submit_agreement, actor=chen, agreement=pool, staff=chen.staff)
    over = drafted(world, starts_on=date(2026, 1, 1), ends_on=TODAY - timedelta(days=1))
    refused("agreement.past", submit_agreement, actor=chen, agreement=over, staff=chen.staff)
    conference = drafted(world, lines=[], kind="conference")
    assert submit_agreement(actor=chen, agreement=conference, staff=chen.staff).state == State.REVIEW


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"signed_on": TODAY + timedelta(days=1)}, "agreement.signed_on"),
        ({"has_our_seal": False}, "agreement.seal"),
        ({"has_client_seal": False}, "agreement.seal"),
        ({"side": "somebody"}, "agreement.original"),
    ],
)
def test_originals_that_do_not_count(world, change, code):
    one, chen = approved(world), world.seat("chen")
    said = {
        "side": "ours", "signed_on": TODAY, "place": "柜", "signed_for_us": "林", "signed_for_client": "单",
        "has_our_seal": True, "has_client_seal": True,
    }  # fmt: skip
    refused(code, register_original, actor=chen, agreement=one, staff=chen.staff, **{**said, **change})
    register_original(actor=chen, agreement=one, staff=chen.staff, **said)
    refused("agreement.original", register_original, actor=chen, agreement=one, staff=chen.staff, **said)
    one.refresh_from_db()
    assert one.state == State.APPROVED


@pytest.mark.rule("AGR-01")
def test_who_may_sign(world):
    one, chen = approved(world, kind="credit_account"), world.seat("chen")
    with pytest.raises(Refusal) as caught:
        signed(chen, one)
    assert caught.value.code == "agreement.signatories"
    add_signatory(actor=chen, agreement=one, name="单立人", starts_on=STARTS, ends_on=ENDS)
    refused(
        "agreement.signatory", add_signatory, actor=chen, agreement=one, name="单立人", starts_on=STARTS, ends_on=ENDS
    )
    refused("agreement.outside", add_signatory, actor=chen, agreement=one, name="王芳", starts_on=STARTS,
            ends_on=ENDS + timedelta(days=1))  # fmt: skip
    one.originals.all().delete()
    signed(chen, one)
    begin_agreements(actor=SYSTEM, hotel=one.hotel, on=TODAY)
    refused("agreement.letter", add_signatory, actor=chen, agreement=one, name="王芳", starts_on=TODAY, ends_on=ENDS)
    wang = add_signatory(
        actor=chen, agreement=one, name="王芳", starts_on=TODAY, ends_on=ENDS, letter="2026-11-17 来函"
    )
    change_signatory(
        actor=chen,
        signatory=wang,
        revision=1,
        name="王芳",
        starts_on=TODAY,
        ends_on=date(2026, 12, 31),
        letter="12 月来函",
    )
    one.refresh_from_db()
    assert [who.name for who in signatories_on(one, date(2026, 12, 31))] == ["单立人", "王芳"]
    assert [who.name for who in signatories_on(one, date(2027, 1, 1))] == ["单立人"]
    assert signatories_on(one, ENDS + timedelta(days=1)) == []


def test_what_credit_asks(world):
    account = world.jinyuan
    one = approved(world, account="jinyuan", kind="credit_signing", settlement="monthly", payment_days=30)
    chen = world.seat("chen")
    add_signatory(actor=chen, agreement=one, name="甲", starts_on=STARTS, ends_on=ENDS)
    signed(chen, one)
    assert charging_agreement(account, TODAY) is None
    begin_agreements(actor=SYSTEM, hotel=one.hotel, on=TODAY)
    assert charging_agreement(account, STARTS) == one
    assert charging_agreement(account, ENDS) == one
    assert charging_agreement(account, STARTS - timedelta(days=1)) is None
    assert charging_agreement(account, ENDS + timedelta(days=1)) is None
    found = settlement_terms(account, TODAY)
    assert found is not None
    assert (found.settlement, found.payment_days, found.number) == ("monthly", 30, one.number)
    in_force(world, account="jinyuan", kind="cash", starts_on=STARTS + timedelta(days=3))
    assert charging_agreement(account, TODAY) == one


@pytest.mark.rule("AGR-02")
def test_it_begins_on_its_day_and_ends_after_its_last(world):
    one = approved(world, starts_on=TODAY + timedelta(days=2), ends_on=TODAY + timedelta(days=5))
    signed(world.seat("chen"), one)
    states = []
    for days in range(8):
        on = TODAY + timedelta(days=days)
        with time_machine.travel(datetime(on.year, on.month, on.day, 9, tzinfo=ZoneInfo("Asia/Shanghai")), tick=False):
            begin_agreements(actor=SYSTEM, hotel=one.hotel, on=on)
            end_agreements(actor=SYSTEM, hotel=one.hotel, on=on)
        one.refresh_from_db()
        states.append(one.state)
    assert states == ["signed", "signed", "effective", "effective", "effective", "effective", "expired", "expired"]


@pytest.mark.rule("AGR-02")
def test_ended_early(world):
    one, lin = in_force(world, account="jinyuan"), world.seat("lin")
    refused("agreement.note", terminate_agreement, actor=lin, agreement=one, last_day=TODAY, note="")
    refused("agreement.last_day", terminate_agreement, actor=lin, agreement=one, last_day=STARTS, note="x")
    refused("agreement.last_day", terminate_agreement, actor=lin, agreement=one,
            last_day=ENDS + timedelta(days=1), note="x")  # fmt: skip
    terminate_agreement(actor=lin, agreement=one, last_day=TODAY + timedelta(days=3), note="客户搬迁")
    world.jinyuan.refresh_from_db()
    assert (one.state, one.holds_until) == (State.TERMINATED, TODAY + timedelta(days=3))
    assert world.jinyuan.agreement_until == TODAY + timedelta(days=3)


def test_what_has_not_begun_ends_before_it_begins(world):
    one = approved(world, account="jinyuan", starts_on=TODAY + timedelta(days=9))
    signed(world.seat("chen"), one)
    lin = world.seat("lin")
    terminate_agreement(actor=lin, agreement=one, last_day=ENDS, note="改签新协议")
    assert one.holds_until == TODAY + timedelta(days=8)


def test_given_up(world):
    one, chen = submitted(world), world.seat("chen")
    refused("agreement.note", withdraw_agreement, actor=chen, agreement=one, note="")
    withdraw_agreement(actor=chen, agreement=one, note="客户另签他店")
    refused("agreement.state", submit_agreement, actor=chen, agreement=one, staff=chen.staff)
    assert (one.state, one.end_reason) == (State.WITHDRAWN, "客户另签他店")


def test_a_merge_takes_agreements_along(world):
    one = in_force(world, account="jinyuan")
    lin = world.seat("lin")
    world.jinyuan.refresh_from_db()
    merge_accounts(
        actor=lin, winner=world.yuanyang, loser=world.jinyuan,
        revisions=(world.yuanyang.revision, world.jinyuan.revision),
    )  # fmt: skip
    one.refresh_from_db()
    assert one.account_id == world.yuanyang.pk
    world.yuanyang.refresh_from_db()
    assert world.yuanyang.agreement_until == ENDS


def test_who_may_sign_for_the_whole_term_follows_when_the_draft_changes_it(world):
    one, chen = drafted(world), world.seat("chen")
    given = {"actor": chen, "agreement": one}
    whole = add_signatory(**given, name="金悦", starts_on=STARTS, ends_on=ENDS)
    part = add_signatory(
        **given, name="钱多", starts_on=STARTS + timedelta(days=60), ends_on=STARTS + timedelta(days=90)
    )
    earlier, sooner = STARTS - timedelta(days=7), STARTS + timedelta(days=80)
    change_agreement(**given, revision=one.revision, lines=[rate()], **terms(starts_on=earlier, ends_on=sooner))
    whole.refresh_from_db()
    part.refresh_from_db()
    assert (whole.starts_on, whole.ends_on) == (earlier, sooner)
    assert (part.starts_on, part.ends_on) == (STARTS + timedelta(days=60), sooner)
    refused(
        "agreement.signatory_outside", change_agreement, **given, revision=one.revision, lines=[rate()],
        **terms(starts_on=earlier, ends_on=STARTS + timedelta(days=30)),
    )  # fmt: skip
