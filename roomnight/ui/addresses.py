"""Addresses of the pages of a hotel: each worked out once, then only filled in. A list of fifty rows has hundreds of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.urls import get_script_prefix, get_urlconf, reverse

STAND_IN = 910_000_000_000_000_000  # no record has such a number


def address(name: str, hotel_code: str, /, *args: Any, **kwargs: Any) -> str:
    """As `reverse`, with the hotel filled in first."""
    values = (*args, *kwargs.values())
    if not all(type(value) is int for value in values):
        if args:
            return reverse(name, args=[hotel_code, *args])
        return reverse(name, kwargs={"hotel": hotel_code, **kwargs})
    found = _drawn(get_script_prefix(), get_urlconf(), name, hotel_code, len(args), tuple(kwargs))
    for place, value in enumerate(values):
        found = found.replace(str(STAND_IN + place), str(value))
    return found


@lru_cache(maxsize=4096)
def _drawn(prefix: str, urlconf: Any, name: str, hotel_code: str, count: int, names: tuple[str, ...]) -> str:
    """The address with stand-ins where the records' numbers go."""
    if count:
        return reverse(name, args=[hotel_code, *(STAND_IN + place for place in range(count))])
    return reverse(name, kwargs={"hotel": hotel_code, **{one: STAND_IN + place for place, one in enumerate(names)}})
