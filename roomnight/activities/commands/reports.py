"""The visit report: written once, by the person who went, about what has happened; read by the leader (VIS-07, VIS-11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict, Unpack, cast
from uuid import UUID

from django.utils.translation import gettext_noop

from roomnight.activities.commands.consequences import carry_out
from roomnight.activities.commands.holding import hold, hold_diary
from roomnight.activities.commands.plans import (
    refuse_length,
    refuse_strangers,
    refuse_wrong_choices,
    usual_kind,
)
from roomnight.activities.commands.refusals import clock, refuse, refuse_choice, refuse_others
from roomnight.activities.commands.slots import take_actual_slots, take_slots
from roomnight.activities.models import (
    Feedback,
    Purpose,
    Result,
    Visit,
    VisitKind,
    VisitReport,
    VisitState,
)
from roomnight.activities.rules import plans, reports
from roomnight.clients.commands import meet_protected
from roomnight.clients.models import Account, AccountKind, Contact
from roomnight.kernel.commands import Actor, command, record
from roomnight.kernel.notify import notify
from roomnight.kernel.numbering import form_number
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at, hours_of


class Talk(TypedDict, total=False):
    """What a report may say beside when and how it ended (VIS-07); see VisitReport. Left out is taken from the plan."""

    kind: str
    client_type: str
    purpose: str
    address: str
    people_text: str
    presented: str
    needs: Sequence[str]
    product_offered: str
    questions: str
    features: str
    potential_room_nights: int | None
    potential_meetings: int | None
    potential_covers: int | None
    competitors: Sequence[Mapping[str, Any]]
    feedback: str
    complaint: str
    agreements: str
    next_on: date | None
    next_purpose: str
    refusal_reason: str
    note: str


class Log(Talk, total=False):
    """What a logged visit says beside: how it was agreed or why it was not, and why it took so long (VIS-03, VIS-06)."""

    confirmed_how: str
    confirmed_with: str
    is_cold_call: bool
    cold_reason: str
    long_reason: str


@dataclass(frozen=True)
class Sending:
    """A report as it arrives: under which key, when, and what it says."""

    submission_key: UUID
    met_from: datetime
    met_to: datetime
    result: str
    contacts: Sequence[Contact]
    likes: Mapping[int, str]
    now: datetime
    talk: Talk


@command
def write_report(
    *,
    actor: Actor,
    visit: Visit,
    submission_key: UUID,
    met_from: datetime,
    met_to: datetime,
    result: str,
    contacts: Iterable[Contact] | None = None,
    likes: Mapping[int, str] | None = None,
    at: datetime | None = None,
    **talk: Unpack[Talk],
) -> VisitReport:
    """Report a visit one is out on or has come back from, and set in motion what it says (VIS-09).

    `submission_key` is made where the report is written. Sent again under the same key it is the same report: that one
    is returned and nothing happens twice. Without `contacts` those of the plan were met. `likes` maps ids of the client's
    contacts to what was learned of them.

    Refused: somebody else's visit, a second report, a talk that lies ahead, a refusal without reason, a complaint without
    words, people of another client, a time taken by another reported visit.
    """
    now = clock(at)
    refuse_others(actor, visit.staff)
    hold(visit)
    sent = _sent_before(submission_key, visit.staff, visit)
    if sent is not None:
        return sent
    if visit.state in (VisitState.REPORTED, VisitState.CLOSED):
        refuse("report.written")
    if visit.state not in (VisitState.OUT, VisitState.RETURNED):
        refuse("report.not_out")
    met = list(visit.people.all() if contacts is None else contacts)
    refuse_strangers(visit.hotel, visit.account, visit.staff, met)
    refuse(reports.talk_problem(met_from, met_to, now))
    take_actual_slots(visit, met_from, met_to)
    old = _settle(visit, met_from, met_to)
    visit.save(update_fields=["state", "day", "report_due_at"])
    return _file(actor, visit, old, Sending(submission_key, met_from, met_to, result, met, likes or {}, now, talk))


@command
def log_visit(
    *,
    actor: Actor,
    hotel: Hotel,
    account: Account,
    staff: Staff,
    submission_key: UUID,
    met_from: datetime,
    met_to: datetime,
    result: str,
    contacts: Iterable[Contact] = (),
    likes: Mapping[int, str] | None = None,
    at: datetime | None = None,
    **log: Unpack[Log],
) -> VisitReport:
    """Log a visit that was made without a plan here: visit and report in one go, from one screen (VIS-11).

    Needs a `purpose`. The same refusals as for a plan and a report: it had an appointment (`confirmed_how`; without
    `confirmed_with` it was agreed with the first person met) or was a cold call with a reason; longer than usual it says
    why; its time, to the nearest five minutes, must be free. Only for oneself. Sent again under the same key it is the
    same report.
    """
    now = clock(at)
    refuse_others(actor, staff)
    hold_diary(staff)
    sent = _sent_before(submission_key, staff)
    if sent is not None:
        return sent
    met = list(contacts)
    refuse_strangers(hotel, account, staff, met)
    refuse(reports.talk_problem(met_from, met_to, now))
    visit = _unplanned(hotel, account, staff, met, log)
    visit.planned_start, visit.planned_end = plans.rounded(met_from, met_to)
    if not visit.confirmed_how and not visit.is_cold_call:
        refuse("visit.no_appointment")
    if visit.confirmed_how and not visit.confirmed_with:
        refuse("report.nobody")
    refuse_wrong_choices(visit)
    refuse_length(visit, plans.minutes(met_from, met_to))
    _settle(visit, met_from, met_to)
    visit.number = form_number("FW", hotel.code, visit.day)
    visit.created_by = actor.code
    visit.save(force_insert=True)
    visit.people.add(*met)
    take_slots(visit, visit.planned_start, visit.planned_end, field="met_from")
    meet_protected(actor=actor, account=account, staff=staff, how="visited")
    said = cast(Talk, {name: value for name, value in log.items() if name in Talk.__annotations__})
    return _file(actor, visit, "", Sending(submission_key, met_from, met_to, result, met, likes or {}, now, said))


def _unplanned(hotel: Hotel, account: Account, staff: Staff, met: Sequence[Contact], log: Log) -> Visit:
    """The visit behind a log, still without its time."""
    how = log.get("confirmed_how", "")
    whom = log.get("confirmed_with") or (met[0].name if met else log.get("people_text", ""))
    return Visit(
        hotel=hotel,
        account=account,
        staff=staff,
        kind=log.get("kind") or usual_kind(account),
        purpose=log.get("purpose", ""),
        place=log.get("address") or account.address,
        district=account.district,
        confirmed_how=how,
        confirmed_with=whom if how else "",
        is_cold_call=log.get("is_cold_call", False),
        cold_reason=log.get("cold_reason", ""),
        long_reason=log.get("long_reason", ""),
        is_logged=True,
    )


@command
def read_report(*, actor: Actor, visit: Visit, reader: Staff, comment: str, at: datetime | None = None) -> VisitReport:
    """The leader reads a report and answers; the visit is closed. Nobody reads their own. The visitor is told."""
    now = clock(at)
    hold(visit)
    if visit.staff_id == reader.pk:
        refuse("report.own")
    if visit.state != VisitState.REPORTED:
        refuse("visit.state", state=visit.get_state_display())
    if not comment.strip():
        refuse("report.comment")
    report = visit.report
    report.comment, report.read_by, report.read_at = comment.strip(), reader, now
    report.save(update_fields=["comment", "read_by", "read_at"])
    visit.state = VisitState.CLOSED
    visit.save(update_fields=["state"])
    notify(
        visit.staff.username,
        gettext_noop("%(name)s has read your report on %(client)s: %(comment)s"),
        hotel_code=visit.hotel.code,
        url=visit.get_absolute_url(),
        name=reader.name,
        client=visit.account.name,
        comment=report.comment[:80],
    )
    record(visit, state=(VisitState.REPORTED, VisitState.CLOSED), comment=report.comment, read_by=reader.username)
    return report


def _sent_before(submission_key: UUID, staff: Staff, visit: Visit | None = None) -> VisitReport | None:
    """This person's report that came under this key earlier; a line in the audit says that it came again."""
    report = VisitReport.objects.select_related("visit__hotel").filter(submission_key=submission_key).first()
    if report is None:
        return None
    if report.visit.staff_id != staff.pk or (visit is not None and report.visit_id != visit.pk):
        refuse("report.key_taken")
    record(report, sent_again=True)
    return report


