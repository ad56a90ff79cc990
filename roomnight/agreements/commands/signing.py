"""Originals, who may sign for the client, taking effect and ending (AGR-01, AGR-02, AGR-03)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.agreements.commands.keeping import mark_renewed, send_copies
from roomnight.agreements.commands.steps import publish, refuse_unless, tell, write_step
from roomnight.agreements.models import CHARGING, RUNNING, Agreement, Original, Side, Signatory, State, Step
from roomnight.clients.commands import write_timeline
from roomnight.clients.commands.accounts import take_revision
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at

BEGUN = gettext_noop("Agreement %(number)s in force until %(until)s")
ENDED = gettext_noop("Agreement %(number)s ended on %(until)s")


@command
def register_original(
    *, actor: Actor, agreement: Agreement, staff: Staff, side: str, signed_on: date, place: str, signed_for_us: str,
    signed_for_client: str, has_our_seal: bool, has_client_seal: bool,
) -> Original:  # fmt: skip
    """Enter a signed original (AGR-03). When both are there the agreement is signed, and begins on its day.

    Refused: an original without one of the seals, signed in days to come, or registered already.
    """
    refuse_unless(agreement, (State.APPROVED,))
    today = day_at(agreement.hotel, timezone.now())
    if side not in Side.values or agreement.originals.filter(side=side).exists():
        raise Refusal("agreement.original", _("This original is registered already."), field="side")
    if signed_on > today:
        raise Refusal("agreement.signed_on", _("This day is still to come."), field="signed_on")
    if not has_our_seal or not has_client_seal:
        field = "has_client_seal" if has_our_seal else "has_our_seal"
        raise Refusal("agreement.seal", _("An original counts with the seals of both sides."), field=field)
    one = Original.objects.create(
        agreement=agreement, side=side, signed_on=signed_on, place=place.strip(), signed_for_us=signed_for_us.strip(),
        signed_for_client=signed_for_client.strip(), has_our_seal=True, has_client_seal=True, registered_by=staff,
        registered_at=timezone.now(),
    )  # fmt: skip
    record(one, agreement=agreement.number, side=side, signed_on=signed_on, place=one.place)
    if agreement.originals.count() == len(Side.values):
        _sign(actor, agreement, today)
    return one


def _sign(actor: Actor, agreement: Agreement, today: date) -> None:
    if agreement.holds_until < today:
        raise Refusal("agreement.past", _("Its last day is over already."))
    if agreement.kind in CHARGING and not agreement.signatories.exists():
        raise Refusal("agreement.signatories", _("Name who may sign for the client first."))
    changes = changed(agreement, state=State.SIGNED, signed_at=timezone.now())
    agreement.save(update_fields=[*changes])
    write_step(agreement, actor, Step.SIGNED)
    publish(agreement.account_id, today)
    send_copies(agreement)
    if agreement.renews is not None:
        mark_renewed(agreement.renews, actor)
    tell(agreement.responsible, agreement, gettext_noop("Signed by both sides: %(client)s (%(number)s)."))
    record(agreement, **changes)


@command
def begin_agreements(*, actor: Actor, hotel: Hotel, on: date) -> Any:
    """What is signed takes effect on its first day; done by the worker (AGR-02)."""
    due = Agreement.objects.filter(hotel=hotel, state=State.SIGNED, starts_on__lte=on).select_related(
        "hotel", "account", "responsible"
    )
    count = 0
    for one in due.order_by("pk"):
        now = timezone.now()
        moved = Agreement.objects.filter(pk=one.pk, state=State.SIGNED)
        if not moved.update(state=State.EFFECTIVE, effective_at=now):
            continue
        count += 1
        write_step(one, actor, Step.BEGAN)
        _on_timeline(one, BEGUN)
        tell(one.responsible, one, gettext_noop("In force from today: %(client)s (%(number)s)."))
        record(one, state=(State.SIGNED, State.EFFECTIVE), effective_at=now)
    return count or UNCHANGED


@command
def end_agreements(*, actor: Actor, hotel: Hotel, on: date) -> Any:
    """What held until yesterday ends; one that was renewed says so (AGR-02). Done by the worker."""
    over = Agreement.objects.filter(hotel=hotel, state__in=(State.SIGNED, *RUNNING), ended_at=None, holds_until__lt=on)
    count = 0
    for one in over.select_related("hotel", "account", "responsible").order_by("pk"):
        state = State.RENEWED if one.state == State.RENEWED else State.EXPIRED
        now = timezone.now()
        moved = Agreement.objects.filter(pk=one.pk, state=one.state, ended_at=None)
        if not moved.update(state=state, ended_at=now):
            continue
        count += 1
        write_step(one, actor, Step.ENDED)
        publish(one.account_id, on)
        _on_timeline(one, ENDED)
        if state == State.EXPIRED:
            tell(one.responsible, one, gettext_noop("Ended without renewal: %(client)s (%(number)s)."))
        record(one, state=(one.state, state), ended_at=now)
    return count or UNCHANGED


@command
def terminate_agreement(*, actor: Actor, agreement: Agreement, last_day: date, note: str) -> Agreement:
    """End it before its time: it still holds on `last_day`, and on no day after (AGR-02). One that
    has not begun holds on no day at all."""
    refuse_unless(agreement, (State.SIGNED, *RUNNING))
    today = day_at(agreement.hotel, timezone.now())
    if not note.strip():
        raise Refusal("agreement.note", _("Say why."), field="note")
    if agreement.state == State.SIGNED:
        last_day = agreement.starts_on - timedelta(days=1)
    elif last_day < today or last_day > agreement.ends_on:
        raise Refusal("agreement.last_day", _("The last day lies between today and the agreed end."), field="last_day")
    changes = changed(
        agreement, state=State.TERMINATED, holds_until=last_day, end_reason=note.strip(), ended_at=timezone.now()
    )
    agreement.save(update_fields=[*changes])
    write_step(agreement, actor, Step.TERMINATED, note)
    publish(agreement.account_id, today)
    _on_timeline(agreement, ENDED)
    record(agreement, **changes)
    return agreement


@command
def add_signatory(
    *, actor: Actor, agreement: Agreement, name: str, starts_on: date, ends_on: date, **values: Any
) -> Signatory:
    """Name somebody who may sign for the client (AGR-01). After signing that takes the client's letter.

    Refused: days outside the term, the same person twice from one day on.
    """
    refuse_unless(agreement, (State.DRAFT, State.REVIEW, State.APPROVED, State.SIGNED, *RUNNING))
    _refuse_days(agreement, starts_on, ends_on)
    if agreement.signed_at is not None and not str(values.get("letter", "")).strip():
        raise Refusal(
            "agreement.letter", _("A change of who may sign is made on the client's letter: enter it."), field="letter"
        )
    if agreement.signatories.filter(name=name.strip(), starts_on=starts_on).exists():
        raise Refusal("agreement.signatory", _("This person is named already."), field="name")
    one = Signatory.objects.create(
        agreement=agreement, name=name.strip(), starts_on=starts_on, ends_on=ends_on, added_by=actor.code, **values
    )
    record(one, agreement=agreement.number, name=one.name, starts_on=starts_on, ends_on=ends_on, **values)
    return one


@command
def change_signatory(
    *, actor: Actor, signatory: Signatory, revision: int, name: str, starts_on: date, ends_on: date, **values: Any
) -> Signatory:
    """Change until when or how far somebody may sign; one who may not any more ends yesterday or earlier."""
    _refuse_days(signatory.agreement, starts_on, ends_on)
    letter = str(values.get("letter", "")).strip()
    if signatory.agreement.signed_at is not None and not letter:
        raise Refusal(
            "agreement.letter", _("A change of who may sign is made on the client's letter: enter it."), field="letter"
        )
    same = signatory.agreement.signatories.exclude(pk=signatory.pk).filter(name=name.strip(), starts_on=starts_on)
    if same.exists():
        raise Refusal("agreement.signatory", _("This person is named already."), field="name")
    take_revision(signatory, revision)
    changes = changed(signatory, name=name.strip(), starts_on=starts_on, ends_on=ends_on, **values)
    signatory.save(update_fields=[*changes])
    record(signatory, **changes)
    return signatory


def _refuse_days(agreement: Agreement, starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise Refusal("agreement.order", _("The last day lies before the first."), field="ends_on")
    if starts_on < agreement.starts_on or ends_on > agreement.ends_on:
        raise Refusal("agreement.outside", _("These days lie outside the agreement's term."), field="starts_on")


def _on_timeline(agreement: Agreement, message: str) -> None:
    write_timeline(
        account=agreement.account, at=timezone.now(), kind="agreement", message=message,
        url=agreement.get_absolute_url(), number=agreement.number, until=agreement.holds_until.isoformat(),
    )  # fmt: skip
