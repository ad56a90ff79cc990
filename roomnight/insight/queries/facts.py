"""What the data say of every client of a hotel in a year: three statements of the database, whatever the number of clients."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual

from roomnight.credit.models import LedgerLine, LineKind, Match
from roomnight.insight.models import Judgement, JudgementState
from roomnight.insight.rules.covered import covered_months
from roomnight.insight.rules.parameters import WHOLE, Parameters
from roomnight.insight.rules.receivables import Bill, summed
from roomnight.insight.rules.screening import BASIS_POINTS, Facts, HotelYear, Receivables
from roomnight.organization.models import Hotel
from roomnight.pms.models import Booking, BookingStatus
from roomnight.pms.queries.production import numbers_of

STAYED: Final = Q(status=BookingStatus.STAYED)
CHARGED: Final = (LineKind.CHARGE, LineKind.ADJUSTMENT)
MONTHS: Final = 12


class DaysBetween(Func):
    """Whole days from the second day to the first, on every database."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="(julianday(%(expressions)s))", arg_joiner=") - julianday(", **context
        )

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" - ", **context)


@dataclass(frozen=True)
class YearFacts:
    """Everything that a run goes by: the clients, the hotel's own figures, and the months covered in both years."""

    clients: list[Facts]
    hotel: HotelYear
    months: tuple[int, ...]
    has_receivables: bool


def year_facts(hotel: Hotel, year: int, side: str, parameters: Parameters, as_of: date) -> YearFacts:
    """The facts of every client of one side with a booking that was to arrive by the end of the year (SCR-02)."""
    whole, months = _hotel_year(hotel, year, parameters)
    numbers = numbers_of(hotel, side)
    due = receivables(hotel, year, as_of, parameters.collected_days)
    judged = standings(hotel, year)
    key = f"{side}_id"
    nothing = Receivables() if due is not None else None
    clients = [
        Facts(
            account=row[key],
            number=numbers.get(row[key], ""),
            **{name: int(row[f"{name}_"] or 0) for name in SUMS},
            receivables=(due or {}).get(row[key], nothing),
            standing=judged.get(row[key]),
        )
        for row in _clients(hotel, year, side, parameters, months).iterator(chunk_size=5_000)
    ]
    return YearFacts(clients, whole, months, due is not None)


SUMS: Final = (
    "bookings", "stays", "late", "cancellations", "no_shows", "nights", "revenue_cents", "commission", "now_cents",
    "before_cents", "window_stays",
)  # fmt: skip


def _clients(hotel: Hotel, year: int, side: str, parameters: Parameters, months: tuple[int, ...]) -> QuerySet[Any, Any]:
    this = Q(arrival__gte=date(year, 1, 1), arrival__lte=date(year, 12, 31))
    now, before = window(year, months), window(year - 1, months)
    cancelled, no_show = Q(status=BookingStatus.CANCELLED), Q(status=BookingStatus.NO_SHOW)
    soon = Q(LessThanOrEqual(DaysBetween(F("arrival"), F("status_on")), parameters.late_cancel_days))
    reach = Booking.objects.filter(hotel=hotel, arrival__lte=date(year, 12, 31), **{f"{side}__isnull": False})
    found: QuerySet[Any, Any] = reach.order_by().values(f"{side}_id").annotate(
        bookings_=Count("pk", filter=this),
        stays_=Count("pk", filter=this & STAYED),
        late_=Count("pk", filter=this & (no_show | cancelled & soon)),
        cancellations_=Count("pk", filter=this & cancelled),
        no_shows_=Count("pk", filter=this & no_show),
        nights_=Sum("nights", filter=this & STAYED),
        revenue_cents_=Sum("revenue_cents", filter=this & STAYED),
        commission_=Sum(commission_of(parameters), filter=this & STAYED),
        now_cents_=Sum("revenue_cents", filter=now & STAYED),
        before_cents_=Sum("revenue_cents", filter=before & STAYED),
        window_stays_=Count("pk", filter=(now | before) & STAYED),
    )  # fmt: skip
    return found


