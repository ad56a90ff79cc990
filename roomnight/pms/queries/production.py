"""What accounts brought, month by month (PMS-03). The company view and the agent view are never added up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from django.db.models import Max, QuerySet, Sum

from roomnight.clients.models import Account, ExternalId
from roomnight.organization.models import Hotel
from roomnight.pms.models import AccountHabit, Basis, Booking, ProductionMonth, Side
from roomnight.pms.rules.production import Cell, Counted, Measures, tallied

By = Literal["month", "stay-month", "year"]
BASIS: Final[dict[str, Basis]] = {"month": Basis.ARRIVAL, "stay-month": Basis.STAY, "year": Basis.ARRIVAL}


@dataclass(frozen=True)
class AccountFigures:
    """One line of production: the account, its number in the PMS, the period (`2016-04` or `2016`), and its figures."""

    account_id: int
    number: str
    period: str
    figures: Measures

    @property
    def revenue(self) -> Decimal:
        return Decimal(self.figures.room_revenue_cents).scaleb(-2)


@dataclass(frozen=True)
class Month:
    """One month of one account, as the chart on its page shows it."""

    month: date
    bookings: int
    stays: int
    room_nights: int
    revenue: Decimal
    room_nights_year_before: int
    revenue_year_before: Decimal


def numbers_of(hotel: Hotel, side: str, accounts: Iterable[int] | None = None) -> dict[int, str]:
    """The number the PMS knows each account by; the smallest where an account has several."""
    rows = ExternalId.objects.filter(hotel=hotel, kind=side)
    if accounts is not None:
        rows = rows.filter(account__in=accounts)
    found: dict[int, str] = {}
    for account, value in rows.values_list("account_id", "value"):
        if account not in found or by_number(value) < by_number(found[account]):
            found[account] = value
    return found


def by_number(value: str) -> tuple[int, str]:
    """Numbers in the order of numbers, whatever else there is after them."""
    return (len(value), value) if value.isdigit() else (1_000, value)


def production(hotel: Hotel, *, by: By, side: str, year: int | None = None) -> list[AccountFigures]:
    """Every account's figures by month of arrival, by month stayed or by year of arrival, in order of number."""
    rows = ProductionMonth.objects.filter(hotel=hotel, side=side, basis=BASIS[by])
    if year is not None:
        rows = rows.filter(month__gte=date(year, 1, 1), month__lte=date(year, 12, 1))
    numbers = numbers_of(hotel, side)
    sums: dict[tuple[int, str], list[int]] = {}
    for account, month, *figures in rows.values_list("account_id", "month", *Measures._fields).iterator(
        chunk_size=5_000
    ):
        period = f"{month:%Y}" if by == "year" else f"{month:%Y-%m}"
        total = sums.setdefault((account, period), [0] * len(figures))
        for place, value in enumerate(figures):
            total[place] += value
    lines = [
        AccountFigures(account, numbers.get(account, ""), period, Measures(*figures))
        for (account, period), figures in sums.items()
    ]
    return sorted(lines, key=lambda line: (by_number(line.number), line.period))


def month_after(month: date, count: int = 1) -> date:
    """The first day of the month so many months later, or earlier."""
    months = month.year * 12 + month.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def account_months(
    account: Account, *, until: date, count: int = 12, basis: str = Basis.ARRIVAL
) -> tuple[str, list[Month]]:
    """The account's last so many months up to the one of `until`, each beside the same month a year before.

    Returns the side it is seen from as well: that with more nights, for an account that stands on both.
    """
    first = month_after(until.replace(day=1), 1 - count)
    rows = ProductionMonth.objects.filter(
        account=account, basis=basis, month__gte=month_after(first, -12), month__lte=until
    )
    by_side: dict[str, dict[date, ProductionMonth]] = defaultdict(dict)
    for row in rows:
        by_side[row.side][row.month] = row
    side = max(Side.values, key=lambda one: sum(row.room_nights for row in by_side[one].values()))
    found, nothing = by_side[side], ProductionMonth()
    months = []
    for month in (month_after(first, number) for number in range(count)):
        now, before = found.get(month, nothing), found.get(month_after(month, -12), nothing)
        months.append(
            Month(
                month,
                now.bookings,
                now.stays,
                now.room_nights,
                now.room_revenue,
                before.room_nights,
                before.room_revenue,
            )
        )
    return side, months


def rolling_figures(
    hotel: Hotel, as_of: date, accounts: Collection[int] | None = None
) -> dict[int, tuple[int, int, Decimal, date | None]]:
    """For each account (or each of these) that brought anything: nights of this month and the eleven before, of the
    twelve before those, revenue of the former, and the last arrival. Of its two views the one with more nights counts."""
    this = as_of.replace(day=1)
    start, before = month_after(this, -11), month_after(this, -23)
    rows = ProductionMonth.objects.filter(hotel=hotel, basis=Basis.ARRIVAL, month__gte=before, month__lte=this)
    seen = AccountHabit.objects.filter(hotel=hotel, last_arrival__lte=as_of)
    if accounts is not None:
        rows, seen = rows.filter(account__in=accounts), seen.filter(account__in=accounts)
    recent = _sums(rows.filter(month__gte=start))
    prior = _sums(rows.filter(month__lt=start))
    lasts = dict(seen.order_by().values_list("account").annotate(Max("last_arrival")))
    found: dict[int, tuple[int, int, Decimal, date | None]] = {}
    for account in {account for account, _side in [*recent, *prior]} | set(lasts):
        views = [(*recent.get((account, side), (0, 0)), prior.get((account, side), (0, 0))[0]) for side in Side.values]
        nights, cents, earlier = max(views)
        found[account] = (nights, earlier, Decimal(cents).scaleb(-2), lasts.get(account))
    return found


def _sums(rows: QuerySet[ProductionMonth]) -> dict[tuple[int, str], tuple[int, int]]:
    grouped = rows.order_by().values_list("account_id", "side").annotate(Sum("room_nights"), Sum("room_revenue_cents"))
    return {(account, side): (int(nights), int(cents)) for account, side, nights, cents in grouped}


def recount(hotel: Hotel) -> dict[Cell, Measures]:
    """Production counted anew from every booking of the hotel: what the kept figures must equal."""
    return tallied(counted_bookings(Booking.objects.filter(hotel=hotel)))


def counted_bookings(bookings: QuerySet[Booking]) -> Iterator[Counted]:
    """The part of these bookings that production looks at, one by one."""
    fields = ("company_id", "agent_id", "status", "arrival", "nights", "rate", "revenue_cents")
    for company, agent, status, arrival, nights, rate, cents in bookings.values_list(*fields).iterator(
        chunk_size=5_000
    ):
        yield Counted(company, agent, status, arrival, nights, not rate, cents)


def kept(hotel: Hotel) -> dict[Cell, Measures]:
    """Production as it is kept, in the form of a recount."""
    fields = ("account_id", "side", "basis", "month", *Measures._fields)
    rows = ProductionMonth.objects.filter(hotel=hotel, product=ProductionMonth.Product.ROOMS).values_list(*fields)
    return {Cell(account, side, basis, month): Measures(*figures) for account, side, basis, month, *figures in rows}
