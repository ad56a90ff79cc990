"""What orders do about what happens below, and what the departments hear of orders."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_noop

from roomnight.activities.commands import complete_followup
from roomnight.activities.events import FollowUpChanged
from roomnight.activities.models import FollowUp, FollowUpKind, FollowUpState
from roomnight.credit.events import CreditHeld, CreditReleased
from roomnight.kernel.commands import current_act, record
from roomnight.kernel.events import on
from roomnight.kernel.undo import concerns_only
from roomnight.orders.commands.cases import begin_following, tell_cases
from roomnight.orders.commands.exceptions import follow_order
from roomnight.orders.commands.following import hand_on_calls, open_opinion_call
from roomnight.orders.commands.notices import announce, call_off, revise
from roomnight.orders.commands.steps import tell
from roomnight.orders.events import DepartmentAnswered, DetailsChanged, OrderStepped
from roomnight.orders.models import ALIVE, FIRM, LOST, Order, OrderCall, OrderStep
from roomnight.orders.queries.revisions import standing

concerns_only("orders.order", "account_id", "contact_id", "follower_id")
concerns_only("orders.orderexception", "account_id")
HELD = gettext_noop("Credit of the client is on hold: look at order %(number)s “%(order)s”")
BECOMES_FIRM = (OrderStep.CONFIRMED, OrderStep.REOPENED)
CHANGES = (
    OrderStep.CHANGED, OrderStep.ITEM_ADDED, OrderStep.ITEM_CHANGED, OrderStep.ITEM_REMOVED, OrderStep.ACCEPTED,
)  # fmt: skip
RELEASED = gettext_noop("Credit of the client is released again: order %(number)s “%(order)s” may go on")


@on(CreditHeld)
def flag_open_orders(event: CreditHeld) -> None:
    """Every order of the client that is still open is flagged, and its follower told. Who let it through before decides anew."""
    found = Order.objects.filter(account=event.account_id, state__in=ALIVE)
    for one in found.select_related("hotel", "follower").order_by("pk"):
        was_flagged = one.credit_held_at is not None
        Order.objects.filter(pk=one.pk).update(
            credit_held_at=one.credit_held_at or timezone.now(), passed_cents=None, passed_by=None, passed_reason=""
        )
        record(one, credit_on_hold=True)
        if not was_flagged:
            tell(one.follower, one, HELD)


@on(CreditReleased)
def unflag_orders(event: CreditReleased) -> None:
    """The flag comes off."""
    found = Order.objects.filter(account=event.account_id, credit_held_at__isnull=False)
    for one in found.select_related("hotel", "follower").order_by("pk"):
        Order.objects.filter(pk=one.pk).update(credit_held_at=None)
        record(one, credit_on_hold=False)
        if one.state in ALIVE:
            tell(one.follower, one, RELEASED)


@on(OrderStepped)
def tell_departments(event: OrderStepped) -> None:
    """What becomes definite is told to the departments, each change of it too, and that it is called off (ORD-05, CHG-01)."""
    order = Order.objects.select_related("hotel", "follower").get(pk=event.order_id)
    revision = None
    if order.state in FIRM and event.what in BECOMES_FIRM and not standing(order):
        revision = announce(order, event.who)
    elif order.state in FIRM and event.what in (*BECOMES_FIRM, *CHANGES):
        revision = revise(order, event.who)
    elif order.state in LOST:
        call_off(order)
    follow_order(current_act().actor, order, revision)


@on(DetailsChanged)
def tell_departments_of_details(event: DetailsChanged) -> None:
    """Other halls and other guests of a firm order make a revision as every change does (CHG-01)."""
    order = Order.objects.select_related("hotel", "follower").get(pk=event.order_id)
    if order.state in FIRM:
        follow_order(current_act().actor, order, revise(order, event.who))
        tell_cases(current_act().actor, order)


@on(OrderStepped)
def follow_the_order(event: OrderStepped) -> None:
    """What is firm is followed in a case, which hears of every step; what took place is thanked for (ORD-04, VIS-09)."""
    order = Order.objects.select_related("hotel", "account", "follower", "contact").get(pk=event.order_id)
    actor = current_act().actor
    if event.what == OrderStep.COMPLETED:
        open_opinion_call(order)
    if event.what == OrderStep.HANDED_OVER:
        hand_on_calls(actor, order)
    if order.state in FIRM and event.what in BECOMES_FIRM:
        begin_following(actor, order)
    tell_cases(actor, order)


@on(DepartmentAnswered)
def tell_the_follow_up(event: DepartmentAnswered) -> None:
    """Departments that confirm or are ready bring the follow-up a step on (ORD-04)."""
    order = Order.objects.select_related("hotel", "follower").get(pk=event.order_id)
    tell_cases(current_act().actor, order)


@on(OrderStepped)
def close_the_enquiry(event: OrderStepped) -> None:
    """The enquiry that a visit left behind is answered with the order taken from it (VIS-09)."""
    if event.what != OrderStep.TAKEN:
        return
    order = Order.objects.get(pk=event.order_id)
    waiting = (
        FollowUp.objects.filter(visit=order.visit_id, kind=FollowUpKind.ORDER_ENQUIRY, state=FollowUpState.OPEN)
        if order.visit_id
        else ()
    )
    for one in list(waiting):
        complete_followup(actor=current_act().actor, followup=one, result=str(order))


@on(FollowUpChanged)
def follow_the_call(event: FollowUpChanged) -> None:
    """The call after an order was made, moved, or reached nobody and comes back: its order goes with it (ORD-04)."""
    call = (
        OrderCall.objects.filter(follow_up=event.follow_up_id).select_related("order__hotel", "order__follower").first()
    )
    if call is None:
        return
    if event.next_id is not None:
        call.follow_up_id = event.next_id
        call.save(update_fields=["follow_up"])
    tell_cases(current_act().actor, call.order)
