"""The protection list: who is on it, how it runs out, and who is told."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction

from roomnight.clients.commands import (
    announce_release,
    approve_extension,
    ask_extension,
    assign_owner,
    change_stage,
    claim_account,
    edit_account,
    expire_protection,
    merge_accounts,
    note_contact,
    protect_account,
    publish_agreement,
    publish_production,
    refuse_extension,
    register_account,
    release_account,
    release_announced,
    renew_protection,
)
from roomnight.clients.jobs import end_protections, file_statements, tend_the_pool
from roomnight.clients.models import (
    Account,
    PoolNotice,
    Protection,
    ProtectionExtension,
    ProtectionStatement,
)
from roomnight.kernel.commands import OPERATOR, UNCHANGED, Machine, command, record
from roomnight.kernel.models import Deed, Notification
from roomnight.kernel.policy import set_policy
from roomnight.kernel.undo import undo

pytestmark = pytest.mark.usefixtures("at_work")
SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 18)
SYSTEM = Machine("system", "lujiazui")


def on(day, hour=9):
    return time_machine.travel(datetime(day.year, day.month, day.day, hour, 30, tzinfo=SHANGHAI), tick=False)


def told(who):
    lines = Notification.objects.filter(recipient=who).order_by("-pk")
    return [one.message % one.values for one in lines]


def policy(key, value, hotel="lujiazui"):
    set_policy(actor=OPERATOR, key=f"clients.{key}", value=value, hotel_code=hotel, effective_from=date(2026, 1, 1))


@pytest.fixture
def lead(world):
    """A lead of chen's, still without protection."""
    return register_account(actor=world.seat("chen"), hotel=world.lujiazui, name="江南会展", owner=world.chen)


@pytest.fixture
def protected(world, lead):
    return protect_account(actor=world.seat("chen"), account=lead, staff=world.chen)


@pytest.fixture(autouse=True)
def empty_list(db):
    """Nothing of the world's is on the list."""
    Protection.objects.all().delete()


# ---- on the list


@pytest.mark.rule("OWN-02")
def test_a_lead_of_ones_own_is_protected_for_thirty_days(world, lead, lines):
    made = protect_account(actor=world.seat("chen"), account=lead, staff=world.chen)
    made.refresh_from_db()
    assert (made.state, made.started_on, made.until, made.staff) == ("active", TODAY, date(2026, 12, 18), world.chen)
    assert lines() == [
        (
            "clients.protect_account",
            "chen",
            f"clients.account:{lead.pk}",
            {"protected_by": "chen", "until": "2026-12-18"},
        )
    ]


@pytest.mark.rule("OWN-02")
def test_what_cannot_be_protected(world, lead, refused):
    chen = world.seat("chen")
    with refused("protection.not_yours"):
        protect_account(actor=world.seat("sun"), account=lead, staff=world.sun)
    with refused("protection.not_yours"):
        protect_account(actor=chen, account=world.tianyuan, staff=world.chen)
    with refused("protection.won"):
        protect_account(actor=chen, account=world.huaxing, staff=world.chen)


@pytest.mark.rule("OWN-02")
def test_a_second_active_protection_is_impossible_whoever_writes_it(world, protected, refused):
    with refused("protection.taken"):
        protect_account(actor=world.seat("chen"), account=protected.account, staff=world.chen)
    with pytest.raises(IntegrityError), transaction.atomic():
        Protection.objects.create(
            hotel=world.lujiazui, account=protected.account, staff=world.sun, started_on=TODAY, until=TODAY
        )


@pytest.mark.rule("OWN-02")
def test_the_list_holds_as_many_as_the_hotel_says(world, protected, refused):
    policy("protection_max", 2)
    chen = world.seat("chen")
    second, third = (
        register_account(actor=chen, hotel=world.lujiazui, name=f"意向客户{n}", owner=world.chen) for n in (2, 3)
    )
    made = protect_account(actor=chen, account=second, staff=world.chen)
    with refused("protection.full"):
        protect_account(actor=chen, account=third, staff=world.chen)
    release_account(actor=chen, account=second, reason="无需求")
    made.refresh_from_db()
    assert (made.state, made.ended_on, made.end_reason) == ("released", TODAY, "无需求")
    protect_account(actor=chen, account=third, staff=world.chen)


