"""Whose exceptions a person may see or touch. Strangers get 404."""

from __future__ import annotations

from datetime import date, time

from django.db.models import Q, QuerySet
from django.http import Http404

from roomnight.activities.models import Visit
from roomnight.clients.models import Account
from roomnight.kernel.calendar import at_local
from roomnight.orders import access
from roomnight.orders.models import DepartmentNotice, ExceptionLine, ExceptionState, Order, OrderException
from roomnight.orders.queries.exceptions import AROUND, visits_after
from roomnight.organization.access import Seat, departments, within
from roomnight.organization.models import Department, Membership, Scope, Staff

RESOURCE = "orders.exception"
OWNERS = ["handler", "raised_by", "order__follower", "order__taken_by", "account__owner", "account__co_owner"]


def exceptions(seat: Seat, action: str = "read") -> QuerySet[OrderException]:
    """The exceptions within reach: those one raised or deals with, of one's orders and clients, the team's, the hotel's; to
    read also those of which one's department was told (EXC-04)."""
    scope = seat.scope(RESOURCE, action)
    reach = within(scope, seat, hotel="hotel", owners=OWNERS)
    if action == "read" and scope not in (None, Scope.HOTEL) and seat.membership is not None:
        told = OrderException.objects.filter(hotel=seat.hotel, departments__department=seat.membership.department_id)
        reach |= Q(pk__in=told.values("pk"))
    return OrderException.objects.filter(reach)


def exception(seat: Seat, pk: int, action: str = "read") -> OrderException:
    """One exception, or 404."""
    found = exceptions(seat, action).select_related(*AROUND).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def for_the_office(seat: Seat, pk: int) -> OrderException:
    """One exception on which the GM's office decides, or 404."""
    found = OrderException.objects.filter(within(seat.scope("orders.compensation", "approve"), seat, hotel="hotel"))
    one = found.select_related(*AROUND).filter(pk=pk).first()
    if one is None:
        raise Http404(str(pk))
    return one


def may(seat: Seat, one: OrderException, action: str) -> bool:
    """Whether this person may do that to an exception already within reach, without a query of its own."""
    people = [one.handler_id, one.raised_by_id, one.account.owner_id, one.account.co_owner_id]
    people += [one.order.follower_id, one.order.taken_by_id] if one.order else []
    return access.reaches(seat, RESOURCE, action, people)


def way(one: OrderException) -> list[ExceptionLine]:
    """What was done so far about an exception that is within reach."""
    return list(one.way.all())


def exceptions_of_order(seat: Seat, one: Order) -> list[OrderException]:
    """The exceptions of an order that is within reach, as far as one sees exceptions; latest first."""
    if not seat.may(RESOURCE):
        return []
    found = OrderException.objects.filter(order=one).select_related("hotel", "handler", "account", "order")
    return list(found.order_by("-discovered_at", "-pk"))


def asked_order(seat: Seat, text: str) -> Order | None:
    """The order whose number stands in an address, if this person may see it."""
    return access.orders(seat).select_related(*access.PEOPLE).filter(pk=int(text)).first() if text.isdigit() else None


def asked_notice(seat: Seat, text: str) -> DepartmentNotice | None:
    """The notice of an order whose number stands in an address, if it is this person's department's."""
    return access.notices(seat).filter(pk=int(text)).first() if text.isdigit() else None


def orders_of_client(seat: Seat, account: Account) -> list[Order]:
    """The client's orders of which an exception may be, the latest first."""
    return list(access.orders_of(seat, account)[:50])


def places(seat: Seat) -> list[Department]:
    """The departments of the hotel that may be told, or answer for something."""
    return list(departments(seat.hotel).filter(is_retired=False))


def colleagues(seat: Seat) -> list[Staff]:
    """Everybody who works at the hotel."""
    found = Membership.objects.filter(hotel=seat.hotel, staff__is_active=True).select_related("staff")
    return [place.staff for place in found.order_by("staff__username")]


def visits_to_choose(seat: Seat, one: OrderException) -> list[Visit]:
    """The visits to the client since, as far as they are within reach."""
    return list(visits_after(one)[:20])


def exceptions_between(seat: Seat, first: date, end: date, action: str = "read") -> list[OrderException]:
    """The exceptions within reach that were discovered from a day on and before another; withdrawn ones count nowhere (EXC-05)."""
    start, stop = (at_local(day, time(), seat.zone) for day in (first, end))
    found = exceptions(seat, action).filter(discovered_at__gte=start, discovered_at__lt=stop)
    around = ("department__hotel", "person", "account", "order", "hotel", "handler")
    rows = found.exclude(state=ExceptionState.WITHDRAWN).select_related(*around).prefetch_related("costs")
    return list(rows.order_by("discovered_at", "pk"))
