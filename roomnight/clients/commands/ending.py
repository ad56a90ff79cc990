"""What comes to an end when a client changes hands, is won, or something happens with it. Parts of commands, no commands."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients import rules
from roomnight.clients.models import (
    Account,
    PoolNotice,
    Protection,
    ProtectionExtension,
    ProtectionState,
    RequestState,
)
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Staff
from roomnight.organization.working_days import day_at

NO_LONGER_NEEDED = gettext_noop("The protection has ended.")


def hold_person(staff: Staff) -> None:
    """One at a time for what this person may have only so many of."""
    Staff.objects.select_for_update(no_key=True).values_list("pk").get(pk=staff.pk)


def today_at(account: Account) -> date:
    return day_at(account.hotel, timezone.now())


def end_protection(account: Account, state: ProtectionState, reason: str = "") -> bool:
    """Whatever protects the client ends today; what was asked about it is no longer needed. Says whether there was any."""
    active = Protection.objects.filter(account=account, state=ProtectionState.ACTIVE).first()
    if active is None:
        return False
    return end_one(active, state, today_at(account), reason)


def end_one(protection: Protection, state: ProtectionState, on: date, reason: str = "") -> bool:
    """End this protection if nobody else did meanwhile."""
    ended = Protection.objects.filter(pk=protection.pk, state=ProtectionState.ACTIVE).update(
        state=state, ended_on=on, end_reason=reason[:200]
    )
    if ended:
        ProtectionExtension.objects.filter(protection=protection, state=RequestState.ASKED).update(
            state=RequestState.DROPPED, decided_at=timezone.now(), answer=NO_LONGER_NEEDED
        )
    return bool(ended)


def withdraw_notice(account_id: int) -> bool:
    """A client that was to go back to the pool stays: something happened with it, or it changed hands."""
    open_notice = PoolNotice.objects.filter(account=account_id, state=PoolNotice.State.ANNOUNCED)
    return bool(open_notice.update(state=PoolNotice.State.WITHDRAWN))


def follow_stage(account: Account, stage: str) -> None:
    """A client that is won needs no protection any more; one that is lost or out has none left (OWN-02)."""
    if not rules.may_be_protected(stage):
        end_protection(account, ProtectionState.WON if stage in rules.WON else ProtectionState.VOID)


def refuse_too_many_leads(account: Account, staff: Staff) -> None:
    """Nobody takes more not yet won clients than the hotel lets one person hold (OWN-07). Holds the person."""
    if not rules.may_be_protected(account.stage):
        return
    hold_person(staff)
    most = rules.OPEN_LEADS_MAX.at(account.hotel.code, today_at(account))
    held = Account.objects.filter(hotel=account.hotel_id, owner=staff, stage__in=rules.NOT_YET_WON).count()
    if held >= most:
        raise Refusal(
            "account.too_many_leads",
            _("%(name)s holds %(n)d clients that are not yet won; more are not allowed.")
            % {"name": staff.label, "n": held},
            field="owner",
        )
