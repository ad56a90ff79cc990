"""What follows from bookings once an import has ended: the habits of accounts, and the figures that client lists show."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils import timezone

from roomnight.clients.commands import publish_production
from roomnight.clients.models import Account
from roomnight.kernel.calendar import local_day
from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.organization.models import Hotel
from roomnight.pms.models import AccountHabit, Side
from roomnight.pms.queries import brought_by, kept_habits, rolling_figures

FIGURES: Final = ("pk", "room_nights_12m", "room_nights_prior_12m", "revenue_12m", "last_arrival_on")
BATCH: Final = 500
MOST_NAMED: Final = 5_000  # accounts asked for by name; for more than that it is quicker to look at all


def today_at(hotel: Hotel) -> date:
    """The hotel's local day."""
    return local_day(timezone.now(), ZoneInfo(hotel.timezone))


def bring_up_to_date(*, actor: Actor, hotel: Hotel, accounts: Collection[int] | None = None) -> None:
    """Habits and rolling figures as of the hotel's day; only what differs is written.

    `accounts` are those whose bookings changed, where that is known: all others are as they were, but for the twelve
    months that move on by themselves, which the morning's round sees to.
    """
    known = None if accounts is None or len(accounts) > MOST_NAMED else accounts
    keep_habits(actor=actor, hotel=hotel, accounts=known)
    publish_figures(actor=actor, hotel=hotel, as_of=today_at(hotel), accounts=known)


@command
def keep_habits(*, actor: Actor, hotel: Hotel, accounts: Collection[int] | None = None) -> Any:
    """Learn the habit of every account, or of these, anew from its bookings, and keep what changed."""
    rows = AccountHabit.objects.filter(hotel=hotel)
    if accounts is not None:
        rows = rows.filter(account__in=accounts)
    kept = {(row.account_id, row.side): (row, brought) for row, brought in kept_habits(rows)}
    differing = []
    for side in Side.values:
        for account, brought in brought_by(hotel, side, date.max, accounts).items():
            _row, before = kept.pop((account, side), (None, None))
            if before != brought:
                differing.append(_habit(hotel, account, side, brought))
    AccountHabit.objects.filter(pk__in=[row.pk for row, _brought in kept.values()]).delete()
    fields = [field.name for field in AccountHabit._meta.concrete_fields if field.name not in {"id", "account", "side"}]
    AccountHabit.objects.bulk_create(
        differing, batch_size=BATCH, update_conflicts=True, unique_fields=["account", "side"], update_fields=fields
    )
    if not differing and not kept:
        return UNCHANGED
    record(hotel, habits=len(differing), without_stays=len(kept))
    return len(differing)


def _habit(hotel: Hotel, account: int, side: str, brought: Any) -> AccountHabit:
    seen = brought.habit
    return AccountHabit(
        hotel=hotel,
        account_id=account,
        side=side,
        stays=brought.stays,
        room_nights=brought.room_nights,
        revenue_cents=brought.revenue_cents,
        arrival_days=seen.arrival_days,
        first_arrival=seen.first_arrival,
        last_arrival=seen.last_arrival,
        last_departure=brought.last_departure,
        twice_median_gap=seen.twice_median_gap,
    )


def publish_figures(*, actor: Actor, hotel: Hotel, as_of: date, accounts: Collection[int] | None = None) -> Any:
    """Tell the clients floor the rolling figures of the hotel's accounts, or of these; only what differs is written."""
    nothing: tuple[int, int, Decimal, date | None] = (0, 0, Decimal(0), None)
    figures = rolling_figures(hotel, as_of, accounts)
    rows = Account.objects.filter(hotel=hotel)
    if accounts is not None:
        rows = rows.filter(pk__in=accounts)
    differing = [
        (pk, *figures.get(pk, nothing))
        for pk, *present in rows.values_list(*FIGURES).iterator()
        if tuple(present) != figures.get(pk, nothing)
    ]
    return publish_production(actor=actor, hotel=hotel, as_of=as_of, figures=differing)
