"""Quotations: drawn up, sent, answered; the accepted version becomes the order (ORD-10)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands import write_timeline
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.orders.commands.blocks import follow, refuse_named
from roomnight.orders.commands.diary import release_halls_of_items
from roomnight.orders.commands.gate import Watch
from roomnight.orders.commands.items import PLACED, widen
from roomnight.orders.commands.steps import refuse_unless, tell, write_step
from roomnight.orders.models import ALIVE, Order, OrderItem, OrderState, OrderStep, Quotation, QuotationState
from roomnight.orders.queries.quoting import line_of, values_of
from roomnight.orders.rules.quotations import ANSWERS, OPEN, may_be_accepted
from roomnight.organization.access import leader_of
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at

SENT = gettext_noop("Quotation %(number)s was sent: %(title)s")
ACCEPTED = gettext_noop("Quotation %(number)s was accepted: %(title)s")
DECLINED = gettext_noop("Quotation %(number)s was declined: %(title)s")
LATE = gettext_noop("No quotation yet for order %(number)s “%(order)s”: it was due")


@command
def draw_up_quotation(
    *, actor: Actor, order: Order, staff: Staff, valid_until: date, offer: str = "", terms: str = ""
) -> Quotation:
    """A new version of the offer, by the order's items as they stand. A version that was not answered is superseded.

    Refused: nothing ordered, an item without a price, a validity gone by, an order that is closed.
    """
    refuse_unless(order, ALIVE)
    items = list(order.items.filter(removed_at=None))
    today = day_at(order.hotel, timezone.now())
    if not items:
        raise Refusal("quotation.empty", _("Enter first what was ordered."))
    if any(item.price_cents is None for item in items):
        raise Refusal("quotation.price", _("Every item needs its price first; what is free costs 0."))
    if valid_until < today:
        raise Refusal("quotation.valid", _("Choose a day from today on."), field="valid_until")
    for one in order.quotations.filter(state__in=OPEN):
        record(one, **changed(one, state=QuotationState.SUPERSEDED))
        one.save(update_fields=["state"])
    last = order.quotations.aggregate(last=Max("version"))["last"] or 0
    lines = [line_of(item) for item in items]
    made = Quotation.objects.create(
        order=order, version=last + 1, offer=offer.strip(), terms=terms.strip(), valid_until=valid_until, lines=lines,
        total_cents=sum(line["total_cents"] for line in lines), made_by=staff, made_at=timezone.now(),
    )  # fmt: skip
    record(made, order=order.number, version=made.version, total_cents=made.total_cents, valid_until=valid_until)
    return made


@command
def send_quotation(*, actor: Actor, quotation: Quotation, how: str) -> Quotation:
    """The client has it. Refused for a version that is not a draft any more."""
    order = quotation.order
    refuse_unless(order, ALIVE)
    if not how.strip():
        raise Refusal("quotation.how", _("Say how it was sent."), field="how")
    now = timezone.now()
    waiting = Quotation.objects.filter(pk=quotation.pk, state=QuotationState.DRAFT)
    changes = changed(quotation, state=QuotationState.SENT, sent_at=now, sent_how=how.strip())
    if not waiting.update(**{name: getattr(quotation, name) for name in changes}):
        raise Refusal("quotation.state", _("This version was sent or superseded already."))
    Order.objects.filter(pk=order.pk).update(quote_due_at=None)
    write_step(order, actor, OrderStep.QUOTED, str(quotation))
    _tell_timeline(quotation, SENT)
    record(quotation, **changes)
    return quotation


@command
def answer_quotation(*, actor: Actor, quotation: Quotation, answer: str, note: str = "") -> Quotation:
    """What the client says to it. Accepted: the order's items are as this version has them from now on.

    Refused: a version that was not sent, was superseded or answered, or is not valid any more; a firm order whose client's
    credit does not allow what the version comes to.
    """
    order = quotation.order
    watch = Watch(order)
    refuse_unless(order, ALIVE)
    if answer not in ANSWERS:
        raise Refusal("quotation.answer", _("Choose what the client said."), field="answer")
    now = Quotation.objects.select_for_update(no_key=True).get(pk=quotation.pk)
    today = day_at(order.hotel, timezone.now())
    if now.state not in (QuotationState.SENT, QuotationState.CHANGES):
        raise Refusal("quotation.state", _("This version was not sent, or was answered or superseded already."))
    if answer == QuotationState.ACCEPTED and not may_be_accepted(now.state, now.valid_until, today):
        raise Refusal("quotation.lapsed", _("This version is not valid any more: draw up a new one."))
    before = order.quotations.filter(state=QuotationState.ACCEPTED).exclude(pk=quotation.pk).first()
    if answer == QuotationState.ACCEPTED and before is not None:
        record(before, **changed(before, state=QuotationState.SUPERSEDED))
        before.save(update_fields=["state"])
    changes = changed(quotation, state=answer, answered_at=timezone.now(), answer_note=note.strip())
    quotation.save(update_fields=[*changes, "answer_note"])
    record(quotation, **changes)
    if answer == QuotationState.ACCEPTED:
        _take_over(actor, quotation)
        watch.refuse_more()
        write_step(order, actor, OrderStep.ACCEPTED, str(quotation))
    if answer != QuotationState.CHANGES:
        _tell_timeline(quotation, ACCEPTED if answer == QuotationState.ACCEPTED else DECLINED, note)
    return quotation


@command
def tell_of_late_quotations(*, actor: Actor, hotel: Hotel, now: Any) -> Any:
    """Whoever follows an enquiry for which no quotation was sent in time is told once, and the leader too."""
    waiting = Order.objects.filter(
        hotel=hotel, state__in=(OrderState.ENQUIRY, OrderState.TENTATIVE), quote_due_at__lte=now, quote_told_at=None
    )
    count = 0
    for one in waiting.select_related("hotel", "follower").order_by("pk"):
        if not Order.objects.filter(pk=one.pk, quote_told_at=None, quote_due_at__lte=now).update(quote_told_at=now):
            continue
        count += 1
        leader = leader_of(one.follower, hotel)
        for person in filter(None, (one.follower, leader)):
            tell(person, one, LATE)
        record(one, quote_late=True)
    return count or UNCHANGED


def _take_over(actor: Actor, quotation: Quotation) -> None:
    """Let the order ask for what a version has, and for nothing else; halls held for the rest are let go."""
    order = quotation.order
    wanted = {line["item"]: values_of(line) for line in quotation.lines}
    for item in order.items.select_related("order__hotel"):
        values = wanted.get(item.pk)
        if values is None:
            refuse_named(item)
            changes = changed(item, removed_at=item.removed_at or timezone.now())
        else:
            changes = changed(item, **values, removed_at=None)
        if changes:
            item.revision += 1
            item.save(update_fields=[*changes, "revision"])
            record(item, **changes, quotation=quotation.version)
        if not changes.keys().isdisjoint(PLACED):
            follow(item, anew="count" in changes)
    left = OrderItem.objects.filter(order=order).exclude(removed_at=None)
    release_halls_of_items(actor, list(left.values_list("pk", flat=True)))
    for item in OrderItem.objects.filter(order=order, removed_at=None).select_related("order__hotel"):
        widen(order, item)


def _tell_timeline(quotation: Quotation, message: str, note: str = "") -> None:
    order = quotation.order
    write_timeline(
        account=order.account, at=timezone.now(), kind="order", message=message, url=quotation.get_absolute_url(),
        number=str(quotation), title=order.title, note=note.strip(), actor_name=order.follower.name,
    )  # fmt: skip
