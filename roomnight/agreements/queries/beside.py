"""What floors above say of a client beside the renewal of its agreement (AGR-05, EVA-03)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from roomnight.agreements.models import Agreement
from roomnight.organization.access import Seat

Said = list[tuple[Any, Any]]
Look = Callable[[Seat, Agreement], Said]
LOOKS: list[Look] = []


def beside_renewal(look: Look) -> Look:
    """Register what is to be known before an agreement is renewed: labels and values that this person may see."""
    LOOKS.append(look)
    return look


def said_beside(seat: Seat, agreement: Agreement) -> Said:
    """All that is said, in the order of the floors."""
    return [line for look in LOOKS for line in look(seat, agreement)]
