"""What the model of falling silent goes by: days of arrival and reservations, as they were known on a day (CHU-01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

from django.db.models import Q

from roomnight.clients.rules import LOST_DAYS
from roomnight.insight.models import SilenceRun
from roomnight.insight.rules.churn import NEVER, Fit, Limits, Standing, Trail, fit, standing
from roomnight.insight.rules.churn_values import ALERT_AT, CLOCK, INACTIVE_DAYS, MONTHLY_MAX
from roomnight.organization.models import Hotel
from roomnight.pms.models import Booking, BookingStatus
from roomnight.pms.rules.quiet import OVERDUE_FACTOR, OVERDUE_MIN_GAPS

CHUNK: Final = 5_000


def limits_at(hotel: Hotel, as_of: date) -> Limits:
    """The values in force at a hotel on a day."""
    code = hotel.code
    return Limits(
        inactive_days=INACTIVE_DAYS.at(code, as_of),
        monthly_max=MONTHLY_MAX.at(code, as_of),
        lost_days=LOST_DAYS.at(code, as_of),
        factor=Fraction(OVERDUE_FACTOR.at(code, as_of)),
        min_gaps=OVERDUE_MIN_GAPS.at(code, as_of),
        alert_at=Fraction(ALERT_AT.at(code, as_of)),
        clock=CLOCK.at(code, as_of),
    )


def trails(hotel: Hotel, side: str, *, as_of: date, today: date, booked_since: date | None = None) -> list[Trail]:
    """What every client of one side left up to a day, in order of the record; nothing of what was booked later.

    Reservations are those that arrive after `booked_since`, without it after the day itself. One without a day of booking
    counts for today alone: of the past nobody can say whether it was on the books. Neither can one that was cancelled on
    a day nobody knows.
    """
    found: dict[int, Trail] = {}
    ours = Booking.objects.filter(hotel=hotel, **{f"{side}__isnull": False}).order_by()
    came = ours.filter(status=BookingStatus.STAYED, arrival__lte=as_of).values_list(side, "arrival")
    for account, day in came.distinct().order_by(side, "arrival").iterator(chunk_size=CHUNK):
        found.setdefault(account, Trail(account)).days.append(day.toordinal())
    made = Q(booked_on__lte=as_of) | Q(booked_on=None) if as_of >= today else Q(booked_on__lte=as_of)
    ahead = ours.filter(made, arrival__gt=booked_since or as_of)
    ahead = ahead.exclude(status=BookingStatus.CANCELLED, status_on=None)
    fields = (side, "booked_on", "arrival", "status", "status_on")
    for account, booked, arrival, status, status_on in ahead.values_list(*fields).iterator(chunk_size=CHUNK):
        if account in found:
            gone = status_on.toordinal() if status == BookingStatus.CANCELLED else NEVER
            start = as_of.toordinal() if booked is None else booked.toordinal()
            found[account].booked.append((start, arrival.toordinal(), gone))
    return list(found.values())


def judged(hotel: Hotel, side: str, *, as_of: date, today: date) -> tuple[Fit, list[Standing]]:
    """Every client of one side that ever came, as it stood on a day."""
    return judged_trails(trails(hotel, side, as_of=as_of, today=today), as_of, limits_at(hotel, as_of))


def judged_trails(known: Sequence[Trail], as_of: date, limits: Limits) -> tuple[Fit, list[Standing]]:
    """The same of what was read already."""
    found = fit(known, as_of.toordinal(), limits.clock)
    return found, [standing(one, found, limits) for one in known]


def proof_begins(as_of: date, lost_days: int) -> date:
    """A day before the first month-end of the proof, from which reservations are to be read."""
    return as_of - timedelta(days=lost_days + 13 * 31)


def kept_proof(hotel: Hotel, side: str, as_of: date, limits: Limits) -> Mapping[str, Any]:
    """The proof of the month as it was worked out by the same values; empty where there is none yet."""
    first = as_of.replace(day=1)
    runs = SilenceRun.objects.filter(hotel=hotel, side=side, as_of__gte=first, as_of__lte=as_of, limits=limits.kept())
    return runs.exclude(proof={}).order_by("-pk").values_list("proof", flat=True).first() or {}
