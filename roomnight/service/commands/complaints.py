"""A complaint is taken, reported at once, and goes up while it is open (SVC-01)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.activities.commands import add_followup
from roomnight.activities.models import FollowUp, FollowUpSource, Priority
from roomnight.clients.commands import write_timeline
from roomnight.clients.commands.accounts import name_of, take_revision
from roomnight.clients.models import Account, Contact
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.kernel.numbering import form_number
from roomnight.kernel.text import clean
from roomnight.orders.models import Order
from roomnight.organization.access import escalation, leader_of
from roomnight.organization.models import Department, Hotel, Membership, Staff
from roomnight.organization.working_days import calendar_of, day_at
from roomnight.pms.access import listed_guests
from roomnight.pms.models import GuestState
from roomnight.pms.rules.guests import ROOM_SECRET
from roomnight.service.models import Category, Channel, Complaint, Escalation, Severity
from roomnight.service.rules import complaints as rules
from roomnight.service.rules.values import COMPLAINT_ESCALATION, COMPLAINT_HOURS

REPORTED = gettext_noop("Complaint %(number)s, taken by %(name)s: %(text)s")
YOURS = gettext_noop("You answer for complaint %(number)s, to be closed by %(until)s: %(text)s")
GOES_UP = gettext_noop("Complaint %(number)s is still open (%(percent)s %% of its time), with %(name)s: %(text)s")
ON_TIMELINE = gettext_noop("Complaint %(number)s: %(text)s")
GENERAL_MANAGER = "general-manager"
SHORT = 80


@command
def take_complaint(
    *,
    actor: Actor,
    hotel: Hotel,
    by: Staff,
    text: str,
    wants: str,
    channel: str = Channel.PHONE,
    severity: str = Severity.ORDINARY,
    category: str = Category.OTHER,
    account: Account | None = None,
    contact: Contact | None = None,
    order: Order | None = None,
    follow_up: FollowUp | None = None,
    department: Department | None = None,
    owner: Staff | None = None,
    complainant: str = "",
    phone: str = "",
    room: str = "",
    is_apologised: bool = False,
    at: datetime | None = None,
) -> Complaint:
    """Take down a complaint: its clock begins, its owner and the leader hear of it at once, of a serious one the general manager.

    Without an owner it is with the client's representative, else with who takes it. The client may be unknown: a guest of
    the house is known by the room, and whoever sleeps there is told to nobody. Refuses nothing said, nobody to answer,
    and people or an order of another client.
    """
    now = at or timezone.now()
    account = account or (order.account if order is not None else None)
    _refuse_nonsense(text, wants, account, contact, order, complainant, room)
    representative = account.owner if account is not None else None
    stay, is_secret = stay_in(hotel, room, day_at(hotel, now))
    made = Complaint(
        hotel=hotel, number=form_number("TS", hotel.code, day_at(hotel, now)), channel=channel, account=account,
        contact=contact, order=order, follow_up=follow_up, complainant=clean(complainant)[:80], phone=clean(phone)[:60],
        room=room.strip()[:10], stay_key=stay, is_secret=is_secret, text=clean(text)[:2000], wants=clean(wants)[:400],
        category=category, severity=severity, department=department, taken_at=now, taken_by=by,
        owner=owner or representative or by, representative=representative, apologised_at=now if is_apologised else None,
    )  # fmt: skip
    start_clock(made, now)
    made.save(force_insert=True)
    record(
        made, number=made.number, severity=severity, owner=made.owner.username, due_at=made.due_at,
        account=account.code if account else "", is_apologised=is_apologised,
    )  # fmt: skip
    report(made, by)
    if account is not None:
        write_timeline(
            account=account, at=now, kind="complaint", message=ON_TIMELINE, contact=contact,
            url=made.get_absolute_url(), actor_name=name_of(actor), number=made.number, text=made.text[:SHORT],
        )  # fmt: skip
    return made


def start_clock(one: Complaint, now: datetime) -> None:
    """The time runs from now, with its moments frozen by today's policies. The row is not saved."""
    day = day_at(one.hotel, now)
    hours = COMPLAINT_HOURS.at(one.hotel.code, day)
    moments = rules.escalations(now, hours, COMPLAINT_ESCALATION.at(one.hotel.code, day))
    one.began_at, one.due_at = now, rules.due(now, hours)
    one.steps, one.told, one.next_step_at = [moment.isoformat() for moment in moments], 0, moments[0]


