"""Which clients of the hotel a new one may be."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from roomnight.clients.commands import add_contact, edit_account, edit_contact, move_contact, register_account
from roomnight.clients.commands.accounts import register_imported_accounts
from roomnight.clients.models import Account, DuplicateKey
from roomnight.clients.queries.duplicates import likely, likely_one
from roomnight.clients.rules.duplicates import Particulars

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ACC-04")]
CODE = "91310000MA1K35W050"


def names(found):
    return [one.name for one in found]


def rows():
    return sorted(DuplicateKey.objects.values_list("hotel", "kind", "value", "account", "contact"))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (Particulars("华星科技上海股份有限公司"), ["华星科技（上海）有限公司"]),
        (Particulars("華星科技"), ["华星科技（上海）有限公司"]),
        (Particulars("Huaxing Technology Co., Ltd."), ["华星科技（上海）有限公司"]),
        (Particulars("某某商行", phones=("+86 21 5888 1234",)), ["华星科技（上海）有限公司"]),
        (Particulars("某某商行", phones=("138 1234 8866",)), ["华星科技（上海）有限公司"]),
        (Particulars("北京华星科技有限公司"), []),
        (Particulars("西子丝绸进出口公司"), []),
        (Particulars("全新的客户"), []),
    ],
)
def test_what_is_alike_at_the_hotel_is_found(world, typed, expected):
    assert names(likely_one(world.lujiazui, typed)) == expected


def test_each_says_whose_it_is_and_why(world):
    found = likely_one(world.lujiazui, Particulars("华星科技"))[0]
    assert (found.account_id, found.owner, found.code) == (world.huaxing.pk, "陈思远", world.huaxing.code)
    assert [reason.code for reason in found.reasons] == ["region"]
    assert not likely_one(world.lujiazui, Particulars("华星科技"), but=[world.huaxing.pk])


def test_the_likeliest_come_first(world):
    for name, code in (("恒力重工", ""), ("恒力", ""), ("全然不同", CODE)):
        register_account(actor=world.seat("chen"), hotel=world.lujiazui, name=name, credit_code=code)
    found = likely_one(world.lujiazui, Particulars("恒力有限公司", credit_code=CODE))
    assert names(found) == ["全然不同", "恒力", "恒力重工"]


def test_the_keys_follow_every_change(world):
    seat = world.seat("chen")
    account = register_account(actor=seat, hotel=world.lujiazui, name="旧名贸易有限公司", phone="021-66661111")
    edit_account(actor=seat, account=account, revision=1, name="新称贸易有限公司", credit_code=CODE)
    assert not likely_one(world.lujiazui, Particulars("旧名贸易"))
    assert names(likely_one(world.lujiazui, Particulars("新称贸易"))) == ["新称贸易有限公司"]
    assert names(likely_one(world.lujiazui, Particulars("不同", credit_code=CODE))) == ["新称贸易有限公司"]
    person = add_contact(actor=seat, account=account, name="李明", mobile="13911112222", email="Li@Example.com")
    typed = Particulars("某某", phones=("139-1111-2222",))
    assert names(likely_one(world.lujiazui, typed)) == ["新称贸易有限公司"]
    move_contact(actor=seat, contact=person, account=world.jinyuan)
    assert names(likely_one(world.lujiazui, typed)) == [world.jinyuan.name]
    edit_contact(actor=seat, contact=person, revision=1, is_active=False)
    assert not likely_one(world.lujiazui, typed)


def test_what_an_import_registers_has_keys(world):
    register_imported_accounts(
        actor=world.seat("chen"), hotel=world.lujiazui, rows=[("company", "77", "corporate", "宏图印刷有限公司")]
    )
    assert names(likely_one(world.lujiazui, Particulars("宏图印刷"))) == ["宏图印刷有限公司"]


def test_what_was_there_before_gets_its_keys(world):
    before = rows()
    assert before
    DuplicateKey.objects.all().delete()
    importlib.import_module("roomnight.clients.migrations.0004_duplicate_keys").fill(apps, None)
    assert rows() == before


def test_regions_in_brackets_get_the_keys_of_now(world):
    account = register_account(actor=world.seat("chen"), hotel=world.lujiazui, name="启岳货运代理（广州市）有限公司")
    wanted = rows()
    DuplicateKey.objects.filter(account=account).exclude(value__contains="广州市").delete()
    assert not likely_one(world.lujiazui, Particulars("广州启岳货运代理有限公司"))
    migration = importlib.import_module("roomnight.clients.migrations.0010_keys_of_bracketed_regions")
    for _time in range(2):
        migration.fill(apps, None)
        assert rows() == wanted
    assert names(likely_one(world.lujiazui, Particulars("广州启岳货运代理有限公司"))) == [account.name]


def test_thousands_of_rows_cost_few_statements(world):
    typed = [Particulars(f"{a}{b}{c}商贸有限公司") for a in "宏伟光明远" for b in "图强大志" for c in "达信诚源泰"]
    register_imported_accounts(
        actor=world.seat("chen"),
        hotel=world.lujiazui,
        rows=[("company", f"N{n}", "corporate", one.name) for n, one in enumerate(typed)],
    )
    Account.objects.filter(name=typed[0].name).update(city="上海")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = likely(world.lujiazui, typed)
    assert [some[0].name for some in found] == [one.name for one in typed]
    assert len(asked) <= 5
