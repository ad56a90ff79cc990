"""Whose client it is, and the people there: exact state, exact audit lines, and refusals that change nothing."""

from datetime import date
from decimal import Decimal

import pytest

from roomnight.clients.commands import (
    add_contact,
    assign_owner,
    claim_account,
    edit_contact,
    give_gift,
    learn_preferences,
    move_contact,
    release_account,
    set_co_owner,
    share_account,
    stop_sharing,
)
from roomnight.clients.models import Account, Contact, SearchEntry
from roomnight.kernel.commands import UNCHANGED
from roomnight.kernel.models import Notification


def about(record):
    return f"{record._meta.label_lower}:{record.pk}"


def seen_by(account):
    """The people whose search reaches the account and everybody there."""
    return set(SearchEntry.objects.filter(account=account).values_list("owner__username", "co_owner__username"))


# ---- owners


@pytest.mark.rule("OWN-01")
def test_a_client_is_given_to_a_colleague_who_is_told(world, lines):
    zhou, account = world.seat("zhou"), world.huaxing
    assign_owner(actor=zhou, account=account, owner=world.xu, reason="调区")
    assert Account.objects.get(pk=account.pk).owner == world.xu
    assert lines() == [("clients.assign_owner", "zhou", about(account), {"owner": ["chen", "xu"], "reason": "调区"})]
    periods = account.ownerships.order_by("pk")
    assert [(one.staff.username, one.ended_at is None) for one in periods] == [("chen", False), ("xu", True)]
    assert seen_by(account) == {("xu", None)}
    told = Notification.objects.get(recipient="xu")
    assert told.message % told.values == "华星科技（上海）有限公司 is your client now"


@pytest.mark.rule("OWN-01")
def test_the_owner_it_has_is_no_change(world, lines):
    assert assign_owner(actor=world.seat("zhou"), account=world.huaxing, owner=world.chen) is UNCHANGED
    assert lines() == []


@pytest.mark.rule("OWN-01")
@pytest.mark.parametrize(
    ("key", "owner", "code"),
    [("huaxing", None, "account.owner_needed"), ("jinyuan", "ye", "account.owner_elsewhere")],
)
def test_owners_that_are_refused(world, refused, key, owner, code):
    account = Account.objects.get(pk=getattr(world, key).pk)
    with refused(code):
        assign_owner(actor=world.seat("lin"), account=account, owner=getattr(world, owner) if owner else None)


@pytest.mark.rule("OWN-01")
def test_somebody_who_left_gets_no_client(world, refused):
    world.xu.is_active = False
    world.xu.save()
    with refused("account.owner_elsewhere"):
        assign_owner(actor=world.seat("zhou"), account=world.jinyuan, owner=world.xu)


@pytest.mark.rule("OWN-01")
def test_a_client_has_one_co_owner_at_most_and_never_its_owner(world, lines, refused):
    zhou, account = world.seat("zhou"), world.huaxing
    set_co_owner(actor=zhou, account=account, co_owner=world.xu)
    assert seen_by(account) == {("chen", "xu")}
    assert set_co_owner(actor=zhou, account=account, co_owner=world.xu) is UNCHANGED
    with refused("account.same_owners"):
        set_co_owner(actor=zhou, account=Account.objects.get(pk=account.pk), co_owner=world.chen)
    with refused("account.owner_elsewhere"):
        set_co_owner(actor=zhou, account=Account.objects.get(pk=account.pk), co_owner=world.ye)
    assign_owner(actor=zhou, account=Account.objects.get(pk=account.pk), owner=world.xu)
    kept = Account.objects.get(pk=account.pk)
    assert (kept.owner, kept.co_owner) == (world.xu, None)
    assert seen_by(account) == {("xu", None)}
    assert lines()[0] == ("clients.set_co_owner", "zhou", about(account), {"co_owner": ["", "xu"]})


def test_a_client_of_the_pool_is_taken_once(world, lines, refused):
    mine, yours = Account.objects.get(pk=world.tianyuan.pk), Account.objects.get(pk=world.tianyuan.pk)
    claim_account(actor=world.seat("chen"), account=mine, staff=world.chen)
    with refused("account.owner_changed"):
        claim_account(actor=world.seat("sun"), account=yours, staff=world.sun)
    with refused("account.owned"):
        claim_account(actor=world.seat("sun"), account=Account.objects.get(pk=mine.pk), staff=world.sun)
    assert lines() == [
        ("clients.claim_account", "chen", about(mine), {"owner": ["", "chen"], "reason": ""}),
    ]
    entry = mine.timeline.get(kind="owner")
    assert entry.message % entry.values == "陈思远 took the client from the open pool"


def test_a_client_goes_back_to_the_pool_with_a_reason(world, lines, refused):
    chen, account = world.seat("chen"), world.jinyuan
    with refused("account.release_reason"):
        release_account(actor=chen, account=account, reason="  ")
    with refused("account.owner_needed"):
        release_account(actor=chen, account=world.huaxing, reason="没时间")
    release_account(actor=chen, account=account, reason="没时间")
    assert Account.objects.get(pk=account.pk).owner is None
    assert release_account(actor=chen, account=account, reason="没时间") is UNCHANGED
    changes = {"owner": ["chen", ""], "reason": "没时间"}
    assert lines() == [("clients.release_account", "chen", about(account), changes)]


