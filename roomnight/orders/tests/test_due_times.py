"""When departments have confirmed and are ready, and when that rises: across day ends, holidays, clock changes (ORD-05, CHG-01)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from roomnight.kernel.calendar import HotelCalendar, WorkingHours
from roomnight.kernel.commands import SYSTEM
from roomnight.kernel.models import Notification
from roomnight.orders.commands import confirm_notice, raise_late_notices
from roomnight.orders.models import DepartmentNotice
from roomnight.orders.rules.notices import Terms, due, light, together
from roomnight.organization.models import Hotel
from tests.world_notices import definite

SHANGHAI, NEW_YORK, BERLIN = (ZoneInfo(name) for name in ("Asia/Shanghai", "America/New_York", "Europe/Berlin"))
TERMS = Terms(4, 24, 2)


def moment(text, zone=SHANGHAI):
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=zone)


def times(sent, starts, *, is_change=False, zone=SHANGHAI, country="CN"):
    office = WorkingHours(time(9), time(18), zone)
    found = due(
        moment(sent, zone), moment(starts, zone), TERMS, is_change=is_change, calendar=HotelCalendar(country=country),
        office=office,
    )  # fmt: skip
    every = (found.confirm, found.confirm_rises, found.ready, found.ready_rises)
    return tuple(f"{one.astimezone(zone):%m-%d %H:%M}" for one in every)


FIRST = [
    ("by the hours of the house", "11-18 10:00", "12-10 14:00", ("11-18 14:00", "11-18 16:00", "12-09 14:00", "12-09 16:00")),
    ("over the end of the day", "11-18 16:00", "12-10 14:00", ("11-19 11:00", "11-19 13:00", "12-09 14:00", "12-09 16:00")),
    ("to the closing minute", "11-18 14:00", "12-10 14:00", ("11-18 18:00", "11-19 11:00", "12-09 14:00", "12-09 16:00")),
    ("over the weekend", "11-20 17:00", "12-10 14:00", ("11-23 12:00", "11-23 14:00", "12-09 14:00", "12-09 16:00")),
    ("sent on a rest day", "11-21 10:00", "12-10 14:00", ("11-23 13:00", "11-23 15:00", "12-09 14:00", "12-09 16:00")),
    ("over the National Day holiday", "09-30 16:00", "10-20 14:00", ("10-08 11:00", "10-08 13:00", "10-19 14:00", "10-19 16:00")),
    ("on a make-up Saturday", "10-09 17:00", "10-28 14:00", ("10-10 12:00", "10-10 14:00", "10-27 14:00", "10-27 16:00")),
    ("so many hours before the arrival", "11-18 10:00", "11-19 12:00", ("11-18 12:00", "11-18 14:00", "11-18 12:00", "11-18 14:00")),
    ("half of what is left", "11-18 10:00", "11-18 16:00", ("11-18 13:00", "11-18 14:30", "11-18 13:00", "11-18 14:30")),
    ("when it has begun", "11-18 10:00", "11-18 09:00", ("11-18 10:00",) * 4),
    ("in the last minute of the day", "11-18 17:59", "12-10 14:00", ("11-19 12:59", "11-19 14:59", "12-09 14:00", "12-09 16:00")),
    ("at closing time", "11-18 18:00", "12-10 14:00", ("11-19 13:00", "11-19 15:00", "12-09 14:00", "12-09 16:00")),
    ("before the office opens", "11-18 07:30", "12-10 14:00", ("11-18 13:00", "11-18 15:00", "12-09 14:00", "12-09 16:00")),
    ("ready on the National Day holiday", "09-21 10:00", "10-04 14:00", ("09-21 14:00", "09-21 16:00", "10-03 14:00", "10-04 02:00")),
    ("into the National Day holiday", "09-30 17:00", "10-02 14:00", ("10-01 14:00", "10-02 02:00", "10-01 14:00", "10-02 02:00")),
    ("sent in the holiday", "10-03 10:00", "10-12 14:00", ("10-08 13:00", "10-08 15:00", "10-11 14:00", "10-12 02:00")),
    ("over the end of a make-up Saturday", "10-10 15:00", "10-28 14:00", ("10-12 10:00", "10-12 12:00", "10-27 14:00", "10-27 16:00")),
    ("just 24 hours before", "11-18 10:00", "11-19 10:00", ("11-18 14:00", "11-18 16:00", "11-18 14:00", "11-18 16:00")),
]  # fmt: skip


@pytest.mark.rule("ORD-05")
@pytest.mark.parametrize(("sent", "starts", "said"), [one[1:] for one in FIRST], ids=[one[0] for one in FIRST])
def test_a_department_confirms_and_is_ready_in_time(sent, starts, said):
    assert times(sent, starts) == said


CHANGED = [
    ("far ahead by the hours", "11-18 10:00", "12-10 18:30", ("11-18 14:00", "11-18 16:00", "12-09 18:30", "12-10 06:30")),
    ("two hours before the dinner", "11-18 16:30", "11-18 18:30", ("11-18 17:30", "11-18 18:00", "11-18 17:30", "11-18 18:00")),
    ("over midnight", "11-21 22:00", "11-22 02:00", ("11-22 00:00", "11-22 01:00", "11-22 00:00", "11-22 01:00")),
    ("over a weekend in between", "11-20 17:30", "11-22 12:00", ("11-21 14:45", "11-22 01:22", "11-21 14:45", "11-22 01:22")),
    ("on a holiday", "10-02 10:00", "10-03 10:00", ("10-02 22:00", "10-03 04:00", "10-02 22:00", "10-03 04:00")),
    ("on a make-up Saturday", "10-10 10:00", "10-12 18:00", ("10-10 14:00", "10-10 16:00", "10-11 18:00", "10-12 06:00")),
    ("eight hours before: both are four", "11-18 09:00", "11-18 17:00", ("11-18 13:00", "11-18 15:00", "11-18 13:00", "11-18 15:00")),
    ("a minute less than eight hours before", "11-18 09:00", "11-18 16:58", ("11-18 12:59", "11-18 14:58", "11-18 12:59", "11-18 14:58")),
]  # fmt: skip


@pytest.mark.rule("CHG-01")
@pytest.mark.parametrize(("sent", "starts", "said"), [one[1:] for one in CHANGED], ids=[one[0] for one in CHANGED])
def test_a_change_is_confirmed_in_half_the_time_left_where_that_is_shorter(sent, starts, said):
    assert times(sent, starts, is_change=True) == said


CLOCKS = [
    ("put back: 24 real hours before", "10-30 17:00", "11-01 12:00", False, ("10-31 13:00", "11-01 01:00", "10-31 13:00", "11-01 01:00")),
    ("put forward: 24 real hours before", "03-04 10:00", "03-08 12:00", False, ("03-04 14:00", "03-04 16:00", "03-07 11:00", "03-07 23:00")),
    ("office hours over the change", "10-30 17:00", "11-20 12:00", False, ("11-02 12:00", "11-02 14:00", "11-19 12:00", "11-19 14:00")),
    ("half of a long night", "10-31 22:00", "11-01 05:00", True, ("11-01 01:00", "11-01 03:00", "11-01 01:00", "11-01 03:00")),
]  # fmt: skip


@pytest.mark.rule("ORD-05")
@pytest.mark.parametrize(
    ("sent", "starts", "is_change", "said"), [one[1:] for one in CLOCKS], ids=[o[0] for o in CLOCKS]
)
def test_hours_are_real_hours_when_the_clocks_change(sent, starts, is_change, said):
    assert times(sent, starts, is_change=is_change, zone=NEW_YORK, country="") == said


EUROPE = [
    ("put back: 24 real hours before", "10-23 17:00", "10-25 12:00", False, ("10-24 13:00", "10-25 01:00", "10-24 13:00", "10-25 01:00")),
    ("half of a short night", "03-28 22:00", "03-29 06:00", True, ("03-29 01:30", "03-29 04:15", "03-29 01:30", "03-29 04:15")),
    ("office hours over the change", "03-27 17:00", "04-20 12:00", False, ("03-30 12:00", "03-30 14:00", "04-19 12:00", "04-20 00:00")),
]  # fmt: skip


@pytest.mark.rule("CHG-01")
@pytest.mark.parametrize(
    ("sent", "starts", "is_change", "said"), [one[1:] for one in EUROPE], ids=[o[0] for o in EUROPE]
)
def test_clocks_change_on_other_days_elsewhere(sent, starts, is_change, said):
    assert times(sent, starts, is_change=is_change, zone=BERLIN, country="") == said


RISEN = [
    ("over the end of the day", SHANGHAI, "11-18 16:00", "12-10", "14:00", ("11-19 11:00", "11-19 13:00", "12-09 14:00", "12-09 16:00")),
    ("over the National Day holiday", SHANGHAI, "09-30 16:00", "10-20", "14:00", ("10-08 11:00", "10-08 13:00", "10-19 14:00", "10-19 16:00")),
    ("on a make-up Saturday", SHANGHAI, "10-09 17:00", "10-28", "14:00", ("10-10 12:00", "10-10 14:00", "10-27 14:00", "10-27 16:00")),
    ("when clocks are put back", NEW_YORK, "10-30 17:00", "11-01", "12:00", ("10-31 13:00", "11-01 01:00", "10-31 13:00", "11-01 01:00")),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.rule("ORD-05")
@pytest.mark.parametrize(("zone", "sent", "day", "hour", "said"), [one[1:] for one in RISEN], ids=[o[0] for o in RISEN])
def test_what_is_late_rises_at_the_very_minute(world, at_work, zone, sent, day, hour, said):
    """From the order that is confirmed to the bell: a minute before nothing, then the follower, then the manager."""
    Hotel.objects.filter(pk=world.lujiazui.pk).update(timezone=str(zone))
    world.huaxing.refresh_from_db()
    at_work.move_to(moment(sent, zone))
    arrives = date.fromisoformat(f"2026-{day}")
    items = ({"kind": "other", "what": "欢迎水牌", "count": 1, "price_cents": 0},)
    order = definite(world, items=items, arrives_on=arrives, departs_on=arrives, arrives_at=time.fromisoformat(hour))
    DepartmentNotice.objects.exclude(order=order, department__kind="front_office").delete()

    def heard(now):
        before = {who: Notification.objects.filter(recipient=who).count() for who in ("chen", "zhou")}
        raise_late_notices(actor=SYSTEM, hotel=world.lujiazui, now=now)
        return [Notification.objects.filter(recipient=who).count() - before[who] for who in ("chen", "zhou")]

    def rises(first, second):
        minute = timedelta(minutes=1)
        steps = [first - minute, first, second - minute, second, second + minute]
        assert [heard(step) for step in steps] == [[0, 0], [1, 0], [0, 0], [0, 1], [0, 0]]

    confirm, confirm_rises, ready, ready_rises = (moment(one, zone).astimezone(UTC) for one in said)
    rises(confirm, confirm_rises)
    luo = world.seat("luo")
    confirm_notice(actor=luo, notice=DepartmentNotice.objects.get(order=order), staff=luo.staff)
    rises(ready, ready_rises)


NOON = moment("11-18 12:00")
LATER, BEFORE = moment("11-18 13:00"), moment("11-18 11:00")


@pytest.mark.parametrize(
    ("answer", "is_ready", "confirm", "ready", "shown"),
    [
        ("", False, LATER, LATER, "waiting"),
        ("", False, NOON, LATER, "late"),
        ("accept", False, BEFORE, LATER, "accepted"),
        ("accept", False, BEFORE, NOON, "late"),
        ("accept", True, BEFORE, BEFORE, "ready"),
        ("problem", False, LATER, LATER, "problem"),
    ],
)
def test_the_light_of_a_department(answer, is_ready, confirm, ready, shown):
    assert light(answer, is_ready, confirm, ready, NOON) == shown


def test_the_light_of_an_order_is_the_most_pressing():
    assert together(["ready", "accepted", "late", "waiting"]) == "late"
    assert together(["ready", "ready"]) == "ready"
    assert together([]) == ""
