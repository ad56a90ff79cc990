"""The pages about visits: proposals, the plan, the record with its next step, the list, reading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from roomnight.activities.commands import propose_visits
from roomnight.activities.models import ProposalState, Visit, VisitProposal, VisitState
from roomnight.activities.tests.conftest import FRIDAY, KIT, Office, everything, moment
from roomnight.activities.words import why
from roomnight.kernel.models import Attachment

Browse = Callable[[str], Any]
PLAN = {
    "day": "2026-11-20", "start": "14:00", "minutes": "30", "kind": "return", "purpose": "renewal", "place": "世纪大道 100 号",
    "appointment": "later", "points": "谢上月的团队\n明年价格", "purpose_text": "谈明年协议价",
}  # fmt: skip
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa7\x9a\xa0\xa0\x00\x00\x00\x00IEND\xaeB`\x82"
)


def url(office: Office, who: str, name: str, **kwargs: Any) -> str:
    return office.world.seat(who).url(f"activities:{name}", **kwargs)


def text(response: Any) -> str:
    return str(response.content.decode())


# ---- proposals ------------------------------------------------------------------------------------------------------


@pytest.fixture
def proposed(office: Office) -> VisitProposal:
    """Chen's list of the week, made; the best of it."""
    seat = office.world.seat("chen")
    VisitProposal.objects.filter(staff=seat.staff).delete()
    propose_visits(actor=seat, hotel=seat.hotel, staff=seat.staff)
    return VisitProposal.objects.filter(staff=seat.staff).order_by("-score", "pk").first() or pytest.fail("no proposal")


@pytest.mark.rule("VIS-01")
def test_the_list_names_each_client_says_why_and_stands_by_district(
    office: Office, proposed: VisitProposal, browse: Browse
) -> None:
    page = text(browse("chen").get(url(office, "chen", "proposals")))
    for one in VisitProposal.objects.filter(staff=office.world.chen).select_related("account"):
        assert one.account.name in page
        for reason in why(one.reasons, FRIDAY):
            assert reason in page
    assert (proposed.district or "区域不明") in page


@pytest.mark.rule("VIS-01")
def test_a_proposal_is_accepted_into_a_prefilled_plan(office: Office, proposed: VisitProposal, browse: Browse) -> None:
    web = browse("chen")
    answer = web.post(url(office, "chen", "proposal_accept", pk=proposed.pk))
    assert answer.url == f"{url(office, 'chen', 'plan')}?proposal={proposed.pk}"
    proposed.refresh_from_db()
    assert proposed.state == ProposalState.ACCEPTED
    page = text(web.get(answer.url))
    assert proposed.account.name in page
    assert f'value="{proposed.for_day:%Y-%m-%d}"' in page
    assert why(proposed.reasons, FRIDAY)[0] in page


@pytest.mark.rule("VIS-01")
def test_a_plan_from_a_proposal_uses_it_up(office: Office, proposed: VisitProposal, browse: Browse) -> None:
    answer = browse("chen").post(f"{url(office, 'chen', 'plan')}?proposal={proposed.pk}", PLAN)
    visit = Visit.objects.get(proposal=proposed)
    assert answer.url == url(office, "chen", "visit", pk=visit.pk)
    assert visit.account_id == proposed.account_id
    proposed.refresh_from_db()
    assert proposed.state == ProposalState.PLANNED


@pytest.mark.rule("VIS-01")
def test_dropping_asks_for_the_reason(office: Office, proposed: VisitProposal, browse: Browse) -> None:
    web, where = browse("chen"), url(office, "chen", "proposal_drop", pk=proposed.pk)
    assert web.post(where, {"reason": " "}).status_code == 422
    assert web.post(where, {"reason": "上周刚在展会上见过"}).status_code == 302
    proposed.refresh_from_db()
    assert (proposed.state, proposed.drop_reason) == (ProposalState.DROPPED, "上周刚在展会上见过")


def test_the_list_is_renewed_by_a_button(office: Office, browse: Browse) -> None:
    VisitProposal.objects.filter(staff=office.world.chen).delete()
    web = browse("chen")
    assert "没有建议" in text(web.get(url(office, "chen", "proposals")))
    web.post(url(office, "chen", "propose"), {"week": "2026-11-16"})
    assert VisitProposal.objects.filter(staff=office.world.chen).exists()
    assert "没有建议" not in text(web.get(url(office, "chen", "proposals")))


