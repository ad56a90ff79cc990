"""What a complaint did to a client's production: the months before against those after (SVC-05)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from roomnight.pms.models import Basis
from roomnight.pms.queries.production import account_months, month_after
from roomnight.service.models import Complaint


@dataclass(frozen=True)
class Effect:
    """Room nights of so many whole months before and after the month of a complaint; `months_after` is how many of those
    have ended, and `before` counts as many."""

    months: int
    months_after: int
    before: int
    after: int

    @property
    def is_known(self) -> bool:
        return self.months_after > 0


def effect_of(complaint: Complaint, taken_on: date, today: date, months: int) -> Effect | None:
    """The same number of whole months on both sides of the month in which it was taken; None for a complaint of no client."""
    if complaint.account is None:
        return None
    month = taken_on.replace(day=1)
    ended = (today.year - month.year) * 12 + today.month - month.month - 1
    after = max(0, min(months, ended))
    _side, rows = account_months(
        complaint.account, until=month_after(month, months), count=2 * months + 1, basis=Basis.STAY
    )
    nights = {one.month: one.room_nights for one in rows}
    counted = after or months
    return Effect(
        months, after,
        before=sum(nights.get(month_after(month, -n), 0) for n in range(1, counted + 1)),
        after=sum(nights.get(month_after(month, n), 0) for n in range(1, after + 1)),
    )  # fmt: skip
