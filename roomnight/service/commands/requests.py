"""A request is taken, sent to a department or a person, and goes up while it is not finished (DSK-01)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands.accounts import take_revision
from roomnight.clients.models import Account
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.kernel.numbering import form_number
from roomnight.kernel.text import clean
from roomnight.organization.access import escalation
from roomnight.organization.models import Department, Hotel, Membership, Staff
from roomnight.organization.working_days import day_at
from roomnight.service.commands.complaints import stay_in
from roomnight.service.models import Asker, Channel, Place, RequestState, ServiceRequest, StepKind, Urgency
from roomnight.service.rules import complaints as clock
from roomnight.service.rules import requests as rules

FOR_YOU = gettext_noop("Request %(number)s is for you, by %(until)s: %(text)s")
FOR_DEPARTMENT = gettext_noop("Request %(number)s for your department, by %(until)s: %(text)s")
GOES_UP = gettext_noop("Request %(number)s is not finished (%(percent)s %% of its time), with %(name)s: %(text)s")
SHORT = 80


@command
def take_request(
    *,
    actor: Actor,
    hotel: Hotel,
    by: Staff,
    kind: str,
    text: str,
    urgency: str = Urgency.ORDINARY,
    asker: str = Asker.GUEST,
    channel: str = Channel.PHONE,
    account: Account | None = None,
    name: str = "",
    phone: str = "",
    room: str = "",
    place: str = "",
    spot: str = "",
    department: Department | None = None,
    person: Staff | None = None,
    at: datetime | None = None,
) -> ServiceRequest:
    """Take down a request: it goes to the department for its kind, or to the one that is named, and its clock runs.

    Refuses nothing asked for, nobody who asks and no place to go to. An emergency is for at once.
    """
    now = at or timezone.now()
    today = day_at(hotel, now)
    if not text.strip():
        raise Refusal("request.text", _("Say what is asked for."), field="text")
    if not (room.strip() or spot.strip() or name.strip() or account is not None):
        raise Refusal("request.where", _("Say who asks, or where it is."), field="name")
    stay, is_secret = stay_in(hotel, room, today)
    made = ServiceRequest(
        hotel=hotel, number=form_number("BS", hotel.code, today), kind=kind, urgency=rules.urgency_of(kind, urgency),
        channel=channel, asker=asker, account=account, name=clean(name)[:80], phone=clean(phone)[:60],
        room=room.strip()[:10], stay_key=stay, is_secret=is_secret, spot=clean(spot)[:80], text=clean(text)[:1000],
        place=Place.ROOM if room.strip() else place or Place.OTHER, taken_at=now, taken_by=by, person=person,
        department=_department_of(person, hotel) if person else department or _department_for(hotel, kind, today),
    )  # fmt: skip
    start_clock(made, now)
    made.save(force_insert=True)
    record(made, number=made.number, kind=kind, urgency=made.urgency, due_at=made.due_at, department=made.department_id)
    _send(made, by)
    return made


def start_clock(one: ServiceRequest, now: datetime) -> None:
    """The time runs from now, by day and night, with its moments frozen by today's policies. The row is not saved."""
    day = day_at(one.hotel, now)
    minutes = rules.minutes_for(rules.REQUEST_TIMES.at(one.hotel.code, day), one.kind, one.urgency)
    moments = clock.escalations(now, minutes / 60, rules.REQUEST_ESCALATION.at(one.hotel.code, day))
    one.began_at, one.due_at = now, clock.due(now, minutes / 60)
    one.steps, one.told, one.next_step_at = [moment.isoformat() for moment in moments], 0, moments[0]


@command
def dispatch_request(
    *, actor: Actor, request: ServiceRequest, by: Staff, revision: int, department: Department | None = None,
    person: Staff | None = None, reason: str = "",
) -> Any:  # fmt: skip
    """Send it to another department or person; it is to be taken up there, and the clock goes on.

    Refuses what is finished, and a place nobody is at.
    """
    refuse_finished(request)
    if department is None and person is None:
        raise Refusal("request.to", _("Say which department or who."), field="department")
    where = _department_of(person, request.hotel) if person else department
    if (where, person) == (request.department, request.person):
        return UNCHANGED
    take_revision(request, revision)
    changes = changed(request, department=where, person=person, state=RequestState.WAITING)
    request.save(update_fields=list(changes))
    record(request, reason=clean(reason)[:200], **changes)
    step(request, StepKind.DISPATCHED, by, reason, to=person)
    _send(request, by)
    return request


