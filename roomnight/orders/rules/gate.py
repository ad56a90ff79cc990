"""May the house count on this order, as the client's credit stands? One answer for every way in (ORD-02, CRD-11)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from roomnight.credit.rules.authorising import Answer, Asked, Facts, answer


def judge(facts: Facts, *, is_on_account: bool, cents: int, on: date, committed: int = 0) -> Answer:
    """Whether an order of so much may become or stay firm.

    One on account asks what a charge on the day of arrival would ask, without a signature yet; `committed` is what other
    orders of the client will still charge (see `uncharged`), and counts as on its way. One that is paid otherwise is stopped by a hold, and while
    more is owed than the limit: overdue debts stop orders.
    """
    if is_on_account:
        known = replace(facts, must_be_signed=False, pending=facts.pending + committed, scope=())
        return answer(known, Asked(cents, on))
    code, values = "", dict[str, Any]()
    if facts.hold:
        code, values = "credit.hold", {"why": facts.hold, "of": dict(facts.hold_values)}
    elif facts.is_open and facts.exposure > facts.limit:
        code, values = "credit.limit", {"over": facts.exposure - facts.limit}
    return Answer(facts.limit, facts.balance, facts.pending, 0, code, values)


def is_passed(given: Answer, cents: int, passed: int | None) -> bool:
    """Whether somebody let an order of so much through all the same: up to `passed`, where anybody may at all."""
    return given.may_be_lifted and passed is not None and cents <= passed


# ---- what orders will still charge


@dataclass(frozen=True)
class Claim:
    """What an order on account comes to, less the deposit that has come, and the days on which what the client charges is
    taken to be the order's: from the first until some days after the last, for the bill that comes later. `is_over`: it took
    place, and these days are gone by."""

    key: int
    number: str
    first: date
    last: date
    cents: int
    is_over: bool = False


@dataclass(frozen=True)
class Charge:
    """So much was charged to the client for a day, or set aside for it; `said` is its bill or reference and what it says."""

    on: date
    cents: int
    said: str = ""


def uncharged(claims: Sequence[Claim], charges: Iterable[Charge]) -> dict[int, int]:
    """By order, what it will still charge: it counts against the limit until what was used is charged, and no cent twice.

    A definite order, one in progress and one that is completed counts with what it comes to, less what was charged or set
    aside for it: that counts by itself. A charge that names an order's number is that order's. Any other of the days of an
    order is taken to be its, of the order that came first where there are several; each charge once, and never more than the
    order comes to. Of a completed order what was charged by the end of these days is what was used: nothing of it counts any
    more. One of which nothing was charged by then counts on until it is archived: the bill is still to come.
    """
    left = {one.key: one.cents for one in claims}
    in_order = sorted(claims, key=lambda one: (one.first, one.key))
    for charge in sorted(charges, key=lambda one: one.on):
        named = [one for one in in_order if one.number in charge.said]
        rest = charge.cents
        for one in named or [one for one in in_order if one.first <= charge.on <= one.last]:
            part = min(rest, left[one.key])
            left[one.key], rest = left[one.key] - part, rest - part
    return {one.key: 0 if one.is_over and left[one.key] < one.cents else left[one.key] for one in claims}
