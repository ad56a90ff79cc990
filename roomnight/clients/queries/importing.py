"""What would come of the rows of a file of clients: read, matched with the clients there are, nothing written (ACC-08)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

from django.db.models import F, Q

from roomnight.clients import rules
from roomnight.clients.models import (
    Account,
    Contact,
    ExternalId,
    ImportedRow,
    ImportLine,
    Stage,
    Territory,
)
from roomnight.clients.queries.duplicates import Likely, likely
from roomnight.clients.queries.own_fields import own_fields
from roomnight.clients.rules.duplicates import BRANCH, Particulars
from roomnight.clients.rules.importing import (
    CUSTOM,
    AlikeRow,
    Field,
    Problem,
    ReadRow,
    RowReader,
    RowsAlike,
    Wish,
    own_field,
    row_decided,
)
from roomnight.organization.models import Hotel, Membership, Staff
from roomnight.procedures.rules.form_fields import ROWS

OLD_NUMBER: Final = "old number"
RELATED: Final = ("owner", "co_owner", "territory", "parent", "hotel")
BY_NAME: Final = ("owner", "parent", "territory")
ASIDE: Final = ("code", "owner", "stage", "tags", "external.company", "external.agent")
"""What is no column of the account, or changes in a way of its own."""

NEVER_EMPTY: Final = frozenset({"name", "kind", "stage", "importance"})
EMPTY: Final = (None, "", ())

Identity = tuple[str, str]


@dataclass
class PlannedPerson:
    """A contact of a row: who it is already, if anybody, and what is to stand there."""

    fields: dict[str, Any]
    contact: Contact | None = None


@dataclass
class PlannedRow:
    """What is to become of one row. `outcome` is create, update, unchanged, skip, duplicate or rejected.

    `first` is an earlier row of the file about the same client, not yet stored. `columns` are the account's own columns,
    ready for it; `stage` is None where the file says nothing of it. Tags are added, never taken off. `candidates` are
    clients that the row may be, `alike` earlier rows of the file.
    """

    read: ReadRow
    outcome: str = ""
    account: Account | None = None
    first: PlannedRow | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    custom: dict[str, Any] = field(default_factory=dict)
    stage: str | None = None
    owner: Staff | None = None
    sets_owner: bool = False
    tags: tuple[str, ...] = ()
    external: dict[str, str] = field(default_factory=dict)
    people: list[PlannedPerson] = field(default_factory=list)
    more_people: list[PlannedPerson] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    candidates: list[Likely] = field(default_factory=list)
    alike: list[AlikeRow] = field(default_factory=list)
    waits_for_parent: bool = False

    @property
    def name(self) -> str:
        return str(
            self.read.account.get("name")
            or (self.account.name if self.account else "")
            or self.read.account.get("code", "")
        )

    @property
    def is_doubtful(self) -> bool:
        """Whether it may be a client known already, or one of an earlier row."""
        return bool(self.candidates or self.alike)

    @property
    def likeliest(self) -> str:
        """The likeliest of those it may be, as somebody would choose it."""
        known = [(-one.points, 0, str(one.account_id)) for one in self.candidates]
        rows = [(-one.points, 1, f"row {one.number}") for one in self.alike]
        return min([*known, *rows])[2]


@dataclass
class _Seen:
    """A client that earlier rows of the file are about: the first of them, and what they said together.

    `plan` is that row's while it is not stored yet, `account` the client's key afterwards; neither if it was left out.
    """

    number: int
    said: dict[str, Any]
    plan: PlannedRow | None = None
    account: int | None = None

    def left_open(self, row: ReadRow) -> dict[str, Any]:
        """What this row says and the earlier ones did not; tags come together."""
        return {key: value for key, value in row.account.items() if self.said.get(key) in EMPTY or key == "tags"}


class Planner:
    """Goes through the rows of one file in their order, chunk by chunk, and says what is to become of each.

    Names of people, territories and clients are looked up; `decisions` are what somebody decided of likely duplicates, by
    row. What earlier rows of the file said is remembered, for a client may stand in several. `alike` are the rows of the
    file that each may be, as they were found when it was checked; without it they are looked for.
    """

    def __init__(
        self,
        hotel: Hotel,
        wish: Wish,
        names: Mapping[int, str],
        *,
        decisions: Mapping[int, str] | None = None,
        alike: Mapping[int, list[AlikeRow]] | None = None,
        run: int | None = None,
    ) -> None:
        self.hotel, self.wish, self.run = hotel, wish, run
        self.own = own_columns(hotel)
        self.reader = RowReader(wish, names, self.own)
        self.decisions = decisions or {}
        self.staff = _staff(hotel)
        self.default_owner = next(iter(self.staff.get(wish.default_owner, ())), None) if wish.default_owner else None
        self.territories = {one.name: one for one in Territory.objects.filter(hotel=hotel)}
        self.alike, self.rows_alike = alike, RowsAlike()
        self.seen: dict[Identity, _Seen] = {}
        self.seen_row: dict[int, _Seen] = {}
        self.seen_account: dict[int, _Seen] = {}
        self.turned_away: set[int] = set()

    def read(self, rows: Iterable[tuple[int, Sequence[str]]]) -> list[ReadRow]:
        return [self.reader.read(number, cells) for number, cells in rows]

    def remember(self, rows: Sequence[ReadRow]) -> None:
        """Take note of rows that came in before, when an import goes on after a break."""
        numbers = [row.number for row in rows]
        kept = ImportedRow.objects.filter(run=self.run, row_number__in=numbers)
        became = dict(kept.values_list("row_number", "account_id"))
        lines = ImportLine.objects.filter(run=self.run, row_number__in=numbers).exclude(problems=[])
        self.turned_away |= set(lines.values_list("row_number", flat=True))
        for row in rows:
            if row.problems or row.number in self.turned_away:
                continue
            account = became.get(row.number)
            seen = self.seen.get(self._identity(row)) or self.seen_account.get(account or 0)
            if seen is None:
                seen = _Seen(row.number, {}, account=account)
            seen.said |= seen.left_open(row)
            self._note(row, seen, account)

    def plan(self, rows: Sequence[ReadRow]) -> list[PlannedRow]:
        """What is to become of these rows, the next of the file."""
        known = _Known(self.hotel, self.wish, rows, self.run)
        plans = [self._plan(row, known) for row in rows]
        self._look_for_duplicates([one for one in plans if one.outcome == "create"], known)
        for one in plans:
            if one.first is not None and not one.problems:
                self._follow(one, one.first)
            if one.problems:
                one.outcome = "rejected"
                self.turned_away.add(one.read.number)
            elif one.outcome == "update" and not self._differs(one):
                one.outcome = "unchanged"
        return plans

    def _follow(self, one: PlannedRow, first: PlannedRow) -> None:
        """What became of an earlier row about the same client holds for this one."""
        root = first.first or first
        if root.problems:
            one.problems.append(Problem("", str(root.read.number), "row_turned_away"))
        elif root.outcome == "skip":
            one.outcome = "skip"
        elif root.account is not None or root is not first:
            one.account, one.first = root.account, None if root.account is not None else root
            one.people = []
            self._people(one)

    def stored(self) -> None:
        """The rows planned so far are in: later rows find their clients in the database."""
        for seen in self.seen_row.values():
            if seen.plan is not None:
                seen.account, seen.plan = seen.plan.account.pk if seen.plan.account else None, None
            if seen.account is not None:
                self.seen_account.setdefault(seen.account, seen)

    def _note(self, row: ReadRow, seen: _Seen, account: int | None) -> None:
        """Remember which client a row is about."""
        self.seen[self._identity(row)] = self.seen_row[row.number] = seen
        if account is not None:
            self.seen_account.setdefault(account, seen)

    # ---- one row

    def _identity(self, row: ReadRow) -> Identity:
        value = row.account.get(self.wish.key)
        return (self.wish.key, str(value)) if value else ("name", str(row.account.get("name", "")))

    def _plan(self, row: ReadRow, known: _Known) -> PlannedRow:
        one = PlannedRow(row, problems=list(row.problems))
        if not any(self._identity(row)):
            return one
        if not row.account.get("name") and not row.account.get(self.wish.key):
            one.problems.append(Problem(self._column("name"), "", "no_key" if self.wish.contacts_only else "no_name"))
        if one.problems:
            return one
        seen = self.seen.get(self._identity(row))
        if seen is not None and seen.plan is not None and seen.plan.account is None:
            one.first = seen.plan
        elif seen is not None and seen.plan is not None:
            one.account = seen.plan.account
        else:
            one.account = known.account(row, one, self) or (known.client(seen.account) if seen else None)
        if seen is not None:
            self._compare(one, seen)
        told = seen or (self.seen_account.get(one.account.pk) if one.account else None)
        self._say(one, told, known)
        if one.account is None and self.wish.contacts_only and not one.problems:
            one.problems.append(Problem(self._column(self.wish.key), one.name, "no_such_client"))
        one.outcome = "update" if one.account is not None or one.first is not None else "create"
        if seen is not None and one.outcome == "create" and not one.problems:
            return self._with_one_left_out(one, seen.number)
        self._check(one, known)
        self._people(one)
        if not one.problems:
            self._note(row, told or _Seen(row.number, dict(row.account), one), one.account.pk if one.account else None)
        return one

    def _with_one_left_out(self, one: PlannedRow, number: int) -> PlannedRow:
        """The earlier row about the same client is not in: neither comes this one."""
        if number in self.turned_away:
            one.problems.append(Problem("", str(number), "row_turned_away"))
        one.outcome = "skip"
        return one

    def _say(self, one: PlannedRow, told: _Seen | None, known: _Known) -> None:
        """Turn what a row says into what the account is to keep; what earlier rows said of the client stands."""
        said = dict(one.read.account) if told is None else told.left_open(one.read)
        if told is not None:
            told.said |= said
        one.columns, one.custom, one.external, one.stage, one.tags = {}, {}, {}, None, ()
        one.owner, one.sets_owner, one.waits_for_parent = None, False, False
        self._resolve(one, {} if self.wish.contacts_only else said, known)

    def _compare(self, one: PlannedRow, seen: _Seen) -> None:
        """A later row about the same client adds a contact or what was left open; it does not say otherwise."""
        for key, value in one.read.account.items():
            before = seen.said.get(key)
            if value not in EMPTY and before not in EMPTY and value != before and key != "tags":
                one.problems.append(Problem(self._column(key), str(value), "says_otherwise"))

    def _resolve(self, one: PlannedRow, said: Mapping[str, Any], known: _Known) -> None:
        """Turn what the row says into what the account keeps."""
        for key, value in said.items():
            if key in NEVER_EMPTY and not value:
                continue
            if key.startswith(CUSTOM):
                one.custom[key.removeprefix(CUSTOM)] = value
            elif key.startswith("external."):
                if value:
                    one.external[key.removeprefix("external.")] = value
            elif key == "tags":
                one.tags = tuple(value or ())
            elif key == "stage":
                one.stage = value
            elif key == "owner":
                one.sets_owner, one.owner = True, self._person(one, value)
            elif key == "territory":
                one.columns["territory"] = self._territory(one, value)
            elif key == "parent":
                self._parent(one, value, known)
            elif key == "code":
                if self.wish.key == "code" and one.account is None and value:
                    one.external[OLD_NUMBER] = value
            elif key != "name" or not known.by_digest(one):
                one.columns[key] = value

    def _person(self, one: PlannedRow, name: str | None) -> Staff | None:
        if not name:
            return None
        found = self.staff.get(name, [])
        if len(found) != 1:
            reason = "several_of_this_name" if found else "nobody_of_this_name"
            one.problems.append(Problem(self._column("owner"), name, reason))
            return None
        return found[0]

    def _territory(self, one: PlannedRow, name: str | None) -> Territory | None:
        if name and name not in self.territories:
            one.problems.append(Problem(self._column("territory"), name, "no_territory"))
        return self.territories.get(name or "")

    def _parent(self, one: PlannedRow, name: str | None, known: _Known) -> None:
        if not name:
            one.columns["parent"] = None
            return
        found = known.parents.get(name, [])
        if len(found) == 1:
            one.columns["parent"] = found[0]
        elif not found and name in self.names_in_file:
            one.waits_for_parent = True
        else:
            one.problems.append(Problem(self._column("parent"), name, "several_clients" if found else "no_such_client"))

    names_in_file: frozenset[str] = frozenset()
    """The names and numbers of all clients of the file, for a parent may stand below its child."""

    def _check(self, one: PlannedRow, known: _Known) -> None:
        """What must hold of the account afterwards (ACC-01, ACC-02, OWN-01)."""
        account = one.account
        if account is None and one.first is None and not one.problems and not one.columns.get("name"):
            one.problems.append(Problem(self._column("name"), "", "no_name"))
        self._check_stage(one)
        first = one.first
        before = account.owner if account else first.owner if first and first.sets_owner else self.default_owner
        owner = one.owner if one.sets_owner else before
        changes_owner = account is not None and one.sets_owner and one.owner != account.owner
        gives_owner = account is not None and account.owner is None and account.pk in known.made
        if changes_owner and not self.wish.may_assign and not gives_owner:
            one.problems.append(Problem(self._column("owner"), str(one.owner or ""), "may_not_assign"))
        kept = account.importance if account else first.columns.get("importance", "") if first else ""
        importance = one.columns.get("importance", kept)
        if owner is None and rules.needs_owner(importance) and (changes_owner or "importance" in one.columns):
            one.problems.append(Problem(self._column("importance"), "", "owner_needed"))
        parent = one.columns.get("parent")
        if account is not None and parent and _stands_above(account.pk, parent.pk):
            one.problems.append(Problem(self._column("parent"), str(one.read.account["parent"]), "parent_circle"))
        if first is not None and not one.problems:
            _hand_over(one, first)

    def _check_stage(self, one: PlannedRow) -> None:
        old = one.account.stage if one.account else ""
        if one.stage is None or one.stage == old:
            return
        said = str(Stage(one.stage).label)
        if one.stage in rules.OUT or old in rules.OUT:
            one.problems.append(Problem(self._column("stage"), said, "stage_by_hand"))
        elif old and not rules.may_move(old, one.stage):
            one.problems.append(Problem(self._column("stage"), said, "stage"))

    def _column(self, key: str) -> str:
        return self.reader.column_of.get(key, "")

    # ---- likely duplicates

    def _look_for_duplicates(self, fresh: list[PlannedRow], known: _Known) -> None:
        """Rows that may be clients known already, or an earlier row of the file, and what was decided of them."""
        fresh = [one for one in fresh if not one.problems]
        particulars = [_particulars(one) for one in fresh]
        found = likely(self.hotel, particulars, but=known.made)
        for one, told, clients in zip(fresh, particulars, found, strict=True):
            number = one.read.number
            one.candidates = [other for other in clients if other.verdict != BRANCH]
            one.alike = self.rows_alike.add(number, told) if self.alike is None else self.alike.get(number, [])
            decision = self.decisions.get(number) or (self.wish.otherwise if one.is_doubtful else "create")
            if decision == "update" and one.is_doubtful:
                decision = one.likeliest
            row = row_decided(decision)
            if decision == "skip":
                self._leave_out(one)
            elif row is not None:
                self._join_row(one, row, known)
            elif decision.isdigit():
                self._join(one, known.client(int(decision)), None, known)

    def _leave_out(self, one: PlannedRow) -> None:
        """It stays out; whoever says of another row that it is this one means the row that this one is like."""
        one.outcome = "skip"
        like = row_decided(one.likeliest) if one.is_doubtful else None
        if like in self.seen_row:
            self.seen_row[one.read.number] = self.seen_row[like]

    def _join_row(self, one: PlannedRow, number: int, known: _Known) -> None:
        """It is about the same client as an earlier row: what became of that one holds for it."""
        seen = self.seen_row.get(number)
        plan = seen.plan if seen else None
        first = plan.first or plan if plan else None
        account = first.account if first else known.client(seen.account) if seen else None
        if number in self.turned_away or (first and first.problems):
            one.problems.append(Problem("", str(number), "row_turned_away"))
        elif account is not None:
            self._join(one, account, None, known)
        elif first is None or first.outcome == "skip":
            one.outcome = "skip"
        else:
            self._join(one, None, first, known)

    def _join(self, one: PlannedRow, account: Account | None, first: PlannedRow | None, known: _Known) -> None:
        """Let a row go to a client that is known, or that an earlier row makes. The client keeps its name."""
        if account is None and first is None:
            return
        one.account, one.first, one.outcome = account, first, "update"
        told = self.seen_row[first.read.number] if first else self.seen_account.get(account.pk) if account else None
        own = self.seen_row[one.read.number]
        if told is not None and told is not own:
            self._say(one, told, known)
        self._note(one.read, told or own, account.pk if account else None)
        one.columns.pop("name", None)
        one.external.pop(OLD_NUMBER, None)
        one.people = []
        self._check(one, known)
        self._people(one)

    # ---- people

    def _people(self, one: PlannedRow) -> None:
        said = one.read.contact
        if one.problems or not any(value not in (None, "", False) for value in said.values()):
            return
        if one.first is not None:
            self.rows_alike.add_phones(one.first.read.number, _phones(said))
        name = said.get("name")
        if not name:
            one.problems.append(Problem(self._column("contact.name"), "", "contact_without_name"))
            return
        contact = _somebody(one.account, name, said.get("mobile", "")) if one.account else None
        earlier = [*one.first.people, *one.first.more_people] if one.first else []
        same = next((other for other in earlier if other.fields["name"] == name), None)
        known = {key: getattr(contact, key) for key in REACH} if contact else same.fields if same else {}
        if not rules.reachable({**known, **said}):
            one.problems.append(Problem(self._column("contact.name"), name, "unreachable"))
        elif same is not None:
            same.fields |= {key: value for key, value in said.items() if value not in EMPTY}
        else:
            one.people.append(PlannedPerson(dict(said), contact))
            if one.first is not None:
                one.first.more_people += one.people

    # ---- whether anything changes

    def _differs(self, one: PlannedRow) -> bool:
        account = one.account
        if account is None:
            return True
        return bool(
            any(getattr(account, name) != value for name, value in one.columns.items())
            or any(
                account.custom.get(key) != value
                for key, value in one.custom.items()
                if value not in (None, "") or key in account.custom
            )
            or (one.stage is not None and one.stage != account.stage)
            or (one.sets_owner and one.owner != account.owner)
            or bool(set(one.tags) - {tag.name for tag in account.tags.all()})
            or one.waits_for_parent
            or any(_person_differs(person) for person in one.people)
        )


REACH: Final = ("mobile", "phone", "email", "wechat", "qq", "other_way", "home_address")


def _person_differs(person: PlannedPerson) -> bool:
    contact = person.contact
    return contact is None or any(getattr(contact, key) != value for key, value in person.fields.items())


def _hand_over(one: PlannedRow, first: PlannedRow) -> None:
    """Stage and owner of a client that is not stored yet come with the row that makes it."""
    if one.stage is not None:
        first.stage, one.stage = one.stage, None
    if one.sets_owner:
        first.sets_owner, first.owner = True, one.owner
        one.sets_owner, one.owner = False, None


def _phones(said: Mapping[str, Any]) -> list[str]:
    return [number for number in (said.get("mobile"), said.get("phone")) if number]


def _particulars(one: PlannedRow) -> Particulars:
    said = one.read.account
    people = [one.read.contact, *(person.fields for person in one.more_people)]
    phones = [number for number in (said.get("phone"), *chain.from_iterable(map(_phones, people))) if number]
    told = {key: str(said.get(key) or "") for key in ("name_en", "short_name", "credit_code", "province", "city")}
    return Particulars(name=str(said.get("name") or ""), phones=tuple(phones), **told)


def _stands_above(account: int, parent: int | None) -> bool:
    """Whether an account stands above what is to be its parent, or is it."""
    for _step in range(100):
        if parent is None or parent == account:
            return parent == account
        parent = Account.objects.filter(pk=parent).values_list("parent_id", flat=True).first()
    return True


def own_columns(hotel: Hotel) -> dict[str, Field]:
    """The hotel's own particulars as fields of a file; tables and what is only shown are none."""
    found = [own_field(one) for one in own_fields(hotel) if one.kind != ROWS and not one.is_read_only]
    return {one.key: one for one in found}


