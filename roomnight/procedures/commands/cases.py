"""Cases: begun, carried on by people, messages and time, and called off. Each move is made under the case's lock (PRC-03…06)."""

from __future__ import annotations

import re
from collections import Counter
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.events import emit
from roomnight.kernel.notify import notify
from roomnight.kernel.numbering import form_number
from roomnight.organization.commands import refuse_unqualified
from roomnight.organization.models import Membership, Role, Staff
from roomnight.organization.working_days import day_at
from roomnight.procedures import engine
from roomnight.procedures.commands.forms import checked_answers, form_in_force
from roomnight.procedures.events import CaseEnded
from roomnight.procedures.models import (
    Case,
    CaseEvent,
    CaseState,
    CaseTask,
    ProcedureVersion,
    TaskState,
    VersionState,
    Wait,
)
from roomnight.procedures.queries.charts import definition_of, steps_of
from roomnight.procedures.rules.chart import DURATION, Step, choice_of
from roomnight.procedures.services import run
from roomnight.procedures.subjects import facts_about
from roomnight.ui.addresses import address

Data = dict[str, Any]
WAITING = (TaskState.OPEN, TaskState.CLAIMED)
_moving: ContextVar[frozenset[int]] = ContextVar("moving", default=frozenset())
"""The cases that are making a move just now: what their own services do comes back to them as no news."""


def held(case: Case) -> Case:
    """The case as it is now, and nobody else's until this transaction ends. Its version never changes: one that was read is kept."""
    is_read = Case.version.is_cached(case)
    rows = Case.objects.all() if is_read else Case.objects.select_related("version__procedure__hotel")
    rows = rows if is_read else rows.defer("version__source", "version__tables")
    locked = rows.select_for_update(of=("self",)) if connection.features.has_select_for_update_of else rows
    found = locked.get(pk=case.pk)
    if is_read:
        found.version = case.version
    found.hotel = found.version.procedure.hotel
    return found


@command
def start_case(
    *,
    actor: Actor,
    version: ProcedureVersion,
    subject: str = "",
    label: str = "",
    url: str = "",
    data: Data | None = None,
    starter: Staff | None = None,
    is_trial: bool = False,
) -> Case:
    """Begin a case of a version: its first tasks are on their lists when this returns (PRC-03). A trial has numbers of its own.

    What its record says (`subjects.facts`) it knows from the start. Refused with a version that is not in force, or no
    longer, unless it is a trial.
    """
    hotel, now = version.procedure.hotel, timezone.now()
    data = facts_about(subject) | (data or {})
    is_in_force = version.state == VersionState.EFFECTIVE and not version.procedure.is_retired
    if not (is_trial or is_in_force):
        raise Refusal(
            "case.version", _("%(version)s is not in force, or no longer: look again.") % {"version": version}
        )
    case = Case(
        hotel=hotel, version=version, number=form_number("GT" if is_trial else "GA", hotel.code, day_at(hotel, now)),
        subject=subject,
        subject_label=label, subject_url=url, started_by=starter, started_at=now, is_trial=is_trial, engine_state="",
    )  # fmt: skip
    moved = _carried(case, lambda do: engine.start(definition_of(version), data, do), actor)
    _keep(case, moved)
    tell(case, "started", actor, now, data=data)
    _bring_in_line(case, moved, actor, now)
    record(case, number=case.number, version=version.number, subject=subject, trial=is_trial)
    return case


@command
def complete_task(*, actor: Actor, task: CaseTask, staff: Staff | None, data: Data, note: str = "") -> Case:
    """Somebody did it; `data` is what its form holds.

    Refuses a task that is done, no longer needed, or that a colleague has taken since `task` was read, and with a form
    what the form does not take (PRC-02).
    """
    case, now = held(task.case), timezone.now()
    seen_with = task.person_id
    task = CaseTask.objects.select_related("form_version").get(pk=task.pk)
    task.case, task.hotel = case, case.hotel
    refuse_unless_waiting(case, task)
    if task.person_id not in (seen_with, staff.pk if staff else None):
        raise Refusal("task.taken", _("%(name)s has taken this meanwhile.") % {"name": task.person})
    refuse_unfit(task, staff)
    data, figures = checked_answers(task, case, data)
    moved = _carried(
        case, lambda do: engine.complete(definition_of(case.version), case.engine_state, task.key, figures, do), actor
    )
    task.state, task.done_at, task.done_by, task.data = TaskState.DONE, now, staff, data
    task.escalate_at = task.remind_at = None
    task.save(update_fields=["state", "done_at", "done_by", "data", "escalate_at", "remind_at"])
    tell(case, "done", actor, now, task=task, data=data, note=note)
    _lay_down(case, moved, actor, now, done=task.key)
    record(case, done=task.step, task=task.pk)
    return case


