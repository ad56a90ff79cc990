"""How far the follow-up of an order is, by when each step is done, and what shows that it was (ORD-04)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import Q

from roomnight.activities.models import FollowUpState
from roomnight.kernel.calendar import at_local
from roomnight.orders.models import (
    Answer,
    CallReason,
    DepartmentNotice,
    FollowStep,
    Order,
    OrderCall,
    OrderComment,
    OrderGuest,
    OrderItem,
    OrderRevision,
    OrderState,
    StepNote,
)
from roomnight.orders.queries.completeness import missing_in
from roomnight.orders.queries.revisions import arrival, standing
from roomnight.orders.rules.completeness import Missing
from roomnight.orders.rules.follow_values import (
    COMMENT_DAYS,
    FILE_DAYS,
    NEEDS_BEFORE_HOURS,
    OPINION_DAYS,
    READ_HOURS,
)
from roomnight.orders.rules.following import AGREE, ASK, COMMENTS, Course, Known, Span, due_times
from roomnight.orders.rules.notice_values import READY_BEFORE_HOURS
from roomnight.organization.models import Hotel
from roomnight.organization.working_days import calendar_of, day_at, hours_of

CHECK_OUT = time(12)


@dataclass(frozen=True)
class Papers:
    """Everything that tells how far an order is, read once: the order is as it is kept now."""

    order: Order
    items: Sequence[OrderItem]
    lacks: Sequence[Missing]
    notices: Sequence[DepartmentNotice]
    is_told: bool
    notes: Sequence[StepNote]
    comments: Sequence[OrderComment]
    calls: Sequence[OrderCall]

    @property
    def known(self) -> Known:
        noted = {one.step for one in self.notes}
        asked = [one.follow_up for one in self.calls if one.reason == CallReason.OPINION]
        return Known(
            state=self.order.state, is_read=FollowStep.READ in noted, is_lacking=bool(self.lacks), is_told=self.is_told,
            departments=len(self.notices), agreed=sum(one.answer == Answer.ACCEPT for one in self.notices),
            ready=sum(one.ready_at is not None for one in self.notices), knows_needs=FollowStep.NEEDS in noted,
            has_comments=bool(self.comments) or FollowStep.COMMENTS in noted,
            is_asked=any(one.state != FollowUpState.OPEN for one in asked),
        )  # fmt: skip

    @property
    def opinion(self) -> OrderCall | None:
        """The call or visit by which the client is asked what they thought."""
        return next((one for one in self.calls if one.reason == CallReason.OPINION), None)


def papers_of(order: Order) -> Papers:
    """Read an order, as it is now, with everything its follow-up hangs on."""
    return papers_with(Order.objects.select_related("hotel", "account", "follower", "contact").get(pk=order.pk))


def papers_with(now: Order) -> Papers:
    """The same of an order that was read just now. What only comes later is not asked for while the guests are still to come."""
    items = list(OrderItem.objects.filter(order=now, removed_at=None).order_by("pk"))
    is_ahead, notices = now.state == OrderState.DEFINITE, standing(now)
    guests = OrderGuest.objects.filter(order=now, removed_at=None).count() if is_ahead else 1
    calls = OrderCall.objects.filter(order=now).select_related("follow_up__owner", "follow_up__hotel").order_by("pk")
    return Papers(
        order=now, items=items, lacks=missing_in(now, items, guests), notices=notices,
        is_told=bool(notices) or OrderRevision.objects.filter(order=now).exists(),
        notes=list(StepNote.objects.filter(order=now).select_related("by")),
        comments=[] if is_ahead else list(OrderComment.objects.filter(order=now).select_related("by")),
        calls=[] if is_ahead else list(calls),
    )  # fmt: skip


def leaves_at(order: Order, items: Iterable[OrderItem]) -> datetime:
    """When the last of an order is over: noon of its last day, or when the last function or meal of it ends."""
    noon = at_local(order.departs_on, CHECK_OUT, hours_of(order.hotel, order.departs_on).tz)
    ends = [moment for one in items if (moment := one.ends_at or one.starts_at) is not None]
    return max([noon, *ends])


def times_of(papers: Papers) -> dict[str, datetime]:
    """By when each step of an order is done, by the hotel's numbers and calendar as of its confirmation."""
    order = papers.order
    hotel, confirmed = order.hotel, order.confirmed_at or order.created_at
    today = day_at(hotel, confirmed)
    office, calendar = hours_of(hotel, today), calendar_of(hotel, today)
    course = Course(
        confirmed, arrival(order), leaves_at(order, papers.items),
        max((one.due_at for one in papers.notices), default=None),
    )  # fmt: skip
    found = due_times(course, span_of(hotel, order), calendar, office)
    call = papers.opinion
    if call is not None:
        found[ASK] = office.closing(call.follow_up.due_on)
    return found


def span_of(hotel: Hotel, order: Order) -> Span:
    """The hotel's numbers as they are when the guests arrive."""
    code, on = hotel.code, order.arrives_on
    return Span(
        READ_HOURS.at(code, on), READY_BEFORE_HOURS.at(code, on), NEEDS_BEFORE_HOURS.at(code, on),
        COMMENT_DAYS.at(code, on), FILE_DAYS.at(code, on), OPINION_DAYS.at(code, on),
    )  # fmt: skip


def not_agreed(papers: Papers) -> list[DepartmentNotice]:
    return [one for one in papers.notices if one.answer != Answer.ACCEPT]


def not_ready(papers: Papers) -> list[DepartmentNotice]:
    return [one for one in papers.notices if one.ready_at is None]


def lacks_for_archive(papers: Papers) -> list[str]:
    """What an order lacks before its papers are filed (ORD-09): codes of words.ARCHIVE_WORDS, in the order of the steps."""
    known = papers.known
    found = []
    if papers.order.state not in (OrderState.COMPLETED, OrderState.ARCHIVED):
        found.append("state")
    if not known.is_told:
        found.append("told")
    elif known.agreed < known.departments:
        found.append(AGREE)
    if any(one.price_cents is None for one in papers.items):
        found.append("prices")
    if not known.has_comments:
        found.append(COMMENTS)
    return found


def filter_for(text: str) -> Q:
    """Orders that a few letters are about: the number, the client, what the event is called."""
    return Q(number__icontains=text) | Q(title__icontains=text) | Q(account__name__icontains=text)


def evidence(papers: Papers, step: str) -> Any:
    """The latest note of a step, or nothing."""
    return next((one for one in reversed(papers.notes) if one.step == step), None)
