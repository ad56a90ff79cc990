"""The guests of an order (ORD-01)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.clients.commands.accounts import take_revision
from roomnight.kernel.commands import Actor, changed, command, record, record_many
from roomnight.kernel.errors import Refusal
from roomnight.orders.commands.steps import refuse_unless, tell_of_details
from roomnight.orders.models import ALIVE, Order, OrderGuest

MOST_AT_ONCE = 500


@command
def add_guests(*, actor: Actor, order: Order, guests: Sequence[dict[str, Any]]) -> list[OrderGuest]:
    """Put guests on the list; each a dict of name, job_title, vip, needs, arrives_on, departs_on."""
    refuse_unless(order, ALIVE)
    if not guests:
        raise Refusal("guest.none", _("Enter at least one name."), field="names")
    if len(guests) > MOST_AT_ONCE:
        raise Refusal("guest.many", _("No more than 500 at once."), field="names")
    for one in guests:
        _refuse_nonsense(one)
    made = OrderGuest.objects.bulk_create([OrderGuest(order=order, **one) for one in guests])
    record_many((one, {"order": order.number, "name": one.name}) for one in made)
    tell_of_details(actor, order.pk)
    return made


@command
def change_guest(*, actor: Actor, guest: OrderGuest, revision: int, **values: Any) -> OrderGuest:
    """Change what is known of a guest."""
    refuse_unless(guest.order, ALIVE)
    _refuse_nonsense(values)
    take_revision(guest, revision)
    changes = changed(guest, **values)
    guest.save(update_fields=[*changes])
    record(guest, **changes)
    if changes:
        tell_of_details(actor, guest.order_id)
    return guest


@command
def remove_guest(*, actor: Actor, guest: OrderGuest) -> OrderGuest:
    """Take a guest off the list, who stays on the record."""
    refuse_unless(guest.order, ALIVE)
    if not OrderGuest.objects.filter(pk=guest.pk, removed_at=None).update(removed_at=timezone.now(), room=None):
        raise Refusal("guest.gone", _("This guest was taken off the list already."))
    record(guest, removed=True)
    tell_of_details(actor, guest.order_id)
    return guest


def _refuse_nonsense(values: dict[str, Any]) -> None:
    if not str(values.get("name", "")).strip():
        raise Refusal("guest.name", _("Enter the name."), field="name")
    first, last = values.get("arrives_on"), values.get("departs_on")
    if first and last and last < first:
        raise Refusal("guest.days", _("The departure lies before the arrival."), field="departs_on")
