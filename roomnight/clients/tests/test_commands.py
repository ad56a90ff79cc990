"""What people do with clients: exact state, exact audit lines, and refusals that change nothing."""

from datetime import date
from decimal import Decimal

import pytest

from roomnight.clients.commands import (
    CompetitorRow,
    change_stage,
    create_tag,
    create_territory,
    delete_tag,
    delete_territory,
    delete_view,
    edit_account,
    log_export,
    register_account,
    register_imported_accounts,
    rename_tag,
    rename_territory,
    save_view,
    tag_accounts,
)
from roomnight.clients.commands.accounts import known_accounts
from roomnight.clients.models import Account, ExternalId, SavedView, StageChange, Territory
from roomnight.kernel.commands import UNCHANGED

VALID_CODE = "913100007178519263"


def about(account):
    return f"clients.account:{account.pk}"


# ---- registering


@pytest.mark.rule("ACC-01")
def test_a_new_client_gets_the_next_number_of_its_hotel_and_a_mnemonic(world, lines):
    chen = world.seat("chen")
    codes = Account.objects.filter(hotel=world.lujiazui).values_list("code", flat=True)
    highest = max(int(code.removeprefix("KH-")) for code in codes)
    account = register_account(actor=chen, hotel=chen.hotel, name="上海携程商务有限公司", owner=chen.staff)
    assert account.code == f"KH-{highest + 1:05d}"
    assert account.mnemonic == "XCSW"
    assert account.stage == "lead"
    changes = {"name": "上海携程商务有限公司", "code": account.code, "owner": "chen"}
    assert lines() == [("clients.register_account", "chen", about(account), changes)]
    assert [(one.staff, one.ended_at) for one in account.ownerships.all()] == [(chen.staff, None)]
    assert [(one.kind, one.actor_name) for one in account.timeline.all()] == [("registered", "陈思远")]


@pytest.mark.rule("ACC-01")
def test_each_hotel_counts_its_clients_for_itself(world):
    ye = world.seat("ye")
    first = register_account(actor=ye, hotel=ye.hotel, name="灵隐文化")
    second = register_account(actor=ye, hotel=ye.hotel, name="灵隐文化")
    assert int(second.code[3:]) == int(first.code[3:]) + 1
    assert Account.objects.filter(hotel=world.lujiazui, code=first.code).exists()


@pytest.mark.rule("ACC-01")
def test_a_mnemonic_that_was_given_stays(world):
    chen = world.seat("chen")
    assert register_account(actor=chen, hotel=chen.hotel, name="华星分部", mnemonic="HX2").mnemonic == "HX2"


@pytest.mark.rule("ACC-01")
def test_tags_and_competitors_come_with_a_new_client(world, at_work):
    chen = world.seat("chen")
    account = register_account(
        actor=chen, hotel=chen.hotel, name="新客户", owner=chen.staff, tags=[world.tag], new_tags=["年会", "会议大户"],
        competitors=[CompetitorRow("君悦", 40, Decimal("688.00")), CompetitorRow("香格里拉")],
    )  # fmt: skip
    assert sorted(tag.name for tag in account.tags.all()) == ["会议大户", "年会"]
    found = account.competitors.order_by("pk").values_list("hotel_name", "share_percent", "price", "noted_on")
    assert list(found) == [
        ("君悦", 40, Decimal("688.00"), date(2026, 11, 18)),
        ("香格里拉", None, None, date(2026, 11, 18)),
    ]


@pytest.mark.rule("ACC-01")
@pytest.mark.parametrize(
    ("code", "particulars"),
    [
        ("account.name", {"name": "  "}),
        ("account.credit_code", {"name": "新客户", "credit_code": "91310000717851926X"}),
        ("account.credit_code", {"name": "新客户", "credit_code": "123"}),
        ("account.competitor_twice", {"name": "新客户", "competitors": [CompetitorRow("君悦"), CompetitorRow("君悦")]}),
        (
            "account.competitor_share",
            {"name": "新客户", "competitors": [CompetitorRow("甲", 60), CompetitorRow("乙", 50)]},
        ),
    ],
)
def test_particulars_that_cannot_be(world, refused, code, particulars):
    chen = world.seat("chen")
    with refused(code):
        register_account(actor=chen, hotel=chen.hotel, owner=chen.staff, **particulars)


