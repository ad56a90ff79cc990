"""Finding a client or a person by whatever somebody remembers, within sight (ACC-05)."""

import random

import pytest
from django.db import connection

from roomnight.clients.commands import add_contact, assign_owner, edit_account, register_account, share_account
from roomnight.clients.migrations import __path__ as migrations_path
from roomnight.clients.models import Account, Contact
from roomnight.clients.queries import Wish, search, wanted
from roomnight.kernel.search_index import BuildSearchIndex
from tests.world import LUJIAZUI

pytestmark = pytest.mark.django_db


def found(seat, q, **options):
    return [hit.label for hit in search(seat, q, **options)]


@pytest.fixture
def ctrip(world):
    lin = world.seat("lin")
    account = register_account(
        actor=lin, hotel=lin.hotel, name="上海携程商务有限公司", name_en="Ctrip Business Travel", short_name="携程",
        phone="021-34064880", tax_number="91310000MA1K35CX6B", owner=world.chen, mnemonic="XC2",
    )  # fmt: skip
    add_contact(actor=lin, account=account, name="单小丽", mobile="13912345678", wechat="shanxl", name_en="Lily Shan")
    return account


@pytest.mark.rule("ACC-05")
@pytest.mark.parametrize(
    "q",
    [
        "携程",
        "程商",
        "携",
        "上海携程",
        "携程商务有限公司",
        "商务 携程",
        "xiecheng",
        "xiechengshangwu",
        "shangwu",
        "xcsw",
        "xc",
        "XC2",
        "ctrip",
        "Business Tra",
        "34064880",
        "021-3406 4880",
        "4880",
        "64880",
        "91310000MA1K35CX6B",
        "91310000ma1k",
        "cx6b",
        "携cheng",
    ],
)
def test_an_account_is_found_by_any_part_of_it(world, ctrip, q):
    assert "上海携程商务有限公司" in found(world.seat("chen"), q)


@pytest.mark.rule("ACC-05")
def test_an_account_is_found_by_its_code_and_its_digits(world, ctrip):
    chen = world.seat("chen")
    for q in (
        ctrip.code,
        ctrip.code.lower(),
        ctrip.code.removeprefix("KH-"),
        ctrip.code.removeprefix("KH-").lstrip("0"),
    ):
        assert "上海携程商务有限公司" in found(chen, q)


@pytest.mark.rule("ACC-05")
@pytest.mark.parametrize(
    "q", ["单小丽", "单小", "小丽", "shanxiaoli", "danxiaoli", "sxl", "lily", "5678", "139 1234 5678", "shanxl"]
)
def test_a_person_is_found_too(world, ctrip, q):
    hits = search(world.seat("chen"), q)
    assert ("contact", "单小丽", ctrip.pk) in [(hit.what, hit.label, hit.account_pk) for hit in hits]


@pytest.mark.rule("ACC-05")
def test_the_best_comes_first(world, ctrip):
    lin = world.seat("lin")
    for name in ("北京携程大酒店", "携程", "西城商务", "携程网络"):
        register_account(actor=lin, hotel=lin.hotel, name=name, owner=world.chen)
    assert set(found(lin, "携程")[:2]) == {"携程", "上海携程商务有限公司"}  # the second is called so for short
    assert found(lin, "携程").index("携程网络") < found(lin, "携程").index("北京携程大酒店")
    assert found(lin, "西城")[0] == "西城商务"
    by_initials = found(lin, "xc")
    assert {"携程", "携程网络", "西城商务", "上海携程商务有限公司"} <= set(by_initials)


@pytest.mark.rule("ACC-05")
@pytest.mark.rule("ORG-03")
@pytest.mark.parametrize(
    ("who", "sees"),
    [("chen", True), ("zhou", True), ("lin", True), ("ma", True), ("xu", False), ("sun", False), ("wu", False), ("ye", False), ("qian", False), ("yuan", False), ("song", False)],
)  # fmt: skip
def test_nothing_out_of_sight_is_found(world, ctrip, who, sees):
    seat = world.seat(who)
    for q in ("携程", "xc", "4880", ctrip.tax_number):
        assert ("上海携程商务有限公司" in found(seat, q)) is sees
    assert ("单小丽" in found(seat, "单小丽")) is sees


