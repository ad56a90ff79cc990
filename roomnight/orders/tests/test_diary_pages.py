"""The diary in the browser: what it shows to whom, moving in it, booking with offers (ORD-07)."""

from __future__ import annotations

import pytest

from roomnight.orders.commands.diary import book_space
from roomnight.orders.models import FunctionSpace, SpaceBooking
from tests.world_orders import at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
HERE = "/h/lujiazui/orders"
EVENTS = f"{HERE}/diary/events/?view=month&date=2026-12-10"


@pytest.mark.rule("ORD-07")
def test_that_a_hall_is_held_is_seen_by_all_and_for_whom_only_with_the_order(world, browse):
    found = {one["id"]: one for one in browse("chen").get(EVENTS).json()["bookings"]}
    mine, other = found[world.hall_booking.pk], found[world.sun_s_hall_booking.pk]
    assert mine["title"] == "年度经销商会议" and mine["url"] and mine["move"] and world.huaxing.name in mine["text"]
    assert other["title"] == "同事占用" and not other["url"] and not other["move"]
    assert "经销商" not in other["text"] and world.minjiang.name not in other["text"]
    assert (mine["from"], mine["start"], mine["end"], mine["to"]) == (
        (9 * 24 + 13) * 60, (9 * 24 + 14) * 60, (9 * 24 + 18) * 60, (9 * 24 + 18) * 60 + 30,
    )  # fmt: skip
    whole = {one["id"]: one["title"] for one in browse("hu").get(EVENTS).json()["bookings"]}
    assert whole[world.sun_s_hall_booking.pk] == "年度经销商会议"


def test_the_parts_of_a_hall_are_told_to_the_picture(world, browse):
    halls = {one["id"]: one["parts"] for one in browse("chen").get(EVENTS).json()["spaces"]}
    assert len(halls[world.hall.pk]) == 2 and world.hall.pk not in halls[world.hall.pk]


@pytest.mark.parametrize("view", ["day", "week", "month"])
def test_picture_and_table_show_the_same_functions(world, browse, view):
    client = browse("chen")
    picture = client.get(f"{HERE}/diary/?view={view}&date=2026-12-10").content.decode()
    assert "data-diary" in picture and f"view={view}" in picture
    table = client.get(f"{HERE}/diary/?view={view}&date=2026-12-10&show=table").content.decode()
    assert "data-diary" not in table and "年度经销商会议" in table and "14:00" in table


def moved(client, one, start, space=None):
    given = {"id": one.pk, "revision": one.revision, "start": start, "space": (space or one.space).pk}
    return client.post(f"{HERE}/diary/move/", given)


@pytest.mark.rule("ORD-07")
def test_a_function_is_moved_and_a_taken_hall_refuses(world, browse):
    one, client = world.hall_booking, browse("chen")
    answer = moved(client, one, "2026-12-10T15:30")
    assert answer.status_code == 200, answer.content
    one.refresh_from_db()
    assert (one.starts_at, one.ends_at) == (at(10, 15, 30), at(10, 19, 30))
    answer = moved(client, one, "2026-12-11T13:00")
    assert answer.status_code == 409 and answer.json()["code"] == "space.taken"
    one.refresh_from_db()
    assert one.starts_at == at(10, 15, 30)
    assert moved(client, world.sun_s_hall_booking, "2026-12-12T13:00").status_code == 404
    assert moved(client, one, "gestern").status_code == 422


def hours(hall, **more):
    return {
        "space": hall.pk, "on": "2026-12-10", "at": "15:00", "until": "17:00", "state": "option", "option_until": "2026-12-05",
        "title": "答谢会", "set_up": "theatre", "attendance": "40", **more,
    }  # fmt: skip


