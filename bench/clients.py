"""Clients in numbers: accounts with their people, what they are found by, and what is known of them."""

from __future__ import annotations

import json
import random
from collections import Counter as Count
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import models

from bench import names
from bench.team import Team
from bench.writing import Row, highest, write
from roomnight.clients.commands.indexing import account_tokens, contact_tokens
from roomnight.clients.models import (
    Account,
    AccountShare,
    CompetitorUse,
    Contact,
    DuplicateKey,
    ExternalId,
    Ownership,
    SearchEntry,
    Tag,
    Territory,
    TimelineEntry,
)
from roomnight.clients.rules.duplicates import Particulars, keys, person_keys
from roomnight.kernel.models import AuditEntry
from roomnight.kernel.pinyin import mnemonic
from roomnight.organization.models import Staff
from roomnight.web.demo.invention import JOBS, LIKES, PLACES, RIVALS, credit_code

KINDS = [
    ("corporate", 0.72), ("travel_agency", 0.12), ("government", 0.05), ("conference", 0.05), ("association", 0.03), ("individual", 0.03),
]  # fmt: skip
STAGES = [
    ("active", 0.55),
    ("lead", 0.12),
    ("target", 0.10),
    ("negotiating", 0.08),
    ("dormant", 0.10),
    ("lost", 0.04),
    ("invalid", 0.01),
]
IN_POOL, CO_OWNED, SHARED, PRODUCING = 0.15, 0.03, 0.04, 0.6
TAGS = ("世博周边", "年会", "长住", "培训", "外企", "协议到期", "老客户", "重点关注")
TERRITORIES = ("浦东", "浦西", "长三角", "旅行社", "会议", "机关")


class Keys:
    """Gives keys, model by model, from where the table ends."""

    def __init__(self) -> None:
        self.last: Count[type[models.Model]] = Count()

    def next(self, model: type[models.Model]) -> int:
        if model not in self.last:
            self.last[model] = highest(model)
        self.last[model] += 1
        return self.last[model]


@dataclass(slots=True)
class Client:
    """What the other generators need to know of an account, and what they find out about it."""

    pk: int
    kind: str
    owner: Staff | None
    weight: float
    grade: str
    contacts: list[int] = field(default_factory=list)
    nights_12m: int = 0
    prior_12m: int = 0
    cents_12m: int = 0
    last_arrival: date | None = None
    last_visit: date | None = None
    next_on: date | None = None
    next_what: str = ""

    @property
    def side(self) -> str:
        return "agent" if self.kind == "travel_agency" else "company"


def drawn(rng: random.Random, chances: list[tuple[str, float]]) -> str:
    """One of the words by its chance."""
    return rng.choices([word for word, _chance in chances], [chance for _word, chance in chances])[0]


def invent(rng: random.Random, keys: Keys, team: Team, count: int) -> list[Client]:
    """The clients of a hotel before anything has happened with them."""
    found = []
    for _ in range(count):
        kind = drawn(rng, KINDS)
        producing = rng.random() < PRODUCING
        weight = min(rng.paretovariate(1.15), 400.0) * (4 if kind == "travel_agency" else 1) if producing else 0.0
        grade = "A" if weight > 12 else "B" if weight > 5 else "C" if weight > 2 else "D"
        owner = None if rng.random() < IN_POOL else rng.choice(team.representatives)
        one = Client(keys.next(Account), kind, owner, weight, grade if producing or rng.random() < 0.5 else "")
        one.contacts = [keys.next(Contact) for _ in range(rng.choice((1, 2, 2, 3)))]
        found.append(one)
    return found


