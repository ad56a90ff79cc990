"""The pages about clients: whole, in pieces, refused, and closed to strangers."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import load_workbook

from roomnight.clients.commands import edit_account, edit_contact, register_account
from roomnight.clients.models import Account, Contact, SavedView
from roomnight.kernel.models import AuditEntry
from tests.world import LUJIAZUI, client_fields

HTMX = {"HTTP_HX_REQUEST": "true"}


def url(name, hotel=LUJIAZUI, **arguments):
    return reverse(f"clients:{name}", kwargs={"hotel": hotel, **arguments})


def home(account):
    return reverse("web:account", kwargs={"hotel": LUJIAZUI, "pk": account.pk})


def text_of(response):
    return response.content.decode()


def form_of(account, **changes):
    """The form of an account as a browser sends it, filled as it stands."""
    sent = {
        "name": account.name, "name_en": account.name_en, "short_name": account.short_name,
        "mnemonic": account.mnemonic, "kind": account.kind, "importance": account.importance, "grade": account.grade,
        "phone": account.phone, "city": account.city, "district": account.district, "address": account.address,
        "industry": account.industry, "potential_room_nights": account.potential_room_nights or "",
        "verified_on": account.verified_on or "", "tags": [tag.pk for tag in account.tags.all()],
    }  # fmt: skip
    return {**sent, **changes}


# ---- the list


@pytest.mark.rule("ACC-07")
def test_the_list_shows_one_s_clients_and_only_the_piece_that_is_asked_for(world, browse):
    chen = browse("chen")
    whole = text_of(chen.get(url("list")))
    assert "<!doctype html>" in whole
    assert "华星科技（上海）有限公司" in whole
    assert "远洋国际旅行社" not in whole
    piece = text_of(chen.get(url("list") + "?view=all&q=闽江", **HTMX, HTTP_HX_TARGET="results"))
    assert "<!doctype" not in piece
    assert "闽江药业股份有限公司" in piece
    assert "华星科技" not in piece
    assert 'id="list-count" hx-swap-oob="true">1 家<' in piece


@pytest.mark.rule("ACC-07")
def test_every_filter_is_a_chip_that_can_be_taken_away(world, browse):
    page = browse("lin").get(url("list") + f"?view=all&grade=A&grade=B&district=浦东&owner={world.chen.pk}&q=华星")
    chips = {(chip.label, chip.value): chip.url for chip in page.context["chips"]}
    assert set(chips) == {("等级", "A、B"), ("区县", "浦东"), ("负责人", "陈思远")}
    rest = chips["等级", "A、B"]
    assert "grade" not in rest
    assert "district=" in rest
    assert "owner=" in rest
    assert "华星科技（上海）有限公司" in text_of(page)


@pytest.mark.rule("ACC-07")
def test_columns_and_order_are_chosen_in_the_address(world, browse):
    page = browse("lin").get(url("list") + "?view=all&col=owner&col=tags&col=custom_water&sort=name")
    assert [str(column.heading) for column in page.context["columns"]] == ["负责人", "标签", "喜欢 water"]
    names = [row.name for row in page.context["rows"]]
    assert names == sorted(names)
    huaxing = next(row for row in page.context["rows"] if row.pk == world.huaxing.pk)
    assert [cell.text for _column, cell in huaxing.cells] == ["陈思远", "会议大户", ""]


def test_empty_words_are_dropped_from_the_address(world, browse):
    answer = browse("chen").get(url("list") + "?view=all&grade=&grade=A&city=&q=")
    assert answer.status_code == 302
    assert answer.url == url("list") + "?view=all&grade=A"


@pytest.mark.parametrize(
    "query",
    [
        "view=nonsense&sort=nonsense&after=zzz",
        "grade=Z&stage=sold",
        "nights_from=many&visited_before=yesterday",
        "owner=99999999999999999999&tag=x&territory=-1",
        "col=nonsense&col=custom_nothing",
        "custom_nothing=1&custom_water__from=x",
        "before=WzFd&after=WzFd",
        "revenue_from=1e999&potential_from=99999999999",
    ],
)
def test_an_address_that_says_nonsense_still_opens(world, browse, query):
    assert browse("chen").get(url("list") + "?" + query).status_code == 200


def test_what_was_not_understood_is_named(world, browse):
    page = browse("lin").get(url("list") + "?view=all&grade=Z&district=浦东")
    assert page.context["misread"] == "等级"
    assert "这些筛选条件无法识别" in text_of(page)
    assert [chip.label for chip in page.context["chips"]] == ["区县"]


def test_an_empty_list_says_what_to_do(world, browse):
    page = text_of(browse("chen").get(url("list") + "?view=all&city=火星"))
    assert "这些条件下没有客户" in page
    assert "清空筛选" in page


@pytest.mark.rule("ACC-07")
def test_a_long_list_comes_in_pages_with_a_capped_count(world, browse):
    xu = world.seat("xu")
    for n in range(60):
        register_account(actor=xu, hotel=xu.hotel, name=f"样本{n}", owner=xu.staff)
    client = browse("xu")
    first = client.get(url("list"))
    assert len(first.context["rows"]) == 50
    assert first.context["count"] == f"{Account.objects.filter(owner=world.xu).count()} 家"
    assert first.context["previous"] == ""
    second = client.get(first.context["next"])
    seen = {row.pk for row in first.context["rows"]} | {row.pk for row in second.context["rows"]}
    assert seen == set(Account.objects.filter(owner=world.xu).values_list("pk", flat=True))
    assert client.get(second.context["previous"]).context["rows"] == first.context["rows"]


@pytest.mark.rule("ACC-07")
def test_a_view_is_kept_shown_as_a_tab_and_thrown_away(world, browse):
    chen = browse("chen")
    answer = chen.post(
        url("save_view"), {"name": "浦东 A", "query": "view=all&grade=A&district=浦东", "is_shared": "on"}
    )
    view = SavedView.objects.get(name="浦东 A")
    assert answer.status_code == 302
    page = chen.get(answer.url)
    assert [tab["label"] for tab in page.context["tabs"] if tab["current"]] == ["浦东 A"]
    assert {chip.label for chip in page.context["chips"]} == {"等级", "区县"}
    assert "浦东 A" in {tab["label"] for tab in browse("sun").get(url("list")).context["tabs"]}
    assert browse("sun").post(url("delete_view", pk=view.pk)).status_code == 404
    assert SavedView.objects.filter(pk=view.pk).exists()
    assert chen.post(url("delete_view", pk=view.pk)).status_code == 302
    assert not SavedView.objects.filter(pk=view.pk).exists()


def test_a_view_without_a_name_keeps_its_filters_on_the_form(world, browse):
    answer = browse("chen").post(url("save_view"), {"name": "", "query": "grade=A"})
    assert answer.status_code == 422
    assert 'value="grade=A"' in text_of(answer)


def test_filters_and_columns_come_as_pages_and_as_pieces(world, browse):
    chen = browse("chen")
    for name, piece in (("filter", "filter-form"), ("columns", "column-form")):
        assert "<!doctype" in text_of(chen.get(url(name) + "?view=all&grade=A"))
        part = text_of(chen.get(url(name) + "?view=all&grade=A", **HTMX, HTTP_HX_TARGET=piece))
        assert part.lstrip().startswith("<form")
        assert 'name="view" value="all"' in part


# ---- several at once


@pytest.mark.rule("ACC-07")
def test_several_are_assigned_tagged_and_moved_at_once(world, browse):
    zhou = browse("zhou")
    ids = [world.jinyuan.pk, world.yuanyang.pk, world.minjiang.pk]
    page = zhou.get(url("bulk_assign"), {"ids": ids, "query": "view=all&grade=C"})
    assert {one.pk for one in page.context["accounts"]} == {
        world.jinyuan.pk,
        world.yuanyang.pk,
    }  # the third is wu's team's
    answer = zhou.post(url("bulk_assign"), {"ids": ids, "query": "view=all&grade=C", "owner": world.xu.pk})
    assert answer.status_code == 302
    assert answer.url == url("list") + "?view=all&grade=C"
    owners = dict(Account.objects.filter(pk__in=ids).values_list("pk", "owner__username"))
    assert owners == {world.jinyuan.pk: "xu", world.yuanyang.pk: "xu", world.minjiang.pk: "sun"}
    zhou.post(url("bulk_tag"), {"ids": ids, "name": "年会"})
    assert set(Account.objects.filter(tags__name="年会").values_list("pk", flat=True)) == set(ids[:2])
    zhou.post(url("bulk_stage"), {"ids": ids, "stage": "lost", "reason": "嫌贵"})
    stages = dict(Account.objects.filter(pk__in=ids).values_list("pk", "stage"))
    assert stages == {world.jinyuan.pk: "lost", world.yuanyang.pk: "lost", world.minjiang.pk: "active"}


def test_those_that_are_refused_are_named_and_the_others_done(world, browse):
    zhou = browse("zhou")
    ids = [world.huaxing.pk, world.jinyuan.pk]
    page = zhou.post(url("bulk_assign"), {"ids": ids, "owner": ""}, follow=True)
    assert f"{world.huaxing.code}: 重要客户必须有负责人。" in text_of(page)
    owners = dict(Account.objects.filter(pk__in=ids).values_list("pk", "owner__username"))
    assert owners == {world.huaxing.pk: "chen", world.jinyuan.pk: None}


def test_without_anybody_ticked_nothing_is_asked(world, browse):
    answer = browse("zhou").get(url("bulk_tag"), {"query": "grade=A"}, follow=True)
    assert "请先勾选客户" in text_of(answer)


# ---- taking it out of the house


@pytest.mark.rule("ACC-07")
def test_an_export_holds_what_the_list_shows_and_is_logged(world, browse):
    lin = browse("lin")
    Account.objects.filter(pk=world.yuanyang.pk).update(name="=cmd|calc", room_nights_12m=12)
    ask = {"query": "view=all&grade=C&col=nights&col=owner&sort=name"}
    assert "2" in text_of(lin.get(url("export"), ask))
    answer = lin.post(url("export"), {**ask, "format": "xlsx"})
    assert answer["Content-Disposition"].startswith("attachment")
    rows = load_workbook(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["编号", "客户", "英文名", "助记码", "负责人", "间夜 近12月"]
    assert [row[1] for row in rows[1:]] == ["'=cmd|calc", "浦江建设集团"]
    assert rows[1][4:] == ["徐曼", 12.0]
    entry = AuditEntry.objects.latest("pk")
    assert (entry.command, entry.actor) == ("clients.log_export", "lin")
    assert (entry.changes["rows"], entry.changes["file_format"]) == (2, "xlsx")


def test_a_csv_of_those_ticked(world, browse):
    ids = [world.huaxing.pk, world.hubin.pk]
    answer = browse("lin").post(url("export"), {"query": "view=all&col=grade", "ids": ids, "format": "csv"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "华星科技（上海）有限公司" in lines[1]


def test_who_may_not_export_gets_nothing_out(world, browse):
    for username in ("chen", "ma", "cao"):
        client = browse(username)
        before = AuditEntry.objects.count()
        assert client.post(url("export"), {"query": "view=all", "format": "csv"}).status_code == 403
        assert AuditEntry.objects.count() == before


def test_a_manager_exports_the_team_s_only(world, browse):
    answer = browse("zhou").post(url("export"), {"query": "view=all", "format": "csv"})
    exported = answer.content.decode("utf-8-sig")
    assert "华星科技" in exported
    assert "闽江药业" not in exported


# ---- entering and changing


@pytest.mark.rule("ACC-01")
def test_a_client_is_entered_with_everything(world, browse):
    chen = browse("chen")
    beds = {"beds": {"type": "number", "title": "床位"}, "water": {"type": "string", "title": "饮水"}}
    client_fields(world.lujiazui, beds)
    sent = {
        "name": " 上海　ＡＢＣ 会展有限公司 ", "kind": "conference", "importance": "ordinary", "grade": "B", "stage": "target",
        "phone": "021-5000 1111", "credit_code": "9131 0000 7178 5192 63", "tags": [world.tag.pk], "new_tags": "年会，展览",
        "parent": world.huaxing.pk, "potential_room_nights": "300", "financial_as_of": "2026-06-30", "custom-beds": "12.5",
        "custom-water": "气泡水", "competitors-TOTAL_FORMS": "2", "competitors-INITIAL_FORMS": "0",
        "competitors-0-hotel_name": "君悦", "competitors-0-share_percent": "40", "competitors-0-price": "688",
        "competitors-1-hotel_name": "", "competitors-1-share_percent": "", "competitors-1-price": "",
    }  # fmt: skip
    answer = chen.post(url("new"), sent)
    account = Account.objects.get(name="上海 ABC 会展有限公司")
    assert answer.url == home(account)
    assert account.owner == world.chen
    assert (account.stage, account.grade, account.kind) == ("target", "B", "conference")
    assert account.credit_code == "913100007178519263"
    assert account.financial_as_of == date(2026, 6, 30)
    assert account.custom == {"beds": "12.5", "water": "气泡水"}
    assert account.parent == world.huaxing
    assert sorted(tag.name for tag in account.tags.all()) == ["会议大户", "展览", "年会"]
    assert [(one.hotel_name, one.share_percent) for one in account.competitors.all()] == [("君悦", 40)]
    page = chen.get(answer.url)
    assert account.code in text_of(page)


@pytest.mark.rule("ACC-01")
def test_a_form_with_errors_keeps_everything_that_was_typed(world, browse):
    sent = {
        "name": "", "kind": "government", "importance": "ordinary", "stage": "lead", "credit_code": "123", "city": "苏州市",
        "new_tags": "年会", "competitors-TOTAL_FORMS": "1", "competitors-INITIAL_FORMS": "0",
        "competitors-0-hotel_name": "", "competitors-0-share_percent": "40",
    }  # fmt: skip
    before = Account.objects.count()
    answer = browse("chen").post(url("new"), sent)
    page = text_of(answer)
    assert answer.status_code == 422
    for typed in ('value="123"', 'value="苏州市"', 'value="年会"', 'value="40"', 'value="government" selected'):
        assert typed in page
    assert 'href="#id_name"' in page
    assert Account.objects.count() == before


@pytest.mark.rule("ACC-01")
def test_a_refusal_stands_at_its_field(world, browse):
    sent = {
        "name": "新客户",
        "kind": "corporate",
        "importance": "ordinary",
        "stage": "lead",
        "credit_code": "91310000717851926X",
    }
    answer = browse("chen").post(url("new"), sent)
    assert answer.status_code == 422
    assert answer.context["form"].errors["credit_code"] == ["统一社会信用代码有误，请核对 18 位字符。"]


def test_who_leads_may_choose_the_owner_or_the_pool(world, browse):
    zhou = browse("zhou")
    sent = {"kind": "corporate", "importance": "ordinary", "stage": "lead"}
    zhou.post(url("new"), {**sent, "name": "给徐曼的", "owner": world.xu.pk})
    zhou.post(url("new"), {**sent, "name": "进公海的", "owner": ""})
    assert zhou.post(url("new"), {**sent, "name": "给别组的", "owner": world.sun.pk}).status_code == 422
    owners = Account.objects.filter(name__in=["给徐曼的", "进公海的", "给别组的"]).values_list(
        "name", "owner__username"
    )
    assert dict(owners) == {"给徐曼的": "xu", "进公海的": None}


@pytest.mark.rule("ACC-01")
def test_a_change_is_saved(world, browse):
    answer = browse("chen").post(url("edit", pk=world.huaxing.pk), form_of(world.huaxing, phone="021-50001111"))
    assert answer.url == home(world.huaxing)
    kept = Account.objects.get(pk=world.huaxing.pk)
    assert (kept.phone, kept.revision, kept.owner) == ("021-50001111", 2, world.chen)
    assert [tag.name for tag in kept.tags.all()] == ["会议大户"]


@pytest.mark.rule("ACC-01")
def test_who_was_second_sees_what_changed_and_decides(world, browse):
    chen, zhou = browse("chen"), world.seat("zhou")
    old = Account.objects.get(pk=world.huaxing.pk)
    opened = chen.get(url("edit", pk=old.pk)).context["form"]
    seen, mine = opened["seen"].value(), opened.own["seen"].value()
    edit_account(
        actor=zhou, account=Account.objects.get(pk=old.pk), revision=1, city="苏州", phone="0512-1", custom={"water": "茶"},
        verified_on=date(2026, 11, 1), parent=world.jinyuan,
    )  # fmt: skip
    sent = form_of(old, seen=seen, phone="021-9", address="新地址 1 号", **{"custom-water": "", "custom-seen": mine})
    answer = chen.post(url("edit", pk=old.pk), sent)
    assert answer.status_code == 422
    kept = Account.objects.get(pk=old.pk)
    assert (kept.city, kept.phone, kept.address) == ("苏州", "0512-1", "世纪大道 100 号")
    form = answer.context["form"]
    assert form["city"].value() == "苏州"  # untouched: theirs
    assert form.own["water"].value() == "茶"
    assert form["verified_on"].value() == "2026-11-01"
    assert form["phone"].value() == "021-9"  # typed by both: mine stays, theirs is said
    assert form["address"].value() == "新地址 1 号"
    lines = [*form.changed_meanwhile, *form.own.changed_meanwhile]
    said = {(line.label, line.old, line.theirs, line.who) for line in lines}
    assert said == {
        ("城市", "上海", "苏州", "周建平"),
        ("电话", "021-58881234", "0512-1", "周建平"),
        ("喜欢 water", "–", "茶", "周建平"),
        ("最近核实", "2026-09-01", "2026-11-01", "周建平"),
        ("上级单位", "–", "世纪金源会展服务有限公司", "周建平"),
    }
    assert [line.label for line in form.changed_meanwhile if line.is_disputed] == ["电话"]
    assert (
        chen.post(url("edit", pk=old.pk), {**form.data.dict(), **own_part(form), "decide-phone": "mine"}).status_code
        == 302
    )
    kept = Account.objects.get(pk=old.pk)
    assert (kept.city, kept.phone, kept.address, kept.custom) == ("苏州", "021-9", "新地址 1 号", {"water": "茶"})
    assert kept.parent == world.jinyuan


def own_part(form):
    """What a browser sends of the hotel's own fields as they came back."""
    return {name: value for name, value in form.own.data.dict().items() if name.startswith("custom-")}


