"""Signing in in a real browser: passkeys with an authenticator of the browser's own, and every page of the way."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from roomnight.organization.models import Staff
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.watch import barriers, sideways
from tests.world import PASSWORD, World

pytestmark = [pytest.mark.browser, pytest.mark.rule("SEC-01"), pytest.mark.usefixtures("at_work_ticking")]
HOME = "/h/lujiazui/"


def authenticator(page: Page, verifies: bool = True) -> None:
    """Give the page a device that makes and proves passkeys at once, as a finger on the sensor would."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal" if verifies else "usb",
        "hasResidentKey": verifies,
        "hasUserVerification": verifies,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def enter(page: Page, username: str = "chen", password: str = PASSWORD) -> None:
    page.goto("/login/")
    page.get_by_label("用户名").fill(username)
    page.locator("#id_password").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto("/logout/")
    page.get_by_role("main").get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/login/**")


def confirm(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("请确认是您本人")
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="继续").click()


def add_passkey(page: Page, name: str, alone: bool = True) -> None:
    page.goto(HOME + "me/security/")
    page.get_by_role("link", name="添加通行密钥").click()
    confirm(page)
    page.get_by_label("通行密钥名称").fill(name)
    page.get_by_role("checkbox").set_checked(alone)
    page.get_by_role("button", name="添加通行密钥").click()
    page.wait_for_url("**/security/codes/")


def test_a_passkey_is_added_and_lets_in_without_a_password(desktop):
    page = desktop.page()
    authenticator(page)
    enter(page)
    page.wait_for_url("**" + HOME)
    add_passkey(page, "办公室电脑")
    with page.expect_download() as kept:
        page.get_by_role("link", name="下载").click()
    codes = page.locator(".rn-codes code").all_inner_texts()
    file = kept.value.path().read_text(encoding="utf-8")
    assert len(codes) == 10 and all(code in file for code in codes)
    page.get_by_role("link", name="已经存好").click()
    expect(page.get_by_role("main")).to_contain_text("办公室电脑")
    sign_out(page)
    page.goto("/login/?next=" + HOME + "clients/")
    page.get_by_role("button", name="使用通行密钥").click()
    page.wait_for_url(re.compile(r"^http://[^/]+/h/lujiazui/clients/$"))
    assert Authenticator.objects.get(type="webauthn").last_used_at


def test_a_passkey_is_the_second_step_after_the_password(desktop):
    page = desktop.page()
    authenticator(page, verifies=False)
    enter(page)
    page.wait_for_url("**" + HOME)
    add_passkey(page, "安全密钥", alone=False)
    page.get_by_role("link", name="已经存好").click()
    sign_out(page)
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("第二步验证")
    page.get_by_role("button", name="使用通行密钥").click()
    page.wait_for_url("**" + HOME)
    page.goto("/security/passkeys/new/")
    page.get_by_role("link", name="改用通行密钥").click()
    page.get_by_role("button", name="使用通行密钥").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("添加通行密钥")
    page.get_by_role("checkbox").uncheck()
    page.get_by_role("button", name="添加通行密钥").click()
    expect(page.get_by_role("alert")).to_have_text("这台设备上已有您的通行密钥。")


def test_who_has_no_passkey_here_is_told_and_can_type_the_password(desktop):
    page = desktop.page()
    authenticator(page)
    page.goto("/login/")
    page.get_by_role("button", name="使用通行密钥").click()
    expect(page.get_by_role("alert")).to_have_text("没有成功，或者已取消。请再试一次。")
    enter(page)
    page.wait_for_url("**" + HOME)


def code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


@pytest.mark.rule("UI-02")
@pytest.mark.parametrize(("device_options", "language"), [(PHONE, "zh-hans"), (DESKTOP, "en")], ids=["phone", "desk"])
def test_every_page_on_the_way_fits_and_can_be_used_by_all(device, device_options, language):
    Staff.objects.filter(username="chen").update(language=language, must_change_password=True)
    page = device(**device_options).page()
    authenticator(page)
    wrong: list[str] = []

    def look(path: str = "") -> None:
        if path:
            page.goto(path)
        wrong.extend([line for line in [sideways(page)] if line] + barriers(page))

    for path in ("/login/", "/login/?idle=1", "/password/reset/", "/login/sso/cancelled/"):
        look(path)
    page.goto("/login/")
    page.locator("#id_login").fill("chen")
    page.locator("#id_password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_be_visible()
    look()
    enter_in_any_language(page)
    page.wait_for_url("**/password/")
    look()
    page.locator("#id_oldpassword").fill(PASSWORD)
    page.locator("#id_password1").fill("short")
    page.locator("#id_password2").fill("short")
    page.keyboard.press("Enter")
    expect(page.locator(".rn-error").first).to_be_visible()
    look()
    Staff.objects.filter(username="chen").update(must_change_password=False)
    look("/security/app/")
    page.locator("#id_password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".rn-qr")).to_be_visible()
    look()
    page.locator("#id_code").fill(code(page.locator(".rn-secret").inner_text()))
    page.keyboard.press("Enter")
    page.wait_for_url("**/security/codes/")
    look()
    look("/security/codes/")
    page.goto("/security/passkeys/new/")
    look()
    page.locator("[data-passkey-start]").click()
    page.wait_for_url(re.compile("/security/$|/me/security/$"))
    key = Authenticator.objects.get(type="webauthn")
    look(HOME + "me/security/")
    for path in ("/security/codes/new/", "/security/app/remove/", f"/security/passkeys/{key.pk}/",
                 f"/security/passkeys/{key.pk}/remove/", "/security/confirm/code/", "/security/confirm/passkey/"):  # fmt: skip
        look(path)
    page.context.clear_cookies()
    page.goto("/login/")
    enter_in_any_language(page)
    page.wait_for_url("**/login/second-step/")
    look()
    assert not wrong, "\n".join(wrong)


def enter_in_any_language(page: Page) -> None:
    page.locator("#id_login").fill("chen")
    page.locator("#id_password").fill(PASSWORD)
    page.keyboard.press("Enter")


def test_the_page_of_a_colleague_who_cannot_come_in(desktop):
    page = desktop.sign_in("guan")
    page.goto(f"{HOME}settings/staff/{World().chen.pk}/sign-in/")
    assert not barriers(page) and not sideways(page)
