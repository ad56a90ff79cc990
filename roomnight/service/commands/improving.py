"""Improvement plans: what the figures show, what is done about it, by whom until when, and what came of it (DSK-01)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands.accounts import take_revision
from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.kernel.text import clean
from roomnight.organization.access import leader_of
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at
from roomnight.service.models import Improvement

YOURS = gettext_noop("You improve something by %(due_on)s: %(text)s")
LATE = gettext_noop("An improvement was due on %(due_on)s and is not done, with %(name)s: %(text)s")
SHORT = 80


@command
def plan_improvement(
    *, actor: Actor, hotel: Hotel, by: Staff, finding: str, measure: str, owner: Staff, due_on: date
) -> Improvement:
    """Somebody makes it better by a day. Refuses nothing found, nothing to do, and a day that has passed."""
    for field, text in (("finding", finding), ("measure", measure)):
        if not text.strip():
            raise Refusal(f"improvement.{field}", _("Say it in a few words."), field=field)
    if due_on < day_at(hotel, timezone.now()):
        raise Refusal("improvement.due_on", _("This day has passed."), field="due_on")
    made = Improvement(
        hotel=hotel, finding=clean(finding)[:400], measure=clean(measure)[:400], owner=owner, due_on=due_on, by=by,
        at=timezone.now(),
    )  # fmt: skip
    made.save(force_insert=True)
    record(made, measure=made.measure[:200], owner=owner.username, due_on=due_on)
    if owner.pk != by.pk:
        _tell(made, owner, YOURS)
    return made


@command
def finish_improvement(*, actor: Actor, improvement: Improvement, revision: int, result: str) -> Improvement:
    """It is done, and this came of it. Refuses nothing said, and one that is done already."""
    if improvement.done_at is not None:
        raise Refusal("improvement.done", _("This is done already."))
    if not result.strip():
        raise Refusal("improvement.result", _("Say what came of it."), field="result")
    take_revision(improvement, revision)
    improvement.result, improvement.done_at = clean(result)[:400], timezone.now()
    improvement.save(update_fields=["result", "done_at"])
    record(improvement, result=improvement.result[:200])
    return improvement


@command
def remind_of_improvements(*, actor: Actor, hotel: Hotel, now: datetime) -> Any:
    """Improvements that are not done by their day: the owner and the leader hear of it, once."""
    late = Improvement.objects.filter(hotel=hotel, done_at=None, reminded_at=None, due_on__lt=day_at(hotel, now))
    count = 0
    for one in late.select_related("hotel", "owner").order_by("pk"):
        if not Improvement.objects.filter(pk=one.pk, reminded_at=None, done_at=None).update(reminded_at=now):
            continue
        leader = leader_of(one.owner, hotel)
        for person in [one.owner, *([leader] if leader is not None else [])]:
            _tell(one, person, LATE, name=one.owner.label)
        record(one, reminded=True)
        count += 1
    return count or UNCHANGED


def _tell(one: Improvement, person: Staff, message: str, **values: Any) -> None:
    notify(
        person.username, message, hotel_code=one.hotel_code, url=one.get_absolute_url(), text=one.measure[:SHORT],
        due_on=str(one.due_on), **values,
    )  # fmt: skip
