"""A calendar that a phone subscribes to: iCalendar (RFC 5545) with the zone it is meant in (BRD-03)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

PRODUCT = "-//Roomnight//Calendar feed//EN"
REFRESH = timedelta(minutes=15)  # how often a phone is asked to look again
_FIRST_ZONE_YEAR = date(1992, 1, 1)  # the rules of a zone before are of no use to an appointment


@dataclass(frozen=True)
class FeedItem:
    """One appointment.

    uid: the same for ever, and unlike any other's. start, end: moments with a zone; of an all-day item dates, the last
    one included. sequence: grows with every change of time or state. changed: when the record was last changed, which
    makes the text of a feed depend on its records alone. A cancelled item stays in the feed, or the phone would keep it.
    """

    uid: str
    start: datetime | date
    end: datetime | date
    summary: str
    changed: datetime
    description: str = ""
    location: str = ""
    url: str = ""
    sequence: int = 0
    cancelled: bool = False
    all_day: bool = False


def calendar_feed(name: str, tz: ZoneInfo, items: Iterable[FeedItem]) -> bytes:
    """The feed as it is sent, `text/calendar; charset=utf-8`, with times in the hotel's zone; the same for the same items.

    ValueError for a moment without a zone, an end before the start, and the same uid twice.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", tz.key)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    seen: set[str] = set()
    for item in items:
        if item.uid in seen:
            raise ValueError(f"twice in one feed: {item.uid}")
        seen.add(item.uid)
        calendar.add_component(_event(item, tz))
    calendar.add_missing_timezones(first_date=_FIRST_ZONE_YEAR)
    data: bytes = calendar.to_ical()
    return data


def _event(item: FeedItem, tz: ZoneInfo) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", item.uid)
    event.add("sequence", item.sequence)
    event.add("dtstamp", item.changed.astimezone(UTC))
    event.add("last-modified", item.changed.astimezone(UTC))
    start, end = _span(item, tz)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", item.summary)
    for key in ("description", "location", "url"):
        if text := getattr(item, key):
            event.add(key, text)
    event.add("status", "CANCELLED" if item.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if item.cancelled or item.all_day else "OPAQUE")
    return event


def _span(item: FeedItem, tz: ZoneInfo) -> tuple[date, date]:
    """Start and end as iCalendar has them: the end of an all-day item is the day after."""
    if item.all_day:
        start, end = _local_day(item.start, tz), _local_day(item.end, tz)
    else:
        start, end = _local(item.start, tz), _local(item.end, tz)
    if end < start:
        raise ValueError(f"ends before it starts: {item.uid}")
    return (start, end + timedelta(days=1)) if item.all_day else (start, end)


def _local_day(moment: date, tz: ZoneInfo) -> date:
    return _local(moment, tz).date() if isinstance(moment, datetime) else moment


def _local(moment: date, tz: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError("an appointment needs moments with a time zone")
    return moment.astimezone(tz)
