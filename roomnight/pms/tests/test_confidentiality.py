"""Guests who are not to be known here: the levels, who knows of them, and that only they lift it (PRV-03)."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404

from roomnight.kernel.commands import OPERATOR, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Notification
from roomnight.kernel.policy import set_policy
from roomnight.organization.models import Hotel
from roomnight.pms.access import guest, guests, lookups, parties
from roomnight.pms.commands import (
    change_confidential,
    end_at_departure,
    forget_confidential,
    keep_confidential,
    lift_by_password,
    lift_in_person,
    reveal_guest,
)
from roomnight.pms.models import Confidentiality, GuestLookup, GuestState, InHouseGuest, Party
from roomnight.pms.rules.guests import (
    FULL,
    ROOM_SECRET,
    SCREENED,
    Sight,
    is_excepted,
    name_key,
    name_seen,
    room_revealed,
    room_seen,
    stay_key,
)
from tests.world import WORLD_NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
TODAY = WORLD_NOW.date()


def keep(world, level=FULL, **other):
    """王小明 of room 1208 does not want to be known."""
    given = {
        "guest_name": "王小明", "booking_number": "B1", "arrival": date(2026, 11, 16), "departure": date(2026, 11, 20),
        "starts_on": TODAY, "password": "haitang", **other,
    }  # fmt: skip
    return keep_confidential(actor=world.seat("luo"), hotel=world.lujiazui, level=level, **given)


def names(seat):
    return {one.name for one in guests(seat, GuestState.IN_HOUSE, 0, 50)}


# Rules


@pytest.mark.parametrize(
    ("how", "level", "name", "room"),
    [
        (Sight.DESK, 0, "王小明", "1208"),
        (Sight.DESK, SCREENED, "王小明", "1208"),
        (Sight.DESK, ROOM_SECRET, "王小明", ""),
        (Sight.DESK, FULL, "王**", ""),
        (Sight.MASKED, 0, "王**", ""),
        (Sight.DATES, 0, "", ""),
    ],
)
def test_what_a_list_shows_by_level(how, level, name, room):
    assert (name_seen(how, "王小明", level=level), room_seen(how, "1208", level=level)) == (name, room)


@pytest.mark.parametrize(
    ("level", "knows", "room"), [(0, False, "1208"), (SCREENED, False, "1208"), (ROOM_SECRET, False, ""), (FULL, True, "1208")]
)  # fmt: skip
def test_a_secret_room_is_told_only_to_who_looks_after_such_guests(level, knows, room):
    assert room_revealed("1208", level=level, knows_confidential=knows) == room


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("王 小明", "王小明", True), ("Halloran, Maeve", "maeve HALLORAN", True), ("歐陽", "欧阳", True),
        ("王小明", "王小民", False), ("José Núñez", "Nunez Jose", True), ("", "·", True),
    ],
)  # fmt: skip
def test_names_are_compared_as_people_mean_them(one, other, same):
    assert (name_key(one) == name_key(other)) is same


def test_a_stay_is_known_by_its_booking_and_not_by_its_room():
    day = date(2026, 11, 16)
    assert stay_key(1, "B1", "王小明", day) == stay_key(1, " B1 ", "王 小明", day + timedelta(days=1))
    assert stay_key(1, "", "王小明", day) != stay_key(1, "", "王小明", day + timedelta(days=1))
    assert stay_key(1, "B1", "王小明", day) != stay_key(2, "B1", "王小明", day)


def test_exceptions_are_whole_names():
    assert is_excepted("李 娜", ["李娜", "赵敏"])
    assert not is_excepted("李", ["李娜"])
    assert not is_excepted("", [""])


# Who knows


@pytest.mark.rule("PRV-03")
def test_from_now_on_the_guest_is_here_for_nobody_but_the_front_desk(world):
    assert names(world.seat("zheng")) == {"王**", "散***"}
    keep(world)
    assert names(world.seat("zheng")) == {"散***"}
    assert names(world.seat("luo")) == {"王**", "隐***", "散步的人"}
    for who in ("zheng", "lin", "chen"):
        assert guests(world.seat(who), GuestState.IN_HOUSE, 0, 50) == [] or who == "zheng"
        with pytest.raises(Http404):
            guest(world.seat(who), world.house_guest.pk)


@pytest.mark.rule("PRV-03")
@pytest.mark.parametrize(
    ("span", "known"),
    [
        ((TODAY, None), False), ((TODAY, TODAY), False), ((TODAY + timedelta(days=1), None), True),
        ((TODAY - timedelta(days=3), TODAY - timedelta(days=1)), True),
    ],
)  # fmt: skip
def test_it_holds_from_and_until_the_days_the_guest_said(world, span, known):
    keep(world, starts_on=span[0], ends_on=span[1])
    assert ("王**" in names(world.seat("zheng"))) is known


@pytest.mark.rule("PRV-03")
def test_what_is_agreed_before_the_guest_has_come_covers_the_booking(world):
    assert guests(world.seat("zheng"), GuestState.ARRIVING, 0, 50) != []
    keep(world, guest_name="别的写法", booking_number="B4", arrival=date(2026, 11, 19), departure=date(2026, 11, 22), whole_booking=True)  # fmt: skip
    assert guests(world.seat("zheng"), GuestState.ARRIVING, 0, 50) == []


@pytest.mark.rule("PRV-03")
def test_another_room_keeps_it(world):
    keep(world)
    InHouseGuest.objects.filter(pk=world.house_guest.pk).update(room="1602")
    assert "王**" not in names(world.seat("zheng"))


def test_the_mark_of_the_pms_means_what_the_hotel_says(world):
    assert names(world.seat("zheng")) == {"王**", "散***"}
    set_policy(
        actor=OPERATOR, key="pms.flagged_level", value=2, hotel_code="lujiazui", effective_from=TODAY, reason="x"
    )
    assert names(world.seat("zheng")) == {"王**", "散***", "隐***"}


@pytest.mark.rule("PRV-03")
def test_a_name_that_only_a_hidden_guest_brought_waits_for_nobody_else(world):
    party = Party.objects.create(hotel=world.lujiazui, side="company", name="隐形经纪公司", name_key="隐形经纪公司")
    InHouseGuest.objects.filter(pk=world.secret_guest.pk).update(party=party)
    assert party not in parties(world.seat("ma"))
    InHouseGuest.objects.filter(pk=world.secret_guest.pk).update(is_confidential=False)
    assert party in parties(world.seat("ma"))


@pytest.mark.rule("PRV-03")
def test_charges_of_a_hidden_booking_are_in_nobody_else_s_list(world, browse):
    url = f"/h/lujiazui/imports/clients/{world.huaxing.pk}/folios/"
    from_lines = world.huaxing.named_in_pms.get(code="40").folio_lines
    from_lines.filter(revenue_kind="food").update(booking_number="B2", description="密客晚餐")
    assert "密客晚餐" not in browse("zheng").get(url).content.decode()
    InHouseGuest.objects.filter(pk=world.secret_guest.pk).update(is_confidential=False)
    assert "密客晚餐" in browse("zheng").get(url).content.decode()


# Departments


@pytest.mark.rule("PRV-03")
def test_departments_are_told_what_to_do_and_never_whom_it_is_about(world):
    keep(world, SCREENED)
    told = dict(Notification.objects.filter(hotel_code="lujiazui").values_list("recipient", "values"))
    assert told["luo"] == told["jiang"] == told["song"] == {"room": "1208"}
    assert "chen" not in {one.recipient for one in Notification.objects.filter(message__contains="screened")}
    change_confidential(
        actor=world.seat("luo"), confidentiality=Confidentiality.objects.get(level=SCREENED), level=FULL,
        starts_on=TODAY, ends_on=None, rate_secret=False, whole_booking=False, exceptions=[],
    )  # fmt: skip
    last = Notification.objects.filter(recipient="jiang").latest("pk")
    assert last.is_urgent and last.values == {}


def test_the_audit_trail_says_no_name(world):
    made = keep(world, exceptions=["李娜"])
    change_confidential(
        actor=world.seat("luo"), confidentiality=made, level=FULL, starts_on=TODAY, ends_on=None, rate_secret=True,
        whole_booking=False, exceptions=["赵敏", "李娜"],
    )  # fmt: skip
    reveal_guest(actor=world.seat("luo"), guest=world.house_guest, reason="王小明来电核对")
    text = str(list(AuditEntry.objects.values_list("changes", flat=True)))
    assert not any(word in text for word in ("王小明", "李娜", "赵敏", "haitang", "B1'"))


# Lifting


@pytest.mark.rule("PRV-03")
def test_only_the_guest_lifts_it_by_the_password(world):
    made = keep(world)
    assert "haitang" not in made.password
    assert lift_by_password(actor=world.seat("luo"), confidentiality=made, password="mudan") is False
    made.refresh_from_db()
    assert (made.lifted_at, made.wrong_tries) == (None, 1)
    assert lift_by_password(actor=world.seat("luo"), confidentiality=made, password="haitang") is True
    assert "王**" in names(world.seat("zheng"))
    with pytest.raises(Refusal) as refused:
        lift_by_password(actor=world.seat("luo"), confidentiality=made, password="haitang")
    assert refused.value.code == "confidential.lifted"


@pytest.mark.rule("PRV-03")
def test_after_too_many_wrong_words_only_in_person(world):
    made = keep(world)
    for _number in range(5):
        lift_by_password(actor=world.seat("luo"), confidentiality=made, password="guess")
    with pytest.raises(Refusal) as refused:
        lift_by_password(actor=world.seat("luo"), confidentiality=made, password="haitang")
    assert refused.value.code == "confidential.tries"
    with pytest.raises(Refusal) as refused:
        lift_in_person(actor=world.seat("luo"), confidentiality=made, document=" ")
    assert refused.value.code == "confidential.document"
    lift_in_person(actor=world.seat("luo"), confidentiality=made, document="护照 …5678")
    assert Confidentiality.objects.get(pk=made.pk).lifted_how == "in_person"


def test_without_a_password_only_in_person(world):
    with pytest.raises(Refusal) as refused:
        lift_by_password(actor=world.seat("luo"), confidentiality=keep(world, password=""), password="")
    assert refused.value.code == "confidential.no_password"


@pytest.mark.rule("PRV-03")
def test_departure_ends_it_but_not_while_the_guest_is_still_listed(world):
    made, hotel = keep(world), Hotel.objects.get(code="lujiazui")
    later = date(2026, 11, 22)
    assert end_at_departure(actor=OPERATOR, hotel=hotel, today=later) is UNCHANGED
    InHouseGuest.objects.filter(pk=world.house_guest.pk).delete()
    assert end_at_departure(actor=OPERATOR, hotel=hotel, today=later) == 1
    made.refresh_from_db()
    assert made.lifted_how == "departure"
    assert forget_confidential(actor=OPERATOR, hotel=hotel, before=date(2026, 12, 30)) == 1
    made.refresh_from_db()
    assert (made.guest_name, made.password) == ("", "")


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("confidential.nothing", {"level": 0}), ("confidential.span", {"ends_on": TODAY - timedelta(days=1)}),
        ("confidential.stay", {"departure": date(2026, 11, 1)}), ("confidential.short", {"password": "abc"}),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(world, code, changes):
    before = Confidentiality.objects.count()
    with pytest.raises(Refusal) as refused:
        keep(world, **changes)
    assert (refused.value.code, Confidentiality.objects.count()) == (code, before)


def test_one_agreement_a_stay(world):
    keep(world)
    with pytest.raises(Refusal) as refused:
        keep(world, SCREENED)
    assert refused.value.code == "confidential.twice"


# The log


@pytest.mark.rule("PRV-01")
def test_the_log_of_lookups_cannot_be_changed(world):
    reveal_guest(actor=world.seat("luo"), guest=world.house_guest, reason="核对")
    line = GuestLookup.objects.filter(kind="revealed").latest("pk")
    for deed in (
        lambda: GuestLookup.objects.filter(pk=line.pk).update(who="somebody"),
        lambda: GuestLookup.objects.filter(pk=line.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()
    assert GuestLookup.objects.get(pk=line.pk).who == "luo"


@pytest.mark.rule("PRV-01")
@pytest.mark.rule("PRV-03")
def test_who_reads_the_log_learns_nothing_of_a_hidden_guest(world):
    reveal_guest(actor=world.seat("luo"), guest=world.secret_guest, reason="隐身客人要发票")
    reveal_guest(actor=world.seat("luo"), guest=world.house_guest, reason="核对")
    assert [one.reason for one in lookups(world.seat("zheng")).filter(kind="revealed")] == ["核对"]
    assert not lookups(world.seat("chen")).exists()
    InHouseGuest.objects.filter(pk=world.secret_guest.pk).update(is_confidential=False)
    assert len(lookups(world.seat("zheng")).filter(kind="revealed")) == 2
