"""The fields that a hotel adds to its clients: drawn as a form, asked, judged, shown, brought in and taken out (ACC-01)."""

import importlib
import json
from io import BytesIO

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from python_calamine import load_workbook

from roomnight.clients.commands import edit_account, merge_accounts
from roomnight.clients.models import Account
from roomnight.clients.queries.own_fields import own_fields
from roomnight.clients.rules.importing import own_field
from roomnight.clients.rules.importing.reading import read_cell
from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.models import AuditEntry, Deed
from roomnight.kernel.tables.values import Bad
from roomnight.kernel.undo import undo
from roomnight.organization.models import Grant
from roomnight.procedures.commands import approve_form_version, create_form, retire_form, submit_form_version
from roomnight.procedures.models import Form, FormVersion
from tests.world import LUJIAZUI, client_fields

FIELDS = {
    "listed": {"type": "boolean", "title": "是否上市公司", "x-title-en": "Listed company"},
    "stock": {"type": "string", "title": "股票代码", "maxLength": 8, "x-show-if": "listed == True"},
    "agency": {
        "type": "string", "title": "差旅管理公司", "x-title-en": "Travel manager", "enum": ["none", "ctrip", "bcd"],
        "x-labels": {"none": ["没有", "None"], "ctrip": ["携程商旅", "Ctrip"], "bcd": ["BCD", "BCD"]},
    },
    "budget": {"type": "string", "format": "money", "title": "差旅预算", "minimum": 0},
    "founder": {"type": "string", "format": "tel", "title": "老板手机", "x-masked": True},
}  # fmt: skip


def url(name, **arguments):
    return reverse(f"clients:{name}", kwargs={"hotel": LUJIAZUI, **arguments})


def sent(account, form, **changes):
    """The client's form as a browser sends it, with the hotel's own fields changed."""
    same = {"name": account.name, "kind": account.kind, "importance": account.importance, "grade": account.grade}
    same |= {"phone": account.phone, "city": account.city, "district": account.district, "address": account.address}
    return {
        **same, "short_name": account.short_name, "name_en": account.name_en, "mnemonic": account.mnemonic,
        "industry": account.industry, "potential_room_nights": account.potential_room_nights or "",
        "verified_on": account.verified_on or "", "tags": [tag.pk for tag in account.tags.all()],
        **({"seen": form["seen"].value(), "custom-seen": form.own["seen"].value()} if form else {}),
        **{f"custom-{name}": value for name, value in changes.items()},
    }  # fmt: skip


@pytest.fixture
def asked(world, at_work):
    client_fields(world.lujiazui, FIELDS)
    return world


def kept(account):
    return Account.objects.get(pk=account.pk).custom


@pytest.mark.rule("ACC-01")
@pytest.mark.rule("PRC-02")
def test_a_form_in_force_is_asked_on_the_client_s_form_and_judged_there(asked, browse):
    chen, account = browse("chen"), asked.huaxing
    page = chen.get(url("edit", pk=account.pk)).content.decode()
    assert "差旅管理公司" in page and "data-show-if" in page
    assert "喜欢 water" not in page  # the version before no longer holds
    wrong = chen.post(url("edit", pk=account.pk), sent(account, None, agency="unknown", budget="viel"))
    assert wrong.status_code == 422
    assert set(wrong.context["form"].own.errors) == {"agency", "budget"}
    assert wrong.context["form"].own["budget"].value() == "viel"
    right = sent(account, None, agency="ctrip", budget="120,000", stock="600000")
    assert chen.post(url("edit", pk=account.pk), right).status_code == 302
    assert kept(account) == {"agency": "ctrip", "budget": "120000.00"}  # what a condition hides is not kept
    chen.post(url("edit", pk=account.pk), sent(account, None, agency="ctrip", listed="on", stock="600000"))
    assert kept(account) == {"agency": "ctrip", "listed": True, "stock": "600000"}


@pytest.mark.rule("ACC-01")
def test_a_new_client_answers_what_must_be_said(world, browse):
    client_fields(world.lujiazui, {"invoice": {"type": "string", "title": "发票要求"}}, required=["invoice"])
    particulars = {
        "name": "必填有限公司",
        "kind": "corporate",
        "importance": "ordinary",
        "stage": "lead",
        "phone": "021-1",
    }
    answer = browse("chen").post(url("new"), particulars)
    assert answer.status_code == 422
    assert set(answer.context["form"].own.errors) == {"invoice"}
    assert browse("chen").post(url("new"), {**particulars, "custom-invoice": "专票"}).status_code == 302
    assert Account.objects.get(name="必填有限公司").custom == {"invoice": "专票"}


@pytest.mark.rule("ACC-01")
@pytest.mark.parametrize("said", [{"agency": "unknown"}, {"budget": "-1"}, {"nobody_asked": "x"}])
def test_whatever_the_way_in_the_form_in_force_decides(asked, refused, said):
    with refused("account.own_field"):
        edit_account(actor=asked.seat("chen"), account=asked.huaxing, revision=1, custom=said)


