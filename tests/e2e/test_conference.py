"""A conference of two days with rooms, a hall, a dinner and a pick-up, from enquiry to archive, each at their own page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from roomnight.kernel.commands import OPERATOR
from roomnight.orders.commands import confirm_notice, say_ready
from roomnight.orders.models import (
    BookingState,
    DepartmentNotice,
    FunctionSpace,
    Order,
    OrderException,
    OrderState,
    SpaceBooking,
)
from roomnight.organization.access import seat_at
from roomnight.organization.commands import create_staff, place_staff
from roomnight.organization.models import Department, Staff
from tests.e2e.journey import HERE, Office, is_fine, press
from tests.world import PASSWORD, SHANGHAI, World
from tests.world_notices import notice_to

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
ANSWERING = {
    "front_office": "luo", "housekeeping": "song", "banquet": "hu", "general_affairs": "yu", "finance": "deng",
    "food_beverage": "chu", "transport": "tian",
}  # fmt: skip
"""Who answers for which department; the kitchen and the drivers are added to the small world."""
TITLE = "经销商大会"
FIRST, LAST = "2026-11-25", "2026-11-26"
ROOMS = {
    "room_type": "superior",
    "arrives_on": FIRST,
    "departs_on": LAST,
    "count": "30",
    "breakfasts": "1",
    "price": "580",
}
HALL = {
    "what": "全体大会", "on": FIRST, "at": "14:00", "until": "17:30", "people": "60", "price": "12000", "space_wish": "浦江厅",
    "set_up": "theatre", "equipment": "投影、无线话筒 2 支",
}  # fmt: skip
DINNER = {
    "meal": "dinner", "on": FIRST, "at": "18:30", "unit": "table", "count": "6", "people": "60", "price": "2888", "place": "浦江厅",
    "menu": "商务宴 A",
}  # fmt: skip
BUS = {
    "vehicle": "45 座大巴", "on": LAST, "at": "11:00", "flight": "MU5102", "place": "虹桥机场 – 酒店", "count": "2", "people": "60",
    "price": "1500",
}  # fmt: skip
"""The bus is entered for the wrong day."""


@pytest.fixture
def clock(at_work_ticking):
    return at_work_ticking


def when(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def later(office: Office, clock: Any, moment: datetime) -> None:
    clock.move_to(moment)
    office.later()


@pytest.mark.rule("ORD-01")
@pytest.mark.rule("ORD-02")
@pytest.mark.rule("ORD-05")
@pytest.mark.rule("ORD-06")
@pytest.mark.rule("ORD-07")
@pytest.mark.rule("ORD-09")
@pytest.mark.rule("ORD-10")
@pytest.mark.rule("CHG-01")
@pytest.mark.rule("EXC-01")
@pytest.mark.rule("EXC-02")
@pytest.mark.rule("EXC-04")
def test_a_conference_from_enquiry_to_archive(desktop, clock):
    office = Office(desktop)
    for username, name, department in (("chu", "阮长宏", "food_beverage"), ("tian", "田师傅", "transport")):
        made = create_staff(actor=OPERATOR, username=username, name=name, password=PASSWORD)
        place_staff(
            actor=OPERATOR, staff=made, hotel=World().lujiazui, department=department, role="department-coordinator"
        )
    order = asked_for(office)
    offered_and_taken(office, order)
    departments_agree(office, order)
    the_day_before(office, clock, order)
    two_hours_before_dinner(office, clock, order)
    a_complaint(office, clock, order)
    put_away(office, clock, order)
    assert {"chen", "zhou", "hu", "luo", "chu", "tian", "deng", "liang"} <= office.people


def asked_for(office: Office) -> Order:
    """The representative takes the enquiry down, item by item, and the hall is kept for the client."""
    world = World()
    values = {
        "title": TITLE, "kind": "meeting", "arrives_on": FIRST, "departs_on": LAST, "arrives_at": "12:00", "people": "60",
        "contact": world.wangfang.pk,
    }  # fmt: skip
    page = office.send("chen", f"orders/new/?account={world.huaxing.pk}", "保存", values)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    order = Order.objects.select_related("hotel").get(title=TITLE)
    for kind, item in (("rooms", ROOMS), ("function", HALL), ("catering", DINNER), ("transport", BUS)):
        page = office.send("chen", f"orders/{order.pk}/items/new/{kind}/", "加入订单", item)
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    hall = FunctionSpace.objects.get(hotel=order.hotel, name="浦江厅")
    function = order.items.get(kind="function")
    office.send("chen", f"orders/diary/book/?order={order.pk}&item={function.pk}", "保存", {"space": hall.pk})
    page = office.at("chen", order.get_absolute_url())
    expect(page.locator("[data-rows]").filter(has_text="会场")).not_to_have_count(0)
    booking = SpaceBooking.objects.select_related("space").get(item=function)
    assert (booking.space, booking.state, booking.starts_at) == (hall, BookingState.OPTION, when(25, 14))
    return order


def offered_and_taken(office: Office, order: Order) -> None:
    """Offered with prices, accepted, and firm: the hall with it."""
    where = f"orders/{order.pk}/quotations/"
    office.send("chen", f"{where}new/", "出具", {"offer": "会议、住宿、晚宴与接机一站式安排"})
    quotation = order.quotations.get()
    assert quotation.total_cents == 30 * 58_000 + 1_200_000 + 6 * 288_800 + 2 * 150_000
    office.send("chen", f"{where}{quotation.pk}/send/", "登记", {"how": "邮件发给王女士"})
    page = office.send("chen", f"{where}{quotation.pk}/answer/", "登记", {"answer": "accepted"})
    is_fine(page)
    order.refresh_from_db()
    if order.state != OrderState.DEFINITE:
        office.send("chen", f"orders/{order.pk}/confirm/", "确认订单", {"note": "合同已签回"})
        order.refresh_from_db()
    assert order.state == OrderState.DEFINITE
    assert SpaceBooking.objects.get(order=order).state == BookingState.DEFINITE


def departments_agree(office: Office, order: Order) -> None:
    """Seven departments find the order on their lists; the kitchen first has a problem; the manager sees them all."""
    assert {one.department.kind for one in notices(order)} == set(ANSWERING)
    page = open_notice(office, order, "food_beverage")
    page.get_by_role("link", name="有问题").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("报告问题")
    page.locator('[name="note"]').fill("商务宴 A 的鲈鱼缺货")
    press(page, "提交")
    page = office.at("chen", order.get_absolute_url())
    row = page.locator("#departments").locator("xpath=ancestor::section").locator(".rn-pair").filter(has_text="餐饮部")
    expect(row).to_contain_text("鲈鱼缺货")
    with page.expect_navigation():
        row.get_by_role("button", name="再次通知").click()
    for kind in ("food_beverage", "banquet", "front_office"):
        page = open_notice(office, order, kind)
        press(page, "确认")
        expect(page.locator("main")).to_contain_text("已确认")
    for kind in ("housekeeping", "general_affairs", "finance", "transport"):
        answered(order, kind)
    page = office.at("zhou", "orders/readiness/")
    expect(page.locator("main tr").filter(has_text=TITLE)).to_contain_text("7 个部门")
    is_fine(page)


def the_day_before(office: Office, clock: Any, order: Order) -> None:
    """The front desk finds that the bus was entered for the second day: an exception; the client hears of it, and it is put right."""
    later(office, clock, when(24, 9, 30))
    one = raised(office, order, "mistaken", "客人 25 日到，接机写成了 26 日")
    assert (one.order, one.handler.username, one.found_at) == (order, "chen", "ahead")
    page = office.at("zhou", one.get_absolute_url())
    press(page, "已阅")
    is_fine(page)
    page = office.send(
        "chen",
        f"{one.get_absolute_url()}contact/",
        "保存",
        {"way": "phone", "what_was_said": "确认 25 日 11:00 到，谢谢提醒"},
    )
    expect(page.locator("main")).to_contain_text("谢谢提醒")
    one.refresh_from_db()
    assert one.seen_by == World().zhou
    assert one.contacted_at is not None
    assert one.contacted_at - one.discovered_at < timedelta(minutes=30)
    bus = order.items.get(kind="transport")
    page = office.send("chen", f"orders/{order.pk}/items/{bus.pk}/", "保存", {"on": FIRST})
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    assert unanswered(order) == {"front_office", "transport"}
    for kind in ("front_office", "transport"):
        page = open_notice(office, order, kind)
        expect(page.locator("#told").locator("xpath=ancestor::section")).to_contain_text("11-25 11:00")
        confirm_change(page, "已按 25 日 11:00 安排")
    one.refresh_from_db()
    assert one.fed_revision is not None
    for kind in ANSWERING:
        ready(order, kind)


def two_hours_before_dinner(office: Office, clock: Any, order: Order) -> None:
    """The guests are here; two tables more at 16:30. Three departments confirm again by half the time that is left."""
    later(office, clock, when(25, 16, 30))
    page = office.at("chen", order.get_absolute_url())
    press(page, "客人抵店")
    dinner = order.items.get(kind="catering")
    old = notice_to(order, "banquet")
    page = office.send(
        "chen", f"orders/{order.pk}/items/{dinner.pk}/", "保存", {"count": "8", "people": "80", "price": "2680"}
    )
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    again = ("food_beverage", "banquet", "finance")
    assert unanswered(order) == set(again)
    for kind in again:
        one = notice_to(order, kind)
        assert timedelta(minutes=55) < one.due_at - one.sent_at <= timedelta(hours=1)
    page = office.at("hu", f"orders/notices/{old.pk}/")
    expect(page.locator("main")).to_contain_text("已被取代")  # nobody works by an old sheet
    expect(page.get_by_role("button", name="确认")).to_have_count(0)
    for kind, done in zip(again, ("加 2 桌，菜已备", "加 2 桌，台已摆", "账单已改"), strict=True):
        page = open_notice(office, order, kind)
        if kind != "finance":
            expect(page.locator("#told").locator("xpath=ancestor::section")).to_contain_text("8")
        confirm_change(page, done)
    page = office.at("chen", f"orders/{order.pk}/changes/")
    for words in ("加 2 桌，菜已备", "加 2 桌，台已摆", "账单已改"):
        expect(page.locator("main")).to_contain_text(words)
    is_fine(page)
    assert unanswered(order) == set()


def a_complaint(office: Office, clock: Any, order: Order) -> None:
    """The guests complain at night: the department is told, and the GM's office says what is to be done."""
    later(office, clock, when(25, 21))
    one = raised(office, order, "complaint", "12 楼空调太冷，三位客人换不到房")
    where = one.get_absolute_url()
    office.send("chen", f"{where}contact/", "保存", {"way": "in_person", "what_was_said": "希望今晚换房"})
    front = Department.objects.get(hotel=order.hotel, kind="front_office")
    office.send("chen", f"{where}departments/", "告知", {"departments": [str(front.pk)], "note": "请备三间南向房"})
    office.send("chen", f"{where}ask/", "请示", {"note": "可否免三间房一晚房费？"})
    page = office.send("liang", f"{where}instruct/", "指示", {"note": "免一晚房费，值班经理当面致歉"})
    is_fine(page)
    page = office.at("chen", where)
    expect(page.locator("main")).to_contain_text("免一晚房费，值班经理当面致歉")
    one.refresh_from_db()
    assert (one.instructed_by, [place.department for place in one.departments.all()]) == (World().liang, [front])


