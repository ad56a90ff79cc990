"""What one colleague still had to do goes to others (ORG-04)."""

from __future__ import annotations

from typing import Any

from roomnight.activities.commands.follow_ups import cancel_followup
from roomnight.activities.commands.holding import AHEAD, hold, hold_open
from roomnight.activities.commands.plans import cancel_visit
from roomnight.activities.commands.refusals import refuse
from roomnight.activities.commands.slots import free_slots, take_slots
from roomnight.activities.events import FollowUpChanged
from roomnight.activities.models import FollowUp, Visit
from roomnight.kernel.commands import Actor, changed, command, record
from roomnight.kernel.events import emit
from roomnight.organization.models import Staff


@command
def hand_over_followup(*, actor: Actor, followup: FollowUp, to: Staff | None, reason: str) -> FollowUp:
    """An open follow-up goes to a colleague as it is, late or not; to nobody: it is taken off the list with the reason."""
    if to is None:
        cancel_followup(actor=actor, followup=followup, reason=reason)
        record(followup, handed_over="", reason=reason)
        return followup
    hold_open(followup)
    if not to.memberships.filter(hotel=followup.hotel_id).exists():
        refuse("followup.owner")
    changes = changed(followup, owner=to)
    followup.save(update_fields=["owner"])
    record(followup, **changes, reason=reason)
    emit(FollowUpChanged(followup.pk))
    return followup


@command
def hand_over_visit(*, actor: Actor, visit: Visit, to: Staff | None, reason: str) -> Any:
    """A visit that is still ahead is made by a colleague; to nobody: it is called off with the reason.

    Refused when the colleague has another visit at that time (VIS-03).
    """
    if to is None:
        cancel_visit(actor=actor, visit=visit, reason=reason)
        record(visit, handed_over="", reason=reason)
        return visit
    hold(visit, *AHEAD)
    if not to.memberships.filter(hotel=visit.hotel_id).exists():
        refuse("visit.staff_elsewhere")
    free_slots(visit)
    changes = changed(visit, staff=to, revision=visit.revision + 1)
    take_slots(visit, visit.planned_start, visit.planned_end, field="to")
    visit.save(update_fields=list(changes))
    record(visit, staff=changes["staff"], reason=reason)
    return visit
