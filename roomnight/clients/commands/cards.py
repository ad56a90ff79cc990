"""Looking a relationship card over, and reminding of those nobody has looked over for long (CARD-02)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from roomnight.clients.commands.ending import today_at
from roomnight.clients.models import Account, Contact
from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.notify import notify
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at
from roomnight.ui.addresses import address

TO_VERIFY = gettext_noop("%(n)s relationship cards of yours are to be verified")


@command
def verify_account_card(*, actor: Actor, account: Account) -> Any:
    """Somebody looked the client's card over today and found it right (CARD-02). Twice a day changes nothing."""
    today = today_at(account)
    if account.verified_on == today:
        return UNCHANGED
    old = account.verified_on
    Account.objects.filter(pk=account.pk).update(verified_on=today)
    account.verified_on = today
    record(account, verified_on=(old, today))
    return account


@command
def verify_contact_card(*, actor: Actor, contact: Contact) -> Any:
    """Somebody looked the person's card over today and found it right (CARD-02). Twice a day changes nothing."""
    today = today_at(contact.account)
    if contact.verified_on == today:
        return UNCHANGED
    old = contact.verified_on
    Contact.objects.filter(pk=contact.pk).update(verified_on=today)
    contact.verified_on = today
    record(contact, verified_on=(old, today))
    return contact


@command
def tell_of_cards(*, actor: Actor, hotel: Hotel, staff: Staff, accounts: Sequence[int], contacts: Sequence[int]) -> Any:
    """Ring once for cards that have become overdue; each card rings once until it is verified (CARD-02)."""
    today: date = day_at(hotel, timezone.now())
    told = Account.objects.filter(pk__in=accounts).update(card_told_on=today)
    told += Contact.objects.filter(pk__in=contacts).update(card_told_on=today)
    if not told:
        return UNCHANGED
    notify(staff.username, TO_VERIFY, hotel_code=hotel.code, url=address("clients:cards", hotel.code), n=told)
    record(hotel, cards_to_verify=told, owner=staff.username)
    return told