@pytest.mark.rule("ACC-05")
def test_another_hotel_s_are_never_found_whoever_asks(world):
    for username in ("chen", "lin", "zheng", "guan", "he"):
        seat = world.seat(username)
        for q in ("湖滨", "hubin", "任远", "87651234", "龙井"):
            assert found(seat, q) == []
    assert found(world.seat("ye"), "湖滨") == ["湖滨外国语学院"]


@pytest.mark.rule("ACC-05")
def test_the_open_pool_is_found_by_those_who_may_see_it(world):
    assert found(world.seat("chen"), "天元") == ["天元管理咨询"]
    assert found(world.seat("gao"), "天元") == ["天元管理咨询"]  # the front office sees the hotel's clients
    assert found(world.seat("song"), "天元") == []


@pytest.mark.rule("ACC-05")
def test_who_may_not_see_people_finds_none(world):
    assert found(world.seat("deng"), "华星") == ["华星科技（上海）有限公司"]
    assert found(world.seat("deng"), "王芳") == []
    assert found(world.seat("deng"), "8866") == []


@pytest.mark.rule("ACC-05")
def test_what_is_found_follows_the_owner_and_the_share(world, ctrip):
    xu, chen = world.seat("xu"), world.seat("chen")
    share_account(actor=chen, account=ctrip, staff=world.xu)
    assert found(xu, "携程") == ["上海携程商务有限公司"]
    assert found(xu, "单小丽") == ["单小丽"]
    assign_owner(actor=world.seat("lin"), account=ctrip, owner=world.sun)
    assert found(chen, "携程") == []
    assert found(chen, "单小丽") == []
    assert found(world.seat("sun"), "xiecheng") == ["上海携程商务有限公司"]


@pytest.mark.rule("ACC-05")
def test_a_new_name_is_found_and_the_old_one_no_more(world, ctrip):
    chen = world.seat("chen")
    account = Account.objects.get(pk=ctrip.pk)
    edit_account(actor=chen, account=account, revision=1, name="上海途牛商务", short_name="", name_en="", mnemonic="")
    assert found(chen, "途牛") == ["上海途牛商务"]
    assert found(chen, "携程") == []


def test_one_kind_only_is_found_where_that_is_asked(world, ctrip):
    chen = world.seat("chen")
    assert {hit.what for hit in search(chen, "xl", what="contact")} == {"contact"}
    assert {hit.what for hit in search(chen, "携程", what="account")} == {"account"}


@pytest.mark.parametrize("q", ["", "  ", "（）", "'; DROP TABLE clients_account; --", '"', "\x00", "%", "携" * 300])
def test_odd_queries_break_nothing(world, q):
    assert found(world.seat("chen"), q) == []
    assert wanted(world.seat("chen"), Wish("all", q=q)).count() in (0, 3)


@pytest.mark.rule("ACC-05")
def test_every_part_of_every_name_is_found(world):
    """Random parts of all names, as a plain search through the names would find them: none is missed."""
    lin, rng = world.seat("lin"), random.Random(7)
    names = list(Account.objects.filter(hotel=world.lujiazui).values_list("name", flat=True))
    for name in names:
        for _try in range(6):
            start = rng.randrange(len(name) - 1)
            part = name[start : start + rng.randint(2, 6)]
            if not part.strip("（）() ") or any(sign in part for sign in "（）()· "):
                continue
            expected = {one for one in names if part in one}
            assert expected <= set(found(lin, part, limit=100)), part


@pytest.mark.rule("ACC-05")
def test_a_list_is_narrowed_by_what_is_typed(world, ctrip):
    chen = world.seat("chen")
    names = wanted(chen, Wish("mine", q="xcsw")).values_list("name", flat=True)
    assert list(names) == ["上海携程商务有限公司"]
    assert list(wanted(chen, Wish("mine", q="单小丽")).values_list("pk", flat=True)) == [ctrip.pk]
    assert not wanted(world.seat("xu"), Wish("all", q="xcsw")).exists()


def test_the_index_is_whole(db):
    assert migrations_path
    assert BuildSearchIndex("clients_search").missing(connection) == []


def test_everybody_has_an_entry(world):
    assert (
        not Account.objects.filter(hotel__code=LUJIAZUI)
        .exclude(pk__in=wanted(world.seat("lin"), Wish("all")).values("pk"))
        .exists()
    )
    for contact in Contact.objects.filter(is_active=True, account__hotel__code=LUJIAZUI):
        assert contact.name in found(world.seat("lin"), contact.name, limit=50)