@pytest.mark.rule("OWN-07")
def test_giving_up_and_taking_again_needs_an_act_in_between(world, protected, refused):
    chen, account = world.seat("chen"), protected.account
    release_account(actor=chen, account=account, reason="以后再说")
    claim_account(actor=chen, account=account, staff=world.chen)
    with refused("protection.again"):
        protect_account(actor=chen, account=account, staff=world.chen)
    Account.objects.filter(pk=account.pk).update(last_visit_on=TODAY)
    protect_account(actor=chen, account=account, staff=world.chen)


@pytest.mark.rule("OWN-02")
@pytest.mark.parametrize(("stage", "state"), [("active", "won"), ("invalid", "void"), ("target", "active")])
def test_a_client_that_is_won_or_out_needs_no_protection(world, protected, stage, state):
    change_stage(actor=world.seat("chen"), account=protected.account, stage=stage, reason="重复")
    protected.refresh_from_db()
    assert protected.state == state


@pytest.mark.rule("OWN-05")
def test_a_hand_over_ends_the_protection_of_who_had_it(world, protected):
    ask_extension(actor=world.seat("chen"), protection=protected, staff=world.chen, reason="在谈")
    assign_owner(actor=world.seat("zhou"), account=protected.account, owner=world.xu, reason="调区")
    protected.refresh_from_db()
    assert (protected.state, protected.end_reason) == ("handed_over", "调区")
    assert ProtectionExtension.objects.get().state == "dropped"
    protect_account(actor=world.seat("xu"), account=protected.account, staff=world.xu)


@pytest.mark.rule("OWN-02")
def test_a_merge_leaves_one_protection_and_taking_it_back_both(world, protected):
    chen, zhou = world.seat("chen"), world.seat("zhou")
    other = register_account(actor=chen, hotel=world.lujiazui, name="江南会展公司", owner=world.chen)
    protect_account(actor=chen, account=other, staff=world.chen)
    merge_accounts(actor=zhou, winner=protected.account, loser=other, revisions=(1, 1))
    assert sorted(Protection.objects.filter(account=protected.account).values_list("state", flat=True)) == [
        "active",
        "void",
    ]
    undo(actor=zhou, deed=Deed.objects.latest("pk"))
    assert set(Protection.objects.values_list("account", "state")) == {
        (protected.account_id, "active"), (other.pk, "active"),
    }  # fmt: skip


# ---- an extension


@pytest.mark.rule("OWN-02")
def test_an_extension_is_asked_for_and_the_manager_decides(world, protected, refused, lines):
    chen, zhou = world.seat("chen"), world.seat("zhou")
    with refused("extension.reason"):
        ask_extension(actor=chen, protection=protected, staff=world.chen, reason=" ")
    with refused("protection.not_yours"):
        ask_extension(actor=zhou, protection=protected, staff=world.zhou, reason="我要")
    asked = ask_extension(actor=chen, protection=protected, staff=world.chen, reason="合同在法务")
    assert told("zhou")[0] == "陈思远 asks to keep 江南会展 protected for longer: 合同在法务"
    with refused("extension.asked"):
        ask_extension(actor=chen, protection=protected, staff=world.chen, reason="再问")
    with refused("extension.own"):
        approve_extension(actor=chen, request=asked, decider=world.chen)
    approve_extension(actor=zhou, request=asked, decider=world.zhou, answer="抓紧")
    protected.refresh_from_db()
    assert (protected.until, protected.extensions) == (date(2027, 1, 17), 1)
    assert told("chen")[0] == "江南会展 stays protected until 2027-01-17"
    with refused("extension.decided"):
        refuse_extension(actor=zhou, request=asked, decider=world.zhou, answer="改主意")
    assert lines()[-1][0] == "clients.approve_extension"


@pytest.mark.rule("OWN-02")
def test_a_refused_extension_says_why_and_changes_no_day(world, protected, refused):
    asked = ask_extension(actor=world.seat("chen"), protection=protected, staff=world.chen, reason="合同在法务")
    with refused("extension.answer"):
        refuse_extension(actor=world.seat("zhou"), request=asked, decider=world.zhou, answer="")
    refuse_extension(actor=world.seat("zhou"), request=asked, decider=world.zhou, answer="没有进展")
    protected.refresh_from_db()
    assert protected.until == date(2026, 12, 18)
    assert told("chen")[0] == "江南会展 is not protected for longer: 没有进展"


