"""Numbers of identity documents as they must look (FO-03): the resident card with its date and check digit, passports, permits."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_SIGNS: Final = "10X98765432"
OLDEST: Final = 1880
PASSPORT: Final = re.compile(r"[A-Z0-9]{6,12}")
PERMIT: Final = re.compile(r"[A-Z]\d{8}(?:\d{2})?|\d{8}(?:\d{2})?|[A-Z]{1,2}\d{6,7}")
POLICE: Final = re.compile(r"\d{6}|\d{8}")
PLAIN: Final = re.compile(r"[A-Z0-9-]{4,30}")


def tidy_number(number: str) -> str:
    """The number without blanks, in capitals: what is kept."""
    return "".join(number.split()).upper()


def is_resident_card(number: str) -> bool:
    """Eighteen signs: a region, a day of birth that exists, a serial, and the check digit of GB 11643."""
    if not re.fullmatch(r"\d{17}[\dX]", number) or number[0] == "0":
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(weight * int(sign) for weight, sign in zip(WEIGHTS, number[:17], strict=True))
    return born.year >= OLDEST and CHECK_SIGNS[total % 11] == number[17]


def is_plausible(kind: str, number: str) -> bool:
    """Whether a tidy number can be one of this kind of document: resident, passport, permit, police, or any other."""
    match kind:
        case "resident":
            return is_resident_card(number)
        case "passport":
            return bool(PASSPORT.fullmatch(number)) and any(sign.isdigit() for sign in number)
        case "permit":
            return bool(PERMIT.fullmatch(number))
        case "police":
            return bool(POLICE.fullmatch(number))
    return bool(PLAIN.fullmatch(number))
