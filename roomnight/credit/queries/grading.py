"""How clients paid in a quarter, and the grades that were worked out from it (CRD-09, CRD-13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, DateField, Exists, F, OuterRef, Q, Sum, Value, When
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from roomnight.clients.models import Account
from roomnight.credit.models import (
    CreditAccount,
    Dispute,
    Grading,
    LedgerLine,
    LimitLine,
    LineKind,
    Match,
    Outcome,
    money,
)
from roomnight.credit.queries.granting import grades
from roomnight.credit.rules.grading import (
    BEYOND,
    CAP,
    CAP_DAYS,
    GRADING,
    PARTS,
    Charged,
    Facts,
    Graded,
    graded,
    paid_how,
    quarter_before,
    read_bounds,
)
from roomnight.credit.rules.terms import months_later
from roomnight.credit.rules.values import REVIEW_MONTHS
from roomnight.kernel.money import format_money
from roomnight.organization.models import Hotel

AT_ONCE = 200
JUDGED = (LineKind.CHARGE, LineKind.ADJUSTMENT)


@dataclass
class _Seen:
    """What is found of one client on the way."""

    charges: list[Charged] = field(default_factory=list)
    disputes: int = 0
    unfounded: int = 0
    peak: int = 0


def quarter_facts(hotel: Hotel, accounts: Sequence[CreditAccount], first: date, last: date) -> dict[int, Facts]:
    """How the clients of these open accounts paid from the day `first` to `last`, over all their accounts, by account.

    Counted is what was due in those days, and what was due before and still open at their beginning. What was reversed or
    is disputed at this moment is left out; what was credited back was never to be paid; what was written off is not paid.
    """
    clients = {one.account_id: one for one in accounts}
    seen: dict[int, _Seen] = defaultdict(_Seen)
    _charges(list(clients), first, last, seen)
    _disputes(hotel, list(clients), first, last, seen)
    _peaks(list(clients), first, last, seen)
    limits = _limits(hotel, accounts, first, last)
    found: dict[int, Facts] = {}
    for client, one in clients.items():
        mine = seen[client]
        due, in_time, late, oldest = paid_how(mine.charges, last)
        found[one.pk] = Facts(
            due, in_time, late, mine.disputes, mine.unfounded, mine.peak, limits.get(one.pk, one.limit_cents), oldest
        )
    return found


def _charges(clients: Sequence[int], first: date, last: date, seen: dict[int, _Seen]) -> None:
    live = Match.objects.filter(undone_at=None)
    argued = Dispute.objects.filter(line=OuterRef("pk"), resolved_at=None)
    lines = LedgerLine.objects.filter(
        Q(due_on__gte=first) | Q(open_cents__gt=0) | Exists(live.filter(debit=OuterRef("pk"), credit__on__gte=first)),
        ~Exists(argued), credit__account__in=clients, kind__in=JUDGED, amount_cents__gt=0, reversed_by=None, due_on__lte=last,
    ).order_by()  # fmt: skip
    settled: dict[int, list[tuple[str, date, int]]] = defaultdict(list)
    for pk, kind, on, cents in live.filter(debit__in=lines.values("pk")).values_list(
        "debit", "credit__kind", "credit__on", "cents"
    ):
        settled[pk].append((kind, on, cents))
    for pk, client, due_on, cents in lines.values_list("pk", "credit__account", "due_on", "amount_cents"):
        parts = settled[pk]
        gone = sum(given for kind, on, given in parts if kind == LineKind.ADJUSTMENT)
        gone += sum(given for kind, on, given in parts if kind == LineKind.PAYMENT and due_on < first and on < first)
        paid = tuple(
            (on, given) for kind, on, given in parts if kind == LineKind.PAYMENT and not (due_on < first and on < first)
        )
        if cents > gone:
            seen[client].charges.append(Charged(due_on, cents - gone, paid))


def _disputes(hotel: Hotel, clients: Sequence[int], first: date, last: date, seen: dict[int, _Seen]) -> None:
    zone = ZoneInfo(hotel.timezone)
    begin, end = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    raised = Dispute.objects.filter(credit__account__in=clients, raised_at__gte=begin, raised_at__lt=end).order_by()
    right = Q(outcome__in=[Outcome.HOTEL_RIGHT, Outcome.PARTLY])
    for client, all_, unfounded in raised.values_list("credit__account").annotate(
        all=Count("pk"), unfounded=Count("pk", filter=right)
    ):
        seen[client].disputes, seen[client].unfounded = all_, unfounded


def _peaks(clients: Sequence[int], first: date, last: date, seen: dict[int, _Seen]) -> None:
    """The most that was owed at the end of a day, the day before the quarter among them."""
    before = first - timedelta(days=1)
    day = Case(When(on__lt=first, then=Value(before)), default=F("on"), output_field=DateField())
    lines = LedgerLine.objects.filter(credit__account__in=clients, on__lte=last).order_by()
    owed: dict[int, int] = {}
    for client, _day, cents in (
        lines.annotate(day=day).values_list("credit__account", "day").annotate(Sum("amount_cents")).order_by("day")
    ):
        owed[client] = owed.get(client, 0) + cents
        seen[client].peak = max(seen[client].peak, owed[client])


def _limits(hotel: Hotel, accounts: Sequence[CreditAccount], first: date, last: date) -> dict[int, int]:
    """The highest limit in force in these days, by account."""
    zone = ZoneInfo(hotel.timezone)
    begin, end = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    found: dict[int, int] = {}
    for pk, at, cents in (
        LimitLine.objects.filter(credit__in=[one.pk for one in accounts], set_at__lt=end)
        .order_by("credit", "set_at", "pk")
        .values_list("credit", "set_at", "cents")
    ):
        found[pk] = cents if at <= begin else max(found.get(pk, 0), cents)
    return found


def parameters(hotel: Hotel, on: date) -> dict[str, Any]:
    """The hotel's bounds of a day, as they are kept with each grade."""
    return {
        "bounds": GRADING.at(hotel.code, on), "cap_days": CAP_DAYS.at(hotel.code, on), "cap": CAP.at(hotel.code, on),
        "grades": {one.name: one.least for one in grades(hotel.code, on)},
    }  # fmt: skip


