"""Who must be looked after by somebody."""

from __future__ import annotations

from datetime import date


def needs_owner(importance: str, agreement_until: date | None = None, today: date | None = None) -> bool:
    """An important client, and one with an agreement in force, is never left without an owner (OWN-01)."""
    in_force = agreement_until is not None and today is not None and agreement_until >= today
    return importance == "important" or in_force