@pytest.mark.rule("ACC-01")
def test_they_are_shown_in_the_reader_s_words_on_page_list_export_and_history(asked, browse):
    account = asked.huaxing
    edit_account(actor=asked.seat("chen"), account=account, revision=1, custom={"agency": "ctrip", "budget": "1280"})
    lin = browse("lin")
    shown = lin.get(url("panel_details", pk=account.pk)).content.decode()
    assert "差旅管理公司" in shown and "携程商旅" in shown and "1,280.00" in shown
    listed = lin.get(f"{url('list')}?view=all&col=custom_agency&col=custom_budget&custom_agency=ctrip")
    assert [row.pk for row in listed.context["rows"]] == [account.pk]
    assert [cell.text for _column, cell in listed.context["rows"][0].cells] == ["携程商旅", "1,280.00"]
    assert "携程商旅" in listed.context["chips"][0].value
    query = "view=all&col=custom_agency&col=custom_budget&custom_agency=ctrip"
    book = lin.post(url("export"), {"query": query, "format": "xlsx"})
    assert load_workbook(BytesIO(book.content)).get_sheet_by_index(0).to_python()[-1][-2:] == ["携程商旅", 1280.0]
    lines = lin.get(url("panel_history", pk=account.pk)).context["lines"]
    assert ("差旅管理公司", "", "携程商旅") in {(one.label, one.old, one.new) for one in lines[0].changes}
    assert AuditEntry.objects.filter(command="clients.edit_account").latest("pk").changes["custom"] == [
        {},
        {"agency": "ctrip", "budget": "1280.00"},
    ]
    account.refresh_from_db()
    edit_account(actor=asked.seat("chen"), account=account, revision=2, custom={"agency": "bcd", "budget": "1280"})
    change = lin.get(url("panel_history", pk=account.pk)).context["lines"][0].changes
    assert [(one.label, one.old, one.new) for one in change] == [("差旅管理公司", "携程商旅", "BCD")]


@pytest.mark.rule("ACC-01")
def test_what_was_filled_in_with_an_earlier_version_stays_and_stays_readable(asked, browse):
    account = asked.huaxing
    edit_account(actor=asked.seat("chen"), account=account, revision=1, custom={"agency": "ctrip", "budget": "5"})
    client_fields(asked.lujiazui, {"agency": {**FIELDS["agency"], "enum": ["bcd"], "x-labels": {"bcd": "BCD"}}})
    shown = browse("chen").get(url("panel_details", pk=account.pk)).content.decode()
    assert "携程商旅" in shown and "差旅预算" in shown
    browse("chen").post(url("edit", pk=account.pk), sent(account, None, agency="bcd"))
    assert kept(account) == {"agency": "bcd", "budget": "5.00"}
    retire_form(actor=OPERATOR, form=Form.objects.get(hotel=asked.lujiazui, code="client-fields"))
    assert "差旅管理公司" not in browse("chen").get(url("edit", pk=account.pk)).content.decode()
    assert "差旅管理公司" in browse("chen").get(url("panel_details", pk=account.pk)).content.decode()


@pytest.mark.rule("ACC-01")
def test_personal_data_are_stars_to_those_who_need_not_know_them(asked, browse):
    account = asked.huaxing
    edit_account(
        actor=asked.seat("chen"), account=account, revision=1, custom={"founder": "13812345678", "agency": "bcd"}
    )
    assert "13812345678" in browse("chen").get(url("panel_details", pk=account.pk)).content.decode()
    Grant.objects.filter(resource="procedures.personal").delete()
    chen = browse("chen")
    for page in (
        chen.get(url("panel_details", pk=account.pk)), chen.get(url("edit", pk=account.pk)), chen.get(url("panel_history", pk=account.pk)),
        chen.get(f"{url('list')}?view=all&col=custom_founder"), chen.get(f"{url('filter')}"),
    ):  # fmt: skip
        assert "13812345678" not in page.content.decode()
    assert "custom_founder" not in chen.get(url("filter")).content.decode()
    chen.post(url("edit", pk=account.pk), sent(account, None, agency="ctrip", founder="13900000000"))
    assert kept(account) == {"agency": "ctrip", "founder": "13812345678"}  # what they do not see they do not change


@pytest.mark.rule("ACC-10")
@pytest.mark.parametrize(("decision", "agency"), [("mine", "bcd"), ("theirs", "ctrip")])
def test_two_people_at_the_hotel_s_own_fields(asked, browse, decision, agency):
    chen, account = browse("chen"), asked.huaxing
    form = chen.get(url("edit", pk=account.pk)).context["form"]
    edit_account(
        actor=asked.seat("zhou"), account=Account.objects.get(pk=account.pk), revision=1,
        custom={"agency": "ctrip", "budget": "9"},
    )  # fmt: skip
    answer = chen.post(url("edit", pk=account.pk), sent(account, form, agency="bcd"))
    again = answer.context["form"]
    assert answer.status_code == 422
    assert {(one.label, one.old, one.theirs, one.mine, one.who) for one in again.own.changed_meanwhile} == {
        ("差旅管理公司", "–", "携程商旅", "BCD", "周建平"), ("差旅预算", "–", "9.00", "", "周建平"),
    }  # fmt: skip
    page = answer.content.decode()
    assert page.count('id="meanwhile"') == 1 and 'name="custom-decide-agency"' in page
    back = {**again.own.data.dict(), "tags": [tag.pk for tag in account.tags.all()], "custom-decide-agency": decision}
    assert chen.post(url("edit", pk=account.pk), back).status_code == 302
    assert kept(account) == {"agency": agency, "budget": "9.00"}


