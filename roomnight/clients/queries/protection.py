"""Which clients have a day coming on which they change hands, and who protects them (OWN-03, OWN-07)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roomnight.clients import access
from roomnight.clients.models import Account, PoolNotice, Protection, ProtectionState
from roomnight.clients.rules import PROTECTION_MAX, PROTECTION_NOTICE_DAYS, days_left, notice_due
from roomnight.organization.access import Seat
from roomnight.organization.models import Staff
from roomnight.ui.moments import day_text


@dataclass(frozen=True)
class Shield:
    """A protection as others may know of it: whose, and until when. Nothing about the client."""

    pk: int
    account: int
    staff: int
    who: str
    until: date

    @property
    def words(self) -> str:
        """What somebody else is told (OWN-03)."""
        return _("Protected by %(who)s until %(until)s") % {"who": self.who, "until": self.until.isoformat()}


def shields(account_ids: Iterable[int]) -> dict[int, Shield]:
    """The active protections of these clients, whoever asks."""
    rows = Protection.objects.filter(account__in=list(account_ids), state=ProtectionState.ACTIVE).select_related(
        "staff"
    )
    return {one.account_id: Shield(one.pk, one.account_id, one.staff_id, one.staff.label, one.until) for one in rows}


def shield_against(account: Account, staff: Staff) -> Shield | None:
    """A colleague's protection of this client; none against its protector, its co-owner or whom it is shared with."""
    shield = shields([account.pk]).get(account.pk)
    if shield is None or staff.pk in (shield.staff, account.co_owner_id):
        return None
    return None if account.shares.filter(staff=staff).exists() else shield


@dataclass(frozen=True)
class Countdown:
    """A day on which a client goes back to the open pool unless something happens: protected until, or announced for."""

    on: date
    is_protection: bool
    tone: str
    words: str


def countdowns(seat: Seat, account_ids: Iterable[int]) -> dict[int, Countdown]:
    """The days left of these clients, where they are counted (OWN-07). Two queries."""
    ids, today = list(account_ids), seat.today
    notice = PROTECTION_NOTICE_DAYS.at(seat.hotel_code, today)
    active = Protection.objects.filter(account__in=ids, state=ProtectionState.ACTIVE)
    found = {
        pk: Countdown(until, True, "soon" if notice_due(until, today, notice) else "go", left_words(until, today))
        for pk, until in active.values_list("account", "until")
    }
    announced = PoolNotice.objects.filter(account__in=ids, state=PoolNotice.State.ANNOUNCED)
    for pk, on in announced.values_list("account", "release_on"):
        words = _("To the pool on %(day)s") % {"day": day_text(on, today, "short")}
        found[pk] = Countdown(on, False, "late", words)
    return found


def left_words(until: date, today: date) -> str:
    """How long a protection still lasts, in words."""
    left = days_left(until, today)
    if left < 0:
        return _("Ran out")
    if left == 0:
        return _("Protected, last day")
    return ngettext("Protected, %(n)d day left", "Protected, %(n)d days left", left) % {"n": left}


@dataclass(frozen=True)
class Room:
    """How much of the protection list a person uses."""

    used: int
    most: int


def room_on_list(seat: Seat) -> Room:
    """How many of how many this person has on the protection list."""
    return Room(access.protections_held(seat).count(), PROTECTION_MAX.at(seat.hotel_code, seat.today))


def running_out(seat: Seat) -> list[Protection]:
    """One's own protections that end within the days of notice, soonest first."""
    notice = PROTECTION_NOTICE_DAYS.at(seat.hotel_code, seat.today)
    found = access.protections_held(seat).filter(until__lte=seat.today + timedelta(days=notice))
    return list(found.select_related("account").order_by("until", "pk"))
