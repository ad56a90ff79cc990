"""What the verbs of orders share: the state as it is now, the way so far, the bell."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.kernel.commands import Actor
from roomnight.kernel.errors import Refusal
from roomnight.kernel.events import emit
from roomnight.kernel.notify import notify
from roomnight.orders.events import DetailsChanged, OrderStepped
from roomnight.orders.models import Order, OrderLine
from roomnight.orders.queries.revisions import answering
from roomnight.organization.models import Department, Staff

HELD = (
    "state", "arrives_on", "departs_on", "option_until", "option_told_on", "option_over_on", "passed_cents", "payment",
    "deposit_cents", "deposit_paid_on",
)  # fmt: skip
"""What commands read again once the order is theirs."""


def hold(order: Order) -> Order:
    """The order as it is now; whoever else changes it waits until this command is over."""
    row = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    for name in HELD:
        setattr(order, name, getattr(row, name))
    return row


def refuse_unless(order: Order, states: Collection[str]) -> None:
    """Whoever comes second finds the state as it is now."""
    if hold(order).state not in states:
        raise Refusal(
            "order.state",
            _("This is not possible any more: the order is “%(state)s”.") % {"state": order.get_state_display()},
        )


def write_step(order: Order, actor: Actor, what: str, note: str = "") -> None:
    """One line of the order's way; whoever follows orders hears of it. Comes after what it tells of is kept."""
    OrderLine.objects.create(order=order, at=timezone.now(), who=actor.code, what=what, note=note.strip()[:300])
    emit(OrderStepped(order.pk, str(what), actor.code))


def tell_of_details(actor: Actor, order_id: int | None) -> None:
    """Halls or guests of an order are others now: whoever prepares it hears of it. Comes after what it tells of is kept."""
    if order_id is not None:
        emit(DetailsChanged(order_id, actor.code))


def tell(person: Staff, order: Order, message: str, **more: Any) -> None:
    """A line on somebody's bell that leads to the order; `message` is an English gettext source."""
    notify(
        person.username, message, hotel_code=order.hotel.code, url=order.get_absolute_url(), order=order.title,
        number=order.number, **more,
    )  # fmt: skip


def ring(department: Department, order: Order, url: str, message: str, *, is_urgent: bool, **more: Any) -> int:
    """A line on the bell of everybody in a department who answers for orders; how many there are."""
    places = answering().filter(department=department).order_by("staff__username")
    people = list(places.values_list("staff__username", flat=True).distinct())
    for username in people:
        notify(
            username, message, hotel_code=order.hotel.code, url=url, is_urgent=is_urgent, number=order.number,
            order=order.title, **more,
        )  # fmt: skip
    return len(people)
