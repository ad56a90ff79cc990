"""What the programme of a reception has done by itself: it reads and feeds the record, so that nothing is written twice (RCP-06).

The record owns its state: what was done on its page already is not done again, and what it refuses is refused at the task.
A drill has no record; then a service says what is usual.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.kernel.commands import Actor
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at
from roomnight.procedures.commands import name_subject
from roomnight.procedures.models import Case
from roomnight.procedures.services import keeps_messages, service
from roomnight.reception.commands import (
    apply_for_reception,
    guests_left,
    hand_in_plan,
    hand_in_report,
    note_call,
    raise_item,
)
from roomnight.reception.models import UNDECIDED, Part, RaisedBy, Reception, ReceptionState
from roomnight.reception.queries.standards import standard_of
from roomnight.reception.rules.values import HOME_HOURS
from roomnight.reception.subjects import KIND

YES, NO = "yes", "no"
SEXES = ("m", "f")

keeps_messages(
    "reception_approved", "reception_declined", "reception_cancelled", "reception_plan_handed_in",
    "reception_guests_left", "reception_called", "reception_reported",
)  # fmt: skip


def record_of(case: Case) -> Reception | None:
    """The reception that a case is about; none in a drill, and before it was applied for."""
    if case.is_trial:
        return None
    kind, _colon, pk = case.subject.partition(":")
    return Reception.objects.select_related("hotel").filter(pk=pk).first() if kind == KIND else None


def _staff(case: Case, actor: Actor) -> Staff | None:
    """Who does it: the person at the desk, or whoever began the case where time moves it."""
    return getattr(actor, "staff", None) or case.started_by


@service("reception.how_far")
def how_far(case: Case, actor: Actor) -> str:
    """Whether there is an application already: `none`, `applied` (not decided), `approved`. Refuses guests who do not come."""
    one = record_of(case)
    if one is None:
        return "none"
    if one.state in (ReceptionState.DECLINED, ReceptionState.CANCELLED, ReceptionState.CLOSED):
        raise Refusal("reception.state", _("The reception is “%(state)s”.") % {"state": one.get_state_display()})
    return "applied" if one.state in UNDECIDED else "approved"


@service("reception.announce")
def announce(
    case: Case,
    actor: Actor,
    *,
    people: list[dict[str, Any]],
    guests: int,
    pick_up: str,
    is_official: str,
    flight: str | None,
    **values: Any,
) -> str:
    """Keep the application as a reception, with the level that follows from the titles; from now on the case is about it (RCP-01).

    The number of the reception. Refuses what `apply_for_reception` refuses.
    """
    staff = None if case.is_trial else _staff(case, actor)
    if staff is None:
        return ""
    texts: dict[str, Any] = {name: value or "" for name, value in values.items()}
    for name in ("arrives_at", "departs_at"):
        texts[name] = _moment(case.hotel, texts[name])
    named = [
        {"name": one["name"], "sex": one["sex"] if one.get("sex") in SEXES else "", "title": one.get("title") or "",
         "phone": one.get("phone") or ""}
        for one in people
    ]  # fmt: skip
    one = apply_for_reception(
        actor=actor, hotel=case.hotel, applicant=case.started_by or staff, guests=named, people=guests,
        place=case.hotel.name, arrives_by=flight or "", is_pick_up_needed=pick_up == YES, is_official=is_official == YES,
        **texts,
    )  # fmt: skip
    name_subject(case, f"{KIND}:{one.pk}", str(one), one.get_absolute_url())
    return one.number


def _moment(hotel: Hotel, text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=ZoneInfo(hotel.timezone)) if timezone.is_naive(found) else found


@service("reception.hand_in_plan")
def plan_is_in(case: Case, actor: Actor, *, late_reason: str | None) -> str:
    """Hand in the plan as it stands on the record; whether its guests are picked up (RCP-03)."""
    one = record_of(case)
    if one is None:
        return YES
    if one.state == ReceptionState.APPROVED:
        hand_in_plan(actor=actor, reception=one, staff=_staff(case, actor), late_reason=late_reason or "")
    return YES if one.programme.filter(part=Part.PICK_UP).exists() else NO


@service("reception.meal_standard")
def meal_standard(case: Case, actor: Actor) -> str:
    """What lunch and dinner may cost by the standard of the record's level: `500 / 500 CNY` (RCP-02)."""
    one = record_of(case)
    if one is None:
        return ""
    standard = standard_of(one)
    return f"{standard.meal('lunch', one.people):,} / {standard.meal('dinner', one.people):,} {one.hotel.currency}"


@service("reception.over_standard")
def over_standard(case: Case, actor: Actor, *, lunch: Any, dinner: Any) -> str:
    """Whether a meal is to cost more than the standard allows: then somebody approves it first (RCP-02)."""
    one = record_of(case)
    if one is None:
        return NO
    standard = standard_of(one)
    costs = (("lunch", lunch), ("dinner", dinner))
    return YES if any(Decimal(str(cost or 0)) > standard.meal(meal, one.people) for meal, cost in costs) else NO


@service("reception.raise_items")
def raise_items(case: Case, actor: Actor, *, rows: list[dict[str, Any]] | None) -> str:
    """Keep what guests and house want to do together; whether there is anything, also what was noted before (RCP-07)."""
    one = record_of(case)
    if one is None:
        return YES if rows else NO
    for row in rows or []:
        by = row["raised_by"] if row.get("raised_by") in RaisedBy.values else RaisedBy.GUESTS
        raise_item(actor=actor, reception=one, what=row.get("item") or "", raised_by=by)
    return YES if one.items.filter(sent_at=None).exists() else NO


@service("reception.settle_items")
def settle_items(case: Case, actor: Actor, *, open_reason: str | None) -> int:
    """See that everything was sent in writing, or why something stays open; how much does (RCP-07)."""
    one = record_of(case)
    left = [item.what for item in one.items.filter(sent_at=None)] if one is not None else []
    if left and not (open_reason or "").strip():
        raise Refusal(
            "item.open",
            _("Not sent yet: %(items)s. Send it from the reception's page, or say why it stays open.")
            % {"items": "; ".join(left)[:200]},
            field="open_reason",
        )
    return len(left)


@service("reception.guests_left")
def they_left(case: Case, actor: Actor) -> str:
    """Keep that the guests have left; the moment when they should be home and are called (RCP-08)."""
    one, left = record_of(case), timezone.now()
    if one is None:
        return (left + timedelta(hours=HOME_HOURS.default)).isoformat()
    if one.left_at is None:
        one = guests_left(actor=actor, reception=one)
    left = one.left_at or left
    return (left + timedelta(hours=HOME_HOURS.at(one.hotel.code, day_at(one.hotel, left)))).isoformat()


@service("reception.note_call")
def keep_call(case: Case, actor: Actor, *, hotel_opinion: str | None, company_opinion: str | None) -> None:
    """Keep what the guests think, said at the call after (RCP-08)."""
    one = record_of(case)
    if one is not None:
        note_call(
            actor=actor, reception=one, at=timezone.now(), hotel_opinion=hotel_opinion or "",
            company_opinion=company_opinion or "",
        )  # fmt: skip


@service("reception.hand_in_report")
def keep_report(case: Case, actor: Actor, *, outcome: str, next_steps: str | None) -> None:
    """Hand in the report to the leaders (RCP-08)."""
    one = record_of(case)
    if one is not None and one.state != ReceptionState.CLOSED:
        hand_in_report(actor=actor, reception=one, report="\n".join(filter(None, (outcome, next_steps))))
