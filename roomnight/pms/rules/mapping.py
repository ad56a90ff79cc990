"""Reading one row of a file by a profile: typed values, or every problem with its column, value and reason (PMS-01)."""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from hashlib import blake2b, sha256
from operator import getitem, itemgetter
from typing import Any, Final, NamedTuple

from roomnight.kernel.money import parse_money
from roomnight.kernel.tables.values import Bad, DayOrder, lost_digits, read_day, read_whole
from roomnight.pms.rules.profile import FIELDS, REQUIRED, Profile, Source
from roomnight.pms.rules.traces import dialled, mail_domain, told

SEPARATOR: Final = "\x1f"
MOST_NIGHTS: Final = 9_999
MOST_REMEMBERED: Final = 20_000
RATE_STEP: Final = Decimal("0.0001")
LARGEST_RATE: Final = Decimal(10_000_000)
TEXT_LENGTH: Final = 60
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200
ID_LENGTH: Final = 40
NAME_LENGTH: Final = 160
KEY_LENGTH: Final = 80
ISO: Final = "%Y-%m-%d"
MONTHS: Final = {
    name[:length].lower(): number
    for number, name in enumerate(
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
         "December"], 1)
    for length in (3, len(name))
}  # fmt: skip

_ORDERS: Final[dict[str, DayOrder]] = {"%d": "dmy", "%m": "mdy"}
"""How 01/02/2026 is meant, by how the profile's way of writing a date begins."""

NOT_TEXT: Final = frozenset({"booked_on", "status_on", "adults", "children", "repeated_guest"})
REASONS: Final = (
    "missing", "not_a_date", "not_a_number", "not_whole", "negative", "too_large", "too_long", "unknown_value",
    "before_arrival", "wrong_number_of_columns", "ambiguous_date", "lost_digits",
)  # fmt: skip
"""Every reason a row can be turned away for."""


class Problem(NamedTuple):
    """Why a row was turned away: the column and what stood in it, and one of REASONS."""

    column: str
    value: str
    reason: str


class BookingRow(NamedTuple):
    """A reservation as one row of a file tells it. `rate` is per night, `revenue_cents` of the whole stay."""

    hotel: str
    identity: str
    """The booking's own number or, where the profile knows none, the digest of the whole row."""
    content: str
    """Digest of what the profile reads of the row: the same content means nothing to update."""
    revenue_cents: int
    departure: date
    status: str
    arrival: date
    nights: int
    rate: Decimal
    booked_on: date | None
    status_on: date | None
    company: str
    agent: str
    channel: str
    segment: str
    country: str
    room_type: str
    room_type_given: str
    meal: str
    deposit: str
    customer_type: str
    adults: int | None
    children: int | None
    repeated_guest: bool | None
    block: str
    rate_code: str
    guest_company: str
    invoice_title: str
    email_domain: str
    phone_key: str
    """The number as the world dials it; what is stored cannot be read any more."""
    company_name: str
    agent_name: str


def revenue_cents(rate: Decimal, nights: int) -> int:
    """Rate × nights in cents, exact; a part of a cent (left only by rates of more than two decimals) rounds half up."""
    return int((rate * nights * 100).to_integral_value(ROUND_HALF_UP))


_NOTHING: Final = {name: None if name in NOT_TEXT else "" for name in FIELDS}


