"""Which clients of a hotel a new one may be: by the keys of the table, then compared one by one (ACC-04).

These reads look over the whole hotel, whoever's the clients are: pages show of one that is out of sight its number and owner
only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from roomnight.clients import access
from roomnight.clients.models import Account, Contact, DuplicateKey, Verdict
from roomnight.clients.queries.protection import shields
from roomnight.clients.rules.duplicates import (
    Likeness,
    Particulars,
    Person,
    Reason,
    keys,
    likeness,
    person_keys,
    person_likeness,
)
from roomnight.kernel.merging import counted, key_of, references
from roomnight.organization.access import Seat
from roomnight.organization.models import Hotel

AT_ONCE = 2000
MOST_PER_KEY = 25  # clients compared for one key: more share it only where it says little
MOST_COMPARED = 80
MOST_SHOWN = 8
FIELDS = (
    "pk", "code", "name", "name_en", "short_name", "credit_code", "province", "city", "stage", "owner_id", "owner__name",
    "owner__name_en",
)  # fmt: skip

Key = tuple[str, str]
Known = tuple[dict[str, Any], list[Particulars]]
"""What is shown of an account, and what is known of it under this name and those it had before merges."""


@dataclass(frozen=True)
class Likely:
    """A client that a new one may be: who it is, whose, and why it is thought so."""

    account_id: int
    code: str
    name: str
    name_en: str
    stage: str
    owner_id: int | None
    owner: str
    likeness: Likeness

    @property
    def verdict(self) -> str:
        return self.likeness.verdict

    @property
    def points(self) -> int:
        return self.likeness.points

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return self.likeness.reasons

    @property
    def label(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name


def likely(hotel: Hotel, rows: Sequence[Particulars], but: Collection[int] = ()) -> list[list[Likely]]:
    """For each of these, typed or read from a file, the clients of the hotel that it may be, the likeliest first.

    Many thousands at once cost a few statements for each thousand. `but` are accounts that are not looked at.
    """
    wanted = [keys(row) for row in rows]
    sharing = _sharing(hotel.pk, {key for some in wanted for key in some})
    candidates = [_candidates(some, sharing, but) for some in wanted]
    known = _particulars({pk for some in candidates for pk in some})
    return [_best(row, [known[pk] for pk in some if pk in known]) for row, some in zip(rows, candidates, strict=True)]


def likely_one(hotel: Hotel, row: Particulars, but: Collection[int] = ()) -> list[Likely]:
    """The clients of the hotel that this one may be, the likeliest first."""
    return likely(hotel, [row], but)[0]


@dataclass(frozen=True)
class Shown:
    """A likely duplicate as this person may see it: without name and address where it is out of sight."""

    label: str
    owner: str
    verdict: Any
    tone: str
    reasons: tuple[Reason, ...]
    url: str = ""
    claim_url: str = ""
    shield: str = ""


PERSON_VERDICTS = {"same": _("The same person"), "perhaps": _("Perhaps the same")}
TONES = {"same": "late", "perhaps": "soon", "branch": "go"}


def shown(seat: Seat, found: Sequence[Likely]) -> list[Shown]:
    """Likely duplicates for a page: one out of sight shows its number and owner only, one of the pool can be claimed."""
    ids = [one.account_id for one in found]
    seen, protected = access.in_sight(seat, ids), shields(ids) if ids else {}
    lines = []
    for one in found:
        verdict, tone = Verdict(one.verdict).label, TONES[one.verdict]
        shield = protected[one.account_id].words if one.account_id in protected else ""
        if one.account_id not in seen:
            discreet = tuple(reason.discreet for reason in one.reasons)
            lines.append(Shown(one.code, one.owner, verdict, tone, discreet, shield=shield))
            continue
        free = one.owner_id is None and seat.may("clients.account", "edit") and one.stage not in access.OUT_OF_POOL
        lines.append(
            Shown(
                f"{one.code} {one.label}", one.owner, verdict, tone, one.reasons,
                seat.url("web:account", pk=one.account_id),
                seat.url("clients:claim", pk=one.account_id) if free else "",
                shield,
            )
        )  # fmt: skip
    return lines


def likely_people(account: Account, one: Person, but: Collection[int] = ()) -> list[LikelyPerson]:
    """The people known to the hotel that this one at this account may be, the likeliest first (ACC-04)."""
    wanted = {value for _kind, value in person_keys(one.phones, one.email, one.wechat)}
    sharing = DuplicateKey.objects.filter(hotel=account.hotel_id, value__in=wanted, contact__isnull=False)
    numbers = list(sharing.values_list("contact_id", flat=True)[:MOST_COMPARED])
    rows = Contact.objects.filter(Q(pk__in=numbers) | Q(account=account), merged_into=None).exclude(pk__in=but)
    found = []
    for row in rows.select_related("account__owner").order_by("pk")[:MOST_COMPARED]:
        like = person_likeness(one, _person(row), at_one_account=row.account_id == account.pk)
        if like.counts:
            found.append(LikelyPerson(row, like))
    return sorted(found, key=lambda person: (-person.likeness.points, person.contact.pk))[:MOST_SHOWN]


def twins(contact: Contact) -> list[Contact]:
    """Others at the same client who may be the same person."""
    mine = _person(contact)
    rows = Contact.objects.filter(account=contact.account_id, merged_into=None).exclude(pk=contact.pk)
    return [row for row in rows[:MOST_COMPARED] if person_likeness(mine, _person(row), at_one_account=True).counts]


def _person(row: Contact) -> Person:
    return Person(row.name, row.name_en, (row.mobile, row.phone), row.email, row.wechat)


@dataclass(frozen=True)
class LikelyPerson:
    """A person whom a new contact may be, and why it is thought so."""

    contact: Contact
    likeness: Likeness


def shown_people(seat: Seat, found: Sequence[LikelyPerson]) -> list[Shown]:
    """Likely duplicates of a person for a page; of one out of sight only the client's number and owner are told."""
    seen = access.contacts_in_sight(seat, [one.contact.pk for one in found])
    lines = []
    for one in found:
        account, like = one.contact.account, one.likeness
        owner = account.owner.label if account.owner else ""
        verdict, tone = PERSON_VERDICTS[like.verdict], TONES[like.verdict]
        if one.contact.pk in seen:
            label, url = f"{one.contact.label} · {account.label}", seat.url("clients:contact", pk=one.contact.pk)
            lines.append(Shown(label, owner, verdict, tone, like.reasons, url))
        else:
            discreet = tuple(reason.discreet for reason in like.reasons)
            lines.append(Shown(account.code, owner, verdict, tone, discreet))
    return lines


