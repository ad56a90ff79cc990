"""A report that is written without a network: kept, brought back, sent once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from roomnight.ui.tests import kit_urls
from tests.e2e.components.words import received, until
from tests.e2e.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.urls("roomnight.ui.tests.kit_urls")]


def write_report(page: Page) -> None:
    page.check("input[name=who][value='1']")
    page.check("input[name=result][value=interested]")
    page.fill("#id_note", "12 月起两个团队，40 间夜/月")
    until(page, "document.querySelector('[data-draft-status]').textContent.includes('草稿')")


def kept_for_later(page: Page) -> None:
    """The worker has the page and everything it is made of."""
    page.evaluate("navigator.serviceWorker.ready")
    until(
        page,
        """(async () => {
            const pages = await caches.open("rn-pages-7");
            const files = (await caches.keys()).find((name) => name.startsWith("rn-files"));
            const held = files ? (await (await caches.open(files)).keys()).map((one) => one.url) : [];
            const has = (part) => held.some((url) => url.includes(part));
            return (await pages.keys()).length > 0 && has("app.css") && has("app.js") && has("chunks/chunk") && has("icons.svg");
        })()""",
    )


@pytest.mark.rule("VIS-07")
def test_a_report_written_without_network_survives_everything_and_arrives_once(browser):
    page = browser.open("/report/", **PHONE)
    kept_for_later(page)
    browser.network(on=False)
    write_report(page)
    page.click(".rn-stick [type=submit]")
    expect(page.locator("[data-queued]")).to_contain_text("已存在这台设备")
    page.reload()
    page.wait_for_selector("form[data-ready]")
    expect(page.locator("#id_note")).to_have_value("12 月起两个团队，40 间夜/月")
    expect(page.locator("[data-queued]")).to_be_visible()
    browser.switch_off()

    page = browser.open("/kit/")  # the next day, with a network, on any page
    expect(page.locator(".rn-toast").last).to_contain_text("恒睿智能装备 的拜访报告已提交")
    assert [one["note"] for one in received()] == ["12 月起两个团队，40 间夜/月"]
    page = browser.open("/report/")
    page.wait_for_selector("form[data-ready]")
    expect(page.locator("#id_note")).to_have_value("")
    assert len(received()) == 1


def test_a_draft_outlives_the_browser(browser):
    page = browser.open("/report/", **PHONE)
    write_report(page)
    browser.switch_off()
    page = browser.open("/report/")
    page.wait_for_selector("form[data-ready]")
    expect(page.locator("#id_note")).to_have_value("12 月起两个团队，40 间夜/月")
    expect(page.locator("input[name=who][value='1']")).to_be_checked()


def test_a_report_goes_straight_through_with_a_network(browser):
    page = browser.open("/report/", **PHONE)
    write_report(page)
    page.click(".rn-stick [type=submit]")
    page.wait_for_url("**/kit/?toast")
    assert len(received()) == 1
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", received()[0]["submission_key"]
    )


def test_an_answer_lost_on_the_way_back_does_not_send_twice(browser):
    page = browser.open("/report/", **PHONE)
    write_report(page)

    def swallow(route: Any) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/report/", swallow)
    page.click(".rn-stick [type=submit]")
    expect(page.locator("[data-queued]")).to_be_visible()
    assert len(received()) == 1
    page.unroute("**/report/")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_url("**/kit/?toast")
    assert len(received()) == 1


def test_a_report_not_accepted_comes_back_with_its_errors(browser):
    page = browser.open("/report/", **PHONE)
    page.fill("#id_note", "忘了选结果")
    page.evaluate("document.querySelectorAll('[name=result]').forEach((one) => (one.required = false))")
    page.click(".rn-stick [type=submit]")
    expect(page.locator(".rn-errors")).to_be_focused()
    expect(page.locator("#id_note")).to_have_value("忘了选结果")
    page.check("input[name=result][value=order]")
    page.click(".rn-stick [type=submit]")
    page.wait_for_url("**/kit/?toast")
    assert len(received()) == 1


def test_a_server_in_trouble_gets_the_report_later(browser):
    kit_urls.FAIL_WITH["report"] = 503
    page = browser.open("/report/", **PHONE)
    write_report(page)
    page.click(".rn-stick [type=submit]")
    expect(page.locator("[data-queued]")).to_be_visible()
    kit_urls.FAIL_WITH.clear()
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_url("**/kit/?toast")
    assert len(received()) == 1


def test_a_report_waits_for_the_person_to_sign_in_again(browser):
    page = browser.open("/report/", **PHONE)
    write_report(page)
    page.route("**/csrf/", lambda route: route.fulfill(status=302, headers={"Location": "/offline/"}))
    page.click(".rn-stick [type=submit]")
    expect(page.locator("[data-queued]")).to_contain_text("重新登录后提交")
    assert received() == []
    page.unroute("**/csrf/")
    page = browser.open("/kit/")
    expect(page.locator(".rn-toast").last).to_contain_text("已提交")
    assert len(received()) == 1


def test_a_page_never_opened_says_what_can_be_opened(browser):
    page = browser.open("/report/", **PHONE)
    kept_for_later(page)
    browser.network(on=False)
    page.goto("/form/")
    expect(page.locator("h1")).to_have_text("这一页要联网才能打开")
    page.click("[data-kept-list] a:has-text('拜访报告')")
    page.wait_for_selector("form[data-ready]")


def test_signing_out_takes_the_pages_off_the_device_and_warns_of_reports_not_sent(browser):
    page = browser.open("/report/", **PHONE)
    kept_for_later(page)
    kit_urls.FAIL_WITH["report"] = 503
    write_report(page)
    page.click(".rn-stick [type=submit]")
    expect(page.locator("[data-queued]")).to_be_visible()
    page.evaluate("document.querySelector('form[data-sign-out]').requestSubmit()")
    expect(page.locator("#rn-confirm")).to_contain_text("还有 1 份报告只在这台设备上")
    page.click("#rn-confirm button[value=yes]")
    page.wait_for_url("**/logout/")
    assert page.evaluate("caches.keys().then((names) => names.filter((name) => name.startsWith('rn-pages')))") == []


def test_another_person_on_the_same_device_gets_nothing_of_the_first(browser):
    page = browser.open("/report/", **PHONE)
    kept_for_later(page)
    write_report(page)
    page.evaluate("navigator.serviceWorker.register('/sw.js?u=8', {scope: '/'})")
    until(page, "caches.keys().then((names) => !names.includes('rn-pages-7'))")
    page.evaluate("document.documentElement.dataset.user = '8'")
    drafts = page.evaluate(
        """new Promise((resolve) => {
            const request = indexedDB.open("roomnight");
            request.onsuccess = () => {
                const all = request.result.transaction("drafts").objectStore("drafts").getAllKeys();
                all.onsuccess = () => resolve(all.result);
            };
        })"""
    )
    assert drafts == ["7:visit-12"]
