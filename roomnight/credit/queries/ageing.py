"""How old what clients owe is: of one, of many, of the hotel (CRD-08)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from roomnight.credit.models import CreditAccount, LedgerLine, LineKind
from roomnight.credit.rules.ageing import (
    MONTH_DAYS,
    QUARTER_DAYS,
    Ageing,
    Moved,
    collection_rate,
    dso,
    late_percent,
    spans,
)
from roomnight.organization.models import Hotel

PARTS = ("current", "to_30", "to_60", "to_90", "older", "unallocated")


def buckets(today: date) -> dict[str, Any]:
    """The buckets of open lines as sums in SQL."""
    found: dict[str, Any] = {name: _sum(due_within(span)) for name, span in spans(today).items()}
    return {**found, "unallocated": _sum(Q(open_cents__lt=0))}


def due_within(span: tuple[date | None, date | None]) -> Q:
    """Open charges that are due within a span of days."""
    first, last = span
    found = Q(open_cents__gt=0)
    if first is not None:
        found &= Q(due_on__gte=first)
    return found & Q(due_on__lte=last) if last is not None else found


def _sum(what: Q) -> Any:
    return Coalesce(Sum("open_cents", filter=what), 0)


def open_lines(hotel: Hotel) -> QuerySet[LedgerLine]:
    """Lines of a hotel with something open, answered from the index of these."""
    return LedgerLine.objects.filter(hotel=hotel).exclude(open_cents=0)


def ageing_by_account(lines: QuerySet[LedgerLine], today: date) -> QuerySet[Any, Any]:
    """A row for each account (`credit`) with something open, its buckets in cents."""
    return lines.order_by().values("credit").annotate(**buckets(today))


def read(row: Mapping[str, Any]) -> Ageing:
    return Ageing(**{name: row[name] for name in PARTS})


SORTS = {
    "late": "-older",
    "owed": "-total",
    "current": "-current",
    "to_30": "-to_30",
    "to_60": "-to_60",
    "to_90": "-to_90",
}
"""By what a list of accounts may be sorted."""


def ageing_rows(
    hotel: Hotel, accounts: QuerySet[CreditAccount], today: date, sort: str, most: int | None = None
) -> list[tuple[CreditAccount, Ageing]]:
    """Those of these accounts of a hotel with something open, and its age."""
    lines = open_lines(hotel).filter(credit__in=accounts)
    found = ageing_by_account(lines, today).annotate(
        total=F("current") + F("to_30") + F("to_60") + F("to_90") + F("older") + F("unallocated")
    )
    rows = list(found.order_by(SORTS[sort], "-to_90", "-to_60", "-to_30", "credit")[:most])
    known = CreditAccount.objects.select_related("hotel", "account", "responsible")
    named = {one.pk: one for one in known.filter(pk__in=[row["credit"] for row in rows])}
    return [(named[row["credit"]], read(row)) for row in rows]


def ageing_of(credit: CreditAccount, today: date) -> Ageing:
    """The ageing of one account."""
    return read(open_lines(credit.hotel).filter(credit=credit).aggregate(**buckets(today)))


@dataclass(frozen=True)
class Figures:
    """How a hotel stands with what its clients owe, or as much of it as somebody sees: amounts in cents, shares in percent.

    None where nothing was charged, or was to be collected.
    """

    ageing: Ageing
    dso: int | None
    collection_rate: int | None
    late_percent: int


def figures(hotel: Hotel, accounts: QuerySet[CreditAccount] | None, today: date) -> Figures:
    """DSO, collection rate and the share overdue for more than sixty days (forms.md: KPIs); `accounts` None: all of the hotel's."""
    lines, moved = open_lines(hotel), LedgerLine.objects.filter(hotel=hotel)
    if accounts is not None:
        lines, moved = lines.filter(credit__in=accounts), moved.filter(credit__in=accounts)
    ageing = read(lines.aggregate(**buckets(today)))
    quarter, month = (_moved(moved, today - timedelta(days=days), today) for days in (QUARTER_DAYS, MONTH_DAYS))
    return Figures(ageing, dso(ageing.total, quarter), collection_rate(ageing.total, month), late_percent(ageing))


def _moved(lines: QuerySet[LedgerLine], after: date, until: date) -> Moved:
    """Reversed lines and their reversals are left out of what was charged and received: they never happened."""
    real = Q(reversed_by=None) & ~Q(kind=LineKind.REVERSAL)
    found = lines.filter(on__gt=after, on__lte=until).aggregate(
        charged=_added(real & Q(kind__in=[LineKind.CHARGE, LineKind.ADJUSTMENT], amount_cents__gt=0)),
        received=_added(real & Q(kind=LineKind.PAYMENT)),
        all=_added(Q()),
    )
    return Moved(found["charged"], -found["received"], found["all"])


def _added(what: Q) -> Any:
    return Coalesce(Sum("amount_cents", filter=what or None), 0)