# ---- running out


@pytest.mark.rule("OWN-02")
def test_it_runs_out_once_and_the_client_lies_in_the_pool_with_the_reason(world, protected, lines):
    with on(date(2026, 12, 18)):
        assert end_protections.call() == 0
    with on(date(2026, 12, 19)):
        assert end_protections.call() == 1
        assert end_protections.call() == 0
        assert expire_protection(actor=SYSTEM, protection=protected, today=date(2026, 12, 19)) is UNCHANGED
    protected.refresh_from_db()
    account = Account.objects.get(pk=protected.account_id)
    assert (protected.state, protected.ended_on, account.owner) == ("expired", date(2026, 12, 19), None)
    lying = account.ownerships.get(ended_at=None)
    assert (lying.staff, lying.cause) == (None, "expired")
    assert sum("has run out" in line for line in told("chen")) == 1
    claim_account(actor=world.seat("sun"), account=account, staff=world.sun)
    assert protect_account(actor=world.seat("sun"), account=account, staff=world.sun).state == "active"


@pytest.mark.rule("OWN-02")
def test_while_an_extension_waits_for_its_decision_nothing_runs_out(world, protected):
    with on(date(2026, 12, 18)):
        asked = ask_extension(actor=world.seat("chen"), protection=protected, staff=world.chen, reason="在谈")
    with on(date(2026, 12, 20)):
        assert end_protections.call() == 0
        refuse_extension(actor=world.seat("zhou"), request=asked, decider=world.zhou, answer="无进展")
        assert end_protections.call() == 1


@pytest.mark.rule("OWN-01")
def test_an_important_client_stays_with_its_owner_when_the_protection_runs_out(world, protected):
    Account.objects.filter(pk=protected.account_id).update(importance="important")
    with on(date(2026, 12, 19)):
        assert end_protections.call() == 1
    assert Account.objects.get(pk=protected.account_id).owner == world.chen
    assert told("chen")[0].startswith("The protection of 江南会展 has run out; as an important client")


@pytest.mark.rule("OWN-07")
def test_the_person_is_told_once_that_it_runs_out(world, protected):
    with on(date(2026, 12, 10)):
        end_protections.call()
    assert not any("runs out on" in line for line in told("chen"))
    for _again in range(2):
        with on(date(2026, 12, 11)):
            end_protections.call()
    assert [line for line in told("chen") if "runs out on" in line] == [
        "The protection of 江南会展 runs out on 2026-12-18"
    ]


# ---- renewal


@pytest.mark.rule("OWN-07")
def test_an_arrival_renews_it_after_the_import(world, protected):
    with on(date(2026, 12, 1)):
        figures = [(protected.account_id, 3, 0, 0, date(2026, 11, 30))]
        publish_production(actor=SYSTEM, hotel=world.lujiazui, as_of=date(2026, 12, 1), figures=figures)
    protected.refresh_from_db()
    assert (protected.until, protected.renewed_by) == (date(2027, 2, 28), "arrival")


@pytest.mark.rule("OWN-07")
def test_an_arrival_before_the_protection_renews_nothing(world, protected):
    figures = [(protected.account_id, 3, 0, 0, date(2026, 11, 17))]
    publish_production(actor=SYSTEM, hotel=world.lujiazui, as_of=TODAY, figures=figures)
    protected.refresh_from_db()
    assert (protected.until, protected.renewed_by) == (date(2026, 12, 18), "")


# ---- back to the pool


def quiet(account, arrived=date(2026, 5, 1)):
    Account.objects.filter(pk=account.pk).update(last_arrival_on=arrived, last_visit_on=None)
    account.ownerships.update(started_at=datetime(2025, 1, 1, tzinfo=SHANGHAI))


