"""What happened in the organisation, for the floors above."""

from __future__ import annotations

from dataclasses import dataclass

from roomnight.kernel.events import Event


@dataclass(frozen=True)
class HotelSupplied(Event):
    """A hotel is opened or brought up to date: every floor above brings what ships with it and is missing there."""

    hotel_id: int


@dataclass(frozen=True)
class StaffDeactivated(Event):
    """A person leaves (ORG-04). A floor above on which they still hold something refuses: it is handed over first."""

    staff_id: int
