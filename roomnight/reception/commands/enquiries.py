"""From the question for a guest to the visitor's leaving: the guest is asked first, and everything is written down (PRV-01, PRV-02)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.kernel.numbering import form_number
from roomnight.kernel.text import clean
from roomnight.organization.models import DepartmentKind, Hotel, Membership, Staff
from roomnight.organization.working_days import day_at
from roomnight.pms.commands import note_lookup
from roomnight.pms.models import LookupKind
from roomnight.pms.rules.guests import ROOM_SECRET
from roomnight.reception.models import Enquiry, EnquiryState, Visitor
from roomnight.reception.queries import guest_of_stay, listed
from roomnight.reception.rules.documents import is_plausible, tidy_number
from roomnight.reception.rules.enquiries import (
    VISITORS_LEAVE_BY,
    Listed,
    is_full_name,
    leave_by,
    may_be_asked,
    named,
    narrowed,
)
from roomnight.ui.addresses import address

ASKED_ALREADY = (EnquiryState.ASKING, EnquiryState.NO_ANSWER)
WATCH = (DepartmentKind.FRONT_OFFICE, DepartmentKind.SECURITY)


@command
def ask_for_guest(
    *,
    actor: Actor,
    hotel: Hotel,
    by: Staff,
    channel: str,
    asked_name: str,
    reason: str,
    asked_company: str = "",
    asked_arrival: date | None = None,
    visitor_name: str = "",
    visitor_phone: str = "",
    relation: str = "",
    knows_confidential: bool = False,
    sees_rooms: bool = False,
) -> Enquiry:
    """Look for a guest on behalf of a visitor or caller. The look-up is written down whatever comes of it.

    Its state says what the desk may do: nobody of that name is registered (nor known to have left, nor known to be
    here), several bear the name, or the guest is to be rung first. Refuses half a name and a look-up without a reason.
    """
    if not is_full_name(asked_name):
        raise Refusal("enquiry.full_name", _("Ask for the full name: family name and first name."), field="asked_name")
    now = timezone.now()
    today = day_at(hotel, now)
    alike = named(listed(hotel, today), asked_name)
    open_ones = [one for one in alike if may_be_asked(one, visitor_name, today, knows_confidential=knows_confidential)]
    meant = narrowed(open_ones, asked_company, asked_arrival)
    state = _state_of(open_ones, meant)
    key = _stay_meant(meant or alike, state)
    made = Enquiry(
        hotel=hotel, number=form_number("FK", hotel.code, today), asked_at=now, by=by, channel=channel,
        asked_name=clean(asked_name)[:120], asked_company=clean(asked_company)[:120], asked_arrival=asked_arrival,
        visitor_name=clean(visitor_name)[:80], visitor_phone=visitor_phone.strip()[:30],
        relation=clean(relation)[:60], reason=reason.strip()[:200], stay_key=key, state=state,
    )  # fmt: skip
    made.save(force_insert=True)
    note_lookup(
        actor=actor, hotel=hotel, kind=LookupKind.ENQUIRY, reason=reason, stay_key=key, asked=made.asked_name,
        shown=_shown(meant, state, sees_rooms),
    )  # fmt: skip
    record(made, number=made.number)
    return made


def _state_of(open_ones: list[Listed], meant: list[Listed]) -> str:
    if len(meant) == 1:
        return EnquiryState.ASKING
    return EnquiryState.SEVERAL if len(open_ones) > 1 else EnquiryState.ANSWERED


def _stay_meant(found: list[Listed], state: str) -> str:
    """The stay an enquiry is about; of several that could be meant none."""
    return found[0].stay_key if len(found) == 1 and state != EnquiryState.SEVERAL else ""


def _shown(meant: list[Listed], state: str, sees_rooms: bool) -> list[str]:
    if state != EnquiryState.ASKING:
        return ["several"] if state == EnquiryState.SEVERAL else []
    return ["in_house", "room"] if sees_rooms and meant[0].level < ROOM_SECRET else ["in_house"]


@command
def note_consent(
    *, actor: Actor, enquiry: Enquiry, by: Staff, answer: str, how: str, consent_from: str = "", message: str = ""
) -> Enquiry:
    """What the guest said when asked: agreed, declined, or nobody answered and a message was taken (PRV-02).

    Refuses an answer to what was not asked, consent without saying from whom, and no answer without a message.
    """
    if answer not in (EnquiryState.AGREED, EnquiryState.REFUSED, EnquiryState.NO_ANSWER):
        raise Refusal("enquiry.answer", _("Say what the guest answered."), field="answer")
    if answer == EnquiryState.AGREED and not consent_from.strip():
        raise Refusal("enquiry.consent_from", _("Say who in the room agreed."), field="consent_from")
    if answer == EnquiryState.NO_ANSWER and not message.strip():
        raise Refusal("enquiry.message", _("Take a message for the guest."), field="message")
    now = timezone.now()
    new: dict[str, Any] = {
        "state": answer,
        "consent_how": how,
        "consent_from": clean(consent_from)[:80],
        "consent_by": by,
    }
    new["consent_at"] = now if answer == EnquiryState.AGREED else None
    if answer == EnquiryState.NO_ANSWER:
        new["message"] = message.strip()
    _move(enquiry, ASKED_ALREADY, new)
    record(enquiry, answer=answer, how=how)
    return enquiry


@command
def put_through(*, actor: Actor, enquiry: Enquiry) -> Enquiry:
    """The guest agreed and takes the call. Refuses before consent."""
    return _after_consent(enquiry, EnquiryState.PUT_THROUGH)


@command
def tell_visitor(*, actor: Actor, enquiry: Enquiry, outcome: str) -> Enquiry:
    """The guest agreed that something is told; what was told is kept. Refuses before consent, and without saying what."""
    if not outcome.strip():
        raise Refusal("enquiry.outcome", _("Write down what was told."), field="outcome")
    return _after_consent(enquiry, EnquiryState.TOLD, outcome=clean(outcome)[:200])


@command
def register_visitor(
    *, actor: Actor, enquiry: Enquiry, by: Staff, name: str, document_type: str, document_number: str, note: str = ""
) -> Visitor:
    """The guest receives a visitor: document and hour are written down (PRV-02). Refuses before consent and a number that
    cannot be one."""
    number = tidy_number(document_number)
    if not is_plausible(document_type, number):
        raise Refusal("visitor.document", _("This cannot be a number of such a document."), field="document_number")
    now = timezone.now()
    guest = guest_of_stay(enquiry.hotel, enquiry.stay_key, day_at(enquiry.hotel, now))
    _after_consent(enquiry, EnquiryState.VISITING)
    close = VISITORS_LEAVE_BY.at(enquiry.hotel.code, day_at(enquiry.hotel, now))
    made = Visitor(
        hotel=enquiry.hotel, enquiry=enquiry, stay_key=enquiry.stay_key, room=guest.room if guest else "",
        name=clean(name)[:80], document_type=document_type, document_number=number, came_at=now,
        leave_by=leave_by(now.astimezone(ZoneInfo(enquiry.hotel.timezone)), close), registered_by=by,
        note=clean(note)[:300],
    )  # fmt: skip
    made.save(force_insert=True)
    record(made, enquiry=enquiry.number, document=document_type)
    return made


@command
def visitor_left(*, actor: Actor, visitor: Visitor) -> Any:
    """The visitor has gone; with the last one the enquiry is closed. UNCHANGED where a colleague has said so already."""
    now = timezone.now()
    if not Visitor.objects.filter(pk=visitor.pk, left_at=None).update(left_at=now):
        return UNCHANGED
    visitor.left_at = now
    record(visitor, left_at=now)
    if not Visitor.objects.filter(enquiry=visitor.enquiry_id, left_at=None).exists():
        Enquiry.objects.filter(pk=visitor.enquiry_id, state=EnquiryState.VISITING).update(state=EnquiryState.CLOSED)
    return visitor


@command
def give_message(*, actor: Actor, enquiry: Enquiry) -> Enquiry:
    """The message has reached the guest."""
    new = {"message_given_at": timezone.now(), "state": EnquiryState.CLOSED}
    _move(enquiry, (EnquiryState.NO_ANSWER,), new)
    record(enquiry, message_given=True)
    return enquiry


@command
def report_enquiry(*, actor: Actor, enquiry: Enquiry, note: str) -> Enquiry:
    """Something is odd about an enquiry: the head of front office and security hear of it. Refuses without a word on what."""
    if not note.strip():
        raise Refusal("enquiry.note", _("Say what is odd about it."), field="note")
    enquiry.note, enquiry.reported_at = clean(note)[:300], timezone.now()
    enquiry.save(update_fields=["note", "reported_at"])
    url = address("reception:enquiry", enquiry.hotel.code, pk=enquiry.pk)
    for username in _people(enquiry.hotel):
        notify(
            username, gettext_noop("Enquiry %(number)s was reported: look at it."), hotel_code=enquiry.hotel.code, url=url,
            is_urgent=True, number=enquiry.number,
        )  # fmt: skip
    record(enquiry, reported=True)
    return enquiry


@command
def remind_of_visitors(*, actor: Actor, hotel: Hotel, now: datetime) -> Any:
    """Visitors who should have left: front office and security are told how many, once; who they are stands on the list."""
    late = Visitor.objects.filter(hotel=hotel, left_at=None, reminded_at=None, leave_by__lte=now)
    count = late.update(reminded_at=now)
    if not count:
        return UNCHANGED
    url = address("reception:visitors", hotel.code) + "?show=overdue"
    for username in _people(hotel):
        notify(
            username, gettext_noop("Visitors still in the house after hours: %(count)s. Remind them, or register them as guests."),
            hotel_code=hotel.code, url=url, is_urgent=True, count=count,
        )  # fmt: skip
    record(hotel, visitors_overdue=count)
    return count


@command
def forget_visitors(*, actor: Actor, hotel: Hotel, before: datetime) -> Any:
    """Particulars of visitors and callers of long ago go; that there was a visit remains (SEC-04)."""
    gone = Visitor.objects.filter(hotel=hotel, came_at__lt=before).exclude(document_number="")
    count = gone.update(name="", document_number="", note="")
    asked = Enquiry.objects.filter(hotel=hotel, asked_at__lt=before).exclude(asked_name="")
    count += asked.update(
        asked_name="", asked_company="", visitor_name="", visitor_phone="", relation="", consent_from="", message="",
        outcome="", note="", reason="",
    )  # fmt: skip
    if not count:
        return UNCHANGED
    record(hotel, visitors_forgotten=count)
    return count


def _after_consent(enquiry: Enquiry, state: str, **more: Any) -> Enquiry:
    if enquiry.consent_at is None:
        raise Refusal("enquiry.consent", _("The guest has not agreed: nothing may be told."))
    _move(enquiry, (EnquiryState.AGREED, EnquiryState.VISITING), {"state": state, **more})
    record(enquiry, state=state)
    return enquiry


def _move(enquiry: Enquiry, before: tuple[str, ...], new: dict[str, Any]) -> None:
    """Change an enquiry if it still is where it was thought to be."""
    if not Enquiry.objects.filter(pk=enquiry.pk, state__in=before).update(**new):
        raise Refusal("enquiry.state", _("This enquiry has gone on meanwhile: look at it again."))
    for name, value in new.items():
        setattr(enquiry, name, value)


def _people(hotel: Hotel) -> list[str]:
    """Sign-in names of front office and security."""
    places = Membership.objects.filter(hotel=hotel, department__kind__in=WATCH, staff__is_active=True)
    return list(places.order_by("staff__username").values_list("staff__username", flat=True))
