"""Who is to be dunned, and for what: what is overdue and not disputed (CRD-08)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Sum

from roomnight.credit.models import CreditAccount, Dispute, DunningStep, LedgerLine, Promise, money
from roomnight.credit.queries.ageing import open_lines
from roomnight.organization.models import Hotel


@dataclass(frozen=True)
class Overdue:
    """An account that owes: when the oldest undisputed charge was due, and how much is overdue, at most its balance.

    `made` are the steps of the ladder taken since that day, `broken` the promises not kept since, `has_promise` that one
    is still to come.
    """

    credit: CreditAccount
    oldest_due_on: date
    cents: int
    made: set[str] = field(default_factory=set)
    broken: int = 0
    has_promise: bool = False


def undisputed(lines: QuerySet[LedgerLine]) -> QuerySet[LedgerLine]:
    """Open charges about which nobody argues."""
    argued = Dispute.objects.filter(line=OuterRef("pk"), resolved_at=None)
    return lines.filter(open_cents__gt=0).exclude(Exists(argued))


def overdue_accounts(hotel: Hotel, on: date, ahead: int = 0) -> list[Overdue]:
    """The accounts with something overdue on a day, or due within so many days `ahead`; a few questions for a whole hotel."""
    return _found(undisputed(open_lines(hotel)), on, ahead)


def overdue_of(credit: CreditAccount, on: date, ahead: int = 0) -> Overdue | None:
    """The same of one account."""
    return next(iter(_found(undisputed(open_lines(credit.hotel)).filter(credit=credit), on, ahead)), None)


def _found(lines: QuerySet[LedgerLine], on: date, ahead: int) -> list[Overdue]:
    due = lines.filter(due_on__lt=on + timedelta(days=ahead + 1 if ahead else 0)).order_by().values("credit")
    rows: dict[int, Any] = {
        row["credit"]: row
        for row in due.annotate(
            first=Min("due_on"), late=Sum("open_cents", filter=Q(due_on__lt=on)), all=Sum("open_cents")
        )
    }
    known = CreditAccount.objects.select_related("hotel", "account__hotel", "responsible")
    owing = list(known.filter(pk__in=rows, balance_cents__gt=0).order_by("pk"))
    made = _made(owing)
    broken, promised = _promises(owing, on)
    return [
        Overdue(
            one, rows[one.pk]["first"], min(rows[one.pk]["late"] or rows[one.pk]["all"], one.balance_cents),
            {step for step, oldest in made.get(one.pk, []) if oldest == rows[one.pk]["first"]},
            sum(day >= rows[one.pk]["first"] for day in broken.get(one.pk, [])), one.pk in promised,
        )
        for one in owing
    ]  # fmt: skip


def _made(owing: Iterable[CreditAccount]) -> dict[int, list[tuple[str, date]]]:
    found: dict[int, list[tuple[str, date]]] = {}
    for pk, step, oldest in DunningStep.objects.filter(credit__in=list(owing)).values_list(
        "credit", "step", "oldest_due_on"
    ):
        found.setdefault(pk, []).append((step, oldest))
    return found


def _promises(owing: Iterable[CreditAccount], on: date) -> tuple[dict[int, list[date]], set[int]]:
    broken: dict[int, list[date]] = {}
    promised: set[int] = set()
    rows = Promise.objects.filter(credit__in=list(owing)).exclude(is_kept=True)
    for pk, kept, said_on, due_on in rows.values_list("credit", "is_kept", "promised_on", "due_on"):
        if kept is False:
            broken.setdefault(pk, []).append(said_on)
        elif due_on >= on:
            promised.add(pk)
    return broken, promised


@dataclass(frozen=True)
class DueSoon:
    """What is due within a span of days, and what is overdue by then, in yuan."""

    week: Decimal
    late: Decimal


def due_soon(accounts: Sequence[CreditAccount], today: date, until: date) -> dict[int, DueSoon]:
    """By account what is due from today to `until`, and what was due before (CRD-10)."""
    found = LedgerLine.objects.filter(credit__in=[one.pk for one in accounts], open_cents__gt=0).order_by()
    sums = {
        row["credit"]: row
        for row in found.values("credit").annotate(
            soon=Sum("open_cents", filter=Q(due_on__gte=today, due_on__lte=until), default=0),
            before=Sum("open_cents", filter=Q(due_on__lt=today), default=0),
        )
    }
    return {
        one.pk: DueSoon(money(sums[one.pk]["soon"]), money(sums[one.pk]["before"])) if one.pk in sums else DueSoon(money(0), money(0))
        for one in accounts
    }  # fmt: skip


def due_of_all(accounts: QuerySet[CreditAccount], today: date, until: date) -> DueSoon | None:
    """The same of all these together; None where there are none."""
    if not accounts.exists():
        return None
    found = LedgerLine.objects.filter(credit__in=accounts.order_by().values("pk"), open_cents__gt=0).aggregate(
        soon=Sum("open_cents", filter=Q(due_on__gte=today, due_on__lte=until), default=0),
        before=Sum("open_cents", filter=Q(due_on__lt=today), default=0),
    )
    return DueSoon(money(found["soon"]), money(found["before"]))
