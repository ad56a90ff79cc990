"""Reads of reception beyond one record."""

from roomnight.reception.queries.guests import guest_of_room, guest_of_stay, listed, person_of

__all__ = [
    "guest_of_room",
    "guest_of_stay",
    "listed",
    "person_of",
]
