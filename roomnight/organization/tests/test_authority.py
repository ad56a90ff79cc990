"""Authority limits and deputies: what holds on which day, who decides for whom, and what cannot be."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from roomnight.kernel.commands import OPERATOR, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Notification
from roomnight.organization.access import escalation
from roomnight.organization.authority import acting_for, authority
from roomnight.organization.commands import copy_role, end_delegation, name_deputy, set_limit
from roomnight.organization.models import AuthorityLimit, Delegation, DelegationDay, Membership, Role
from tests.world import WORLD_NOW

HERE = "/h/lujiazui/settings"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
TODAY = WORLD_NOW.date()


def role(code):
    return Role.objects.get(code=code)


def limit(world, code, value, starts_on, kind="discount", hotel=None):
    return set_limit(
        actor=world.seat("guan"), hotel=hotel or world.lujiazui, kind=kind, role=role(code), limit=value, starts_on=starts_on,
        reason="总经理批示",
    )  # fmt: skip


def deputy(world, absent, one, first=TODAY, last=TODAY + timedelta(days=6), kinds=("discount", "credit"), **more):
    return name_deputy(
        actor=world.seat("lin"), hotel=world.lujiazui, absent=getattr(world, absent), deputy=getattr(world, one), kinds=kinds,
        starts_on=first, ends_on=last, **{"reason": "年假", **more},
    )  # fmt: skip


# Limits


def test_the_usual_figures_hold_until_a_hotel_says_otherwise_from_a_day_on(world):
    chen = world.seat("chen")
    assert authority(chen, "discount", TODAY).limit == 5
    assert authority(chen, "credit", TODAY).limit is None
    limit(world, "sales-representative", Decimal(8), date(2026, 12, 1))
    limit(world, "sales-representative", Decimal(7), date(2026, 11, 1))
    limit(world, "sales-representative", None, date(2027, 1, 1))
    days = [date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 30), date(2026, 12, 1), date(2027, 1, 1)]
    assert [authority(chen, "discount", on).limit for on in days] == [5, 7, 7, 8, None]
    assert authority(world.seat("ye"), "discount", date(2026, 12, 1)).limit == 5  # the other hotel has its own
    assert authority(chen, "discount", date(2026, 12, 1)).covers(Decimal(8))
    assert not authority(chen, "discount", date(2026, 12, 1)).covers(Decimal("8.01"))


def test_two_limits_never_hold_on_one_day(world):
    limit(world, "sales-manager", Decimal(12), TODAY)
    limit(world, "sales-manager", Decimal(13), TODAY)  # said anew
    assert AuthorityLimit.objects.get(role=role("sales-manager")).limit == 13
    with pytest.raises(IntegrityError), transaction.atomic():
        AuthorityLimit.objects.create(
            hotel=world.lujiazui,
            kind="discount",
            role=role("sales-manager"),
            limit=1,
            starts_on=TODAY,
            set_by="x",
            reason="x",
        )


@pytest.mark.parametrize(
    ("kind", "value"), [("discount", Decimal(101)), ("discount", Decimal(-1)), ("rooms", Decimal(1))]
)
def test_a_limit_that_makes_no_sense_is_refused(world, kind, value):
    before = AuthorityLimit.objects.count(), AuditEntry.objects.count()
    with pytest.raises(Refusal):
        limit(world, "sales-manager", value, TODAY, kind=kind)
    assert (AuthorityLimit.objects.count(), AuditEntry.objects.count()) == before


def test_a_copied_role_starts_with_its_original_s_limits(world):
    copy = copy_role(actor=OPERATOR, role=role("sales-manager"), name="高级销售经理")
    Membership.objects.filter(staff=world.chen, hotel=world.lujiazui).update(role=copy)
    assert authority(world.seat("chen"), "discount", TODAY).limit == 10


def test_the_page_shows_and_changes(world, browse):
    guan, url = browse("guan"), f"{HERE}/limits/"
    sent = {
        "role": role("sales-manager").pk,
        "kind": "discount",
        "limit": "12.5",
        "starts_on": "2026-11-18",
        "reason": "旺季",
    }
    assert guan.post(url, sent).status_code == 302
    assert "12.5" in str(AuthorityLimit.objects.get().limit)
    assert "旺季" in browse("zhou").get(url).content.decode()
    browse("zhou").post(url, {**sent, "limit": "99"})  # may see, may not decide
    assert AuthorityLimit.objects.get().limit == Decimal("12.50")


# Deputies


def test_a_deputy_decides_for_who_is_away_and_the_audit_can_say_so(world):
    deputy(world, "lin", "zhou")
    found = authority(world.seat("zhou"), "discount", TODAY)
    assert (found.limit, found.on_behalf_of, found.in_audit()) == (15, world.lin, {"acting_for": "lin"})
    assert authority(world.seat("zhou"), "compensation", TODAY).on_behalf_of is None  # not asked to
    assert authority(world.seat("zhou"), "discount", TODAY + timedelta(days=7)).on_behalf_of is None
    assert authority(world.seat("wu"), "discount", TODAY).on_behalf_of is None
    assert Notification.objects.filter(recipient="zhou", message__startswith="You decide for").exists()


def test_who_may_decide_more_by_oneself_acts_for_oneself(world):
    deputy(world, "zhou", "lin")
    assert authority(world.seat("lin"), "discount", TODAY).on_behalf_of is None
    assert [(one.absent, one.kinds) for one in acting_for(world.seat("lin"), TODAY)] == [
        (world.zhou, {"discount", "credit"})
    ]


def test_what_a_deputy_who_is_away_too_has_passed_on(world):
    deputy(world, "lin", "zhou")
    deputy(world, "zhou", "wu", last=TODAY + timedelta(days=1))
    assert {one.absent for one in acting_for(world.seat("wu"), TODAY)} == {world.lin, world.zhou}
    assert acting_for(world.seat("zhou"), TODAY) == []
    assert {one.absent for one in acting_for(world.seat("zhou"), TODAY + timedelta(days=2))} == {world.lin}


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"one": "lin"}, "delegation.oneself"),
        ({"one": "ye"}, "delegation.elsewhere"),
        ({"one": "wu", "kinds": ()}, "delegation.kinds"),
        ({"one": "wu", "kinds": ("all",)}, "delegation.kinds"),
        ({"one": "wu", "last": TODAY - timedelta(days=1)}, "delegation.days"),
        ({"one": "wu", "last": TODAY + timedelta(days=400)}, "delegation.days"),
        ({"one": "wu", "first": TODAY + timedelta(days=6), "last": TODAY + timedelta(days=9)}, "delegation.overlap"),
    ],
)
def test_a_deputy_that_cannot_be(world, wish, code):
    deputy(world, "lin", "zhou")
    before = Delegation.objects.count(), DelegationDay.objects.count(), AuditEntry.objects.count()
    with pytest.raises(Refusal) as refusal:
        deputy(world, "lin", **wish)
    assert refusal.value.code == code
    assert (Delegation.objects.count(), DelegationDay.objects.count(), AuditEntry.objects.count()) == before


def test_another_kind_on_the_same_days_may_go_to_somebody_else(world):
    deputy(world, "lin", "zhou", kinds=("discount",))
    deputy(world, "lin", "wu", kinds=("compensation",))
    assert authority(world.seat("wu"), "compensation", TODAY).on_behalf_of == world.lin


@pytest.mark.parametrize("circle", [[("zhou", "lin")], [("zhou", "wu"), ("wu", "lin")]], ids=["of two", "of three"])
def test_deputies_do_not_run_in_a_circle(world, circle):
    deputy(world, "lin", "zhou")
    *first, last = circle
    for absent, one in first:
        deputy(world, absent, one)
    with pytest.raises(Refusal) as refusal:
        deputy(world, *last)
    assert refusal.value.code == "delegation.circle"
    deputy(world, *last, first=TODAY + timedelta(days=7), last=TODAY + timedelta(days=8))  # after it, they may


def test_two_deputies_on_one_day_cannot_be_in_the_database(world):
    found = deputy(world, "lin", "zhou")
    with pytest.raises(IntegrityError), transaction.atomic():
        DelegationDay.objects.create(
            delegation=found, hotel=world.lujiazui, absent=world.lin, kind="discount", day=TODAY
        )


def test_who_is_back_early_decides_again(world):
    found = deputy(world, "lin", "zhou", first=TODAY - timedelta(days=2))
    end_delegation(actor=world.seat("lin"), delegation=found, today=TODAY)
    assert acting_for(world.seat("zhou"), TODAY) == []
    assert {one.absent for one in acting_for(world.seat("zhou"), TODAY - timedelta(days=1))} == {world.lin}
    assert end_delegation(actor=world.seat("lin"), delegation=found, today=TODAY) is UNCHANGED
    deputy(world, "lin", "wu")  # free again


def test_a_leader_names_one_for_who_is_ill_and_nobody_for_another_team(world, browse):
    zhou = browse("zhou")
    sent = {
        "absent": world.xu.pk,
        "deputy": world.chen.pk,
        "starts_on": "2026-11-18",
        "ends_on": "2026-11-19",
        "kinds": ["discount"],
        "reason": "病假",
    }
    assert zhou.post(f"{HERE}/deputies/new/", sent).status_code == 302
    made = Delegation.objects.get(absent=world.xu)
    assert (made.deputy, made.named_by) == (world.chen, "zhou")
    assert zhou.post(f"{HERE}/deputies/new/", {**sent, "absent": world.sun.pk}).status_code == 422
    assert "病假" in zhou.get(f"{HERE}/deputies/").content.decode()
    for who in (world.xu, world.chen):
        assert "11月18日" in zhou.get(f"{HERE}/staff/{who.pk}/").content.decode()
    assert browse("wu").post(f"{HERE}/deputies/{made.pk}/end/").status_code == 404
    zhou.post(f"{HERE}/deputies/{made.pk}/end/")
    assert not DelegationDay.objects.filter(delegation=made).exists()


# To whom it rises


@pytest.mark.rule("ORG-06")
def test_what_rises_follows_the_superiors_who_are_still_here(world):
    assert escalation(world.chen, world.lujiazui) == [world.zhou, world.lin, world.zheng, world.he]
    world.zhou.is_active = False
    world.zhou.save(update_fields=["is_active"])
    assert escalation(world.chen, world.lujiazui) == [world.lin, world.zheng, world.he]
    assert escalation(world.chen, world.lakeside) == []
    assert escalation(world.he, world.lujiazui) == []
