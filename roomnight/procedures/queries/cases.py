"""One case as its page shows it: the steps beside the chart, and what happened (PRC-05)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import get_language

from roomnight.organization.models import Staff
from roomnight.procedures.access import WAITING
from roomnight.procedures.models import (
    Case,
    CaseEvent,
    CaseTask,
    FormVersion,
    ProcedureVersion,
    TaskState,
    VersionState,
    Wait,
)
from roomnight.procedures.queries.charts import chart_of, main_process
from roomnight.procedures.queries.forms import Answer, answers, spec_of
from roomnight.procedures.rules.chart import choice_of
from roomnight.procedures.rules.steps import AHEAD, LATE, standings
from roomnight.procedures.words import EVENTS, STEP_WORDS, due_words, who_has

MOST_EVENTS = 300


@dataclass(frozen=True)
class StepLine:
    """One step of a case in words: how it stands, who has or did it, when."""

    id: str
    label: str
    state: str
    words: Any
    tone: str
    icon: str
    depth: int
    who: str
    at: datetime | None
    due: str
    due_tone: str
    task: CaseTask | None
    waits_until: datetime | None
    message: str
    role: str


def tasks_of(case: Case) -> list[CaseTask]:
    """Everything that was or is to be done in a case, in the order it came up."""
    found = list(
        CaseTask.objects.filter(case=case).select_related("role", "person", "done_by", "form_version").order_by("pk")
    )
    for one in found:
        one.case, one.hotel = case, case.hotel
    return found


def late_steps(tasks: Sequence[CaseTask], now: datetime) -> set[str]:
    return {one.step for one in tasks if one.state in WAITING and one.due_at is not None and one.due_at < now}


def steps_of(case: Case, tasks: Sequence[CaseTask], waits: Sequence[Wait], now: datetime) -> list[StepLine]:
    """The steps of a case in their order: the drawing in words, for who cannot see it and for narrow screens."""
    chart = chart_of(case.version)
    latest: dict[str, CaseTask] = {}
    for task in tasks:
        known = latest.get(task.step)
        if known is None or known.state not in WAITING or task.state in WAITING:
            latest[task.step] = task
    by_wait = {one.step: one for one in waits}
    english = get_language() == "en"
    found = []
    for one in standings(chart, main_process(chart), case.marks, late_steps(tasks, now)):
        step = one.step
        current = latest.get(choice_of(step.id) if one.is_choice else step.id)
        wait = by_wait.get(step.id)
        words, tone, icon = STEP_WORDS[one.state]
        is_open = current is not None and current.state in WAITING
        due, due_tone = due_words(current.due_at, now) if current is not None and is_open else ("", "")
        done_by = current.done_by.label if current is not None and current.done_by is not None else ""
        found.append(
            StepLine(
                id=step.id,
                label=(step.name_en if english and step.name_en else step.name) or step.id,
                state=one.state,
                words=words,
                tone=tone,
                icon=icon,
                depth=one.depth,
                who=(who_has(current) if is_open else done_by) if current is not None else step.lane_name,
                at=(current.due_at if is_open else current.done_at) if current is not None else None,
                due=due,
                due_tone=due_tone,
                task=current,
                waits_until=wait.due_at if wait is not None else None,
                message=wait.message if wait is not None else "",
                role=step.lane_name,
            )
        )
    return found


def drawn_states(case: Case, steps: Sequence[StepLine]) -> dict[str, list[str]]:
    """By element of the chart, how it stands and that in a word: what the drawing shows beside its colours."""
    found = {element: [mark, ""] for element, mark in case.marks.items()}
    for one in steps:
        if one.state != AHEAD:
            found[one.id] = [one.state, one.due if one.state == LATE else str(one.words)]
    return found


def has_drawing(version: ProcedureVersion) -> bool:
    """Whether the file says where its elements lie: what was written by hand or by another tool may not."""
    return _has_drawing(version.pk, version.sha256)


@lru_cache(maxsize=512)
def _has_drawing(version_id: int, sha256: str) -> bool:
    return b"BPMNShape" in source_of(version_id)


def source_of(version_id: int) -> bytes:
    """The file of a version as it was drawn."""
    return bytes(ProcedureVersion.objects.values_list("source", flat=True).get(pk=version_id))


@dataclass(frozen=True)
class HistoryLine:
    """One thing that happened: what, to which step, who, when, and what was said."""

    event: CaseEvent
    words: Any
    icon: str
    step: str
    who: str
    told: list[str]
    answers: list[Answer]


def answers_of(task: CaseTask | None, *, sees_personal: bool) -> list[Answer]:
    """What was filled in at a task, in the words of its form; personal data behind stars for who has no part in the case."""
    if task is None or task.form_version is None or task.state != TaskState.DONE:
        return []
    return answers(spec_of(task.form_version), task.data, sees_personal=sees_personal)


def known_of(tasks: Sequence[CaseTask], *, sees_personal: bool) -> list[Answer]:
    """What a case knows from what was filled in so far; the latest answer to each question."""
    found: dict[str, Answer] = {}
    for task in tasks:
        for one in answers_of(task, sees_personal=sees_personal):
            found.pop(one.name, None)
            found[one.name] = one
    return list(found.values())


def told_of(task: CaseTask) -> list[str]:
    """Who was told that a task is late."""
    if not task.escalated:
        return []
    events = CaseEvent.objects.filter(task=task, kind="escalated").order_by("pk").values_list("data", flat=True)
    told = [name for data in events for name in data.get("told", [])]
    names = names_of(set(told))
    return [names.get(name, name) for name in told]


def names_of(usernames: set[str]) -> dict[str, str]:
    """What people are called, by sign-in name."""
    found = Staff.objects.filter(username__in={one for one in usernames if one})
    return {one.username: one.label for one in found}


def history_of(case: Case, tasks: Sequence[CaseTask], *, sees_personal: bool) -> list[HistoryLine]:
    """What happened in a case, latest first: who did what when with which data."""
    events = list(CaseEvent.objects.filter(case=case).order_by("-pk")[:MOST_EVENTS])
    by_task = {one.pk: one for one in tasks}
    wanted = {event.who for event in events}
    for event in events:
        if event.kind in ("handed", "put_back", "escalated"):
            wanted |= {str(one) for one in [event.data.get("from"), event.data.get("to"), *event.data.get("told", [])]}
    known = [case.started_by, *(one.person for one in tasks), *(one.done_by for one in tasks)]
    names = {one.username: one.label for one in known if one is not None}
    if missing := {name for name in wanted if name and name not in names}:
        names |= names_of(missing)
    labels = _labels(case)
    found = []
    for event in events:
        words, icon = EVENTS[event.kind]
        task = by_task.get(event.task_id or 0)
        told = event.data.get("told", []) if event.kind == "escalated" else [event.data.get("to")]
        found.append(
            HistoryLine(
                event, words, icon, task.label if task is not None else labels.get(event.step, event.step),
                names.get(event.who, ""), [names.get(one, str(one)) for one in told if one],
                answers_of(task, sees_personal=sees_personal) if event.kind == "done" else [],
            )
        )  # fmt: skip
    return found


def _labels(case: Case) -> dict[str, str]:
    english = get_language() == "en"
    steps = [step for process in chart_of(case.version).processes.values() for step in process.everything()]
    return {one.id: (one.name_en if english and one.name_en else one.name) or one.id for one in steps}


def latest_task(case: Case) -> int:
    """The id of the last task that came up in a case; 0 for none."""
    return CaseTask.objects.filter(case=case).order_by("-pk").values_list("pk", flat=True).first() or 0


def labels_of(case: Case, names: Sequence[str]) -> dict[str, str]:
    """What data are called on the forms of the case's procedure, in the language in force."""
    codes = {step.form for process in chart_of(case.version).processes.values() for step in process.everything()}
    versions = FormVersion.objects.filter(
        form__hotel=case.hotel_id, form__code__in=codes - {""}, state=VersionState.EFFECTIVE
    )
    fields = [(version, spec_of(version).field(name)) for version in versions for name in names]
    return {one.name: one.words.in_(get_language()) for _version, one in fields if one is not None}


