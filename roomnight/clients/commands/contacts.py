"""The people at a client."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients import rules
from roomnight.clients.commands.accounts import name_of, take_revision
from roomnight.clients.commands.indexing import index_contact
from roomnight.clients.models import Account, Contact, ContactMove, Gift, TimelineEntry
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal

CHECKED = (
    "name",
    "mobile",
    "phone",
    "email",
    "wechat",
    "qq",
    "other_way",
    "home_address",
    "birthday_month",
    "birthday_day",
    "birthday_is_lunar",
)
LEFT = gettext_noop("%(name)s left for %(other)s")
CAME = gettext_noop("%(name)s came from %(other)s")


def refuse_wrong_contact(fields: dict[str, Any]) -> None:
    """What must hold of a contact whatever the way in (ACC-03)."""
    if not str(fields.get("name", "")).strip():
        raise Refusal("contact.name", _("A contact needs a name."), field="name")
    if not rules.reachable(fields):
        raise Refusal(
            "contact.unreachable",
            _("Give one way to reach this person; it need not be a telephone number."),
            field="other_way",
        )
    if not rules.real_day(
        fields.get("birthday_month"), fields.get("birthday_day"), lunar=bool(fields.get("birthday_is_lunar"))
    ):
        raise Refusal("contact.birthday", _("There is no such day."), field="birthday_day")


def refuse_wrong_line(account: Account, fields: dict[str, Any], contact: Contact | None = None) -> None:
    """Whom a person reports to is at the same client, and not below the person (CARD-01)."""
    one: Contact | None = fields.get("reports_to")
    if one is not None and one.account_id != account.pk:
        raise Refusal("contact.line_elsewhere", _("This person is at another client."), field="reports_to")
    while one is not None and contact is not None:
        if one.pk == contact.pk:
            raise Refusal("contact.line_circle", _("Nobody reports to themselves."), field="reports_to")
        one = one.reports_to
    closeness = fields.get("closeness")
    if closeness is not None and not 1 <= closeness <= 5:  # noqa: PLR2004 (the scale of the card)
        raise Refusal("contact.closeness", _("Closeness is a number from 1 to 5."), field="closeness")


@command
def add_contact(*, actor: Actor, account: Account, why_another: str = "", **fields: Any) -> Contact:
    """Add a person at a client (ACC-03). `why_another` is why it is nobody of those who are alike (ACC-04)."""
    refuse_wrong_contact(fields)
    refuse_wrong_line(account, fields)
    contact = Contact.objects.create(account=account, **fields)
    index_contact(contact)
    why = {"why_another": why_another} if why_another else {}
    record(contact, name=contact.name, account=account.code, **why)
    return contact


@command
def edit_contact(*, actor: Actor, contact: Contact, revision: int, why_another: str = "", **fields: Any) -> Any:
    """Change a contact; refused when somebody else was first."""
    refuse_wrong_line(contact.account, fields, contact)
    present = {name: getattr(contact, name) for name in (*CHECKED, *fields)}
    refuse_wrong_contact({**present, **fields})
    changes = changed(contact, **fields)
    if not changes:
        return UNCHANGED
    take_revision(contact, revision)
    contact.save(update_fields=list(changes))
    index_contact(contact)
    if why_another:
        changes["why_another"] = ("", why_another)
    record(contact, **changes)
    return contact


@command
def move_contact(*, actor: Actor, contact: Contact, account: Account) -> Any:
    """A person changes to another client of the hotel and keeps their history; both timelines say so (ACC-03)."""
    if contact.account_id == account.pk:
        return UNCHANGED
    if contact.account.hotel_id != account.hotel_id:
        raise Refusal("contact.other_hotel", _("This client belongs to another hotel."), field="account")
    old = contact.account
    contact.account, contact.reports_to = account, None
    contact.save(update_fields=["account", "reports_to"])
    Contact.objects.filter(reports_to=contact).update(reports_to=None)
    ContactMove.objects.create(contact=contact, old=old, new=account, moved_by=actor.code)
    for one, message in ((old, LEFT), (account, CAME)):
        TimelineEntry.objects.create(
            account=one, contact=contact, at=timezone.now(), kind="contact", message=message,
            values={"name": contact.name, "other": (account if one == old else old).name}, actor_name=name_of(actor),
        )  # fmt: skip
    index_contact(contact)
    record(contact, account=(old.code, account.code))
    return contact


@command
def give_gift(*, actor: Actor, contact: Contact, what: str, given_on: date, value: Decimal | None = None) -> Gift:
    """Note a present given to a contact (ACC-03)."""
    if not what.strip():
        raise Refusal("gift.what", _("Say what was given."), field="what")
    if value is not None and value < 0:
        raise Refusal("gift.value", _("A value is not below zero."), field="value")
    gift = Gift.objects.create(contact=contact, what=what, given_on=given_on, value=value, given_by=actor.code)
    record(contact, gift=what, value=value)
    return gift


@command
def learn_preferences(*, actor: Actor, contact: Contact, likes: str, source_url: str = "") -> Any:
    """Add what was learned of a person's likes to their preferences; known ones are not doubled (VIS-09)."""
    known = str(contact.preferences.get("likes", ""))
    if not likes.strip() or likes.strip() in known:
        return UNCHANGED
    updated = {**contact.preferences, "likes": f"{known}；{likes.strip()}" if known else likes.strip()}
    old, contact.preferences = contact.preferences, updated
    contact.save(update_fields=["preferences"])
    record(contact, preferences=(old, updated), source=source_url)
    return contact