@pytest.mark.rule("ORG-03")
def test_nothing_of_another_hotel_comes_into_a_client(world, refused):
    chen = world.seat("chen")
    for field in ("parent", "referred_by"):
        with refused("account.other_hotel"):
            register_account(actor=chen, hotel=chen.hotel, name="新客户", **{field: world.hubin})
    with refused("account.other_hotel"):
        register_account(actor=chen, hotel=chen.hotel, name="新客户", tags=[world.lakeside_tag])
    with refused("account.other_hotel"):
        territory = Territory.objects.get(hotel=world.lakeside)
        edit_account(actor=chen, account=world.huaxing, revision=world.huaxing.revision, territory=territory)


@pytest.mark.rule("OWN-01")
def test_an_important_client_is_not_registered_without_an_owner(world, refused):
    chen = world.seat("chen")
    with refused("account.owner_needed"):
        register_account(actor=chen, hotel=chen.hotel, name="新客户", importance="important")
    with refused("account.same_owners"):
        register_account(actor=chen, hotel=chen.hotel, name="新客户", owner=chen.staff, co_owner=chen.staff)


# ---- changing


@pytest.mark.rule("ACC-01")
def test_a_change_is_kept_with_old_and_new(world, lines):
    chen, account = world.seat("chen"), world.huaxing
    edit_account(
        actor=chen, account=account, revision=account.revision, phone="021-50001111", credit_code=VALID_CODE, grade="A",
        competitors=[CompetitorRow("君悦", 30, Decimal("700"))], tags=[],
    )  # fmt: skip
    changes = {
        "phone": ["021-58881234", "021-50001111"],
        "credit_code": ["", VALID_CODE],
        "tags": [["会议大户"], []],
        "competitors": [[], ["君悦 30% 700.00"]],
    }
    assert lines() == [("clients.edit_account", "chen", about(account), changes)]
    kept = Account.objects.get(pk=account.pk)
    assert (kept.phone, kept.credit_code, kept.revision) == ("021-50001111", VALID_CODE, 2)


def test_what_is_the_same_already_is_no_change(world, lines):
    chen, account = world.seat("chen"), world.huaxing
    same = {"phone": "021-58881234", "tags": list(account.tags.all()), "competitors": []}
    assert edit_account(actor=chen, account=account, revision=account.revision, **same) is UNCHANGED
    assert lines() == []
    assert Account.objects.get(pk=account.pk).revision == 1


def test_a_competitor_that_stays_keeps_its_day(world, at_work):
    chen, account = world.seat("chen"), world.huaxing
    rows = [CompetitorRow("君悦", 30), CompetitorRow("香格里拉", 20)]
    edit_account(actor=chen, account=account, revision=1, competitors=rows)
    at_work.move_to("2026-12-01 10:00+08:00")
    rows = [CompetitorRow("君悦", 30), CompetitorRow("金茂", 10)]
    edit_account(actor=chen, account=account, revision=2, competitors=rows)
    assert list(account.competitors.order_by("pk").values_list("hotel_name", "noted_on")) == [
        ("君悦", date(2026, 11, 18)),
        ("金茂", date(2026, 12, 1)),
    ]


@pytest.mark.rule("ACC-01")
def test_of_two_who_edit_the_second_is_told_and_nothing_is_overwritten(world, refused):
    chen, zhou = world.seat("chen"), world.seat("zhou")
    seen_by_both = world.huaxing.revision
    edit_account(actor=zhou, account=Account.objects.get(pk=world.huaxing.pk), revision=seen_by_both, city="北京")
    with refused("record.changed_meanwhile"):
        edit_account(
            actor=chen, account=Account.objects.get(pk=world.huaxing.pk), revision=seen_by_both, city="上海", phone="1"
        )


def test_a_client_never_stands_above_itself(world, refused):
    chen = world.seat("chen")
    edit_account(actor=chen, account=world.jinyuan, revision=1, parent=world.huaxing)
    with refused("account.parent_circle"):
        edit_account(actor=chen, account=Account.objects.get(pk=world.huaxing.pk), revision=1, parent=world.jinyuan)
    with refused("account.own_referrer"):
        edit_account(
            actor=chen, account=Account.objects.get(pk=world.huaxing.pk), revision=1, referred_by=world.huaxing
        )


