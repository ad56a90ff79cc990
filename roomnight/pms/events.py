"""What came from the PMS, for the floors above."""

from dataclasses import dataclass

from roomnight.kernel.events import Event


@dataclass(frozen=True)
class LinesTaken(Event):
    """A file is in to its last row (PMS-02): folio lines or payments of these hotels are new, or other than before."""

    hotel_ids: tuple[int, ...]
    kind: str


@dataclass(frozen=True)
class PartyAssigned(Event):
    """Somebody said which client is meant by a name of the PMS (PMS-01): every row that named it is that client's now."""

    hotel_id: int
    account_id: int
