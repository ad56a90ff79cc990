"""What a form asks for, once its schema was read: fields with their words and limits (PRC-02)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

TEXT: Final = "text"
LONG: Final = "long"
CHOICE: Final = "choice"
CHOICES: Final = "choices"
WHOLE: Final = "whole"
NUMBER: Final = "number"
MONEY: Final = "money"
TICK: Final = "tick"
DAY: Final = "day"
MOMENT: Final = "moment"
CLOCK: Final = "clock"
EMAIL: Final = "email"
PHONE: Final = "phone"
DOCUMENT: Final = "document"
ROWS: Final = "rows"

NUMBERS: Final = frozenset({WHOLE, NUMBER, MONEY})
TEXTS: Final = frozenset({TEXT, LONG, EMAIL, PHONE, DOCUMENT})


@dataclass(frozen=True)
class Words:
    """The same words in Chinese and in English; without the English the Chinese stands."""

    zh: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        return bool(self.zh)

    def in_(self, language: str | None) -> str:
        return self.en if self.en and language == "en" else self.zh


@dataclass(frozen=True)
class Option:
    """One thing that can be chosen: the value that is kept, and its words."""

    value: str
    words: Words


@dataclass(frozen=True)
class Field:
    """One thing a form asks for. `kind` is one of the words above; of `rows` the `columns` say what a row holds."""

    name: str
    kind: str
    words: Words
    hint: Words = Words()
    is_required: bool = False
    default: Any = None
    options: tuple[Option, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    shortest: int = 0
    longest: int = 0
    pattern: str = ""
    pattern_hint: Words = Words()
    document: str = ""
    not_before: str = ""
    unit: Words = Words()
    width: str = "full"
    group: Words = Words()
    show_if: str = ""
    is_read_only: bool = False
    is_masked: bool = False
    columns: tuple[Field, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(option.value for option in self.options)

    def words_of(self, value: str, language: str | None) -> str:
        """The words of a choice; the value itself where the form no longer offers it."""
        return next((one.words.in_(language) for one in self.options if one.value == value), value)


@dataclass(frozen=True)
class FormSpec:
    """A form: its title and fields in reading order, which of them stand in a register's list, and who signs an entry."""

    title: Words
    hint: Words
    fields: tuple[Field, ...]
    listed: tuple[str, ...] = ()
    signatures: tuple[Words, ...] = ()

    def field(self, name: str) -> Field | None:
        return next((one for one in self.fields if one.name == name), None)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(one.name for one in self.fields)
