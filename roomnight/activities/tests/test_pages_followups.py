"""The pages of follow-ups, and the boards: who is out, who has gone home, who is covered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from roomnight.activities.commands import add_followup, come_back, go_out
from roomnight.activities.models import DayClose, FollowUp, FollowUpState
from roomnight.activities.tests.conftest import FRIDAY, Office, everything
from roomnight.activities.tests.test_pages_visits import Browse, text, url
from roomnight.organization.models import Staff

NEW = {"what": "寄会议报价", "kind": "task", "due_on": "2026-11-23", "priority": "normal", "recurrence": "none"}


def task(office: Office, who: str = "chen", to: Staff | None = None, **change: Any) -> FollowUp:
    """Something on somebody's list, due on Friday."""
    seat = office.world.seat(who)
    usual = {"what": "报会议室价格", "due_on": FRIDAY, "account": office.world.huaxing}
    return add_followup(actor=seat, hotel=seat.hotel, owner=to or seat.staff, **{**usual, **change})


def lines(answer: Any) -> dict[str, str]:
    """What the list shows: each thing with the heading it stands under."""
    return {row["title"]: part["title"] for part in answer.context["sections"] for row in part["rows"]}


# ---- the list -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("BRD-01")
def test_late_things_come_first_then_today(office: Office, browse: Browse) -> None:
    FollowUp.objects.filter(owner=office.world.chen).delete()
    late, today = task(office, what="昨天的"), task(office, what="今天的")
    FollowUp.objects.filter(pk=late.pk).update(due_on=FRIDAY - timedelta(days=1))
    task(office, what="以后的", due_on=FRIDAY + timedelta(days=3))
    web, where = browse("chen"), url(office, "chen", "followups")
    page = web.get(where)
    assert list(lines(page).items()) == [("昨天的", "逾期"), ("今天的", "今天")]
    assert "逾期 1 天" in text(page)
    assert list(lines(web.get(where, {"tab": "coming"}))) == ["以后的"]
    assert list(lines(web.get(where, {"kind": "call"}))) == []
    assert today.get_absolute_url() in text(page)


@pytest.mark.parametrize("tab", ["due", "coming", "given", "all", "done", "nonsense"])
def test_each_tab_opens(office: Office, browse: Browse, tab: str) -> None:
    task(office)
    for who in ("chen", "zhou", "deng"):
        assert browse(who).get(url(office, who, "followups"), {"tab": tab, "who": "1", "kind": "x"}).status_code == 200


def test_long_lists_have_pages(office: Office, browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("roomnight.activities.views.followups.ROWS", 2)
    FollowUp.objects.filter(owner=office.world.chen).delete()
    for n in range(3):
        task(office, what=f"第 {n} 件")
    web, where = browse("chen"), url(office, "chen", "followups")
    first = web.get(where)
    second = web.get(where + first.context["next"])
    assert [*lines(first), *lines(second)] == ["第 0 件", "第 1 件", "第 2 件"]
    assert web.get(where + second.context["previous"]).context["next"]


# ---- adding and doing -----------------------------------------------------------------------------------------------


@pytest.mark.rule("BRD-01")
def test_a_follow_up_is_added_about_a_client(office: Office, browse: Browse) -> None:
    where = f"{url(office, 'chen', 'followup_new')}?account={office.world.huaxing.pk}"
    sent = {
        **NEW,
        "owner": office.world.chen.pk,
        "contact": office.world.wangfang.pk,
        "due_time": "15:30",
        "recurrence": "weekly",
    }
    assert browse("chen").post(where, sent).status_code == 302
    made = FollowUp.objects.latest("pk")
    assert (made.account, made.contact, made.owner) == (office.world.huaxing, office.world.wangfang, office.world.chen)
    assert (f"{made.due_time:%H:%M}", made.recurrence, made.source) == ("15:30", "weekly", "self")


@pytest.mark.rule("BRD-01")
def test_a_leader_gives_one_to_the_team_and_nobody_else(office: Office, browse: Browse) -> None:
    web, where = browse("zhou"), url(office, "zhou", "followup_new")
    assert web.post(where, {**NEW, "owner": office.world.sun.pk}).status_code == 422
    assert web.post(where, {**NEW, "owner": office.world.chen.pk}).status_code == 302
    assert FollowUp.objects.latest("pk").source == "assigned"
    assert "寄会议报价" in lines(web.get(url(office, "zhou", "followups"), {"tab": "given"}))
    assert (
        browse("chen").post(url(office, "chen", "followup_new"), {**NEW, "owner": office.world.xu.pk}).status_code
        == 422
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"what": " "}, "what"),
        ({"due_on": "2026-11-19"}, "due_on"),
        ({"due_on": ""}, "due_on"),
        ({"kind": "x"}, "kind"),
    ],
)
def test_what_is_wrong_with_a_new_one_is_said_at_its_field(
    office: Office, browse: Browse, change: dict[str, str], field: str
) -> None:
    web = browse("chen")
    before = everything()
    sent = {**NEW, "owner": office.world.chen.pk, "due_time": "15:30", **change}
    answer = web.post(url(office, "chen", "followup_new"), sent)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert 'value="15:30"' in text(answer)
    assert everything() == before


