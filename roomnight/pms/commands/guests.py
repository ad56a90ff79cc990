"""Looking behind a guest's mask, writing down who looked, and forgetting guests who have left (SEC-04, PRV-01)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Hotel
from roomnight.pms.models import GuestLookup, InHouseGuest, LookupKind

SHORTEST_REASON = 2


def note_lookup(
    *,
    actor: Actor,
    hotel: Hotel,
    kind: str,
    reason: str,
    stay_key: str = "",
    asked: str = "",
    shown: Sequence[Any] = (),
) -> GuestLookup:
    """Write down who looked for a guest, why, and what was shown; also where nothing was (PRV-01). Part of a command.

    Refuses without a reason. The audit line says no more than that somebody looked: who the guest is stands in a log
    that fewer people read.
    """
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise Refusal("guest.reason", _("Say why you have to know."), field="reason")
    line = GuestLookup(
        hotel=hotel, at=timezone.now(), who=actor.code, kind=kind, reason=reason[:200], asked=asked[:160],
        stay_key=stay_key, shown=list(shown),
    )  # fmt: skip
    line.save(force_insert=True)
    record(line, looked=kind)
    return line


def note_lookups(
    *, actor: Actor, hotel: Hotel, kind: str, reason: str, asked: str, stays: Sequence[str], shown: Sequence[str]
) -> None:
    """The same for a question that may find several guests: a line for the question, in which nothing is shown, and one for
    each guest. There is one audit line whatever was found. Part of a command."""
    note_lookup(actor=actor, hotel=hotel, kind=kind, reason=reason, asked=asked)
    now = timezone.now()
    GuestLookup.objects.bulk_create(
        GuestLookup(
            hotel=hotel, at=now, who=actor.code, kind=kind, reason=reason[:200], asked=asked[:160], stay_key=stay,
            shown=list(shown),
        )
        for stay in stays
    )  # fmt: skip


@command
def reveal_guest(*, actor: Actor, guest: InHouseGuest, reason: str) -> GuestLookup:
    """Show one guest's name and room to whoever gives a reason. Who looked, at whom and why is kept (SEC-04)."""
    return note_lookup(
        actor=actor, hotel=guest.hotel, kind=LookupKind.REVEALED, reason=reason, stay_key=guest.stay_key,
        asked=guest.booking_number, shown=["guest_name", "room"],
    )  # fmt: skip


@command
def open_guest_page(*, actor: Actor, guest: InHouseGuest, reason: str) -> GuestLookup:
    """The front desk opens what is known of one guest, after saying why (PRV-01)."""
    return note_lookup(
        actor=actor, hotel=guest.hotel, kind=LookupKind.GUEST_PAGE, reason=reason, stay_key=guest.stay_key,
        asked=guest.booking_number, shown=["guest_name", "room", "wishes", "visitors", "room_changes"],
    )  # fmt: skip


@command
def look_at_confidential(
    *, actor: Actor, hotel: Hotel, stay_key: str, reason: str, shown: Sequence[str] = ("guest_name",)
) -> GuestLookup:
    """Somebody opens a record about a confidential guest: that is a look-up as well (PRV-01)."""
    return note_lookup(
        actor=actor, hotel=hotel, kind=LookupKind.CONFIDENTIAL, reason=reason, stay_key=stay_key, shown=shown
    )  # fmt: skip


@command
def forget_guests(*, actor: Actor, hotel: Hotel, before: date) -> Any:
    """Take out who left before a day and was in no list since: a list that stopped coming must not keep people for ever."""
    gone, _tables = InHouseGuest.objects.filter(hotel=hotel, departure__lt=before).delete()
    if not gone:
        return UNCHANGED
    record(hotel, guests_forgotten=gone)
    return gone
