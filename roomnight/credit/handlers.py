"""What credit does about what happens to clients."""

from __future__ import annotations

from roomnight.clients.events import AccountsMerged, AccountsParted
from roomnight.credit.commands.accounts import lock, watch_limit
from roomnight.credit.jobs import take_from_pms
from roomnight.credit.models import CreditAccount, CreditApplication
from roomnight.kernel.events import on
from roomnight.kernel.merging import merge_rule
from roomnight.kernel.models import Deed
from roomnight.kernel.undo import before_undoing, concerns_only
from roomnight.pms.events import LinesTaken, PartyAssigned

concerns_only("credit.creditaccount", "account_id", "merged_into_id")
concerns_only("credit.creditapplication", "account_id")


@merge_rule(CreditAccount, "account")
def credit_came_along(winner: int, loser: int) -> int:
    """The loser's account goes along. Where the client that stays has one, nothing more is charged on the other; what is owed
    on it counts against the one limit (CRD-11)."""
    for client in (winner, loser):
        lock(client)
    stays = CreditAccount.objects.filter(account=winner, merged_into=None, closed_on=None).first()
    rows = CreditAccount.objects.filter(account=loser)
    moved = rows.filter(closed_on=None, merged_into=None).update(account=winner, merged_into=stays)
    return moved + rows.update(account=winner)


@before_undoing("clients.merge")
def hold_accounts(deed: Deed) -> None:
    """Charges wait while clients are parted, as they do while they are merged."""
    keys = [int(key) for key in deed.rows.filter(model="credit.creditaccount").values_list("key", flat=True)]
    for client in sorted(set(CreditAccount.objects.filter(pk__in=keys).values_list("account", flat=True))):
        lock(client)


@merge_rule(CreditApplication, "account")
def applications_came_along(winner: int, loser: int) -> int:
    """What was applied for stands with the client that stays."""
    return CreditApplication.objects.filter(account=loser).update(account=winner)


@on(AccountsMerged)
def one_limit(event: AccountsMerged) -> None:
    watch_limit(event.winner_id)


@on(AccountsParted)
def two_limits(event: AccountsParted) -> None:
    watch_limit(event.one_id)
    watch_limit(event.other_id)


@on(LinesTaken)
def take_lines(event: LinesTaken) -> None:
    """The worker takes them (CRD-04): the import does not wait for it."""
    for hotel in event.hotel_ids:
        if CreditAccount.objects.filter(hotel=hotel).exists():
            take_from_pms.enqueue(hotel)


@on(PartyAssigned)
def take_lines_of_party(event: PartyAssigned) -> None:
    """What waited for the client to be known is charged now."""
    if CreditAccount.objects.filter(hotel=event.hotel_id).exists():
        take_from_pms.enqueue(event.hotel_id)
