"""Following an order step by step: read, urged, needs learned, the stay, comments, opinions (ORD-04, VIS-09)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.activities.commands import complete_followup, hand_over_followup
from roomnight.activities.commands.follow_ups import open_follow_up
from roomnight.activities.commands.next_actions import refresh_next_action
from roomnight.activities.models import FollowUp, FollowUpKind, FollowUpSource, FollowUpState, Priority
from roomnight.clients.commands import write_timeline
from roomnight.clients.commands.accounts import take_revision
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.orders.commands.cases import tell_cases
from roomnight.orders.commands.exceptions import follow_order
from roomnight.orders.commands.steps import hold, refuse_unless, ring, tell, write_step
from roomnight.orders.models import (
    FIRM,
    CallReason,
    FollowStep,
    Order,
    OrderCall,
    OrderComment,
    OrderState,
    OrderStep,
    PassedComment,
    Rating,
    StepNote,
)
from roomnight.orders.queries.following import not_ready, papers_of
from roomnight.orders.rules.follow_values import LOW_COMMENT_DAYS, OPINION_DAYS
from roomnight.orders.rules.following import opinion_day
from roomnight.organization.models import Department, Membership, Staff
from roomnight.organization.working_days import calendar_of, day_at
from roomnight.ui.addresses import address

URGED = gettext_noop("%(who)s asks whether all is ready for order %(number)s “%(order)s”: %(why)s")
COMMENT = gettext_noop("What guests of order %(number)s “%(order)s” said: %(text)s")
LOW = gettext_noop("A guest of order %(number)s “%(order)s” was not satisfied: %(text)s")
COMMENTED = gettext_noop("Comment on order %(number)s “%(title)s”")
COMMENTABLE = (OrderState.IN_PROGRESS, OrderState.COMPLETED)
LONGEST = 500


# ---- before the guests come


@command
def read_order(*, actor: Actor, order: Order, staff: Staff, note: str = "") -> Order:
    """Whoever follows a firm order has read it in detail. Refused as long as something is missing from it."""
    refuse_unless(order, FIRM)
    lacks = papers_of(order).lacks
    if lacks:
        raise Refusal(
            "follow.lacks", _("%(n)d things are still missing: complete the order first.") % {"n": len(lacks)}
        )
    _note(order, FollowStep.READ, staff, note)
    write_step(order, actor, OrderStep.READ, note)
    record(order, read=True, note=note.strip())
    return order


@command
def urge_departments(*, actor: Actor, order: Order, staff: Staff, note: str) -> Order:
    """Every department that is not ready is asked, with what the follower wants to know. Refused when all are ready."""
    refuse_unless(order, FIRM)
    if not note.strip():
        raise Refusal("follow.note", _("Say what you ask or what you found."), field="note")
    waiting = not_ready(papers_of(order))
    if not waiting:
        raise Refusal("follow.ready", _("Every department is ready."))
    _note(order, FollowStep.READY, staff, note)
    for one in waiting:
        url = address("orders:notice", order.hotel.code, pk=one.pk)
        ring(one.department, order, url, URGED, is_urgent=True, who=staff.name, why=note.strip()[:120])
    write_step(order, actor, OrderStep.URGED, note)
    record(order, urged=[one.department.label for one in waiting], note=note.strip())
    return order


@command
def learn_needs(
    *, actor: Actor, order: Order, staff: Staff, revision: int, special_needs: str, note: str = ""
) -> Order:
    """What the guests need in detail, and who said so. What is another goes to the departments, which confirm it again."""
    refuse_unless(order, FIRM)
    if not special_needs.strip():
        raise Refusal("follow.needs", _("Say what the guests need, or that they need nothing special."), field="special_needs")  # fmt: skip
    take_revision(order, revision)
    changes = changed(order, special_needs=special_needs.strip())
    order.save(update_fields=["special_needs"])
    _note(order, FollowStep.NEEDS, staff, note)
    if changes:
        write_step(order, actor, OrderStep.CHANGED)
    write_step(order, actor, OrderStep.NEEDS, note)
    record(order, **changes, needs_learned=True, note=note.strip())
    return order


# ---- while they are here, and after


@command
def note_stay(*, actor: Actor, order: Order, staff: Staff, note: str) -> Order:
    """Something seen or done while the guests are here."""
    refuse_unless(order, (OrderState.IN_PROGRESS,))
    if not note.strip():
        raise Refusal("follow.note", _("Say what you saw or did."), field="note")
    _note(order, FollowStep.STAY, staff, note)
    write_step(order, actor, OrderStep.STAY, note)
    record(order, stay=note.strip())
    return order


@command
def add_comment(
    *, actor: Actor, order: Order, staff: Staff, text: str, rating: str, said_by: str = "",
    departments: Sequence[Department] = (),
) -> OrderComment:  # fmt: skip
    """A guest's comment, passed at once to these departments, or to all that the order concerned.

    Who was not satisfied is called within a working day (VIS-09). Refused: nothing said, before the guests were here.
    """
    refuse_unless(order, COMMENTABLE)
    if rating not in Rating.values:
        raise Refusal("comment.rating", _("Choose how it sounds."), field="rating")
    if not text.strip():
        raise Refusal("comment.text", _("Write down what was said."), field="text")
    now = timezone.now()
    one = OrderComment.objects.create(
        order=order, at=now, by=staff, said_by=said_by.strip(), rating=rating, text=text.strip()
    )
    to = list(departments) or [notice.department for notice in papers_of(order).notices]
    for department in to:
        passed = PassedComment.objects.create(comment=one, department=department)
        url = address("orders:comment", order.hotel.code, pk=passed.pk)
        ring(department, order, url, COMMENT, is_urgent=rating == Rating.LOW, text=text.strip()[:120])
    if rating == Rating.LOW:
        _call_about(order, one)
    write_timeline(
        account=order.account, at=now, kind="order", message=COMMENTED, url=order.get_absolute_url(), number=order.number,
        title=order.title, note=one.text, actor_name=staff.name,
    )  # fmt: skip
    write_step(order, actor, OrderStep.COMMENTED, text)
    record(one, order=order.number, rating=rating, to=[each.label for each in to])
    return one


@command
def note_no_comments(*, actor: Actor, order: Order, staff: Staff, note: str) -> Order:
    """The guests were asked, and nobody had anything to say; who was asked. Refused where there are comments."""
    refuse_unless(order, COMMENTABLE)
    if not note.strip():
        raise Refusal("follow.asked", _("Say who was asked."), field="note")
    if order.comments.exists():
        raise Refusal("follow.comments", _("Comments were noted already."))
    _note(order, FollowStep.COMMENTS, staff, note)
    write_step(order, actor, OrderStep.NO_COMMENT, note)
    record(order, no_comments=True, note=note.strip())
    return order


@command
def answer_comment(*, actor: Actor, passed: PassedComment, staff: Staff, note: str) -> Any:
    """A department has read a comment, and what it does about it; whoever follows the order is told. Once."""
    if not Membership.objects.filter(staff=staff, department=passed.department_id, staff__is_active=True).exists():
        raise Refusal("notice.department", _("Somebody of this department answers."))
    if not note.strip():
        raise Refusal("comment.answer", _("Say what you do about it."), field="note")
    now = timezone.now()
    waiting = PassedComment.objects.filter(pk=passed.pk, answered_at=None)
    if not waiting.update(answer=note.strip()[:300], answered_by=staff, answered_at=now):
        return UNCHANGED
    passed.answer, passed.answered_by, passed.answered_at = note.strip()[:300], staff, now
    order = passed.comment.order
    tell(order.follower, order, ANSWERED, department=passed.department.label, why=passed.answer)
    record(passed, order=order.number, answer=passed.answer)
    return passed


ANSWERED = gettext_noop("%(department)s on what guests of order %(number)s “%(order)s” said: %(why)s")


# ---- thanks and opinions


def open_opinion_call(order: Order) -> None:
    """Part of completing: whoever follows the order thanks the client and asks what they thought, once (VIS-09)."""
    if OrderCall.objects.filter(order=order, reason=CallReason.OPINION).exists():
        return
    today = day_at(order.hotel, timezone.now())
    days = OPINION_DAYS.at(order.hotel.code, today)
    due = opinion_day(order.departs_on, days, calendar_of(order.hotel, today), today)
    _open_call(order, CallReason.OPINION, FollowUpKind.THANKS_CALL, str(order), due, Priority.NORMAL)


def _call_about(order: Order, comment: OrderComment) -> None:
    today = day_at(order.hotel, comment.at)
    due = calendar_of(order.hotel, today).add_working_days(today, LOW_COMMENT_DAYS.at(order.hotel.code, today))
    words = f"{order}: {comment.text}"[:300]
    follow_up = _open_call(order, CallReason.LOW, FollowUpKind.COMPLAINT, words, due, Priority.HIGH)
    if follow_up.owner_id != comment.by_id:
        tell(order.follower, order, LOW, text=comment.text[:120])


def _open_call(order: Order, reason: str, kind: str, what: str, due: Any, priority: str) -> FollowUp:
    contact = order.contact if order.contact and not order.contact.do_not_contact else None
    follow_up = open_follow_up(
        FollowUp(
            hotel=order.hotel, account=order.account, contact=contact, kind=kind, what=what[:300], due_on=due,
            month_day=due.day, owner=order.follower, created_by=order.follower, priority=priority,
            source=FollowUpSource.ORDER,
        )
    )  # fmt: skip
    OrderCall.objects.create(order=order, follow_up=follow_up, reason=reason)
    refresh_next_action(order.account_id)
    return follow_up


def hand_on_calls(actor: Actor, order: Order) -> None:
    """Part of a hand-over: what is still open of an order goes to whoever follows it now (ORD-03)."""
    waiting = OrderCall.objects.filter(order=order, follow_up__state=FollowUpState.OPEN)
    for call in waiting.exclude(follow_up__owner=order.follower).select_related("follow_up__hotel"):
        hand_over_followup(actor=actor, followup=call.follow_up, to=order.follower, reason=order.number)


@command
def follow_again(*, actor: Actor, order: Order) -> Order:
    """A hand-over was taken back: calls, exceptions and cases of the order go to whoever follows it again (ORD-03)."""
    order.follower = hold(order).follower
    hand_on_calls(actor, order)
    follow_order(actor, order, None)
    tell_cases(actor, order)
    record(order, followed_again=order.follower.username)
    return order


@command
def hear_opinion(*, actor: Actor, order: Order, outcome: str, result: str) -> Order:
    """The client was called or visited and said what they thought: the follow-up of the order is done with it.

    A call that reached nobody comes back on the next working day. Refused before the order is completed, and again.
    """
    refuse_unless(order, (OrderState.COMPLETED, OrderState.ARCHIVED))
    call = OrderCall.objects.filter(order=order, reason=CallReason.OPINION).select_related("follow_up__hotel").first()
    if call is None or call.follow_up.state != FollowUpState.OPEN:
        raise Refusal("follow.asked_already", _("The client was asked already."))
    complete_followup(actor=actor, followup=call.follow_up, outcome=outcome, result=result)
    write_step(order, actor, OrderStep.ASKED, result)
    record(order, asked=outcome, result=result.strip())
    return order


# ---- shared


def _note(order: Order, step: str, staff: Staff, note: str) -> StepNote:
    return StepNote.objects.create(order=order, step=step, at=timezone.now(), by=staff, note=note.strip()[:LONGEST])