def grade_now(hotel: Hotel, one: CreditAccount, facts: Facts, on: date) -> Graded:
    """The grade of these facts by the bounds of a day."""
    return graded(
        facts, read_bounds(GRADING.at(hotel.code, on)), grades(hotel.code, on), CAP_DAYS.at(hotel.code, on),
        CAP.at(hotel.code, on), one.account.credit_grade,
    )  # fmt: skip


def accounts_to_grade(hotel: Hotel, on: date) -> Iterator[Sequence[int]]:
    """The open accounts of a hotel without a grade for the quarter that ended last, some at a time."""
    first, last = quarter_before(on)
    there = Grading.objects.filter(credit=OuterRef("pk"), starts_on=first)
    rows = CreditAccount.objects.filter(
        ~Exists(there), hotel=hotel, closed_on=None, merged_into=None, opened_on__lte=last
    )
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    for place in range(0, len(pks), AT_ONCE):
        yield pks[place : place + AT_ONCE]


def paid_grade(account: Account, on: date) -> str:
    """The client's newest grade by payments; nothing where it was last graded longer ago than a limit may go unreviewed."""
    found = Grading.objects.filter(credit__account=account, points__isnull=False).order_by("-ends_on", "-pk").first()
    if found is None or months_later(found.ends_on, REVIEW_MONTHS.at(account.hotel.code, on)) < on:
        return ""
    return found.grade


# ---- in words


def explained(one: CreditAccount, parts: Sequence[dict[str, Any]], facts: dict[str, Any]) -> list[dict[str, Any]]:
    """How each point came about, a sentence a figure."""
    return [
        {"what": _sentence(one, part["code"], part["value"], facts), "why": _bound(part), "points": part["points"], "most": part["most"]}
        for part in parts
    ]  # fmt: skip


def _sentence(one: CreditAccount, code: str, value: str, facts: dict[str, Any]) -> str:
    def said(cents: int) -> str:
        return format_money(money(cents), one.hotel.currency, get_language() or "zh-hans")

    match code:
        case "on_time":
            return _("Of %(due)s that was to be paid %(paid)s came in time: %(percent)s %%") % {
                "due": said(facts["due"]), "paid": said(facts["in_time"]), "percent": value,
            }  # fmt: skip
        case "days_late":
            return _("Money came %(days)s days late on average") % {"days": value}
        case "disputes":
            return _("Disputes: %(all)d; in %(unfounded)d of them the bill was right, wholly or in part") % {
                "all": facts["disputes"], "unfounded": facts["unfounded"],
            }  # fmt: skip
    if int(value) >= BEYOND:
        return _("At most %(peak)s was owed, without any limit") % {"peak": said(facts["peak"])}
    return _("At most %(peak)s was owed, %(percent)s %% of the limit of %(limit)s") % {
        "peak": said(facts["peak"]), "percent": value, "limit": said(facts["limit"]),
    }  # fmt: skip


def _bound(part: dict[str, Any]) -> str:
    if part["bound"] is None:
        return _("beyond the last bound")
    return f"{PARTS[part['code']]} {part['bound']}"


def held_down(days: int, name: str) -> str:
    """Why the grade is not better than its points."""
    return ngettext(
        "Something is overdue for %(days)d day: no grade better than %(cap)s",
        "Something is overdue for %(days)d days: no grade better than %(cap)s",
        days,
    ) % {"days": days, "cap": name}
