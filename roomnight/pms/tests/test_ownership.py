"""Production follows who owned when."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from roomnight.clients.models import Ownership
from roomnight.kernel.models import AuditEntry
from roomnight.pms.models import Booking
from roomnight.pms.queries.ownership import production_by_owner

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(month, day, hour=10):
    return datetime(2026, month, day, hour, 0, tzinfo=SHANGHAI)


@pytest.fixture
def history(world):
    """huaxing: sun's from 1 March, nobody's from 1 May, chen's from 1 June; each change at ten in the morning."""
    Booking.objects.all().delete()
    Ownership.objects.filter(account=world.huaxing).delete()
    changes = [(at(3, 1), at(5, 1), world.sun), (at(5, 1), at(6, 1), None), (at(6, 1), None, world.chen)]
    for since, until, staff in changes:
        row = Ownership.objects.create(account=world.huaxing, staff=staff, ended_at=until)
        Ownership.objects.filter(pk=row.pk).update(started_at=since)
    return world.huaxing


def stay(world, arrival, nights, *, company=None, agent=None, status="stayed", hotel=None):
    Booking.objects.create(
        hotel=hotel or world.lujiazui, source_key=f"{arrival}-{nights}-{Booking.objects.count()}", content="x", status=status,
        revenue_cents=nights * 50_000, arrival=arrival, departure=arrival + timedelta(days=1), nights=nights,
        rate=500, company=company, agent=agent,
    )  # fmt: skip


def nights_by(world, first, last, **more):
    found = production_by_owner(world.lujiazui, first, last, **more)
    names = {world.sun.pk: "sun", world.chen.pk: "chen", world.xu.pk: "xu", None: "nobody"}
    return {names[owner]: one.room_nights for owner, one in found.items()}


@pytest.mark.rule("OWN-05")
def test_room_nights_go_to_whoever_owned_the_client_on_the_day_of_arrival(world, history):
    for arrival, nights in (
        (date(2026, 2, 20), 1), (date(2026, 3, 1), 2), (date(2026, 4, 30), 4), (date(2026, 5, 1), 8), (date(2026, 5, 30), 16),
        (date(2026, 6, 1), 32), (date(2026, 10, 1), 64),
    ):  # fmt: skip
        stay(world, arrival, nights, company=history)
    whole = nights_by(world, date(2026, 1, 1), date(2026, 12, 31))
    assert whole == {"nobody": 1 + 8 + 16, "sun": 2 + 4, "chen": 32 + 64}
    assert nights_by(world, date(2026, 3, 1), date(2026, 4, 30)) == {"sun": 6}
    assert production_by_owner(world.lujiazui, date(2026, 10, 1), date(2026, 10, 1))[world.chen.pk].revenue == Decimal(
        "32000.00"
    )


@pytest.mark.rule("OWN-05")
def test_a_stay_counts_once_for_the_company_before_the_agent_and_only_if_it_was_one(world, history):
    Ownership.objects.filter(account=world.yuanyang).update(started_at=at(1, 1))
    day = date(2026, 7, 1)
    stay(world, day, 1, company=history, agent=world.yuanyang)
    stay(world, day, 2, agent=world.yuanyang)
    stay(world, day, 4, company=history, status="cancelled")
    stay(world, day, 8)
    stay(world, day, 16, company=history, hotel=world.lakeside)
    assert nights_by(world, day, day) == {"chen": 1, "xu": 2}
    assert nights_by(world, day, day, accounts=[history.pk]) == {"chen": 1}


@pytest.mark.rule("OWN-05")
def test_of_two_changes_on_one_day_the_last_counts(world, history):
    Ownership.objects.filter(account=history, ended_at=None).update(ended_at=at(8, 1, 9))
    for hour, staff, until in ((9, world.xu, at(8, 1, 15)), (15, world.sun, None)):
        row = Ownership.objects.create(account=history, staff=staff, ended_at=until)
        Ownership.objects.filter(pk=row.pk).update(started_at=at(8, 1, hour))
    stay(world, date(2026, 8, 1), 3, company=history)
    assert nights_by(world, date(2026, 8, 1), date(2026, 8, 1)) == {"sun": 3}


# ---- the page


OWNERS = "/h/lujiazui/imports/owners/"


def shown(browse, who, query="period=days&first=2026-01-01&last=2026-12-31"):
    """By owner, the nights that the page shows this person."""
    rows = browse(who).get(f"{OWNERS}?{query}").context["rows"]
    return {line.staff.username if line.staff else "nobody": line.now.room_nights for line, _query in rows}


