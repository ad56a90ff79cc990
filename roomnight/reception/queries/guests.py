"""The latest list as enquiries need it: always everybody, always the same questions to the database (PRV-03)."""

from __future__ import annotations

from datetime import date
from typing import Any

from roomnight.organization.models import Hotel
from roomnight.pms.access import in_force, listed_guests
from roomnight.pms.models import GuestState, InHouseGuest
from roomnight.pms.rules.guests import person_key
from roomnight.reception.rules.enquiries import Listed

COLUMNS = (
    "stay_key", "guest_name", "party__name", "agent_party__name", "room", "state", "arrival", "departure", "level",
    "booking_number",
)  # fmt: skip


def listed(hotel: Hotel, today: date) -> list[Listed]:
    """Every guest of the latest list, with how confidential and who is excepted. Two questions, whoever is asked for."""
    of_stay: dict[str, list[str]] = {}
    of_booking: dict[str, list[str]] = {}
    for key, booking, whole, names in in_force(hotel, today).values_list(
        "stay_key", "booking_number", "whole_booking", "exceptions"
    ):
        of_stay.setdefault(key, []).extend(names)
        if whole and booking:
            of_booking.setdefault(booking, []).extend(names)
    found = []
    for key, name, company, agent, room, state, arrival, departure, level, booking in listed_guests(
        hotel, today
    ).values_list(*COLUMNS):
        companies = tuple(filter(None, (company, agent)))
        exceptions = (*of_stay.get(key, ()), *of_booking.get(booking, ()))
        is_in = state == GuestState.IN_HOUSE
        found.append(Listed(key, name, companies, room, is_in, arrival, departure, level, exceptions, booking))
    return found


def guest_of_stay(hotel: Hotel, stay_key: str, today: date) -> Any:
    """The line of the latest list about a stay, with `level`; None where it has left."""
    return listed_guests(hotel, today).filter(stay_key=stay_key).order_by("state", "pk").first()


def guest_of_room(hotel: Hotel, room: str) -> tuple[str, str]:
    """The stay and the person, by their keys, of the one guest in a room; both empty where there is none or there are more.

    The same question whoever sleeps there; who asks is shown neither.
    """
    rows = InHouseGuest.objects.filter(hotel=hotel, state=GuestState.IN_HOUSE, room=room.strip())
    found = list(rows.select_related("party", "agent_party")[:2])
    return (found[0].stay_key, person_of(found[0])) if len(found) == 1 else ("", "")


def person_of(row: InHouseGuest) -> str:
    """The key by which a guest of the list is known again at the next stay (FO-04)."""
    return person_key(row.hotel_id, row.guest_name, str(row.party or row.agent_party or ""))
