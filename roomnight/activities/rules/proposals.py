"""Whom to visit and why (VIS-01, VIS-13): reasons found in plain facts of a client, weighed and laid over the week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from roomnight.clients.rules import next_visit_due
from roomnight.kernel.calendar import HotelCalendar
from roomnight.kernel.policy import Policy

_POINTS = {
    "promise": 40,
    "quiet": 30,
    "agreement_expiring": 30,
    "falling": 25,
    "overdue": 20,
    "never_visited": 20,
    "potential": 20,
    "product_focus": 15,
    "referral": 15,
    "media": 10,
    "suggested": 15,
    "worth": 20,
}
PROPOSAL_POINTS: Policy[dict[str, int]] = Policy(
    "activities.proposal_points",
    _POINTS,
    label=_("Points that each reason gives a proposed visit"),
    source="VIS-01",
    kind="table",
    check=lambda table: (
        set(table) == set(_POINTS) and all(isinstance(points, int) and 0 <= points <= 100 for points in table.values())
    ),
    words={
        "promise": _("A promise falls due"),
        "quiet": _("Quiet for longer than usual"),
        "agreement_expiring": _("The agreement runs out"),
        "falling": _("Fewer room nights than before"),
        "overdue": _("Past the visit cycle"),
        "never_visited": _("Never visited"),
        "potential": _("Unused potential"),
        "product_focus": _("Fits the present focus"),
        "referral": _("Referred by somebody"),
        "media": _("In the news"),
        "suggested": _("Suggested by a colleague"),
        "worth": _("Worth of the client, at most"),
    },
)
VISITS_A_DAY = Policy(
    "activities.visits_a_day",
    4,
    label=_("Visits proposed for one working day"),
    source="VIS-01",
    check=lambda visits: 1 <= visits <= 20,
)
MEDIA_DAYS = Policy(
    "activities.media_days",
    30,
    label=_("Days for which news about a client is a reason to visit"),
    source="VIS-01",
    kind="days",
    check=lambda days: 1 <= days <= 365,
)
POTENTIAL_MIN_NIGHTS = Policy(
    "activities.potential_min_nights",
    100,
    label=_("Room nights a year from which unused potential is a reason to visit"),
    source="VIS-01",
    check=lambda nights: 1 <= nights <= 100_000,
)
NIGHTS_A_POINT = 10  # of what a client brought, to tell equal reasons apart; bounded by the points for "worth"


@dataclass(frozen=True)
class Quiet:
    """What the PMS says of a client that used to send guests: days of silence, its usual gap, nights it has brought."""

    days: int
    usual_gap: int | None
    room_nights: int
    last_arrival: date


@dataclass(frozen=True)
class Client:
    """What is known of a client when visits are proposed. Nights are of 12 months; potential is a year's."""

    account_id: int
    known_since: date
    grade: str = ""
    district: str = ""
    last_visit: date | None = None
    nights: int = 0
    nights_before: int = 0
    potential: int = 0
    quiet: Quiet | None = None
    promises: Sequence[tuple[str, date]] = ()
    referrer: str = ""
    media_note: str = ""
    media_on: date | None = None
    suggestions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    is_in_pool: bool = False


@dataclass(frozen=True)
class Reason:
    """Why a client should be visited: a code of `WORDS` and the values its words need."""

    code: str
    values: Mapping[str, Any]
    points: int


@dataclass(frozen=True)
class Limits:
    """The policy values that proposals are made with."""

    points: Mapping[str, int]
    cycle_days: Mapping[str, int]
    media_days: int
    potential_min_nights: int


WORDS: dict[str, Any] = {
    "promise": _("Promised: %(what)s, due %(due_on)s"),
    "quiet": _("No arrival for %(days)s days, used to come every %(usual_gap)s days"),
    "quiet_once": _("No arrival for %(days)s days"),
    "falling": _("%(now)s room nights in 12 months, %(before)s in the 12 before"),
    "overdue": _("Not visited since %(last)s; grade cycle %(cycle)s days"),
    "never_visited": _("Never visited; known for %(days)s days"),
    "potential": _("Potential of %(potential)s room nights a year, %(now)s used"),
    "referral": _("Referred by %(by)s"),
    "media": _("In the news: %(note)s"),
    "agreement_expiring": _("Agreement expires on %(on)s"),
    "product_focus": _("Fits the present focus: %(what)s"),
    "suggested": "%(what)s",
}


