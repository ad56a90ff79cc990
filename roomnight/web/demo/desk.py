"""The front desk of the demo hotel: guests who want to be left alone, visitors, changes of room."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from roomnight.kernel.commands import Machine
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at
from roomnight.pms.access import listed_guests
from roomnight.pms.commands import keep_confidential
from roomnight.pms.models import GuestState
from roomnight.procedures.commands import complete_task
from roomnight.procedures.models import CaseTask
from roomnight.reception.commands import (
    ask_for_guest,
    ask_room_change,
    fulfil_wish,
    note_consent,
    note_wish,
    permit_authority,
    receive_wish,
    register_visitor,
    show_to_authority,
    take_authority_request,
    verify_authority,
)
from roomnight.reception.models import RoomChange, Wish

KING, DELUXE, SUITE = "高级大床房", "豪华大床房", "行政套房"
DONE: dict[str, dict[str, Any]] = {
    "cards": {"old_cards": 2, "new_cards": 2, "guest_signed": "yes"},
    "luggage": {"pieces": 2, "guest_present": "yes", "bellman": "孔令强"},
    "new-room": {},
    "old-room": {"old_room_state": "dirty"},
    "system": {
        "folio_moved": "yes",
        "privacy_kept": "yes",
        "wake_up_moved": "yes",
        "departments_to_tell": ["housekeeping"],
    },
    "told": {},
}


def attend(*, hotel: Hotel, staff: dict[str, Staff], today: date) -> None:
    """One morning at the desk. It happens now: nothing in a hotel that is built as of another day."""
    if today != day_at(hotel, timezone.now()):
        return
    desk, head = staff["du"], staff["cao"]
    here = list(listed_guests(hotel, today).filter(state=GuestState.IN_HOUSE).exclude(room="").order_by("room")[:12])
    if len(here) < 12:  # noqa: PLR2004
        return
    leave_alone(hotel, head, here[10], level=3, password="yunting")  # noqa: S106
    leave_alone(hotel, head, here[11], level=1)
    ask(hotel, desk, here[0].guest_name, "来访客人约好九点见面", "黄立新")
    visitor = ask(hotel, desk, here[1].guest_name, "送合同来签字", "赵启航")
    note_consent(actor=by(desk), enquiry=visitor, by=desk, answer="agreed", how="phone", consent_from="客人本人")
    register_visitor(
        actor=by(desk), enquiry=visitor, by=desk, name="赵启航", document_type="passport", document_number="E12345678"
    )
    ask(hotel, desk, "郭晓峰", "找人", "陌生来电")
    moved = change(
        hotel, desk, here[2], "noise", KING, "688.00", room=f"{here[2].room[:-2]}18", kind=KING, rate="688.00"
    )
    for step, data in DONE.items():
        do(moved, staff["du"], step, data)
    change(hotel, desk, here[3], "bed", KING, "688.00", room=f"{here[3].room[:-2]}16", kind=DELUXE, rate="888.00")
    broken = change(hotel, desk, here[4], "facility", KING, "688.00", hotel_fault=True, wanted="同楼层，离电梯远")
    do(broken, head, "inspect", {"found": "空调压缩机损坏，需返厂", "repairable": "no", "cannot_be_repaired": "yes"})
    wish(hotel, desk, here[5], "荞麦枕两个，空调 22 度", "housekeeping", is_lasting=True)
    taken = wish(hotel, staff["pan"], here[6], "明早 6:30 叫醒，打包早餐两份", "food_beverage", noted_in="housekeeping")
    receive_wish(actor=by(staff["dong"]), wish=taken, by=staff["dong"])
    fulfil_wish(actor=by(desk), wish=wish(hotel, desk, here[7], "婴儿床一张", "housekeeping"), by=staff["pan"])
    answer_authorities(hotel, desk, staff["shi"], here[8].guest_name)


def wish(
    hotel: Hotel, person: Staff, guest: Any, text: str, to: str, noted_in: str = "front_office", **more: Any
) -> Wish:
    """By the room, as whoever hears it knows it."""
    return note_wish(
        actor=by(person), hotel=hotel, by=person, text=text, for_department=to, noted_in=noted_in, room=guest.room, **more
    )  # fmt: skip


def answer_authorities(hotel: Hotel, person: Staff, guard: Staff, name: str) -> None:
    """One request that went its whole way, and one that waits for security."""
    said: dict[str, Any] = {
        "unit": "浦东公安分局陆家嘴派出所",
        "officer": "何建国",
        "document_type": "police",
        "scope": "是否入住、房号",
    }
    for number, reason, asked in (("031245", "走失人员协查", name), ("038870", "案件调查", "刘子航")):
        one = take_authority_request(
            actor=by(person), hotel=hotel, by=person, document_number=number, reason=reason, asked_name=asked, **said
        )  # fmt: skip
        verify_authority(actor=by(person), request=one, by=person, confirmed=True, note="021-2206 1110，值班民警")
        if asked != name:
            return
        permit_authority(actor=by(guard), request=one, by=guard, permit=True, note="电话报保安部经理")
        show_to_authority(
            actor=by(person), request=one, by=person, knows_confidential=True, fields=("in_house", "room")
        )  # fmt: skip


def by(person: Staff) -> Machine:
    return Machine(person.username, "demo")


def leave_alone(hotel: Hotel, person: Staff, guest: Any, *, level: int, password: str = "") -> None:
    keep_confidential(
        actor=by(person), hotel=hotel, guest_name=guest.guest_name, booking_number=guest.booking_number,
        arrival=guest.arrival, departure=guest.departure, level=level, starts_on=guest.arrival, password=password,
    )  # fmt: skip


def ask(hotel: Hotel, person: Staff, name: str, reason: str, visitor: str) -> Any:
    return ask_for_guest(
        actor=by(person), hotel=hotel, by=person, channel="in_person", asked_name=name, reason=reason,
        visitor_name=visitor, knows_confidential=True, sees_rooms=True,
    )  # fmt: skip


def change(
    hotel: Hotel, person: Staff, guest: Any, cause: str, kind_now: str, rate_now: str, *, room: str = "", kind: str = "",
    rate: str = "", **more: Any,
) -> RoomChange:  # fmt: skip
    """A slip, and the case that does it."""
    return ask_room_change(
        actor=by(person), hotel=hotel, by=person, guest=guest, from_type=kind_now, from_rate=Decimal(rate_now),
        cause=cause, to_room=room, to_type=kind, to_rate=Decimal(rate) if rate else None, **more,
    )  # fmt: skip


def do(one: RoomChange, person: Staff, step: str, data: dict[str, Any]) -> None:
    task = CaseTask.objects.select_related("case__hotel").filter(case=one.case, step=step).order_by("-pk").first()
    if task is not None:
        complete_task(actor=by(person), task=task, staff=person, data=data)
