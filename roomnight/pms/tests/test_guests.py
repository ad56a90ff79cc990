"""Who is in the house, and what each role may know of it (PMS-01, SEC-04)."""

from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.http import Http404
from django.utils import timezone

from roomnight.clients.commands import link_external_id, register_account
from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry
from roomnight.organization.commands import create_staff, place_staff
from roomnight.pms.access import guest, guest_count, guests, presence
from roomnight.pms.adapters import SAMPLES
from roomnight.pms.commands import carry_out, forget_guests, reveal_guest
from roomnight.pms.models import GuestLookup, GuestState, InHouseGuest, InHouseList
from roomnight.pms.queries import profile_for
from roomnight.pms.rules.guests import masked_name
from roomnight.pms.tests.bringing import bring_in, figures, prepared, rows_of, write_rows

pytestmark = pytest.mark.django_db
KEY = "opera-style-in-house"
SAMPLE = SAMPLES[KEY]


def listed(path, at: str):
    """Bring a list in as it was at a moment."""
    call_command(
        "import_inhouse",
        path,
        profile=KEY,
        map=["SHLJZ=H1"],
        at=datetime.fromisoformat(at),
        stdout=StringIO(),
        stderr=StringIO(),
    )


def bookings(hotel):
    return sorted(InHouseGuest.objects.filter(hotel=hotel).values_list("source_key", "room"))


@pytest.mark.rule("PMS-01")
@pytest.mark.rule("PMS-02")
def test_a_newer_list_replaces_the_one_before(houses, tmp_path):
    listed(SAMPLE, "2026-11-04T08:00+08:00")
    assert len(bookings(houses[0])) == 5
    header, *rows = rows_of(SAMPLE)
    rows[0][4] = "1602"
    new = write_rows(tmp_path / "later.csv", [header, rows[0], rows[4]])
    run = prepared_at(new, "2026-11-04T20:00+08:00")
    assert figures(run) == {"rows_read": 2, "created": 0, "updated": 1, "unchanged": 1, "rejected": 0}
    assert bookings(houses[0]) == [(f"{KEY}:80411\x1f1", "1602"), (f"{KEY}:80460\x1f1", "")]
    assert InHouseList.objects.get(hotel=houses[0]).taken_at == datetime.fromisoformat("2026-11-04T20:00+08:00")


def prepared_at(path, at):
    run, table, profile = prepared(path, {"SHLJZ": "H1"}, KEY)
    run.as_of = datetime.fromisoformat(at)
    run.save()
    return carry_out(actor=OPERATOR, run=run, table=table, profile=profile)


@pytest.mark.rule("PMS-01")
def test_an_older_list_changes_nothing(houses, tmp_path):
    listed(SAMPLE, "2026-11-04T20:00+08:00")
    header, *rows = rows_of(SAMPLE)
    before = bookings(houses[0])
    with pytest.raises(Refusal) as refused:
        prepared_at(write_rows(tmp_path / "old.csv", [header, rows[0]]), "2026-11-04T08:00+08:00")
    assert refused.value.code == "import.older_list"
    assert bookings(houses[0]) == before


@pytest.mark.rule("PMS-02")
def test_a_list_that_is_all_wrong_does_not_empty_the_house(houses, tmp_path):
    listed(SAMPLE, "2026-11-04T08:00+08:00")
    header, *rows = rows_of(SAMPLE)
    for row in rows:
        row[9] = "01-JAN-26"
    run = prepared_at(write_rows(tmp_path / "wrong.csv", [header, *rows]), "2026-11-04T20:00+08:00")
    assert (run.rejected, run.rejected_rows.first().problems) == (5, [["DEPARTURE", "01-JAN-26", "before_arrival"]])
    assert len(bookings(houses[0])) == 5


def test_the_same_list_again_changes_nothing(houses):
    listed(SAMPLE, "2026-11-04T08:00+08:00")
    run = bring_in(SAMPLE, {"SHLJZ": "H1"}, profile_for([], KEY))
    assert figures(run)["unchanged"] == 5


def test_who_left_long_ago_is_forgotten(houses):
    listed(SAMPLE, "2026-11-04T08:00+08:00")
    forget_guests(actor=OPERATOR, hotel=houses[0], before=date(2026, 11, 6))
    assert [room for _key, room in bookings(houses[0])] == ["0915", ""]
    assert "Halloran" not in str(list(AuditEntry.objects.values_list("changes", flat=True)))


# What each role may know. In the world: B1 王小明 in 1208, B2 confidential in 1501, both of number 40 (华星科技, chen's);
# B3 of no company in 0808; B4 of number 40 arrives tomorrow.


def told(seat, state=GuestState.IN_HOUSE):
    return {(one.departure.day, one.name, one.room) for one in guests(seat, state, 0, 50)}


