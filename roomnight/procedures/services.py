"""What a flow chart may have done by itself: functions of the apps above, registered by name (PRC-01).

A chart names `reception.compute_budget`; the app that owns the subject registers it:

    @service("reception.note_call")
    def note_call(case: Case, actor: Actor, *, hotel_opinion: str, company_opinion: str) -> None: ...

It runs inside the transaction of whatever moved the case, as the one who moved it, and returns what JSON can hold. What it
refuses is refused to that person, and the case stays where it was. A drill (`case.is_trial`) touches no record.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from roomnight.kernel.commands import Actor
from roomnight.kernel.notify import notify
from roomnight.organization.models import Membership
from roomnight.procedures.models import Case
from roomnight.procedures.rules.expressions import BadExpression

Service = Callable[..., Any]
SERVICES: dict[str, Service] = {}


def service(name: str) -> Callable[[Service], Service]:
    """Register what flow charts may name in a service task."""

    def register(function: Service) -> Service:
        if name in SERVICES:
            raise ValueError(name)
        SERVICES[name] = function
        return function

    return register


def run(case: Case, name: str, values: dict[str, Any], actor: Actor) -> Any:
    """Do what a service task of this case asks, as whoever moved the case."""
    return SERVICES[name](case, actor, **values)


KEPT_MESSAGES: set[str] = set()


def keeps_messages(*names: str) -> None:
    """Register messages that a record sends by itself when it comes to that: nobody says them by hand, but in a drill."""
    KEPT_MESSAGES.update(names)


# ---- what any procedure may use


@service("procedures.notify")
def tell(case: Case, actor: Actor, *, to: str, text: str, text_en: str = "") -> int:
    """Put a line on the bell of everybody who has the role `to` here, each in their own language; how many were told. A drill tells nobody."""
    places = Membership.objects.filter(hotel=case.hotel, role__code=to, staff__is_active=True).select_related("staff")
    people = {place.staff for place in places} if not case.is_trial else set()
    for one in people:
        words = text_en if one.language == "en" and text_en else text
        notify(one.username, "%(case)s: %(text)s", hotel_code=case.hotel.code, case=case.number, text=words)
    return len(people)


@service("procedures.compare")
def compare(case: Case, actor: Actor, *, one: Any, two: Any) -> str:
    """Whether an amount is lower or higher than another, or the same. Raises BadExpression for what is no amount."""
    try:
        first, second = Decimal(str(one)), Decimal(str(two))
    except InvalidOperation as error:
        raise BadExpression(f"{one!r} or {two!r} is no amount") from error
    return "lower" if first < second else "higher" if first > second else "same"


@service("procedures.goods_that_do_not_tie")
def goods_that_do_not_tie(case: Case, actor: Actor, *, rows: list[dict[str, Any]]) -> int:
    """In how many lines of a sold-goods account what was handed out is not what was sold and what is left."""
    try:
        return sum(int(row["out"]) != int(row["sold"]) + int(row["left"]) for row in rows or [])
    except (KeyError, TypeError, ValueError) as error:
        raise BadExpression("the account of goods is not whole") from error