@command
def escalate_requests(*, actor: Actor, hotel: Hotel, now: datetime) -> Any:
    """Unfinished requests whose next moment has come go up to the next leader, each step once. Done by the worker; of
    several that come to it at once only one does."""
    waiting = ServiceRequest.objects.filter(hotel=hotel, state__in=["waiting", "underway"], next_step_at__lte=now)
    count = 0
    for one in waiting.select_related("hotel", "person", "taken_by", "department").order_by("pk"):
        passed = sum(moment <= now for moment in map(datetime.fromisoformat, one.steps))
        then = datetime.fromisoformat(one.steps[passed]) if passed < len(one.steps) else None
        taken = ServiceRequest.objects.filter(pk=one.pk, next_step_at=one.next_step_at, told=one.told)
        if not taken.filter(state__in=["waiting", "underway"]).update(told=passed, next_step_at=then):
            continue
        _go_up(one, passed, now)
        count += 1
    return count or UNCHANGED


def _go_up(one: ServiceRequest, passed: int, now: datetime) -> None:
    line = _line(one)
    who = clock.above([boss.pk for boss in line], passed - 1)
    above = next((boss for boss in line if boss.pk == who), None)
    moment = datetime.fromisoformat(one.steps[passed - 1])
    share = round(100 * (moment - one.began_at) / (one.due_at - one.began_at))
    step(one, StepKind.RAISED, None, f"{share} %", to=above, at=now)
    record(one, escalated=passed, to=above.username if above else "")
    holder = one.person.label if one.person else str(one.department or one.taken_by.label)
    told = {boss for boss in (above, one.person) if boss is not None}
    for person in sorted(told, key=lambda person: person.username):
        tell(one, person, GOES_UP, is_urgent=True, percent=share, name=holder)


def _line(one: ServiceRequest) -> list[Staff]:
    """To whom it rises: the leaders of who carries it out; before anybody does, the head of its department and theirs."""
    if one.person is not None:
        return escalation(one.person, one.hotel)
    here = Membership.objects.filter(hotel=one.hotel, department=one.department_id, staff__is_active=True)
    head = here.select_related("staff").order_by("role__rank", "staff__username").first() if one.department_id else None
    return [head.staff, *escalation(head.staff, one.hotel)] if head else escalation(one.taken_by, one.hotel)


def step(
    one: ServiceRequest, kind: str, by: Staff | None, text: str = "", *, to: Staff | None = None,
    at: datetime | None = None,
) -> None:  # fmt: skip
    """Write a step of its way down."""
    one.way.create(round=one.round, kind=kind, text=clean(text)[:1000], by=by, to=to, at=at or timezone.now())


def tell(one: ServiceRequest, person: Staff, message: str, *, is_urgent: bool = False, **values: Any) -> None:
    text = _("a guest of the house") if one.is_secret else one.text[:SHORT]
    notify(
        person.username, message, hotel_code=one.hotel_code, url=one.get_absolute_url(), is_urgent=is_urgent,
        number=one.number, text=text, **values,
    )  # fmt: skip


def refuse_finished(one: ServiceRequest) -> None:
    if not one.is_open:
        raise Refusal("request.finished", _("This request is not open any more."))


def _send(one: ServiceRequest, by: Staff) -> None:
    """Tell the person, else everybody of the department, but not who sends it."""
    until = f"{one.due_at.astimezone(ZoneInfo(one.hotel.timezone)):%m-%d %H:%M}"
    is_urgent = one.urgency != Urgency.ORDINARY
    if one.person is not None:
        if one.person.pk != by.pk:
            tell(one, one.person, FOR_YOU, is_urgent=is_urgent, until=until)
        return
    here = Membership.objects.filter(hotel=one.hotel, department=one.department_id, staff__is_active=True)
    for place in here.exclude(staff=by).select_related("staff").order_by("staff__username"):
        tell(one, place.staff, FOR_DEPARTMENT, is_urgent=is_urgent, until=until)


def _department_for(hotel: Hotel, kind: str, today: Any) -> Department | None:
    wanted = rules.department_kind(rules.REQUEST_TIMES.at(hotel.code, today), kind)
    return Department.objects.filter(hotel=hotel, kind=wanted, is_retired=False).order_by("pk").first()


def _department_of(person: Staff | None, hotel: Hotel) -> Department | None:
    place = Membership.objects.filter(hotel=hotel, staff=person).select_related("department").first()
    return place.department if place else None
