"""A case played in the browser: every task is done by somebody of the role of its lane, on the pages that they have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, Page, TimeoutError, expect

from roomnight.organization.models import Membership
from roomnight.procedures.forms import spec_of
from roomnight.procedures.models import Case, CaseTask
from roomnight.procedures.rules.form_fields import Field
from roomnight.procedures.rules.form_values import shows
from roomnight.procedures.tests.examples import example
from tests.e2e.conftest import Device
from tests.e2e.watch import barriers, sideways
from tests.world import World

HERE = "/h/lujiazui"
PEOPLE = {
    "sales-representative": "chen", "sales-clerk": "ma", "sales-manager": "zhou", "director-of-sales": "lin",
    "deputy-general-manager": "liang", "general-manager": "zheng", "club-attendant": "tao", "therapist": "jin",
    "finance-clerk": "deng", "department-coordinator": "song",
}  # fmt: skip
"""Who stands for a role; each has it in the small world."""
GONE = "net::ERR_FAILED"
"""What the browser says of a request whose page was left before the answer came: hands here are quicker than people's."""
Answers = Mapping[str, Mapping[str, Any]]


class Journey:
    """One device that its people hand to each other. `did` says who did which step."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.did: list[tuple[str, str]] = []

    def as_(self, username: str) -> Page:
        if self.device.user != username:
            self.device.sign_in(username)
        page = self.device.page()
        for watch in self.device.watches:
            if GONE not in watch.expected:
                watch.expected.append(GONE)
        return page

    def later(self) -> None:
        """So much later that everybody signs in anew."""
        self.device.user = ""

    def play(self, case: Case, answers: Answers, before: str = "") -> None:
        """Do what lies on lists, one after the other, until nothing does or a step has its turn; what must be filled in has an example."""
        while (task := self.next(case)) and task.step != before:
            self.do(task, answers.get(task.step, {}))

    @staticmethod
    def next(case: Case) -> CaseTask | None:
        tasks = CaseTask.objects.select_related("role", "person", "form_version__form", "case")
        return tasks.filter(case=case, state__in=("open", "claimed")).order_by("pk").first()

    def do(self, task: CaseTask, answer: Mapping[str, Any]) -> None:
        """Find it on one's list, open it, fill it in, say that it is done."""
        assert task.role is not None, task.step
        username = PEOPLE[task.role.code]
        assert Membership.objects.get(staff__username=username, hotel__code="lujiazui").role == task.role
        page = self.as_(username)
        open_page(page, f"{HERE}/tasks/?tab={'mine' if task.person_id else 'free'}")
        link = page.locator(f'main a[href$="/tasks/{task.pk}/"]').first
        expect(link).to_be_visible()
        open_page(page, link.get_attribute("href") or "")
        form = page.locator("form[data-draft]")
        for name, value in self.whole(task, answer).items():
            fill(form, name, value)
        with page.expect_navigation():
            form.locator("button[type=submit]").last.click()
        expect(page.locator("main")).to_be_visible()
        task.refresh_from_db()
        assert (task.state, task.done_by) == ("done", getattr(World(), username)), page.locator("main").inner_text()
        self.did.append((task.step, username))

    @staticmethod
    def whole(task: CaseTask, answer: Mapping[str, Any]) -> dict[str, Any]:
        """What is filled in: the answer, and an example of everything else that must be."""
        if task.form_version is None:
            return dict(answer)
        known = {**task.case.data, **answer}
        fields: tuple[Field, ...] = tuple(spec_of(task.form_version).fields)
        asked = [one for one in fields if one.is_required and not one.is_read_only and one.name not in answer]
        return {**{one.name: example(one) for one in asked if shows(one, known)}, **answer}


def open_page(page: Page, path: str) -> None:
    """Go to a page; again where the browser waits for what was asked by pages that were left too fast."""
    try:
        page.goto(path)
    except TimeoutError:
        page.goto(path)


def fill(form: Locator, name: str, value: Any) -> None:
    """Fill one field in as a hand would: picks are touched, lists chosen from, rows written cell by cell."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        for place, row in enumerate(value):
            for column, text in row.items():
                fill(form, f"{name}-{place}-{column}", text)
        return
    control = form.locator(f'[name="{name}"]')
    kind = control.first.evaluate("one => one.type")
    if kind in ("radio", "checkbox"):
        for one in value if isinstance(value, list) else ["true" if value is True else value]:
            box = f'input[name="{name}"][value="{one}"]'
            if not form.locator(box).is_checked():
                form.locator("label").filter(has=form.page.locator(box)).click()
    elif kind == "select-one":
        control.select_option(str(value))
    else:
        control.fill(str(value))


class Office(Journey):
    """The people of the hotel, at one computer after the other."""

    people: set[str]

    def at(self, username: str, path: str) -> Page:
        """Somebody opens a page, which everybody can use."""
        self.people = {*getattr(self, "people", set()), username}
        page = self.as_(username)
        open_page(page, path if path.startswith("/") else f"{HERE}/{path}")
        return page

    def send(self, username: str, path: str, button: str, values: Mapping[str, Any] | None = None) -> Page:
        """Somebody opens a page, fills its form in and presses a button."""
        page = self.at(username, path)
        for name, value in (values or {}).items():
            if value is True:
                page.locator(f'main [name="{name}"]').check()
            else:
                fill(page.locator("main"), name, value)
        press(page, button)
        return page


def press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=button, exact=True).first.click()
    expect(page.locator("main")).to_be_visible()


def is_fine(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert [*barriers(page), sideways(page)] == [""]