@pytest.mark.rule("ACC-04")
def test_a_merge_takes_them_along_and_its_undo_gives_them_back(asked, browse):
    lin, winner, loser = asked.seat("lin"), asked.huaxing, asked.jinyuan
    edit_account(actor=lin, account=winner, revision=1, custom={"agency": "ctrip"})
    edit_account(actor=lin, account=loser, revision=1, custom={"agency": "bcd", "budget": "7"})
    page = browse("lin").get(url("merge", pk=winner.pk, other=loser.pk)).content.decode()
    assert "差旅管理公司: BCD" in page
    merge_accounts(actor=lin, winner=winner, loser=loser, revisions=(2, 2))
    assert kept(winner) == {"agency": "ctrip", "budget": "7.00"}
    undo(actor=lin, deed=Deed.objects.filter(kind="clients.merge").latest("pk"))
    assert (kept(winner), kept(loser)) == ({"agency": "ctrip"}, {"agency": "bcd", "budget": "7.00"})


@pytest.mark.rule("ACC-08")
@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("agency", "携程商旅", "ctrip"), ("agency", "None", "none"), ("agency", "別的", Bad("unknown_word")),
        ("budget", "¥1,280", "1280.00"), ("budget", "-3", Bad("out_of_limits")), ("budget", "viel", Bad("not_a_number")),
        ("listed", "是", True), ("stock", "600000", "600000"), ("stock", "600000.SH", Bad("too_long")),
        ("founder", "138 1234 5678", "138 1234 5678"),
    ],
)  # fmt: skip
def test_a_cell_of_a_file_is_judged_as_on_the_form(asked, name, text, value):
    one = next(one for one in own_fields(asked.lujiazui) if one.name == name)
    assert read_cell(own_field(one), text) == value


@pytest.mark.rule("ACC-01")
def test_a_hotel_has_one_form_for_the_fields_of_its_clients(asked, refused):
    source = json.dumps({"type": "object", "title": "又一张", "properties": {"a": {"type": "string", "title": "甲"}}})
    with refused("form.account_once"):
        create_form(actor=OPERATOR, hotel=asked.lujiazui, code="more", department="sales", use="account", source=source)
    retire_form(actor=OPERATOR, form=Form.objects.get(hotel=asked.lujiazui, code="client-fields"))
    version = create_form(
        actor=asked.seat("lin"), hotel=asked.lujiazui, code="more", department="sales", use="account", source=source
    )
    assert list(own_fields(asked.lujiazui)) == []  # a draft asks nobody
    submit_form_version(actor=asked.seat("lin"), version=version)
    approve_form_version(actor=asked.seat("guan"), version=version, revision=version.revision)
    assert [one.name for one in own_fields(asked.lujiazui)] == ["a"]


def test_fields_kept_one_by_one_became_a_form(world):
    """What hotels had before is carried over: labels, choices, what was retired, and every value."""
    migration = importlib.import_module("roomnight.clients.migrations.0011_own_fields_on_a_form")
    before = [("parking", "choice", ["有", "无"], False), ("beds", "number", [], False), ("class", "text", [], True)]

    class Field:
        def __init__(self, key, kind, choices, is_retired):
            self.key, self.kind, self.choices, self.is_retired = key, kind, choices, is_retired
            self.label, self.label_en = f"标签 {key}", ""

    fields = [Field(*one) for one in before]
    names = migration.names_of(fields)
    assert names == {"parking": "parking", "beds": "beds", "class": "field_class"}
    Account.objects.filter(pk=world.huaxing.pk).update(custom={"beds": 12.5, "class": "甲", "parking": "有", "old": 1})
    migration.rewrite(apps.get_model("clients", "Account"), world.lujiazui.pk, fields, names)
    assert kept(world.huaxing) == {"beds": "12.5", "field_class": "甲", "parking": "有", "old": 1}
    version = FormVersion.objects.get(form__hotel=world.lujiazui, form__code="client-fields")
    FormVersion.objects.filter(pk=version.pk).update(source=migration.schema_of(fields, names))
    spec = own_fields(world.lujiazui).spec
    assert [(one.name, one.kind, one.values) for one in spec.fields] == [
        ("parking", "choice", ("有", "无")), ("beds", "number", ()), ("field_class", "text", ()),
    ]  # fmt: skip
    assert "clients_customfield" not in connection.introspection.table_names()
