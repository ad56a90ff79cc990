"""Numbers of papers that prove who somebody is: resident identity cards, passports, travel permits (forms for reception)."""

from __future__ import annotations

import re
from datetime import date

RESIDENT = "resident-id"
PASSPORT = "passport"
HONG_KONG_MACAO = "hk-macao-permit"
TAIWAN = "taiwan-permit"

PROVINCES = frozenset(
    [11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64,
     65, 71, 81, 82, 83, 91]
)  # fmt: skip
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
LAST_SIGNS = "10X98765432"
SHAPES = {
    PASSPORT: re.compile(r"(?=(?:[A-Z]*\d){4})[A-Z0-9]{6,9}"),
    HONG_KONG_MACAO: re.compile(r"[HM]\d{8}(?:\d{2})?"),
    TAIWAN: re.compile(r"\d{8}"),
}
KINDS = (RESIDENT, *SHAPES)


def tidy_number(text: str) -> str:
    """A number as it is kept: half-width capitals, no blanks."""
    return "".join(text.split()).upper()


def resident_id_fault(number: str) -> str:
    """Why this is no number of a resident identity card (GB 11643): `shape`, `place`, `birthday`, `sum`; empty where it is."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return "shape"
    if int(number[:2]) not in PROVINCES:
        return "place"
    if birthday_of(number) is None:
        return "birthday"
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return "" if LAST_SIGNS[total % 11] == number[17] else "sum"


def birthday_of(number: str) -> date | None:
    """The day of birth in the number of a resident identity card; None where there is no such day."""
    try:
        day = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return day if 1900 <= day.year < 2100 else None


def document_fault(number: str, kind: str = "") -> str:
    """Why a number cannot be that of a document of this kind; empty where it can. Without a kind, any of the known will do."""
    if kind == RESIDENT:
        return resident_id_fault(number)
    if kind in SHAPES:
        return "" if SHAPES[kind].fullmatch(number) else kind
    if kind:
        return "" if re.fullmatch(r"[A-Z0-9\-]{4,30}", number) else "other"
    if len(number) == 18:
        return resident_id_fault(number)
    return "" if any(shape.fullmatch(number) for shape in SHAPES.values()) else "other"
