"""Whose client it is."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, F, Q, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients import rules
from roomnight.clients.commands.accounts import name_of, owner_needed
from roomnight.clients.commands.ending import end_protection, refuse_too_many_leads, today_at, withdraw_notice
from roomnight.clients.commands.indexing import follow_owner
from roomnight.clients.models import (
    Account,
    AccountShare,
    Importance,
    Ownership,
    PoolCause,
    ProtectionState,
    TimelineEntry,
)
from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.organization.models import Staff

ASSIGNED = gettext_noop("Owner: %(old)s → %(new)s")
CLAIMED = gettext_noop("%(new)s took the client from the open pool")
RELEASED = gettext_noop("%(old)s put the client back into the open pool")
YOURS_NOW = gettext_noop("%(name)s is your client now")
SHARED_WITH_YOU = gettext_noop("%(name)s is shared with you")


def hand_over(
    account: Account, owner: Staff | None, reason: str, message: str, actor: Actor, *, cause: str = ""
) -> None:
    """Change the owner if nobody else did meanwhile; history of owners, search, timeline and protection follow (OWN-05).

    `cause` is a PoolCause where the client goes to the open pool.
    """
    old = account.owner
    expected = Q(owner=old) if old else Q(owner=None)
    co_owner = Case(When(co_owner=owner, then=None), default=F("co_owner")) if owner else F("co_owner")
    if owner is None:
        expected &= ~Q(importance=Importance.IMPORTANT)
    if not Account.objects.filter(expected, pk=account.pk).update(owner=owner, co_owner=co_owner):
        raise Refusal("account.owner_changed", _("Somebody else was first: this client has another owner now."))
    account.refresh_from_db(fields=["owner", "co_owner"])
    now = timezone.now()
    Ownership.objects.filter(account=account, ended_at=None).update(ended_at=now)
    Ownership.objects.create(account=account, staff=owner, reason=reason, cause=cause)
    end_protection(account, ProtectionState.HANDED_OVER if owner else ProtectionState.RELEASED, reason)
    withdraw_notice(account.pk)
    follow_owner(account)
    TimelineEntry.objects.create(
        account=account, at=now, kind="owner", message=message, note=reason, actor_name=name_of(actor),
        values={"old": old.name if old else "–", "new": owner.name if owner else "–"},
    )  # fmt: skip
    record(account, owner=(old.username if old else "", owner.username if owner else ""), reason=reason)


def _refuse_outsider(account: Account, staff: Staff, field: str) -> None:
    if not staff.is_active or not staff.memberships.filter(hotel=account.hotel_id).exists():
        raise Refusal("account.owner_elsewhere", _("This person does not work at this hotel."), field=field)


def _refuse_ownerless(account: Account) -> None:
    if rules.needs_owner(account.importance, account.agreement_until, today_at(account)):
        raise Refusal("account.owner_needed", owner_needed(account.importance), field="owner")


@command
def assign_owner(*, actor: Actor, account: Account, owner: Staff | None, reason: str = "") -> Any:
    """Give a client to a colleague, or to the open pool (OWN-01). An important client must have an owner."""
    if account.owner_id == (owner.pk if owner else None):
        return UNCHANGED
    if owner is None:
        _refuse_ownerless(account)
    else:
        _refuse_outsider(account, owner, "owner")
    cause = "" if owner else PoolCause.RELEASED
    hand_over(account, owner, reason.strip(), ASSIGNED if owner else RELEASED, actor, cause=cause)
    if owner is not None and owner.username != actor.code:
        notify(owner.username, YOURS_NOW, hotel_code=account.hotel.code, name=account.name)
    return account


@command
def claim_account(*, actor: Actor, account: Account, staff: Staff) -> Account:
    """Take a client out of the open pool. Of two who click at once a conditional update decides; the later is told."""
    if account.owner_id is not None:
        raise Refusal("account.owned", _("%(owner)s looks after this client.") % {"owner": account.owner})
    _refuse_outsider(account, staff, "owner")
    refuse_too_many_leads(account, staff)
    hand_over(account, staff, "", CLAIMED, actor)
    return account


@command
def release_account(*, actor: Actor, account: Account, reason: str) -> Any:
    """Put a client back into the open pool, with the reason (OWN-02)."""
    if account.owner_id is None:
        return UNCHANGED
    if not reason.strip():
        raise Refusal("account.release_reason", _("Say why."), field="reason")
    _refuse_ownerless(account)
    hand_over(account, None, reason.strip(), RELEASED, actor, cause=PoolCause.RELEASED)
    return account


@command
def set_co_owner(*, actor: Actor, account: Account, co_owner: Staff | None) -> Any:
    """Let a second colleague look after a client, or nobody beside the owner (OWN-01)."""
    if account.co_owner_id == (co_owner.pk if co_owner else None):
        return UNCHANGED
    if co_owner is not None:
        _refuse_outsider(account, co_owner, "co_owner")
        if co_owner.pk == account.owner_id:
            raise Refusal("account.same_owners", _("Owner and co-owner are two people."), field="co_owner")
    old, account.co_owner = account.co_owner, co_owner
    account.save(update_fields=["co_owner"])
    follow_owner(account)
    record(account, co_owner=(old.username if old else "", co_owner.username if co_owner else ""))
    return account


@command
def share_account(*, actor: Actor, account: Account, staff: Staff) -> Any:
    """Let a colleague of the hotel work on this client as well (ORG-03)."""
    if not staff.is_active or not staff.memberships.filter(hotel=account.hotel_id).exists():
        raise Refusal("account.share_elsewhere", _("This person does not work at this hotel."), field="staff")
    _share, created = AccountShare.objects.get_or_create(account=account, staff=staff)
    if not created:
        return UNCHANGED
    record(account, shared_with=staff.username)
    if staff.username != actor.code:
        notify(staff.username, SHARED_WITH_YOU, hotel_code=account.hotel.code, name=account.name)
    return account


@command
def stop_sharing(*, actor: Actor, account: Account, staff: Staff) -> Any:
    """End a colleague's work on a client that is not theirs (ORG-03)."""
    deleted, _per_model = AccountShare.objects.filter(account=account, staff=staff).delete()
    if not deleted:
        return UNCHANGED
    record(account, no_longer_shared_with=staff.username)
    return account
