"""Every main page in a real browser: both languages, phone and desk, light and dark. With ROOMNIGHT_SCREENS=1 pictures go to var/screens."""

import os

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from roomnight.organization.models import Staff
from tests.e2e.conftest import DESKTOP, PHONE, SCREENS
from tests.e2e.watch import barriers, sideways
from tests.pages import desk_addresses, path_of
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("at_work_ticking")]
ROUNDS = {"phone-zh-light": (PHONE, DESKTOP), "desktop-en-dark": (DESKTOP, PHONE)}
"""What the pages are opened on, in which language and light; and the other size, to which each is then brought."""
WITH_PICTURES = os.environ.get("ROOMNIGHT_SCREENS") == "1"


def pages_of(username: str) -> dict[str, str]:
    """Names and paths of the whole pages that this person can open."""
    client, found = Client(), {}
    client.force_login(getattr(World(), username))
    for address in desk_addresses():
        path = path_of(address, World()) or ""
        answer = client.get(path)
        if answer.status_code == 200 and "text/html" in answer["Content-Type"] and b"<html" in answer.content:
            found[address.name.replace(":", "-")] = path
    return found


def open_page(page: Page, path: str) -> None:
    """Go there and wait for the parts that the page fetches for itself."""
    page.goto(path)
    expect(page.locator(".htmx-request")).to_have_count(0)
    if page.locator("[data-chart], [data-calendar]").count():
        page.wait_for_load_state("networkidle")


@pytest.mark.rule("UI-02")
@pytest.mark.parametrize("name", ROUNDS)
def test_every_page_fits_and_can_be_used_by_all(device, name):
    (first, other), (_, language, theme) = ROUNDS[name], name.split("-")
    Staff.objects.filter(username="lin").update(language=language.replace("zh", "zh-hans"), theme=theme)
    found, wrong = pages_of("lin"), []
    page = device(**first).sign_in("lin")
    assert len(found) > 40
    for title, path in found.items():
        page.set_viewport_size(first["viewport"])
        open_page(page, path)
        if WITH_PICTURES:
            page.screenshot(path=SCREENS / f"{name}--{title}.png", full_page=True, scale="css")
        wrong += [sideways(page), *barriers(page)]
        page.set_viewport_size(other["viewport"])
        wrong.append(sideways(page))
    wrong = [line for line in wrong if line]
    assert not wrong, "\n".join(wrong)
