"""A guest changes rooms: judged by the rule, done by the hotel's procedure, and nothing forgotten (FO-02)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands.accounts import take_revision
from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.kernel.numbering import form_number
from roomnight.kernel.text import clean
from roomnight.organization.models import Hotel, Membership, Staff
from roomnight.organization.working_days import day_at
from roomnight.pms.models import GuestState
from roomnight.pms.rules.guests import ROOM_SECRET, masked_name
from roomnight.procedures.commands import complete_task, start_case
from roomnight.procedures.models import Case, CaseTask, ProcedureVersion, VersionState
from roomnight.reception.models import Cause, ChangeState, RoomChange, Tick, Wish, WishState
from roomnight.reception.rules.rooms import TOLD_OF_CHANGES, Verdict, judged
from roomnight.ui.addresses import address

PROCEDURE = "P-ROOM-CHANGE"
ASK, SEARCH = "ask", "search"
CHECK_OUT = time(12, 0)
WORKED_ON = (
    "hotel_fault", "cannot_be_repaired", "to_room", "to_type", "to_rate", "charged_rate", "is_free_upgrade", "ticks",
    "state", "outcome", "approved_by", "ended_at", "revision",
)  # fmt: skip


@command
def ask_room_change(
    *,
    actor: Actor,
    hotel: Hotel,
    by: Staff,
    guest: Any,
    from_type: str,
    from_rate: Decimal,
    cause: str,
    to_room: str = "",
    to_type: str = "",
    to_rate: Decimal | None = None,
    **more: Any,
) -> RoomChange:
    """Write the slip of a room change for a guest of the in-house list (with `level`), and begin the hotel's procedure.

    With a new room it is judged at once; without one, or while it is to be seen whether a fault can be repaired, it is
    judged when there is one. Refuses what the rule forbids on the day of arrival, a room for itself, a guest without a
    room, and a second change while one is under way. A guest whose room is secret gets no case: the desk does it alone.
    """
    now = timezone.now()
    today = day_at(hotel, now)
    if guest.state != GuestState.IN_HOUSE or not guest.room:
        raise Refusal("room_change.no_room", _("This guest has no room yet: give another one in the PMS."))
    made = RoomChange(
        hotel=hotel, number=form_number("HF", hotel.code, today), stay_key=guest.stay_key, arrival=guest.arrival,
        departure=guest.departure, from_room=guest.room[:10], from_type=clean(from_type)[:30], from_rate=from_rate,
        to_room=to_room.strip()[:10], to_type=clean(to_type)[:30], to_rate=to_rate, cause=cause, asked_at=now, asked_by=by,
        **_tidy(more),
    )  # fmt: skip
    _refuse_nonsense(made)
    version = None if guest.level >= ROOM_SECRET else _version_in_force(hotel)
    if made.to_room and not (made.hotel_fault and version is not None):
        _settle(made)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal("room_change.under_way", _("A room change of this guest is under way already.")) from error
    record(made, number=made.number, cause=cause, hotel_fault=made.hotel_fault, charged_rate=made.charged_rate)
    if version is not None:
        _begin_case(actor, made, version, by, guest.guest_name)
        made.refresh_from_db()
    return made


@command
def work_on_room_change(
    *,
    actor: Actor,
    change: RoomChange,
    revision: int,
    to_room: str = "",
    to_type: str = "",
    to_rate: Decimal | None = None,
    ticks: Collection[str] = (),
) -> RoomChange:
    """A change that the desk does alone: the new room, and what is done of what has to go along.

    What is ticked is kept; when nothing is missing and the price is settled the guest has moved, and the departments hear
    from which room to which, never who. Refuses what the rule forbids, and a slip that a case works on.
    """
    _refuse_unless_by_hand(change)
    take_revision(change, revision)
    before = change.charged_rate
    change.to_room, change.to_type, change.to_rate = to_room.strip()[:10], clean(to_type)[:30], to_rate
    change.ticks = [tick for tick in Tick.values if tick in ticks]
    _refuse_nonsense(change)
    if change.to_room:
        _settle(change)
    if change.charged_rate != before:
        change.approved_by = None
    change.save(update_fields=WORKED_ON)
    record(change, ticks=change.ticks, charged_rate=change.charged_rate)
    if change.to_room and len(change.ticks) == len(Tick.values) and not needs_approval(change):
        _moved(change)
    return change


@command
def approve_rate(*, actor: Actor, change: RoomChange, by: Staff, is_free_upgrade: bool) -> RoomChange:
    """Another price, or an upgrade at the old one, is approved by somebody other than who asked (FO-02)."""
    _refuse_unless_by_hand(change)
    if not needs_approval(change):
        raise Refusal("room_change.approved", _("There is nothing to approve."))
    if change.asked_by_id == by.pk:
        raise Refusal("room_change.own", _("Somebody else has to approve this: you asked for it."))
    change.is_free_upgrade, change.approved_by = is_free_upgrade, by
    _settle(change)
    change.revision += 1
    change.save(update_fields=WORKED_ON)
    record(change, approved=by.username, is_free_upgrade=is_free_upgrade, charged_rate=change.charged_rate)
    if len(change.ticks) == len(Tick.values):
        _moved(change)
    return change


@command
def withdraw_room_change(*, actor: Actor, change: RoomChange, reason: str) -> RoomChange:
    """The guest stays where he is. Refuses without a reason, and while a case works on it: that one is called off."""
    _refuse_unless_by_hand(change)
    if not reason.strip():
        raise Refusal("room_change.reason", _("Say why."), field="reason")
    _end(change, ChangeState.WITHDRAWN, clean(reason)[:200])
    record(change, withdrawn=change.outcome)
    return change


@command
def follow_case(*, actor: Actor, case: Case, is_cancelled: bool) -> Any:
    """The case of a room change is over: the slip says what came of it. UNCHANGED where no slip waits for it."""
    change = RoomChange.objects.select_related("hotel").filter(case=case, state=ChangeState.OPEN).first()
    if change is None:
        return UNCHANGED
    data = case.data
    change.hotel_fault = data.get("hotel_fault", "") == "yes"
    change.cannot_be_repaired = data.get("cannot_be_repaired", "") == "yes"
    if is_cancelled:
        _end(change, ChangeState.WITHDRAWN, _("The case was called off."))
    elif change.hotel_fault and data.get("repairable") == "yes":
        _end(change, ChangeState.STAYED, _("The fault was repaired."))
    elif data.get("terms") == "refused" or data.get("rate_approved") == "no":
        _end(change, ChangeState.STAYED, _("The rule or the price stood against it."))
    elif data.get("available") == "none" or not data.get("new_room"):
        _end(change, ChangeState.STAYED, _("No room came free."))
    else:
        change.to_room, change.to_type = str(data["new_room"])[:10], str(data.get("new_type", ""))[:30]
        change.to_rate = _amount(data.get("new_rate"), change.from_rate)
        change.is_free_upgrade = data.get("is_upgrade", "") == "yes"
        change.charged_rate = verdict_on(change).charged_rate
        change.ticks = list(Tick.values)
        _end(change, ChangeState.MOVED, "")
    record(change, state=change.state, charged_rate=change.charged_rate)
    return change


def verdict_on(change: RoomChange) -> Verdict:
    """What the rule says of a change with a new room and its rate."""
    return judged(
        on_arrival_day=day_at(change.hotel, change.asked_at) <= change.arrival, from_rate=change.from_rate,
        to_rate=change.from_rate if change.to_rate is None else change.to_rate,
        is_beyond_repair=change.is_beyond_repair, is_free_upgrade=change.is_free_upgrade,
    )  # fmt: skip


def needs_approval(change: RoomChange) -> bool:
    """Whether somebody still has to agree to another price, on a slip that the desk does alone."""
    return bool(change.to_room) and change.approved_by_id is None and verdict_on(change).needs_approval


def _settle(change: RoomChange) -> None:
    verdict = verdict_on(change)
    if not verdict.is_allowed:
        raise Refusal(
            "room_change.lower_rate",
            _("On the day of arrival a room is not changed for a cheaper one, unless ours cannot be repaired."),
            field="to_rate",
        )
    change.charged_rate = verdict.charged_rate


def _refuse_nonsense(change: RoomChange) -> None:
    if change.to_room and change.to_room == change.from_room:
        raise Refusal("room_change.same", _("This is the room the guest has already."), field="to_room")
    if change.to_room and change.to_rate is None:
        raise Refusal("room_change.rate", _("Say what the new room costs a night."), field="to_rate")
    if change.to_room and not change.to_type:
        raise Refusal("room_change.type", _("Say of which type the new room is."), field="to_type")
    if not change.to_room and (change.to_rate is not None or change.to_type):
        raise Refusal("room_change.room", _("Say which room it is."), field="to_room")
    if change.cannot_be_repaired and not change.hotel_fault:
        raise Refusal("room_change.fault", _("Only a fault of ours can be beyond repair."), field="cannot_be_repaired")
    if change.cause == Cause.OTHER and not change.cause_text:
        raise Refusal("room_change.cause", _("Say why."), field="cause_text")


def _refuse_unless_by_hand(change: RoomChange) -> None:
    if change.state != ChangeState.OPEN:
        raise Refusal("room_change.state", _("This room change is over."))
    if change.case_id is not None:
        raise Refusal("room_change.case", _("A case works on this room change: go on there."))


def _tidy(more: dict[str, Any]) -> dict[str, Any]:
    return {name: clean(value) if isinstance(value, str) else value for name, value in more.items()}


def _amount(value: Any, other: Decimal) -> Decimal:
    try:
        return Decimal(str(value)).quantize(Decimal("0.01"))
    except InvalidOperation:
        return other


def _moved(change: RoomChange) -> None:
    _end(change, ChangeState.MOVED, "")
    kinds: list[str] = TOLD_OF_CHANGES.at(change.hotel.code, day_at(change.hotel, timezone.now()))
    places = Membership.objects.filter(hotel=change.hotel, department__kind__in=kinds, staff__is_active=True)
    for username in places.order_by("staff__username").values_list("staff__username", flat=True):
        notify(
            username, gettext_noop("Room change: from %(old)s to %(new)s."), hotel_code=change.hotel.code,
            old=change.from_room, new=change.to_room,
        )  # fmt: skip


def _end(change: RoomChange, state: str, outcome: str) -> None:
    change.state, change.outcome, change.ended_at = state, outcome, timezone.now()
    change.save(update_fields=WORKED_ON)
    if state == ChangeState.MOVED:
        follow = Wish.objects.filter(hotel=change.hotel, stay_key=change.stay_key, is_by_room=False)
        follow.exclude(state=WishState.DONE).update(room=change.to_room)


# ---- the case


def _version_in_force(hotel: Hotel) -> ProcedureVersion | None:
    """The hotel's procedure for room changes as it holds now; None where it has none."""
    return (
        ProcedureVersion.objects.filter(
            procedure__hotel=hotel, procedure__code=PROCEDURE, procedure__is_retired=False, state=VersionState.EFFECTIVE
        ).select_related("procedure__hotel").order_by("-number").first()
    )  # fmt: skip


