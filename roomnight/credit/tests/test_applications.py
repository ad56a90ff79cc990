"""Applications for credit: complete or not at all, decided step by step by different people, and what follows (CRD-01…03, CRD-13)."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest

from roomnight.agreements.models import Agreement, Kind, State
from roomnight.clients.commands import register_account
from roomnight.clients.models import Account
from roomnight.credit.commands import (
    approve_application,
    attach_to_application,
    change_application,
    charge,
    check_application,
    draft_application,
    refuse_application,
    return_application,
    submit_application,
    withdraw_application,
)
from roomnight.credit.models import CreditAccount, CreditApplication, Opinion
from roomnight.credit.queries.granting import problems
from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from roomnight.kernel.policy import set_policy
from roomnight.organization.commands.authority import name_deputy
from tests.world_credit import LICENCE, bill, raised, whole

TODAY = date(2026, 11, 18)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


def drafted(world, who="chen", account=None, *, licence=True, **more):
    seat = world.seat(who)
    one = draft_application(
        actor=seat, account=account or world.jinyuan, responsible=seat.staff, drafted_by=seat.staff, **whole(**more)
    )
    if licence:
        attach_to_application(actor=seat, application=one, name="执照.pdf", file=BytesIO(LICENCE))
    return one


def submitted(world, who="chen", **more):
    one = drafted(world, who, **more)
    return submit_application(actor=world.seat(who), application=one, staff=world.seat(who).staff)


def checked(world, one, **more):
    given = {"check_ways": ["register"], "check_findings": "无诉讼，无失信记录", "is_clear": True, **more}
    return check_application(actor=world.seat("deng"), application=one, staff=world.deng, **given)


def decide(do, world, who, one, **more):
    position = more.pop("position", CreditApplication.objects.get(pk=one.pk).position)
    return do(actor=world.seat(who), application=one, staff=world.seat(who).staff, position=position, **more)


def approved_by(world, one, *people, **more):
    for who in people:
        one = decide(approve_application, world, who, one, **more)
    return one


def refused(code, do, *args, **given):
    before = list(CreditApplication.objects.values()), Opinion.objects.count(), list(CreditAccount.objects.values())
    with pytest.raises(Refusal) as caught:
        do(*args, **given)
    assert caught.value.code == code
    assert before == (
        list(CreditApplication.objects.values()), Opinion.objects.count(), list(CreditAccount.objects.values())
    )  # fmt: skip
    return caught.value


# ---- complete and correct


@pytest.mark.rule("CRD-01")
def test_a_whole_application_goes_to_the_first_who_decides(world):
    one = submitted(world)
    assert (one.state, one.waits_for, one.chain) == ("review", "sales-manager", ["sales-manager", "director-of-sales"])
    assert (one.score, one.grade) == (89, "AA")
    assert [row["points"] for row in one.scored] == [15, 8, 6, 25, 15, 15, 5][:7] or sum(
        r["points"] for r in one.scored
    ) == one.score
    told = Notification.objects.filter(url=one.get_absolute_url())
    assert set(told.values_list("recipient", flat=True)) == {"zhou", "wu", "cao", "deng"}


FAULTS = [
    ({"credit_code": "91310000MA1FL0LP40"}, "credit_code"), ({"credit_code": ""}, "credit_code"), ({"nature": ""}, "nature"),
    ({"bank": ""}, "bank"), ({"scope": []}, "scope"), ({"limit": None}, "limit"), ({"limit": Decimal(12_001)}, "use_note"),
    ({"monthly_use": None}, "monthly_use"), ({"signers": []}, "signers"), ({"signers": [{"name": "金悦", "job_title": ""}]}, "signers"),
    ({"licence_until": date(2026, 11, 17)}, "licence_until"), ({"guarantee_kind": "bank"}, "guarantee_note"),
    ({"truthful_by": ""}, "truthful_by"), ({"truthful_on": date(2026, 11, 19)}, "truthful_on"), ({"answers": {"years": "ten"}}, "score_capital"),
    ({"kind": "raise"}, "kind"), ({"client_name": "陈思远"}, "client_name"),
]  # fmt: skip


@pytest.mark.rule("CRD-01")
@pytest.mark.parametrize(("fault", "field"), FAULTS, ids=[f"{field} {n}" for n, (_fault, field) in enumerate(FAULTS)])
def test_what_is_missing_or_wrong_is_told_at_its_field_and_nothing_is_handed_in(world, fault, field):
    one = drafted(world, **fault)
    assert field in [name for name, _why in problems(one)]
    refused("application.incomplete", submit_application, actor=world.seat("chen"), application=one, staff=world.chen)
    assert "" in [name for name, _why in problems(drafted(world, licence=False))]


@pytest.mark.rule("CRD-01")
def test_everything_that_is_wrong_is_told_at_once(world):
    one = drafted(world, bank="", phone="", credit_code="1", limit=None)
    assert {"bank", "phone", "credit_code", "limit"} <= {name for name, _why in problems(one)}


@pytest.mark.rule("CRD-01")
def test_individuals_get_no_credit_and_a_company_one_account(world):
    Account.objects.filter(pk=world.jinyuan.pk).update(kind="individual")
    one = CreditApplication.objects.get(pk=drafted(world).pk)
    assert "kind" in [name for name, _why in problems(one)]
    Account.objects.filter(pk=world.jinyuan.pk).update(kind="corporate")
    Account.objects.filter(pk=world.huaxing.pk).update(credit_code=one.credit_code)
    assert [name for name, _why in problems(CreditApplication.objects.get(pk=one.pk))] == ["credit_code"]


@pytest.mark.rule("CRD-13")
def test_the_grade_sets_the_limit_the_deposit_and_who_decides_in_addition(world):
    poor = {
        "years": "two",
        "capital": "small",
        "kind": "private",
        "history": "new",
        "references": "none",
        "risk": "none",
        "guarantee": "none",
    }
    one = drafted(world, answers=poor, limit=Decimal(8000))
    assert (one.score, one.grade) == (52, "BB")
    one = drafted(world, answers=poor, limit=Decimal(25_000), monthly_use=Decimal(20_000))
    assert "limit" in [name for name, _why in problems(one)]
    one = drafted(world, answers=poor, limit=Decimal(8000), deposit=Decimal(1599))
    assert [name for name, _why in problems(one)] == ["deposit"]
    one = submitted(world, answers=poor, limit=Decimal(8000), deposit=Decimal(1600))
    assert one.chain == ["sales-manager", "director-of-sales", "credit-manager"]


@pytest.mark.rule("CRD-13")
def test_the_client_declares_that_it_is_true(world):
    one = drafted(world, truthful_by="", truthful_on=None)
    assert {name for name, _why in problems(one)} == {"truthful_by", "truthful_on"}


# ---- decided


@pytest.mark.rule("CRD-02")
@pytest.mark.parametrize(
    ("limit", "steps"), [(10_000, 2), (10_001, 3), (50_000, 3), (50_001, 4), (200_000, 4), (200_001, 5)]
)
def test_the_amount_says_who_decides(world, limit, steps):
    chain = ["sales-manager", "director-of-sales", "credit-manager", "general-manager", "president"]
    one = submitted(world, limit=Decimal(limit), monthly_use=Decimal(limit))
    assert one.chain == chain[:steps]


@pytest.mark.rule("CRD-02")
@pytest.mark.rule("CRD-03")
def test_the_last_step_opens_the_account_and_drafts_the_agreement(world):
    one = checked(world, submitted(world))
    one = approved_by(world, one, "zhou", "lin", note="同意")
    credit = CreditAccount.objects.get(account=world.jinyuan)
    assert (one.state, one.waits_for, one.credit, one.granted) == ("approved", "", credit, Decimal(8000))
    assert (credit.limit, credit.scope, credit.deposit, credit.responsible) == (
        Decimal(8000), ["room", "food"], Decimal(2000), world.chen,
    )  # fmt: skip
    agreement = Agreement.objects.get(account=world.jinyuan, kind=Kind.CREDIT_ACCOUNT)
    assert (one.agreement, agreement.state, agreement.settlement, agreement.payment_days) == (
        agreement,
        State.DRAFT,
        "monthly",
        30,
    )
    assert [(who.name, who.limit_each) for who in agreement.signatories.all()] == [("金悦", Decimal(3000))]
    told = Notification.objects.filter(url=one.get_absolute_url(), message__startswith="Credit approved")
    assert set(told.values_list("recipient", flat=True)) == {"chen", "cao", "deng"}
    assert Account.objects.get(pk=world.jinyuan.pk).credit_grade == "AA"
    with pytest.raises(Refusal) as caught:
        charge(actor=world.seat("gao"), account=world.jinyuan, bill=bill("100", signed_by="金悦"))
    assert caught.value.code == "credit.agreement"


@pytest.mark.rule("CRD-02")
def test_nobody_decides_on_their_own(world):
    one = drafted(world, "zhou", account=world.jinyuan)
    one = submit_application(actor=world.seat("zhou"), application=one, staff=world.zhou)
    refused("application.own", decide, approve_application, world, "zhou", one)
    CreditApplication.objects.filter(pk=one.pk).update(responsible=world.wu, drafted_by=world.chen)
    refused("application.own", decide, approve_application, world, "zhou", one)
    refused("application.own", decide, approve_application, world, "wu", one)


@pytest.mark.rule("CRD-02")
def test_nobody_decides_on_two_steps_also_not_for_somebody_who_is_away(world):
    one = checked(world, submitted(world))
    one = approved_by(world, one, "zhou")
    refused("application.turn", decide, approve_application, world, "zhou", one)
    name_deputy(
        actor=world.seat("lin"), hotel=world.lujiazui, absent=world.lin, deputy=world.zhou, kinds=["credit"], starts_on=TODAY,
        ends_on=TODAY + timedelta(days=3), reason="出差",
    )  # fmt: skip
    refused("application.twice", decide, approve_application, world, "zhou", one)


@pytest.mark.rule("CRD-02")
def test_a_deputy_decides_for_somebody_who_is_away_but_never_on_that_persons_own(world):
    one = checked(world, submitted(world))
    approved_by(world, one, "zhou")
    name_deputy(
        actor=world.seat("lin"), hotel=world.lujiazui, absent=world.lin, deputy=world.wu, kinds=["credit"], starts_on=TODAY,
        ends_on=TODAY + timedelta(days=3), reason="出差",
    )  # fmt: skip
    CreditApplication.objects.filter(pk=one.pk).update(submitted_by=world.lin)
    refused("application.own", decide, approve_application, world, "wu", one)
    CreditApplication.objects.filter(pk=one.pk).update(submitted_by=world.chen)
    one = decide(approve_application, world, "wu", one)
    assert one.state == "approved"
    said = Opinion.objects.get(application=one, staff=world.wu)
    assert said.on_behalf_of == world.lin


@pytest.mark.rule("CRD-02")
def test_a_smaller_limit_holds_for_those_who_decide_after(world):
    one = checked(world, submitted(world, limit=Decimal(30_000), monthly_use=Decimal(20_000)))
    one = decide(approve_application, world, "zhou", one, limit=Decimal(25_000))
    refused("application.limit", decide, approve_application, world, "lin", one, limit=Decimal(26_000))
    one = approved_by(world, one, "lin", "cao")
    assert (one.granted, CreditAccount.objects.get(account=world.jinyuan).limit) == (Decimal(25_000), Decimal(25_000))


@pytest.mark.rule("CRD-02")
def test_nobody_grants_more_than_they_may(world):
    set_policy(
        actor=OPERATOR, hotel_code="", key="credit.approval_chain", value=[{"up_to": None, "steps": ["sales-manager", "director-of-sales"]}],
        effective_from=TODAY,
    )  # fmt: skip
    one = checked(world, submitted(world, limit=Decimal(10_001), monthly_use=Decimal(20_000)))
    one = approved_by(world, one, "zhou")
    refused("application.authority", decide, approve_application, world, "lin", one)
    assert decide(approve_application, world, "lin", one, limit=Decimal(10_000)).state == "approved"


@pytest.mark.rule("CRD-02")
def test_another_amount_begins_the_chain_anew_and_the_old_opinions_stay(world):
    one = checked(world, submitted(world, limit=Decimal(30_000), monthly_use=Decimal(20_000)))
    one = approved_by(world, one, "zhou", note="同意")
    refused("application.note", decide, return_application, world, "lin", one, note=" ")
    one = decide(return_application, world, "lin", one, note="补充担保人")
    assert one.state == "draft"
    chen = world.seat("chen")
    change_application(actor=chen, application=one, revision=one.revision, guarantee_note="金世源")
    one = submit_application(actor=chen, application=one, staff=world.chen)
    assert (one.round, one.waits_for) == (1, "director-of-sales")
    one = decide(return_application, world, "lin", one, note="额度太高")
    change_application(
        actor=chen, application=one, revision=CreditApplication.objects.get(pk=one.pk).revision, limit=Decimal(20_000)
    )
    one = submit_application(actor=chen, application=one, staff=world.chen)
    assert (one.round, one.waits_for) == (2, "sales-manager")
    assert [(said.round, said.kind) for said in one.opinions.filter(staff__in=[world.zhou, world.lin])] == [
        (1, "approved"), (1, "returned"), (1, "returned"),
    ]  # fmt: skip
    one = approved_by(world, one, "zhou", "lin", "cao")
    assert one.state == "approved"


@pytest.mark.rule("CRD-02")
def test_a_refusal_ends_it_with_the_reason(world):
    one = submitted(world)
    one = decide(refuse_application, world, "zhou", one, note="成立不满一年")
    assert (one.state, one.decision_note, one.waits_for) == ("refused", "成立不满一年", "")
    refused("application.state", decide, approve_application, world, "zhou", one)
    assert not CreditAccount.objects.filter(account=world.jinyuan).exists()


@pytest.mark.rule("CRD-02")
def test_a_step_that_was_decided_meanwhile_is_not_decided_again(world):
    one = checked(world, submitted(world))
    approved_by(world, one, "wu")
    refused("application.turn", decide, approve_application, world, "lin", one, position=0)


@pytest.mark.rule("CRD-01")
def test_nobody_grants_what_finance_has_not_looked_into(world):
    one = approved_by(world, submitted(world), "zhou")
    refused("application.unchecked", decide, approve_application, world, "lin", one)
    refused("application.finance", check_application, actor=world.seat("lin"), application=one, staff=world.lin,
            check_ways=["visit"], check_findings="好", is_clear=True)  # fmt: skip
    checked(world, one, is_clear=False, check_findings="有一起合同纠纷")
    refused("application.note", decide, approve_application, world, "lin", one)
    assert decide(approve_application, world, "lin", one, note="已结案").state == "approved"


@pytest.mark.rule("CRD-02")
@pytest.mark.parametrize(("effect", "state"), [("refuse", "review"), ("warn", "approved")])
def test_all_limits_of_the_hotel_together_have_a_ceiling(world, effect, state):
    set_policy(actor=OPERATOR, hotel_code="", key="credit.hotel_ceiling", value="40000", effective_from=TODAY)
    set_policy(actor=OPERATOR, hotel_code="", key="credit.hotel_ceiling_effect", value=effect, effective_from=TODAY)
    one = approved_by(world, checked(world, submitted(world)), "zhou")
    if effect == "refuse":
        refused("application.ceiling", decide, approve_application, world, "lin", one)
    else:
        decide(approve_application, world, "lin", one)
    assert CreditApplication.objects.get(pk=one.pk).state == state


@pytest.mark.rule("CRD-03")
def test_a_raise_for_a_time_gives_way_to_the_limit_before(world):
    seat, account = world.seat("chen"), world.huaxing
    withdraw_application(actor=seat, application=world.application, staff=world.chen, note="改为临时")
    one = draft_application(
        actor=seat, account=account, responsible=world.chen, drafted_by=world.chen,
        **raised(kind="temporary", until=TODAY + timedelta(days=31)),
    )  # fmt: skip
    assert [name for name, _why in problems(one)] == ["until"]
    change_application(actor=seat, application=one, revision=one.revision, until=TODAY + timedelta(days=7))
    one = checked(world, submit_application(actor=seat, application=one, staff=world.chen))
    approved_by(world, one, "zhou", "lin", "cao")
    credit = CreditAccount.objects.get(account=account)
    assert (credit.limit, credit.limit_until) == (Decimal(30_000), TODAY + timedelta(days=7))
    assert one.opinions.count() == 5


@pytest.mark.rule("CRD-03")
def test_other_people_who_may_sign_are_named_on_the_agreement_in_force(world):
    seat = world.seat("chen")
    withdraw_application(actor=seat, application=world.application, staff=world.chen, note="先换人")
    one = draft_application(
        actor=seat, account=world.huaxing, responsible=world.chen, drafted_by=world.chen, kind="signers", truthful_by="单立人",
        truthful_on=TODAY, signers=[{"name": "王芳", "job_title": "行政经理", "limit_each": "", "until": ""}],
    )  # fmt: skip
    one = approved_by(world, submit_application(actor=seat, application=one, staff=world.chen), "zhou", "lin")
    assert set(world.agreement.signatories.values_list("name", flat=True)) == {"单立人", "王芳"}
    assert CreditAccount.objects.get(account=world.huaxing).limit == Decimal(20_000)


@pytest.mark.rule("CRD-02")
def test_a_client_has_one_application_on_its_way(world):
    submitted(world)
    other = drafted(world)
    refused("application.other", submit_application, actor=world.seat("chen"), application=other, staff=world.chen)


def test_a_client_without_anything_known_can_be_drafted(world):
    account = register_account(
        actor=world.seat("chen"), hotel=world.lujiazui, name="新客户有限公司", owner=world.chen, city="上海市"
    )
    one = draft_application(
        actor=world.seat("chen"), account=account, responsible=world.chen, drafted_by=world.chen, kind="new"
    )
    assert (one.state, one.grade) == ("draft", "")
    assert {"client_name", "limit", "signers", "truthful_by", ""} <= {name for name, _why in problems(one)}