def competitors_sent(*lines):
    sent = {"competitors-TOTAL_FORMS": str(len(lines) + 1), "competitors-INITIAL_FORMS": "0"}
    for place, (hotel, share, price) in enumerate(lines):
        sent |= {f"competitors-{place}-hotel_name": hotel, f"competitors-{place}-share_percent": share}
        sent |= {f"competitors-{place}-price": price}
    return sent


@pytest.mark.rule("ACC-10")
def test_competitors_a_colleague_added_meanwhile_are_not_lost(world, browse):
    where, old = url("edit", pk=world.huaxing.pk), Account.objects.get(pk=world.huaxing.pk)
    seen = browse("chen").get(where).context["form"]["seen"].value()
    browse("zhou").post(where, form_of(old, **competitors_sent(("君悦", "30", ""))))
    answer = browse("chen").post(where, form_of(old, seen=seen, city="苏州", **competitors_sent()))
    assert answer.status_code == 422
    form = answer.context["form"]
    assert [line["hotel_name"].value() for line in form.competitor_lines] == ["君悦", None]
    assert [(line.label, line.theirs, line.who) for line in form.changed_meanwhile] == [
        ("使用的竞争酒店", "君悦 30%", "周建平")
    ]
    assert browse("chen").post(where, form.data.dict()).status_code == 302
    assert [one.hotel_name for one in old.competitors.all()] == ["君悦"]