def put_away(office: Office, clock: Any, order: Order) -> None:
    """Everything took place; the guests' comments go to the departments, and the papers are filed as one."""
    later(office, clock, when(27, 9, 30))
    page = office.at("chen", order.get_absolute_url())
    press(page, "活动已完成")
    page = office.at("chen", f"orders/{order.pk}/papers/")
    expect(page.get_by_role("button", name="归档")).to_have_count(0)  # nobody was asked yet
    values = {"rating": "praise", "text": "菜好，换房也快", "said_by": "王女士"}
    office.send("chen", f"orders/{order.pk}/steps/comment/", "记下并转出", values)
    page = office.at("chen", f"orders/{order.pk}/papers/")
    press(page, "归档")
    is_fine(page)
    order.refresh_from_db()
    assert order.state == OrderState.ARCHIVED
    page = office.at("chen", f"orders/{order.pk}/papers/")
    expect(page.locator("main")).to_contain_text("SHA-256")


def raised(office: Office, order: Order, kind: str, what: str) -> OrderException:
    """The front desk raises what went wrong, from the notice it has of the order."""
    notice = notice_to(order, "front_office")
    page = office.send("luo", f"orders/exceptions/new/?notice={notice.pk}", "提交", {"kind": kind, "what": what})
    expect(page.locator("main")).to_contain_text(what)
    return OrderException.objects.select_related("order", "handler", "account").get(kind=kind, order=order)


