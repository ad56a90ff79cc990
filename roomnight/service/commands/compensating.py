"""What the hotel gives for a complaint, within authority limits (SVC-05)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.kernel.commands import Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.text import clean
from roomnight.organization.access import escalation
from roomnight.organization.authority import Authority, limits_on
from roomnight.organization.models import ApprovalKind, Membership, Staff
from roomnight.organization.working_days import day_at
from roomnight.service.commands.complaints import refuse_closed, tell
from roomnight.service.models import Compensation, CompensationState, Complaint

ASKED = gettext_noop("%(name)s proposes a compensation of %(amount)s for complaint %(number)s: decide. %(text)s")
DECIDED = gettext_noop("The compensation of %(amount)s for complaint %(number)s: %(name)s has decided. %(text)s")


@command
def propose_compensation(
    *, actor: Actor, complaint: Complaint, by: Staff, own: Authority, kind: str, amount: Decimal, note: str = ""
) -> Compensation:
    """Give something for a complaint. What all of it is worth together decides: within one's own limit it is given at once,
    above it the next leader whose limit reaches so far is asked. Refuses while one of it waits, and nothing."""
    refuse_closed(complaint)
    if amount <= 0:
        raise Refusal("compensation.amount", _("Say what it is worth."), field="amount")
    _lock(complaint)
    if Compensation.objects.filter(complaint=complaint, state=CompensationState.WAITING).exists():
        raise Refusal("compensation.waiting", _("A compensation waits for its decision: that comes first."))
    total = given(complaint) + amount
    now = timezone.now()
    is_within = own.covers(total)
    made = Compensation.objects.create(
        complaint=complaint, kind=kind, amount=amount, note=clean(note)[:200], proposed_by=by, proposed_at=now,
        state=CompensationState.APPROVED if is_within else CompensationState.WAITING,
        decided_by=by if is_within else None, decided_at=now if is_within else None,
        waits_for=None if is_within else _who_decides(complaint, by, total),
    )  # fmt: skip
    record(
        made,
        complaint=complaint.number,
        kind=kind,
        amount=amount,
        state=made.state,
        **(own.in_audit() if is_within else {}),
    )
    if made.waits_for is not None:
        tell(complaint, made.waits_for, ASKED, name=by.label, amount=str(amount))
    return made


@command
def approve_compensation(
    *, actor: Actor, compensation: Compensation, by: Staff, own: Authority, note: str = ""
) -> Compensation:
    """Agree to it. Refuses whoever proposed it, and whoever's limit does not reach so far."""
    complaint = compensation.complaint
    _lock(complaint)
    if compensation.proposed_by_id == by.pk:
        raise Refusal("compensation.own", _("Somebody else decides on this: you proposed it."))
    if not own.covers(given(complaint) + compensation.amount):
        raise Refusal("compensation.limit", _("This is beyond your own limit: somebody above you decides."))
    return _decide(compensation, by, CompensationState.APPROVED, note, own)


@command
def decline_compensation(
    *, actor: Actor, compensation: Compensation, by: Staff, own: Authority, note: str = ""
) -> Compensation:
    """Say no, with the reason."""
    if compensation.proposed_by_id == by.pk:
        raise Refusal("compensation.own", _("Somebody else decides on this: you proposed it."))
    if not note.strip():
        raise Refusal("compensation.note", _("Say why."), field="note")
    return _decide(compensation, by, CompensationState.DECLINED, note, own)


def given(complaint: Complaint) -> Decimal:
    """What was given for a complaint so far."""
    rows = Compensation.objects.filter(complaint=complaint, state=CompensationState.APPROVED)
    total: Decimal | None = rows.aggregate(total=Sum("amount"))["total"]
    return total or Decimal(0)


def _decide(one: Compensation, by: Staff, state: str, note: str, own: Authority) -> Compensation:
    values: dict[str, Any] = {
        "state": state, "decided_by": by, "decided_at": timezone.now(), "decision_note": clean(note)[:200],
    }  # fmt: skip
    if not Compensation.objects.filter(pk=one.pk, state=CompensationState.WAITING).update(**values):
        raise Refusal("compensation.decided", _("Somebody has decided on this meanwhile."))
    one.refresh_from_db()
    record(one, state=state, decided_by=by.username, note=note, **own.in_audit())
    tell(one.complaint, one.proposed_by, DECIDED, name=by.label, amount=str(one.amount))
    return one


def _who_decides(complaint: Complaint, by: Staff, total: Decimal) -> Staff | None:
    """The nearest superior whose limit reaches so far, else the highest."""
    line = escalation(by, complaint.hotel)
    places = Membership.objects.filter(hotel=complaint.hotel, staff__in=line).select_related("role__based_on")
    roles = {place.staff_id: place.role for place in places}
    limits = limits_on(complaint.hotel, roles.values(), day_at(complaint.hotel, timezone.now()))
    for person in line:
        limit = limits.get((roles[person.pk].pk, ApprovalKind.COMPENSATION))
        if limit is not None and total <= limit:
            return person
    return line[-1] if line else None


def _lock(complaint: Complaint) -> None:
    """Two compensations of one complaint wait for each other: their sum counts."""
    Complaint.objects.select_for_update(no_key=True).get(pk=complaint.pk)
