"""When the accounts of a hotel are settled, and up to which day the next statement goes (CRD-06)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from roomnight.agreements.models import CHARGING, Agreement
from roomnight.agreements.queries.charging import charging_agreements
from roomnight.credit.models import CreditAccount
from roomnight.credit.rules.terms import due_on, period_of
from roomnight.organization.models import Hotel

USUAL = "monthly"
AT_ONCE = 500


@dataclass(frozen=True)
class Cycle:
    """How a client settles: a member of `agreements.Settlement`, and the days it has to pay after the statement."""

    settlement: str
    payment_days: int | None

    def ended_before(self, today: date) -> date:
        """The last day of the settlement period that ended last."""
        return period_of(today, self.settlement)[0] - timedelta(days=1)

    def begins(self, day: date) -> date:
        return period_of(day, self.settlement)[0]

    def due_on(self, day: date) -> date:
        """When a statement up to a day is to be paid."""
        return max(day, due_on(day, self.settlement, self.payment_days))

    @property
    def is_long(self) -> bool:
        """A month or longer: then what is still owed is told even where nothing was added."""
        return self.settlement in ("monthly", "quarterly")


def cycles(clients: Iterable[int], on: date) -> Mapping[int, Cycle]:
    """How each client settles on a day, by the agreement in force, else the one that was last; by month where there is none."""
    wanted = list(clients)
    known = Agreement.objects.filter(
        account__in=wanted, kind__in=CHARGING, effective_at__isnull=False, starts_on__lte=on
    ).order_by("account", "starts_on", "pk")
    found = {one.account_id: Cycle(one.settlement or USUAL, one.payment_days) for one in known}
    for one in reversed(charging_agreements(wanted, on)):
        found[one.account_id] = Cycle(one.settlement or USUAL, one.payment_days)
    return {pk: found.get(pk) or Cycle(USUAL, None) for pk in wanted}


def accounts_to_state(hotel: Hotel) -> Iterator[Sequence[int]]:
    """The open accounts of a hotel, a few hundred at a time: as many as one command draws up statements for."""
    rows = list(CreditAccount.objects.filter(hotel=hotel, closed_on=None).order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(rows), AT_ONCE):
        yield rows[first : first + AT_ONCE]
