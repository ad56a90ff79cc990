"""What is known of the clients a representative might visit (VIS-01)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from roomnight.activities.models import FollowUp, FollowUpKind, FollowUpState, Visit, VisitState, VisitSuggestion
from roomnight.activities.rules import proposals as rules
from roomnight.clients.models import Account
from roomnight.clients.rules import IN_BUSINESS, VISIT_CYCLE_DAYS
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at
from roomnight.pms.queries import gone_quiet

LIVE = (VisitState.PLANNED, VisitState.CONFIRMED, VisitState.OUT, VisitState.RETURNED)
PROMISES = (FollowUpKind.APPOINTMENT, FollowUpKind.COMPLAINT, FollowUpKind.ORDER_ENQUIRY, FollowUpKind.POTENTIAL)
QUIET_LIMIT = 200
POOL_LIMIT = 40
COLUMNS = (
    "pk", "owner_id", "created_at", "grade", "district", "last_visit_on", "room_nights_12m", "room_nights_prior_12m",
    "potential_room_nights", "media_note", "media_noted_on",
)  # fmt: skip


def limits_of(hotel: Hotel, on: date) -> rules.Limits:
    """The policy values that proposals are made with on a day."""
    return rules.Limits(
        points=rules.PROPOSAL_POINTS.at(hotel.code, on),
        cycle_days=VISIT_CYCLE_DAYS.at(hotel.code, on),
        media_days=rules.MEDIA_DAYS.at(hotel.code, on),
        potential_min_nights=rules.POTENTIAL_MIN_NIGHTS.at(hotel.code, on),
    )


def clients_to_weigh(hotel: Hotel, staff: Staff, today: date) -> list[rules.Client]:
    """Everything that may speak for visiting: the person's own clients, and quiet producers of the open pool.

    A client to whom somebody has a visit planned or unreported is left out.
    """
    under_way = Visit.objects.filter(account=OuterRef("pk"), state__in=LIVE)
    free = Account.objects.filter(~Exists(under_way), hotel=hotel, stage__in=IN_BUSINESS)
    own = free.filter(Q(owner=staff) | Q(co_owner=staff))
    quiet = _quiet(hotel, own, today, QUIET_LIMIT)
    from_pool = _quiet(hotel, free.filter(owner=None), today, POOL_LIMIT)
    rows = [
        *own.values(*COLUMNS, referrer=F("referred_by__name")),
        *free.filter(owner=None, pk__in=from_pool).values(*COLUMNS, referrer=F("referred_by__name")),
    ]
    seen = {row["pk"]: row for row in rows}
    promises = _promises(hotel, staff)
    suggestions = _suggestions(hotel, today)
    return [
        _client(hotel, row, quiet.get(pk) or from_pool.get(pk), promises.get(pk, []), suggestions.get(pk, {}))
        for pk, row in seen.items()
    ]


def _client(
    hotel: Hotel,
    row: dict[str, Any],
    quiet: rules.Quiet | None,
    promises: Iterable[tuple[str, date]],
    suggestions: dict[str, dict[str, Any]],
) -> rules.Client:
    return rules.Client(
        account_id=row["pk"],
        known_since=day_at(hotel, row["created_at"]),
        grade=row["grade"],
        district=row["district"],
        last_visit=row["last_visit_on"],
        nights=row["room_nights_12m"],
        nights_before=row["room_nights_prior_12m"],
        potential=row["potential_room_nights"] or 0,
        quiet=quiet,
        promises=tuple(promises),
        referrer=row["referrer"] or "",
        media_note=row["media_note"],
        media_on=row["media_noted_on"],
        suggestions=suggestions,
        is_in_pool=row["owner_id"] is None,
    )


def _quiet(hotel: Hotel, accounts: QuerySet[Account], today: date, limit: int) -> dict[int, rules.Quiet]:
    """The most valuable of these accounts that used to send guests and have stopped."""
    found = {}
    for one in gone_quiet(hotel, as_of=today, accounts=accounts, limit=limit):
        if one.brought is None or one.silence is None:
            continue
        gap = one.brought.habit.median_gap
        found[one.account_id] = rules.Quiet(
            days=one.silence.days,
            usual_gap=round(gap) if gap else None,
            room_nights=one.brought.room_nights,
            last_arrival=one.brought.habit.last_arrival,
        )
    return found


def _promises(hotel: Hotel, staff: Staff) -> dict[int, list[tuple[str, date]]]:
    """What this person has promised to clients and not done yet."""
    found: dict[int, list[tuple[str, date]]] = defaultdict(list)
    waiting = FollowUp.objects.filter(
        hotel=hotel, owner=staff, state=FollowUpState.OPEN, kind__in=PROMISES, account__isnull=False
    )
    for follow_up in waiting.order_by("due_on", "id"):
        if follow_up.account_id is not None:
            found[follow_up.account_id].append((follow_up.title, follow_up.due_on))
    return found


def _suggestions(hotel: Hotel, today: date) -> dict[int, dict[str, dict[str, Any]]]:
    """The reasons that floors above have pushed down and that still hold."""
    found: dict[int, dict[str, dict[str, Any]]] = defaultdict(dict)
    standing = VisitSuggestion.objects.filter(account__hotel=hotel, valid_until__gte=today)
    for account, code, values in standing.values_list("account_id", "code", "values"):
        found[account][code] = values
    return found
