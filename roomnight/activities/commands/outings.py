"""Leaving the house and coming back: the kit, the outing register, notes of the talk (VIS-04, VIS-05)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import get_language

from roomnight.activities.commands.holding import AHEAD, hold
from roomnight.activities.commands.refusals import clock, refuse, refuse_others
from roomnight.activities.models import Visit, VisitKitItem, VisitState
from roomnight.activities.rules import kits
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record


@command
def check_kit(
    *,
    actor: Actor,
    visit: Visit,
    ticked: Sequence[str] = (),
    waived: Mapping[str, str] | None = None,
    appearance: bool = False,
    at: datetime | None = None,
) -> Any:
    """Say which items are with the visitor and which are not needed and why: the whole answer, replacing the one before.

    It may be incomplete; going out asks for all of it (VIS-04). Refused: unknown items, an item in both, no reason.
    """
    now = clock(at)
    refuse_others(actor, visit.staff)
    hold(visit, *AHEAD)
    waivers = {key: reason.strip() for key, reason in (waived or {}).items()}
    refuse(kits.kit_problem(kit_keys(visit), ticked, waivers))
    before = {item.key: item.waiver_reason or item.state for item in visit.kit.all()}
    after = dict.fromkeys(ticked, str(VisitKitItem.State.TICKED)) | waivers
    changes = changed(visit, appearance_confirmed=appearance)
    if before == after and not changes:
        return UNCHANGED
    VisitKitItem.objects.filter(visit=visit).delete()
    VisitKitItem.objects.bulk_create(
        [VisitKitItem(visit=visit, key=key, state=VisitKitItem.State.TICKED) for key in dict.fromkeys(ticked)]
        + [
            VisitKitItem(visit=visit, key=key, state=VisitKitItem.State.WAIVED, waiver_reason=reason)
            for key, reason in waivers.items()
        ]
    )
    visit.kit_checked_at = now
    visit.save(update_fields=["appearance_confirmed", "kit_checked_at"])
    record(visit, kit=(before, after), **changes)
    return visit


@command
def go_out(
    *,
    actor: Actor,
    visit: Visit,
    destination: str = "",
    expected_back: datetime | None = None,
    location: tuple[Decimal, Decimal] | None = None,
    consent: bool = False,
    at: datetime | None = None,
) -> Visit:
    """Leave for the visit: the server writes the time (VIS-05).

    Refused: for somebody else; without an appointment unless it is a cold call; with the kit unanswered; while out on
    another visit. `location` is (latitude, longitude) and needs `consent`. Without a destination it is the place, without
    an expected return the planned end.
    """
    now = clock(at)
    refuse_others(actor, visit.staff)
    hold(visit, *AHEAD)
    if visit.state != VisitState.CONFIRMED and not visit.is_cold_call:
        refuse("visit.no_appointment")
    _refuse_unready(visit)
    where = destination.strip() or visit.place
    if not where:
        refuse("visit.destination")
    if location is not None and not consent:
        refuse("visit.location")
    latitude, longitude = location or (None, None)
    changes = changed(
        visit,
        state=VisitState.OUT,
        out_at=now,
        destination=where,
        expected_back_at=expected_back or visit.planned_end,
        location_consent=consent,
        latitude=latitude,
        longitude=longitude,
    )
    try:
        with transaction.atomic():
            visit.save(update_fields=list(changes))
    except IntegrityError:
        refuse("visit.out_already")
    told = {name: change for name, change in changes.items() if name not in ("latitude", "longitude")}
    record(visit, **told, located=location is not None)
    return visit


@command
def come_back(*, actor: Actor, visit: Visit, at: datetime | None = None) -> Any:
    """Back from the client: the server writes the time and the report is asked for (VIS-05, VIS-07). Twice is once."""
    now = clock(at)
    refuse_others(actor, visit.staff)
    hold(visit)
    if visit.out_at is None:
        refuse("visit.state", state=visit.get_state_display())
    if visit.back_at is not None:
        return UNCHANGED
    state = VisitState.RETURNED if visit.state == VisitState.OUT else visit.state
    changes = changed(visit, state=state, back_at=now)
    visit.save(update_fields=list(changes))
    record(visit, **changes)
    return visit


@command
def note_talk(*, actor: Actor, visit: Visit, notes: str) -> Any:
    """Keep the notes taken during the talk; the report begins with them (VIS-07)."""
    refuse_others(actor, visit.staff)
    hold(visit, *AHEAD, VisitState.OUT, VisitState.RETURNED)
    changes = changed(visit, talk_notes=notes.strip())
    if not changes:
        return UNCHANGED
    visit.save(update_fields=list(changes))
    record(visit, **changes)
    return visit


def kit_keys(visit: Visit) -> list[str]:
    """The items asked for on the day of the visit."""
    return [item["key"] for item in kits.KIT_ITEMS.at(visit.hotel.code, visit.day)]


def _refuse_unready(visit: Visit) -> None:
    """Nobody leaves with an item unanswered or without a look in the mirror (VIS-04)."""
    items = kits.KIT_ITEMS.at(visit.hotel.code, visit.day)
    missing = kits.unanswered([item["key"] for item in items], visit.kit.values_list("key", flat=True))
    if missing:
        refuse("kit.incomplete", items=", ".join(kits.labels(items, missing, get_language() or "")))
    if not visit.appearance_confirmed:
        refuse("kit.appearance")
