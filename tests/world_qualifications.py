"""Who may receive clients in the small world: the sales offices of both hotels; chen, sun and ye may sell as well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from roomnight.organization.commands import grant_qualification
from roomnight.organization.models import Membership, StaffQualification

if TYPE_CHECKING:
    from tests.world import World

EXAMINED_ON = date(2026, 9, 1)


def build_qualifications(world: World) -> None:
    """The general manager of each hotel enters what the sales office passed in September; it holds for a year."""
    for head in ("zheng", "qian"):
        seat = world.seat(head)
        for place in Membership.objects.filter(hotel=seat.hotel, department__kind="sales").select_related("staff"):
            grant_qualification(
                actor=seat, hotel=seat.hotel, staff=place.staff, kind="receive", course="接待礼仪", granted_on=EXAMINED_ON,
                examined_by="培训经理", points=88,
            )  # fmt: skip
    for name, head in (("chen", "zheng"), ("sun", "zheng"), ("ye", "qian")):
        seat = world.seat(head)
        grant_qualification(
            actor=seat, hotel=seat.hotel, staff=getattr(world, name), kind="sell", course="协议与报价实务",
            granted_on=EXAMINED_ON,
        )  # fmt: skip


def _sells(username: str) -> Callable[[], StaffQualification]:
    return lambda: StaffQualification.objects.get(staff__username=username, kind="sell")


QUALIFICATION_RECORDS: dict[str, Callable[[], Any]] = {
    "qualification": _sells("chen"),
    "sun_s_qualification": _sells("sun"),
    "ye_s_qualification": _sells("ye"),
}
