"""Who has gone quiet: accounts that sent guests and have stopped, or are late by their own habit (LOST-01, LOST-06)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet, Sum

from roomnight.clients.models import Account
from roomnight.clients.rules import LOST_DAYS
from roomnight.organization.models import Hotel
from roomnight.pms.models import AccountHabit, Booking, BookingStatus
from roomnight.pms.queries.production import by_number, numbers_of
from roomnight.pms.rules.quiet import OVERDUE_FACTOR, OVERDUE_MIN_GAPS, Habit, Silence, habit, silence


@dataclass(frozen=True)
class Brought:
    """What an account's stays came to, and the habit seen in them."""

    stays: int
    room_nights: int
    revenue_cents: int
    last_departure: date
    habit: Habit

    @property
    def revenue(self) -> Decimal:
        return Decimal(self.revenue_cents).scaleb(-2)


@dataclass(frozen=True)
class Quiet:
    """An account on a day, from one side: what it brought and what its silence means. Both None without a stay."""

    account_id: int
    side: str
    brought: Brought | None
    silence: Silence | None
    number: str = ""
    bookings: int = 0

    @property
    def is_lost(self) -> bool:
        return self.silence is not None and self.silence.is_lost

    @property
    def is_overdue(self) -> bool:
        """Late by its own habit, by either measure of it."""
        return self.silence is not None and bool(self.silence.overdue_by_mean or self.silence.overdue_by_median)


@dataclass(frozen=True)
class Limits:
    """The hotel's policy values about silence on a day."""

    lost_days: int
    factor: Decimal
    min_gaps: int

    def judge(
        self, account: int, side: str, brought: Brought, as_of: date, number: str = "", bookings: int = 0
    ) -> Quiet:
        judged = silence(brought.habit, brought.last_departure, as_of, self.lost_days, self.factor, self.min_gaps)
        return Quiet(account, side, brought, judged, number, bookings)


def limits_at(hotel: Hotel, as_of: date) -> Limits:
    """The values in force at a hotel on a day."""
    return Limits(
        LOST_DAYS.at(hotel.code, as_of), OVERDUE_FACTOR.at(hotel.code, as_of), OVERDUE_MIN_GAPS.at(hotel.code, as_of)
    )


def silences(hotel: Hotel, *, side: str, as_of: date) -> list[Quiet]:
    """Every account with any booking that was to arrive by that day, in order of number; from the bookings themselves."""
    limits, reach = limits_at(hotel, as_of), _bookings(hotel, side, as_of)
    booked = reach.order_by().values_list(side).annotate(Count("pk"))
    numbers, brought = numbers_of(hotel, side), brought_by(hotel, side, as_of)
    found = []
    for account, bookings in booked:
        number, stays = numbers.get(account, ""), brought.get(account)
        if stays is None:
            found.append(Quiet(account, side, None, None, number, bookings))
        else:
            found.append(limits.judge(account, side, stays, as_of, number, bookings))
    return sorted(found, key=lambda one: by_number(one.number))


def _bookings(hotel: Hotel, side: str, as_of: date) -> QuerySet[Booking]:
    return Booking.objects.filter(hotel=hotel, arrival__lte=as_of, **{f"{side}__isnull": False})


def brought_by(hotel: Hotel, side: str, as_of: date, accounts: Collection[int] | None = None) -> dict[int, Brought]:
    """What every account of the hotel (or of these) that ever produced brought up to a day, counted from the bookings."""
    reach = _bookings(hotel, side, as_of)
    if accounts is not None:
        if not accounts:
            return {}
        reach = reach.filter(**{f"{side}__in": accounts})
    days = (
        reach.filter(status=BookingStatus.STAYED)
        .values_list(side, "arrival")
        .annotate(Count("pk"), Max("departure"), Sum("nights"), Sum("revenue_cents"))
        .order_by(side, "arrival")
    )
    found = {}
    for account, rows in groupby(_rows_of(days), key=itemgetter(0)):
        _accounts, arrivals, stays, departures, nights, cents = zip(*rows, strict=True)
        seen = habit([_DAYS[day] for day in arrivals])
        found[account] = Brought(sum(stays), int(sum(nights)), int(sum(cents)), _DAYS[max(departures)], seen)
    return found


class _Days(dict[Any, date]):
    """Days as the database gives them, each turned into a date once: SQLite has them as text."""

    def __missing__(self, day: Any) -> date:
        if len(self) > 20_000:  # noqa: PLR2004
            self.clear()
        found = self[day] = day if isinstance(day, date) else date.fromisoformat(day)
        return found


_DAYS = _Days()


def _rows_of(query: QuerySet[Any, Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of a query as the database gives them: a large hotel has too many days to convert each."""
    sql, parameters = query.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(5_000):
            yield from rows


def kept_habits(rows: Iterable[AccountHabit]) -> Iterator[tuple[AccountHabit, Brought]]:
    """Habits as they are kept, in the form the rules judge."""
    for row in rows:
        seen = Habit(row.first_arrival, row.last_arrival, row.arrival_days, row.twice_median_gap)
        yield row, Brought(row.stays, row.room_nights, row.revenue_cents, row.last_departure, seen)


def quiet_accounts(
    hotel: Hotel, *, as_of: date, accounts: QuerySet[Account], side: str = "", after: tuple[int, int] | None = None
) -> Iterator[Quiet]:
    """Of these accounts, those that sent guests and are lost or overdue by now; the most valuable first.

    `side` narrows to one view. `after` is (revenue in cents, account id) of the last one seen. Read from the kept
    habits, and lazily: who wants fifty takes fifty.
    """
    # Not narrowed to past arrivals: that would tempt the planner away from the index that has them in order of revenue.
    rows = AccountHabit.objects.filter(hotel=hotel, account__in=accounts)
    if side:
        rows = rows.filter(side=side)
    if after is not None:
        rows = rows.filter(Q(revenue_cents__lt=after[0]) | Q(revenue_cents=after[0], account__gt=after[1]))
    limits = limits_at(hotel, as_of)
    for row, brought in kept_habits(rows.order_by("-revenue_cents", "account").iterator(chunk_size=200)):
        judged = limits.judge(row.account_id, row.side, brought, as_of)
        if judged.is_lost or judged.is_overdue:
            yield judged


def gone_quiet(hotel: Hotel, *, as_of: date, accounts: QuerySet[Account], limit: int = 50) -> list[Quiet]:
    """The most valuable of these accounts that have gone quiet, once each: reasons for a visit (VIS-01).

    An account that stands on bookings both as company and as agent is quiet only if it is so from the side heard of last.
    """
    latest = dict(
        AccountHabit.objects.filter(hotel=hotel, account__in=accounts)
        .order_by()
        .values_list("account")
        .annotate(Max("last_arrival"))
    )
    found: list[Quiet] = []
    for one in quiet_accounts(hotel, as_of=as_of, accounts=accounts):
        if one.brought and one.brought.habit.last_arrival == latest[one.account_id]:
            found.append(one)
        if len(found) == limit:
            break
    return found


def account_silence(hotel: Hotel, account: Account, *, as_of: date) -> Quiet | None:
    """How quiet one account is, from the side heard of last; None when it never sent a guest."""
    limits = limits_at(hotel, as_of)
    rows = AccountHabit.objects.filter(hotel=hotel, account=account).order_by("-last_arrival")[:1]
    for row, brought in kept_habits(rows):
        return limits.judge(account.pk, row.side, brought, as_of)
    return None
