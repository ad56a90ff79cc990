"""Whose turn it is to decide on an application, and how far somebody may go (CRD-02)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from roomnight.credit.models import ApplicationState, CreditApplication, Opinion, OpinionKind
from roomnight.credit.queries.granting import role_code
from roomnight.organization.access import Seat
from roomnight.organization.authority import acting_for, authority, limits_on
from roomnight.organization.models import ApprovalKind, Hotel, Membership, Staff


@dataclass(frozen=True)
class Turn:
    """Somebody at the step that an application waits for: for whom (None: themselves), and why it is not theirs
    ("": it is)."""

    on_behalf_of: Staff | None = None
    code: str = ""

    @property
    def is_mine(self) -> bool:
        return not self.code


def seat_of(staff: Staff, hotel: Hotel) -> Seat:
    """The person at work at the hotel, without any right of the pages."""
    place = Membership.objects.filter(staff=staff, hotel=hotel).select_related("role__based_on").first()
    return Seat(staff, hotel, place, {})


def posts_of(seat: Seat, on: date) -> dict[str, Staff | None]:
    """The roles in which the seat decides on credit on a day: its own, and those of people who are away (with who that is)."""
    if _is_alone(seat):
        return {role_code(seat.membership.role): None} if seat.membership is not None else {}
    found: dict[str, Staff | None] = {}
    away = {one.absent.pk: one.absent for one in acting_for(seat, on) if ApprovalKind.CREDIT in one.kinds}
    places = Membership.objects.filter(hotel=seat.hotel, staff__in=[seat.staff.pk, *away])
    for place in places.select_related("role__based_on"):
        code = role_code(place.role)
        if place.staff_id == seat.staff.pk:
            found[code] = None
        else:
            found.setdefault(code, away[place.staff_id])
    return found


def turn(one: CreditApplication, seat: Seat, on: date) -> Turn:
    """Whether the seat decides on the application now. Nobody decides on their own, nor twice, nor through a deputy."""
    if one.state != ApplicationState.REVIEW:
        return Turn(code="application.state")
    if seat.staff.pk in one.involved:
        return Turn(code="application.own")
    posts = posts_of(seat, on)
    if one.waits_for not in posts:
        return Turn(code="application.turn")
    principal = posts[one.waits_for]
    if principal is not None and principal.pk in one.involved:
        return Turn(code="application.own")
    people = [seat.staff.pk, *([principal.pk] if principal else [])]
    spoke = Opinion.objects.filter(
        application=one, round=one.round, kind__in=(OpinionKind.APPROVED, OpinionKind.RETURNED)
    )
    if spoke.exclude(position=one.position).filter(Q(staff__in=people) | Q(on_behalf_of__in=people)).exists():
        return Turn(code="application.twice")
    return Turn(principal)


def most_of(seat: Seat, on: date) -> Decimal | None:
    """Up to which limit the seat may grant on a day, for itself or for somebody who is away; None: none."""
    if _is_alone(seat) and seat.membership is not None:
        role = seat.membership.role
        return limits_on(seat.hotel, [role], on).get((role.pk, ApprovalKind.CREDIT))
    return authority(seat, ApprovalKind.CREDIT, on).limit


def _is_alone(seat: Seat) -> bool:
    """Whether the seat stands in for nobody today."""
    return seat.stands_for == [seat.staff.pk]


def waiting_for(found: QuerySet[CreditApplication], seat: Seat, on: date) -> QuerySet[CreditApplication]:
    """Those of the applications that wait for the seat."""
    if not seat.may("credit.application", "approve"):
        return found.none()
    own = Q(responsible=seat.staff.pk) | Q(drafted_by=seat.staff.pk) | Q(submitted_by=seat.staff.pk)
    return found.filter(state=ApplicationState.REVIEW, waits_for__in=list(posts_of(seat, on))).exclude(own)


def why_not(code: str) -> str:
    """Why it is not somebody's turn, in a sentence."""
    match code:
        case "application.own":
            return _("Nobody decides on their own application.")
        case "application.turn":
            return _("This step is somebody else's: it may have been decided meanwhile.")
        case "application.twice":
            return _("Nobody decides on two steps of one application.")
    return _("This is not possible any more: the application was decided or returned meanwhile.")