@pytest.mark.rule("SEC-04")
@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("luo", {(20, "王小明", "1208"), (21, "隐***", ""), (19, "散步的人", "0808")}),
        ("zheng", {(20, "王**", ""), (19, "散***", "")}),
        ("lin", {(20, "", "")}),
        ("ma", {(20, "", "")}),
        ("cao", {(20, "", "")}),
        ("chen", {(20, "", "")}),
        ("zhou", {(20, "", "")}),
        ("sun", set()),
        ("song", set()),
        ("feng", set()),
    ],
)
def test_who_sees_what_of_the_guests(world, who, sees):
    assert told(world.seat(who)) == sees


@pytest.mark.rule("SEC-04")
def test_a_confidential_guest_is_counted_for_nobody_but_the_front_desk(world):
    assert guest_count(world.seat("luo"))[GuestState.IN_HOUSE] == 3
    assert guest_count(world.seat("zheng"))[GuestState.IN_HOUSE] == 2
    now = presence(world.seat("chen"), world.huaxing.pk)
    assert (now.rooms, now.until, now.arriving, now.first_arrival) == (1, date(2026, 11, 20), 1, date(2026, 11, 19))
    assert presence(world.seat("luo"), world.huaxing.pk).rooms == 2


@pytest.mark.rule("SEC-04")
@pytest.mark.parametrize("who", ["zheng", "lin", "chen", "ma", "cao"])
def test_a_confidential_guest_is_nobody_s_to_reveal_but_the_desk_s(world, who):
    with pytest.raises(Http404):
        guest(world.seat(who), world.secret_guest.pk)
    assert guest(world.seat("luo"), world.secret_guest.pk) == world.secret_guest


@pytest.mark.rule("SEC-04")
def test_a_guest_is_shown_after_a_reason_and_the_reason_is_kept(world, browse, at_work):
    luo = browse("luo")
    url = f"/h/lujiazui/imports/in-house/{world.secret_guest.pk}/"
    assert "隐身客人" not in luo.get(url).content.decode()
    assert luo.post(url, {"reason": ""}).status_code == 422
    answer = luo.post(url, {"reason": "来访登记核对"})
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert "隐身客人" in answer.content.decode() and "1501" in answer.content.decode()
    line = GuestLookup.objects.get(kind="revealed")
    assert (line.who, line.reason, line.asked, line.shown) == ("luo", "来访登记核对", "B2", ["guest_name", "room"])
    entry = AuditEntry.objects.filter(command="pms.reveal_guest").get()
    assert (entry.actor, entry.changes) == ("luo", {"looked": "revealed"})


@pytest.mark.rule("SEC-04")
def test_no_page_for_sales_holds_a_name_or_a_room(world, browse, at_work):
    for who in ("chen", "lin", "ma"):
        browser = browse(who)
        for page in (
            "imports/in-house/",
            "imports/in-house/?show=arriving",
            f"clients/{world.huaxing.pk}/panels/presence/",
        ):
            text = browser.get(f"/h/lujiazui/{page}").content.decode()
            assert not any(word in text for word in ("王小明", "1208", "隐身客人", "1501", "散步的人", "明天到"))
    text = browse("chen").get(f"/h/lujiazui/clients/{world.huaxing.pk}/panels/presence/").content.decode()
    assert "1 间" in text


def test_a_reason_is_needed_by_the_verb_itself(world):
    with pytest.raises(Refusal) as refused:
        reveal_guest(actor=world.seat("luo"), guest=world.secret_guest, reason=" ")
    assert (refused.value.code, refused.value.field) == ("guest.reason", "reason")


@pytest.mark.parametrize(
    ("name", "shown"), [("王小明", "王**"), ("隐身客人", "隐***"), ("Smith, Jo", "Sm***"), ("", ""), ("李", "李*")]
)
def test_masked_names(name, shown):
    assert masked_name(name) == shown


def test_the_age_of_the_list_is_said(houses, browse):
    call_command(
        "import_inhouse",
        SAMPLE,
        profile=KEY,
        map=["SHLJZ=H1"],
        at=timezone.now() - timedelta(hours=30),
        stdout=StringIO(),
        stderr=StringIO(),
    )
    staff = create_staff(actor=OPERATOR, username="desk", name="前台", password="yunting-2026-sales")
    place_staff(actor=OPERATOR, staff=staff, hotel=houses[0], department="front_office", role="receptionist")
    browser = browse("lin")
    browser.force_login(staff)
    text = browser.get("/h/H1/imports/in-house/").content.decode()
    assert "30 小时前" in text and "Halloran, Maeve" in text and "Okafor" not in text


def test_a_client_of_the_pms_is_a_client_of_ours(houses):
    known = register_account(actor=OPERATOR, hotel=houses[0], name="华星科技")
    link_external_id(actor=OPERATOR, account=known, kind="company", value="C1040")
    listed(SAMPLE, "2026-11-04T08:00+08:00")
    assert InHouseGuest.objects.filter(party__account=known).count() == 3