class Memo(dict[Any, Any]):
    """Remembers what a text was read as, for files repeat the same few thousand. Forgets all when it grows large."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, text: Any) -> Any:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        value = self[text] = self.read(text)
        return value


class Reader:
    """A profile bound to the header of one file. `read` turns the cells of a row into a BookingRow or its problems.

    The header must have passed `missing_columns` and `doubled_columns`. Cells come stripped of white space.
    """

    def __init__(self, profile: Profile, header: Sequence[str]) -> None:
        self._where = {column: place for place, column in enumerate(header)}
        self._header = header
        self._profile = profile
        self._hotel = self._where[profile.hotel_column] if profile.hotel_column else None
        self._keys = [self._where[column] for column in profile.key_columns]
        self._row_seed, self._row = self._cells_of(profile.row_columns or [column for column in header if column])
        self._content_seed, self._content = self._cells_of(profile.needed_columns(), profile.key, str(profile.version))
        self._revenues = Memo(lambda pair: revenue_cents(*pair))
        self._bind()

    def read(self, cells: Sequence[str]) -> BookingRow | list[Problem]:
        """Read one row. Never raises for what stands in the cells."""
        if len(cells) != len(self._header):
            return [Problem("", str(len(cells)), "wrong_number_of_columns")]
        found = list(map(getitem, self._memos, self._singles(cells)))
        found += [memo[find(cells)] for memo, find in self._composites]
        if Bad in map(type, found) or not self._is_identified(cells):
            return list(self._problems(cells, self._in_order(found)))
        status, arrival, nights, rate, booked_on, *others = self._in_order(found)
        if nights.__class__ is date:
            nights = (nights - arrival).days
            if not 0 <= nights <= MOST_NIGHTS:
                bad = Bad("before_arrival" if nights < 0 else "too_large")
                return list(self._problems(cells, [None, None, bad, *[None] * (len(found) - 3)]))
        if booked_on.__class__ is int:
            booked_on = arrival - timedelta(booked_on)
        if self._keys:
            identity = SEPARATOR.join([cells[place] for place in self._keys])
            content = digest(self._content_seed, self._content(cells))
        else:
            identity, content = self.row_digest(cells), self._reading_alone
        return BookingRow(
            cells[self._hotel] if self._hotel is not None else "",
            identity,
            content,
            self._revenues[rate, nights],
            arrival + timedelta(nights),
            status,
            arrival,
            nights,
            rate,
            booked_on,
            *others,
        )

    def _bind(self) -> None:
        """Arrange the fields so that a row is read by few calls: those of one column together, then the composite ones."""
        fields = {name: self._field(name) for name in FIELDS}
        singles = [name for name, (_memo, places) in fields.items() if len(places) == 1]
        composites = [name for name in FIELDS if name not in singles]
        self._memos = [fields[name][0] for name in singles]
        self._singles = _cells([fields[name][1][0] for name in singles])
        self._composites = [(fields[name][0], itemgetter(*fields[name][1])) for name in composites]
        self._in_order = itemgetter(*map([*singles, *composites].index, FIELDS))
        # A row known by its whole self has no other content than that; only another version of the profile reads it anew.
        self._reading_alone = self._content_seed.hex()[:22]

    def hotel_of(self, cells: Sequence[str]) -> str:
        """What the row calls its hotel, also of a row that cannot be read; empty where it says nothing."""
        if self._hotel is None or self._hotel >= len(cells) or cells[self._hotel] in self._profile.missing:
            return ""
        return cells[self._hotel]

    def row_digest(self, cells: Sequence[str]) -> str:
        """Digest of the whole row, whatever the order of its columns: what a booking without a number is known by."""
        return digest(self._row_seed, self._row(cells))

    def _cells_of(self, columns: Iterable[str], *more: str) -> tuple[bytes, Callable[[Sequence[str]], Sequence[str]]]:
        """A seed that stands for the columns' names, and the way to get at their cells, in the order of the names."""
        ordered = sorted(set(columns))
        seed = sha256(SEPARATOR.join([*ordered, *more]).encode()).digest()
        return seed, _cells([self._where[column] for column in ordered])

    def _is_identified(self, cells: Sequence[str]) -> bool:
        missing = self._profile.missing
        if self._hotel is not None and cells[self._hotel] in missing:
            return False
        return not self._keys or all(
            cells[place] not in missing and len(cells[place]) <= KEY_LENGTH for place in self._keys
        )

    def _problems(self, cells: Sequence[str], values: Sequence[Any]) -> Iterator[Problem]:
        for place in [*([self._hotel] if self._hotel is not None else []), *self._keys]:
            if cells[place] in self._profile.missing:
                yield Problem(self._header[place], cells[place], "missing")
            elif len(cells[place]) > KEY_LENGTH:
                yield Problem(self._header[place], cells[place], "too_long")
        for name, value in zip(FIELDS, values, strict=True):
            if isinstance(value, Bad):
                columns = self._profile.sources[name].columns
                shown = " ".join(cells[self._where[column]] for column in columns)
                yield Problem(" + ".join(columns), shown, value.reason)

    def _field(self, name: str) -> tuple[Mapping[Any, Any], Sequence[int]]:
        """How one field is read, and where; a field the profile does not know is always nothing."""
        source = self._profile.sources.get(name)
        if source is None:
            return Memo(lambda text: _NOTHING[name]), [0]
        return Memo(self._reading(name, source)), [self._where[column] for column in source.columns]

    def _reading(self, name: str, source: Source) -> Callable[[Any], Any]:
        read = _WAYS[source.way](name, source)
        missing, nothing = self._profile.missing, Bad("missing") if name in REQUIRED else _NOTHING[name]

        def reading(text: Any) -> Any:
            if text in missing if isinstance(text, str) else any(one in missing for one in text):
                return nothing
            return read(text)

        return reading


