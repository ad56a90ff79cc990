"""Reading rows of folio lines, payments and in-house lists by a profile (PMS-01)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from hashlib import sha256
from typing import Any, Final, NamedTuple

from roomnight.kernel.money import parse_money
from roomnight.kernel.tables.values import Bad
from roomnight.pms.rules.mapping import (
    KEY_LENGTH,
    SEPARATOR,
    TEXT_LENGTH,
    BookingRow,
    Problem,
    Reader,
    account_number,
    choice,
    day,
    day_of_parts,
    digest,
    party_name,
)
from roomnight.pms.rules.profile import FIELDS_OF, REQUIRED_OF, Profile, Source

FLAGS: Final = frozenset({"is_confidential", "on_city_ledger"})
LONG_TEXTS: Final = frozenset({"description", "guest_name"})
LONG: Final = 120
AMOUNTS: Final = frozenset({"amount", "tax", "service"})
LARGEST_CENTS: Final = 10**14
CURRENCY_LENGTH: Final = 3
NOTHING: Final[Mapping[str, Any]] = {
    **dict.fromkeys(FLAGS, False), "tax": None, "service": None, "state": "in_house",
}  # fmt: skip
"""What a field is that a row says nothing about; text otherwise."""


class Named(NamedTuple):
    """How a row names a client: as company or agent, by number, by name, or both."""

    side: str
    code: str
    name: str


class LineRow(NamedTuple):
    """One row as its profile reads it. `values` are by field; amounts are in cents."""

    hotel: str
    identity: str
    """The line's own number or, where the profile knows none, the digest of the whole row."""
    content: str
    """Digest of what the profile reads of the row: the same content means nothing to update."""
    company: Named | None
    agent: Named | None
    values: Mapping[str, Any]