def test_those_without_clients_add_their_own(office: Office, browse: Browse) -> None:
    web = browse("song")
    page = web.get(url(office, "song", "followup_new"), {"account": office.world.huaxing.pk})
    assert page.context["account"] is None
    assert web.post(url(office, "song", "followup_new"), {**NEW, "owner": office.world.song.pk}).status_code == 302


@pytest.mark.rule("BRD-01")
def test_done_with_its_result_and_back_to_where_it_was_done_from(office: Office, browse: Browse) -> None:
    one, web = task(office), browse("chen")
    where = url(office, "chen", "followup_done", pk=one.pk)
    back = office.world.seat("chen").url("web:account", pk=office.world.huaxing.pk)
    assert web.post(where, {"result": ""}).status_code == 422
    assert web.post(where, {"result": "已报 480 元", "next": back}).url == back
    one.refresh_from_db()
    assert (one.state, one.result) == (FollowUpState.DONE, "已报 480 元")
    assert "已报 480 元" in text(web.get(one.get_absolute_url()))


@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example/h/lujiazui/", "/h/lakeside/", "/h/lujiazui//evil.example"]
)
def test_doing_leads_nowhere_else(office: Office, browse: Browse, away: str) -> None:
    answer = browse("chen").post(
        url(office, "chen", "followup_done", pk=task(office).pk), {"result": "好", "next": away}
    )
    assert answer.url == url(office, "chen", "followups")


def test_a_call_says_whether_it_reached_anybody(office: Office, browse: Browse) -> None:
    one, web = task(office, kind="call"), browse("chen")
    where = url(office, "chen", "followup_done", pk=one.pk)
    refused = web.post(where, {"result": "没人接"})
    assert refused.status_code == 422
    assert "outcome" in refused.context["form"].errors
    assert web.post(where, {"outcome": "not_reached"}).status_code == 302
    assert FollowUp.objects.get(previous=one).due_on == FRIDAY + timedelta(days=3)


def test_the_drawer_gets_only_its_piece(office: Office, browse: Browse) -> None:
    where = url(office, "chen", "followup_done", pk=task(office).pk)
    piece = browse("chen").get(where, headers={"HX-Request": "true", "HX-Target": "drawer"})
    assert text(piece).lstrip().startswith('<div id="drawer">')
    sent = browse("chen").post(where, {"result": "好"}, headers={"HX-Request": "true", "HX-Target": "drawer"})
    assert sent.headers["HX-Redirect"] == url(office, "chen", "followups")


def test_it_is_moved_and_taken_off_the_list(office: Office, browse: Browse) -> None:
    one, web = task(office), browse("zhou")
    sent = {"due_on": "2026-11-25", "due_time": "09:30", "owner": office.world.xu.pk}
    assert web.post(url(office, "zhou", "followup_move", pk=one.pk), sent).status_code == 302
    one.refresh_from_db()
    assert (str(one.due_on), f"{one.due_time:%H:%M}", one.owner) == ("2026-11-25", "09:30", office.world.xu)
    where = url(office, "zhou", "followup_cancel", pk=one.pk)
    assert web.post(where, {"reason": ""}).status_code == 422
    assert web.post(where, {"reason": "客户已取消"}).status_code == 302
    one.refresh_from_db()
    assert one.state == FollowUpState.CANCELLED


