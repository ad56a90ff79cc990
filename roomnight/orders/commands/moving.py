"""How an order goes its way: held, confirmed, begun, completed, archived; declined, cancelled, nobody came; taken up again (ORD-02)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands import write_timeline
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.orders.commands.diary import confirm_halls_of, release_halls_ahead, release_halls_of
from roomnight.orders.commands.filing import file_papers
from roomnight.orders.commands.gate import hold_with_credit, refuse_by_credit
from roomnight.orders.commands.steps import hold, tell, write_step
from roomnight.orders.follow_words import ARCHIVE_WORDS
from roomnight.orders.models import Order, OrderState, OrderStep
from roomnight.orders.queries.following import lacks_for_archive, papers_of
from roomnight.orders.rules.options import OVER, to_tell
from roomnight.orders.rules.states import may_move
from roomnight.orders.rules.values import OPTION_NOTICE_DAYS
from roomnight.organization.access import leader_of
from roomnight.organization.models import Hotel, Membership, Staff
from roomnight.organization.working_days import day_at

CONFIRMED = gettext_noop("Order %(number)s was confirmed: %(title)s")
COMPLETED = gettext_noop("Order %(number)s was completed: %(title)s")
CANCELLED = gettext_noop("Order %(number)s was cancelled: %(title)s")
DECLINED = gettext_noop("Order %(number)s was declined: %(title)s")
MISSED = gettext_noop("Nobody came for order %(number)s: %(title)s")
REOPENED = gettext_noop("Order %(number)s was taken up again: %(title)s")
YOURS = gettext_noop("%(who)s handed order %(number)s “%(order)s” to you")
RUNS_OUT = gettext_noop("The option of order %(number)s “%(order)s” runs out on %(until)s")
RAN_OUT = gettext_noop("The option of order %(number)s “%(order)s” ran out on %(until)s: confirm, extend or release it")


@command
def hold_option(*, actor: Actor, order: Order, until: date) -> Order:
    """Keep an order for the client until a day, that day included; again: until another day.

    Refused: a day gone by, one after the order's last day, an order that is firm or closed.
    """
    now = hold(order)
    today = day_at(order.hotel, timezone.now())
    if now.state != OrderState.TENTATIVE:
        _refuse_move(order, OrderState.TENTATIVE)
    if not today <= until <= order.departs_on:
        raise Refusal("order.option", _("Choose a day from today on, before the order is over."), field="until")
    changes = changed(order, state=OrderState.TENTATIVE, option_until=until, option_told_on=None, option_over_on=None)
    if changes:
        order.save(update_fields=[*changes])
        write_step(order, actor, OrderStep.HELD, until.isoformat())
    record(order, **changes)
    return order


@command
def confirm_order(*, actor: Actor, order: Order, note: str = "") -> Order:
    """House and client count on each other from now on. Refused without items, and where the client's credit is in the way."""
    rows = hold_with_credit(order)
    _refuse_move(order, OrderState.DEFINITE)
    if not order.items.filter(removed_at=None).exists():
        raise Refusal("order.empty", _("Enter first what was ordered."))
    refuse_by_credit(order, rows)
    confirm_halls_of(order)
    return _move(actor, order, OrderState.DEFINITE, OrderStep.CONFIRMED, note, CONFIRMED, confirmed_at=timezone.now())


@command
def begin_order(*, actor: Actor, order: Order) -> Order:
    """The guests are here. Refused before the first day, and where the client's credit is in the way by now."""
    rows = hold_with_credit(order)
    _refuse_move(order, OrderState.IN_PROGRESS)
    _refuse_early(order)
    refuse_by_credit(order, rows)
    return _move(actor, order, OrderState.IN_PROGRESS, OrderStep.BEGAN)


@command
def complete_order(*, actor: Actor, order: Order) -> Order:
    """Everything that was ordered took place. A hall it still holds for later is let go."""
    hold(order)
    _refuse_move(order, OrderState.COMPLETED)
    release_halls_ahead(actor, order)
    return _move(actor, order, OrderState.COMPLETED, OrderStep.COMPLETED, "", COMPLETED, ended_at=timezone.now())


@command
def archive_order(*, actor: Actor, order: Order) -> Order:
    """Its papers are whole, put together as one and kept for good (ORD-09). Refused with what is missing."""
    hold(order)
    _refuse_move(order, OrderState.ARCHIVED)
    lacks = lacks_for_archive(papers_of(order))
    if lacks:
        words = " ".join(str(ARCHIVE_WORDS[one]) for one in lacks)
        raise Refusal("order.incomplete", _("Something is missing: %(what)s") % {"what": words})
    release_halls_ahead(actor, order)
    _move(actor, order, OrderState.ARCHIVED, OrderStep.ARCHIVED)
    file_papers(actor, order)
    return order


@command
def decline_order(*, actor: Actor, order: Order, reason: str, went_to: str = "") -> Order:
    """Nothing comes of it because the house cannot or the client goes elsewhere."""
    hold(order)
    _refuse_move(order, OrderState.DECLINED)
    return _end(actor, order, OrderState.DECLINED, OrderStep.DECLINED, reason, DECLINED, went_to=went_to.strip())


@command
def cancel_order(*, actor: Actor, order: Order, reason: str, charge_cents: int | None = None) -> Order:
    """The client calls it off; what it is charged for that, if anything."""
    hold(order)
    _refuse_move(order, OrderState.CANCELLED)
    return _end(
        actor, order, OrderState.CANCELLED, OrderStep.CANCELLED, reason, CANCELLED, end_charge_cents=charge_cents
    )


