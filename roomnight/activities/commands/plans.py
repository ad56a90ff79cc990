"""Planning a visit: its time, its purpose, its appointment (VIS-02, VIS-03, VIS-06)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypedDict, Unpack
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

from roomnight.activities.commands.holding import AHEAD, hold
from roomnight.activities.commands.next_actions import refresh_next_action
from roomnight.activities.commands.refusals import clock, refuse, refuse_choice
from roomnight.activities.commands.slots import free_slots, take_slots
from roomnight.activities.models import (
    ConfirmedHow,
    ProposalState,
    Purpose,
    Visit,
    VisitKind,
    VisitProposal,
    VisitState,
)
from roomnight.activities.rules import plans
from roomnight.clients.commands import meet_protected, write_timeline
from roomnight.clients.commands.accounts import name_of, take_revision
from roomnight.clients.models import Account, Contact
from roomnight.clients.rules import OUT
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.numbering import form_number
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at, hours_of


class Plan(TypedDict, total=False):
    """What a plan may say beside who, whom, when and what for (VIS-02, VIS-03). Left out is left empty or as it was."""

    kind: str
    purpose_text: str
    points: str
    special: str
    materials: str
    desired_outcome: str
    place: str
    long_reason: str
    confirmed_how: str
    confirmed_with: str
    is_cold_call: bool
    cold_reason: str


@command
def plan_visit(
    *,
    actor: Actor,
    hotel: Hotel,
    account: Account,
    staff: Staff,
    start: datetime,
    end: datetime,
    purpose: str,
    people: Iterable[Contact] = (),
    proposal: VisitProposal | None = None,
    at: datetime | None = None,
    **plan: Unpack[Plan],
) -> Visit:
    """Plan a visit by `staff` to a client. With `confirmed_how` and `confirmed_with` the appointment stands already.

    Refused: a time off the five-minute grid, gone by, over two days or taken in the person's diary; more than
    `activities.visit_max_minutes` without `long_reason`; a cold call without `cold_reason`; people of another client; a
    client or person of another hotel. Without a kind the first visit is a first one, without a place it is the client's
    address. A proposal it came from becomes planned.
    """
    now = clock(at)
    met = list(people)
    refuse_strangers(hotel, account, staff, met)
    visit = Visit(
        hotel=hotel,
        account=account,
        staff=staff,
        planned_start=start,
        planned_end=end,
        purpose=purpose,
        district=account.district,
        proposal=proposal,
        created_by=actor.code,
        **plan,
    )
    visit.kind = visit.kind if plan.get("kind") else usual_kind(account)
    visit.place = visit.place or account.address
    refuse_wrong_plan(visit)
    if start < now:
        refuse("visit.past")
    date_plan(visit)
    _settle_state(visit, now)
    visit.number = form_number("FW", hotel.code, visit.day)
    visit.save(force_insert=True)
    visit.people.add(*met)
    take_slots(visit, start, end, field="start")
    refresh_next_action(account.pk)
    meet_protected(actor=actor, account=account, staff=staff, how="planned")
    _take_proposal(visit, proposal)
    _tell(visit, actor, now, gettext_noop("Visit planned for %(day)s"), visit.purpose_text)
    record(
        visit, number=visit.number, account=account.code, staff=staff.username, start=start, end=end, state=visit.state
    )
    return visit


@command
def change_plan(
    *,
    actor: Actor,
    visit: Visit,
    revision: int,
    start: datetime | None = None,
    end: datetime | None = None,
    purpose: str | None = None,
    people: Iterable[Contact] | None = None,
    at: datetime | None = None,
    **plan: Unpack[Plan],
) -> Any:
    """Change a visit that is still planned or confirmed; UNCHANGED when nothing differs.

    `revision` is the one the person saw. The same refusals as for a new plan. A new time or place undoes an appointment,
    unless the same change says how and with whom the new one was agreed.
    """
    now = clock(at)
    hold(visit, *AHEAD)
    given = {"planned_start": start, "planned_end": end, "purpose": purpose}
    wanted: dict[str, Any] = {**plan, **{name: value for name, value in given.items() if value is not None}}
    agreed_anew = bool(plan.get("confirmed_how"))
    changes = changed(visit, **wanted)
    met = None if people is None else list(people)
    if met is not None:
        refuse_strangers(visit.hotel, visit.account, visit.staff, met)
        old, new = sorted(one.name for one in visit.people.all()), sorted(one.name for one in met)
        if old != new:
            changes["people"] = (old, new)
    if not changes:
        return UNCHANGED
    moved = bool({"planned_start", "planned_end", "place"} & set(changes))
    turned_cold = visit.is_cold_call and "is_cold_call" in changes
    if (moved or turned_cold) and not agreed_anew:
        changes |= changed(visit, confirmed_how="", confirmed_with="")
    refuse_wrong_plan(visit)
    if "planned_start" in changes and visit.planned_start < now:
        refuse("visit.past")
    take_revision(visit, revision)
    if {"confirmed_how", "confirmed_with"} & set(changes):
        visit.confirmed_at = None
    changes |= _settle_state(visit, now)
    date_plan(visit)
    if met is not None and "people" in changes:
        visit.people.set(met)
    visit.save(update_fields=[*(set(changes) - {"people"}), "day", "report_due_at", "confirmed_at"])
    if moved:
        free_slots(visit)
        take_slots(visit, visit.planned_start, visit.planned_end, field="start")
    refresh_next_action(visit.account_id)
    record(visit, **changes)
    return visit


@command
def confirm_appointment(
    *, actor: Actor, visit: Visit, how: str, whom: str, place: str | None = None, at: datetime | None = None
) -> Visit:
    """The client has agreed to day, time and place (VIS-03): `how` of ConfirmedHow, `whom` by name. A cold call no more."""
    now = clock(at)
    hold(visit, *AHEAD)
    wanted: dict[str, Any] = {"confirmed_how": how, "confirmed_with": whom.strip(), "is_cold_call": False}
    if place is not None:
        wanted["place"] = place
    changes = changed(visit, cold_reason="", **wanted)
    if not how or not whom.strip():
        refuse("visit.half_appointment")
    refuse_wrong_choices(visit)
    visit.confirmed_at = None
    changes |= _settle_state(visit, now)
    visit.revision += 1  # a plan opened before must not undo the appointment
    visit.save(update_fields=[*changes, "revision"])
    record(visit, **changes)
    return visit


@command
def cancel_visit(*, actor: Actor, visit: Visit, reason: str, at: datetime | None = None) -> Visit:
    """Call off a visit that has not begun; its time is free again. Needs a reason."""
    return _end(actor, visit, VisitState.CANCELLED, reason, clock(at), AHEAD)


@command
def miss_visit(*, actor: Actor, visit: Visit, reason: str, at: datetime | None = None) -> Visit:
    """Nobody was met, or nobody went; its time is free again. Needs a reason. Who is out still has to come back."""
    made = (*AHEAD, VisitState.OUT, VisitState.RETURNED)
    return _end(actor, visit, VisitState.MISSED, reason, clock(at), made)


def _end(
    actor: Actor, visit: Visit, state: VisitState, reason: str, now: datetime, states: tuple[VisitState, ...]
) -> Visit:
    hold(visit, *states)
    if not reason.strip():
        refuse("visit.reason")
    changes = changed(visit, state=state, end_reason=reason.strip(), ended_at=now)
    visit.save(update_fields=list(changes))
    free_slots(visit)
    refresh_next_action(visit.account_id)
    missed = state == VisitState.MISSED
    words = gettext_noop("Visit of %(day)s: nobody met") if missed else gettext_noop("Visit of %(day)s cancelled")
    _tell(visit, actor, now, words, visit.end_reason)
    record(visit, **changes)
    return visit


def _tell(visit: Visit, actor: Actor, now: datetime, message: str, note: str) -> None:
    """Write a line on the client's timeline."""
    write_timeline(
        account=visit.account,
        at=now,
        kind="visit",
        message=message,
        note=note,
        url=visit.get_absolute_url(),
        actor_name=name_of(actor),
        day=visit.day,
    )


