"""The protection list in the browser: put on, prolong, decide, be told, take along."""

import io
from datetime import date

import pytest
from django.urls import reverse
from pypdf import PdfReader

from roomnight.clients.commands import register_account, release_account
from roomnight.clients.models import Account, ContactWithProtected, Protection
from roomnight.kernel.models import AuditEntry, Notification
from tests.world import LUJIAZUI

pytestmark = pytest.mark.usefixtures("at_work")


def url(name, **arguments):
    return reverse(f"clients:{name}", kwargs={"hotel": LUJIAZUI, **arguments})


def home(account):
    return reverse("web:account", kwargs={"hotel": LUJIAZUI, "pk": account.pk})


def text_of(response):
    return response.content.decode()


@pytest.mark.rule("OWN-02")
def test_a_lead_is_protected_with_one_tap_and_its_page_counts_the_days(world, browse):
    lead = register_account(actor=world.seat("chen"), hotel=world.lujiazui, name="江南会展", owner=world.chen)
    chen = browse("chen")
    assert url("protect", pk=lead.pk) in text_of(chen.get(home(lead)))
    assert chen.post(url("protect", pk=lead.pk)).url == home(lead)
    page = text_of(chen.get(home(lead)))
    assert "保护期剩 30 天" in page
    assert url("protect", pk=lead.pk) not in page
    listed = chen.get(url("list"), {"col": ["days_left"], "protection": "active"})
    assert {row.name for row in listed.context["rows"]} == {"世纪金源会展服务有限公司", "江南会展"}
    assert "保护期剩 30 天" in text_of(listed)
    assert "已用 2 / 20 个名额" in text_of(chen.get(url("protections")))


@pytest.mark.rule("OWN-02")
def test_an_extension_goes_from_who_asks_to_who_decides(world, browse):
    one = world.protection
    one.requests.all().delete()
    chen, zhou = browse("chen"), browse("zhou")
    assert chen.post(url("extend", pk=one.pk), {"reason": ""}).status_code == 422
    assert chen.post(url("extend", pk=one.pk), {"reason": "法务审合同"}).status_code == 302
    asked = one.requests.get()
    assert chen.get(url("extension", pk=asked.pk)).status_code == 403
    assert "法务审合同" in text_of(zhou.get(url("day")))
    assert "法务审合同" in text_of(zhou.get(url("protections") + "?tab=asked"))
    refusing = zhou.post(url("extension", pk=asked.pk), {"decision": "refuse", "answer": ""})
    assert refusing.status_code == 422
    assert zhou.post(url("extension", pk=asked.pk), {"decision": "approve", "answer": "抓紧"}).status_code == 302
    one.refresh_from_db()
    assert (one.until, one.extensions) == (date(2027, 1, 14), 1)
    assert text_of(zhou.get(url("day"))).strip() == ""


@pytest.mark.rule("OWN-07")
def test_my_day_says_what_runs_out(world, browse):
    Protection.objects.filter(pk=world.protection.pk).update(until=date(2026, 11, 20))
    page = text_of(browse("chen").get(url("day")))
    assert "世纪金源会展服务有限公司" in page
    assert "保护期剩 2 天" in page
    assert url("extend", pk=world.protection.pk) in page
    day = text_of(browse("chen").get(reverse("web:my_day", kwargs={"hotel": LUJIAZUI})))
    assert f'hx-get="{url("day")}"' in day


@pytest.mark.rule("OWN-03")
def test_who_enters_a_protected_client_again_is_told_by_whom_and_nothing_else(world, browse):
    Account.objects.filter(pk=world.jinyuan.pk).update(remarks="底价四百二", phone="021-55556666")
    sent = {"name": "世纪金源会展服务有限公司", "kind": "corporate", "importance": "ordinary", "stage": "lead"}
    answer = browse("sun").post(url("new"), sent)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "由 陈思远 保护至 2026-12-15" in page
    assert "底价四百二" not in page
    assert "55556666" not in page
    assert home(world.jinyuan) not in page
    assert list(ContactWithProtected.objects.values_list("staff__username", "how")) == [("sun", "registered")]
    told = Notification.objects.filter(recipient="chen").latest("pk")
    assert told.message % told.values == "孙丽 came upon 世纪金源会展服务有限公司, which you protect"