def _settle(visit: Visit, met_from: datetime, met_to: datetime) -> str:
    """The visit is reported, on the day and with the due time of the talk itself; returns its state before."""
    old, visit.state = visit.state, VisitState.REPORTED
    visit.day = day_at(visit.hotel, met_from)
    visit.report_due_at = plans.report_due(met_to, hours_of(visit.hotel, visit.day))
    return old


def _file(actor: Actor, visit: Visit, old: str, sending: Sending) -> VisitReport:
    """Store the report of a visit that was in the state `old`, and let follow what follows."""
    report = VisitReport(
        visit=visit,
        submission_key=sending.submission_key,
        met_from=sending.met_from,
        met_to=sending.met_to,
        result=sending.result,
        submitted_at=sending.now,
        likes=_likes(visit, sending.likes),
        **_said(visit, sending),
    )
    _refuse_wrong(report, has_contacts=bool(sending.contacts))
    _time(visit, report)
    report.save(force_insert=True)
    report.contacts.add(*sending.contacts)
    record(
        visit,
        state=(old, visit.state),
        met_from=report.met_from,
        met_to=report.met_to,
        result=report.result,
        feedback=report.feedback,
        note=report.note,
        late_minutes=report.late_minutes,
    )
    carry_out(actor, report, sending.contacts, sending.now)
    return report