def usual_kind(account: Account) -> str:
    """A client that was never visited gets its first visit."""
    return VisitKind.FIRST if account.last_visit_on is None else VisitKind.RETURN


def refuse_strangers(hotel: Hotel, account: Account, staff: Staff, people: Iterable[Contact]) -> None:
    """A visit joins a client of the hotel, a person who works there, and people at that client."""
    if account.hotel_id != hotel.pk:
        refuse("visit.other_hotel")
    if account.stage in OUT:
        refuse("visit.client_out")
    if not staff.memberships.filter(hotel=hotel).exists():
        refuse("visit.staff_elsewhere")
    if any(person.account_id != account.pk for person in people):
        refuse("visit.other_contact")


def refuse_wrong_plan(visit: Visit) -> None:
    """What must hold of a plan whatever the way in."""
    refuse(plans.time_problem(visit.planned_start, visit.planned_end, ZoneInfo(visit.hotel.timezone)))
    refuse_length(visit, visit.planned_minutes)
    refuse_wrong_choices(visit)


def refuse_wrong_choices(visit: Visit) -> None:
    """What a visit is for, and its appointment with its place, or the reason for having none (VIS-02, VIS-03)."""
    refuse_choice(visit.kind, VisitKind.values, "kind")
    if visit.purpose not in Purpose.values:
        refuse("visit.purpose")
    refuse_choice(visit.confirmed_how, ["", *ConfirmedHow.values], "confirmed_how")
    refuse(
        plans.appointment_problem(
            how=visit.confirmed_how,
            whom=visit.confirmed_with,
            is_cold_call=visit.is_cold_call,
            cold_reason=visit.cold_reason,
        )
    )
    if visit.confirmed_how and not visit.place.strip() and not visit.is_logged:
        refuse("visit.place")