@pytest.mark.rule("OWN-03")
def test_who_plans_to_visit_a_colleague_s_protected_client_reads_it_before(world, browse):
    plan = reverse("activities:plan", kwargs={"hotel": LUJIAZUI})
    log = reverse("activities:log_visit", kwargs={"hotel": LUJIAZUI})
    for path in (plan, log):
        assert "由 陈思远 保护至 2026-12-15" in text_of(browse("zhou").get(path, {"account": world.jinyuan.pk}))
        assert "保护至" not in text_of(browse("chen").get(path, {"account": world.jinyuan.pk}))


# ---- the pool


@pytest.mark.rule("OWN-02")
def test_the_pool_says_why_and_since_when_and_finds_by_it(world, browse):
    Protection.objects.all().delete()
    release_account(actor=world.seat("chen"), account=world.jinyuan, reason="预算冻结")
    xu = browse("xu")
    page = text_of(xu.get(url("pool")))
    assert "主动释放" in page
    assert "预算冻结" in page
    names = lambda **query: [one["row"].name for one in xu.get(url("pool"), query).context["rows"]]  # noqa: E731
    assert names(cause="released") == ["世纪金源会展服务有限公司"]
    assert "天元管理咨询" in names(cause="new")
    assert names(place="静安") == ["世纪金源会展服务有限公司"]
    assert names(stage="negotiating", since="7", kind="conference") == ["世纪金源会展服务有限公司"]


@pytest.mark.rule("OWN-02")
def test_several_are_taken_at_once_and_who_came_too_late_is_told(world, browse):
    xu = browse("xu")
    Account.objects.filter(pk=world.tongda.pk).update(owner=world.sun)
    answer = xu.post(url("pool_claim"), {"ids": [world.tianyuan.pk, world.tongda.pk]}, follow=True)
    assert "已领取 1 个客户" in text_of(answer)
    assert "1 个已不在公海" in text_of(answer)
    assert Account.objects.get(pk=world.tianyuan.pk).owner == world.xu
    assert Account.objects.get(pk=world.tongda.pk).owner == world.sun
    assert "请先勾选客户" in text_of(xu.post(url("pool_claim"), {}, follow=True))


# ---- the statement


@pytest.mark.rule("OWN-08")
def test_a_statement_is_read_printed_and_taken_along(world, browse):
    chen, one = browse("chen"), world.statement
    assert one.number in text_of(chen.get(url("statements")))
    page = text_of(chen.get(url("statement", pk=one.pk)))
    assert "世纪金源会展服务有限公司" in page
    assert "存档后未改动" in page
    printed = chen.get(url("statement_pdf", pk=one.pk))
    assert printed["Content-Type"] == "application/pdf"
    text = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(printed.content)).pages)
    for words in ("2026-10 保护名单", one.number, "陈思远", "2026-12-15", "KH-00002"):
        assert words in text
    assert one.digest in text.replace("\n", "")
    taken = chen.get(url("statement_excel", pk=one.pk))
    assert taken.content.startswith(b"PK")
    line = AuditEntry.objects.filter(command="clients.log_export").latest("id")
    assert (line.actor, line.changes["exported"]) == ("chen", "clients.protection")


@pytest.mark.rule("OWN-08")
def test_a_colleague_s_statement_is_not_there(world, browse):
    assert browse("sun").get(url("statement", pk=world.statement.pk)).status_code == 404
    assert browse("zhou").get(url("statement", pk=world.statement.pk)).status_code == 200
