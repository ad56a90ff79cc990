"""Taking a record in hand: locked until the command ends, and in a state that allows it."""

from __future__ import annotations

from roomnight.activities.commands.refusals import refuse
from roomnight.activities.models import FollowUp, FollowUpState, Visit, VisitState
from roomnight.organization.models import Staff

AHEAD = (VisitState.PLANNED, VisitState.CONFIRMED)


def hold(visit: Visit, *states: VisitState) -> None:
    """Lock the visit and read it anew; refused unless it is in one of these states (none given: any)."""
    visit.refresh_from_db(from_queryset=Visit.objects.select_for_update())
    if states and visit.state not in states:
        refuse("visit.state", state=visit.get_state_display())


def hold_open(follow_up: FollowUp) -> None:
    """Lock the follow-up and read it anew; refused when it is done or cancelled."""
    follow_up.refresh_from_db(from_queryset=FollowUp.objects.select_for_update())
    if follow_up.state != FollowUpState.OPEN:
        refuse("followup.not_open")


def hold_diary(staff: Staff) -> None:
    """One at a time for this person; rows that point to the person can still be made meanwhile."""
    Staff.objects.select_for_update(no_key=True).values_list("pk").get(pk=staff.pk)
