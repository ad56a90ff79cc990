"""Looking through a hotel's clients for pairs that are alike: only what changed since the last look (ACC-04)."""

from __future__ import annotations

from typing import Any

from roomnight.clients.models import Account, DuplicateKey, DuplicateLook, DuplicatePair
from roomnight.clients.queries.duplicates import likely
from roomnight.clients.rules.duplicates import Particulars
from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.organization.models import Hotel

AT_ONCE = 2000  # keys looked at in one go


@command
def look_for_pairs(*, actor: Actor, hotel: Hotel) -> Any:
    """Compare the clients whose keys are new with all others of the hotel and keep the pairs; one step of the way.

    Returns UNCHANGED when everything was looked at.
    """
    look, _created = DuplicateLook.objects.select_for_update().get_or_create(hotel=hotel)
    fresh = DuplicateKey.objects.filter(hotel=hotel, pk__gt=look.last_key).order_by("pk")
    keys = list(fresh.values_list("pk", "account_id")[:AT_ONCE])
    if not keys:
        return UNCHANGED
    accounts = Account.objects.filter(pk__in={account for _pk, account in keys}, merged_into=None).order_by("pk")
    found = _pairs(hotel, list(accounts))
    DuplicatePair.objects.bulk_create(found, ignore_conflicts=True)
    DuplicateLook.objects.filter(pk=look.pk).update(last_key=keys[-1][0])
    record(hotel, looked_at=len(accounts), alike=len(found))
    return len(found)


def _pairs(hotel: Hotel, accounts: list[Account]) -> list[DuplicatePair]:
    rows = [
        Particulars(one.name, one.name_en, one.short_name, one.credit_code, (one.phone,), one.province, one.city)
        for one in accounts
    ]
    found: dict[tuple[int, int], DuplicatePair] = {}
    for one, alike in zip(accounts, likely(hotel, rows), strict=True):
        for other in alike:
            first, second = sorted((one.pk, other.account_id))
            if first == second or _linked(one, other.account_id):
                continue
            reasons = [{"code": reason.code, "values": dict(reason.values)} for reason in other.reasons]
            found[first, second] = DuplicatePair(
                hotel=hotel, one_id=first, other_id=second, verdict=other.verdict, points=other.points, reasons=reasons
            )
    called_different = _called_different({pk for pair in found for pk in pair})
    return [pair for key, pair in found.items() if key not in called_different]


def _linked(one: Account, other: int) -> bool:
    return one.parent_id == other


def _called_different(accounts: set[int]) -> set[tuple[int, int]]:
    """The pairs among these of which somebody said they are two, also before one of them took in another record."""
    into = dict(Account.objects.filter(merged_into__in=accounts).values_list("pk", "merged_into_id"))
    every = accounts | set(into)
    rows = DuplicatePair.objects.filter(one__in=every, other__in=every, dismissed_at__isnull=False)
    found = set()
    for one, other in rows.values_list("one_id", "other_id"):
        first, second = sorted((into.get(one) or one, into.get(other) or other))
        found.add((first, second))
    return found
