"""What of clients a case of a procedure can be about (PRC-03)."""

from __future__ import annotations

from django.http import Http404

from roomnight.clients.access import account
from roomnight.organization.access import Seat
from roomnight.procedures.subjects import About, subject


@subject("clients.account")
def account_of(seat: Seat, pk: int) -> About | None:
    """A client within reach."""
    try:
        found = account(seat, pk)
    except Http404:
        return None
    return About(f"clients.account:{found.pk}", found.label, seat.url("web:account", pk=found.pk))
