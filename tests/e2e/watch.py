"""What must be true of every page in the browser: no script error, no foreign server, no sideways scroll, readable by all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import ConsoleMessage, Page, Request

AXE = Path(settings.BASE_DIR) / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}


class Watch:
    """Listens to a page and keeps what should not have happened, one line each."""

    def __init__(self, page: Page, server: str) -> None:
        self.page, self.server = page, server
        self.seen: list[str] = []
        self.expected: list[str] = []
        self.has_network = True
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.seen.append(f"{page.url}: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and self.has_network and not any(part in message.text for part in self.expected):
            self.seen.append(f"{self.page.url}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.server, "data:", "blob:", "about:")):
            self.seen.append(f"{self.page.url} asked {request.url}")


def sideways(page: Page) -> str:
    """What is wider than the window, or nothing."""
    width: int = page.evaluate("document.documentElement.clientWidth")
    widest: dict[str, Any] = page.evaluate(
        """() => {
            let found = {right: document.documentElement.scrollWidth, what: "the page"}
            if (found.right <= document.documentElement.clientWidth) return found
            for (const one of document.body.querySelectorAll("*")) {
                const right = one.getBoundingClientRect().right
                if (right > document.documentElement.clientWidth + 1) return {right, what: one.tagName + "." + one.className}
            }
            return found
        }"""
    )
    return (
        f"{page.url}: {widest['what']} reaches to {widest['right']} of {width}" if widest["right"] > width + 1 else ""
    )


def barriers(page: Page) -> list[str]:
    """What keeps somebody from using the page, as axe finds it; only what is serious or critical. A page still on its way is waited for."""
    page.wait_for_load_state()
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{page.url}: {one['id']} ({one['impact']}): {one['help']}: {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in found["violations"]
        if one["impact"] in GRAVE
    ]
