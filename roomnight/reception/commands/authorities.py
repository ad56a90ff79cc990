"""An authority asks for a guest: documents, a call, a second person's permission, and only then what is asked (PRV-04)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.kernel.commands import Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.kernel.numbering import form_number
from roomnight.kernel.text import clean
from roomnight.organization.models import DepartmentKind, Hotel, Membership, Staff
from roomnight.organization.working_days import day_at
from roomnight.pms.commands import note_lookups
from roomnight.pms.models import LookupKind
from roomnight.pms.rules.guests import FULL
from roomnight.reception.models import AuthorityRequest, AuthorityStep, StepKind
from roomnight.reception.queries import listed
from roomnight.reception.rules.authorities import VERIFY_AUTHORITIES, must_be_verified, next_step
from roomnight.reception.rules.documents import is_plausible, tidy_number
from roomnight.reception.rules.enquiries import Listed, named
from roomnight.ui.addresses import address

NEEDED = ("unit", "officer", "reason", "asked_name", "scope")
SHOWABLE = ("in_house", "room", "arrival", "departure", "company", "booking_number")


@command
def take_authority_request(
    *,
    actor: Actor,
    hotel: Hotel,
    by: Staff,
    document_type: str,
    document_number: str,
    is_doubtful: bool = False,
    **said: str,
) -> AuthorityRequest:
    """Write down who wants to know what and why, after seeing the document. Security is told, never about whom.

    It cannot be changed afterwards. Refuses what is not whole, and a number that such a document cannot have.
    """
    values = {name: clean(text) for name, text in said.items()}
    for name in NEEDED:
        if not values.get(name):
            raise Refusal("authority.whole", _("Without this nothing may be shown."), field=name)
    number = tidy_number(document_number)
    if not is_plausible(document_type, number):
        raise Refusal("authority.document", _("This cannot be a number of such a document."), field="document_number")
    now = timezone.now()
    made = AuthorityRequest(
        hotel=hotel, number=form_number("XC", hotel.code, day_at(hotel, now)), at=now, taken_by=by,
        document_type=document_type, document_number=number, is_doubtful=is_doubtful, **values,
    )  # fmt: skip
    made.save(force_insert=True)
    url = address("reception:authority", hotel.code, pk=made.pk)
    places = Membership.objects.filter(hotel=hotel, department__kind=DepartmentKind.SECURITY, staff__is_active=True)
    for username in places.order_by("staff__username").values_list("staff__username", flat=True):
        notify(
            username, gettext_noop("Authority's request %(number)s waits for security."), hotel_code=hotel.code, url=url,
            is_urgent=True, number=made.number,
        )  # fmt: skip
    record(made, number=made.number)
    return made


@command
def verify_authority(
    *, actor: Actor, request: AuthorityRequest, by: Staff, confirmed: bool, note: str
) -> AuthorityStep:
    """The unit was rung under a number that we looked up ourselves: it confirms, or knows nothing of it and that is the end.

    Refuses without saying which number was rung and who answered.
    """
    if not note.strip():
        raise Refusal("authority.note", _("Say which number you rang and who answered."), field="note")
    return _step(request, "verify", StepKind.VERIFIED if confirmed else StepKind.DENIED, by, note)


@command
def permit_authority(
    *, actor: Actor, request: AuthorityRequest, by: Staff, permit: bool, note: str = ""
) -> AuthorityStep:
    """The security department permits it or not: somebody other than who took it (PRV-04)."""
    if request.taken_by_id == by.pk:
        raise Refusal("authority.own", _("A second person has to permit it."))
    if not permit and not note.strip():
        raise Refusal("authority.note", _("Say why not."), field="note")
    return _step(request, "permit", StepKind.PERMITTED if permit else StepKind.REFUSED, by, note)


@command
def show_to_authority(
    *,
    actor: Actor,
    request: AuthorityRequest,
    by: Staff,
    knows_confidential: bool,
    fields: Collection[str] = SHOWABLE,
    note: str = "",
) -> AuthorityStep:
    """Look up what was asked, after document, call and permission; what was shown is kept word for word.

    A guest who is here for nobody is found as well, but only by who looks after such guests. The log of look-ups gets one
    line for the question and one for each guest shown, so that a question alone says nothing of whom it found.
    """
    today = day_at(request.hotel, timezone.now())
    found = [
        one for one in named(listed(request.hotel, today), request.asked_name) if knows_confidential or one.level < FULL
    ]
    wanted = [name for name in SHOWABLE if name in fields]
    shown = [{"name": one.name, **{name: _told(one, name) for name in wanted}} for one in found]
    step = _step(request, "show", StepKind.SHOWN, by, note, shown)
    note_lookups(
        actor=actor, hotel=request.hotel, kind=LookupKind.AUTHORITY, reason=f"{request.number} {request.unit}",
        asked=request.asked_name, stays=[one.stay_key for one in found], shown=["guest_name", *wanted],
    )  # fmt: skip
    return step


def _told(one: Listed, name: str) -> Any:
    return {
        "in_house": one.is_in_house, "room": one.room, "arrival": one.arrival, "departure": one.departure,
        "company": ", ".join(one.companies), "booking_number": one.booking_number,
    }[name]  # fmt: skip


def steps_done(request: AuthorityRequest) -> set[str]:
    """The kinds of steps there are."""
    return set(AuthorityStep.objects.filter(request=request).values_list("kind", flat=True))


def awaited(request: AuthorityRequest, done: set[str]) -> str:
    """What has to be done next about a request: verify, permit, show, or nothing more."""
    policy = VERIFY_AUTHORITIES.at(request.hotel.code, day_at(request.hotel, request.at))
    return next_step(done, must_verify=must_be_verified(policy, is_doubtful=request.is_doubtful))


WORDS: dict[str, Any] = {
    "verify": gettext_noop("First ring the unit, under a number that you look up yourself."),
    "permit": gettext_noop("First somebody of security has to permit it."),
    "show": gettext_noop("It is permitted already."),
    "": gettext_noop("This request is closed: nothing more is done about it."),
}


def _step(
    request: AuthorityRequest, wanted: str, kind: str, by: Staff, note: str, shown: list[Any] | None = None
) -> AuthorityStep:
    due = awaited(request, steps_done(request))
    if due != wanted:
        raise Refusal("authority.step", _(WORDS[due]))
    made = AuthorityStep(
        hotel=request.hotel, request=request, kind=kind, at=timezone.now(), by=by, note=clean(note)[:200],
        shown=shown or [],
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal("authority.step", _("A colleague has done this already.")) from error
    record(made, request=request.number, step=kind)
    return made
