"""Guests' wishes on their way, the guest's own page, and the front desk's (FO-01, FO-04, PRV-01)."""

from datetime import timedelta

import pytest

from roomnight.kernel.commands import SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from roomnight.pms.access import listed_guests
from roomnight.pms.models import GuestLookup, InHouseGuest
from roomnight.reception.access.desk import wishes
from roomnight.reception.commands import (
    forget_wishes,
    fulfil_wish,
    note_wish,
    receive_wish,
    remind_of_wishes,
    work_on_room_change,
)
from roomnight.reception.models import Tick, Wish
from roomnight.reception.rules.wishes import needed_by
from tests.world import WORLD_NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
TODAY = WORLD_NOW.date()
URL = "/h/lujiazui/reception/"


def guest(world, booking="B1"):
    return (
        listed_guests(world.lujiazui, TODAY).select_related("hotel", "party", "agent_party").get(booking_number=booking)
    )


def note(world, who="song", noted_in="housekeeping", **other):
    seat = world.seat(who)
    given = {"text": "多两个衣架", "for_department": "front_office", "noted_in": noted_in, **other}
    return note_wish(actor=seat, hotel=seat.hotel, by=seat.staff, **given)


def told():
    return set(Notification.objects.filter(message__startswith="A guest's wish").values_list("recipient", flat=True))


@pytest.mark.rule("FO-04")
def test_the_next_department_hears_at_once_and_says_that_it_has_it(world):
    one = note(world, who="luo", noted_in="front_office", for_department="housekeeping", room="1208")
    assert told() >= {"song", "shi"}
    assert "王" not in str(list(Notification.objects.values_list("values", flat=True).order_by("-pk")[:2]))
    assert one.needed_by == WORLD_NOW + timedelta(minutes=30)
    receive_wish(actor=world.seat("shi"), wish=one, by=world.shi)
    assert (one.state, one.received_by, one.received_at) == ("received", world.shi, WORLD_NOW)
    assert receive_wish(actor=world.seat("song"), wish=one, by=world.song) is UNCHANGED
    fulfil_wish(actor=world.seat("shi"), wish=one, by=world.shi)
    assert (one.state, one.received_by) == ("done", world.shi)
    assert fulfil_wish(actor=world.seat("shi"), wish=one, by=world.shi) is UNCHANGED


def test_by_when():
    assert needed_by(WORLD_NOW, None, 30) == WORLD_NOW + timedelta(minutes=30)
    assert needed_by(WORLD_NOW, WORLD_NOW + timedelta(hours=2), 30) == WORLD_NOW + timedelta(hours=2)
    assert needed_by(WORLD_NOW, WORLD_NOW - timedelta(hours=2), 30) == WORLD_NOW


@pytest.mark.rule("FO-04")
def test_what_nobody_confirms_in_time_is_noticed_once(world):
    note(world, who="luo", noted_in="front_office", for_department="housekeeping", room="1208")
    late = WORLD_NOW + timedelta(minutes=31)
    assert remind_of_wishes(actor=SYSTEM, hotel=world.lujiazui, now=late) >= 1
    heard = Notification.objects.filter(message__startswith="Guests' wishes")
    assert {"song", "gao"} <= set(heard.values_list("recipient", flat=True))
    assert remind_of_wishes(actor=SYSTEM, hotel=world.lujiazui, now=late) is UNCHANGED


@pytest.mark.parametrize("other", [{"text": " ", "room": "1208"}, {"room": " "}])
def test_nothing_to_do_and_no_room(world, other):
    with pytest.raises(Refusal):
        note(world, **other)


@pytest.mark.rule("FO-04")
def test_a_wish_noted_by_a_room_is_kept_for_that_guest_s_next_stay(world, browse):
    """Housekeeping knew a room; at the next stay, another booking and another room, the desk knows the wish."""
    note(world, room="1208", text="荞麦枕", is_lasting=True)
    note(world, room="1208", text="今晚加一条毛毯")
    InHouseGuest.objects.filter(booking_number="B1").update(
        booking_number="C7", room="2003", stay_key="next", arrival=TODAY, state="arriving"
    )
    client = browse("luo")
    desk = client.get(f"{URL}desk/?show=arriving")
    row = next(row for row in desk.context["rows"] if row["guest"].stay_key == "next")
    assert row["is_known"]
    path = f"{URL}desk/guests/{row['guest'].pk}/"
    client.post(path, {"why": "check_in"})
    page = client.get(path)
    assert {one.text for one in page.context["kept"]} == {"荞麦枕", "荞麦枕两个"}
    assert page.context["wishes"] == []


def test_somebody_else_of_the_same_name_is_somebody_else(world):
    note(world, room="1208", text="荞麦枕", is_lasting=True)
    key = Wish.objects.latest("pk").person_key
    assert key
    InHouseGuest.objects.filter(booking_number="B3").update(guest_name="王小明")
    note(world, room="0808", text="软枕", is_lasting=True)
    assert Wish.objects.latest("pk").person_key != key, "of no client, so another person"
    note(world, room="9999", text="空房间")
    assert Wish.objects.latest("pk").person_key == ""


def test_the_wishes_go_along_when_the_guest_changes_rooms(world):
    one = note(world, who="luo", noted_in="front_office", guest=guest(world, "B2"), for_department="housekeeping")
    change = world.room_change
    seat = world.seat("luo")
    work_on_room_change(
        actor=seat, change=change, revision=change.revision, to_room="1608", to_type="大床", to_rate=change.from_rate,
        ticks=Tick.values,
    )  # fmt: skip
    one.refresh_from_db()
    assert one.room == "1608"


