"""The city ledger by the day on which its lines were entered: a day that is over never changes any more (interop.md)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate

from roomnight.credit.models import LedgerLine, LineKind, money
from roomnight.credit.rules.city_ledger import Sums, Transaction
from roomnight.organization.models import Hotel
from roomnight.pms.models import Booking


def lines_of_day(hotel: Hotel, day: date) -> QuerySet[LedgerLine]:
    """The lines that were entered on a day of the hotel's calendar."""
    zone = ZoneInfo(hotel.timezone)
    begin, end = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    return LedgerLine.objects.filter(hotel=hotel, entered_at__gte=begin, entered_at__lt=end).order_by("pk")


def transactions(hotel: Hotel, day: date) -> list[Transaction]:
    """The day as it leaves the house, in the order in which it was entered."""
    rows = list(lines_of_day(hotel, day).select_related("credit__account", "posting__folio"))
    numbers = {one.pk: _booking(one) for one in rows}
    wanted = {number for number in numbers.values() if number}
    stays = {
        number: (arrival, departure)
        for number, arrival, departure in Booking.objects.filter(hotel=hotel, source_key__in=wanted).values_list(
            "source_key", "arrival", "departure"
        )
    }
    return [_transaction(hotel, one, numbers[one.pk], stays.get(numbers[one.pk])) for one in rows]


def _booking(one: LedgerLine) -> str:
    posting = getattr(one, "posting", None)
    return posting.folio.booking_number if posting is not None and posting.folio is not None else ""


def _transaction(hotel: Hotel, one: LedgerLine, number: str, stay: tuple[date, date] | None) -> Transaction:
    code = one.method if one.kind == LineKind.PAYMENT else one.revenue_kind
    arrival, departure = stay or (None, None)
    return Transaction(
        hotel_code=hotel.code, date=one.on, transaction_type=str(one.kind), trx_code=code, bill_no=one.reference, invoice_no="",
        amount=one.amount, customer_internal_id=one.credit.account.code, account_name=one.credit.account.name,
        account_number=one.credit.ledger_number or one.credit.number, confirmation_no=number, arrival_date=arrival,
        departure_date=departure, guest_name="",
    )  # fmt: skip


def days(hotel: Hotel, until: date, count: int) -> list[tuple[date, Sums]]:
    """The latest days with lines up to a day, latest first, each with its sums."""
    zone = ZoneInfo(hotel.timezone)
    begin, end = (
        datetime.combine(one, time(), zone) for one in (until - timedelta(days=366), until + timedelta(days=1))
    )
    rows = LedgerLine.objects.filter(hotel=hotel, entered_at__gte=begin, entered_at__lt=end).order_by()
    found = rows.annotate(day=TruncDate("entered_at", tzinfo=zone)).values("day").annotate(
        lines=Count("pk"), up=Coalesce(Sum("amount_cents", filter=Q(amount_cents__gt=0)), 0),
        down=Coalesce(Sum("amount_cents", filter=Q(amount_cents__lt=0)), 0),
    )  # fmt: skip
    return [
        (row["day"], Sums(row["lines"], money(row["up"]), money(-row["down"])))
        for row in found.order_by("-day")[:count]
    ]
