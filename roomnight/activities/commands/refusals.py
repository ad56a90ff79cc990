"""What a person reads when a rule about visits says no: message and field of each code."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from roomnight.kernel.commands import Actor
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Staff

WORDS: dict[str, tuple[Any, str | None]] = {
    "visit.grid": (_("Plan in steps of five minutes, such as 10:00 or 10:05."), "start"),
    "visit.order": (_("The visit ends before it begins."), "end"),
    "visit.one_day": (_("A visit begins and ends on the same day."), "end"),
    "visit.past": (_("This time has gone by. Log the visit instead of planning it."), "start"),
    "visit.long_reason": (_("Say why this visit takes longer than %(minutes)s minutes."), "long_reason"),
    "visit.cold_reason": (_("Say why you go without an appointment."), "cold_reason"),
    "visit.cold_with_appointment": (_("A visit with an appointment is not a cold call."), "is_cold_call"),
    "visit.half_appointment": (_("An appointment needs both: with whom, and how it was agreed."), "confirmed_with"),
    "visit.no_appointment": (
        _("There is no appointment. Agree on one, or mark the visit as a cold call and say why."),
        "confirmed_how",
    ),
    "visit.place": (_("Say where you meet."), "place"),
    "visit.destination": (_("Say where you are going."), "destination"),
    "visit.purpose": (_("Choose what the visit is for."), "purpose"),
    "visit.other_hotel": (_("This client belongs to another hotel."), "account"),
    "visit.client_out": (_("This client is invalid or blacklisted; nobody visits it."), "account"),
    "visit.other_contact": (_("This person does not work at the client."), "people"),
    "visit.staff_elsewhere": (_("This person does not work at this hotel."), "staff"),
    "visit.not_yours": (_("Only %(name)s can do this: it is their visit."), None),
    "visit.state": (_("This cannot be done now: the visit is “%(state)s”."), None),
    "visit.out_already": (_("You are out on another visit. Come back from it first."), None),
    "visit.reason": (_("Say why."), "reason"),
    "visit.ahead": (_("This moment has not come yet."), "at"),
    "visit.location": (_("Where you are is recorded only with your consent."), "location"),
    "kit.unknown": (_("This is not on the kit list."), "kit"),
    "kit.both": (_("An item is either with you or not needed."), "kit"),
    "kit.waiver_reason": (_("Say why an item is not needed."), "kit"),
    "kit.incomplete": (_("Check the kit before you leave. Not answered: %(items)s."), "kit"),
    "kit.appearance": (_("Confirm that your appearance is as it should be."), "appearance"),
    "report.future": (_("The talk lies ahead: a report is about what has happened."), "met_to"),
    "report.order": (_("The talk ends before it begins."), "met_to"),
    "report.too_long": (_("A talk of more than twelve hours cannot be right."), "met_to"),
    "report.nobody": (_("Say whom you met; if nobody was there, mark the visit as not met."), "people_text"),
    "report.refusal_reason": (_("Say why the client refused."), "refusal_reason"),
    "report.complaint_text": (_("Say what the client complained about."), "complaint"),
    "report.needs": (_("There is no such need."), "needs"),
    "report.needs_none": (_("Either the client needs something or nothing now."), "needs"),
    "report.next_past": (_("The next talk is after this one."), "next_on"),
    "report.next_date": (_("Say when the next talk is."), "next_on"),
    "report.competitors": (_("A competitor needs its name, and its price is a number."), "competitors"),
    "report.likes": (_("What was learned belongs to a person at this client."), "likes"),
    "report.choice": (_("There is no such choice."), None),
    "report.written": (_("This visit has its report already."), None),
    "report.not_out": (_("Register going out first; the report comes after the talk."), None),
    "report.key_taken": (_("This report was sent for another visit."), None),
    "report.own": (_("Nobody reads and signs their own report."), None),
    "report.comment": (_("Write a comment to the report."), "comment"),
    "proposal.reason": (_("Say why this visit is not needed."), "reason"),
    "proposal.decided": (_("This proposal has been decided already."), None),
    "proposal.other": (_("This proposal is about another client or person."), "proposal"),
    "followup.what": (_("Say what is to be done."), "what"),
    "followup.owner": (_("This person does not work at this hotel."), "owner"),
    "followup.other_hotel": (_("This client belongs to another hotel."), "account"),
    "followup.other_contact": (_("This person does not work at the client."), "contact"),
    "followup.past": (_("This day has gone by."), "due_on"),
    "followup.outcome": (_("Say whether you reached the client."), "outcome"),
    "followup.result": (_("Say what came of it."), "result"),
    "followup.reason": (_("Say why."), "reason"),
    "followup.not_open": (_("This follow-up is done or cancelled."), None),
    "day.ahead": (_("This day has not come yet."), "day"),
    "day.not_yours": (_("Everybody closes their own day."), None),
    "day.open": (_("The day cannot be closed yet: %(visits)s."), None),
}


def refuse(code: str | None, field: str | None = None, **values: Any) -> None:
    """Raise the refusal of this code; without a code there is nothing to refuse."""
    if code is None:
        return
    message, usual_field = WORDS[code]
    raise Refusal(code, str(message) % values if values else message, field=field or usual_field)


def refuse_choice(value: str, choices: Collection[str], field: str) -> None:
    """A value that a form offers must be one of its choices, whatever the way in."""
    if value not in choices:
        refuse("report.choice", field)


def refuse_others(actor: Actor, staff: Staff) -> None:
    """What only the person who goes can do."""
    if actor.code != staff.username:
        refuse("visit.not_yours", name=staff.label)


def clock(at: datetime | None) -> datetime:
    """The moment a command happens: the server's, or an earlier one that history tells."""
    now = timezone.now()
    if at is not None and at > now:
        refuse("visit.ahead")
    return at or now
