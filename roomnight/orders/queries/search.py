"""Finding an order by its number, its title, its client or somebody who comes with it, within sight."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, When

from roomnight.orders import access, words
from roomnight.orders.models import ALIVE, Order, OrderGuest
from roomnight.organization.access import Seat
from roomnight.pms.access import of_hidden_names

SHORTEST = 2


@dataclass(frozen=True)
class OrderHit:
    """One order found, with the words that tell it from others and where its page is."""

    label: str
    detail: str
    url: str
    icon: str = "clipboard-list"


def meant(seat: Seat, text: str, accounts: Collection[int] = ()) -> Q:
    """What picks the orders that a person means by a few words out of those within reach; `accounts` are clients found already."""
    said = Q(number__icontains=text) | Q(title__icontains=text) | Q(account__name__icontains=text)
    if accounts:
        said |= Q(account__in=accounts)
    return said | Q(Exists(_guests(seat, text)))


def find_orders(seat: Seat, text: str, limit: int, accounts: Collection[int] = ()) -> list[OrderHit]:
    """The orders within reach that are meant: those that are worked on first, the next arrival first; then the latest."""
    wanted = text.strip()
    if len(wanted) < SHORTEST or not seat.may("orders.order"):
        return []
    found = access.orders(seat).filter(meant(seat, wanted, accounts)).select_related("hotel", "account")
    is_alive = Q(state__in=ALIVE)
    rows = found.annotate(guest_name=Subquery(_guests(seat, wanted).order_by("pk").values("name")[:1])).order_by(
        Case(When(is_alive, then=0), default=1), Case(When(is_alive, then="arrives_on")), "-arrives_on", "-pk"
    )
    return [_hit(one, str(getattr(one, "guest_name", "") or "")) for one in rows[:limit]]


def _guests(seat: Seat, text: str) -> QuerySet[OrderGuest]:
    """Who comes with an order and is called so; nobody who is here for nobody (PRV-03)."""
    mine = OrderGuest.objects.filter(order=OuterRef("pk"), removed_at=None)
    hidden = of_hidden_names(seat, OuterRef("order__arrives_on"), OuterRef("order__departs_on"))
    return mine.filter(Q(name__icontains=text) | Q(latin_name__icontains=text)).exclude(hidden)


def _hit(one: Order, guest: str) -> OrderHit:
    days = f"{one.arrives_on} – {one.departs_on:%m-%d}" if one.departs_on != one.arrives_on else str(one.arrives_on)
    detail = words.dot(one.number, one.account.name, days, one.get_state_display(), guest)
    return OrderHit(one.title, detail, one.get_absolute_url())
