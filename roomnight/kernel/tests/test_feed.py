from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomnight.kernel.feed import FeedItem, calendar_feed

SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE = datetime(2026, 11, 21, 1, tzinfo=UTC)
VISIT = FeedItem(
    uid="visit-17@hotel",
    start=NINE,
    end=NINE + timedelta(hours=1),
    summary="拜访 携程商务",
    changed=datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
    description="谈 2027 年协议；\n带价目表, 样品",
    location="上海市长宁区",
    url="https://hotel.example/h/H1/visits/17/?from=feed&x=1",
    sequence=3,
)


def parsed(*items, tz=SHANGHAI, name="王伟的日程"):
    calendar = icalendar.Calendar.from_ical(calendar_feed(name, tz, items))
    return calendar, calendar.walk("VEVENT")


def test_an_appointment_reads_back_as_it_was():
    calendar, [event] = parsed(VISIT)
    assert calendar["X-WR-CALNAME"] == "王伟的日程"
    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "PUBLISH")
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("visit-17@hotel", 3, "CONFIRMED")
    assert (event["SUMMARY"], event["LOCATION"]) == ("拜访 携程商务", "上海市长宁区")
    assert event["DESCRIPTION"] == "谈 2027 年协议；\n带价目表, 样品"
    assert event["URL"] == VISIT.url
    assert event.start == datetime(2026, 11, 21, 9, tzinfo=SHANGHAI)
    assert event.end - event.start == timedelta(hours=1)
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == VISIT.changed


def test_times_are_in_the_hotels_zone_and_the_zone_is_explained():
    text = calendar_feed("x", SHANGHAI, [VISIT]).decode()
    assert "DTSTART;TZID=Asia/Shanghai:20261121T090000\r\n" in text
    calendar, _ = parsed(VISIT)
    [zone] = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Asia/Shanghai"
    assert {rule["TZOFFSETTO"].td for rule in zone.subcomponents} == {timedelta(hours=8)}


def test_a_zone_with_summer_time_keeps_the_hour():
    london = ZoneInfo("Europe/London")
    summer = replace(VISIT, uid="s", start=datetime(2026, 7, 1, 8, tzinfo=UTC), end=datetime(2026, 7, 1, 9, tzinfo=UTC))
    _, events = parsed(VISIT, summer, tz=london)
    assert [event.start.utcoffset() for event in events] == [timedelta(0), timedelta(hours=1)]
    assert [event.start.hour for event in events] == [1, 9]


def test_what_is_cancelled_stays_and_says_so():
    _, [event] = parsed(replace(VISIT, cancelled=True, sequence=4))
    assert (event["UID"], event["STATUS"], event["SEQUENCE"]) == ("visit-17@hotel", "CANCELLED", 4)
    assert event["TRANSP"] == "TRANSPARENT"


@pytest.mark.parametrize(
    ("what", "start", "end", "days"),
    [
        ("one day", date(2026, 11, 21), date(2026, 11, 21), 1),
        ("three days, the last included", date(2026, 11, 21), date(2026, 11, 23), 3),
        ("given as moments, in the hotel's days", NINE, datetime(2026, 11, 21, 16, tzinfo=UTC), 2),
    ],
)
def test_all_day(what, start, end, days):
    _, [event] = parsed(replace(VISIT, start=start, end=end, all_day=True))
    assert event["DTSTART"].dt == date(2026, 11, 21)
    assert event["DTEND"].dt == date(2026, 11, 21) + timedelta(days=days)


def test_the_same_items_make_the_same_bytes():
    assert calendar_feed("x", SHANGHAI, [VISIT]) == calendar_feed("x", SHANGHAI, [VISIT])
    assert calendar_feed("x", SHANGHAI, []).startswith(b"BEGIN:VCALENDAR\r\n")


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (replace(VISIT, end=NINE - timedelta(minutes=1)), "ends before it starts"),
        (replace(VISIT, start=datetime(2026, 11, 21, 9)), "time zone"),
        (replace(VISIT, start=date(2026, 11, 21), end=date(2026, 11, 22)), "time zone"),
        (replace(VISIT, start=date(2026, 11, 22), end=date(2026, 11, 21), all_day=True), "ends before it starts"),
    ],
)
def test_what_is_no_appointment(item, message):
    with pytest.raises(ValueError, match=message):
        calendar_feed("x", SHANGHAI, [item])


def test_an_appointment_is_in_a_feed_once():
    with pytest.raises(ValueError, match="twice in one feed"):
        calendar_feed("x", SHANGHAI, [VISIT, VISIT])


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])), st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_no_text_breaks_out_of_its_line(summary, description):
    data = calendar_feed(
        "x", SHANGHAI, [replace(VISIT, summary=summary, description=f"a\r\nBEGIN:VALARM\r\n{description}")]
    )
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    calendar = icalendar.Calendar.from_ical(data)
    assert [part.name for part in calendar.walk()].count("VALARM") == 0
    [event] = calendar.walk("VEVENT")
    assert event["SUMMARY"] == summary
