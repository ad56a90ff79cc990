"""Room changes, wishes and authorities' requests: who sees which. A hidden guest's are only for who knows of him (PRV-03)."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404

from roomnight.organization.access import Seat
from roomnight.organization.models import Scope
from roomnight.pms.access import of_hidden_stays
from roomnight.reception.models import AuthorityRequest, RoomChange, Wish


def room_changes(seat: Seat, action: str = "read") -> QuerySet[RoomChange]:
    """The room changes of this hotel, latest first."""
    if not seat.may("reception.room_change", action):
        return RoomChange.objects.none()
    found = RoomChange.objects.filter(hotel=seat.hotel).select_related("hotel", "asked_by", "approved_by", "case")
    return found.exclude(of_hidden_stays(seat)).order_by("-pk")


def room_change(seat: Seat, pk: int, action: str = "read") -> RoomChange:
    """One of them, or 404."""
    found = room_changes(seat, action).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def wishes(seat: Seat, action: str = "read") -> QuerySet[Wish]:
    """The wishes for this person's department, and those it noted; the front desk's are all. Soonest first.

    A wish noted by room names nobody and is shown whoever sleeps there. One that was noted on the page of a guest who is
    here for nobody exists only for who knows of him (PRV-03).
    """
    scope = seat.scope("reception.wish", action)
    if scope is None:
        return Wish.objects.none()
    found = Wish.objects.filter(hotel=seat.hotel).select_related("hotel", "noted_by", "received_by")
    if scope != Scope.HOTEL:
        kind = department_of(seat)
        found = found.filter(Q(for_department=kind) | Q(noted_in=kind))
    return found.exclude(of_hidden_stays(seat) & Q(is_by_room=False)).order_by("needed_by", "pk")


def wish(seat: Seat, pk: int, action: str = "read") -> Wish:
    """One of them, or 404."""
    found = wishes(seat, action).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def department_of(seat: Seat) -> str:
    """The kind of department this person works in here; none for a visitor."""
    return seat.membership.department.kind if seat.membership is not None else ""


def authority_requests(seat: Seat, action: str = "read") -> QuerySet[AuthorityRequest]:
    """The requests of authorities, latest first."""
    if not seat.may("reception.authority", action):
        return AuthorityRequest.objects.none()
    return AuthorityRequest.objects.filter(hotel=seat.hotel).select_related("hotel", "taken_by").order_by("-pk")


def authority_request(seat: Seat, pk: int, action: str = "read") -> AuthorityRequest:
    """One of them, or 404."""
    found = authority_requests(seat, action).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found