@pytest.mark.rule("OWN-01")
def test_a_client_of_the_pool_does_not_become_important_without_an_owner(world, refused):
    with refused("account.owner_needed"):
        edit_account(actor=world.seat("lin"), account=world.tianyuan, revision=1, importance="important")


# ---- stages


@pytest.mark.rule("ACC-02")
def test_a_stage_is_kept_with_time_person_and_reason(world, lines, at_work):
    chen, account = world.seat("chen"), world.jinyuan
    change_stage(actor=chen, account=account, stage="lost", reason=" 嫌贵 ")
    change_stage(actor=chen, account=account, stage="active")
    assert Account.objects.get(pk=account.pk).stage == "active"
    changes = StageChange.objects.filter(account=account).order_by("pk")
    assert [(one.old, one.new, one.reason, one.decided_by) for one in changes] == [
        ("negotiating", "lost", "嫌贵", "chen"),
        ("lost", "active", "", "chen"),
    ]
    assert lines() == [
        ("clients.change_stage", "chen", about(account), {"stage": ["negotiating", "lost"], "reason": "嫌贵"}),
        ("clients.change_stage", "chen", about(account), {"stage": ["lost", "active"], "reason": ""}),
    ]
    told = account.timeline.filter(kind="stage").order_by("pk").values_list("values", "note", "actor_name")
    assert list(told) == [
        ({"old": "negotiating", "new": "lost"}, "嫌贵", "陈思远"),
        ({"old": "lost", "new": "active"}, "", "陈思远"),
    ]


@pytest.mark.rule("ACC-02")
@pytest.mark.parametrize(
    ("key", "stage", "reason", "code"),
    [
        ("huaxing", "lead", "", "account.stage"),
        ("huaxing", "lost", "", "account.stage_reason"),
        ("huaxing", "blacklisted", "  ", "account.stage_reason"),
        ("tianyuan", "dormant", "", "account.stage"),
        ("huaxing", "sold", "", "account.stage"),
    ],
)
def test_stages_that_are_refused(world, refused, key, stage, reason, code):
    account = Account.objects.get(pk=getattr(world, key).pk)
    with refused(code):
        change_stage(actor=world.seat("lin"), account=account, stage=stage, reason=reason)


@pytest.mark.rule("ACC-02")
def test_of_two_who_move_a_client_the_second_is_told(world, refused):
    mine, yours = Account.objects.get(pk=world.jinyuan.pk), Account.objects.get(pk=world.jinyuan.pk)
    change_stage(actor=world.seat("chen"), account=mine, stage="active")
    with refused("record.changed_meanwhile"):
        change_stage(actor=world.seat("zhou"), account=yours, stage="target")


def test_the_stage_it_has_is_no_change(world, lines):
    assert change_stage(actor=world.seat("chen"), account=world.huaxing, stage="active") is UNCHANGED
    assert lines() == []


# ---- what an import brings


def test_an_import_makes_the_missing_clients_once_in_the_pool(world, lines):
    guan = world.seat("guan")
    rows = [("company", "T-40", "corporate", "公司 40"), ("agent", "T-9", "travel_agency", "旅行社 9")]
    made = register_imported_accounts(actor=guan, hotel=guan.hotel, rows=rows)
    assert [(one.name, one.kind, one.owner, one.stage) for one in made] == [
        ("旅行社 9", "travel_agency", None, "active"),
        ("公司 40", "corporate", None, "active"),
    ]
    assert register_imported_accounts(actor=guan, hotel=guan.hotel, rows=rows) is UNCHANGED
    assert [line[:2] for line in lines()] == [("clients.register_imported_accounts", "guan")]
    known = known_accounts(guan.hotel, [("company", "T-40"), ("agent", "T-9"), ("agent", "T-8")])
    assert known == {("agent", "T-9"): made[0].pk, ("company", "T-40"): made[1].pk}
    assert ExternalId.objects.filter(hotel=world.lakeside, value="T-40").count() == 0
    assert known_accounts(world.lakeside, [("company", "T-40")]) == {}


# ---- sorting