def money(text: str) -> int | Bad:
    """An amount in cents, plain or as people type it; a part of a cent, which only a PMS can mean, rounds half up."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        try:
            number = parse_money(text)
        except ValueError:
            return Bad("not_a_number")
    if not number.is_finite():
        return Bad("not_a_number")
    found = (number * 100).to_integral_value(ROUND_HALF_UP)
    return int(found) if abs(found) < LARGEST_CENTS else Bad("too_large")


class LineReader:
    """A profile bound to the header of one file, which must have passed `missing_columns` and `doubled_columns`."""

    def __init__(self, profile: Profile, header: Sequence[str]) -> None:
        self._where = {column: place for place, column in enumerate(header)}
        self._header, self._profile = header, profile
        self._hotel = self._where[profile.hotel_column] if profile.hotel_column else None
        self._keys = [self._where[column] for column in profile.key_columns]
        self._row_seed, self._row = self._columns(profile.row_columns or [name for name in header if name])
        self._seed, self._content = self._columns(profile.needed_columns(), profile.key, str(profile.version))
        self._fields = {name: self._reading(name, source) for name, source in profile.sources.items()}
        self._absent = {name: NOTHING.get(name, "") for name in FIELDS_OF[profile.kind] if name not in profile.sources}

    def read(self, cells: Sequence[str]) -> LineRow | list[Problem]:
        """Read one row. Never raises for what stands in the cells."""
        if len(cells) != len(self._header):
            return [Problem("", str(len(cells)), "wrong_number_of_columns")]
        found = {name: read(cells) for name, read in self._fields.items()} | self._absent
        problems = [*self._unidentified(cells), *self._unreadable(cells, found)]
        if problems:
            return problems
        content = digest(self._seed, [cells[place] for place in self._content])
        identity = SEPARATOR.join(cells[place] for place in self._keys) if self._keys else self.row_digest(cells)
        company, agent = self._named("company", found), self._named("agent", found)
        return LineRow(self.hotel_of(cells), identity, content, company, agent, found)

    def hotel_of(self, cells: Sequence[str]) -> str:
        """What the row calls its hotel, also of a row that cannot be read; empty where it says nothing."""
        if self._hotel is None or self._hotel >= len(cells) or cells[self._hotel] in self._profile.missing:
            return ""
        return cells[self._hotel]

    def row_digest(self, cells: Sequence[str]) -> str:
        """Digest of the whole row, whatever the order of its columns."""
        return digest(self._row_seed, [cells[place] for place in self._row])

    def _columns(self, columns: Sequence[str], *more: str) -> tuple[bytes, list[int]]:
        ordered = sorted(set(columns))
        return sha256(SEPARATOR.join([*ordered, *more]).encode()).digest(), [self._where[name] for name in ordered]

    def _named(self, side: str, found: dict[str, Any]) -> Named | None:
        code, name = found.pop(side, ""), found.pop(f"{side}_name", "")
        return Named(side, code, name) if code or name else None

    def _unidentified(self, cells: Sequence[str]) -> Iterator[Problem]:
        for place in [*([self._hotel] if self._hotel is not None else []), *self._keys]:
            if cells[place] in self._profile.missing:
                yield Problem(self._header[place], cells[place], "missing")
            elif len(cells[place]) > KEY_LENGTH:
                yield Problem(self._header[place], cells[place], "too_long")

    def _unreadable(self, cells: Sequence[str], found: Mapping[str, Any]) -> Iterator[Problem]:
        for name, value in found.items():
            if isinstance(value, Bad):
                columns = self._profile.sources[name].columns
                yield Problem(" + ".join(columns), " ".join(cells[self._where[one]] for one in columns), value.reason)
        arrival, departure = found.get("arrival"), found.get("departure")
        if isinstance(arrival, date) and isinstance(departure, date) and departure < arrival:
            column = self._profile.sources["departure"].columns[0]
            yield Problem(column, cells[self._where[column]], "before_arrival")

    def _reading(self, name: str, source: Source) -> Callable[[Sequence[str]], Any]:
        places = [self._where[column] for column in source.columns]
        missing, read = self._profile.missing, _way(name, source)
        is_required = name in REQUIRED_OF[self._profile.kind]
        nothing = Bad("missing") if is_required and not source.otherwise else NOTHING.get(name, "")
        if source.otherwise:
            nothing = read("")

        def reading(cells: Sequence[str]) -> Any:
            texts = [cells[place] for place in places]
            if any(text in missing for text in texts):
                return nothing
            return read(texts[0] if len(texts) == 1 else texts)

        return reading


def _way(name: str, source: Source) -> Callable[[Any], Any]:
    if source.way == "choice":
        return choice(source, is_flag=name in FLAGS)
    if source.way == "date":
        return lambda text: day(text, source.format)
    if source.way == "date parts":
        return day_of_parts
    if name in AMOUNTS:
        return money
    if name == "currency":
        return _currency
    readings: Mapping[str, Callable[[str], Any]] = {
        **dict.fromkeys(("company", "agent"), account_number),
        **dict.fromkeys(("company_name", "agent_name"), party_name),
    }
    longest = LONG if name in LONG_TEXTS else TEXT_LENGTH
    return readings.get(name, lambda text: text if len(text) <= longest else Bad("too_long"))


def _currency(text: str) -> str | Bad:
    """A currency by its three letters; RMB is what many call CNY."""
    code = text.upper()
    if len(code) != CURRENCY_LENGTH or not (code.isascii() and code.isalpha()):
        return Bad("unknown_value")
    return "CNY" if code == "RMB" else code


def reader_for(profile: Profile, header: Sequence[str]) -> Reader | LineReader:
    """What reads the rows of a file of this profile's kind."""
    return Reader(profile, header) if profile.kind == "bookings" else LineReader(profile, header)


def named_in(row: BookingRow | LineRow) -> tuple[Named | None, Named | None]:
    """How a row names its company and its agent."""
    if isinstance(row, LineRow):
        return row.company, row.agent
    company = Named("company", row.company, row.company_name) if row.company or row.company_name else None
    agent = Named("agent", row.agent, row.agent_name) if row.agent or row.agent_name else None
    return company, agent


TOTALS: Final = ("合计", "总计", "本期合计", "total", "grandtotal", "totals")
SEARCHED: Final = 3
SUBTOTALS: Final = ("小计", "本页小计", "本页合计", "subtotal", "sub-total", "pagetotal")


def is_total(cells: Sequence[str]) -> str:
    """Whether a row is the file's total (`total`), that of a part of it (`subtotal`), or neither (empty)."""
    for cell in cells[:SEARCHED]:
        word = "".join(cell.split()).rstrip(":：").lower()
        if word:
            return "total" if word in TOTALS else "subtotal" if word in SUBTOTALS or _ends(word) else ""
    return ""


def _ends(word: str) -> bool:
    """“餐饮小计”: the subtotal of something named before."""
    return word.endswith(("小计", "subtotal"))
