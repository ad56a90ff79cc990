"""Whose complaints and letters a person may see or touch, and what of a guest is shown. Strangers get 404."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.utils import timezone

from roomnight.clients.models import Account
from roomnight.orders.models import OrderException
from roomnight.organization.access import Seat, within
from roomnight.organization.models import Membership, Scope, Staff
from roomnight.pms.access import knows_confidential, listed_guests
from roomnight.pms.rules.guests import ROOM_SECRET, masked_name
from roomnight.service.models import (
    Compensation,
    CompensationState,
    Complaint,
    DealReview,
    Improvement,
    Letter,
    ServiceRequest,
    Survey,
    SurveyState,
)

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
    found = with_exception(complaints(seat, action).select_related(*PEOPLE)).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def with_exception(found: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """With `exception_pk` and `exception_number` of what went wrong with the order, where it was raised as that (EXC-01)."""
    raised = OrderException.objects.filter(hotel=OuterRef("hotel"), complaint_number=OuterRef("number"))
    return found.annotate(
        exception_pk=Subquery(raised.values("pk")[:1]), exception_number=Subquery(raised.values("number")[:1])
    )


def _reaches(scope: str | None, seat: Seat, people: set[int | None], department: int | None) -> bool:
    """Whether a scope takes in what belongs to these people and is about this department; as `within`, without a query."""
    match scope:
        case None:
            return False
        case Scope.HOTEL:
            return True
        case Scope.TEAM:
            return bool(people.intersection(seat.team_ids))
        case Scope.DEPARTMENT:
            here = seat.membership.department_id if seat.membership else None
            return bool(people.intersection(seat.department_ids)) or (here is not None and department == here)
    return seat.staff.pk in people


def may(seat: Seat, one: Complaint, action: str) -> bool:
    """Whether this person may do that to a complaint already within reach; the scopes of `complaints` without a query."""
    people = {one.owner_id, one.taken_by_id, one.representative_id}
    return _reaches(seat.scope("service.complaint", action), seat, people, one.department_id)


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


ASKED_ABOUT = (
    "hotel", "account__owner", "contact", "order", "visit", "department", "representative", "sent_by", "taken_by", "complaint",
)  # fmt: skip


def surveys(seat: Seat, action: str = "read") -> QuerySet[Survey]:
    """The surveys within reach: those of one's clients and one's orders, the team's, the department's, the hotel's."""
    scope = seat.scope("service.survey", action)
    reach = within(scope, seat, hotel="hotel", owners=["representative", "sent_by", "account__owner"])
    if scope == Scope.DEPARTMENT and seat.membership is not None:
        reach |= Q(hotel=seat.hotel, department=seat.membership.department_id)
    return Survey.objects.filter(reach)


def survey(seat: Seat, pk: int, action: str = "read") -> Survey:
    """One survey, or 404."""
    found = surveys(seat, action).select_related(*ASKED_ABOUT).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def may_survey(seat: Seat, one: Survey, action: str) -> bool:
    """Whether this person may do that to a survey already within reach; the scopes of `surveys` without a query."""
    people = {one.representative_id, one.sent_by_id, one.account.owner_id}
    return _reaches(seat.scope("service.survey", action), seat, people, one.department_id)


def surveys_of(seat: Seat, account: Account) -> QuerySet[Survey]:
    """The surveys of a client that is already within reach, latest answer first, then those that wait."""
    if not seat.may("service.survey"):
        return Survey.objects.none()
    found = Survey.objects.filter(account=account, hotel=seat.hotel).exclude(state=SurveyState.DROPPED)
    return found.select_related("hotel", "account", "order")


def reviews(seat: Seat, action: str = "read") -> QuerySet[DealReview]:
    """The looks back at deals within reach: one's own, the team's, the hotel's."""
    scope = seat.scope("service.deal_review", action)
    return DealReview.objects.filter(within(scope, seat, hotel="hotel", owners=["staff"]))


def review(seat: Seat, pk: int, action: str = "read") -> DealReview:
    """One of them, or 404."""
    people = ("hotel", "order__account", "order__hotel", "staff", "read_by")
    found = reviews(seat, action).select_related(*people).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def survey_by_link(key_hash: str) -> Survey | None:
    """The survey of a link, open or answered, for whoever holds the link; none where it is wrong, replaced or over its time.

    One look-up whatever the answer is.
    """
    found = Survey.objects.select_related(
        "hotel", "account__owner", "contact", "order", "representative", "sent_by", "department"
    )
    one = found.filter(key_hash=key_hash).first()
    if one is None or one.expires_at is None:
        return None
    is_open = one.state == SurveyState.SENT and one.expires_at > timezone.now()
    return one if is_open or one.state == SurveyState.ANSWERED else None


