"""Whoever brings PMS files in need not know who the guests are: names and rooms are masked before and after (SEC-04)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from roomnight.kernel.commands import OPERATOR
from roomnight.organization.commands import create_staff, place_staff
from roomnight.organization.models import Grant, Role
from roomnight.pms.adapters import SAMPLES
from roomnight.pms.jobs import carry_out_import
from roomnight.pms.models import ImportRun, InHouseGuest
from roomnight.pms.queries import profile_for
from roomnight.pms.rules.guests import Sight
from roomnight.pms.rules.veil import veil
from roomnight.pms.tests.bringing import rows_of, write_rows

pytestmark = pytest.mark.django_db
BASE = "/h/H1/imports/"
KEY = "opera-style-in-house"
CONFIDENTIAL = "Winterbourne, Ada"
ROWS = [
    ["SHLJZ", "80411", "1", "CHECKED IN", "Q1208", "Halloran, Maeve", "V2", "N", "01-NOV-26", "05-NOV-26", "C1040", "Huaxing", "", ""],
    ["SHLJZ", "80412", "1", "CHECKED IN", "Q1777", CONFIDENTIAL, "", "Y", "01-NOV-26", "05-NOV-26", "C1040", "Huaxing", "", ""],
    ["SHLJZ", "80413", "1", "CHECKED IN", "Q1509", "Lindqvist, Per", "", "N", "01-NOV-26", "someday", "C1040", "Huaxing", "", ""],
    ["SHLJZ", "80414", "1", "CHECKED IN", "Q1888", "Nightingale, Flo", "", "Y", "01-NOV-26", "someday", "C1040", "Huaxing", "", ""],
    ["SHLJZ", "80415", "1", "CHECKED IN", "Q1999", "Overlong, " + "X" * 200, "", "N", "01-NOV-26", "05-NOV-26", "", "", "", ""],
]  # fmt: skip


@pytest.fixture
def browser_of(houses, browse) -> Callable[..., Any]:
    """`browser_of("sales-clerk")`: somebody with this role at H1; more rights are given to the role."""

    def sign_in(role: str, *more: str) -> Any:
        staff = create_staff(actor=OPERATOR, username=f"p{len(more)}", name="某人", password="yunting-2026-sales")
        place_staff(actor=OPERATOR, staff=staff, hotel=houses[0], department="sales", role=role)
        for right in more:
            Grant.objects.create(role=Role.objects.get(code=role), resource=right, action="read", scope="hotel")
        browser = browse("lin")
        browser.force_login(staff)
        return browser

    return sign_in


@pytest.fixture
def in_house(tmp_path) -> bytes:
    path = write_rows(tmp_path / "in_house.csv", [rows_of(SAMPLES[KEY])[0], *ROWS])
    found: bytes = path.read_bytes()
    return found


def given(browser: Any, content: bytes) -> ImportRun:
    answer = browser.post(f"{BASE}new/", {"file": SimpleUploadedFile("in_house.csv", content), "kind": "in_house"})
    assert answer.status_code == 302
    return ImportRun.objects.latest("pk")


def pages(browser: Any, run: ImportRun) -> dict[str, str]:
    """What is shown before, and what after it was brought in, with the file of rows that were turned away."""
    before = browser.get(f"{BASE}{run.pk}/check/").content.decode()
    answer = browser.post(f"{BASE}{run.pk}/check/", {"profile": KEY, "hotel_0": "H1", "as_of": "2026-11-04T08:00"})
    assert answer.status_code == 302, answer.content.decode()
    carry_out_import.call(run.pk, "en")
    after = browser.get(f"{BASE}{run.pk}/").content.decode()
    return {"before": before, "after": after, "file": browser.get(f"{BASE}{run.pk}/rejected.csv").content.decode()}


@pytest.mark.rule("SEC-04")
def test_a_clerk_who_brings_a_list_in_does_not_read_who_is_in_the_house(browser_of, in_house):
    clerk = browser_of("sales-clerk")
    run = given(clerk, in_house)
    shown = pages(clerk, run)
    for text in shown.values():
        for secret in (
            "Halloran",
            "Winter",
            "Lindqvist",
            "Nightingale",
            "Overlong",
            "Q1208",
            "Q1777",
            "Q1509",
            "Q1888",
            "Q1999",
        ):
            assert secret not in text
    assert "Ha***" in shown["before"]
    assert "80412" not in shown["before"], "a confidential guest is not there at all"
    assert "Li***" in shown["file"]
    assert "80413" in shown["file"], "what is no guest's stays as it came"
    assert InHouseGuest.objects.filter(guest_name="Halloran, Maeve", room="Q1208").exists(), "it comes in whole"


@pytest.mark.rule("SEC-04")
def test_the_front_desk_reads_all_but_confidential_guests(browser_of, in_house):
    desk = browser_of("sales-clerk", "pms.guest")
    run = given(desk, in_house)
    shown = pages(desk, run)
    for secret in ("Winterbourne", "Q1777", "Nightingale", "Q1888"):
        assert not any(secret in text for text in shown.values())
    assert "Halloran, Maeve" in shown["before"]
    assert "Q1208" in shown["before"]
    assert "80412" in shown["before"]
    assert "Lindqvist, Per" in shown["file"]
    assert "Ni***" in shown["file"]


@pytest.mark.rule("SEC-04")
@pytest.mark.parametrize(
    ("heading", "value", "seen"),
    [
        ("姓名", "魏立新", "魏**"),
        ("客人姓名", "萧静怡", "萧**"),
        ("宾客", "萧静怡", "萧**"),
        ("GUEST_NAME", "Lindqvist", "Li***"),
        ("First name", "Per", "Pe*"),
        ("证件号", "310101199001011234", ""),
        ("手机", "13800001111", ""),
        ("PASSPORT_NO", "E12345678", ""),
        ("is_repeated_guest", "0", "0"),
        ("客人类型", "散客", "散客"),
        ("协议单位", "华星科技", "华星科技"),
        ("COMPANY", "Huaxing", "Huaxing"),
        ("adr", "71.2", "71.2"),
    ],
)
def test_columns_about_guests_are_known_by_their_headings_too(heading, value, seen):
    """Reservations and folio lines may carry columns that nobody reads, but that stand in a file of rejected rows."""
    for how in (Sight.DATES, Sight.MASKED):
        assert veil(how, [heading], None).cell(heading, value, is_confidential=False) == seen
    assert veil(Sight.DESK, [heading], None).cell(heading, value, is_confidential=False) == value


def test_a_room_is_a_guest_s_only_in_a_list_of_guests():
    lists, folios = profile_for([], KEY), profile_for([], "opera-style-folios")
    assert veil(Sight.DATES, ["ROOM"], lists).cell("ROOM", "1208", is_confidential=False) == ""
    assert veil(Sight.DATES, ["ROOM"], folios).cell("ROOM", "1208", is_confidential=False) == "1208"


def test_a_word_nobody_knows_in_the_confidential_column_counts_as_yes():
    found = veil(Sight.DESK, ["GUEST_NAME", "NO_INFO"], profile_for([], KEY))
    assert [found.is_confidential({"NO_INFO": word}) for word in ("Y", "N", "", "?")] == [True, False, False, True]
