"""Who sees and touches which clients, people, views and pools."""

import pytest
from django.http import Http404

from roomnight.clients import access
from roomnight.clients.commands import release_account, set_co_owner, share_account
from roomnight.clients.models import Account, Contact
from tests.world import CLIENTS, CONTACTS, LUJIAZUI

NAMES = {one.name: one.key for one in CLIENTS}
KNOWN = {"wangfang", "shan", "zeng", "qiu", "ren"}
PEOPLE = {particulars["name"]: key for _account, key, particulars in CONTACTS if key in KNOWN}
POOL = {one.key for one in CLIENTS if one.hotel == LUJIAZUI and not one.owner}


def keys(found):
    return {NAMES[one.name] for one in found if one.name in NAMES}


@pytest.mark.rule("ORG-03")
@pytest.mark.parametrize(
    ("who", "action", "touches"),
    [
        ("chen", "edit", {"huaxing", "jinyuan", "minjiang"}),
        ("chen", "approve", set()),
        ("chen", "export", set()),
        ("zhou", "approve", {"huaxing", "jinyuan", "yuanyang", "cujin"}),
        ("zhou", "export", {"huaxing", "jinyuan", "yuanyang", "cujin"}),
        ("zheng", "edit", set()),
        ("cao", "edit", set()),
        ("ma", "export", set()),
    ],
)
def test_who_may_do_what_to_which_clients(world, who, action, touches):
    assert keys(access.accounts(world.seat(who), action)) == touches


@pytest.mark.rule("ORG-03")
def test_a_shared_and_a_co_owned_client_are_seen_once(world):
    chen = world.seat("chen")
    set_co_owner(actor=world.seat("wu"), account=world.minjiang, co_owner=world.chen)
    share_account(actor=chen, account=world.huaxing, staff=world.chen)
    seen = [one.name for one in access.accounts(chen) if one.name in NAMES]
    assert sorted(seen) == sorted(set(seen))
    assert keys(access.accounts(chen)) == {"huaxing", "jinyuan", "minjiang"}


@pytest.mark.rule("ORG-03")
def test_a_share_at_another_hotel_opens_nothing_here(world):
    share_account(actor=world.seat("du"), account=world.hubin, staff=world.ye)
    assert "hubin" not in keys(access.accounts(world.seat("chen")))
    for username in ("chen", "zheng", "guan"):
        with pytest.raises(Http404):
            access.account_or_pool(world.seat(username), world.hubin.pk)


@pytest.mark.rule("ORG-03")
@pytest.mark.parametrize(
    ("who", "sees"), [("chen", True), ("ma", True), ("zheng", True), ("deng", False), ("song", False), ("yuan", False)]
)
def test_who_sees_the_open_pool(world, who, sees):
    seat = world.seat(who)
    assert keys(access.pool(seat)) == (POOL if sees else set())
    if not sees:
        with pytest.raises(Http404):
            access.pool_account(seat, world.tianyuan.pk)


def test_the_pool_is_the_hotel_s_own_and_holds_nobody_s_client(world):
    chen = world.seat("chen")
    for key in ("huaxing", "yuanyang", "longjing"):
        with pytest.raises(Http404):
            access.pool_account(chen, getattr(world, key).pk)
    release_account(actor=chen, account=world.jinyuan, reason="没时间")
    assert access.pool_account(world.seat("sun"), world.jinyuan.pk) == world.jinyuan
    Account.objects.filter(pk=world.jinyuan.pk).update(stage="blacklisted")
    with pytest.raises(Http404):
        access.pool_account(world.seat("sun"), world.jinyuan.pk)


@pytest.mark.parametrize(
    ("who", "key", "may"),
    [
        ("zhou", "huaxing", True),
        ("zhou", "tianyuan", True),  # looks after the pool
        ("zhou", "minjiang", False),
        ("lin", "minjiang", True),
        ("lin", "hubin", False),
        ("chen", "huaxing", False),
        ("zheng", "huaxing", False),
    ],
)
def test_whose_clients_one_may_give_away(world, who, key, may):
    seat, pk = world.seat(who), getattr(world, key).pk
    if may:
        assert access.account_to_assign(seat, pk).pk == pk
    else:
        with pytest.raises(Http404):
            access.account_to_assign(seat, pk)


@pytest.mark.rule("ORG-03")
@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("chen", {"wangfang", "shan", "qiu"}),
        ("xu", {"zeng"}),
        ("sun", {"qiu"}),
        ("zhou", {"wangfang", "shan", "zeng"}),
        ("lin", {"wangfang", "shan", "zeng", "qiu"}),
        ("deng", set()),
        ("gao", set()),
        ("ye", {"ren"}),
    ],
)
def test_who_sees_which_people(world, who, sees):
    seat = world.seat(who)
    assert {PEOPLE[one.name] for one in access.contacts(seat) if one.name in PEOPLE} == sees
    for contact in Contact.objects.filter(name__in=PEOPLE):
        if PEOPLE[contact.name] in sees:
            assert access.contact(seat, contact.pk) == contact
        else:
            with pytest.raises(Http404):
                access.contact(seat, contact.pk)


def test_people_are_added_only_where_the_right_reaches(world):
    assert access.account_for_contact(world.seat("chen"), world.huaxing.pk) == world.huaxing
    for who, key in (("chen", "yuanyang"), ("ma", "huaxing"), ("zheng", "huaxing"), ("chen", "hubin")):
        with pytest.raises(Http404):
            access.account_for_contact(world.seat(who), getattr(world, key).pk)


def test_one_s_own_and_shared_views_are_seen_and_only_one_s_own_deleted(world):
    chen, sun = world.seat("chen"), world.seat("sun")
    assert {one.owner.username for one in access.saved_views(chen, "accounts")} == {"chen"}
    world.sun_s_view.is_shared = True
    world.sun_s_view.save()
    assert {one.owner.username for one in access.saved_views(chen, "accounts")} == {"chen", "sun"}
    assert access.own_saved_view(sun, world.sun_s_view.pk) == world.sun_s_view
    for view in (world.sun_s_view, world.ye_s_view):
        with pytest.raises(Http404):
            access.own_saved_view(chen, view.pk)


def test_tags_and_territories_are_the_hotel_s_own(world):
    guan = world.seat("guan")
    assert access.tag(guan, world.tag.pk) == world.tag
    with pytest.raises(Http404):
        access.tag(guan, world.lakeside_tag.pk)