def test_a_leader_looks_at_the_lists_of_the_team_only(office: Office, proposed: VisitProposal, browse: Browse) -> None:
    where = url(office, "zhou", "proposals")
    assert proposed.account.name in text(browse("zhou").get(where, {"who": office.world.chen.pk}))
    assert proposed.account.name not in text(browse("wu").get(where, {"who": office.world.chen.pk}))


# ---- the plan -------------------------------------------------------------------------------------------------------


def test_without_a_client_the_page_asks_for_one(office: Office, browse: Browse) -> None:
    web = browse("chen")
    page = text(web.get(url(office, "chen", "plan"), {"q": "华星", "day": "2026-11-24"}))
    assert f"?day=2026-11-24&amp;account={office.world.huaxing.pk}" in page
    piece = text(
        web.get(url(office, "chen", "plan"), {"q": "hxkj"}, headers={"HX-Request": "true", "HX-Target": "choices"})
    )
    assert piece.lstrip().startswith("<section")
    assert office.world.huaxing.name in piece


@pytest.mark.rule("VIS-02")
def test_a_plan_is_kept_as_it_was_typed(office: Office, browse: Browse) -> None:
    person = office.world.wangfang
    sent = {**PLAN, "people": [person.pk], "special": "不吃辣", "materials": "画册", "desired_outcome": "约看房"}
    answer = browse("chen").post(f"{url(office, 'chen', 'plan')}?account={office.world.huaxing.pk}", sent)
    visit = Visit.objects.latest("pk")
    assert answer.url == visit.get_absolute_url()
    assert (visit.purpose, visit.purpose_text, visit.points) == ("renewal", "谈明年协议价", "谢上月的团队\n明年价格")
    assert (visit.special, visit.materials, visit.desired_outcome) == ("不吃辣", "画册", "约看房")
    assert list(visit.people.all()) == [person]
    assert f"{visit.planned_start.astimezone(office.world.seat('chen').zone):%Y-%m-%d %H:%M}" == "2026-11-20 14:00"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(
            {"minutes": "45"}, "超过 30 分钟", marks=pytest.mark.rule("VIS-06"), id="45 minutes without a reason"
        ),
        pytest.param(
            {"appointment": "cold"}, "没有预约", marks=pytest.mark.rule("VIS-03"), id="a cold call without a reason"
        ),
        pytest.param(
            {"appointment": "agreed"}, "约", marks=pytest.mark.rule("VIS-03"), id="an appointment without how and whom"
        ),
        pytest.param({"start": "14:03"}, "10:05", id="off the five-minute grid"),
        pytest.param({"start": "08:00"}, "已过", id="a time gone by"),
    ],
)
def test_a_plan_that_is_refused_keeps_what_was_typed_and_stores_nothing(
    office: Office, browse: Browse, change: dict[str, str], said: str
) -> None:
    web = browse("chen")
    before = everything()
    answer = web.post(f"{url(office, 'chen', 'plan')}?account={office.world.huaxing.pk}", {**PLAN, **change})
    assert answer.status_code == 422
    assert "谢上月的团队" in text(answer)
    assert "谈明年协议价" in text(answer)
    assert said in text(answer)
    assert everything() == before


@pytest.mark.rule("VIS-03")
def test_an_overlap_is_said_at_its_field_with_the_other_visit(office: Office, browse: Browse) -> None:
    other = office.plan("chen", office.world.jinyuan, "14:10")
    answer = browse("chen").post(f"{url(office, 'chen', 'plan')}?account={office.world.huaxing.pk}", PLAN)
    assert answer.status_code == 422
    assert other.number in text(answer)
    assert other.account.name in text(answer)


def test_everything_missing_is_said_at_once(office: Office, browse: Browse) -> None:
    sent = {**PLAN, "minutes": "60", "appointment": "cold"}
    answer = browse("chen").post(f"{url(office, 'chen', 'plan')}?account={office.world.huaxing.pk}", sent)
    assert {"long_reason", "cold_reason"} <= set(answer.context["form"].errors)


def test_who_saves_second_is_shown_what_it_says_now(office: Office, browse: Browse) -> None:
    visit = office.plan("chen", office.world.huaxing, "14:00")
    web, where = browse("chen"), url(office, "chen", "plan_change", pk=visit.pk)
    opened = web.get(where).context["form"]
    seen = {**PLAN, "revision": visit.revision, "seen": opened["seen"].value()}
    assert web.post(where, {**seen, "start": "15:00"}).status_code == 302
    answer = web.post(where, {**seen, "start": "16:00", "points": "我的要点"})
    assert answer.status_code == 422
    said = {line.name: (line.old, line.theirs, line.mine) for line in answer.context["form"].changed_meanwhile}
    assert said["start"] == ("14:00", "15:00", "16:00")
    assert "我的要点" in text(answer)
    fresh = Visit.objects.get(pk=visit.pk)
    assert f'name="revision" value="{fresh.revision}"' in text(answer)
    again = {"revision": fresh.revision, "seen": answer.context["form"].data["seen"], "decide-start": "theirs"}
    assert web.post(where, {**seen, "start": "16:00", "points": "我的要点", **again}).status_code == 302
    kept = Visit.objects.get(pk=visit.pk)
    assert (kept.planned_start, kept.points) == (fresh.planned_start, "我的要点")


