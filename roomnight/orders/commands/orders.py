"""Taking an order, and changing what stands at its head (ORD-01)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.activities.models import Visit
from roomnight.clients.commands import write_timeline
from roomnight.clients.commands.accounts import take_revision
from roomnight.clients.models import Account, Contact
from roomnight.kernel.commands import Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.numbering import form_number
from roomnight.orders.commands.gate import Watch
from roomnight.orders.commands.steps import refuse_unless, tell, write_step
from roomnight.orders.models import ALIVE, Channel, Order, OrderKind, OrderStep, PaymentWay
from roomnight.orders.rules.quotations import due_at
from roomnight.orders.rules.values import QUOTE_HOURS
from roomnight.organization.models import Staff
from roomnight.organization.working_days import day_at

TAKEN = gettext_noop("Order %(number)s was taken: %(title)s")
YOURS = gettext_noop("Order %(number)s “%(order)s” is yours to follow")
LONGEST_DAYS = 730


@command
def new_order(
    *,
    actor: Actor,
    account: Account,
    taken_by: Staff,
    kind: str,
    title: str,
    arrives_on: date,
    departs_on: date,
    follower: Staff | None = None,
    visit: Visit | None = None,
    **values: Any,
) -> Order:
    """Take a client's order down as an enquiry (ORD-01). Who takes it follows it, unless it is taken for a colleague (ORD-03).

    Refused: an unknown kind, a last day before the first, a contact of another client, an amount below nothing.
    """
    hotel = account.hotel
    now = timezone.now()
    today = day_at(hotel, now)
    if kind not in OrderKind.values:
        raise Refusal("order.kind", _("Choose what the order is for."), field="kind")
    _refuse_nonsense(account, title, arrives_on, departs_on, values)
    one = Order.objects.create(
        hotel=hotel, account=account, taken_by=taken_by, follower=follower or taken_by, kind=kind, title=title.strip(),
        arrives_on=arrives_on, departs_on=departs_on, visit=visit,
        number=form_number("DD", hotel.code, today), quote_due_at=due_at(now, QUOTE_HOURS.at(hotel.code, today)), **values,
    )  # fmt: skip
    write_step(one, actor, OrderStep.TAKEN)
    write_timeline(
        account=account, at=now, kind="order", message=TAKEN, url=one.get_absolute_url(), number=one.number,
        title=one.title, actor_name=taken_by.name,
    )  # fmt: skip
    if one.follower_id != taken_by.pk:
        tell(one.follower, one, YOURS)
    record(
        one, number=one.number, account=account.code, kind=kind, title=one.title, arrives_on=arrives_on,
        departs_on=departs_on, taken_by=taken_by.username, follower=one.follower.username,
    )  # fmt: skip
    return one


@command
def change_order(
    *, actor: Actor, order: Order, revision: int, arrives_on: date, departs_on: date, title: str, **values: Any
) -> Order:
    """Change what stands at the head of an order that is still worked on. Its items keep their days.

    Refused where a firm order would be paid otherwise, and the client's credit is in the way."""
    watch = Watch(order)
    refuse_unless(order, ALIVE)
    _refuse_nonsense(order.account, title, arrives_on, departs_on, values)
    take_revision(order, revision)
    changes = changed(order, arrives_on=arrives_on, departs_on=departs_on, title=title.strip(), **values)
    order.save(update_fields=[*changes])
    watch.refuse_more()
    if changes:
        write_step(order, actor, OrderStep.CHANGED)
    record(order, **changes)
    return order


def _refuse_nonsense(account: Account, title: str, arrives_on: date, departs_on: date, values: dict[str, Any]) -> None:
    if not title.strip():
        raise Refusal("order.title", _("Say what the order is about."), field="title")
    if departs_on < arrives_on:
        raise Refusal("order.days", _("The last day lies before the first."), field="departs_on")
    if (departs_on - arrives_on).days > LONGEST_DAYS:
        raise Refusal("order.long", _("No order runs for more than two years."), field="departs_on")
    contact: Contact | None = values.get("contact")
    if contact is not None and contact.account_id != account.pk:
        raise Refusal("order.contact", _("This person is at another client."), field="contact")
    if values.get("payment", PaymentWay.ON_SITE) not in PaymentWay.values:
        raise Refusal("order.payment", _("Choose how the client pays."), field="payment")
    if values.get("channel", Channel.PHONE) not in Channel.values:
        raise Refusal("order.channel", _("Choose how the order came."), field="channel")
    for name in ("deposit_cents", "sign_limit_cents"):
        if (values.get(name) or 0) < 0:
            raise Refusal("order.amount", _("An amount is not less than nothing."), field=name.removesuffix("_cents"))