def reasons(client: Client, today: date, until: date, limits: Limits) -> list[Reason]:
    """Every reason to visit a client between today and `until`, heaviest first. Without one it is not proposed.

    What the production says is no reason again while the last visit is within the cycle of the client's grade.
    """
    found = [*_owed(client, today, until, limits), *_news(client, today, limits)]
    if client.last_visit is None or _due(client, limits) <= until:
        found += _business(client, limits)
    return sorted(found, key=lambda reason: (-reason.points, reason.code))


def _owed(client: Client, today: date, until: date, limits: Limits) -> Iterable[Reason]:
    """Promises that fall due, and the visiting cycle of the client's grade (VIS-13)."""
    due = [promise for promise in client.promises if promise[1] <= until]
    if due:
        what, due_on = min(due, key=lambda promise: promise[1])
        yield Reason("promise", {"what": what, "due_on": due_on}, limits.points["promise"])
    if (
        client.is_in_pool
        or next_visit_due(client.last_visit, client.known_since, client.grade, limits.cycle_days) > until
    ):
        return
    if client.last_visit is None:
        days = (today - client.known_since).days
        yield Reason("never_visited", {"days": days}, limits.points["never_visited"])
    else:
        cycle = limits.cycle_days[client.grade or "D"]
        yield Reason("overdue", {"last": client.last_visit, "cycle": cycle}, limits.points["overdue"])


def _due(client: Client, limits: Limits) -> date:
    return next_visit_due(client.last_visit, client.known_since, client.grade, limits.cycle_days)


def _business(client: Client, limits: Limits) -> Iterable[Reason]:
    """What the client's production says: silence, decline, potential that others use."""
    if client.quiet is not None:
        quiet = client.quiet
        worth = min(limits.points["worth"], quiet.room_nights // NIGHTS_A_POINT)
        values: dict[str, Any] = {"days": quiet.days, "nights": quiet.room_nights, "last": quiet.last_arrival}
        if quiet.usual_gap:
            values["usual_gap"] = quiet.usual_gap
        code = "quiet" if quiet.usual_gap else "quiet_once"
        yield Reason(code, values, limits.points["quiet"] + worth)
    elif client.nights_before and client.nights * 2 <= client.nights_before:
        values = {"now": client.nights, "before": client.nights_before}
        yield Reason("falling", values, limits.points["falling"])
    if client.potential >= limits.potential_min_nights and client.nights * 2 < client.potential:
        values = {"potential": client.potential, "now": client.nights}
        yield Reason("potential", values, limits.points["potential"])


def _news(client: Client, today: date, limits: Limits) -> Iterable[Reason]:
    """Referrals not followed yet, news about the client, and what the floors above suggest."""
    if client.referrer and client.last_visit is None:
        yield Reason("referral", {"by": client.referrer}, limits.points["referral"])
    if client.media_note and client.media_on and today - client.media_on <= timedelta(days=limits.media_days):
        yield Reason("media", {"note": client.media_note, "on": client.media_on}, limits.points["media"])
    for code, values in client.suggestions.items():
        known = code if code in WORDS else "suggested"
        yield Reason(known, values, limits.points.get(known, limits.points["suggested"]))


def working_days(first: date, last: date, calendar: HotelCalendar) -> list[date]:
    """The working days from `first` to `last`, both included."""
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    return [day for day in days if calendar.is_working_day(day)]


@dataclass(frozen=True)
class Scored:
    """A client that deserves a visit, how much, and where it is."""

    account_id: int
    district: str
    score: int


def lay_out(found: Iterable[Scored], days: Sequence[date], per_day: int) -> dict[int, date]:
    """Put the best onto days: those of one district on one day where they fit, the district with the best first.

    At most `per_day` a day; who finds no place is not proposed. Returns the day of each account.
    """
    best = sorted(found, key=lambda one: (-one.score, one.account_id))[: per_day * len(days)]
    by_district: dict[str, list[Scored]] = {}
    for one in best:
        by_district.setdefault(one.district or f"#{one.account_id}", []).append(one)
    left = dict.fromkeys(days, per_day)
    placed: dict[int, date] = {}
    for group in by_district.values():
        for one in group:
            day = _day_for(
                left, min(len(group), per_day), [placed[each.account_id] for each in group if each.account_id in placed]
            )
            placed[one.account_id] = day
            left[day] -= 1
    return placed


def _day_for(left: Mapping[date, int], wanted: int, together: Sequence[date]) -> date:
    """The day the group is on if there is room; else the first day that takes all of it; else the first with any room."""
    open_days = [day for day, room in left.items() if room]
    for day in together:
        if left[day]:
            return day
    return next((day for day in open_days if left[day] >= wanted), open_days[0])
