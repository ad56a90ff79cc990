"""Which clients are to be asked, and what their answers come to month by month (SAT-01, SAT-02)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from roomnight.clients.models import Account
from roomnight.orders.models import OrderKind
from roomnight.organization.models import Department, Hotel
from roomnight.pms.models import Booking, BookingStatus
from roomnight.service.models import Survey, SurveyAbout, SurveyState
from roomnight.service.rules.surveys import HAPPY, SAD, Tally, summed

WAYS = ("client", "department", "kind", "about")
COLUMNS = {"client": "account", "department": "department", "kind": "order_kind", "about": "about"}
LONGEST_STAY = timedelta(days=92)


@dataclass(frozen=True)
class Line:
    """One client, department or kind: what its answers come to each month, and in all."""

    label: str
    months: list[Tally]
    account_id: int | None = None

    @property
    def all(self) -> Tally:
        return summed(self.months)

    @property
    def change(self) -> Decimal | None:
        """The average of the later half of the months less that of the earlier half; none where one is empty."""
        half = len(self.months) // 2
        before, after = (summed(part).average for part in (self.months[:half], self.months[half:]))
        return None if before is None or after is None else after - before


def clients_whose_guests_left(hotel: Hotel, day: date) -> list[Account]:
    """The companies, and where there is none the agents, of reservations that were stayed and ended on a day."""
    left = Booking.objects.filter(
        hotel=hotel, departure=day, status=BookingStatus.STAYED, arrival__gte=day - LONGEST_STAY, arrival__lte=day
    )
    found = {company or agent for company, agent in left.values_list("company", "agent")} - {None}
    return list(Account.objects.filter(pk__in=found).select_related("owner", "hotel").order_by("pk"))


def trend(rows: QuerySet[Survey], way: str, months: list[date], zone: ZoneInfo) -> tuple[list[Line], Line]:
    """What was answered in these months, by one of `WAYS`, the most answers first; and all of it together."""
    column = COLUMNS[way]
    counted = (
        rows.filter(state=SurveyState.ANSWERED)
        .annotate(month=TruncMonth("answered_at", tzinfo=zone))
        .order_by()
        .values("month", column)
        .annotate(
            n=Count("pk"), total=Sum("score"), happy=Count("pk", filter=Q(score__gte=HAPPY)),
            sad=Count("pk", filter=Q(score__lte=SAD)), low=Count("pk", filter=Q(is_low=True)),
        )
    )  # fmt: skip
    place = {month: number for number, month in enumerate(months)}
    groups: dict[Any, list[Tally]] = defaultdict(lambda: [Tally()] * len(months))
    for one in counted:
        number = place.get(one["month"].date())
        if number is not None:
            here = Tally(one["n"], one["total"], one["happy"], one["sad"], one["low"])
            groups[one[column]][number] += here
    names = _names(way, set(groups))
    lines = [
        Line(names.get(key) or _nothing(way), tallies, key if way == "client" else None)
        for key, tallies in groups.items()
    ]
    lines.sort(key=lambda line: (-line.all.count, line.label))
    return lines, Line("", [summed(line.months[number] for line in lines) for number in range(len(months))])


def sent_and_answered(rows: QuerySet[Survey]) -> tuple[int, int]:
    """How many links were sent, and how many of them were answered by the link."""
    counted = rows.filter(sent_at__isnull=False).aggregate(
        sent=Count("pk"), answered=Count("pk", filter=Q(state=SurveyState.ANSWERED))
    )
    return counted["sent"], counted["answered"]


def _names(way: str, keys: set[Any]) -> dict[Any, str]:
    match way:
        case "client":
            return dict(Account.objects.filter(pk__in=keys).values_list("pk", "name"))
        case "department":
            found = Department.objects.filter(pk__in=keys - {None}).select_related("hotel")
            return {one.pk: str(one) for one in found}
        case "kind":
            return {key: str(OrderKind(key).label) for key in keys if key}
    return {key: str(SurveyAbout(key).label) for key in keys}


def _nothing(way: str) -> str:
    return _("without an order") if way == "kind" else _("not said")