@command
def deliver_message(*, actor: Actor, case: Case, message: str, payload: Data) -> Any:
    """Something happened above that the case may wait for; UNCHANGED when it does not (architecture: a record owns its state)."""
    if is_moving(case):
        return UNCHANGED
    case, now = held(case), timezone.now()
    if case.state != CaseState.RUNNING or not case.waits.filter(message=message).exists():
        return UNCHANGED
    moved = _carried(
        case, lambda do: engine.deliver(definition_of(case.version), case.engine_state, message, payload, do), actor
    )
    tell(case, "message", actor, now, note=message, data=payload)
    _lay_down(case, moved, actor, now)
    record(case, message=message)
    return case


@command
def let_time_pass(*, actor: Actor, wait: Wait) -> Any:
    """A moment has come that a case waits for. UNCHANGED when somebody else let it pass already, so it fires once (PRC-06)."""
    case, now = held(wait.case), timezone.now()
    due = case.waits.filter(due_at__lte=now).order_by("due_at")
    if case.state != CaseState.RUNNING or not due.filter(pk=wait.pk).exists():
        return UNCHANGED
    moved = _carried(case, lambda do: engine.tick(definition_of(case.version), case.engine_state, do), actor)
    for one in due:
        tell(case, "timer", actor, now, note=one.step, step=one.step)
    _lay_down(case, moved, actor, now)
    record(case, timer=wait.step)
    return case


@command
def escalate_task(*, actor: Actor, task: CaseTask) -> Any:
    """A task is late: whoever stands above hears of it, once for each level. UNCHANGED when told already (PRC-06)."""
    case, now = held(task.case), timezone.now()
    task = CaseTask.objects.select_related("hotel").get(pk=task.pk)
    if task.state not in WAITING or task.escalate_at is None or task.escalate_at > now:
        return UNCHANGED
    level = task.escalations[task.escalated]
    people = Membership.objects.filter(hotel=task.hotel, role__code=level["to"], staff__is_active=True)
    told = [] if case.is_trial else list(people.values_list("staff__username", flat=True))
    for username in told:
        notify(
            username, gettext_noop("Late: %(task)s (%(case)s)"), hotel_code=task.hotel.code, is_urgent=True, task=task.name,
            case=str(case), url=url_of(case, task),
        )  # fmt: skip
    task.escalated += 1
    task.escalate_at = _next_escalation(task)
    task.save(update_fields=["escalated", "escalate_at"])
    tell(case, "escalated", actor, now, task=task, note=level["to"], data={"told": told})
    record(case, escalated=task.step, level=task.escalated)
    return task


@command
def remind_of_task(*, actor: Actor, task: CaseTask) -> Any:
    """The hour has come by which a task should be done: whoever has it hears of it, once. UNCHANGED when told already (PRC-06)."""
    now = timezone.now()
    held(task.case)
    late = CaseTask.objects.filter(pk=task.pk, remind_at__lte=now, state__in=WAITING)
    if not late.update(remind_at=None):
        return UNCHANGED
    if task.person is not None:
        notify(
            task.person.username, gettext_noop("Late: %(task)s (%(case)s)"), hotel_code=task.hotel.code, is_urgent=True, task=task.name,
            case=str(task.case), url=url_of(task.case, task),
        )  # fmt: skip
    tell(task.case, "late", actor, now, task=task)
    record(task.case, late=task.step)
    return task


@command
def mark_stuck(*, actor: Actor, case: Case, why: str) -> Any:
    """A case cannot go on by itself: it is shown as stuck, and its owner hears of it. UNCHANGED when it is known to be."""
    case, now = held(case), timezone.now()
    if case.state != CaseState.RUNNING:
        return UNCHANGED
    case.state, case.why_stuck = CaseState.STUCK, why[:300]
    case.save(update_fields=["state", "why_stuck"])
    tell(case, "stuck", actor, now, note=why)
    if case.started_by is not None:
        notify(
            case.started_by.username, gettext_noop("Stuck: %(case)s"), hotel_code=case.hotel.code, is_urgent=True, case=str(case),
            url=url_of(case),
        )  # fmt: skip
    record(case, stuck=why)
    return case


