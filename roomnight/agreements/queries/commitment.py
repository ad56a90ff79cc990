"""What a client promised by agreement against what it brought so far (AGR-02)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from roomnight.agreements.models import Agreement, Leak, LeakState
from roomnight.pms.models import Booking, BookingStatus


@dataclass(frozen=True)
class Commitment:
    """Promised and brought: room nights, and room revenue in the hotel's currency; None where nothing was promised.

    Stays count by their arrival, from the agreement's first day to `until`, both included. `leaked` of the stays, with their
    nights and revenue, were booked elsewhere and accepted as the client's; they are among `nights` and `revenue` (AGR-07).
    """

    nights_promised: int | None
    nights: int
    revenue_promised: Decimal | None
    revenue: Decimal
    until: date
    leaked: int = 0
    leaked_nights: int = 0
    leaked_revenue: Decimal = Decimal("0.00")

    @property
    def nights_missing(self) -> int | None:
        return None if self.nights_promised is None else max(0, self.nights_promised - self.nights)

    @property
    def revenue_missing(self) -> Decimal | None:
        return None if self.revenue_promised is None else max(Decimal("0.00"), self.revenue_promised - self.revenue)


def commitment(agreement: Agreement, today: date) -> Commitment | None:
    """How far a promise is kept as of a day; None where the agreement promises nothing. As company or as agent, whichever
    is more, as production counts it; with the stays that were booked elsewhere and accepted, and without those that were
    accepted as another client's. Two queries."""
    if agreement.commitment_nights is None and agreement.commitment_revenue is None:
        return None
    until = min(today, agreement.holds_until)
    elsewhere = Leak.objects.filter(booking=OuterRef("pk"), state=LeakState.ACCEPTED)
    stays = Booking.objects.filter(
        hotel=agreement.hotel_id, status=BookingStatus.STAYED, arrival__gte=agreement.starts_on, arrival__lte=until
    ).exclude(Exists(elsewhere.exclude(account=agreement.account_id)))
    company, agent = Q(company=agreement.account_id), Q(agent=agreement.account_id)
    sums = stays.filter(company | agent).aggregate(
        company_nights=Sum("nights", filter=company), company_cents=Sum("revenue_cents", filter=company),
        agent_nights=Sum("nights", filter=agent), agent_cents=Sum("revenue_cents", filter=agent),
    )  # fmt: skip
    nights, cents = max((sums[f"{side}_nights"] or 0, sums[f"{side}_cents"] or 0) for side in ("company", "agent"))
    more = found_elsewhere(agreement, until).filter(state=LeakState.ACCEPTED).aggregate(
        stays=Count("pk"), nights=Sum("booking__nights"), cents=Sum("booking__revenue_cents")
    )  # fmt: skip
    more_nights, more_cents = more["nights"] or 0, more["cents"] or 0
    return Commitment(
        agreement.commitment_nights, nights + more_nights, agreement.commitment_revenue, money(cents + more_cents), until,
        more["stays"], more_nights, money(more_cents),
    )  # fmt: skip


def found_elsewhere(agreement: Agreement, until: date) -> QuerySet[Leak]:
    """The stays of an agreement's client that were booked elsewhere, with arrivals on its days up to `until`. What the PMS
    gives to the client by now, or says did not come, is none of them."""
    found = Leak.objects.filter(
        account=agreement.account_id, arrival__gte=agreement.starts_on, arrival__lte=until,
        booking__status=BookingStatus.STAYED,
    )  # fmt: skip
    return found.exclude(Q(booking__company=F("account")) & Q(booking__company__isnull=False)).exclude(
        Q(booking__agent=F("account")) & Q(booking__agent__isnull=False)
    )


def money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def commitment_of(agreement: int, today: date) -> Commitment | None:
    """The same of an agreement by its id."""
    return commitment(Agreement.objects.get(pk=agreement), today)