def refuse_length(visit: Visit, minutes: int) -> None:
    """A visit of more minutes than the hotel's usual length says why (VIS-06)."""
    longest = plans.VISIT_MAX_MINUTES.at(visit.hotel.code, day_at(visit.hotel, visit.planned_start))
    if plans.needs_long_reason(minutes, longest) and not visit.long_reason.strip():
        refuse("visit.long_reason", minutes=longest)


def date_plan(visit: Visit) -> None:
    """Set the hotel's day of a plan and freeze when its report is due."""
    visit.day = day_at(visit.hotel, visit.planned_start)
    visit.report_due_at = plans.report_due(visit.planned_end, hours_of(visit.hotel, visit.day))


def _settle_state(visit: Visit, now: datetime) -> dict[str, tuple[Any, Any]]:
    """Planned or confirmed, as the appointment says."""
    if not visit.confirmed_how:
        return changed(visit, state=VisitState.PLANNED, confirmed_at=None)
    return changed(visit, state=VisitState.CONFIRMED, confirmed_at=visit.confirmed_at or now)


def _take_proposal(visit: Visit, proposal: VisitProposal | None) -> None:
    """The proposal a plan came from is used up; it must be about this client and person."""
    if proposal is None:
        return
    if (proposal.account_id, proposal.staff_id) != (visit.account_id, visit.staff_id):
        refuse("proposal.other")
    undecided = VisitProposal.objects.filter(pk=proposal.pk, state__in=[ProposalState.PROPOSED, ProposalState.ACCEPTED])
    if not undecided.update(state=ProposalState.PLANNED):
        refuse("proposal.decided")
    proposal.state = ProposalState.PLANNED