class Registry:
    """Writes the accounts of one hotel, and all that stands beside each."""

    def __init__(self, rng: random.Random, keys: Keys, team: Team, clients: list[Client], today: date) -> None:
        self.rng, self.keys, self.team, self.clients, self.today = rng, keys, team, clients, today
        self.entries: list[Row] = []
        self.beside: dict[type[models.Model], list[Row]] = {}
        self.tagged: list[Row] = []
        self.named: list[tuple[int, str, str, str, str]] = []
        self.reached: list[tuple[int, int, str, str]] = []

    def write(self) -> None:
        """Write everything; accounts come last to be worked out but stand first for who reads."""
        hotel, rng = self.team.hotel, self.rng
        self.tags = Tag.objects.bulk_create(Tag(hotel=hotel, name=name) for name in TAGS)
        self.territories = Territory.objects.bulk_create(Territory(hotel=hotel, name=name) for name in TERRITORIES)
        write(Account, ACCOUNT_FIELDS, (self._account(n, one) for n, one in enumerate(self.clients, 1)))
        write(Contact, CONTACT_FIELDS, self._contacts())
        write(SearchEntry, ("id", "account", "contact", "hotel", "owner", "co_owner", "tokens"), self.entries)
        for model, names_ in BESIDE.items():
            write(model, names_, self.beside.pop(model, []))
        write(DuplicateKey, ("id", "hotel", "kind", "value", "account", "contact"), self._duplicate_keys())
        rng.shuffle(self.tagged)
        write(Account.tags.through, ("id", "account", "tag"), self.tagged)

    def _duplicate_keys(self) -> Iterator[Row]:
        """What a second one of each client or person is looked up by (ACC-04); worked out as they are written."""
        hotel = self.team.hotel.pk
        for pk, name, short, code, phone in self.named:
            one = Particulars(name, short_name=short, credit_code=code, phones=(phone,))
            for kind, value in keys(one):
                yield self.keys.next(DuplicateKey), hotel, kind, value, pk, None
        for contact, account, mobile, wechat in self.reached:
            for kind, value in person_keys((mobile,), "", wechat):
                yield self.keys.next(DuplicateKey), hotel, kind, value, account, contact

    def _note(self, model: type[models.Model], *values: Any) -> None:
        self.beside.setdefault(model, []).append((self.keys.next(model), *values))

    def _account(self, number: int, one: Client) -> Row:
        rng, hotel = self.rng, self.team.hotel
        name, short, industry = names.agency(rng) if one.kind == "travel_agency" else names.company(rng)
        city, district, street, postcode = PLACES[min(int(rng.expovariate(0.35)), len(PLACES) - 1)]
        co_owner = self._co_owner(one)
        since = self.today - timedelta(days=rng.randrange(30, 1500))
        made = Account(
            code=f"KH-{number:05d}", name=name, short_name=short, mnemonic=mnemonic(name), phone=f"021-{rng.randrange(50_000_000, 69_999_999)}",
            credit_code=credit_code(rng) if rng.random() < 0.6 else "",
        )  # fmt: skip
        self._entry(one, None, co_owner, account_tokens(made))
        self.named.append((one.pk, name, short, made.credit_code, made.phone))
        self._beside(one, made.name, f"{since} 02:00:00")
        stage = drawn(rng, STAGES)
        return (
            one.pk, hotel.pk, made.code, name, short, made.mnemonic, one.kind, industry, "商务", "转介绍", city, district,
            f"{city}{district}{street}{rng.randrange(1, 1900)}号", postcode, made.phone, made.credit_code, one.grade,
            "important" if one.owner and one.grade == "A" else "ordinary", stage, one.owner and one.owner.pk, co_owner,
            rng.choice(self.territories).pk if rng.random() < 0.7 else None, int(one.weight * 30) + rng.randrange(60),
            f"{since} 02:00:00", one.nights_12m, one.prior_12m, f"{one.cents_12m // 100}.{one.cents_12m % 100:02d}",
            _iso(one.last_arrival), _iso(one.last_visit), _iso(one.next_on), one.next_what,
        )  # fmt: skip

    def _co_owner(self, one: Client) -> int | None:
        if one.owner is None or self.rng.random() > CO_OWNED:
            return None
        other = self.rng.choice(self.team.representatives)
        return None if other.pk == one.owner.pk else int(other.pk)

    def _beside(self, one: Client, name: str, since: str) -> None:
        rng, owner = self.rng, one.owner and one.owner.pk
        self._note(Ownership, one.pk, owner, since)
        self._note(TimelineEntry, one.pk, since, "registered", "Registered", "{}", one.owner.name if one.owner else "")
        for _ in range(rng.choice((1, 1, 2, 4))):
            values = json.dumps({"name": name, "stage": ["lead", "active"]}, ensure_ascii=False)
            code = self.team.hotel.code
            self._note(
                AuditEntry,
                since,
                code,
                "clients.edit_account",
                self.team.director.username,
                f"clients.account:{one.pk}",
                values,
                "0" * 32,
                "0" * 64,
            )
        if one.weight:
            self._note(ExternalId, one.pk, self.team.hotel.pk, one.side, str(one.pk))
        if one.owner and rng.random() < SHARED:
            self._note(AccountShare, one.pk, rng.choice(self.team.representatives).pk)
        for rival in rng.sample(RIVALS, rng.choice((0, 0, 1, 2))):
            self._note(
                CompetitorUse,
                one.pk,
                rival,
                rng.randrange(10, 50, 5),
                str(rng.randrange(380, 720, 10)),
                self.today.isoformat(),
            )
        for tag in rng.sample(self.tags, rng.choice((0, 0, 1, 2))):
            self.tagged.append((self.keys.next(Account.tags.through), one.pk, tag.pk))

    def _entry(self, one: Client, contact: int | None, co_owner: int | None, tokens: str) -> None:
        owner = one.owner and one.owner.pk
        self.entries.append((self.keys.next(SearchEntry), one.pk, contact, self.team.hotel.pk, owner, co_owner, tokens))
        self.co_owner = co_owner

    def _contacts(self) -> Iterator[Row]:
        rng = self.rng
        co_owners = {entry[1]: entry[5] for entry in self.entries}
        for one in self.clients:
            for pk in one.contacts:
                department, title, role = rng.choice(JOBS)
                made = Contact(
                    name=names.person(rng), mobile=names.mobile(rng), wechat=f"wx{pk}" if rng.random() < 0.4 else ""
                )
                self._entry(one, pk, co_owners[one.pk], contact_tokens(made))
                self.reached.append((pk, one.pk, made.mobile, made.wechat))
                likes = {"likes": rng.choice(LIKES)} if rng.random() < 0.3 else {}
                yield (
                    pk, one.pk, made.name, department, title, role, rng.choice(("mr", "ms")), made.mobile, made.wechat,
                    json.dumps(likes, ensure_ascii=False), f"{self.today} 02:00:00",
                )  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


ACCOUNT_FIELDS = (
    "id", "hotel", "code", "name", "short_name", "mnemonic", "kind", "industry", "segment", "source", "city", "district", "address",
    "postcode", "phone", "credit_code", "grade", "importance", "stage", "owner", "co_owner", "territory", "potential_room_nights",
    "created_at", "room_nights_12m", "room_nights_prior_12m", "revenue_12m", "last_arrival_on", "last_visit_on", "next_action_on",
    "next_action",
)  # fmt: skip
CONTACT_FIELDS = (
    "id", "account", "name", "department", "job_title", "decision_role", "salutation", "mobile", "wechat", "preferences", "created_at",
)  # fmt: skip
BESIDE: dict[type[models.Model], tuple[str, ...]] = {
    Ownership: ("id", "account", "staff", "started_at"),
    TimelineEntry: ("id", "account", "at", "kind", "message", "values", "actor_name"),
    AuditEntry: ("id", "at", "hotel_code", "command", "actor", "subject", "changes", "salt", "digest"),
    ExternalId: ("id", "account", "hotel", "kind", "value"),
    AccountShare: ("id", "account", "staff"),
    CompetitorUse: ("id", "account", "hotel_name", "share_percent", "price", "noted_on"),
}
