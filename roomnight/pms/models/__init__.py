"""What came from the hotel's PMS: the files, reservations, charges, payments, who is in the house, and production."""

from roomnight.pms.models.bookings import AccountHabit, Basis, Booking, BookingStatus, ProductionMonth
from roomnight.pms.models.confidentiality import (
    AskedBy,
    Confidentiality,
    GuestLookup,
    Level,
    LiftedHow,
    LookupKind,
)
from roomnight.pms.models.inbox import InboxFile, InboxState
from roomnight.pms.models.lines import (
    FolioLine,
    GuestState,
    InHouseGuest,
    InHouseList,
    Line,
    Payment,
    RevenueKind,
)
from roomnight.pms.models.parties import Party, Side
from roomnight.pms.models.runs import ImportRun, Kind, MappingProfile, Reason, RejectedRow, RunState

__all__ = [
    "LookupKind",
    "LiftedHow",
    "Level",
    "GuestLookup",
    "Confidentiality",
    "AskedBy",
    "AccountHabit",
    "Basis",
    "Booking",
    "BookingStatus",
    "FolioLine",
    "GuestState",
    "ImportRun",
    "InHouseGuest",
    "InboxFile",
    "InboxState",
    "InHouseList",
    "Kind",
    "Line",
    "MappingProfile",
    "Party",
    "Payment",
    "ProductionMonth",
    "Reason",
    "RejectedRow",
    "RevenueKind",
    "RunState",
    "Side",
]
