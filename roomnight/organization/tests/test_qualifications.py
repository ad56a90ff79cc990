"""Training and examination: what holds on which day, who enters it, who is reminded, and what the pages show (TGT-05)."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Notification
from roomnight.kernel.policy import set_policy
from roomnight.organization.commands import grant_qualification, refuse_unqualified, withdraw_qualification
from roomnight.organization.jobs import remind_of_qualifications
from roomnight.organization.models import StaffQualification
from roomnight.organization.qualifications import is_qualified, may_receive
from roomnight.organization.rules.qualifications import holds_on, standing, state_on
from tests.world import WORLD_NOW

HERE = "/h/lujiazui/settings/qualifications/"
TODAY = WORLD_NOW.date()
DAY = timedelta(days=1)
NEEDS_WORLD = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


@dataclass
class Kept:
    granted_on: date
    valid_until: date | None
    withdrawn_on: date | None = None


# ---- rules


def test_what_was_passed_holds_from_its_day_to_its_last_day_or_until_it_is_withdrawn():
    one = Kept(date(2026, 3, 1), date(2027, 2, 28))
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2027, 2, 28), date(2027, 3, 1)]
    assert [holds_on(one, day) for day in days] == [False, True, True, False]
    withdrawn = Kept(date(2026, 3, 1), date(2027, 2, 28), date(2026, 6, 1))
    assert [holds_on(withdrawn, day) for day in (date(2026, 5, 31), date(2026, 6, 1))] == [True, False]
    assert not holds_on(Kept(date(2026, 3, 1), None), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("one", "state"),
    [
        (Kept(TODAY - DAY, None), "failed"),
        (Kept(TODAY, TODAY + 31 * DAY), "holds"),
        (Kept(TODAY, TODAY + 30 * DAY), "ends_soon"),
        (Kept(TODAY - 9 * DAY, TODAY), "ends_soon"),
        (Kept(TODAY - 9 * DAY, TODAY - DAY), "lapsed"),
        (Kept(TODAY + DAY, TODAY + 9 * DAY), "ahead"),
        (Kept(TODAY - DAY, TODAY + 99 * DAY, TODAY), "withdrawn"),
    ],
)
def test_how_a_record_stands(one, state):
    assert state_on(one, TODAY, 30) == state


def test_of_several_the_one_that_holds_longest_counts_else_the_latest():
    old, new = Kept(TODAY - 300 * DAY, TODAY + 65 * DAY), Kept(TODAY - DAY, TODAY + 364 * DAY)
    failed = Kept(TODAY, None)
    assert standing([new, old, failed], TODAY) is new
    assert standing([failed, Kept(TODAY - 400 * DAY, TODAY - 35 * DAY)], TODAY) is failed
    assert standing([], TODAY) is None


# ---- entering, withdrawing


def grant(world, name, by="lin", **more):
    given = {"kind": "receive", "course": "接待礼仪", "granted_on": TODAY, **more}
    return grant_qualification(actor=world.seat(by), hotel=world.lujiazui, staff=getattr(world, name), **given)


def refused(do, *args, **kwargs):
    with pytest.raises(Refusal) as caught:
        do(*args, **kwargs)
    return caught.value.code


class TestEntering:
    pytestmark = NEEDS_WORLD

    @pytest.mark.rule("TGT-05")
    def test_who_was_examined_may_receive_from_that_day_for_as_long_as_the_hotel_says(self, world):
        assert not may_receive(world.gao, world.lujiazui, TODAY)
        one = grant(world, "gao", points=90, examined_by="林雅琴")
        assert one.valid_until == TODAY + 365 * DAY
        assert may_receive(world.gao, world.lujiazui, TODAY)
        assert not may_receive(world.gao, world.lujiazui, TODAY - DAY)
        assert not may_receive(world.gao, world.lujiazui, one.valid_until + DAY)
        assert not is_qualified(world.gao, world.lakeside, "receive", TODAY)
        assert not is_qualified(world.gao, world.lujiazui, "sell", TODAY)
        line = AuditEntry.objects.filter(command="organization.grant_qualification").latest("pk")
        assert line.changes["points"] == 90

    @pytest.mark.rule("TGT-05")
    def test_an_examination_that_was_not_passed_is_kept_and_lets_nobody_receive(self, world):
        one = grant(world, "gao", result="failed", points=55, valid_until=TODAY + 9 * DAY)
        assert (one.valid_until, may_receive(world.gao, world.lujiazui, TODAY)) == (None, False)

    def test_what_cannot_be_entered(self, world):
        assert refused(grant, world, "lin") == "qualification.own"
        assert refused(grant, world, "ye") == "qualification.elsewhere"
        assert refused(grant, world, "gao", kind="surgery") == "qualification.kind"
        assert refused(grant, world, "gao", granted_on=TODAY + DAY) == "qualification.ahead"
        assert refused(grant, world, "gao", valid_until=TODAY - DAY) == "qualification.days"
        assert grant(world, "gao", kind="first_aid").kind == "first_aid"

    @pytest.mark.rule("TGT-05")
    def test_what_is_withdrawn_ends_today_with_the_reason_and_the_person_hears_of_it(self, world):
        again = grant(world, "chen")
        before = StaffQualification.objects.count()
        seat = world.seat("zhou")
        assert refused(withdraw_qualification, actor=seat, qualification=again, reason=" ") == "qualification.reason"
        withdraw_qualification(actor=seat, qualification=again, reason="两次被投诉")
        assert not may_receive(world.chen, world.lujiazui, TODAY)
        assert may_receive(world.chen, world.lujiazui, TODAY - DAY)  # what was done before stays right
        assert StaffQualification.objects.count() == before
        told = Notification.objects.filter(recipient="chen").latest("pk")
        assert told.values == {"kind": "接待客户", "reason": "两次被投诉"}
        assert refused(withdraw_qualification, actor=seat, qualification=again, reason="再次") == "qualification.over"

    @pytest.mark.rule("TGT-05")
    def test_a_hotel_that_asks_for_nothing_lets_everybody_receive(self, world):
        with pytest.raises(Refusal) as caught:
            refuse_unqualified(world.gao, world.lujiazui, "receive", [TODAY, TODAY + DAY], "guide")
        assert caught.value.field == "guide"
        assert "2026-11-18" in str(caught.value.message)
        refuse_unqualified(world.gao, world.lujiazui, "sell", [TODAY])  # not asked for as shipped
        change = {"actor": OPERATOR, "key": "organization.qualifications_demanded", "effective_from": TODAY}
        set_policy(hotel_code="lujiazui", value=[], **change)
        refuse_unqualified(world.gao, world.lujiazui, "receive", [TODAY])
        assert may_receive(world.gao, world.lujiazui, TODAY)


class TestReminding:
    pytestmark = NEEDS_WORLD

    @pytest.mark.rule("TGT-05")
    def test_person_and_leader_hear_once_that_it_ends_unless_it_was_renewed(self, world):
        StaffQualification.objects.filter(hotel=world.lujiazui).delete()
        grant(world, "chen", granted_on=TODAY - 300 * DAY, valid_until=TODAY + 30 * DAY)
        grant(world, "xu", granted_on=TODAY - 300 * DAY, valid_until=TODAY + 31 * DAY)
        grant(world, "sun", granted_on=TODAY - 300 * DAY, valid_until=TODAY + 5 * DAY)
        grant(world, "sun")  # renewed in time
        gone = grant(world, "gao", granted_on=TODAY - 300 * DAY, valid_until=TODAY + 5 * DAY)
        withdraw_qualification(actor=world.seat("lin"), qualification=gone, reason="调岗")
        Notification.objects.all().delete()
        assert remind_of_qualifications.func() == 1
        assert remind_of_qualifications.func() == 0
        told = {one.recipient: one.values["day"] for one in Notification.objects.all()}
        assert told == {"chen": str(TODAY + 30 * DAY), "zhou": str(TODAY + 30 * DAY)}


# ---- pages


class TestPages:
    pytestmark = NEEDS_WORLD

    def test_the_list_says_who_may_receive_and_is_narrowed(self, world, browse):
        grant(world, "gao", granted_on=TODAY - 300 * DAY, valid_until=TODAY + 12 * DAY)
        client = browse("lin")
        page = client.get(HERE).content.decode()
        assert "12 天后到期" in page
        assert "急救" in page
        soon = client.get(HERE, {"state": "ends_soon"}).content.decode()
        assert "高伟" in soon
        assert "陈思远" not in soon
        lacking = client.get(HERE, {"state": "lacks", "kind": "receive"}).content.decode()
        assert "罗小雨" in lacking
        assert "陈思远" not in lacking

    def test_everybody_sees_their_own_and_leaders_their_people(self, world, browse):
        assert "孙丽" not in browse("chen").get(HERE).content.decode()
        assert browse("chen").get(f"{HERE}of/{world.sun.pk}/").status_code == 404
        assert browse("chen").get(f"{HERE}of/{world.chen.pk}/").status_code == 200
        assert browse("zhou").get(f"{HERE}of/{world.chen.pk}/new/").status_code == 200
        assert browse("zhou").get(f"{HERE}of/{world.sun.pk}/new/").status_code == 404
        assert browse("chen").get(f"{HERE}of/{world.chen.pk}/new/").status_code == 403

    def test_an_examination_is_entered_on_the_page_and_withdrawn_again(self, world, browse):
        client = browse("lin")
        url = f"{HERE}of/{world.gao.pk}/"
        sent = {"kind": "receive", "course": "接待礼仪", "granted_on": str(TODAY), "result": "passed", "points": "91"}
        wrong = client.post(url + "new/", {**sent, "granted_on": str(TODAY + DAY)})
        assert wrong.status_code == 422
        assert "考试日期还没到" in wrong.content.decode()
        assert "接待礼仪" in wrong.content.decode()
        assert client.post(url + "new/", sent).status_code == 302
        one = StaffQualification.objects.get(staff=world.gao)
        assert (one.valid_until, one.granted_by) == (TODAY + 365 * DAY, "lin")
        assert client.post(f"{HERE}{one.pk}/withdraw/", {"reason": "调岗"}).status_code == 302
        page = client.get(url).content.decode()
        assert "已收回" in page
        assert "调岗" in page
        assert "上岗资格" in browse("guan").get(f"/h/lujiazui/settings/staff/{world.gao.pk}/").content.decode()
