"""An application for guests, the decision on it, the team, and what is done when they have left (RCP-01, RCP-02, RCP-04, RCP-08)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands.accounts import take_revision
from roomnight.clients.models import Account
from roomnight.kernel.commands import Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.kernel.numbering import form_number
from roomnight.organization.access import leader_of
from roomnight.organization.commands import refuse_unqualified
from roomnight.organization.models import Hotel, Membership, Staff
from roomnight.organization.qualifications import may_receive
from roomnight.organization.rules.qualifications import RECEIVE
from roomnight.organization.working_days import day_at
from roomnight.reception.commands.cases import begin_programme, close_cases, end_cases, tell_cases
from roomnight.reception.commands.preparing import draw_up
from roomnight.reception.models import OPEN, PLANNING, UNDECIDED, Level, Reception, ReceptionGuest, ReceptionState
from roomnight.reception.queries.standards import proposed_level
from roomnight.reception.rules.values import REPORT_DAYS

ENTERED_LATE = timedelta(hours=12)  # guests who are here already may still be entered
TEAM = ("contact_person", "assistant", "leader")


@command
def apply_for_reception(
    *,
    actor: Actor,
    hotel: Hotel,
    applicant: Staff,
    guests: Sequence[dict[str, Any]],
    account: Account | None = None,
    **values: Any,
) -> Reception:
    """Say that guests come, for oneself or for a colleague who telephoned (RCP-01). The level follows from their titles.

    `guests` are dicts of name, sex, title and phone, the most senior first. Refused: nobody comes, a departure before the
    arrival, an arrival gone by, official guests without the number of their letter.
    """
    now = timezone.now()
    _refuse_nonsense(values, guests)
    if values["arrives_at"] < now - ENTERED_LATE:
        raise Refusal("reception.past", _("They have arrived already."), field="arrives_at")
    level, _title = proposed_level(hotel, [one.get("title", "") for one in guests])
    staff = getattr(actor, "staff", None)
    reception = Reception.objects.create(
        hotel=hotel, number=form_number("LF", hotel.code, day_at(hotel, now)), applicant=applicant, account=account,
        entered_by=staff if staff != applicant else None, level=level, proposed_level=level, **values,
    )  # fmt: skip
    _put_guests(reception, guests)
    record(reception, number=reception.number, company=reception.company, level=level, guests=len(guests))
    leader = leader_of(applicant, hotel)
    if leader is not None:
        _tell(leader, reception, gettext_noop("Guests are announced, please decide: %(company)s (%(number)s)."))
    return reception


@command
def change_application(
    *, actor: Actor, reception: Reception, revision: int, guests: Sequence[dict[str, Any]], **values: Any
) -> Reception:
    """Correct what was applied for. What was returned is handed in anew by this; a decided level stays."""
    _refuse_unless(reception, OPEN)
    _refuse_nonsense(values, guests)
    take_revision(reception, revision)
    level, _title = proposed_level(reception.hotel, [one.get("title", "") for one in guests])
    changes = changed(reception, proposed_level=level, **values)
    if reception.state in UNDECIDED:
        changes |= changed(reception, level=level, state=ReceptionState.APPLIED)
    reception.save(update_fields=[*changes])
    before = [one.name for one in reception.guests.all()]
    reception.guests.all().delete()
    _put_guests(reception, guests)
    after = [one["name"] for one in guests]
    record(reception, **changes, **({"guests": (before, after)} if before != after else {}))
    return reception


@command
def approve_reception(
    *, actor: Actor, reception: Reception, staff: Staff, level: str, reason: str = "", note: str = ""
) -> Reception:
    """The head of the department agrees, and sets the level (RCP-02). Another level than the proposed one says why.

    From now on the programme runs as a case (RCP-06).
    """
    _refuse_unless(reception, UNDECIDED)
    _refuse_own(reception, staff)
    if level not in Level.values:
        raise Refusal("reception.level", _("Choose a level."), field="level")
    if level != reception.proposed_level and not reason.strip():
        raise Refusal("reception.level_reason", _("Say why it is another level than proposed."), field="reason")
    fit = all(may_receive(reception.applicant, reception.hotel, day) for day in _days_with_guests(reception))
    reception = _decided(
        reception, staff, ReceptionState.APPROVED, note, level=level, level_reason=reason.strip(),
        contact_person=reception.contact_person or (reception.applicant if fit else None),
    )  # fmt: skip
    draw_up(reception)
    begin_programme(actor, reception)
    _tell(reception.applicant, reception, gettext_noop("The reception is approved: %(company)s (%(number)s)."))
    return reception


@command
def return_application(*, actor: Actor, reception: Reception, staff: Staff, note: str) -> Reception:
    """Send it back to be corrected, saying what is missing."""
    return _turned(reception, staff, ReceptionState.RETURNED, note)


@command
def decline_reception(*, actor: Actor, reception: Reception, staff: Staff, note: str) -> Reception:
    """The house does not receive these guests, and why."""
    reception = _turned(reception, staff, ReceptionState.DECLINED, note)
    tell_cases(actor, reception, "reception_declined")
    return reception


@command
def cancel_reception(*, actor: Actor, reception: Reception, note: str) -> Reception:
    """The guests do not come; everybody of the team is told."""
    _refuse_unless(reception, OPEN)
    if not note.strip():
        raise Refusal("reception.note", _("Say why."), field="note")
    changes = changed(reception, state=ReceptionState.CANCELLED, decision_note=note.strip())
    reception.save(update_fields=[*changes])
    for person in team_of(reception):
        _tell(person, reception, gettext_noop("The reception is called off: %(company)s (%(number)s)."))
    record(reception, **changes)
    end_cases(actor, reception, note.strip())
    return reception


@command
def name_team(
    *, actor: Actor, reception: Reception, contact_person: Staff, assistant: Staff, leader: Staff, reason: str = ""
) -> Reception:
    """Who takes requests, who prepares and records, who answers for the result (RCP-04).

    While the guests are here, people in charge stay, or the reason is said (RCP-06). Nobody receives clients who was not
    trained and examined for it, where the hotel asks for that (TGT-05).
    """
    _refuse_unless(reception, PLANNING)
    before = {getattr(reception, name) for name in TEAM}
    named = {"contact_person": contact_person, "assistant": assistant, "leader": leader}
    somebody_goes = any(getattr(reception, name) not in (None, person) for name, person in named.items())
    for field, person in named.items():
        refuse_unqualified(person, reception.hotel, RECEIVE, _days_with_guests(reception), field)
    changes = changed(reception, **named)
    is_here = reception.arrives_at <= timezone.now() <= reception.departs_at
    if somebody_goes and is_here and not reason.strip():
        raise Refusal(
            "reception.people_stay",
            _("The guests are here: the people in charge stay. If somebody has to change, say why."),
            field="reason",
        )
    reception.save(update_fields=[*changes])
    for person in {contact_person, assistant, leader} - before:
        _tell(person, reception, gettext_noop("You are in the team of a reception: %(company)s (%(number)s)."))
    draw_up(reception)
    record(reception, **changes, **({"reason": reason.strip()} if reason.strip() else {}))
    return reception


@command
def guests_left(*, actor: Actor, reception: Reception, at: datetime | None = None) -> Reception:
    """They have left: the call after and the report are due (RCP-08)."""
    _refuse_unless(reception, PLANNING)
    now = timezone.now()
    left = at or now
    if left > now or left < reception.arrives_at:
        raise Refusal("reception.left", _("This is before they came or has not happened yet."), field="at")
    day = day_at(reception.hotel, left)
    due = day + timedelta(days=REPORT_DAYS.at(reception.hotel.code, day))
    changes = changed(reception, state=ReceptionState.LEFT, left_at=left, report_due_on=due)
    reception.save(update_fields=[*changes])
    record(reception, **changes)
    tell_cases(actor, reception, "reception_guests_left")
    return reception


@command
def note_call(
    *, actor: Actor, reception: Reception, at: datetime, hotel_opinion: str, company_opinion: str
) -> Reception:
    """They were called after they came home: what they think of the house and of us (RCP-08)."""
    _refuse_unless(reception, (ReceptionState.LEFT, ReceptionState.CLOSED))
    if reception.left_at is None or at < reception.left_at or at > timezone.now():
        raise Refusal("reception.call", _("The call is made after they left, and not ahead of now."), field="at")
    if not hotel_opinion.strip() and not company_opinion.strip():
        raise Refusal("reception.opinion", _("Say what they think."), field="hotel_opinion")
    changes = changed(
        reception, called_at=at, hotel_opinion=hotel_opinion.strip(), company_opinion=company_opinion.strip()
    )
    reception.save(update_fields=[*changes])
    record(reception, **changes)
    tell_cases(actor, reception, "reception_called")
    return reception


@command
def hand_in_report(*, actor: Actor, reception: Reception, report: str) -> Reception:
    """The report to the leaders closes the reception (RCP-08). Refused before the call, and while a cost is still open."""
    _refuse_unless(reception, (ReceptionState.LEFT,))
    if reception.called_at is None:
        raise Refusal("reception.call_first", _("Call the guests first: their opinion belongs in the report."))
    if reception.programme.filter(planned__isnull=False, actual=None).exists():
        raise Refusal("reception.costs_open", _("Enter what each planned cost came to, 0 for one that was not needed."))
    if not report.strip():
        raise Refusal("reception.report", _("Write the report."), field="report")
    changes = changed(reception, state=ReceptionState.CLOSED, report=report.strip(), reported_at=timezone.now())
    reception.save(update_fields=[*changes])
    leaders = Membership.objects.filter(
        hotel=reception.hotel, role__code__in=("general-manager", "marketing-manager"), staff__is_active=True
    )
    for place in leaders.select_related("staff"):
        _tell(place.staff, reception, gettext_noop("The report on a reception is in: %(company)s (%(number)s)."))
    record(reception, **changes)
    close_cases(actor, reception)
    return reception


def team_of(reception: Reception) -> list[Staff]:
    """Everybody who has to do with a reception."""
    found = [reception.applicant, *(getattr(reception, name) for name in TEAM)]
    return list(dict.fromkeys(one for one in found if one is not None))


def _days_with_guests(reception: Reception) -> tuple[date, date]:
    """The first and the last day on which somebody who is named now has guests to receive."""
    today = day_at(reception.hotel, timezone.now())
    first = max(today, day_at(reception.hotel, reception.arrives_at))
    return first, max(first, day_at(reception.hotel, reception.departs_at))


def _turned(reception: Reception, staff: Staff, state: str, note: str) -> Reception:
    _refuse_unless(reception, UNDECIDED)
    _refuse_own(reception, staff)
    if not note.strip():
        raise Refusal("reception.note", _("Say why."), field="note")
    reception = _decided(reception, staff, state, note)
    _tell(
        reception.applicant,
        reception,
        gettext_noop("The application has an answer: %(company)s (%(number)s), %(note)s"),
        note=note.strip(),
    )
    return reception


def _decided(reception: Reception, staff: Staff, state: str, note: str, **values: Any) -> Reception:
    changes = changed(
        reception, state=state, decided_by=staff, decided_at=timezone.now(), decision_note=note.strip(), **values
    )
    reception.save(update_fields=[*changes])
    record(reception, **changes)
    return reception


def _refuse_unless(reception: Reception, states: Sequence[str]) -> None:
    """Whoever comes second finds the state as it is now."""
    reception.state = Reception.objects.select_for_update().values_list("state", flat=True).get(pk=reception.pk)
    if reception.state not in states:
        raise Refusal(
            "reception.state",
            _("This is not possible any more: the reception is “%(state)s”.")
            % {"state": reception.get_state_display()},
        )


def _refuse_own(reception: Reception, staff: Staff) -> None:
    if staff in (reception.applicant, reception.entered_by):
        raise Refusal("reception.own", _("Somebody else decides on one's own application."))


def _refuse_nonsense(values: dict[str, Any], guests: Sequence[dict[str, Any]]) -> None:
    if not guests:
        raise Refusal("reception.nobody", _("Say who comes: at least one guest by name."))
    if values["people"] < len(guests):
        raise Refusal("reception.people", _("More guests are named than come."), field="people")
    if values["departs_at"] <= values["arrives_at"]:
        raise Refusal("reception.order", _("They leave after they came."), field="departs_at")
    if values.get("is_official") and not values.get("letter_number", "").strip():
        raise Refusal(
            "reception.letter",
            _("Official guests are received on an official letter only: enter its number."),
            field="letter_number",
        )


def _put_guests(reception: Reception, guests: Sequence[dict[str, Any]]) -> None:
    ReceptionGuest.objects.bulk_create(
        ReceptionGuest(reception=reception, rank=rank, **one) for rank, one in enumerate(guests, start=1)
    )


def _tell(person: Staff, reception: Reception, message: str, **more: Any) -> None:
    notify(
        person.username, message, hotel_code=reception.hotel.code, url=reception.get_absolute_url(),
        company=reception.company, number=reception.number, **more,
    )  # fmt: skip
