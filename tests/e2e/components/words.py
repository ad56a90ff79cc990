"""Small words of the tests of components."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Page

from roomnight.ui.tests import kit_urls


def received() -> list[dict[str, Any]]:
    return kit_urls.RECEIVED


def until(page: Page, expression: str) -> None:
    """Wait until it is true. Not Playwright's own way, which needs eval, which the pages forbid."""
    given_up = time.monotonic() + 15
    while not page.evaluate(expression):
        assert time.monotonic() < given_up, f"never true: {expression}"
        page.wait_for_timeout(30)
