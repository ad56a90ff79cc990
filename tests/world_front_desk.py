"""What has happened at the front desk of the small world by WORLD_NOW, at each hotel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from roomnight.organization.access import Seat
from roomnight.pms.access import listed_guests
from roomnight.pms.commands import keep_confidential
from roomnight.pms.models import Confidentiality
from roomnight.reception.commands import (
    ask_for_guest,
    ask_room_change,
    note_consent,
    note_wish,
    register_visitor,
    take_authority_request,
)
from roomnight.reception.models import AuthorityRequest, Enquiry, RoomChange, Visitor, Wish

if TYPE_CHECKING:
    from tests.world import World

HERE, THERE = "lujiazui", "lakeside"


def enquiry_at(hotel: str, visitor: str) -> Callable[[], Enquiry]:
    """The enquiry of a visitor at a hotel."""
    return lambda: Enquiry.objects.select_related("hotel").get(hotel__code=hotel, visitor_name=visitor)


FRONT_DESK_RECORDS: dict[str, Callable[[], Any]] = {
    "enquiry": enquiry_at(HERE, "李访客"),
    "agreed_enquiry": enquiry_at(HERE, "张来访"),
    "nobody_enquiry": enquiry_at(HERE, "问路人"),
    "lakeside_enquiry": enquiry_at(THERE, "李访客"),
    "visitor": lambda: Visitor.objects.select_related("hotel", "enquiry").get(hotel__code=HERE),
    "lakeside_visitor": lambda: Visitor.objects.select_related("hotel", "enquiry").get(hotel__code=THERE),
    "room_change": lambda: RoomChange.objects.select_related("hotel").get(hotel__code=HERE),
    "lakeside_room_change": lambda: RoomChange.objects.select_related("hotel").get(hotel__code=THERE),
    "wish": lambda: Wish.objects.select_related("hotel").get(hotel__code=HERE, text="荞麦枕两个"),
    "lakeside_wish": lambda: Wish.objects.select_related("hotel").get(hotel__code=THERE, text="荞麦枕两个"),
    "authority_request": lambda: (
        AuthorityRequest.objects.select_related("hotel").filter(hotel__code=HERE).earliest("pk")
    ),
    "lakeside_authority_request": lambda: AuthorityRequest.objects.select_related("hotel").get(hotel__code=THERE),
    "confidentiality": lambda: Confidentiality.objects.select_related("hotel").get(hotel__code=HERE),
    "lakeside_confidentiality": lambda: Confidentiality.objects.select_related("hotel").get(hotel__code=THERE),
}


def build_front_desk(world: World) -> None:
    """At each hotel one who asks, one who visits, one who asks for nobody; and a guest to come whom nobody shall know."""
    for seat in (world.seat("luo"), world.seat("lu")):
        asked(seat, "李访客", "王小明")
        agreed = asked(seat, "张来访", "散步的人")
        note_consent(
            actor=seat, enquiry=agreed, by=seat.staff, answer="agreed", how="phone", consent_from="客人本人"
        )  # fmt: skip
        register_visitor(
            actor=seat, enquiry=agreed, by=seat.staff, name="张来访", document_type="passport",
            document_number="E12345678",
        )  # fmt: skip
        asked(seat, "问路人", "无此客人")
        keep_confidential(
            actor=seat, hotel=seat.hotel, guest_name="将到的客人", booking_number="B99", arrival=date(2026, 11, 20),
            departure=date(2026, 11, 23), level=3, starts_on=date(2026, 11, 18), whole_booking=True,
            password="yueding",
        )  # fmt: skip
        change_room(seat)
        note_wish(
            actor=seat, hotel=seat.hotel, by=seat.staff, text="荞麦枕两个", for_department="front_office",
            noted_in="front_office", room="1208", is_lasting=True,
        )  # fmt: skip
        take_authority_request(
            actor=seat, hotel=seat.hotel, by=seat.staff, unit="浦东分局", officer="何警官", document_type="police",
            document_number="031245", reason="走失人员", asked_name="王小明", scope="是否入住",
        )  # fmt: skip


def change_room(seat: Seat) -> RoomChange:
    """A guest whom nobody shall know changes rooms: the desk does it alone, and the price waits for approval."""
    guest = listed_guests(seat.hotel, seat.today).get(booking_number="B2")
    return ask_room_change(
        actor=seat, hotel=seat.hotel, by=seat.staff, guest=guest, from_type="高级大床", from_rate=Decimal("680.00"),
        cause="noise", to_room="1608", to_type="豪华大床", to_rate=Decimal("880.00"),
    )  # fmt: skip


def asked(seat: Seat, visitor: str, guest: str) -> Enquiry:
    """Somebody asks the front desk for a guest."""
    return ask_for_guest(
        actor=seat, hotel=seat.hotel, by=seat.staff, channel="in_person", asked_name=guest, reason="约好来访",
        visitor_name=visitor, knows_confidential=True, sees_rooms=True,
    )  # fmt: skip
