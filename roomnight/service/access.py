"""Whose complaints and letters a person may see or touch, and what of a guest is shown. Strangers get 404."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import Http404

from roomnight.clients.models import Account
from roomnight.organization.access import Seat, within
from roomnight.organization.models import Membership, Scope, Staff
from roomnight.pms.access import knows_confidential, listed_guests
from roomnight.pms.rules.guests import ROOM_SECRET, masked_name
from roomnight.service.models import Compensation, CompensationState, Complaint, Letter

OWNERS = ["owner", "taken_by", "representative"]
PEOPLE = (
    "hotel", "account", "contact", "order", "department", "taken_by", "owner", "representative", "closing", "follow_up",
    "call_back", "case",
)  # fmt: skip


def complaints(seat: Seat, action: str = "read") -> QuerySet[Complaint]:
    """The complaints within reach: one's own and those of one's clients, the team's, those about one's department, the hotel's."""
    scope = seat.scope("service.complaint", action)
    reach = within(scope, seat, hotel="hotel", owners=OWNERS)
    if scope == Scope.DEPARTMENT and seat.membership is not None:
        reach |= Q(hotel=seat.hotel, department=seat.membership.department_id)
    return Complaint.objects.filter(reach)


def complaint(seat: Seat, pk: int, action: str = "read") -> Complaint:
    """One complaint, or 404."""
    found = complaints(seat, action).select_related(*PEOPLE).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def may(seat: Seat, one: Complaint, action: str) -> bool:
    """Whether this person may do that to a complaint already within reach; the scopes of `complaints` without a query."""
    people = {one.owner_id, one.taken_by_id, one.representative_id}
    match seat.scope("service.complaint", action):
        case None:
            return False
        case Scope.HOTEL:
            return True
        case Scope.TEAM:
            return bool(people.intersection(seat.team_ids))
        case Scope.DEPARTMENT:
            here = seat.membership.department_id if seat.membership else None
            return bool(people.intersection(seat.department_ids)) or (here is not None and one.department_id == here)
    return seat.staff.pk in people


def complaints_of(seat: Seat, account: Account) -> QuerySet[Complaint]:
    """The complaints of a client that is already within reach, latest first."""
    if not seat.may("service.complaint"):
        return Complaint.objects.none()
    return (
        Complaint.objects.filter(account=account, hotel=seat.hotel)
        .select_related("hotel", "owner")
        .order_by("-taken_at")
    )


def compensation(seat: Seat, pk: int, compensation_id: int) -> Compensation:
    """One compensation that waits for a decision, of a complaint within reach; else 404."""
    found = Compensation.objects.filter(complaint=complaint(seat, pk, "approve"), state=CompensationState.WAITING)
    one = found.select_related("complaint__hotel", "proposed_by").filter(pk=compensation_id).first()
    if one is None:
        raise Http404(str(compensation_id))
    return one


def letters(seat: Seat, action: str = "read") -> QuerySet[Letter]:
    """The letters within reach: one's own, the team's, the department's, the hotel's."""
    scope = seat.scope("service.letter", action)
    return Letter.objects.filter(
        within(scope, seat, hotel="hotel", owners=["owner", "taken_by", "carried_out_by", "account__owner"])
    )


def letter(seat: Seat, pk: int, action: str = "read") -> Letter:
    """One letter, or 404."""
    people = ("hotel", "account", "contact", "taken_by", "owner", "answered_by", "carried_out_by", "on_board_by")
    found = letters(seat, action).select_related(*people).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def board(seat: Seat) -> QuerySet[Letter]:
    """What hangs on the notice board of the hotel, latest first: for everybody who may read the board (SVC-04)."""
    found = Letter.objects.filter(hotel=seat.hotel, on_board_at__isnull=False)
    return found.order_by("-on_board_at", "-pk") if seat.may("service.board") else found.none()


@dataclass(frozen=True)
class Complainant:
    """Who complains, as one person sees it; "" where that is not for them."""

    name: str
    phone: str
    room: str


def complainants(seat: Seat, rows: Collection[Complaint]) -> dict[int, Complainant]:
    """Who complains, by complaint. A guest of the house has room and name for those who may know guests; one who is here
    for nobody only for those who know of such guests (PRV-03)."""
    keys = {one.stay_key for one in rows if one.stay_key}
    secret: set[str] = set()
    if keys:
        listed = listed_guests(seat.hotel, seat.today).filter(stay_key__in=keys)
        secret = {one.stay_key for one in listed if one.level >= ROOM_SECRET}
    return {one.pk: _seen(seat, one, one.is_secret or one.stay_key in secret) for one in rows}


def _seen(seat: Seat, one: Complaint, is_secret: bool) -> Complainant:
    if not one.room:
        return Complainant(one.complainant, one.phone, "")
    if is_secret and not knows_confidential(seat):
        return Complainant("", "", "")
    if seat.may("pms.guest"):
        return Complainant(one.complainant, one.phone, one.room)
    return Complainant(masked_name(one.complainant) if one.complainant else "", one.phone, "")


def people(seat: Seat) -> list[Staff]:
    """Everybody of the hotel who can answer for something, by rank."""
    places = Membership.objects.filter(hotel=seat.hotel, staff__is_active=True).select_related("staff", "role")
    return [place.staff for place in places.order_by("role__rank", "staff__username")]