@pytest.mark.rule("ACC-10")
@pytest.mark.parametrize(("decision", "kept"), [("mine", ["半岛"]), ("theirs", ["君悦"])])
def test_competitors_changed_by_both_are_decided(world, browse, decision, kept):
    where, old = url("edit", pk=world.huaxing.pk), Account.objects.get(pk=world.huaxing.pk)
    chen = browse("chen")
    chen.post(where, form_of(old, **competitors_sent(("君悦", "30", "688"))))
    seen = chen.get(where).context["form"]["seen"].value()
    browse("zhou").post(where, form_of(old, **competitors_sent(("君悦", "30", "700"))))
    form = chen.post(where, form_of(old, seen=seen, **competitors_sent(("半岛", "20", "688.0")))).context["form"]
    line = form.changed_meanwhile[0]
    assert (line.old, line.theirs, line.mine) == ("君悦 30% 688", "君悦 30% 700", "半岛 20% 688")
    assert [one["hotel_name"].value() for one in form.competitor_lines] == ["半岛", None]  # nothing typed is lost
    assert chen.post(where, {**form.data.dict(), "decide-competitors": decision}).status_code == 302
    assert [one.hotel_name for one in old.competitors.all()] == kept


# ---- whose it is


@pytest.mark.rule("ACC-02")
def test_a_stage_asks_for_its_reason(world, browse):
    chen = browse("chen")
    answer = chen.post(url("stage", pk=world.jinyuan.pk), {"stage": "lost", "reason": ""})
    assert answer.status_code == 422
    assert answer.context["form"].errors["reason"] == ["请说明原因。"]
    assert Account.objects.get(pk=world.jinyuan.pk).stage == "negotiating"
    assert chen.post(url("stage", pk=world.jinyuan.pk), {"stage": "lost", "reason": "嫌贵"}).status_code == 302
    assert Account.objects.get(pk=world.jinyuan.pk).stage == "lost"


