"""Finding stays of agreement clients that were booked elsewhere (AGR-07): read, compare, and say what speaks for whom.

Only reservations that say something of where their guest comes from are read, some thousand at a time by an index. Names are
compared once each, against all clients of the hotel, so that one that means somebody else is not taken for ours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from roomnight.agreements.models import HELD, Agreement
from roomnight.agreements.rules import leakage
from roomnight.agreements.rules.leakage import ENOUGH, Alike, Book, Evidence, Said
from roomnight.clients.models import Account, AccountKind, Contact, DuplicateKey
from roomnight.clients.queries.duplicates import likely
from roomnight.clients.rules.company_names import place_of, taken_apart
from roomnight.clients.rules.duplicates import Particulars
from roomnight.organization.models import Hotel, Membership
from roomnight.pms.models import Booking, BookingStatus
from roomnight.pms.queries.secrets import number_of, secrets_of
from roomnight.pms.rules.parties import name_key
from roomnight.pms.rules.traces import mail_domain, unreadable

AT_ONCE = 2_000
MOST_REMEMBERED = 50_000
KEPT_AFTER_END = timedelta(days=366)
"""So long after its end stays are still found for an agreement."""
AGENCIES = (AccountKind.TRAVEL_AGENCY, AccountKind.ONLINE_CHANNEL)
"""Their people book for others: only a name speaks for them, and their addresses speak for nobody."""
FIELDS = (
    "pk", "trace", "arrival", "departure", "status", "source_key", "company_id", "agent_id", "guest_company", "invoice_title",
    "email_domain", "phone_key", "company_party__name", "company_party__account_id",
)  # fmt: skip
Row = dict[str, Any]


@dataclass(frozen=True)
class Proposal:
    """A stay that is likely a client's, and why."""

    account: int
    booking: int
    number: str
    arrival: date
    points: int
    evidence: tuple[Evidence, ...]


def since(hotel: Hotel, trace: int) -> Iterator[list[Row]]:
    """The reservations that say something and came after this, in the order in which they came, some thousand at a time."""
    return _in_order(Booking.objects.filter(hotel=hotel, trace__isnull=False), "trace", trace)


def arriving(hotel: Hotel, first: date, last: date) -> Iterator[list[Row]]:
    """The reservations that say something, by day of arrival, both days included, some thousand at a time."""
    found = Booking.objects.filter(hotel=hotel, trace__isnull=False)
    return _in_order(found, "arrival", first - timedelta(days=1), last)


def _in_order(found: QuerySet[Booking], name: str, after: Any, last: Any = None) -> Iterator[list[Row]]:
    """Rows above a value of a column, up to another, in its order; what of a value is left over comes before the next one."""
    place = 0
    later = found if last is None else found.filter(**{f"{name}__lte": last})
    while True:
        level = found.filter(**{name: after}, pk__gt=place) if place else found.none()
        rows: list[Row] = list(level.order_by("pk").values(*FIELDS)[:AT_ONCE])
        if len(rows) < AT_ONCE:
            above = later.filter(**{f"{name}__gt": after}).order_by(name, "pk")
            rows += above.values(*FIELDS)[: AT_ONCE - len(rows)]
        if not rows:
            return
        yield rows
        after, place = rows[-1][name], rows[-1]["pk"]