@pytest.mark.rule("VIS-10")
def test_beside_the_plan_stands_what_to_thank_for(office: Office, browse: Browse) -> None:
    visit = office.back("chen", office.world.huaxing)
    office.report("chen", visit, feedback="complaint", complaint="叫醒漏叫", contacts=[])
    page = text(browse("chen").get(url(office, "chen", "plan"), {"account": office.world.huaxing.pk}))
    assert "要感谢的" in page
    assert "叫醒漏叫" in page
    assert "尚未办结" in page


# ---- one visit ------------------------------------------------------------------------------------------------------


def test_the_next_step_goes_from_the_appointment_to_the_report(office: Office, browse: Browse) -> None:
    visit, web = office.plan("chen", office.world.huaxing), browse("chen")

    def post(name: str, **data: Any) -> Any:
        return web.post(url(office, "chen", name, pk=visit.pk), data)

    def state() -> str:
        visit.refresh_from_db()
        return visit.state

    here = visit.get_absolute_url()
    assert web.get(here).context["step"] == "confirm"
    post("confirm", appointment="agreed", confirmed_how="phone", confirmed_with="王芳")
    assert state() == VisitState.CONFIRMED
    assert web.get(here).context["step"] == "kit"
    post("kit", appearance="on", **{f"item_{key}": "on" for key in KIT})
    assert web.get(here).context["step"] == "out"
    post("go_out", destination="世纪大道 100 号", back_by="11:00")
    assert state() == VisitState.OUT
    assert visit.out_at is not None
    office.at("10:35")
    assert post("come_back").url == url(office, "chen", "report", pk=visit.pk)
    assert state() == VisitState.RETURNED
    assert web.get(here).context["step"] == "report"


@pytest.mark.rule("VIS-04")
def test_out_is_refused_on_the_page_while_the_kit_is_not_checked(office: Office, browse: Browse) -> None:
    visit, web = office.agreed("chen", office.world.huaxing), browse("chen")
    before = everything()
    answer = web.post(url(office, "chen", "go_out", pk=visit.pk), {"destination": "世纪大道 100 号"})
    assert answer.status_code == 422
    assert "名片" in text(answer)
    assert everything() == before


@pytest.mark.rule("VIS-04")
def test_an_item_is_left_behind_for_a_reason(office: Office, browse: Browse) -> None:
    visit, web = office.agreed("chen", office.world.huaxing), browse("chen")
    ticked = {f"item_{key}": "on" for key in KIT if key != "conference_agreement"}
    web.post(url(office, "chen", "kit", pk=visit.pk), {**ticked, "appearance": "on"})
    assert web.get(visit.get_absolute_url()).context["kit_missing"] == ["会议协议书"]
    web.post(
        url(office, "chen", "kit", pk=visit.pk), {**ticked, "appearance": "on", "waiver_conference_agreement": "不办会"}
    )
    page = web.get(visit.get_absolute_url())
    assert page.context["kit_missing"] == []
    assert page.context["step"] == "out"


@pytest.mark.rule("VIS-05")
@pytest.mark.parametrize("consent", [True, False])
def test_where_somebody_is_is_kept_with_consent_only(office: Office, browse: Browse, consent: bool) -> None:
    visit = office.ready("chen", office.world.huaxing)
    sent = {
        "destination": "世纪大道",
        "latitude": "31.235",
        "longitude": "121.505",
        **({"location_consent": "on"} if consent else {}),
    }
    browse("chen").post(url(office, "chen", "go_out", pk=visit.pk), sent)
    visit.refresh_from_db()
    assert visit.state == VisitState.OUT
    assert (visit.latitude is not None) is consent


@pytest.mark.parametrize("name", ["visit_cancel", "visit_miss"])
def test_a_visit_that_does_not_happen_says_why(office: Office, browse: Browse, name: str) -> None:
    visit, web = office.plan("chen", office.world.huaxing), browse("chen")
    where = url(office, "chen", name, pk=visit.pk)
    assert web.post(where, {"reason": ""}).status_code == 422
    assert web.post(where, {"reason": "客户出差"}).status_code == 302
    assert "客户出差" in text(web.get(visit.get_absolute_url()))