def waits_of(case: Case) -> list[Wait]:
    """What a case waits for beside people."""
    return list(Wait.objects.filter(case=case).order_by("due_at", "pk"))


def following(case: Case, since: int) -> list[CaseTask]:
    """The tasks that came up in a case after the one with this id: what comes next and who has it."""
    found = CaseTask.objects.filter(case=case, pk__gt=since, state__in=WAITING).select_related("role", "person")
    return list(found.order_by("pk")[:10])


def task_counts(case_ids: Sequence[int], now: datetime) -> dict[int, dict[str, int]]:
    """By case, how many of its tasks are done, waiting and late."""
    waiting = Q(state__in=WAITING)
    rows = (
        CaseTask.objects.filter(case__in=case_ids)
        .order_by()
        .values("case")
        .annotate(
            done=Count("pk", filter=Q(state=TaskState.DONE)),
            waiting=Count("pk", filter=waiting),
            late=Count("pk", filter=waiting & Q(due_at__lt=now)),
        )
    )
    return {row["case"]: {key: row[key] for key in ("done", "waiting", "late")} for row in rows}


def pulse_of(case: Case, now: datetime) -> str:
    """A word that changes whenever a case moves, or something in it becomes late."""
    last = CaseEvent.objects.filter(case=case).order_by("-pk").values_list("pk", flat=True).first() or 0
    waiting = CaseTask.objects.filter(case=case, state__in=WAITING)
    return pulse(last, list(waiting), now)


def pulse(last_event: int, tasks: Sequence[CaseTask], now: datetime) -> str:
    """The same, of what is read already."""
    return f"{last_event}-{len(late_steps(tasks, now))}"
