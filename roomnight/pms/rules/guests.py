"""What a role may know of a guest (forms: privacy, SEC-04, PRV-03). Names and rooms leave the front desk only masked, or not at all."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy
from roomnight.kernel.text import fold

GUEST_DAYS = Policy(
    "pms.guest_days", 30, label=_("Days after departure until a guest of the in-house list is forgotten"), source="SEC-04",
    kind="days", check=lambda days: 1 <= days <= 90,
)  # fmt: skip

NONE, SCREENED, ROOM_SECRET, FULL = range(4)
"""How confidential a guest is: not at all, calls screened, room number secret, not here for anybody (forms §19)."""

FLAGGED_LEVEL = Policy(
    "pms.flagged_level", FULL, label=_("Level of confidentiality that the PMS's own mark means (1 to 3)"), source="PRV-03",
    check=lambda level: SCREENED <= level <= FULL,
)  # fmt: skip
DEPARTMENT_WORDS: Final[dict[str, Any]] = {
    "sales": _("Sales & marketing"), "front_office": _("Front office"), "housekeeping": _("Housekeeping"),
    "food_beverage": _("Food & beverage"), "finance": _("Finance"), "banquet": _("Banquet & conference"),
    "security": _("Security"), "transport": _("Transport"), "customer_service": _("Customer service"),
    "administration": _("Administration & HR"), "general_affairs": _("General affairs"),
    "executive_office": _("Executive office"), "gm_office": _("General manager's office"),
}  # fmt: skip
"""The departments by their kinds, as people choose from them."""
TOLD_DEPARTMENTS = Policy(
    "pms.confidential_told", ["front_office", "security", "housekeeping", "food_beverage"],
    label=_("Departments that are told of a confidential guest (front office with switchboard and duty manager)"),
    source="PRV-03", kind="table", words=DEPARTMENT_WORDS,
    check=lambda kinds: isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds),
)  # fmt: skip
PASSWORD_TRIES = Policy(
    "pms.confidential_tries", 5, label=_("Wrong passwords until only the guest in person can lift confidentiality"),
    source="PRV-03", check=lambda tries: 1 <= tries <= 20,
)  # fmt: skip

WORD: Final = re.compile(r"[^\W_]+")


class Sight(StrEnum):
    """How much of guests somebody sees."""

    DESK = "desk"
    """The front desk: everybody, with name and room; of a confidential guest only after giving a reason."""
    MASKED = "masked"
    """Leaders: no confidential guest, the family name only, no room; more after giving a reason."""
    DATES = "dates"
    """Everybody else: that somebody of the client is in the house or arriving, and the dates."""


def sight(*, is_front_desk: bool, may_reveal: bool) -> Sight:
    """How much a person sees by the rights they have."""
    if is_front_desk:
        return Sight.DESK
    return Sight.MASKED if may_reveal else Sight.DATES


def masked_name(name: str) -> str:
    """“王**”, “Sm***”: enough to recognise, too little to tell."""
    kept = 1 if not name.isascii() else 2
    return name[:kept] + "*" * min(3, max(1, len(name) - kept)) if name else ""


def name_seen(how: Sight, name: str, *, level: int) -> str:
    """A guest's name as this person sees it in a list."""
    if how is Sight.DESK and level < FULL:
        return name
    return "" if how is Sight.DATES else masked_name(name)


def room_seen(how: Sight, room: str, *, level: int) -> str:
    """A guest's room as this person sees it in a list: the front desk's to know, and not where the number is secret."""
    return room if how is Sight.DESK and level < ROOM_SECRET else ""


def room_revealed(room: str, *, level: int, knows_confidential: bool) -> str:
    """The room as it is told after a reason; a secret one only to those who look after confidential guests."""
    return room if level < ROOM_SECRET or knows_confidential else ""


def name_key(name: str) -> str:
    """A person's name for comparing: whatever its letters' width and case; in Latin letters also whatever its order."""
    words = WORD.findall(fold(name))
    return "".join(sorted(words) if all(word.isascii() for word in words) else words)


def stay_key(hotel: int, booking_number: str, name: str, arrival: date) -> str:
    """By what a stay is known again, in every list and in every room, without saying whose it is (PRV-03).

    Booking and name where the booking has a number, else name and day of arrival.
    """
    place = booking_number.strip() or arrival.isoformat()
    return sha256(f"{hotel}\x1f{place}\x1f{name_key(name)}".encode()).hexdigest()[:32]


def person_key(hotel: int, name: str, client: str) -> str:
    """By what a guest is known again at the next stay: the name and whose guest it is."""
    return sha256(f"{hotel}\x1f{name_key(name)}\x1f{client}".encode()).hexdigest()[:32]


def is_excepted(visitor: str, exceptions: Collection[str]) -> bool:
    """Whether a visitor stands on the list of those for whom a confidential guest may be called."""
    wanted = name_key(visitor)
    return bool(wanted) and wanted in {name_key(one) for one in exceptions}