@pytest.mark.rule("ORD-07")
def test_who_is_refused_learns_who_has_it_as_far_as_that_is_theirs_and_takes_what_is_offered(world, browse):
    hall = FunctionSpace.objects.get(hotel=world.lujiazui, name="浦江厅 A")
    other = FunctionSpace.objects.get(hotel=world.lujiazui, name="浦江厅 B")
    page = browse("sun").post(f"{HERE}/diary/book/", hours(hall))
    said = page.content.decode()
    assert (
        page.status_code == 422 and "浦江厅 A已被占用" in said and "同事占用" in said and "年度经销商会议" not in said
    )
    assert f'name="take_space" value="{other.pk}"' in said and 'name="take_state" value="waiting"' in said
    assert "年度经销商会议" in browse("chen").post(f"{HERE}/diary/book/", hours(hall)).content.decode()
    assert 'name="take_start" value="2026-12-10T19:30"' in said and 'name="take_end" value="2026-12-10T21:30"' in said
    browse("sun").post(f"{HERE}/diary/book/", hours(hall, take_space=other.pk))
    made = SpaceBooking.objects.latest("pk")
    assert (made.space, made.state, made.option_until) == (other, "option", at(6, 0))
    browse("sun").post(f"{HERE}/diary/book/", hours(hall, take_start="2026-12-10T19:30", take_end="2026-12-10T21:30"))
    assert SpaceBooking.objects.latest("pk").starts_at == at(10, 19, 30)
    browse("sun").post(f"{HERE}/diary/book/", hours(hall, take_state="waiting"))
    assert SpaceBooking.objects.latest("pk").state == "waiting"


def test_a_function_of_an_order_gets_its_hall(world, browse):
    item = world.order.items.get(kind="function")
    form = browse("chen").get(f"{HERE}/diary/book/?item={item.pk}").content.decode()
    assert 'value="全体会议"' in form and 'value="2026-12-10"' in form and 'value="14:00"' in form
    assert (
        browse("chen")
        .get(f"{HERE}/diary/book/?item={world.sun_s_order.items.get(kind='function').pk}")
        .content.decode()
        .count("全体会议")
        == 0
    )
    assert "浦江厅 A" in browse("chen").get(f"{HERE}/{world.order.pk}/halls/").content.decode()


def test_halls_are_entered_and_changed(world, browse):
    client = browse("hu")
    parts = list(
        FunctionSpace.objects.filter(hotel=world.lujiazui, name__in=["浦江厅 A", "浦江厅 B"]).values_list(
            "pk", flat=True
        )
    )
    given = {"name": "云厅", "area": "120.5", "seats_theatre": "90", "position": "3", "is_active": "on", "parts": parts}
    assert client.post(f"{HERE}/halls/new/", given).status_code == 302
    made = FunctionSpace.objects.get(name="云厅")
    assert made.seats == {"theatre": 90} and sorted(made.parts.values_list("part", flat=True)) == sorted(parts)
    assert client.post(f"{HERE}/halls/new/", given).status_code == 422
    answer = client.post(f"{HERE}/halls/{made.pk}/", {**given, "seats_theatre": "", "parts": []})
    assert answer.status_code == 422 or not made.parts.exists()
    assert browse("chen").get(f"{HERE}/halls/new/").status_code == 403


def test_a_month_of_many_functions_asks_little_of_the_database(world, browse, django_assert_max_num_queries):
    seat = world.seat("hu")
    halls = list(FunctionSpace.objects.select_related("hotel").filter(hotel=world.lujiazui, parts=None))
    for day in range(14, 28):
        for hall in halls:
            book_space(
                actor=seat,
                space=hall,
                by=seat.staff,
                starts_at=at(day, 9),
                ends_at=at(day, 11),
                state="definite",
                title="例会",
            )
    client = browse("chen")
    with django_assert_max_num_queries(12):
        assert len(client.get(EVENTS).json()["bookings"]) > len(halls) * 13
    with django_assert_max_num_queries(12):
        client.get(f"{HERE}/diary/?view=month&date=2026-12-10&show=table")
