"""Whether the figures that are kept are those that the lines give (CRD-04)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, Sum

from roomnight.credit.models import Authorisation, AuthorisationState, CreditAccount, LedgerLine, Match, Statement
from roomnight.organization.models import Hotel


@dataclass(frozen=True)
class Difference:
    """A figure that is not what its parts give, in cents."""

    number: str
    what: str
    kept: int
    found: int


def differences(hotel: Hotel) -> Iterator[Difference]:
    """Every figure of a hotel's ledgers that is kept and does not add up: balances, open amounts, what is on its way,
    statements, and running balances. Nothing comes where all is well."""
    lines = LedgerLine.objects.filter(hotel=hotel).order_by()
    sums = {
        row["credit"]: row
        for row in lines.values("credit").annotate(added=Sum("amount_cents"), unsettled=Sum("open_cents"))
    }
    waiting = dict(
        Authorisation.objects.filter(credit__hotel=hotel, state=AuthorisationState.OPEN)
        .order_by().values_list("credit").annotate(Sum("cents"))
    )  # fmt: skip
    for one in CreditAccount.objects.filter(hotel=hotel).order_by("number").iterator():
        found = sums.get(one.pk, {"added": 0, "unsettled": 0})
        yield from _differs(one.number, "balance", one.balance_cents, found["added"])
        yield from _differs(one.number, "open amounts", found["unsettled"], found["added"])
        yield from _differs(one.number, "on its way", one.pending_cents, waiting.get(one.pk, 0))
        yield from _running(one)
    yield from _matches(hotel)
    yield from _statements(hotel)


def _differs(number: str, what: str, kept: int, found: int) -> Iterator[Difference]:
    if kept != found:
        yield Difference(number, what, kept, found)


def _running(one: CreditAccount) -> Iterator[Difference]:
    balance = 0
    for pk, amount, kept in one.lines.order_by("pk").values_list("pk", "amount_cents", "balance_cents").iterator():
        balance += amount
        yield from _differs(one.number, f"balance after line {pk}", kept, balance)


def _matches(hotel: Hotel) -> Iterator[Difference]:
    live = Match.objects.filter(debit__hotel=hotel, undone_at=None).order_by()
    settled: dict[int, int] = dict(live.values_list("debit").annotate(Sum("cents")))
    for pk, cents in live.values_list("credit").annotate(Sum("cents")):
        settled[pk] = settled.get(pk, 0) - cents
    moved = LedgerLine.objects.filter(hotel=hotel).exclude(open_cents=F("amount_cents")).select_related("credit")
    for line in moved.iterator():
        given = settled.pop(line.pk, 0)
        yield from _differs(line.credit.number, f"open of line {line.pk}", line.open_cents, line.amount_cents - given)
    for pk, cents in settled.items():
        yield from _differs(str(pk), "settled of a line that is wholly open", 0, cents)


def _statements(hotel: Hotel) -> Iterator[Difference]:
    found = Statement.objects.filter(credit__hotel=hotel).annotate(total=Sum("lines__amount_cents"))
    for one in found.order_by("credit", "ends_on"):
        yield from _differs(one.number, "statement", one.closing_cents - one.opening_cents, one.total or 0)
