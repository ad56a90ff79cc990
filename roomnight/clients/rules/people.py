"""How a person must be reachable, and which birthdays there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def reachable(contact: Mapping[str, Any]) -> bool:
    """Whether there is at least one way to reach a person; a telephone number is never forced (ACC-03)."""
    return any(contact.get(way) for way in ("mobile", "phone", "email", "wechat", "qq", "other_way", "home_address"))


def real_day(month: int | None, day: int | None, *, lunar: bool) -> bool:
    """Whether a birthday without a year can exist; lunar months have at most 30 days (ACC-03)."""
    if month is None and day is None:
        return True
    if month is None or day is None or not 1 <= month <= 12:
        return False
    longest = 30 if lunar else (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
    return 1 <= day <= longest
