"""What the scripts of the interface do for lists, menus, forms, boards and charts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.components.words import received, until
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.watch import barriers, sideways

pytestmark = [pytest.mark.browser, pytest.mark.urls("roomnight.ui.tests.kit_urls")]


# ---- everybody can use it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_page_is_open_to_all_and_fits(browser, options):
    page = browser.open("/kit/", **options)
    found = []
    for theme in ("light", "dark"):
        page.context.add_cookies([{"name": "roomnight_theme", "value": theme, "url": browser.server}])
        for path in ("/kit/", "/report/", "/form/", "/calendar/", "/offline/", "/errors/404/"):
            page = browser.open(path)
            page.wait_for_load_state("networkidle")
            assert page.evaluate("document.documentElement.dataset.bsTheme") == theme
            found += [*barriers(page), *filter(None, [sideways(page)])]
    assert found == []


# ---- finding and keys -------------------------------------------------------------------------------------------------


def test_the_palette_finds_and_opens(browser):
    page = browser.open("/kit/")
    page.keyboard.press("Control+k")
    page.keyboard.type("恒睿")
    expect(page.locator("#rn-found [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/kit/?found=1")
    page.wait_for_selector("html[data-started]")
    page.keyboard.press("Control+k")
    expect(page.locator("#rn-found [role=option]").first).to_have_text(
        "恒睿智能装备"
    )  # opened before, so offered first
    page.keyboard.press("Escape")
    expect(page.locator("#rn-palette")).not_to_be_visible()


def test_arrows_choose_in_the_palette_and_it_says_when_nothing_is_found(browser):
    page = browser.open("/kit/")
    page.click(".rn-search[data-palette]")
    options = page.locator("#rn-found [role=option]")
    expect(options).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.locator("#rn-palette input")).to_have_attribute(
        "aria-activedescendant", options.nth(1).get_attribute("id") or ""
    )
    page.keyboard.type("zzz")
    expect(page.locator("#rn-found")).to_contain_text("没有找到")


def test_keys_move_tick_and_open(browser):
    page = browser.open("/kit/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#clients tr.is-hot")).to_have_attribute("data-href", "?open=2")
    page.keyboard.press("x")
    expect(page.locator("#clients [data-tick]:checked")).to_have_count(1)
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kit/?open=1")


def test_two_keys_go_where_the_navigation_says(browser):
    page = browser.open("/kit/")
    page.keyboard.press("g")
    page.keyboard.press("v")
    page.wait_for_url("**/report/")


def test_keys_are_letters_while_somebody_types(browser):
    page = browser.open("/kit/")
    page.keyboard.press("/")
    page.keyboard.type("jg v?")
    expect(page.locator("[data-search]")).to_have_value("jg v?")
    expect(page.locator("#rn-keys")).not_to_be_visible()


def test_a_question_mark_shows_the_keys(browser):
    page = browser.open("/kit/")
    page.keyboard.press("?")
    expect(page.locator("#rn-keys")).to_be_visible()
    expect(page.locator("#rn-keys")).to_contain_text("记录拜访")


# ---- lists ------------------------------------------------------------------------------------------------------------


def test_ticks_show_the_bulk_bar_and_escape_clears_them(browser):
    page = browser.open("/kit/")
    expect(page.locator("#bulk")).not_to_be_visible()
    page.check("[data-tick-all]")
    expect(page.locator("#bulk [data-count]")).to_have_text("已选 6 家")
    page.uncheck("#clients tr:nth-child(1) [data-tick]")
    expect(page.locator("#bulk [data-count]")).to_have_text("已选 5 家")
    assert page.evaluate("document.querySelector('[data-tick-all]').indeterminate")
    page.keyboard.press("Escape")
    expect(page.locator("#bulk")).not_to_be_visible()
    expect(page.locator("#clients [data-tick]:checked")).to_have_count(0)


def test_shift_ticks_a_stretch(browser):
    page = browser.open("/kit/")
    page.check("#clients tr:nth-child(1) [data-tick]")
    page.click("#clients tr:nth-child(4) [data-tick]", modifiers=["Shift"])
    expect(page.locator("#clients [data-tick]:checked")).to_have_count(4)


def test_a_row_opens_where_it_is_no_button(browser):
    page = browser.open("/kit/")
    page.click("#clients tr:nth-child(3) td[data-label='等级']")
    page.wait_for_url("**/kit/?open=3")


def test_a_table_is_copied_as_a_table(browser):
    page = browser.open("/kit/")
    page.click("[data-copy-table]")
    expect(page.locator(".rn-toast").last).to_contain_text("已复制 6 行")
    lines = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert lines[0].split("\t")[:3] == ["客户", "等级", "阶段"]
    assert lines[2].split("\t")[:4] == [
        "Northbridge Pharmaceutical Research & Development (Shanghai) Co., Ltd. KH-00384 · NBPRD", "A", "在用", "441"
    ]  # fmt: skip
    assert len(lines) == 7


# ---- the frame --------------------------------------------------------------------------------------------------------


def test_the_bell_opens_and_gives_the_focus_back(browser):
    page = browser.open("/kit/")
    page.click("[popovertarget=rn-bell]")
    expect(page.locator("#rn-bell")).to_contain_text("何佳怡外出超时")
    page.keyboard.press("Escape")
    expect(page.locator("#rn-bell")).not_to_be_visible()
    assert page.evaluate("document.activeElement.getAttribute('popovertarget')") == "rn-bell"


def test_the_navigation_folds_and_stays_folded(browser):
    page = browser.open("/kit/")
    page.click("[data-fold]")
    assert (page.locator(".rn-nav").bounding_box() or {})["width"] < 60
    page = browser.open("/form/")
    assert (page.locator(".rn-nav").bounding_box() or {})["width"] < 60
    expect(page.locator("[data-fold]")).to_have_attribute("aria-label", "展开导航")


def test_the_theme_changes_at_once_and_charts_with_it(browser):
    page = browser.open("/kit/")
    bar = "document.querySelector('[data-chart=production] svg path[fill^=rgb]').getAttribute('fill')"
    page.wait_for_selector("[data-chart=production] svg path", state="attached")
    light = page.evaluate(bar)
    page.click("[popovertarget=rn-person]")
    page.click("#rn-person button[value=dark]")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    until(page, f"({bar}) !== {light!r}")
    assert received()[-1]["theme"] == "dark"


def test_a_part_that_cannot_be_fetched_says_so_in_its_place(browser):
    page = browser.open("/kit/")
    expect(page.locator("#panel")).to_contain_text("这一部分没有取到")
    page.route("**/panel/?broken", lambda route: route.fulfill(body="<b>in place</b>"))
    page.click("#panel [data-retry]")
    expect(page.locator("#panel")).to_have_text("in place")


def test_the_server_says_a_quiet_word(browser):
    page = browser.open("/kit/")
    page.click("text=取一块")
    expect(page.locator(".rn-toast")).to_contain_text("已取到")
    page = browser.open("/kit/?toast")
    expect(page.locator(".rn-toast")).to_contain_text("已记下")


@pytest.mark.parametrize(("button", "sent"), [("确定", 1), ("取消", 0)])
def test_what_cannot_be_undone_is_asked_first(browser, button, sent):
    page = browser.open("/kit/")
    page.route("**/theme/", lambda route: (received().append({}), route.fulfill(status=204)))
    page.click("form[data-confirm] button")
    expect(page.locator("#rn-confirm")).to_contain_text("真的删除这条跟进？")
    page.click(f"#rn-confirm button:has-text('{button}')")
    expect(page.locator("#rn-confirm")).not_to_be_visible()
    page.wait_for_timeout(100)
    assert len(received()) == sent


def test_no_network_is_said(browser):
    page = browser.open("/kit/")
    expect(page.locator("#rn-offline")).not_to_be_visible()
    browser.network(on=False)
    expect(page.locator("#rn-offline")).to_be_visible()
    browser.network(on=True)
    expect(page.locator("#rn-offline")).not_to_be_visible()


# ---- forms ------------------------------------------------------------------------------------------------------------


def fill_client(page: Page) -> None:
    page.fill("#id_name", "恒睿智能装备")
    page.fill("#id_rooms", "40")
    page.fill("#id_met_on", "2026-11-19")
    page.select_option("#id_kind", "corporate")
    page.check("input[name=channel][value=call]")
    page.check("input[name=result][value=trial]")


def test_what_was_typed_is_back_after_a_reload_and_gone_once_sent(browser):
    page = browser.open("/form/")
    page.fill("#id_name", "恒睿智能装备")
    page.check("input[name=result][value=order]")
    until(page, "localStorage.getItem('rn-draft:7:kit-client')?.includes('order')")
    page.on("dialog", lambda dialog: dialog.accept())
    page = browser.open("/form/")
    expect(page.locator("#id_name")).to_have_value("恒睿智能装备")
    expect(page.locator("input[name=result][value=order]")).to_be_checked()
    expect(page.locator("[data-draft-note]")).to_be_visible()
    fill_client(page)
    page.click("button[type=submit]:has-text('保存')")
    page.wait_for_url("**/kit/?toast")
    page = browser.open("/form/")
    expect(page.locator("#id_name")).to_have_value("")


def test_a_draft_can_be_let_go(browser):
    page = browser.open("/form/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.fill("#id_name", "写错了")
    until(page, "localStorage.getItem('rn-draft:7:kit-client')?.includes('写错了')")
    page = browser.open("/form/")
    page.click("[data-draft-discard]")
    expect(page.locator("#id_name")).to_have_value("")
    expect(page.locator("[data-draft-note]")).not_to_be_visible()


def test_a_form_not_accepted_keeps_what_was_typed_and_leads_to_the_field(browser):
    page = browser.open("/form/")
    page.fill("#id_name", "恒睿")
    page.fill("#id_rooms", "三百二")
    page.click("button[type=submit]:has-text('保存')")
    expect(page.locator(".rn-errors")).to_be_focused()
    expect(page.locator("#id_rooms")).to_have_value("三百二")
    expect(page.locator("#id_rooms")).to_have_attribute("aria-describedby", "id_rooms_error")
    page.click(".rn-errors a[href='#id_rooms']")
    expect(page.locator("#id_rooms")).to_be_focused()
    assert received() == []


def test_only_what_applies_is_shown_and_sent(browser):
    page = browser.open("/form/")
    fill_client(page)
    expect(page.locator("#id_note")).to_be_visible()
    page.fill("#id_note", "先住一晚")
    page.check("input[name=result][value=order]")
    expect(page.locator("#id_note")).not_to_be_visible()
    page.click("button[type=submit]:has-text('保存')")
    page.wait_for_url("**/kit/?toast")
    assert received()[-1]["note"] == ""


def test_a_form_is_sent_once_however_often_the_button_is_pressed(browser):
    page = browser.open("/form/")
    fill_client(page)
    page.evaluate(
        "() => { const b = document.querySelector('.rn-foot [type=submit]'); b.click(); b.click(); b.click() }"
    )
    page.wait_for_url("**/kit/?toast")
    assert len(received()) == 1


def test_leaving_a_changed_form_asks(browser):
    page = browser.open("/form/")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator("#id_name").press_sequentially("恒")
    page.goto("/kit/")
    assert asked == ["beforeunload"]


# ---- board, calendar, chart -------------------------------------------------------------------------------------------


def test_a_card_moves_by_key_and_goes_back_when_refused(browser):
    page = browser.open("/kit/")
    page.wait_for_selector("[data-board][data-ready]")
    page.focus("[data-id='2']")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("[data-date='2026-11-18'] [data-id='2']")).to_be_focused()
    expect(page.locator(".rn-toast").last).to_contain_text("已移到另一天")
    assert received()[-1] == {"id": "2", "date": "2026-11-18"}
    page.focus("[data-id=refuse]")
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator(".rn-toast").last).to_contain_text("这一天已经排满")
    expect(page.locator("[data-date='2026-11-17'] [data-id=refuse]")).to_have_count(1)


def test_the_calendar_shows_the_week_and_on_a_phone_a_list(browser):
    page = browser.open("/calendar/")
    expect(page.locator(".rn-calendar .rn-event")).to_have_count(5)
    expect(page.locator("[data-calendar-title]")).to_have_text("11/16 – 11/22")
    expect(page.locator("[data-calendar-view=week]")).to_have_attribute("aria-pressed", "true")
    page.click("[data-calendar-view=month]")
    expect(page.locator("[data-calendar-view=month]")).to_have_attribute("aria-pressed", "true")
    page.click(".rn-calendar .rn-event:has-text('回访')")
    page.wait_for_url("**/report/")


def test_the_calendar_is_a_list_on_a_phone(browser):
    page = browser.open("/calendar/", **PHONE)
    expect(page.locator("[data-calendar-view=list]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".rn-calendar .rn-event")).to_have_count(5)


def test_a_chart_has_a_sentence_and_a_table(browser):
    page = browser.open("/kit/")
    chart = page.locator("[data-chart=production]")
    expect(chart.locator("svg")).to_be_visible()
    expect(chart).to_have_attribute("aria-label", "近 12 个月间夜：合计 486，上年 440")
    page.click(".rn-chart-table summary")
    expect(page.locator("#production-table tbody tr")).to_have_count(12)
