"""The main job, in Chinese, on a telephone: from the hotel's real bookings to a visit that is followed up."""

from datetime import datetime, timedelta

import pytest
import time_machine
from playwright.sync_api import Locator, Page, expect

from roomnight.activities.models import FollowUp, Visit, VisitReport
from roomnight.kernel.models import AuditEntry
from tests.e2e.conftest import Device
from tests.e2e.house import House, open_house
from tests.e2e.watch import sideways
from tests.world import PASSWORD, SHANGHAI

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
CLIENT = "公司 67"
SENTENCE = "明年想谈长住价，等我们的方案。"
DAYS = {
    "an ordinary Wednesday": (
        datetime(2026, 11, 18, 9, 30, tzinfo=SHANGHAI),
        datetime(2026, 11, 19, 9, 0, tzinfo=SHANGHAI),
    ),
    "a Friday before a make-up Saturday": (
        datetime(2026, 2, 13, 9, 30, tzinfo=SHANGHAI),
        datetime(2026, 2, 14, 9, 0, tzinfo=SHANGHAI),
    ),
}


def sign_in(page: Page, username: str) -> None:
    page.goto("/login/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("checkbox").check()  # stay signed in on this device
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("登录")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")


def act(page: Page, step: str) -> None:
    """Press the one button of the next step of a visit."""
    with page.expect_navigation():
        page.locator(f'form[action$="/{step}/"] button[type=submit]').click()


def plan(page: Page, house: House) -> Visit:
    """Take the proposed client of the imported data and plan a visit in an hour."""
    page.goto(house.path("activities/proposals/"))
    page.get_by_role("button", name="重新计算").click()
    offer = page.get_by_role("article").filter(has_text=CLIENT)
    expect(offer).to_contain_text("公海")
    offer.get_by_role("button", name="认领并安排").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("计划拜访")
    page.locator('[name="start"]').fill("10:30")
    page.locator('[name="place"]').fill("世纪大道 100 号")
    page.get_by_role("button", name="安排", exact=True).click()
    expect(page.get_by_role("heading", name=CLIENT)).to_be_visible()
    return Visit.objects.get(staff=house.representative)


def get_ready_and_go(page: Page) -> None:
    """Agree on the appointment, tick the kit, go out."""
    confirm = page.locator('form[action$="/confirm/"]')
    pick(confirm, "appointment", "agreed")
    pick(confirm, "confirmed_how", "phone")
    confirm.locator('[name="confirmed_with"]').fill("王小姐")
    act(page, "confirm")
    kit = page.locator('form[action$="/kit/"] input[type=checkbox]')
    expect(kit).to_have_count(9)  # eight things and the look in the mirror
    for box in kit.all():
        box.check()
    act(page, "kit")
    act(page, "out")
    expect(page.locator('form[action$="/back/"]')).to_be_visible()


def pick(form: Locator, name: str, value: str) -> None:
    """Choose one of a row of picks by touching its words, unless it is chosen already."""
    choice = f'input[name="{name}"][value="{value}"]'
    if not form.locator(choice).is_checked():
        form.locator("label").filter(has=form.page.locator(choice)).click()
    expect(form.locator(choice)).to_be_checked()


def write(page: Page) -> None:
    """Fill in the report: five picks and a sentence."""
    form = page.locator("form[data-offline-report]")
    expect(form).to_have_attribute("data-ready", "1")
    pick(form, "people", "other")
    form.locator('[name="people_text"]').fill("王小姐 行政")
    pick(form, "result", "interested")
    pick(form, "needs", "long_stay")
    form.locator('[name="note"]').fill(SENTENCE)
    expect(page.locator("[data-draft-status]").locator("visible=true")).to_contain_text("已存在这台设备")


def report_without_network(device: Device, visit: Visit, house: House) -> Page:
    """Write, lose the network, switch the phone off and on, hand in, and get the network back."""
    address = house.path(f"activities/visits/{visit.pk}/report/")
    page = device.page()
    page.goto(address)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload(wait_until="networkidle")  # now through the worker, which keeps the page
    device.network(on=False)
    write(page)
    page.close()
    device.restart()
    page = device.page()
    device.network(on=False)
    page.goto(address)
    form = page.locator("form[data-offline-report]")
    expect(form).to_have_attribute("data-ready", "1")
    expect(form.locator('[name="note"]')).to_have_value(SENTENCE)
    expect(form.locator('input[name="result"][value="interested"]')).to_be_checked()
    page.get_by_role("button", name="交报告").locator("visible=true").click()
    expect(page.locator("[data-queued]")).to_be_visible()
    assert not VisitReport.objects.filter(visit=visit).exists()
    device.network(on=True)
    page.wait_for_url(f"**/activities/visits/{visit.pk}/")
    return page


def close_day(page: Page, house: House) -> None:
    page.goto(house.path("activities/day-close/"))
    page.locator("main").get_by_role("button", name="下班收工").click()


@pytest.mark.rule("VIS-01")
@pytest.mark.rule("VIS-04")
@pytest.mark.rule("VIS-05")
@pytest.mark.rule("VIS-07")
@pytest.mark.rule("VIS-08")
@pytest.mark.rule("VIS-09")
@pytest.mark.rule("UI-02")
@pytest.mark.parametrize("which", DAYS)
def test_the_main_job(phone, desktop, which):
    today, next_working_day = DAYS[which]
    with time_machine.travel(today, tick=True) as clock:
        house = open_house(today)
        page = phone.page()
        sign_in(page, "daibiao")
        visit = plan(page, house)
        get_ready_and_go(page)

        office = desktop.page()
        sign_in(office, "jingli")
        office.goto(house.path("activities/outing/"))
        expect(office.get_by_role("row").filter(has_text="江小帆")).to_contain_text("世纪大道 100 号")

        clock.move_to(today + timedelta(hours=1, minutes=35))
        act(page, "back")
        close_day(page, house)
        expect(page.locator("main")).to_contain_text(CLIENT)
        expect(page.get_by_text("已收工")).to_have_count(0)

        page = report_without_network(phone, visit, house)
        assert VisitReport.objects.filter(visit=visit).count() == 1
        assert VisitReport.objects.get(visit=visit).note == SENTENCE
        assert AuditEntry.objects.filter(command="activities.write_report", changes__has_key="sent_again").count() == 0
        call = FollowUp.objects.get(visit=visit, kind="thanks_call")
        assert (call.due_on, call.owner) == (next_working_day.date(), house.representative)

        office.goto(house.path(f"activities/visits/{visit.pk}/"))
        expect(office.locator("main")).to_contain_text(SENTENCE)
        office.locator('[name="comment"]').fill("方案周五前给我看。")
        act(office, "read")
        expect(office.locator("main")).to_contain_text("方案周五前给我看。")
        page.goto(house.path(f"activities/visits/{visit.pk}/"))
        expect(page.locator("main")).to_contain_text("方案周五前给我看。")

        close_day(page, house)
        expect(page.locator("#own-day")).to_contain_text("已收工")
        page.goto(house.path())
        expect(page.locator("main")).to_contain_text("没有剩下的事")  # the call is announced for the next day

        clock.move_to(next_working_day)
        page.goto(house.path())
        expect(page.locator("main")).to_contain_text("还有 1 件事")
        expect(page.locator("main")).to_contain_text("致谢电话")
        expect(page.locator("main")).to_contain_text(CLIENT)
        assert sideways(page) == ""
