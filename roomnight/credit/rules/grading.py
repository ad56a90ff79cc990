"""The credit grade of a client from how it paid in a quarter, point by point (CRD-09)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.credit.rules.granting import readable
from roomnight.credit.rules.scorecard import NAMES, Grade, grade_of
from roomnight.kernel.policy import Column, Policy

PARTS: dict[str, Any] = {
    "on_time": _("Paid on time, at least this many percent"),
    "days_late": _("Days late on average, at most"),
    "disputes": _("Disputes in which the bill was right, at most"),
    "limit_use": _("Highest use of the limit in percent, at most"),
}
HIGHER_IS_BETTER = frozenset({"on_time"})
WHOLE = 100
BEYOND = 1000
"""The use in percent of a client that owes without any limit."""

Bounds = Mapping[str, Sequence[tuple[int, int]]]


def read_bounds(table: Sequence[Mapping[str, Any]]) -> Bounds:
    """What each part of the grade is worth: by part its bounds with their points, best first.

    Raises ValueError where the best of all parts are not a hundred points together, a part is missing, or a better figure
    would be worth less. A figure beyond the last bound is worth nothing.
    """
    found: dict[str, list[tuple[int, int]]] = {part: [] for part in PARTS}
    for row in table:
        found[str(row["part"])].append((int(row["bound"]), int(row["points"])))
    for part, bounds in found.items():
        bounds.sort(reverse=part in HIGHER_IS_BETTER)
        points = [one for _bound, one in bounds]
        if not points or points != sorted(points, reverse=True) or points[-1] < 0 or len(dict(bounds)) != len(bounds):
            raise ValueError(part)
    if sum(bounds[0][1] for bounds in found.values()) != WHOLE:
        raise ValueError("the best of all parts together are worth a hundred points")
    return found


def _rows(part: str, *bounds: tuple[int, int]) -> list[dict[str, Any]]:
    return [{"part": part, "bound": bound, "points": points} for bound, points in bounds]


GRADING = Policy[Any](
    "credit.grading",
    [
        *_rows("on_time", (95, 40), (85, 32), (70, 22), (50, 10)),
        *_rows("days_late", (0, 30), (5, 24), (15, 15), (30, 6)),
        *_rows("disputes", (0, 15), (1, 10), (2, 5)),
        *_rows("limit_use", (80, 15), (100, 10), (110, 4)),
    ],
    label=_("Credit grade by payments: points for each figure of a quarter"),
    source="CRD-09",
    kind="table",
    check=readable(read_bounds),
    columns=(
        Column("part", _("Figure"), "one", PARTS),
        Column("bound", _("Bound"), "whole"),
        Column("points", pgettext_lazy("grading", "Points"), "whole"),
    ),
)
CAP_DAYS = Policy[int](
    "credit.grade_cap_days",
    90,
    label=_("Days overdue from which a client's credit grade is held down"),
    source="CRD-09",
    kind="days",
    check=lambda value: 1 <= value <= 730,
)
CAP = Policy[str](
    "credit.grade_cap",
    "B",
    label=_("The best credit grade of a client with something overdue for that long"),
    source="CRD-09",
    kind="text",
    check=lambda value: value in NAMES,
    words={name: name for name in NAMES},
)
AFTER_DAYS = Policy[int](
    "credit.grading_after_days",
    5,
    label=_("Days after the end of a quarter on which credit grades are worked out: by then its payments are entered"),
    source="CRD-09",
    kind="days",
    check=lambda value: 0 <= value <= 60,
)


@dataclass(frozen=True)
class Charged:
    """A charge that was to be paid by the end of the quarter: what of it came in by day, and what was credited back."""

    due_on: date
    cents: int
    paid: tuple[tuple[date, int], ...] = ()


@dataclass(frozen=True)
class Facts:
    """How a client paid in a quarter, amounts in cents.

    `due` is what was to be paid, `in_time` what of it came in by its day; `late` are cents times days late. `disputes`
    are those raised, `unfounded` those in which the bill was right, wholly or in part. `peak` is the most that was owed
    at the end of a day, `limit` the highest limit in force, `oldest` for how many days something is overdue at the end.
    """

    due: int = 0
    in_time: int = 0
    late: int = 0
    disputes: int = 0
    unfounded: int = 0
    peak: int = 0
    limit: int = 0
    oldest: int = 0

    @property
    def on_time_percent(self) -> int:
        """The share paid in time, rounded down: 94.9 percent are not 95."""
        return self.in_time * 100 // self.due if self.due else 0

    @property
    def days_late(self) -> Decimal:
        """How late an amount of money was on average, in days to a tenth."""
        days = Decimal(self.late) / self.due if self.due else Decimal(0)
        return days.quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def use_percent(self) -> int:
        """The highest use of the limit, rounded up."""
        if self.peak <= 0:
            return 0
        return -(-self.peak * 100 // self.limit) if self.limit else BEYOND

    def kept(self) -> dict[str, int]:
        return asdict(self)


def paid_how(charges: Iterable[Charged], until: date) -> tuple[int, int, int, int]:
    """What was to be paid, what came in time, cents times days late, and for how many days the oldest is overdue at the end.

    Money that came after `until` had not come yet: what is open by then counts as late up to that day.
    """
    due = in_time = late = oldest = 0
    for one in charges:
        left = one.cents
        for day, cents in sorted(one.paid):
            if day > until:
                continue
            left -= cents
            if day <= one.due_on:
                in_time += cents
            else:
                late += cents * (day - one.due_on).days
        days = (until - one.due_on).days
        if left > 0 and days > 0:
            late += left * days
            oldest = max(oldest, days)
        elif left > 0:  # due on the last day itself: not late yet, nor to be judged
            due -= left
        due += one.cents
    return due, in_time, late, oldest


@dataclass(frozen=True)
class Part:
    """One figure of the grade: what it was, the bound it kept (None: beyond the last), its points of at most so many."""

    code: str
    value: str
    bound: int | None
    points: int
    most: int


@dataclass(frozen=True)
class Graded:
    """A grade and how each point came about; `points` None where nothing was to be paid: the grade stays as it was.

    `by_points` is the grade of the points alone, where something overdue for too long holds the grade down.
    """

    grade: str
    points: int | None
    parts: tuple[Part, ...] = ()
    by_points: str = ""

    def kept(self) -> list[dict[str, Any]]:
        return [asdict(part) for part in self.parts]


def graded(facts: Facts, bounds: Bounds, grades: Sequence[Grade], cap_days: int, cap: str, before: str) -> Graded:
    """The grade of a quarter by the hotel's bounds; `before` is the grade until then."""
    if not facts.due:
        return Graded(before, None)
    values = {
        "on_time": Decimal(facts.on_time_percent), "days_late": facts.days_late, "disputes": Decimal(facts.unfounded),
        "limit_use": Decimal(facts.use_percent),
    }  # fmt: skip
    parts = tuple(_part(code, values[code], bounds[code]) for code in PARTS)
    points = sum(part.points for part in parts)
    found = grade_of(points, grades)
    is_held = facts.oldest >= cap_days and NAMES.index(found) < NAMES.index(cap)
    return Graded(cap if is_held else found, points, parts, found if is_held else "")


def _part(code: str, value: Decimal, bounds: Sequence[tuple[int, int]]) -> Part:
    higher = code in HIGHER_IS_BETTER
    kept = next((one for one in bounds if (value >= one[0] if higher else value <= one[0])), None)
    return Part(code, str(value), kept[0] if kept else None, kept[1] if kept else 0, bounds[0][1])


def worse(one: str, other: str) -> str:
    """The worse of two grades; where there is only one, that."""
    known = [name for name in (one, other) if name in NAMES]
    return max(known, key=NAMES.index) if known else ""


def quarter_of(on: date) -> tuple[date, date]:
    """The first and the last day of the quarter of a day."""
    first = date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
    later = date(on.year + first.month // 10, (first.month + 2) % 12 + 1, 1)
    return first, later - timedelta(days=1)


def quarter_before(on: date) -> tuple[date, date]:
    """The quarter that ended last before a day."""
    return quarter_of(quarter_of(on)[0] - timedelta(days=1))


def quarter_name(first: date) -> str:
    return f"{first.year} Q{(first.month + 2) // 3}"