@pytest.fixture
def arrivals(world, history):
    """huaxing brought sun 4 nights in April, nobody 8 in May and chen 32 in June; a year before chen's time, nobody's 2."""
    for arrival, nights in (
        (date(2026, 4, 1), 4),
        (date(2026, 5, 2), 8),
        (date(2026, 6, 2), 32),
        (date(2025, 6, 2), 2),
    ):
        stay(world, arrival, nights, company=history)


@pytest.mark.rule("OWN-05")
@pytest.mark.rule("ORG-03")
@pytest.mark.usefixtures("at_work", "arrivals")
@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("lin", {"chen": 32, "sun": 4, "nobody": 8}),
        ("ma", {"chen": 32, "sun": 4, "nobody": 8}),
        ("zhou", {"chen": 32}),
        ("wu", {"sun": 4}),
        ("chen", {"chen": 32}),
        ("sun", {"sun": 4}),
        ("xu", {}),
    ],
)
def test_who_sees_whose_production(browse, who, sees):
    """What sun's clients brought stays sun's though the client is chen's now; nobody sees the figures of another team."""
    assert shown(browse, who) == sees


@pytest.mark.usefixtures("at_work", "arrivals")
def test_the_year_before_stands_beside_and_wrong_days_are_refused(world, browse):
    client = browse("lin")
    rows = client.get(f"{OWNERS}?period=days&first=2026-06-01&last=2026-06-30").context["rows"]
    found = {line.who: (line.now.room_nights, line.before.room_nights, line.change) for line, _query in rows}
    assert found == {str(world.chen.pk): (32, 0, None), "none": (0, 2, -1)}
    for days in ("first=2026-06-30&last=2026-06-01", "first=x&last=2026-06-01", "first=1990-01-01&last=2026-06-01", ""):
        assert client.get(f"{OWNERS}?period=days&{days}").status_code == 422
    assert client.get(f"{OWNERS}?period=nonsense").status_code == 200


@pytest.mark.rule("ORG-03")
@pytest.mark.usefixtures("at_work", "arrivals")
def test_the_clients_behind_a_figure_are_named_as_far_as_they_are_in_sight(world, browse):
    days = "period=days&first=2026-01-01&last=2026-12-31"
    mine = browse("sun").get(f"{OWNERS}clients/?who={world.sun.pk}&{days}")
    assert (mine.context["rows"], mine.context["unseen"], mine.context["nights"]) == ([], 1, 4)
    assert "华兴" not in mine.content.decode()
    of_all = browse("lin").get(f"{OWNERS}clients/?who={world.sun.pk}&{days}")
    assert [account.pk for account, _brought in of_all.context["rows"]] == [world.huaxing.pk]
    for who, asked, status in (
        ("sun", world.chen.pk, 404),
        ("sun", "none", 404),
        ("lin", "none", 200),
        ("lin", world.ye.pk, 404),
    ):
        assert browse(who).get(f"{OWNERS}clients/?who={asked}&{days}").status_code == status


@pytest.mark.rule("ACC-08")
@pytest.mark.usefixtures("at_work", "arrivals")
def test_the_figures_leave_the_house_only_with_the_permission_and_a_line(browse):
    days = "period=days&first=2026-01-01&last=2026-12-31"
    assert browse("zhou").get(f"{OWNERS}export/?{days}").status_code == 403
    answer = browse("lin").get(f"{OWNERS}export/?{days}")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [(row[2], row[4]) for row in rows[1:]] == [(32, 16000), (4, 2000), (8, 4000)]
    line = AuditEntry.objects.filter(command="clients.log_export").latest("pk")
    assert (line.actor, line.changes["exported"], line.changes["rows"]) == ("lin", "pms.production", 3)


@pytest.mark.rule("OWN-05")
@pytest.mark.usefixtures("at_work", "arrivals")
def test_a_client_s_page_shows_whose_it_was_and_what_came_in_each_time(world, browse):
    path = f"/h/lujiazui/clients/{world.huaxing.pk}/panels/owners/"
    spans = browse("chen").get(path).context["spans"]
    found = [
        (one.staff.username if one.staff else None, one.since, one.until, one.brought.room_nights) for one in spans
    ]
    assert found == [
        ("chen", date(2026, 6, 1), None, 32),
        (None, date(2026, 5, 1), date(2026, 6, 1), 8),
        ("sun", date(2026, 3, 1), date(2026, 5, 1), 4),
        (None, None, date(2026, 3, 1), 2),
    ]
    assert browse("sun").get(path).status_code == 404