@command
def go_on(*, actor: Actor, case: Case, data: Data) -> Case:
    """Let a stuck case try again, with data that it lacked. Refuses when it still cannot go on."""
    case, now = held(case), timezone.now()
    if case.state != CaseState.STUCK:
        raise Refusal("case.not_stuck", _("This case is not stuck."))
    moved = _carried(case, lambda do: engine.supply(definition_of(case.version), case.engine_state, data, do), actor)
    case.state, case.why_stuck = CaseState.RUNNING, ""
    case.save(update_fields=["state", "why_stuck"])
    tell(case, "went_on", actor, now, data=data)
    _lay_down(case, moved, actor, now)
    record(case, went_on=True, data=data)
    return case


@command
def cancel_case(*, actor: Actor, case: Case, reason: str) -> Case:
    """Call a case off, with the reason; what was open is no longer needed."""
    case, now = held(case), timezone.now()
    if case.state not in (CaseState.RUNNING, CaseState.STUCK):
        raise Refusal("case.over", _("This case is over already."))
    _close(case, CaseState.CANCELLED, now)
    tell(case, "cancelled", actor, now, note=reason)
    record(case, cancelled=reason)
    return case


# ---- one move


def refuse_unless_waiting(case: Case, task: CaseTask) -> None:
    if case.state != CaseState.RUNNING or task.state not in WAITING:
        raise Refusal("task.over", _("This was done already, or is no longer needed."))


def refuse_unfit(task: CaseTask, staff: Staff | None, field: str | None = None) -> None:
    """A step that asks for a qualification is done by nobody without it, where the hotel demands it; a drill is for learning (TGT-05)."""
    if task.qualification and staff is not None and not task.case.is_trial:
        refuse_unqualified(staff, task.hotel, task.qualification, [day_at(task.hotel, timezone.now())], field)


def url_of(case: Case, task: CaseTask | None = None) -> str:
    """The page of a case, or of a task of it."""
    if task is None:
        return address("procedures:case", case.hotel.code, number=case.number)
    return address("procedures:task", case.hotel.code, number=case.number, pk=task.pk)


def is_moving(case: Case) -> bool:
    """Whether what happens now happens in a move of this case itself."""
    return case.pk in _moving.get()


def name_subject(case: Case, subject: str, label: str, url: str) -> None:
    """Part of a move: the case is about this record from now on."""
    case.subject, case.subject_label, case.subject_url = subject, label[:160], url
    case.save(update_fields=["subject", "subject_label", "subject_url"])


def _carried(case: Case, move: Any, actor: Actor) -> engine.Running:
    """Make a move of the engine; what the chart cannot do with this data is a refusal, and nothing is kept of it."""
    token = _moving.set(_moving.get() | {case.pk})

    def do(name: str, values: Data) -> Any:
        if case.pk is None:  # it begins with something done by itself, which may need the case
            case.save(force_insert=True)
            _moving.set(_moving.get() | {case.pk})
        return run(case, name, values, actor)

    try:
        moved: engine.Running = move(do)
    except engine.Stuck as stuck:
        raise Refusal("case.stuck", _("The procedure cannot go on: %(why)s.") % {"why": stuck.why}) from stuck
    finally:
        _moving.reset(token)
    return moved


def _lay_down(case: Case, moved: engine.Running, actor: Actor, now: datetime, *, done: str = "") -> None:
    """Keep the case, and bring tasks and waits in line with what it waits for; `done` is the key of the task that was done."""
    _keep(case, moved)
    _bring_in_line(case, moved, actor, now, done=done)


def _keep(case: Case, moved: engine.Running) -> None:
    """Write how the case stands now; one that begins is written here for the first time, all at once."""
    case.engine_state, case.marks, case.data = moved.state, moved.marks, _plain(moved.data)
    if case.pk is None:
        case.save(force_insert=True)
    else:
        case.save(update_fields=["engine_state", "marks", "data"])


def _bring_in_line(case: Case, moved: engine.Running, actor: Actor, now: datetime, *, done: str = "") -> None:
    if gone := moved.let_go - {done}:
        left = CaseTask.objects.filter(case=case, key__in=gone, state__in=WAITING)
        left.update(state=TaskState.LEFT, escalate_at=None, remind_at=None)
        Wait.objects.filter(case=case, key__in=gone).delete()
    steps = steps_of(case.version)
    for one in moved.waiting:
        if one.key not in moved.new:
            continue
        if one.kind == "task":
            _add_task(case, one, steps, actor, now)
        else:
            Wait.objects.create(case=case, key=one.key, step=one.step, due_at=one.at, message=one.message)
    if moved.is_over:
        _close(case, CaseState.DONE, now)
        tell(case, "ended", actor, now)