def _said(visit: Visit, sending: Sending) -> dict[str, Any]:
    """What the report says; where it says nothing, what the plan and the client's record know."""
    said: dict[str, Any] = {name: value for name, value in sending.talk.items() if value not in ("", None)}
    try:
        said["competitors"] = reports.competitor_rows(said.get("competitors", ()))
    except ValueError:
        refuse("report.competitors")
    said["needs"] = list(dict.fromkeys(said.get("needs", ())))
    said.setdefault("kind", visit.kind)
    said.setdefault("purpose", visit.purpose)
    said.setdefault("client_type", visit.account.kind)
    said.setdefault("address", visit.place)
    if not sending.contacts:
        said.setdefault("people_text", visit.confirmed_with)
    return said


def _likes(visit: Visit, likes: Mapping[int, str]) -> dict[str, str]:
    """What was learned, by contact of this client; empty words are left out."""
    learned = {int(pk): words.strip() for pk, words in likes.items() if words.strip()}
    if not learned:
        return {}
    if Contact.objects.filter(account=visit.account_id, pk__in=learned).count() != len(learned):
        refuse("report.likes")
    return {str(pk): words for pk, words in learned.items()}


def _refuse_wrong(report: VisitReport, *, has_contacts: bool) -> None:
    """What must hold of a report's content whatever the way in."""
    refuse_choice(report.result, Result.values, "result")
    refuse_choice(report.kind, VisitKind.values, "kind")
    refuse_choice(report.purpose, Purpose.values, "purpose")
    refuse_choice(report.client_type, AccountKind.values, "client_type")
    refuse_choice(report.feedback, ["", *Feedback.values], "feedback")
    refuse(
        reports.content_problem(
            result=report.result,
            refusal_reason=report.refusal_reason,
            feedback=report.feedback,
            complaint=report.complaint,
            needs=report.needs,
            next_on=report.next_on,
            next_purpose=report.next_purpose,
            visited_on=day_at(report.visit.hotel, report.met_from),
            met_anybody=has_contacts or bool(report.people_text.strip()),
        )
    )


def _time(visit: Visit, report: VisitReport) -> None:
    """Fill in the minutes that the report shows. A visit logged afterwards was on time: nothing else is known of it."""
    longest = plans.VISIT_MAX_MINUTES.at(visit.hotel.code, visit.day)
    found = reports.timing(
        planned_start=report.met_from if visit.is_logged else visit.planned_start,
        allowed_minutes=max(visit.planned_minutes, longest),
        met_from=report.met_from,
        met_to=report.met_to,
        due=visit.report_due_at,
        sent=report.submitted_at,
    )
    report.actual_minutes = found.actual_minutes
    report.overrun_minutes = found.overrun_minutes
    report.arrival_minutes = found.arrival_minutes
    report.delay_minutes = found.delay_minutes
    report.late_minutes, report.is_late = found.late_minutes, found.is_late
