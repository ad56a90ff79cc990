"""Everything a person looks after goes to others, in one deed that can be taken back (ORG-04)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.activities.commands import hand_over_followup, hand_over_visit
from roomnight.activities.models import FollowUp, Visit, VisitSlot
from roomnight.clients.commands import hand_over_accounts, hand_over_co_ownership, hand_over_share
from roomnight.clients.commands.handing_over import hold_accounts, refuse_outsider
from roomnight.clients.models import Account, ProtectionExtension
from roomnight.kernel.commands import Actor, command, record, subject_of
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Deed
from roomnight.kernel.notify import notify
from roomnight.kernel.undo import on_undone, undo, undoable
from roomnight.orders.commands import follow_again, take_over_order
from roomnight.orders.models import Order, OrderLine
from roomnight.organization.models import Hotel, Staff
from roomnight.ui.addresses import address

KIND = "web.hand_over"
DONE = gettext_noop("%(name)s's work was handed over: %(clients)s clients, %(tasks)s follow-ups, %(visits)s visits")
DONE_WITH_ORDERS = gettext_noop(
    "%(name)s's work was handed over: %(clients)s clients, %(tasks)s follow-ups, %(visits)s visits, %(orders)s orders"
)
YOURS = gettext_noop("From %(name)s you took over %(clients)s clients, %(tasks)s follow-ups, %(visits)s visits")
UNDONE = gettext_noop("The hand-over from %(name)s was taken back")
ABOUT_CLIENTS = ("clients", "activities")
LONGEST_REASON = 200


@dataclass(frozen=True)
class Step:
    """One thing that goes to a colleague, or to nobody: the open pool for a client, off the list for the rest.

    kind: account (owned), co (co-owned), share (shared with the person), followup, visit or order; the record is the client
    for the first three. An order always has somebody who follows it: it does not go to nobody.
    """

    kind: str
    record: Any
    to: Staff | None


@command
def hand_over(*, actor: Actor, hotel: Hotel, person: Staff, steps: Sequence[Step], reason: str) -> Deed:
    """Hand over what a person looks after and still has to do; all of it or nothing (ORG-04).

    Who takes over is told once. Refused without a reason, for nothing, to the person themselves, and when somebody else
    was first with one of the clients.
    """
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Refusal("handover.reason", _("Say why."), field="reason")
    if not steps:
        raise Refusal("handover.nothing", _("Tick what is to be handed over."))
    if any(step.to is not None and step.to.pk == person.pk for step in steps):
        raise Refusal("handover.same", _("Choose somebody else."), field="to")
    for one in {step.to.pk: step.to for step in steps if step.to is not None}.values():
        refuse_outsider(one, hotel)
    if any(step.kind == "order" and step.to is None for step in steps):
        raise Refusal("handover.order", _("Somebody follows every order: choose who takes the orders."), field="to")
    by_kind: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        by_kind[step.kind].append(step)
    hold_accounts(person, [one.record for one in by_kind["account"]], [one.record for one in by_kind["co"]])
    message = DONE_WITH_ORDERS if by_kind["order"] else DONE
    with undoable(
        KIND, watching=lambda: watched(steps), message=message, values=totals(person, steps), subject=subject_of(person)
    ) as deed:
        carry_out(actor, person, by_kind, reason)
    for taker in {step.to.username for step in steps if step.to is not None} - {actor.code}:
        theirs = [step for step in steps if step.to is not None and step.to.username == taker]
        notify(taker, YOURS, hotel_code=hotel.code, url=address("clients:list", hotel.code), **totals(person, theirs))
    record(
        person,
        handed_over=totals(person, steps),
        to=sorted({s.to.username if s.to else "" for s in steps}),
        reason=reason,
    )
    return deed


def carry_out(actor: Actor, person: Staff, by_kind: dict[str, list[Step]], reason: str) -> None:
    """Clients first, then who stands beside them, then what is to be done."""
    by_taker: dict[Staff | None, list[Account]] = defaultdict(list)
    for step in by_kind["account"]:
        by_taker[step.to].append(step.record)
    for taker, accounts in by_taker.items():
        hand_over_accounts(actor=actor, accounts=accounts, owner=taker, reason=reason)
    for step in by_kind["co"]:
        hand_over_co_ownership(actor=actor, account=step.record, person=person, to=step.to, reason=reason)
    for step in by_kind["share"]:
        hand_over_share(actor=actor, account=step.record, person=person, to=step.to, reason=reason)
    for step in by_kind["followup"]:
        refuse_taken(step.record.owner_id, FollowUp.objects.filter(pk=step.record.pk), "owner", person)
        hand_over_followup(actor=actor, followup=step.record, to=step.to, reason=reason)
    for step in by_kind["visit"]:
        refuse_taken(step.record.staff_id, Visit.objects.filter(pk=step.record.pk), "staff", person)
        hand_over_visit(actor=actor, visit=step.record, to=step.to, reason=reason)
    for step in by_kind["order"]:
        refuse_taken(step.record.follower_id, Order.objects.filter(pk=step.record.pk), "follower", person)
        assert step.to is not None
        take_over_order(actor=actor, order=step.record, to=step.to, reason=reason)


def refuse_taken(seen: int, rows: QuerySet[Any], column: str, person: Staff) -> None:
    """Something to do that meanwhile is somebody else's is not handed over a second time."""
    now = rows.select_for_update().values_list(column, flat=True).first()
    if seen != person.pk or now != person.pk:
        raise Refusal("handover.changed", _("Somebody else was first. Look at what is left and try again."))


