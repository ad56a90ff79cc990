"""What a person looks after and still has to do, as far as somebody may hand it over (ORG-04)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from roomnight.activities import access as activities
from roomnight.activities.commands.holding import AHEAD
from roomnight.activities.models import FollowUpState
from roomnight.clients import access as clients
from roomnight.clients.models import AccountShare
from roomnight.kernel.models import Deed
from roomnight.orders import access as orders
from roomnight.orders.models import ALIVE, OrderState
from roomnight.organization.access import Seat
from roomnight.organization.models import Staff

MOST = 500
SHOWN_DEEDS = 10


@dataclass(frozen=True)
class Item:
    """One row of the hand-over page. `account_id` is the client it belongs to: what is to be done goes with its client
    unless somebody else is chosen for it."""

    kind: str
    record: Any
    label: str
    detail: str
    account_id: int | None

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.record.pk}"


def holdings(seat: Seat, person: Staff, *, q: str = "", kind: str = "", grade: str = "") -> list[Item]:
    """Everything of a person that the seat may hand over, narrowed to the clients that are looked for."""
    narrowing = Q()
    if q:
        narrowing &= Q(name__icontains=q) | Q(name_en__icontains=q) | Q(code__iexact=q) | Q(mnemonic__istartswith=q)
    if kind:
        narrowing &= Q(kind=kind)
    if grade:
        narrowing &= Q(grade=grade)
    mine = clients.accounts(seat, "approve").select_related("hotel", "owner", "co_owner").order_by("name", "pk")
    shared = Exists(AccountShare.objects.filter(account=OuterRef("pk"), staff=person))
    looked_after = mine.filter(narrowing).annotate(is_shared=shared)
    rows = list(looked_after.filter(Q(owner=person) | Q(co_owner=person) | Q(is_shared=True))[: 3 * MOST])
    found = [Item("account", one, one.label, in_short(one), one.pk) for one in rows if one.owner_id == person.pk]
    found += [Item("co", one, one.label, _("co-owner"), one.pk) for one in rows if one.co_owner_id == person.pk]
    found += [Item("share", one, one.label, _("shared"), one.pk) for one in rows if one.is_shared]
    return found + to_do(seat, person, bool(narrowing), narrowing)


def to_do(seat: Seat, person: Staff, is_narrowed: bool, narrowing: Q) -> list[Item]:
    """The open follow-ups, the visits ahead and the orders that a person follows; with filters only those of the clients found."""
    tasks = activities.follow_ups(seat).filter(owner=person, state=FollowUpState.OPEN)
    visits = activities.visits(seat).filter(staff=person, state__in=AHEAD)
    followed = orders.orders(seat, "edit").filter(follower=person, state__in=(*ALIVE, OrderState.COMPLETED))
    if is_narrowed:
        wanted = clients.accounts(seat, "approve").filter(narrowing).values("pk")
        tasks, visits = tasks.filter(account__in=wanted), visits.filter(account__in=wanted)
        followed = followed.filter(account__in=wanted)
    found = [
        Item("followup", one, one.title, f"{one.due_on:%Y-%m-%d}" + client_of(one), one.account_id)
        for one in tasks.select_related("account", "hotel", "owner").order_by("due_on", "pk")[:MOST]
    ]
    found += [
        Item(
            "order",
            one,
            one.title,
            f"{one.number} · {one.get_state_display()} · {one.arrives_on:%Y-%m-%d}",
            one.account_id,
        )
        for one in followed.select_related("account", "hotel", "follower").order_by("arrives_on", "pk")[:MOST]
    ]
    return found + [
        Item("visit", one, one.account.label, f"{seat.local(one.planned_start):%Y-%m-%d %H:%M}", one.account_id)
        for one in visits.select_related("account", "hotel", "staff").order_by("planned_start", "pk")[:MOST]
    ]


def in_short(account: Any) -> str:
    """A client's number, grade and stage."""
    return " · ".join(filter(None, [account.code, account.grade, str(account.get_stage_display())]))


def client_of(task: Any) -> str:
    return f" · {task.account.label}" if task.account else ""


def past_deeds(seat: Seat, person: Staff) -> list[Deed]:
    """The hand-overs of a person at this hotel, latest first."""
    found = Deed.objects.filter(kind="web.hand_over", hotel_code=seat.hotel_code, values__staff=person.pk)
    return list(found.order_by("-pk")[:SHOWN_DEEDS])


def deed(seat: Seat, pk: int) -> Deed | None:
    """One hand-over of this hotel."""
    return Deed.objects.filter(kind="web.hand_over", hotel_code=seat.hotel_code, pk=pk).first()