@pytest.mark.rule("SEC-02")
@pytest.mark.parametrize("who", ["xu", "sun", "wu", "ye", "deng"])
def test_a_stranger_s_follow_up_is_not_there(office: Office, browse: Browse, who: str) -> None:
    one, web = task(office), browse(who)
    before = everything()
    assert web.get(url(office, who, "followup", pk=one.pk)).status_code == 404
    for name in ("followup_done", "followup_move", "followup_cancel"):
        sent = {"result": "x", "reason": "x", "due_on": "2026-11-25", "owner": "1"}
        assert web.post(url(office, who, name, pk=one.pk), sent).status_code == 404
    assert everything() == before


# ---- who is out -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("VIS-05")
def test_the_whole_department_sees_who_is_out_until_back(office: Office, browse: Browse) -> None:
    visit = office.ready("chen", office.world.huaxing)
    go_out(actor=office.world.seat("chen"), visit=visit, destination="世纪大道 100 号")
    page = browse("sun").get(url(office, "sun", "outing"))
    assert "陈思远" in text(page)
    assert "世纪大道 100 号" in text(page)
    assert visit.get_absolute_url() not in text(page)
    assert visit.get_absolute_url() in text(browse("zhou").get(url(office, "zhou", "outing")))
    office.at("12:00")
    assert "超时" in text(browse("sun").get(url(office, "sun", "outing")))
    come_back(actor=office.world.seat("chen"), visit=visit)
    assert "世纪大道 100 号" not in text(browse("sun").get(url(office, "sun", "outing")))


def test_the_board_renews_only_its_piece(office: Office, browse: Browse) -> None:
    where = url(office, "sun", "outing")
    assert 'hx-trigger="every 60s"' in text(browse("sun").get(where))
    piece = text(browse("sun").get(where, headers={"HX-Request": "true", "HX-Target": "out"}))
    assert piece.lstrip().startswith("<section")
    assert "<html" not in piece


# ---- going home -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("VIS-08")
def test_the_day_is_not_closed_while_a_report_is_missing(office: Office, browse: Browse) -> None:
    visit, web = office.back("chen", office.world.huaxing), browse("chen")
    where = url(office, "chen", "day_close")
    page = web.get(where)
    assert [one["why"] for one in page.context["left"]] == ["report"]
    assert url(office, "chen", "report", pk=visit.pk) in text(page)
    answer = web.post(where, follow=True)
    assert visit.account.name in " ".join(str(message) for message in answer.context["messages"])
    assert not DayClose.objects.filter(staff=office.world.chen, day=FRIDAY).exists()
    office.report("chen", visit)
    assert web.post(where).status_code == 302
    assert DayClose.objects.filter(staff=office.world.chen, day=FRIDAY).exists()
    assert "今天已收工" in text(web.get(where))


@pytest.mark.rule("VIS-08")
def test_the_leader_sees_who_has_not_closed_and_why(office: Office, browse: Browse) -> None:
    office.back("chen", office.world.huaxing)
    rows = {
        row["sheet"].staff.username: row
        for row in browse("zhou").get(url(office, "zhou", "day_close")).context["others"]
    }
    assert [part["text"] for part in rows["chen"]["left"]] == ["报告未交"]
    assert rows["xu"]["left"] == []
    assert "sun" not in rows
    assert browse("chen").get(url(office, "chen", "day_close")).context["others"] == []


def test_the_close_of_another_day_and_of_nonsense(office: Office, browse: Browse) -> None:
    for day in ("2026-11-18", "2099-01-01", "gestern"):
        assert browse("lin").get(url(office, "lin", "day_close"), {"day": day}).status_code == 200


# ---- coverage -----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("VIS-13")
def test_coverage_counts_within_reach(office: Office, browse: Browse) -> None:
    team = browse("zhou").get(url(office, "zhou", "coverage"))
    assert {"陈思远", "徐曼"} <= {row.name for row in team.context["parts"][0]["rows"]}
    assert "孙丽" not in {row.name for row in team.context["parts"][0]["rows"]}
    own = browse("chen").get(url(office, "chen", "coverage"))
    assert own.context["clients"] <= team.context["clients"]
    assert own.context["in_time"] + own.context["due"] == own.context["clients"]
