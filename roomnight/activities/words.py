"""How visits and follow-ups are said on a page: tones, reasons, the next step. Values in, words out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from roomnight.activities.models import FollowUp, FollowUpKind, FollowUpState, Priority, Visit, VisitState
from roomnight.activities.rules.follow_ups import CALLS
from roomnight.activities.rules.proposals import WORDS
from roomnight.clients.models import Contact
from roomnight.organization.access import Seat
from roomnight.ui.moments import day_text

VISIT_TONES = {
    VisitState.PLANNED: "",
    VisitState.CONFIRMED: "go",
    VisitState.OUT: "go",
    VisitState.RETURNED: "soon",
    VisitState.REPORTED: "good",
    VisitState.CLOSED: "good",
    VisitState.CANCELLED: "",
    VisitState.MISSED: "late",
}
KIND_ICONS = {
    FollowUpKind.TASK: "checkbox",
    FollowUpKind.CALL: "phone",
    FollowUpKind.THANKS_CALL: "phone",
    FollowUpKind.ORDER_ENQUIRY: "clipboard-list",
    FollowUpKind.COMPLAINT: "alert-circle",
    FollowUpKind.POTENTIAL: "trending-up",
    FollowUpKind.APPOINTMENT: "calendar-event",
}
RESULT_TONES = {"refused": "late", "interested": "go", "trial": "good", "agreement": "good", "order": "good"}
REPORTABLE = (VisitState.OUT, VisitState.RETURNED)
DATED = frozenset({"due_on", "last", "on"})


def why(reasons: Iterable[Mapping[str, Any]], today: date) -> list[str]:
    """The reasons of a proposed visit in words, heaviest first (VIS-01)."""
    found = []
    for reason in reasons:
        template = WORDS.get(reason["code"])
        if template is None:
            continue
        values = {name: _worded(name, value, today) for name, value in reason["values"].items()}
        try:
            found.append(str(template) % values)
        except KeyError:
            continue
    return found


def _worded(name: str, value: Any, today: date) -> Any:
    if name in DATED and isinstance(value, str):
        try:
            return day_text(date.fromisoformat(value[:10]), today, "short")
        except ValueError:
            return value
    return value


@dataclass(frozen=True)
class Step:
    """One station on the way of a visit: its word, whether it lies behind, and whether it is the next."""

    label: Any
    is_done: bool
    is_current: bool


NEXT_STEP = {
    "confirm": gettext_lazy("Agree on the appointment"),
    "kit": gettext_lazy("Check the kit"),
    "out": gettext_lazy("Go out"),
    "back": gettext_lazy("You are out"),
    "report": gettext_lazy("Write the report"),
    "read": gettext_lazy("Read the report"),
    "": gettext_lazy("Nothing more to do"),
}


def next_step(visit: Visit, kit_is_whole: bool) -> str:
    """What comes next for a visit: confirm, kit, out, back, report, read, or nothing.

    Who has reported (or met nobody) while out is still to come back.
    """
    match visit.state:
        case VisitState.PLANNED if not visit.is_cold_call:
            return "confirm"
        case VisitState.PLANNED | VisitState.CONFIRMED:
            return "out" if kit_is_whole else "kit"
        case VisitState.RETURNED:
            return "report"
    if visit.out_at is not None and visit.back_at is None:
        return "back"
    return "read" if visit.state == VisitState.REPORTED else ""


def steps(visit: Visit, step: str) -> list[Step]:
    """The way of a visit as a row of stations, each behind, next or ahead."""
    ahead = (VisitState.PLANNED, VisitState.CONFIRMED)
    behind = {
        "confirm": step != "confirm",
        "kit": visit.state not in ahead or step == "out",
        "out": visit.out_at is not None,
        "back": visit.back_at is not None,
        "report": visit.state in (VisitState.REPORTED, VisitState.CLOSED),
        "read": visit.state == VisitState.CLOSED,
    }
    labels = {
        "confirm": _("Appointment"),
        "kit": _("Kit"),
        "out": _("Go out"),
        "back": _("Back"),
        "report": _("Report"),
        "read": _("Read"),
    }
    return [Step(label, behind[name], name == step) for name, label in labels.items()]


def is_late(follow_up: FollowUp, today: date) -> bool:
    """Whether an open follow-up should have been done before today."""
    return follow_up.state == FollowUpState.OPEN and follow_up.due_on < today


def due_words(follow_up: FollowUp, today: date) -> tuple[str, str]:
    """When a follow-up is due, or how late it is, and the tone of that."""
    if follow_up.state == FollowUpState.DONE:
        return _("Done"), "good"
    if follow_up.state == FollowUpState.CANCELLED:
        return _("Cancelled"), ""
    late = (today - follow_up.due_on).days
    if late > 0:
        return ngettext("%(n)d day late", "%(n)d days late", late) % {"n": late}, "late"
    if late == 0:
        if follow_up.priority in (Priority.URGENT, Priority.HIGH):
            return str(follow_up.get_priority_display()), "late" if follow_up.priority == Priority.URGENT else "soon"
        return _("to do"), ""
    return ngettext("in %(n)d day", "in %(n)d days", -late) % {"n": -late}, ""


def report_due_words(visit: Visit, now: datetime) -> tuple[str, str]:
    """Until when the report of a visit is to be handed in, or by how much it is late, and the tone of that."""
    late = int((now - visit.report_due_at).total_seconds() // 60)
    if late > 0:
        return _("Report late by %(time)s") % {"time": minutes_text(late)}, "late"
    return _("Report due"), "soon"


def minutes_text(minutes: int) -> str:
    """28 min; 1 h 05 min; from two days on, days."""
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(hours)d h %(minutes)02d min") % {"hours": minutes // 60, "minutes": minutes % 60}
    days = minutes // (24 * 60)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


SHOWN_OF_A_FOLLOW_UP = (
    "kind", "what", "due_on", "due_time", "priority", "state", "hotel_id", "account__name", "account__name_en", "owner__name",
    "owner__name_en", "contact__name", "contact__name_en", "contact__mobile", "contact__phone",
)  # fmt: skip
"""What `follow_up_row` reads: lists ask for no more, for a client alone has sixty columns."""


def follow_up_row(seat: Seat, one: FollowUp) -> dict[str, Any]:
    """A follow-up as a line of a list: when, what, for whom, its state, and the addresses of what can be done."""
    due, tone = due_words(one, seat.today)
    is_open = one.state == FollowUpState.OPEN
    return {
        "one": one,
        "title": one.title,
        "name": one.account.label if one.account else one.title,
        "detail": " · ".join(filter(None, [one.title if one.account else "", person_words(one.contact)])),
        "icon": KIND_ICONS[FollowUpKind(one.kind)],
        "account": one.account.label if one.account else "",
        "account_url": seat.url("web:account", pk=one.account_id) if one.account_id else "",
        "person": person_words(one.contact),
        "when": short_day(one.due_on, seat.today),
        "at": f"{one.due_time:%H:%M}" if one.due_time else "",
        "due": due,
        "tone": tone,
        "is_open": is_open,
        "is_late": is_late(one, seat.today),
        "is_mine": one.owner_id == seat.staff.pk,
        "is_urgent": is_open and one.priority in (Priority.URGENT, Priority.HIGH),
        "who": one.owner.label,
        "url": seat.url("activities:followup", pk=one.pk),
        "act": act_words(one),
        "act_url": seat.url("activities:followup_done", pk=one.pk),
    }


def short_day(day: date, today: date) -> str:
    """A day as it fits the narrow first column of a row: today, 11-27."""
    return _("today") if day == today else f"{day:%m-%d}" if abs((day - today).days) < 180 else f"{day:%Y-%m}"


def person_words(contact: Contact | None) -> str:
    """A person at a client with the number to call."""
    if contact is None:
        return ""
    return " ".join(filter(None, [contact.label, contact.mobile or contact.phone]))


def act_words(one: FollowUp) -> str:
    """The one button of a follow-up."""
    if one.kind in CALLS:
        return _("Note the call")
    return _("Write the result")


def visit_line(seat: Seat, visit: Visit, is_readable: bool) -> dict[str, Any]:
    """A visit as a line of another page: when, by whom, how it stands or ended, the key sentence."""
    report = getattr(visit, "report", None)
    state = VisitState(visit.state)
    return {
        "visit": visit,
        "when": short_day(visit.day, seat.today),
        "at": f"{seat.local(visit.planned_start):%H:%M}",
        "who": visit.staff.label,
        "purpose": visit.purpose_text or visit.get_purpose_display(),
        "note": report.note if report else "",
        "state": report.get_result_display() if report else state.label,
        "tone": RESULT_TONES.get(report.result, "") if report else VISIT_TONES[state],
        "url": seat.url("activities:visit", pk=visit.pk) if is_readable else "",
    }
