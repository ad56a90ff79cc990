"""What the verbs of agreements share: the state as it is now, the trail, the bell, and what clients are told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.agreements.models import HELD, Agreement, TrailLine
from roomnight.clients.commands import publish_agreement
from roomnight.kernel.commands import Actor
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.organization.models import Staff


def refuse_unless(agreement: Agreement, states: Collection[str]) -> None:
    """Whoever comes second finds the state as it is now."""
    if state_now(agreement) not in states:
        raise Refusal(
            "agreement.state",
            _("This is not possible any more: the agreement is “%(state)s”.")
            % {"state": agreement.get_state_display()},
        )


def state_now(agreement: Agreement) -> str:
    """The state as it is; whoever else asks for it waits until this command is over."""
    agreement.state = Agreement.objects.select_for_update().values_list("state", flat=True).get(pk=agreement.pk)
    return agreement.state


def write_step(agreement: Agreement, actor: Actor, what: str, note: str = "") -> None:
    """One line of the agreement's trail."""
    TrailLine.objects.create(agreement=agreement, at=timezone.now(), who=actor.code, what=what, note=note.strip())


def publish(account_id: int, today: date) -> None:
    """Tell the client's record until when it has an agreement. Refused where the client has no owner."""
    found = Agreement.objects.filter(account=account_id, state__in=HELD, holds_until__gte=today)
    publish_agreement(account_id, found.aggregate(until=Max("holds_until"))["until"])


def tell(person: Staff, agreement: Agreement, message: str, **more: Any) -> None:
    """A line on somebody's bell that leads to the agreement; `message` is an English gettext source."""
    notify(
        person.username, message, hotel_code=agreement.hotel.code, url=agreement.get_absolute_url(),
        client=agreement.client_name, number=agreement.number, **more,
    )  # fmt: skip