def report(one: Complaint, by: Staff) -> None:
    """Tell the leader of who took it, its owner and the owner's leader, and of a serious one the general manager."""
    leaders = {boss for person in (by, one.owner) if (boss := leader_of(person, one.hotel)) is not None}
    if one.severity == Severity.SERIOUS:
        leaders.update(general_managers(one.hotel))
    for person in sorted(leaders - {by, one.owner}, key=lambda person: person.username):
        tell(one, person, REPORTED, name=by.label)
    if one.owner_id != by.pk and one.follow_up_id is None:
        tell(one, one.owner, YOURS, until=local_time(one, one.due_at))


def tell(one: Complaint, person: Staff, message: str, **values: Any) -> None:
    text = _("a guest of the house") if one.is_secret else one.text[:SHORT]
    notify(
        person.username, message, hotel_code=one.hotel_code, url=one.get_absolute_url(), is_urgent=True,
        number=one.number, text=text, **values,
    )  # fmt: skip


def general_managers(hotel: Hotel) -> list[Staff]:
    """Who is general manager here."""
    places = Membership.objects.filter(hotel=hotel, role__code=GENERAL_MANAGER, staff__is_active=True)
    return [place.staff for place in places.select_related("staff").order_by("staff__username")]


@command
def escalate_complaints(*, actor: Actor, hotel: Hotel, now: datetime) -> Any:
    """Open complaints whose next moment has come go up: to the next leader, serious ones to the general manager, each step
    once. Done by the worker; of several that come to it at once only one does."""
    waiting = Complaint.objects.filter(hotel=hotel, state="open", next_step_at__lte=now)
    count = 0
    for one in waiting.select_related("hotel", "owner").order_by("pk"):
        passed = sum(moment <= now for moment in map(datetime.fromisoformat, one.steps))
        then = datetime.fromisoformat(one.steps[passed]) if passed < len(one.steps) else None
        taken = Complaint.objects.filter(pk=one.pk, state="open", next_step_at=one.next_step_at, told=one.told)
        if not taken.update(told=passed, next_step_at=then):
            continue
        _go_up(one, passed, now)
        count += 1
    return count or UNCHANGED


def _go_up(one: Complaint, passed: int, now: datetime) -> None:
    line = escalation(one.owner, one.hotel)
    who = rules.above([boss.pk for boss in line], passed - 1)
    above = next((boss for boss in line if boss.pk == who), None)
    told = {above} if above is not None else set()
    if one.severity == Severity.SERIOUS:
        told.update(general_managers(one.hotel))
    share = round(100 * (datetime.fromisoformat(one.steps[passed - 1]) - one.began_at) / (one.due_at - one.began_at))
    Escalation.objects.create(complaint=one, round=one.round, step=passed, at=now, to=above)
    record(one, escalated=passed, to=above.username if above else "")
    for person in sorted(told | {one.owner}, key=lambda person: person.username):
        tell(one, person, GOES_UP, percent=share, name=one.owner.label)


