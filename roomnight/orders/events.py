"""What happened to orders, for the departments and for the floors above."""

from dataclasses import dataclass

from roomnight.kernel.events import Event


@dataclass(frozen=True)
class OrderStepped(Event):
    """An order was changed or went a step on: `what` is an OrderStep, `who` did it. What it tells of is kept already."""

    order_id: int
    what: str
    who: str


@dataclass(frozen=True)
class DetailsChanged(Event):
    """The halls held for an order, or its guests, are others than before; `who` did it. What it tells of is kept already."""

    order_id: int
    who: str


@dataclass(frozen=True)
class DepartmentAnswered(Event):
    """A department answered a notice of an order, is ready for it, or was asked again."""

    order_id: int


@dataclass(frozen=True)
class ClientComplained(Event):
    """What went wrong with an order is a serious complaint of the client. What it tells of is kept already."""

    exception_id: int
