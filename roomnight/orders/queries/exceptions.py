"""What is known of exceptions: where one stands, what went wrong last time, what a month of them comes to (EXC-05, EXC-06)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet, Sum
from django.utils import timezone

from roomnight.activities.models import Visit, VisitState
from roomnight.clients.models import Account
from roomnight.orders.models import FIRM, LOST, ExceptionKind, ExceptionState, Order, OrderException, money
from roomnight.orders.rules.exception_values import LAST_TIME_MONTHS
from roomnight.orders.rules.exceptions import Happened, Known, minutes_between
from roomnight.organization.working_days import day_at

AROUND = (
    "hotel", "account", "account__owner", "order__hotel", "order__follower", "order__account", "raised_by", "handler", "seen_by",
    "contacted_by", "fed_revision", "offered_by", "decided_by", "instructed_by", "department", "person", "visit__hotel", "closed_by",
)  # fmt: skip
TOOK_PLACE = (VisitState.RETURNED, VisitState.REPORTED, VisitState.CLOSED)
NEVER = datetime.min.replace(tzinfo=UTC)
SHOWN = 3
MONTH = timedelta(days=30)


def known_of(one: OrderException) -> Known:
    """What the rules read of an exception, with its order as it is now."""
    order = one.order
    said = [one.claimed_at, one.offered_at, one.decided_at, one.answered_at]
    last = max((at for at in said if at), default=NEVER)
    instructed = one.instructed_at or NEVER
    return Known(
        state=one.state,
        is_contacted=one.contacted_at is not None,
        is_force_majeure=one.kind == ExceptionKind.FORCE_MAJEURE,
        is_explained=one.explained_at is not None,
        is_claimed=one.claimed_at is not None,
        offer=one.offer_state,
        answer=one.answer,
        is_asked=one.asked_at is not None,
        is_instructed=one.instructed_at is not None and instructed >= (one.asked_at or NEVER),
        is_instructed_last=one.instructed_at is not None and instructed >= last,
        is_firm=order is not None and order.state in FIRM,
        is_fed=one.fed_at is not None,
        has_guests=order is not None and order.state not in LOST,
        is_followed=one.followed_at is not None,
        has_comments=one.comments_at is not None,
        has_cause=bool(one.cause and one.step and one.prevention),
        is_filed=one.filed_at is not None,
        is_visited=one.visit_id is not None,
    )


def minutes_to_contact(one: OrderException) -> int | None:
    """Minutes from the discovery to the first word with the client; None while there was none (EXC-02)."""
    return None if one.contacted_at is None else minutes_between(one.discovered_at, one.contacted_at)


def is_contact_late(one: OrderException, now: datetime) -> bool:
    """Whether the client was contacted after the time for that, or is still not when it is over."""
    return (one.contacted_at or now) > one.contact_due_at


def last_times(account: Account, *, besides: Order | None = None) -> list[OrderException]:
    """What went wrong with earlier orders of a client, the latest first: the next order opens with it (EXC-06)."""
    hotel = account.hotel
    now = timezone.now()
    months = LAST_TIME_MONTHS.at(hotel.code, day_at(hotel, now))
    found = OrderException.objects.filter(account=account, discovered_at__gte=now - months * MONTH).exclude(
        state=ExceptionState.WITHDRAWN
    )
    if besides is not None:
        found = found.exclude(order=besides).filter(discovered_at__lte=besides.created_at)
    rows = found.select_related("hotel", "order").annotate(cost_cents=Sum("costs__cents"))
    past: list[OrderException] = []
    for one in rows.order_by("-discovered_at", "-pk")[:SHOWN]:
        one.cost = money(one.cost_cents)  # type: ignore[attr-defined]
        past.append(one)
    return past


def visits_after(one: OrderException) -> QuerySet[Visit]:
    """The visits to the client that took place since the exception was discovered."""
    day = day_at(one.hotel, one.discovered_at)
    found = Visit.objects.filter(account=one.account_id, state__in=TOOK_PLACE, day__gte=day)
    return found.select_related("staff", "hotel").order_by("-day", "-pk")


def happened(rows: Iterable[OrderException], now: datetime) -> list[Happened]:
    """Exceptions as the analysis reads them."""
    return [
        Happened(
            one.kind, one.cause, one.department.label if one.department else "", one.person.label if one.person else "",
            sum(cost.cents for cost in one.costs.all()), minutes_to_contact(one), is_contact_late(one, now),
        )
        for one in rows
    ]  # fmt: skip
