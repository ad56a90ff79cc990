"""A request is carried out: taken up by one person, with its progress, finished, asked about, or withdrawn (DSK-01)."""

from __future__ import annotations

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands.accounts import take_revision
from roomnight.kernel.commands import Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.text import clean
from roomnight.organization.access import leader_of
from roomnight.organization.models import Staff
from roomnight.service.commands.requests import refuse_finished, start_clock, step, tell
from roomnight.service.models import Asker, RequestState, ServiceRequest, StepKind

FINISHED = gettext_noop("Request %(number)s is finished by %(name)s: call back. %(text)s")
NOT_CONTENT = gettext_noop("Who asked is not content with request %(number)s: %(text)s")


@command
def take_up_request(*, actor: Actor, request: ServiceRequest, by: Staff) -> ServiceRequest:
    """This person carries it out. Of several who take it up at once one has it; the others hear who. One that was sent to
    somebody by name is that person's."""
    mine = ServiceRequest.objects.filter(pk=request.pk, state=RequestState.WAITING)
    now = timezone.now()
    free = mine.filter(person=None) | mine.filter(person=by)
    if not free.update(
        state=RequestState.UNDERWAY, person=by, started_at=request.started_at or now, revision=F("revision") + 1
    ):
        found = ServiceRequest.objects.select_related("person").get(pk=request.pk)
        refuse_finished(found)
        name = found.person.label if found.person else ""
        raise Refusal("request.taken", _("%(name)s has it already.") % {"name": name})
    request.refresh_from_db(fields=["state", "person", "started_at", "revision"])
    record(request, person=by.username, state=request.state)
    step(request, StepKind.TAKEN_UP, by, at=now)
    return request


@command
def note_progress(*, actor: Actor, request: ServiceRequest, by: Staff, text: str) -> ServiceRequest:
    """Say how far it is. Refuses nothing said, and what is not open."""
    refuse_finished(request)
    if not text.strip():
        raise Refusal("request.progress", _("Say how far it is."), field="text")
    step(request, StepKind.PROGRESS, by, text)
    record(request, progress=clean(text)[:200])
    return request


@command
def finish_request(*, actor: Actor, request: ServiceRequest, by: Staff, revision: int, outcome: str) -> ServiceRequest:
    """It is done. Who asked is called back; what our own staff asked for is closed with it.

    Refuses nothing said, and what nobody has taken up.
    """
    refuse_finished(request)
    if request.state != RequestState.UNDERWAY:
        raise Refusal("request.not_taken_up", _("Nobody has taken this up yet."))
    if not outcome.strip():
        raise Refusal("request.outcome", _("Say what was done."), field="outcome")
    take_revision(request, revision)
    now = timezone.now()
    closes = request.asker == Asker.STAFF
    request.state = RequestState.CLOSED if closes else RequestState.FINISHED
    request.outcome, request.finished_at, request.next_step_at = clean(outcome)[:1000], now, None
    request.closed_at = now if closes else None
    request.save(update_fields=["state", "outcome", "finished_at", "next_step_at", "closed_at"])
    record(request, state=request.state, outcome=request.outcome[:200])
    step(request, StepKind.FINISHED, by, outcome, at=now)
    if not closes and request.taken_by_id != by.pk:
        tell(request, request.taken_by, FINISHED, name=by.label)
    return request


@command
def call_back_request(
    *, actor: Actor, request: ServiceRequest, by: Staff, revision: int, is_content: bool, words: str = ""
) -> ServiceRequest:
    """Who asked was called: content closes it; not content opens it again with a new clock, and the leader hears of it.

    Refuses what is not finished, and not content without what was said.
    """
    if request.state != RequestState.FINISHED:
        raise Refusal("request.not_finished", _("Only a finished request is called back about."))
    if not is_content and not words.strip():
        raise Refusal("request.words", _("Write down what was said."), field="words")
    take_revision(request, revision)
    now = timezone.now()
    if is_content:
        request.state, request.closed_at = RequestState.CLOSED, now
        request.save(update_fields=["state", "closed_at"])
        step(request, StepKind.CONTENT, by, words, at=now)
        record(request, state=request.state, words=clean(words)[:200])
        return request
    step(request, StepKind.NOT_CONTENT, by, words, at=now)
    request.state, request.round, request.finished_at = RequestState.UNDERWAY, request.round + 1, None
    start_clock(request, now)
    request.save(update_fields=["state", "round", "finished_at", "began_at", "due_at", "steps", "told", "next_step_at"])
    record(request, state=request.state, round=request.round, words=clean(words)[:200])
    assert request.person is not None
    told = {request.person, leader_of(request.person, request.hotel)} - {by, None}
    for person in sorted((one for one in told if one is not None), key=lambda one: one.username):
        tell(request, person, NOT_CONTENT, is_urgent=True)
    return request


@command
def withdraw_request(*, actor: Actor, request: ServiceRequest, by: Staff, revision: int, reason: str) -> ServiceRequest:
    """It is not wanted any more, or was taken twice. Refuses without a reason."""
    refuse_finished(request)
    if not reason.strip():
        raise Refusal("request.reason", _("Say why."), field="reason")
    take_revision(request, revision)
    request.state, request.next_step_at, request.closed_at = RequestState.WITHDRAWN, None, timezone.now()
    request.save(update_fields=["state", "next_step_at", "closed_at"])
    step(request, StepKind.WITHDRAWN, by, reason)
    record(request, state=request.state, reason=clean(reason)[:200])
    return request