@pytest.mark.rule("ACC-07")
def test_a_tag_is_put_on_those_that_lack_it(world, lines):
    chen = world.seat("chen")
    accounts = [world.huaxing, world.jinyuan]
    assert tag_accounts(actor=chen, hotel=chen.hotel, accounts=accounts, name="会议大户") == 1
    assert lines() == [("clients.tag_accounts", "chen", about(world.jinyuan), {"tag": "会议大户"})]
    assert tag_accounts(actor=chen, hotel=chen.hotel, accounts=accounts, name="会议大户") is UNCHANGED


def test_tags_that_are_refused(world, refused):
    chen = world.seat("chen")
    with refused("tag.name"):
        tag_accounts(actor=chen, hotel=chen.hotel, accounts=[world.huaxing], name=" ")
    with refused("account.other_hotel"):
        tag_accounts(actor=chen, hotel=chen.hotel, accounts=[world.huaxing, world.hubin], name="年会")


def test_tags_and_territories_are_renamed_and_removed(world, lines, refused):
    guan, known = world.seat("guan"), world.tag
    tag = create_tag(actor=guan, hotel=guan.hotel, name="年会")
    territory = create_territory(actor=guan, hotel=guan.hotel, name="城西")
    with refused("tag.taken"):
        create_tag(actor=guan, hotel=guan.hotel, name="年会")
    with refused("tag.taken"):
        rename_tag(actor=guan, tag=tag, name="会议大户")
    with refused("territory.taken"):
        rename_territory(actor=guan, territory=territory, name="城东")
    with refused("name.empty"):
        rename_tag(actor=guan, tag=tag, name="  ")
    rename_tag(actor=guan, tag=tag, name="年会客户")
    assert rename_tag(actor=guan, tag=tag, name="年会客户") is UNCHANGED
    rename_territory(actor=guan, territory=territory, name="浦西")
    delete_tag(actor=guan, tag=known)
    delete_territory(actor=guan, territory=territory)
    said = [(command.removeprefix("clients."), changes) for command, _who, _about, changes in lines()]
    assert said == [
        ("create_tag", {"name": "年会"}),
        ("create_territory", {"name": "城西"}),
        ("rename_tag", {"name": ["年会", "年会客户"]}),
        ("rename_territory", {"name": ["城西", "浦西"]}),
        ("delete_tag", {"deleted": "会议大户", "accounts": 1}),
        ("delete_territory", {"deleted": "浦西"}),
    ]
    assert not world.huaxing.tags.exists()


def test_a_territory_with_clients_in_it_stays(world, refused):
    territory = Territory.objects.get(hotel=world.lujiazui)
    edit_account(actor=world.seat("chen"), account=world.huaxing, revision=1, territory=territory)
    with refused("territory.in_use"):
        delete_territory(actor=world.seat("guan"), territory=territory)


@pytest.mark.rule("ACC-07")
def test_a_view_is_saved_replaced_and_deleted(world, lines, refused):
    chen = world.seat("chen")
    keep = {"actor": chen, "hotel": chen.hotel, "staff": chen.staff, "page": "accounts", "name": "浦东 A"}
    view = save_view(**keep, query="grade=A")
    again = save_view(**keep, query="grade=A&district=浦东", is_shared=True)
    assert again.pk == view.pk
    assert SavedView.objects.get(pk=view.pk).query == "grade=A&district=浦东"
    with refused("view.name"):
        save_view(**{**keep, "name": " "}, query="")
    with refused("view.too_long"):
        save_view(**keep, query="q=" + "长" * 1000)
    delete_view(actor=chen, view=again)
    assert not SavedView.objects.filter(owner=chen.staff, name="浦东 A").exists()
    assert [changes for *_rest, changes in lines()] == [
        {"name": "浦东 A", "query": "grade=A", "is_shared": False},
        {"name": "浦东 A", "query": "grade=A&district=浦东", "is_shared": True},
        {"deleted": "浦东 A"},
    ]


def test_an_export_leaves_a_line(world, lines):
    lin = world.seat("lin")
    log_export(actor=lin, hotel=lin.hotel, what="clients.account", query="grade=A", rows=3, file_format="xlsx")
    changes = {"exported": "clients.account", "query": "grade=A", "rows": 3, "file_format": "xlsx"}
    assert lines() == [("clients.log_export", "lin", f"organization.hotel:{lin.hotel.pk}", changes)]
