"""Production by the person who looked after the client when the guests arrived (OWN-05)."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar

from django.db.models import Q, QuerySet, Sum

from roomnight.clients.models import Account, Ownership
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at
from roomnight.pms.models import Booking, BookingStatus

K = TypeVar("K", bound=Hashable)
AT_ONCE: Final = 500
NOBODY: Final = None


@dataclass(frozen=True)
class Brought:
    """What came in while one person looked after the clients: room nights and room revenue of the whole stays, and of how many clients."""

    room_nights: int
    revenue: Decimal
    clients: int = 1


@dataclass(frozen=True)
class Owned:
    """What one client brought with arrivals of one day, and whose it was then; None is nobody's."""

    owner: int | None
    account: int
    nights: int
    cents: int


def production_by_owner(
    hotel: Hotel, first: date, last: date, *, accounts: Iterable[int] | None = None
) -> dict[int | None, Brought]:
    """What each person's clients brought with arrivals from `first` to `last`, both included; under None what was nobody's.

    A stay counts for whoever owned its client at the end of the day of arrival, once: for the company's owner, and only
    where there is no company for the agent's. Time in the open pool, and before a client was registered, is nobody's.
    """
    wanted = None if accounts is None else set(accounts)
    rows = (one for one in _owned(hotel, _stays(hotel, first, last)) if wanted is None or one.account in wanted)
    return _summed(rows, lambda one: one.owner)


def production_of_owner(hotel: Hotel, owner: int | None, first: date, last: date) -> dict[int, Brought]:
    """What each client brought while it was this person's, or nobody's."""
    rows = (one for one in _owned(hotel, _stays(hotel, first, last)) if one.owner == owner)
    return _summed(rows, lambda one: one.account)


def _stays(hotel: Hotel, first: date, last: date) -> QuerySet[Booking]:
    return Booking.objects.filter(hotel=hotel, status=BookingStatus.STAYED, arrival__range=(first, last))


def _summed(rows: Iterable[Owned], by: Callable[[Owned], K]) -> dict[K, Brought]:
    sums: dict[K, list[int]] = defaultdict(lambda: [0, 0])
    clients: dict[K, set[int]] = defaultdict(set)
    for one in rows:
        key = by(one)
        sums[key][0] += one.nights
        sums[key][1] += one.cents
        clients[key].add(one.account)
    return {key: Brought(nights, Decimal(cents).scaleb(-2), len(clients[key])) for key, (nights, cents) in sums.items()}


def _owned(hotel: Hotel, stays: QuerySet[Booking]) -> Iterator[Owned]:
    """Every client's arrivals of a day with whoever it was who looked after it that evening."""
    found: dict[int, list[tuple[date, int, int]]] = defaultdict(list)
    rows = stays.values_list("company", "agent", "arrival").annotate(Sum("nights"), Sum("revenue_cents"))
    for company, agent, arrival, nights, cents in rows.order_by().iterator(chunk_size=5_000):
        client = company or agent
        if client is not None:
            found[client].append((arrival, nights, cents))
    spans = _days(hotel, list(found))
    for client, lines in found.items():
        days, owners = spans.get(client, ([], []))
        for arrival, nights, cents in lines:
            place = bisect_right(days, arrival)
            yield Owned(owners[place - 1] if place else NOBODY, client, nights, cents)


def _days(hotel: Hotel, accounts: list[int]) -> dict[int, tuple[list[date], list[int | None]]]:
    """By client, the days from which it was whose, in order; the last change of a day counts."""
    few = len(accounts) <= AT_ONCE
    rows = Ownership.objects.filter(account__in=accounts) if few else Ownership.objects.filter(account__hotel=hotel)
    found: dict[int, tuple[list[date], list[int | None]]] = {}
    for account, staff, since in rows.order_by("started_at", "pk").values_list("account", "staff", "started_at"):
        days, owners = found.setdefault(account, ([], []))
        days.append(day_at(hotel, since))
        owners.append(staff)
    return found


# ---- one client


@dataclass(frozen=True)
class Span:
    """A time in which a client was one person's, or nobody's: from the day to the day before the next one's, and what it brought."""

    staff: Staff | None
    since: date | None
    until: date | None
    brought: Brought


def spans_of(account: Account) -> list[Span]:
    """Who looked after a client from when to when, the present one first, and what arrived in each time (OWN-05).

    What arrived before it was registered stands at the end, without a first day, if there is any.
    """
    hotel = account.hotel
    rows = list(Ownership.objects.filter(account=account).select_related("staff").order_by("started_at", "pk"))
    days = [day_at(hotel, one.started_at) for one in rows]
    mine = Q(company=account) | Q(company=None, agent=account)
    stays = Booking.objects.filter(mine, hotel=hotel, status=BookingStatus.STAYED)
    sums = [[0, 0] for _one in range(len(rows) + 1)]
    by_day = stays.values_list("arrival").annotate(Sum("nights"), Sum("revenue_cents")).order_by()
    for arrival, nights, cents in by_day:
        total = sums[bisect_right(days, arrival)]
        total[0] += nights
        total[1] += cents
    found = [Span(None, None, days[0] if days else None, _brought(sums[0]))] if any(sums[0]) else []
    for place, one in enumerate(rows):
        until = days[place + 1] if place + 1 < len(days) else None
        if until != days[place]:
            found.append(Span(one.staff, days[place], until, _brought(sums[place + 1])))
    return found[::-1]


def _brought(total: list[int]) -> Brought:
    nights, cents = total
    return Brought(nights, Decimal(cents).scaleb(-2))