def test_the_pool_is_shown_and_taken_from_once(world, browse):
    chen, sun = browse("chen"), browse("sun")
    assert "天元管理咨询" in text_of(chen.get(url("pool")))
    assert "龙井茶业" not in text_of(chen.get(url("pool")))
    assert chen.post(url("claim", pk=world.tianyuan.pk)).url == home(world.tianyuan)
    late = sun.post(url("claim", pk=world.tianyuan.pk), follow=True)
    assert "别人先了一步" in text_of(late)
    assert Account.objects.get(pk=world.tianyuan.pk).owner == world.chen
    assert sun.post(url("claim", pk=world.longjing.pk)).status_code == 404
    assert Account.objects.get(pk=world.longjing.pk).owner is None


def test_a_client_is_released_assigned_and_shared_on_its_pages(world, browse):
    chen, zhou = browse("chen"), browse("zhou")
    assert chen.post(url("release", pk=world.jinyuan.pk), {"reason": ""}).status_code == 422
    chen.post(url("release", pk=world.jinyuan.pk), {"reason": "没时间"})
    assert Account.objects.get(pk=world.jinyuan.pk).owner is None
    zhou.post(url("assign", pk=world.jinyuan.pk), {"owner": world.xu.pk})
    assert Account.objects.get(pk=world.jinyuan.pk).owner == world.xu
    chen.post(url("share", pk=world.huaxing.pk), {"staff": world.xu.pk})
    assert [one.staff for one in world.huaxing.shares.all()] == [world.xu]
    chen.post(url("stop_sharing", pk=world.huaxing.pk, staff=world.xu.pk))
    assert not world.huaxing.shares.exists()
    zhou.post(url("co_owner", pk=world.huaxing.pk), {"co_owner": world.xu.pk})
    assert Account.objects.get(pk=world.huaxing.pk).co_owner == world.xu
    assert chen.post(url("co_owner", pk=world.huaxing.pk), {"co_owner": ""}).status_code == 403


