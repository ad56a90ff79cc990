"""How well a procedure goes: cases, cycle time, waiting time per step, late share, exceptions (PRC-09). Times in minutes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from roomnight.procedures.rules.drawing import Heat

MOST_OF_IT, MUCH_OF_IT = 0.30, 0.15


@dataclass(frozen=True)
class CaseSeen:
    """What measures ask of a case: its id, version, state, start, end, and whether it went on to its end."""

    id: int
    version: int
    state: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class TaskSeen:
    """What measures ask of a task: its case, step, name, when it came on a list, was due and done, how often it rose."""

    case: int
    step: str
    name: str
    created_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    is_waiting: bool
    escalated: int


@dataclass
class StepMeasure:
    """One step: how often it was done, how long it took, how often it was late, and its share of all the time."""

    step: str
    name: str
    minutes: list[float] = field(default_factory=list)
    waiting: int = 0
    timed: int = 0
    late: int = 0
    share: float = 0.0

    @property
    def done(self) -> int:
        return len(self.minutes)

    @property
    def total(self) -> float:
        return sum(self.minutes)

    @property
    def median(self) -> int | None:
        return share_of(self.minutes, 0.5)

    @property
    def slowest(self) -> int | None:
        """Nine of ten are done in this time."""
        return share_of(self.minutes, 0.9)

    @property
    def late_share(self) -> float | None:
        return self.late / self.timed if self.timed else None


@dataclass
class Measure:
    """A procedure, or one version of it, over a period."""

    version: int = 0
    cases: int = 0
    running: int = 0
    done: int = 0
    cancelled: int = 0
    stuck: int = 0
    escalated: int = 0
    timed: int = 0
    late: int = 0
    minutes: list[float] = field(default_factory=list)

    @property
    def median(self) -> int | None:
        return share_of(self.minutes, 0.5)

    @property
    def slowest(self) -> int | None:
        """Nine of ten cases are over in this time."""
        return share_of(self.minutes, 0.9)

    @property
    def late_share(self) -> float | None:
        return self.late / self.timed if self.timed else None

    @property
    def exceptions(self) -> int:
        return self.cancelled + self.stuck + self.escalated


def share_of(values: Sequence[float], share: float) -> int | None:
    """The value that this share of all does not pass, as it was measured (nearest rank); None of nothing."""
    if not values:
        return None
    place = max(0, -int(-len(values) * share // 1) - 1)
    return round(sorted(values)[place])


def measure(
    cases: Iterable[CaseSeen], tasks: Iterable[TaskSeen], now: datetime
) -> tuple[Measure, list[Measure], list[StepMeasure]]:
    """All together, by version (latest first), and by step (where most time goes first). Each row is looked at once.

    A case counts once as escalated, however often its tasks rose; a task that waits still is late when its time is over.
    """
    total = Measure()
    versions: dict[int, Measure] = {}
    of: dict[int, Measure] = {}
    for case in cases:
        one = versions.setdefault(case.version, Measure(case.version))
        of[case.id] = one
        for sum_ in (total, one):
            sum_.cases += 1
            setattr(sum_, case.state, getattr(sum_, case.state) + 1)
            if case.state == "done" and case.ended_at is not None:
                sum_.minutes.append((case.ended_at - case.started_at).total_seconds() / 60)
    steps: dict[str, StepMeasure] = {}
    risen: set[int] = set()
    for task in tasks:
        _count(task, steps.setdefault(task.step, StepMeasure(task.step, task.name)), (total, of[task.case]), now)
        if task.escalated:
            risen.add(task.case)
    for case_id in risen:
        total.escalated += 1
        of[case_id].escalated += 1
    whole = sum(one.total for one in steps.values())
    for step in steps.values():
        step.share = step.total / whole if whole else 0.0
    by_version = sorted(versions.values(), key=lambda one: -one.version)
    return total, by_version, sorted(steps.values(), key=lambda one: (-one.total, one.step))


def _count(task: TaskSeen, step: StepMeasure, sums: Iterable[Measure], now: datetime) -> None:
    if task.done_at is not None:
        step.minutes.append((task.done_at - task.created_at).total_seconds() / 60)
    elif task.is_waiting:
        step.waiting += 1
    if task.due_at is None or not (task.done_at or task.is_waiting):
        return
    late = (task.done_at or now) > task.due_at
    counted: list[StepMeasure | Measure] = [step, *sums]
    for one in counted:
        one.timed += 1
        one.late += late


def heat_of(steps: Iterable[StepMeasure], words: Mapping[str, str]) -> dict[str, Heat]:
    """How warm each step is on the chart: 3 where three tenths of all the time go, 2 from fifteen hundredths on, else 1;
    0 where none does."""
    found = {}
    for one in steps:
        level = 3 if one.share >= MOST_OF_IT else 2 if one.share >= MUCH_OF_IT else 1 if one.total > 0 else 0
        found[one.step] = Heat(level, words[one.step])
    return found
