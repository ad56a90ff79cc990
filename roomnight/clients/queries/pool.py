"""The open pool 公海: what lies there, since when and why (OWN-02)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import OuterRef, QuerySet, Subquery

from roomnight.clients import access
from roomnight.clients.models import Account, AccountKind, Ownership, PoolCause, Stage
from roomnight.clients.queries.search import matching_accounts
from roomnight.clients.rules import NOT_YET_WON, OPEN_LEADS_MAX
from roomnight.organization.access import Seat

SINCE_DAYS = {"7": 7, "30": 30, "90": 90, "365": 365}
LYING = ("pooled_at", "pool_cause", "pool_reason")


@dataclass(frozen=True)
class PoolWish:
    """What somebody looks for in the pool; empty words ask for nothing."""

    q: str = ""
    cause: str = ""
    kind: str = ""
    stage: str = ""
    place: str = ""
    since: str = ""


def read_wish(query: Mapping[str, str]) -> PoolWish:
    """The wish that an address says; what it says wrongly is left out."""

    def one(name: str, allowed: object) -> str:
        value = query.get(name, "")
        return value if value in allowed else ""  # type: ignore[operator]

    return PoolWish(
        q=query.get("q", "").strip()[:100],
        cause=one("cause", PoolCause.values),
        kind=one("kind", AccountKind.values),
        stage=one("stage", Stage.values),
        place=query.get("place", "").strip()[:40],
        since=one("since", SINCE_DAYS),
    )


def lying_in_pool(seat: Seat, wish: PoolWish) -> QuerySet[Account]:
    """The clients of the pool that somebody looks for, each with since when and why it lies there; not yet ordered."""
    found = access.pool(seat)
    lying = Ownership.objects.filter(account=OuterRef("pk"), ended_at=None)
    if wish.q:
        found = found.filter(pk__in=matching_accounts(seat, wish.q))
    if wish.kind:
        found = found.filter(kind=wish.kind)
    if wish.stage:
        found = found.filter(stage=wish.stage)
    if wish.place:
        found = found.filter(city__icontains=wish.place) | found.filter(district__icontains=wish.place)
    if wish.cause or wish.since:
        spans = Ownership.objects.filter(account__hotel=seat.hotel, staff=None, ended_at=None)
        if wish.cause:
            spans = spans.filter(cause__in=["", PoolCause.NEW] if wish.cause == PoolCause.NEW else [wish.cause])
        if wish.since:
            first = seat.today - timedelta(days=SINCE_DAYS[wish.since])
            spans = spans.filter(started_at__gte=datetime.combine(first, time(), seat.zone))
        found = found.filter(pk__in=spans.values("account"))
    return found.annotate(
        pooled_at=Subquery(lying.values("started_at")[:1]),
        pool_cause=Subquery(lying.values("cause")[:1]),
        pool_reason=Subquery(lying.values("reason")[:1]),
    )


def leads_held(seat: Seat) -> tuple[int, int]:
    """How many clients that are not yet won this person holds, and how many one may."""
    held = Account.objects.filter(hotel=seat.hotel, owner=seat.staff, stage__in=NOT_YET_WON).count()
    return held, OPEN_LEADS_MAX.at(seat.hotel_code, seat.today)
