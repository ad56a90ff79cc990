"""A guest changes rooms: what the rule says, that the procedure says the same, and that nothing is forgotten (FO-02)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from roomnight.pms.access import listed_guests
from roomnight.pms.models import Booking, GuestLookup, InHouseGuest
from roomnight.procedures.commands import cancel_case, complete_task
from roomnight.procedures.models import Case, CaseTask
from roomnight.procedures.shipped import shipped
from roomnight.procedures.tests.player import Play
from roomnight.reception.commands import approve_rate, ask_room_change, withdraw_room_change, work_on_room_change
from roomnight.reception.models import ChangeState, RoomChange, Tick
from roomnight.reception.queries.moves import counted
from roomnight.reception.rules.rooms import by_cause, judged, nights_between
from tests.world import WORLD_NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
TODAY = WORLD_NOW.date()
URL = "/h/lujiazui/reception/"
OLD, CHEAPER, DEARER = Decimal("688.00"), Decimal("588.00"), Decimal("888.00")


def guest(world, booking="B1"):
    return listed_guests(world.lujiazui, TODAY).get(booking_number=booking)


def change(world, booking="B1", who="luo", **other):
    seat = world.seat(who)
    given = {"from_type": "高级大床", "from_rate": OLD, "cause": "noise", **other}
    return ask_room_change(actor=seat, hotel=seat.hotel, by=seat.staff, guest=guest(world, booking), **given)


def new_room(rate, room="1608", kind="豪华大床"):
    return {"to_room": room, "to_type": kind, "to_rate": rate}


def open_steps(one):
    return sorted(CaseTask.objects.filter(case=one.case, state__in=("open", "claimed")).values_list("step", flat=True))


def do(world, one, who, step, **data):
    task = CaseTask.objects.select_related("case__hotel").filter(case=one.case, step=step).latest("pk")
    complete_task(actor=world.seat(who), task=task, staff=getattr(world, who), data=data)
    one.refresh_from_db()


# The rule


@pytest.mark.rule("FO-02")
@pytest.mark.parametrize(
    ("on_arrival_day", "new", "beyond_repair", "free_upgrade", "allowed", "charged", "approval"),
    [
        (True, CHEAPER, False, False, False, OLD, False),
        (True, CHEAPER, True, False, True, CHEAPER, False),
        (True, DEARER, True, False, True, OLD, False),
        (True, OLD, False, False, True, OLD, False),
        (True, DEARER, False, False, True, DEARER, True),
        (True, DEARER, False, True, True, OLD, True),
        (False, CHEAPER, False, False, True, CHEAPER, True),
        (False, DEARER, True, False, True, OLD, False),
        (False, DEARER, False, False, True, DEARER, True),
    ],
)  # fmt: skip
def test_what_may_be_changed_and_at_what_price(
    on_arrival_day, new, beyond_repair, free_upgrade, allowed, charged, approval
):
    verdict = judged(
        on_arrival_day=on_arrival_day, from_rate=OLD, to_rate=new, is_beyond_repair=beyond_repair,
        is_free_upgrade=free_upgrade,
    )  # fmt: skip
    assert (verdict.is_allowed, verdict.needs_approval) == (allowed, approval)
    assert verdict.is_unconditional is beyond_repair
    if allowed:
        assert verdict.charged_rate == charged


@pytest.mark.rule("FO-02")
@pytest.mark.parametrize("arrival_day", ["yes", "no"])
@pytest.mark.parametrize("new", [CHEAPER, OLD, DEARER])
@pytest.mark.parametrize("beyond_repair", ["yes", "no"])
def test_the_table_of_the_procedure_says_the_same(arrival_day, new, beyond_repair):
    procedure = next(one for one in shipped() if one.code == "P-ROOM-CHANGE")
    play = Play(procedure, [])
    play.move(
        f"ask: old_room=1208, old_rate={OLD}, departs_at=2026-11-20T12:00, change_cause=noise, arrival_day={arrival_day}, "
        f"hotel_fault={beyond_repair}, cannot_be_repaired={beyond_repair}"
    )
    if beyond_repair == "yes":
        play.move("inspect: repairable=no, cannot_be_repaired=yes")
    play.move(f"search: available=other, new_room=1608, new_rate={new}")
    verdict = judged(
        on_arrival_day=arrival_day == "yes", from_rate=OLD, to_rate=new, is_beyond_repair=beyond_repair == "yes"
    )
    steps = {one.step for one in play.now.waiting}
    assert ("explain" in steps) is not verdict.is_allowed
    assert ("approve" in steps) is (verdict.is_allowed and verdict.needs_approval)
    assert ("luggage" in steps) is (verdict.is_allowed and not verdict.needs_approval)


def test_room_nights_of_a_span_and_changes_by_cause():
    stays = [(date(2026, 11, 1), date(2026, 11, 4), 2), (date(2026, 10, 30), date(2026, 11, 2), 1)]
    assert nights_between(stays, date(2026, 11, 1), date(2026, 11, 2)) == 2 * 2 + 1
    rows = by_cause([("noise", 20), ("facility", None), ("noise", 31)], 80)
    assert [(one.cause, one.count, one.per_hundred, one.minutes) for one in rows] == [
        ("noise", 2, Decimal("2.50"), 26), ("facility", 1, Decimal("1.25"), None),
    ]  # fmt: skip
    assert by_cause([("noise", 5)], 0)[0].per_hundred is None


# With the hotel's procedure


@pytest.mark.rule("FO-02")
def test_the_case_begins_with_what_is_on_the_slip(world):
    one = change(world, wanted="高楼层")
    assert one.case is not None
    assert open_steps(one) == ["search"]
    assert one.case.data["old_room"] == "1208"
    assert one.case.data["wanted"] == "高楼层"
    assert one.case.data["guest_name"] == "王**", "more people read cases than guests"


@pytest.mark.rule("FO-02")
def test_everything_that_goes_along_is_a_step_and_the_end_comes_back_to_the_slip(world):
    one = change(world, **new_room(OLD))
    assert open_steps(one) == ["cards", "luggage", "new-room", "old-room"]
    assert one.state == ChangeState.OPEN
    do(world, one, "luo", "cards", old_cards=2, new_cards=2, guest_signed="yes")
    do(world, one, "kong", "luggage", pieces=3, guest_present="yes", bellman="孔令强")
    do(world, one, "shi", "new-room")
    do(world, one, "shi", "old-room", old_room_state="dirty")
    do(
        world,
        one,
        "luo",
        "system",
        folio_moved="yes",
        privacy_kept="yes",
        wake_up_moved="yes",
        departments_to_tell=["housekeeping"],
    )
    do(world, one, "song", "told")
    assert one.case.state == "done"
    assert (one.state, one.to_room, one.charged_rate, one.ticks) == (ChangeState.MOVED, "1608", OLD, list(Tick.values))
    assert one.ended_at == WORLD_NOW


@pytest.mark.rule("FO-02")
def test_a_cheaper_room_on_the_day_of_arrival_is_refused(world):
    InHouseGuest.objects.filter(booking_number="B1").update(arrival=TODAY)
    with pytest.raises(Refusal) as refusal:
        change(world, **new_room(CHEAPER))
    assert (refusal.value.code, refusal.value.field) == ("room_change.lower_rate", "to_rate")
    assert not RoomChange.objects.filter(stay_key=guest(world).stay_key).exists()
    InHouseGuest.objects.filter(booking_number="B1").update(arrival=TODAY - timedelta(days=1))
    assert change(world, **new_room(CHEAPER)).charged_rate == CHEAPER


@pytest.mark.rule("FO-02")
def test_a_fault_is_looked_at_and_beyond_repair_the_change_is_free(world):
    InHouseGuest.objects.filter(booking_number="B1").update(arrival=TODAY)
    one = change(world, cause="facility", hotel_fault=True)
    assert open_steps(one) == ["inspect"]
    do(world, one, "gao", "inspect", found="空调不制冷", repairable="no", cannot_be_repaired="yes")
    do(world, one, "luo", "search", available="other", new_room="2001", new_type="套房", new_rate="1288.00")
    assert open_steps(one) == ["cards", "luggage", "new-room", "old-room"], "nobody is asked"


@pytest.mark.rule("FO-02")
def test_what_was_repaired_is_not_changed(world):
    one = change(world, cause="facility", hotel_fault=True)
    do(world, one, "gao", "inspect", found="已更换", repairable="yes", cannot_be_repaired="no")
    do(world, one, "gao", "sorry")
    assert (one.state, bool(one.outcome)) == (ChangeState.STAYED, True)


def test_a_case_that_is_called_off_takes_the_slip_along(world):
    one = change(world)
    cancel_case(actor=world.seat("gao"), case=one.case, reason="客人改主意")
    one.refresh_from_db()
    assert one.state == ChangeState.WITHDRAWN
    assert change(world).number != one.number


def test_one_change_at_a_time_and_only_of_who_has_a_room(world):
    change(world)
    with pytest.raises(Refusal) as refusal:
        change(world)
    assert refusal.value.code == "room_change.under_way"
    InHouseGuest.objects.filter(booking_number="B3").update(room="")
    with pytest.raises(Refusal) as refusal:
        change(world, "B3")
    assert refusal.value.code == "room_change.no_room"


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"to_room": "1208", "to_type": "大床", "to_rate": OLD}, "room_change.same"),
        ({"to_room": "1608", "to_type": "大床"}, "room_change.rate"),
        ({"to_room": "1608", "to_rate": OLD}, "room_change.type"),
        ({"to_rate": OLD}, "room_change.room"),
        ({"cannot_be_repaired": True}, "room_change.fault"),
        ({"cause": "other"}, "room_change.cause"),
    ],
)
def test_what_makes_no_slip(world, other, code):
    with pytest.raises(Refusal) as refusal:
        change(world, **other)
    assert refusal.value.code == code


# A guest whose room is secret


@pytest.mark.rule("PRV-03")
def test_a_confidential_guest_is_moved_without_a_case(world):
    cases = Case.objects.count()
    assert world.room_change.case is None
    assert Case.objects.count() == cases
    with transaction.atomic(), pytest.raises(IntegrityError):
        RoomChange.objects.filter(pk=world.room_change.pk).update(state="moved", to_room="")


@pytest.mark.rule("FO-02")
def test_by_hand_nothing_is_forgotten_and_another_price_needs_another_person(world):
    one, ticks = world.room_change, list(Tick.values)
    work_on_room_change(
        actor=world.seat("luo"), change=one, revision=one.revision, ticks=ticks[:-1], **new_room(Decimal("880.00"))
    )
    assert one.state == ChangeState.OPEN
    work_on_room_change(
        actor=world.seat("luo"), change=one, revision=one.revision, ticks=ticks, **new_room(Decimal("880.00"))
    )
    assert one.state == ChangeState.OPEN, "the price is not approved"
    with pytest.raises(Refusal) as refusal:
        approve_rate(actor=world.seat("luo"), change=one, by=world.luo, is_free_upgrade=False)
    assert refusal.value.code == "room_change.own"
    approve_rate(actor=world.seat("gao"), change=one, by=world.gao, is_free_upgrade=True)
    assert (one.state, one.charged_rate, one.approved_by) == (ChangeState.MOVED, Decimal("680.00"), world.gao)
    told = Notification.objects.filter(message__startswith="Room change: from")
    assert set(told.values_list("recipient", flat=True)) >= {"song", "jiang", "gao"}
    assert "隐身" not in str(list(told.values_list("values", flat=True)))


def test_who_was_second_is_told(world):
    one = world.room_change
    work_on_room_change(actor=world.seat("luo"), change=one, revision=one.revision, ticks=["keys"], **new_room(OLD))
    with pytest.raises(Refusal) as refusal:
        work_on_room_change(actor=world.seat("gao"), change=world.room_change, revision=1, ticks=[], **new_room(OLD))
    assert refusal.value.code == "record.changed_meanwhile"


def test_withdrawn_with_a_reason(world):
    one = world.room_change
    with pytest.raises(Refusal):
        withdraw_room_change(actor=world.seat("luo"), change=one, reason=" ")
    withdraw_room_change(actor=world.seat("luo"), change=one, reason="客人不换了")
    assert (one.state, one.outcome) == (ChangeState.WITHDRAWN, "客人不换了")
    with pytest.raises(Refusal):
        withdraw_room_change(actor=world.seat("luo"), change=one, reason="again")


# Pages


@pytest.mark.rule("FO-02")
def test_from_the_desk_to_the_slip(world, browse):
    client = browse("luo")
    desk = client.get(f"{URL}desk/?show=in_house")
    assert f"{URL}desk/guests/{world.house_guest.pk}/room-change/" in desk.content.decode()
    Booking.objects.filter(hotel=world.lujiazui, source_key="B1").delete()
    sent = {"asked_for_by": "guest", "cause": "noise", "from_type": "高级大床", "from_rate": "688", "to_room": "1608", "to_type": "豪华", "to_rate": "588"}  # fmt: skip
    InHouseGuest.objects.filter(booking_number="B1").update(arrival=TODAY)
    path = f"{URL}desk/guests/{world.house_guest.pk}/room-change/"
    refused = client.post(path, sent)
    assert refused.status_code == 422
    assert refused.context["form"].errors["to_rate"]
    assert refused.context["form"]["to_room"].value() == "1608"
    answer = client.post(path, {**sent, "to_rate": "688"})
    made = RoomChange.objects.get(stay_key=guest(world).stay_key)
    assert answer["Location"] == f"{URL}room-changes/{made.pk}/"
    assert made.case.number in client.get(answer["Location"]).content.decode()


@pytest.mark.rule("PRV-01")
def test_opening_a_confidential_guest_s_slip_is_a_look_up(world, browse):
    path = f"{URL}room-changes/{world.room_change.pk}/"
    before = GuestLookup.objects.count()
    browse("luo").get(f"{URL}room-changes/")
    assert GuestLookup.objects.count() == before
    browse("luo").get(path)
    line = GuestLookup.objects.latest("pk")
    assert (line.who, line.kind, line.stay_key) == ("luo", "confidential", world.room_change.stay_key)
    assert line.reason == world.room_change.number


def test_the_list_hides_a_secret_room_and_the_page_approves(world, browse):
    client = browse("gao")
    listed = client.get(f"{URL}room-changes/?show=all").content.decode()
    assert world.room_change.number in listed or "隐" in listed
    assert "1501" not in listed
    path = f"{URL}room-changes/{world.room_change.pk}/"
    assert "1501" in client.get(path).content.decode()
    assert client.post(f"{path}approve/", {"rate-is_free_upgrade": "new"}).status_code == 302
    assert client.post(f"{path}approve/", {"rate-is_free_upgrade": "new"}).status_code == 422
    seen = client.get(path).context["forms"]["work"]["seen"].value()
    sent = {"to_room": "1608", "to_type": "豪华", "to_rate": "880", "ticks": Tick.values, "seen": seen}
    assert (
        client.post(path, {**sent, "revision": RoomChange.objects.get(pk=world.room_change.pk).revision}).status_code
        == 302
    )
    assert RoomChange.objects.get(pk=world.room_change.pk).state == ChangeState.MOVED
    assert client.post(f"{path}withdraw/", {"withdraw-reason": "晚了"}).status_code == 422


def test_figures_by_cause(world, browse):
    one = world.room_change
    RoomChange.objects.filter(pk=one.pk).update(state="moved", ended_at=WORLD_NOW + timedelta(minutes=25))
    seat = world.seat("gao")
    rows, total, _nights = counted(RoomChange.objects.all(), seat.hotel, TODAY, TODAY)
    assert (total, rows[0].cause, rows[0].minutes) == (1, "noise", 25)
    assert counted(RoomChange.objects.all(), seat.hotel, TODAY - timedelta(days=9), TODAY - timedelta(days=1))[1] == 0
    page = browse("gao").get(f"{URL}room-changes/figures/?first=2026-11-01&last=2026-11-18")
    assert page.context["total"] == 1
    assert browse("gao").get(f"{URL}room-changes/figures/?first=2026-12-01&last=2026-11-18").context["total"] == 1


def test_the_slip_begins_with_what_the_reservation_says(world, browse):
    """Reservations are kept under their file's layout and number, guests under the number alone."""
    booking = Booking.objects.filter(hotel=world.lujiazui).earliest("pk")
    one = guest(world)
    Booking.objects.filter(pk=booking.pk).update(
        source_key=f"opera-style-reservations:{one.booking_number}", room_type="豪华双床", room_type_given=""
    )
    Booking.objects.exclude(pk=booking.pk).filter(source_key__endswith=f":{one.booking_number}").delete()
    form = browse("luo").get(f"{URL}desk/guests/{one.pk}/room-change/").context["form"]
    assert form.initial["from_type"] == "豪华双床"
