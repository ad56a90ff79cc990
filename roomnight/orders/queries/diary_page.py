"""What the page of the diary shows: halls and who has them, in minutes on the wall of the hotel (ORD-07)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roomnight.kernel.calendar import day_bounds
from roomnight.orders import access
from roomnight.orders.models import BookingState, FunctionSpace
from roomnight.orders.queries.diary import parts_of
from roomnight.orders.rules.diary import smallest_parts
from roomnight.organization.access import Seat

MINUTES_A_DAY = 1440
PEOPLE = ("booked_by", "order__follower", "order__taken_by", "order__account__owner", "order__account__co_owner")
READ = (
    "pk", "space", "state", "title", "starts_at", "ends_at", "taken_from", "taken_until", "attendance", "option_until",
    "revision", "order", "order__account__name", *PEOPLE,
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One function as the diary shows it to somebody: without a name where the order is out of reach."""

    pk: int
    space: int
    state: str
    title: str
    client: str
    start: datetime
    end: datetime
    taken_from: datetime
    taken_until: datetime
    people: int | None
    option_until: datetime | None
    revision: int
    is_named: bool
    may_move: bool

    @property
    def kind(self) -> str:
        """How it is held, in a word."""
        return str(BookingState(self.state).label)

    def text(self, zone: ZoneInfo) -> str:
        """All there is to say, in one line."""
        hours = f"{self.start.astimezone(zone):%H:%M}–{self.end.astimezone(zone):%H:%M}"
        people = ngettext("%(n)d person", "%(n)d people", self.people) % {"n": self.people} if self.people else ""
        held = f"{self.taken_from.astimezone(zone):%H:%M}–{self.taken_until.astimezone(zone):%H:%M}"
        around = _("held %(hours)s") % {"hours": held} if held != hours else ""
        until = self.option_until.astimezone(zone) - timedelta(seconds=1) if self.option_until else None
        option = _("option until %(day)s") % {"day": f"{until:%Y-%m-%d}"} if until else self.kind
        return " · ".join(part for part in (hours, self.title, self.client, people, option, around) if part)


def entries(seat: Seat, first: date, last: date) -> Iterator[Entry]:
    """What is in the diary from one day to another, both included; by hall and hour."""
    start, end = day_bounds(first, seat.zone)[0], day_bounds(last, seat.zone)[1]
    rows = access.bookings(seat).exclude(state=BookingState.RELEASED)
    rows = rows.filter(taken_from__lt=end, taken_until__gt=start)
    for row in rows.order_by("space__position", "space", "starts_at", "pk").values(*READ):
        yield _entry(seat, row)


def _entry(seat: Seat, row: dict[str, Any]) -> Entry:
    people = [row[name] for name in PEOPLE]
    is_named = row["order"] is None or access.reaches(seat, "orders.order", "read", people)
    title = row["title"] if is_named else _("Held by a colleague")
    return Entry(
        row["pk"], row["space"], row["state"], title, (row["order__account__name"] or "") if is_named else "",
        row["starts_at"], row["ends_at"], row["taken_from"], row["taken_until"], row["attendance"] if is_named else None,
        row["option_until"], row["revision"], is_named,
        is_named and access.reaches(seat, "orders.diary", "edit", people),
    )  # fmt: skip


def on_the_wall(moment: datetime, first: date, zone: ZoneInfo) -> int:
    """Minutes on the clock of the wall since the first midnight: a day is a day, also when the clocks are changed."""
    local = moment.astimezone(zone)
    return (local.date() - first).days * MINUTES_A_DAY + local.hour * 60 + local.minute


def picture(seat: Seat, first: date, days: int, now: datetime) -> dict[str, Any]:
    """Halls and functions as the script draws them."""
    last = first + timedelta(days=days - 1)
    parts = parts_of(seat.hotel)
    found = list(entries(seat, first, last))
    used = {one.space for one in found}
    spaces = [one for one in access.spaces(seat) if one.is_active or one.pk in used]
    return {
        "first": first.isoformat(), "days": days,
        "now": on_the_wall(now, first, seat.zone) if first <= seat.today <= last else None,
        "spaces": [
            {"id": one.pk, "name": one.label, "detail": detail_of(one), "parts": smallest_parts(one.pk, parts)} for one in spaces
        ],
        "bookings": [_drawn(seat, one, first) for one in found],
    }  # fmt: skip


def _drawn(seat: Seat, one: Entry, first: date) -> dict[str, Any]:
    return {
        "id": one.pk, "space": one.space, "rev": one.revision, "state": one.state, "kind": one.kind,
        "title": one.title, "text": one.text(seat.zone), "move": one.may_move and one.state != BookingState.WAITING,
        "url": seat.url("orders:booking", pk=one.pk) if one.is_named else "",
        "from": on_the_wall(one.taken_from, first, seat.zone), "to": on_the_wall(one.taken_until, first, seat.zone),
        "start": on_the_wall(one.start, first, seat.zone), "end": on_the_wall(one.end, first, seat.zone),
    }  # fmt: skip


def detail_of(space: FunctionSpace) -> str:
    """Where it is, how large, for how many at the most."""
    most = max(space.seats.values(), default=0)
    area = f"{space.area.normalize():f} m²" if space.area else ""
    seats = ngettext("%(n)d seat", "%(n)d seats", most) % {"n": most} if most else ""
    return " · ".join(part for part in (space.place, area, seats) if part)
