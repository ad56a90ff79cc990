"""What a mapping profile says: which column of a file is what (PMS-01)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MISSING = ("", "NULL", "NA")
"""What exports write where there is nothing, unless a profile says otherwise."""

WAYS: Mapping[str, tuple[str, ...]] = {
    "column": ("column",),
    "date": ("column", "format"),
    "choice": ("column", "values", "otherwise"),
    "date parts": ("year", "month", "day"),
    "sum": ("sum",),
    "days before arrival": ("days_before_arrival",),
    "nights until": ("until", "format"),
}
"""The ways to get a value out of a row, each with the words it is written with."""

FIELDS: Mapping[str, tuple[str, ...]] = {
    "status": ("choice",),
    "arrival": ("date", "date parts"),
    "nights": ("column", "sum", "nights until"),
    "rate": ("column",),
    "booked_on": ("date", "date parts", "days before arrival"),
    "status_on": ("date", "date parts"),
    "company": ("column",),
    "agent": ("column",),
    "channel": ("column",),
    "segment": ("column",),
    "country": ("column",),
    "room_type": ("column",),
    "room_type_given": ("column",),
    "meal": ("column",),
    "deposit": ("column",),
    "customer_type": ("column",),
    "adults": ("column", "sum"),
    "children": ("column", "sum"),
    "repeated_guest": ("choice",),
    "block": ("column",),
    "rate_code": ("column",),
    "guest_company": ("column",),
    "invoice_title": ("column",),
    "email_domain": ("column",),
    "phone_key": ("column",),
    "company_name": ("column",),
    "agent_name": ("column",),
}
"""What we keep of a reservation, and the ways each may be found. The order is that of a BookingRow."""

DAY, TEXT, ONE_OF = ("date", "date parts"), ("column",), ("choice",)
CLIENT: Mapping[str, tuple[str, ...]] = {"company": TEXT, "company_name": TEXT}
AGENT: Mapping[str, tuple[str, ...]] = {"agent": TEXT, "agent_name": TEXT}
FIELDS_OF: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "bookings": FIELDS,
    "in_house": {
        "arrival": DAY, "departure": DAY, "room": TEXT, "guest_name": TEXT, "state": ONE_OF, "booking_number": TEXT,
        "vip": TEXT, "is_confidential": ONE_OF, **CLIENT, **AGENT,
    },
    "folios": {
        "business_date": DAY, "amount": TEXT, "revenue_kind": ONE_OF, "tax": TEXT, "service": TEXT, "currency": TEXT,
        "booking_number": TEXT, "room": TEXT, "department": TEXT, "description": TEXT, "reference": TEXT,
        "on_city_ledger": ONE_OF, **CLIENT,
    },
    "payments": {
        "paid_on": DAY, "amount": TEXT, "method": TEXT, "currency": TEXT, "reference": TEXT, "statement": TEXT, **CLIENT,
    },
}  # fmt: skip
"""What we keep of the rows of each kind of file, and the ways each may be found."""

REQUIRED = ("status", "arrival", "nights", "rate")
REQUIRED_OF: Mapping[str, tuple[str, ...]] = {
    "bookings": REQUIRED,
    "in_house": ("arrival", "departure"),
    "folios": ("business_date", "amount", "revenue_kind"),
    "payments": ("paid_on", "amount"),
}
STATUSES = ("stayed", "cancelled", "no_show")
YES_OR_NO = ("yes", "no")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "status": STATUSES,
    "repeated_guest": YES_OR_NO,
    "state": ("in_house", "arriving"),
    "is_confidential": YES_OR_NO,
    "on_city_ledger": YES_OR_NO,
    "revenue_kind": ("room", "food", "beverage", "banquet", "meeting", "other"),
}


class ProfileError(ValueError):
    """A profile that cannot be used; the text says which part of it and why."""


@dataclass(frozen=True)
class Source:
    """Where one field comes from: the way, the columns it reads, and for dates and choices how to read them."""

    way: str
    columns: tuple[str, ...]
    format: str = "%Y-%m-%d"
    values: Mapping[str, str] | None = None
    otherwise: str = ""
    """What a word means that is not among the values; empty where such a row is turned away."""


@dataclass(frozen=True)
class Profile:
    """One version of a mapping profile, ready to read files with.

    `key_columns` hold the source's own booking number; a profile without them knows bookings by their whole row
    (`row_columns`, or every column of the file). `hotel_column` names the hotel; without it a file is of one hotel.
    `creates_accounts` says that numbers nobody knows become clients of their own; otherwise they wait to be recognised.
    """

    key: str
    version: int
    sources: Mapping[str, Source]
    hotel_column: str = ""
    key_columns: tuple[str, ...] = ()
    row_columns: tuple[str, ...] = ()
    missing: frozenset[str] = frozenset(MISSING)
    kind: str = "bookings"
    creates_accounts: bool = False

    def needed_columns(self) -> tuple[str, ...]:
        """Every column this profile reads, in a stable order and once."""
        return tuple(dict.fromkeys(self._columns()))

    def _columns(self) -> Iterator[str]:
        if self.hotel_column:
            yield self.hotel_column
        yield from self.key_columns
        for source in self.sources.values():
            yield from source.columns
        yield from self.row_columns


def read_profile(key: str, version: int, config: Mapping[str, Any]) -> Profile:
    """Turn the written form (JSON) into a profile. Raises ProfileError at the first thing that cannot be right."""
    kind, fields = str(config.get("kind") or "bookings"), config.get("fields")
    if kind not in FIELDS_OF:
        raise ProfileError(f"{kind}: no such kind of file")
    if not isinstance(fields, Mapping):
        raise ProfileError("fields: missing")
    unknown = [name for name in fields if name not in FIELDS_OF[kind]]
    if unknown:
        raise ProfileError(f"{unknown[0]}: no such field")
    absent = [name for name in REQUIRED_OF[kind] if name not in fields]
    if absent:
        raise ProfileError(f"{absent[0]}: has to come from somewhere")
    return Profile(
        key=key,
        version=version,
        sources={name: _source(FIELDS_OF[kind][name], name, written) for name, written in fields.items()},
        hotel_column=str(config.get("hotel") or ""),
        key_columns=_names("key", config.get("key", ())),
        row_columns=_names("row", config.get("row", ())),
        missing=frozenset(_names("missing", config.get("missing", MISSING))),
        kind=kind,
        creates_accounts=kind == "bookings" and config.get("accounts", "create") == "create",
    )


def missing_columns(profile: Profile, header: Sequence[str]) -> list[str]:
    """The columns the profile needs and the file does not have."""
    present = set(header)
    return [column for column in profile.needed_columns() if column not in present]


def doubled_columns(profile: Profile, header: Sequence[str]) -> list[str]:
    """The columns the profile needs and the file has more than once, so that nobody can say which is meant."""
    seen = list(header)
    return [column for column in profile.needed_columns() if seen.count(column) > 1]


def _source(ways: tuple[str, ...], name: str, written: Any) -> Source:
    if not isinstance(written, Mapping):
        raise ProfileError(f"{name}: not understood")
    way = next((way for way in ways if _is_written_as(way, written)), None)
    if way is None:
        raise ProfileError(f"{name}: not understood")
    values = written.get("values")
    if way == "choice":
        if not isinstance(values, Mapping) or not values:
            raise ProfileError(f"{name}: its values are missing")
        meanings = [*values.values(), *([written["otherwise"]] if "otherwise" in written else [])]
        wrong = [str(meaning) for meaning in meanings if meaning not in CHOICES[name]]
        if wrong:
            raise ProfileError(f"{name}: {wrong[0]} is not one of {', '.join(CHOICES[name])}")
        values = {str(text): str(meaning) for text, meaning in values.items()}
    written_as, otherwise = str(written.get("format") or "%Y-%m-%d"), str(written.get("otherwise") or "")
    return Source(way, _columns_of(name, way, written), written_as, values, otherwise)


def _is_written_as(way: str, written: Mapping[str, Any]) -> bool:
    words = set(WAYS[way])
    optional = {"format", "otherwise"}
    return words - optional <= set(written) <= words


def _columns_of(name: str, way: str, written: Mapping[str, Any]) -> tuple[str, ...]:
    if way == "sum":
        return _names(name, written["sum"])
    columns = tuple(str(written[word]) for word in WAYS[way] if word not in {"format", "values", "otherwise"})
    if not all(columns):
        raise ProfileError(f"{name}: a column has no name")
    return columns


def _names(part: str, written: Any) -> tuple[str, ...]:
    if isinstance(written, str) or not all(isinstance(name, str) for name in written):
        raise ProfileError(f"{part}: a list of names is wanted")
    return tuple(written)
