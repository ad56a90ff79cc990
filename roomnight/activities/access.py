"""Whose visits and follow-ups a person may see or touch. Strangers get 404."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from roomnight.activities.models import DayClose, FollowUp, Visit, VisitProposal, VisitReport, VisitState
from roomnight.clients.models import Account, Contact
from roomnight.kernel.commands import subject_of
from roomnight.kernel.models import Attachment
from roomnight.organization.access import Seat, within
from roomnight.organization.models import Membership, Scope, Staff

WITH_VISIT = ("account", "staff", "hotel")


def visits(seat: Seat, action: str = "read") -> QuerySet[Visit]:
    """The visits within reach: one's own, the team's, the hotel's. `approve` are those one may read and comment on."""
    reach = within(seat.scope("activities.visit", action), seat, hotel="hotel", owners=["staff"])
    return Visit.objects.filter(reach)


def visit(seat: Seat, pk: int, action: str = "read") -> Visit:
    """One visit with client, person and report, or 404."""
    found = visits(seat, action).select_related(*WITH_VISIT, "report__read_by").filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def may(seat: Seat, visit_: Visit, action: str) -> bool:
    """Whether this person may do that to a visit that is already within reach; the scopes of `visits` without a query."""
    if visit_.hotel_id != seat.hotel.pk:
        return False
    match seat.scope("activities.visit", action):
        case None:
            return False
        case Scope.HOTEL:
            return True
        case Scope.TEAM:
            return visit_.staff_id in seat.team_ids
        case Scope.DEPARTMENT:
            return visit_.staff_id in seat.department_ids
    return visit_.staff_id == seat.staff.pk


def people_of(visit_: Visit) -> list[Contact]:
    """The people of a visit within reach, each with `is_planned`, `is_met` and, where likes were learned of them, `is_known`."""
    report = getattr(visit_, "report", None)
    learned = Q(pk__in=[int(pk) for pk in report.likes] if report else [])
    planned = Exists(Visit.people.through.objects.filter(visit=visit_.pk, contact=OuterRef("pk")))
    met = Exists(
        VisitReport.contacts.through.objects.filter(visitreport=report.pk if report else None, contact=OuterRef("pk"))
    )
    found = Contact.objects.annotate(is_planned=planned, is_met=met).filter(
        Q(is_planned=True) | Q(is_met=True) | learned
    )
    return list(found.order_by("pk"))


def with_planned(people: QuerySet[Contact], visit_: Visit) -> list[Contact]:
    """People within reach, each with `is_planned`: whether the visit is to meet them."""
    planned = Exists(Visit.people.through.objects.filter(visit=visit_.pk, contact=OuterRef("pk")))
    return list(people.annotate(is_planned=planned))


def visits_of(seat: Seat, account: Account) -> QuerySet[Visit]:
    """The visits to a client that is already within reach, latest first: whoever may see the client sees who was there."""
    if not seat.may("activities.visit"):
        return Visit.objects.none()
    return Visit.objects.filter(account=account).select_related("staff", "report").order_by("-planned_start", "-id")


def own_visits(seat: Seat) -> QuerySet[Visit]:
    """The visits that this person makes."""
    return Visit.objects.filter(hotel=seat.hotel, staff=seat.staff).select_related("account", "report")


def reported(seat: Seat, submission_key: UUID) -> VisitReport | None:
    """One's own report that was sent under this key; none if it has not arrived."""
    mine = VisitReport.objects.filter(submission_key=submission_key, visit__staff=seat.staff, visit__hotel=seat.hotel)
    return mine.select_related("visit__hotel").first()


def to_read(seat: Seat) -> QuerySet[Visit]:
    """Reports that wait for this leader's reading, oldest first; never one's own."""
    waiting = visits(seat, "approve").filter(state=VisitState.REPORTED).exclude(staff=seat.staff)
    return waiting.select_related(*WITH_VISIT, "report").order_by("report__submitted_at", "id")


def attachments(visit_: Visit) -> QuerySet[Attachment]:
    """The photos and papers of a visit that is already within reach."""
    return Attachment.objects.filter(subject=subject_of(visit_)).order_by("pk")


def proposals(seat: Seat, action: str = "read") -> QuerySet[VisitProposal]:
    """Proposed visits within reach."""
    reach = within(seat.scope("activities.visit", action), seat, hotel="hotel", owners=["staff"])
    return VisitProposal.objects.filter(reach)


def proposal(seat: Seat, pk: int, action: str = "edit") -> VisitProposal:
    """One proposed visit, or 404."""
    found = proposals(seat, action).select_related("account__hotel", "staff", "hotel").filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def follow_ups(seat: Seat, action: str = "read") -> QuerySet[FollowUp]:
    """Follow-ups within reach: those a person has to do or gave to others, and those of the people within the scope."""
    reach = within(seat.scope("activities.followup", action), seat, hotel="hotel", owners=["owner", "created_by"])
    return FollowUp.objects.filter(reach).select_related("account", "owner", "contact")


def follow_up(seat: Seat, pk: int, action: str = "read") -> FollowUp:
    """One follow-up, or 404."""
    found = follow_ups(seat, action).select_related("hotel", "visit", "created_by").filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def follow_ups_of(seat: Seat, account: Account) -> QuerySet[FollowUp]:
    """The follow-ups about a client that is already within reach, earliest first."""
    if not seat.may("activities.followup"):
        return FollowUp.objects.none()
    return (
        FollowUp.objects.filter(account=account).select_related("owner", "contact").order_by("due_on", "due_time", "id")
    )


def outings(seat: Seat) -> QuerySet[Visit]:
    """Who is out now, for everybody in the department (VIS-05); longest out first."""
    reach = within(seat.scope("activities.outing"), seat, hotel="hotel", owners=["staff"])
    out = Visit.objects.filter(reach, out_at__isnull=False, back_at=None)
    return out.select_related("staff").order_by("out_at")


def day_closes(seat: Seat, day: date) -> QuerySet[DayClose]:
    """The days closed by the people within reach."""
    reach = within(seat.scope("activities.visit"), seat, hotel="hotel", owners=["staff"])
    return DayClose.objects.filter(reach, day=day).select_related("staff")


def visitors(seat: Seat, action: str = "read") -> QuerySet[Staff]:
    """The people within reach whose role lets them make visits: for whom one may plan, whose day is to be closed."""
    reach = within(seat.scope("activities.visit", action), seat, hotel="hotel", owners=["staff"])
    going = Membership.objects.filter(
        reach, staff__is_active=True, role__grants__resource="activities.visit", role__grants__action="create"
    )
    return Staff.objects.filter(pk__in=going.values("staff")).order_by("username")


def sees_others(seat: Seat) -> bool:
    """Whether this person reads the visits of more people than themself."""
    return seat.scope("activities.visit") not in (None, Scope.OWN)