class Finder:
    """What is known of a hotel's agreement clients, read once; `look` compares reservations with it."""

    def __init__(self, hotel: Hotel, today: date) -> None:
        self.hotel, self.today = hotel, today
        self.spans: dict[int, list[tuple[date, date]]] = defaultdict(list)
        self.exact: dict[str, set[int]] = defaultdict(set)
        held = Agreement.objects.filter(hotel=hotel, state__in=HELD, holds_until__gte=today - KEPT_AFTER_END)
        for account, name, first, last in held.values_list("account", "client_name", "starts_on", "holds_until"):
            self.spans[account].append((first, last))
            self.exact[name_key(name)].add(account)
        self.agencies: set[int] = set()
        self.placed: set[int] = set()
        ours = Account.objects.filter(pk__in=self.spans).values_list(
            "pk", "name", "invoice_title", "kind", "city", "province"
        )
        for pk, name, title, kind, *where in ours:
            self.exact[name_key(name)].add(pk)
            self.exact[name_key(title or name)].add(pk)
            if kind in AGENCIES:
                self.agencies.add(pk)
            if any(map(place_of, where)) or taken_apart(name).places:
                self.placed.add(pk)
        self.secrets = secrets_of(hotel)
        self.names: dict[str, tuple[int, Evidence] | None] = {}
        self.book: Book | None = None

    @property
    def first(self) -> date | None:
        """The first day of any agreement; None where there is none and nothing to be found."""
        return min((first for spans in self.spans.values() for first, _last in spans), default=None)

    def look(self, rows: Sequence[Row]) -> list[Proposal]:
        """What these reservations are likely to be. A few questions for each thousand."""
        worth = [row for row in rows if self._is_worth(row)]
        said = [_said(row) for row in worth]
        self._learn({text for one in said for _kind, text in one.names()})
        found = []
        for row, one in zip(worth, said, strict=True):
            for account, some in leakage.evidence(one, self.names, self._book(said)).items():
                proposal = self._proposal(row, account, some)
                if proposal is not None:
                    found.append(proposal)
        return found

    def _is_worth(self, row: Row) -> bool:
        """A stay that is over, on a day on which any agreement holds, of a guest who may be spoken of."""
        if row["status"] != BookingStatus.STAYED or row["departure"] > self.today:
            return False
        if self.first is None or row["arrival"] < self.first:
            return False
        return not self.secrets.hold(number_of(row["source_key"]), row["arrival"], row["departure"])

    def _proposal(self, row: Row, account: int, some: Iterable[Evidence]) -> Proposal | None:
        if account in (row["company_id"], row["agent_id"]):
            return None
        if not any(first <= row["arrival"] <= last for first, last in self.spans.get(account, ())):
            return None
        kept = [one for one in some if account not in self.agencies or one.kind in leakage.BY_NAME]
        points = leakage.strength(kept)
        if points < ENOUGH:
            return None
        return Proposal(account, row["pk"], number_of(row["source_key"]), row["arrival"], points, tuple(kept))

    def _learn(self, texts: Collection[str]) -> None:
        """Which client each of these names means."""
        if len(self.names) > MOST_REMEMBERED:
            self.names.clear()
        fresh = sorted(text for text in texts if text not in self.names)
        asked = []
        for text in fresh:
            exact = self.exact.get(name_key(text), ())
            if len(exact) == 1:
                self.names[text] = (next(iter(exact)), Evidence(leakage.COMPANY, "name", leakage.SURE, text))
            else:
                asked.append(text)
        alike = likely(self.hotel, [Particulars(name=text) for text in asked]) if asked else []
        for text, some in zip(asked, alike, strict=True):
            candidates = [
                Alike(one.account_id, one.likeness, one.account_id not in self.spans or one.account_id in self.placed)
                for one in some
            ]
            self.names[text] = leakage.by_name(leakage.COMPANY, text, candidates)

    def _book(self, said: Sequence[Said]) -> Book:
        """The clients' mail domains and telephone numbers, read when the first reservation names one."""
        if self.book is None:
            if not any(one.domain or one.phone for one in said):
                return Book()
            self.book = Book(self._domains(), self._phones())
        return self.book

    def _domains(self) -> dict[str, set[int]]:
        """The clients of each domain; neither the hotel's own nor an agency's."""
        staff = Membership.objects.filter(hotel=self.hotel).exclude(staff__email="")
        barred = {mail_domain(email) for email in staff.values_list("staff__email", flat=True)}
        people = Contact.objects.filter(account__hotel=self.hotel, is_active=True, merged_into=None).exclude(email="")
        sites = Account.objects.filter(hotel=self.hotel, merged_into=None).exclude(website="")
        found: dict[str, set[int]] = defaultdict(set)
        rows = [
            *((account, kind, mail_domain(email)) for account, kind, email in people.values_list(
                "account", "account__kind", "email").iterator()),
            *((pk, kind, _site(website)) for pk, kind, website in sites.values_list("pk", "kind", "website")),
        ]  # fmt: skip
        for account, kind, domain in rows:
            if kind in AGENCIES:
                barred.add(domain)
            found[domain].add(account)
        return {domain: some for domain, some in found.items() if domain not in barred and some & self.spans.keys()}

    def _phones(self) -> dict[str, tuple[set[int], bool]]:
        """The clients of each telephone number, as reservations keep it; not of people who have left, nor an agency's."""
        keys = DuplicateKey.objects.filter(hotel=self.hotel, kind="phone").exclude(contact__is_active=False)
        ours = sorted(set(keys.filter(account__in=self.spans).values_list("value", flat=True)))
        whose: dict[str, set[int]] = defaultdict(set)
        barred = set()
        for start in range(0, len(ours), AT_ONCE):
            some = keys.filter(value__in=ours[start : start + AT_ONCE])
            for number, account, kind in some.values_list("value", "account", "account__kind"):
                whose[number].add(account)
                if kind in AGENCIES:
                    barred.add(number)
        secret = settings.SECRET_KEY
        return {
            unreadable(number, secret): (some, leakage.is_mobile(number))
            for number, some in whose.items()
            if number not in barred
        }


def _said(row: Row) -> Said:
    """What a reservation says; the name that waits to be recognised stands for a company as well."""
    waiting = row["company_party__name"] if row["company_party__account_id"] is None else ""
    return Said(
        company=row["guest_company"] or waiting or "", invoice=row["invoice_title"], domain=row["email_domain"],
        phone=row["phone_key"], is_numbered=row["company_id"] is not None,
    )  # fmt: skip


def _site(website: str) -> str:
    """The domain of a website; empty where it is none, or one that anybody can have."""
    host = website.strip().casefold().partition("://")[2] or website.strip().casefold()
    return mail_domain(f"x@{host.split('/')[0].split(':')[0].removeprefix('www.')}")
