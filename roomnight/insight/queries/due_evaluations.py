"""Which clients are to be evaluated by when: every so many months, and before an agreement is renewed (EVA-03)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from roomnight.agreements.models import RUNNING, Agreement, State
from roomnight.clients.models import Account, Stage
from roomnight.insight.models import OPEN_STATES, Evaluation, EvaluationState, Occasion
from roomnight.insight.rules.evaluation import next_due
from roomnight.insight.rules.evaluation_values import AHEAD_DAYS, EVA_GRADES, EVA_MONTHS, RENEWAL_DAYS
from roomnight.organization.models import Hotel
from roomnight.organization.working_days import day_at

GONE: Final = (Stage.LOST, Stage.INVALID, Stage.BLACKLISTED)


@dataclass(frozen=True)
class Due:
    """A client to evaluate: why, by when, and before which agreement ends."""

    account: Account
    occasion: str
    due_on: date
    agreement: Agreement | None = None


def due_evaluations(hotel: Hotel, today: date) -> list[Due]:
    """What is to be opened today; a client with an open evaluation needs no other one."""
    found = renewals_due(hotel, today)
    taken = {one.account.pk for one in found}
    return [*found, *(one for one in regular_due(hotel, today) if one.account.pk not in taken)]


def _clients(hotel: Hotel) -> QuerySet[Account]:
    """Clients that somebody answers for and that have nothing open."""
    is_open = Evaluation.objects.filter(account=OuterRef("pk"), state__in=OPEN_STATES)
    rows = Account.objects.filter(hotel=hotel, merged_into=None, owner__is_active=True).exclude(stage__in=GONE)
    return rows.exclude(Exists(is_open)).select_related("hotel", "owner")


def renewals_due(hotel: Hotel, today: date) -> list[Due]:
    """Agreements that end within the days of the policy, of clients not evaluated since that time began; each once."""
    days = RENEWAL_DAYS.at(hotel.code, today)
    ending = Agreement.objects.filter(
        hotel=hotel, state__in=(State.EFFECTIVE, State.EXPIRING), holds_until__gte=today, holds_until__lte=today + timedelta(days=days),
        evaluations=None, account__in=_clients(hotel),
    )  # fmt: skip
    found: dict[int, Due] = {}
    evaluated = _last_evaluated(hotel)
    for one in ending.select_related("account__hotel", "account__owner").order_by("holds_until", "pk"):
        last = evaluated.get(one.account_id)
        if last is not None and last >= one.holds_until - timedelta(days=days):
            continue
        due_on = max(today, min(one.holds_until, today + timedelta(days=AHEAD_DAYS.at(hotel.code, today))))
        found.setdefault(one.account_id, Due(one.account, Occasion.RENEWAL, due_on, one))
    return list(found.values())


def regular_due(hotel: Hotel, today: date) -> list[Due]:
    """Clients with an agreement or of a grade that is evaluated regularly, whose time has come: counted from the last approved
    evaluation, and without one from the day the client came."""
    months, ahead = EVA_MONTHS.at(hotel.code, today), timedelta(days=AHEAD_DAYS.at(hotel.code, today))
    runs = Agreement.objects.filter(account=OuterRef("pk"), state__in=RUNNING)
    rows = _clients(hotel).filter(Q(grade__in=EVA_GRADES.at(hotel.code, today)) | Exists(runs))
    evaluated, found = _last_evaluated(hotel), []
    for account in rows.order_by("pk"):
        last = evaluated.get(account.pk) or day_at(hotel, account.created_at)
        due_on = next_due(last, months)
        if today >= due_on - ahead:
            found.append(Due(account, Occasion.REGULAR, max(due_on, today + ahead)))
    return found


def _last_evaluated(hotel: Hotel) -> dict[int, date]:
    rows = Evaluation.objects.filter(hotel=hotel, state=EvaluationState.APPROVED).order_by()
    return dict(rows.values_list("account").annotate(Max("approved_on")))
