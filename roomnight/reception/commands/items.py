"""What guests and house want to do together: raised, answered, agreed, written down, sent, followed up (RCP-07)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.activities.commands import add_followup
from roomnight.clients.commands.accounts import take_revision
from roomnight.kernel.commands import Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Staff
from roomnight.reception.models import CooperationItem, RaisedBy, Reception


@command
def raise_item(*, actor: Actor, reception: Reception, what: str, raised_by: str) -> CooperationItem:
    """Somebody proposed something."""
    if not what.strip():
        raise Refusal("item.what", _("Say what it is about."), field="what")
    if raised_by not in RaisedBy.values:
        raise Refusal("item.by", _("Say who raised it."), field="raised_by")
    item = CooperationItem.objects.create(reception=reception, what=what.strip(), raised_by=raised_by)
    record(reception, item=item.what, raised_by=raised_by)
    return item


@command
def work_on_item(
    *,
    actor: Actor,
    item: CooperationItem,
    revision: int,
    answer: str = "",
    is_agreed_by_guests: bool = False,
    is_agreed_by_house: bool = False,
    wording: str = "",
) -> CooperationItem:
    """Answer it, agree to it, write it down. What was sent does not change any more."""
    if item.sent_at is not None:
        raise Refusal("item.sent", _("It was sent as it is written here."))
    if (is_agreed_by_guests or is_agreed_by_house) and not answer.strip():
        raise Refusal("item.answer", _("It is answered before it is agreed."), field="answer")
    take_revision(item, revision)
    changes = changed(
        item, answer=answer.strip(), is_agreed_by_guests=is_agreed_by_guests, is_agreed_by_house=is_agreed_by_house,
        wording=wording.strip(),
    )  # fmt: skip
    if "answer" in changes:
        changes |= changed(item, answered_at=timezone.now())
    item.save(update_fields=[*changes])
    record(item.reception, item=item.what, **changes)
    return item


@command
def send_item(*, actor: Actor, item: CooperationItem, owner: Staff, due_on: date) -> CooperationItem:
    """It was sent in writing; from now on somebody follows it up by a day. Refused unless both agreed and it is written."""
    if item.sent_at is not None:
        raise Refusal("item.sent", _("It was sent as it is written here."))
    if not item.is_agreed:
        raise Refusal("item.not_agreed", _("Both sides agree before it is sent."))
    if not item.wording:
        raise Refusal("item.not_written", _("Put it in writing first."))
    reception = item.reception
    more: dict[str, Any] = {"account": reception.account} if reception.account_id else {}
    follow_up = add_followup(
        actor=actor,
        hotel=reception.hotel,
        owner=owner,
        due_on=due_on,
        what=f"{reception.company}：{item.what}"[:200],
        **more,
    )
    changes = changed(item, sent_at=timezone.now(), owner=owner, follow_up=follow_up)
    item.save(update_fields=[*changes])
    record(reception, item=item.what, **changes)
    return item