@pytest.mark.rule("OWN-07")
def test_a_won_client_that_brings_nothing_goes_back_after_fourteen_days_notice(world):
    Account.objects.filter(stage__in=["active", "dormant"]).update(last_arrival_on=TODAY)
    quiet(world.yuanyang)
    tend_the_pool.call()
    tend_the_pool.call()
    notice = PoolNotice.objects.get()
    assert (notice.staff, notice.cause, notice.release_on) == (world.xu, "unproductive", date(2026, 12, 2))
    assert (
        told("xu")[0] == "1 of your clients go back to the open pool on 2026-12-02 unless something happens with them"
    )
    with on(date(2026, 12, 1)):
        assert tend_the_pool.call() == 0
    with on(date(2026, 12, 2)):
        assert tend_the_pool.call() == 1
        assert tend_the_pool.call() == 0
    account = Account.objects.get(pk=world.yuanyang.pk)
    assert account.owner is None
    assert account.ownerships.get(ended_at=None).cause == "unproductive"


@command
def note_visit(*, actor, account):
    """What the floor of the visits does with every report."""
    renew_protection(account.pk, TODAY, "visit")
    record(account, visited_on=TODAY)


@pytest.mark.rule("OWN-07")
@pytest.mark.parametrize("act", ["visit", "arrival", "assigned"])
def test_whatever_happens_with_it_keeps_the_client(world, act):
    Account.objects.filter(stage__in=["active", "dormant"]).update(last_arrival_on=TODAY)
    quiet(world.yuanyang)
    tend_the_pool.call()
    if act == "visit":
        note_visit(actor=world.seat("xu"), account=world.yuanyang)
    elif act == "arrival":
        figures = [(world.yuanyang.pk, 9, 0, 0, TODAY)]
        publish_production(actor=SYSTEM, hotel=world.lujiazui, as_of=TODAY, figures=figures)
    else:
        assign_owner(actor=world.seat("zhou"), account=world.yuanyang, owner=world.chen)
    assert PoolNotice.objects.get().state == "withdrawn"
    with on(date(2026, 12, 2)):
        tend_the_pool.call()
    assert Account.objects.get(pk=world.yuanyang.pk).owner is not None


@pytest.mark.rule("OWN-01")
@pytest.mark.parametrize("why", [{"importance": "important"}, {"agreement_until": date(2027, 1, 1)}])
def test_who_must_have_an_owner_is_never_announced_nor_taken(world, why):
    Account.objects.filter(stage__in=["active", "dormant"]).update(last_arrival_on=TODAY)
    quiet(world.yuanyang)
    Account.objects.filter(pk=world.yuanyang.pk).update(**why)
    tend_the_pool.call()
    assert not PoolNotice.objects.exists()
    announce_release(
        actor=SYSTEM, hotel=world.lujiazui, staff=world.xu, cause="unproductive", release_on=TODAY,
        accounts=[world.yuanyang.pk], today=TODAY,
    )  # fmt: skip
    release_announced(actor=SYSTEM, notice=PoolNotice.objects.get(), today=TODAY)
    assert Account.objects.get(pk=world.yuanyang.pk).owner == world.xu
    assert PoolNotice.objects.get().state == "withdrawn"


@pytest.mark.rule("OWN-07")
def test_who_holds_too_many_leads_loses_the_oldest_first_but_no_protected_one(world, protected):
    policy("open_leads_max", 3)
    Account.objects.filter(stage__in=["active", "dormant"]).update(last_arrival_on=TODAY)
    made = {}
    for name, day in (("甲", date(2026, 8, 1)), ("乙", date(2026, 6, 1)), ("丙", date(2026, 9, 1))):
        with on(day):
            made[name] = register_account(actor=OPERATOR, hotel=world.lujiazui, name=name, owner=world.chen)
    protected.account.ownerships.update(started_at=datetime(2026, 1, 1, tzinfo=SHANGHAI))
    tend_the_pool.call()  # chen holds 江南会展 (protected), 世纪金源 (visited lately), 甲, 乙, 丙: two too many
    assert set(PoolNotice.objects.values_list("account__name", "cause")) == {("乙", "too_many"), ("甲", "too_many")}
    change_stage(actor=world.seat("chen"), account=made["丙"], stage="active")
    with on(date(2026, 12, 2)):
        assert tend_the_pool.call() == 1  # one was enough
    assert Account.objects.get(name="乙").owner is None
    assert Account.objects.get(name="甲").owner == world.chen


@pytest.mark.rule("OWN-07")
def test_nobody_takes_more_leads_than_one_person_may_hold(world, refused):
    policy("open_leads_max", 1)
    with refused("account.too_many_leads"):
        claim_account(actor=world.seat("chen"), account=world.tianyuan, staff=world.chen)
    claim_account(actor=world.seat("chen"), account=world.tongda, staff=world.chen)  # won long ago