def _plain(data: Data) -> Data:
    return {name: value for name, value in data.items() if name != "data_objects"}


def _close(case: Case, state: str, now: datetime) -> None:
    case.state, case.ended_at = state, now
    case.save(update_fields=["state", "ended_at"])
    case.tasks.filter(state__in=WAITING).update(state=TaskState.LEFT, escalate_at=None, remind_at=None)
    case.waits.all().delete()
    if not case.is_trial:
        emit(CaseEnded(case.pk, case.subject, is_cancelled=state == CaseState.CANCELLED))


def _add_task(case: Case, waiting: engine.Waiting, steps: dict[str, Step], actor: Actor, now: datetime) -> None:
    """Put a step on somebody's list, with its due time fixed now (architecture: a due time is stored, not derived)."""
    step = steps.get(waiting.step) or _choosing(waiting.step, steps)
    role = Role.objects.filter(code=step.lane).first() if step.lane else None
    person = _person(case, step, waiting.data)
    due = _due(step, waiting.data, now)
    task = CaseTask(
        hotel=case.hotel, case=case, key=waiting.key, step=waiting.step, name=step.name or waiting.step,
        name_en=step.name_en, qualification=step.qualification, role=role, department=_department(case, role, person), person=person, form=step.form,
        form_version=form_in_force(case.hotel, step.form),
        item=str(waiting.data.get(step.item, ""))[:200] if step.item else "",
        state=TaskState.CLAIMED if person else TaskState.OPEN, created_at=now, due_at=due, remind_at=due,
        escalations=[{"after": one.after, "to": one.to} for one in step.escalations],
    )  # fmt: skip
    task.escalate_at = _next_escalation(task)
    task.save(force_insert=True)
    if person is not None and person.username != actor.code:
        notify(
            person.username, gettext_noop("For you: %(task)s (%(case)s)"), hotel_code=case.hotel.code, task=task.name, case=str(case),
            url=url_of(case, task),
        )  # fmt: skip


def _department(case: Case, role: Role | None, person: Staff | None) -> str:
    """On which department's list a task stands: where the person works, where most of that role work, else the procedure's."""
    owner = case.version.procedure.department
    if role is None and person is None:
        return owner
    places = Membership.objects.filter(hotel=case.hotel, staff__is_active=True)
    places = places.filter(staff=person) if person is not None else places.filter(role=role)
    kinds = Counter(places.values_list("department__kind", flat=True))
    if owner in kinds or not kinds:
        return owner
    return kinds.most_common(1)[0][0]


def _choosing(step: str, steps: dict[str, Step]) -> Step:
    """The gateway at which somebody chooses stands for the step of choosing."""
    return next(one for one in steps.values() if choice_of(one.id) == step)


def _person(case: Case, step: Step, data: Data) -> Staff | None:
    """Who does a step by name: the starter, or a user name that stands in the case's data."""
    if step.person == "starter":
        return case.started_by
    username = data.get(step.person) if step.person else None
    found = Staff.objects.filter(username=username, is_active=True, memberships__hotel=case.hotel) if username else None
    return found.first() if found is not None else None


def _due(step: Step, data: Data, now: datetime) -> datetime | None:
    if not step.due:
        return None
    start = now
    if step.due_from:
        try:
            start = datetime.fromisoformat(str(data.get(step.due_from, "")))
        except ValueError:
            return None
        start = timezone.make_aware(start) if timezone.is_naive(start) else start
    return start + length(step.due)


PARTS = re.compile(r"(\d+)([WDHMS])")
UNITS = {"W": "weeks", "D": "days", "H": "hours", "M": "minutes", "S": "seconds"}


def length(text: str) -> timedelta:
    """A duration such as PT30M, P2D or -P7D."""
    if not DURATION.fullmatch(text):
        raise ValueError(text)
    found = timedelta(**{UNITS[unit]: int(number) for number, unit in PARTS.findall(text)})
    return -found if text.startswith("-") else found


def _next_escalation(task: CaseTask) -> datetime | None:
    """When the next level hears of it: so long after the due time."""
    if task.due_at is None or task.escalated >= len(task.escalations):
        return None
    return task.due_at + length(task.escalations[task.escalated]["after"])


def tell(
    case: Case,
    kind: str,
    actor: Actor,
    now: datetime,
    *,
    task: CaseTask | None = None,
    step: str = "",
    note: str = "",
    data: Data | None = None,
) -> CaseEvent:
    return CaseEvent.objects.create(
        case=case, at=now, kind=kind, step=task.step if task else step, task=task, who=actor.code, note=note, data=data or {}
    )  # fmt: skip