# ---- people


@pytest.mark.rule("ACC-03")
def test_a_person_is_added_changed_moved_and_given_something(world, browse):
    chen = browse("chen")
    assert chen.post(url("contact_new", pk=world.huaxing.pk), {"name": "赵敏"}).status_code == 422
    sent = {"name": "赵敏", "wechat": "zhaomin", "decision_role": "gatekeeper", "birthday_month": "8", "birthday_day": "15",
            "birthday_is_lunar": "on", "likes_fruit": "杨梅"}  # fmt: skip
    assert chen.post(url("contact_new", pk=world.huaxing.pk), sent).url == home(world.huaxing)
    contact = Contact.objects.get(name="赵敏")
    assert (contact.account, contact.preferences) == (world.huaxing, {"fruit": "杨梅"})
    page = text_of(chen.get(url("contact", pk=contact.pk)))
    for shown in ("zhaomin", "农历 8月15日", "杨梅", "把关人"):
        assert shown in page
    chen.post(url("contact_edit", pk=contact.pk), {**sent, "job_title": "助理", "is_active": "on"})
    chen.post(url("contact_gift", pk=contact.pk), {"what": "月饼", "value": "188", "given_on": "2026-09-20"})
    chen.post(url("contact_move", pk=contact.pk), {"account": world.jinyuan.pk})
    contact = Contact.objects.get(pk=contact.pk)
    assert (contact.job_title, contact.account, contact.gifts.get().what) == ("助理", world.jinyuan, "月饼")
    page = text_of(chen.get(url("contact", pk=contact.pk)))
    assert "华星科技（上海）有限公司 → 世纪金源会展服务有限公司" in page
    assert "¥188.00" in page