@pytest.mark.rule("PRV-03")
def test_of_a_hidden_guest_s_wish_only_the_desk_hears(world):
    one = note(world, who="luo", noted_in="front_office", guest=guest(world, "B2"), for_department="housekeeping")
    assert told() & {"song", "shi"} == set()
    assert one not in wishes(world.seat("song"))
    assert one in wishes(world.seat("luo"))
    by_room = note(world, room="1501", for_department="front_office")
    assert by_room in wishes(world.seat("song")), (
        "what one has noted oneself does not vanish because of who sleeps there"
    )


@pytest.mark.rule("FO-04")
def test_a_department_sees_its_own_wishes(world, browse):
    one = note(world, who="luo", noted_in="front_office", for_department="housekeeping", room="1208")
    assert one in wishes(world.seat("shi"))
    assert one not in wishes(world.seat("jiang"))
    assert world.wish not in wishes(world.seat("shi"))
    client = browse("shi")
    assert client.post(f"{URL}wishes/{one.pk}/received/").status_code == 302
    assert client.post(f"{URL}wishes/{world.wish.pk}/received/").status_code == 404
    assert client.post(f"{URL}wishes/{one.pk}/fulfilled/").status_code == 302
    assert one in client.get(f"{URL}wishes/?show=done").context["rows"]


def test_a_wish_by_room_on_the_page(world, browse):
    client = browse("shi")
    wrong = client.post(f"{URL}wishes/new/", {"room": "", "text": "加床", "for_department": "front_office"})
    assert wrong.status_code == 422
    assert wrong.context["form"]["text"].value() == "加床"
    sent = {"room": "1208", "text": "加床", "for_department": "front_office"}
    assert client.post(f"{URL}wishes/new/", sent).status_code == 302
    assert Wish.objects.latest("pk").noted_in == "housekeeping"


def test_the_old_are_forgotten(world):
    old = note(world, room="1208")
    kept = note(world, room="1208", is_lasting=True)
    Wish.objects.update(noted_at=WORLD_NOW - timedelta(days=100))
    hotel, long_ago = world.lujiazui, WORLD_NOW - timedelta(days=730)
    forget_wishes(actor=SYSTEM, hotel=hotel, stays_before=WORLD_NOW - timedelta(days=90), kept_before=long_ago)
    old.refresh_from_db()
    kept.refresh_from_db()
    assert (old.text, old.person_key, bool(kept.text)) == ("", "", True)
    forget_wishes(actor=SYSTEM, hotel=hotel, stays_before=WORLD_NOW, kept_before=WORLD_NOW)
    kept.refresh_from_db()
    assert kept.text == ""


# The guest's own page


@pytest.mark.rule("PRV-01")
@pytest.mark.rule("FO-01")
def test_a_guest_s_page_opens_after_saying_why_and_shows_who_looked(world, browse, at_work):
    client, path = browse("gao"), f"{URL}desk/guests/{world.house_guest.pk}/"
    before = GuestLookup.objects.count()
    assert "1208" not in client.get(path).content.decode()
    assert client.post(path, {"why": "other", "why_text": ""}).status_code == 422
    assert client.post(f"{path}wish/", {"text": ""})["Location"] == path, "nothing is seen by a detour"
    assert GuestLookup.objects.count() == before
    assert client.post(path, {"why": "message", "why_text": "前台转交"}).status_code == 302
    page = client.get(path)
    assert "1208" in page.content.decode()
    line = GuestLookup.objects.latest("pk")
    assert (line.who, line.kind, line.stay_key) == ("gao", "guest_page", world.house_guest.stay_key)
    assert "前台转交" in line.reason
    assert page.context["lookups"][0]["reason"] == line.reason
    luo = browse("luo")
    assert "1208" not in luo.get(path).content.decode(), "it is open to who said why, to nobody else"
    luo.post(path, {"why": "check_in"})
    assert luo.get(path).context["lookups"] is None
    at_work.shift(timedelta(minutes=31))
    assert "1208" not in client.get(path).content.decode()


def test_a_wish_on_the_guest_s_page(world, browse):
    client, path = browse("luo"), f"{URL}desk/guests/{world.house_guest.pk}/"
    client.post(path, {"why": "wish"})
    assert client.post(f"{path}wish/", {"text": "", "for_department": "housekeeping"}).status_code == 422
    sent = {"text": "高楼层", "for_department": "front_office", "is_lasting": "on"}
    assert client.post(f"{path}wish/", sent).status_code == 302
    made = Wish.objects.latest("pk")
    assert (made.room, made.stay_key, made.is_lasting, made.is_by_room) == (
        "1208",
        world.house_guest.stay_key,
        True,
        False,
    )
    assert made in client.get(path).context["wishes"]
    assert client.get(f"{path}?wish=荞麦枕").context["form"]["text"].value() == "荞麦枕"


@pytest.mark.rule("FO-01")
def test_today_at_the_desk(world, browse):
    InHouseGuest.objects.filter(booking_number="B4").update(arrival=TODAY)
    InHouseGuest.objects.filter(booking_number="B3").update(departure=TODAY)
    client = browse("luo")
    parts = {
        part: {row["guest"].booking_number for row in client.get(f"{URL}desk/?show={part}").context["rows"]}
        for part in ("arriving", "in_house", "leaving")
    }
    assert parts == {"arriving": {"B4"}, "in_house": {"B1", "B2", "B3"}, "leaving": {"B3"}}
    listed = client.get(f"{URL}desk/?show=in_house")
    assert "隐身客人" not in listed.content.decode()
    assert "1501" not in listed.content.decode()
    rows = {row["guest"].booking_number: row for row in listed.context["rows"]}
    assert rows["B1"]["wishes"] == 1
    assert rows["B2"]["change"] == world.room_change
    assert browse("chen").get(f"{URL}desk/").status_code == 403