def _begin_case(actor: Actor, change: RoomChange, version: ProcedureVersion, by: Staff, name: str) -> None:
    """A case with what is on the slip; the guest's name goes into it masked, for more people read cases than guests.

    Steps whose answers stand on the slip are done at once. Where the hotel asks other things there, they wait for somebody.
    """
    asked, offered = _answers(change, name)
    case = start_case(
        actor=actor, version=version, subject=f"reception.roomchange:{change.pk}", label=change.number,
        url=address("reception:room_change", change.hotel.code, pk=change.pk), data=asked, starter=by,
    )  # fmt: skip
    RoomChange.objects.filter(pk=change.pk).update(case=case)
    if _done(actor, case, ASK, asked, by) and offered:
        _done(actor, case, SEARCH, offered, by)


def _done(actor: Actor, case: Case, step: str, data: dict[str, Any], by: Staff) -> bool:
    task = CaseTask.objects.select_related("case__hotel").filter(case=case, step=step).order_by("-pk").first()
    if task is None:
        return False
    try:
        with transaction.atomic():
            complete_task(actor=actor, task=task, staff=by, data=data)
    except Refusal:
        return False
    return True


def _answers(change: RoomChange, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the slip answers on the first two forms of the procedure; nothing on the second before a fault was looked at."""
    leaves = datetime.combine(change.departure, CHECK_OUT)
    asked = {
        "guest_name": masked_name(name) or "–", "old_room": change.from_room, "old_type": change.from_type,
        "old_rate": str(change.from_rate), "departs_at": leaves.isoformat(), "asked_by": change.asked_for_by,
        "arrival_day": _yes(day_at(change.hotel, change.asked_at) <= change.arrival), "change_cause": change.cause,
        "hotel_fault": _yes(change.hotel_fault), "cannot_be_repaired": _yes(change.cannot_be_repaired),
    }  # fmt: skip
    if change.cause == Cause.OTHER:
        asked["cause_text"] = change.cause_text
    if change.wanted:
        asked["wanted"] = change.wanted
    if not change.to_room or change.hotel_fault:
        return asked, {}
    kind = "same" if change.to_type == change.from_type else "other"
    offered = {
        "available": kind, "new_room": change.to_room, "new_type": change.to_type, "new_rate": str(change.to_rate),
    }  # fmt: skip
    return asked, offered


def _yes(value: bool) -> str:
    return "yes" if value else "no"
