"""What would be if: a run under other weights and least scores, and a run repeated; neither changes anything (SCR-05)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from roomnight.insight.models import ScreeningResult, ScreeningRun
from roomnight.insight.queries.facts import year_facts
from roomnight.insight.rules.parameters import DIMENSIONS, GRADES, Parameters, read_parameters
from roomnight.insight.rules.screening import (
    HotelYear,
    Peers,
    Scored,
    read_facts,
    scored,
    screen,
)

COMPARED: Final = ("rank", "score", "coverage", *DIMENSIONS, "status", "grade", "action")


@dataclass(frozen=True)
class Moved:
    """A client whose grade would be another one."""

    result: ScreeningResult
    grade: str
    score: Decimal

    @property
    def is_worse(self) -> bool:
        return self.grade > self.result.grade


@dataclass(frozen=True)
class GradeSum:
    """How many clients and which revenue a grade has as worked out, and would have."""

    grade: str
    clients: int
    clients_tried: int
    cents: int
    cents_tried: int


@dataclass(frozen=True)
class Trial:
    """What other weights and least scores would do: whose grade moves, the sums by grade, and how many decisions stand."""

    moved: list[Moved]
    sums: list[GradeSum]
    decided: int

    @property
    def cents(self) -> int:
        """The revenue of those whose grade would move."""
        return sum(one.result.revenue_cents for one in self.moved)

    @property
    def share(self) -> float:
        """In percent of the revenue of all clients of the run."""
        total = sum(one.cents for one in self.sums)
        return 100 * self.cents / total if total else 0.0


def tried(run: ScreeningRun, results: Iterable[ScreeningResult], other: Parameters) -> Trial:
    """Score the clients of a run once more under other numbers. What was decided by hand stays decided.

    The average client is that of the run: it depends neither on weights nor on least scores.
    """
    peers, moved, decided = Peers(**run.peers), [], 0
    sums = {grade: [0, 0, 0, 0] for grade in GRADES}
    for one in results:
        found = scored(read_facts(one.facts), peers, other)
        is_decided = (one.grade, one.action) != (one.proposed_grade, one.proposed_action)
        grade = one.grade if is_decided else found.grade
        decided += is_decided
        for place, of in ((0, one.grade), (1, grade)):
            sums[of][place] += 1
            sums[of][place + 2] += one.revenue_cents
        if grade != one.grade:
            moved.append(Moved(one, grade, found.score))
    moved.sort(key=lambda one: (-one.result.revenue_cents, one.result.place))
    return Trial(moved, [GradeSum(grade, *figures) for grade, figures in sums.items()], decided)


@dataclass(frozen=True)
class Difference:
    """One figure of one client that came out otherwise than the run kept it; None where there was nothing to compare."""

    account_id: int
    name: str
    kept: Any
    now: Any


def repeated(run: ScreeningRun, results: Sequence[ScreeningResult]) -> list[Difference]:
    """Work out a run again from the facts and parameters it kept, and lay the result beside it: no difference is the rule."""
    parameters = read_parameters(run.parameters)
    _peers, scores = screen([read_facts(one.facts) for one in results], HotelYear(**run.hotel_year), parameters)
    return _differences(results, scores)


def repeated_on_today_s_data(run: ScreeningRun, results: Sequence[ScreeningResult]) -> list[Difference]:
    """The same with the facts as the data tell them today: what came in, was corrected or merged since then shows.

    Raises NothingToCompare where nothing is left of the production.
    """
    parameters = read_parameters(run.parameters)
    found = year_facts(run.hotel, run.year, run.side, parameters, run.as_of)
    _peers, scores = screen(found.clients, found.hotel, parameters)
    return _differences(results, scores)


def _differences(results: Sequence[ScreeningResult], scores: Iterable[Scored]) -> list[Difference]:
    now = {one.facts.account: _figures(one) for one in scores}
    found = []
    for one in results:
        kept, again = _kept(one), now.pop(one.account_id, None)
        if again is None:
            found.append(Difference(one.account_id, "score", one.score, None))
            continue
        found += [
            Difference(one.account_id, name, kept[name], again[name]) for name in COMPARED if kept[name] != again[name]
        ]
    return found + [Difference(account, "score", None, figures["score"]) for account, figures in now.items()]


def _kept(one: ScreeningResult) -> dict[str, Any]:
    return {
        **one.points(), "rank": one.rank, "score": one.score, "coverage": one.coverage, "status": one.status,
        "grade": one.proposed_grade, "action": one.proposed_action,
    }  # fmt: skip


def _figures(one: Scored) -> dict[str, Any]:
    return {
        **one.points, "rank": one.rank, "score": one.score, "coverage": one.coverage, "status": one.status,
        "grade": one.grade, "action": one.action,
    }  # fmt: skip
