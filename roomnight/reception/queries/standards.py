"""What the standard of a reception's level allows (RCP-02)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils import timezone

from roomnight.organization.models import Hotel
from roomnight.organization.working_days import day_at
from roomnight.reception.models import Level, ProgrammeLine, Reception
from roomnight.reception.rules.standards import MEALS, Standard, propose_level, read_standards
from roomnight.reception.rules.values import LEVEL_WORDS, STANDARDS

COPIES = {
    Level.ORDINARY: ("general-manager", "deputy-general-manager"),
    Level.SENIOR: ("general-manager", "deputy-general-manager", "marketing-manager"),
    Level.SPECIAL: ("general-manager", "deputy-general-manager", "marketing-manager"),
}
"""Who has a copy of the plan beside the department; the full scheme for important guests goes to the marketing manager too."""


def standard_of(reception: Reception) -> Standard:
    """The standard of its level on the day the guests arrive."""
    table = STANDARDS.at(reception.hotel.code, day_at(reception.hotel, reception.arrives_at))
    return read_standards(table)[reception.level]


def budget_of(reception: Reception, part: str) -> Decimal | None:
    """What a part of the programme may cost by the standard; None where it knows no amount."""
    return standard_of(reception).meal(part, reception.people) if part in MEALS else None


def is_over(line: ProgrammeLine, budget: Decimal | None) -> bool:
    return budget is not None and line.planned is not None and line.planned > budget


def allowed(line: ProgrammeLine, budget: Decimal | None) -> Decimal | None:
    """What may be spent on a line: the standard, or what was approved above it; None where nothing limits it."""
    if budget is None:
        return None
    return line.planned if line.over_approved_at and line.planned is not None else budget


def proposed_level(hotel: Hotel, titles: Sequence[str]) -> tuple[str, str]:
    """The level that the guests' titles give today, and the title that decided."""
    return propose_level(titles, LEVEL_WORDS.at(hotel.code, day_at(hotel, timezone.now())))
