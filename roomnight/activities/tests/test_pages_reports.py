"""The report on one screen, sent once whatever the network does; and the visit logged without a plan."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest

from roomnight.activities.models import FollowUp, Visit, VisitReport, VisitState
from roomnight.activities.tests.conftest import FRIDAY, Office, everything, moment
from roomnight.activities.tests.test_pages_visits import PNG, Browse, text, url
from roomnight.activities.views.reports import likely_talk
from roomnight.kernel.models import Attachment
from tests.html import Html, problems

OFFLINE = {"X-Roomnight-Offline": "1"}
TALK: dict[str, Any] = {
    "met_day": "2026-11-20", "met_from": "10:00", "met_to": "10:20", "kind": "return", "purpose": "return_visit",
    "result": "interested", "needs": ["rooms", "long_stay"], "feedback": "satisfied", "note": "十二月起两个团队",
    "next": "2026-11-27", "people": ["other"], "people_text": "王经理",
}  # fmt: skip


@pytest.fixture
def owed(office: Office) -> Visit:
    """Chen is back from 华星 at a quarter past eleven and owes the report."""
    return office.back("chen", office.world.huaxing, points="谢上月的团队\n明年价格", people=[office.world.wangfang])


def send(office: Office, browse: Browse, visit: Visit, who: str = "chen", **change: Any) -> Any:
    headers = change.pop("headers", {})
    return browse(who).post(url(office, who, "report", pk=visit.pk), {**TALK, **change}, headers=headers)


@pytest.mark.rule("VIS-11")
def test_all_that_is_known_is_filled_in(office: Office, owed: Visit, browse: Browse) -> None:
    page = browse("chen").get(url(office, "chen", "report", pk=owed.pk))
    form = page.context["form"]
    assert form["people"].value() == [str(office.world.wangfang.pk)]
    known = {name: str(form[name].value()) for name in ("met_day", "met_from", "met_to", "kind", "purpose", "address")}
    assert known == {
        "met_day": "2026-11-20", "met_from": "10:00:00", "met_to": "10:30:00", "kind": owed.kind,
        "purpose": "return_visit", "address": "世纪大道 100 号",
    }  # fmt: skip
    assert form["next"].value() == "2026-11-27"
    assert "10:00–10:30" in page.context["known"]
    assert [name for name, field in form.fields.items() if field.required and not form[name].value()] == ["result"]


@pytest.mark.rule("VIS-11")
def test_one_pick_and_the_report_is_handed_in(office: Office, owed: Visit, browse: Browse) -> None:
    web, where = browse("chen"), url(office, "chen", "report", pk=owed.pk)
    form = web.get(where).context["form"]
    shown = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "", [])}
    assert web.post(where, {**shown, "result": "interested"}).status_code == 302
    assert VisitReport.objects.get(visit=owed).result == "interested"


@pytest.mark.rule("VIS-07")
def test_every_field_arrives(office: Office, owed: Visit, browse: Browse) -> None:
    person = office.world.wangfang
    answer = send(
        office, browse, owed, people=[person.pk, "other"], people_text="李总监", made=["0"], presented="新楼层",
        product_offered="包月", questions="发票", features="十楼有食堂", agreements="周三看房", next_purpose="谈价",
        potential_room_nights="40", potential_meetings="2", potential_covers="100", competitor_0="东方瑞景酒店", price_0="438",
        why_0="含早", address="世纪大道 200 号", client_type="corporate", **{f"likes_{person.pk}": "爱喝龙井"},
    )  # fmt: skip
    assert answer.url == owed.get_absolute_url()
    report = VisitReport.objects.get(visit=owed)
    assert list(report.contacts.all()) == [person]
    kept = (
        report.people_text,
        report.presented,
        report.product_offered,
        report.questions,
        report.features,
        report.agreements,
    )
    assert kept == ("李总监", "谢上月的团队\n新楼层", "包月", "发票", "十楼有食堂", "周三看房")
    assert report.competitors == [{"hotel": "东方瑞景酒店", "price": "438", "why": "含早"}]
    assert report.likes == {str(person.pk): "爱喝龙井"}
    assert (report.needs, report.feedback, report.note) == (["rooms", "long_stay"], "satisfied", "十二月起两个团队")
    assert (str(report.next_on), report.next_purpose, report.address) == ("2026-11-27", "谈价", "世纪大道 200 号")
    assert (report.met_from, report.met_to) == (moment("10:00"), moment("10:20"))
    page = text(browse("chen").get(owed.get_absolute_url()))
    for words in (*kept[:1], *kept[2:], "东方瑞景酒店", "爱喝龙井", "谈价"):
        assert words in page


@pytest.mark.rule("VIS-09")
def test_what_followed_stands_on_the_visit(office: Office, owed: Visit, browse: Browse) -> None:
    send(office, browse, owed, feedback="complaint", complaint="叫醒漏叫", result="order")
    page = browse("chen").get(owed.get_absolute_url())
    found = {row["one"].kind for row in page.context["follow_ups"]}
    assert {"thanks_call", "order_enquiry", "appointment"} <= found
    assert FollowUp.objects.get(visit=owed, kind="complaint").owner == office.world.zhou
    assert "叫醒漏叫" in text(page)


@pytest.mark.rule("VIS-07")
def test_a_script_is_told_where_to_go(office: Office, owed: Visit, browse: Browse) -> None:
    answer = send(office, browse, owed, submission_key=str(uuid4()), headers=OFFLINE)
    assert answer.status_code == 200
    assert answer.json() == {"redirect": owed.get_absolute_url()}


@pytest.mark.rule("VIS-07")
def test_sent_again_under_its_key_it_is_the_same_report(office: Office, owed: Visit, browse: Browse) -> None:
    key = str(uuid4())
    first = send(office, browse, owed, submission_key=key, headers=OFFLINE)
    calls = FollowUp.objects.filter(visit=owed).count()
    again = send(office, browse, owed, submission_key=key, note="又一遍", headers=OFFLINE)
    assert (again.status_code, again.json()) == (200, first.json())
    assert VisitReport.objects.get(visit=owed).note == "十二月起两个团队"
    assert FollowUp.objects.filter(visit=owed).count() == calls


@pytest.mark.rule("VIS-07")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"met_day": "2026-11-21"}, "met_to", id="a talk tomorrow"),
        pytest.param({"met_from": "11:00", "met_to": "11:30"}, "met_to", id="a talk that goes on until later"),
        pytest.param({"met_from": "10:20", "met_to": "10:00"}, "met_to", id="ends before it begins"),
        pytest.param({"met_from": ""}, "met_from", id="no beginning"),
        pytest.param({"result": ""}, "result", id="no result"),
        pytest.param({"result": "refused"}, "refusal_reason", id="refused without reason"),
        pytest.param({"feedback": "complaint"}, "complaint", id="a complaint without words"),
        pytest.param({"needs": ["none", "rooms"]}, "needs", id="nothing and something"),
        pytest.param({"next": "pick"}, "next_on", id="another day without the day"),
        pytest.param({"next": "2020-01-01"}, "next", id="a day that was not offered"),
        pytest.param({"people": ["999999"]}, "people", id="somebody unknown"),
        pytest.param({"people": []}, "people", id="nobody"),
        pytest.param({"people_text": ""}, "people_text", id="others without a name"),
        pytest.param({"competitor_0": "", "price_0": "438"}, None, id="a price of nobody"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    office: Office, owed: Visit, browse: Browse, change: dict[str, Any], field: str | None
) -> None:
    web = browse("chen")
    before = everything()
    sent = {**TALK, **change, "agreements": "周三看房"}
    answer = web.post(url(office, "chen", "report", pk=owed.pk), sent, headers=OFFLINE)
    assert answer.status_code == 422
    assert (field or "__all__") in answer.context["form"].errors
    assert "十二月起两个团队" in text(answer)
    assert "周三看房" in text(answer)
    assert f'data-key="visit:{owed.pk}"' in text(answer)
    assert everything() == before


def test_only_who_went_reports(office: Office, owed: Visit, browse: Browse) -> None:
    for who, status in (("xu", 404), ("sun", 404), ("zhou", 422)):
        assert send(office, browse, owed, who=who).status_code == status
    assert not VisitReport.objects.filter(visit=owed).exists()


def test_before_going_out_there_is_no_report_page(office: Office, browse: Browse) -> None:
    visit = office.agreed("chen", office.world.huaxing)
    assert browse("chen").get(url(office, "chen", "report", pk=visit.pk)).url == visit.get_absolute_url()
    assert send(office, browse, visit).status_code == 422


def test_a_reported_visit_leads_to_its_report(office: Office, owed: Visit, browse: Browse) -> None:
    send(office, browse, owed)
    assert browse("chen").get(url(office, "chen", "report", pk=owed.pk)).url == owed.get_absolute_url()
    assert send(office, browse, owed, submission_key=str(uuid4())).status_code == 422


@pytest.mark.rule("VIS-07")
def test_the_page_says_until_when_and_by_how_much_it_is_late(office: Office, owed: Visit, browse: Browse) -> None:
    where = url(office, "chen", "report", pk=owed.pk)
    assert "18:00 前交" in text(browse("chen").get(where))
    office.at("19:30")
    assert "1 小时 30 分" in text(browse("chen").get(where))
    send(office, browse, owed)
    assert "迟交" in text(browse("chen").get(owed.get_absolute_url()))


def test_the_page_can_be_kept_on_the_phone(office: Office, owed: Visit, browse: Browse) -> None:
    page = text(browse("chen").get(url(office, "chen", "report", pk=owed.pk)))
    for mark in (
        "data-keep=",
        "data-offline-report",
        'data-csrf-url="/csrf/"',
        'name="submission_key"',
        "data-draft-status",
    ):
        assert mark in page


def test_every_control_has_its_words(office: Office, owed: Visit, browse: Browse) -> None:
    assert problems(Html(text(browse("chen").get(url(office, "chen", "report", pk=owed.pk))))) == []


def test_photos_come_along_and_once(office: Office, owed: Visit, browse: Browse) -> None:
    key = str(uuid4())
    for _turn in range(2):
        file = BytesIO(PNG)
        file.name = "名片.png"
        send(office, browse, owed, submission_key=key, photos=[file], headers=OFFLINE)
    assert Attachment.objects.filter(subject=f"activities.visit:{owed.pk}").count() == 1


def test_a_report_with_a_bad_photo_is_not_taken(office: Office, owed: Visit, browse: Browse) -> None:
    file = BytesIO(b"MZ\x90\x00 not a picture")
    file.name = "名片.png"
    answer = send(office, browse, owed, photos=[file])
    assert answer.status_code == 422
    assert "photos" in answer.context["form"].errors
    assert not VisitReport.objects.filter(visit=owed).exists()


# ---- logged without a plan --------------------------------------------------------------------------------------------


def log(office: Office, browse: Browse, account: Any, **change: Any) -> Any:
    headers = change.pop("headers", {})
    sent = {**TALK, "account": account.pk, "appointment": "phone", "met_from": "08:20", "met_to": "08:50", **change}
    return browse("chen").post(url(office, "chen", "log_visit"), sent, headers=headers)


@pytest.mark.rule("VIS-11")
def test_a_visit_is_logged_from_one_screen(office: Office, browse: Browse) -> None:
    office.at("09:07")
    page = browse("chen").get(url(office, "chen", "log_visit"), {"account": office.world.huaxing.pk})
    form = page.context["form"]
    assert (str(form["met_from"].value()), str(form["met_to"].value())) == ("08:35:00", "09:05:00")
    answer = log(office, browse, office.world.huaxing, people=[office.world.wangfang.pk])
    visit = Visit.objects.latest("pk")
    assert answer.url == visit.get_absolute_url()
    assert (visit.state, visit.is_logged, visit.confirmed_how, visit.confirmed_with) == (
        VisitState.REPORTED, True, "phone", "王芳",
    )  # fmt: skip
    assert visit.report.note == "十二月起两个团队"


@pytest.mark.rule("VIS-03")
def test_a_cold_call_is_logged_with_its_reason(office: Office, browse: Browse) -> None:
    assert log(office, browse, office.world.huaxing, appointment="cold").status_code == 422
    assert log(office, browse, office.world.huaxing, appointment="").status_code == 422
    assert log(office, browse, office.world.huaxing, appointment="cold", cold_reason="路过").status_code == 302
    assert Visit.objects.latest("pk").cold_reason == "路过"


@pytest.mark.rule("VIS-06")
def test_a_long_one_says_why(office: Office, browse: Browse) -> None:
    answer = log(office, browse, office.world.huaxing, met_from="08:00")
    assert answer.status_code == 422
    assert "long_reason" in answer.context["form"].errors
    assert answer.context["open_known"]
    assert log(office, browse, office.world.huaxing, met_from="08:00", long_reason="谈合同").status_code == 302


def test_logged_twice_under_one_key_is_once(office: Office, browse: Browse) -> None:
    key, before = str(uuid4()), Visit.objects.count()
    answers = [
        log(office, browse, office.world.huaxing, submission_key=key, headers=OFFLINE).json() for _turn in range(2)
    ]
    assert answers[0] == answers[1]
    assert Visit.objects.count() == before + 1


@pytest.mark.parametrize("whose", ["minjiang_of_sun", "hubin"])
def test_a_client_out_of_sight_is_not_there(office: Office, browse: Browse, whose: str) -> None:
    account = office.world.donghai if whose == "minjiang_of_sun" else office.world.hubin
    before = Visit.objects.count()
    assert browse("chen").get(url(office, "chen", "log_visit"), {"account": account.pk}).status_code == 404
    assert log(office, browse, account).status_code == 404
    assert Visit.objects.count() == before


# ---- how long one was there -------------------------------------------------------------------------------------------


Clock = Callable[[str], Any]


@pytest.mark.parametrize(
    ("out", "back", "now", "expected"),
    [
        pytest.param("09:30", None, "10:24", ("10:00", "10:24"), id="written on leaving the client"),
        pytest.param("10:10", None, "10:40", ("10:10", "10:40"), id="left late: from going out"),
        pytest.param("09:30", "11:15", "11:20", ("10:00", "10:30"), id="written in the office: as planned"),
        pytest.param("09:30", "10:20", "11:20", ("10:00", "10:20"), id="back before the planned end"),
        pytest.param("09:30", None, "15:00", ("10:00", "10:30"), id="hours later: as planned"),
        pytest.param("09:00", "09:50", "11:20", ("09:20", "09:50"), id="there before the appointment"),
        pytest.param("10:30", "10:30", "11:20", ("10:25", "10:30"), id="no time at all: five minutes"),
    ],
)
def test_the_likely_time_of_a_talk(out: str, back: str | None, now: str, expected: tuple[str, str]) -> None:
    visit = Visit(
        planned_start=moment("10:00"),
        planned_end=moment("10:30"),
        out_at=moment(out),
        back_at=moment(back) if back else None,
    )
    assert visit.planned_start.date() == FRIDAY
    assert likely_talk(visit, moment(now)) == (moment(expected[0]), moment(expected[1]))
