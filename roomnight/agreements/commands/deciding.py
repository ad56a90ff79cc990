"""Deciding on agreements: nobody on their own, and below the floor the director (AGR-02)."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.agreements.commands.steps import refuse_unless, tell, write_step
from roomnight.agreements.models import Agreement, State, Step
from roomnight.agreements.queries.tables import floors
from roomnight.agreements.rules.seasons import below_floor
from roomnight.kernel.commands import Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Staff
from roomnight.organization.working_days import day_at


@command
def approve_agreement(*, actor: Actor, agreement: Agreement, staff: Staff, note: str = "") -> Agreement:
    """Agree to what was handed in (AGR-02). Refused where a rate is below the floor: that is the director's decision."""
    refuse_unless(agreement, (State.REVIEW,))
    _refuse_own(agreement, staff)
    under = freeze_floors(agreement)
    if under:
        raise Refusal(
            "agreement.below_floor",
            _("%(n)d rates are below the floor: the director of sales decides on this one.") % {"n": under},
        )
    return _approved(actor, agreement, staff, note)


@command
def approve_below_floor(*, actor: Actor, agreement: Agreement, staff: Staff, note: str = "") -> Agreement:
    """The director agrees, also to rates below the floor; then with the reason (AGR-02)."""
    refuse_unless(agreement, (State.REVIEW,))
    _refuse_own(agreement, staff)
    if freeze_floors(agreement) and not note.strip():
        raise Refusal("agreement.note", _("Say why rates below the floor are given."), field="note")
    return _approved(actor, agreement, staff, note)


@command
def return_agreement(*, actor: Actor, agreement: Agreement, staff: Staff, note: str) -> Agreement:
    """Send it back to be corrected, saying what is wrong. What is approved and not yet signed can be sent back as well."""
    refuse_unless(agreement, (State.REVIEW, State.APPROVED))
    if agreement.originals.exists():
        raise Refusal("agreement.signed", _("An original is signed already: it cannot be changed any more."))
    if not note.strip():
        raise Refusal("agreement.note", _("Say why."), field="note")
    changes = changed(agreement, state=State.DRAFT, decided_by=staff, decided_at=timezone.now())
    agreement.save(update_fields=[*changes])
    write_step(agreement, actor, Step.RETURNED, note)
    tell(
        agreement.responsible, agreement, gettext_noop("Returned to correct: %(client)s (%(number)s), %(note)s"),
        note=note.strip(),
    )  # fmt: skip
    record(agreement, **changes, note=note.strip())
    return agreement


def freeze_floors(agreement: Agreement) -> int:
    """Write on each line the floor that it is under as of today; returns how many are."""
    held = floors(agreement.hotel.code, day_at(agreement.hotel, timezone.now()))
    under = 0
    for line in agreement.lines.all():
        line.floor = below_floor(line.room_type, line.season, line.rate, held)
        line.save(update_fields=["floor"])
        under += line.is_below_floor
    return under


def _approved(actor: Actor, agreement: Agreement, staff: Staff, note: str) -> Agreement:
    changes = changed(agreement, state=State.APPROVED, decided_by=staff, decided_at=timezone.now())
    agreement.save(update_fields=[*changes])
    write_step(agreement, actor, Step.APPROVED, note)
    tell(agreement.responsible, agreement, gettext_noop("Approved, now to be signed: %(client)s (%(number)s)."))
    record(agreement, **changes, note=note.strip())
    return agreement


def _refuse_own(agreement: Agreement, staff: Staff) -> None:
    if staff.pk in (agreement.responsible_id, agreement.drafted_by_id, agreement.submitted_by_id):
        raise Refusal("agreement.own", _("Somebody else decides on one's own agreement."))
