"""What people do with a task beside doing it: take it, put it back, hand it over, say something, add a paper (PRC-04).

Each holds the case first, as every move of a case does, so that none waits for another in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.kernel import files
from roomnight.kernel.commands import UNCHANGED, Actor, command, record, subject_of
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Attachment
from roomnight.kernel.notify import notify
from roomnight.organization.models import Membership, Staff
from roomnight.procedures.commands.cases import WAITING, held, refuse_unfit, refuse_unless_waiting, tell, url_of
from roomnight.procedures.models import Case, CaseEvent, CaseTask, TaskState

ALLOWED = files.DOCUMENTS
MAX_BYTES = 15 * 1024 * 1024


@command
def claim_task(*, actor: Actor, task: CaseTask, staff: Staff) -> CaseTask:
    """Take a task of one's role or department. Refuses one that a colleague has taken (PRC-04)."""
    if not _claimed(actor, task, staff):
        task.refresh_from_db()
        if task.person_id == staff.pk and task.state == TaskState.CLAIMED:
            raise Refusal("task.yours", _("You have this already."))
        if task.state == TaskState.CLAIMED and task.person is not None:
            raise Refusal("task.taken", _("%(name)s was quicker and has taken this.") % {"name": task.person})
        raise Refusal("task.over", _("This was done already, or is no longer needed."))
    return task


@command
def claim_tasks(*, actor: Actor, tasks: Iterable[CaseTask], staff: Staff) -> Any:
    """Take several at once; those that colleagues have taken meanwhile stay theirs. Returns what was taken, UNCHANGED for nothing.

    Refused as a whole where one of them asks for a qualification that this person has not.
    """
    taken = [task for task in sorted(tasks, key=lambda one: (one.case_id, one.pk)) if _claimed(actor, task, staff)]
    return taken or UNCHANGED


def _claimed(actor: Actor, task: CaseTask, staff: Staff) -> bool:
    held(task.case)
    refuse_unfit(task, staff)
    free = CaseTask.objects.filter(pk=task.pk, state=TaskState.OPEN)
    if not free.update(state=TaskState.CLAIMED, person=staff):
        return False
    task.refresh_from_db()
    tell(task.case, "claimed", actor, timezone.now(), task=task)
    record(task.case, claimed=task.step, by=staff.username)
    return True


@command
def put_back_task(*, actor: Actor, task: CaseTask) -> CaseTask:
    """Put a task back for colleagues of the same role or department."""
    case = held(task.case)
    task = CaseTask.objects.select_related("person", "hotel").get(pk=task.pk)
    refuse_unless_waiting(case, task)
    if task.person is None:
        raise Refusal("task.free", _("Nobody has taken this."))
    before = task.person.username
    CaseTask.objects.filter(pk=task.pk).update(state=TaskState.OPEN, person=None)
    task.refresh_from_db()
    tell(case, "put_back", actor, timezone.now(), task=task, data={"from": before})
    record(case, put_back=task.step, person=(before, ""))
    return task


@command
def hand_over_task(*, actor: Actor, task: CaseTask, staff: Staff, note: str = "") -> CaseTask:
    """Give a task to somebody else, or take it over from somebody, with the reason. It moves to that person's department."""
    case = held(task.case)
    task = CaseTask.objects.select_related("person", "hotel").get(pk=task.pk)
    refuse_unless_waiting(case, task)
    task.case = case
    refuse_unfit(task, staff, "staff")
    before = task.person.username if task.person else ""
    if before == staff.username:
        raise Refusal("task.same", _("%(name)s has this already.") % {"name": staff}, field="staff")
    place = Membership.objects.filter(hotel=task.hotel, staff=staff).select_related("department").first()
    task.state, task.person = TaskState.CLAIMED, staff
    task.department = place.department.kind if place is not None else task.department
    task.save(update_fields=["state", "person", "department"])
    tell(case, "handed", actor, timezone.now(), task=task, note=note, data={"from": before, "to": staff.username})
    if staff.username != actor.code:
        notify(
            staff.username, gettext_noop("Handed to you: %(task)s (%(case)s)"), hotel_code=task.hotel.code, task=task.name,
            case=str(case), url=url_of(case, task),
        )  # fmt: skip
    record(case, handed=task.step, person=(before, staff.username))
    return task


@command
def comment(*, actor: Actor, case: Case, note: str, task: CaseTask | None = None) -> CaseEvent:
    """A word to the case, kept with its history; whoever has the task it is about hears of it (PRC-04)."""
    event = tell(case, "commented", actor, timezone.now(), task=task, note=note)
    if task is not None and task.state in WAITING and task.person is not None and task.person.username != actor.code:
        notify(
            task.person.username, gettext_noop("A word on %(task)s: %(note)s"), hotel_code=case.hotel.code, task=task.name,
            note=note[:80], url=url_of(case, task),
        )  # fmt: skip
    record(case, comment=note)
    return event


@command
def attach_file(*, actor: Actor, case: Case, name: str, file: IO[bytes], task: CaseTask | None = None) -> Any:
    """Keep a photo or paper with a case. The same file again changes nothing.

    Refused, with the field `file`: what is empty, too large, of another kind, or not what its name says.
    """
    seen = files.inspect(name, file, allowed=ALLOWED, max_bytes=MAX_BYTES)
    subject = subject_of(case)
    if Attachment.objects.filter(subject=subject, sha256=seen.sha256).exists():
        return UNCHANGED
    files.store(Path(settings.MEDIA_ROOT), file, seen.sha256)
    kept = Attachment.objects.create(
        subject=subject, hotel_code=case.hotel.code, name=seen.name, media_type=seen.media_type,
        size_bytes=seen.size_bytes, sha256=seen.sha256, added_by=actor.code,
    )  # fmt: skip
    tell(case, "attached", actor, timezone.now(), task=task, note=seen.name)
    record(case, attached=seen.name, size_bytes=seen.size_bytes, sha256=seen.sha256)
    return kept


@command
def log_export(*, actor: Actor, hotel: Any, what: str, query: str, rows: int) -> None:
    """Note that somebody took a list out of the house: which one and how many rows."""
    record(hotel, exported=what, query=query, rows=rows, file_format="xlsx")
