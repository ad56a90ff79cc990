"""The figures of a procedure over a period, read in two queries and counted in one pass (PRC-09). Trial cases never count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from roomnight.procedures.models import Case, CaseTask, Procedure, TaskState
from roomnight.procedures.rules.measures import CaseSeen, Measure, StepMeasure, TaskSeen, measure

AT_ONCE = 5_000


def measures(
    procedure: Procedure, first: datetime, after: datetime, version: int | None = None
) -> tuple[Measure, list[Measure], list[StepMeasure]]:
    """All together, by version and by step, of the cases that began from `first` on and before `after`."""
    cases = Q(version__procedure=procedure, is_trial=False, started_at__gte=first, started_at__lt=after)
    if version is not None:
        cases &= Q(version__number=version)
    return measure(_cases(cases), _tasks(cases), timezone.now())


def _cases(cases: Q) -> Iterator[CaseSeen]:
    rows = Case.objects.filter(cases).order_by("pk")
    names = ("pk", "version__number", "state", "started_at", "ended_at")
    return (CaseSeen(*row) for row in rows.values_list(*names).iterator(AT_ONCE))


def _tasks(cases: Q) -> Iterator[TaskSeen]:
    rows = CaseTask.objects.filter(case__in=Case.objects.filter(cases).values("pk")).order_by("pk")
    names = ("case", "step", "name", "name_en", "created_at", "due_at", "done_at", "state", "escalated")
    english = get_language() == "en"
    for case, step, name, name_en, created, due, done, state, escalated in rows.values_list(*names).iterator(AT_ONCE):
        waits = state in (TaskState.OPEN, TaskState.CLAIMED)
        yield TaskSeen(case, step, name_en if english and name_en else name, created, due, done, waits, escalated)
