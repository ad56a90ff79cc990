"""The relationship card: what stands on it, when it is looked over again, on the screen and on paper."""

import io
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from roomnight.clients.commands import add_contact, edit_account, edit_contact, move_contact
from roomnight.clients.jobs import remind_of_cards
from roomnight.clients.models import Account, CompetitorUse, Contact
from roomnight.clients.rules.cards import VERIFY_IMPORTANT, VERIFY_ORDINARY, WARMTH, share_of_wallet, verify_due, warmth
from roomnight.kernel.models import AuditEntry, Notification
from tests.world import LUJIAZUI

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 18)


def url(name, **arguments):
    return reverse(f"clients:{name}", kwargs={"hotel": LUJIAZUI, **arguments})


def text_of(response):
    return response.content.decode()


def printed(response):
    assert response["Content-Type"] == "application/pdf"
    return "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(response.content)).pages)


# ---- rules


@pytest.mark.rule("CARD-02")
def test_the_days_of_the_two_classes():
    assert (VERIFY_IMPORTANT.default, VERIFY_ORDINARY.default) == (90, 180)
    assert verify_due(date(2026, 8, 20), date(2020, 1, 1), 90) == TODAY
    assert verify_due(None, date(2026, 8, 20), 90) == TODAY


@pytest.mark.rule("CARD-01")
@pytest.mark.parametrize(
    ("case", "since", "change", "expected"),
    [
        ("seen within the cycle, nights steady", 14, 0, "green"),
        ("nothing to compare with", 3, None, "green"),
        ("a day over the cycle", 15, 10, "yellow"),
        ("never visited", None, None, "yellow"),
        ("two cycles over", 29, 10, "red"),
        ("nights down a fifth", 3, -20, "yellow"),
        ("nights halved", 3, -50, "red"),
    ],
)
def test_warmth(case, since, change, expected):
    assert warmth(since, 14, change, WARMTH.default) == expected


@pytest.mark.rule("CARD-01")
@pytest.mark.parametrize(("ours", "city", "share"), [(200, 800, 25), (10, None, None), (10, 0, None), (90, 60, 100)])
def test_share_of_wallet(ours, city, share):
    assert share_of_wallet(ours, city) == share


# ---- what stands on it


@pytest.fixture
def filled(world, at_work):
    """huaxing's card, filled."""
    chen = world.seat("chen")
    edit_contact(
        actor=chen,
        contact=world.shan,
        revision=1,
        attitude="for",
        closeness=4,
        keeper=world.chen,
        remarks="总裁亲自拍板",
    )
    edit_contact(actor=chen, contact=world.wangfang, revision=1, reports_to=world.shan, attitude="neutral", closeness=3)
    edit_account(
        actor=chen, account=world.huaxing, revision=1, client_since=date(2019, 5, 1), company_day=date(2008, 6, 18),
        city_room_nights=1200,
    )  # fmt: skip
    CompetitorUse.objects.create(
        account=world.huaxing, hotel_name="滨江君庭", share_percent=30, advantages="停车免费", noted_on=TODAY
    )
    return world.huaxing


@pytest.mark.rule("CARD-01")
def test_a_client_s_card_stands_on_the_screen_and_on_paper(world, browse, filled):
    chen = browse("chen")
    page = text_of(chen.get(url("card", pk=filled.pk)))
    paper = printed(chen.get(url("card_pdf", pk=filled.pk)))
    for words in (
        "华星科技（上海）有限公司", "单立人", "支持", "王芳", "中立", "滨江君庭", "停车免费", "2019-05-01", "陈思远", "重要",
        "组织关系图", "交接历史",
    ):  # fmt: skip
        assert words in page, words
        assert words in paper, words
    assert "第 1 页" in paper


@pytest.mark.rule("CARD-01")
def test_a_person_s_card_stands_on_the_screen_and_on_paper(world, browse, filled):
    chen = browse("chen")
    page = text_of(chen.get(url("contact_card", pk=world.shan.pk)))
    paper = printed(chen.get(url("contact_card_pdf", pk=world.shan.pk)))
    for words in ("单立人", "总裁", "支持", "决策人", "总裁亲自拍板", "shan@example.com"):
        assert words in page, words
        assert words in paper, words


@pytest.mark.rule("CARD-01")
def test_a_card_is_its_owner_s_the_manager_s_and_the_director_s(world, browse):
    for who, status in (
        ("chen", 200),
        ("zhou", 200),
        ("lin", 200),
        ("sun", 404),
        ("wu", 404),
        ("ma", 403),
        ("hu", 403),
    ):
        assert browse(who).get(url("card", pk=world.huaxing.pk)).status_code == status, who