def test_notes_of_the_talk_begin_the_report(office: Office, browse: Browse) -> None:
    visit, web = office.out("chen", office.world.huaxing), browse("chen")
    web.post(url(office, "chen", "notes", pk=visit.pk), {"notes": "十二月两个团队"})
    page = web.get(url(office, "chen", "report", pk=visit.pk))
    assert page.context["form"]["note"].value() == "十二月两个团队"


STEPS = (
    "plan_change",
    "confirm",
    "kit",
    "go_out",
    "come_back",
    "notes",
    "report",
    "visit_cancel",
    "visit_miss",
    "visit_files",
)


@pytest.mark.rule("SEC-02")
@pytest.mark.parametrize("who", ["xu", "sun", "wu", "ye"])
def test_a_stranger_s_visit_is_not_there(office: Office, browse: Browse, who: str) -> None:
    visit = office.plan("chen", office.world.huaxing)
    web = browse(who)
    before = everything()
    assert web.get(url(office, who, "visit", pk=visit.pk)).status_code == 404
    for name in STEPS:
        assert web.post(url(office, who, name, pk=visit.pk), {"reason": "x", "notes": "x"}).status_code == 404
    assert everything() == before


@pytest.mark.rule("VIS-05")
def test_a_leader_sees_the_visit_but_does_not_make_it(office: Office, browse: Browse) -> None:
    visit = office.ready("chen", office.world.huaxing)
    web = browse("zhou")
    assert not web.get(visit.get_absolute_url()).context["acts"]
    answer = web.post(url(office, "zhou", "go_out", pk=visit.pk), {"destination": "世纪大道"})
    assert answer.status_code == 422
    visit.refresh_from_db()
    assert visit.state == VisitState.CONFIRMED


# ---- photos and papers ----------------------------------------------------------------------------------------------


def photo(name: str = "名片.png", content: bytes = PNG) -> BytesIO:
    file = BytesIO(content)
    file.name = name
    return file


def test_a_photo_is_kept_once_and_only_sent_as_a_download(office: Office, browse: Browse) -> None:
    visit, web = office.out("chen", office.world.huaxing), browse("chen")
    where = url(office, "chen", "visit_files", pk=visit.pk)
    for _turn in range(2):
        assert web.post(where, {"photos": [photo()]}).status_code == 302
    kept = Attachment.objects.get(subject=f"activities.visit:{visit.pk}")
    assert kept.name in text(web.get(visit.get_absolute_url()))
    answer = web.get(url(office, "chen", "visit_file", pk=visit.pk, file=kept.pk))
    assert answer.content == PNG
    assert answer["Content-Disposition"].startswith("attachment")
    assert browse("xu").get(url(office, "xu", "visit_file", pk=visit.pk, file=kept.pk)).status_code == 404


def test_what_is_no_photo_is_refused(office: Office, browse: Browse) -> None:
    visit = office.out("chen", office.world.huaxing)
    where = url(office, "chen", "visit_files", pk=visit.pk)
    answer = browse("chen").post(where, {"photos": [photo("名片.png", b"<html><script>alert(1)</script></html>")]})
    assert answer.status_code == 422
    assert not Attachment.objects.filter(subject=f"activities.visit:{visit.pk}").exists()


def test_another_visit_s_photo_is_not_there(office: Office, browse: Browse) -> None:
    visit, web = office.out("chen", office.world.huaxing), browse("chen")
    web.post(url(office, "chen", "visit_files", pk=visit.pk), {"photos": [photo()]})
    kept = Attachment.objects.get(subject=f"activities.visit:{visit.pk}")
    other = office.plan("chen", office.world.jinyuan, "15:00")
    assert web.get(url(office, "chen", "visit_file", pk=other.pk, file=kept.pk)).status_code == 404


# ---- the list and the reading ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("tab", ["today", "ahead", "report", "read", "all"])
def test_each_tab_opens_with_every_filter(office: Office, browse: Browse, tab: str) -> None:
    office.plan("chen", office.world.huaxing)
    query = {"tab": tab, "state": "planned", "who": office.world.chen.pk, "from": "2026-11-01", "until": "2026-11-30"}
    assert browse("zhou").get(url(office, "zhou", "visits"), query).status_code == 200
    assert (
        browse("zhou")
        .get(url(office, "zhou", "visits"), {"tab": tab, "who": "x", "from": "yesterday", "after": "%%"})
        .status_code
        == 200
    )


