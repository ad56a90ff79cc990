"""What P-ORDER has done by itself: it reads the order and feeds it, so that nothing is written twice (ORD-04).

What was done on the order's page is not done again, and what the order refuses is refused at the task. A drill has no
order; then one step follows the other.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from roomnight.activities.models import Outcome
from roomnight.kernel.commands import Actor
from roomnight.kernel.errors import Refusal
from roomnight.orders.commands import (
    add_comment,
    archive_order,
    complete_order,
    hear_opinion,
    learn_needs,
    note_no_comments,
    note_stay,
    read_order,
    urge_departments,
)
from roomnight.orders.commands.cases import MOVED, standing_of
from roomnight.orders.models import Order, OrderState
from roomnight.orders.queries.following import not_agreed, not_ready, papers_of
from roomnight.orders.rules.following import AGREE, ASK, COMMENTS, FILE, NEEDS, OVER, READ, READY, STAY, STEPS
from roomnight.orders.subjects import KIND
from roomnight.organization.models import Staff
from roomnight.procedures.models import Case
from roomnight.procedures.services import keeps_messages, service

NOBODY = "none"
keeps_messages(MOVED)


def record_of(case: Case) -> Order | None:
    """The order that a case is about, as it is now; none in a drill."""
    if case.is_trial:
        return None
    kind, _colon, pk = case.subject.partition(":")
    found = Order.objects.select_related("hotel", "account__hotel", "follower", "contact")
    one = found.filter(pk=pk).first() if kind == KIND else None
    if one is None:
        raise Refusal("order.none", _("This procedure begins by itself when an order is confirmed."))
    return one


def _staff(case: Case, actor: Actor) -> Staff:
    found: Staff | None = getattr(actor, "staff", None) or case.started_by
    if found is None:
        raise Refusal("order.staff", _("Somebody does this, not the clock."))
    return found


def _next(step: str) -> str:
    later = STEPS[STEPS.index(step) + 1 :]
    return later[0] if later else OVER


def _now(one: Order) -> str:
    return standing_of(one)["order_stage"]


@service("orders.stage")
def how_far(case: Case, actor: Actor) -> str:
    """The step whose turn it is."""
    one = record_of(case)
    return READ if one is None else _now(one)


@service("orders.due_at")
def by_when(case: Case, actor: Actor) -> str:
    """By when that step is done, counted from the arrival or the departure."""
    one = record_of(case)
    return "" if one is None else standing_of(one)["due_at"]


@service("orders.follower")
def who(case: Case, actor: Actor) -> str:
    """Who follows the order."""
    one = record_of(case)
    return "" if one is None else standing_of(one)["follower"]


@service("orders.keep_read")
def keep_read(case: Case, actor: Actor, *, noticed: str | None) -> str:
    """The order was read; it refuses as long as something is missing from it."""
    one = record_of(case)
    if one is None:
        return _next(READ)
    read_order(actor=actor, order=one, staff=_staff(case, actor), note=noticed or "")
    return _now(one)


@service("orders.check_agreed")
def check_agreed(case: Case, actor: Actor) -> str:
    """Refuses while a department has not confirmed: departments answer on their own page."""
    one = record_of(case)
    if one is None:
        return _next(AGREE)
    papers = papers_of(one)
    if not papers.is_told:
        raise Refusal("follow.not_told", _("The departments have not been told of this order yet."))
    waiting = not_agreed(papers)
    if waiting:
        names = "、".join(notice.department.label for notice in waiting)
        raise Refusal("follow.not_agreed", _("Not confirmed yet: %(departments)s.") % {"departments": names})
    return _now(one)


@service("orders.keep_urged")
def keep_urged(case: Case, actor: Actor, *, urged: str | None) -> str:
    """Departments that are not ready are asked; the step stays until each says that it is."""
    one = record_of(case)
    if one is None:
        return _next(READY)
    if not_ready(papers_of(one)):
        urge_departments(actor=actor, order=one, staff=_staff(case, actor), note=urged or "")
    return _now(one)


@service("orders.keep_needs")
def keep_needs(case: Case, actor: Actor, *, guest_needs: str | None, asked: str | None) -> str:
    """What the guests need is on the order, and with the departments."""
    one = record_of(case)
    if one is None:
        return _next(NEEDS)
    learn_needs(
        actor=actor, order=one, staff=_staff(case, actor), revision=one.revision, special_needs=guest_needs or "",
        note=asked or "",
    )  # fmt: skip
    return _now(one)


@service("orders.keep_stay")
def keep_stay(case: Case, actor: Actor, *, stay_note: str | None) -> str:
    """What happened during the stay; with that everything took place."""
    one = record_of(case)
    if one is None:
        return _next(STAY)
    if one.state == OrderState.DEFINITE:
        raise Refusal("follow.not_here", _("The guests are not here yet."))
    note_stay(actor=actor, order=one, staff=_staff(case, actor), note=stay_note or "")
    complete_order(actor=actor, order=one)
    return _now(one)


@service("orders.keep_comments")
def keep_comments(case: Case, actor: Actor, *, rating: str, said: str | None, said_by: str | None) -> str:
    """A comment goes to the departments; `none` is that everybody was asked and nobody had any."""
    one = record_of(case)
    if one is None:
        return _next(COMMENTS)
    staff = _staff(case, actor)
    if rating == NOBODY:
        note_no_comments(actor=actor, order=one, staff=staff, note=said_by or "")
    else:
        add_comment(actor=actor, order=one, staff=staff, text=said or "", rating=rating, said_by=said_by or "")
    return _now(one)


@service("orders.file_papers")
def file_papers(case: Case, actor: Actor) -> str:
    """The order is archived with its papers; it refuses while something is missing."""
    one = record_of(case)
    if one is None:
        return _next(FILE)
    archive_order(actor=actor, order=one)
    return _now(one)


@service("orders.keep_opinion")
def keep_opinion(case: Case, actor: Actor, *, reached: str, opinion: str | None) -> str:
    """What the client thought; a call that reached nobody is made again."""
    one = record_of(case)
    if one is None:
        return _next(ASK)
    hear_opinion(
        actor=actor, order=one, outcome=Outcome.REACHED if reached == "yes" else Outcome.NOT_REACHED,
        result=opinion or "",
    )  # fmt: skip
    return _now(one)
