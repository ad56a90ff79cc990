"""What a report says is carried out (VIS-09)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_noop

from roomnight.activities.commands.follow_ups import open_follow_up
from roomnight.activities.commands.next_actions import refresh_next_action
from roomnight.activities.events import ComplaintHeard, OrderAskedFor, VisitReported
from roomnight.activities.models import (
    FollowUp,
    FollowUpKind,
    FollowUpSource,
    FollowUpState,
    Result,
    VisitReport,
)
from roomnight.activities.rules import reports
from roomnight.clients.commands import (
    CompetitorRow,
    learn_competitors,
    learn_preferences,
    publish_visit,
    renew_protection,
    write_timeline,
)
from roomnight.clients.commands.accounts import name_of
from roomnight.clients.models import Contact
from roomnight.kernel.commands import Actor
from roomnight.kernel.events import emit
from roomnight.kernel.notify import notify
from roomnight.organization.access import leader_of
from roomnight.organization.working_days import calendar_of, day_at

LONGEST_WHAT = 300
VISITED = {
    Result.REFUSED: gettext_noop("Visited: refused"),
    Result.INTERESTED: gettext_noop("Visited: interested"),
    Result.TRIAL: gettext_noop("Visited: trial order"),
    Result.AGREEMENT: gettext_noop("Visited: agreement"),
    Result.ORDER: gettext_noop("Visited: order"),
}


def carry_out(actor: Actor, report: VisitReport, met: Sequence[Contact], now: datetime) -> None:
    """Let follow what follows from a report just stored of a talk with these people; part of its command.

    Follow-ups, likes, the client's timeline and published days, and the events for the floors above.
    """
    visit = report.visit
    to_call = next((person for person in met if not person.do_not_contact), None)
    opened = {item.kind: _open(report, item, to_call) for item in _nexts(report, now)}
    learned = Contact.objects.filter(pk__in=[int(pk) for pk in report.likes]) if report.likes else ()
    for contact in learned:
        likes = report.likes[str(contact.pk)]
        learn_preferences(actor=actor, contact=contact, likes=likes, source_url=visit.get_absolute_url())
    if report.competitors:
        told = [
            CompetitorRow(one["hotel"], None, Decimal(one["price"]) if one["price"] else None, one["why"])
            for one in report.competitors
        ]
        learn_competitors(
            actor=actor, account=visit.account, rows=told, on=visit.day, source_url=visit.get_absolute_url()
        )
    publish_visit(visit.account_id, visit.day)
    renew_protection(visit.account_id, visit.day, "visit")
    refresh_next_action(visit.account_id)
    write_timeline(
        account=visit.account,
        at=report.met_from,
        kind="visit",
        message=VISITED[Result(report.result)],
        contact=met[0] if met else None,
        note=report.note,
        url=visit.get_absolute_url(),
        actor_name=name_of(actor),
    )
    _tell(report, opened)


def _nexts(report: VisitReport, now: datetime) -> list[reports.Next]:
    """What follows, by the hotel's policies and calendar as of today."""
    hotel = report.visit.hotel
    today = day_at(hotel, now)
    return reports.what_follows(
        result=report.result,
        feedback=report.feedback,
        has_potential=any((report.potential_room_nights, report.potential_meetings, report.potential_covers)),
        next_on=report.next_on,
        visited_on=report.visit.day,
        today=today,
        calendar=calendar_of(hotel, today),
        thanks_days=reports.THANKS_CALL_DAYS.at(hotel.code, today),
        potential_days=reports.POTENTIAL_DAYS.at(hotel.code, today),
    )


def _open(report: VisitReport, item: reports.Next, to_call: Contact | None) -> FollowUp:
    """Put one thing on the visitor's list, or on the leader's. A client already thanked for on that day is thanked once."""
    visit = report.visit
    owner = (leader_of(visit.staff, visit.hotel) or visit.staff) if item.is_leaders else visit.staff
    words = {
        FollowUpKind.COMPLAINT: report.complaint,
        FollowUpKind.ORDER_ENQUIRY: report.note,
        FollowUpKind.APPOINTMENT: report.next_purpose,
    }
    if item.kind == FollowUpKind.THANKS_CALL:
        same = FollowUp.objects.filter(
            account=visit.account_id, owner=owner, kind=item.kind, due_on=item.due_on, state=FollowUpState.OPEN
        )
        if already := same.first():
            return already
    return open_follow_up(
        FollowUp(
            hotel=visit.hotel,
            account=visit.account,
            contact=to_call,
            visit=visit,
            kind=item.kind,
            what=words.get(FollowUpKind(item.kind), "")[:LONGEST_WHAT],
            due_on=item.due_on,
            month_day=item.due_on.day,
            owner=owner,
            created_by=visit.staff,
            priority=item.priority,
            source=FollowUpSource.VISIT,
        )
    )


def _tell(report: VisitReport, opened: dict[str, FollowUp]) -> None:
    """Tell the leader of a complaint at once, and the floors above of all of it."""
    visit = report.visit
    complaint, enquiry = opened.get(FollowUpKind.COMPLAINT), opened.get(FollowUpKind.ORDER_ENQUIRY)
    if complaint is not None:
        if complaint.owner_id != visit.staff_id:
            notify(
                complaint.owner.username,
                gettext_noop("Complaint from %(client)s, heard by %(name)s: %(text)s"),
                hotel_code=visit.hotel.code,
                url=visit.get_absolute_url(),
                is_urgent=True,
                client=visit.account.name,
                name=visit.staff.name,
                text=report.complaint[:80],
            )
        emit(ComplaintHeard(visit.pk, complaint.pk, visit.account_id, report.complaint))
    if enquiry is not None:
        emit(OrderAskedFor(visit.pk, enquiry.pk, visit.account_id))
    emit(
        VisitReported(
            visit_id=visit.pk,
            report_id=report.pk,
            hotel_id=visit.hotel_id,
            account_id=visit.account_id,
            staff_id=visit.staff_id,
            visited_on=visit.day,
            result=report.result,
            feedback=report.feedback,
        )
    )
