"""What agreements do about what happens to clients."""

from __future__ import annotations

from django.utils import timezone

from roomnight.agreements.commands.steps import publish
from roomnight.agreements.models import Leak, LeakState
from roomnight.clients.events import AccountsMerged, AccountsParted
from roomnight.kernel.events import on
from roomnight.kernel.merging import merge_rule
from roomnight.organization.models import Hotel
from roomnight.organization.working_days import day_at

FURTHEST = (LeakState.ACCEPTED, LeakState.REFUSED, LeakState.OPEN)


@merge_rule(Leak, "account")
def one_word_on_each_stay(winner: int, loser: int) -> int:
    """What was said of a stay for either client holds for both; accepted goes before refused, refused before open (AGR-07)."""
    kept = {row.booking_id: row for row in Leak.objects.filter(account=winner)}
    moved = 0
    for row in Leak.objects.filter(account=loser).order_by("pk"):
        same = kept.get(row.booking_id)
        if same is not None:
            better, worse = sorted((same, row), key=lambda one: FURTHEST.index(LeakState(one.state)))
            worse.delete()
            if better is same:
                continue
        moved += Leak.objects.filter(pk=row.pk).update(account=winner)
    return moved


@on(AccountsMerged)
def agreements_came_along(event: AccountsMerged) -> None:
    """The client that stays has the other one's agreements now."""
    _publish(event.hotel_id, event.winner_id, event.loser_id)


@on(AccountsParted)
def agreements_went_back(event: AccountsParted) -> None:
    """Each has its own again."""
    _publish(event.hotel_id, event.one_id, event.other_id)


def _publish(hotel_id: int, *accounts: int) -> None:
    today = day_at(Hotel.objects.get(pk=hotel_id), timezone.now())
    for account in accounts:
        publish(account, today)
