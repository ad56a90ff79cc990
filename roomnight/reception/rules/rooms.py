"""May this room be changed for that one, at what price, and who has to agree (FO-02)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy
from roomnight.pms.rules.guests import DEPARTMENT_WORDS

TOLD_OF_CHANGES = Policy(
    "reception.room_change_told", ["housekeeping", "front_office", "food_beverage", "security"],
    label=_("Departments that are told of a room change"), source="FO-02", kind="table",
    words=DEPARTMENT_WORDS,
    check=lambda kinds: isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds),
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """What the rule says: whether the change is possible, what a night costs then, and whether somebody has to approve."""

    is_allowed: bool
    charged_rate: Decimal
    needs_approval: bool
    is_unconditional: bool = False


def judged(
    *,
    on_arrival_day: bool,
    from_rate: Decimal,
    to_rate: Decimal,
    is_beyond_repair: bool,
    is_free_upgrade: bool = False,
) -> Verdict:
    """On the day of arrival no change from a higher rate to a lower one; but where the hotel's facility is at fault and
    cannot be repaired, any change, at no charge, without asking anybody. Another price, and an upgrade for nothing, need
    an approval."""
    if is_beyond_repair:
        return Verdict(True, min(from_rate, to_rate), needs_approval=False, is_unconditional=True)
    if on_arrival_day and to_rate < from_rate:
        return Verdict(False, from_rate, needs_approval=False)
    charged = from_rate if is_free_upgrade else to_rate
    return Verdict(True, charged, needs_approval=to_rate != from_rate)


@dataclass(frozen=True)
class CauseCount:
    """How often rooms were changed for one cause: times, per hundred room nights, and how long it took on average.

    `per_hundred` is None where no night was sold, `minutes` where no change is over.
    """

    cause: str
    count: int
    per_hundred: Decimal | None
    minutes: int | None


def nights_between(stays: Iterable[tuple[date, date, int]], first: date, last: date) -> int:
    """Room nights within a span of days, both included, of (arrival, departure, how many such stays)."""
    end = date.fromordinal(last.toordinal() + 1)
    return sum(max(0, (min(departure, end) - max(arrival, first)).days) * count for arrival, departure, count in stays)


def by_cause(changes: Iterable[tuple[str, int | None]], nights: int) -> list[CauseCount]:
    """Changes by cause, most frequent first, of (cause, minutes it took or None)."""
    rows = list(changes)
    found = []
    for cause, count in sorted(Counter(cause for cause, _minutes in rows).items(), key=lambda one: (-one[1], one[0])):
        taken = [minutes for one, minutes in rows if one == cause and minutes is not None]
        rate = (Decimal(count) * 100 / nights).quantize(Decimal("0.01")) if nights else None
        found.append(CauseCount(cause, count, rate, round(sum(taken) / len(taken)) if taken else None))
    return found
