"""What an order asks for: adding, changing and taking out items (ORD-01)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.clients.commands.accounts import take_revision
from roomnight.kernel.commands import Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.orders.commands.blocks import follow, refuse_named
from roomnight.orders.commands.diary import move_halls_of, release_halls_of_items
from roomnight.orders.commands.gate import Watch
from roomnight.orders.commands.steps import refuse_unless, write_step
from roomnight.orders.models import ALIVE, ItemKind, Order, OrderItem, OrderStep
from roomnight.orders.queries.rates import agreed
from roomnight.orders.rules.items import nonsense
from roomnight.orders.rules.rates import needs_reason
from roomnight.organization.working_days import day_at

RATED = ("room_type", "arrives_on", "departs_on", "price_cents", "price_reason", "breakfasts")
PLACED = ("arrives_on", "departs_on", "count")
"""What a block of rooms follows."""
HOURS = ("starts_at", "ends_at")
"""What the halls of a function follow."""
CHECKED = ("arrives_on", "departs_on", "starts_at", "ends_at", "count", "price_cents")


@command
def add_item(*, actor: Actor, order: Order, kind: str, **values: Any) -> OrderItem:
    """Add something to an order; the order's days grow where it lies outside of them.

    Refused: hours or nights that cannot be, less than one, a price below nothing, a rate below the agreed one without a reason, an order that is closed, a firm one whose client's credit does not
    allow more.
    """
    watch = Watch(order)
    refuse_unless(order, ALIVE)
    if kind not in ItemKind.values:
        raise Refusal("item.kind", _("Choose what is ordered."), field="kind")
    _refuse_nonsense(kind, values)
    if kind == ItemKind.ROOMS:
        values |= _by_agreement(order, values)
    item = OrderItem.objects.create(order=order, kind=kind, **values)
    widen(order, item)
    watch.refuse_more()
    write_step(order, actor, OrderStep.ITEM_ADDED, item_in_short(item))
    record(
        item,
        order=order.number,
        kind=kind,
        **{name: value for name, value in values.items() if value not in ("", None)},
    )
    return item


@command
def change_item(*, actor: Actor, item: OrderItem, revision: int, **values: Any) -> OrderItem:
    """Change an item; its kind stays. The hall held for a function goes with its hours, or refuses them (ORD-07)."""
    order = item.order
    watch = Watch(order)
    refuse_unless(order, ALIVE)
    _refuse_nonsense(item.kind, {name: getattr(item, name) for name in CHECKED} | values)
    if item.kind == ItemKind.ROOMS:
        values |= _by_agreement(order, {name: getattr(item, name) for name in RATED} | values)
    take_revision(item, revision)
    changes = changed(item, **values)
    item.save(update_fields=[*changes])
    if changes:
        widen(order, item)
        if not changes.keys().isdisjoint(PLACED):
            follow(item, anew="count" in changes)
        if item.kind == ItemKind.FUNCTION and not changes.keys().isdisjoint(HOURS):
            first, last = (changes[name][0] if name in changes else getattr(item, name) for name in HOURS)
            move_halls_of(item, (first, last))
        watch.refuse_more()
        write_step(order, actor, OrderStep.ITEM_CHANGED, item_in_short(item))
    record(item, **changes)
    return item


@command
def remove_item(*, actor: Actor, item: OrderItem, note: str) -> OrderItem:
    """Take an item out of the order. It stays on the record with the reason; a hall held for it is free for others at once."""
    order = item.order
    refuse_unless(order, ALIVE)
    if not note.strip():
        raise Refusal("item.why", _("Say why it is taken out."), field="note")
    refuse_named(item)
    if not OrderItem.objects.filter(pk=item.pk, removed_at=None).update(removed_at=timezone.now()):
        raise Refusal("item.gone", _("It was taken out already."))
    release_halls_of_items(actor, [item.pk], note)
    write_step(order, actor, OrderStep.ITEM_REMOVED, f"{item_in_short(item)} {note}")
    record(item, removed=True, reason=note.strip())
    return item


def item_in_short(item: OrderItem) -> str:
    """What an item is called among the steps, in the words that were typed; rooms by their days and number."""
    if item.arrives_on is not None and item.departs_on is not None:
        return f"{item.arrives_on:%m-%d} – {item.departs_on:%m-%d} × {item.count}"
    said = item.what or item.space_wish or item.menu or item.place or item.vehicle
    return said.splitlines()[0][:120] if said else ""


def widen(order: Order, item: OrderItem) -> None:
    """Let the order's days hold the item's."""
    first, last = days_of(item)
    if first is None or last is None:
        return
    changes = changed(order, arrives_on=min(order.arrives_on, first), departs_on=max(order.departs_on, last))
    if changes:
        order.save(update_fields=[*changes])
        record(order, **changes)


def _by_agreement(order: Order, values: dict[str, Any]) -> dict[str, Any]:
    """What the client's agreement gives for these rooms, the rate of which is taken where none was said. Refused: a rate below
    it without a reason (AGR-06)."""
    found = agreed(order.account_id, values["room_type"], values["arrives_on"], values["departs_on"])
    if found is None:
        return {"agreed_cents": None, "agreement_id": None, "price_reason": ""}
    price = found.cents if values.get("price_cents") is None else values["price_cents"]
    reason = str(values.get("price_reason") or "").strip()
    is_below = needs_reason(price, found.cents)
    if is_below and not reason:
        raise Refusal(
            "item.below",
            _("Agreement %(number)s gives a rate of %(rate)s: say why it is less.")
            % {"number": found.number, "rate": Decimal(found.cents).scaleb(-2)},
            field="price_reason",
        )  # fmt: skip
    given: dict[str, Any] = {"price_cents": price, "agreed_cents": found.cents, "agreement_id": found.agreement}
    return given | {"price_reason": reason if is_below else ""}


def days_of(item: OrderItem) -> tuple[date | None, date | None]:
    """The first and the last day of an item, on the hotel's calendar."""
    if item.arrives_on is not None:
        return item.arrives_on, item.departs_on
    if item.starts_at is None:
        return None, None
    hotel = item.order.hotel
    return day_at(hotel, item.starts_at), day_at(hotel, item.ends_at or item.starts_at)


def _refuse_nonsense(kind: str, values: dict[str, Any]) -> None:
    wrong = nonsense(kind, values)
    if wrong is None:
        return
    code, field = wrong
    said = {
        "nights": _("Enter the day."),
        "hour": _("Enter the time."),
        "order": _("The end lies before the beginning."),
        "long": _("This is too long for one item."),
        "count": _("At least one."),
        "price": _("A price is not less than nothing."),
    }[code]
    raise Refusal(f"item.{code}", said, field=field)
