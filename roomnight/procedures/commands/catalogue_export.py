"""Taking the figures of a procedure out of the house."""

from __future__ import annotations

from datetime import date

from roomnight.kernel.commands import Actor, command, record
from roomnight.procedures.models import Procedure


@command
def log_measures_export(*, actor: Actor, procedure: Procedure, first: date, last: date) -> None:
    """Write down who took the measures of a procedure, and of which period (SEC-03)."""
    record(procedure, exported="procedures.measures", first=first, last=last)