def test_a_person_is_not_moved_out_of_sight_or_to_another_hotel(world, browse):
    for account in (world.yuanyang, world.hubin):
        answer = browse("chen").post(url("contact_move", pk=world.wangfang.pk), {"account": account.pk})
        assert answer.status_code == 422
    assert Contact.objects.get(pk=world.wangfang.pk).account == world.huaxing


@pytest.mark.rule("ACC-03")
def test_who_was_second_with_a_person_sees_what_changed(world, browse):
    contact = Contact.objects.get(pk=world.wangfang.pk)
    seen = browse("chen").get(url("contact_edit", pk=contact.pk)).context["form"]["seen"].value()
    edit_contact(actor=world.seat("zhou"), contact=contact, revision=1, job_title="总监", preferences={"food": "素"})
    sent = {"seen": seen, "name": "王芳", "name_en": "Fang Wang", "salutation": "ms", "job_title": "行政经理",
            "decision_role": "booker", "mobile": "13900009999", "is_active": "on"}  # fmt: skip
    answer = browse("chen").post(url("contact_edit", pk=contact.pk), sent)
    form = answer.context["form"]
    assert answer.status_code == 422
    assert (form["job_title"].value(), form["mobile"].value(), form["likes_food"].value()) == (
        "总监",
        "13900009999",
        "素",
    )
    said = {(line.label, line.old, line.theirs, line.who) for line in form.changed_meanwhile}
    assert said == {("职务", "行政经理", "总监", "周建平"), ("饮食", "–", "素", "周建平")}
    assert Contact.objects.get(pk=contact.pk).mobile == "13812348866"


