"""Reading one row of a client file by what its columns are: values, or every problem with its column and reason (ACC-08).

A name of something kept elsewhere (owner, territory, parent) stays a name here; whoever knows the hotel looks it up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from roomnight.clients.rules.importing.fields import FIELDS, Field, heading_key
from roomnight.kernel.export import restore
from roomnight.kernel.tables.values import (
    Bad,
    DayOrder,
    read_code,
    read_day,
    read_number,
    read_percent,
    read_phone,
    read_whole,
    read_yes,
    unusable,
)
from roomnight.kernel.text import clean, clean_lines, uscc_tidy, uscc_valid
from roomnight.procedures.rules.form_fields import CHOICE, CHOICES, DAY, NUMBERS, TICK
from roomnight.procedures.rules.forms import FormSpec, check

NOTHING: Final = frozenset(
    {"", "-", "--", "—", "——", "/", "\\", "NULL", "N/A", "NA", "无", "暂无", "（空）", "#N/A N/A"}
)
"""What people write where there is nothing to say."""

EMPTIED: Final = {"whole": None, "percent": None, "day": None, "own": None, "list": (), "name": None}
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
_BIRTHDAY: Final = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


class Problem(NamedTuple):
    """Why a row cannot come in: its column, what stood there, and one of REASONS."""

    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Wish:
    """How a file is to be brought in: which column is what, what a client is recognised by, and what empty cells mean."""

    mapping: Mapping[int, str]
    key: str = "name"
    clear_empty: bool = False
    day_order: DayOrder = ""
    default_owner: str = ""
    may_assign: bool = True
    contacts_only: bool = False
    otherwise: str = "skip"
    """What becomes of a likely duplicate that nobody decided on: skip, create or update."""

    def as_config(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "mapping": {str(place): key for place, key in self.mapping.items()},
            **{name: getattr(self, name) for name in _PLAIN},
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Wish:
        mapping = {int(place): str(key) for place, key in config.get("mapping", {}).items()}
        return cls(mapping, **{name: config[name] for name in _PLAIN if name in config})


_PLAIN: Final = ("key", "clear_empty", "day_order", "default_owner", "may_assign", "contacts_only", "otherwise")


@dataclass
class ReadRow:
    """A row as it was understood. Only what stands in it is in `account` and `contact`; None empties a particular."""

    number: int
    cells: Sequence[str]
    account: dict[str, Any] = field(default_factory=dict)
    contact: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """The same for a row that says the same of a client."""
        told = "\x1f".join(
            f"{key}\x1e{value}" for key, value in sorted(self.account.items()) if value not in (None, ())
        )
        return blake2b(told.encode(), digest_size=16).hexdigest()


class RowReader:
    """A wish bound to a file's columns (`names` by place) and the hotel's own fields."""

    def __init__(self, wish: Wish, names: Mapping[int, str], own: Mapping[str, Field]) -> None:
        self.wish = wish
        known = {**FIELDS, **own}
        self._columns = [
            (place, names.get(place, ""), known[key]) for place, key in wish.mapping.items() if key in known
        ]
        self.column_of = {one.key: name for _place, name, one in self._columns}

    def read(self, number: int, cells: Sequence[str]) -> ReadRow:
        """Read one row. Never raises for what stands in the cells."""
        row = ReadRow(number, cells)
        for place, name, one in self._columns:
            text = restore(cells[place]).strip() if place < len(cells) else ""
            if text in NOTHING and unusable(text) is None:
                if self.wish.clear_empty:
                    self._put(row, one, EMPTIED.get(one.reads, ""))
                continue
            value = unusable(text) or read_cell(one, text, self.wish.day_order)
            if isinstance(value, Bad):
                row.problems.append(Problem(name, text, value.reason))
            else:
                self._put(row, one, value)
        return row

    def _put(self, row: ReadRow, one: Field, value: Any) -> None:
        if one.key == "contact.birthday":
            month, day = value or (None, None)
            row.contact |= {"birthday_month": month, "birthday_day": day}
        elif one.is_contact:
            row.contact[one.column] = bool(value) if one.reads == "yes" else value
        else:
            row.account[one.key] = value


def read_cell(one: Field, text: str, day_order: DayOrder = "") -> Any:
    """One cell as the particular it is, or Bad."""
    value = _READINGS[one.reads](one, text, day_order)
    if isinstance(value, str) and one.longest and len(value) > one.longest:
        return Bad("too_long")
    return value


def _choice(one: Field, text: str, _order: DayOrder) -> str | Bad:
    return one.words.get(heading_key(text)) or one.words.get(heading_key(text.split("/")[0])) or Bad("unknown_word")


def _email(_one: Field, text: str, _order: DayOrder) -> str | Bad:
    tidy = clean(text).removeprefix("mailto:")
    return tidy if _EMAIL.fullmatch(tidy) else Bad("not_an_email")


def _credit_code(_one: Field, text: str, _order: DayOrder) -> str | Bad:
    code = read_code(text)
    if isinstance(code, Bad):
        return code
    tidy = uscc_tidy(code)
    return tidy if uscc_valid(tidy) else Bad("credit_code")


def _birthday(_one: Field, text: str, order: DayOrder) -> tuple[int, int] | Bad:
    tidy = clean(text)
    if found := _BIRTHDAY.fullmatch(tidy):
        month, day = int(found[1]), int(found[2])
        return (month, day) if _is_day(month, day) else Bad("not_a_date")
    whole = read_day(tidy, order)
    return whole if isinstance(whole, Bad) else (whole.month, whole.day)


def _is_day(month: int, day: int) -> bool:
    try:
        date(2000, month, day)
    except ValueError:
        return False
    return True


def _list(one: Field, text: str, _order: DayOrder) -> tuple[str, ...] | Bad:
    parts = [clean(part) for part in re.split(r"[,，、;；|\n]", text)]
    found = tuple(dict.fromkeys(part for part in parts if part))
    return Bad("too_long") if any(len(part) > one.longest for part in found) else found


def _own(one: Field, text: str, order: DayOrder) -> Any:
    """A particular of the hotel's own as its form keeps it. What the form asks for beside this is not asked of a file."""
    asked = one.asked
    if asked is None:
        return clean(text)
    value: Any = text
    if asked.kind in NUMBERS:
        value = read_number(text)
    elif asked.kind == DAY:
        found = read_day(text, order)
        value = found.isoformat() if isinstance(found, date) else found
    elif asked.kind == TICK:
        value = read_yes(text)
    elif asked.kind == CHOICE:
        value = _choice(one, text, order)
    elif asked.kind == CHOICES:
        parts = [one.words.get(heading_key(part)) for part in re.split(r"[,，、;；|\n]", text) if part.strip()]
        value = Bad("unknown_word") if None in parts else parts
    if isinstance(value, Bad):
        return value
    alone = replace(asked, is_required=False, show_if="", document="")
    kept, errors = check(FormSpec(asked.words, asked.words, (alone,)), {asked.name: value})
    for faults in errors.values():
        return Bad(_FAULTS.get(faults[0].reason, "not_taken"))
    return kept.get(asked.name)


_FAULTS: Final = {
    "longest": "too_long", "least": "out_of_limits", "most": "out_of_limits", "whole": "not_whole", "number": "not_a_number",
    "money": "not_a_number", "phone": "not_a_phone", "email": "not_an_email", "day": "not_a_date",
}  # fmt: skip


_READINGS: Final[Mapping[str, Callable[[Field, str, DayOrder], Any]]] = {
    "text": lambda _one, text, _order: clean(text),
    "name": lambda _one, text, _order: clean(text),
    "lines": lambda _one, text, _order: clean_lines(text),
    "code": lambda _one, text, _order: read_code(text),
    "number name": lambda _one, text, _order: read_code(text),
    "credit code": _credit_code,
    "phone": lambda _one, text, _order: read_phone(text),
    "email": _email,
    "whole": lambda _one, text, _order: read_whole(text),
    "percent": lambda _one, text, _order: read_percent(text),
    "day": lambda _one, text, order: read_day(text, order),
    "own": _own,
    "yes": lambda _one, text, _order: read_yes(text),
    "choice": _choice,
    "birthday": _birthday,
    "list": _list,
}
