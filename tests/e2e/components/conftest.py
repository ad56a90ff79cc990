"""A browser on pages of nothing but components: no database, no rules."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import BrowserContext, Page, Playwright

from roomnight.ui.tests import kit_urls
from tests.e2e.conftest import ARGUMENTS, DESKTOP
from tests.e2e.watch import Watch


@pytest.fixture(scope="module")
def server() -> Generator[str, None, None]:
    """The pages of components on a port of their own."""
    running = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler, allow_reuse_address=False)
    running.set_app(StaticFilesHandler(WSGIHandler()))
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{running.server_port}"
    running.shutdown()
    running.server_close()
    thread.join()


class Browser:
    """A browser whose memory outlives closing it."""

    def __init__(self, start: Callable[..., BrowserContext], server: str, expected: list[str]) -> None:
        self.start, self.server, self.expected = start, server, expected
        self.context: BrowserContext | None = None
        self.options: dict[str, Any] = {}
        self.watches: list[Watch] = []

    def open(self, path: str, **options: Any) -> Page:
        self.options = options or self.options or DESKTOP
        if self.context is None:
            self.context = self.start(**self.options)
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        if not any(watch.page is page for watch in self.watches):
            watch = Watch(page, self.server)
            watch.expected += self.expected
            self.watches.append(watch)
        page.goto(path)
        page.wait_for_selector("html[data-started]")
        return page

    def switch_off(self) -> None:
        assert self.context
        self.context.close()
        self.context = None

    def network(self, on: bool) -> None:
        assert self.context
        self.context.set_offline(not on)
        for watch in self.watches:
            watch.has_network = on


@pytest.fixture
def browser(server: str, playwright: Playwright, chromium: str, tmp_path: Path) -> Generator[Browser, None, None]:
    """The kit in Chromium; at the end no script may have failed and nothing may have been kept from loading."""
    kit_urls.RECEIVED.clear()
    kit_urls.FAIL_WITH.clear()

    def start(**options: Any) -> BrowserContext:
        return playwright.chromium.launch_persistent_context(
            tmp_path, executable_path=chromium, args=ARGUMENTS, base_url=server, locale="zh-CN", timezone_id="Asia/Shanghai",
            permissions=["clipboard-read", "clipboard-write"], **options,
        )  # fmt: skip

    expected = [
        "/panel/?broken",
        "net::ERR_FAILED",
        "the server responded with a status of",
        "Response Status Error Code",
    ]
    made = Browser(start, server, expected)
    yield made
    seen = [line for watch in made.watches for line in watch.seen]
    if made.context:
        made.context.close()
    assert seen == []