def test_people_are_listed_and_searched(world, browse):
    chen = browse("chen")
    whole = text_of(chen.get(url("contacts")))
    assert "王芳" in whole
    assert "曾庆" not in whole
    piece = text_of(chen.get(url("contacts") + "?q=8866", **HTMX, HTTP_HX_TARGET="results"))
    assert "王芳" in piece
    assert "单立人" not in piece
    assert "单立人" in text_of(chen.get(url("contacts") + "?role=decider"))
    assert "没有符合的联系人" in text_of(chen.get(url("contacts") + "?q=没有这个人"))


# ---- finding while typing


@pytest.mark.rule("ACC-05")
def test_a_picker_offers_what_is_found_and_keeps_what_was_chosen(world, browse):
    chen = browse("chen")
    part = text_of(
        chen.get(url("lookup"), {"name": "parent", "parent-q": "huaxing", "parent": world.jinyuan.pk, "optional": 1})
    )
    assert f'name="parent" value="{world.huaxing.pk}"' in part
    assert f'name="parent" value="{world.jinyuan.pk}" checked' in part
    hits = chen.get(url("lookup"), {"q": "王芳", "what": "contact", "format": "json"}).json()["hits"]
    assert hits == [
        {
            "pk": world.wangfang.pk,
            "account": world.huaxing.pk,
            "label": "王芳",
            "detail": "行政经理 · 华星科技（上海）有限公司",
        }
    ]
    strange = text_of(chen.get(url("lookup"), {"name": "parent", "parent": world.hubin.pk}))
    assert "湖滨" not in strange
    assert chen.get(url("lookup"), {"q": "湖滨", "format": "json"}).json() == {"hits": []}


# ---- settings


def test_only_who_looks_after_the_hotel_sorts_its_fields(world, browse):
    for username in ("chen", "lin", "zheng"):
        assert browse(username).get(url("settings")).status_code == 403
        assert browse(username).post(url("name_new", what="tag"), {"name": "年会"}).status_code == 403
    guan = browse("guan")
    assert "喜欢 water" in text_of(guan.get(url("settings")))
    assert "喜欢 tea" not in text_of(guan.get(url("settings")))
    assert guan.post(url("name_new", what="territory"), {"name": "城东"}).status_code == 422
    assert guan.post(url("name_new", what="territory"), {"name": "城西"}).status_code == 302
    assert guan.get(url("name_new", what="nonsense")).status_code == 404
