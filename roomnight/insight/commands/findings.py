"""Findings of the composition analysis: written down, changed, dealt with (MIX-03)."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands.accounts import take_revision
from roomnight.insight.models import Finding, FindingState
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at

LONGEST: Final = 600
YOURS = gettext_noop("By %(day)s you are to: %(what)s")


@command
def write_finding(
    *, actor: Actor, hotel: Hotel, by: Staff, period: str, text: str, countermeasure: str, owner: Staff, due_on: date
) -> Finding:
    """Write down what the figures show, what is done about it, by whom and by when; whoever it is hears of it."""
    _check(hotel, text, countermeasure, due_on)
    one = Finding.objects.create(
        hotel=hotel, period=period, text=text.strip()[:LONGEST], countermeasure=countermeasure.strip()[:LONGEST],
        owner=owner, due_on=due_on, written_by=by, written_at=timezone.now(),
    )  # fmt: skip
    record(one, text=one.text, countermeasure=one.countermeasure, owner=owner.username, due_on=due_on, period=period)
    if owner != by:
        _tell(one)
    return one


@command
def change_finding(
    *,
    actor: Actor,
    finding: Finding,
    by: Staff,
    text: str,
    countermeasure: str,
    owner: Staff,
    due_on: date,
    revision: int,
) -> Finding:
    """Put it otherwise, give it to somebody else or until another day, while it is open."""
    _refuse_closed(finding)
    if due_on != finding.due_on:
        _check(finding.hotel, text, countermeasure, due_on)
    _check_words(text, countermeasure)
    take_revision(finding, revision)
    given = {"text": text.strip()[:LONGEST], "countermeasure": countermeasure.strip()[:LONGEST]}
    before = finding.owner_id
    differing = changed(finding, **given, owner=owner, due_on=due_on)
    if not differing:
        return UNCHANGED  # type: ignore[return-value]
    finding.save(update_fields=list(differing))
    record(finding, **differing)
    if owner.pk not in (before, by.pk):
        _tell(finding)
    return finding


@command
def close_finding(*, actor: Actor, finding: Finding, by: Staff, outcome: str, revision: int) -> Finding:
    """Say what came of it: it is dealt with."""
    _refuse_closed(finding)
    if not outcome.strip():
        raise Refusal("finding.outcome", _("Say what came of it."), field="outcome")
    take_revision(finding, revision)
    finding.state, finding.outcome = FindingState.DONE, outcome.strip()[:LONGEST]
    finding.closed_by, finding.closed_at = by, timezone.now()
    finding.save(update_fields=["state", "outcome", "closed_by", "closed_at"])
    record(finding, state=(FindingState.OPEN.value, FindingState.DONE.value), outcome=finding.outcome)
    return finding


def _check(hotel: Hotel, text: str, countermeasure: str, due_on: date) -> None:
    _check_words(text, countermeasure)
    if due_on < day_at(hotel, timezone.now()):
        raise Refusal("finding.due", _("This day is past."), field="due_on")


def _check_words(text: str, countermeasure: str) -> None:
    if not text.strip():
        raise Refusal("finding.text", _("Say what shows."), field="text")
    if not countermeasure.strip():
        raise Refusal("finding.countermeasure", _("Say what is done about it."), field="countermeasure")


def _refuse_closed(finding: Finding) -> None:
    if not finding.is_open:
        raise Refusal("finding.done", _("This finding is dealt with."))


def _tell(finding: Finding) -> None:
    notify(
        finding.owner.username, YOURS, hotel_code=finding.hotel_code, url=finding.get_absolute_url(),
        day=f"{finding.due_on:%Y-%m-%d}", what=finding.countermeasure[:120],
    )  # fmt: skip