def _sharing(hotel: int, wanted: Collection[Key]) -> Mapping[Key, list[int]]:
    """The accounts that have these keys, a few for each, the oldest first."""
    found: dict[Key, list[int]] = {}
    for values in _batches(sorted({value for _kind, value in wanted})):
        place = Window(RowNumber(), partition_by=[F("value"), F("kind")], order_by=F("account").asc())
        rows = DuplicateKey.objects.filter(hotel=hotel, value__in=values).annotate(place=place)
        for kind, value, account in rows.filter(place__lte=MOST_PER_KEY).values_list("kind", "value", "account_id"):
            found.setdefault((kind, value), []).append(account)
    return found


def _candidates(some: Sequence[Key], sharing: Mapping[Key, list[int]], but: Collection[int]) -> list[int]:
    found = dict.fromkeys(pk for key in some for pk in sharing.get(key, ()) if pk not in but)
    return list(islice(found, MOST_COMPARED))


def _particulars(accounts: Collection[int]) -> dict[int, Known]:
    found: dict[int, Known] = {}
    phones: dict[int, list[str]] = {}
    for some in _batches(sorted(accounts)):
        numbers = DuplicateKey.objects.filter(account__in=some, kind="phone")
        for account, number in numbers.values_list("account_id", "value"):
            phones.setdefault(account, []).append(number)
        rows = Account.objects.filter(Q(pk__in=some) | Q(merged_into__in=some)).order_by("pk")
        for row in rows.values(*FIELDS, "merged_into_id"):
            into = row["merged_into_id"] or row["pk"]
            one = Particulars(
                row["name"], row["name_en"], row["short_name"], row["credit_code"], tuple(phones.get(into, ())),
                row["province"], row["city"],
            )  # fmt: skip
            shown, known = found.get(into, (row, []))
            found[into] = (shown if row["merged_into_id"] else row, [*known, one])
    return found


def _best(row: Particulars, candidates: Iterable[Known]) -> list[Likely]:
    """The candidates that are alike, by what they are called now or were before a merge."""
    found = []
    for shown, known in candidates:
        like = max((likeness(row, one) for one in known), key=lambda like: (like.counts, like.points))
        if like.counts:
            found.append(_likely(shown, like))
    return sorted(found, key=lambda one: (-one.points, one.account_id))[:MOST_SHOWN]


def _likely(row: Mapping[str, Any], like: Likeness) -> Likely:
    english = get_language() == "en" and row["owner__name_en"]
    owner = row["owner__name_en"] if english else row["owner__name"]
    return Likely(row["pk"], row["code"], row["name"], row["name_en"], row["stage"], row["owner_id"], owner or "", like)


def _batches(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]


def what_moves(record: Account | Contact) -> list[str]:
    """What a merge would take along from this record, in words with counts."""
    return moved_in_words(counted(type(record), [record.pk]))


def moved_in_words(moved: Mapping[str, int]) -> list[str]:
    """Counts by model and field, put together by what people call those things."""
    sums: dict[str, int] = {}
    for name, count in moved.items():
        label, _field = name.rsplit(".", 1)
        if label in THINGS:
            title = str(THINGS[label])
            sums[title] = sums.get(title, 0) + count
    return [f"{title} {count}" for title, count in sums.items() if count]


THINGS: dict[str, Any] = {
    "clients.contact": _("People"),
    "activities.visit": _("Visits"),
    "activities.followup": _("Follow-ups"),
    "pms.booking": _("bookings"),
    "clients.timelineentry": _("lines of the timeline"),
    "clients.externalid": _("numbers in other systems"),
    "clients.ownership": _("owners in its history"),
    "clients.account": _("clients below it or referred by it"),
    "clients.gift": _("gifts"),
    "pms.party": _("names in the PMS"),
}
"""What a person wants to know about before a merge; the rest goes along unnamed."""


MOST_TO_CHOOSE = 100
CHOSEN_FROM: dict[str, Any] = {
    "clients.contact.account": _("People"),
    "clients.externalid.account": _("numbers in other systems"),
    "activities.visit.account": _("Visits"),
    "activities.followup.account": _("Follow-ups"),
}
"""What a person picks one by one when a client is split; bookings go with the numbers they came under."""


def splittable(account: Account) -> dict[str, tuple[Any, list[tuple[int, str]]]]:
    """By table and field: its label, and the newest rows of the client to choose from."""
    found: dict[str, tuple[Any, list[tuple[int, str]]]] = {}
    fields = {".".join(key_of(field)): field for field in references(Account)}
    for key, label in CHOSEN_FROM.items():
        if key in fields:
            rows = fields[key].model._base_manager.filter(**{fields[key].name: account.pk}).order_by("-pk")
            found[key] = (label, [(row.pk, str(row)) for row in rows[:MOST_TO_CHOOSE]])
    return found
