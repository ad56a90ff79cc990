"""Clients go from one colleague to others, many at once (ORG-04)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients import rules
from roomnight.clients.commands.accounts import owner_needed
from roomnight.clients.commands.ending import today_at
from roomnight.clients.commands.indexing import follow_owner
from roomnight.clients.commands.ownership import hand_over as change_owner
from roomnight.clients.models import Account, AccountShare, PoolCause
from roomnight.kernel.commands import Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Hotel, Staff

HANDED_OVER = gettext_noop("Handed over: %(old)s → %(new)s")
NAMED = 5


def hold_accounts(person: Staff, owned: Sequence[Account], co_owned: Sequence[Account]) -> None:
    """Lock clients until the command ends; refused when somebody else has given one of them away meanwhile.

    All are locked in one order, so that two who hand over at once wait for each other and never block each other.
    """
    wanted = {one.pk: one for one in (*owned, *co_owned)}
    found = {one.pk: one for one in Account.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    gone = [one for one in owned if one.pk not in found or found[one.pk].owner_id != person.pk]
    gone += [one for one in co_owned if one.pk not in found or found[one.pk].co_owner_id != person.pk]
    if gone:
        names = ", ".join(one.label for one in gone[:NAMED])
        more = _(" and %(count)d more") % {"count": len(gone) - NAMED} if len(gone) > NAMED else ""
        raise Refusal(
            "handover.changed",
            _("Somebody else was first: %(clients)s no longer belong to %(name)s. Nothing was handed over.")
            % {"clients": names + more, "name": person.label},
        )


@command
def hand_over_accounts(*, actor: Actor, accounts: Sequence[Account], owner: Staff | None, reason: str) -> int:
    """Give several clients to one colleague, or to the open pool; returns how many. History says who and why (OWN-05).

    Refuses a colleague from elsewhere, and the pool for an important client. Nobody is told client by client.
    """
    if owner is not None and accounts:
        refuse_outsider(owner, accounts[0].hotel)
    for account in accounts:
        if owner is None and rules.needs_owner(account.importance, account.agreement_until, today_at(account)):
            raise Refusal(
                "account.owner_needed",
                f"{account.label}: {owner_needed(account.importance)}",
                field="to",
            )
        cause = "" if owner else PoolCause.RELEASED
        change_owner(account, owner, reason, HANDED_OVER, actor, cause=cause)
    return len(accounts)


@command
def hand_over_co_ownership(*, actor: Actor, account: Account, person: Staff, to: Staff | None, reason: str) -> Account:
    """Another colleague, or nobody, is the second to look after a client. Who owns it needs not be its second as well."""
    account.refresh_from_db(fields=["owner", "co_owner"])
    if account.co_owner_id not in (person.pk, None):
        raise Refusal("handover.changed", _("Somebody else was first: this client has another co-owner now."))
    new = None if to is None or to.pk == account.owner_id else to
    if new is not None:
        refuse_outsider(new, account.hotel)
    account.co_owner = new
    account.save(update_fields=["co_owner"])
    follow_owner(account)
    record(account, co_owner=(person.username, new.username if new else ""), reason=reason)
    return account


@command
def hand_over_share(*, actor: Actor, account: Account, person: Staff, to: Staff | None, reason: str) -> Account:
    """What was shared with one colleague is shared with another, or with nobody."""
    account.refresh_from_db(fields=["owner", "co_owner"])
    AccountShare.objects.filter(account=account, staff=person).delete()
    if to is not None and to.pk not in (account.owner_id, account.co_owner_id):
        refuse_outsider(to, account.hotel)
        AccountShare.objects.get_or_create(account=account, staff=to)
    record(account, shared_with=(person.username, to.username if to else ""), reason=reason)
    return account


def refuse_outsider(staff: Staff, hotel: Hotel) -> None:
    """Only who works here can be given anything."""
    if not staff.is_active or not staff.memberships.filter(hotel=hotel).exists():
        raise Refusal("account.owner_elsewhere", _("This person does not work at this hotel."), field="to")
