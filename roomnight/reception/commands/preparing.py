"""The list of what has to be ready: drawn up from level and programme, ticked by those who did it (RCP-05)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Staff
from roomnight.organization.working_days import day_at
from roomnight.reception.models import PreparationItem, Reception, Thing
from roomnight.reception.rules.preparations import needed, read_preparations
from roomnight.reception.rules.values import PREPARATIONS


def draw_up(reception: Reception) -> None:
    """Bring the list in line with level and programme: what is new is added, what is not needed and not done goes.

    Part of a command. The assistant has to see to it, until then whoever takes the requests.
    """
    table = read_preparations(PREPARATIONS.at(reception.hotel.code, day_at(reception.hotel, timezone.now())))
    parts = list(reception.programme.values_list("part", "starts_at"))
    wanted = needed(table, reception.level, reception.arrives_at, parts)
    owner = reception.assistant or reception.contact_person or reception.applicant
    kept = {one.thing: one for one in reception.preparations.exclude(thing=Thing.OTHER)}
    for thing, one in kept.items():
        if thing not in wanted and one.done_at is None:
            one.delete()
    for thing, due in wanted.items():
        if thing not in kept:
            PreparationItem.objects.create(reception=reception, thing=thing, owner=owner, due_at=due)
        elif kept[thing].done_at is None:
            reception.preparations.filter(thing=thing).update(due_at=due, owner=owner)


@command
def add_preparation(
    *, actor: Actor, reception: Reception, words: str, owner: Staff, due_at: datetime
) -> PreparationItem:
    """Something more to have ready."""
    if not words.strip():
        raise Refusal("preparation.words", _("Say what has to be ready."), field="words")
    item = PreparationItem.objects.create(
        reception=reception, thing=Thing.OTHER, words=words.strip(), owner=owner, due_at=due_at
    )
    record(reception, preparation=item.words, due_at=due_at)
    return item


@command
def tick_preparation(*, actor: Actor, item: PreparationItem, staff: Staff, is_done: bool) -> Any:
    """It is ready, or it is not after all. The same again changes nothing."""
    if (item.done_at is not None) == is_done:
        return UNCHANGED
    item.done_at, item.done_by = (timezone.now(), staff) if is_done else (None, None)
    item.save(update_fields=["done_at", "done_by"])
    record(item.reception, ready=item.label if is_done else "", not_ready="" if is_done else item.label)
    return item
