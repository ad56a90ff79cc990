"""Which pages are measured: their address, who opens them, and the floor beside each."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from roomnight.activities.models import Visit
from roomnight.clients.models import Account
from roomnight.clients.queries.listing import SORTS
from roomnight.organization.models import Hotel, Staff
from roomnight.ui.keyset import mark

ROWS = 50
DEEP = 500
PANELS = ("activities", "production", "contacts", "details", "timeline", "history")


@dataclass(frozen=True)
class Page:
    """One line of the table."""

    name: str
    url: str
    floor: str
    leads: bool = True
    pk: str = ""


@dataclass(frozen=True)
class Office:
    """The hotel that is looked at, a leader and a representative there, and one of the representative's larger clients."""

    hotel: Hotel
    director: Staff
    representative: Staff
    account: Account


def office(code: str = "bund") -> Office:
    """The largest hotel; the representative is the one with the client that was visited most lately."""
    hotel = Hotel.objects.get(code=code)
    director = Staff.objects.get(username=f"{code}-director-01")
    representative = Staff.objects.get(username=f"{code}-rep-01")
    account = Account.objects.filter(hotel=hotel, owner=representative, room_nights_12m__gt=0).order_by(
        "-room_nights_12m"
    )[:5]
    busiest = max(account, key=lambda one: Visit.objects.filter(account=one).count())
    return Office(hotel, director, representative, busiest)


def deep_mark(hotel: Hotel) -> str:
    """Where page 500 of the list begins, or the middle of a shorter one."""
    found = Account.objects.filter(hotel=hotel)
    place = min(DEEP * ROWS, found.count() // 2)
    keys = SORTS["-nights"]
    row = found.order_by(*(key.ordering() for key in keys)).values(*(key.name for key in keys))[place]
    return mark(row, keys)


def pages(there: Office) -> list[Page]:
    """Every page that is measured, in the order of the table."""
    at, client = f"/h/{there.hotel.code}", there.account.pk
    chosen = urlencode({"kind": "corporate", "stage": "active", "grade": "B", "district": "浦东"})
    found = [
        Page("clients, first page, whole hotel", f"{at}/clients/", "accounts"),
        Page("clients, first page, one's own", f"{at}/clients/", "accounts_mine", leads=False),
        Page("clients, all that a representative sees", f"{at}/clients/?view=all", "accounts_visible", leads=False),
        Page("clients, four filters", f"{at}/clients/?{chosen}", "accounts_filtered"),
        Page("clients, by name", f"{at}/clients/?sort=name", "accounts_by_name"),
        Page("clients, page 500", f"{at}/clients/?{urlencode({'after': deep_mark(there.hotel)})}", "accounts_deep"),
        Page("client", f"{at}/clients/{client}/", "account", pk=str(client)),
    ]
    found += [
        Page(f"client, panel {name}", f"{at}/clients/{client}/panels/{name}/", f"panel_{name}", pk=str(client))
        for name in PANELS
    ]
    return [
        *found,
        Page("my day, representative", f"{at}/", "my_day", leads=False),
        Page("my day, director", f"{at}/", "my_day_leader"),
        Page("visits, whole hotel", f"{at}/activities/visits/?tab=all", "visits"),
        Page("visits, one's own", f"{at}/activities/visits/?tab=all", "visits_mine", leads=False),
        Page("follow-ups, one's own due", f"{at}/activities/follow-ups/", "followups", leads=False),
        Page("follow-ups, everybody's", f"{at}/activities/follow-ups/?tab=all", "followups_all"),
        Page("gone quiet", f"{at}/imports/lost/", "lost"),
    ]
