"""The list at the till: who may sign for which client today (CRD-05)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from roomnight.agreements.models import Signatory
from roomnight.agreements.queries.charging import charging_agreements
from roomnight.clients.models import Account
from roomnight.credit.models import CreditAccount
from roomnight.credit.queries.dossier import state_of
from roomnight.organization.access import Seat

AT_ONCE = 30
HITS = 8


def _named(text: str) -> Q:
    return Q(account__name__icontains=text) | Q(number__icontains=text) | Q(account__mnemonic__icontains=text)


def found_for_picker(accounts: QuerySet[Account], text: str) -> list[dict[str, Any]]:
    """The clients of these whose name, initials or number holds what was typed, by name; nothing for nothing."""
    if not text:
        return []
    found = CreditAccount.objects.filter(_named(text), merged_into=None, closed_on=None, account__in=accounts)
    rows = found.order_by("account__name", "pk").values_list("account", "account__name", "number")[:HITS]
    return [{"pk": pk, "label": name, "detail": number} for pk, name, number in rows]


def on_the_list(seat: Seat, accounts: QuerySet[Account], text: str = "") -> list[dict[str, Any]]:
    """The clients with an open account, by name: state, whether an agreement is in force, and who may sign today.

    Amounts are not told: a till needs to know whether, not how much.
    """
    found = CreditAccount.objects.filter(hotel=seat.hotel, merged_into=None, closed_on=None, account__in=accounts)
    if text:
        found = found.filter(_named(text))
    rows = list(found.select_related("hotel", "account").order_by("account__name", "pk")[:AT_ONCE])
    agreements = {}
    for agreement in reversed(charging_agreements([row.account_id for row in rows], seat.today)):
        agreements[agreement.account_id] = agreement
    people: dict[int, list[str]] = {}
    may_sign = Signatory.objects.filter(
        agreement__in=list(agreements.values()), starts_on__lte=seat.today, ends_on__gte=seat.today
    )
    for person in may_sign:
        people.setdefault(person.agreement_id, []).append(person.name)
    return [
        {
            "one": row, "state": state_of(row), "agreement": agreements.get(row.account_id),
            "people": people.get(agreements[row.account_id].pk, []) if row.account_id in agreements else [],
        }
        for row in rows
    ]  # fmt: skip
