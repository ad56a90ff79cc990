"""What a client's agreements give for rooms of an order (AGR-06)."""

from __future__ import annotations

from datetime import date

from roomnight.agreements.queries.rates import agreed_rates
from roomnight.orders.rules.rates import Proposal, proposal


def agreed(account: int, room_type: str, arrival: date, departure: date) -> Proposal | None:
    """The agreed rate for all these nights; None where one of them has none. One query."""
    return proposal(agreed_rates(account, room_type, arrival, departure)) if room_type else None