def totals(person: Staff, steps: Sequence[Step]) -> dict[str, Any]:
    """How much of what, for the words about it."""
    kinds = ("account", "co", "share", "followup", "visit", "order")
    count = {kind: sum(step.kind == kind for step in steps) for kind in kinds}
    return {
        "name": person.name,
        "staff": person.pk,
        "clients": count["account"],
        "beside": count["co"] + count["share"],
        "tasks": count["followup"],
        "visits": count["visit"],
        "orders": count["order"],
    }


def watched(steps: Sequence[Step]) -> list[QuerySet[Any]]:
    """Every row that a hand-over may touch: the clients and all that belongs to them, and the things to do."""
    accounts = {
        pk
        for step in steps
        for pk in [step.record.pk if isinstance(step.record, Account) else step.record.account_id]
        if pk is not None
    }
    tasks = [step.record.pk for step in steps if step.kind == "followup"]
    visits = [step.record.pk for step in steps if step.kind == "visit"]
    orders = [step.record.pk for step in steps if step.kind == "order"]
    found: list[QuerySet[Any]] = [Account.objects.filter(pk__in=accounts)]
    for app in ABOUT_CLIENTS:
        for model in apps.get_app_config(app).get_models():
            names = {field.name for field in model._meta.concrete_fields if field.related_model is Account}
            if "account" in names:
                found.append(model._base_manager.filter(account__in=accounts))
    found.append(ProtectionExtension.objects.filter(protection__account__in=accounts))
    found.append(FollowUp.objects.filter(Q(pk__in=tasks) | Q(previous__in=tasks)))
    found.append(Visit.objects.filter(pk__in=visits))
    found.append(VisitSlot.objects.filter(visit__in=visits))
    found.append(Order.objects.filter(pk__in=orders))
    found.append(OrderLine.objects.filter(order__in=orders))
    return found


@command
def take_back(*, actor: Actor, deed: Deed) -> Deed:
    """Undo a hand-over as a whole; refused when something of it was changed or built upon since."""
    undone = undo(actor=actor, deed=deed)
    record(undone, taken_back=undone.kind, values=undone.values)
    return undone


@on_undone(KIND)
def tell_who_has_it_back(deed: Deed, actor: Actor) -> None:
    """The orders' cases go back too: they keep what they went through. The person whose work it is again is told."""
    orders = deed.rows.filter(model=Order._meta.label_lower).values_list("key", flat=True)
    for one in Order.objects.filter(pk__in=list(orders)).select_related("hotel", "follower").order_by("pk"):
        follow_again(actor=actor, order=one)
    person = Staff.objects.filter(pk=deed.values.get("staff"), is_active=True).first()
    if person is not None and person.username != actor.code:
        notify(person.username, UNDONE, hotel_code=deed.hotel_code, name=person.name)
