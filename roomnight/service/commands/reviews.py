"""Whoever made a deal looks back at it; the manager reads that and says something to it (SAT-03)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands.accounts import take_revision
from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.kernel.text import clean
from roomnight.orders.models import Order
from roomnight.organization.access import leader_of
from roomnight.organization.models import Staff
from roomnight.service.models import DealReview, ReviewState, Slip, Went

WRITTEN = gettext_noop("%(name)s looks back at the deal “%(order)s”: read it")
READ = gettext_noop("%(name)s says something to your look back at “%(order)s”")


@command
def open_review(*, actor: Actor, order: Order) -> Any:
    """A deal was made: whoever follows the order is to look back at it, once."""
    if DealReview.objects.filter(order=order).exists():
        return UNCHANGED
    made = DealReview.objects.create(hotel=order.hotel, order=order, staff=order.follower, made_at=timezone.now())
    record(made, order=order.number, staff=order.follower.username)
    return made


@command
def write_review(
    *, actor: Actor, review: DealReview, by: Staff, revision: int, went: str, slips: Sequence[str] = (), worked: str = "",
    otherwise: str = "",
) -> DealReview:  # fmt: skip
    """Look back honestly. Refuses anybody but who made the deal, one that was read already, and trouble without a lesson."""
    if review.staff_id != by.pk:
        raise Refusal("review.own", _("Only who made the deal looks back at it."))
    if review.state == ReviewState.READ:
        raise Refusal("review.read", _("Your manager has read this: it stays as it is."))
    ticked = [one.value for one in Slip if one.value in slips]
    if (ticked or went != Went.SMOOTH) and not otherwise.strip():
        raise Refusal("review.otherwise", _("Say what you will do otherwise."), field="otherwise")
    take_revision(review, revision)
    was_due = review.state == ReviewState.DUE
    review.state, review.written_at, review.went, review.slips = ReviewState.WRITTEN, timezone.now(), went, ticked
    review.worked, review.otherwise = clean(worked)[:600], clean(otherwise)[:600]
    review.save(update_fields=["state", "written_at", "went", "slips", "worked", "otherwise"])
    record(review, went=went, slips=ticked)
    leader = leader_of(by, review.hotel)
    if was_due and leader is not None:
        _tell(review, leader, WRITTEN, by.label)
    return review


@command
def comment_review(*, actor: Actor, review: DealReview, by: Staff, revision: int, comment: str) -> DealReview:
    """The manager's word to it. Refuses one's own, one that is not written, and silence."""
    if review.staff_id == by.pk:
        raise Refusal("review.self", _("Somebody above you reads this."))
    if review.state == ReviewState.DUE:
        raise Refusal("review.due", _("This is not written yet."))
    if not comment.strip():
        raise Refusal("review.comment", _("Say something to it."), field="comment")
    take_revision(review, revision)
    review.state, review.read_by, review.read_at, review.comment = (
        ReviewState.READ,
        by,
        timezone.now(),
        clean(comment)[:600],
    )
    review.save(update_fields=["state", "read_by", "read_at", "comment"])
    record(review, state=review.state, read_by=by.username)
    _tell(review, review.staff, READ, by.label)
    return review


def _tell(review: DealReview, person: Staff, message: str, name: str) -> None:
    notify(
        person.username,
        message,
        hotel_code=review.hotel.code,
        url=review.get_absolute_url(),
        name=name,
        order=review.order.title,
    )