# ---- who must have an owner


@pytest.mark.rule("OWN-01")
def test_an_agreement_client_is_given_to_nobody(world, refused):
    @command
    def sign(*, actor, account, until):
        publish_agreement(account.pk, until)
        record(account, agreement_until=until)

    sign(actor=OPERATOR, account=world.yuanyang, until=date(2027, 6, 30))
    world.yuanyang.refresh_from_db()
    for act in (
        lambda: release_account(actor=world.seat("xu"), account=world.yuanyang, reason="忙"),
        lambda: assign_owner(actor=world.seat("zhou"), account=world.yuanyang, owner=None),
    ):
        with refused("account.owner_needed"):
            act()
    with refused("account.owner_needed"):
        sign(actor=OPERATOR, account=world.tongda, until=date(2027, 6, 30))


@pytest.mark.rule("OWN-01")
def test_an_important_client_is_never_without_owner_whoever_was_first(world, refused):
    """Somebody puts the client back while another is still looking at it as an ordinary one with an owner, and the reverse."""
    stale = Account.objects.select_related("hotel", "owner").get(pk=world.jinyuan.pk)
    release_account(actor=world.seat("chen"), account=world.jinyuan, reason="忙")
    with refused("account.owner_needed"):
        edit_account(actor=world.seat("chen"), account=stale, revision=stale.revision, importance="important")
    other = Account.objects.select_related("hotel", "owner").get(pk=world.yuanyang.pk)
    edit_account(actor=world.seat("xu"), account=world.yuanyang, revision=1, importance="important")
    with refused("account.owner_changed"):
        release_account(actor=world.seat("xu"), account=other, reason="忙")


# ---- somebody else's client


@pytest.mark.rule("OWN-03")
def test_a_contact_by_the_protector_is_none(world, protected):
    assert note_contact(actor=world.seat("chen"), protection=protected, staff=world.chen, how="visited") is UNCHANGED


# ---- the statement


@pytest.mark.rule("OWN-08")
def test_the_month_is_filed_once_as_it_was_and_cannot_be_changed(world, protected):
    with on(date(2026, 11, 30), 23):
        assert file_statements.call() == 0
    with on(date(2026, 12, 1), 1):
        assert file_statements.call() == 1
        assert file_statements.call() == 0
    filed = ProtectionStatement.objects.get(month=date(2026, 11, 1))
    assert (filed.number, filed.staff, filed.month, filed.staff_name) == (
        "BH-202611-0001",
        world.chen,
        date(2026, 11, 1),
        "陈思远",
    )
    before = filed.rows
    assert [(row["name"], row["until"], row["state"]) for row in before] == [("江南会展", "2026-12-18", "active")]
    change_stage(actor=world.seat("chen"), account=protected.account, stage="active")
    Account.objects.filter(pk=protected.account_id).update(name="改名以后")
    filed.refresh_from_db()
    assert filed.rows == before
    for change in (
        lambda: ProtectionStatement.objects.update(rows=[]),
        lambda: ProtectionStatement.objects.update(number="BH-1"),
        lambda: filed.delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.rule("OWN-08")
def test_the_statement_shows_the_end_of_the_month_and_what_ended_within_it(world, protected):
    gone = register_account(actor=world.seat("chen"), hotel=world.lujiazui, name="短暂", owner=world.chen)
    protect_account(actor=world.seat("chen"), account=gone, staff=world.chen)
    release_account(actor=world.seat("chen"), account=gone, reason="无需求")
    with on(date(2026, 12, 1), 1):
        release_account(actor=world.seat("chen"), account=protected.account, reason="次月")
        file_statements.call()
    rows = ProtectionStatement.objects.get(month=date(2026, 11, 1)).rows
    assert [(row["name"], row["state"], row["end_reason"]) for row in rows] == [
        ("江南会展", "active", ""), ("短暂", "released", "无需求"),
    ]  # fmt: skip
    with on(date(2027, 1, 1), 1):
        file_statements.call()
    assert [row["state"] for row in ProtectionStatement.objects.get(month=date(2026, 12, 1)).rows] == ["released"]
