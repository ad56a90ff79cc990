"""How a client's credit stands towards an order (ORD-02, CRD-11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q, Value

from roomnight.credit.models import Authorisation, AuthorisationState, CreditAccount, LedgerLine, LineKind
from roomnight.credit.queries.standing import ORDER, accounts_of, standing
from roomnight.credit.rules.authorising import Answer
from roomnight.orders.models import Order, OrderItem, OrderState, PaymentWay
from roomnight.orders.rules.gate import Charge, Claim, judge, uncharged
from roomnight.orders.rules.items import cost
from roomnight.orders.rules.values import CHARGED_WITHIN_DAYS


def cents_of(items: Iterable[OrderItem]) -> int:
    """What items come to as far as they have a price, in cents."""
    return sum(cost(one.kind, one.price_cents, one.count, one.nights, one.room_nights) or 0 for one in items)


def to_charge(order: Order, items: Iterable[OrderItem]) -> int:
    """What is still to be paid for an order: its items, less the deposit that has come."""
    paid = (order.deposit_cents or 0) if order.deposit_paid_on else 0
    return max(0, cents_of(items) - paid)


COUNTING = (OrderState.DEFINITE, OrderState.IN_PROGRESS, OrderState.COMPLETED)
"""States of an order that counts against the client's limit, as `rules.gate.uncharged` has it."""


def asked(order: Order) -> int:
    """What an order comes to, less the deposit that has come; whatever was charged of it already."""
    return to_charge(order, OrderItem.objects.filter(order=order, removed_at=None))


@dataclass(frozen=True)
class Committed:
    """What an order comes to, what of that it will still charge, and what the client's others on account will, in cents."""

    asked: int
    own: int
    others: int


def committed_of(order: Order, today: date) -> Committed:
    """What the client's orders on account come to and will still charge; one without items charges nothing."""
    firm = Q(order__account=order.account_id, order__state__in=COUNTING, order__payment=PaymentWay.CREDIT)
    orders, items = {order.pk: order}, defaultdict[int, list[OrderItem]](list)
    for item in OrderItem.objects.filter(firm | Q(order=order), removed_at=None).select_related("order"):
        orders.setdefault(item.order_id, item.order)
        items[item.order_id].append(item)
    found = list(orders.values())
    later = timedelta(days=CHARGED_WITHIN_DAYS.at(order.hotel.code, today))
    claims = [
        Claim(
            one.pk, one.number, one.arrives_on, one.departs_on + later, to_charge(one, items[one.pk]),
            is_over=one.state == OrderState.COMPLETED and one.departs_on + later < today,
        )
        for one in found
    ]  # fmt: skip
    left = uncharged(claims, _charges(order, min(one.first for one in claims), [one.number for one in claims]))
    own = left.pop(order.pk)
    return Committed(to_charge(order, items[order.pk]), own, sum(left.values()))


def _charges(order: Order, first: date, numbers: Iterable[str]) -> list[Charge]:
    """What was charged to the client and not taken back, and what is set aside, from a day on or in the name of an order."""
    lines = LedgerLine.objects.filter(credit__account=order.account_id, kind=LineKind.CHARGE, reversed_by=None)
    aside = Authorisation.objects.filter(credit__account=order.account_id, state=AuthorisationState.OPEN)
    named, set_aside = Q(on__gte=first), Q(on__gte=first)
    for number in numbers:
        named |= Q(reference__contains=number) | Q(description__contains=number)
        set_aside |= Q(reference__contains=number)
    charged = (
        lines.filter(named)
        .annotate(cents=F("amount_cents"))
        .values_list("pk", "on", "cents", "reference", "description")
    )
    kept = aside.filter(set_aside).annotate(none=Value("")).values_list("pk", "on", "cents", "reference", "none")
    return [
        Charge(on, cents, f"{reference} {text}") for _pk, on, cents, reference, text in charged.union(kept, all=True)
    ]


def standing_of(order: Order, today: date, rows: Sequence[CreditAccount] | None = None) -> tuple[Answer, int]:
    """What the client's credit says to an order as it is now, and how much the order comes to. `rows` are the credit
    accounts, locked by whoever will act on the answer."""
    found = accounts_of(order.account) if rows is None else rows
    on_account = order.payment == PaymentWay.CREDIT
    known = committed_of(order, today) if on_account else Committed(asked(order), 0, 0)
    facts = standing(order.account, found, max(order.arrives_on, today), today, ORDER).facts
    given = judge(
        facts, is_on_account=on_account, cents=known.own, on=max(order.arrives_on, today),
        committed=known.others,
    )  # fmt: skip
    return given, known.asked
