"""What clients have complained about and written in the small world by WORLD_NOW."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from roomnight.kernel.models import Notification
from roomnight.organization.authority import Authority
from roomnight.service.commands import pin_letter, propose_compensation, register_letter, take_complaint
from roomnight.service.models import Compensation, Complaint, Letter

if TYPE_CHECKING:
    from tests.world import World


def complaint_of(who: str) -> Callable[[], Complaint]:
    """The complaint that somebody took by telephone."""
    found = Complaint.objects.select_related("hotel", "account", "owner", "taken_by")
    return lambda: found.get(taken_by__username=who, channel="phone")


def letter_of(who: str) -> Callable[[], Letter]:
    """The letter that somebody registered."""
    return lambda: Letter.objects.select_related("hotel", "owner").get(taken_by__username=who)


def compensation_of(who: str) -> Callable[[], Compensation]:
    """What somebody would give for a complaint."""
    return lambda: Compensation.objects.select_related("complaint__hotel").get(proposed_by__username=who)


SERVICE_RECORDS: dict[str, Callable[[], Any]] = {
    f"{prefix}{name}": of(who)
    for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))
    for name, of in (("complaint", complaint_of), ("letter", letter_of), ("compensation", compensation_of))
}


def build_service(world: World) -> None:
    """For each of three clients a complaint with a compensation to decide on, and a letter that hangs on the board; the
    bells about them were read and cleared away."""
    for who, account in (("chen", world.huaxing), ("sun", world.donghai), ("ye", world.hubin)):
        seat = world.seat(who)
        made = take_complaint(
            actor=seat, hotel=seat.hotel, by=seat.staff, text="会议室空调一直不制冷", wants="减免场租", account=account,
            complainant="邱先生", is_apologised=True,
        )  # fmt: skip
        propose_compensation(
            actor=seat, complaint=made, by=seat.staff, own=Authority(None), kind="reduction", amount=Decimal("300.00")
        )  # fmt: skip
        letter = register_letter(
            actor=seat, hotel=seat.hotel, by=seat.staff, kind="suggestion", sender="邱先生", text="建议早餐提前到六点",
            account=account,
        )  # fmt: skip
        pin_letter(actor=seat, letter=letter, by=seat.staff, shows_name=False)
    Notification.objects.filter(url__contains="/service/").delete()
