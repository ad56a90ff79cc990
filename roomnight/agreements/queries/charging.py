"""What credit asks of agreements: whether one allows charging on a day, who may sign, and when the client pays (AGR-01)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from roomnight.agreements.models import CHARGING, Agreement, Signatory
from roomnight.clients.models import Account


@dataclass(frozen=True)
class SettlementTerms:
    """When a client pays: a member of `models.Settlement`, and the days to pay after the statement (None: on its day)."""

    agreement_id: int
    number: str
    settlement: str
    payment_days: int | None
    starts_on: date
    holds_until: date


def charging_agreements(accounts: Iterable[int], on: date) -> QuerySet[Agreement]:
    """The agreements of these clients that have taken effect and allow charging on a day, those that began last first."""
    found = Agreement.objects.filter(
        account__in=list(accounts),
        kind__in=CHARGING,
        effective_at__isnull=False,
        starts_on__lte=on,
        holds_until__gte=on,
    )
    return found.order_by("account", "-starts_on", "-pk")


def charging_agreement(account: Account, on: date) -> Agreement | None:
    """The client's agreement under which it may charge on a day, or None. A day on which it begins or ends counts; one that
    was signed and has not taken effect does not."""
    return charging_agreements([account.pk], on).first()


def signatories_on(agreement: Agreement, on: date) -> list[Signatory]:
    """Who may sign for the client on a day, by name; nobody on a day on which the agreement does not hold."""
    if not agreement.starts_on <= on <= agreement.holds_until:
        return []
    return list(agreement.signatories.filter(starts_on__lte=on, ends_on__gte=on))


def settlement_terms(account: Account, on: date) -> SettlementTerms | None:
    """When the client pays for what it charges on a day; None where it may not charge."""
    one = charging_agreement(account, on)
    if one is None:
        return None
    return SettlementTerms(one.pk, one.number, one.settlement, one.payment_days, one.starts_on, one.holds_until)
