"""The function diary under the hand: dragged with the mouse, moved by key, and by the list on a telephone (ORD-07)."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from roomnight.orders.commands.diary import book_space
from roomnight.orders.models import FunctionSpace, SpaceBooking
from tests.e2e.journey import HERE
from tests.e2e.watch import barriers, sideways
from tests.world import World
from tests.world_orders import at

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("at_work_ticking")]
DAY = f"{HERE}/orders/diary/?view=day&date=2026-12-10"


def hall(name: str) -> FunctionSpace:
    return FunctionSpace.objects.select_related("hotel").get(hotel=World().lujiazui, name=name)


def somebody_takes(name: str, start: int, end: int) -> SpaceBooking:
    """A colleague has a hall for these hours of the day; before and after it is set up and cleared."""
    seat = World().seat("sun")
    booked: SpaceBooking = book_space(
        actor=seat, space=hall(name), by=seat.staff, order=World().sun_s_order, starts_at=at(10, start), ends_at=at(10, end), state="definite",
        title="签约仪式", attendance=40, set_up_minutes=0, tear_down_minutes=0,
    )  # fmt: skip
    return booked


def stands(one: SpaceBooking) -> tuple[str, Any, Any]:
    one.refresh_from_db()
    return one.space.name, one.starts_at, one.ends_at


def opened(page: Page, address: str = DAY) -> Locator:
    page.goto(address)
    picture = page.locator("[data-diary][data-ready='1']")
    expect(picture).to_be_visible()
    return picture


def bar(page: Page, one: SpaceBooking) -> Locator:
    return page.locator(f'.rn-function[data-id="{one.pk}"]')


def lane(page: Page, name: str) -> Locator:
    return page.locator(f'.rn-diary-lane[data-space="{hall(name).pk}"]')


def drag(page: Page, one: SpaceBooking, to: str, hours: float) -> None:
    """Take a function by the mouse, along by some hours and over the lane of a hall, and let it go there."""
    held, target = bar(page, one).bounding_box(), lane(page, to).bounding_box()
    assert held is not None and target is not None
    x, y = held["x"] + held["width"] / 2, held["y"] + held["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(
        x + hours * target["width"] / 18, target["y"] + target["height"] / 2, steps=6
    )  # from six to midnight
    page.mouse.up()


def told(page: Page, words: str) -> None:
    expect(page.locator("#rn-toasts")).to_contain_text(words)
    page.locator("#rn-toasts .rn-toast").evaluate_all("all => all.forEach(one => one.remove())")


@pytest.mark.rule("ORD-07")
def test_a_function_is_dragged_to_another_hour_and_hall_and_goes_back_where_the_hall_is_taken(desktop):
    world = World()
    mine, theirs = world.hall_booking, somebody_takes("浦江厅 B", 20, 22)
    page = desktop.sign_in("chen")
    desktop.watches[0].expected.append("409")  # the refusal
    opened(page)
    drag(page, mine, "浦江厅 A", -3)
    told(page, "已移动")
    assert stands(mine) == ("浦江厅 A", at(10, 11), at(10, 15))
    expect(bar(page, mine)).to_contain_text("11:00")

    drag(page, mine, "浦江厅 B", 0)
    told(page, "已移动")
    assert stands(mine) == ("浦江厅 B", at(10, 11), at(10, 15))
    expect(lane(page, "浦江厅 B").locator(f'[data-id="{mine.pk}"]')).to_be_visible()

    drag(page, mine, "浦江厅 B", 6)
    told(page, "已被占用")
    assert stands(mine) == ("浦江厅 B", at(10, 11), at(10, 15))
    expect(bar(page, mine)).to_contain_text("11:00")
    drag(page, mine, "浦江厅", 7)  # both halls thrown together are not free either
    told(page, "已被占用")
    expect(lane(page, "浦江厅 B").locator(f'[data-id="{mine.pk}"]')).to_be_visible()
    assert stands(mine) == ("浦江厅 B", at(10, 11), at(10, 15))

    drag(page, theirs, "浦江厅 A", -6)  # what is a colleague's stays where it is
    expect(page.locator(".rn-diary.is-dragging")).to_have_count(0)
    assert stands(theirs) == ("浦江厅 B", at(10, 20), at(10, 22))
    assert [*barriers(page), sideways(page)] == [""]


@pytest.mark.rule("ORD-07")
def test_a_function_is_moved_with_the_keys(desktop):
    world = World()
    mine = world.hall_booking
    somebody_takes("浦江厅 B", 20, 22)
    page = desktop.sign_in("chen")
    desktop.watches[0].expected.append("409")  # the refusal
    opened(page)
    bar(page, mine).focus()
    page.keyboard.press("Shift+ArrowRight")
    told(page, "已移动")
    assert stands(mine) == ("浦江厅 A", at(10, 14, 15), at(10, 18, 15))
    expect(bar(page, mine)).to_be_focused()
    page.keyboard.press("Shift+ArrowDown")
    told(page, "已移动")
    assert stands(mine) == ("浦江厅 B", at(10, 14, 15), at(10, 18, 15))
    while stands(mine)[2] < at(10, 19, 30):  # thirty minutes to clear
        expect(bar(page, mine)).to_be_focused()
        page.keyboard.press("Shift+ArrowRight")
        told(page, "已移动")
    page.keyboard.press("Shift+ArrowRight")
    told(page, "已被占用")
    assert stands(mine) == ("浦江厅 B", at(10, 15, 30), at(10, 19, 30))
    expect(bar(page, mine)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(mine.title)


@pytest.mark.rule("ORD-07")
def test_on_a_telephone_the_day_is_a_list_and_a_function_is_moved_by_its_form(phone):
    world = World()
    mine = world.hall_booking
    somebody_takes("浦江厅 B", 8, 12)
    page = phone.sign_in("chen")
    phone.watches[0].expected.append("422")  # the refusal comes with the form
    page.goto(DAY)
    expect(page.locator("[data-diary]")).to_be_hidden()
    row = page.locator("main tr").filter(has_text=mine.title)
    expect(row).to_contain_text("14:00–18:00")
    assert [*barriers(page), sideways(page)] == [""]
    row.get_by_role("link").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text(mine.title)
    page.get_by_role("link", name="移动或修改").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("移动或修改")
    page.locator('[name="space"]').select_option(label="浦江厅 B")
    page.locator('[name="at"]').fill("09:00")
    page.locator('[name="until"]').fill("12:00")
    page.get_by_role("button", name="保存").tap()
    expect(page.locator("#taken")).to_have_text("浦江厅 B已被占用")
    expect(page.locator("section[aria-labelledby='taken']")).to_contain_text("同事占用")
    expect(page.locator('[name="at"]')).to_have_value("09:00")  # nothing typed is lost
    assert [*barriers(page), sideways(page)] == [""]
    assert stands(mine) == ("浦江厅 A", at(10, 14), at(10, 18))
    page.get_by_role("button", name="浦江厅 A").tap()  # what is offered instead
    expect(page.get_by_role("heading", level=1)).to_have_text(mine.title)
    assert stands(mine) == ("浦江厅 A", at(10, 9), at(10, 12))
