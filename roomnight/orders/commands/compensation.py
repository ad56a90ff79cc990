"""A claim for compensation, the offer that the GM's office approves, and its instructions (EXC-03, EXC-04)."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.kernel.commands import Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.orders.commands.exceptions import chosen, hold_open, keep, said, tell
from roomnight.orders.models import (
    CostKind,
    ExceptionCost,
    ExceptionStep,
    OfferAnswer,
    OfferState,
    OrderException,
)
from roomnight.organization.authority import Authority
from roomnight.organization.models import Membership, Staff

CLAIMED = gettext_noop("%(client)s claims compensation (%(number)s): %(note)s")
OFFERED = gettext_noop("To approve: an offer to %(client)s (%(number)s): %(note)s")
APPROVED = gettext_noop("The offer to %(client)s (%(number)s) is approved")
REFUSED = gettext_noop("The offer to %(client)s (%(number)s) is refused: %(note)s")
ASKED = gettext_noop("Instructions asked for, %(client)s (%(number)s): %(note)s")
INSTRUCTED = gettext_noop("Instructions of the GM's office, %(client)s (%(number)s): %(note)s")


def office(one: OrderException) -> list[Staff]:
    """The GM's office: who may approve compensation at this hotel."""
    places = Membership.objects.filter(
        hotel=one.hotel,
        staff__is_active=True,
        role__grants__resource="orders.compensation",
        role__grants__action="approve",
    )
    return list(Staff.objects.filter(pk__in=places.values("staff")).order_by("username"))


@command
def note_claim(*, actor: Actor, exception: OrderException, claim: str, cents: int | None = None) -> OrderException:
    """The client claims something for it: the GM's office hears of it at once (EXC-03)."""
    hold_open(exception)
    text = said(claim, "claim", "claim")
    _refuse_below_nothing(cents)
    tell(office(exception), exception, CLAIMED, but=actor.code, note=text[:200])
    return keep(actor, exception, ExceptionStep.CLAIMED, text, claim=text, claim_cents=cents, claimed_at=timezone.now())


@command
def propose_offer(*, actor: Actor, exception: OrderException, staff: Staff, offer: str, cents: int) -> OrderException:
    """What the client is to be offered. It is offered only once the GM's office has approved it (EXC-03).

    Refused while another waits for approval, or was accepted.
    """
    hold_open(exception)
    if exception.offer_state == OfferState.PENDING:
        raise Refusal("offer.pending", _("An offer waits for approval already."))
    if exception.answer == OfferAnswer.ACCEPTED:
        raise Refusal("offer.accepted", _("The client has accepted an offer already."))
    text = said(offer, "offer", "offer")
    _refuse_below_nothing(cents)
    tell(office(exception), exception, OFFERED, but=staff.username, note=text[:200])
    return keep(
        actor, exception, ExceptionStep.OFFERED, text, offer_state=OfferState.PENDING, offer=text, offer_cents=cents,
        offered_at=timezone.now(), offered_by=staff, decided_at=None, decided_by=None, decision="", answer=OfferAnswer.OPEN,
        answered_at=None,
    )  # fmt: skip


@command
def decide_offer(
    *, actor: Actor, exception: OrderException, staff: Staff, authority: Authority, is_approved: bool, note: str = ""
) -> OrderException:
    """The GM's office approves an offer or refuses it with a reason; whoever proposed it is told (EXC-03).

    Refused to whoever proposed it or decides for them, above one's authority, and where nothing waits.
    """
    hold_open(exception)
    exception.refresh_from_db(fields=["offered_by", "offer_cents"])
    if exception.offer_state != OfferState.PENDING:
        raise Refusal("offer.none", _("No offer waits for a decision."))
    absent = authority.on_behalf_of
    if exception.offered_by_id in (staff.pk, absent.pk if absent else None):
        raise Refusal("offer.own", _("Nobody approves an offer of their own."))
    if is_approved and not authority.covers(Decimal(exception.offer_cents or 0).scaleb(-2)):
        raise Refusal("offer.authority", _("This is more than you may approve."), field="decision")
    if not is_approved:
        said(note, "note", "note")
    step = ExceptionStep.APPROVED if is_approved else ExceptionStep.REFUSED
    tell(
        [exception.offered_by, exception.handler], exception, APPROVED if is_approved else REFUSED, but=staff.username,
        note=note.strip()[:200],
    )  # fmt: skip
    record(exception, **authority.in_audit())
    return keep(
        actor, exception, step, note, offer_state=OfferState.APPROVED if is_approved else OfferState.REFUSED,
        decided_at=timezone.now(), decided_by=staff, decision=note.strip()[:300],
    )  # fmt: skip


@command
def answer_offer(*, actor: Actor, exception: OrderException, answer: str, note: str = "") -> OrderException:
    """What the client said to the approved offer. What is accepted stands among the costs (EXC-06)."""
    hold_open(exception)
    if exception.offer_state != OfferState.APPROVED or exception.answer == OfferAnswer.ACCEPTED:
        raise Refusal("offer.unapproved", _("There is no approved offer to answer."))
    if answer not in (OfferAnswer.ACCEPTED, OfferAnswer.DECLINED):
        raise Refusal("offer.answer", _("Choose one."), field="answer")
    exception.refresh_from_db(fields=["offer_cents"])
    if answer == OfferAnswer.ACCEPTED and exception.offer_cents:
        given = {"cents": exception.offer_cents}
        ExceptionCost.objects.update_or_create(exception=exception, kind=CostKind.COMPENSATION, defaults=given)
        record(exception, compensation=exception.offer_cents)
    return keep(
        actor, exception, ExceptionStep.ANSWERED, note, answer=chosen(answer, OfferAnswer, "answer"),
        answered_at=timezone.now(),
    )  # fmt: skip


@command
def ask_for_instructions(*, actor: Actor, exception: OrderException, question: str) -> OrderException:
    """What cannot be settled is put to the GM's office (EXC-04)."""
    hold_open(exception)
    text = said(question, "question", "question")
    tell(office(exception), exception, ASKED, but=actor.code, note=text[:200])
    return keep(actor, exception, ExceptionStep.ASKED, text, asked=text[:300], asked_at=timezone.now())


@command
def instruct(*, actor: Actor, exception: OrderException, staff: Staff, instruction: str) -> OrderException:
    """The GM's office says what is to be done; whoever deals with it is told (EXC-04)."""
    hold_open(exception)
    text = said(instruction, "instruction", "instruction")
    tell([exception.handler, exception.raised_by], exception, INSTRUCTED, but=staff.username, note=text[:200])
    return keep(
        actor, exception, ExceptionStep.INSTRUCTED, text, instruction=text, instructed_at=timezone.now(), instructed_by=staff
    )  # fmt: skip


def _refuse_below_nothing(cents: int | None) -> None:
    if (cents or 0) < 0:
        raise Refusal("exception.amount", _("An amount is not less than nothing."), field="amount")
