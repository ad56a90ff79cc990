"""Whose receptions and tours of the house a person may see or touch. Strangers get 404."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from roomnight.clients.access import accounts
from roomnight.clients.models import Account
from roomnight.organization.access import Seat, within
from roomnight.organization.models import Membership, Scope, Staff
from roomnight.reception.models import (
    CooperationItem,
    PreparationItem,
    ProgrammeLine,
    Reception,
    ReceptionHost,
    ShowRound,
)

OWNERS = ["applicant", "contact_person", "assistant", "leader"]
PEOPLE = ("hotel", "account", "applicant", "entered_by", "contact_person", "assistant", "leader", "decided_by")


def receptions(seat: Seat, action: str = "read") -> QuerySet[Reception]:
    """The receptions within reach: those one applied for or takes part in, the team's, the hotel's."""
    return Reception.objects.filter(
        within(seat.scope("reception.reception", action), seat, hotel="hotel", owners=OWNERS)
    )


def reception(seat: Seat, pk: int, action: str = "read") -> Reception:
    """One reception, or 404."""
    found = receptions(seat, action).select_related(*PEOPLE).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def may(seat: Seat, one: Reception, action: str) -> bool:
    """Whether this person may do that to a reception already within reach; the scopes of `receptions` without a query."""
    owners = {getattr(one, f"{name}_id") for name in OWNERS}
    match seat.scope("reception.reception", action):
        case None:
            return False
        case Scope.HOTEL:
            return True
        case Scope.TEAM:
            return bool(owners.intersection(seat.team_ids))
        case Scope.DEPARTMENT:
            return bool(owners.intersection(seat.department_ids))
    return seat.staff.pk in owners


def line(seat: Seat, pk: int, line_id: int, action: str = "edit") -> ProgrammeLine:
    """One hour of a plan, or 404."""
    found = reception(seat, pk, action).programme.select_related("responsible").filter(pk=line_id).first()
    if found is None:
        raise Http404(str(line_id))
    return found


def item(seat: Seat, pk: int, item_id: int) -> CooperationItem:
    """One thing to do together, or 404."""
    found = reception(seat, pk, "edit").items.filter(pk=item_id).first()
    if found is None:
        raise Http404(str(item_id))
    return found


def preparation(seat: Seat, pk: int, item_id: int) -> PreparationItem:
    """One thing to have ready: of a reception that one may change, or one's own; else 404."""
    one = reception(seat, pk)
    found = one.preparations.filter(pk=item_id).first()
    if found is None or (found.owner_id != seat.staff.pk and not may(seat, one, "edit")):
        raise Http404(str(item_id))
    return found


def host(seat: Seat, pk: int, host_id: int) -> ReceptionHost:
    """One who was asked to join: oneself, or anybody of a reception that one may change; else 404."""
    one = reception(seat, pk)
    found = one.hosts.select_related("staff").filter(pk=host_id).first()
    if found is None or (found.staff_id != seat.staff.pk and not may(seat, one, "edit")):
        raise Http404(str(host_id))
    return found


def receptions_of(seat: Seat, account: Account) -> QuerySet[Reception]:
    """The receptions of a client that is already within reach, latest first."""
    if not seat.may("reception.reception"):
        return Reception.objects.none()
    return Reception.objects.filter(account=account).order_by("-arrives_at")


def show_rounds(seat: Seat, action: str = "read") -> QuerySet[ShowRound]:
    """The tours of the house within reach."""
    return ShowRound.objects.filter(
        within(seat.scope("reception.show_round", action), seat, hotel="hotel", owners=["guide"])
    )


def show_round(seat: Seat, pk: int, action: str = "read") -> ShowRound:
    """One tour, or 404."""
    found = show_rounds(seat, action).select_related("hotel", "account", "guide", "passed_to").filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def asked_account(seat: Seat, text: str) -> Account | None:
    """The client whose number stands in an address, if this person may see it."""
    return accounts(seat).filter(pk=int(text)).first() if text.isdigit() and seat.may("clients.account") else None


def people(seat: Seat) -> list[Staff]:
    """Everybody of the hotel who can take part, by rank."""
    places = Membership.objects.filter(hotel=seat.hotel, staff__is_active=True).select_related("staff", "role")
    return [place.staff for place in places.order_by("role__rank", "staff__username")]
