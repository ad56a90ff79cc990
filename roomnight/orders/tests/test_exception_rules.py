"""The clock to the first word with the client, what comes next, and what a month comes to (EXC-02…05)."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from roomnight.orders.rules.exceptions import Happened, Known, contact_due, lacks, minutes_between, stage, summed

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
DUE = [
    ("in the morning", "11-18 09:30", 30, SHANGHAI, "11-18 10:00"),
    ("over the end of office hours", "11-18 17:50", 30, SHANGHAI, "11-18 18:20"),
    ("over midnight", "11-18 23:45", 30, SHANGHAI, "11-19 00:15"),
    ("over the end of the year", "12-31 23:59", 30, SHANGHAI, "01-01 00:29"),
    ("on a Sunday", "11-22 03:10", 30, SHANGHAI, "11-22 03:40"),
    ("in the National Day holiday", "10-01 12:00", 30, SHANGHAI, "10-01 12:30"),
    ("clocks put forward", "03-08 01:45", 30, NEW_YORK, "03-08 03:15"),
    ("clocks put back", "11-01 01:45", 30, NEW_YORK, "11-01 01:15"),
    ("another policy", "11-18 09:30", 45, SHANGHAI, "11-18 10:15"),
]


@pytest.mark.rule("EXC-02")
@pytest.mark.parametrize(("found", "minutes", "zone", "due"), [one[1:] for one in DUE], ids=[one[0] for one in DUE])
def test_the_client_is_contacted_within_real_minutes(found, minutes, zone, due):
    start = datetime.fromisoformat(f"2026-{found}").replace(tzinfo=zone)
    end = contact_due(start, minutes)
    assert f"{end.astimezone(zone):%m-%d %H:%M}" == due
    assert minutes_between(start, end) == minutes


BEFORE = Known("open", is_firm=True, has_guests=True)
DONE = Known(
    "open", is_contacted=True, is_firm=True, is_fed=True, has_guests=True, is_followed=True, has_comments=True, has_cause=True,
    is_filed=True, is_visited=True,
)  # fmt: skip


@pytest.mark.rule("EXC-05")
def test_what_comes_next_until_nothing_is_missing():
    assert lacks(BEFORE) == ["contact", "feed", "stay", "comments", "cause", "file", "visit"]
    assert (stage(BEFORE), stage(DONE), lacks(DONE)) == ("contact", "close", [])
    assert stage(Known("withdrawn")) == "withdrawn"


MONEY = [
    ({"is_claimed": True}, "offer"),
    ({"is_claimed": True, "offer": "pending"}, "decide"),
    ({"offer": "refused"}, "offer"),
    ({"offer": "approved"}, "answer"),
    ({"offer": "approved", "answer": "declined"}, "offer"),
    ({"offer": "approved", "answer": "accepted"}, "close"),
    ({"offer": "approved", "answer": "declined", "is_instructed": True, "is_instructed_last": True}, "close"),
    ({"is_asked": True}, "instruct"),
    ({"is_asked": True, "is_instructed": True}, "close"),
    ({"is_force_majeure": True}, "explain"),
    ({"is_force_majeure": True, "is_explained": True}, "close"),
]


@pytest.mark.rule("EXC-03")
@pytest.mark.parametrize(("more", "said"), MONEY)
def test_claims_offers_and_instructions_are_settled_before_the_end(more, said):
    assert stage(Known(**{**DONE.__dict__, **more})) == said


@pytest.mark.rule("EXC-05")
def test_a_month_is_summed_by_what_one_asks_for():
    rows = [
        Happened("wrong", "system", "前厅部", "罗", 10_000, 20, is_late=False),
        Happened("wrong", "unchecked", "销售部", "陈", 5_050, 41, is_late=True),
        Happened("missed", "unchecked", "销售部", "陈", 0, None, is_late=True),
    ]
    by_kind, by_cause = summed(rows, "kind"), summed(rows, "cause")
    assert [(one.name, one.count, one.cents, one.minutes, one.late) for one in by_kind] == [
        ("wrong", 2, 15_050, 30, 1), ("missed", 1, 0, None, 1),
    ]  # fmt: skip
    assert [(one.name, one.count, one.cents) for one in by_cause] == [("unchecked", 2, 5_050), ("system", 1, 10_000)]
    assert [one.name for one in summed(rows, "person")] == ["陈", "罗"]
