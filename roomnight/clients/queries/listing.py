"""The list of clients: which view, which filters, in what order (ACC-07)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, DecimalField, Q, QuerySet, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, NullIf
from django.db.models.lookups import GreaterThanOrEqual, IContains, In, LessThanOrEqual, Regex

from roomnight.clients import access
from roomnight.clients.models import Account, CompetitorUse, PoolNotice, Protection, ProtectionState
from roomnight.clients.queries.search import matching_accounts
from roomnight.clients.rules import IN_BUSINESS, LOST_DAYS, PROTECTION_NOTICE_DAYS, VISIT_CYCLE_DAYS
from roomnight.organization.access import Seat
from roomnight.organization.models import Staff
from roomnight.ui.keyset import Key, downwards

COUNTED_UP_TO = 1000
FIGURE = r"^-?[0-9]{1,20}(\.[0-9]{1,20})?$"
NEVER = "-"  # the filter value for “none of them”: no grade, no owner, nothing planned


@dataclass(frozen=True)
class Wish:
    """What somebody wants to see: a view, words to find, and filters by name with their read values."""

    view: str
    q: str = ""
    filters: Mapping[str, Any] = field(default_factory=dict)
    sort: str = ""


VIEW_SORT = {"mine": "-nights", "due": "last_visit", "quiet": "-last_arrival", "all": "-nights"}

_LAST = Key("id")
_GRADE = Key("grade_order", is_computed=True)
SORTS: dict[str, tuple[Key, ...]] = {
    "nights": (Key("room_nights_12m"), _LAST),
    "revenue": (Key("revenue_12m"), _LAST),
    "name": (Key("name"), _LAST),
    "code": (Key("code"), _LAST),
    "last_visit": (Key("last_visit_on", nulls="first"), _LAST),
    "last_arrival": (Key("last_arrival_on", nulls="first"), _LAST),
    "next_action": (Key("next_action_on", nulls="last"), _LAST),
    "added": (_LAST,),
}
SORTS |= {f"-{name}": downwards(*keys) for name, keys in SORTS.items()}
SORTS["grade"] = (_GRADE, *SORTS["-nights"])
SORTS["-grade"] = (*downwards(_GRADE), *SORTS["-nights"])


def ordered_by(wish: Wish) -> tuple[Key, ...]:
    """The order that was asked for, or the one that goes with the view."""
    return SORTS.get(wish.sort) or SORTS[VIEW_SORT[wish.view]]


def wanted(seat: Seat, wish: Wish, action: str = "read") -> QuerySet[Account]:
    """The accounts a person asked for, within their reach; not yet ordered."""
    found = access.accounts(seat, action).filter(_in_view(seat, wish.view))
    for name, value in wish.filters.items():
        found = found.filter(_custom(name, value) if name.startswith("custom_") else FILTERS[name](seat, value))
    if wish.q:
        found = found.filter(pk__in=matching_accounts(seat, wish.q))
    return found.annotate(grade_order=Coalesce(NullIf("grade", Value("")), Value("~")))


def capped_count(found: QuerySet[Account]) -> int:
    """How many, counted up to one more than the cap and no further."""
    return found.order_by()[: COUNTED_UP_TO + 1].count()


def owner_names(ids: Iterable[int]) -> dict[int, str]:
    """The names of these people, in the language in force."""
    return {staff.pk: staff.label for staff in Staff.objects.filter(pk__in=list(ids))}


def tag_names(account_ids: Iterable[int]) -> dict[int, str]:
    """The tags of each account in one line."""
    marks = Account.tags.through.objects.filter(account__in=list(account_ids)).order_by("tag__name")
    found: dict[int, list[str]] = {}
    for account, name in marks.values_list("account_id", "tag__name"):
        found.setdefault(account, []).append(name)
    return {account: ", ".join(names) for account, names in found.items()}


# The ready-made views


def _in_view(seat: Seat, view: str) -> Q:
    match view:
        case "mine":
            return Q(owner=seat.staff) | Q(co_owner=seat.staff)
        case "due":
            return due_for_visit(seat)
        case "quiet":
            return gone_quiet(seat)
    return Q()


def due_for_visit(seat: Seat) -> Q:
    """Clients in business whose next visit by the cycle of their grade is today or was before (VIS-13)."""
    today = seat.today
    due = Q(pk__in=[])
    for grade, days in VISIT_CYCLE_DAYS.at(seat.hotel_code, today).items():
        latest = today - timedelta(days=days)
        known = Q(last_visit_on__lte=latest) | Q(last_visit_on=None, created_at__lt=_end_of(latest, seat))
        due |= Q(grade__in=["", grade] if grade == "D" else [grade]) & known
    return due & Q(stage__in=IN_BUSINESS)


def gone_quiet(seat: Seat) -> Q:
    """Clients in business that have produced, but not within the hotel's days of silence."""
    today = seat.today
    days = LOST_DAYS.at(seat.hotel_code, today)
    return Q(last_arrival_on__lt=today - timedelta(days=days), stage__in=IN_BUSINESS)


def _end_of(day: date, seat: Seat) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), seat.zone)


# The filters, by the name they have in the address


def _among(column: str) -> Callable[[Seat, list[str]], Q]:
    """One of several values; NEVER stands for the empty one."""

    def narrow(_seat: Seat, values: list[str]) -> Q:
        return Q(**{f"{column}__in": ["" if value == NEVER else value for value in values]})

    return narrow


