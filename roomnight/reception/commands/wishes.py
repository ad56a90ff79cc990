"""A guest's wish on its way to the department he meets next (FO-04)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.kernel.text import clean
from roomnight.organization.models import DepartmentKind, Hotel, Membership, Staff
from roomnight.organization.working_days import day_at
from roomnight.pms.rules.guests import FULL
from roomnight.reception.models import Wish, WishState
from roomnight.reception.queries import guest_of_room, person_of
from roomnight.reception.rules.wishes import WISH_MINUTES, needed_by
from roomnight.ui.addresses import address


@command
def note_wish(
    *,
    actor: Actor,
    hotel: Hotel,
    by: Staff,
    text: str,
    for_department: str,
    noted_in: str,
    room: str = "",
    guest: Any = None,
    needed_at: datetime | None = None,
    is_lasting: bool = False,
) -> Wish:
    """Write down what a guest wishes for, and let the next department know at once, with the room and no name (FO-04).

    Either by the room, which is all that most departments know, or from the page of a guest of the list (with `level`).
    Nobody but the front desk hears of a guest who is here for nobody: it passes the wish on by word of mouth. Refuses
    nothing to do and no room.
    """
    if not text.strip():
        raise Refusal("wish.text", _("Say what the guest wishes for."), field="text")
    if guest is None and not room.strip():
        raise Refusal("wish.room", _("Say for which room."), field="room")
    now = timezone.now()
    stay, person = (guest.stay_key, person_of(guest)) if guest is not None else guest_of_room(hotel, room)
    made = Wish(
        hotel=hotel, room=(guest.room if guest is not None else room.strip())[:60], is_by_room=guest is None,
        stay_key=stay, person_key=person, text=clean(text)[:300], noted_by=by, noted_in=noted_in, noted_at=now,
        for_department=for_department, is_lasting=is_lasting,
        needed_by=needed_by(now, needed_at, WISH_MINUTES.at(hotel.code, day_at(hotel, now))),
    )  # fmt: skip
    made.save(force_insert=True)
    if guest is None or guest.level < FULL:
        url = address("reception:wishes", hotel.code)
        for username in _people(hotel, for_department):
            notify(username, gettext_noop("A guest's wish (room %(room)s) is on its way to you: confirm that you have it."), hotel_code=hotel.code, url=url, room=made.room or "–")  # fmt: skip
    record(made, for_department=for_department, needed_by=made.needed_by, is_lasting=is_lasting)
    return made


@command
def receive_wish(*, actor: Actor, wish: Wish, by: Staff) -> Any:
    """The department confirms that it has the wish. UNCHANGED where a colleague has done so already."""
    now = timezone.now()
    taken = Wish.objects.filter(pk=wish.pk, state=WishState.OPEN)
    if not taken.update(state=WishState.RECEIVED, received_by=by, received_at=now):
        return UNCHANGED
    wish.refresh_from_db()
    record(wish, received_by=by.username)
    return wish


@command
def fulfil_wish(*, actor: Actor, wish: Wish, by: Staff) -> Any:
    """It is done; who does it has received it."""
    now = timezone.now()
    rows = Wish.objects.filter(pk=wish.pk).exclude(state=WishState.DONE)
    receive_wish(actor=actor, wish=wish, by=by)
    if not rows.update(state=WishState.DONE, done_at=now):
        return UNCHANGED
    wish.refresh_from_db()
    record(wish, done=True)
    return wish


@command
def remind_of_wishes(*, actor: Actor, hotel: Hotel, now: datetime) -> Any:
    """Wishes nobody has confirmed in time: the department and the front office hear of them, once."""
    late = list(Wish.objects.filter(hotel=hotel, state=WishState.OPEN, reminded_at=None, needed_by__lte=now))
    if not late:
        return UNCHANGED
    Wish.objects.filter(pk__in=[one.pk for one in late]).update(reminded_at=now)
    url = address("reception:wishes", hotel.code)
    for kind in sorted({one.for_department for one in late} | {DepartmentKind.FRONT_OFFICE.value}):
        for username in _people(hotel, kind):
            notify(
                username, gettext_noop("Guests' wishes that nobody has confirmed in time: %(count)s."),
                hotel_code=hotel.code, url=url, is_urgent=True, count=len(late),
            )  # fmt: skip
    record(hotel, wishes_late=len(late))
    return len(late)


@command
def forget_wishes(*, actor: Actor, hotel: Hotel, stays_before: datetime, kept_before: datetime) -> Any:
    """Wishes of past stays go, those kept for the next stay after longer; that there was one remains (SEC-04)."""
    old = Q(is_lasting=False, noted_at__lt=stays_before) | Q(noted_at__lt=kept_before)
    gone = Wish.objects.filter(old, hotel=hotel).exclude(text="")
    count = gone.update(text="", room="", stay_key="", person_key="", is_lasting=False)
    if not count:
        return UNCHANGED
    record(hotel, wishes_forgotten=count)
    return count


def _people(hotel: Hotel, kind: str) -> list[str]:
    places = Membership.objects.filter(hotel=hotel, department__kind=kind, staff__is_active=True)
    return list(places.order_by("staff__username").values_list("staff__username", flat=True))
