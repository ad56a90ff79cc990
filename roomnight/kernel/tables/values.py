"""What people type into cells, and what spreadsheets make of it: days, numbers, telephone numbers, long numbers (PMS-05).

Every reader gives the value, or `Bad` with the reason there is none. Nothing is guessed: what can be read in two ways is said.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final, Literal, NamedTuple

from roomnight.kernel.text import clean

NOT_COMPUTED: Final = "=?"
"""Stands where a sheet holds a formula without the value it came to."""

FIRST_YEAR, LAST_YEAR = 1900, 2200
ERROR_VALUES: Final = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#GETTING_DATA", "#SPILL!"}
)
DayOrder = Literal["", "dmy", "mdy"]


class Bad(NamedTuple):
    """Stands where a value should be: the reason there is none."""

    reason: str


def unusable(text: str) -> Bad | None:
    """Why a cell cannot be read, whatever it is meant to be: a formula nobody computed, or one that failed."""
    if text == NOT_COMPUTED:
        return Bad("not_computed")
    return Bad("error_value") if text in ERROR_VALUES else None


# Days

_MONTHS: Final = {
    name[:3].lower(): number
    for number, name in enumerate(
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
         "December"], 1)
}  # fmt: skip
_CLOCK: Final = (
    r"(?:[T\s]+(?:[上下]午\s*)?\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?秒?)?分?\s*(?:[AP]M)?(?:Z|[+-]\d\d:?\d\d)?)?"
)
_YEAR_FIRST: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?" + _CLOCK, re.IGNORECASE)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NAMED: Final = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[-/.\s]+([A-Za-z]{3,9})\.?[-/.,\s]+(\d{4}|\d{2})" + _CLOCK, re.IGNORECASE
)
_NAMED_FIRST: Final = re.compile(
    r"([A-Za-z]{3,9})\.?[-/.\s]+(\d{1,2})(?:st|nd|rd|th)?[-/.,\s]+(\d{4})" + _CLOCK, re.IGNORECASE
)
_YEAR_LAST: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})" + _CLOCK, re.IGNORECASE)
_SERIAL: Final = re.compile(r"(\d{4,5})(?:\.\d+)?")
_EPOCH: Final = date(1899, 12, 30)
_FIRST_SERIAL: Final = 7_306  # 1 January 1920: a smaller number is a year or a count, and no day
_CENTURY: Final = 2_000


def read_day(text: str, order: DayOrder = "") -> date | Bad:
    """A day as people write it: 2026-11-1, 2026/11/01, 2026.11.1, 2026年11月1日, 20261101, 1-Nov-2026, 30/11/2026, 46327.

    `order` says how 01/02/2026 is meant; without it what can be read in two ways is `ambiguous_date`.
    """
    half = unicodedata.normalize("NFKC", text).strip()
    if found := _YEAR_FIRST.fullmatch(half) or _COMPACT.fullmatch(half):
        return _real_day(int(found[1]), int(found[2]), int(found[3]))
    if found := _NAMED.fullmatch(half):
        return _real_day(_whole_year(found[3]), _MONTHS.get(found[2][:3].lower(), 0), int(found[1]))
    if found := _NAMED_FIRST.fullmatch(half):
        return _real_day(int(found[3]), _MONTHS.get(found[1][:3].lower(), 0), int(found[2]))
    if found := _YEAR_LAST.fullmatch(half):
        return _day_of(int(found[1]), int(found[2]), _whole_year(found[3]), order)
    if (found := _SERIAL.fullmatch(half)) and int(found[1]) >= _FIRST_SERIAL:
        return _EPOCH + timedelta(days=int(found[1]))
    return Bad("not_a_date")


def _day_of(first: int, second: int, year: int, order: DayOrder) -> date | Bad:
    """A day whose year stands last: by the order that was agreed, or the only order that gives a day."""
    readings = {"dmy": _real_day(year, second, first), "mdy": _real_day(year, first, second)}
    if order:
        return readings[order]
    days = {day for day in readings.values() if isinstance(day, date)}
    if len(days) == 1:
        return days.pop()
    return Bad("ambiguous_date") if days else Bad("not_a_date")


def _whole_year(text: str) -> int:
    return int(text) if len(text) == 4 else _CENTURY + int(text)  # noqa: PLR2004 (digits of a year)


def _real_day(year: int, month: int, day: int) -> date | Bad:
    try:
        found = date(year, month, day)
    except ValueError:
        return Bad("not_a_date")
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else Bad("not_a_date")


def looks_like_day(text: str) -> bool:
    """Whether a cell holds a day and cannot be a plain number."""
    return not text.isdigit() and (not isinstance(read_day(text), Bad) or read_day(text) == Bad("ambiguous_date"))


# Numbers

_EXPONENT: Final = re.compile(r"[-+]?\d(?:[.,]\d+)?E[+]?\d{1,3}", re.IGNORECASE)
_NUMBER: Final = re.compile(
    r"(?P<sign>[-+]?)\s*(?:人民币|RMB|CNY|US\$|HK\$|[¥$€£])?\s*(?P<minus>-?)"
    r"(?P<digits>\d{1,3}(?:,\d{3})+|\d+)?(?P<fraction>\.\d*)?\s*(?P<unit>[万亿]?)"
    r"\s*(?P<percent>%?)\s*(?:元整?|人|间夜|间|次|场|个|晚|RMB|CNY)?",
    re.IGNORECASE,
)
_UNITS: Final = {"": 1, "万": 10_000, "亿": 100_000_000}


def read_number(text: str) -> Decimal | Bad:
    """A number as people write it: “1,280.00”, “¥1280”, “１２８０”, “1.2万”, “120 间夜”, “(300)” below nothing; “15%” is 0.15."""
    half = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    if _EXPONENT.fullmatch(half):
        return _exponent(half)
    bracketed = half.startswith("(") and half.endswith(")")
    found = _NUMBER.fullmatch(half[1:-1].strip() if bracketed else half)
    if not found or not (found["digits"] or (found["fraction"] or ".").strip(".")):
        return Bad("not_a_number")
    number = Decimal((found["digits"] or "0").replace(",", "") + (found["fraction"] or "")) * _UNITS[found["unit"]]
    if found["percent"]:
        number /= 100
    return -number if bracketed or "-" in (found["sign"], found["minus"]) else number


def _exponent(text: str) -> Decimal | Bad:
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return Bad("not_a_number")


def read_whole(text: str, most: int = 1_000_000_000) -> int | Bad:
    """A count: `2`, `2.0` as some exports write it, “1,200 人”."""
    number = read_number(text)
    if isinstance(number, Bad):
        return number
    if number != number.to_integral_value():
        return Bad("not_whole")
    if number < 0:
        return Bad("negative")
    return int(number) if number <= most else Bad("too_large")


def read_percent(text: str) -> int | Bad:
    """A whole percentage: “85%”, “85”, and 0.85 as a sheet keeps 85 %."""
    number = read_number(text)
    if isinstance(number, Bad):
        return number
    if "%" in unicodedata.normalize("NFKC", text) or 0 < number < 1:
        number *= 100
    if number != number.to_integral_value():
        return Bad("not_whole")
    if number < 0:
        return Bad("negative")
    return int(number) if number <= 100 else Bad("too_large")  # noqa: PLR2004 (a percentage)


# Numbers that are names

_POINT_ZERO: Final = re.compile(r"(\d+)\.0+")


def lost_digits(text: str) -> bool:
    """Whether a spreadsheet wrote a long number as 1.39E+10, so that its last digits are gone."""
    return bool(_EXPONENT.fullmatch(unicodedata.normalize("NFKC", text).strip()))


def read_code(text: str) -> str | Bad:
    """A number that names something, such as a client's or a bank account: its digits count, `223.0` is 223."""
    if lost_digits(text):
        return Bad("lost_digits")
    tidy = clean(text)
    found = _POINT_ZERO.fullmatch(tidy)
    return found[1] if found else tidy


def read_phone(text: str) -> str | Bad:
    """A telephone number as it is kept; `13812348866.0` is 13812348866, 1.38E+10 has lost its digits."""
    found = read_code(text)
    if isinstance(found, Bad):
        return found
    return found if any(map(str.isdigit, found)) else Bad("not_a_phone")


_YES: Final = frozenset({"1", "y", "yes", "true", "是", "有", "√", "✓", "对", "t", "x"})
_NO: Final = frozenset({"0", "n", "no", "false", "否", "无", "×", "✗", "不", "不是", "f", "-"})


def read_yes(text: str) -> bool | Bad:
    """是 or 否, yes or no."""
    word = unicodedata.normalize("NFKC", text).strip().casefold()
    if word in _YES:
        return True
    return False if word in _NO else Bad("unknown_value")


def moment_text(moment: datetime) -> str:
    """A day and time of a sheet as its CSV would have it."""
    return moment.date().isoformat() if not (moment.hour or moment.minute or moment.second) else moment.isoformat(" ")
