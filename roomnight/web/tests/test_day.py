"""My day: what comes first, and what each role finds there."""

from datetime import date

import pytest

from roomnight.kernel.commands import OPERATOR
from roomnight.procedures.commands import ask_readers, sign_reading
from roomnight.procedures.models import ProcedureReading
from roomnight.web.views.day import Row, next_of, only_the_next_day
from tests.test_budgets import count

TODAY = date(2026, 11, 18)


def row(title, group, *, day=TODAY, step="", visit=None):
    return Row(
        order=(day, "10:00"), when="10:00", icon="", title=title, title_url="", detail="", badge="", tone="", button="", url="",
        group=group, day=day, visit=visit, step=step,
    )  # fmt: skip


A_VISIT = object()


@pytest.mark.parametrize(
    ("case", "rows", "first"),
    [
        ("nothing", [], None),
        ("a late task before a later one", [row("late", "late"), row("task", "today")], "late"),
        (
            "the next visit before a late task",
            [row("late", "late"), row("visit", "today", step="confirm", visit=A_VISIT)],
            "visit",
        ),
        (
            "a report that is owed before the next visit",
            [row("visit", "today", step="out", visit=A_VISIT), row("report", "today", step="report", visit=A_VISIT)],
            "report",
        ),
        (
            "coming back before everything",
            [row("report", "late", step="report", visit=A_VISIT), row("out", "today", step="back", visit=A_VISIT)],
            "out",
        ),
        ("what is done is never next", [row("done", "done", visit=A_VISIT, step="read")], None),
        ("what lies ahead is not next", [row("monday", "ahead", visit=A_VISIT, step="confirm")], None),
    ],
)
def test_the_one_thing_to_do_now(case, rows, first):
    found = next_of(rows)
    assert (found.title if found else None) == first, case


@pytest.mark.parametrize(
    ("case", "rows", "shown"),
    [
        (
            "today holds something: nothing of tomorrow",
            [row("a", "today"), row("b", "ahead", day=date(2026, 11, 19))],
            ["a"],
        ),
        (
            "today is empty: the first day with something, not the second",
            [
                row("late", "late"),
                row("thu", "ahead", day=date(2026, 11, 19)),
                row("fri", "ahead", day=date(2026, 11, 20)),
            ],
            ["late", "thu"],
        ),
        ("nothing at all", [], []),
    ],
)
def test_the_next_day_shows_once_today_holds_nothing_more(case, rows, shown):
    assert [one.title for one in only_the_next_day(rows)] == shown, case


@pytest.mark.parametrize(
    ("who", "words", "not_words"),
    [
        ("chen", ["拜访建议", "收工前", "谁在外面"], ["待批阅报告"]),
        ("zhou", ["待批阅报告"], []),
        ("luo", ["没有到期的事"], ["收工前", "谁在外面", "拜访建议"]),
    ],
)
def test_each_role_finds_its_own_day(world, at_work, browse, who, words, not_words):
    client = browse(who)
    html = client.get("/h/lujiazui/").content.decode() + client.get("/h/lujiazui/day/side/").content.decode()
    main = html.split("<main", 1)[1]
    assert [word for word in words if word not in main] == []
    assert [word for word in not_words if word in main] == []


@pytest.mark.django_db
@pytest.mark.usefixtures("at_work")
@pytest.mark.rule("PRC-10")
def test_procedures_to_read_stand_beside_the_day_until_they_are_signed(world, browse):
    ask_readers(actor=OPERATOR, hotel=world.lujiazui)
    reading = ProcedureReading.objects.filter(staff=world.luo, signed_at=None).order_by("asked_at", "pk").first()
    url = f"/h/lujiazui/procedures/versions/{reading.version_id}/"
    client = browse("luo")
    assert url in client.get("/h/lujiazui/day/side/").content.decode()
    assert count(client, "/h/lujiazui/day/side/") <= 12
    sign_reading(actor=world.seat("luo"), reading=reading)
    assert url not in client.get("/h/lujiazui/day/side/").content.decode()
