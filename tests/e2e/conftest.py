"""A real browser in front of a real server: a phone, a desk, and what must be true of every page they open."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandlerMixin
from django.test import Client
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright

from roomnight.organization.models import Staff
from tests.e2e.watch import Watch
from tools.test_programs import BROWSERS

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps an event loop in the tests' own thread
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
SCREENS = Path(settings.BASE_DIR) / "var" / "screens"


@pytest.fixture(scope="session")
def playwright() -> Generator[Playwright, None, None]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("Chromium is not installed")
    return found


class Device:
    """A phone or a desk computer with a memory of its own that outlives switching it off."""

    def __init__(self, start: Callable[..., BrowserContext], server: str, **options: Any) -> None:
        self.start, self.server, self.options = start, server, options
        self.context = start(**options)
        self.watches: list[Watch] = []
        self.user = ""

    def restart(self) -> None:
        """Switch the device off and on again: every page is gone, what was stored is still there."""
        self.context.close()
        self.context = self.start(**self.options)

    def network(self, *, on: bool) -> None:
        """Lose the network, or get it back. What a page says of failed requests meanwhile is no fault of its own."""
        self.context.set_offline(not on)
        for watch in self.watches:
            watch.has_network = on

    def page(self) -> Page:
        """A page, watched for everything that must never happen."""
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        if not any(watch.page is page for watch in self.watches):
            self.watches.append(Watch(page, self.server))
        return page

    def sign_in(self, username: str) -> Page:
        """Come in as this person without going through the form, which has a test of its own."""
        client = Client()
        client.force_login(Staff.objects.get(username=username))
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.server}])
        self.user = username
        return self.page()


@pytest.fixture
def device(
    transactional_db: None, live_server: Any, playwright: Playwright, chromium: str, tmp_path: Path
) -> Generator[Callable[..., Device], None, None]:
    """Makes devices: `device(**PHONE)`. At the end nothing bad may have been seen on any of their pages."""
    made: list[Device] = []
    server = f"http://localhost:{live_server.thread.port}"

    def make(**options: Any) -> Device:
        memory = tmp_path / f"device-{len(made)}"

        def start(**again: Any) -> BrowserContext:
            return playwright.chromium.launch_persistent_context(
                memory, executable_path=chromium, args=ARGUMENTS, base_url=server, locale="zh-CN",
                timezone_id="Asia/Shanghai", **again,
            )  # fmt: skip

        made.append(Device(start, server, **options))
        return made[-1]

    yield make
    seen = [line for one in made for watch in one.watches for line in watch.seen]
    for one in made:
        one.context.close()
    assert seen == []


@pytest.fixture
def phone(device: Callable[..., Device]) -> Device:
    """A telephone of 390 × 844 with a touch screen."""
    return device(**PHONE)


@pytest.fixture
def statics_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser keeps scripts, styles and fonts, as it does of a running server; else every page asks for all of them again."""
    serve = StaticFilesHandlerMixin.serve

    def kept(handler: Any, request: Any) -> Any:
        response = serve(handler, request)
        response.headers["Cache-Control"] = "max-age=31536000, immutable"
        return response

    monkeypatch.setattr(StaticFilesHandlerMixin, "serve", kept)


@pytest.fixture
def desktop(statics_are_kept: None, device: Callable[..., Device]) -> Device:
    """A desk computer's window of 1440 × 900, without the worker that keeps pages for when there is no network.

    Many people sign in on it one after the other, faster than people do; that worker is one person's, and changes with them.
    """
    return device(service_workers="block", **DESKTOP)
