"""Booked halls and the guest list belong to what the departments are told, change by change (CHG-01, ORD-06)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from roomnight.kernel.commands import SYSTEM
from roomnight.kernel.models import Notification
from roomnight.orders import access
from roomnight.orders.commands import (
    add_guests,
    answer_quotation,
    change_guest,
    change_item,
    confirm_order,
    draw_up_quotation,
    remove_guest,
    send_quotation,
)
from roomnight.orders.commands.diary import book_space, change_booking, expire_options, release_booking
from roomnight.orders.models import DepartmentNotice, FunctionSheet, FunctionSpace, Order, OrderRevision, SpaceBooking
from roomnight.orders.queries.revisions import latest_revision, standing
from roomnight.orders.queries.sheets import sheet_data
from roomnight.orders.rules.changes import differences, guests_for, sheet_of, touched
from roomnight.pms.models import Confidentiality
from tests.world_notices import altered, definite, notice_to
from tests.world_orders import ARRIVES, DEPARTS, DINNER, FUNCTION, ROOMS, at, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
HERE = "/h/lujiazui/orders"
GUEST: dict[str, Any] = {"name": "欧阳清", "vip": "V1", "needs": "素食，高楼层"}


def held(world: Any, order: Order, **more: Any) -> SpaceBooking:
    seat = world.seat("chen")
    hall = FunctionSpace.objects.select_related("hotel").get(hotel=seat.hotel, name="浦江厅 B")
    given = {
        "starts_at": at(10, 14), "ends_at": at(10, 18), "state": "definite", "set_up": "classroom", "attendance": 80,
        "item": order.items.filter(kind="function").first(), **more,
    }  # fmt: skip
    return book_space(actor=seat, space=hall, by=seat.staff, order=order, **given)


class Ears:
    """Who is told anew since one last listened."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.last = self._now()

    def _now(self) -> dict[str, int]:
        return {one.department.kind: one.pk for one in standing(self.order)}

    def heard(self) -> set[str]:
        before, self.last = self.last, self._now()
        return {kind for kind, pk in self.last.items() if before.get(kind) != pk}


def last_changes(order: Order) -> list[tuple[str, str, str]]:
    """What the latest revision changed: kind, what, field."""
    old, new = OrderRevision.objects.filter(order=order).order_by("-number")[:2][::-1]
    return [(one.kind, one.what, one.field) for one in differences(old.content, new.content)]


@pytest.mark.rule("CHG-01")
def test_a_hall_is_told_of_to_whoever_prepares_it_and_every_field_of_its_change_is_named(world):
    chen = world.seat("chen")
    order = definite(world, items=(ROOMS, FUNCTION))
    ears = Ears(order)
    one = held(world, order)
    assert ears.heard() == {"banquet", "general_affairs"}
    assert {row[1] for row in last_changes(order)} == {"added"}
    assert {row[2] for row in last_changes(order)} >= {"space", "starts_at", "ends_at", "set_up", "set_up_minutes"}
    change_booking(actor=chen, booking=one, revision=one.revision, starts_at=at(10, 15), tear_down_minutes=45)
    assert ears.heard() == {"banquet", "general_affairs"}
    assert last_changes(order) == [("hall", "changed", "starts_at"), ("hall", "changed", "tear_down_minutes")]
    release_booking(actor=chen, booking=one, reason="改到别处")
    assert ears.heard() == {"banquet", "general_affairs"}
    assert {row[:2] for row in last_changes(order)} == {("hall", "removed")}


@pytest.mark.rule("CHG-01")
def test_an_option_on_a_hall_that_runs_out_is_a_change(world):
    order = definite(world, items=(ROOMS, FUNCTION))
    held(world, order, state="option", option_until=at(1, 12))
    ears = Ears(order)
    expire_options(actor=SYSTEM, hotel=world.lujiazui, now=at(1, 12))
    assert ears.heard() == {"banquet", "general_affairs"}
    assert {row[:2] for row in last_changes(order)} == {("hall", "removed")}


@pytest.mark.rule("CHG-01")
def test_guests_are_told_of_to_the_rooms_and_their_needs_to_the_kitchen_too(world):
    chen = world.seat("chen")
    order = definite(world, items=(ROOMS, DINNER))
    ears = Ears(order)
    (plain,) = add_guests(actor=chen, order=order, guests=[{"name": "单立人"}])
    assert ears.heard() == {"front_office", "housekeeping"}
    change_guest(actor=chen, guest=plain, revision=plain.revision, name="单立人", job_title="经理")
    assert ears.heard() == {"front_office", "housekeeping"}
    change_guest(actor=chen, guest=plain, revision=plain.revision, name="单立人", needs="花生过敏")
    assert ears.heard() == {"front_office", "housekeeping", "food_beverage", "banquet"}
    assert last_changes(order) == [("guest", "changed", "needs")]
    remove_guest(actor=chen, guest=plain)
    assert ears.heard() == {"front_office", "housekeeping", "food_beverage", "banquet"}
    assert {row[:2] for row in last_changes(order)} == {("guest", "removed")}


