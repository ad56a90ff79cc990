"""Ten thousand open tasks on the list of one department, and the pages that show it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle, islice

from django.db import transaction
from django.utils import timezone

from bench.measure import Bench, Line
from bench.pages import Page
from roomnight.organization.models import DepartmentKind, Membership
from roomnight.procedures.models import Case, CaseTask, ProcedureVersion, TaskState

OPEN, EACH, MINUTES = 10_000, 4, 60 * 24 * 30
NAMES = ["询问来意", "安排接待", "引领客人", "准备会议室", "回访电话", "整理资料"]


def fill_inbox(bench: Bench, version: ProcedureVersion) -> None:
    """Put them there unless they are: due within a month either way, a third of them taken by somebody of the department."""
    there, rng, now = bench.office, random.Random(5), timezone.now()
    if Case.objects.filter(hotel=there.hotel, number="GB-00001").exists():
        return
    known = {there.director.pk, there.representative.pk}
    places = Membership.objects.filter(hotel=there.hotel, department__kind=DepartmentKind.SALES).exclude(
        staff__in=known
    )
    people, roles = list(places.values_list("staff", flat=True)), list(places.values_list("role", flat=True))
    with transaction.atomic():
        cases = Case.objects.bulk_create(
            [
                Case(
                    hotel=there.hotel, version=version, number=f"GB-{n:05d}", subject_label=f"客人 {n}", started_at=now,
                    engine_state="{}",
                )
                for n in range(1, OPEN // EACH + 1)
            ],
            batch_size=500,
        )  # fmt: skip
        tasks = []
        for n, case in enumerate(islice(cycle(cases), OPEN)):
            due = now + timedelta(minutes=rng.randrange(-MINUTES, MINUTES)) if n % 10 else None
            is_taken = n % 3 == 0
            tasks.append(
                CaseTask(
                    hotel=there.hotel,
                    case=case,
                    key=f"k{n}",
                    step="ask",
                    name=NAMES[n % len(NAMES)],
                    role_id=roles[n % len(roles)] if n % 2 else None,
                    department=DepartmentKind.SALES,
                    person_id=people[n % len(people)] if is_taken else None,
                    state=TaskState.CLAIMED if is_taken else TaskState.OPEN,
                    created_at=now,
                    due_at=due,
                )  # fmt: skip
            )
        CaseTask.objects.bulk_create(tasks, batch_size=500)


def inbox(bench: Bench, version: ProcedureVersion) -> Iterator[Line]:
    """The department's list as its director opens it, and what one of its people may take."""
    fill_inbox(bench, version)
    at = f"/h/{bench.office.hotel.code}/tasks/"
    for page in (
        Page(f"tasks, a department with {OPEN:,} open", f"{at}?tab=department", "tasks_department"),
        Page("tasks, those one may take", f"{at}?tab=free", "tasks_free", leads=False),
    ):
        yield bench.page(page)