@dataclass(frozen=True)
class Complainant:
    """Who complains, as one person sees it; "" where that is not for them."""

    name: str
    phone: str
    room: str


def complainants(seat: Seat, rows: Collection[Complaint]) -> dict[int, Complainant]:
    """Who complains, by complaint. A guest of the house has room and name for those who may know guests; one who is here
    for nobody only for those who know of such guests (PRV-03)."""
    secret = secret_stays(seat, {one.stay_key for one in rows if one.stay_key})
    return {
        one.pk: seen(seat, one.complainant, one.phone, one.room, one.is_secret or one.stay_key in secret)
        for one in rows
    }


def secret_stays(seat: Seat, keys: set[str]) -> set[str]:
    """Which of these stays are of guests who are here for nobody."""
    if not keys:
        return set()
    listed = listed_guests(seat.hotel, seat.today).filter(stay_key__in=keys)
    return {one.stay_key for one in listed if one.level >= ROOM_SECRET}


def seen(seat: Seat, name: str, phone: str, room: str, is_secret: bool) -> Complainant:
    """Who stands behind a name, a phone number and a room, as far as this person may know it."""
    if not room:
        return Complainant(name, phone, "")
    if is_secret and not knows_confidential(seat):
        return Complainant("", "", "")
    if seat.may("pms.guest"):
        return Complainant(name, phone, room)
    return Complainant(masked_name(name) if name else "", phone, "")


def people(seat: Seat) -> list[Staff]:
    """Everybody of the hotel who can answer for something, by rank."""
    places = Membership.objects.filter(hotel=seat.hotel, staff__is_active=True).select_related("staff", "role")
    return [place.staff for place in places.order_by("role__rank", "staff__username")]


def requests(seat: Seat, action: str = "read") -> QuerySet[ServiceRequest]:
    """The requests within reach: those one took or carries out, the team's and what nobody of the department has yet, those
    sent to one's department, the hotel's."""
    scope = seat.scope("service.request", action)
    reach = within(scope, seat, hotel="hotel", owners=["person", "taken_by"])
    if scope in (Scope.DEPARTMENT, Scope.TEAM) and seat.membership is not None:
        here = Q(hotel=seat.hotel, department=seat.membership.department_id)
        reach |= here if scope == Scope.DEPARTMENT else here & Q(person=None)
    return ServiceRequest.objects.filter(reach)


def request(seat: Seat, pk: int, action: str = "read") -> ServiceRequest:
    """One request, or 404."""
    people = ("hotel", "account", "department", "person", "taken_by")
    found = requests(seat, action).select_related(*people).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def may_touch(seat: Seat, one: ServiceRequest, action: str) -> bool:
    """Whether this person may do that to a request already within reach; the scopes of `requests` without a query."""
    people, place = {one.person_id, one.taken_by_id}, seat.membership
    here = place is not None and one.department_id == place.department_id
    match seat.scope("service.request", action):
        case None:
            return False
        case Scope.HOTEL:
            return True
        case Scope.TEAM:
            return (here and one.person_id is None) or bool(people.intersection(seat.team_ids))
        case Scope.DEPARTMENT:
            return here or bool(people.intersection(seat.department_ids))
    return seat.staff.pk in people


def askers(seat: Seat, rows: Collection[ServiceRequest]) -> dict[int, Complainant]:
    """Who asks, by request. Whoever carries it out sees the room while it is open, since they go there; the guest's name
    stays with those who may know guests (PRV-03)."""
    secret = secret_stays(seat, {one.stay_key for one in rows if one.stay_key})
    here = seat.membership.department_id if seat.membership is not None else None
    shown: dict[int, Complainant] = {}
    for one in rows:
        who = seen(seat, one.name, one.phone, one.room, one.is_secret or one.stay_key in secret)
        goes_there = one.person_id == seat.staff.pk or (one.person_id is None and one.department_id == here)
        if one.room and not who.room and one.is_open and goes_there:
            who = replace(who, room=one.room)
        shown[one.pk] = who
    return shown


def improvements(seat: Seat, action: str = "read") -> QuerySet[Improvement]:
    """The improvements within reach: one's own and those one planned, the team's, the department's, the hotel's."""
    scope = seat.scope("service.improvement", action)
    return Improvement.objects.filter(within(scope, seat, hotel="hotel", owners=["owner", "by"]))


def improvement(seat: Seat, pk: int, action: str = "read") -> Improvement:
    """One improvement, or 404."""
    found = improvements(seat, action).select_related("hotel", "owner", "by").filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found