def window(year: int, months: tuple[int, ...]) -> Q:
    """Arrivals in these months of a year; they follow one another, for what is covered in both years has no holes."""
    if not months:
        return Q(pk__in=[])
    after = date(year + months[-1] // MONTHS, months[-1] % MONTHS + 1, 1)
    return Q(arrival__gte=date(year, months[0], 1), arrival__lt=after)


def commission_of(parameters: Parameters) -> Case:
    """The commission of a booking in ten-thousandths of a cent, by its channel."""
    return Case(
        *(
            When(channel=channel, then=F("revenue_cents") * Value(int(percent * BASIS_POINTS / WHOLE)))
            for channel, percent in parameters.commissions.items()
        ),
        default=Value(0),
        output_field=BigIntegerField(),
    )


def _hotel_year(hotel: Hotel, year: int, parameters: Parameters) -> tuple[HotelYear, tuple[int, ...]]:
    """All business of the year, and the months that the data cover wholly in it and in the year before."""
    this = Q(arrival__gte=date(year, 1, 1), arrival__lte=date(year, 12, 31)) & STAYED
    found = Booking.objects.filter(hotel=hotel).aggregate(
        revenue=Sum("revenue_cents", filter=this),
        all_nights=Sum("nights", filter=this),
        commission=Sum(commission_of(parameters), filter=this),
        first=Min("arrival", filter=STAYED),
        last=Max("arrival", filter=STAYED),
        told=Max("status_on"),
    )
    cents, nights = int(found["revenue"] or 0), int(found["all_nights"] or 0)
    alone = Facts(0, nights=nights, revenue_cents=cents, commission=int(found["commission"] or 0))
    known = [day for day in (found["last"], found["told"]) if day is not None]
    months = covered_months(found["first"], max(known), year) if known and found["first"] else ()
    return HotelYear(cents, alone.margin_cents(parameters)), months


def receivables(hotel: Hotel, year: int, as_of: date, within: int) -> dict[int, Receivables] | None:
    """What fell due in the year and how it was paid, by client; None where no receivables are kept at all.

    What was reversed never was; what was credited back was never to be paid.
    """
    if not LedgerLine.objects.filter(hotel=hotel).exists():
        return None
    first, last = date(year, 1, 1), min(as_of, date(year, 12, 31))
    live = Match.objects.filter(debit=OuterRef("pk"), undone_at=None).order_by()
    money = live.filter(credit__kind=LineKind.PAYMENT)
    since = money.filter(credit__on__gte=first)
    lost = live.filter(credit__kind=LineKind.WRITE_OFF, credit__on__gte=first, credit__on__lte=last)
    in_grace = Q(LessThanOrEqual(DaysBetween(F("credit__on"), F("debit__due_on")), within))
    lines = LedgerLine.objects.filter(
        Q(due_on__gte=first) | Q(open_cents__gt=0) | Exists(since) | Exists(lost),
        hotel=hotel, kind__in=CHARGED, amount_cents__gt=0, reversed_by=None, due_on__lte=last,
    ).order_by()  # fmt: skip
    rows = lines.annotate(
        net=F("amount_cents") - _cents(live.filter(credit__kind=LineKind.ADJUSTMENT)),
        on_time=_cents(money.filter(credit__on__lte=F("debit__due_on"))),
        collected=_cents(money.filter(in_grace)),
        last_paid=Subquery(since.values("debit").annotate(last=Max("credit__on")).values("last"), DateField()),
        is_lost=Exists(lost),
    ).values_list(
        "credit__account_id", "due_on", "net", "on_time", "collected", "open_cents", "last_paid", "is_lost"
    )  # fmt: skip
    return summed((Bill(*row) for row in rows.iterator(chunk_size=5_000)), first, last, as_of)


def _cents(matches: QuerySet[Match]) -> Coalesce:
    """What these matches settle of a line, in cents."""
    summed_up = matches.values("debit").annotate(all=Sum("cents")).values("all")
    return Coalesce(Subquery(summed_up, BigIntegerField()), Value(0), output_field=BigIntegerField())


def standings(hotel: Hotel, year: int) -> dict[int, float]:
    """The judged standing of the year by client: the mean of standing in the trade and way of business, once reviewed."""
    rows = Judgement.objects.filter(hotel=hotel, year=year, state=JudgementState.REVIEWED)
    found = rows.values_list("account_id", "trade", "way")
    return {account: (trade + way) / 2 for account, trade, way in found if trade is not None and way is not None}