def digest(seed: bytes, texts: Sequence[str]) -> str:
    """16 bytes as 22 signs: keys of this length make up much of a large installation's database."""
    joined = SEPARATOR.join(texts).encode("utf-8", "surrogatepass")
    return b2a_base64(blake2b(joined, digest_size=16, key=seed).digest(), newline=False)[:22].decode("ascii")


def _cells(places: Sequence[int]) -> Callable[[Sequence[str]], Sequence[str]]:
    """The cells at these places, as a tuple also when it is only one."""
    if len(places) == 1:
        return lambda cells: (cells[places[0]],)
    return itemgetter(*places)


def whole(text: str) -> int | Bad:
    """A count: `2`, `2.0` as some exports write it, “1,200 间夜” as people type it."""
    return read_whole(text, MOST_NIGHTS)


def amount(text: str) -> Decimal | Bad:
    """A rate, plain or as people type it: `¥1,280.00`. Below nothing and out of the ordinary are kept: real files have both."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        try:
            number = parse_money(text)
        except ValueError:
            return Bad("not_a_number")
    if not number.is_finite():
        return Bad("not_a_number")
    return number.quantize(RATE_STEP, ROUND_HALF_UP) if abs(number) < LARGEST_RATE else Bad("too_large")


def day(text: str, written: str = ISO) -> date | Bad:
    """A date, written as the profile says, or in any way that nobody can misread, with or without a time (PMS-05)."""
    try:
        found = datetime.fromisoformat(text).date()
    except ValueError:
        try:
            found = datetime.strptime(text, written).date()  # noqa: DTZ007
        except ValueError:
            typed = read_day(text, _ORDERS.get(written[:2], ""))
            if isinstance(typed, Bad):
                return typed
            found = typed
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else Bad("not_a_date")


def day_of_parts(parts: Sequence[str]) -> date | Bad:
    """A date in three columns: year, month as a number or an English name, day."""
    year, month, number = parts
    try:
        found = date(int(year), MONTHS.get(month.lower()) or int(month), int(number))
    except ValueError:
        return Bad("not_a_date")
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else Bad("not_a_date")


def account_number(text: str) -> str | Bad:
    """The PMS's number of a company or agent; `223.0` is 223."""
    if lost_digits(text):
        return Bad("lost_digits")
    head, dot, tail = text.partition(".")
    if dot and head.isdigit() and not tail.strip("0"):
        text = head
    return text if len(text) <= ID_LENGTH else Bad("too_long")


def party_name(text: str) -> str | Bad:
    """A client's name as the PMS has it."""
    return text if len(text) <= NAME_LENGTH else Bad("too_long")


def _column(name: str, source: Source) -> Callable[[Any], Any]:
    readings: dict[str, Callable[[str], Any]] = {
        **dict.fromkeys(("nights", "adults", "children"), whole),
        **dict.fromkeys(("company", "agent"), account_number),
        **dict.fromkeys(("company_name", "agent_name"), party_name),
        **dict.fromkeys(("guest_company", "invoice_title"), told),
        "email_domain": mail_domain,
        "phone_key": dialled,
        "rate": amount,
    }
    return readings.get(name, lambda text: text if len(text) <= TEXT_LENGTH else Bad("too_long"))


def _sum(name: str, source: Source) -> Callable[[Any], Any]:
    def total(texts: str | Sequence[str]) -> int | Bad:
        numbers = [whole(text) for text in ([texts] if isinstance(texts, str) else texts)]
        bad = next((number for number in numbers if isinstance(number, Bad)), None)
        if bad is not None:
            return bad
        found = sum(number for number in numbers if isinstance(number, int))
        return found if found <= MOST_NIGHTS else Bad("too_large")

    return total


def _choice(name: str, source: Source) -> Callable[[Any], Any]:
    return choice(source, is_flag=name == "repeated_guest")


def choice(source: Source, *, is_flag: bool) -> Callable[[Any], Any]:
    """What a word of the file means; of a flag, whether it means yes."""
    meanings, otherwise = source.values or {}, source.otherwise or Bad("unknown_value")
    if is_flag:
        found = {text: meaning == "yes" for text, meaning in meanings.items()}
        other = otherwise == "yes" if isinstance(otherwise, str) else otherwise
        return lambda text: found.get(text, other)
    return lambda text: meanings.get(text) or otherwise


_WAYS: Final[dict[str, Callable[[str, Source], Callable[[Any], Any]]]] = {
    "column": _column,
    "sum": _sum,
    "choice": _choice,
    "date": lambda name, source: lambda text: day(text, source.format),
    "nights until": lambda name, source: lambda text: day(text, source.format),
    "date parts": lambda name, source: day_of_parts,
    "days before arrival": lambda name, source: whole,
}