@command
def miss_order(*, actor: Actor, order: Order, reason: str, charge_cents: int | None = None) -> Order:
    """Nobody came 应到未到; what the client is charged for that, if anything. Refused before the first day."""
    hold(order)
    _refuse_move(order, OrderState.NO_SHOW)
    _refuse_early(order)
    return _end(actor, order, OrderState.NO_SHOW, OrderStep.NO_SHOW, reason, MISSED, end_charge_cents=charge_cents)


BACK_TO = {
    OrderState.DECLINED: OrderState.ENQUIRY, OrderState.CANCELLED: OrderState.ENQUIRY,
    OrderState.NO_SHOW: OrderState.DEFINITE, OrderState.COMPLETED: OrderState.IN_PROGRESS,
}  # fmt: skip
"""What an order that had ended is again."""


@command
def reopen_order(*, actor: Actor, order: Order, reason: str) -> Order:
    """Take an order up again that had ended: asked for once more, or as firm as it was. The client's credit is asked first."""
    rows = hold_with_credit(order)
    back = BACK_TO.get(OrderState(order.state))
    if back is None:
        raise _not_possible(order)
    _refuse_without(reason)
    refuse_by_credit(order, rows)
    return _move(
        actor, order, back, OrderStep.REOPENED, reason, REOPENED, ended_at=None, end_reason="", went_to="",
        end_charge_cents=None,
    )  # fmt: skip


@command
def hand_over_order(*, actor: Actor, order: Order, to: Staff, reason: str) -> Any:
    """Somebody else follows the order from now on, and is told (ORD-03)."""
    before = order.follower
    done = take_over_order(actor=actor, order=order, to=to, reason=reason)
    if done is UNCHANGED:
        return UNCHANGED
    if to.username != actor.code:
        tell(to, order, YOURS, who=before.name)
    record(order, handed_over=to.username)
    return order


@command
def take_over_order(*, actor: Actor, order: Order, to: Staff, reason: str) -> Any:
    """Somebody else follows the order from now on; part of a whole hand-over, of which the taker is told once.

    Refused without a reason, once it is archived, and to somebody not at this hotel.
    """
    _refuse_without(reason)
    now = hold(order)
    if now.state == OrderState.ARCHIVED:
        raise _not_possible(order)
    if not Membership.objects.filter(staff=to, hotel=order.hotel_id, staff__is_active=True).exists():
        raise Refusal("order.follower", _("Choose somebody who works at this hotel."), field="to")
    if now.follower_id == to.pk:
        return UNCHANGED
    before = order.follower
    order.follower = to
    order.save(update_fields=["follower"])
    write_step(order, actor, OrderStep.HANDED_OVER, f"{before.name} → {to.name}: {reason}")
    record(order, follower=(before.username, to.username), reason=reason.strip())
    return order


@command
def tell_of_options(*, actor: Actor, hotel: Hotel, on: date) -> Any:
    """Whoever follows a tentative order is told once before its option runs out, and once when it has; then the leader too."""
    notice = OPTION_NOTICE_DAYS.at(hotel.code, on)
    count = 0
    waiting = Order.objects.filter(hotel=hotel, state=OrderState.TENTATIVE, option_over_on=None)
    for one in waiting.select_related("hotel", "follower").order_by("pk"):
        if one.option_until is None:
            continue
        what = to_tell(one.option_until, on, notice, was_told=one.option_told_on is not None, was_told_over=False)
        column = "option_over_on" if what == OVER else "option_told_on"
        mine = Order.objects.filter(
            pk=one.pk, state=OrderState.TENTATIVE, option_until=one.option_until, **{column: None}
        )
        if not what or not mine.update(**{column: on}):
            continue
        count += 1
        until = one.option_until.isoformat()
        tell(one.follower, one, RAN_OUT if what == OVER else RUNS_OUT, until=until)
        leader = leader_of(one.follower, hotel) if what == OVER else None
        if leader is not None:
            tell(leader, one, RAN_OUT, until=until)
        record(one, **{column: on})
    return count or UNCHANGED


def _move(actor: Actor, order: Order, state: str, step: str, note: str = "", message: str = "", **values: Any) -> Order:
    changes = changed(order, state=state, **values)
    order.save(update_fields=[*changes])
    write_step(order, actor, step, note)
    if message:
        write_timeline(
            account=order.account, at=timezone.now(), kind="order", message=message, url=order.get_absolute_url(),
            number=order.number, title=order.title, note=note.strip(), actor_name=order.follower.name,
        )  # fmt: skip
    record(order, **changes, **({"note": note.strip()} if note.strip() else {}))
    return order


def _end(actor: Actor, order: Order, state: str, step: str, reason: str, message: str, **values: Any) -> Order:
    _refuse_without(reason)
    if (values.get("end_charge_cents") or 0) < 0:
        raise Refusal("order.amount", _("An amount is not less than nothing."), field="charge")
    release_halls_of(actor, order, reason)
    return _move(
        actor, order, state, step, reason, message, end_reason=reason.strip(), ended_at=timezone.now(), **values
    )


def _refuse_without(reason: str) -> None:
    if not reason.strip():
        raise Refusal("order.reason", _("Say why."), field="reason")


def _refuse_early(order: Order) -> None:
    if day_at(order.hotel, timezone.now()) < order.arrives_on:
        raise Refusal("order.early", _("The guests come on %(day)s only.") % {"day": order.arrives_on})


def _refuse_move(order: Order, state: str) -> None:
    if not may_move(order.state, state):
        raise _not_possible(order)


def _not_possible(order: Order) -> Refusal:
    return Refusal(
        "order.state",
        _("This is not possible any more: the order is “%(state)s”.") % {"state": order.get_state_display()},
    )
