"""What service does when something happens below."""

from __future__ import annotations

from roomnight.activities.events import ComplaintHeard, VisitReported
from roomnight.activities.models import FollowUp, Visit
from roomnight.kernel.commands import current_act
from roomnight.kernel.events import on
from roomnight.orders.commands.exceptions import point_to_complaint
from roomnight.orders.events import ClientComplained, OrderStepped
from roomnight.orders.models import FoundAt, Order, OrderException, OrderStep
from roomnight.service.commands import draft_for_order, draft_survey, open_review, take_complaint
from roomnight.service.models import Channel, Severity, SurveyAbout

HERE = (FoundAt.ARRIVAL, FoundAt.STAY)
"""The guests are in the house: whoever complains stands at the desk."""


@on(ComplaintHeard)
def take_what_was_heard(event: ComplaintHeard) -> None:
    """A client complained on a visit: its clock begins at once, with the leader who has the follow-up (VIS-09, SVC-01)."""
    heard = FollowUp.objects.select_related("hotel", "account__owner", "contact", "owner", "created_by", "visit__staff")
    one = heard.get(pk=event.follow_up_id)
    assert one.visit is not None and one.account is not None
    take_complaint(
        actor=current_act().actor, hotel=one.hotel, by=one.visit.staff, text=event.text, wants=event.text,
        channel=Channel.VISIT, account=one.account, contact=one.contact, follow_up=one, owner=one.owner, is_apologised=True,
    )  # fmt: skip


@on(ClientComplained)
def take_what_went_wrong(event: ClientComplained) -> None:
    """A serious complaint raised with an order is one of the client's complaints too, once; each points to the other (SVC-01)."""
    people = ("hotel", "account__owner", "order__contact", "raised_by", "handler")
    one = OrderException.objects.select_related(*people).get(pk=event.exception_id)
    if one.complaint_number:
        return
    actor = current_act().actor
    contact = one.order.contact if one.order is not None else None
    made = take_complaint(
        actor=actor, hotel=one.hotel, by=one.raised_by, text=one.what, wants=one.claim or one.what[:400],
        channel=Channel.IN_PERSON if one.found_at in HERE else Channel.PHONE, severity=Severity.SERIOUS, account=one.account,
        contact=contact if contact is not None and contact.account_id == one.account_id else None, order=one.order,
        owner=one.handler,
    )  # fmt: skip
    point_to_complaint(actor, one, made.number, made.get_absolute_url())


@on(OrderStepped)
def ask_about_the_order(event: OrderStepped) -> None:
    """An order took place: its client is to be asked about it (SAT-01)."""
    if event.what != OrderStep.COMPLETED:
        return
    one = Order.objects.select_related("hotel", "account__owner", "account__hotel", "contact", "follower")
    draft_for_order(current_act().actor, one.get(pk=event.order_id))


@on(VisitReported)
def ask_about_the_visit(event: VisitReported) -> None:
    """A client was visited: it is to be asked about it, unless it was asked lately or has just complained (SAT-01)."""
    if event.feedback == "complaint":
        return
    one = Visit.objects.select_related("hotel", "account__owner", "account__hotel", "staff").get(pk=event.visit_id)
    draft_survey(
        actor=current_act().actor, hotel=one.hotel, account=one.account, about=SurveyAbout.VISIT, visit=one,
        happened_on=event.visited_on, representative=one.staff, is_rested=True,
    )  # fmt: skip


@on(OrderStepped)
def look_back_at_the_deal(event: OrderStepped) -> None:
    """A deal was made: whoever made it is to look back at it (SAT-03)."""
    if event.what == OrderStep.CONFIRMED:
        one = Order.objects.select_related("hotel", "follower").get(pk=event.order_id)
        open_review(actor=current_act().actor, order=one)
