"""Taking the control register out of the house."""

from __future__ import annotations

from roomnight.kernel.commands import Actor, command, record
from roomnight.organization.models import Hotel


@command
def log_register_export(*, actor: Actor, hotel: Hotel, rows: int) -> None:
    """Write down who took the control register of the hotel's documents, and how long it was (SEC-03)."""
    record(hotel, exported="organization.document", rows=rows)