@pytest.mark.rule("CARD-01")
def test_the_line_of_reports_stays_within_the_client_and_has_no_circle(world, filled, refused):
    chen = world.seat("chen")
    with refused("contact.line_elsewhere"):
        edit_contact(actor=chen, contact=world.shan, revision=2, reports_to=world.zeng)
    with refused("contact.line_circle"):
        edit_contact(actor=chen, contact=world.shan, revision=2, reports_to=world.wangfang)
    with refused("contact.closeness"):
        edit_contact(actor=chen, contact=world.shan, revision=2, closeness=6)
    with refused("contact.line_elsewhere"):
        add_contact(actor=chen, account=world.jinyuan, name="新人", wechat="x", reports_to=world.shan)
    move_contact(actor=chen, contact=world.shan, account=world.jinyuan)
    assert Contact.objects.get(pk=world.wangfang.pk).reports_to is None


# ---- looked over


@pytest.mark.rule("CARD-02")
def test_overdue_cards_are_tasks_of_their_owner_by_class(world, browse, at_work):
    Account.objects.filter(owner=world.chen).update(verified_on=TODAY)
    Contact.objects.update(verified_on=TODAY)
    Account.objects.filter(pk=world.huaxing.pk).update(verified_on=date(2026, 8, 19))  # important: 91 days ago
    Account.objects.filter(pk=world.jinyuan.pk).update(verified_on=date(2026, 8, 19))  # ordinary: has 180
    Contact.objects.filter(pk=world.shan.pk).update(verified_on=date(2026, 8, 19))
    chen = browse("chen")
    names = lambda which: [row["name"] for row in chen.get(url("cards"), {"class": which}).context["rows"]]  # noqa: E731
    assert sorted(names("important")) == ["华星科技（上海）有限公司", "单立人"]
    assert names("ordinary") == []
    assert "2 张客户关系卡待核实" in text_of(chen.get(url("day")))
    chen.post(url("card_verify", pk=world.huaxing.pk))
    chen.post(url("contact_card_verify", pk=world.shan.pk))
    assert names("important") == []
    assert Account.objects.get(pk=world.huaxing.pk).verified_on == TODAY
    line = AuditEntry.objects.filter(command="clients.verify_account_card").latest("id")
    assert line.changes == {"verified_on": ["2026-08-19", "2026-11-18"]}


@pytest.mark.rule("CARD-02")
def test_the_owner_is_reminded_once_until_it_is_verified_again(world, at_work):
    Account.objects.update(verified_on=TODAY)
    Contact.objects.update(verified_on=TODAY)
    Account.objects.filter(pk=world.huaxing.pk).update(verified_on=date(2026, 8, 19))
    assert (remind_of_cards.call(), remind_of_cards.call()) == (1, 0)
    told = Notification.objects.filter(recipient="chen").latest("pk")
    assert told.message % told.values == "1 relationship cards of yours are to be verified"
    Account.objects.filter(pk=world.huaxing.pk).update(verified_on=TODAY)
    with time_machine.travel(datetime(2027, 2, 16, 9, 0, tzinfo=SHANGHAI), tick=False):
        Account.objects.exclude(pk=world.huaxing.pk).update(verified_on=date(2027, 2, 16))
        Contact.objects.update(verified_on=date(2027, 2, 16))
        assert remind_of_cards.call() == 0
    with time_machine.travel(datetime(2027, 2, 17, 9, 0, tzinfo=SHANGHAI), tick=False):
        assert remind_of_cards.call() == 1


@pytest.mark.rule("CARD-02")
def test_what_a_card_said_before_stays_on_it(world, browse, filled):
    edit_account(actor=world.seat("chen"), account=filled, revision=2, city_room_nights=900)
    chen, history = browse("chen"), url("panel_history", pk=filled.pk)
    assert f'hx-get="{history}"' in text_of(chen.get(url("card", pk=filled.pk)))
    before = text_of(chen.get(history))
    assert "1200" in before
    assert "900" in before
    assert "支持" in text_of(chen.get(url("contact_card", pk=world.shan.pk)))


# ---- who brought whom


@pytest.mark.rule("OWN-06")
def test_a_referral_is_shown_on_both_pages_within_sight(world, browse, at_work):
    Account.objects.filter(pk=world.jinyuan.pk).update(referred_by=world.huaxing)
    Account.objects.filter(pk=world.donghai.pk).update(referred_by=world.huaxing)
    chen = browse("chen")
    brought = text_of(chen.get(url("panel_details", pk=world.huaxing.pk)))
    assert "世纪金源会展服务有限公司" in brought
    assert "东海航空" not in brought
    assert "1 个属于同事" in brought
    bringer = text_of(chen.get(url("panel_details", pk=world.jinyuan.pk)))
    assert "华星科技（上海）有限公司" in bringer
