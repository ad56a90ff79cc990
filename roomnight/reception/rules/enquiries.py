"""Who is meant by an enquiry, and what is said (PRV-02, PRV-03). Not registered, left, and here for nobody are one and the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy
from roomnight.pms.rules.guests import FULL, is_excepted, name_key

NOT_REGISTERED: Policy[dict[str, str]] = Policy(
    "reception.not_registered",
    {"zh": "没有您要查找客人的登记记录。", "en": "We have no record of a guest by that name."},
    label=_("What is said where nobody is registered, has left, or is here for nobody"),
    source="PRV-03",
    kind="table",
    check=lambda words: isinstance(words, dict) and bool(words.get("zh")) and bool(words.get("en")),
)
VISITORS_LEAVE_BY = Policy(
    "reception.visitors_leave_by", time(23, 0), label=_("Visitors leave by"), source="PRV-02", kind="time",
)  # fmt: skip
VISITOR_DAYS = Policy(
    "reception.visitor_days", 90, label=_("Days until a visitor's particulars are forgotten"), source="PRV-02",
    kind="days", check=lambda days: 30 <= days <= 730,
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """A guest of the latest list, as far as an enquiry has to know."""

    stay_key: str
    name: str
    companies: tuple[str, ...]
    room: str
    is_in_house: bool
    arrival: date
    departure: date
    level: int
    exceptions: tuple[str, ...] = ()
    booking_number: str = ""


def is_full_name(name: str) -> bool:
    """Two characters at least, in Latin letters two words: who asks has to know whom (forms §19)."""
    if name.isascii():
        return len(name.split()) >= 2  # noqa: PLR2004
    return len(name_key(name)) >= 2  # noqa: PLR2004


def may_be_asked(guest: Listed, visitor: str, today: date, *, knows_confidential: bool) -> bool:
    """Whether a guest may be rung for this visitor at all.

    Not one who is still to come or has left; one who is here for nobody only for a visitor on the list of exceptions,
    and only by a colleague who looks after such guests.
    """
    excepted = is_excepted(visitor, guest.exceptions) and knows_confidential
    return guest.is_in_house and guest.departure >= today and (guest.level < FULL or excepted)


def named(guests: Iterable[Listed], asked: str) -> list[Listed]:
    """Everybody in the list with this name; every guest is compared, however soon one fits."""
    wanted = name_key(asked)
    return [one for one in guests if name_key(one.name) == wanted and wanted]


def narrowed(guests: list[Listed], company: str, arrival: date | None) -> list[Listed]:
    """Of several with one name those of the company and the day of arrival that the visitor states, where stated."""
    wanted = name_key(company)
    found = guests
    if wanted:
        found = [one for one in found if any(wanted in name_key(name) for name in one.companies)]
    if arrival is not None:
        found = [one for one in found if one.arrival == arrival]
    return found if len(guests) > 1 else guests


def leave_by(came_at: datetime, close: time) -> datetime:
    """By when a visitor leaves: the hour of the house; the next day's for who comes later than that."""
    end = came_at.replace(hour=close.hour, minute=close.minute, second=0, microsecond=0)
    return end if end > came_at else end + timedelta(days=1)


def answer(words: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is said, in both languages: the visitor's is not always the desk's."""
    return [{"lang": "zh-Hans", "text": words["zh"]}, {"lang": "en", "text": words["en"]}]
