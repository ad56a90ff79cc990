"""What surrounds the work: keys, the palette, language and theme, pictures, and what is logged with a few touches."""

import re

import pytest
from playwright.sync_api import expect

from roomnight.activities.models import Visit
from roomnight.clients.models import Account
from roomnight.organization.models import Staff
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("at_work_ticking")]
HOME = "/h/lujiazui/"


@pytest.mark.rule("UI-02")
@pytest.mark.rule("ACC-05")
@pytest.mark.parametrize("typed", ["hxkj", "华星", "8866"])
def test_from_anywhere_to_a_client_without_a_mouse(desktop, typed):
    page = desktop.sign_in("chen")
    page.goto(HOME + "help/")
    page.keyboard.press("Control+k")
    page.keyboard.type(typed)
    expect(page.get_by_role("option").first).to_contain_text(re.compile("华星科技|王芳"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("华星科技|王芳"))


@pytest.mark.rule("UI-02")
def test_two_letters_lead_to_a_page_and_j_and_enter_into_a_row(desktop):
    page = desktop.sign_in("lin")
    page.goto(HOME)
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/clients/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("table.rn-list > tbody > tr").nth(1).locator("a").first
    expect(second).to_be_focused()
    name = second.inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


@pytest.mark.rule("UI-02")
def test_the_first_tab_skips_to_the_content(desktop):
    page = desktop.sign_in("chen")
    page.goto(HOME)
    page.keyboard.press("Tab")
    expect(page.locator(".rn-skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.rule("UI-01")
def test_the_language_changes_at_once_and_stays(phone):
    page = phone.sign_in("chen")
    page.goto(HOME + "me/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.get_by_role("main").locator('[name="language"]').select_option("en")
    page.get_by_role("main").get_by_role("button", name="保存").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(HOME + "clients/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Clients")
    assert Staff.objects.get(username="chen").language == "en"


@pytest.mark.parametrize(
    ("theme", "scheme", "shown"),
    [("dark", "light", "dark"), ("light", "dark", "light"), ("auto", "dark", "dark"), ("auto", "light", "light")],
)
def test_light_or_dark_as_chosen_or_as_the_device(desktop, theme, scheme, shown):
    Staff.objects.filter(username="chen").update(theme=theme)
    page = desktop.sign_in("chen")
    page.emulate_media(color_scheme=scheme)
    page.goto(HOME)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", shown)


@pytest.mark.rule("UI-05")
def test_production_is_a_picture_with_its_table_one_click_away(desktop):
    page = desktop.sign_in("chen")
    page.goto(f"{HOME}clients/{World().huaxing.pk}/")
    chart = page.locator("[data-chart]").first
    expect(chart.locator("svg path").nth(12)).to_be_attached()  # a bar for each of twelve months and the axes
    table = page.locator("details:has(table)").first
    table.locator("summary").click()
    expect(table.locator("table")).to_be_visible()


@pytest.mark.rule("UI-05")
@pytest.mark.rule("BRD-03")
def test_the_calendar_shows_visits_and_what_is_to_be_done(desktop):
    page = desktop.sign_in("chen")
    page.goto(HOME + "activities/calendar/")
    expect(page.locator("[data-calendar]")).to_contain_text("华星科技")
    expect(page.locator("[data-calendar]")).to_contain_text("寄会议报价")


@pytest.mark.rule("VIS-11")
def test_an_ordinary_visit_is_logged_with_five_touches_on_one_screen(phone):
    """From the client's page: log, how it was agreed, whom one met, the result, hand in. Everything else is known."""
    page = phone.sign_in("chen")
    page.goto(f"{HOME}clients/{World().huaxing.pk}/")
    before = Visit.objects.count()
    touches = []

    def touch(locator):
        touches.append(locator.inner_text())
        locator.click()

    touch(page.get_by_role("link", name="记录拜访").first)
    form = page.locator("form[data-offline-report]")
    expect(form).to_have_attribute("data-ready", "1")
    for name, value in (("appointment", "phone"), ("people", str(World().wangfang.pk)), ("result", "interested")):
        touch(form.locator("label").filter(has=page.locator(f'input[name="{name}"][value="{value}"]')))
    button = page.get_by_role("button", name="交报告").locator("visible=true")
    assert button.bounding_box()["y"] + button.bounding_box()["height"] <= 844
    touch(button)
    page.wait_for_url(re.compile(r"/activities/visits/\d+/$|/clients/\d+/$"))
    assert Visit.objects.count() == before + 1
    assert len(touches) == 5


@pytest.mark.rule("UI-03")
def test_a_page_that_was_never_here_says_so_without_a_network(phone):
    page = phone.sign_in("chen")
    page.goto(HOME)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload(wait_until="networkidle")
    phone.network(on=False)
    page.goto(HOME + "clients/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("联网")
    page.goto(HOME)
    expect(page.get_by_role("heading", level=1)).to_contain_text("我的一天")
    phone.network(on=True)


@pytest.mark.rule("SEC-05")
def test_a_script_that_somebody_slipped_into_a_name_does_not_run(desktop):
    slipped = "<script>document.title='slipped'</script><img src=x onerror=\"document.title='slipped'\">"
    client = World().huaxing
    Account.objects.filter(pk=client.pk).update(name=slipped, short_name=slipped)
    page = desktop.sign_in("chen")
    for path in ("clients/", f"clients/{client.pk}/", "activities/calendar/", "activities/visits/", ""):
        page.goto(HOME + path)
        expect(page.locator(".htmx-request")).to_have_count(0)
        assert page.title() != "slipped"
