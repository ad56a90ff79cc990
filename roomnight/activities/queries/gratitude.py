"""What to thank an old client for before a visit (VIS-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter

from roomnight.activities.models import FollowUp, FollowUpKind
from roomnight.clients.models import Account
from roomnight.pms.models import Booking, BookingStatus, Side

STAYS = 3


@dataclass(frozen=True)
class LastStay:
    """A stay the client sent: arrival, nights, room revenue in the hotel's currency."""

    arrival: date
    nights: int
    revenue: Decimal


@dataclass(frozen=True)
class Thanks:
    """What the client has brought, its latest stays, and its last complaint with what came of it."""

    room_nights: int
    room_nights_before: int
    revenue: Decimal
    last_arrival: date | None
    stays: list[LastStay]
    complaint: FollowUp | None

    @property
    def is_empty(self) -> bool:
        """Nothing to thank for and nothing to make good: a new client."""
        return not self.room_nights and not self.stays and self.complaint is None


def thanks_for(account: Account, as_of: date) -> Thanks:
    """Figures of 12 months as published, the last stays by either side, the latest complaint whether open or done."""
    stays = [
        booking
        for side in Side.values
        for booking in Booking.objects.filter(
            hotel=account.hotel_id, arrival__lte=as_of, status=BookingStatus.STAYED, **{side: account.pk}
        ).order_by("-arrival", "-id")[:STAYS]
    ]
    latest = sorted({one.pk: one for one in stays}.values(), key=attrgetter("arrival", "pk"), reverse=True)[:STAYS]
    complaints = FollowUp.objects.filter(account=account, kind=FollowUpKind.COMPLAINT).exclude(state="cancelled")
    return Thanks(
        room_nights=account.room_nights_12m,
        room_nights_before=account.room_nights_prior_12m,
        revenue=account.revenue_12m,
        last_arrival=account.last_arrival_on,
        stays=[LastStay(one.arrival, one.nights, one.revenue) for one in latest],
        complaint=complaints.order_by("-created_at", "-id").first(),
    )
