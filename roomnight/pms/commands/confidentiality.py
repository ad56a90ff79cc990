"""Guests who are not to be known here: agreed, changed, lifted by themselves or at departure (PRV-03)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.kernel.text import clean
from roomnight.organization.models import Hotel, Membership
from roomnight.organization.working_days import day_at
from roomnight.pms.models import Confidentiality, InHouseGuest, LiftedHow
from roomnight.pms.rules.guests import FULL, NONE, PASSWORD_TRIES, ROOM_SECRET, TOLD_DEPARTMENTS, stay_key

SHORTEST_PASSWORD = 4


@command
def keep_confidential(
    *,
    actor: Actor,
    hotel: Hotel,
    guest_name: str,
    booking_number: str,
    arrival: date,
    departure: date,
    level: int,
    starts_on: date,
    ends_on: date | None = None,
    rate_secret: bool = False,
    whole_booking: bool = False,
    password: str = "",
    exceptions: Iterable[str] = (),
    asked_by: str = "guest",
) -> Confidentiality:
    """Agree with a guest, listed already or still to come, how far he is to be known here; the departments are told.

    Refuses what says nothing, an end before the beginning, a short password, and a second agreement for one stay.
    """
    key = stay_key(hotel.pk, booking_number, guest_name, arrival)
    if Confidentiality.objects.filter(hotel=hotel, stay_key=key, lifted_at=None).exists():
        raise Refusal("confidential.twice", _("This guest's wish is kept already: change it there."))
    made = Confidentiality(
        hotel=hotel, stay_key=key, guest_name=clean(guest_name)[:120], booking_number=booking_number.strip()[:60],
        arrival=arrival, departure=departure, level=level, rate_secret=rate_secret, whole_booking=whole_booking,
        starts_on=starts_on, ends_on=ends_on, password=_hashed(password), exceptions=_names(exceptions),
        asked_by=asked_by, made_by=actor.code,
    )  # fmt: skip
    _refuse_nonsense(made)
    made.told = _tell_departments(made)
    made.save(force_insert=True)
    record(made, level=level, rate_secret=rate_secret, starts_on=starts_on, ends_on=ends_on, told=made.told)
    return made


@command
def change_confidential(
    *,
    actor: Actor,
    confidentiality: Confidentiality,
    level: int,
    starts_on: date,
    ends_on: date | None,
    rate_secret: bool,
    whole_booking: bool,
    exceptions: Iterable[str],
    password: str = "",
) -> Any:
    """The guest wants more or less of it, or others excepted; a password only where a new one is agreed."""
    _refuse_lifted(confidentiality)
    new: dict[str, Any] = {
        "level": level, "starts_on": starts_on, "ends_on": ends_on, "rate_secret": rate_secret,
        "whole_booking": whole_booking, "exceptions": _names(exceptions),
    }  # fmt: skip
    differing = changed(confidentiality, **new)
    if password:
        confidentiality.password, confidentiality.wrong_tries = _hashed(password), 0
        differing["password"] = ("", "*")
    if not differing:
        return UNCHANGED
    _refuse_nonsense(confidentiality)
    if "level" in differing:
        confidentiality.told = _tell_departments(confidentiality)
    confidentiality.save(update_fields=[*new, "password", "wrong_tries", "told"])
    if "exceptions" in differing:
        before, after = differing["exceptions"]
        differing["exceptions"] = (len(before), len(after))  # no names in the audit trail
    record(confidentiality, **differing)
    return confidentiality


@command
def lift_by_password(*, actor: Actor, confidentiality: Confidentiality, password: str) -> bool:
    """Whether the word was right, and then it is lifted. A wrong one is counted, and after too many only the guest in
    person can lift it. Refuses where no password was agreed, or too many were wrong."""
    _refuse_lifted(confidentiality)
    if not confidentiality.password:
        raise Refusal("confidential.no_password", _("No password was agreed: only the guest in person can lift it."))
    hotel = confidentiality.hotel
    if confidentiality.wrong_tries >= PASSWORD_TRIES.at(hotel.code, day_at(hotel, timezone.now())):
        raise Refusal("confidential.tries", _("Too many wrong passwords: only the guest in person can lift it now."))
    if not check_password(password, confidentiality.password):
        confidentiality.wrong_tries += 1
        confidentiality.save(update_fields=["wrong_tries"])
        record(confidentiality, wrong_tries=confidentiality.wrong_tries)
        return False
    _lift(confidentiality, LiftedHow.PASSWORD, actor.code)
    return True


@command
def lift_in_person(*, actor: Actor, confidentiality: Confidentiality, document: str) -> Confidentiality:
    """The guest stands here and shows who he is. `document` says what was seen, such as “passport, ends 4821”."""
    _refuse_lifted(confidentiality)
    if not document.strip():
        raise Refusal("confidential.document", _("Say which document you have seen."), field="document")
    confidentiality.lifted_document = clean(document)[:60]
    return _lift(confidentiality, LiftedHow.IN_PERSON, actor.code)


@command
def end_at_departure(*, actor: Actor, hotel: Hotel, today: date) -> Any:
    """Who has left needs it no more. A stay that still stands in the list goes on, whatever day was said at first."""
    listed = InHouseGuest.objects.filter(hotel=hotel).values("stay_key")
    over = Confidentiality.objects.filter(hotel=hotel, lifted_at=None, departure__lt=today).exclude(stay_key__in=listed)
    found = list(over.select_related("hotel"))
    for one in found:
        _lift(one, LiftedHow.DEPARTURE, actor.code)
    return len(found) or UNCHANGED


@command
def forget_confidential(*, actor: Actor, hotel: Hotel, before: date) -> Any:
    """Of who left long ago only remains that there was somebody: name, exceptions and password go (SEC-04)."""
    gone = Confidentiality.objects.filter(hotel=hotel, lifted_at__isnull=False, departure__lt=before)
    rows = gone.exclude(guest_name="").update(
        guest_name="", booking_number="", exceptions=[], password="", lifted_document=""
    )
    if not rows:
        return UNCHANGED
    record(hotel, confidential_forgotten=rows)
    return rows


def _lift(one: Confidentiality, how: str, who: str) -> Confidentiality:
    one.lifted_at, one.lifted_how, one.lifted_by = timezone.now(), how, who
    one.save(update_fields=["lifted_at", "lifted_how", "lifted_by", "lifted_document"])
    record(one, lifted=how)
    return one


def _refuse_lifted(one: Confidentiality) -> None:
    if one.lifted_at is not None:
        raise Refusal("confidential.lifted", _("It has been lifted already."))


def _refuse_nonsense(one: Confidentiality) -> None:
    if one.level == NONE and not one.rate_secret:
        raise Refusal("confidential.nothing", _("Choose a level, or keep the rate secret."), field="level")
    if one.ends_on is not None and one.ends_on < one.starts_on:
        raise Refusal("confidential.span", _("It cannot end before it begins."), field="ends_on")
    if one.departure < one.arrival:
        raise Refusal("confidential.stay", _("The departure lies before the arrival."), field="departure")


def _hashed(password: str) -> str:
    password = password.strip()
    if password and len(password) < SHORTEST_PASSWORD:
        raise Refusal(
            "confidential.short",
            _("A password needs at least %(n)d signs.") % {"n": SHORTEST_PASSWORD},
            field="password",
        )
    return make_password(password) if password else ""


def _names(names: Iterable[str]) -> list[str]:
    return [name for name in (clean(one)[:60] for one in names) if name]


def _tell_departments(one: Confidentiality) -> list[str]:
    """Everybody in the departments of the policy: what to do, never who it is; the room where that is no secret."""
    kinds: list[str] = TOLD_DEPARTMENTS.at(one.hotel.code, one.starts_on)
    row = InHouseGuest.objects.filter(hotel=one.hotel, stay_key=one.stay_key).exclude(room="").first()
    room = row.room if row is not None and one.level < ROOM_SECRET else ""
    people = Membership.objects.filter(hotel=one.hotel, department__kind__in=kinds, staff__is_active=True)
    for username in people.order_by("staff__username").values_list("staff__username", flat=True):
        _tell(one, username, room)
    return kinds


def _tell(one: Confidentiality, username: str, room: str) -> None:
    if one.level == FULL:
        notify(
            username, gettext_noop("A guest is here for nobody from today on: whoever asks for anybody, ask the front desk."),
            hotel_code=one.hotel.code, is_urgent=True,
        )  # fmt: skip
    elif room:
        notify(username, gettext_noop("Room %(room)s: calls are screened, the guest is asked first."), hotel_code=one.hotel.code, room=room)  # fmt: skip
    else:
        notify(username, gettext_noop("A guest wants room and calls kept confidential: ask the front desk first."), hotel_code=one.hotel.code)  # fmt: skip