def notices(order: Order) -> list[DepartmentNotice]:
    return list(order.notices.filter(superseded_at=None).select_related("department"))


def unanswered(order: Order) -> set[str]:
    return {one.department.kind for one in notices(order) if not one.answer}


def open_notice(office: Office, order: Order, kind: str, tab: str = "") -> Page:
    """Somebody of a department finds what stands for it on the list, and opens it."""
    one = notice_to(order, kind)
    page = office.at(ANSWERING[kind], f"orders/notices/{f'?tab={tab}' if tab else ''}")
    page.locator(f'main a[href="{HERE}/orders/notices/{one.pk}/"]').first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    return page


def confirm_change(page: Page, done: str) -> None:
    page.get_by_role("link", name="确认变更").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("确认变更")
    page.locator('[name="note"]').fill(done)
    press(page, "确认")
    expect(page.locator("main")).to_contain_text(done)


def answered(order: Order, kind: str) -> None:
    """A department confirms, away from the browser."""
    seat = seat_at(Staff.objects.get(username=ANSWERING[kind]), order.hotel.code)
    confirm_notice(actor=seat, notice=notice_to(order, kind), staff=seat.staff)


def ready(order: Order, kind: str) -> None:
    """A department is ready, away from the browser."""
    seat = seat_at(Staff.objects.get(username=ANSWERING[kind]), order.hotel.code)
    say_ready(actor=seat, notice=notice_to(order, kind), staff=seat.staff)