def test_guests_of_a_meal_without_rooms_concern_the_kitchen_alone(world):
    order = definite(world, items=(DINNER,))
    ears = Ears(order)
    add_guests(actor=world.seat("chen"), order=order, guests=[{"name": "单立人"}])
    assert ears.heard() == set()
    add_guests(actor=world.seat("chen"), order=order, guests=[GUEST])
    assert ears.heard() == {"food_beverage", "banquet"}


def test_nobody_hears_of_the_halls_and_guests_of_an_enquiry(world):
    order = taken(world, items=(ROOMS, FUNCTION), payment="on_site")
    held(world, order)
    add_guests(actor=world.seat("chen"), order=order, guests=[GUEST])
    assert not OrderRevision.objects.filter(order=order).exists()
    confirm_order(actor=world.seat("chen"), order=order)
    content = latest_revision(order).content
    assert [one["space"] for one in content["halls"].values()] == ["浦江厅 B"]
    assert [one["needs"] for one in content["guests"].values()] == [GUEST["needs"]]


def test_a_hall_on_the_wait_list_is_not_told_of(world):
    order = definite(world, items=(ROOMS, FUNCTION))
    ears = Ears(order)
    held(world, order, state="waiting")
    assert (ears.heard(), OrderRevision.objects.filter(order=order).count()) == (set(), 1)


@pytest.mark.rule("CHG-01")
def test_a_quotation_accepted_for_a_firm_order_is_a_change_of_it(world):
    chen = world.seat("chen")
    order = definite(world, items=(ROOMS, DINNER))
    version = draw_up_quotation(actor=chen, order=order, staff=chen.staff, valid_until=DEPARTS)
    send_quotation(actor=chen, quotation=version, how="邮件")
    dinner = order.items.get(kind="catering")
    change_item(actor=chen, item=dinner, revision=dinner.revision, count=12)
    ears = Ears(order)
    answer_quotation(actor=chen, quotation=version, answer="accepted")
    assert {"food_beverage", "banquet"} <= ears.heard()
    assert last_changes(order) == [("catering", "changed", "count")]


def test_what_was_frozen_before_halls_and_guests_were_is_read_and_shown(world, browse):
    order = definite(world, items=(ROOMS, FUNCTION))
    first = OrderRevision.objects.get(order=order)
    OrderRevision.objects.filter(pk=first.pk).update(content={key: first.content[key] for key in ("head", "items")})
    held(world, order)
    assert {row[:2] for row in last_changes(order)} == {("hall", "added")}
    old = DepartmentNotice.objects.get(order=order, department__kind="banquet", revision=first)
    screen = browse("hu")
    for path in (f"{HERE}/notices/{old.pk}/", f"{HERE}/notices/{notice_to(order, 'banquet').pk}/"):
        assert screen.get(path).status_code == 200
    assert browse("chen").get(f"{HERE}/{order.pk}/changes/").status_code == 200
    sheet = FunctionSheet.objects.get(item__order=order, number=1)
    assert printed(world, order, sheet)["stamp"]


def printed(world: Any, order: Order, sheet: FunctionSheet, who: str = "chen") -> dict[str, Any]:
    order = Order.objects.select_related("hotel", "account", "follower").get(pk=order.pk)
    with translation.override("zh-hans"):
        return sheet_data(world.seat(who), order, access.sheet(order, sheet.pk))


def rows_of(data: dict[str, Any]) -> dict[str, tuple[str, bool, str]]:
    return {
        row["label"]: (row["value"], row["is_changed"], row["was"]) for part in data["parts"] for row in part["rows"]
    }


@pytest.mark.rule("ORD-06")
def test_the_sheet_shows_the_hall_and_the_guests_needs_and_marks_their_changes(world):
    chen = world.seat("chen")
    order = taken(world, items=(ROOMS, FUNCTION, DINNER), payment="on_site")
    one = held(world, order)
    (guest, _plain) = add_guests(actor=chen, order=order, guests=[GUEST, {"name": "赵一"}])
    confirm_order(actor=chen, order=order)
    first = FunctionSheet.objects.get(item__order=order, item__kind="function", number=1)
    rows = rows_of(printed(world, order, first))
    assert rows["会场"][0] == "浦江厅 B · 12-10 14:00–18:00 · 课桌式 · 80 人 · 布置 60 分钟，撤场 30 分钟"
    assert rows["欧阳清"] == ("V1 · 素食，高楼层", False, "") and "赵一" not in rows
    change_booking(actor=chen, booking=one, revision=one.revision, set_up="theatre")
    second = FunctionSheet.objects.get(item__order=order, item__kind="function", number=2)
    assert FunctionSheet.objects.filter(item__order=order, item__kind="catering").count() == 1
    first.refresh_from_db()
    assert first.superseded_at is not None
    data = printed(world, order, second)
    value, is_changed, was = rows_of(data)["会场"]
    assert is_changed and "剧院式" in value and "课桌式" in was
    assert [line[2:] for line in data["record"]] == [["课桌式", "剧院式"]]
    assert data["record"][0][1].startswith("浦江厅 B")
    change_guest(actor=chen, guest=guest, revision=guest.revision, name=guest.name, vip="V1", needs="清真")
    for kind in ("function", "catering"):
        last = FunctionSheet.objects.filter(item__order=order, item__kind=kind).latest("number")
        data = printed(world, order, last)
        assert rows_of(data)["欧阳清"] == ("V1 · 清真", True, "V1 · 素食，高楼层")
        assert ["欧阳清" in line[1] for line in data["record"]] == [True]