@pytest.mark.rule("ORG-03")
def test_a_client_is_shared_and_no_longer_shared(world, lines, refused):
    chen, account = world.seat("chen"), world.huaxing
    share_account(actor=chen, account=account, staff=world.sun)
    assert share_account(actor=chen, account=account, staff=world.sun) is UNCHANGED
    with refused("account.share_elsewhere"):
        share_account(actor=chen, account=account, staff=world.ye)
    stop_sharing(actor=chen, account=account, staff=world.sun)
    assert stop_sharing(actor=chen, account=account, staff=world.sun) is UNCHANGED
    assert lines() == [
        ("clients.share_account", "chen", about(account), {"shared_with": "sun"}),
        ("clients.stop_sharing", "chen", about(account), {"no_longer_shared_with": "sun"}),
    ]
    assert [one.recipient for one in Notification.objects.filter(message__contains="shared with you")] == [
        "chen",
        "sun",
    ]


# ---- contacts


@pytest.mark.rule("ACC-03")
def test_a_person_without_a_telephone_is_welcome(world, lines):
    chen = world.seat("chen")
    contact = add_contact(actor=chen, account=world.huaxing, name="赵敏", wechat="zhaomin")
    changes = {"name": "赵敏", "account": world.huaxing.code}
    assert lines() == [("clients.add_contact", "chen", about(contact), changes)]
    assert Contact.objects.get(pk=contact.pk).wechat == "zhaomin"


@pytest.mark.rule("ACC-03")
@pytest.mark.parametrize(
    ("code", "particulars"),
    [
        ("contact.name", {"name": " ", "mobile": "13812348866"}),
        ("contact.unreachable", {"name": "赵敏"}),
        ("contact.birthday", {"name": "赵敏", "qq": "1", "birthday_month": 2, "birthday_day": 30}),
        ("contact.birthday", {"name": "赵敏", "qq": "1", "birthday_month": 2}),
    ],
)
def test_people_that_are_refused(world, refused, code, particulars):
    with refused(code):
        add_contact(actor=world.seat("chen"), account=world.huaxing, **particulars)


@pytest.mark.rule("ACC-03")
def test_the_last_way_to_reach_somebody_is_not_taken_away(world, refused):
    with refused("contact.unreachable"):
        edit_contact(actor=world.seat("chen"), contact=world.wangfang, revision=1, mobile="")


@pytest.mark.rule("ACC-03")
def test_a_change_of_a_person_is_kept_with_old_and_new(world, lines, refused):
    chen, contact = world.seat("chen"), world.wangfang
    edit_contact(actor=chen, contact=contact, revision=1, job_title="总监", preferences={"fruit": "苹果"})
    changes = {"job_title": ["行政经理", "总监"], "preferences": [{}, {"fruit": "苹果"}]}
    assert lines() == [("clients.edit_contact", "chen", about(contact), changes)]
    stale = Contact.objects.get(pk=contact.pk)
    with refused("record.changed_meanwhile"):
        edit_contact(actor=world.seat("zhou"), contact=stale, revision=1, job_title="经理")
    assert edit_contact(actor=chen, contact=contact, revision=2, job_title="总监") is UNCHANGED


@pytest.mark.rule("ACC-03")
def test_a_person_moves_and_the_history_comes_along(world, lines, refused):
    chen, contact, old = world.seat("chen"), world.wangfang, world.huaxing
    give_gift(actor=chen, contact=contact, what="月饼", given_on=date(2026, 9, 20), value=Decimal("188"))
    move_contact(actor=chen, contact=contact, account=world.jinyuan)
    kept = Contact.objects.get(pk=contact.pk)
    assert kept.account == world.jinyuan
    assert [gift.what for gift in kept.gifts.all()] == ["月饼"]
    assert [(move.old, move.new, move.moved_by) for move in kept.moves.all()] == [(old, world.jinyuan, "chen")]
    assert SearchEntry.objects.get(contact=contact).account == world.jinyuan
    told = [(one.account.name, one.message % one.values) for one in kept.timeline.filter(kind="contact").order_by("pk")]
    assert told == [
        ("华星科技（上海）有限公司", "王芳 left for 世纪金源会展服务有限公司"),
        ("世纪金源会展服务有限公司", "王芳 came from 华星科技（上海）有限公司"),
    ]
    assert lines() == [
        ("clients.give_gift", "chen", about(contact), {"gift": "月饼", "value": "188"}),
        ("clients.move_contact", "chen", about(contact), {"account": [old.code, world.jinyuan.code]}),
    ]
    assert move_contact(actor=chen, contact=kept, account=world.jinyuan) is UNCHANGED
    with refused("contact.other_hotel"):
        move_contact(actor=chen, contact=kept, account=world.hubin)


@pytest.mark.rule("ACC-03")
def test_who_has_left_is_not_found_any_more_and_stays_on_record(world):
    contact = world.wangfang
    edit_contact(actor=world.seat("chen"), contact=contact, revision=1, is_active=False)
    assert not SearchEntry.objects.filter(contact=contact).exists()
    assert Contact.objects.filter(pk=contact.pk).exists()
    edit_contact(actor=world.seat("chen"), contact=contact, revision=2, is_active=True)
    assert SearchEntry.objects.filter(contact=contact).exists()


def test_gifts_that_are_refused(world, refused):
    chen = world.seat("chen")
    with refused("gift.what"):
        give_gift(actor=chen, contact=world.wangfang, what=" ", given_on=date(2026, 9, 20))
    with refused("gift.value"):
        give_gift(actor=chen, contact=world.wangfang, what="茶", given_on=date(2026, 9, 20), value=Decimal("-1"))


def test_likes_are_added_once(world, lines):
    chen, contact = world.seat("chen"), world.wangfang
    learn_preferences(actor=chen, contact=contact, likes="高楼层")
    learn_preferences(actor=chen, contact=contact, likes="龙井茶")
    assert contact.preferences["likes"] == "高楼层；龙井茶"
    assert learn_preferences(actor=chen, contact=contact, likes="高楼层") is UNCHANGED
    assert learn_preferences(actor=chen, contact=contact, likes=" ") is UNCHANGED
    assert len(lines()) == 2