def _holding(column: str) -> Callable[[Seat, str], Q]:
    return lambda _seat, text: Q(**{f"{column}__icontains": text})


def _bound(lookup: str) -> Callable[[Seat, Any], Q]:
    return lambda _seat, value: Q(**{lookup: value})


def _not_since(column: str) -> Callable[[Seat, date], Q]:
    """Last done before a day, or never."""
    return lambda _seat, day: Q(**{f"{column}__lt": day}) | Q(**{column: None})


def _owner(seat: Seat, values: list[str]) -> Q:
    people = [seat.staff.pk if value == "me" else int(value) for value in values if value == "me" or value.isdigit()]
    found = Q(owner__in=people) | Q(co_owner__in=people) if people else Q(pk__in=[])
    return found | Q(owner=None) if NEVER in values else found


def _territory(_seat: Seat, values: list[str]) -> Q:
    found = Q(territory__in=[int(value) for value in values if value.isdigit()])
    return found | Q(territory=None) if NEVER in values else found


def _tag(_seat: Seat, values: list[str]) -> Q:
    marked = Account.tags.through.objects.filter(tag__in=[int(value) for value in values if value.isdigit()])
    return Q(pk__in=marked.values("account"))


def _competitor(seat: Seat, text: str) -> Q:
    using = CompetitorUse.objects.filter(account__hotel=seat.hotel, hotel_name__icontains=text)
    return Q(pk__in=using.values("account"))


def _next_action(seat: Seat, values: list[str]) -> Q:
    today = seat.today
    found = Q(pk__in=[])
    if "late" in values:
        found |= Q(next_action_on__lt=today)
    if "week" in values:
        found |= Q(next_action_on__gte=today, next_action_on__lte=today + timedelta(days=7))
    if NEVER in values:
        found |= Q(next_action_on=None)
    return found


def _protection(seat: Seat, values: list[str]) -> Q:
    today = seat.today
    active = Protection.objects.filter(hotel=seat.hotel, state=ProtectionState.ACTIVE)
    found = Q(pk__in=[])
    if "soon" in values:
        notice = PROTECTION_NOTICE_DAYS.at(seat.hotel_code, today)
        found |= Q(pk__in=active.filter(until__lte=today + timedelta(days=notice)).values("account"))
    if "active" in values:
        found |= Q(pk__in=active.values("account"))
    if "leaving" in values:
        announced = PoolNotice.objects.filter(hotel=seat.hotel, state=PoolNotice.State.ANNOUNCED)
        found |= Q(pk__in=announced.values("account"))
    if NEVER in values:
        found |= ~Q(pk__in=active.values("account"))
    return found


def _custom(name: str, value: Any) -> Q:
    """A field of the hotel's own: `custom_<key>` holds a text, yes or no, or some of several choices; `…__from` and `…__to` bound it."""
    key = name.removeprefix("custom_")
    if isinstance(value, list):
        found = Q(In(_text_at(key), value))
        for (
            one
        ) in value:  # of several choices that were taken: as a list is written, on the one database and on the other
            found |= Q(IContains(_text_at(key), json.dumps(one))) | Q(IContains(_text_at(key), f'"{one}"'))
        return found
    if isinstance(value, bool):
        ticked = Q(pk__in=Account.objects.filter(In(_text_at(key), ["true"])).values("pk"))
        return ticked if value else ~ticked
    for end, lookup in (("__from", GreaterThanOrEqual), ("__to", LessThanOrEqual)):
        if key.endswith(end) and not isinstance(value, str):
            return Q(lookup(*_bounded(key.removesuffix(end), value)))
    return Q(IContains(_text_at(key), value))


def _text_at(key: str) -> KeyTextTransform:
    return KeyTextTransform(key, "custom")


def _bounded(key: str, value: date | Decimal) -> tuple[Any, Any]:
    """The two sides of a comparison: days as they are written, numbers as numbers where there is one."""
    if isinstance(value, date):
        return Cast(_text_at(key), TextField()), Value(value.isoformat())
    figure = DecimalField(max_digits=30, decimal_places=6)
    text = Cast(_text_at(key), TextField())
    number = Case(When(Regex(text, FIGURE), then=Cast(text, figure)), output_field=figure)
    return number, Value(value, output_field=figure)


FILTERS: dict[str, Callable[[Seat, Any], Q]] = {
    "owner": _owner,
    "territory": _territory,
    "tag": _tag,
    "kind": _among("kind"),
    "stage": _among("stage"),
    "grade": _among("grade"),
    "importance": _among("importance"),
    "credit_grade": _holding("credit_grade"),
    "industry": _holding("industry"),
    "segment": _holding("segment"),
    "source": _holding("source"),
    "province": _holding("province"),
    "city": _holding("city"),
    "district": _holding("district"),
    "competitor": _competitor,
    "nights_from": _bound("room_nights_12m__gte"),
    "nights_to": _bound("room_nights_12m__lte"),
    "revenue_from": _bound("revenue_12m__gte"),
    "revenue_to": _bound("revenue_12m__lte"),
    "potential_from": _bound("potential_room_nights__gte"),
    "arrived_before": _not_since("last_arrival_on"),
    "visited_before": _not_since("last_visit_on"),
    "verified_before": _not_since("verified_on"),
    "action": _next_action,
    "protection": _protection,
}
