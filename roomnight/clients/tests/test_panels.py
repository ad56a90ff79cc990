"""The pieces of a client's page: what they show, to whom, and what is behind “earlier” (ACC-06)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from roomnight.clients.commands import (
    CompetitorRow,
    assign_owner,
    change_stage,
    edit_account,
    move_contact,
    share_account,
    write_timeline,
)
from roomnight.clients.models import Account
from roomnight.clients.queries.past import history_lines, timeline_lines
from tests.world import LUJIAZUI


def panel(client, name, account, **query):
    answer = client.get(reverse(f"clients:panel_{name}", kwargs={"hotel": LUJIAZUI, "pk": account.pk}), query)
    return answer, answer.content.decode()


@pytest.mark.rule("ACC-06")
def test_the_people_come_with_who_decides_first(world, browse):
    answer, text = panel(browse("chen"), "contacts", world.huaxing)
    assert text.lstrip().startswith('<section class="card" id="panel-contacts">')
    assert [row["name"] for row in answer.context["rows"]] == ["单立人", "王芳"]
    assert "tel:13812348866" in text


@pytest.mark.rule("ACC-06")
def test_the_timeline_says_what_happened_latest_first(world, browse):
    zhou, account = world.seat("zhou"), Account.objects.get(pk=world.jinyuan.pk)
    change_stage(actor=zhou, account=account, stage="lost", reason="嫌贵")
    assign_owner(actor=zhou, account=account, owner=world.xu, reason="调区")
    write_timeline(
        account=account, at=timezone.now() - timedelta(days=400), kind="visit", message="Visited %(who)s", who="王芳"
    )
    lines, after = timeline_lines(zhou, account)
    assert after == 0
    assert [(line.title, line.note, line.who) for line in lines[:2]] == [
        ("负责人：陈思远 → 徐曼", "调区", "周建平"),
        ("阶段：洽谈 → 流失", "嫌贵", "周建平"),
    ]
    assert lines[-1].title == "Visited 王芳"
    with translation.override("en"):
        assert timeline_lines(zhou, account)[0][1].title == "Stage: Negotiating → Lost"
    answer, text = panel(browse("zhou"), "timeline", account, kind="stage")
    assert [line.title for line in answer.context["lines"]] == ["阶段：洽谈 → 流失"]
    assert "全部" in text or "<select" in text


@pytest.mark.rule("ACC-06")
def test_earlier_lines_follow_without_a_gap_or_a_double(world, browse):
    account, now = world.huaxing, timezone.now()
    for n in range(25):
        write_timeline(account=account, at=now + timedelta(minutes=n // 3), kind="call", message="Call %(n)s", n=n)
    chen, seen, after = world.seat("chen"), [], 0
    while True:
        lines, after = timeline_lines(chen, account, kind="call", after=after)
        seen += [line.title for line in lines]
        if not after:
            break
    assert seen == [f"Call {n}" for n in reversed(range(25))]
    client = browse("chen")
    whole, _text = panel(client, "timeline", account, kind="call")
    part = client.get(
        whole.context["more_url"], HTTP_HX_REQUEST="true", HTTP_HX_TARGET="timeline-more"
    ).content.decode()
    assert "<section" not in part
    assert "Call 14" in part
    assert "Call 15" not in part


@pytest.mark.rule("ACC-06")
def test_a_line_whose_values_are_missing_is_still_shown(world):
    write_timeline(account=world.huaxing, at=timezone.now(), kind="order", message="Order %(number)s for %(rooms)s")
    assert timeline_lines(world.seat("chen"), world.huaxing)[0][0].title == "Order %(number)s for %(rooms)s"


@pytest.mark.rule("ACC-06")
def test_a_move_stands_on_both_timelines(world):
    chen = world.seat("chen")
    move_contact(actor=chen, contact=world.wangfang, account=world.jinyuan)
    assert timeline_lines(chen, world.huaxing)[0][0].title == "王芳 转往 世纪金源会展服务有限公司"
    assert timeline_lines(chen, world.jinyuan)[0][0].title == "王芳 从 华星科技（上海）有限公司 转来"


@pytest.mark.rule("ACC-06")
def test_who_changed_what_is_told_in_words(world, browse):
    chen, account = world.seat("chen"), Account.objects.get(pk=world.huaxing.pk)
    edit_account(
        actor=chen, account=account, revision=1, kind="key_account", city="", custom={"water": "茶"}, territory=None,
        competitors=[CompetitorRow("君悦", 40, Decimal("688"))],
    )  # fmt: skip
    assign_owner(actor=world.seat("zhou"), account=account, owner=world.xu, reason="调区")
    lines, _after = history_lines(chen, account)
    assert (lines[0].who, lines[0].deed) == ("周建平", "指派")
    assert [(one.label, one.old, one.new) for one in lines[0].changes] == [
        ("负责人", "陈思远", "徐曼"),
        ("原因", "", "调区"),
    ]
    assert (lines[1].who, lines[1].deed) == ("陈思远", "修改资料")
    assert [(one.label, one.old, one.new) for one in lines[1].changes] == [
        ("类型", "协议公司", "大客户"),
        ("城市", "上海", "–"),
        ("喜欢 water", "", "茶"),
        ("竞争酒店", "", "君悦 40% 688.00"),
    ]
    _answer, text = panel(browse("zhou"), "history", account)
    assert text.lstrip().startswith('<section class="card" id="panel-history">')
    assert "大客户" in text


@pytest.mark.rule("ACC-06")
def test_the_particulars_show_what_is_known_and_leave_out_the_rest(world, browse):
    chen, account = world.seat("chen"), Account.objects.get(pk=world.huaxing.pk)
    share_account(actor=chen, account=account, staff=world.sun)
    edit_account(
        actor=chen, account=account, revision=1, website="javascript:alert(1)", parent=world.jinyuan,
        competitors=[CompetitorRow("君悦", 40, Decimal("688"))],
    )  # fmt: skip
    _answer, text = panel(browse("chen"), "details", account)
    for shown in ("世纪大道 100 号", "会议大户", "君悦", "40%", "¥688.00", "孙丽", "年潜在间夜", "800"):
        assert shown in text
    assert 'href="javascript:' not in text
    assert "开户行" not in text
    assert reverse("web:account", kwargs={"hotel": LUJIAZUI, "pk": world.jinyuan.pk}) in text


@pytest.mark.rule("ACC-06")
def test_a_parent_out_of_sight_is_named_and_not_linked(world, browse):
    edit_account(
        actor=world.seat("lin"), account=Account.objects.get(pk=world.huaxing.pk), revision=1, parent=world.yuanyang
    )
    _answer, text = panel(browse("chen"), "details", world.huaxing)
    assert "远洋国际旅行社" in text
    assert reverse("web:account", kwargs={"hotel": LUJIAZUI, "pk": world.yuanyang.pk}) not in text


@pytest.mark.rule("ORG-03")
@pytest.mark.parametrize("name", ["contacts", "timeline", "details", "history"])
def test_a_stranger_s_panel_is_not_there(world, browse, name):
    for who, key in (("chen", "yuanyang"), ("chen", "hubin"), ("lin", "hubin"), ("zheng", "xizi")):
        answer, _text = panel(browse(who), name, getattr(world, key))
        assert answer.status_code == 404
    answer, _text = panel(browse("chen"), name, world.tianyuan)
    assert answer.status_code == 200  # of the open pool
