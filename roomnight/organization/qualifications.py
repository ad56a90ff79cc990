"""Who is trained and examined for what, within whose reach one sees it, and who therefore may receive clients (TGT-05)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import get_language

from roomnight.organization.access import Seat, within
from roomnight.organization.models import ExamResult, Hotel, Membership, Staff, StaffQualification
from roomnight.organization.rules.qualifications import (
    DEMANDED,
    FURTHER_KINDS,
    QUALIFICATIONS,
    RECEIVE,
    REMINDER_DAYS,
    holds_on,
    standing,
    state_on,
)

QUALIFICATION = "organization.qualification"


def kinds_of(hotel_code: str, on: date) -> dict[str, Any]:
    """The qualifications a hotel keeps, with their names in the language in force: ours, then its own."""
    part = "en" if get_language() == "en" else "zh"
    return {**QUALIFICATIONS, **{row["key"]: row[part] for row in FURTHER_KINDS.at(hotel_code, on)}}


def is_qualified(staff: Staff, hotel: Hotel, kind: str, on: date) -> bool:
    """Whether somebody passed the examination for this at a hotel, and it holds on a day."""
    passed = StaffQualification.objects.filter(staff=staff, hotel=hotel, kind=kind, result=ExamResult.PASSED)
    return any(holds_on(one, on) for one in passed.filter(granted_on__lte=on, valid_until__gte=on))


def is_demanded(hotel: Hotel, kind: str, on: date) -> bool:
    """Whether a hotel lets nobody do this who is not qualified for it."""
    return kind in DEMANDED.at(hotel.code, on)


def may_receive(staff: Staff, hotel: Hotel, on: date) -> bool:
    """Whether somebody may receive clients of a hotel on a day: trained and examined, or the hotel does not ask for it."""
    return not is_demanded(hotel, RECEIVE, on) or is_qualified(staff, hotel, RECEIVE, on)


# ---- within somebody's reach


def qualifications(seat: Seat, action: str = "read") -> QuerySet[StaffQualification]:
    """What is kept about training and examination, as far as the seat sees."""
    reach = within(seat.scope(QUALIFICATION, action), seat, hotel="hotel", owners=["staff"])
    return StaffQualification.objects.filter(reach).select_related("staff", "hotel").order_by("-granted_on", "-pk")


def qualification(seat: Seat, pk: int, action: str) -> StaffQualification:
    """One record within reach, or 404."""
    found = qualifications(seat, action).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


@dataclass
class Standing:
    """How a person stands in one kind of qualification: the record that counts, and its state on the day."""

    kind: str
    label: Any
    one: StaffQualification | None = None
    state: str = ""
    days_left: int = 0
    is_demanded: bool = False


@dataclass
class Sheet:
    """A person with everything they are qualified for, one standing a kind."""

    place: Membership
    standings: list[Standing] = field(default_factory=list)


def sheets(seat: Seat, places: list[Membership]) -> list[Sheet]:
    """How these people stand today in every kind of qualification the hotel keeps."""
    rows: dict[tuple[int, str], list[StaffQualification]] = defaultdict(list)
    for row in qualifications(seat).filter(staff__in=[place.staff_id for place in places]):
        rows[(row.staff_id, row.kind)].append(row)
    days = REMINDER_DAYS.at(seat.hotel_code, seat.today)
    demanded = DEMANDED.at(seat.hotel_code, seat.today)
    kinds = kinds_of(seat.hotel_code, seat.today)
    found = []
    for place in places:
        sheet = Sheet(place)
        for kind, label in kinds.items():
            one = standing(rows[(place.staff_id, kind)], seat.today)
            state = state_on(one, seat.today, days) if one is not None else ""
            left = (one.valid_until - seat.today).days if one is not None and one.valid_until else 0
            sheet.standings.append(Standing(kind, label, one, state, left, kind in demanded))
        found.append(sheet)
    return found