@command
def change_complaint(*, actor: Actor, complaint: Complaint, revision: int, is_apologised: bool, **values: Any) -> Any:
    """What is learned later: category, severity, department, order, what the client wants, that an apology was made.

    One that turns out to be serious is told to the general manager at once. The clock is left alone.
    """
    refuse_closed(complaint)
    _refuse_nonsense(
        values.get("text", complaint.text), values.get("wants", complaint.wants), complaint.account, None,
        values.get("order"), complaint.complainant or "–", "",
    )  # fmt: skip
    if is_apologised and complaint.apologised_at is None:
        values["apologised_at"] = timezone.now()
    was_serious = complaint.severity == Severity.SERIOUS
    tidy = {name: clean(value) if isinstance(value, str) else value for name, value in values.items()}
    changes = changed(complaint, **tidy)
    if not changes:
        return UNCHANGED
    take_revision(complaint, revision)
    complaint.save(update_fields=list(changes))
    record(complaint, **changes)
    if complaint.severity == Severity.SERIOUS and not was_serious:
        for person in general_managers(complaint.hotel):
            tell(complaint, person, REPORTED, name=complaint.taken_by.label)
    return complaint


@command
def hand_over_complaint(*, actor: Actor, complaint: Complaint, revision: int, owner: Staff, reason: str) -> Any:
    """Somebody else answers for it; the clock goes on. Refuses without a reason."""
    refuse_closed(complaint)
    if not reason.strip():
        raise Refusal("complaint.reason", _("Say why."), field="reason")
    if owner.pk == complaint.owner_id:
        return UNCHANGED
    take_revision(complaint, revision)
    changes = changed(complaint, owner=owner)
    complaint.save(update_fields=list(changes))
    record(complaint, reason=clean(reason)[:200], **changes)
    tell(complaint, owner, YOURS, until=local_time(complaint, complaint.due_at))
    return complaint


@command
def plan_recovery_visit(*, actor: Actor, complaint: Complaint, owner: Staff, due_on: Any = None) -> FollowUp:
    """The owner goes to see the client: on the list of whoever answers for it (SVC-05). Refuses a complaint of no client."""
    if complaint.account is None:
        raise Refusal("complaint.no_client", _("Say first which client it is: only a client can be visited."))
    today = day_at(complaint.hotel, timezone.now())
    day = due_on or calendar_of(complaint.hotel, today).next_working_day(today + timedelta(days=1))
    what = _("Visit after complaint %(number)s: make it good, and hear whether it is") % {"number": complaint.number}
    made = add_followup(
        actor=actor, hotel=complaint.hotel, owner=owner, due_on=day, what=what, account=complaint.account,
        contact=complaint.contact, priority=Priority.HIGH, source=FollowUpSource.COMPLAINT,
    )  # fmt: skip
    record(complaint, recovery_visit=made.pk, due_on=day)
    return made


def refuse_closed(one: Complaint) -> None:
    if not one.is_open:
        raise Refusal("complaint.closed", _("This complaint is closed."))


def _refuse_nonsense(
    text: str, wants: str, account: Account | None, contact: Contact | None, order: Order | None, complainant: str,
    room: str,
) -> None:  # fmt: skip
    if not text.strip():
        raise Refusal("complaint.text", _("Say what happened."), field="text")
    if not wants.strip():
        raise Refusal("complaint.wants", _("Say what the client wants."), field="wants")
    if account is None and not complainant.strip() and not room.strip():
        raise Refusal("complaint.who", _("Say who complains, or at least in which room."), field="complainant")
    if contact is not None and (account is None or contact.account_id != account.pk):
        raise Refusal("complaint.contact", _("This person belongs to another client."), field="contact")
    if order is not None and account is not None and order.account_id != account.pk:
        raise Refusal("complaint.order", _("This order is another client's."), field="order")


def stay_in(hotel: Hotel, room: str, today: Any) -> tuple[str, bool]:
    """The stay of the one guest in a room, and whether that guest is here for nobody; "" where there is none or there are more."""
    if not room.strip():
        return "", False
    found = list(listed_guests(hotel, today).filter(state=GuestState.IN_HOUSE, room=room.strip())[:2])
    return (found[0].stay_key if len(found) == 1 else ""), any(one.level >= ROOM_SECRET for one in found)


def local_time(one: Complaint, moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(one.hotel.timezone)):%m-%d %H:%M}"
