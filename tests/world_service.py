"""What clients have complained about and written in the small world by WORLD_NOW."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from roomnight.kernel.models import Notification
from roomnight.orders.models import Order
from roomnight.organization.authority import Authority
from roomnight.service.commands import (
    draft_survey,
    open_review,
    pin_letter,
    plan_improvement,
    propose_compensation,
    register_letter,
    take_complaint,
    take_request,
    take_survey,
    take_up_request,
)
from roomnight.service.models import Compensation, Complaint, DealReview, Improvement, Letter, ServiceRequest, Survey

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


def request_of(who: str) -> Callable[[], ServiceRequest]:
    """The request that somebody took."""
    found = ServiceRequest.objects.select_related("hotel", "department", "person", "taken_by", "account")
    return lambda: found.get(taken_by__username=who)


def improvement_of(who: str) -> Callable[[], Improvement]:
    """What somebody is to improve."""
    return lambda: Improvement.objects.select_related("hotel", "owner").get(owner__username=who)


def survey_of(who: str) -> Callable[[], Survey]:
    """What a client of somebody is to be asked about an event."""
    found = Survey.objects.select_related("hotel", "account__owner", "order", "representative")
    return lambda: found.get(representative__username=who, about="event", state="draft")


def deal_review_of(who: str) -> Callable[[], DealReview]:
    """The deal that somebody is to look back at."""
    found = DealReview.objects.select_related("hotel", "order__account", "staff")
    return lambda: found.filter(staff__username=who).earliest("pk")


SERVICE_RECORDS: dict[str, Callable[[], Any]] = {
    f"{prefix}{name}": of(who)
    for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))
    for name, of in (
        ("complaint", complaint_of),
        ("letter", letter_of),
        ("compensation", compensation_of),
        ("request", request_of),
        ("improvement", improvement_of),
        ("survey", survey_of),
        ("deal_review", deal_review_of),
    )
}


def build_service(world: World) -> None:
    """For each of three clients a complaint with a compensation to decide on, and a letter that hangs on the board, an
    event asked about and one to ask about; the
    bells about them were read and cleared away."""
    followed = Order.objects.select_related("hotel", "follower").order_by("pk")
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
        asked = take_request(
            actor=seat, hotel=seat.hotel, by=seat.staff, kind="information", text="要一份会议室平面图", asker="tenant",
            name="邱先生", spot="B 座 12 层", account=account, person=seat.staff,
        )  # fmt: skip
        take_up_request(actor=seat, request=asked, by=seat.staff)
        plan_improvement(
            actor=seat, hotel=seat.hotel, by=seat.staff, finding="平面图常被索要", measure="放到资料包里", owner=seat.staff,
            due_on=seat.today,
        )  # fmt: skip
        pin_letter(actor=seat, letter=letter, by=seat.staff, shows_name=False)
        ask: dict[str, Any] = {
            "actor": seat, "hotel": seat.hotel, "account": account, "about": "event", "happened_on": seat.today,
            "representative": seat.staff,
        }  # fmt: skip
        heard = draft_survey(**ask)
        take_survey(actor=seat, survey=heard, by=seat.staff, score=9, reasons=["hall"], words="会场布置很用心")
        draft_survey(**ask)
        for order in followed.filter(hotel=seat.hotel, follower=seat.staff)[:1]:
            open_review(actor=seat, order=order)
    Notification.objects.filter(url__contains="/service/").delete()