def _staff(hotel: Hotel) -> dict[str, list[Staff]]:
    """Who works here, by user name and by name."""
    found: dict[str, list[Staff]] = {}
    for one in Staff.objects.filter(is_active=True, pk__in=Membership.objects.filter(hotel=hotel).values("staff")):
        for name in {one.username, one.name, one.name_en} - {""}:
            found.setdefault(name, []).append(one)
    return found


class _Known:
    """The clients of the hotel that a chunk of rows may be about, and the people there, read all at once."""

    def __init__(self, hotel: Hotel, wish: Wish, rows: Sequence[ReadRow], run: int | None) -> None:
        self.hotel, self.wish, self.run = hotel, wish, run
        told = [row.account for row in rows]
        keys = {str(one[wish.key]) for one in told if one.get(wish.key)}
        parents = {str(one["parent"]) for one in told if one.get("parent")}
        accounts = Account.objects.filter(hotel=hotel)
        self.parents: dict[str, list[Account]] = {}
        for parent in accounts.filter(Q(code__in=parents) | Q(name__in=parents)) if parents else ():
            for word in {parent.code, parent.name} & parents:
                self.parents.setdefault(word, []).append(parent)
        self._by_key = self._keyed(keys)
        self._by_digest = dict(
            ImportedRow.objects.filter(hotel=hotel, digest__in={row.digest for row in rows})
            .order_by("-pk")
            .values_list("digest", "account_id")
        )
        rows_before = ImportedRow.objects.filter(run=run, account__created_at__gte=F("run__started_at"))
        self.made = set(rows_before.values_list("account_id", flat=True))
        """Clients that this very import made."""
        wanted = {pk for pks in self._by_key.values() for pk in pks} | set(self._by_digest.values())
        found = accounts.filter(pk__in=wanted).select_related(*RELATED).prefetch_related("tags", "contacts")
        self._accounts = {one.pk: one for one in found}

    def _keyed(self, keys: set[str]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        pairs: list[tuple[str, int]] = []
        if self.wish.key in {"code", "credit_code", "name"}:
            rows = Account.objects.filter(hotel=self.hotel, **{f"{self.wish.key}__in": keys})
            pairs = list(rows.values_list(self.wish.key, "pk"))
        kinds = {"code": OLD_NUMBER, "external.company": "company", "external.agent": "agent"}
        if kind := kinds.get(self.wish.key):
            others = ExternalId.objects.filter(hotel=self.hotel, kind=kind, value__in=keys)
            pairs += list(others.values_list("value", "account_id"))
        for key, pk in pairs:
            found.setdefault(key, []).append(pk)
        return found

    def account(self, row: ReadRow, one: PlannedRow, planner: Planner) -> Account | None:
        """The client a row is about, if it is known: by the key, or because the same row came in before."""
        value = row.account.get(self.wish.key)
        found = self._by_key.get(str(value), []) if value else []
        if len(found) > 1:
            one.problems.append(Problem(planner.reader.column_of.get(self.wish.key, ""), str(value), "several_clients"))
            return None
        pk = found[0] if found else self._by_digest.get(row.digest)
        return self._accounts.get(pk) if pk else None

    def client(self, pk: int | None) -> Account | None:
        """A client of the hotel by its key, the same object each time: rows of a chunk change it one after the other."""
        if pk is not None and pk not in self._accounts:
            found = Account.objects.select_related(*RELATED).prefetch_related("tags", "contacts")
            self._accounts |= {one.pk: one for one in found.filter(hotel=self.hotel, pk=pk)}
        return self._accounts.get(pk or 0)

    def by_digest(self, one: PlannedRow) -> bool:
        """Whether a client was recognised by the whole row only: it keeps the name it has now."""
        return (
            one.account is not None
            and self._by_digest.get(one.read.digest) == one.account.pk
            and self.wish.key != "name"
        )


def _somebody(account: Account, name: str, mobile: str) -> Contact | None:
    """Somebody at the client by this name; of two, the one with this number."""
    found = [one for one in account.contacts.all() if one.name == name]
    return next((one for one in found if mobile and one.mobile == mobile), found[0] if found else None)
