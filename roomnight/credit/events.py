"""What happened to credit, for the floors above."""

from dataclasses import dataclass

from roomnight.kernel.events import Event


@dataclass(frozen=True)
class CreditHeld(Event):
    """Nothing may be charged for a client for the time being (CRD-08)."""

    hotel_id: int
    account_id: int
    credit_id: int
    kind: str


@dataclass(frozen=True)
class CreditReleased(Event):
    """A client may charge again: the last hold was released (CRD-08)."""

    hotel_id: int
    account_id: int
    credit_id: int


@dataclass(frozen=True)
class LimitChanged(Event):
    """A client's limit is another one, in whole cents (CRD-02)."""

    hotel_id: int
    account_id: int
    credit_id: int
    before_cents: int
    after_cents: int


@dataclass(frozen=True)
class GradeChanged(Event):
    """A client's payments of a quarter gave it another credit grade (CRD-09); `before` is empty for the first."""

    hotel_id: int
    account_id: int
    credit_id: int
    before: str
    after: str
