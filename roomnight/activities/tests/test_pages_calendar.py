"""The calendar and its private address; the panel on the client's page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import icalendar
import pytest
from django.test import Client

from roomnight.activities.commands import add_followup
from roomnight.activities.models import FollowUp, Visit, VisitState
from roomnight.activities.tests.conftest import FRIDAY, Office, everything, moment
from roomnight.activities.tests.test_pages_followups import task
from roomnight.activities.tests.test_pages_visits import Browse, text, url

SPAN = {"start": "2026-11-16T00:00:00+08:00", "end": "2026-11-23T00:00:00+08:00"}


def events(office: Office, browse: Browse, who: str = "chen", /, **query: Any) -> dict[str, dict[str, Any]]:
    found = browse(who).get(url(office, who, "calendar_events"), {**SPAN, **query}).json()
    return {one["id"]: one for one in found}


def move(office: Office, browse: Browse, what: str, start: str, who: str = "chen", all_day: str = "") -> Any:
    sent = {"id": what, "start": start, "end": "", "all_day": all_day}
    return browse(who).post(url(office, who, "calendar_move"), sent)


# ---- the calendar -----------------------------------------------------------------------------------------------------


@pytest.mark.rule("BRD-03")
def test_it_shows_one_s_visits_and_follow_ups(office: Office, browse: Browse) -> None:
    visit, one = office.plan("chen", office.world.huaxing, "14:00"), task(office)
    found = events(office, browse)
    shown = found[f"visit-{visit.pk}"]
    assert (shown["title"], shown["start"], shown["end"]) == (
        "华星科技（上海）有限公司", "2026-11-20T14:00:00+08:00", "2026-11-20T14:30:00+08:00",
    )  # fmt: skip
    assert shown["url"] == visit.get_absolute_url()
    assert shown["editable"]
    assert found[f"task-{one.pk}"]["allDay"]
    assert url(office, "chen", "calendar_events") in text(browse("chen").get(url(office, "chen", "calendar")))


@pytest.mark.rule("BRD-03")
def test_others_are_seen_within_reach_only(office: Office, browse: Browse) -> None:
    visit, who = office.plan("chen", office.world.huaxing, "14:00"), office.world.chen.pk
    assert f"visit-{visit.pk}" in events(office, browse, "zhou", who=who)
    assert not events(office, browse, "zhou", who=who)[f"visit-{visit.pk}"]["editable"]
    for stranger in ("xu", "sun", "wu", "ye"):
        assert f"visit-{visit.pk}" not in events(office, browse, stranger, who=who)


@pytest.mark.rule("BRD-03")
def test_a_visit_is_dragged_to_another_time(office: Office, browse: Browse) -> None:
    visit = office.agreed("chen", office.world.huaxing, "14:00")
    answer = move(office, browse, f"visit-{visit.pk}", "2026-11-23T15:00:00+08:00")
    assert answer.status_code == 200
    assert "重新约定" in answer.json()["message"]
    visit.refresh_from_db()
    monday = FRIDAY + timedelta(days=3)
    assert (visit.planned_start, visit.planned_end) == (moment("15:00", monday), moment("15:30", monday))
    assert visit.state == VisitState.PLANNED


def test_on_a_day_without_a_time_it_keeps_its_own(office: Office, browse: Browse) -> None:
    visit = office.plan("chen", office.world.huaxing, "14:00")
    assert move(office, browse, f"visit-{visit.pk}", "2026-11-24", all_day="1").status_code == 200
    visit.refresh_from_db()
    assert visit.planned_start == moment("14:00", FRIDAY + timedelta(days=4))


def test_a_follow_up_is_dragged_to_another_day(office: Office, browse: Browse) -> None:
    one = task(office)
    assert move(office, browse, f"task-{one.pk}", "2026-11-24", all_day="1").status_code == 200
    assert move(office, browse, f"task-{one.pk}", "2026-11-24T16:00:00").status_code == 200
    one.refresh_from_db()
    assert (str(one.due_on), f"{one.due_time:%H:%M}") == ("2026-11-24", "16:00")


@pytest.mark.rule("VIS-03")
def test_the_same_rules_say_no(office: Office, browse: Browse) -> None:
    visit, other = (
        office.plan("chen", office.world.huaxing, "14:00"),
        office.plan("chen", office.world.jinyuan, "16:00"),
    )
    web = browse("chen")
    before = everything()

    def tried(what: str, start: str) -> tuple[int, str]:
        answer = web.post(url(office, "chen", "calendar_move"), {"id": what, "start": start})
        return answer.status_code, answer.json().get("code", "")

    assert tried(f"visit-{visit.pk}", "2026-11-20T16:10:00+08:00") == (409, "visit.overlap")
    assert tried(f"visit-{visit.pk}", "2026-11-19T14:00:00+08:00") == (409, "visit.past")
    assert tried(f"visit-{visit.pk}", "tomorrow") == (422, "")
    assert (
        other.number
        in web.post(
            url(office, "chen", "calendar_move"), {"id": f"visit-{visit.pk}", "start": "2026-11-20T16:10:00+08:00"}
        ).json()["message"]
    )
    assert everything() == before


@pytest.mark.rule("SEC-02")
@pytest.mark.parametrize("who", ["xu", "sun", "ye"])
def test_a_stranger_moves_nothing(office: Office, browse: Browse, who: str) -> None:
    visit, one = office.plan("chen", office.world.huaxing, "14:00"), task(office)
    for what in (f"visit-{visit.pk}", f"task-{one.pk}", "visit-x", "order-1", ""):
        assert move(office, browse, what, "2026-11-24T15:00:00+08:00", who=who).status_code == 404
    assert Visit.objects.get(pk=visit.pk).planned_start == moment("14:00")
    assert FollowUp.objects.get(pk=one.pk).due_on == FRIDAY


# ---- the private address ------------------------------------------------------------------------------------------------


def subscribe(office: Office, browse: Browse, who: str = "chen") -> str:
    """Make a private address and give its path."""
    browse(who).post(url(office, who, "calendar_address"), {"do": "renew"})
    office.world.chen.refresh_from_db()
    return f"/feed/{office.world.chen.feed_key}.ics"


@pytest.mark.rule("BRD-03")
def test_a_phone_subscribes_without_signing_in(office: Office, browse: Browse) -> None:
    visit, one = office.plan("chen", office.world.huaxing, "14:00"), task(office)
    theirs = office.plan("xu", office.world.yuanyang, "14:00")
    answer = Client().get(subscribe(office, browse))
    assert answer["Content-Type"].startswith("text/calendar")
    assert "no-store" in answer["Cache-Control"]
    found = {str(event["summary"]): event for event in icalendar.Calendar.from_ical(answer.content).walk("VEVENT")}
    assert visit.account.name in found
    assert found[visit.account.name].decoded("dtstart") == moment("14:00")
    assert any(one.what in name for name in found)
    assert theirs.account.name not in found


@pytest.mark.rule("BRD-03")
def test_a_new_address_ends_the_old_one_and_a_closed_one_ends(office: Office, browse: Browse) -> None:
    old = subscribe(office, browse)
    assert old in text(browse("chen").get(url(office, "chen", "calendar")))
    new = subscribe(office, browse)
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200
    browse("chen").post(url(office, "chen", "calendar_address"), {"do": "revoke"})
    assert Client().get(new).status_code == 404
    assert Client().get("/feed/None.ics").status_code == 404
    assert Client().get("/feed/.ics").status_code == 404


@pytest.mark.rule("BRD-03")
def test_who_has_left_is_not_subscribed_to(office: Office, browse: Browse) -> None:
    where = subscribe(office, browse)
    type(office.world.chen).objects.filter(pk=office.world.chen.pk).update(is_active=False)
    assert Client().get(where).status_code == 404


# ---- the panel on the client's page -------------------------------------------------------------------------------------


@pytest.mark.rule("ACC-06")
def test_the_client_s_page_shows_what_is_to_be_done_and_the_visits(office: Office, browse: Browse) -> None:
    made = office.back("chen", office.world.huaxing)
    office.report("chen", made, note="十二月两个团队")
    ahead = office.plan("chen", office.world.huaxing, "15:00", purpose_text="谈年会")
    one = task(office)
    seat = office.world.seat("chen")
    panel = seat.url("activity_panels:activities", pk=office.world.huaxing.pk)
    page = text(browse("chen").get(panel))
    for words in ("十二月两个团队", "谈年会", one.what, made.get_absolute_url(), ahead.get_absolute_url()):
        assert words in page
    assert page.lstrip().startswith('<section class="card" id="panel-activities"')
    assert browse("sun").get(panel).status_code == 404


def test_a_colleague_s_visit_to_a_shared_client_is_seen_but_not_opened(office: Office, browse: Browse) -> None:
    visit = office.plan("sun", office.world.minjiang, "14:00", purpose_text="谈会议室")
    seat = office.world.seat("sun")
    add_followup(
        actor=seat, hotel=seat.hotel, owner=seat.staff, what="报药展价", due_on=FRIDAY, account=office.world.minjiang
    )
    panel = office.world.seat("chen").url("activity_panels:activities", pk=office.world.minjiang.pk)
    page = text(browse("chen").get(panel))
    assert "谈会议室" in page
    assert "报药展价" in page
    assert visit.get_absolute_url() not in page