def test_the_filters_narrow_the_list(office: Office, browse: Browse) -> None:
    mine = office.plan("chen", office.world.huaxing, "14:00")
    tomorrow = office.plan("chen", office.world.jinyuan, "14:00", day=FRIDAY + timedelta(days=3))
    web, where = browse("chen"), url(office, "chen", "visits")

    def shown(**query: Any) -> set[str]:
        return {row["number"] for row in web.get(where, query).context["rows"]}

    assert mine.number in shown()
    assert tomorrow.number not in shown()
    assert shown(tab="ahead") == {tomorrow.number}
    assert mine.number not in shown(tab="all", state="cancelled")
    assert tomorrow.number in shown(**{"tab": "all", "from": "2026-11-23"})
    assert mine.number not in shown(**{"tab": "all", "from": "2026-11-23"})


def test_pages_of_the_list_lead_on_and_back(office: Office, browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("roomnight.activities.views.visit_list.ROWS", 2)
    planned = [office.plan("chen", office.world.huaxing, f"{hour}:00").number for hour in (13, 14, 15)]
    web, where = browse("chen"), url(office, "chen", "visits")
    query = {"tab": "all", "from": "2026-11-20", "until": "2026-11-20", "state": "planned"}
    first = web.get(where, query)
    assert [row["number"] for row in first.context["rows"]] == planned[:0:-1]
    second = web.get(where + first.context["next"])
    assert [row["number"] for row in second.context["rows"]][0] == planned[0]
    assert second.context["previous"]


@pytest.mark.rule("VIS-07")
def test_a_leader_reads_answers_and_gets_the_next_one(office: Office, browse: Browse) -> None:
    visit = office.back("chen", office.world.huaxing)
    office.report("chen", visit, note="十二月两个团队")
    web = browse("zhou")
    assert visit.number in {
        row["number"] for row in web.get(url(office, "zhou", "visits"), {"tab": "read"}).context["rows"]
    }
    page = web.get(visit.get_absolute_url())
    assert page.context["step"] == "read"
    assert page.context["acts"]
    assert "十二月两个团队" in text(page)
    assert web.post(url(office, "zhou", "read", pk=visit.pk), {"comment": " "}).status_code == 422
    assert web.post(url(office, "zhou", "read", pk=visit.pk), {"comment": "报价今天发出"}).status_code == 302
    visit.refresh_from_db()
    assert visit.state == VisitState.CLOSED
    assert "报价今天发出" in text(browse("chen").get(visit.get_absolute_url()))


@pytest.mark.rule("VIS-07")
def test_nobody_reads_their_own_and_no_stranger_reads(office: Office, browse: Browse) -> None:
    visit = office.back("zhou", office.world.huaxing)
    office.report("zhou", visit)
    assert not browse("zhou").get(visit.get_absolute_url()).context["acts"]
    assert browse("zhou").post(url(office, "zhou", "read", pk=visit.pk), {"comment": "好"}).status_code == 422
    assert browse("wu").post(url(office, "wu", "read", pk=visit.pk), {"comment": "好"}).status_code == 404
    assert browse("chen").post(url(office, "chen", "read", pk=visit.pk), {"comment": "好"}).status_code == 403
    visit.refresh_from_db()
    assert visit.state == VisitState.REPORTED


@pytest.mark.rule("VIS-05")
def test_who_reported_while_out_is_still_asked_to_come_back(office: Office, browse: Browse) -> None:
    visit, web = office.out("chen", office.world.huaxing), browse("chen")
    office.at("10:30")
    office.report("chen", visit)
    assert web.get(visit.get_absolute_url()).context["step"] == "back"
    assert browse("zhou").get(visit.get_absolute_url()).context["step"] == "read"
    web.post(url(office, "chen", "come_back", pk=visit.pk))
    visit.refresh_from_db()
    assert (visit.state, visit.back_at) == (VisitState.REPORTED, moment("10:30"))
    assert web.get(visit.get_absolute_url()).context["step"] == "read"


@pytest.mark.rule("VIS-01")
def test_beside_a_proposal_stands_what_is_planned_in_its_district(
    office: Office, proposed: VisitProposal, browse: Browse
) -> None:
    visit = office.plan("chen", office.world.jinyuan, "14:00")
    Visit.objects.filter(pk=visit.pk).update(district="闵行区")
    VisitProposal.objects.filter(pk=proposed.pk).update(district="闵行区", for_day=FRIDAY)
    assert "同区 14:00 已有：世纪金源会展服务有限公司" in text(browse("chen").get(url(office, "chen", "proposals")))