@pytest.mark.rule("ORD-05")
def test_each_department_reads_of_the_guests_and_halls_that_concern_it(world, browse):
    order = taken(world, items=(ROOMS, FUNCTION), payment="on_site")
    held(world, order)
    add_guests(actor=world.seat("chen"), order=order, guests=[GUEST, {"name": "赵一"}])
    confirm_order(actor=world.seat("chen"), order=order)

    def page(who: str, kind: str) -> str:
        return str(browse(who).get(f"{HERE}/notices/{notice_to(order, kind).pk}/").content.decode())

    rooms, hall, money = page("song", "housekeeping"), page("hu", "banquet"), page("deng", "finance")
    assert ("欧阳清" in rooms, "赵一" in rooms, "浦江厅 B" in rooms) == (True, True, False)
    assert ("欧阳清" in hall, "赵一" in hall, "浦江厅 B" in hall) == (True, False, True)
    assert ("欧阳清" in money, "赵一" in money, "浦江厅 B" in money) == (False, False, False)


@pytest.mark.rule("PRV-03")
def test_a_guest_who_is_here_for_nobody_is_masked_on_notices_changes_and_sheets(world, browse):
    chen = world.seat("chen")
    order = taken(world, items=(ROOMS, FUNCTION), payment="on_site")
    confirm_order(actor=chen, order=order)
    add_guests(actor=chen, order=order, guests=[GUEST])
    Confidentiality.objects.create(
        hotel=world.lujiazui, stay_key="k", guest_name="欧阳清", arrival=ARRIVES, departure=DEPARTS, level=3,
        starts_on=date(2026, 11, 18), made_by="luo",
    )  # fmt: skip
    for who, path in (
        ("song", f"{HERE}/notices/{notice_to(order, 'housekeeping').pk}/"), ("chen", f"{HERE}/{order.pk}/changes/"),
    ):  # fmt: skip
        html = browse(who).get(path).content.decode()
        assert "欧*" in html and "欧阳清" not in html
    sheet = FunctionSheet.objects.filter(item__order=order).latest("number")
    said = str(printed(world, order, sheet))
    assert "欧*" in said and "欧阳清" not in said


def test_a_later_change_of_something_else_leaves_halls_and_guests_alone(world):
    order = definite(world, items=(ROOMS, FUNCTION))
    held(world, order)
    add_guests(actor=world.seat("chen"), order=order, guests=[GUEST])
    ears = Ears(order)
    altered(world.seat("chen"), order.items.get(kind="rooms"), price_cents=60_000)
    assert ears.heard() == {"finance"}
    before = Notification.objects.count()
    one = SpaceBooking.objects.get(order=order)
    change_booking(actor=world.seat("chen"), booking=one, revision=one.revision, title="换个说法")
    assert (ears.heard(), Notification.objects.count()) == (set(), before)


TABLE = {"rooms": ["housekeeping"], "function": ["banquet"], "catering": ["kitchen"]}


def content(**parts: Any) -> dict[str, Any]:
    items = {"1": {"kind": "function", "day": "2026-12-10"}, "2": {"kind": "catering", "day": "2026-12-11"}}
    return {"head": {}, "items": items, **parts}


def hall(item: str, day: int) -> dict[str, Any]:
    return {
        "kind": "hall",
        "item": item,
        "day": f"2026-12-{day}",
        "space": "A",
        "starts_at": f"2026-12-{day}T01:00:00+00:00",
    }


@pytest.mark.rule("CHG-01")
def test_which_departments_a_hall_or_a_guest_concerns():
    guest = {"kind": "guest", "name": "单", "needs": "素食"}
    changes = differences(content(), content(guests={"g1": guest}))
    assert touched(changes, TABLE, ["housekeeping"], ["function"]) == {"banquet"}
    assert touched(changes, TABLE, [], ["rooms", "catering"]) == {"housekeeping", "kitchen"}
    assert touched(differences(content(), content(halls={"h1": hall("1", 10)})), TABLE, [], []) == {"banquet"}
    assert guests_for(content(guests={"g1": guest, "g2": {"name": "赵"}}), TABLE, "kitchen") == ["g1"]


def test_a_sheet_has_the_halls_of_its_item_and_of_its_day():
    halls = {"h1": hall("1", 10), "h2": hall("", 10), "h3": hall("2", 10), "h4": hall("", 11)}
    assert list(sheet_of(content(halls=halls), "1")["halls"]) == ["h1", "h2"]
    assert list(sheet_of(content(halls=halls), "2")["halls"]) == ["h3", "h4"]
    assert sheet_of(content(), "1")["halls"] == {}
