"""Everything that stands on a reception's page, and its cost against the standard (RCP-09)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from roomnight.organization.access import Seat
from roomnight.reception import access, words
from roomnight.reception.models import OPEN, PLANNING, UNDECIDED, Level, ProgrammeLine, Reception, ReceptionState
from roomnight.reception.queries.standards import allowed, is_over, standard_of
from roomnight.reception.rules.standards import EACH_MEAL, MEALS, Standard

ZERO = Decimal(0)


@dataclass(frozen=True)
class CostLine:
    """An hour of the programme with what the standard says to its cost. `over` is what was spent beyond what was allowed."""

    line: ProgrammeLine
    budget: Decimal | None
    needs_approval: bool
    over: Decimal

    @property
    def was_unapproved(self) -> bool:
        return self.over > 0


@dataclass(frozen=True)
class Costs:
    """A reception's programme with the sums: of the standard, planned, spent, spent beyond what was allowed."""

    lines: list[CostLine]
    standard: Decimal
    planned: Decimal
    actual: Decimal
    over: Decimal


def costs_of(one: Reception, standard: Standard, lines: list[ProgrammeLine]) -> Costs:
    """The lines of a programme against the standard.

    An amount for further guests that the standard gives once for the visit is added to the sum, not to a meal.
    """
    found = []
    for line in lines:
        budget = standard.meal(line.part, one.people) if line.part in MEALS else None
        limit = allowed(line, budget)
        over = max(ZERO, line.actual - limit) if line.actual is not None and limit is not None else ZERO
        found.append(CostLine(line, budget, is_over(line, budget) and line.over_approved_at is None, over))
    meals = [one.line.part for one in found if one.budget is not None]
    whole = standard.meals(meals, one.people) if meals else ZERO
    over = sum((one.over for one in found), ZERO)
    if standard.extra_each != EACH_MEAL:
        over = max(ZERO, over - (whole - sum((one.budget or ZERO for one in found), ZERO)))
    return Costs(
        found,
        whole,
        sum((line.planned or ZERO for line in lines), ZERO),
        sum((line.actual or ZERO for line in lines), ZERO),
        over,
    )


def sheet_of(seat: Seat, one: Reception) -> dict[str, Any]:
    """What the page of a reception shows, and what this person can do there."""
    now = timezone.now()
    standard = standard_of(one)
    lines = list(one.programme.select_related("responsible", "over_approved_by"))
    may_edit, may_approve = access.may(seat, one, "edit"), access.may(seat, one, "approve")
    preparations = list(one.preparations.select_related("owner", "done_by"))
    hosts = list(one.hosts.select_related("staff"))
    is_planning = one.state in PLANNING
    return {
        "one": one,
        "guests": list(one.guests.all()),
        "standard_words": words.standard_words(seat, standard, one.people),
        "company_words": "" if hosts else words.role_names(standard.company),
        "tone": words.TONES.get(ReceptionState(one.state), ""),
        "level_tone": words.LEVEL_TONES.get(Level(one.level), ""),
        "costs": costs_of(one, standard, lines),
        "days": _by_day(seat, costs_of(one, standard, lines).lines),
        "hosts": [
            {"one": host, "may_answer": host.staff_id == seat.staff.pk or may_edit, "is_open": host.answered_at is None}
            for host in hosts
        ],
        "preparations": [
            {
                "one": item,
                "is_late": item.done_at is None and item.due_at < now,
                "may_tick": may_edit or item.owner_id == seat.staff.pk,
            }
            for item in preparations
        ],
        "ready": sum(item.done_at is not None for item in preparations),
        "plan_due": words.plan_due(one),
        "may_edit": may_edit,
        "may_decide": may_approve
        and one.state in UNDECIDED
        and seat.staff.pk not in (one.applicant_id, one.entered_by_id),
        "may_approve": may_approve and seat.staff.pk != one.applicant_id,
        "may_correct": may_edit and one.state in OPEN,
        "may_plan": may_edit and is_planning,
        "may_hand_in": may_edit and one.state == ReceptionState.APPROVED,
        "may_leave": may_edit and is_planning and one.arrives_at <= now,
        "may_call": may_edit and one.state == ReceptionState.LEFT,
        "may_report": may_edit and one.state == ReceptionState.LEFT and one.called_at is not None,
        "may_spend": may_edit and one.state in (*PLANNING, ReceptionState.LEFT),
        "is_decided": one.state not in UNDECIDED,
    }


def _by_day(seat: Seat, lines: list[CostLine]) -> list[tuple[datetime, list[CostLine]]]:
    """The programme under its days."""
    found: dict[Any, tuple[datetime, list[CostLine]]] = {}
    for line in lines:
        start = seat.local(line.line.starts_at)
        found.setdefault(start.date(), (start, []))[1].append(line)
    return list(found.values())
