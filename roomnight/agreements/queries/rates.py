"""What a client's nights cost by agreement (AGR-06): one question to the database, the choice by rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Case, FilteredRelation, IntegerField, Q, Subquery, Value, When

from roomnight.agreements.models import HELD, Agreement
from roomnight.agreements.rules.rates import Applied, Cell, Terms, rates_for
from roomnight.clients.models import Account

ASKED_BACK = timedelta(days=366)
"""So long after its end an agreement is still named as the one that ended."""
ABOVE = ("parent", "parent__parent", "parent__parent__parent")


def agreed_rates(account: int, room_type: str, arrival: date, departure: date) -> list[Applied]:
    """For each night from `arrival` to the one before `departure`: the rate that applies to a client (by id), of which
    agreement and why; also for the days ahead of an agreement that is signed and has not begun. One query."""
    return rates_for(arrival, departure, terms_of(account, room_type, arrival))


def terms_of(account: int, room_type: str, arrival: date) -> list[Terms]:
    """The signed agreements of a client and of those above it, with their rates of a room type."""
    itself = Account.objects.filter(pk=account)
    distances = [
        When(account=Subquery(itself.values(path)[:1]), then=Value(number))
        for number, path in enumerate(ABOVE, start=1)
    ]
    rows = (
        Agreement.objects.filter(state__in=HELD, holds_until__gte=arrival - ASKED_BACK)
        .annotate(
            distance=Case(When(account=account, then=Value(0)), *distances, output_field=IntegerField()),
            cell=FilteredRelation("cells", condition=Q(cells__room_type=room_type)),
        )
        .filter(distance__isnull=False)
        .order_by("pk")
        .values_list(
            "pk", "number", "client_name", "distance", "starts_on", "holds_until", "periods", "cell__season", "cell__night",
            "cell__line__rate", "cell__line__breakfasts", "cell__line__is_linked",
        )
    )  # fmt: skip
    heads: dict[int, Terms] = {}
    cells: dict[int, list[Cell]] = {}
    for pk, number, client, distance, starts_on, holds_until, periods, *cell in rows:
        if pk not in heads:
            heads[pk] = Terms(pk, number, client, distance, starts_on, holds_until, _periods(periods))
        if cell[0] is not None:
            cells.setdefault(pk, []).append(Cell(*cell))
    return [
        Terms(one.pk, one.number, one.client, one.distance, one.starts_on, one.holds_until, one.periods,
              tuple(cells.get(one.pk, ())))
        for one in heads.values()
    ]  # fmt: skip


def _periods(kept: Sequence[Sequence[str]]) -> tuple[tuple[date, str], ...]:
    return tuple((date.fromisoformat(start), season) for start, season in kept)
