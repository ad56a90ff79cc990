"""The lock-out after wrong tries: how many there were, how long it lasts, and how to lift it.

The sign-in library counts in the cache, which all processes share. A name and the person's codes are counted apart.
"""

from __future__ import annotations

import math
import time

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

from roomnight.organization.models import Staff

COUNTED = {"app": "allauth.account", "action": "login_failed"}


def name_key(username: str) -> str:
    """Under which key the wrong passwords for a name are counted, whatever the address of the site."""
    return username.strip().casefold()


def code_key(staff: Staff) -> str:
    """Under which key the wrong codes of a person are counted; the library's own word."""
    return f"mfa-auth-user-{staff.pk}"


def _tries(rate: ratelimit.Rate, key: str, request: HttpRequest | None) -> list[float]:
    """The moments of the tries that still count, newest first."""
    kept = cache.get(ratelimit.get_cache_key(request, **COUNTED, rate=rate, key=key), [])
    return [moment for moment in kept if moment > time.time() - rate.duration]


def tries(key: str) -> int:
    """How many wrong tries count for this key."""
    return max((len(_tries(rate, key, None)) for rate in _rates() if rate.per == "key"), default=0)


def seconds_left(key: str, request: HttpRequest | None = None) -> int:
    """How long until another try is let in: for this key, and with a request for the address it comes from."""
    longest = 0.0
    for rate in _rates():
        if rate.per == "key" or request is not None:
            counted = _tries(rate, key, request)
            if len(counted) >= rate.amount:
                longest = max(longest, counted[-1] + rate.duration - time.time())
    return math.ceil(longest)


def is_locked(staff: Staff) -> bool:
    return bool(seconds_left(name_key(staff.username)) or seconds_left(code_key(staff)))


def lift(staff: Staff) -> None:
    """Forget the wrong tries of a person, so that the next one is let in."""
    for key in (name_key(staff.username), code_key(staff)):
        for rate in _rates():
            if rate.per == "key":
                cache.delete(ratelimit.get_cache_key(None, **COUNTED, rate=rate, key=key))


def _rates() -> list[ratelimit.Rate]:
    found: list[ratelimit.Rate] = ratelimit.get_rates(**COUNTED)
    return found
